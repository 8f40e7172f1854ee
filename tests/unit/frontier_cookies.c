/* frontier_cookies.c - what a site may set, and what is sent back to whom. */
#include "crawler/frontier/cookies.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct rx_url parse(struct rx_buf *text, const char *url)
{
    struct rx_url parsed;
    *text = RX_BUF(RX_URL_MAX + 1);
    assert_int_equal(rx_url_parse(&parsed, text, rx_str(url), NULL), RX_OK);
    return parsed;
}

/* Up to three Set-Cookie values from one URL, then the Cookie header for another. */
static const struct {
    const char *from, *set[3], *to, *header;
} lines[] = {
    {"http://a.example/", {"x=1"}, "http://a.example/p", "x=1"},
    {"http://a.example/", {"x=1", "y=2"}, "http://a.example/", "x=1; y=2"},
    {"http://a.example/", {"x=1", "x=2"}, "http://a.example/", "x=2"},
    {"http://a.example/", {"x=1", "y=1", "x=2"}, "http://a.example/", "x=2; y=1"},
    {"http://a.example/", {"x=1"}, "http://www.a.example/", ""},
    {"http://www.a.example/", {"x=1; Domain=.a.example"}, "http://a.example/", "x=1"},
    {"http://a.example/", {"x=1; Domain=other.example"}, "http://other.example/", ""},
    {"http://a.example/", {"x=1; domain=example"}, "http://a.example/", ""},
    {"http://a.example/d/e", {"x=1"}, "http://a.example/d/f", "x=1"},
    {"http://a.example/d/e", {"x=1"}, "http://a.example/f", ""},
    {"http://a.example/", {"x=1; Path=/d"}, "http://a.example/dd", ""},
    {"http://a.example/", {"x=1; Path=/d", "y=2"}, "http://a.example/d/", "x=1; y=2"},
    {"https://a.example/", {"x=1; Secure"}, "http://a.example/", ""},
    {"https://a.example/", {"x=1; Secure"}, "https://a.example/", "x=1"},
    {"http://a.example/", {"x=1", "x=; Max-Age=0"}, "http://a.example/", ""},
    {"http://a.example/", {"=1"}, "http://a.example/", ""},
    {"http://a.example/", {"no equals sign"}, "http://a.example/", ""},
    {"http://a.example/", {"x=a\r\nEvil: 1"}, "http://a.example/", ""},
    {"http://a.example/", {" x = 1 ; HttpOnly"}, "http://a.example/", "x=1"},
};

static void test_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct cookies jar = {0};
        struct rx_buf from_text, to_text, header = RX_BUF(65536);
        const struct rx_url from = parse(&from_text, lines[i].from);
        const struct rx_url to = parse(&to_text, lines[i].to);
        for (size_t k = 0; k < 3 && lines[i].set[k]; k++)
            cookies_set(&jar, &from, RX_STR("a.example"), rx_str(lines[i].set[k]));
        assert_int_equal(cookies_header(&header, &jar, &to), RX_OK);
        if (!rx_str_eq(rx_buf_str(&header), rx_str(lines[i].header)))
            fail_msg("%s then %s: '%.*s'", lines[i].set[0], lines[i].to,
                     RX_FMT(rx_buf_str(&header)));
        rx_buf_free(&header);
        rx_buf_free(&from_text);
        rx_buf_free(&to_text);
        cookies_free(&jar);
    }
}

static void test_caps(void **state)
{
    (void)state;
    struct cookies jar = {0};
    struct rx_buf text, header = RX_BUF(COOKIE_HEADER_MAX);
    const struct rx_url url = parse(&text, "http://a.example/");
    for (int i = 0; i < COOKIES_MAX + 20; i++) {
        char value[32];
        (void)snprintf(value, sizeof value, "c%d=1", i);
        cookies_set(&jar, &url, RX_STR("a.example"), rx_str(value));
    }
    assert_int_equal(jar.count, COOKIES_MAX);
    static char big[COOKIE_BYTES_MAX + 2];
    memset(big, 'x', sizeof big - 1);
    big[1] = '=';
    cookies_free(&jar);
    cookies_set(&jar, &url, RX_STR("a.example"), rx_str(big));
    assert_int_equal(jar.count, 0);
    big[COOKIE_BYTES_MAX] = '\0';
    cookies_set(&jar, &url, RX_STR("a.example"), rx_str(big));
    assert_int_equal(jar.count, 1);
    assert_int_equal(cookies_header(&header, &jar, &url), RX_OK);
    assert_int_equal(header.n, COOKIE_BYTES_MAX);
    rx_buf_free(&header);
    rx_buf_free(&text);
    cookies_free(&jar);
}

/* A site may set more than a request can carry: the header takes what fits, longest path and then
 * oldest first, and a small cookie behind a big one still goes. */
static void test_header_cap(void **state)
{
    (void)state;
    struct cookies jar = {0};
    struct rx_buf text, header = RX_BUF(COOKIE_HEADER_MAX);
    const struct rx_url url = parse(&text, "http://a.example/");
    static char value[COOKIE_BYTES_MAX + 1];
    for (char name = 'a'; name < 'f'; name++) {
        memset(value, 'x', sizeof value - 1);
        value[0] = name;
        value[1] = '=';
        cookies_set(&jar, &url, RX_STR("a.example"), rx_str(value));
    }
    cookies_set(&jar, &url, RX_STR("a.example"), RX_STR("session=1"));
    assert_int_equal(jar.count, 6);
    assert_int_equal(cookies_header(&header, &jar, &url), RX_OK);
    assert_true(header.n <= COOKIE_HEADER_MAX);
    assert_true(rx_str_starts(rx_buf_str(&header), RX_STR("a=x")));
    assert_true(rx_str_find(rx_buf_str(&header), RX_STR("; b="), 0) < 0);
    assert_true(rx_str_ends(rx_buf_str(&header), RX_STR("; session=1")));
    rx_buf_free(&header);
    rx_buf_free(&text);
    cookies_free(&jar);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_caps),
        cmocka_unit_test(test_header_cap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
