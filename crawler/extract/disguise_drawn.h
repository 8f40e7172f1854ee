/* disguise_drawn.h - the stretches of a text that are drawn otherwise than they are written: with
 * characters that nobody sees ("or&shy;ders@shop.example"), or that look like others (fold.h). */
#ifndef RX_CRAWLER_EXTRACT_DISGUISE_DRAWN_H
#define RX_CRAWLER_EXTRACT_DISGUISE_DRAWN_H

#include "base/str.h"

#include <stdbool.h>

/* Where the reader of a text stands; begins as the text and zero. */
struct drawn_scan {
    struct rx_str text;
    size_t at;
};

/* The next stretch of a line: such characters, and what an identifier may take of what stands
 * around them, whole words if they are not too long. Stretches do not overlap. Pure, linear. */
bool disguise_drawn_next(size_t *from, size_t *to, struct drawn_scan *scan);

#endif
