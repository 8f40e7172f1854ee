/* partition.c - see partition.h. */
#include "graph/partition.h"

#include "graph/leiden.h"
#include "graph/vec.h"
#include "graph/weigh.h"

#include <stdlib.h>

/* ---- parts that contradict each other ---------------------------------------------------- */

struct settler {
    const struct contract *c;
    const struct constants *k;
    uint32_t *group;  /* Leiden's communities, by part */
    uint32_t *parent; /* the settled ones */
    uint32_t *seed;   /* by set: least labelled part of its bundle + 1; 0: none */
    uint32_t *sites;  /* by set */
};

static bool is_labelled(const struct settler *s, uint32_t part)
{
    return s->c->parts[part].family != MODEL_NONE && contract_is_big(s->c, part, s->k);
}

static int by_score(const void *a, const void *b)
{
    const struct contract_edge *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return x->b < y->b ? -1 : x->b > y->b;
}

/* One set of both, unless each is a bundle of its own. */
static void unite(struct settler *s, uint32_t a, uint32_t b)
{
    a = vec_sets_find(s->parent, a);
    b = vec_sets_find(s->parent, b);
    if (a == b || (s->seed[a] && s->seed[b]))
        return;
    uint32_t seed = s->seed[a] ? s->seed[a] : s->seed[b];
    uint32_t sites = s->sites[a] + s->sites[b];
    vec_sets_union(s->parent, a, b);
    a = vec_sets_find(s->parent, a);
    s->seed[a] = seed;
    s->sites[a] = sites;
}

static bool is_lone(const struct settler *s, uint32_t part)
{
    return s->c->parts[part].size == 1;
}

/* What keeps an edge from being followed at once. Each looks at the groups as the edges before have
 * left them: at all that grow without bridges before a bridge is judged, whatever its score. */
typedef bool put_off_fn(const struct settler *s, const struct contract_edge *e);

/* Does the word of a single site stand behind the edge? */
static bool ends_in_a_site(const struct settler *s, const struct contract_edge *e)
{
    return is_lone(s, e->a) || is_lone(s, e->b);
}

/* Is neither end a site that still stands alone, and only follows its best edge? */
static bool joins_groups(const struct settler *s, const struct contract_edge *e)
{
    return s->sites[vec_sets_find(s->parent, e->a)] > 1 &&
           s->sites[vec_sets_find(s->parent, e->b)] > 1;
}

/* Would it join two groups that stand by themselves? */
static bool joins_established(const struct settler *s, const struct contract_edge *e)
{
    return s->sites[vec_sets_find(s->parent, e->a)] >= s->k->v[K_ESTABLISHED] &&
           s->sites[vec_sets_find(s->parent, e->b)] >= s->k->v[K_ESTABLISHED];
}

/* Follows the edges in their order; those put off are left, n is how many. */
static size_t follow(struct settler *s, struct contract_edge *edges, size_t n, put_off_fn *put_off)
{
    size_t later = 0;
    for (size_t i = 0; i < n; i++) {
        if (put_off(s, &edges[i]))
            edges[later++] = edges[i];
        else
            unite(s, edges[i].a, edges[i].b);
    }
    return later;
}

struct crossing {
    uint32_t low, high;       /* the groups */
    struct contract_edge way; /* between parts of theirs */
};

static int by_groups(const void *a, const void *b)
{
    const struct crossing *x = a, *y = b;
    if (x->low != y->low)
        return x->low < y->low ? -1 : 1;
    if (x->high != y->high)
        return x->high < y->high ? -1 : 1;
    return by_score(&x->way, &y->way);
}

/* Do all ways between two groups end in one and the same lone site? */
static bool is_bridge(const struct settler *s, const struct crossing *ways, size_t n)
{
    const uint32_t ends[2] = {ways[0].way.a, ways[0].way.b};
    for (size_t e = 0; e < 2; e++) {
        size_t i = 0;
        while (i < n && (ways[i].way.a == ends[e] || ways[i].way.b == ends[e]))
            i++;
        if (i == n && is_lone(s, ends[e]))
            return true;
    }
    return false;
}

/* Groups are joined by edges that were put off, where more than one site speaks for it. */
static int cross(struct settler *s, const struct contract_edge *edges, size_t n)
{
    struct crossing *ways = vec_zero(n, sizeof *ways);
    size_t count = 0;
    if (!ways)
        return RX_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        uint32_t a = vec_sets_find(s->parent, edges[i].a);
        uint32_t b = vec_sets_find(s->parent, edges[i].b);
        if (a != b)
            ways[count++] = (struct crossing){a < b ? a : b, a < b ? b : a, edges[i]};
    }
    if (count)
        qsort(ways, count, sizeof *ways, by_groups);
    for (size_t i = 0, e; i < count; i = e) {
        for (e = i; e < count && ways[e].low == ways[i].low && ways[e].high == ways[i].high; e++)
            ;
        if (!is_bridge(s, ways + i, e - i))
            unite(s, ways[i].low, ways[i].high);
    }
    free(ways);
    return 0;
}

/* First the labelled parts of a community that evidence ties directly; then everything else, best
 * edge first, never joining two bundles, nor two established groups by one site that shows marks
 * of both: it may have copied them. Which groups are established is known when parts of several
 * sites have been joined and each lone site has followed its best edge. edges are those inside
 * communities. */
static int settle(struct settler *s, struct contract_edge *edges, size_t n)
{
    vec_sets_init(s->parent, s->c->part_count);
    for (size_t i = 0; i < n; i++)
        if (is_labelled(s, edges[i].a) && is_labelled(s, edges[i].b))
            vec_sets_union(s->parent, edges[i].a, edges[i].b);
    for (uint32_t p = 0; p < s->c->part_count; p++) {
        uint32_t set = vec_sets_find(s->parent, p);
        s->sites[set] += s->c->parts[p].size;
        if (is_labelled(s, p))
            s->seed[set] = set + 1;
    }
    if (n)
        qsort(edges, n, sizeof *edges, by_score);
    n = follow(s, edges, n, ends_in_a_site);
    n = follow(s, edges, n, joins_groups);
    n = follow(s, edges, n, joins_established);
    return cross(s, edges, n);
}

static int find_communities(struct settler *s, struct rx_err *err)
{
    const struct contract *c = s->c;
    struct leiden_edge *edges = vec_zero(c->edge_count, sizeof *edges);
    struct contract_edge *inside = vec_zero(c->edge_count, sizeof *inside);
    int rc = edges && inside ? 0 : RX_ENOMEM;
    if (rc)
        (void)rx_fail(err, rc, "no memory for the communities");
    for (size_t i = 0; i < c->edge_count && !rc; i++)
        edges[i] = (struct leiden_edge){c->edges[i].a, c->edges[i].b, c->edges[i].score};
    if (!rc)
        rc = leiden_cpm(s->group, c->part_count, edges, c->edge_count, s->k->v[K_RESOLUTION],
                        (uint64_t)s->k->v[K_SEED], err);
    size_t n = 0;
    for (size_t i = 0; i < c->edge_count && !rc; i++)
        if (s->group[c->edges[i].a] == s->group[c->edges[i].b])
            inside[n++] = c->edges[i];
    if (!rc && (rc = settle(s, inside, n)))
        (void)rx_fail(err, rc, "no memory for the communities");
    free(edges);
    free(inside);
    return rc;
}

/* ---- sites that only an affiliate's marks tie to others ------------------------------------ */

struct joiner {
    struct partition *p;
    const struct model *m;
    const struct constants *k;
    uint32_t *parent; /* over sites */
    uint32_t *home;   /* by set: the network its sites point to; UINT32_MAX: none yet */
    bool *torn;       /* by set: they point to several */
    uint32_t *seats;
};

static bool is_loose(const struct joiner *j, uint32_t site)
{
    return j->p->group[site] == UINT32_MAX && model_is_storefront(j->m, site);
}

static bool is_strong(const struct joiner *j, uint32_t a, uint32_t b)
{
    double bits = weigh_bits(j->m, j->k, a, b, WEIGH_AFFILIATE);
    return constants_score(bits) >= j->k->v[K_STRONG];
}

/* Visits pairs of one affiliate value with a loose site in them. */
static void join_under(struct joiner *j, uint32_t entity, bool link_loose)
{
    const struct model_entity *e = &j->m->entities[entity];
    size_t n = 0;
    for (uint32_t i = e->first; i < e->first + e->count; i++)
        if (model_is_storefront(j->m, j->m->ties[i].site))
            j->seats[n++] = j->m->ties[i].site;
    for (size_t x = 0; x < n; x++) {
        for (size_t y = 0; y < n; y++) {
            uint32_t a = j->seats[x], b = j->seats[y];
            if (x == y || !is_loose(j, a) || !is_strong(j, a, b))
                continue;
            if (link_loose) {
                if (is_loose(j, b))
                    vec_sets_union(j->parent, a, b);
                continue;
            }
            uint32_t set = vec_sets_find(j->parent, a);
            if (is_loose(j, b) || j->home[set] == j->p->group[b])
                continue;
            j->torn[set] = j->torn[set] || j->home[set] != UINT32_MAX;
            j->home[set] = j->p->group[b];
        }
    }
}

static bool is_lead(const struct joiner *j, uint32_t entity)
{
    const struct model_entity *e = &j->m->entities[entity];
    return e->bar == MODEL_FREE && e->cls->level == RX_LEVEL_AFFILIATE && e->storefronts >= 2 &&
           e->storefronts <= j->k->v[K_EXPAND] && e->bits > j->k->v[K_CAP_T2];
}

/* Each set of loose sites follows its affiliate home, founds a network, or stays alone. */
static void give_homes(struct joiner *j, uint32_t *size)
{
    size_t n = j->m->site_count;
    for (uint32_t s = 0; s < n; s++)
        size[vec_sets_find(j->parent, s)]++;
    for (uint32_t s = 0; s < n; s++)
        j->p->loose[s] = is_loose(j, s);
    for (uint32_t s = 0; s < n; s++) {
        uint32_t set = vec_sets_find(j->parent, s);
        if (!j->p->loose[s])
            continue;
        if (j->home[set] != UINT32_MAX && !j->torn[set])
            j->p->group[s] = j->home[set];
        else if (size[set] > 1 && !j->torn[set])
            j->p->group[s] = set; /* the least of the set */
        else
            j->p->loose[s] = false;
    }
}

static int join_loose(struct partition *p, const struct model *m, const struct constants *k)
{
    struct joiner j = {p,
                       m,
                       k,
                       vec_zero(m->site_count, sizeof(uint32_t)),
                       vec_zero(m->site_count, sizeof(uint32_t)),
                       vec_zero(m->site_count, sizeof(bool)),
                       vec_zero(m->site_count, sizeof(uint32_t))};
    uint32_t *size = vec_zero(m->site_count, sizeof *size);
    int rc = j.parent && j.home && j.torn && j.seats && size ? 0 : RX_ENOMEM;
    if (!rc) {
        vec_sets_init(j.parent, m->site_count);
        for (size_t s = 0; s < m->site_count; s++)
            j.home[s] = UINT32_MAX;
    }
    for (int pass = 0; pass < 2 && !rc; pass++)
        for (uint32_t e = 0; e < m->entity_count; e++)
            if (is_lead(&j, e))
                join_under(&j, e, pass == 0);
    if (!rc)
        give_homes(&j, size);
    free(j.parent);
    free(j.home);
    free(j.torn);
    free(j.seats);
    free(size);
    return rc;
}

/* ---- the door ------------------------------------------------------------------------------ */

/* Parts to sites. A network of one is none. */
static int spread_groups(struct partition *p, const struct model *m, const struct settler *s)
{
    uint32_t *sites = vec_zero(s->c->part_count, sizeof *sites);
    uint32_t *least = vec_zero(s->c->part_count, sizeof *least);
    int rc = sites && least ? 0 : RX_ENOMEM;
    for (uint32_t q = 0; q < s->c->part_count && !rc; q++) {
        uint32_t set = vec_sets_find(s->parent, q);
        if (!sites[set])
            least[set] = s->c->parts[q].least; /* parts are in order of their least site */
        sites[set] += s->c->parts[q].size;
    }
    for (uint32_t i = 0; i < m->site_count && !rc; i++) {
        p->group[i] = UINT32_MAX;
        if (s->c->part_of[i] == UINT32_MAX)
            continue;
        uint32_t set = vec_sets_find(s->parent, s->c->part_of[i]);
        if (sites[set] > 1)
            p->group[i] = least[set];
    }
    free(sites);
    free(least);
    return rc;
}

int partition_find(struct partition *p, const struct model *m, const struct contract *c,
                   const struct constants *k, struct rx_err *err)
{
    struct settler s = {c,
                        k,
                        vec_zero(c->part_count, sizeof(uint32_t)),
                        vec_zero(c->part_count, sizeof(uint32_t)),
                        vec_zero(c->part_count, sizeof(uint32_t)),
                        vec_zero(c->part_count, sizeof(uint32_t))};
    *p = (struct partition){vec_zero(m->site_count, sizeof(uint32_t)),
                            vec_zero(m->site_count, sizeof(bool))};
    int rc = s.group && s.parent && s.seed && s.sites && p->group && p->loose ? 0 : RX_ENOMEM;
    if (rc)
        (void)rx_fail(err, rc, "no memory for the networks");
    if (!rc)
        rc = find_communities(&s, err);
    if (!rc && (spread_groups(p, m, &s) || join_loose(p, m, k)))
        rc = rx_fail(err, RX_ENOMEM, "no memory for the networks");
    free(s.group);
    free(s.parent);
    free(s.seed);
    free(s.sites);
    if (rc)
        partition_done(p);
    return rc;
}

void partition_done(struct partition *p)
{
    free(p->group);
    free(p->loose);
    *p = (struct partition){0};
}
