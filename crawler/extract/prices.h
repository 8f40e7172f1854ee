/* prices.h - words, prices, strengths and packs of a text, counted. Pure, linear. */
#ifndef RX_CRAWLER_EXTRACT_PRICES_H
#define RX_CRAWLER_EXTRACT_PRICES_H

#include "crawler/extract/extract.h"

/* Adds to SIGN_WORDS, SIGN_PRICES and SIGN_DOSES what the text holds. */
void prices_count(struct signs *out, struct rx_str text);
/* A label without what stands around its letters: blanks, arrows, marks of a cart. */
struct rx_str prices_bare_label(struct rx_str label);

#endif
