/* baseline.h - what one would do without weighing: three groupings to compare with. */
#ifndef RX_GRAPH_BASELINE_H
#define RX_GRAPH_BASELINE_H

#include "graph/method.h"
#include "graph/model.h"

/* group[site] = least site of its group; UINT32_MAX for a storefront alone and for other sites.
 * The q-gram rule is taken over the values of a site instead of its text, because the store keeps
 * no text: Jaccard of two sites' values >= .75. */
RX_MUST int baseline_find(uint32_t *group, const struct model *m, enum graph_method method,
                          const struct constants *k, struct rx_err *err);

#endif
