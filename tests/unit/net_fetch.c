/* net_fetch.c - fetching: bytes as received, caps, times, connections, life. Every case is a line:
 * what the server does, and what the result must say. */
#include "base/url.h"
#include "tests/unit/fetch_client.h"

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

/* A reset may come together with what was sent before it: that is read, and the reset is named. */
static void reads_up_to_a_reset(void **state)
{
    (void)state;
    struct tiny_server *s = serve(NULL);
    struct client c;
    open_client(&c, defaults());
    for (unsigned i = 0; i < 50; i++) {
        struct fetch_result *r = get(&c, "http", s->port, "/reset");
        if (r->outcome != RX_OUT_TRUNCATED || r->cut != RX_CUT_DISCONNECT || r->status != 200 ||
            !rx_str_eq(rx_buf_str(&r->body), RX_STR("hello")) || !strstr(r->reason, "reset"))
            fail_msg("turn %u: %s %s %d [%.*s] %s", i, rx_outcome_name(r->outcome),
                     rx_cut_name(r->cut), r->status, RX_FMT(rx_buf_str(&r->body)), r->reason);
    }
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
        if (r->outcome != rows[i].outcome || r->cut != rows[i].cut || r->unconnected ||
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

/* The longest request that can be made is kept whole. */
static void longest_request_is_kept(void **state)
{
    (void)state;
    static char cookie[FETCH_COOKIE_MAX + 1], referer[RX_URL_MAX + 1], url[RX_URL_MAX + 1];
    static char agent[FETCH_AGENT_MAX];
    struct tiny_server *s = serve(NULL);
    struct client c;
    struct fetch_opts opts = defaults();
    memset(agent, 'u', sizeof agent - 1);
    opts.user_agent = agent;
    open_client(&c, opts);
    memset(cookie, 'c', sizeof cookie - 1);
    memcpy(cookie, "id=", 3);
    memset(referer, 'r', sizeof referer - 1);
    memcpy(referer, "http://a.example/", 17);
    memset(url, 'p', sizeof url - 1);
    const int n = snprintf(url, sizeof url, "http://shop.example:%u/ok?", s->port);
    url[n] = 'p';
    const struct fetch_request request = {
        .url = rx_str(url), .ip = &home, .cookie = rx_str(cookie), .referer = rx_str(referer)};
    start(&c, &request);
    wait_for(&c, 1);
    const struct rx_str sent = rx_buf_str(&c.last.request);
    if (c.last.status != 200)
        fail_msg("%s after %zu bytes", c.last.reason, sent.n);
    assert_true(rx_str_starts(sent, RX_STR("GET /ok?pppp")));
    assert_true(rx_str_ends(sent, RX_STR("zstd\r\n\r\n")));
    assert_true(rx_str_find(sent, rx_str(cookie), 0) > 0);
    assert_true(rx_str_find(sent, rx_str(referer), 0) > 0);
    close_client(&c);
    unserve(s);
}

static void refuses_bad_requests(void **state)
{
    (void)state;
    static char cookie[FETCH_COOKIE_MAX + 2], referer[RX_URL_MAX + 2];
    memset(cookie, 'c', sizeof cookie - 1);
    memset(referer, 'r', sizeof referer - 1);
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
        {.url = RX_STR("http://a.example/"), .ip = &home, .cookie = rx_str(cookie)},
        {.url = RX_STR("http://a.example/"), .ip = &home, .referer = rx_str(referer)},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(fetch_start(c.f, &rows[i], on_done, &c), RX_EINVAL);
    assert_int_equal(fetch_in_flight(c.f), 0);
    close_client(&c);
}

static void connect_fails(void **state)
{
    (void)state;
    struct tiny_server *s = serve(NULL);
    uint16_t port = s->port;
    unserve(s);
    struct client c;
    open_client(&c, defaults());
    struct fetch_result *r = get(&c, "http", port, "/ok");
    assert_int_equal(r->outcome, RX_OUT_CONNECT);
    assert_true(r->unconnected);
    assert_int_equal(strncmp(r->reason, "127.0.0.1: ", 11), 0);
    close_client(&c);
}

/* A full queue of connections: nobody answers the next one. */
static void nobody_lets_in(void **state)
{
    (void)state;
    enum { BEFORE = 4 };
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t at_bytes = sizeof at;
    int before[BEFORE];
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 0), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &at_bytes), 0);
    for (int i = 0; i < BEFORE; i++) {
        before[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)connect(before[i], (struct sockaddr *)&at, sizeof at);
    }
    struct client c;
    struct fetch_opts o = defaults();
    o.connect_ms = 200;
    open_client(&c, o);
    struct fetch_result *r = get(&c, "http", ntohs(at.sin_port), "/ok");
    assert_int_equal(r->outcome, RX_OUT_TIMEOUT);
    assert_true(r->unconnected);
    close_client(&c);
    for (int i = 0; i < BEFORE; i++)
        (void)close(before[i]);
    (void)close(fd);
}

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

int main(void)
{
    (void)signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_as_received),
        cmocka_unit_test(reads_up_to_a_reset),
        cmocka_unit_test(ends_at_caps),
        cmocka_unit_test(ends_in_time),
        cmocka_unit_test(one_connection),
        cmocka_unit_test(request_as_sent),
        cmocka_unit_test(longest_request_is_kept),
        cmocka_unit_test(refuses_bad_requests),
        cmocka_unit_test(connect_fails),
        cmocka_unit_test(nobody_lets_in),
        cmocka_unit_test(in_flight_is_capped),
        cmocka_unit_test(closed_from_inside),
    };
    return cmocka_run_group_tests_name("fetch", tests, NULL, NULL);
}
