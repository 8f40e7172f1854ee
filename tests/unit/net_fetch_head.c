/* net_fetch_head.c - the head of an answer, line by line, and Retry-After. */
#include "crawler/net/fetch_head.h"

#include "crawler/net/fetch.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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
    };
    return cmocka_run_group_tests_name("fetch_head", tests, NULL, NULL);
}
