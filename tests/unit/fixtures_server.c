/* The fixture's server, asked over real loopback sockets, and its readers of requests. */
#include "fixtures/dns.h"
#include "fixtures/fixture.h"
#include "fixtures/http.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static void test_parse(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *host, *target;
        int result;
        bool keep_alive;
    } cases[] = {
        {"GET / HTTP/1.1\r\nHost: a.com\r\n\r\n", "a.com", "/", 1, true},
        {"GET /x?y=1 HTTP/1.1\r\nHOST:  a.com:8080 \r\nConnection: close\r\n\r\n", "a.com",
         "/x?y=1", 1, false},
        {"GET http://b.com:81/p HTTP/1.1\r\nHost: a.com\r\n\r\n", "b.com", "/p", 1, true},
        {"GET http://b.com HTTP/1.1\r\n\r\n", "b.com", "/", 1, true},
        {"CONNECT c.com:443 HTTP/1.1\r\n\r\n", "c.com", "c.com:443", 1, true},
        {"GET / HTTP/1.0\r\nHost: a.com\r\n\r\n", "a.com", "/", 1, false},
        {"GET / HTTP/1.1\r\nHost: a.com\r\n", "", "", 0, true},
        {"NONSENSE\r\n\r\n", "", "", RX_EINVAL, true},
        {"GET relative HTTP/1.1\r\n\r\n", "", "", RX_EINVAL, true},
        {"CONNECT c.com:99999 HTTP/1.1\r\n\r\n", "", "", RX_EINVAL, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_request r;
        assert_int_equal(http_parse(&r, rx_str(cases[i].bytes)), cases[i].result);
        if (cases[i].result != 1)
            continue;
        assert_true(rx_str_eq(r.host, rx_str(cases[i].host)));
        assert_true(rx_str_eq(r.target, rx_str(cases[i].target)));
        assert_int_equal(r.keep_alive, cases[i].keep_alive);
        assert_int_equal(r.head_bytes, strlen(cases[i].bytes));
        for (size_t n = 0; n < strlen(cases[i].bytes); n++) /* and cut anywhere: more is needed */
            assert_int_equal(http_parse(&r, rx_strn(cases[i].bytes, n)), 0);
    }
}

/* ---- over sockets -------------------------------------------------------------------------- */

struct served {
    struct fixture_server *server;
    char log[64];
};

static int start(void **state)
{
    static struct served s;
    struct rx_err err = {0};
    (void)snprintf(s.log, sizeof s.log, "/tmp/fixture-log-%d", (int)getpid());
    struct fixture_server_opts opts = {.plain_hosts = 3, .plain_pages = 4, .log_path = s.log};
    *state = &s;
    return fixture_server_start(&s.server, NULL, &opts, &err);
}

static int stop(void **state)
{
    struct served *s = *state;
    fixture_server_stop(s->server);
    return unlink(s->log);
}

static int dial(uint16_t port, int type)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct timeval patience = {.tv_sec = 10};
    sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof sa), 0);
    return fd;
}

/* Sends text and reads until the server closes. */
static void ask(char *reply, size_t bytes, uint16_t port, const char *text)
{
    int fd = dial(port, SOCK_STREAM);
    size_t n = 0;
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    for (ssize_t got = 1; got > 0 && n + 1 < bytes; n += got > 0 ? (size_t)got : 0)
        got = read(fd, reply + n, bytes - n - 1);
    reply[n] = '\0';
    (void)close(fd);
}

static unsigned count(const char *text, const char *what)
{
    unsigned n = 0;
    for (const char *at = strstr(text, what); at; at = strstr(at + 1, what))
        n++;
    return n;
}

static void test_pages(void **state)
{
    const struct served *s = *state;
    char reply[8192];
    uint16_t port = fixture_server_port(s->server);
    ask(reply, sizeof reply, port,
        "GET / HTTP/1.1\r\nHost: plain00001.com\r\n\r\n"
        "HEAD /p/1.html HTTP/1.1\r\nHost: plain00002.com\r\n\r\n"
        "GET /p/9.html HTTP/1.1\r\nHost: plain00002.com\r\nConnection: close\r\n\r\n");
    assert_int_equal(count(reply, "HTTP/1.1 200 OK"), 2);
    assert_int_equal(count(reply, "HTTP/1.1 404 Not Found"), 1);
    assert_int_equal(count(reply, "</html>"), 1); /* HEAD has no body */
    ask(reply, sizeof reply, port, "GET / HTTP/1.1\r\nHost: plain00004.com\r\n\r\n");
    assert_string_equal(reply, ""); /* no such host: closed without a word */
    ask(reply, sizeof reply, port,
        "POST /send HTTP/1.1\r\nHost: plain00001.com\r\nContent-Length: 3\r\n\r\nq=1"
        "GET /robots.txt HTTP/1.1\r\nHost: plain00001.com\r\nConnection: close\r\n\r\n");
    assert_int_equal(count(reply, "HTTP/1.1 405"), 1);
    assert_int_equal(count(reply, "Disallow: /private/"), 1);
}

static void test_log(void **state)
{
    const struct served *s = *state;
    char reply[4096], line[1024] = "";
    ask(reply, sizeof reply, fixture_server_port(s->server),
        "GET /p/2.html HTTP/1.1\r\nHost: plain00003.com\r\nReferer: http://a.com/\x1b[2J\r\n"
        "Connection: close\r\n\r\n");
    FILE *log = fopen(s->log, "re");
    assert_non_null(log);
    while (fgets(line, sizeof line, log)) /* the last line */
        ;
    (void)fclose(log);
    assert_non_null(strstr(line,
                           "\tplain00003.com\t198.19.0.3\tGET\thttp://plain00003.com/p/2.html\t"
                           "http://a.com/\\x1b[2J\t200\n"));
}

static void test_names(void **state)
{
    const struct served *s = *state;
    static const unsigned char query[] = "\0\7\1\0\0\1\0\0\0\0\0\0\12plain00002\3com\0\0\1\0\1";
    static const unsigned char nobody[] = "\0\7\1\0\0\1\0\0\0\0\0\0\12plain00009\3com\0\0\1\0\1";
    unsigned char reply[512];
    int fd = dial(fixture_server_dns_port(s->server), SOCK_DGRAM);
    assert_int_equal(send(fd, query, sizeof query - 1, 0), sizeof query - 1);
    ssize_t n = recv(fd, reply, sizeof reply, 0);
    assert_true(n > 16);
    assert_int_equal(reply[3] & 15, 0);
    assert_int_equal(reply[7], 1);
    assert_memory_equal(reply + n - 4, "\306\23\0\2", 4); /* 198.19.0.2 */
    assert_int_equal(send(fd, nobody, sizeof nobody - 1, 0), sizeof nobody - 1);
    n = recv(fd, reply, sizeof reply, 0);
    assert_true(n > 12);
    assert_int_equal(reply[3] & 15, 3);
    (void)close(fd);
}

static void test_broken_queries(void **state)
{
    (void)state;
    static const char *const broken[] = {"", "\0\1", "\0\7\1\0\0\1\0\0\0\0\0\0\77abc"};
    static const size_t bytes[] = {0, 2, 16};
    struct world none = {0};
    char name[DNS_NAME_BYTES];
    for (size_t i = 0; i < 3; i++) {
        struct rx_buf out = RX_BUF(512);
        assert_int_equal(dns_answer(&out, name, rx_strn(broken[i], bytes[i]), &none), RX_EINVAL);
        rx_buf_free(&out);
    }
}

static void test_loopback_only(void **state)
{
    (void)state;
    struct fixture_server *server = NULL;
    struct rx_err err = {0};
    struct fixture_server_opts opts = {.address = "0.0.0.0", .plain_hosts = 1, .plain_pages = 1};
    assert_int_equal(fixture_server_start(&server, NULL, &opts, &err), RX_EINVAL);
    assert_null(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_log),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_broken_queries),
        cmocka_unit_test(test_loopback_only),
    };
    return cmocka_run_group_tests_name("fixtures server", tests, start, stop);
}
