/* unwrap.h - links that mail filters, search engines and social networks put in front of another:
 * the address that was meant. Pure.
 *
 * Only redirectors that are known by host and path (one table), and that say the target in the
 * link itself: a shortener does not, and is crawled. */
#ifndef RX_CRAWLER_LISTS_UNWRAP_H
#define RX_CRAWLER_LISTS_UNWRAP_H

#include "base/url.h"

enum { UNWRAP_DEPTH_MAX = 6 }; /* a filter in front of a filter in front of... */

/* The target of a normalised URL, as many wrappings deep as it is. RX_ENOENT: it is none, or leads
 * to no http(s) URL; RX_ENOMEM. */
RX_MUST int unwrap_url(struct rx_buf *out, const struct rx_url *url);

#endif
