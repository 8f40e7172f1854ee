/* affiliate.c - see affiliate.h. */
#include "graph/affiliate.h"

#include "graph/set.h"
#include "graph/vec.h"
#include "graph/weigh.h"

#include <stdlib.h>

/* Sites that a partner may own; an honest shop with an agency's tracker is none. */
static bool may_sell(const struct model *m, uint32_t site)
{
    switch (m->sites[site].role) {
    case RX_ROLE_STOREFRONT:
    case RX_ROLE_DOORWAY:
    case RX_ROLE_REDIRECTOR:
    case RX_ROLE_UNKNOWN:
        return true;
    default:
        return false;
    }
}

struct finder {
    struct affiliate *out;
    const struct model *m;
    const struct partition *p;
    const struct constants *k;
    uint32_t *network_size;                 /* by least site of a network */
    uint32_t *id, *first, *carrier, *group; /* ids as set.h wants them */
    size_t ids;
};

struct vote {
    uint32_t network;
};

static int by_vote(const void *a, const void *b)
{
    uint32_t x = ((const struct vote *)a)->network, y = ((const struct vote *)b)->network;
    return x < y ? -1 : x > y;
}

/* Is it the programme's own (its call centre, its mail)? votes has room for n. */
static bool is_house(const struct finder *f, const struct model_entity *e, const uint32_t *sites,
                     size_t n, struct vote *votes)
{
    size_t count = 0;
    if (e->bound)
        return false; /* a partner id inside the programme's own URL, a merchant account */
    for (size_t i = 0; i < n; i++)
        if (f->p->group[sites[i]] != UINT32_MAX)
            votes[count++].network = f->p->group[sites[i]];
    qsort(votes, count, sizeof *votes, by_vote);
    for (size_t i = 0, j; i < count; i = j) {
        for (j = i; j < count && votes[j].network == votes[i].network; j++)
            ;
        uint32_t size = f->network_size[votes[i].network];
        if (size >= 2 * f->k->v[K_ESTABLISHED] && (double)(j - i) >= f->k->v[K_HOUSE] * size)
            return true;
    }
    return false;
}

static bool is_id(const struct model_entity *e)
{
    return e->bar == MODEL_FREE && e->cls->level == RX_LEVEL_AFFILIATE && e->tier == 1 &&
           e->count >= 2;
}

static int gather_ids(struct finder *f)
{
    const struct model *m = f->m;
    struct vote *votes = vec_zero(m->site_count, sizeof *votes);
    f->network_size = vec_zero(m->site_count, sizeof(uint32_t));
    f->id = vec_zero(m->entity_count, sizeof(uint32_t));
    f->first = vec_zero(m->entity_count + 1, sizeof(uint32_t));
    f->group = vec_zero(m->entity_count, sizeof(uint32_t));
    f->carrier = vec_zero(m->tie_count, sizeof(uint32_t));
    int rc =
        votes && f->network_size && f->id && f->first && f->group && f->carrier ? 0 : RX_ENOMEM;
    for (uint32_t s = 0; s < m->site_count && !rc; s++)
        if (f->p->group[s] != UINT32_MAX)
            f->network_size[f->p->group[s]]++;
    uint32_t at = 0;
    for (uint32_t e = 0; e < m->entity_count && !rc; e++) {
        const struct model_entity *it = &m->entities[e];
        if (!is_id(it))
            continue;
        uint32_t n = 0;
        for (uint32_t i = it->first; i < it->first + it->count; i++)
            if (may_sell(m, m->ties[i].site))
                f->carrier[at + n++] = m->ties[i].site;
        if (n < 2 || is_house(f, it, f->carrier + at, n, votes))
            continue;
        at += n;
        f->id[f->ids++] = e;
        f->first[f->ids] = at;
    }
    free(votes);
    return rc;
}

/* "host|parameter" of a partner id, or empty: ids of one slot exclude each other. */
static struct rx_str slot_of(const struct model_entity *e)
{
    if (e->cls->group != RX_GROUP_AFFILIATE)
        return (struct rx_str){0};
    size_t n = e->text.n;
    while (n && e->text.p[n - 1] != '|')
        n--;
    return rx_str_sub(e->text, 0, n ? n - 1 : 0);
}

/* Does the site carry another id in a slot that this group has one for? */
static bool has_rival(const struct finder *f, const struct affiliate_group *g, uint32_t site)
{
    const struct model *m = f->m;
    const struct model_site *s = &m->sites[site];
    for (uint32_t i = 0; i < s->count; i++) {
        uint32_t held = m->ties[m->holds[s->first + i]].entity;
        struct rx_str slot = slot_of(&m->entities[held]);
        for (uint32_t j = 0; slot.n && j < g->entities; j++) {
            uint32_t own = f->out->entity[g->first_entity + j];
            if (own != held && rx_str_eq(slot, slot_of(&m->entities[own])))
                return true;
        }
    }
    return false;
}

struct holding {
    uint32_t site, entity;
};

static int by_holding(const void *a, const void *b)
{
    const struct holding *x = a, *y = b;
    if (x->site != y->site)
        return x->site < y->site ? -1 : 1;
    return x->entity < y->entity ? -1 : x->entity > y->entity;
}

static int add_site(struct affiliate *out, uint32_t site, double bits)
{
    size_t cap = out->site_cap;
    uint32_t *sites = vec_grow(out->site, out->site_count, &cap, sizeof *sites);
    if (!sites)
        return RX_ENOMEM;
    out->site = sites;
    cap = out->site_cap;
    double *all = vec_grow(out->bits, out->site_count, &cap, sizeof *all);
    if (!all)
        return RX_ENOMEM;
    out->bits = all;
    out->site_cap = cap;
    out->site[out->site_count] = site;
    out->bits[out->site_count++] = bits;
    return 0;
}

/* A stranger's page with one copied id and its own partner id is not this partner's. */
static int judge_site(struct finder *f, struct affiliate_group *g, const struct holding *h,
                      size_t n)
{
    struct weigh_sum sum;
    bool bound = false;
    weigh_start(&sum);
    for (size_t i = 0; i < n; i++) {
        weigh_add(&sum, &f->m->entities[h[i].entity], 1);
        bound = bound || f->m->entities[h[i].entity].bound;
    }
    double bits = constants_prior_bits(f->k) + weigh_for(&sum, WEIGH_AFFILIATE, f->k);
    if (!bound && has_rival(f, g, h->site))
        bits += f->k->v[K_DIFFERS];
    if (constants_score(bits) < f->k->v[K_PROBABLE])
        return 0;
    g->sites++;
    return add_site(f->out, h->site, bits);
}

struct ranked {
    uint32_t group, id;
};

/* ids[0..id_count): one group; h[0..n): all holdings of its ids, sorted by site. */
static int add_group(struct finder *f, const struct ranked *ids, size_t id_count,
                     const struct holding *h, size_t n)
{
    struct affiliate *out = f->out;
    struct affiliate_group g = {.first_entity = (uint32_t)out->entity_count,
                                .first_site = (uint32_t)out->site_count};
    for (size_t i = 0; i < id_count; i++) {
        uint32_t *all = vec_grow(out->entity, out->entity_count, &out->entity_cap, sizeof *all);
        if (!all)
            return RX_ENOMEM;
        out->entity = all;
        out->entity[out->entity_count++] = f->id[ids[i].id];
        g.entities++;
    }
    int rc = 0;
    for (size_t i = 0, j; i < n && !rc; i = j) {
        for (j = i; j < n && h[j].site == h[i].site; j++)
            ;
        rc = judge_site(f, &g, h + i, j - i);
    }
    if (rc || g.sites < 2) { /* one site is no network */
        out->entity_count = g.first_entity;
        out->site_count = g.first_site;
        return rc;
    }
    struct affiliate_group *groups = vec_grow(out->groups, out->count, &out->cap, sizeof *groups);
    if (!groups)
        return RX_ENOMEM;
    out->groups = groups;
    out->groups[out->count++] = g;
    return 0;
}

static int by_group(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static int add_groups(struct finder *f)
{
    struct ranked *order = vec_zero(f->ids, sizeof *order);
    struct holding *h = vec_zero(f->first[f->ids], sizeof *h);
    int rc = order && h ? 0 : RX_ENOMEM;
    for (uint32_t i = 0; i < f->ids && !rc; i++)
        order[i] = (struct ranked){f->group[i], i};
    if (!rc)
        qsort(order, f->ids, sizeof *order, by_group);
    for (size_t i = 0, j; i < f->ids && !rc; i = j) {
        size_t n = 0;
        for (j = i; j < f->ids && order[j].group == order[i].group; j++)
            for (uint32_t c = f->first[order[j].id]; c < f->first[order[j].id + 1]; c++)
                h[n++] = (struct holding){f->carrier[c], f->id[order[j].id]};
        qsort(h, n, sizeof *h, by_holding);
        rc = add_group(f, order + i, j - i, h, n);
    }
    free(order);
    free(h);
    return rc;
}

int affiliate_find(struct affiliate *out, const struct model *m, const struct partition *p,
                   const struct constants *k)
{
    *out = (struct affiliate){0};
    struct finder f = {.out = out, .m = m, .p = p, .k = k};
    int rc = gather_ids(&f);
    if (!rc) {
        struct set_input in = {f.ids, m->site_count, f.first, f.carrier, k->v[K_OVERLAP], true};
        rc = set_group(f.group, &in);
    }
    if (!rc)
        rc = add_groups(&f);
    free(f.network_size);
    free(f.id);
    free(f.first);
    free(f.group);
    free(f.carrier);
    if (rc)
        affiliate_done(out);
    return rc;
}

void affiliate_done(struct affiliate *a)
{
    free(a->groups);
    free(a->entity);
    free(a->site);
    free(a->bits);
    *a = (struct affiliate){0};
}
