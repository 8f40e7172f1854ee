/* fetch_client.h - what tests of fetch share: a server whose answers break every rule, and a
 * fetcher on a loop of its own that asks it. */
#ifndef RX_TESTS_UNIT_FETCH_CLIENT_H
#define RX_TESTS_UNIT_FETCH_CLIENT_H

#include "crawler/net/fetch.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <uv.h>

#include <cmocka.h>

#include "tests/unit/tiny_server.h"

#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
#define CHUNKED_HEAD "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
#define CHUNKS "4;x=\"y\"\r\npill\r\n1\r\ns\r\n0\r\nX-Trailer: t\r\n\r\n"
#define LINE50 "X-Filler: 0123456789012345678901234567890123456\r\n"

static const struct tiny_route routes[] = {
    {"/ok", OK_HEAD "hello", TINY_KEEP, NULL},
    {"/close", "HTTP/1.1 200 OK\r\n\r\nuntil the end", TINY_CLOSE, NULL},
    {"/chunked", CHUNKED_HEAD CHUNKS, TINY_KEEP, NULL},
    {"/chunked-cut", CHUNKED_HEAD "4\r\npi", TINY_CLOSE, NULL},
    {"/moved", "HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n", TINY_KEEP, NULL},
    {"/early",
     "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" OK_HEAD "hello",
     TINY_KEEP, NULL},
    {"/gzip", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nnogzp",
     TINY_KEEP, NULL},
    {"/no-colon", "HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 2\r\n\r\nok", TINY_CLOSE,
     NULL},
    {"/folded", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok", TINY_KEEP, NULL},
    {"/bare-lf", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", TINY_KEEP, NULL},
    {"/two-lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
     TINY_KEEP, NULL},
    {"/http10", "HTTP/1.0 404 Not Found\r\n\r\ngone", TINY_CLOSE, NULL},
    {"/short", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", TINY_CLOSE, NULL},
    {"/reset", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", TINY_RESET, NULL},
    {"/nothing", "", TINY_CLOSE, NULL},
    {"/half-head", "HTTP/1.1 200 OK\r\nServer: x", TINY_CLOSE, NULL},
    {"/no-http", "SSH-2.0-OpenSSH_9.2\r\n", TINY_CLOSE, NULL},
    {"/silent", "", TINY_HANG, NULL},
    {"/stall", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", TINY_HANG, NULL},
    {"/drip-head", "HTTP/1.1 200 OK\r\nX: y", TINY_DRIP, NULL},
    {"/endless", CHUNKED_HEAD, TINY_ENDLESS, "8\r\n01234567\r\n"},
    {"/endless-head", "HTTP/1.1 200 OK\r\n", TINY_ENDLESS, LINE50},
    {"/endless-line", "HTTP/1.1 200 OK\r\nX: ", TINY_ENDLESS, "0123456789012345678901234567890"},
    {"/endless-1xx", "HTTP/1.1 100 Continue\r\n\r\n", TINY_ENDLESS, NULL},
    {"/many-lines", "HTTP/1.1 200 OK\r\n", TINY_ENDLESS, "A: b\r\n"},
    {NULL, NULL, TINY_CLOSE, NULL},
};

struct client {
    uv_loop_t loop;
    struct fetcher *f;
    struct fetch_opts opts;
    bool inside; /* in fetch_start */
    unsigned answered;
    struct fetch_result last;
};

static inline struct fetch_opts defaults(void)
{
    return (struct fetch_opts){.connect_ms = 3000,
                               .first_byte_ms = 5000,
                               .total_ms = 10000,
                               .low_speed_bytes = 100,
                               .low_speed_s = 10,
                               .head_bytes = 65536,
                               .body_bytes = 100000,
                               .head_lines = 200,
                               .in_flight = 4,
                               .user_agent = "rxmap/test",
                               .test_network = true};
}

static inline void open_client(struct client *c, struct fetch_opts opts)
{
    struct rx_err err = {0};
    *c = (struct client){.opts = opts};
    assert_int_equal(uv_loop_init(&c->loop), 0);
    if (fetcher_new(&c->f, &c->loop, &c->opts, &err))
        fail_msg("%s", err.text);
}

static inline void on_closed(void *ctx)
{
    *(bool *)ctx = true;
}

static inline void close_client(struct client *c)
{
    bool closed = false;
    fetcher_close(c->f, on_closed, &closed);
    (void)uv_run(&c->loop, UV_RUN_DEFAULT);
    assert_true(closed);
    assert_int_equal(uv_loop_close(&c->loop), 0);
    fetch_result_free(&c->last);
}

static inline void on_done(void *ctx, struct fetch_result *r)
{
    struct client *c = ctx;
    assert_false(c->inside);
    fetch_result_free(&c->last);
    c->last = *r;
    c->answered++;
}

static inline void start(struct client *c, const struct fetch_request *request)
{
    c->inside = true;
    assert_int_equal(fetch_start(c->f, request, on_done, c), 0);
    c->inside = false;
}

static inline void wait_for(struct client *c, unsigned answers)
{
    while (c->answered < answers)
        (void)uv_run(&c->loop, UV_RUN_ONCE);
}

static const struct rx_ip home = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1}};

/* GET scheme://shop.example:port/path, the name pinned to loopback. */
static inline struct fetch_result *get(struct client *c, const char *scheme, uint16_t port,
                                       const char *path)
{
    char url[256];
    (void)snprintf(url, sizeof url, "%s://shop.example:%u%s", scheme, port, path);
    struct fetch_request request = {.url = rx_str(url), .ip = &home};
    unsigned before = c->answered;
    start(c, &request);
    wait_for(c, before + 1);
    return &c->last;
}

static inline struct tiny_server *serve(const char *tls_name)
{
    struct tiny_server *s = calloc(1, sizeof *s);
    assert_non_null(s);
    s->routes = routes;
    s->tls = tls_name ? tiny_tls(tls_name) : NULL;
    assert_true(tiny_start(s, "127.0.0.1", 0));
    return s;
}

static inline void unserve(struct tiny_server *s)
{
    tiny_stop(s);
    free(s);
}

#endif
