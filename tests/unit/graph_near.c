/* Near-duplicates among many sketches: what belongs together comes together, whatever the order,
 * and no set of sketches costs more than its size. */
#include "graph/near.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MANY = 100000 };

static uint64_t next_random(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    return rx_mix64(*state);
}

static struct rx_sketch random_sketch(uint64_t *state)
{
    struct rx_sketch s;
    for (size_t i = 0; i < RX_MINHASH_BINS; i++)
        s.bin[i] = (uint16_t)(next_random(state) >> 48);
    return s;
}

/* Each bin is another one with that chance in 100. */
static struct rx_sketch changed(const struct rx_sketch *from, unsigned percent, uint64_t *state)
{
    struct rx_sketch s = *from;
    for (size_t i = 0; i < RX_MINHASH_BINS; i++)
        if (next_random(state) % 100 < percent)
            s.bin[i] = (uint16_t)(next_random(state) >> 48);
    return s;
}

static struct rx_sketch *room(size_t count)
{
    struct rx_sketch *s = calloc(count, sizeof *s);
    assert_non_null(s);
    return s;
}

static uint32_t *group_of(const struct rx_sketch *s, size_t count, struct near_cost *cost)
{
    uint32_t *group = malloc(count * sizeof *group);
    assert_non_null(group);
    assert_int_equal(near_group(group, s, count, &near_duplicates, cost), 0);
    return group;
}

static void test_few(void **state)
{
    uint64_t seed = 1;
    struct rx_sketch s[7] = {{{0}}};
    (void)state;
    s[0] = random_sketch(&seed);
    s[1] = random_sketch(&seed);
    s[2] = changed(&s[0], 10, &seed);
    s[3] = s[1];
    s[4] = random_sketch(&seed);
    uint32_t *group = group_of(s, 7, NULL); /* 5 and 6 are of nothing */
    static const uint32_t expected[] = {0, 1, 0, 1, 4, 5, 6};
    assert_memory_equal(group, expected, sizeof expected);
    free(group);
}

/* Clusters of ten, likenesses to the middle .90, to each other about .81. */
static void test_planted(void **state)
{
    enum { CLUSTERS = 1000, EACH = 10, ALL = CLUSTERS * EACH };
    uint64_t seed = 2;
    struct rx_sketch *s = room(ALL);
    size_t with_most = 0, strangers = 0;
    (void)state;
    for (size_t c = 0; c < CLUSTERS; c++) {
        struct rx_sketch middle = random_sketch(&seed);
        for (size_t k = 0; k < EACH; k++)
            s[k * CLUSTERS + c] = changed(&middle, 10, &seed);
    }
    struct near_cost cost;
    uint32_t *group = group_of(s, ALL, &cost);
    for (size_t c = 0; c < CLUSTERS; c++)
        for (size_t k = 0; k < EACH; k++) {
            with_most += group[k * CLUSTERS + c] == c;
            strangers += group[k * CLUSTERS + c] % CLUSTERS != c;
        }
    print_message("%d in clusters of %d: %zu with the first, %zu with strangers; %zu compared\n",
                  ALL, EACH, with_most, strangers, cost.compared);
    assert_int_equal(strangers, 0);
    assert_true(with_most >= ALL * 97 / 100);
    free(group);
    free(s);
}

/* The same partition from any order. */
static void test_order(void **state)
{
    enum { ALL = 3000, TRIALS = 5 };
    uint64_t seed = 3;
    struct rx_sketch *s = room(ALL), *shuffled = room(ALL);
    uint32_t *to = malloc(ALL * sizeof *to);
    (void)state;
    assert_non_null(to);
    for (size_t i = 0; i < ALL; i++) /* loose clusters, where ties and chains matter */
        s[i] = i % 30 == 0 ? random_sketch(&seed) : changed(&s[i - 1 - (i % 30 > 1)], 14, &seed);
    uint32_t *group = group_of(s, ALL, NULL);
    for (int t = 0; t < TRIALS; t++) {
        for (uint32_t i = 0; i < ALL; i++)
            to[i] = i;
        for (size_t i = ALL; i-- > 1;) {
            size_t k = next_random(&seed) % (i + 1);
            uint32_t swap = to[i];
            to[i] = to[k];
            to[k] = swap;
        }
        for (size_t i = 0; i < ALL; i++)
            shuffled[to[i]] = s[i];
        uint32_t *other = group_of(shuffled, ALL, NULL);
        for (size_t i = 0; i < ALL; i++)
            assert_int_equal(other[to[i]], other[to[group[i]]]);
        size_t groups = 0, others = 0;
        for (uint32_t i = 0; i < ALL; i++) {
            groups += group[i] == i;
            others += other[i] == i;
        }
        assert_int_equal(groups, others);
        free(other);
    }
    free(group);
    free(to);
    free(shuffled);
    free(s);
}

/* A chain of small steps is no cluster: its ends have nothing in common. Seven steps are alike, so
 * a star and those that joined it span four times seven at the most. */
static void test_chain(void **state)
{
    enum { ALL = 500, CHAIN_MOST = 28 };
    uint64_t seed = 4;
    struct rx_sketch *s = room(ALL);
    size_t size[ALL] = {0}, largest = 0;
    (void)state;
    s[0] = random_sketch(&seed);
    for (size_t i = 1; i < ALL; i++)
        s[i] = changed(&s[i - 1], 5, &seed);
    uint32_t *group = group_of(s, ALL, NULL);
    for (size_t i = 0; i < ALL; i++) {
        size_t n = ++size[group[i]];
        largest = n > largest ? n : largest;
    }
    print_message("a chain of %d: at most %zu together\n", ALL, largest);
    assert_true(largest > 1 && largest <= CHAIN_MOST);
    free(group);
    free(s);
}

/* Strangers that were put into every bucket of a cluster, before all others, do not part it. */
static void test_decoys(void **state)
{
    enum { CLUSTER = 10, DECOYS = NEAR_LEADERS - 1, BANDS = 16, ROWS = 8 };
    enum { ALL = CLUSTER + DECOYS * BANDS };
    uint64_t seed = 9;
    struct rx_sketch *s = room(ALL), middle = random_sketch(&seed);
    (void)state;
    for (size_t i = 0; i < ALL; i++) {
        size_t band = (i - CLUSTER) % BANDS;
        s[i] = i < CLUSTER ? changed(&middle, 3, &seed) : random_sketch(&seed);
        if (i < CLUSTER)
            continue;
        s[i].bin[band == 0 ? ROWS : 0] = 0;
        memcpy(s[i].bin + band * ROWS, middle.bin + band * ROWS, ROWS * sizeof s[i].bin[0]);
    }
    uint32_t *group = group_of(s, ALL, NULL);
    for (uint32_t i = 0; i < ALL; i++)
        assert_int_equal(group[i], i < CLUSTER ? 0 : i);
    free(group);
    free(s);
}

enum shape { RANDOM, ONE_BUCKET, ALL_BUCKETS, EQUAL };

static struct rx_sketch of_shape(enum shape shape, const struct rx_sketch *base, size_t i,
                                 uint64_t *seed)
{
    if (shape == EQUAL)
        return *base;
    struct rx_sketch s = random_sketch(seed);
    if (shape == ONE_BUCKET)
        memcpy(s.bin, base->bin, 8 * sizeof s.bin[0]);
    if (shape == ALL_BUCKETS) /* everybody shares some band, whichever it is, with many */
        memcpy(s.bin + i % 16 * 8, base->bin + i % 16 * 8, 8 * sizeof s.bin[0]);
    return s;
}

/* Sets made to meet: no more comparisons than leaders allow, and no cluster that is none. */
static void test_many(void **state)
{
    static const struct {
        const char *name;
        enum shape shape;
        size_t groups, compared_most;
    } rows[] = {
        {"random", RANDOM, MANY, 1000},
        {"one bucket", ONE_BUCKET, MANY, (size_t)MANY * NEAR_LEADERS + 1000},
        {"every bucket", ALL_BUCKETS, MANY, (size_t)MANY * NEAR_LEADERS + 1000},
        {"equal", EQUAL, 1, 0},
    };
    (void)state;
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        uint64_t seed = 5 + r;
        struct rx_sketch *s = room(MANY), base = random_sketch(&seed);
        for (size_t i = 0; i < MANY; i++)
            s[i] = of_shape(rows[r].shape, &base, i, &seed);
        struct near_cost cost;
        uint32_t *group = group_of(s, MANY, &cost);
        size_t groups = 0;
        for (uint32_t i = 0; i < MANY; i++)
            groups += group[i] == i;
        print_message("%d sketches, %s: %zu groups, %zu compared, %zu links\n", MANY, rows[r].name,
                      groups, cost.compared, cost.links);
        assert_int_equal(groups, rows[r].groups);
        assert_true(cost.compared <= rows[r].compared_most);
        free(group);
        free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_few),   cmocka_unit_test(test_planted), cmocka_unit_test(test_order),
        cmocka_unit_test(test_chain), cmocka_unit_test(test_many),    cmocka_unit_test(test_decoys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
