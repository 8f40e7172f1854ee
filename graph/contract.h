/* contract.h - the conclusive parts as super-nodes, and the evidence between them.
 *
 * What connectors join is one part. A part of two sites or more has a profile: the values that half
 * of it carries (two sites at least, three of five or more). Evidence between two such parts is
 * what both profiles share, so one cloned page cannot pull two networks together; a site outside is
 * measured against the profile and against single members, and the best counts. */
#ifndef RX_GRAPH_CONTRACT_H
#define RX_GRAPH_CONTRACT_H

#include "graph/connect.h"

struct contract_part {
    uint32_t size, least;  /* sites, and the first of them */
    int32_t family;        /* of most of its sites, or MODEL_NONE */
    uint32_t first, count; /* its part of profile[] */
};

struct contract_edge {
    uint32_t a, b; /* parts, a < b */
    double score;
};

struct contract {
    uint32_t *part_of; /* by site; UINT32_MAX for what is no storefront */
    struct contract_part *parts;
    uint32_t *profile;           /* entities, ascending inside a part */
    struct contract_edge *edges; /* score >= probable; sorted by ends */
    size_t part_count, profile_count, profile_cap, edge_count, edge_cap;
    uint64_t pairs; /* compared */
};

/* cut[entity]: the connector was cut as an articulation point; between big parts it counts only
 * beside other evidence. */
RX_MUST int contract_find(struct contract *out, const struct model *m, const struct connect *c,
                          const bool *cut, const struct constants *k);
void contract_done(struct contract *c);
bool contract_is_big(const struct contract *c, uint32_t part, const struct constants *k);

#endif
