/* graph_background.c - tables of counts: what is read, what is refused, how hosts are counted. */
#include "graph/background.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int load(struct background **bg, const char *text, struct rx_err *err)
{
    char path[] = "/tmp/rxmap-background-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(close(fd), 0);
    int rc = background_load(bg, path, err);
    assert_int_equal(unlink(path), 0);
    return rc;
}

static uint32_t df(const struct background *bg, const char *cls, const char *value)
{
    return background_df(bg, rx_class_find(rx_str(cls)), rx_str(value));
}

static void test_read(void **state)
{
    (void)state;
    struct background *bg = NULL;
    struct rx_err err = {0};
    assert_int_equal(load(&bg,
                          "# rxmap background 1\n# sites 700\n# origin here\n# date 2026-01-02\n"
                          "js.global\tcartX\t7\n"
                          "js.global\ta\\tb\\\\c\t3\n"
                          "script.host\tcdn.example\t40\n"
                          "asset.host\tcdn.example\t90\n"
                          "no.such.class\tx\t5\n",
                          &err),
                     0);
    assert_int_equal(background_size(bg), 700);
    assert_string_equal(background_origin(bg), "here");
    assert_string_equal(background_date(bg), "2026-01-02");
    assert_int_equal(df(bg, "js.global", "cartX"), 7);
    assert_int_equal(df(bg, "js.global", "a\tb\\c"), 3);
    assert_int_equal(df(bg, "js.global", "other"), 0);
    assert_int_equal(df(bg, "cookie.name", "cartX"), 0);
    /* A host counts under any class of hosts, with its largest count. */
    assert_int_equal(df(bg, "checkout.host", "cdn.example"), 90);
    /* Pages do not show addresses: N is unknown, not 700. */
    assert_int_equal(background_sites(bg, rx_class_find(RX_STR("ip"))), 0);
    assert_int_equal(background_sites(bg, rx_class_find(RX_STR("ga"))), 700);
    background_free(bg);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *sentence;
    } rows[] = {
        {"js.global\tx\t3\n", "no line \"# sites N\""},
        {"# sites none\n", "line 1: \"# sites\" needs a positive number"},
        {"# sites 0\n", "line 1: \"# sites\" needs a positive number"},
        {"# sites 9\njs.global x 3\n", "line 2: expected class, value and a count"},
        {"# sites 9\n\njs.global\tx\tmany\n", "line 3: expected class, value and a count"},
        {"# sites 9\njs.global\tx\t0\n", "line 2: expected class, value and a count"},
        {"# sites 9\njs.global\tx\t99999999999\n", "line 2: expected class, value and a count"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct background *bg = NULL;
        struct rx_err err = {0};
        assert_int_equal(load(&bg, rows[i].text, &err), RX_EINVAL);
        assert_null(bg);
        if (!strstr(err.text, rows[i].sentence))
            fail_msg("row %zu says: %s", i, err.text);
    }
    struct background *bg = NULL;
    struct rx_err err = {0};
    assert_int_equal(background_load(&bg, "/nonexistent/x", &err), RX_EIO);
}

static void test_shipped(void **state)
{
    (void)state;
    struct background *bg = NULL;
    struct rx_err err = {0};
    assert_int_equal(background_load(&bg, NULL, &err), 0);
    assert_true(background_size(bg) >= 1700);
    assert_true(background_values(bg) > 5000);
    assert_true(df(bg, "js.global", "blogger_blog_id") > 20);
    assert_true(df(bg, "asset.name", "chosen.jquery.min.js") > 2);
    assert_int_equal(strlen(background_date(bg)), 10);
    background_free(bg);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_shipped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
