/* constrain.c - see constrain.h. */
#include "graph/constrain.h"

#include "graph/vec.h"
#include "graph/weigh.h"

#include <stdlib.h>

enum { RING = 3 }; /* neighbours that are compared under a value of very many sites */

struct pair {
    uint32_t a, b; /* sites, a < b */
    uint32_t kept; /* of its ends, how many are kept apart from somebody */
    double bits;
};

struct parter {
    const struct partition *p;
    const struct model *m;
    const struct constants *k;
    const struct constrain_link *links;
    size_t link_count;
    uint32_t *whole; /* sets over sites: evidence and must-links */
    uint32_t *parts; /* sets over sites: what comes out */
    bool *is_kept;   /* by site: an end of a cannot-link */
    uint32_t *size;  /* by set of parts */
    uint32_t *seats; /* scratch: sites */
    struct pair *pairs;
    size_t pair_count, pair_cap;
};

/* ---- who is compared --------------------------------------------------------------------------
 */

static int add_pair(struct parter *t, uint32_t a, uint32_t b)
{
    struct pair *pairs = vec_grow(t->pairs, t->pair_count, &t->pair_cap, sizeof *pairs);
    if (!pairs)
        return RX_ENOMEM;
    t->pairs = pairs;
    t->pairs[t->pair_count++] =
        (struct pair){a < b ? a : b, a < b ? b : a, (uint32_t)t->is_kept[a] + t->is_kept[b], 0};
    return 0;
}

/* Pairs of one network under one value: all of them, or a ring if there are too many; but with
 * whom a site that is kept apart may stay is always asked. */
static int add_pairs(struct parter *t, const struct model_entity *e, uint32_t network)
{
    size_t n = 0;
    for (uint32_t i = e->first; i < e->first + e->count; i++)
        if (t->whole[t->m->ties[i].site] == network)
            t->seats[n++] = t->m->ties[i].site;
    const bool all = (double)n <= t->k->v[K_EXPAND];
    int rc = 0;
    for (size_t i = 0; i < n && !rc; i++) {
        const bool kept = t->is_kept[t->seats[i]];
        for (size_t j = kept ? 0 : i + 1; j < n && (all || kept || j <= i + RING) && !rc; j++)
            if (j != i)
                rc = add_pair(t, t->seats[i], t->seats[j]);
    }
    return rc;
}

static int by_ends(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return x->b < y->b ? -1 : x->b > y->b;
}

/* Of equal evidence, first what holds the rest together. */
static int by_bits(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->bits != y->bits)
        return x->bits > y->bits ? -1 : 1;
    if (x->kept != y->kept)
        return x->kept < y->kept ? -1 : 1;
    return by_ends(a, b);
}

/* Sites that only a partner's ids brought into the network hang on these. */
static double bits_of(const struct parter *t, uint32_t a, uint32_t b)
{
    double bits = weigh_bits(t->m, t->k, a, b, WEIGH_PROGRAMME);
    if (!t->p->loose[a] && !t->p->loose[b])
        return bits;
    const double partner = weigh_bits(t->m, t->k, a, b, WEIGH_AFFILIATE);
    return partner > bits ? partner : bits;
}

static int find_pairs(struct parter *t, uint32_t network)
{
    struct pair last = {0};
    size_t kept = 0;
    int rc = 0;
    t->pair_count = 0;
    for (size_t e = 0; e < t->m->entity_count && !rc; e++)
        if (t->m->entities[e].bits > 0)
            rc = add_pairs(t, &t->m->entities[e], network);
    if (rc || !t->pair_count)
        return rc;
    qsort(t->pairs, t->pair_count, sizeof *t->pairs, by_ends);
    for (size_t i = 0; i < t->pair_count; i++) {
        struct pair it = t->pairs[i];
        const bool again = i && !by_ends(&last, &it);
        last = it;
        if (again)
            continue;
        it.bits = bits_of(t, it.a, it.b);
        if (constants_score(it.bits) >= t->k->v[K_POSSIBLE])
            t->pairs[kept++] = it;
    }
    t->pair_count = kept;
    if (kept)
        qsort(t->pairs, kept, sizeof *t->pairs, by_bits);
    return 0;
}

/* ---- one network, parted ----------------------------------------------------------------------
 */

static bool are_enemies(struct parter *t, uint32_t x, uint32_t y)
{
    for (size_t i = 0; i < t->link_count; i++) {
        if (t->links[i].must)
            continue;
        uint32_t a = vec_sets_find(t->parts, t->links[i].a);
        uint32_t b = vec_sets_find(t->parts, t->links[i].b);
        if ((a == x && b == y) || (a == y && b == x))
            return true;
    }
    return false;
}

/* Are they in one set now? */
static bool unite(struct parter *t, uint32_t a, uint32_t b)
{
    a = vec_sets_find(t->parts, a);
    b = vec_sets_find(t->parts, b);
    if (a == b || are_enemies(t, a, b))
        return a == b;
    const uint32_t size = t->size[a] + t->size[b];
    vec_sets_union(t->parts, a, b);
    t->size[vec_sets_find(t->parts, a)] = size;
    return true;
}

struct shard {
    uint32_t set, size;
};

static int by_size(const void *a, const void *b)
{
    const struct shard *x = a, *y = b;
    if (x->size != y->size)
        return x->size > y->size ? -1 : 1;
    return x->set < y->set ? -1 : x->set > y->set;
}

/* What evidence left apart though nobody keeps it apart: with the largest that may have it. */
static int gather_shards(struct parter *t, const uint32_t *sites, size_t n)
{
    struct shard *shards = vec_zero(n, sizeof *shards);
    size_t count = 0;
    if (!shards)
        return RX_ENOMEM;
    for (size_t i = 0; i < n; i++)
        if (vec_sets_find(t->parts, sites[i]) == sites[i]) /* the least of its set */
            shards[count++] = (struct shard){sites[i], t->size[sites[i]]};
    qsort(shards, count, sizeof *shards, by_size);
    for (size_t i = 1; i < count; i++)
        for (size_t j = 0; j < i && !unite(t, shards[j].set, shards[i].set); j++)
            ;
    free(shards);
    return 0;
}

static int part_network(struct parter *t, uint32_t network)
{
    int rc = find_pairs(t, network);
    if (rc)
        return rc;
    size_t n = 0;
    uint32_t *sites = t->seats;
    for (uint32_t s = 0; s < t->m->site_count; s++)
        if (t->whole[s] == network)
            sites[n++] = s;
    for (size_t i = 0; i < t->pair_count; i++)
        (void)unite(t, t->pairs[i].a, t->pairs[i].b);
    return gather_shards(t, sites, n);
}

/* ---- all of them ------------------------------------------------------------------------------
 */

/* Sets of evidence and must-links; in parts, those of must-links alone. */
static int join(struct parter *t)
{
    const size_t n = t->m->site_count;
    vec_sets_init(t->whole, n);
    vec_sets_init(t->parts, n);
    for (uint32_t s = 0; s < n; s++)
        if (t->p->group[s] != UINT32_MAX)
            vec_sets_union(t->whole, s, t->p->group[s]);
    for (size_t i = 0; i < t->link_count; i++) {
        if (!t->links[i].must)
            continue;
        vec_sets_union(t->whole, t->links[i].a, t->links[i].b);
        vec_sets_union(t->parts, t->links[i].a, t->links[i].b);
    }
    for (uint32_t s = 0; s < n; s++) {
        t->whole[s] = vec_sets_find(t->whole, s);
        t->size[vec_sets_find(t->parts, s)]++;
    }
    for (size_t i = 0; i < t->link_count; i++) {
        const struct constrain_link *l = &t->links[i];
        if (l->must)
            continue;
        if (vec_sets_find(t->parts, l->a) == vec_sets_find(t->parts, l->b))
            return RX_EINVAL;
        t->is_kept[l->a] = t->is_kept[l->b] = true;
    }
    return 0;
}

/* Networks that hold two sites kept apart are parted; the others stay whole. */
static int part(struct parter *t)
{
    bool *torn = vec_zero(t->m->site_count, sizeof *torn);
    int rc = torn ? 0 : RX_ENOMEM;
    for (size_t i = 0; i < t->link_count && !rc; i++)
        if (!t->links[i].must && t->whole[t->links[i].a] == t->whole[t->links[i].b])
            torn[t->whole[t->links[i].a]] = true;
    for (uint32_t s = 0; s < t->m->site_count && !rc; s++) {
        if (torn[s])
            rc = part_network(t, s);
        else if (!torn[t->whole[s]] && t->whole[s] != s)
            vec_sets_union(t->parts, s, t->whole[s]);
    }
    free(torn);
    return rc;
}

static uint32_t lesser(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Networks before and after, by site; count: how many sites each has. */
static void tell(struct constrain_link *l, const struct parter *t, const uint32_t *before,
                 const uint32_t *after, const uint32_t *size)
{
    if (l->must) {
        l->changes = before[l->a] == UINT32_MAX || before[l->a] != before[l->b];
        const uint32_t a = before[l->a] == UINT32_MAX ? 1 : size[before[l->a]];
        const uint32_t b = before[l->b] == UINT32_MAX ? 1 : size[before[l->b]];
        l->sites = l->changes ? lesser(a, b) : 0;
        return;
    }
    l->changes = t->whole[l->a] == t->whole[l->b];
    const uint32_t a = after[l->a] == UINT32_MAX ? 1 : t->size[after[l->a]];
    const uint32_t b = after[l->b] == UINT32_MAX ? 1 : t->size[after[l->b]];
    l->sites = l->changes ? lesser(a, b) : 0;
}

static int finish(struct parter *t, struct partition *p, struct constrain_link *links)
{
    const size_t n = t->m->site_count;
    uint32_t *after = vec_zero(n, sizeof *after), *had = vec_zero(n, sizeof *had);
    int rc = after && had ? 0 : RX_ENOMEM;
    for (uint32_t s = 0; s < n && !rc; s++)
        t->size[s] = 0;
    for (uint32_t s = 0; s < n && !rc; s++) {
        after[s] = vec_sets_find(t->parts, s);
        t->size[after[s]]++;
        if (p->group[s] != UINT32_MAX)
            had[p->group[s]]++;
    }
    for (uint32_t s = 0; s < n && !rc; s++)
        if (t->size[after[s]] == 1)
            after[s] = UINT32_MAX; /* a network of one is none */
    for (size_t i = 0; i < t->link_count && !rc; i++)
        tell(&links[i], t, p->group, after, had);
    if (!rc)
        memcpy(p->group, after, n * sizeof *after);
    free(after);
    free(had);
    return rc;
}

int constrain(struct partition *p, const struct model *m, const struct constants *k,
              struct constrain_link *links, size_t count)
{
    const size_t n = m->site_count;
    struct parter t = {.p = p,
                       .m = m,
                       .k = k,
                       .links = links,
                       .link_count = count,
                       .whole = vec_zero(n, sizeof(uint32_t)),
                       .parts = vec_zero(n, sizeof(uint32_t)),
                       .is_kept = vec_zero(n, sizeof(bool)),
                       .size = vec_zero(n, sizeof(uint32_t)),
                       .seats = vec_zero(n, sizeof(uint32_t))};
    int rc = t.whole && t.parts && t.is_kept && t.size && t.seats ? 0 : RX_ENOMEM;
    if (!rc)
        rc = join(&t);
    if (!rc)
        rc = part(&t);
    if (!rc)
        rc = finish(&t, p, links);
    free(t.whole);
    free(t.parts);
    free(t.is_kept);
    free(t.size);
    free(t.seats);
    free(t.pairs);
    return rc;
}
