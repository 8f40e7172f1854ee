/* base_escape.c - what logs and rows show of a proxy's URL. */
#include "base/escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
    const char *proxy, *shown;
} proxies[] = {
    {"", ""},
    {"http://127.0.0.1:9", "http://127.0.0.1:9"},
    {"http://me:secret@proxy.example:3128/", "http://proxy.example:3128/"},
    {"socks5h://me@proxy.example:1080", "socks5h://proxy.example:1080"},
    {"http://me:se@cret@proxy.example", "http://proxy.example"},
    {"http://proxy.example/a@b", "http://proxy.example/a@b"},
    {"me:secret@proxy.example:3128", "proxy.example:3128"},
};

static void test_proxy_without_user(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof proxies / sizeof *proxies; i++) {
        struct rx_buf out = RX_BUF(256);
        assert_int_equal(rx_esc_proxy(&out, rx_str(proxies[i].proxy)), RX_OK);
        if (!rx_str_eq(rx_buf_str(&out), rx_str(proxies[i].shown)))
            fail_msg("%s: %.*s", proxies[i].proxy, RX_FMT(rx_buf_str(&out)));
        rx_buf_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_proxy_without_user)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
