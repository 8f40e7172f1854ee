/* graph_metric.c - agreement of groupings, against values worked out by hand or published. */
#include "graph/metric.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *what, *found, *truth; /* one letter an item */
    double p, r, ari, v, pair_p, pair_r;
};

static const struct row rows[] = {
    {"equal", "aabbc", "xxyyz", 1, 1, 1, 1, 1, 1},
    {"all in one", "aaaa", "xxyy", .5, 1, 0, 0, 2. / 6, 1},
    {"all alone", "abcd", "xxyy", 1, .5, 0, 2. / 3, 1, 0},
    /* Bagga and Baldwin's example 1: 5+2+5 found as 5 and 7: precision .76, recall 1. */
    {"two merged", "aaaaabbbbbbb", "xxxxxyyzzzzz", (5 + (4 + 25) / 7.) / 12, 1, .69014, .79560,
     21. / 31, 1},
    /* and 5+2+5 found as 10 and 2: precision .58. */
    {"two large merged", "aaaaabbaaaaa", "xxxxxyyzzzzz", 7. / 12, 1, .33735, .60938, 21. / 46, 1},
};

static void number(uint32_t *out, const char *letters)
{
    for (size_t i = 0; letters[i]; i++)
        out[i] = (uint32_t)letters[i] * 1000003u; /* any numbers will do */
}

static void close_to(const char *what, const char *figure, double is, double should)
{
    if (fabs(is - should) > 2e-4)
        fail_msg("%s: %s is %.6f, not %.6f", what, figure, is, should);
}

static void test_partition(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint32_t found[32], truth[32];
        struct metric m;
        number(found, rows[i].found);
        number(truth, rows[i].truth);
        assert_int_equal(metric_partition(&m, found, truth, strlen(rows[i].found)), 0);
        close_to(rows[i].what, "B-cubed precision", m.bcubed_p, rows[i].p);
        close_to(rows[i].what, "B-cubed recall", m.bcubed_r, rows[i].r);
        close_to(rows[i].what, "ARI", m.ari, rows[i].ari);
        close_to(rows[i].what, "V-measure", m.v_measure, rows[i].v);
        close_to(rows[i].what, "pairwise precision", m.pair_p, rows[i].pair_p);
        close_to(rows[i].what, "pairwise recall", m.pair_r, rows[i].pair_r);
    }
}

static void test_splits(void **state)
{
    (void)state;
    uint32_t found[32], truth[32];
    struct metric m;
    /* x: six items in two groups and one alone; y: three, too few to count. */
    number(found, "aabbbcddd");
    number(truth, "xxxxxxyyy");
    assert_int_equal(metric_partition(&m, found, truth, 9), 0);
    close_to("splits", "over-split", m.split, 2);
    close_to("splits", "with single items", m.split_all, 3);
    assert_int_equal(m.mixed, 0);
    number(found, "aabbbccdd");
    assert_int_equal(metric_partition(&m, found, truth, 9), 0);
    assert_int_equal(m.mixed, 2);
    assert_int_equal(m.mixed_of, 2);
    assert_int_equal(metric_partition(&m, found, truth, 0), 0);
}

static void test_overlap(void **state)
{
    (void)state;
    struct metric_cover c;
    /* Items 0,1,2; truth {0,1} and {1,2}. */
    static const struct metric_link truth[] = {{0, 0}, {1, 0}, {1, 1}, {2, 1}};
    assert_int_equal(metric_overlap(&c, truth, 4, truth, 4, 3), 0);
    close_to("equal covers", "F", c.f, 1);
    /* Found: only {0,1}, and 2 alone. Item 1 with itself shares one group of two in truth. */
    static const struct metric_link found[] = {{0, 0}, {1, 0}, {2, 7}};
    assert_int_equal(metric_overlap(&c, found, 3, truth, 4, 3), 0);
    close_to("one group missing", "precision", c.p, 1);
    close_to("one group missing", "recall", c.r, (1 + (1 + .5 + 0) / 3 + .5) / 3);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_partition),
        cmocka_unit_test(test_splits),
        cmocka_unit_test(test_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
