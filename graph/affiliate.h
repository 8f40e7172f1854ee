/* affiliate.h - affiliate level: who sells for the programmes. An overlapping cover, because a site
 * may carry the ids of several partners and a partner may serve several programmes.
 *
 * Ids are grouped, not sites: a partner is a group of ids that the same sites carry, and its sites
 * are those that carry one of them. A partner id is comparable only inside one programme or host:
 * where the host belongs to a network, it is the same id at every host of that network. */
#ifndef RX_GRAPH_AFFILIATE_H
#define RX_GRAPH_AFFILIATE_H

#include "graph/partition.h"

struct affiliate_group {
    uint32_t first_entity, entities; /* part of entity[] */
    uint32_t first_site, sites;      /* part of site[] */
};

struct affiliate {
    struct affiliate_group *groups;
    uint32_t *entity, *site;
    double *bits; /* M of each membership, parallel to site[] */
    size_t count, cap, entity_count, entity_cap, site_count, site_cap;
};

RX_MUST int affiliate_find(struct affiliate *out, const struct model *m, const struct partition *p,
                           const struct constants *k);
void affiliate_done(struct affiliate *a);

#endif
