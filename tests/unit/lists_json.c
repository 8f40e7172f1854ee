/* URLs out of JSON: lines, STIX, MISP; and what is wrong with them. */
#include "crawler/lists/finds.h"
#include "crawler/lists/list_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

typedef int read_fn(struct rx_buf *finds, struct rx_str text, struct rx_err *err);

/* "S1 url\n" for a seed of line 1, "F3\n" for a fault, "T title\n". */
static struct rx_buf summary(read_fn *read, struct rx_str text)
{
    struct rx_buf finds = RX_BUF(FINDS_MAX), out = RX_BUF(1 << 20);
    struct rx_err err = {0};
    struct find f;
    int rc;
    assert_int_equal(read(&finds, text, &err), 0);
    struct rx_str rest = rx_buf_str(&finds);
    while ((rc = finds_next(&f, &rest)) > 0) {
        int full = rx_buf_addf(&out, "%c%llu", f.kind, (unsigned long long)f.line);
        if (!full && f.kind != FIND_FAULT)
            full = rx_buf_addf(&out, " %.*s", (int)f.text.n, f.text.p);
        if (!full && f.purpose)
            full = rx_buf_addf(&out, " %s", rx_purpose_name(f.purpose));
        if (!full && f.origin.n)
            full = rx_buf_addf(&out, " <%.*s>", (int)f.origin.n, f.origin.p);
        assert_int_equal(full, 0);
        assert_int_equal(rx_buf_addc(&out, '\n'), 0);
    }
    assert_int_equal(rc, 0);
    rx_buf_free(&finds);
    return out;
}

static void check(read_fn *read, const char *text, const char *wanted)
{
    struct rx_buf got = summary(read, rx_str(text));
    if (!rx_str_eq(rx_buf_str(&got), rx_str(wanted)))
        fail_msg("%s\ngives %s", text, got.p ? got.p : "(nothing)");
    rx_buf_free(&got);
}

static void test_lines(void **state)
{
    (void)state;
    check(list_json_lines,
          "{\"url\":\"http://a.example/\",\"domain\":\"a.example\"}\n\n# remark\n"
          "{\"domain\":\"b.example\",\"purpose\":\"ad\",\"origin\":\"https://s.example/ad/1\"}\r\n"
          "\"c.example\"\n{\"urls\":[\"http://d.example/\",\"http://e.example/\",7]}\n",
          "S1 http://a.example/\nS4 b.example ad <https://s.example/ad/1>\nS5 c.example\n"
          "S6 http://d.example/\nS6 http://e.example/\n");
    check(list_json_lines,
          "{bad\n{\"name\":\"x\"}\n[1]\n7\n{\"url\":7}\n{\"url\":\"a\",\"url\":\"b\"}",
          "F1\nF2\nF3\nF4\nF5\nF6\n");
    check(list_json_lines, "{\"url\":\"a\\tb\\nc\"}", "S1 a b c\n");
    check(list_json_lines, "", "");
}

static void test_stix(void **state)
{
    (void)state;
    check(list_json_stix,
          "{\"type\":\"bundle\",\"id\":\"bundle--1\",\"objects\":["
          "{\"type\":\"report\",\"name\":\"Pills 7\",\"external_references\":[{\"type\":\"url\","
          "\"value\":\"http://no.example/\"}]},"
          "{\"type\":\"url\",\"value\":\"http://a.example/x\"},"
          "{\"type\":\"domain-name\",\"value\":\"b.example\"},"
          "{\"type\":\"ipv4-addr\",\"value\":\"192.0.2.1\"},"
          "{\"type\":\"indicator\",\"pattern\":\"[url:value = 'http://c.example/\\\\'q'] OR "
          "[domain-name:value IN ('d.example', 'e.example')] AND [url:value LIKE 'http://%'] AND "
          "[file:name = 'x']\"}]}",
          "T0 Pills 7\nS0 http://a.example/x\nS0 b.example\nS0 http://c.example/'q\nS0 d.example\n"
          "S0 e.example\n");
    check(list_json_stix, "{\"type\":\"bundle\",\n\"objects\":[}", "F2\n");
    check(list_json_stix, "{\"type\":\"indicator\",\"pattern\":\"[url:value = 'http://x\"}", "");
    check(list_json_stix, "", "F1\n");
}

static void test_misp(void **state)
{
    (void)state;
    check(list_json_misp,
          "{\"response\":[{\"Event\":{\"info\":\"Pharmacy spam\",\"Attribute\":["
          "{\"type\":\"url\",\"value\":\"hxxp://a[.]example/\"},"
          "{\"type\":\"domain|ip\",\"value\":\"b.example|192.0.2.1\"},"
          "{\"type\":\"link\",\"value\":\"http://report.example/\"},"
          "{\"type\":\"domain\",\"value\":\"gone.example\",\"deleted\":true},"
          "{\"type\":\"md5\",\"value\":\"00\"}],"
          "\"Object\":[{\"name\":\"url\",\"Attribute\":[{\"type\":\"hostname\",\"value\":"
          "\"c.example\"}]}],"
          "\"RelatedEvent\":[{\"Event\":{\"Attribute\":[{\"type\":\"url\",\"value\":"
          "\"http://no.example/\"}]}}]}}]}",
          "T0 Pharmacy spam\nS0 hxxp://a[.]example/\nS0 b.example\nS0 c.example\n");
}

/* Depth and number are a stranger's: no crash, and it is told. */
static void test_bounds(void **state)
{
    (void)state;
    struct rx_buf text = RX_BUF(1 << 22);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(rx_buf_add(&text, RX_STR("{\"a\":")), 0);
    assert_int_equal(rx_buf_add(&text, RX_STR("1")), 0);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(rx_buf_addc(&text, '}'), 0);
    struct rx_buf got = summary(list_json_stix, rx_buf_str(&text));
    assert_string_equal(got.p, "F0\n");
    rx_buf_free(&got);
    rx_buf_clear(&text);
    for (int i = 0; i < 100000; i++)
        assert_int_equal(rx_buf_addc(&text, '['), 0);
    got = summary(list_json_misp, rx_buf_str(&text));
    assert_int_equal(got.p[0], 'F');
    rx_buf_free(&got);
    got = summary(list_json_lines, rx_buf_str(&text));
    assert_int_equal(got.p[0], 'F');
    rx_buf_free(&got);
    rx_buf_free(&text);
}

/* What came out of the jail is read without trust. */
static void test_finds(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int rc;
    } rows[] = {
        {"S\t1\t0\tplace\thttp://a.example/\t\t\t\t0\n", 1},
        {"", 0},
        {"S\t1\t0\tplace\thttp://a.example/\t\t\t\t0", RX_EDAMAGE},
        {"X\t1\t0\t\ta\t\t\t\t0\n", RX_EDAMAGE},
        {"S\t-1\t0\t\ta\t\t\t\t0\n", RX_EDAMAGE},
        {"S\t1\t9\t\ta\t\t\t\t0\n", RX_EDAMAGE},
        {"S\t1\t0\t\ta\t\t\t\t0\tmore\n", RX_EDAMAGE},
        {"M\t0\t0\tpart 1\t+44 20\t\tphone\t+4420\t1\n", 1},
        {"M\t0\t0\tpart 1\t+44 20\t\t\t\t0\n", RX_EDAMAGE},
        {"S\t0\t0\t\ta\t\tphone\t+4420\t0\n", RX_EDAMAGE},
        {"S\t1\t0\t\ta\x1b[2J\t\t\t\t0\n", RX_EDAMAGE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rx_str rest = rx_str(rows[i].text);
        struct find f;
        if (finds_next(&f, &rest) != rows[i].rc)
            fail_msg("row %zu", i);
    }
}

static int start(void **state)
{
    (void)state;
    list_json_init();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),  cmocka_unit_test(test_stix),  cmocka_unit_test(test_misp),
        cmocka_unit_test(test_bounds), cmocka_unit_test(test_finds),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
