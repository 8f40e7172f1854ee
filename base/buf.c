/* buf.c - see buf.h. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static int grow(struct rx_buf *b, size_t more)
{
    if (more > b->max - b->n)
        return RX_EFULL;
    size_t need = b->n + more + 1;
    if (need <= b->cap)
        return 0;
    size_t cap = b->cap ? b->cap : 64;
    while (cap < need)
        cap *= 2;
    char *p = realloc(b->p, cap);
    if (!p)
        return RX_ENOMEM;
    b->p = p;
    b->cap = cap;
    return 0;
}

int rx_buf_add(struct rx_buf *b, struct rx_str s)
{
    /* As numbers, because pointers into different objects have no order. */
    const uintptr_t at = (uintptr_t)s.p - (uintptr_t)b->p;
    const bool own = b->p && at < b->cap;
    int rc = grow(b, s.n);
    if (rc)
        return rc;
    if (own)
        s.p = b->p + at;
    if (s.n)
        memcpy(b->p + b->n, s.p, s.n);
    b->n += s.n;
    b->p[b->n] = '\0';
    return 0;
}

int rx_buf_addc(struct rx_buf *b, char c)
{
    return rx_buf_add(b, rx_strn(&c, 1));
}

/* Mostly there is room already, and formatting once is enough. */
int rx_buf_addf(struct rx_buf *b, const char *fmt, ...)
{
    size_t room = b->cap - b->n;
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(room ? b->p + b->n : NULL, room, fmt, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n < room && (size_t)n <= b->max - b->n) {
        b->n += (size_t)n;
        return 0;
    }
    if (room)
        b->p[b->n] = '\0';
    int rc = n < 0 ? RX_EINVAL : grow(b, (size_t)n);
    if (rc)
        return rc;
    va_start(ap, fmt);
    (void)vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->n += (size_t)n;
    return 0;
}

char *rx_buf_room(struct rx_buf *b, size_t more)
{
    return grow(b, more) ? NULL : b->p + b->n;
}

void rx_buf_clear(struct rx_buf *b)
{
    b->n = 0;
    if (b->p)
        b->p[0] = '\0';
}

void rx_buf_free(struct rx_buf *b)
{
    free(b->p);
    *b = RX_BUF(b->max);
}

struct rx_buf rx_buf_take(struct rx_buf *from)
{
    struct rx_buf moved = *from;
    *from = RX_BUF(from->max);
    return moved;
}
