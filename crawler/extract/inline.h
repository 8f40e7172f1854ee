/* inline.h - identifiers that inline tags cut in pieces: "+1 <b>888</b> 555 0100",
 * "info<span>@</span>shop.com". Pure, linear. */
#ifndef RX_CRAWLER_EXTRACT_INLINE_H
#define RX_CRAWLER_EXTRACT_INLINE_H

#include "crawler/extract/sheet.h"

/* A sheet of kind SHEET_TEXT that holds the text around each place where inline tags may cut an
 * identifier, the tags left out; a match across them cites the source with its tags. Empty for
 * most pages. RX_EFULL: the arena. */
RX_MUST int inline_sheet(struct sheet *out, struct collect *c);

/* The words that inline tags cut in pieces, each whole on a line of its own: "Vi<span></span>agra".
 * A word that is only set close to the next ("Viagra" "Cialis" of a menu) is none. RX_EFULL. */
RX_MUST int inline_words(struct rx_str *out, struct collect *c);

#endif
