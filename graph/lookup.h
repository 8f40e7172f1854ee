/* lookup.h - from what a person types to a row of the model. */
#ifndef RX_GRAPH_LOOKUP_H
#define RX_GRAPH_LOOKUP_H

#include "graph/model.h"

/* Does it have the form of a network's name, N-0001 or a-12? */
bool lookup_is_network(struct rx_str id);
/* A site by name, "site:NAME", host or URL. RX_ENOENT with a sentence that names the nearest. */
RX_MUST int lookup_site(uint32_t *site, const struct model *m, struct rx_str text,
                        struct rx_err *err);
/* An entity by "class:value" or "ind:class:value". RX_ENOENT likewise. */
RX_MUST int lookup_entity(uint32_t *entity, const struct model *m, struct rx_str text,
                          struct rx_err *err);
/* An entity by a value alone, of whatever class; blanks, brackets, dots and dashes in a number do
 * not count. RX_ENOENT, without a sentence: there is none. RX_EUSAGE: several, which are named. */
RX_MUST int lookup_value(uint32_t *entity, const struct model *m, struct rx_str text,
                         struct rx_err *err);

#endif
