/* fold.h - a text as its reader sees it: without characters that are not drawn, and with letters of
 * other scripts that are drawn like Latin ones read as these. Pure, linear.
 *
 * A name of a drug that holds a soft hyphen, or one Cyrillic letter, reads as the drug's name and
 * is found by no search for it. Full-width and mathematical letters are always read as the letters
 * they are made of (Unicode's compatibility mappings); Cyrillic and Greek ones only in a word that
 * has Latin letters too, so that words of these languages stay what they are. */
#ifndef RX_CRAWLER_EXTRACT_FOLD_H
#define RX_CRAWLER_EXTRACT_FOLD_H

#include "base/arena.h"

/* *out: in the arena, or text itself where nothing is to fold. RX_EFULL: the arena. */
RX_MUST int fold_text(struct rx_str *out, struct rx_arena *arena, struct rx_str text);

/* Where the next character stands, at or behind `at`, that is folded; text.n: none. Of Cyrillic and
 * Greek letters only those count that touch a Latin one. */
size_t fold_find(struct rx_str text, size_t at);

#endif
