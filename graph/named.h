/* named.h - the networks as they stood after a run, recomputed with their names and not stored. */
#ifndef RX_GRAPH_NAMED_H
#define RX_GRAPH_NAMED_H

#include "graph/frame.h"
#include "graph/known.h"

/* Fills *known and *f (both the caller's to free). RX_ENOENT: no such run. */
RX_MUST int named_at(struct known *known, struct frame *f, struct store *st,
                     const struct rx_conf *conf, int64_t run, struct rx_err *err);

#endif
