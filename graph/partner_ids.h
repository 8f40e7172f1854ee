/* partner_ids.h - which values may be a partner's own: ids, accounts and contacts, each with the
 * sites that carry it. What half of a programme shows, or shops of several partners, is the
 * programme's house contact and is left out; one partner id at all hosts of a programme is one
 * name. */
#ifndef RX_GRAPH_PARTNER_IDS_H
#define RX_GRAPH_PARTNER_IDS_H

#include "graph/partition.h"

struct partner_id {   /* what is compared: one entity, or one partner id at all hosts of a programme
                       */
    uint32_t network; /* least site of the programme that the host belongs to; UINT32_MAX */
    struct rx_str text; /* inside a programme the id alone, else the whole value */
    const struct rx_class *cls;
    uint32_t entity;
};

struct partner_ids {
    struct partner_id *ids;    /* equal ones are neighbours: a name */
    uint32_t *first_id;        /* of each name, into ids; names + 1 */
    uint32_t *first, *carrier; /* of each name, as set.h wants them */
    size_t names;
};

RX_MUST int partner_ids_find(struct partner_ids *out, const struct model *m,
                             const struct partition *p, const struct constants *k);
void partner_ids_done(struct partner_ids *ids);
/* What of a partner's id at a host ("parameter|value") is compared inside a programme, whose
 * engines call the parameter as each of them likes: the value, if it is not too short to tell
 * anything. */
struct rx_str partner_ids_told(struct rx_str parameter_and_value);
/* Sites that a partner may own; an honest shop with an agency's tracker is none. */
bool partner_ids_may_sell(const struct model *m, uint32_t site);

#endif
