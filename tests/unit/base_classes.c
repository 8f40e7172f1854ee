/* The catalogue: sorted, findable, and each row within the model's bounds. */
#include "base/classes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_rows_are_sorted_and_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < rx_class_count(); i++) {
        const struct rx_class *c = rx_class_at(i);
        assert_ptr_equal(rx_class_find(rx_str(c->name)), c);
        assert_int_equal(rx_class_id(c), i);
        if (i > 0)
            assert_true(strcmp(rx_class_at(i - 1)->name, c->name) < 0);
    }
    assert_null(rx_class_at(rx_class_count()));
    assert_null(rx_class_find(RX_STR("no.such")));
    assert_null(rx_class_find(RX_STR("")));
    assert_null(rx_class_find(RX_STR("zzzz")));
}

static void test_rows_keep_the_model(void **state)
{
    (void)state;
    for (size_t i = 0; i < rx_class_count(); i++) {
        const struct rx_class *c = rx_class_at(i);
        assert_true(c->title[0] != '\0');
        assert_true(c->level >= RX_LEVEL_PROGRAMME && c->level <= RX_LEVEL_HINT);
        assert_true(c->group >= RX_GROUP_ENGINE && c->group < RX_GROUP_COUNT);
        /* A hint is never weighed, and nothing but a hint is free of a tier. */
        assert_int_equal(c->level == RX_LEVEL_HINT, c->tier == 0);
        assert_true(c->tier >= 0 && c->tier <= 4);
        assert_false(c->bound && c->tier != 1);
    }
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(rx_level_name(RX_LEVEL_AFFILIATE), "affiliate");
    assert_string_equal(rx_level_name((enum rx_level)99), "?");
    assert_string_equal(rx_group_name(RX_GROUP_LINKS), "links");
    assert_string_equal(rx_group_name((enum rx_group)0), "?");
    assert_true(rx_class_find(RX_STR("checkout.host"))->bound);
    assert_true(rx_class_find(RX_STR("checkout.host"))->host_valued);
    assert_false(rx_class_find(RX_STR("ga"))->bound);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_sorted_and_found),
        cmocka_unit_test(test_rows_keep_the_model),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
