/* base_vendors.c - which hosts are shared services, and that the lists keep their promises. */
#include "base/vendors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
    const char *host;
    enum rx_vendor kind;
} hosts[] = {
    {"google.com", RX_VENDOR_GIANT},
    {"www.google.co.uk", RX_VENDOR_GIANT},
    {"maps.google.com.", RX_VENDOR_GIANT},
    {"notgoogle.com", RX_VENDOR_NONE},
    {"google.com.evil.example", RX_VENDOR_NONE},
    {"com", RX_VENDOR_NONE},
    {"", RX_VENDOR_NONE},
    {".", RX_VENDOR_NONE},
    {"bit.ly", RX_VENDOR_SHORTENER},
    {"linktr.ee", RX_VENDOR_SHORTENER},
    {"t.me", RX_VENDOR_SOCIAL},
    {"d1234.cloudfront.net", RX_VENDOR_CDN},
    {"www.paypal.com", RX_VENDOR_PSP},
    {"www.google-analytics.com", RX_VENDOR_TRACKER},
    {"embed.tawk.to", RX_VENDOR_TRACKER},
    {"ns1.sedoparking.com", RX_VENDOR_PARKING},
    {"ns12.domaincontrol.com", RX_VENDOR_DNS},
    {"myshopify.com", RX_VENDOR_BUILDER},
    {"www.wix.com", RX_VENDOR_BUILDER},
    {"pills.myshopify.com", RX_VENDOR_NONE},
    {"www.pills.blogspot.com", RX_VENDOR_NONE},
    {"best-pharmacy.example", RX_VENDOR_NONE},
};

static void test_hosts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        enum rx_vendor got = rx_vendor_of(rx_str(hosts[i].host));
        if (got != hosts[i].kind)
            fail_msg("%s: %s, expected %s", hosts[i].host, rx_vendor_name(got),
                     rx_vendor_name(hosts[i].kind));
    }
}

/* Every line of every list is a lower-case name that the table answers with the list's kind: no
 * name stands in two lists, none was lost. */
static void test_lists(void **state)
{
    (void)state;
    for (int kind = RX_VENDOR_GIANT; kind < RX_VENDOR_COUNT; kind++) {
        char path[512];
        snprintf(path, sizeof path, "%s/base/data/%s.txt", RXMAP_SOURCE,
                 rx_vendor_name((enum rx_vendor)kind));
        FILE *f = fopen(path, "r");
        assert_non_null(f);
        char line[256];
        size_t names = 0;
        while (fgets(line, sizeof line, f)) {
            struct rx_str name = rx_str_trim(rx_str(line));
            if (name.n == 0 || name.p[0] == '#')
                continue;
            names++;
            for (size_t i = 0; i < name.n; i++)
                assert_true(rx_is_alnum(name.p[i]) ? name.p[i] == rx_lower(name.p[i])
                                                   : name.p[i] == '.' || name.p[i] == '-');
            if (rx_vendor_of(name) != (enum rx_vendor)kind)
                fail_msg("%.*s of %s is found as %s", RX_FMT(name), path,
                         rx_vendor_name(rx_vendor_of(name)));
        }
        assert_true(names > 50);
        assert_int_equal(fclose(f), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
