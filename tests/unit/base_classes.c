/* The catalogue: sorted, findable, each row within the model's bounds, wrong rows refused; a case's
 * own classes. */
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

#define ROW(name) name "\tTitle\tprogramme\t2\tengine\t-\tcheckout\t-\tpage\t-"

static void test_wrong_rows(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"# nothing\n\n", "t: no classes"},
        {ROW("b") "\n" ROW("a") "\n", "t:2: class: a does not come behind b"},
        {ROW("b") "\n#\n" ROW("b") "\n", "t:3: class: b does not come behind b"},
        {"a\tTitle\tprogramme\t2\n", "t:1: a class has 10 columns"},
        {ROW("a") "\tmore\n", "here are 11"},
        {ROW("Big") "\n", "class: \"Big\""},
        {ROW("") "\n", "class: \"\""},
        {"a\t\tprogramme\t2\tengine\t-\tcheckout\t-\tpage\t-\n", "title"},
        {"a\tT\tnetwork\t2\tengine\t-\tcheckout\t-\tpage\t-\n",
         "level: \"network\" cannot stand there: programme, affiliate, hosting, hint"},
        {"a\tT\tprogramme\t5\tengine\t-\tcheckout\t-\tpage\t-\n", "tier: \"5\""},
        {"a\tT\tprogramme\t0\tengine\t-\tcheckout\t-\tpage\t-\n", "tier"},
        {"a\tT\thint\t3\tengine\t-\tcheckout\t-\tpage\t-\n", "tier"},
        {"a\tT\tprogramme\t2\tmotor\t-\tcheckout\t-\tpage\t-\n", "group"},
        {"a\tT\tprogramme\t1\tengine\tbind\tcheckout\t-\tpage\t-\n", "flags"},
        {"a\tT\tprogramme\t2\tengine\tbound\tcheckout\t-\tpage\t-\n", "flags"},
        {"a\tT\tprogramme\t2\tengine\t-\ttill\t-\tpage\t-\n", "part: \"till\""},
        {"a\tT\tprogramme\t2\tengine\t-\tcheckout\t0\tpage\t-\n", "share"},
        {"a\tT\tprogramme\t2\tengine\t-\tcheckout\t9999\tpage\t-\n", "share"},
        {"a\tT\tprogramme\t2\tengine\t-\tcheckout\t-\tpage,air\t-\n", "from"},
        {"a\tT\tprogramme\t2\tengine\t-\tcheckout\t-\tfact:\t-\n", "from"},
        {"a\tT\tprogramme\t2\tengine\thost\tcheckout\t-\tpage\tking\n", "attach"},
        {"a\tT\tprogramme\t2\tengine\t-\tcheckout\t-\tpage\tcdn\n", "attach"},
    };
    struct rx_err err;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(rx_classes_check(rx_str(cases[i].text), "t", &err), RX_EINVAL);
        if (!strstr(err.text, cases[i].says))
            fail_msg("case %zu says: %s", i, err.text);
    }
    assert_int_equal(rx_classes_check(RX_STR(ROW("a") "\n" ROW("b")), "t", &err), 0);
}

static void test_columns(void **state)
{
    (void)state;
    const struct rx_class *ip = rx_class_find(RX_STR("ip"));
    assert_true(rx_class_is_of_fact(ip, RX_STR("a")));
    assert_true(rx_class_is_of_fact(ip, RX_STR("aaaa")));
    assert_false(rx_class_is_of_fact(ip, RX_STR("aa")));
    assert_false(rx_class_is_of_fact(rx_class_find(RX_STR("ga")), RX_STR("a")));
    assert_int_equal(rx_class_find(RX_STR("asset.host"))->attach, RX_ROLE_CDN);
    assert_int_equal(rx_class_find(RX_STR("form.field"))->share, 120);
    assert_int_equal(rx_class_find(RX_STR("ga"))->share, 0);
    assert_string_equal(rx_part_name(rx_class_find(RX_STR("tawk"))->part), "support");
}

static void test_own_classes(void **state)
{
    (void)state;
    static const struct {
        const char *row, *says;
    } wrong[] = {
        {ROW("promo"), "F:7: \"promo\": the name of a case's own class begins x."},
        {ROW("ga"), "begins x."},
        {"x.a\tT\tprogramme\t1\tengine\t-\tcheckout\t-\tpage\t-", "concludes nothing"},
        {"x.a\tT\tprogramme\t1\tengine\tbound\tcheckout\t-\tpage\t-", "concludes nothing"},
        {"x.a\tT\tprogramme\t2\tengine\thost\tcheckout\t-\tpage\tcdn", "attaches no host"},
        {"x.a\tT\tprogramme\t2\tengine\t-\tcheckout\t-\tfact:a\t-", "read from pages"},
        {"x.a\tT", "F:7: a class has 10 columns"},
        {ROW("x.n"), "stands twice"},
    };
    struct rx_err err;
    const size_t before = rx_class_count();
    const struct rx_class *last = rx_class_at(before - 1);
    assert_int_equal(rx_class_add(RX_STR(ROW("x.n")), "F:1", &err), 0);
    assert_int_equal(rx_class_add(RX_STR(ROW("x.m")), "F:2", &err), 0);
    assert_int_equal(rx_class_count(), before + 2);
    assert_ptr_equal(rx_class_at(before - 1), last);
    const struct rx_class *m = rx_class_find(RX_STR("x.m")), *n = rx_class_find(RX_STR("x.n"));
    assert_ptr_equal(rx_class_at(before), m);
    assert_int_equal(rx_class_id(n), before + 1);
    assert_string_equal(n->name, "x.n");
    assert_ptr_equal(rx_class_find(rx_str(last->name)), last);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(rx_class_add(rx_str(wrong[i].row), "F:7", &err), RX_EUSAGE);
        assert_int_equal(err.code, RX_EUSAGE);
        if (!strstr(err.text, wrong[i].says))
            fail_msg("case %zu says: %s", i, err.text);
    }
    assert_int_equal(rx_class_count(), before + 2);
    rx_classes_reset();
    assert_int_equal(rx_class_count(), before);
    assert_null(rx_class_find(RX_STR("x.n")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_sorted_and_found),
        cmocka_unit_test(test_rows_keep_the_model),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_wrong_rows),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_own_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
