/* seam.h - where formatting stands between two things that are no word.
 *
 * A reader of pages leaves formatting out of a text, because it cuts no word: "b<b>u</b>y@meds.net"
 * is an address, and somebody hides it so. But "<b>Email</b>jane@meds.net" is a label and an
 * address, set apart by the page's style. What stands at the joint tells which it is. Pure. */
#ifndef RX_CRAWLER_PARSE_SEAM_H
#define RX_CRAWLER_PARSE_SEAM_H

#include "crawler/parse/doc.h"

/* Do two texts that meet there belong apart: a label or a name, and what it is of? only: nothing
 * else cuts the word that they would make. What is in doubt belongs together. */
bool seam_parts(struct rx_str before, struct rx_str behind, bool only);

/* SEAM_TRIES: places of a page that are looked at; SEAM_TEXT_MAX: bytes of a text, of which each
 * seam costs another look at all: longer ones are left whole. */
enum { SEAM_TRIES = 2000, SEAM_TEXT_MAX = 8192 };
/* The first place in a text of d at which formatting parts it so; 0: nowhere. *tries counts down;
 * at 0 nothing is found any more. */
size_t seam_find(const struct doc *d, struct doc_span text, unsigned *tries);

#endif
