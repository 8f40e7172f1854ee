/* net_asn.c - addresses to autonomous systems, out of text and out of a MaxMind database. */
#include "crawler/net/asn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static int open_table(struct asn_table **t, const char *text, struct rx_err *err)
{
    char path[] = "/tmp/rxmap-asn-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(close(fd), 0);
    const int rc = asn_open(t, path, err);
    assert_int_equal(unlink(path), 0);
    return rc;
}

static struct asn_answer find(const struct asn_table *t, const char *text)
{
    struct asn_answer a = {0};
    struct rx_ip ip;
    assert_int_equal(rx_ip_parse(&ip, rx_str(text)), RX_OK);
    asn_find(&a, t, ip);
    return a;
}

static void test_text(void **state)
{
    (void)state;
    static const struct {
        const char *ip;
        uint32_t number;
        const char *country, *name;
    } rows[] = {
        {"185.10.68.0", 200651, "SC", "FLOKINET"},
        {"185.10.71.255", 200651, "SC", "FLOKINET"},
        {"185.10.72.0", 0, "", ""},
        {"185.10.67.255", 0, "", ""},
        {"198.18.0.1", 0, "IS", ""},
        {"198.19.255.255", 0, "IS", ""},
        {"2001:db8::1", 64500, "", "A B"},
        {"2001:db9::", 0, "", ""},
        {"::", 0, "", ""},
        {"0.0.0.1", 0, "", ""},
    };
    struct asn_table *t = NULL;
    struct rx_err err = {0};
    assert_int_equal(open_table(&t,
                                "# made for the test\r\n"
                                "2001:db8::/32\t64500\t-\tA B\n"
                                "185.10.68.0\t185.10.71.255\t200651\tsc\tFLOKINET\r\n"
                                "0.0.0.0\t0.255.255.255\t0\tNone\t-\n\n"
                                "198.18.0.0/15\t\tIS",
                                &err),
                     RX_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct asn_answer a = find(t, rows[i].ip);
        if (a.number != rows[i].number || strcmp(a.country, rows[i].country) != 0 ||
            strcmp(a.name, rows[i].name) != 0)
            fail_msg("%s: %u %s %s", rows[i].ip, a.number, a.country, a.name);
    }
    asn_free(t);
}

static void test_wrong_text(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"", "no rows"},
        {"# nothing\n", "no rows"},
        {"1.2.3.4/33\t1\n", ":1: begins with no network"},
        {"1.2.3.0/24\t1\nhello\n", ":2: begins with no network"},
        {"1.2.3.9\t1.2.3.4\t1\tUS\tX\n", ":1: the last address"},
        {"1.2.3.0/24\tAS15\n", ":1: the number"},
        {"1.2.3.0/24\t4294967296\n", ":1: the number"},
        {"1.2.3.0/24\t15\tUSA\n", ":1: a country"},
        {"1.2.3.0/24\t15\tU1\n", ":1: a country"},
        {"1.2.3.0/24\t1\n1.2.0.0/16\t2\n", "two rows hold 1.2.3.0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct asn_table *t = NULL;
        struct rx_err err = {0};
        assert_int_equal(open_table(&t, rows[i].text, &err), RX_EUSAGE);
        assert_null(t);
        if (!strstr(err.text, rows[i].why))
            fail_msg("row %zu: %s", i, err.text);
    }
    struct asn_table *t = NULL;
    struct rx_err err = {0};
    assert_int_equal(asn_open(&t, "/nowhere/table.tsv", &err), RX_EUSAGE);
    assert_int_equal(asn_open(&t, "/nowhere/table.mmdb", &err), RX_EUSAGE);
}

/* The smallest database: one node, of which 0/1 leads nowhere and 128/1 to the one record. Format:
 * MaxMind DB 2.0, record size 24, IPv4. */
static const char database[] = "\0\0\1"
                               "\0\0\21"
                               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                               "\343"
                               "\130"
                               "autonomous_system_number"
                               "\302\375\351"
                               "\135\1"
                               "autonomous_system_organization"
                               "\104"
                               "TEST"
                               "\107"
                               "country"
                               "\341"
                               "\110"
                               "iso_code"
                               "\102"
                               "IS"
                               "\253\315\357"
                               "MaxMind.com"
                               "\351"
                               "\133"
                               "binary_format_major_version"
                               "\241\2"
                               "\133"
                               "binary_format_minor_version"
                               "\240"
                               "\113"
                               "build_epoch"
                               "\1\2\1"
                               "\115"
                               "database_type"
                               "\101"
                               "T"
                               "\113"
                               "description"
                               "\340"
                               "\112"
                               "ip_version"
                               "\241\4"
                               "\111"
                               "languages"
                               "\0\4"
                               "\112"
                               "node_count"
                               "\301\1"
                               "\113"
                               "record_size"
                               "\241\30";

static int open_database(struct asn_table **t, size_t bytes, struct rx_err *err)
{
    char path[] = "/tmp/rxmap-asn-XXXXXX.mmdb";
    const int fd = mkstemps(path, 5);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, database, bytes), (ssize_t)bytes);
    assert_int_equal(close(fd), 0);
    const int rc = asn_open(t, path, err);
    assert_int_equal(unlink(path), 0);
    return rc;
}

static void test_database(void **state)
{
    (void)state;
    struct asn_table *t = NULL;
    struct rx_err err = {0};
    if (open_database(&t, sizeof database - 1, &err))
        fail_msg("%s", err.text);
    const struct asn_answer a = find(t, "185.10.68.7");
    assert_int_equal(a.number, 65001);
    assert_string_equal(a.name, "TEST");
    assert_string_equal(a.country, "IS");
    assert_int_equal(find(t, "1.2.3.4").number, 0);
    assert_int_equal(find(t, "2001:db8::1").number, 0); /* it knows IPv4 only */
    asn_free(t);
    t = NULL;
    assert_int_equal(open_database(&t, 60, &err), RX_EUSAGE);
    assert_null(t);
    assert_int_equal(open_database(&t, 0, &err), RX_EUSAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_text),
                                       cmocka_unit_test(test_wrong_text),
                                       cmocka_unit_test(test_database)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
