/* hint.h - the hint of a signature whose writer left it to us. */
#ifndef RX_CRAWLER_EXTRACT_HINT_H
#define RX_CRAWLER_EXTRACT_HINT_H

#include "base/buf.h"
#include "base/err.h"

enum {
    HINT_LEAST = 3, /* bytes: what is shorter stands everywhere */
    HINT_LONG = 24
};

/* Adds, as an expression, the longest piece of plain text that stands in every match of the
 * pattern. RX_ENOENT: none of HINT_LEAST bytes can be told. O(pattern). */
RX_MUST int hint_derive(struct rx_buf *out, struct rx_str pattern);

/* Does every match of the expression, least_width bytes or more, lie within one word of HINT_LONG
 * letters and digits or more? False where that cannot be told from its text. */
bool hint_is_long_word(struct rx_str hint, size_t least_width);

#endif
