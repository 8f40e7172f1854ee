/* extract_pays() - which links bring somebody money for their visitors. */
#include "crawler/extract/extract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
    const char *url;
    enum extract_pay pays;
} links[] = {
    {"http://a.example/", EXTRACT_PAY_NONE},
    {"http://a.example/?aff=77", EXTRACT_PAY_PARTNER},
    {"http://a.example/x?q=1&A_AID=john", EXTRACT_PAY_PARTNER},
    {"http://a.example/?aff=", EXTRACT_PAY_NONE},
    {"http://a.example/?ref=77", EXTRACT_PAY_MAYBE},
    {"http://a.example/?ref=blog", EXTRACT_PAY_NONE},
    {"http://a.example/?ref=77&wmid=4", EXTRACT_PAY_PARTNER},
    {"http://a.example/aff/4417/", EXTRACT_PAY_PARTNER},
    {"http://a.example/aff/", EXTRACT_PAY_NONE},
    {"http://a.example/ref/77", EXTRACT_PAY_NONE},
    {"http://a.example/#aff=77", EXTRACT_PAY_NONE}, /* a server never sees it */
};

static void test_pays(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        struct rx_buf text = RX_BUF(RX_URL_MAX + 1);
        struct rx_url url;
        assert_int_equal(rx_url_parse(&url, &text, rx_str(links[i].url), NULL), RX_OK);
        if (extract_pays(&url) != links[i].pays)
            fail_msg("%s: %d", links[i].url, extract_pays(&url));
        rx_buf_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pays)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
