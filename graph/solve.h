/* solve.h - from a weighed case to its networks, without names. The stages in their order. */
#ifndef RX_GRAPH_SOLVE_H
#define RX_GRAPH_SOLVE_H

#include "graph/frame.h"
#include "graph/method.h"
#include "graph/result.h"

struct solve_stats {
    uint64_t pairs; /* compared */
};

RX_MUST int solve(struct result *r, struct solve_stats *stats, const struct frame *f,
                  enum graph_method method, struct rx_err *err);

#endif
