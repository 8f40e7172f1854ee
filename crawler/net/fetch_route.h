/* fetch_route.h - where connections may go: the kill switch of fetch.
 *
 * Three ways: PINNED, to the address that the caller resolved and the guard passed; FIXED, always
 * to one address that the operator named (connect_to); PROXY, always to the proxy. The socket
 * callback asks fetch_route_refuses() with the very address it is about to connect to, so a
 * mistake of ours or of the library's cannot leave the way. */
#ifndef RX_CRAWLER_FETCH_ROUTE_H
#define RX_CRAWLER_FETCH_ROUTE_H

#include "base/ip.h"

enum fetch_way { FETCH_PINNED = 1, FETCH_FIXED, FETCH_PROXY };

struct fetch_route {
    enum fetch_way way;
    struct rx_ip ip;         /* FIXED, PROXY: the only address */
    uint16_t port, tls_port; /* its port; for https (the same with a proxy) */
    char proxy[512];         /* PROXY: the URL for the library, its host an address */
    bool test_network;
};

/* proxy and connect_to may be NULL; both together are RX_EUSAGE, as is a proxy that is neither
 * http:// nor socks5h://. The one name that may be looked up here, by the system's resolver and
 * before anything runs, is the proxy's or fixture's own. RX_ENET: it has no address. */
RX_MUST int fetch_route_make(struct fetch_route *out, const char *proxy, const char *connect_to,
                             bool test_network, struct rx_err *err);

/* Why a socket to sa must not be opened, or NULL. pinned is the transfer's address. */
const char *fetch_route_refuses(const struct fetch_route *route, const struct rx_ip *pinned,
                                const struct sockaddr *sa);

#endif
