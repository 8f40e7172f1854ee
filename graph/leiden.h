/* leiden.h - igraph's community detection behind plain arrays. igraph.h is seen in leiden.c only;
 * the library here is built without thread safety, so all of it runs on one thread. */
#ifndef RX_GRAPH_LEIDEN_H
#define RX_GRAPH_LEIDEN_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct leiden_edge {
    uint32_t a, b;
    double weight;
};

/* Communities of the constant Potts model (Traag et al. 2011, 2019). group[node] = least node of
 * its community. Deterministic for a seed and an order of edges. */
RX_MUST int leiden_cpm(uint32_t *group, size_t nodes, const struct leiden_edge *edges,
                       size_t edge_count, double resolution, uint64_t seed, struct rx_err *err);
/* Louvain on modularity (Blondel et al. 2008), a baseline. */
RX_MUST int leiden_louvain(uint32_t *group, size_t nodes, const struct leiden_edge *edges,
                           size_t edge_count, uint64_t seed, struct rx_err *err);

#endif
