/* share.h - a bound that the sources of a page share, so that decoys in one of them do not hide
 * what the others say.
 *
 * A quarter is for whoever comes first, so that ordinary pages never meet a share. The rest is
 * dealt, half of it by heads and half by bytes: by bytes alone one large source would starve small
 * ones, by heads alone a thousand small ones would. What a source leaves flows on to those behind
 * it. */
#ifndef RX_CRAWLER_EXTRACT_SHARE_H
#define RX_CRAWLER_EXTRACT_SHARE_H

#include <stddef.h>

/* Begins as zero; first every source is counted, then each is dealt its share in the same order. */
struct share {
    size_t sources, bytes;
    size_t dealt, dealt_bytes;
};

static inline void share_count(struct share *s, size_t bytes)
{
    s->sources++;
    s->bytes += bytes;
}

static inline void share_deal(struct share *s, size_t bytes)
{
    s->dealt++;
    s->dealt_bytes += bytes;
}

/* Of `all`: what the sources that were dealt their share so far may use together; at the last one
 * all of it, and so where all of them together have no byte more. all * bytes must fit. */
static inline size_t share_of(const struct share *s, size_t all)
{
    const size_t first = all / 4, half = (all - first) / 2;
    if (s->dealt >= s->sources || s->bytes <= all)
        return all;
    return first + half * s->dealt / s->sources + half * s->dealt_bytes / s->bytes;
}

#endif
