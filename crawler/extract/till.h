/* till.h - does a page ask for a card? */
#ifndef RX_CRAWLER_EXTRACT_TILL_H
#define RX_CRAWLER_EXTRACT_TILL_H

#include "crawler/parse/doc.h"

/* How many kinds of what stands on a card (its number, its code, when it ends) the page's fields
 * ask for: 0, 2 or 3. One alone is none: gift cards have numbers, offers end. Linear. */
uint32_t till_card_kinds(const struct doc *doc);

#endif
