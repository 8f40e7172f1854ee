/* load.h - from the store's rows to the model: sites and their states, shared values, facts of
 * hosts, links between sites. The only reader of the store on the way to networks. */
#ifndef RX_GRAPH_LOAD_H
#define RX_GRAPH_LOAD_H

#include "graph/model.h"
#include "store/store.h"

/* Fills an initialised model with everything up to a run (0: the last). Entities are not made
 * yet. Complexity: O(rows log sites). */
RX_MUST int load_model(struct model *m, struct store *st, int64_t upto_run, struct rx_err *err);

#endif
