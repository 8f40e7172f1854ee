/* show_facts.h - what the network says of a site's hosts, as `show` prints it. For show.c. */
#ifndef RX_GRAPH_SHOW_FACTS_H
#define RX_GRAPH_SHOW_FACTS_H

#include "graph/emit.h"
#include "store/store.h"

/* A block of lines; nothing if nothing is known. Reads every fact of the case: O(facts). */
RX_MUST int show_facts_say(struct emit *e, struct store *st, struct rx_str site,
                           struct rx_err *err);
/* The key "facts" and its array. */
RX_MUST int show_facts_json(struct emit *e, struct store *st, struct rx_str site,
                            struct rx_err *err);

#endif
