/* graph_look.c - logos that look alike are one value, of all sites that show one of them. */
#include "graph_case.h"

#include "graph/look.h"

static void test_parse(void **state)
{
    (void)state;
    uint64_t hash = 7;
    assert_true(look_parse(&hash, RX_STR("00ff00ff00ff00fe")));
    assert_true(hash == 0x00ff00ff00ff00feu);
    assert_false(look_parse(&hash, RX_STR("00ff00ff00ff00f")));
    assert_false(look_parse(&hash, RX_STR("00ff00ff00ff00fg")));
    assert_false(look_parse(&hash, RX_STR("")));
}

static void test_groups(void **state)
{
    (void)state;
    static const struct {
        uint64_t hashes[4];
        uint32_t group[4];
    } rows[] = {
        {{1, 1, 2, 3}, {0, 0, 0, 0}},
        /* eight bits, one in each part but one; nine are too many */
        {{0, 0x0102040810204080u, 0xFF, 0x1FF}, {0, 0, 0, 3}},
        /* no chain: the third is like the second, and leads itself */
        {{0, 0xFF, 0xFFFF, 0xFF00FF0000FF0000u}, {0, 0, 2, 3}},
        /* of two leaders that it is like, the first */
        {{0, 0xFFFF, 0xFF, 0xFF00}, {0, 1, 0, 0}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint32_t group[4];
        assert_int_equal(look_group(group, rows[i].hashes, 4), 0);
        for (size_t k = 0; k < 4; k++)
            if (group[k] != rows[i].group[k])
                fail_msg("row %zu: %zu is in %u", i, k, group[k]);
    }
    assert_int_equal(look_group(NULL, NULL, 0), 0);
}

/* All pairs, counted by hand: whoever is like a leader before it does not lead. */
static void test_against_all_pairs(void **state)
{
    (void)state;
    enum { N = 600 };
    static uint64_t hashes[N];
    static uint32_t group[N];
    uint64_t x = 88172645463325252u;
    for (size_t i = 0; i < N; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        hashes[i] = i % 3 ? hashes[i - 1] ^ (1u << (x & 31)) ^ (uint64_t)1 << (x >> 8 & 63) : x;
    }
    assert_int_equal(look_group(group, hashes, N), 0);
    for (uint32_t i = 0; i < N; i++) {
        uint32_t leader = i;
        for (uint32_t k = 0; k < i && leader == i; k++)
            if (group[k] == k && __builtin_popcountll(hashes[k] ^ hashes[i]) <= LOOK_BITS)
                leader = k;
        assert_int_equal(group[i], leader);
    }
}

/* Strangers who fill a bucket cost others little, and every one of them is led by somebody. */
static void test_crowd(void **state)
{
    (void)state;
    enum { N = 20000 };
    uint64_t *hashes = calloc(N, sizeof *hashes);
    uint32_t *group = calloc(N, sizeof *group);
    assert_true(hashes && group);
    for (size_t i = 0; i < N; i++)
        hashes[i] = (i * 0x9E3779B97F4A7C15u) & ~(uint64_t)0xFF; /* one first part */
    assert_int_equal(look_group(group, hashes, N), 0);
    for (uint32_t i = 0; i < N; i++)
        assert_true(group[i] <= i && group[group[i]] == group[i]);
    free(hashes);
    free(group);
}

static void test_one_value(void **state)
{
    (void)state;
    struct draft d = {0};
    struct frame f;
    struct result r;
    draft_add(&d, "one.test", "logo.phash", "f0f0f0f00f0f0f0f");
    draft_add(&d, "two.test", "logo.phash", "f0f0f0f00f0f0f0f");
    draft_add(&d, "three.test", "logo.phash", "f0f0f0f00f0f0f08"); /* three bits */
    draft_add(&d, "four.test", "logo.phash", "0f0f0f0ff0f0f0f0");
    draft_solve(&f, &r, &d);
    const struct model_entity *e =
        model_entity_find(&f.m, RX_STR("logo.phash"), RX_STR("f0f0f0f00f0f0f0f"));
    assert_non_null(e);
    assert_int_equal(e->count, 3);
    assert_int_equal(e->bar, MODEL_PLAIN);
    assert_null(model_entity_find(&f.m, RX_STR("logo.phash"), RX_STR("f0f0f0f00f0f0f08")));
    e = model_entity_find(&f.m, RX_STR("logo.phash"), RX_STR("0f0f0f0ff0f0f0f0"));
    assert_non_null(e);
    assert_int_equal(e->count, 1);
    result_done(&r);
    frame_done(&f);
    draft_done(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_parse), cmocka_unit_test(test_groups),
                                       cmocka_unit_test(test_against_all_pairs),
                                       cmocka_unit_test(test_crowd),
                                       cmocka_unit_test(test_one_value)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
