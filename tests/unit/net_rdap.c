/* net_rdap.c - a registry's answer as facts: what is taken, what is refused, what the jail may say.
 */
#include "crawler/facts/rdap_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define DOMAIN "\"objectClassName\":\"domain\",\"ldhName\":\"Pills.Example.\""
#define CARD(property, text)                                                                       \
    "\"vcardArray\":[\"vcard\",[[\"" property "\",{},\"text\",\"" text "\"]]]"

static const struct {
    const char *json, *lines; /* lines NULL: refused */
} answers[] = {
    {"{" DOMAIN ",\"status\":[\"active\",7,\"client hold\"]}",
     "fact-rdap.status: active\r\nfact-rdap.status: client hold\r\n"},
    {"{" DOMAIN ",\"entities\":[{\"roles\":[\"Registrar\"]," CARD(
         "fn", "Bad\\nName Ltd") ",\"publicIds\":[{\"type\":\"other\",\"identifier\":\"1\"},"
                                 "{\"type\":\"IANA Registrar ID\",\"identifier\":\"1068\"}],"
                                 "\"entities\":[{\"roles\":[\"abuse\"]," CARD(
                                     "email", "a@r.example") "}]}]}",
     "fact-rdap.registrar: Bad Name Ltd\r\nfact-rdap.registrar_id: 1068\r\n"
     "fact-rdap.abuse: a@r.example\r\n"},
    {"{" DOMAIN ",\"events\":[{\"eventAction\":\"registration\",\"eventDate\":"
     "\"2024-03-01T10:00:00+02:00\"},{\"eventAction\":\"expiration\",\"eventDate\":\"soon\"},"
     "{\"eventAction\":\"locked\",\"eventDate\":\"2024-03-01T10:00:00Z\"},7]}",
     "fact-rdap.created: 2024-03-01T08:00:00Z\r\n"},
    {"{" DOMAIN ",\"entities\":[{\"roles\":[\"registrant\"]," CARD("fn", "Iva Holder") "}]}",
     "fact-rdap.privacy: no\r\n"},
    {"{" DOMAIN
     ",\"entities\":[{\"roles\":[\"registrant\"]," CARD("org", "1337 Services LLC") "}]}",
     "fact-rdap.privacy: yes\r\n"},
    {"{" DOMAIN ",\"redacted\":[{}]}", "fact-rdap.privacy: yes\r\n"},
    {"{" DOMAIN ",\"status\":\"active\",\"entities\":{\"roles\":1},\"events\":null}", NULL},
    {"{" DOMAIN
     ",\"entities\":[{\"roles\":[\"registrar\"],\"vcardArray\":[\"vcard\",[[],7,[\"fn\"]]]}]}",
     NULL},
    {"{\"objectClassName\":\"domain\",\"ldhName\":\"other.example\",\"status\":[\"active\"]}",
     NULL},
    {"{\"objectClassName\":\"entity\",\"ldhName\":\"pills.example\",\"status\":[\"active\"]}",
     NULL},
    {"{\"ldhName\":\"pills.example\",\"status\":[\"active\"]}", NULL},
    {"[]", NULL},
    {"", NULL},
    {"{" DOMAIN, NULL},
    {"<html>Not found</html>", NULL},
};

static void test_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct rx_buf lines = RX_BUF(RDAP_LINES_MAX);
        struct rx_err err = {0};
        const int rc = rdap_read(&lines, rx_str(answers[i].json), RX_STR("pills.example"), &err);
        const char *want = answers[i].lines ? answers[i].lines : "";
        if ((rc == RX_OK) != (answers[i].lines != NULL) ||
            !rx_str_eq(rx_buf_str(&lines), rx_str(want)))
            fail_msg("row %zu: %d %.*s (%s)", i, rc, RX_FMT(rx_buf_str(&lines)), err.text);
        assert_true(rc == RX_OK || err.text[0]);
        assert_true(rdap_read_fits(rx_buf_str(&lines)));
        rx_buf_free(&lines);
    }
}

/* Deep and long JSON ends with a reason. */
static void test_hostile(void **state)
{
    (void)state;
    struct rx_buf json = RX_BUF(1 << 20), lines = RX_BUF(RDAP_LINES_MAX);
    struct rx_err err = {0};
    for (int i = 0; i < 30000; i++)
        assert_int_equal(rx_buf_add(&json, RX_STR("[{\"a\":")), RX_OK);
    assert_int_equal(rdap_read(&lines, rx_buf_str(&json), RX_STR("pills.example"), &err),
                     RX_EINVAL);
    rx_buf_clear(&json);
    assert_int_equal(rx_buf_add(&json, RX_STR("{" DOMAIN ",\"status\":[\"s\"")), RX_OK);
    for (int i = 0; i < 5000; i++)
        assert_int_equal(rx_buf_add(&json, RX_STR(",\"s\"")), RX_OK);
    assert_int_equal(rx_buf_add(&json, RX_STR("]}")), RX_OK);
    assert_int_equal(rdap_read(&lines, rx_buf_str(&json), RX_STR("pills.example"), &err), RX_OK);
    size_t ends = 0;
    for (size_t i = 0; i < lines.n; i++)
        ends += lines.p[i] == '\n';
    assert_int_equal(ends, RDAP_STATUSES_MAX);
    rx_buf_free(&json);
    rx_buf_free(&lines);
}

/* What a worker in a stranger's hands might send. */
static void test_fits(void **state)
{
    (void)state;
    static const struct {
        const char *lines;
        bool fits;
    } rows[] = {
        {"", true},
        {"fact-rdap.status: active\r\n", true},
        {"fact-a: 127.0.0.1\r\n", false},
        {"fact-rdap.status: active\r\nfact-cert: x\r\n", false},
        {"fact-rdap.status: active\r\nrdap-of: other.example\r\n", false},
        {"fact-rdap.status:\r\n", false},
        {"fact-rdap.status: a\tb\r\n", false},
        {"hello", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rdap_read_fits(rx_str(rows[i].lines)) != rows[i].fits)
            fail_msg("row %zu", i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_answers),
                                       cmocka_unit_test(test_hostile), cmocka_unit_test(test_fits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
