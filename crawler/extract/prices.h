/* prices.h - words, prices, strengths and packs of a text. Pure, linear. */
#ifndef RX_CRAWLER_EXTRACT_PRICES_H
#define RX_CRAWLER_EXTRACT_PRICES_H

#include "base/arena.h"

/* A number of the text that is a price, a strength or a number of pills. */
enum prices_kind { PRICES_PRICE, PRICES_STRENGTH, PRICES_PACK };
struct prices_number {
    enum prices_kind kind;
    size_t from, to;    /* the digits */
    struct rx_str unit; /* view into the text: "$", "EUR"; "mg"; "pills" */
};
struct prices {
    uint32_t words, prices, doses; /* doses: strengths and packs */
    struct prices_number *numbers; /* the first few thousand, in order */
    size_t count;
};
/* numbers: in the arena. RX_EFULL: the arena. */
RX_MUST int prices_read(struct prices *out, struct rx_arena *arena, struct rx_str text);
/* A label without what stands around its letters: blanks, arrows, marks of a cart. */
struct rx_str prices_bare_label(struct rx_str label);

#endif
