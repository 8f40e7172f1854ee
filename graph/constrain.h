/* constrain.h - people's links between sites, imposed on the networks that evidence gave.
 *
 * A must-link joins the networks of both sites; a cannot-link parts the network that holds both
 * along its weakest evidence: pairs are followed from the strongest down, as long as no set would
 * hold two sites that are kept apart; what no evidence ties goes with the largest part. What must
 * be together is one from the start. The order of the links says nothing, nor does that of rows;
 * only where evidence is the same to the bit do names decide. */
#ifndef RX_GRAPH_CONSTRAIN_H
#define RX_GRAPH_CONSTRAIN_H

#include "graph/partition.h"

struct constrain_link {
    uint32_t a, b; /* sites */
    bool must;
    /* Filled: */
    bool changes;   /* the networks of the evidence are otherwise */
    uint32_t sites; /* of the smaller side that was joined or parted */
};

/* Changes p->group. RX_EINVAL: the links contradict each other. Complexity: O(links) where none is
 * against the evidence; where a network is parted, that of weighing its pairs. */
RX_MUST int constrain(struct partition *p, const struct model *m, const struct constants *k,
                      struct constrain_link *links, size_t count);

#endif
