/* articulate.c - see articulate.h. Source: Tarjan (1972), iterative.
 *
 * Nodes are sites (0..S-1) and connectors (S..S+C-1). The search starts at sites, so a connector is
 * never a root. For a child c of connector v, the subtree of c is a part of its own exactly if
 * low[c] >= disc[v]; what is left of the component is the part on v's upper side. A subtree is an
 * interval of discovery times, so the sites in a part are a difference of prefix sums. */
#include "graph/articulate.h"

#include "graph/echo.h"
#include "graph/vec.h"

#include <math.h>
#include <stdlib.h>

struct search {
    const struct model *m;
    const struct connect *c;
    const struct constants *k;
    uint32_t sites, nodes;
    uint32_t *echo_of;           /* by connector: echo.h; what echoes is left out of the search */
    uint32_t *first, *next_site; /* connectors of each site, CSR */
    uint32_t *disc, *low, *end;  /* discovery time from 1; end: last time in the subtree */
    uint32_t *parent, *at, *root_disc, *root_end, *stack;
    uint32_t *site_sum, *node_at, *end_at; /* by discovery time */
};

static bool echoes(const struct search *s, uint32_t connector)
{
    return s->echo_of[connector] != connector;
}

static uint32_t degree(const struct search *s, uint32_t node)
{
    return node < s->sites ? s->first[node + 1] - s->first[node]
                           : s->c->items[node - s->sites].count;
}

static uint32_t neighbour(const struct search *s, uint32_t node, uint32_t i)
{
    return node < s->sites ? s->sites + s->next_site[s->first[node] + i]
                           : s->c->sites[s->c->items[node - s->sites].first + i];
}

static void search_done(struct search *s)
{
    free(s->echo_of);
    free(s->first);
    free(s->next_site);
    free(s->disc);
    free(s->low);
    free(s->end);
    free(s->parent);
    free(s->at);
    free(s->root_disc);
    free(s->root_end);
    free(s->stack);
    free(s->site_sum);
    free(s->node_at);
    free(s->end_at);
}

static int search_init(struct search *s)
{
    s->sites = (uint32_t)s->m->site_count;
    s->nodes = s->sites + (uint32_t)s->c->count;
    s->echo_of = vec_zero(s->c->count, sizeof(uint32_t));
    if (!s->echo_of || echo_find(s->echo_of, s->c, s->m))
        return RX_ENOMEM;
    s->first = vec_zero((size_t)s->sites + 2, sizeof(uint32_t));
    s->next_site = vec_zero(s->c->site_count, sizeof(uint32_t));
    uint32_t **tables[] = {&s->disc,     &s->low,     &s->end,       &s->parent,
                           &s->at,       &s->stack,   &s->root_disc, &s->root_end,
                           &s->site_sum, &s->node_at, &s->end_at};
    bool whole = s->first && s->next_site;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        *tables[i] = vec_zero((size_t)s->nodes + 2, sizeof(uint32_t));
        whole = whole && *tables[i];
    }
    if (!whole)
        return RX_ENOMEM;
    for (uint32_t i = 0; i < s->c->count; i++)
        for (uint32_t j = 0; !echoes(s, i) && j < s->c->items[i].count; j++)
            s->first[s->c->sites[s->c->items[i].first + j] + 2]++;
    for (uint32_t i = 2; i < s->sites + 2; i++)
        s->first[i] += s->first[i - 1];
    for (uint32_t i = 0; i < s->c->count; i++)
        for (uint32_t j = 0; !echoes(s, i) && j < s->c->items[i].count; j++)
            s->next_site[s->first[s->c->sites[s->c->items[i].first + j] + 1]++] = i;
    return 0;
}

static uint32_t lesser(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Depth-first from one site; *clock counts discoveries. */
static void visit(struct search *s, uint32_t root, uint32_t *clock)
{
    uint32_t depth = 0, began = *clock + 1;
    s->stack[depth++] = root;
    s->disc[root] = s->low[root] = ++*clock;
    s->parent[root] = root;
    while (depth) {
        uint32_t node = s->stack[depth - 1];
        if (s->at[node] < degree(s, node)) {
            uint32_t to = neighbour(s, node, s->at[node]++);
            if (!s->disc[to]) {
                s->disc[to] = s->low[to] = ++*clock;
                s->parent[to] = node;
                s->stack[depth++] = to;
            } else if (to != s->parent[node]) {
                s->low[node] = lesser(s->low[node], s->disc[to]);
            }
            continue;
        }
        depth--;
        s->end[node] = *clock;
        if (node != root)
            s->low[s->parent[node]] = lesser(s->low[s->parent[node]], s->low[node]);
    }
    for (uint32_t t = began; t <= *clock; t++) {
        s->root_disc[t] = began; /* by discovery time: the component's interval */
        s->root_end[t] = *clock;
    }
}

static void sum_up(struct search *s)
{
    for (uint32_t i = 0; i < s->nodes; i++) {
        uint32_t t = s->disc[i];
        if (!t)
            continue;
        s->site_sum[t] = i < s->sites;
        s->node_at[t] = i;
        s->end_at[t] = s->end[i];
    }
    for (uint32_t t = 1; t < s->nodes + 2; t++)
        s->site_sum[t] += s->site_sum[t - 1];
}

struct part {     /* a piece that hangs on one connector */
    uint32_t key; /* discovery time of its root; 0: the upper side */
    uint32_t sites;
    uint32_t carriers; /* of the connector */
    int32_t family;    /* of most of its sites, or MODEL_NONE */
};

struct carrier {
    uint32_t key, site;
};

static int by_key(const void *a, const void *b)
{
    const struct carrier *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->site < y->site ? -1 : x->site > y->site;
}

static uint32_t between(const uint32_t *sum, uint32_t first, uint32_t last)
{
    return sum[last] - sum[first - 1];
}

/* Which part of connector v a carrier lies in: children are sites, so the child above a site is
 * found among v's own children by discovery time. child[] holds their times, ascending. */
static uint32_t part_key(const struct search *s, uint32_t v, const uint32_t *child, size_t n,
                         uint32_t site)
{
    uint32_t t = s->disc[site];
    if (t < s->disc[v] || t > s->end[v])
        return 0;
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (child[middle] <= t)
            low = middle + 1;
        else
            high = middle;
    }
    return low && t <= s->end_at[child[low - 1]] ? child[low - 1] : 0;
}

/* May v hold this part together with others? family: of v, or of the parts that have one. */
static bool may_hold(const struct search *s, const struct connector *v, const struct part *p,
                     int32_t family)
{
    bool own = p->family != MODEL_NONE && p->family != family;
    return v->bound && v->unseen && !own && p->carriers >= fmax(3, s->k->v[K_CARRIED] * p->sites);
}

struct judge { /* scratch for one connector */
    uint32_t *child;
    struct carrier *carriers;
    struct part *parts;
    uint32_t *keep;
    bool *stays; /* by part: v holds it together with the others that stay */
};

/* Parts of connector v, by key; returns their number. */
static size_t find_parts(const struct search *s, struct judge *j, uint32_t index)
{
    const struct connector *v = &s->c->items[index];
    uint32_t node = s->sites + index;
    size_t children = 0, count = 0;
    for (uint32_t i = 0; i < v->count; i++) {
        uint32_t site = s->c->sites[v->first + i];
        if (s->parent[site] == node && s->low[site] >= s->disc[node])
            j->child[children++] = s->disc[site];
    }
    qsort(j->child, children, sizeof *j->child, vec_by_u32);
    for (uint32_t i = 0; i < v->count; i++) {
        uint32_t site = s->c->sites[v->first + i];
        uint32_t key = part_key(s, node, j->child, children, site);
        j->carriers[i] = (struct carrier){key, site};
    }
    qsort(j->carriers, v->count, sizeof *j->carriers, by_key);
    for (uint32_t i = 0; i < v->count; i++) {
        if (!count || j->parts[count - 1].key != j->carriers[i].key)
            j->parts[count++] = (struct part){.key = j->carriers[i].key};
        j->parts[count - 1].carriers++;
    }
    return count;
}

static void measure_parts(const struct search *s, struct part *parts, size_t n, uint32_t node)
{
    uint32_t t = s->disc[node];
    uint32_t sites = between(s->site_sum, s->root_disc[t], s->root_end[t]);
    for (size_t i = 0; i < n; i++) {
        if (!parts[i].key)
            continue;
        parts[i].sites = between(s->site_sum, parts[i].key, s->end_at[parts[i].key]);
        sites -= parts[i].sites;
    }
    if (n && !parts[0].key) /* sorted by key, so the upper side is the first */
        parts[0].sites = sites;
}

/* The next discovery time inside a part at or after t; 0: none. parts are sorted by key. */
static uint32_t next_time(const struct search *s, const struct part *p, const struct part *parts,
                          size_t n, uint32_t t, uint32_t last)
{
    if (p->key)
        return t <= s->end_at[p->key] ? t : 0;
    for (size_t i = 0; i < n; i++) /* the upper side: what is in no other part */
        if (parts[i].key && t >= parts[i].key && t <= s->end_at[parts[i].key])
            t = s->end_at[parts[i].key] + 1;
    return t <= last ? t : 0;
}

/* Boyer and Moore's majority vote, then a count. Linear in the part. */
static int32_t majority(const struct search *s, const struct part *p, const struct part *parts,
                        size_t n, uint32_t node)
{
    uint32_t first = p->key ? p->key : s->root_disc[s->disc[node]];
    uint32_t last = p->key ? s->end_at[p->key] : s->root_end[s->disc[node]];
    int32_t vote = MODEL_NONE;
    uint32_t lead = 0, count = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t t = first; (t = next_time(s, p, parts, n, t, last)); t++) {
            if (s->node_at[t] >= s->sites)
                continue;
            int32_t family = s->m->sites[s->node_at[t]].family;
            if (pass) {
                count += family == vote;
            } else if (!lead || family == vote) {
                vote = family;
                lead++;
            } else {
                lead--;
            }
        }
    }
    return count * 2 > p->sites ? vote : MODEL_NONE;
}

/* Fills the majority families of the big parts; returns the one that v is measured by. */
static int32_t find_families(const struct search *s, const struct connector *v, struct part *parts,
                             size_t n, uint32_t node)
{
    int32_t family = v->family;
    uint32_t carriers = 0;
    for (size_t i = 0; i < n; i++) {
        struct part *p = &parts[i];
        p->family = MODEL_NONE;
        if (p->sites < s->k->v[K_ESTABLISHED])
            continue;
        p->family = majority(s, p, parts, n, node);
        if (v->family == MODEL_NONE && p->family != MODEL_NONE && p->carriers > carriers) {
            family = p->family;
            carriers = p->carriers;
        }
    }
    return family;
}

/* Does v only say where a site lodges? Landlords have several guests. */
static bool is_lodging(const struct search *s, const struct connector *v)
{
    return v->entity != CONNECT_SIGNATURE &&
           s->m->entities[v->entity].cls->level == RX_LEVEL_HOSTING;
}

/* One site of a part that holds together without v, and v can be copied, or is its landlord's. What
 * two sites of a part carry is in use there. */
static bool is_stray(const struct search *s, const struct connector *v, const struct part *p)
{
    return (!v->bound || is_lodging(s, v)) && p->sites > 1 && p->carriers == 1;
}

/* Which of the big parts may v hold? If one at most, the one that has nearly all of its carriers.
 */
static void judge_big(const struct search *s, const struct connector *v, struct part *parts,
                      size_t n, uint32_t node, bool *stays)
{
    int32_t family = find_families(s, v, parts, n, node);
    size_t held = 0, carriers = 0, widest = 0;
    for (size_t i = 0; i < n; i++) {
        const struct part *p = &parts[i];
        if (p->sites < s->k->v[K_ESTABLISHED])
            continue;
        stays[i] = may_hold(s, v, p, family);
        held += stays[i];
        carriers += p->carriers;
        if (parts[widest].sites < s->k->v[K_ESTABLISHED] || p->carriers > parts[widest].carriers)
            widest = i;
    }
    if (held >= 2)
        return;
    bool dominated = parts[widest].carriers >= s->k->v[K_DOMINANT] * (double)carriers;
    for (size_t i = 0; i < n; i++)
        if (parts[i].sites >= s->k->v[K_ESTABLISHED])
            stays[i] = dominated && i == widest;
}

/* Fills j->stays by part; returns how many do not stay. Single sites always do. */
static size_t judge(const struct search *s, struct judge *j, uint32_t index, size_t n)
{
    const struct connector *v = &s->c->items[index];
    size_t big = 0, whole = 0, cut_off = 0;
    for (size_t i = 0; i < n; i++) {
        big += j->parts[i].sites >= s->k->v[K_ESTABLISHED];
        whole += j->parts[i].sites > 1;
        j->stays[i] = true;
    }
    if (big > 1)
        judge_big(s, v, j->parts, n, s->sites + index, j->stays);
    for (size_t i = 0; i < n; i++) {
        j->stays[i] = j->stays[i] && !(whole > 1 && is_stray(s, v, &j->parts[i]));
        cut_off += !j->stays[i];
    }
    return cut_off;
}

/* Adds v again: whole, or in copies. */
static int decide(const struct search *s, struct judge *j, struct connect *out, uint32_t index,
                  size_t parts, bool *was_cut)
{
    const struct connector *v = &s->c->items[index];
    *was_cut = judge(s, j, index, parts) > 0;
    size_t kept = 0, at = 0;
    int rc = 0;
    for (size_t i = 0; i < parts && !rc; i++) {
        size_t own = kept;
        for (uint32_t c = 0; c < j->parts[i].carriers; c++)
            j->keep[kept++] = j->carriers[at++].site;
        if (!j->stays[i]) {
            rc = connect_add(out, v, j->keep + own, j->parts[i].carriers);
            kept = own;
        }
    }
    return rc ? rc : connect_add(out, v, j->keep, kept);
}

static int judge_all(struct search *s, struct connect *out, bool *cut)
{
    size_t room = s->m->site_count;
    struct judge j = {vec_zero(room, sizeof(uint32_t)), vec_zero(room, sizeof(struct carrier)),
                      vec_zero(room, sizeof(struct part)), vec_zero(room, sizeof(uint32_t)),
                      vec_zero(room, sizeof(bool))};
    int rc = j.child && j.carriers && j.parts && j.keep && j.stays ? 0 : RX_ENOMEM;
    for (uint32_t i = 0; i < s->c->count && !rc; i++) {
        bool was_cut = false;
        if (echoes(s, i))
            continue; /* it joins nobody whom the other does not */
        size_t parts = find_parts(s, &j, i);
        measure_parts(s, j.parts, parts, s->sites + i);
        rc = decide(s, &j, out, i, parts, &was_cut);
        if (cut)
            cut[i] = was_cut;
    }
    for (uint32_t i = 0; cut && i < s->c->count && !rc; i++)
        cut[i] = cut[s->echo_of[i]];
    free(j.child);
    free(j.carriers);
    free(j.parts);
    free(j.keep);
    free(j.stays);
    return rc;
}

int articulate(struct connect *out, bool *cut, const struct connect *before, const struct model *m,
               const struct constants *k)
{
    struct search s = {.m = m, .c = before, .k = k};
    *out = (struct connect){0};
    int rc = search_init(&s);
    uint32_t clock = 0;
    for (uint32_t i = 0; i < s.sites && !rc; i++)
        if (!s.disc[i] && degree(&s, i))
            visit(&s, i, &clock);
    if (!rc) {
        sum_up(&s);
        rc = judge_all(&s, out, cut);
    }
    search_done(&s);
    if (rc)
        connect_done(out);
    return rc;
}
