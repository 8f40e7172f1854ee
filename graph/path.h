/* path.h - how two sites hang together through others: the chain of links with the best product of
 * scores. */
#ifndef RX_GRAPH_PATH_H
#define RX_GRAPH_PATH_H

#include "graph/weigh.h"

enum { PATH_SITES_MAX = 12 };

struct path {
    uint32_t site[PATH_SITES_MAX];
    double score[PATH_SITES_MAX]; /* of the link to site[i], from site[i - 1] */
    size_t count;                 /* 0: none found */
};

/* Over links of probable score and better, at a level. Bounded: gives up after some thousand
 * sites, which reads as "none found". */
RX_MUST int path_find(struct path *out, const struct model *m, const struct constants *k,
                      uint32_t from, uint32_t to, enum weigh_level level);

#endif
