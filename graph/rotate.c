/* rotate.c - see rotate.h. */
#include "graph/rotate.h"

#include "graph/vec.h"
#include "graph/weigh.h"

#include <math.h>
#include <stdlib.h>

enum { SHARERS_MAX = 40 }; /* hosts under one value; more say nothing about pairs */

struct trait { /* a value that is at home with a host */
    uint32_t entity, host;
};

struct rotor {
    struct rotate *out;
    const struct model *m;
    const struct constants *k;
    struct trait *traits; /* by entity, then host */
    size_t trait_count, trait_cap;
    uint32_t *held; /* scratch: entities of all shops of one host */
};

static int by_trait(const void *a, const void *b)
{
    const struct trait *x = a, *y = b;
    if (x->entity != y->entity)
        return x->entity < y->entity ? -1 : 1;
    return x->host < y->host ? -1 : x->host > y->host;
}

static int by_pair(const void *a, const void *b)
{
    const struct rotate_pair *x = a, *y = b;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return x->b < y->b ? -1 : x->b > y->b;
}

/* Hosts are what is being compared; everything else of the programme counts. */
static bool is_trait(const struct model_entity *e)
{
    return e->bar == MODEL_FREE && e->bits > 0 && weigh_counts(e, WEIGH_PROGRAMME) &&
           e->cls->level == RX_LEVEL_PROGRAMME && !(e->cls->bound && e->cls->host_valued);
}

static int add_trait(struct rotor *r, uint32_t entity, uint32_t host)
{
    struct trait *all = vec_grow(r->traits, r->trait_count, &r->trait_cap, sizeof *all);
    if (!all)
        return RX_ENOMEM;
    r->traits = all;
    r->traits[r->trait_count++] = (struct trait){entity, host};
    return 0;
}

static int find_traits(struct rotor *r, uint32_t host)
{
    const struct model *m = r->m;
    const struct model_entity *h = &m->entities[host];
    size_t n = 0;
    for (uint32_t t = h->first; t < h->first + h->count; t++) {
        const struct model_site *s = &m->sites[m->ties[t].site];
        if (s->role != RX_ROLE_STOREFRONT)
            continue;
        for (uint32_t i = 0; i < s->count; i++) {
            uint32_t e = m->ties[m->holds[s->first + i]].entity;
            if (is_trait(&m->entities[e]))
                r->held[n++] = e;
        }
    }
    qsort(r->held, n, sizeof *r->held, vec_by_u32);
    double least = fmax(3, r->k->v[K_CARRIED] * h->storefronts);
    int rc = 0;
    for (size_t i = 0, j; i < n && !rc; i = j) {
        for (j = i; j < n && r->held[j] == r->held[i]; j++)
            ;
        if ((double)(j - i) >= least)
            rc = add_trait(r, r->held[i], host);
    }
    return rc;
}

static int add_pair(struct rotate *out, uint32_t a, uint32_t b)
{
    struct rotate_pair *pairs = vec_grow(out->pairs, out->count, &out->cap, sizeof *pairs);
    if (!pairs)
        return RX_ENOMEM;
    out->pairs = pairs;
    out->pairs[out->count++] = (struct rotate_pair){a, b};
    return 0;
}

/* Pairs of hosts with a trait in common, each once. */
static int pair_up(struct rotor *r)
{
    int rc = 0;
    for (size_t i = 0, j; i < r->trait_count && !rc; i = j) {
        for (j = i; j < r->trait_count && r->traits[j].entity == r->traits[i].entity; j++)
            ;
        for (size_t x = i; x < j && j - i <= SHARERS_MAX && !rc; x++)
            for (size_t y = x + 1; y < j && !rc; y++)
                rc = add_pair(r->out, r->traits[x].host, r->traits[y].host);
    }
    if (rc || !r->out->count)
        return rc;
    qsort(r->out->pairs, r->out->count, sizeof *r->out->pairs, by_pair);
    size_t kept = 0;
    for (size_t i = 1; i < r->out->count; i++)
        if (by_pair(&r->out->pairs[kept], &r->out->pairs[i]))
            r->out->pairs[++kept] = r->out->pairs[i];
    r->out->count = kept + 1;
    return 0;
}

/* Traits in order of host, so that those of two hosts can be merged. */
static int by_host(const void *a, const void *b)
{
    const struct trait *x = a, *y = b;
    if (x->host != y->host)
        return x->host < y->host ? -1 : 1;
    return x->entity < y->entity ? -1 : x->entity > y->entity;
}

static const struct trait *first_of(const struct rotor *r, uint32_t host)
{
    size_t low = 0, high = r->trait_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (r->traits[middle].host < host)
            low = middle + 1;
        else
            high = middle;
    }
    return r->traits + low;
}

static bool same_shop(const struct rotor *r, const struct rotate_pair *p)
{
    const struct trait *end = r->traits + r->trait_count;
    const struct trait *x = first_of(r, p->a), *y = first_of(r, p->b);
    struct weigh_sum sum;
    bool groups[RX_GROUP_COUNT] = {false}, set = false;
    weigh_start(&sum);
    while (x < end && y < end && x->host == p->a && y->host == p->b) {
        if (x->entity == y->entity) {
            const struct model_entity *e = &r->m->entities[x->entity];
            weigh_add(&sum, e, 1);
            groups[e->cls->group] |= e->bits >= r->k->v[K_CAP_T2];
            set = set || e->names > 0;
        }
        uint32_t i = x->entity, j = y->entity;
        x += i <= j;
        y += j <= i;
    }
    int wide = 0;
    for (int g = 0; g < RX_GROUP_COUNT; g++)
        wide += groups[g];
    weigh_at_home(&sum); /* on half of the shops of both */
    double bits =
        constants_prior_bits(r->k) + weigh_for(&sum, WEIGH_PROGRAMME, r->k) + r->k->v[K_DIFFERS];
    return (set || wide > 1) && constants_score(bits) >= r->k->v[K_PROBABLE];
}

int rotate_find(struct rotate *out, const struct model *m, const struct constants *k,
                const uint32_t *hosts, size_t n)
{
    *out = (struct rotate){0};
    struct rotor r = {.out = out, .m = m, .k = k};
    r.held = vec_zero(m->tie_count, sizeof *r.held);
    int rc = r.held ? 0 : RX_ENOMEM;
    for (size_t i = 0; i < n && !rc; i++)
        rc = find_traits(&r, hosts[i]);
    if (!rc && r.trait_count)
        qsort(r.traits, r.trait_count, sizeof *r.traits, by_trait);
    if (!rc)
        rc = pair_up(&r);
    if (!rc && r.trait_count)
        qsort(r.traits, r.trait_count, sizeof *r.traits, by_host);
    size_t kept = 0;
    for (size_t i = 0; i < out->count && !rc; i++)
        if (same_shop(&r, &out->pairs[i]))
            out->pairs[kept++] = out->pairs[i];
    out->count = kept;
    free(r.traits);
    free(r.held);
    if (rc)
        rotate_done(out);
    return rc;
}

bool rotate_has(const struct rotate *r, uint32_t a, uint32_t b)
{
    struct rotate_pair key = {a < b ? a : b, a < b ? b : a};
    return r->count && bsearch(&key, r->pairs, r->count, sizeof key, by_pair);
}

void rotate_done(struct rotate *r)
{
    free(r->pairs);
    *r = (struct rotate){0};
}
