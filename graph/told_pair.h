/* told_pair.h - the decisions of people that bear on two sites: on themselves, on a value that both
 * carry, or a link between members of their networks, which puts these two together or apart. */
#ifndef RX_GRAPH_TOLD_PAIR_H
#define RX_GRAPH_TOLD_PAIR_H

#include "graph/emit.h"
#include "graph/frame.h"
#include "graph/known.h"

/* Nothing if there is none. */
void told_pair_text(struct emit *e, const struct frame *f, const struct known *k, uint32_t a,
                    uint32_t b);
/* The array "decisions" of an open object. */
void told_pair_json(struct emit *e, const struct frame *f, const struct known *k, uint32_t a,
                    uint32_t b);

#endif
