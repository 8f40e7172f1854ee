/* leiden.c - see leiden.h.
 *
 * CPM acts inside connected components, so each is solved on its own, with its own numbering and
 * the same seed: what is found in one does not depend on what else is in the case. */
#include "graph/leiden.h"

#include "graph/vec.h"

#include <igraph/igraph.h>
#include <stdlib.h>

enum { ROUNDS_MAX = 100 };

struct piece { /* one connected component */
    igraph_t graph;
    igraph_vector_t weight;
    igraph_vector_int_t membership;
    bool has_graph;
};

static void piece_done(struct piece *p)
{
    if (p->has_graph)
        igraph_destroy(&p->graph);
    igraph_vector_destroy(&p->weight);
    igraph_vector_int_destroy(&p->membership);
}

/* local[] numbers the component's nodes; edges are those of the component. */
static int piece_init(struct piece *p, size_t nodes, const struct leiden_edge *edges, size_t n,
                      const uint32_t *local)
{
    igraph_vector_int_t ends;
    *p = (struct piece){.has_graph = false};
    int bad = igraph_vector_int_init(&ends, (igraph_integer_t)(2 * n)) != IGRAPH_SUCCESS;
    bad |= igraph_vector_init(&p->weight, (igraph_integer_t)n) != IGRAPH_SUCCESS;
    bad |= igraph_vector_int_init(&p->membership, 0) != IGRAPH_SUCCESS;
    for (size_t i = 0; i < n && !bad; i++) {
        VECTOR(ends)[2 * i] = local[edges[i].a];
        VECTOR(ends)[2 * i + 1] = local[edges[i].b];
        VECTOR(p->weight)[i] = edges[i].weight;
    }
    if (!bad)
        bad = igraph_create(&p->graph, &ends, (igraph_integer_t)nodes, IGRAPH_UNDIRECTED) !=
              IGRAPH_SUCCESS;
    p->has_graph = !bad;
    igraph_vector_int_destroy(&ends);
    return bad ? RX_ENOMEM : 0;
}

/* igraph 0.10.2 ends early with a negative number of iterations, so it is called with its own
 * result as start until the quality stops rising. */
static int piece_leiden(struct piece *p, double resolution)
{
    igraph_real_t quality = 0, before = -1;
    igraph_integer_t count = 0;
    for (int round = 0; round < ROUNDS_MAX; round++) {
        if (igraph_community_leiden(&p->graph, &p->weight, NULL, resolution, .01, round > 0, 2,
                                    &p->membership, &count, &quality) != IGRAPH_SUCCESS)
            return RX_ENOMEM;
        if (round && quality <= before + 1e-12)
            break;
        before = quality;
    }
    return 0;
}

static void quiet(const char *reason, const char *file, int line, igraph_error_t code)
{
    (void)reason, (void)file, (void)line, (void)code; /* every call's result is looked at */
}

static void begin(uint64_t seed)
{
    igraph_set_error_handler(quiet);
    igraph_rng_seed(igraph_rng_default(), seed);
}

/* group[] of one component from igraph's membership; nodes[] ascending. */
static void copy_groups(uint32_t *group, const struct piece *p, const uint32_t *nodes, size_t n,
                        uint32_t *least)
{
    for (size_t i = 0; i < n; i++)
        least[i] = UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        igraph_integer_t c = VECTOR(p->membership)[i];
        if (least[c] == UINT32_MAX)
            least[c] = nodes[i];
        group[nodes[i]] = least[c];
    }
}

struct slot { /* a node or an edge under its component */
    uint32_t root, index;
};

static int by_slot(const void *a, const void *b)
{
    const struct slot *x = a, *y = b;
    if (x->root != y->root)
        return x->root < y->root ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

struct work {
    uint32_t *parent, *local, *nodes, *least;
    struct slot *node_slots, *edge_slots;
    struct leiden_edge *edges;
};

static int work_init(struct work *w, size_t nodes, const struct leiden_edge *edges, size_t n)
{
    *w = (struct work){vec_zero(nodes, sizeof(uint32_t)),      vec_zero(nodes, sizeof(uint32_t)),
                       vec_zero(nodes, sizeof(uint32_t)),      vec_zero(nodes, sizeof(uint32_t)),
                       vec_zero(nodes, sizeof(struct slot)),   vec_zero(n, sizeof(struct slot)),
                       vec_zero(n, sizeof(struct leiden_edge))};
    if (!w->parent || !w->local || !w->nodes || !w->least || !w->node_slots || !w->edge_slots ||
        !w->edges)
        return RX_ENOMEM;
    vec_sets_init(w->parent, nodes);
    for (size_t i = 0; i < n; i++)
        vec_sets_union(w->parent, edges[i].a, edges[i].b);
    for (uint32_t i = 0; i < nodes; i++)
        w->node_slots[i] = (struct slot){vec_sets_find(w->parent, i), i};
    for (uint32_t i = 0; i < n; i++)
        w->edge_slots[i] = (struct slot){vec_sets_find(w->parent, edges[i].a), i};
    qsort(w->node_slots, nodes, sizeof *w->node_slots, by_slot);
    qsort(w->edge_slots, n, sizeof *w->edge_slots, by_slot);
    return 0;
}

static void work_done(struct work *w)
{
    free(w->parent);
    free(w->local);
    free(w->nodes);
    free(w->least);
    free(w->node_slots);
    free(w->edge_slots);
    free(w->edges);
}

int leiden_cpm(uint32_t *group, size_t nodes, const struct leiden_edge *edges, size_t edge_count,
               double resolution, uint64_t seed, struct rx_err *err)
{
    struct work w;
    int rc = work_init(&w, nodes, edges, edge_count);
    for (size_t i = 0, j, e = 0; i < nodes && !rc; i = j) {
        size_t n = 0, m = 0;
        for (j = i; j < nodes && w.node_slots[j].root == w.node_slots[i].root; j++) {
            w.local[w.node_slots[j].index] = (uint32_t)n;
            w.nodes[n++] = w.node_slots[j].index;
        }
        for (; e < edge_count && w.edge_slots[e].root == w.node_slots[i].root; e++)
            w.edges[m++] = edges[w.edge_slots[e].index];
        if (n <= 2) { /* a lone node, or a pair whose edge outweighs the resolution */
            for (size_t x = 0; x < n; x++)
                group[w.nodes[x]] = m && w.edges[0].weight < resolution ? w.nodes[x] : w.nodes[0];
            continue;
        }
        struct piece p;
        rc = piece_init(&p, n, w.edges, m, w.local);
        if (!rc) {
            begin(seed);
            rc = piece_leiden(&p, resolution);
        }
        if (!rc)
            copy_groups(group, &p, w.nodes, n, w.least);
        piece_done(&p);
    }
    work_done(&w);
    return rc ? rx_fail(err, rc, "no memory for the communities") : 0;
}

int leiden_louvain(uint32_t *group, size_t nodes, const struct leiden_edge *edges,
                   size_t edge_count, uint64_t seed, struct rx_err *err)
{
    struct work w;
    struct piece p = {0};
    int rc = work_init(&w, nodes, edges, edge_count);
    for (uint32_t i = 0; i < nodes && !rc; i++)
        w.local[i] = w.nodes[i] = i;
    if (!rc)
        rc = piece_init(&p, nodes, edges, edge_count, w.local);
    if (!rc) {
        begin(seed);
        if (igraph_community_multilevel(&p.graph, &p.weight, 1, &p.membership, NULL, NULL) !=
            IGRAPH_SUCCESS)
            rc = RX_ENOMEM;
    }
    if (!rc)
        copy_groups(group, &p, w.nodes, nodes, w.least);
    piece_done(&p);
    work_done(&w);
    return rc ? rx_fail(err, rc, "no memory for the communities") : 0;
}
