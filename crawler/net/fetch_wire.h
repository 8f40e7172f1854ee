/* fetch_wire.h - everything that the transfer library is told. For fetch.c. An easy handle is
 * passed as the void pointer that it is, so that the library's header stays out of here. */
#ifndef RX_CRAWLER_FETCH_WIRE_H
#define RX_CRAWLER_FETCH_WIRE_H

#include "base/url.h"
#include "crawler/net/fetch.h"
#include "crawler/net/fetch_route.h"

enum {
    FETCH_LINES_MAX = 4096, /* names of headers, those that never change, a proxy's */
    /* Room for the longest request of all by construction: URL (whole, to a proxy), host, referer,
     * and what is bounded where it is taken in. */
    FETCH_REQUEST_BYTES_MAX = 3 * RX_URL_MAX + FETCH_COOKIE_MAX + FETCH_AGENT_MAX + FETCH_LINES_MAX
};

struct curl_slist;

/* What all transfers of a fetcher share; must outlive their handles. */
struct fetch_wire {
    struct fetch_opts opts;
    char *user_agent, *ca_file; /* owned */
    struct fetch_route route;
    struct curl_slist *headers; /* owned; request headers that never change */
};

/* Copies opts and its strings. RX_EUSAGE: proxy, connect_to or ca_file cannot be used. */
RX_MUST int fetch_wire_init(struct fetch_wire *w, const struct fetch_opts *opts,
                            struct rx_err *err);
void fetch_wire_done(struct fetch_wire *w);
/* Options that all transfers have in common, once a handle. Callbacks are the caller's. */
RX_MUST int fetch_wire_prepare(const struct fetch_wire *w, void *easy);
/* This transfer's URL, method, address and header values. *connect_to is the handle's list, kept
 * until the next request or until the caller frees it (fetch_wire_list_free). */
RX_MUST int fetch_wire_request(const struct fetch_wire *w, void *easy,
                               struct curl_slist **connect_to, const struct fetch_request *request,
                               const struct rx_url *u);
void fetch_wire_list_free(struct curl_slist *list);

#endif
