/* buf.h - growable byte buffer. Every buffer names its maximum; a byte over it is RX_EFULL and
 * leaves the buffer as it was. Zero-initialise with RX_BUF(max). The content is always followed
 * by a NUL that is not counted, once anything was added. */
#ifndef RX_BASE_BUF_H
#define RX_BASE_BUF_H

#include "base/err.h"
#include "base/str.h"

struct rx_buf {
    char *p;    /* owned */
    size_t n;   /* bytes used */
    size_t cap; /* bytes allocated */
    size_t max; /* most bytes that may be used */
};

#define RX_BUF(max_bytes) ((struct rx_buf){.max = (max_bytes)})

/* s may be a part of b's own content. */
RX_MUST int rx_buf_add(struct rx_buf *b, struct rx_str s);
RX_MUST int rx_buf_addc(struct rx_buf *b, char c);
/* No argument may point into b: its bytes move while they are read. */
RX_MUST int rx_buf_addf(struct rx_buf *b, const char *fmt, ...) RX_PRINTF(2, 3);
/* Room for more bytes behind the content; write there, then raise n. NULL: RX_EFULL or no memory.
 */
RX_MUST char *rx_buf_room(struct rx_buf *b, size_t more);
void rx_buf_clear(struct rx_buf *b); /* n = 0, memory kept */
void rx_buf_free(struct rx_buf *b);  /* back to an empty buffer with the same max */
/* Moves the content out; *from is left empty. */
struct rx_buf rx_buf_take(struct rx_buf *from);

static inline struct rx_str rx_buf_str(const struct rx_buf *b)
{
    return rx_strn(b->p, b->n);
}

#endif
