/* net_zone.c - what the DNS says of a domain: from messages to text, from text to facts. */
#include "crawler/facts/zone.h"
#include "crawler/net/resolve_reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* ---- from text to facts ---- */

static const struct {
    const char *text, *facts;
} texts[] = {
    {"", ""},
    {"pills.example. 300 IN NS NS1.Host.example.\r\n", "fact-ns: ns1.host.example\r\n"},
    {"pills.example. 300 IN MX 10 mail.host.example.\r\n", "fact-mx: mail.host.example\r\n"},
    {"pills.example. 300 IN SOA ns1.host.example. Hostmaster.host.example. 2026010101\r\n",
     "fact-soa: hostmaster.host.example\r\n"},
    {"pills.example. 300 IN A 198.41.0.4\r\npills.example. 300 IN CNAME x.example.\r\n", ""},
    {"p.example. 1 IN TXT \"v=spf1  IP4:198.41.0.4 \" \"-all\"\r\n",
     "fact-txt: v=spf1  IP4:198.41.0.4 -all\r\nfact-spf: v=spf1 ip4:198.41.0.4 -all\r\n"},
    {"p.example. 1 IN TXT \"Google-Site-Verification=dk3RfQ0vJZk1yX8sQm2LhT5bWc7nAe9uPg4iKoV6x\"",
     "fact-txt: Google-Site-Verification=dk3RfQ0vJZk1yX8sQm2LhT5bWc7nAe9uPg4iKoV6x\r\n"
     "fact-verification: google-site-verification:dk3RfQ0vJZk1yX8sQm2LhT5bWc7nAe9uPg4iKoV6x\r\n"},
    {"p.example. 1 IN TXT \"yandex-verification: 0123456789abcdef\"",
     "fact-txt: yandex-verification: 0123456789abcdef\r\n"
     "fact-verification: yandex-verification:0123456789abcdef\r\n"},
    {"p.example. 1 IN TXT \"MS=ms12345678\"",
     "fact-txt: MS=ms12345678\r\nfact-verification: ms:ms12345678\r\n"},
    {"p.example. 1 IN TXT \"MS=12345678\"", "fact-txt: MS=12345678\r\n"},
    {"p.example. 1 IN TXT \"please verify=us all today\"",
     "fact-txt: please verify=us all today\r\n"},
    {"p.example. 1 IN TXT \"a \\\"b\\\" \\\\ \\010fact-ns: evil\"",
     "fact-txt: a \"b\" \\ \\010fact-ns: evil\r\n"},
    {"; MX: Timeout while contacting DNS servers\r\n",
     "fact-mx.failed: Timeout while contacting DNS servers\r\n"},
    {"; NS: \r\n; XX: why\r\n;\r\n; no colon\r\n", ""},
    {"p.example.\r\np.example. 1\r\np.example. 1 IN\r\np.example. 1 IN NS\r\n", ""},
    {"p.example. 1 IN MX mail.example.\r\np.example. 1 CH NS a.example.\r\n", ""},
};

static void test_facts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct rx_buf lines = RX_BUF(4096);
        assert_int_equal(zone_facts(&lines, rx_str(texts[i].text)), RX_OK);
        if (!rx_str_eq(rx_buf_str(&lines), rx_str(texts[i].facts)))
            fail_msg("row %zu: %.*s", i, RX_FMT(rx_buf_str(&lines)));
        rx_buf_free(&lines);
    }
}

static void test_facts_are_capped(void **state)
{
    (void)state;
    struct rx_buf lines = RX_BUF(64);
    assert_int_equal(
        zone_facts(&lines, RX_STR("p. 1 IN NS a.example.\r\np. 1 IN NS "
                                  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.\r\n")),
        RX_EFULL);
    rx_buf_free(&lines);
}

/* ---- from messages to text ---- */

#define QUESTION "\5pills\7example\0\0\20\0\1"
#define HEAD(count) "\0\1\201\200\0\1\0" count "\0\0\0\0" QUESTION
#define OWNER "\300\14"
#define RECORD(type, length) OWNER "\0" type "\0\1\0\0\1\54\0" length

static const struct {
    const char *bytes;
    size_t n;
    unsigned type;
    int rc;
    const char *text;
} messages[] = {
#define ROW(type, rc, text, bytes)                                                                 \
    {                                                                                              \
        bytes, sizeof(bytes) - 1, type, rc, text                                                   \
    }
    ROW(16, RX_OK, "pills.example. 300 IN TXT \"a\\\"b\\010\" \"\"\r\n",
        HEAD("\1") RECORD("\20", "\6") "\4a\"b\n\0"),
    ROW(16, RX_OK, "pills.example. 300 IN TXT \"ab\"\r\n", /* says nine, has two */
        HEAD("\1") RECORD("\20", "\3") "\11"
                                       "ab"),
    ROW(2, RX_OK, "pills.example. 300 IN NS ns.pills.example.\r\n",
        HEAD("\1") RECORD("\2", "\5") "\2ns\300\14"),
    ROW(15, RX_OK, "pills.example. 300 IN MX 10 mx.pills.example.\r\n",
        HEAD("\1") RECORD("\17", "\7") "\0\12\2mx\300\14"),
    ROW(15, RX_OK, "", HEAD("\1") RECORD("\17", "\2") "\0\12"),
    ROW(6, RX_OK, "pills.example. 300 IN SOA pills.example. me.pills.example. 65538\r\n",
        HEAD("\1")
            RECORD("\6", "\33") "\300\14\2me\300\14\0\1\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
    ROW(6, RX_OK, "", HEAD("\1") RECORD("\6", "\7") "\300\14\2me\300\14"),
    ROW(16, RX_OK, "", HEAD("\1") RECORD("\2", "\5") "\2ns\300\14"), /* of another type */
    ROW(2, RX_OK, "",                                                /* of another name */
        HEAD("\1") "\4evil\7example\0\0\2\0\1\0\0\1\54\0\5\2ns\300\14"),
    ROW(2, RX_EINVAL, "", HEAD("\2") RECORD("\2", "\5") "\2ns\300\14"),
    ROW(2, RX_EINVAL, "", "\0\1\201\200"),
    ROW(2, RX_OK, "", HEAD("\1") RECORD("\2", "\2") "\300\53"), /* a name that leads to itself */
};

static void test_messages(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        struct rx_buf text = RX_BUF(ZONE_TEXT_MAX);
        const int rc = resolve_reply_zone(&text, rx_strn(messages[i].bytes, messages[i].n),
                                          "pills.example", messages[i].type);
        if (rc != messages[i].rc || !rx_str_eq(rx_buf_str(&text), rx_str(messages[i].text)))
            fail_msg("row %zu: %d, %.*s", i, rc, RX_FMT(rx_buf_str(&text)));
        rx_buf_free(&text);
    }
}

/* A text that is full keeps what it had. */
static void test_full(void **state)
{
    (void)state;
    struct rx_buf text = RX_BUF(60);
    const struct rx_str message = rx_strn(messages[2].bytes, messages[2].n);
    assert_int_equal(resolve_reply_zone(&text, message, "pills.example", 2), RX_OK);
    const size_t before = text.n;
    assert_int_equal(resolve_reply_zone(&text, message, "pills.example", 2), RX_EFULL);
    assert_int_equal(text.n, before);
    rx_buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_facts), cmocka_unit_test(test_facts_are_capped),
        cmocka_unit_test(test_messages), cmocka_unit_test(test_full)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
