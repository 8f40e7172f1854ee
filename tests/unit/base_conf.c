/* base_conf.c - settings: types, layers, the file, the environment, near misses. */
#include "base/conf.h"
#include "base/conf_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static struct rx_conf *conf;
static struct rx_err err;

static int set_up(void **state)
{
    (void)state;
    conf = rx_conf_new();
    err = (struct rx_err){0};
    return conf ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    rx_conf_free(conf);
    return 0;
}

static void assert_says(const char *part)
{
    if (!strstr(err.text, part))
        fail_msg("'%s' does not say '%s'", err.text, part);
}

static void test_table(void **state)
{
    (void)state;
    assert_true(rx_conf_count() > 20);
    for (size_t i = 0; i < rx_conf_count(); i++) {
        const struct rx_conf_key *key = rx_conf_at(i);
        assert_non_null(strchr(key->name, '.'));
        assert_true(strlen(key->reason) > 0);
        assert_true(key->type != RX_CONF_ENUM || key->choices);
        if (i > 0)
            assert_true(strcmp(rx_conf_at(i - 1)->name, key->name) < 0);
        assert_string_equal(rx_conf_text(conf, key->name), key->fallback);
        assert_int_equal(rx_conf_layer(conf, key->name), RX_CONF_DEFAULT);
    }
}

static void test_values(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value;
        int rc;
        uint64_t number;
    } cases[] = {
        {"crawl.host_delay", "200ms", 0, 200},
        {"crawl.host_delay", "0.1s", 0, 100},
        {"crawl.host_delay", "1.5m", 0, 90000},
        {"crawl.host_delay", "7", 0, 7000},
        {"crawl.host_delay", "2h", 0, 7200000},
        {"crawl.host_delay", "1d", 0, 86400000},
        {"crawl.host_delay", "0", 0, 0},
        {"crawl.host_delay", "1.0001s", RX_EUSAGE, 0},
        {"crawl.host_delay", "0.5ms", RX_EUSAGE, 0},
        {"crawl.host_delay", "3 s", RX_EUSAGE, 0},
        {"crawl.host_delay", "-1s", RX_EUSAGE, 0},
        {"crawl.host_delay", "s", RX_EUSAGE, 0},
        {"crawl.host_delay", "1.s", RX_EUSAGE, 0},
        {"crawl.host_delay", "", RX_EUSAGE, 0},
        {"crawl.host_delay", "99999999999999999999s", RX_EUSAGE, 0},
        {"crawl.host_delay", "9999999999999999999s", RX_EUSAGE, 0},
        {"crawl.max_body", "64k", 0, 65536},
        {"crawl.max_body", "5M", 0, 5 << 20},
        {"crawl.max_body", "1.5G", 0, 3ull << 29},
        {"crawl.max_body", "12", 0, 12},
        {"crawl.max_body", "12x", RX_EUSAGE, 0},
        {"crawl.max_body", "12kk", RX_EUSAGE, 0},
        {"crawl.depth", "12", 0, 12},
        {"crawl.depth", "1.0", RX_EUSAGE, 0},
        {"crawl.depth", "12k", RX_EUSAGE, 0},
        {"crawl.depth", "18446744073709551616", RX_EUSAGE, 0},
        {"crawl.test_network", "YES", 0, 1},
        {"crawl.test_network", "off", 0, 0},
        {"crawl.test_network", "maybe", RX_EUSAGE, 0},
        {"crawl.scope", "al", RX_EUSAGE, 0},
        {"crawl.scope", "seeds|linked", RX_EUSAGE, 0},
        {"crawl.scope", "", RX_EUSAGE, 0},
        {"map.prior", "nan", RX_EUSAGE, 0},
        {"map.prior", "0.1x", RX_EUSAGE, 0},
        {"crawl.hst_delay", "1s", RX_EUSAGE, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int rc = rx_conf_set(conf, cases[i].key, rx_str(cases[i].value), RX_CONF_FLAG, &err);
        if (rc != cases[i].rc || (!rc && rx_conf_int(conf, cases[i].key) != cases[i].number))
            fail_msg("%s = '%s': %d", cases[i].key, cases[i].value, rc);
    }
    assert_int_equal(rx_conf_set(conf, "map.prior", RX_STR("2.5e-3"), RX_CONF_FLAG, &err), 0);
    assert_true(rx_conf_real(conf, "map.prior") == 2.5e-3);
    assert_int_equal(rx_conf_set(conf, "crawl.scope", RX_STR("all"), RX_CONF_FLAG, &err), 0);
    assert_string_equal(rx_conf_text(conf, "crawl.scope"), "all");
    assert_int_equal(rx_conf_set(conf, "crawl.label", rx_strn("a\0b", 3), RX_CONF_FLAG, &err),
                     RX_EUSAGE);
}

static void test_layers(void **state)
{
    (void)state;
    assert_int_equal(rx_conf_set(conf, "crawl.depth", RX_STR("5"), RX_CONF_FLAG, &err), 0);
    assert_int_equal(rx_conf_set(conf, "crawl.depth", RX_STR("6"), RX_CONF_ENV, &err), 0);
    assert_int_equal(rx_conf_int(conf, "crawl.depth"), 5);
    assert_int_equal(rx_conf_layer(conf, "crawl.depth"), RX_CONF_FLAG);
    assert_int_equal(rx_conf_set(conf, "crawl.depth", RX_STR("7"), RX_CONF_FLAG, &err), 0);
    assert_int_equal(rx_conf_int(conf, "crawl.depth"), 7);
    /* A wrong value is told even where it would not count. */
    assert_int_equal(rx_conf_set(conf, "crawl.depth", RX_STR("x"), RX_CONF_ENV, &err), RX_EUSAGE);
    assert_says("crawl.depth: 'x' does not fit");
}

static void test_file(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says; /* says NULL: read */
    } cases[] = {
        {"", NULL},
        {"[crawl]\ndepth = 4 ; four\n# remark\n", NULL},
        {"\xef\xbb\xbf[crawl]\r\ndepth=4\r\n", NULL},
        {"[crawl]\ndepth = x\n", "f:2: crawl.depth: 'x'"},
        {"\n[crawl]\n\ndpeth = 4\n",
         "f:4: no setting is called crawl.dpeth; did you mean crawl.depth?"},
        {"[craw]\ndepth = 4\n", "did you mean crawl.depth?"},
        {"depth = 4\n", "f:1: no setting is called .depth"},
        {"[crawl]\nnonsense\n", "f:2: neither"},
        {"[crawl\n", "f:1: neither"},
        {"[crawl]\nnonsense\ndepth = x\n", "f:2: neither"},
        {"[crawl]\ndepth = x\nnonsense\n", "f:2: crawl.depth"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rx_conf *c = rx_conf_new();
        assert_non_null(c);
        int rc = rx_conf_parse(c, rx_str(cases[i].text), "f", &err);
        if (rc != (cases[i].says ? RX_EUSAGE : 0))
            fail_msg("'%s': %d %s", cases[i].text, rc, err.text);
        if (cases[i].says)
            assert_says(cases[i].says);
        rx_conf_free(c);
    }
    assert_int_equal(
        rx_conf_parse(conf, RX_STR("[case]\ntitle = a\n  b\n\tc\n[crawl]\ndepth=2"), "f", &err), 0);
    assert_string_equal(rx_conf_text(conf, "case.title"), "a b c");
    assert_int_equal(rx_conf_int(conf, "crawl.depth"), 2);
    assert_int_equal(rx_conf_layer(conf, "crawl.depth"), RX_CONF_FILE);
    assert_int_equal(rx_conf_parse(conf, rx_strn("[a\0]", 4), "f", &err), RX_EUSAGE);
    assert_int_equal(rx_conf_load(conf, "/nonexistent/rxmap.ini", &err), RX_ENOENT);
    assert_int_equal(rx_conf_load(conf, "/", &err), RX_EIO);
    assert_int_equal(rx_conf_load(conf, "/dev/zero", &err), RX_EIO);
    assert_says("no regular file");
    char fifo[] = "/tmp/rxmap-conf-XXXXXX", path[64];
    assert_non_null(mkdtemp(fifo));
    (void)snprintf(path, sizeof path, "%s/rxmap.ini", fifo);
    assert_int_equal(mkfifo(path, 0600), 0);
    int writer = open(path, O_RDWR | O_CLOEXEC); /* who says nothing: reading would wait */
    assert_int_equal(rx_conf_load(conf, path, &err), RX_EIO);
    assert_int_equal(close(writer) | unlink(path) | rmdir(fifo), 0);
}

static void test_long_line(void **state)
{
    (void)state;
    char line[400];
    memset(line, 'a', sizeof line);
    memcpy(line, "[case]\ntitle = ", 15);
    assert_int_equal(rx_conf_parse(conf, rx_strn(line, sizeof line), "f", &err), RX_EUSAGE);
    assert_says("f:2: a line is longer than");
    assert_string_equal(rx_conf_text(conf, "case.title"), "");
}

static void test_write_reads_back(void **state)
{
    (void)state;
    char words[3000] = "";
    for (size_t n = 0; n + 12 < sizeof words; n += 11)
        memcpy(words + n, "Art. 12 StP ", 12);
    const char *const cases[][2] = {
        {"", ""},
        {"plain", "plain"},
        {"a  b\n\tc", "a b c"},
        {"a ; b # c", "a; b # c"},
        {"; a", "; a"},
        {"# a", "# a"},
        {"x = [y]", "x = [y]"},
        {words, words},
        {"\xc3\xbc\xe2\x82\xac", "\xc3\xbc\xe2\x82\xac"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rx_buf text = RX_BUF(8192);
        struct rx_conf *c = rx_conf_new();
        assert_non_null(c);
        assert_int_equal(rx_buf_add(&text, RX_STR("[case]\n")), 0);
        assert_int_equal(rx_conf_write(&text, RX_STR("title"), rx_str(cases[i][0])), 0);
        assert_int_equal(rx_conf_write(&text, RX_STR("operator"), RX_STR("me")), 0);
        assert_int_equal(rx_conf_parse(c, rx_buf_str(&text), "f", &err), 0);
        struct rx_str want = rx_str_trim(rx_str(cases[i][1]));
        if (!rx_str_eq(rx_str(rx_conf_text(c, "case.title")), want))
            fail_msg("'%s' came back as '%s'", cases[i][1], rx_conf_text(c, "case.title"));
        assert_string_equal(rx_conf_text(c, "case.operator"), "me");
        rx_conf_free(c);
        rx_buf_free(&text);
    }
    struct rx_buf text = RX_BUF(8192);
    memset(words, 'a', 300);
    assert_int_equal(rx_conf_write(&text, RX_STR("title"), rx_strn(words, 300)), RX_EINVAL);
    rx_buf_free(&text);
}

static void test_environment(void **state)
{
    (void)state;
    assert_int_equal(setenv("RXMAP_CASE", "/somewhere", 1), 0);
    assert_int_equal(setenv("RXMAP_CORPORA", "/elsewhere", 1), 0);
    assert_int_equal(setenv("RXMAP_CRAWL_HOST_DELAY", "9s", 1), 0);
    assert_int_equal(rx_conf_load_env(conf, &err), 0);
    assert_int_equal(rx_conf_int(conf, "crawl.host_delay"), 9000);
    assert_int_equal(rx_conf_layer(conf, "crawl.host_delay"), RX_CONF_ENV);
    assert_int_equal(setenv("RXMAP_CRAWL_HOST_DELAY", "soon", 1), 0);
    assert_int_equal(rx_conf_load_env(conf, &err), RX_EUSAGE);
    assert_says("RXMAP_CRAWL_HOST_DELAY");
    assert_int_equal(unsetenv("RXMAP_CRAWL_HOST_DELAY"), 0);
    assert_int_equal(setenv("RXMAP_CRAWL_HOSTDELAY", "1s", 1), 0);
    assert_int_equal(rx_conf_load_env(conf, &err), RX_EUSAGE);
    assert_says("did you mean crawl.host_delay?");
    assert_int_equal(unsetenv("RXMAP_CRAWL_HOSTDELAY"), 0);
}

static void test_nearest(void **state)
{
    (void)state;
    static const char *const words[] = {"crawl", "map", "status", "seed", "explain", NULL};
    static const char *const cases[][2] = {
        {"crwal", "crawl"},     {"CRAWL", "crawl"}, {"statu", "status"}, {"maps", "map"},
        {"explian", "explain"}, {"zzzz", NULL},     {"", NULL},          {"sed", "seed"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *near = rx_nearest(rx_str(cases[i][0]), words);
        if (!near != !cases[i][1] || (near && strcmp(near, cases[i][1]) != 0))
            fail_msg("'%s': %s", cases[i][0], near ? near : "none");
    }
    assert_int_equal(rx_conf_set(conf, "host_delay", RX_STR("1s"), RX_CONF_FLAG, &err), RX_EUSAGE);
    assert_says("crawl.host_delay");
}

static void test_digest(void **state)
{
    (void)state;
    char a[65], b[65];
    rx_conf_sha256(conf, a);
    assert_int_equal(rx_conf_set(conf, "crawl.host_delay", RX_STR("3000ms"), RX_CONF_FLAG, &err),
                     0);
    rx_conf_sha256(conf, b);
    assert_string_equal(a, b); /* another spelling of the default */
    assert_int_equal(rx_conf_set(conf, "crawl.host_delay", RX_STR("3001ms"), RX_CONF_FLAG, &err),
                     0);
    rx_conf_sha256(conf, b);
    assert_string_not_equal(a, b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_table, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_layers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_long_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_write_reads_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_environment, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nearest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_digest, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
