/* frontier_seed.c - what people write into lists of sites. */
#include "crawler/frontier/seed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_accepted(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"http://pills.example/", "http://pills.example/"},
        {"https://pills.example/a?b#c", "https://pills.example/a?b#c"},
        {"pills.example", "http://pills.example/"},
        {"  PILLS.Example\r", "http://pills.example/"},
        {"pills.example.", "http://pills.example/"},
        {"http://pills.example.:81/x", "http://pills.example:81/x"},
        {"pills.example:8080/shop", "http://pills.example:8080/shop"},
        {"//pills.example/x", "http://pills.example/x"},
        {"pills.example/out?u=http://b.example/", "http://pills.example/out?u=http://b.example/"},
        {"my_shop.example", "http://my_shop.example/"},
        {"b\xc3\xbc"
         "cher.example",
         "http://xn--bcher-kva.example/"},
        {"192.0.2.7", "http://192.0.2.7/"},
        {"192.0.2.7:8080/x", "http://192.0.2.7:8080/x"},
        {"http://[2001:db8::1]/", "http://[2001:db8::1]/"},
        {"http://localhost/", "http://localhost/"},
        {"hxxp://pills.example/", "http://pills.example/"},
        {"hXXps://pills.example", "https://pills.example/"},
        {"h**ps://pills.example", "https://pills.example/"},
        {"hxxp[:]//pills[.]example[/]a", "http://pills.example/a"},
        {"hxxps[://]pills[.]example/index[.]php", "https://pills.example/index.php"},
        {"http[s]://pills.example", "https://pills.example/"},
        {"hxxp:\\\\pills.example\\a", "http://pills.example/a"},
        {"http:\\/\\/pills.example\\/", "http://pills.example/"},
        {"ttps://pills.example", "https://pills.example/"},
        {"http//pills.example", "http://pills.example/"},
        {"http:/pills.example", "http://pills.example/"},
        {"pills(.)example", "http://pills.example/"},
        {"pills{.}example", "http://pills.example/"},
        {"pills[dot]example", "http://pills.example/"},
        {"pills (DOT) example", "http://pills.example/"},
        {"pills [ . ] shop [ dot ] example", "http://pills.shop.example/"},
        {"pills dot example", "http://pills.example/"},
        {"pills[.example", "http://pills.example/"},
        {"pills.]example", "http://pills.example/"},
        {"pills\\.example", "http://pills.example/"},
        {"[www].pills.example", "http://www.pills.example/"},
        {"hxxp://user[at]pills[.]example/", "http://user@pills.example/"},
        {"<http://pills.example/>,", "http://pills.example/"},
        {"\"pills.example\";", "http://pills.example/"},
        {"`hxxp://pills[.]example`", "http://pills.example/"},
        {"\xef\xbb\xbfpills.example\xc2\xa0", "http://pills.example/"},
        {"pills.example   # the first", "http://pills.example/"},
        {"pills.example/a(.)b[s]?x[]=1", "http://pills.example/a(.)b[s]?x[]=1"},
        {"pills\xe3\x80\x82"
         "example",
         "http://pills.example/"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rx_buf out = RX_BUF(RX_URL_MAX);
        struct rx_url url;
        struct rx_err err = {0};
        int rc = seed_parse(&url, &out, rx_str(cases[i][0]), &err);
        if (rc || strcmp(out.p, cases[i][1]) != 0)
            fail_msg("'%s': %d %s", cases[i][0], rc, rc ? err.text : out.p);
        rx_buf_free(&out);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        int rc;
    } cases[] = {
        {"", RX_ENOENT},
        {" \t\r", RX_ENOENT},
        {"# pills.example", RX_ENOENT},
        {"  # pills.example", RX_ENOENT},
        {"pills", RX_EINVAL},
        {"two words", RX_EINVAL},
        {"pills.example some remark", RX_EINVAL},
        {"http://pills.example/ some remark", RX_EINVAL},
        {"pills.example,2024-01-01", RX_EINVAL},
        {"info@pills.example", RX_EINVAL},
        {"info[at]pills[.]example", RX_EINVAL},
        {"mailto:info@pills.example", RX_EINVAL},
        {"ftp://pills.example/", RX_EINVAL},
        {"javascript:alert(1)", RX_EINVAL},
        {"3.14", RX_EINVAL},
        {"20240101", RX_EINVAL},
        {"1.2.3.4.5", RX_EINVAL},
        {"http://", RX_EINVAL},
        {"http:///", RX_EINVAL},
        {"a..example", RX_EINVAL},
        {".example.com", RX_EINVAL},
        {"pills.ex$ample", RX_EINVAL},
        {"a123456789a123456789a123456789a123456789a123456789a123456789abcd.example", RX_EINVAL},
        {"pills.example:99999", RX_EINVAL},
        {"\"\"", RX_EINVAL},
        {"[", RX_EINVAL},
        {"pills.example\x01", RX_OK}, /* trimmed like a blank */
        {"pills\x01.example", RX_EINVAL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rx_buf out = RX_BUF(RX_URL_MAX);
        struct rx_url url;
        struct rx_err err = {0};
        int rc = seed_parse(&url, &out, rx_str(cases[i].line), &err);
        if (rc != cases[i].rc)
            fail_msg("'%s': %d %s", cases[i].line, rc, rc ? err.text : out.p);
        if (rc == RX_EINVAL)
            assert_true(err.text[0] != '\0');
        rx_buf_free(&out);
    }
}

static void test_too_long(void **state)
{
    (void)state;
    struct rx_buf out = RX_BUF(RX_URL_MAX);
    struct rx_url url;
    char line[3 * RX_URL_MAX];
    memset(line, 'a', sizeof line);
    memcpy(line, "pills.example/", 14);
    assert_int_equal(seed_parse(&url, &out, rx_strn(line, RX_URL_MAX), NULL), RX_EINVAL);
    assert_int_equal(seed_parse(&url, &out, rx_strn(line, sizeof line), NULL), RX_EINVAL);
    assert_int_equal(seed_parse(&url, &out, rx_strn(line, 1000), NULL), 0);
    rx_buf_free(&out);
}

/* Cells are joined as "column=value|", records by line ends. */
static void on_cell(void *ctx, size_t column, struct rx_str value)
{
    struct rx_buf *seen = ctx;
    assert_int_equal(rx_buf_addf(seen, "%zu=%.*s|", column, RX_FMT(value)), 0);
}

static void test_csv(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", ""},
        {"a,b\n", "0=a|1=b|\n"},
        {"a,b", "0=a|1=b|\n"},
        {"a,\n,b\r\n", "0=a|1=|\n0=|1=b|\n"},
        {"a\rb\r", "0=a|\n0=b|\n"},
        {"a,", "0=a|1=|\n"},
        {"\"a,b\",\"c\"\"d\"\n", "0=a,b|1=c\"d|\n"},
        {"\"a\nb\",c\r\nd", "0=a\nb|1=c|\n0=d|\n"},
        {"\"\",\"\"\n", "0=|1=|\n"},
        {"\"a\"b,c", "0=ab|1=c|\n"},
        {"\"open,\nx", "0=open,\nx|\n"},
        {"a\n\nb", "0=a|\n0=|\n0=b|\n"},
        {"\xef\xbb\xbfhost,x\n", "0=host|1=x|\n"},
        {"a\"b,c", "0=a\"b|1=c|\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rx_buf scratch = RX_BUF(4096), seen = RX_BUF(4096);
        assert_int_equal(rx_buf_add(&seen, RX_STR("")), 0);
        for (size_t at = 0; seed_csv_next(rx_str(cases[i][0]), &at, ',', &scratch, on_cell, &seen);)
            assert_int_equal(rx_buf_addc(&seen, '\n'), 0);
        assert_string_equal(seen.p, cases[i][1]);
        rx_buf_free(&scratch);
        rx_buf_free(&seen);
    }
}

static void count_byte(void *ctx, size_t column, struct rx_str value)
{
    (void)column;
    *(size_t *)ctx += value.n;
}

static void test_csv_cap(void **state)
{
    (void)state;
    struct rx_buf scratch = RX_BUF(4);
    size_t at = 0, bytes = 0;
    assert_true(seed_csv_next(RX_STR("123456,7\n"), &at, ',', &scratch, count_byte, &bytes));
    assert_int_equal(bytes, 5);
    assert_false(seed_csv_next(RX_STR("123456,7\n"), &at, ',', &scratch, count_byte, &bytes));
    rx_buf_free(&scratch);
}

/* Real names: each is a seed, and its host is the name. */
static void test_hosts_corpus(void **state)
{
    (void)state;
    FILE *in = fopen(RXMAP_CORPORA "/hosts/hosts.txt", "re");
    char *line = NULL;
    size_t room = 0;
    unsigned names = 0, passed = 0;
    if (!in) {
        puts("seeds: no corpus at " RXMAP_CORPORA);
        skip();
    }
    for (ssize_t n; (n = getline(&line, &room, in)) > 0; names++) {
        struct rx_buf out = RX_BUF(RX_URL_MAX);
        struct rx_url url;
        struct rx_str text = rx_strn(line, (size_t)n);
        bool ok = seed_parse(&url, &out, text, NULL) == 0 && rx_str_eq(url.host, rx_str_trim(text));
        if (!ok)
            printf("  refused: %s", line);
        passed += ok;
        rx_buf_free(&out);
    }
    free(line);
    (void)fclose(in);
    printf("seeds: %u of %u host names\n", passed, names);
    assert_true(names > 0);
    assert_int_equal(passed, names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_too_long), cmocka_unit_test(test_csv),
        cmocka_unit_test(test_csv_cap),  cmocka_unit_test(test_hosts_corpus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
