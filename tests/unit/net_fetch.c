/* Fetching: bytes as received, caps, times, connections, TLS findings, proxies, the kill switch.
 * Every case is a line: what the server does, and what the result must say. */
#include "crawler/fetch.h"

#include "crawler/fetch_head.h"
#include "crawler/fetch_route.h"

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

static struct fetch_opts defaults(void)
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

static void open_client(struct client *c, struct fetch_opts opts)
{
    struct rx_err err = {0};
    *c = (struct client){.opts = opts};
    assert_int_equal(uv_loop_init(&c->loop), 0);
    if (fetcher_new(&c->f, &c->loop, &c->opts, &err))
        fail_msg("%s", err.text);
}

static void on_closed(void *ctx)
{
    *(bool *)ctx = true;
}

static void close_client(struct client *c)
{
    bool closed = false;
    fetcher_close(c->f, on_closed, &closed);
    (void)uv_run(&c->loop, UV_RUN_DEFAULT);
    assert_true(closed);
    assert_int_equal(uv_loop_close(&c->loop), 0);
    fetch_result_free(&c->last);
}

static void on_done(void *ctx, struct fetch_result *r)
{
    struct client *c = ctx;
    assert_false(c->inside);
    fetch_result_free(&c->last);
    c->last = *r;
    c->answered++;
}

static void start(struct client *c, const struct fetch_request *request)
{
    c->inside = true;
    assert_int_equal(fetch_start(c->f, request, on_done, c), 0);
    c->inside = false;
}

static void wait_for(struct client *c, unsigned answers)
{
    while (c->answered < answers)
        (void)uv_run(&c->loop, UV_RUN_ONCE);
}

static const struct rx_ip home = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1}};

/* GET scheme://shop.example:port/path, the name pinned to loopback. */
static struct fetch_result *get(struct client *c, const char *scheme, uint16_t port,
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

static struct tiny_server *serve(const char *tls_name)
{
    struct tiny_server *s = calloc(1, sizeof *s);
    assert_non_null(s);
    s->routes = routes;
    s->tls = tls_name ? tiny_tls(tls_name) : NULL;
    assert_true(tiny_start(s, "127.0.0.1", 0));
    return s;
}

static void unserve(struct tiny_server *s)
{
    tiny_stop(s);
    free(s);
}

static void bytes_as_received(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        enum rx_outcome outcome;
        enum rx_cut cut;
        int status;
        const char *head, *body; /* NULL: not looked at */
    } rows[] = {
        {"/ok", RX_OUT_OK, RX_CUT_NONE, 200, OK_HEAD, "hello"},
        {"/close", RX_OUT_OK, RX_CUT_NONE, 200, "HTTP/1.1 200 OK\r\n\r\n", "until the end"},
        {"/chunked", RX_OUT_OK, RX_CUT_NONE, 200, CHUNKED_HEAD, CHUNKS},
        {"/chunked-cut", RX_OUT_TRUNCATED, RX_CUT_DISCONNECT, 200, CHUNKED_HEAD, "4\r\npi"},
        {"/moved", RX_OUT_OK, RX_CUT_NONE, 302, NULL, ""},
        {"/early", RX_OUT_OK, RX_CUT_NONE, 200, OK_HEAD, "hello"},
        {"/gzip", RX_OUT_OK, RX_CUT_NONE, 200, NULL, "nogzp"},
        /* the library's limit: browsers skip such a line */
        {"/no-colon", RX_OUT_PROTOCOL, RX_CUT_NONE, 0, "", ""},
        {"/folded", RX_OUT_OK, RX_CUT_NONE, 200,
         "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\n", "ok"},
        {"/bare-lf", RX_OUT_OK, RX_CUT_NONE, 200, "HTTP/1.1 200 OK\nContent-Length: 2\n\n", "ok"},
        {"/two-lengths", RX_OUT_OK, RX_CUT_NONE, 200, NULL, "ok"},
        {"/http10", RX_OUT_OK, RX_CUT_NONE, 404, "HTTP/1.0 404 Not Found\r\n\r\n", "gone"},
        {"/short", RX_OUT_TRUNCATED, RX_CUT_DISCONNECT, 200, NULL, "hello"},
        {"/nothing", RX_OUT_DISCONNECT, RX_CUT_NONE, 0, "", ""},
        {"/half-head", RX_OUT_DISCONNECT, RX_CUT_NONE, 0, "", ""},
        {"/no-http", RX_OUT_PROTOCOL, RX_CUT_NONE, 0, "", ""},
        {"/unknown", RX_OUT_DISCONNECT, RX_CUT_NONE, 0, "", ""},
    };
    struct tiny_server *s = serve(NULL);
    struct client c;
    open_client(&c, defaults());
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fetch_result *r = get(&c, "http", s->port, rows[i].path);
        if (r->outcome != rows[i].outcome || r->cut != rows[i].cut || r->status != rows[i].status ||
            (rows[i].head && !rx_str_eq(rx_buf_str(&r->head), rx_str(rows[i].head))) ||
            (rows[i].body && !rx_str_eq(rx_buf_str(&r->body), rx_str(rows[i].body))))
            fail_msg("%s: %s %s %d [%.*s][%.*s] %s", rows[i].path, rx_outcome_name(r->outcome),
                     rx_cut_name(r->cut), r->status, RX_FMT(rx_buf_str(&r->head)),
                     RX_FMT(rx_buf_str(&r->body)), r->reason);
        assert_true((r->reason[0] == '\0') == (r->outcome == RX_OUT_OK));
        assert_true(r->request.n > 0);
    }
    assert_int_equal(fetch_in_flight(c.f), 0);
    close_client(&c);
    unserve(s);
}

static void ends_at_caps(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        enum rx_outcome outcome;
        enum rx_cut cut;
        size_t body_bytes;
    } rows[] = {
        {"/endless", RX_OUT_TRUNCATED, RX_CUT_LENGTH, 100000},
        {"/endless-head", RX_OUT_PROTOCOL, RX_CUT_NONE, 0},
        {"/endless-line", RX_OUT_PROTOCOL, RX_CUT_NONE, 0},
        {"/endless-1xx", RX_OUT_PROTOCOL, RX_CUT_NONE, 0},
        {"/many-lines", RX_OUT_PROTOCOL, RX_CUT_NONE, 0},
    };
    struct tiny_server *s = serve(NULL);
    struct client c;
    open_client(&c, defaults());
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fetch_result *r = get(&c, "http", s->port, rows[i].path);
        if (r->outcome != rows[i].outcome || r->cut != rows[i].cut ||
            r->body.n != rows[i].body_bytes)
            fail_msg("%s: %s %s %zu %s", rows[i].path, rx_outcome_name(r->outcome),
                     rx_cut_name(r->cut), r->body.n, r->reason);
        assert_true(r->reason[0] != '\0');
    }
    close_client(&c);
    unserve(s);
}

static void ends_in_time(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        uint64_t first_byte_ms, total_ms;
        uint32_t low_speed_s;
        enum rx_outcome outcome;
        enum rx_cut cut;
        const char *body;
    } rows[] = {
        {"/silent", 100, 60000, 60, RX_OUT_TIMEOUT, RX_CUT_NONE, ""},
        {"/silent", 60000, 200, 60, RX_OUT_TIMEOUT, RX_CUT_NONE, ""},
        {"/drip-head", 60000, 500, 60, RX_OUT_TIMEOUT, RX_CUT_NONE, ""},
        {"/stall", 60000, 500, 60, RX_OUT_TRUNCATED, RX_CUT_TIME, "hello"},
        {"/stall", 60000, 60000, 1, RX_OUT_TRUNCATED, RX_CUT_TIME, "hello"},
    };
    struct tiny_server *s = serve(NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct client c;
        struct fetch_opts o = defaults();
        o.first_byte_ms = rows[i].first_byte_ms;
        o.total_ms = rows[i].total_ms;
        o.low_speed_s = rows[i].low_speed_s;
        open_client(&c, o);
        struct fetch_result *r = get(&c, "http", s->port, rows[i].path);
        if (r->outcome != rows[i].outcome || r->cut != rows[i].cut ||
            !rx_str_eq(rx_buf_str(&r->body), rx_str(rows[i].body)))
            fail_msg("row %zu: %s %s %s", i, rx_outcome_name(r->outcome), rx_cut_name(r->cut),
                     r->reason);
        close_client(&c);
    }
    unserve(s);
}

/* Kept connections serve the next request, also after a chunked body that was not decoded; the
 * environment's proxy is not used; what went out is what the server saw. */
static void one_connection(void **state)
{
    (void)state;
    static const char *const paths[] = {"/ok", "/chunked", "/moved", "/early", "/chunked", "/ok"};
    assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
    assert_int_equal(setenv("all_proxy", "socks5://127.0.0.1:1", 1), 0);
    struct tiny_server *s = serve(NULL);
    struct client c;
    open_client(&c, defaults());
    char sent[8192] = "";
    size_t n = 0;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct fetch_result *r = get(&c, "http", s->port, paths[i]);
        assert_int_equal(r->outcome, RX_OUT_OK);
        assert_string_equal(r->ip, "127.0.0.1");
        assert_true(r->request.n < sizeof sent - n);
        memcpy(sent + n, r->request.p, r->request.n + 1);
        n += r->request.n;
    }
    assert_int_equal(atomic_load(&s->connections), 1);
    assert_int_equal(atomic_load(&s->requests), 6); /* the redirect was not followed */
    assert_string_equal(sent, s->log);
    assert_int_equal(unsetenv("http_proxy"), 0);
    assert_int_equal(unsetenv("all_proxy"), 0);
    close_client(&c);
    unserve(s);
}

static void request_as_sent(void **state)
{
    (void)state;
    struct tiny_server *s = serve(NULL);
    struct client c;
    open_client(&c, defaults());
    char url[128], want[512];
    (void)snprintf(url, sizeof url, "http://user:secret@shop.example:%u/a/%%2e%%2e/./ok?q={1}#frag",
                   s->port);
    struct fetch_request request = {.url = rx_str(url),
                                    .ip = &home,
                                    .cookie = RX_STR("id=7"),
                                    .referer = RX_STR("http://shop.example/"),
                                    .head_only = true};
    start(&c, &request);
    wait_for(&c, 1);
    (void)snprintf(want, sizeof want,
                   "HEAD /ok?q={1} HTTP/1.1\r\nHost: shop.example:%u\r\nUser-Agent: rxmap/test\r\n"
                   "Referer: http://shop.example/\r\nCookie: id=7\r\n"
                   "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
                   "Accept-Language: en;q=0.9,*;q=0.5\r\n"
                   "Accept-Encoding: gzip, deflate, br, zstd\r\n\r\n",
                   s->port);
    assert_string_equal(c.last.request.p, want);
    /* the next one on the same handle has neither cookie nor referer, and is a GET */
    (void)get(&c, "http", s->port, "/ok");
    assert_true(rx_str_starts(rx_buf_str(&c.last.request), RX_STR("GET /ok ")));
    assert_null(strstr(c.last.request.p, "Cookie"));
    assert_null(strstr(c.last.request.p, "Referer"));
    assert_null(strstr(s->log, "secret"));
    close_client(&c);
    unserve(s);
}

static void refuses_bad_requests(void **state)
{
    (void)state;
    struct client c;
    open_client(&c, defaults());
    const struct fetch_request rows[] = {
        {.url = RX_STR("ftp://a.example/"), .ip = &home},
        {.url = RX_STR("file:///etc/passwd"), .ip = &home},
        {.url = RX_STR("/relative"), .ip = &home},
        {.url = RX_STR(""), .ip = &home},
        {.url = RX_STR("http://a.example/")},
        {.url = RX_STR("http://a.example/"), .ip = &home, .cookie = RX_STR("a=b\r\nX: y")},
        {.url = RX_STR("http://a.example/"), .ip = &home, .referer = RX_STR("x\ny")},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(fetch_start(c.f, &rows[i], on_done, &c), RX_EINVAL);
    assert_int_equal(fetch_in_flight(c.f), 0);
    close_client(&c);
}

/* What the guard refuses is not connected to: the listening socket counts. */
static void guard_holds(void **state)
{
    (void)state;
    struct tiny_server *s = calloc(1, sizeof *s);
    assert_non_null(s);
    s->routes = routes;
    assert_true(tiny_start(s, "127.0.0.77", 8080));
    static const struct {
        const char *url, *ip;
        enum rx_outcome outcome;
    } rows[] = {
        {"http://shop.example:8080/ok", "127.0.0.77", RX_OUT_BLOCKED_ADDRESS},
        {"http://shop.example:8080/ok", "::ffff:127.0.0.77", RX_OUT_BLOCKED_ADDRESS},
        {"http://127.0.0.77:8080/ok", "127.0.0.77", RX_OUT_BLOCKED_ADDRESS},
        {"http://0177.0.0.77:8080/ok", "127.0.0.77", RX_OUT_BLOCKED_ADDRESS},
        {"http://[::ffff:7f00:4d]:8080/ok", "127.0.0.77", RX_OUT_BLOCKED_ADDRESS},
        {"http://localhost:8080/ok", "127.0.0.77", RX_OUT_BLOCKED_ADDRESS},
        {"http://shop.example:81/ok", "127.0.0.77", RX_OUT_BLOCKED_PORT},
        {"http://shop.example:22/ok", "192.0.2.1", RX_OUT_BLOCKED_PORT},
        {"http://shop.example/ok", "169.254.169.254", RX_OUT_BLOCKED_ADDRESS},
        {"https://shop.example/ok", "10.0.0.1", RX_OUT_BLOCKED_ADDRESS},
    };
    struct client c;
    struct fetch_opts o = defaults();
    o.test_network = false;
    open_client(&c, o);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rx_ip ip;
        assert_int_equal(rx_ip_parse(&ip, rx_str(rows[i].ip)), 0);
        struct fetch_request request = {.url = rx_str(rows[i].url), .ip = &ip};
        unsigned before = c.answered;
        start(&c, &request);
        wait_for(&c, before + 1);
        if (c.last.outcome != rows[i].outcome)
            fail_msg("row %zu: %s %s", i, rx_outcome_name(c.last.outcome), c.last.reason);
        assert_true(c.last.reason[0] != '\0');
        assert_int_equal(c.last.request.n, 0);
    }
    assert_int_equal(atomic_load(&s->connections), 0);
    close_client(&c);
    unserve(s);
}

static void kill_switch(void **state)
{
    (void)state;
    static const struct {
        const char *proxy, *connect_to, *pinned, *to;
        uint16_t port;
        bool allowed;
    } rows[] = {
        {NULL, NULL, "198.41.0.4", "198.41.0.4", 80, true},
        {NULL, NULL, "198.41.0.4", "198.41.0.4", 25, false},
        {NULL, NULL, "198.41.0.4", "198.41.0.5", 80, false},
        {NULL, NULL, "127.0.0.1", "127.0.0.1", 80, false},
        {"socks5h://127.0.0.1:9050", NULL, "198.41.0.4", "127.0.0.1", 9050, true},
        {"socks5h://127.0.0.1:9050", NULL, "198.41.0.4", "198.41.0.4", 80, false},
        {"socks5h://127.0.0.1:9050", NULL, "198.41.0.4", "127.0.0.1", 80, false},
        {"http://[::1]:3128/", NULL, "198.41.0.4", "::1", 3128, true},
        {NULL, "127.0.0.1:8000", "198.41.0.4", "127.0.0.1", 8000, true},
        {NULL, "127.0.0.1:8000,8001", "198.41.0.4", "127.0.0.1", 8001, true},
        {NULL, "127.0.0.1:8000", "198.41.0.4", "127.0.0.1", 8001, false},
        {NULL, "[::1]:8000", "198.41.0.4", "::1", 8000, true},
        {NULL, "127.0.0.1:8000", "198.41.0.4", "198.41.0.4", 80, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fetch_route route;
        struct rx_ip pinned, to;
        struct rx_err err;
        struct sockaddr_storage sa;
        assert_int_equal(fetch_route_make(&route, rows[i].proxy, rows[i].connect_to, false, &err),
                         0);
        assert_int_equal(rx_ip_parse(&pinned, rx_str(rows[i].pinned)), 0);
        assert_int_equal(rx_ip_parse(&to, rx_str(rows[i].to)), 0);
        (void)rx_ip_to_sockaddr(&sa, to, rows[i].port);
        const char *why = fetch_route_refuses(&route, &pinned, (struct sockaddr *)&sa);
        if ((why == NULL) != rows[i].allowed)
            fail_msg("row %zu: %s", i, why ? why : "allowed");
    }
}

static void bad_routes(void **state)
{
    (void)state;
    static const struct {
        const char *proxy, *connect_to;
        int rc;
    } rows[] = {
        {"socks5://127.0.0.1:9050", NULL, RX_EUSAGE}, /* would resolve here */
        {"socks4a://127.0.0.1:9050", NULL, RX_EUSAGE},
        {"https://127.0.0.1:443", NULL, RX_EUSAGE},
        {"127.0.0.1:3128", NULL, RX_EUSAGE},
        {"http://127.0.0.1", NULL, RX_EUSAGE},
        {"http://", NULL, RX_EUSAGE},
        {NULL, "127.0.0.1", RX_EUSAGE},
        {NULL, "127.0.0.1:", RX_EUSAGE},
        {NULL, ":80", RX_EUSAGE},
        {NULL, "127.0.0.1:0", RX_EUSAGE},
        {NULL, "127.0.0.1:65536", RX_EUSAGE},
        {NULL, "127.0.0.1:80,x", RX_EUSAGE},
        {"http://127.0.0.1:3128", "127.0.0.1:80", RX_EUSAGE},
        {NULL, "no-such-name.invalid:80", RX_ENET},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fetch_route route;
        struct rx_err err = {0};
        int rc = fetch_route_make(&route, rows[i].proxy, rows[i].connect_to, false, &err);
        if (rc != rows[i].rc || err.text[0] == '\0')
            fail_msg("row %zu: %d %s", i, rc, err.text);
    }
}

static void everything_to_one_server(void **state)
{
    (void)state;
    struct tiny_server *s = serve(NULL), *t = serve("shop.example");
    struct client c;
    struct fetch_opts o = defaults();
    char to[64];
    (void)snprintf(to, sizeof to, "127.0.0.1:%u,%u", s->port, t->port);
    o.connect_to = to;
    open_client(&c, o);
    static const char *const urls[] = {"http://a.example/ok", "http://b.example:8080/ok",
                                       "http://192.0.2.1/ok", "https://c.example/ok"};
    for (unsigned i = 0; i < 4; i++) {
        struct fetch_request request = {.url = rx_str(urls[i])};
        start(&c, &request);
        wait_for(&c, i + 1);
        assert_int_equal(c.last.outcome, RX_OUT_OK);
        assert_true(rx_str_eq(rx_buf_str(&c.last.body), RX_STR("hello")));
        assert_int_equal(c.last.tls.used, i == 3);
    }
    assert_int_equal(atomic_load(&s->connections), 3); /* one a host */
    assert_non_null(strstr(s->log, "Host: b.example:8080\r\n"));
    close_client(&c);
    unserve(s);
    unserve(t);
}

static bool has_der(const struct fetch_tls *tls)
{
    const unsigned char *p = (const unsigned char *)tls->chain[0].p;
    X509 *cert = tls->chain_count ? d2i_X509(NULL, &p, (long)tls->chain[0].n) : NULL;
    bool whole = cert && p == (const unsigned char *)tls->chain[0].p + tls->chain[0].n;
    X509_free(cert);
    return whole;
}

/* A bad certificate is a finding and the page is read all the same; the finding stays with kept
 * connections and with resumed sessions, in both versions of TLS. */
static void tls_findings(void **state)
{
    (void)state;
    static const struct {
        const char *cert_name;
        int version;
        bool name_ok;
        const char *protocol;
    } rows[] = {
        {"shop.example", TLS1_3_VERSION, true, "TLSv1.3"},
        {"*.example", TLS1_3_VERSION, false, "TLSv1.3"}, /* a star for a whole top-level domain */
        {"other.example", TLS1_3_VERSION, false, "TLSv1.3"},
        {"shop.example", TLS1_2_VERSION, true, "TLSv1.2"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tiny_server *s = serve(rows[i].cert_name);
        (void)SSL_CTX_set_max_proto_version(s->tls, rows[i].version);
        struct client c;
        open_client(&c, defaults());
        static const char *const paths[] = {"/ok", "/close", "/close", "/ok"};
        for (size_t j = 0; j < 4; j++) {
            struct fetch_result *r = get(&c, "https", s->port, paths[j]);
            if (r->outcome != RX_OUT_OK)
                fail_msg("row %zu, %zu: %s", i, j, r->reason);
            assert_true(r->tls.used);
            assert_int_equal(r->tls.verify, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
            assert_true(r->tls.verify_text[0] != '\0');
            assert_int_equal(r->tls.name_ok, rows[i].name_ok);
            assert_string_equal(r->tls.protocol, rows[i].protocol);
            assert_true(strncmp(r->tls.cipher, "TLS_", 4) == 0);
            assert_int_equal(r->tls.chain_count, 1);
            assert_true(has_der(&r->tls));
        }
        assert_int_equal(atomic_load(&s->connections), 3); /* /ok left its own to /close */
        assert_true(SSL_CTX_sess_hits(s->tls) > 0);        /* and some were resumed */
        close_client(&c);
        unserve(s);
    }
}

/* With the certificate among the trusted ones nothing is found. */
static void tls_good(void **state)
{
    (void)state;
    struct tiny_server *s = serve("shop.example");
    char path[] = "/tmp/rxcaXXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *f = fdopen(fd, "w");
    assert_non_null(f);
    assert_int_equal(PEM_write_X509(f, SSL_CTX_get0_certificate(s->tls)), 1);
    assert_int_equal(fclose(f), 0);
    struct client c;
    struct fetch_opts o = defaults();
    o.ca_file = path;
    open_client(&c, o);
    struct fetch_result *r = get(&c, "https", s->port, "/ok");
    assert_int_equal(r->outcome, RX_OUT_OK);
    assert_int_equal(r->tls.verify, X509_V_OK);
    assert_string_equal(r->tls.verify_text, "");
    assert_true(r->tls.name_ok);
    close_client(&c);
    unserve(s);
    (void)unlink(path);
}

static void tls_none(void **state)
{
    (void)state;
    struct tiny_server *s = serve(NULL);
    s->mode = TINY_GREETS;
    struct client c;
    open_client(&c, defaults());
    assert_int_equal(get(&c, "https", s->port, "/ok")->outcome, RX_OUT_TLS);
    assert_false(c.last.tls.used);
    close_client(&c);
    unserve(s);
}

static void connect_fails(void **state)
{
    (void)state;
    struct tiny_server *s = serve(NULL);
    uint16_t port = s->port;
    unserve(s);
    struct client c;
    open_client(&c, defaults());
    assert_int_equal(get(&c, "http", port, "/ok")->outcome, RX_OUT_CONNECT);
    close_client(&c);
}

/* ---- proxies -------------------------------------------------------------------------------- */

static void through_socks(void **state)
{
    (void)state;
    struct tiny_server *s = serve(NULL);
    s->mode = TINY_SOCKS;
    struct client c;
    struct fetch_opts o = defaults();
    char proxy[64];
    (void)snprintf(proxy, sizeof proxy, "socks5h://127.0.0.1:%u", s->port);
    o.proxy = proxy;
    o.test_network = false;
    open_client(&c, o);
    struct fetch_result *r = get(&c, "http", 80, "/ok");
    assert_int_equal(r->outcome, RX_OUT_OK);
    assert_string_equal(r->ip, "");
    assert_non_null(strstr(s->log, "NAME shop.example\n")); /* not resolved here */
    assert_int_equal(get(&c, "http", 25, "/ok")->outcome, RX_OUT_BLOCKED_PORT);
    struct fetch_request literal = {.url = RX_STR("http://192.168.0.1/ok")};
    start(&c, &literal);
    wait_for(&c, 3);
    assert_int_equal(c.last.outcome, RX_OUT_BLOCKED_ADDRESS);
    assert_int_equal(atomic_load(&s->connections), 1);
    close_client(&c);
    unserve(s);
}

static void through_http_proxy(void **state)
{
    (void)state;
    struct tiny_server *s = serve(NULL), *t = serve("shop.example");
    s->mode = t->mode = TINY_HTTP_PROXY;
    t->connect_answer = "HTTP/1.1 200 OK\r\nX-Proxy: yes\r\n\r\n";
    struct client c;
    struct fetch_opts o = defaults();
    char proxy[64];
    (void)snprintf(proxy, sizeof proxy, "http://127.0.0.1:%u", s->port);
    o.proxy = proxy;
    open_client(&c, o);
    struct fetch_result *r = get(&c, "http", 80, "/ok");
    assert_int_equal(r->outcome, RX_OUT_OK);
    assert_string_equal(r->ip, "");
    assert_true(rx_str_starts(rx_buf_str(&r->request), RX_STR("GET http://shop.example/ok ")));
    close_client(&c);

    (void)snprintf(proxy, sizeof proxy, "http://127.0.0.1:%u", t->port);
    open_client(&c, o);
    r = get(&c, "https", 443, "/ok");
    assert_int_equal(r->outcome, RX_OUT_OK);
    assert_true(rx_str_starts(rx_buf_str(&r->request), RX_STR("GET /ok HTTP/1.1\r\n")));
    assert_true(rx_str_eq(rx_buf_str(&r->head), RX_STR(OK_HEAD)));
    assert_true(r->tls.used && r->tls.name_ok);
    assert_non_null(strstr(t->log, "CONNECT shop.example:443 "));
    close_client(&c);
    unserve(s);
    unserve(t);
}

/* A dead proxy ends the run; a live one that cannot reach a site does not. */
static void proxy_fails(void **state)
{
    (void)state;
    static const struct {
        const char *answer;
        enum rx_outcome outcome;
    } rows[] = {
        {"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", RX_OUT_CONNECT},
        {"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", RX_OUT_PROXY},
        {NULL, RX_OUT_PROXY}, /* nobody listens */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tiny_server *s = serve(NULL);
        s->mode = TINY_HTTP_PROXY;
        s->connect_answer = rows[i].answer;
        struct client c;
        struct fetch_opts o = defaults();
        char proxy[64];
        (void)snprintf(proxy, sizeof proxy, "http://127.0.0.1:%u", s->port);
        o.proxy = proxy;
        if (!rows[i].answer)
            unserve(s);
        open_client(&c, o);
        struct fetch_result *r = get(&c, "https", 443, "/ok");
        if (r->outcome != rows[i].outcome)
            fail_msg("row %zu: %s %s", i, rx_outcome_name(r->outcome), r->reason);
        close_client(&c);
        if (rows[i].answer)
            unserve(s);
    }
}

/* ---- life ----------------------------------------------------------------------------------- */

static void in_flight_is_capped(void **state)
{
    (void)state;
    struct tiny_server *s = serve(NULL);
    struct client c;
    open_client(&c, defaults());
    char url[64];
    (void)snprintf(url, sizeof url, "http://a.example:%u/silent", s->port);
    struct fetch_request request = {.url = rx_str(url), .ip = &home};
    for (int i = 0; i < 4; i++)
        start(&c, &request);
    assert_int_equal(fetch_start(c.f, &request, on_done, &c), RX_EFULL);
    assert_int_equal(fetch_in_flight(c.f), 4);
    close_client(&c); /* with four in flight: dropped, nobody is called */
    assert_int_equal(c.answered, 0);
    unserve(s);
}

static void on_done_close(void *ctx, struct fetch_result *r)
{
    struct client *c = ctx;
    fetch_result_free(r);
    c->answered++;
    fetcher_close(c->f, on_closed, &c->inside);
}

static void closed_from_inside(void **state)
{
    (void)state;
    struct tiny_server *s = serve(NULL);
    struct client c;
    open_client(&c, defaults());
    char url[64];
    (void)snprintf(url, sizeof url, "http://a.example:%u/ok", s->port);
    struct fetch_request request = {.url = rx_str(url), .ip = &home};
    for (int i = 0; i < 3; i++)
        assert_int_equal(fetch_start(c.f, &request, on_done_close, &c), 0);
    (void)uv_run(&c.loop, UV_RUN_DEFAULT);
    assert_int_equal(c.answered, 1);
    assert_true(c.inside);
    assert_int_equal(uv_loop_close(&c.loop), 0);
    unserve(s);
}

static void heads(void **state)
{
    (void)state;
    static const struct {
        const char *lines[6];
        int rc, status;
        bool done;
        const char *text;
    } rows[] = {
        {{"HTTP/1.1 200 OK\r\n", "\r\n"}, 0, 200, true, "HTTP/1.1 200 OK\r\n\r\n"},
        {{"HTTP/1.1 200 OK\n", "\n", "late\r\n"}, 0, 200, true, "HTTP/1.1 200 OK\n\n"},
        {{"HTTP/1.1 100 C\r\n", "\r\n", "HTTP/1.1 204 N\r\n", "\r\n"},
         0,
         204,
         true,
         "HTTP/1.1 204 N\r\n\r\n"},
        {{"HTTP/1.1 101 S\r\n", "\r\n"}, 0, 101, true, "HTTP/1.1 101 S\r\n\r\n"},
        {{"HTTP/1.1 200\r\n", "A: b\r\n"}, 0, 200, false, "HTTP/1.1 200\r\nA: b\r\n"},
        {{"A: b\r\n"}, RX_EINVAL, 0, false, ""},
        {{"HTTP/1.1 OK\r\n"}, RX_EINVAL, 0, false, ""},
        {{"HTTP/1.1 200\r\n", "A: 1\r\n", "B: 2\r\n", "C: 3\r\n", "D: 4\r\n", "E: 5\r\n"},
         RX_EFULL,
         200,
         false,
         NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fetch_head h;
        fetch_head_init(&h, 1000, 5);
        int rc = 0;
        for (size_t j = 0; j < 6 && rows[i].lines[j] && rc == 0; j++)
            rc = fetch_head_line(&h, rx_str(rows[i].lines[j]));
        if (rc != rows[i].rc || h.status != rows[i].status || h.done != rows[i].done ||
            (rows[i].text && !rx_str_eq(rx_buf_str(&h.text), rx_str(rows[i].text))))
            fail_msg("row %zu: %d %d %d [%.*s]", i, rc, h.status, h.done,
                     RX_FMT(rx_buf_str(&h.text)));
        fetch_head_free(&h);
    }
    struct fetch_head h;
    fetch_head_init(&h, 20, 100);
    assert_int_equal(fetch_head_line(&h, RX_STR("HTTP/1.1 200 OK\r\n")), 0);
    assert_int_equal(fetch_head_line(&h, RX_STR("A: b\r\n")), RX_EFULL);
    fetch_head_free(&h);
}

static void retry_after(void **state)
{
    (void)state;
    const int64_t now_ms = 784111777000; /* Sun, 06 Nov 1994 08:49:37 GMT */
    static const struct {
        const char *value;
        uint64_t wait_ms;
    } rows[] = {
        {"120", 120000},
        {" 5 ", 5000},
        {"0", 0},
        {"", 0},
        {"-1", 0},
        {"soon", 0},
        {"99999999999999999999999", 0},
        {"18446744073709551615", 86400000},
        {"86401", 86400000},
        {"Sun, 06 Nov 1994 08:50:37 GMT", 60000},
        {"Sun, 06 Nov 1994 08:49:37 GMT", 0},
        {"Sun, 06 Nov 1994 08:00:00 GMT", 0},
        {"Sun, 06 Nov 2094 08:50:37 GMT", 86400000},
        {"Sunday, 06-Nov-94 08:49:47 GMT", 10000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (fetch_retry_after_ms(rx_str(rows[i].value), now_ms) != rows[i].wait_ms)
            fail_msg("row %zu: %llu", i,
                     (unsigned long long)fetch_retry_after_ms(rx_str(rows[i].value), now_ms));
}

int main(void)
{
    (void)signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads),
        cmocka_unit_test(retry_after),
        cmocka_unit_test(bytes_as_received),
        cmocka_unit_test(ends_at_caps),
        cmocka_unit_test(ends_in_time),
        cmocka_unit_test(one_connection),
        cmocka_unit_test(request_as_sent),
        cmocka_unit_test(refuses_bad_requests),
        cmocka_unit_test(guard_holds),
        cmocka_unit_test(kill_switch),
        cmocka_unit_test(bad_routes),
        cmocka_unit_test(everything_to_one_server),
        cmocka_unit_test(tls_findings),
        cmocka_unit_test(tls_good),
        cmocka_unit_test(tls_none),
        cmocka_unit_test(connect_fails),
        cmocka_unit_test(through_socks),
        cmocka_unit_test(through_http_proxy),
        cmocka_unit_test(proxy_fails),
        cmocka_unit_test(in_flight_is_capped),
        cmocka_unit_test(closed_from_inside),
    };
    return cmocka_run_group_tests_name("fetch", tests, NULL, NULL);
}
