/* entity.h - folds stored values into what is compared. */
#ifndef RX_GRAPH_ENTITY_H
#define RX_GRAPH_ENTITY_H

#include "graph/background.h"
#include "graph/model.h"

/* Fills entities, ties and their indices, and values[].entity. Call once, after load_model.
 * Complexity: O(n log n) in rows. */
RX_MUST int entity_fold(struct model *m, const struct background *bg, const struct constants *k,
                        struct rx_err *err);
/* <0: a is the stronger class. Total order. */
int entity_class_order(const struct rx_class *a, const struct rx_class *b);

#endif
