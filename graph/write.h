/* write.h - the result of one analysis into the store. */
#ifndef RX_GRAPH_WRITE_H
#define RX_GRAPH_WRITE_H

#include "graph/frame.h"
#include "graph/result.h"

/* In one transaction: all of it or nothing. */
RX_MUST int write_result(struct store *st, const struct rx_conf *conf, const struct frame *f,
                         const struct result *r, const char *method, int64_t run,
                         struct rx_err *err);

#endif
