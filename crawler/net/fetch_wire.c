/* fetch_wire.c - everything that the transfer library is told, and so everything that can go out.
 *
 * Invariants: GET and HEAD are the only methods, http and https the only protocols; redirects are
 * not followed; nothing is decoded; the environment (proxies, netrc) is not looked at; the URL is
 * our own serialisation without user info. */
#include "crawler/net/fetch_wire.h"

#include "crawler/net/fetch_tls.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CA_FILE "/etc/ssl/certs/ca-certificates.crt"

enum {
    IDLE_S = 10,            /* a kept connection lives this long without use */
    CA_CACHE_S = 24 * 3600, /* the parsed CA bundle; reading it costs 20 handshakes */
    RECEIVE_BYTES = 32768
};

#define SET(option, value) (rc |= (int)curl_easy_setopt(e, option, value))

/* What every transfer has in common; set once a handle. */
static int set_limits(CURL *e, const struct fetch_opts *o)
{
    int rc = 0;
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)o->connect_ms);
    SET(CURLOPT_TIMEOUT_MS, (long)o->total_ms);
    SET(CURLOPT_LOW_SPEED_LIMIT, (long)o->low_speed_bytes);
    SET(CURLOPT_LOW_SPEED_TIME, (long)o->low_speed_s);
    SET(CURLOPT_MAXAGE_CONN, (long)IDLE_S);
    SET(CURLOPT_BUFFERSIZE, (long)RECEIVE_BYTES);
    SET(CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    SET(CURLOPT_NOSIGNAL, 1L);
    return rc;
}

static int set_protocol(CURL *e, const struct fetch_wire *w)
{
    int rc = 0;
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_HTTP09_ALLOWED, 0L);
    SET(CURLOPT_HTTP_TRANSFER_DECODING, 0L);
    SET(CURLOPT_HTTP_CONTENT_DECODING, 0L);
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    SET(CURLOPT_PATH_AS_IS, 1L);
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(CURLOPT_PROXY, w->route.proxy); /* "": also not the environment's */
    SET(CURLOPT_NOPROXY, "");
    SET(CURLOPT_USERAGENT, w->user_agent);
    SET(CURLOPT_HTTPHEADER, w->headers);
    return rc;
}

static CURLcode on_ssl_ctx(CURL *easy, void *ssl_ctx, void *ctx)
{
    (void)easy;
    (void)ctx;
    return fetch_tls_prepare(ssl_ctx) ? CURLE_OUT_OF_MEMORY : CURLE_OK;
}

static int set_tls(CURL *e, const struct fetch_wire *w)
{
    int rc = 0;
    SET(CURLOPT_SSL_VERIFYPEER, 1L); /* without it the CA bundle is not even loaded */
    SET(CURLOPT_SSL_VERIFYHOST, 0L); /* fetch_tls checks the name, and goes on */
    SET(CURLOPT_CAPATH, NULL);       /* with a folder set the bundle is read at each handshake */
    SET(CURLOPT_CAINFO, w->ca_file);
    SET(CURLOPT_CA_CACHE_TIMEOUT, (long)CA_CACHE_S);
    SET(CURLOPT_SSL_CTX_FUNCTION, on_ssl_ctx);
    return rc;
}

int fetch_wire_prepare(const struct fetch_wire *w, void *easy)
{
    int rc = set_limits(easy, &w->opts);
    rc |= set_protocol(easy, w);
    rc |= set_tls(easy, w);
    return rc ? RX_ENOMEM : 0;
}

static int make_headers(struct curl_slist **out)
{
    static const char *const lines[] = {
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Language: en;q=0.9,*;q=0.5", "Accept-Encoding: gzip, deflate, br, zstd"};
    struct curl_slist *list = NULL;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct curl_slist *longer = curl_slist_append(list, lines[i]);
        if (!longer) {
            curl_slist_free_all(list);
            return RX_ENOMEM;
        }
        list = longer;
    }
    *out = list;
    return 0;
}

/* What the library gets: no user info, no fragment. */
static int wire_url(struct rx_buf *out, const struct rx_url *u)
{
    int rc = rx_buf_addf(out, "%.*s://%.*s", RX_FMT(u->scheme), RX_FMT(u->host));
    if (rc == 0 && u->has_port)
        rc = rx_buf_addf(out, ":%u", u->port);
    if (rc == 0)
        rc = rx_buf_add(out, u->path);
    if (rc == 0 && u->has_query)
        rc = rx_buf_addf(out, "?%.*s", RX_FMT(u->query));
    return rc;
}

/* "::ADDRESS:PORT", for whatever the URL says. Nothing with a proxy: it does the connecting. */
static int set_address(const struct fetch_wire *w, CURL *easy, struct curl_slist **list,
                       const struct rx_ip *pinned, const struct rx_url *u)
{
    const struct fetch_route *route = &w->route;
    char text[RX_IP_TEXT], line[RX_IP_TEXT + 16];
    curl_slist_free_all(*list);
    *list = NULL;
    if (route->way != FETCH_PROXY) {
        bool tls = rx_str_eq(u->scheme, RX_STR("https"));
        struct rx_ip ip = route->way == FETCH_FIXED ? route->ip : *pinned;
        unsigned port = route->way == FETCH_PINNED ? u->port : tls ? route->tls_port : route->port;
        rx_ip_text(text, ip);
        (void)snprintf(line, sizeof line, rx_ip_is_v4(ip) ? "::%s:%u" : "::[%s]:%u", text, port);
        *list = curl_slist_append(NULL, line);
        if (!*list)
            return RX_ENOMEM;
    }
    return curl_easy_setopt(easy, CURLOPT_CONNECT_TO, *list) ? RX_ENOMEM : 0;
}

/* A copy with a NUL for the library, or NULL for an empty value. Lives in scratch. */
static int set_text(CURL *easy, CURLoption option, struct rx_str value, struct rx_buf *scratch)
{
    rx_buf_clear(scratch);
    int rc = rx_buf_add(scratch, value);
    if (rc)
        return rc;
    return curl_easy_setopt(easy, option, value.n ? scratch->p : NULL) ? RX_ENOMEM : 0;
}

int fetch_wire_request(const struct fetch_wire *w, void *easy, struct curl_slist **connect_to,
                       const struct fetch_request *request, const struct rx_url *u)
{
    struct rx_buf scratch = RX_BUF(FETCH_REQUEST_BYTES_MAX);
    int rc = set_address(w, easy, connect_to, request->ip, u);
    if (rc == 0)
        rc = set_text(easy, CURLOPT_COOKIE, request->cookie, &scratch);
    if (rc == 0)
        rc = set_text(easy, CURLOPT_REFERER, request->referer, &scratch);
    rx_buf_clear(&scratch);
    if (rc == 0)
        rc = wire_url(&scratch, u);
    if (rc == 0 && curl_easy_setopt(easy, CURLOPT_URL, scratch.p))
        rc = RX_ENOMEM;
    const uint64_t most_ms = request->total_ms > 0 && request->total_ms < w->opts.total_ms
                                 ? request->total_ms
                                 : w->opts.total_ms;
    if (rc == 0 && curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)most_ms))
        rc = RX_EINVAL;
    if (rc == 0 && (curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L) ||
                    curl_easy_setopt(easy, CURLOPT_NOBODY, request->head_only ? 1L : 0L)))
        rc = RX_EINVAL;
    rx_buf_free(&scratch);
    return rc;
}

void fetch_wire_list_free(struct curl_slist *list)
{
    curl_slist_free_all(list);
}

int fetch_wire_init(struct fetch_wire *w, const struct fetch_opts *opts, struct rx_err *err)
{
    struct fetch_wire made = {.opts = *opts,
                              .user_agent = strdup(opts->user_agent),
                              .ca_file = strdup(opts->ca_file ? opts->ca_file : CA_FILE)};
    int rc = 0;
    if (!made.user_agent || !made.ca_file || make_headers(&made.headers))
        rc = rx_fail(err, RX_ENOMEM, "fetch: out of memory");
    else if (access(made.ca_file, R_OK))
        rc = rx_fail(err, RX_EUSAGE,
                     "the certificates of the authorities (%s) cannot be read; install the "
                     "package ca-certificates",
                     made.ca_file);
    else
        rc = fetch_route_make(&made.route, opts->proxy, opts->connect_to, opts->test_network, err);
    made.opts.user_agent = made.opts.proxy = made.opts.connect_to = made.opts.ca_file = NULL;
    if (rc)
        fetch_wire_done(&made);
    else
        *w = made;
    return rc;
}

void fetch_wire_done(struct fetch_wire *w)
{
    curl_slist_free_all(w->headers);
    free(w->user_agent);
    free(w->ca_file);
    *w = (struct fetch_wire){0};
}
