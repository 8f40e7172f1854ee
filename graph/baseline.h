/* baseline.h - what one would do without weighing: three groupings to compare with. */
#ifndef RX_GRAPH_BASELINE_H
#define RX_GRAPH_BASELINE_H

#include "graph/method.h"
#include "graph/model.h"

/* group[site] = least site of its group; UINT32_MAX for a storefront alone and for other sites.
 * The q-gram rule is taken of the text of each site's front page: likeness of 4-byte q-grams >= .75
 * by their sketches (sameness.h). */
RX_MUST int baseline_find(uint32_t *group, const struct model *m, enum graph_method method,
                          const struct constants *k, struct rx_err *err);

#endif
