/* net_fetch_route.c - where connections may go: the guard, the kill switch, fixtures and proxies.
 */
#include "crawler/net/fetch_route.h"
#include "tests/unit/fetch_client.h"

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

/* What a SOCKS proxy answers about one site is that site's outcome, whatever the reason. */
static void socks_replies(void **state)
{
    (void)state;
    for (char reply = 1; reply <= 9; reply++) {
        struct tiny_server *s = serve(NULL);
        s->mode = TINY_SOCKS;
        s->socks_reply = reply;
        struct client c;
        struct fetch_opts o = defaults();
        char proxy[64];
        (void)snprintf(proxy, sizeof proxy, "socks5h://127.0.0.1:%u", s->port);
        o.proxy = proxy;
        open_client(&c, o);
        struct fetch_result *r = get(&c, "http", 80, "/ok");
        if (r->outcome != (reply == 7 ? RX_OUT_PROXY : RX_OUT_CONNECT))
            fail_msg("reply %d: %s %s", reply, rx_outcome_name(r->outcome), r->reason);
        close_client(&c);
        unserve(s);
    }
}

int main(void)
{
    (void)signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guard_holds),   cmocka_unit_test(kill_switch),
        cmocka_unit_test(bad_routes),    cmocka_unit_test(everything_to_one_server),
        cmocka_unit_test(through_socks), cmocka_unit_test(through_http_proxy),
        cmocka_unit_test(proxy_fails),   cmocka_unit_test(socks_replies),
    };
    return cmocka_run_group_tests_name("fetch_route", tests, NULL, NULL);
}
