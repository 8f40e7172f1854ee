/* base_text.c - the exits for hostile text, the log, and dates. */
#include "base/clock.h"
#include "base/escape.h"
#include "base/log.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static void test_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        uint32_t points[5]; /* up to 0 */
        bool valid;
    } cases[] = {
        {"a", {'a'}, true},
        {"\xc3\xbc", {0xFC}, true},
        {"\xe2\x82\xac", {0x20AC}, true},
        {"\xf0\x9f\x92\xa9", {0x1F4A9}, true},
        {"\xf4\x8f\xbf\xbf", {0x10FFFF}, true},
        {"\xc0\x80", {0xFFFD, 0xFFFD}, false},
        {"\xe0\x80\x80", {0xFFFD, 0xFFFD, 0xFFFD}, false},
        {"\xed\xa0\x80", {0xFFFD, 0xFFFD, 0xFFFD}, false},
        {"\xf4\x90\x80\x80", {0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD}, false},
        {"\xe2\x82", {0xFFFD}, false},
        {"\xf0\x9f\x92", {0xFFFD}, false},
        {"\xe2\x82"
         "a",
         {0xFFFD, 'a'},
         false},
        {"\x80\xff", {0xFFFD, 0xFFFD}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rx_str s = rx_str(cases[i].bytes);
        size_t at = 0, n = 0;
        for (; at < s.n; n++)
            assert_int_equal(rx_utf8_next(s, &at), cases[i].points[n]);
        assert_int_equal(at, s.n);
        assert_int_equal(cases[i].points[n], 0);
        assert_int_equal(rx_utf8_valid(s), cases[i].valid);
    }
}

/* Every scalar value comes back from its own encoding. */
static void test_utf8_round_trip(void **state)
{
    (void)state;
    char bytes[4];
    for (uint32_t c = 1; c <= 0x110000; c++) {
        size_t n = rx_utf8_put(bytes, c), at = 0;
        bool scalar = c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
        uint32_t back = rx_utf8_next(rx_strn(bytes, n), &at);
        if (back != (scalar ? c : 0xFFFD) || at != n)
            fail_msg("U+%04X", c);
    }
}

typedef int (*escape_fn)(struct rx_buf *out, struct rx_str s);

static int csv_plain(struct rx_buf *out, struct rx_str s)
{
    return rx_esc_csv(out, s, false);
}

static int csv_sheet(struct rx_buf *out, struct rx_str s)
{
    return rx_esc_csv(out, s, true);
}

static void test_escapes(void **state)
{
    (void)state;
    static const struct {
        escape_fn escape;
        const char *in, *out;
    } cases[] = {
        {rx_esc_terminal, "plain \xc3\xbc", "plain \xc3\xbc"},
        {rx_esc_terminal, "\x1b[2J\x07\n\x7f", "\\x1b[2J\\x07\\x0a\\x7f"},
        {rx_esc_terminal, "\xc2\x9b\xe2\x80\xae\xe2\x80\x8b", "\\u009b\\u202e\\u200b"},
        {rx_esc_terminal, "\xf3\xa0\x80\x81", "\\U000e0001"},
        {rx_esc_terminal, "a\x9b\xe2\x82", "a\\x9b\\xe2\\x82"},
        {rx_esc_json, "a\"b\\c\n\r\t\x01", "\"a\\\"b\\\\c\\n\\r\\t\\u0001\""},
        {rx_esc_json, "\xc3\xbc\xff", "\"\xc3\xbc\xef\xbf\xbd\""},
        {rx_esc_json, "\xc2\x9b\xe2\x80\xae\xf3\xa0\x80\x81", "\"\\u009b\\u202e\\udb40\\udc01\""},
        {rx_esc_json, "", "\"\""},
        {rx_esc_xml, "<a b='c' d=\"&\">", "&lt;a b=&apos;c&apos; d=&quot;&amp;&quot;&gt;"},
        {rx_esc_xml, "\t\n\r", "&#9;&#10;&#13;"},
        {rx_esc_xml,
         "\x7f\xc2\x85\xc2\x9b"
         "2J",
         "\\u007f\\u0085\\u009b2J"},
        {rx_esc_xml, "\x01\xff\xef\xbf\xbf\xed\xa0\x80",
         "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {csv_plain, "plain", "plain"},
        {csv_plain, "a,b", "\"a,b\""},
        {csv_plain, "a\"b", "\"a\"\"b\""},
        {csv_plain, "a\nb", "\"a\nb\""},
        {csv_plain, "=1+1", "=1+1"},
        {csv_plain, "\x1b", "\xef\xbf\xbd"},
        {csv_sheet, "plain", "\"plain\""},
        {csv_sheet, "=1+1", "\"'=1+1\""},
        {csv_sheet, "+1", "\"'+1\""},
        {csv_sheet, "-1", "\"'-1\""},
        {csv_sheet, "@x", "\"'@x\""},
        {csv_sheet, "\tx", "\"'\tx\""},
        {csv_sheet, "\r=x", "\"'\r'=x\""},
        {csv_sheet, "\nx", "\"'\nx\""},
        {csv_sheet, "  =x", "\"  '=x\""},
        {csv_sheet, "\xc2\xa0=x", "\"\xc2\xa0'=x\""},
        {csv_sheet, "a\n=x", "\"a\n'=x\""},
        {csv_sheet, "\xef\xbc\x9dx", "\"'\xef\xbc\x9dx\""},
        {csv_sheet, "a=b", "\"a=b\""},
        {csv_sheet, "a\nb", "\"a\nb\""},
        {csv_sheet, "abq;=cmd|'/ccalc'!a0", "\"abq;'=cmd|'/ccalc'!a0\""},
        {csv_sheet, "a\t=x", "\"a\t'=x\""},
        {csv_sheet, "a; \"=x", "\"a; \"\"'=x\""},
        {csv_sheet, "a,-1", "\"a,'-1\""},
        {csv_sheet,
         "a\xe2\x80\xae"
         "cod\xe2\x80\xa8",
         "\"a\\u202ecod\\u2028\""},
        {csv_plain,
         "a\xe2\x80\xae"
         "cod",
         "a\xe2\x80\xae"
         "cod"},
        {rx_esc_xml,
         "a\xe2\x80\xae"
         "cod\xe2\x80\xa8",
         "a\\u202ecod\\u2028"},
        {rx_esc_xml, "\xf3\xa0\x80\x81 \xe2\x80\x8d", "\\U000e0001 \xe2\x80\x8d"},
        {csv_sheet, "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rx_buf out = RX_BUF(256);
        assert_int_equal(rx_buf_add(&out, RX_STR("")), 0);
        assert_int_equal(cases[i].escape(&out, rx_str(cases[i].in)), 0);
        assert_string_equal(out.p, cases[i].out);
        rx_buf_free(&out);
        struct rx_buf tiny = RX_BUF(strlen(cases[i].out) - (cases[i].out[0] != '\0'));
        assert_int_equal(cases[i].escape(&tiny, rx_str(cases[i].in)),
                         cases[i].out[0] ? RX_EFULL : 0);
        rx_buf_free(&tiny);
    }
}

/* Whatever the bytes, the terminal gets printable text and the other exits valid UTF-8. */
static void test_escapes_random(void **state)
{
    (void)state;
    static const escape_fn exits[] = {rx_esc_terminal, rx_esc_json, rx_esc_xml, csv_sheet};
    struct rx_rand random = {42};
    for (int round = 0; round < 2000; round++) {
        char bytes[24];
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (char)rx_rand_next(&random);
        for (size_t e = 0; e < sizeof exits / sizeof *exits; e++) {
            struct rx_buf out = RX_BUF(512);
            assert_int_equal(exits[e](&out, rx_strn(bytes, sizeof bytes)), 0);
            assert_true(rx_utf8_valid(rx_buf_str(&out)));
            for (size_t i = 0; i < out.n; i++) /* CSV keeps line ends and tabs, in quotes */
                if ((uint8_t)out.p[i] < 0x20 && (e < 3 || !strchr("\t\r\n", out.p[i])))
                    fail_msg("exit %zu lets 0x%02x through", e, (unsigned)(uint8_t)out.p[i]);
            rx_buf_free(&out);
        }
    }
}

/* What a call of rx_log writes to the file descriptor of stderr. */
static void test_log(void **state)
{
    (void)state;
    char text[256];
    int ends[2], saved = dup(STDERR_FILENO);
    assert_true(saved >= 0 && pipe2(ends, O_CLOEXEC) == 0);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    rx_log(RX_LOG_DEBUG, "unseen");
    rx_log(RX_LOG_WARN, "host %s", "a\x1b[31m\n");
    rx_log_set(RX_LOG_DEBUG);
    rx_log(RX_LOG_DEBUG, "seen");
    rx_log_set(RX_LOG_ERROR);
    rx_log(RX_LOG_INFO, "unseen");
    rx_log_set(RX_LOG_INFO);
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    ssize_t n = read(ends[0], text, sizeof text - 1);
    assert_true(n > 0);
    text[n] = '\0';
    assert_string_equal(text, "rxmap: warning: host a\\x1b[31m\\x0a\nrxmap: debug: seen\n");
    assert_int_equal(close(ends[0]) | close(ends[1]) | close(saved), 0);
}

static void test_time_text(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {951782400000, "2000-02-29T00:00:00.000Z"},
        {1785501296789, "2026-07-31T12:34:56.789Z"},
        {253402300799999, "9999-12-31T23:59:59.999Z"},
        {INT64_MAX, "9999-12-31T23:59:59.999Z"},
        {-62167219200000, "0000-01-01T00:00:00.000Z"},
        {INT64_MIN, "0000-01-01T00:00:00.000Z"},
    };
    char text[RX_TIME_TEXT];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rx_time_text(text, cases[i].ms, true);
        assert_string_equal(text, cases[i].text);
    }
    rx_time_text(text, 1785501296789, false);
    assert_string_equal(text, "2026-07-31T12:34:56Z");
    struct rx_rand random = {7};
    for (int i = 0; i < 5000; i++) {
        int64_t back, ms = (int64_t)rx_rand_below(&random, 315569520000000) - 62167219200000;
        rx_time_text(text, ms, true);
        assert_int_equal(rx_time_parse(&back, rx_str(text)), 0);
        assert_int_equal(back, ms);
    }
}

typedef int (*date_fn)(int64_t *ms, struct rx_str text);

static int parse_http_date(int64_t *ms, struct rx_str text)
{
    return rx_http_date_parse(ms, text, 1785501296789); /* 2026-07-31 */
}

/* Years of two digits, RFC 9110 section 5.6.7: never more than 50 years ahead. */
static void test_two_digit_years(void **state)
{
    (void)state;
    static const struct {
        const char *now, *text, *is;
    } rows[] = {
        {"2026-07-31", "Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z"},
        {"2026-07-31", "Sunday, 06-Nov-69 08:49:37 GMT", "2069-11-06T08:49:37Z"},
        {"2026-07-31", "Sunday, 06-Nov-70 08:49:37 GMT", "2070-11-06T08:49:37Z"},
        {"2026-07-31", "Sunday, 06-Jan-76 08:49:37 GMT", "2076-01-06T08:49:37Z"},
        {"2026-07-31", "Sunday, 06-Nov-77 08:49:37 GMT", "1977-11-06T08:49:37Z"},
        {"2026-07-31", "Sunday, 06-Nov-26 08:49:37 GMT", "2026-11-06T08:49:37Z"},
        {"2026-07-31", "Sunday, 06-Nov-25 08:49:37 GMT", "2025-11-06T08:49:37Z"},
        {"1999-12-31", "Sunday, 06-Nov-01 08:49:37 GMT", "2001-11-06T08:49:37Z"},
        {"1999-12-31", "Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z"},
        {"2096-01-01", "Sunday, 06-Nov-05 08:49:37 GMT", "2105-11-06T08:49:37Z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t now = 0, got = 0, is = 0;
        assert_int_equal(rx_time_parse(&now, rx_str(rows[i].now)), 0);
        assert_int_equal(rx_time_parse(&is, rx_str(rows[i].is)), 0);
        assert_int_equal(rx_http_date_parse(&got, rx_str(rows[i].text), now), 0);
        if (got != is)
            fail_msg("%s in %s", rows[i].text, rows[i].now);
    }
}

static void test_dates(void **state)
{
    (void)state;
    const int64_t t = 784111777000, bad = -1; /* RFC 9110's example, 1994-11-06T08:49:37Z */
    const struct {
        date_fn parse;
        const char *text;
        int64_t ms;
    } cases[] = {
        {rx_time_parse, "1994-11-06T08:49:37Z", t},
        {rx_time_parse, "1994-11-06t08:49:37z", t},
        {rx_time_parse, "1994-11-06 10:49:37+02:00", t},
        {rx_time_parse, "1994-11-06T08:19:37.5-00:30", t + 500},
        {rx_time_parse, "1994-11-06T08:49:37.0009Z", t},
        {rx_time_parse, "1994-11-06", 784080000000},
        {rx_time_parse, "2024-02-29", 1709164800000},
        {rx_time_parse, "2023-02-29", bad},
        {rx_time_parse, "1994-13-06", bad},
        {rx_time_parse, "1994-11-06T24:00:00Z", bad},
        {rx_time_parse, "1994-11-06T08:49:37", bad},
        {rx_time_parse, "1994-11-06T08:49:37.Z", bad},
        {rx_time_parse, "1994-11-06T08:49:37Zx", bad},
        {rx_time_parse, "94-11-06", bad},
        {rx_time_parse, "", bad},
        {parse_http_date, "Sun, 06 Nov 1994 08:49:37 GMT", t},
        {parse_http_date, "Sunday, 06-Nov-94 08:49:37 GMT", t},
        {parse_http_date, "Sun Nov  6 08:49:37 1994", t},
        {parse_http_date, "Sun Nov 16 08:49:37 1994", t + 864000000},
        {parse_http_date, " Sun, 06 Nov 1994 08:49:37 GMT ", t},
        {parse_http_date, "Sun, 06 Nov 1994 08:49:37", bad},
        {parse_http_date, "Sun, 32 Nov 1994 08:49:37 GMT", bad},
        {parse_http_date, "Sun, 06 Nov 1994 08:49:37 GMT x", bad},
        {parse_http_date, "120", bad},
        {parse_http_date, "Sun", bad},
        {parse_http_date, "", bad},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t ms = 5;
        int rc = cases[i].parse(&ms, rx_str(cases[i].text));
        if (cases[i].ms == bad ? rc != RX_EINVAL || ms != 5 : rc || ms != cases[i].ms)
            fail_msg("'%s': %d %lld", cases[i].text, rc, (long long)ms);
    }
}

static void test_rand(void **state)
{
    (void)state;
    struct rx_rand a = {0}, b = {0};
    assert_int_equal(rx_rand_next(&a), 0xe220a8397b1dcdafu); /* splitmix64's first for seed 0 */
    assert_int_equal(rx_rand_next(&b), 0xe220a8397b1dcdafu);
    unsigned hits[7] = {0};
    for (int i = 0; i < 7000; i++)
        hits[rx_rand_below(&a, 7)]++;
    for (size_t i = 0; i < 7; i++)
        assert_in_range(hits[i], 850, 1150);
    for (int i = 0; i < 1000; i++) {
        double unit = rx_rand_unit(&a);
        assert_true(unit >= 0 && unit < 1);
    }
    assert_int_equal(rx_rand_below(&a, 0), 0);
    assert_int_equal(rx_rand_below(&a, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8),    cmocka_unit_test(test_utf8_round_trip),
        cmocka_unit_test(test_escapes), cmocka_unit_test(test_escapes_random),
        cmocka_unit_test(test_log),     cmocka_unit_test(test_time_text),
        cmocka_unit_test(test_dates),   cmocka_unit_test(test_two_digit_years),
        cmocka_unit_test(test_rand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
