/* Links in front of links: what was meant. */
#include "crawler/lists/unwrap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void check(const char *wrapped, const char *wanted)
{
    struct rx_buf href = RX_BUF(RX_URL_MAX), out = RX_BUF(RX_URL_MAX);
    struct rx_url url;
    assert_int_equal(rx_url_parse(&url, &href, rx_str(wrapped), NULL), 0);
    const int rc = unwrap_url(&out, &url);
    if (!wanted)
        assert_int_equal(rc, RX_ENOENT);
    else if (rc || !rx_str_eq(rx_buf_str(&out), rx_str(wanted)))
        fail_msg("%s gives %d, %s", wrapped, rc, out.p ? out.p : "nothing");
    rx_buf_free(&href);
    rx_buf_free(&out);
}

static void test_rows(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"https://www.google.com/url?sa=t&q=http%3A%2F%2Fp.example%2Fa%3Fb%3D1&usg=x",
         "http://p.example/a?b=1"},
        {"https://www.google.co.uk/url?url=https://p.example/", "https://p.example/"},
        {"https://google.evil.example/url?q=http://p.example/", NULL},
        {"https://notgoogle.com/url?q=http://p.example/", NULL},
        {"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fp.example%2Fx&data=05",
         "https://p.example/x"},
        {"https://urldefense.proofpoint.com/v1/url?u=http://p.example/&k=abc", "http://p.example/"},
        {"https://urldefense.proofpoint.com/v2/url?u=https-3A__p.example_a-5Fb-3Fc-3D1&d=DwM",
         "https://p.example/a_b?c=1"},
        {"https://urldefense.com/v3/__https://p.example/a?b=1__;!!abc$", "https://p.example/a?b=1"},
        {"https://urldefense.com/v3/__http://p.example/*s*a__;Iy8!!abc!def$",
         "http://p.example/#s/a"},
        {"https://urldefense.com/v3/__http://p.example/**A__;Ly8!!x$", "http://p.example///"},
        {"https://l.facebook.com/l.php?u=https%3A%2F%2Fp.example%2F&h=AT0", "https://p.example/"},
        {"https://www.facebook.com/profile.php?u=http://p.example/", NULL},
        {"https://vk.com/away.php?to=http%3A%2F%2Fp.example", "http://p.example/"},
        {"https://duckduckgo.com/l/?uddg=https%3A%2F%2Fp.example%2F", "https://p.example/"},
        {"https://www.bing.com/ck/a?!&&p=1&u=a1aHR0cHM6Ly9wLmV4YW1wbGUv&ntb=1",
         "https://p.example/"},
        {"https://secure-web.cisco.com/1abc/http%3A%2F%2Fp.example%2Fx", "http://p.example/x"},
        {"https://href.li/?https://p.example/", "https://p.example/"},
        {"https://www.google.com/url?q=javascript:alert(1)", NULL},
        {"https://www.google.com/url?q=/local", NULL},
        {"https://www.google.com/url", NULL},
        {"https://p.example/?url=http://other.example/", NULL},
        {"https://eu.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.google.com%2Furl%3Fq"
         "%3Dhttp%253A%252F%252Fp.example%252F",
         "http://p.example/"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check(rows[i][0], rows[i][1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
