/* articulate.h - connectors that hold a component together alone, and whether they may.
 *
 * In the bipartite graph of sites and connectors, a connector whose removal separates parts of five
 * or more sites is an articulation point: one copied value there would merge two networks. It holds
 * two such parts together only if it is bound, unknown to the background, carried by half of each
 * part (three sites at least), and no majority of the part has a checkout host of its own.
 * Otherwise it keeps each part to itself. Small parts join freely, except that a copyable value on
 * one site of a part was copied there, and a key or certificate there says where that site lodges:
 * either joins the part to no other. Single sites join freely. */
#ifndef RX_GRAPH_ARTICULATE_H
#define RX_GRAPH_ARTICULATE_H

#include "graph/connect.h"

/* Replaces connectors that may not hold by one copy a part. cut[i] tells of the connectors in
 * before (may be NULL) whether they were cut. Order-free: Tarjan's articulation points, linear. */
RX_MUST int articulate(struct connect *out, bool *cut, const struct connect *before,
                       const struct model *m, const struct constants *k);

#endif
