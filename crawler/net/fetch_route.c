/* fetch_route.c - see fetch_route.h. */
#include "crawler/net/fetch_route.h"

#include "crawler/frontier/guard.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netdb.h>
#include <stdio.h>

/* First address of a host that the operator named. */
static int lookup(struct rx_ip *out, const char *host, const char *what, struct rx_err *err)
{
    struct rx_str text = rx_str(host);
    if (text.n > 2 && text.p[0] == '[' && text.p[text.n - 1] == ']')
        text = rx_str_sub(text, 1, text.n - 1);
    if (rx_ip_parse(out, text) == 0)
        return 0;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
    int failed = getaddrinfo(host, NULL, &hints, &list);
    if (failed)
        return rx_fail(err, RX_ENET, "%s: host %s has no address: %s", what, host,
                       gai_strerror(failed));
    int rc = rx_ip_from_sockaddr(out, list->ai_addr);
    freeaddrinfo(list);
    return rc ? rx_fail(err, RX_ENET, "%s: host %s has no IP address", what, host) : 0;
}

static bool parse_port(uint16_t *out, struct rx_str text)
{
    uint64_t port = 0;
    if (!rx_str_u64(text, &port) || port == 0 || port > 65535)
        return false;
    *out = (uint16_t)port;
    return true;
}

/* "host:port[,tlsport]"; the host may be a bracketed IPv6 address. */
static int make_fixed(struct fetch_route *r, const char *connect_to, struct rx_err *err)
{
    struct rx_str all = rx_str(connect_to), where, tls;
    bool has_tls = rx_str_cut(all, ',', &where, &tls);
    size_t colon = where.n;
    while (colon > 0 && where.p[colon - 1] != ':')
        colon--;
    char host[256];
    if (colon < 2 || colon > sizeof host ||
        !parse_port(&r->port, rx_str_sub(where, colon, where.n)))
        return rx_fail(err, RX_EUSAGE, "connect-to %s: write HOST:PORT or HOST:PORT,TLSPORT",
                       connect_to);
    r->tls_port = r->port;
    if (has_tls && !parse_port(&r->tls_port, tls))
        return rx_fail(err, RX_EUSAGE, "connect-to %s: %.*s is no port", connect_to, RX_FMT(tls));
    (void)snprintf(host, sizeof host, "%.*s", (int)(colon - 1), where.p);
    r->way = FETCH_FIXED;
    return lookup(&r->ip, host, "connect-to", err);
}

/* The parts of a proxy URL that matter; each owned by the library's allocator. */
struct proxy_parts {
    char *scheme, *host, *port;
};

static int proxy_check(struct fetch_route *r, CURLU *u, struct proxy_parts *p, struct rx_err *err)
{
    if (curl_url_get(u, CURLUPART_SCHEME, &p->scheme, 0) ||
        curl_url_get(u, CURLUPART_HOST, &p->host, 0))
        return rx_fail(err, RX_EUSAGE, "proxy: the URL cannot be read");
    if (strcmp(p->scheme, "http") != 0 && strcmp(p->scheme, "socks5h") != 0)
        return rx_fail(err, RX_EUSAGE,
                       "proxy: %s:// is not taken; write http:// or socks5h:// (names are "
                       "resolved by the proxy, never here)",
                       p->scheme);
    if (curl_url_get(u, CURLUPART_PORT, &p->port, 0) || !parse_port(&r->port, rx_str(p->port)))
        return rx_fail(err, RX_EUSAGE, "proxy: the URL must name a port");
    r->tls_port = r->port;
    return lookup(&r->ip, p->host, "proxy", err);
}

/* The library gets the proxy by address, so that it never looks a name up. */
static int proxy_rewrite(struct fetch_route *r, CURLU *u, struct rx_err *err)
{
    char text[RX_IP_TEXT], literal[RX_IP_TEXT + 2];
    char *url = NULL;
    rx_ip_text(text, r->ip);
    (void)snprintf(literal, sizeof literal, rx_ip_is_v4(r->ip) ? "%s" : "[%s]", text);
    if (curl_url_set(u, CURLUPART_HOST, literal, 0) || curl_url_get(u, CURLUPART_URL, &url, 0))
        return rx_fail(err, RX_EUSAGE, "proxy: the URL cannot be rewritten");
    int n = snprintf(r->proxy, sizeof r->proxy, "%s", url);
    curl_free(url);
    if (n < 0 || (size_t)n >= sizeof r->proxy)
        return rx_fail(err, RX_EUSAGE, "proxy: the URL is longer than %zu bytes", sizeof r->proxy);
    return 0;
}

static int make_proxy(struct fetch_route *r, const char *proxy, struct rx_err *err)
{
    struct proxy_parts parts = {0};
    CURLU *u = curl_url();
    if (!u)
        return rx_fail(err, RX_ENOMEM, "proxy: out of memory");
    int rc = 0;
    if (!strstr(proxy, "://") || curl_url_set(u, CURLUPART_URL, proxy, CURLU_NON_SUPPORT_SCHEME))
        rc = rx_fail(err, RX_EUSAGE, "proxy %s: write http://HOST:PORT or socks5h://HOST:PORT",
                     proxy);
    if (rc == 0)
        rc = proxy_check(r, u, &parts, err);
    if (rc == 0)
        rc = proxy_rewrite(r, u, err);
    r->way = FETCH_PROXY;
    curl_free(parts.scheme);
    curl_free(parts.host);
    curl_free(parts.port);
    curl_url_cleanup(u);
    return rc;
}

int fetch_route_make(struct fetch_route *out, const char *proxy, const char *connect_to,
                     bool test_network, struct rx_err *err)
{
    struct fetch_route r = {.way = FETCH_PINNED, .test_network = test_network};
    int rc = 0;
    proxy = proxy && proxy[0] ? proxy : NULL;
    connect_to = connect_to && connect_to[0] ? connect_to : NULL;
    if (proxy && connect_to)
        return rx_fail(err, RX_EUSAGE, "proxy and connect-to exclude each other");
    if (proxy)
        rc = make_proxy(&r, proxy, err);
    else if (connect_to)
        rc = make_fixed(&r, connect_to, err);
    if (rc == 0)
        *out = r;
    return rc;
}

static uint16_t port_of(const struct sockaddr *sa)
{
    if (sa->sa_family == AF_INET)
        return ntohs(((const struct sockaddr_in *)(const void *)sa)->sin_port);
    if (sa->sa_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)(const void *)sa)->sin6_port);
    return 0;
}

const char *fetch_route_refuses(const struct fetch_route *route, const struct rx_ip *pinned,
                                const struct sockaddr *sa)
{
    struct rx_ip ip;
    if (rx_ip_from_sockaddr(&ip, sa))
        return "not an IP address";
    const struct rx_ip *only = route->way == FETCH_PINNED ? pinned : &route->ip;
    if (memcmp(&ip, only, sizeof ip) != 0)
        return "not the address of this transfer";
    uint16_t port = port_of(sa);
    if (route->way != FETCH_PINNED)
        return port == route->port || port == route->tls_port ? NULL : "not the named port";
    if (route->test_network)
        return NULL;
    return guard_port(port) ? guard_address(ip) : "port";
}
