/* Lists that were taken for something else. */
#include "crawler/frontier/seed_shape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_json(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says; /* NULL: it may be JSON lines */
    } rows[] = {
        {"{\"url\":\"a.example\"}\n{\"url\":\"b.example\"}\n", NULL},
        {"\"a.example\"\n", NULL},
        {"", NULL},
        {"# mine\n\n{\"url\":\"a.example\"}", NULL},
        {"{bad,\n{\"url\":\"a.example\"}\n", NULL}, /* one bad line, and then good ones */
        {"{", NULL},
        {"[{\"url\":\"a.example\"}]", "one JSON array"},
        {"\n [\n{\"url\":\"a.example\"}\n]\n", "one JSON array"},
        {"[\"a.example\"]", "one JSON array"},
        {"{\n  \"url\": \"a.example\"\n}\n", "over several lines"},
        {"{\r\n\r\n  \"url\": \"a.example\"\r\n}\r\n", "over several lines"},
        {"{\"urls\": [\n\"a.example\"]}", "over several lines"},
        {"{\"url\": \"a.example\",\n \"purpose\": \"ad\"}", "over several lines"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rx_err err = {0};
        const int rc = seed_shape_json(rx_str(rows[i].text), &err);
        if (rc != (rows[i].says ? RX_EINVAL : 0) ||
            (rows[i].says && !strstr(err.text, rows[i].says)))
            fail_msg("row %zu gives %d: %s", i, rc, err.text);
    }
}

static void test_tables(void **state)
{
    (void)state;
    static const struct {
        const char *text, *columns; /* NULL: it may be a list */
    } rows[] = {
        {"a.example\nb.example\n", NULL},
        {"", NULL},
        {"name,domain\n", NULL}, /* one line is no table */
        {"http://a.example/?x=1,2\nhttp://b.example/?x=1,2\n", NULL},
        {"Shops, as seen in June:\na.example\nb.example\n", NULL},
        {"name,domain\nx,a.example\n", "name, domain"},
        {"# seized\n\nname;domain;note\nx;a.example;\"b;c\"\n", "name, domain, note"},
        {"domain\tnote\na.example\t1\n", "domain, note"},
        {"url,note\nhttp://a.example/,spam\n", "url, note"},
        {"1,a.example\n2,b.example\n", "1, a.example"},
        {"\"two\nlines\",domain\nx,a.example\n", "two\nlines, domain"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rx_err err = {0};
        const int rc = seed_shape_lines(rx_str(rows[i].text), &err);
        if (rc != (rows[i].columns ? RX_EINVAL : 0))
            fail_msg("row %zu gives %d: %s", i, rc, err.text);
        const char *at = strstr(err.text, "the columns ");
        if (rows[i].columns &&
            (!at || strncmp(at + 12, rows[i].columns, strlen(rows[i].columns)) != 0 ||
             at[12 + strlen(rows[i].columns)] != ';'))
            fail_msg("row %zu says: %s", i, err.text);
    }
}

static void test_long_header(void **state)
{
    (void)state;
    char out[SEED_SHAPE_COLUMNS_BYTES], text[4096] = "";
    for (size_t i = 0; i < 200; i++) /* a sign of two bytes, over and over */
        (void)strncat(text, "\xC3\xA9", sizeof text - strlen(text) - 1);
    for (size_t i = 0; i < 200; i++)
        (void)strncat(text, ",column", sizeof text - strlen(text) - 1);
    seed_shape_columns(out, rx_str(text));
    assert_true(strlen(out) < SEED_SHAPE_COLUMNS_BYTES);
    assert_memory_equal(out + 38, "\xC3\xA9, column", 10);
    assert_string_equal(out + strlen(out) - 5, ", ...");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_long_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
