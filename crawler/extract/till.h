/* till.h - does a page ask for a card? */
#ifndef RX_CRAWLER_EXTRACT_TILL_H
#define RX_CRAWLER_EXTRACT_TILL_H

#include "crawler/parse/doc.h"

/* How many kinds of what stands on a bank card (its number, its code, when it ends) the fields of
 * one form ask for, of all forms the most: 0, 2 or 3. One alone is none: gift cards have numbers,
 * offers end. The number and the end are two only where the number is called so ("card_number",
 * "ccnum"): mails have a field "cc", loyalty cards end. O(n log n). */
uint32_t till_card_kinds(const struct doc *doc);

#endif
