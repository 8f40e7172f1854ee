/* frontier_guard.c - the addresses that are never contacted, in every spelling that a link or a
 * redirect may use: through the URL parser's host, as the crawler sees them. */
#include "base/url.h"
#include "crawler/frontier/guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static unsigned literals; /* that were tried */

/* The reason for a host as a URL writes it; a host that is no address is a failure of the test. */
static const char *judge(const char *host)
{
    struct rx_buf out = RX_BUF(256);
    bool is_ip = false;
    struct rx_ip ip;
    if (rx_host_parse(&out, &is_ip, rx_str(host)) || !is_ip)
        fail_msg("%s is no address", host);
    struct rx_str text = rx_buf_str(&out);
    if (text.p[0] == '[')
        text = rx_str_sub(text, 1, text.n - 1);
    assert_int_equal(rx_ip_parse(&ip, text), 0);
    rx_buf_free(&out);
    literals++;
    return guard_address(ip);
}

static void expect(const char *host, const char *reason)
{
    const char *got = judge(host);
    if (!got != !reason || (got && strcmp(got, reason) != 0))
        fail_msg("%s: %s, not %s", host, got ? got : "allowed", reason ? reason : "allowed");
}

/* Spellings of one IPv4 address: dotted, as one number in three bases, mixed, percent-encoded, and
 * the IPv6 forms that carry it. */
static void expect_all_spellings(const uint8_t a[4], const char *reason)
{
    const uint32_t whole = (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8 | a[3];
    char host[80];
    (void)snprintf(host, sizeof host, "%u.%u.%u.%u", a[0], a[1], a[2], a[3]);
    expect(host, reason);
    (void)snprintf(host, sizeof host, "%u.%u.%u.%u.", a[0], a[1], a[2], a[3]);
    expect(host, reason);
    (void)snprintf(host, sizeof host, "%u", whole);
    expect(host, reason);
    (void)snprintf(host, sizeof host, "0x%X", whole);
    expect(host, reason);
    (void)snprintf(host, sizeof host, "0%o", whole);
    expect(host, reason);
    (void)snprintf(host, sizeof host, "0%o.0x%x.%u.000%o", a[0], a[1], a[2], a[3]);
    expect(host, reason);
    (void)snprintf(host, sizeof host, "%u.%u", a[0], whole & 0xffffff);
    expect(host, reason);
    (void)snprintf(host, sizeof host, "%%%02x%02u.0x%x.%u", '0' + a[0] / 100, a[0] % 100, a[1],
                   whole & 0xffff);
    if (a[0] >= 100) /* the first digit percent-encoded */
        expect(host, reason);
    (void)snprintf(host, sizeof host, "[::ffff:%u.%u.%u.%u]", a[0], a[1], a[2], a[3]);
    expect(host, reason);
    (void)snprintf(host, sizeof host, "[0:0:0:0:0:FFFF:%X:%X]", whole >> 16, whole & 0xffff);
    expect(host, reason);
    (void)snprintf(host, sizeof host, "[64:ff9b::%x:%x]", whole >> 16, whole & 0xffff);
    expect(host, reason ? reason : "nat64");
    (void)snprintf(host, sizeof host, "[2002:%x:%x::1]", whole >> 16, whole & 0xffff);
    expect(host, reason ? reason : "6to4");
    (void)snprintf(host, sizeof host, "[2001:0:4136:e378:8000:63bf:%x:%x]", ~whole >> 16,
                   ~whole & 0xffff);
    expect(host, reason ? reason : "teredo");
    (void)snprintf(host, sizeof host, "[::ffff:0:%u.%u.%u.%u]", a[0], a[1], a[2], a[3]);
    expect(host, reason ? reason : "IPv4-translated");
}

static void test_v4(void **state)
{
    (void)state;
    static const struct {
        uint8_t a[4];
        const char *reason;
    } cases[] = {
        {{0, 0, 0, 1}, "this network"},
        {{0, 255, 255, 255}, "this network"},
        {{10, 0, 0, 1}, "private"},
        {{10, 255, 255, 255}, "private"},
        {{100, 64, 0, 0}, "shared address space"},
        {{100, 127, 255, 255}, "shared address space"},
        {{100, 100, 100, 200}, "metadata"},
        {{127, 0, 0, 1}, "loopback"},
        {{127, 255, 255, 254}, "loopback"},
        {{169, 254, 169, 254}, "metadata"},
        {{169, 254, 0, 1}, "link-local"},
        {{172, 16, 0, 1}, "private"},
        {{172, 31, 255, 255}, "private"},
        {{192, 0, 0, 8}, "protocol assignments"},
        {{192, 0, 2, 1}, "documentation"},
        {{192, 88, 99, 1}, "6to4 relay"},
        {{192, 168, 1, 1}, "private"},
        {{198, 18, 0, 1}, "benchmarking"},
        {{198, 19, 255, 255}, "benchmarking"},
        {{198, 51, 100, 7}, "documentation"},
        {{203, 0, 113, 9}, "documentation"},
        {{224, 0, 0, 1}, "multicast"},
        {{239, 255, 255, 255}, "multicast"},
        {{240, 0, 0, 1}, "reserved"},
        {{255, 255, 255, 255}, "broadcast"},
        {{168, 63, 129, 16}, "metadata"},
        {{8, 8, 8, 8}, NULL},
        {{9, 255, 255, 255}, NULL},
        {{11, 0, 0, 0}, NULL},
        {{100, 63, 255, 255}, NULL},
        {{100, 128, 0, 0}, NULL},
        {{126, 255, 255, 255}, NULL},
        {{128, 0, 0, 0}, NULL},
        {{169, 253, 255, 255}, NULL},
        {{169, 255, 0, 0}, NULL},
        {{172, 15, 255, 255}, NULL},
        {{172, 32, 0, 0}, NULL},
        {{192, 0, 1, 0}, NULL},
        {{192, 167, 255, 255}, NULL},
        {{192, 169, 0, 0}, NULL},
        {{198, 17, 255, 255}, NULL},
        {{198, 20, 0, 0}, NULL},
        {{223, 255, 255, 255}, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_all_spellings(cases[i].a, cases[i].reason);
}

static void test_v6(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"[::]", "unspecified"},
        {"[::1]", "loopback"},
        {"[::127.0.0.1]", "loopback"},
        {"[::a9fe:a9fe]", "metadata"},
        {"[::8.8.8.8]", "IPv4-compatible"},
        {"[64:ff9b:1::7f00:1]", "loopback"},
        {"[100::1]", "discard"},
        {"[2001:2::1]", "protocol assignments"},
        {"[2001:1ff::1]", "protocol assignments"},
        {"[2001:200::1]", NULL},
        {"[2001:db8::1]", "documentation"},
        {"[2001:db9::1]", NULL},
        {"[3ffe:ffff::1]", NULL},
        {"[3fff:fff::1]", "documentation"},
        {"[3fff:1000::1]", NULL},
        {"[4000::1]", "reserved"},
        {"[5f00::1]", "segment routing"},
        {"[fc00::1]", "private"},
        {"[fdff::1]", "private"},
        {"[fd00:ec2::254]", "metadata"},
        {"[fe80::1]", "link-local"},
        {"[febf::1]", "link-local"},
        {"[fec0::1]", "site-local"},
        {"[ff02::1]", "multicast"},
        {"[2606:4700::1111]", NULL},
        {"[2a00:1450:4001::]", NULL},
        {"[2000::]", NULL},
        {"[1fff:ffff::]", "reserved"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(cases[i][0], cases[i][1]);
    printf("guard: %u literals judged\n", literals);
    assert_true(literals >= 200);
}

static void test_names_and_ports(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        bool refused;
    } cases[] = {
        {"localhost", true},
        {"LocalHost.", true},
        {"a.localhost", true},
        {"printer.local", true},
        {"metadata.google.internal", true},
        {"router.lan", true},
        {"x.home.arpa", true},
        {"abc.onion", true},
        {"intranet", true},
        {"metadata", true},
        {"", true},
        {"x.invalid", true},
        {"pills.example", false},
        {"notlocalhost.com", false},
        {"local.com", false},
        {"xlocal.de", false},
        {"my-lan.net", false},
        {"1.2.3.4", false},
        {"[::1]", false},
        {"a.example.", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if ((guard_name(rx_str(cases[i].host)) != NULL) != cases[i].refused)
            fail_msg("%s: %srefused", cases[i].host, cases[i].refused ? "not " : "");
    for (unsigned port = 0; port <= UINT16_MAX; port++)
        assert_int_equal(guard_port((uint16_t)port),
                         port == 80 || port == 443 || port == 8080 || port == 8443);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_v4),
        cmocka_unit_test(test_v6),
        cmocka_unit_test(test_names_and_ports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
