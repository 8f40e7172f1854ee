/* partition.h - programme level: each storefront belongs to one network at most.
 *
 * Parts that connectors made are contracted; Leiden on the rest; then three corrections. Parts
 * whose checkout hosts contradict each other and that only third sites tie together are set apart
 * again, and so are established groups that one single site ties together. Sites without any
 * evidence of a programme may follow their affiliate, if its other sites are all in one network, or
 * found one of their own. */
#ifndef RX_GRAPH_PARTITION_H
#define RX_GRAPH_PARTITION_H

#include "graph/contract.h"

struct partition {
    uint32_t *group; /* by site: least site of its network; UINT32_MAX: in none */
    bool *loose;     /* by site: joined by affiliate evidence only */
};

RX_MUST int partition_find(struct partition *p, const struct model *m, const struct contract *c,
                           const struct constants *k, struct rx_err *err);
void partition_done(struct partition *p);

#endif
