/* attach.h - what belongs to a network without being a shop: doorways and redirectors that lead to
 * it, the hosts of its checkout, payment and pictures. They hang on networks with their role;
 * nothing is merged through them, and shared services are left out. */
#ifndef RX_GRAPH_ATTACH_H
#define RX_GRAPH_ATTACH_H

#include "graph/result.h"

/* Adds attached members to programme networks; leaves them sorted. */
RX_MUST int attach_find(struct result *r, const struct model *m, const struct constants *k);

#endif
