/* text.h - what the bytes of a page's source say: character references, line ends, NULs and bytes
 * that are no UTF-8, as the tokenizer of the HTML standard reads them (13.2.3.5, 13.2.5.72). */
#ifndef RX_CRAWLER_PARSE_TEXT_H
#define RX_CRAWLER_PARSE_TEXT_H

#include "base/buf.h"

enum text_kind {
    TEXT_DATA,      /* between tags: references count, NULs vanish */
    TEXT_RCDATA,    /* title, textarea: references count */
    TEXT_ATTRIBUTE, /* references count, but "&copy=" is none */
    TEXT_RAW        /* no references */
};

/* True if decoding would change nothing. valid: the text is known to be UTF-8. */
bool text_is_plain(struct rx_str s, bool valid);
/* Decodes the unit at the head of s, which is not empty: *n bytes in out, 0 if nothing stands for
 * it. Returns the bytes read, at least 1. */
size_t text_step(struct rx_str s, enum text_kind kind, char out[8], size_t *n);
/* Adds s, decoded. RX_EFULL, RX_ENOMEM. */
RX_MUST int text_decode(struct rx_buf *out, struct rx_str s, enum text_kind kind);

#endif
