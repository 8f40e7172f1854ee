/* edges.c - see edges.h. */
#include "graph/export/edges.h"

#include "graph/export/sample.h"
#include "graph/vec.h"
#include "graph/weigh.h"

#include <stdlib.h>

enum { PARTNERS = 3, PAIRS_WHOLE = 24, RING = 3, CLASSES_MAX = 8 };

/* ---- links ------------------------------------------------------------------------------------
 */

/* From what seeds were taken out of to their sites, and to those whose identifiers it names: there
 * the first speaks for all. */
static int lead_edges(struct scene *s)
{
    const uint32_t first = (uint32_t)(s->node_count - s->origins.node_count);
    int rc = 0;
    for (size_t i = 0; i < s->origins.lead_count && !rc; i++) {
        const struct origin_lead *l = &s->origins.leads[i];
        if (s->node_of_site[l->site] == UINT32_MAX)
            continue;
        const struct rx_str kind =
            l->cls ? RX_STR("names") : rx_str(s->origins.nodes[l->node].kind);
        rc = scene_add_edge(s, &(struct scene_edge){.a = first + l->node,
                                                    .b = s->node_of_site[l->site],
                                                    .kind = kind,
                                                    .weight = 1,
                                                    .count = l->cls ? 1 : l->seeds,
                                                    .evidence = rx_str(l->cls ? l->cls->name : ""),
                                                    .evidence_count = l->cls ? 1 : 0,
                                                    .first_ms = l->added_ms,
                                                    .last_ms = l->added_ms,
                                                    .sample_url = l->url,
                                                    .warc = l->warc,
                                                    .tie = UINT32_MAX});
    }
    return rc;
}

static int link_edges(struct scene *s)
{
    const struct model *m = &s->f.m;
    struct rx_buf at = RX_BUF(4096);
    int rc = 0;
    for (size_t i = 0; i < m->link_count && !rc; i++) {
        const struct model_link *l = &m->links[i];
        struct scene_edge e = {.a = s->node_of_site[l->from],
                               .b = s->node_of_site[l->to],
                               .kind = rx_str(rx_link_name(l->kind)),
                               .weight = 1,
                               .count = l->count,
                               .first_ms = l->first_ms,
                               .last_ms = l->last_ms,
                               .sample_url = l->sample_url,
                               .tie = UINT32_MAX};
        rx_buf_clear(&at);
        if (l->warc_name.n) {
            rc = rx_buf_addf(&at, "%.*s:%llu", RX_FMT(l->warc_name),
                             (unsigned long long)l->warc_offset);
            e.warc = rx_arena_dup(&s->arena, rx_buf_str(&at));
        }
        if (!rc)
            rc = scene_add_edge(s, &e);
    }
    rx_buf_free(&at);
    return rc ? rc : lead_edges(s);
}

/* ---- sites and indicators ---------------------------------------------------------------------
 */

static int evidence_edges(struct scene *s)
{
    const struct model *m = &s->f.m;
    int rc = 0;
    for (uint32_t n = 0; n < s->node_count && !rc; n++) {
        if (s->nodes[n].value == UINT32_MAX)
            continue;
        const struct model_value *v = &m->values[s->nodes[n].value];
        const struct model_entity *it = &m->entities[v->entity];
        for (uint32_t i = v->first; i < v->first + v->count && !rc; i++) {
            const struct model_row *row = &m->rows[i];
            uint32_t site = s->node_of_site[row->site];
            const struct model_tie *tie = model_tie_find(m, v->entity, row->site);
            if (site == UINT32_MAX || !tie)
                continue;
            struct scene_edge e = {.a = site,
                                   .b = n,
                                   .kind = rx_str(v->cls->name),
                                   .weight = it->bits,
                                   .bits = it->bits,
                                   .evidence = rx_str(v->cls->name),
                                   .evidence_count = row->pages,
                                   .first_ms = row->first_ms,
                                   .last_ms = row->last_ms,
                                   .tie = (uint32_t)(tie - m->ties)};
            rc = scene_add_edge(s, &e);
        }
    }
    return rc;
}

/* ---- shared evidence --------------------------------------------------------------------------
 */

struct pair {
    uint32_t a, b; /* sites, a < b */
    double bits;   /* a score is 1 from 53 bits on: no bits can be had from it */
    double score;
};

struct pairs {
    struct scene *s;
    struct pair *items;
    size_t count, cap;
    uint32_t *sites;  /* scratch: carriers of one entity, by network */
    int32_t *network; /* of each site of the model */
};

static int add_pair(struct pairs *p, uint32_t a, uint32_t b)
{
    struct pair *items = vec_grow(p->items, p->count, &p->cap, sizeof *items);
    if (!items)
        return RX_ENOMEM;
    p->items = items;
    p->items[p->count++] = (struct pair){a < b ? a : b, a < b ? b : a, 0, 0};
    return 0;
}

static int by_pair(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return x->b < y->b ? -1 : x->b > y->b;
}

static int by_score(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->bits != y->bits)
        return x->bits > y->bits ? -1 : 1;
    return by_pair(a, b);
}

static int by_network(const void *a, const void *b, void *ctx)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    const int32_t *network = ctx;
    if (network[x] != network[y])
        return network[x] < network[y] ? -1 : 1;
    return x < y ? -1 : x > y;
}

/* Candidate pairs under one value: all of a few sites; of many a ring inside each network. */
static int pair_up(struct pairs *p, uint32_t entity)
{
    const struct model *m = &p->s->f.m;
    const struct model_entity *e = &m->entities[entity];
    size_t n = 0;
    for (uint32_t i = e->first; i < e->first + e->count; i++)
        if (model_is_storefront(m, m->ties[i].site))
            p->sites[n++] = m->ties[i].site;
    qsort_r(p->sites, n, sizeof *p->sites, by_network, p->network);
    bool whole = n <= PAIRS_WHOLE;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n && (whole || j <= i + RING); j++) {
            int32_t x = p->network[p->sites[i]], y = p->network[p->sites[j]];
            if ((whole || (x >= 0 && x == y)) && add_pair(p, p->sites[i], p->sites[j]))
                return RX_ENOMEM;
        }
    }
    return 0;
}

/* Scores each pair once and drops what is not even possible. */
static void score_pairs(struct pairs *p)
{
    const struct frame *f = &p->s->f;
    size_t kept = 0;
    if (p->count)
        qsort(p->items, p->count, sizeof *p->items, by_pair);
    for (size_t i = 0; i < p->count; i++) {
        struct pair it = p->items[i];
        if (i && !by_pair(&p->items[i - 1], &it)) {
            continue;
        }
        double programme = weigh_bits(&f->m, &f->k, it.a, it.b, WEIGH_PROGRAMME);
        double affiliate = weigh_bits(&f->m, &f->k, it.a, it.b, WEIGH_AFFILIATE);
        p->items[i].bits = programme > affiliate ? programme : affiliate;
        p->items[i].score = constants_score(p->items[i].bits);
    }
    for (size_t i = 0; i < p->count; i++) {
        bool repeat = i && p->items[i].a == p->items[i - 1].a && p->items[i].b == p->items[i - 1].b;
        if (!repeat && p->items[i].score >= f->k.v[K_POSSIBLE])
            p->items[kept++] = p->items[i];
    }
    p->count = kept;
    if (kept)
        qsort(p->items, kept, sizeof *p->items, by_score);
}

/* The classes of what two sites share, in order of class, joined by '|'. */
struct class_list {
    const struct rx_class *seen[CLASSES_MAX];
    size_t count;
    struct rx_buf text;
    int rc;
};

static void add_class(struct class_list *l, const struct rx_class *cls)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->seen[i] == cls)
            return;
    if (l->count == CLASSES_MAX || l->rc)
        return;
    l->seen[l->count++] = cls;
    if (l->text.n)
        l->rc = rx_buf_addc(&l->text, '|');
    if (!l->rc)
        l->rc = rx_buf_add(&l->text, rx_str(cls->name));
}

/* An edge is as old as the later of the two sightings, and as fresh as the earlier. */
static void widen_times(struct scene_edge *e, const struct model_tie *t, const struct model_tie *u)
{
    int64_t from = t->first_ms > u->first_ms ? t->first_ms : u->first_ms;
    int64_t to = t->last_ms < u->last_ms ? t->last_ms : u->last_ms;
    e->first_ms = from < e->first_ms ? from : e->first_ms;
    e->last_ms = to > e->last_ms ? to : e->last_ms;
}

/* Classes, times, and the tie of the strongest value that can be quoted. */
static int fill_edge(struct scene *s, struct scene_edge *e, const struct pair *p)
{
    const struct model *m = &s->f.m;
    const struct model_site *a = &m->sites[p->a];
    struct class_list list = {.text = RX_BUF(4096)};
    double best = 0;
    e->first_ms = INT64_MAX;
    for (uint32_t i = 0; i < a->count; i++) {
        const struct model_tie *t = &m->ties[m->holds[a->first + i]];
        const struct model_entity *it = &m->entities[t->entity];
        const struct model_tie *u = it->bits > 0 ? model_tie_find(m, t->entity, p->b) : NULL;
        if (!u)
            continue;
        e->evidence_count++;
        widen_times(e, t, u);
        add_class(&list, it->cls);
        if (it->bits > best && !it->names) {
            best = it->bits;
            e->tie = (uint32_t)(t - m->ties);
        }
    }
    if (e->first_ms == INT64_MAX)
        e->first_ms = 0;
    e->evidence = rx_arena_dup(&s->arena, rx_buf_str(&list.text));
    rx_buf_free(&list.text);
    return list.rc ? list.rc : e->evidence.p ? 0 : RX_ENOMEM;
}

/* Spanning forest first (Kruskal), then the best partners of each site. items are by score. */
static int keep_pairs(struct pairs *p)
{
    struct scene *s = p->s;
    size_t n = s->f.m.site_count;
    uint32_t *parent = vec_zero(n, sizeof *parent), *partners = vec_zero(n, sizeof *partners);
    int rc = parent && partners ? 0 : RX_ENOMEM;
    if (!rc)
        vec_sets_init(parent, n);
    for (size_t i = 0; i < p->count && !rc; i++) {
        const struct pair *it = &p->items[i];
        bool joins = vec_sets_find(parent, it->a) != vec_sets_find(parent, it->b);
        if (!joins && partners[it->a] >= PARTNERS && partners[it->b] >= PARTNERS)
            continue;
        vec_sets_union(parent, it->a, it->b);
        partners[it->a]++;
        partners[it->b]++;
        struct scene_edge e = {.a = s->node_of_site[it->a],
                               .b = s->node_of_site[it->b],
                               .kind = RX_STR("shares"),
                               .weight = it->score,
                               .score = it->score,
                               .bits = it->bits,
                               .has_bits = true,
                               .tie = UINT32_MAX};
        rc = fill_edge(s, &e, it);
        if (!rc)
            rc = scene_add_edge(s, &e);
    }
    free(parent);
    free(partners);
    return rc;
}

/* ---- what is attached --------------------------------------------------------------------------
 */

/* The role in which a site is attached to a network, or NULL. */
static const struct known_member *hook_of(const struct scene *s, uint32_t site, int32_t network)
{
    size_t first, n = known_of_site(&s->known, s->f.m.sites[site].name, &first);
    for (size_t i = first; i < first + n; i++) {
        const struct known_member *m = &s->known.members[s->known.by_site[i]];
        if ((int32_t)m->network == network && !known_is_member(m))
            return m;
    }
    return NULL;
}

static int add_hook(struct scene *s, uint32_t member, uint32_t site,
                    const struct known_member *hook, int64_t first_ms, int64_t last_ms,
                    struct rx_str url, uint32_t tie)
{
    struct scene_edge e = {.a = s->node_of_site[member],
                           .b = s->node_of_site[site],
                           .kind = hook->role,
                           .weight = .25, /* drawn lightly: it joins nobody */
                           .first_ms = first_ms,
                           .last_ms = last_ms,
                           .sample_url = url,
                           .tie = tie};
    return scene_add_edge(s, &e);
}

/* Members that name an attached host, and links of attached sites to members. */
static int hook_edges(struct pairs *p)
{
    struct scene *s = p->s;
    const struct model *m = &s->f.m;
    int rc = 0;
    for (uint32_t e = 0; e < m->entity_count && !rc; e++) {
        const struct model_entity *it = &m->entities[e];
        int64_t site = it->cls->host_valued ? model_site_find(m, it->text) : MODEL_NONE;
        if (site < 0 || p->network[site] >= 0 || s->node_of_site[site] == UINT32_MAX)
            continue;
        for (uint32_t i = it->first; i < it->first + it->count && !rc; i++) {
            const struct model_tie *t = &m->ties[i];
            const struct known_member *hook =
                p->network[t->site] < 0 ? NULL : hook_of(s, (uint32_t)site, p->network[t->site]);
            if (hook)
                rc = add_hook(s, t->site, (uint32_t)site, hook, t->first_ms, t->last_ms,
                              (struct rx_str){0}, i);
        }
    }
    for (size_t i = 0; i < m->link_count && !rc; i++) {
        const struct model_link *l = &m->links[i];
        if (p->network[l->to] < 0 || p->network[l->from] >= 0)
            continue;
        const struct known_member *hook = hook_of(s, l->from, p->network[l->to]);
        if (hook)
            rc = add_hook(s, l->to, l->from, hook, l->first_ms, l->last_ms, l->sample_url,
                          UINT32_MAX);
    }
    return rc;
}

/* Must-links that the map honoured: what a person joined is seen to be joined by a person. */
static int decision_edges(struct scene *s)
{
    const struct model *m = &s->f.m;
    struct rx_buf text = RX_BUF(64);
    int rc = 0;
    for (size_t i = 0; i < s->known.honoured_count && !rc; i++) {
        const struct known_honoured *h = &s->known.honoured[i];
        const struct decision *it = decisions_find(&s->f.decisions, h->decision);
        if (!it || it->kind != DECISION_MUST || h->effect == DECISION_IDLE)
            continue;
        const int64_t a = model_site_find(m, decision_name(it->subject));
        const int64_t b = model_site_find(m, decision_name(it->object));
        if (a < 0 || b < 0 || s->node_of_site[a] == UINT32_MAX || s->node_of_site[b] == UINT32_MAX)
            continue;
        rx_buf_clear(&text);
        rc = rx_buf_addf(&text, "decision %lld", (long long)it->id);
        struct scene_edge e = {.a = s->node_of_site[a],
                               .b = s->node_of_site[b],
                               .kind = RX_STR("decision"),
                               .weight = 1,
                               .evidence = rx_arena_dup(&s->arena, rx_buf_str(&text)),
                               .first_ms = it->made_ms,
                               .last_ms = it->made_ms,
                               .tie = UINT32_MAX};
        if (!rc)
            rc = e.evidence.p ? scene_add_edge(s, &e) : RX_ENOMEM;
    }
    rx_buf_free(&text);
    return rc;
}

static int network_edges(struct scene *s)
{
    const struct model *m = &s->f.m;
    struct pairs p = {.s = s,
                      .sites = vec_zero(m->site_count, sizeof(uint32_t)),
                      .network = vec_zero(m->site_count, sizeof(int32_t))};
    int rc = p.sites && p.network ? 0 : RX_ENOMEM;
    for (uint32_t i = 0; i < m->site_count && !rc; i++) {
        uint32_t node = s->node_of_site[i];
        bool member = node != UINT32_MAX && s->nodes[node].is_member;
        p.network[i] = member ? s->nodes[node].network : -1;
    }
    for (uint32_t e = 0; e < m->entity_count && !rc; e++)
        if (m->entities[e].bits > s->f.k.v[K_CAP_T3])
            rc = pair_up(&p, e);
    if (!rc) {
        score_pairs(&p);
        rc = keep_pairs(&p);
    }
    if (!rc)
        rc = hook_edges(&p);
    if (!rc)
        rc = decision_edges(s);
    free(p.items);
    free(p.sites);
    free(p.network);
    return rc;
}

/* ---- order --------------------------------------------------------------------------------------
 */

static int by_edge(const void *a, const void *b)
{
    const struct scene_edge *x = a, *y = b;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    if (x->b != y->b)
        return x->b < y->b ? -1 : 1;
    int order = rx_str_cmp(x->kind, y->kind);
    if (!order) /* the one that can be quoted comes first */
        order = (x->tie == UINT32_MAX) - (y->tie == UINT32_MAX);
    if (!order && x->tie != y->tie)
        order = x->tie < y->tie ? -1 : 1;
    return order ? order : rx_str_cmp(x->sample_url, y->sample_url);
}

/* One edge for the same ends and kind; undirected ends in order of nodes. */
static void sort_edges(struct scene *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->edge_count && !scene_directed(s); i++) {
        struct scene_edge *e = &s->edges[i];
        if (e->a > e->b) {
            uint32_t a = e->a;
            e->a = e->b;
            e->b = a;
        }
    }
    if (s->edge_count)
        qsort(s->edges, s->edge_count, sizeof *s->edges, by_edge);
    for (size_t i = 0; i < s->edge_count; i++) {
        const struct scene_edge *last = kept ? &s->edges[kept - 1] : NULL;
        if (!last || last->a != s->edges[i].a || last->b != s->edges[i].b ||
            !rx_str_eq(last->kind, s->edges[i].kind))
            s->edges[kept++] = s->edges[i];
    }
    s->edge_count = kept;
}

int edges_find(struct scene *s, struct store *st, struct rx_err *err)
{
    int rc = s->kind == GRAPH_LINKS     ? link_edges(s)
             : s->kind == GRAPH_NETWORK ? network_edges(s)
                                        : evidence_edges(s);
    if (rc)
        return rx_fail(err, rc, "no memory for the edges of the graph");
    sort_edges(s);
    return sample_fill(s, st, err);
}
