/* base_cidr.c - which addresses strangers share, and that every line of the lists is found. */
#include "base/cidr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const struct {
    const char *ip;
    enum rx_net kind;
} addresses[] = {
    {"104.16.0.1", RX_NET_CDN}, /* Cloudflare 104.16.0.0/13 */
    {"104.23.255.255", RX_NET_CDN},
    {"104.15.255.255", RX_NET_NONE},
    {"2606:4700::6810:1", RX_NET_CDN}, /* Cloudflare 2606:4700::/32 */
    {"2606:46ff:ffff::1", RX_NET_NONE},
    {"151.101.1.1", RX_NET_CDN},      /* Fastly */
    {"3.14.206.87", RX_NET_SINKHOLE}, /* in a cloud's network, but a sinkhole */
    {"3.14.206.88", RX_NET_CLOUD},
    {"0.0.0.0", RX_NET_NONE},
    {"255.255.255.255", RX_NET_NONE},
    {"::", RX_NET_NONE},
    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", RX_NET_NONE},
    {"127.0.0.1", RX_NET_NONE},
    {"198.18.0.1", RX_NET_NONE},
};

static struct rx_ip ip_of(const char *text)
{
    struct rx_ip ip;
    assert_int_equal(rx_ip_parse(&ip, rx_str(text)), 0);
    return ip;
}

static void test_addresses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        const enum rx_net got = rx_net_of(ip_of(addresses[i].ip));
        if (got != addresses[i].kind)
            fail_msg("%s: %s, expected %s", addresses[i].ip, rx_net_name(got),
                     rx_net_name(addresses[i].kind));
    }
}

static struct rx_ip last_of(struct rx_prefix p)
{
    for (unsigned bit = p.bits; bit < 128; bit++)
        p.ip.b[bit / 8] |= (uint8_t)(0x80u >> bit % 8);
    return p.ip;
}

/* First and last address of each network are found, under the list's kind or a narrower one. */
static void test_lists(void **state)
{
    (void)state;
    for (int kind = RX_NET_SINKHOLE; kind < RX_NET_COUNT; kind++) {
        char path[512], line[128];
        size_t rows = 0;
        bool dated = false;
        (void)snprintf(path, sizeof path, "%s/base/data/net/%s.txt", RXMAP_SOURCE,
                       rx_net_name((enum rx_net)kind));
        FILE *f = fopen(path, "r");
        assert_non_null(f);
        while (fgets(line, sizeof line, f)) {
            const struct rx_str text = rx_str_trim(rx_str(line));
            struct rx_prefix p;
            dated |= rx_str_find(text, RX_STR("version"), 0) > 0;
            if (text.n == 0 || text.p[0] == '#')
                continue;
            assert_int_equal(rx_prefix_parse(&p, text), 0);
            const enum rx_net first = rx_net_of(p.ip), last = rx_net_of(last_of(p));
            if (first == RX_NET_NONE || (int)first > kind || last == RX_NET_NONE ||
                (int)last > kind)
                fail_msg("%s: %.*s is not found", path, RX_FMT(text));
            rows++;
        }
        assert_int_equal(fclose(f), 0);
        assert_true(dated);
        assert_true(rows > 0 && rx_net_count((enum rx_net)kind) > 0);
        assert_true(rx_net_count((enum rx_net)kind) <= rows);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_addresses),
                                       cmocka_unit_test(test_lists)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
