/* vote.h - the family of checkout hosts that most sites of a group show. */
#ifndef RX_GRAPH_VOTE_H
#define RX_GRAPH_VOTE_H

#include "graph/model.h"

/* family[g] of every group g < groups: the one of half of its sites at least, or MODEL_NONE; with
 * labelled_only, of half of those that have one. of[site] is the site's group, UINT32_MAX none.
 * Linear: Boyer and Moore's majority vote over all groups at once, then a count. */
RX_MUST int vote_families(int32_t *family, const struct model *m, const uint32_t *of, size_t groups,
                          bool labelled_only);

#endif
