/* contradict.h - do people's links between sites contradict each other?
 *
 * Must-links are transitive: what must be with B, which must be with C, must be with C. So a link
 * is refused where those that stand lead to its contrary, and the decisions on the way are named.
 */
#ifndef RX_GRAPH_CONTRADICT_H
#define RX_GRAPH_CONTRADICT_H

#include "graph/decisions.h"

/* May a link of that kind between two subjects stand beside the others? RX_EUSAGE with one sentence
 * that names those in its way. O(decisions squared). */
RX_MUST int contradict_link(const struct decisions *d, enum decision_kind kind, struct rx_str a,
                            struct rx_str b, struct rx_err *err);
/* The same of all that stand: RX_EDAMAGE, since none is let in that contradicts others. */
RX_MUST int contradict_check(const struct decisions *d, struct rx_err *err);

#endif
