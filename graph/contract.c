/* contract.c - see contract.h.
 *
 * Units of comparison are sites (numbered as such) and parts of two sites or more (numbered behind
 * the sites). Candidates come from values worth more than tier 3 that both units show: no pair
 * without one can reach the least score that is clustered. */
#include "graph/contract.h"

#include "graph/vec.h"
#include "graph/vote.h"
#include "graph/weigh.h"

#include <math.h>
#include <stdlib.h>

enum {
    HOMES_MAX = 40, /* profiles that may share one value before it says nothing about pairs */
    GUESTS_MAX = 4, /* members of a big part that speak for a value outside its profile */
    RING = 8        /* partners of a site under a value that too many carry */
};

struct maker {
    struct contract *out;
    const struct model *m;
    const struct constants *k;
    const bool *cut; /* by entity */
    uint64_t *pairs; /* unit << 32 | unit */
    size_t pair_count, pair_cap;
    uint32_t *home, *unit; /* scratch for one entity */
    struct seat {
        uint32_t part, site;
    } * seats;
};

bool contract_is_big(const struct contract *c, uint32_t part, const struct constants *k)
{
    return c->parts[part].size >= k->v[K_ESTABLISHED];
}

/* What one site of a part shows may be copied; what half of them show is the part's. */
static bool has_profile(const struct contract *c, uint32_t part)
{
    return c->parts[part].size > 1;
}

static int find_parts(struct contract *out, const struct model *m, const struct connect *c)
{
    uint32_t *parent = vec_zero(m->site_count, sizeof *parent);
    out->part_of = vec_zero(m->site_count, sizeof *out->part_of);
    out->parts = vec_zero(m->site_count, sizeof *out->parts);
    int rc = parent && out->part_of && out->parts ? 0 : RX_ENOMEM;
    if (!rc)
        vec_sets_init(parent, m->site_count);
    for (size_t i = 0; i < c->count && !rc; i++)
        for (uint32_t j = 1; j < c->items[i].count; j++)
            vec_sets_union(parent, c->sites[c->items[i].first], c->sites[c->items[i].first + j]);
    for (uint32_t s = 0; s < m->site_count && !rc; s++) {
        out->part_of[s] = UINT32_MAX;
        if (!model_is_storefront(m, s))
            continue;
        uint32_t root = vec_sets_find(parent, s); /* the least, so it is seen first */
        if (root == s) {
            out->parts[out->part_count] = (struct contract_part){.least = s, .family = MODEL_NONE};
            out->part_of[s] = (uint32_t)out->part_count++;
        } else {
            out->part_of[s] = out->part_of[root];
        }
        out->parts[out->part_of[s]].size++;
    }
    free(parent);
    return rc;
}

static int find_families(struct contract *out, const struct model *m)
{
    int32_t *family = vec_zero(out->part_count, sizeof *family);
    int rc = family ? vote_families(family, m, out->part_of, out->part_count, false) : RX_ENOMEM;
    for (size_t p = 0; p < out->part_count && !rc; p++)
        out->parts[p].family = family[p];
    free(family);
    return rc;
}

static int by_seat(const void *a, const void *b)
{
    const struct seat *x = a, *y = b;
    if (x->part != y->part)
        return x->part < y->part ? -1 : 1;
    return x->site < y->site ? -1 : x->site > y->site;
}

/* Storefronts of an entity in order of part. */
static size_t take_seats(struct maker *k, uint32_t entity)
{
    const struct model_entity *e = &k->m->entities[entity];
    size_t n = 0;
    for (uint32_t i = e->first; i < e->first + e->count; i++) {
        uint32_t site = k->m->ties[i].site;
        if (k->out->part_of[site] != UINT32_MAX)
            k->seats[n++] = (struct seat){k->out->part_of[site], site};
    }
    qsort(k->seats, n, sizeof *k->seats, by_seat);
    return n;
}

static bool counts(const struct model_entity *e)
{
    return e->bar == MODEL_FREE && e->storefronts >= 2 && weigh_counts(e, WEIGH_PROGRAMME);
}

static bool is_home(const struct maker *k, uint32_t part, size_t carriers)
{
    double least = contract_is_big(k->out, part, k->k) ? 3 : 2;
    return has_profile(k->out, part) &&
           (double)carriers >= fmax(least, k->k->v[K_CARRIED] * k->out->parts[part].size);
}

struct trait {
    uint32_t part, entity;
};

static int by_trait(const void *a, const void *b)
{
    const struct trait *x = a, *y = b;
    if (x->part != y->part)
        return x->part < y->part ? -1 : 1;
    return x->entity < y->entity ? -1 : x->entity > y->entity;
}

static int find_profiles(struct maker *k)
{
    struct contract *out = k->out;
    struct trait *traits = NULL;
    size_t count = 0, cap = 0;
    int rc = 0;
    for (uint32_t e = 0; e < k->m->entity_count && !rc; e++) {
        if (!counts(&k->m->entities[e]))
            continue;
        size_t n = take_seats(k, e);
        for (size_t i = 0, j; i < n && !rc; i = j) {
            for (j = i; j < n && k->seats[j].part == k->seats[i].part; j++)
                ;
            if (!is_home(k, k->seats[i].part, j - i))
                continue;
            struct trait *grown = vec_grow(traits, count, &cap, sizeof *traits);
            if (!grown) {
                rc = RX_ENOMEM;
                break;
            }
            traits = grown;
            traits[count++] = (struct trait){k->seats[i].part, e};
        }
    }
    out->profile = vec_zero(count, sizeof *out->profile);
    if (!out->profile)
        rc = RX_ENOMEM;
    if (!rc && count)
        qsort(traits, count, sizeof *traits, by_trait);
    for (size_t i = 0; i < count && !rc; i++) {
        struct contract_part *p = &out->parts[traits[i].part];
        if (!p->count++)
            p->first = (uint32_t)i;
        out->profile[i] = traits[i].entity;
    }
    out->profile_count = count;
    free(traits);
    return rc;
}

static int add_pair(struct maker *k, uint32_t a, uint32_t b)
{
    uint64_t *pairs = vec_grow(k->pairs, k->pair_count, &k->pair_cap, sizeof *pairs);
    if (!pairs)
        return RX_ENOMEM;
    k->pairs = pairs;
    k->pairs[k->pair_count++] = a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
    return 0;
}

/* Pairs of sites under one value: all of them, or a ring if there are too many. */
static int add_site_pairs(struct maker *k, size_t units)
{
    bool all = units <= k->k->v[K_EXPAND];
    int rc = 0;
    for (size_t i = 0; i < units && !rc; i++) {
        for (size_t j = i + 1; j < units && (all || j <= i + RING) && !rc; j++) {
            uint32_t p = k->out->part_of[k->unit[i]], q = k->out->part_of[k->unit[j]];
            if (p != q && !(has_profile(k->out, p) && has_profile(k->out, q)))
                rc = add_pair(k, k->unit[i], k->unit[j]);
        }
    }
    return rc;
}

/* Sorts an entity's carriers into profiles (home) and units that are compared one by one. */
static void split_carriers(struct maker *k, uint32_t entity, size_t *homes, size_t *units)
{
    size_t n = take_seats(k, entity);
    *homes = *units = 0;
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i; j < n && k->seats[j].part == k->seats[i].part; j++)
            ;
        if (is_home(k, k->seats[i].part, j - i)) {
            k->home[(*homes)++] = k->seats[i].part;
            continue;
        }
        for (size_t s = i; s < j && s < i + GUESTS_MAX; s++)
            k->unit[(*units)++] = k->seats[s].site;
    }
    if (*homes > HOMES_MAX)
        *homes = 0;
}

static int add_pairs(struct maker *k, uint32_t entity)
{
    size_t homes, units;
    uint32_t behind = (uint32_t)k->m->site_count;
    int rc = 0;
    split_carriers(k, entity, &homes, &units);
    for (size_t i = 0; i < homes && !rc; i++)
        for (size_t j = i + 1; j < homes && !rc; j++)
            rc = add_pair(k, behind + k->home[i], behind + k->home[j]);
    for (size_t i = 0; i < units && !rc; i++) {
        bool lone = !has_profile(k->out, k->out->part_of[k->unit[i]]);
        for (size_t j = 0; j < homes && lone && !rc; j++)
            rc = add_pair(k, k->unit[i], behind + k->home[j]);
    }
    return rc ? rc : add_site_pairs(k, units);
}

/* The entities of a unit: its i-th, ascending; false behind the last. */
static bool unit_entity(const struct maker *k, uint32_t unit, uint32_t i, uint32_t *entity)
{
    uint32_t behind = (uint32_t)k->m->site_count;
    if (unit >= behind) {
        const struct contract_part *p = &k->out->parts[unit - behind];
        if (i < p->count)
            *entity = k->out->profile[p->first + i];
        return i < p->count;
    }
    const struct model_site *s = &k->m->sites[unit];
    if (i < s->count)
        *entity = k->m->ties[k->m->holds[s->first + i]].entity;
    return i < s->count;
}

static int32_t unit_family(const struct maker *k, uint32_t unit)
{
    uint32_t behind = (uint32_t)k->m->site_count;
    return unit >= behind ? k->out->parts[unit - behind].family : k->m->sites[unit].family;
}

static uint32_t unit_part(const struct maker *k, uint32_t unit)
{
    uint32_t behind = (uint32_t)k->m->site_count;
    return unit >= behind ? unit - behind : k->out->part_of[unit];
}

struct shared { /* what two units have in common */
    struct weigh_sum sum, uncut;
    bool host; /* a host of theirs, of whatever use */
};

/* Evidence of one kind only: a template brings all of its marks to whoever buys it. */
static bool one_kind(const struct weigh_sum *sum, const struct constants *k)
{
    int kinds = 0;
    for (int g = 0; g < RX_GROUP_COUNT; g++)
        kinds += sum->term[WEIGH_PROGRAMME][g][0] > k->v[K_CAP_T4];
    return kinds < 2;
}

static bool template_only(const struct shared *s, const struct constants *k)
{
    return one_kind(&s->sum, k) && !s->host && s->sum.term[WEIGH_PROGRAMME][RX_GROUP_ENGINE][0] > 0;
}

/* Does it show a checkout host or form target other than itself? */
static bool has_till(const struct maker *k, uint32_t unit)
{
    uint32_t entity = 0;
    for (uint32_t i = 0; unit_entity(k, unit, i, &entity); i++) {
        const struct model_entity *e = &k->m->entities[entity];
        if (e->bar == MODEL_FREE && e->bound && e->cls->host_valued &&
            e->cls->level == RX_LEVEL_PROGRAMME &&
            (unit >= k->m->site_count || !rx_str_eq(e->text, k->m->sites[unit].name)))
            return true;
    }
    return false;
}

static void share(struct shared *out, const struct maker *k, uint32_t a, uint32_t b)
{
    uint32_t x = 0, y = 0;
    weigh_start(&out->sum);
    weigh_start(&out->uncut);
    out->host = false;
    for (uint32_t i = 0, j = 0; unit_entity(k, a, i, &x) && unit_entity(k, b, j, &y);) {
        const struct model_entity *e = &k->m->entities[x];
        if (x == y) {
            weigh_add(&out->sum, e, 1);
            out->host = out->host || (e->bits > 0 && e->cls->host_valued);
        }
        if (x == y && !k->cut[x])
            weigh_add(&out->uncut, e, 1);
        i += x <= y;
        j += y <= x;
    }
}

/* What a template joins to a part was judged before (template.h), so alone it joins nothing more to
 * one, nor two shops whose tills differ. A family too small to testify in a single pair still keeps
 * its shops apart here, where the whole case is seen. */
static bool may_join(const struct maker *k, const struct shared *s, uint32_t a, uint32_t b,
                     bool differ)
{
    if (differ && one_kind(&s->sum, k->k))
        return false;
    if (!template_only(s, k->k))
        return true;
    bool lone = !has_profile(k->out, unit_part(k, a)) && !has_profile(k->out, unit_part(k, b));
    return lone && !(has_till(k, a) && has_till(k, b));
}

/* M of two units; -INFINITY: not to be joined. Between two parts nothing is capped as copyable:
 * what half of both show was not copied from a page. */
static double compare_units(const struct maker *k, uint32_t a, uint32_t b)
{
    uint32_t behind = (uint32_t)k->m->site_count;
    bool parts = a >= behind && b >= behind;
    struct shared s;
    share(&s, k, a, b);
    int32_t f = unit_family(k, a), g = unit_family(k, b);
    bool differ = f != MODEL_NONE && g != MODEL_NONE && f != g;
    if (!may_join(k, &s, a, b, differ))
        return -INFINITY;
    if (a < behind && b < behind) /* two sites: with what was hidden */
        weigh_pair(&s.sum, k->m, k->k, a, b);
    if (parts)
        weigh_at_home(&s.sum);
    double bits = weigh_for(&s.sum, WEIGH_PROGRAMME, k->k);
    if (parts) {
        double rest = weigh_for(&s.uncut, WEIGH_PROGRAMME, k->k);
        bits = rest < k->k->v[K_CAP_T2] ? rest : bits;
    }
    bits += constants_prior_bits(k->k);
    return differ ? bits + k->k->v[K_DIFFERS] : bits;
}

static int by_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static int by_edge(const void *a, const void *b)
{
    const struct contract_edge *x = a, *y = b;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    if (x->b != y->b)
        return x->b < y->b ? -1 : 1;
    return x->score > y->score ? -1 : x->score < y->score;
}

static int add_edge(struct contract *out, uint32_t a, uint32_t b, double score)
{
    struct contract_edge *edges =
        vec_grow(out->edges, out->edge_count, &out->edge_cap, sizeof *edges);
    if (!edges)
        return RX_ENOMEM;
    out->edges = edges;
    out->edges[out->edge_count++] = (struct contract_edge){a < b ? a : b, a < b ? b : a, score};
    return 0;
}

static int compare_pairs(struct maker *k)
{
    struct contract *out = k->out;
    int rc = 0;
    if (k->pair_count)
        qsort(k->pairs, k->pair_count, sizeof *k->pairs, by_u64);
    for (size_t i = 0; i < k->pair_count && !rc; i++) {
        if (i && k->pairs[i] == k->pairs[i - 1])
            continue;
        uint32_t a = (uint32_t)(k->pairs[i] >> 32), b = (uint32_t)k->pairs[i];
        double score = constants_score(compare_units(k, a, b));
        out->pairs++;
        if (score >= k->k->v[K_PROBABLE])
            rc = add_edge(out, unit_part(k, a), unit_part(k, b), score);
    }
    if (rc || !out->edge_count)
        return rc;
    qsort(out->edges, out->edge_count, sizeof *out->edges, by_edge);
    size_t kept = 0; /* the best of each pair of parts comes first */
    for (size_t i = 1; i < out->edge_count; i++)
        if (out->edges[i].a != out->edges[kept].a || out->edges[i].b != out->edges[kept].b)
            out->edges[++kept] = out->edges[i];
    out->edge_count = kept + 1;
    return 0;
}

int contract_find(struct contract *out, const struct model *m, const struct connect *c,
                  const bool *cut, const struct constants *k)
{
    *out = (struct contract){0};
    struct maker maker = {.out = out, .m = m, .k = k, .cut = cut};
    maker.home = vec_zero(m->site_count, sizeof *maker.home);
    maker.unit = vec_zero(m->site_count, sizeof *maker.unit);
    maker.seats = vec_zero(m->site_count, sizeof *maker.seats);
    int rc = maker.home && maker.unit && maker.seats ? 0 : RX_ENOMEM;
    if (!rc)
        rc = find_parts(out, m, c);
    if (!rc)
        rc = find_families(out, m);
    if (!rc)
        rc = find_profiles(&maker);
    for (uint32_t e = 0; e < m->entity_count && !rc; e++)
        if (counts(&m->entities[e]) && m->entities[e].bits > k->v[K_CAP_T3])
            rc = add_pairs(&maker, e);
    if (!rc)
        rc = compare_pairs(&maker);
    free(maker.home);
    free(maker.unit);
    free(maker.seats);
    free(maker.pairs);
    if (rc)
        contract_done(out);
    return rc;
}

void contract_done(struct contract *c)
{
    free(c->part_of);
    free(c->parts);
    free(c->profile);
    free(c->edges);
    *c = (struct contract){0};
}
