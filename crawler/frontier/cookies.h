/* cookies.h - one jar a site and run, kept in memory: enough for shops that show their pages only
 * to a visitor with a session, and nothing that outlives the run. RFC 6265, without expiry dates
 * (a run is one session) but with deletion. Pure. */
#ifndef RX_CRAWLER_COOKIES_H
#define RX_CRAWLER_COOKIES_H

#include "base/url.h"

enum {
    COOKIES_MAX = 50,
    COOKIE_BYTES_MAX = 4096,
    COOKIE_HEADER_MAX =
        8192 /* servers refuse longer request heads, and a request of ours has room */
};

struct cookie;
struct cookies {
    struct cookie *items; /* owned */
    size_t count;
};

/* Notes one Set-Cookie value that url answered with. site: the site key of url's host; a Domain
 * attribute wider than it is ignored with its cookie. Over a cap, or broken: ignored. */
void cookies_set(struct cookies *jar, const struct rx_url *url, struct rx_str site,
                 struct rx_str value);
/* The Cookie header's value for url: longest path first, then oldest (section 5.4), as many as fit
 * into COOKIE_HEADER_MAX; empty if none applies. Clears out. */
RX_MUST int cookies_header(struct rx_buf *out, const struct cookies *jar, const struct rx_url *url);
void cookies_free(struct cookies *jar);

#endif
