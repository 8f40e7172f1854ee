/* island.h - JSON that pages carry for their scripts and for search engines: ld+json, framework
 * state, manifests, attributes. */
#ifndef RX_CRAWLER_EXTRACT_ISLAND_H
#define RX_CRAWLER_EXTRACT_ISLAND_H

#include "crawler/extract/sheet.h"

enum { ISLAND_SHEETS = 4 };

/* The strings of all islands, a line each, with the names that they stand under: a sheet of texts
 * ("telephone: +1 415 661 2837") and one of URLs ("tel:+1 415 661 2837", and what is one by
 * itself); then the same of attributes. RX_EFULL: arena. */
RX_MUST int island_sheets(struct sheet out[ISLAND_SHEETS], struct collect *c);

/* ---- for its tests: the strings of a text, in order ---- */
struct island_string {
    size_t from, to;    /* in the text, without quotes */
    struct rx_str text; /* decoded: the text's own bytes, or in the arena */
    struct rx_str name; /* what it stands under; empty: nothing, or in a list behind its first */
    bool coded;         /* with an escape that nobody needs: it hides */
};
/* The next value at or after *at: 1; 0: none left; RX_EFULL: arena. *name is the last name seen;
 * empty at first. Linear, whatever the text: no tree is made, so nothing nests. */
RX_MUST int island_next(struct island_string *out, struct rx_arena *arena, struct rx_str text,
                        size_t *at, struct rx_str *name);

#endif
