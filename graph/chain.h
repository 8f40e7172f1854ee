/* chain.h - a site in the chain from an advertisement to a parcel at the door: what is known of it
 * by part (enum rx_part), each with the bytes that say it. For show. */
#ifndef RX_GRAPH_CHAIN_H
#define RX_GRAPH_CHAIN_H

#include "graph/emit.h"
#include "graph/frame.h"
#include "graph/quote.h"

/* For people: part by part, what led here, what it shows and whom it leads to. */
RX_MUST int chain_say(struct emit *e, struct store *st, const struct model *m, uint32_t site,
                      struct rx_err *err);
/* "origins":[...],"links":[...] of the object that is open. */
RX_MUST int chain_json(struct emit *e, struct store *st, const struct model *m, uint32_t site,
                       struct rx_err *err);
/* The mails that name an indicator; "mails":[...] of the object that is open. */
RX_MUST int chain_mails_say(struct emit *e, struct store *st, const struct model *m,
                            const struct model_entity *it, struct rx_err *err);
RX_MUST int chain_mails_json(struct emit *e, struct store *st, const struct model *m,
                             const struct model_entity *it, struct rx_err *err);
/* One line: the bytes, where, when, and the record. */
void chain_quote(struct emit *e, const struct quote *q, const char *indent);

#endif
