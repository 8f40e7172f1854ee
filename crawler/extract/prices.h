/* prices.h - words, prices, strengths and packs of a text, counted. Pure, linear. */
#ifndef RX_CRAWLER_EXTRACT_PRICES_H
#define RX_CRAWLER_EXTRACT_PRICES_H

#include "crawler/extract/extract.h"

/* Adds to SIGN_WORDS, SIGN_PRICES and SIGN_DOSES what the text holds. */
void prices_count(struct signs *out, struct rx_str text);
/* A number of the text that is a price, a strength or a number of pills. */
enum prices_kind { PRICES_PRICE, PRICES_STRENGTH, PRICES_PACK };
struct prices_number {
    enum prices_kind kind;
    size_t from, to;    /* the digits */
    struct rx_str unit; /* view into the text: "$", "EUR"; "mg"; "pills" */
};
typedef void prices_fn(void *ctx, const struct prices_number *it);
/* Tells fn of the text's first few thousand such numbers, in order. */
void prices_each(struct rx_str text, prices_fn *fn, void *ctx);
/* A label without what stands around its letters: blanks, arrows, marks of a cart. */
struct rx_str prices_bare_label(struct rx_str label);

#endif
