/* strongest.h - the values that hold a network together, as `map` stored them, told to a reader.
 * They come from a case, and a case may come from a stranger: the stored JSON is taken apart, its
 * texts leave escaped, its numbers within what they mean. */
#ifndef RX_GRAPH_STRONGEST_H
#define RX_GRAPH_STRONGEST_H

#include "graph/emit.h"

/* "checkout.host pay.example (82 %)", of the best value: the last cell of a table. */
void strongest_cell(struct emit *e, struct rx_str json);
/* A line for each value, with the sites of the network that carry it, behind one that says how many
 * there are if these are not all; nothing if there is none. */
void strongest_say(struct emit *e, struct rx_str json, uint32_t sites);

/* An array of objects, in the place of a JSON value. */
void strongest_json(struct emit *e, struct rx_str json);

#endif
