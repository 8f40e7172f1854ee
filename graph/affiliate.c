/* affiliate.c - see affiliate.h. */
#include "graph/affiliate.h"

#include "graph/partner_ids.h"
#include "graph/set.h"
#include "graph/vec.h"
#include "graph/weigh.h"

#include <stdlib.h>

struct finder {
    struct affiliate *out;
    const struct model *m;
    const struct constants *k;
    struct partner_ids ids;
    uint32_t *group; /* by name of ids: set.h's */
};

/* Everything before the value of a partner id: ids of one slot exclude each other. */
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
        bool rival = false;
        for (uint32_t j = 0; slot.n && j < g->entities; j++) {
            uint32_t own = f->out->entity[g->first_entity + j];
            if (own == held) {
                rival = false;
                break;
            }
            rival = rival || rx_str_eq(slot, slot_of(&m->entities[own]));
        }
        if (rival)
            return true;
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
    uint32_t group, name;
};

static int add_entity(struct affiliate *out, struct affiliate_group *g, uint32_t entity)
{
    uint32_t *all = vec_grow(out->entity, out->entity_count, &out->entity_cap, sizeof *all);
    if (!all)
        return RX_ENOMEM;
    out->entity = all;
    out->entity[out->entity_count++] = entity;
    g->entities++;
    return 0;
}

/* names[0..n): one group. h: scratch for its holdings. */
static int add_group(struct finder *f, const struct ranked *names, size_t n, struct holding *h)
{
    struct affiliate *out = f->out;
    struct affiliate_group g = {.first_entity = (uint32_t)out->entity_count,
                                .first_site = (uint32_t)out->site_count};
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        for (uint32_t id = f->ids.first_id[names[i].name]; id < f->ids.first_id[names[i].name + 1];
             id++) {
            const struct model_entity *e = &f->m->entities[f->ids.ids[id].entity];
            if (add_entity(out, &g, f->ids.ids[id].entity))
                return RX_ENOMEM;
            for (uint32_t t = e->first; t < e->first + e->count; t++)
                if (partner_ids_may_sell(f->m, f->m->ties[t].site))
                    h[count++] = (struct holding){f->m->ties[t].site, f->ids.ids[id].entity};
        }
    }
    qsort(h, count, sizeof *h, by_holding);
    int rc = 0;
    for (size_t i = 0, j; i < count && !rc; i = j) {
        for (j = i; j < count && h[j].site == h[i].site; j++)
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
    return x->name < y->name ? -1 : x->name > y->name;
}

static int add_groups(struct finder *f)
{
    struct ranked *order = vec_zero(f->ids.names, sizeof *order);
    struct holding *h = vec_zero(f->m->tie_count, sizeof *h);
    int rc = order && h ? 0 : RX_ENOMEM;
    for (uint32_t i = 0; i < f->ids.names && !rc; i++)
        order[i] = (struct ranked){f->group[i], i};
    if (!rc)
        qsort(order, f->ids.names, sizeof *order, by_group);
    for (size_t i = 0, j; i < f->ids.names && !rc; i = j) {
        for (j = i; j < f->ids.names && order[j].group == order[i].group; j++)
            ;
        rc = add_group(f, order + i, j - i, h);
    }
    free(order);
    free(h);
    return rc;
}

int affiliate_find(struct affiliate *out, const struct model *m, const struct partition *p,
                   const struct constants *k)
{
    *out = (struct affiliate){0};
    struct finder f = {.out = out, .m = m, .k = k};
    int rc = partner_ids_find(&f.ids, m, p, k);
    if (!rc && !(f.group = vec_zero(f.ids.names, sizeof *f.group)))
        rc = RX_ENOMEM;
    if (!rc) {
        struct set_input in = {f.ids.names,   m->site_count,   f.ids.first,
                               f.ids.carrier, k->v[K_OVERLAP], true};
        rc = set_group(f.group, &in);
    }
    if (!rc)
        rc = add_groups(&f);
    partner_ids_done(&f.ids);
    free(f.group);
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
