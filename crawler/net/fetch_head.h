/* fetch_head.h - gathers the head of one final response, line by line, under caps. Pure.
 *
 * The library hands over every header line that a connection sees: the heads of 1xx answers
 * before the final one, and lines of trailers after it. Kept is the final head alone, byte for
 * byte; but every line counts against the caps, or endless 1xx answers would never end. */
#ifndef RX_CRAWLER_FETCH_HEAD_H
#define RX_CRAWLER_FETCH_HEAD_H

#include "base/buf.h"

struct fetch_head {
    struct rx_buf text; /* owned; the final head once done, with its blank line */
    size_t bytes;       /* of all heads so far */
    size_t bytes_max;
    unsigned lines, lines_max;
    int status; /* of the head being read; 0: none yet */
    bool done;  /* the blank line of a final head was seen; what follows is ignored */
};

void fetch_head_init(struct fetch_head *h, size_t bytes_max, unsigned lines_max);
/* One line with its line end. RX_EFULL: a cap; RX_EINVAL: no status line where one is due;
 * RX_ENOMEM. */
RX_MUST int fetch_head_line(struct fetch_head *h, struct rx_str line);
void fetch_head_free(struct fetch_head *h);

#endif
