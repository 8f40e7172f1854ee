/* baseline.c - see baseline.h. All three look at storefronts; the first two at any value that two
 * of them share, however common. */
#include "graph/baseline.h"

#include "graph/leiden.h"
#include "graph/sameness.h"
#include "graph/says.h"
#include "graph/vec.h"

#include <stdlib.h>

struct edges {
    struct leiden_edge *items;
    size_t count, cap;
};

struct worker {
    const struct model *m;
    const struct constants *k;
    uint32_t *sites; /* scratch: storefronts of one entity */
};

static size_t take_sites(struct worker *w, uint32_t entity)
{
    const struct model_entity *e = &w->m->entities[entity];
    size_t n = 0;
    if (says_covers(e->cls) || sameness_covers(e->cls)) /* nobody would take them for identifiers */
        return 0;
    for (uint32_t i = e->first; i < e->first + e->count; i++)
        if (model_is_storefront(w->m, w->m->ties[i].site))
            w->sites[n++] = w->m->ties[i].site;
    return n;
}

static void components(struct worker *w, uint32_t *group)
{
    for (uint32_t e = 0; e < w->m->entity_count; e++) {
        size_t n = take_sites(w, e);
        for (size_t i = 1; i < n; i++)
            vec_sets_union(group, w->sites[0], w->sites[i]);
    }
}

static int by_edge(const void *a, const void *b)
{
    const struct leiden_edge *x = a, *y = b;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return x->b < y->b ? -1 : x->b > y->b;
}

/* Pairs of storefronts with a value in common; weight: how many values. Values on more sites than
 * K_EXPAND would make a clique of the whole case and are left out, as anywhere. */
static int co_occurrence(struct worker *w, struct edges *out)
{
    for (uint32_t e = 0; e < w->m->entity_count; e++) {
        if (w->m->entities[e].storefronts > w->k->v[K_EXPAND])
            continue;
        size_t n = take_sites(w, e);
        for (size_t i = 0; i < n; i++) {
            for (size_t j = i + 1; j < n; j++) {
                struct leiden_edge *items =
                    vec_grow(out->items, out->count, &out->cap, sizeof *items);
                if (!items)
                    return RX_ENOMEM;
                out->items = items;
                out->items[out->count++] = (struct leiden_edge){w->sites[i], w->sites[j], 1};
            }
        }
    }
    if (!out->count)
        return 0;
    qsort(out->items, out->count, sizeof *out->items, by_edge);
    size_t kept = 0;
    for (size_t i = 1; i < out->count; i++) {
        if (!by_edge(&out->items[kept], &out->items[i]))
            out->items[kept].weight++;
        else
            out->items[++kept] = out->items[i];
    }
    out->count = kept + 1;
    return 0;
}

static int louvain(struct worker *w, uint32_t *group, struct rx_err *err)
{
    struct edges e = {0};
    int rc = co_occurrence(w, &e);
    for (size_t i = 0; i < e.count && !rc; i++)
        e.items[i].weight = 1; /* unweighted: sharing is all that counts */
    if (!rc)
        rc = leiden_louvain(group, w->m->site_count, e.items, e.count, (uint64_t)w->k->v[K_SEED],
                            err);
    free(e.items);
    return rc;
}

/* Front pages of the same text (sameness.h). */
static void alike(struct worker *w, uint32_t *group)
{
    const struct rx_class *cls = rx_class_find(RX_STR("template.qgrams"));
    for (uint32_t e = 0; e < w->m->entity_count; e++) {
        const struct model_entity *it = &w->m->entities[e];
        uint32_t first = UINT32_MAX;
        for (uint32_t i = it->first; i < it->first + it->count && it->cls == cls; i++) {
            const uint32_t site = w->m->ties[i].site;
            if (!model_is_storefront(w->m, site))
                continue;
            if (first != UINT32_MAX)
                vec_sets_union(group, first, site);
            first = site;
        }
    }
}

/* Groups of one site are no groups. */
static int drop_single(uint32_t *group, const struct model *m)
{
    uint32_t *size = vec_zero(m->site_count, sizeof *size);
    if (!size)
        return RX_ENOMEM;
    for (size_t s = 0; s < m->site_count; s++)
        size[group[s]]++;
    for (size_t s = 0; s < m->site_count; s++)
        if (size[group[s]] < 2)
            group[s] = UINT32_MAX;
    free(size);
    return 0;
}

int baseline_find(uint32_t *group, const struct model *m, enum graph_method method,
                  const struct constants *k, struct rx_err *err)
{
    struct worker w = {m, k, vec_zero(m->site_count, sizeof(uint32_t))};
    int rc = w.sites ? 0 : RX_ENOMEM;
    vec_sets_init(group, m->site_count);
    if (!rc && method == GRAPH_COMPONENTS)
        components(&w, group);
    else if (!rc && method == GRAPH_LOUVAIN)
        rc = louvain(&w, group, err);
    else if (!rc)
        alike(&w, group);
    for (uint32_t s = 0; s < m->site_count && !rc && method != GRAPH_LOUVAIN; s++)
        group[s] = vec_sets_find(group, s);
    if (!rc)
        rc = drop_single(group, m);
    free(w.sites);
    return rc ? rx_fail(err, rc, "no memory for the baseline %s", graph_method_name(method)) : 0;
}
