/* withdrawn.h - what of crawl.h's withdrawn seeds the crawler itself needs. */
#ifndef RX_CRAWLER_WITHDRAWN_H
#define RX_CRAWLER_WITHDRAWN_H

#include "crawler/crawl.h"

/* A seed that was withdrawn and is added again: notes it, and forgets it in w. RX_ENOENT: it was
 * not withdrawn. Inside a transaction of the store. */
RX_MUST int withdrawn_restore(struct crawl_withdrawn *w, struct store *st, struct rx_str url,
                              int64_t now_ms);
size_t withdrawn_count(const struct crawl_withdrawn *w);

#endif
