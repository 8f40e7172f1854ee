/* crawler_statuses.c - lists of HTTP statuses. */
#include "crawler/statuses.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_lists(void **state)
{
    (void)state;
    static const struct {
        const char *list;
        bool has_200, has_206, has_302, has_404, has_500;
    } rows[] = {
        {"", true, true, true, true, true},
        {"200", true, false, true, false, false},
        {"2xx", true, true, true, false, false},
        {"200,404", true, false, true, true, false},
        {" 200 , 5XX ", true, false, true, false, true},
        {"200-299,404-410", true, true, true, true, false},
        {"599", false, false, true, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct statuses s;
        assert_int_equal(statuses_parse(&s, rx_str(rows[i].list)), RX_OK);
        assert_int_equal(statuses_has(&s, 200), rows[i].has_200);
        assert_int_equal(statuses_has(&s, 206), rows[i].has_206);
        assert_int_equal(statuses_has(&s, 302), rows[i].has_302);
        assert_int_equal(statuses_has(&s, 404), rows[i].has_404);
        assert_int_equal(statuses_has(&s, 500), rows[i].has_500);
        assert_int_equal(statuses_has(&s, 999), !s.some); /* what a server may claim */
    }
}

static void test_no_lists(void **state)
{
    (void)state;
    static const char *const rows[] = {"99",   "600", "200,",    ",200",    "6xx",
                                       "2x",   "ok",  "300-200", "200-",    "-200",
                                       "2xxx", "0",   "200 404", "200-3xx", "99999999999999999999"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct statuses s;
        if (statuses_parse(&s, rx_str(rows[i])) != RX_EINVAL)
            fail_msg("%s was taken for a list", rows[i]);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_no_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
