/* frame.h - a case made ready for questions: loaded with people's decisions, folded, weighed. What
 * map, show, explain and the exports all start from. */
#ifndef RX_GRAPH_FRAME_H
#define RX_GRAPH_FRAME_H

#include "graph/background.h"
#include "graph/family.h"
#include "graph/marks.h"
#include "graph/model.h"
#include "store/store.h"

struct frame {
    struct constants k;
    struct background *bg;
    struct model m;
    struct family_table families;
    struct decisions decisions;
    struct honoured_list marked; /* what became of their marks */
};

/* upto_run 0: the last. Complexity: O(rows log rows). */
RX_MUST int frame_open(struct frame *f, struct store *st, const struct rx_conf *conf,
                       int64_t upto_run, struct rx_err *err);
void frame_done(struct frame *f);

#endif
