/* honour.h - people's decisions, imposed on what evidence found, and what became of each. */
#ifndef RX_GRAPH_HONOUR_H
#define RX_GRAPH_HONOUR_H

#include "graph/frame.h"
#include "graph/partition.h"

/* Joins and parts the networks of p as the links that stand say. The list gets every decision that
 * this map has to honour, marks too, in order of entry: never one silently. RX_EDAMAGE: they
 * contradict each other, which `link` does not let in. */
RX_MUST int honour(struct honoured_list *list, struct partition *p, const struct frame *f,
                   struct rx_err *err);

#endif
