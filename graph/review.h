/* review.h - what people should look at, found in the last map.
 *
 * Four kinds: a value that was kept apart and would join networks; a network whose shops show
 * different established tills; a member that hangs on little; a decision that could not be honoured
 * or was left undecided. Each counts the sites that would change their network if it were decided
 * the other way. What was decided already is left out. */
#ifndef RX_GRAPH_REVIEW_H
#define RX_GRAPH_REVIEW_H

#include "graph/frame.h"
#include "graph/known.h"

enum review_kind { REVIEW_BRIDGE, REVIEW_CONFLICT, REVIEW_FRINGE, REVIEW_DECISION };
const char *review_kind_name(enum review_kind kind);

struct review_item {
    enum review_kind kind;
    uint32_t sites, networks; /* that would change */
    uint32_t a, b;            /* two sites to explain; UINT32_MAX: none */
    uint32_t entity;          /* of a bridge, and the till of a in a conflict; else UINT32_MAX */
    uint32_t other;           /* the till of b in a conflict */
    double confidence;        /* of a fringe member, which is a */
    int64_t decision;         /* of REVIEW_DECISION */
    struct rx_str reason;     /* the list's arena */
};

struct review {
    struct rx_arena arena;
    struct review_item *items; /* most sites first, then most networks */
    size_t count, cap;
};

RX_MUST int review_find(struct review *r, struct store *st, const struct frame *f,
                        const struct known *k, struct rx_err *err);
void review_done(struct review *r);

#endif
