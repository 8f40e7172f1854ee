/* Sketches against sets whose likeness is known exactly. All numbers are fixed, so are the errors.
 */
#include "base/minhash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Two sets of n items each (union 2n - common) of trial t. */
static void sketch_pair(struct rx_sketch out[2], unsigned n, unsigned common, unsigned t)
{
    struct rx_minhash a = RX_MINHASH, b = RX_MINHASH;
    for (uint64_t i = 0; i < n; i++) {
        rx_minhash_add(&a, (uint64_t)t << 32 | i);
        rx_minhash_add(&b, (uint64_t)t << 32 | (i + n - common));
    }
    assert_true(rx_minhash_end(&out[0], &a));
    assert_true(rx_minhash_end(&out[1], &b));
}

/* No bias, and a mean error near that of 128 independent permutations, .8 sqrt(J (1 - J) / 128);
 * more for sets that fill few bins. */
static void test_error(void **state)
{
    static const struct {
        unsigned n, common;
        double mean_error;
    } rows[] = {
        {2000, 0, .001},    {2000, 1200, .04}, {2000, 1647, .035},
        {2000, 1900, .025}, {300, 180, .04},   {300, 247, .035},
        {60, 36, .045},     {60, 50, .045},    {2000, 2000, 0},
    };
    enum { TRIALS = 400 };
    (void)state;
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        double real = (double)rows[r].common / (2.0 * rows[r].n - rows[r].common);
        double sum = 0, errors = 0;
        for (unsigned t = 0; t < TRIALS; t++) {
            struct rx_sketch s[2];
            sketch_pair(s, rows[r].n, rows[r].common, t);
            double off = rx_sketch_alike(&s[0], &s[1]) - real;
            sum += off;
            errors += off < 0 ? -off : off;
        }
        double bias = sum / TRIALS, mean_error = errors / TRIALS;
        print_message("sets of %4u, likeness %.3f: bias %+.4f, mean error %.4f\n", rows[r].n, real,
                      bias, mean_error);
        assert_true(bias < .012 && bias > -.012);
        assert_true(mean_error <= rows[r].mean_error);
    }
}

static void test_edges(void **state)
{
    struct rx_minhash m = RX_MINHASH, n = RX_MINHASH;
    struct rx_sketch a = {{7}}, b;
    unsigned char bytes[RX_MINHASH_BYTES];
    (void)state;
    assert_false(rx_minhash_end(&a, &m));
    assert_int_equal(a.bin[0], 7); /* untouched */
    rx_minhash_add(&m, 42);
    for (int i = 0; i < 1000; i++)
        rx_minhash_add(&n, 42);
    assert_true(rx_minhash_end(&a, &m));
    assert_true(rx_minhash_end(&b, &n));
    assert_int_equal(rx_sketch_equal(&a, &b), RX_MINHASH_BINS); /* a set, not a bag */
    rx_sketch_write(bytes, &a);
    rx_sketch_read(&b, bytes);
    assert_memory_equal(&a, &b, sizeof a);
    assert_int_equal(bytes[0] | bytes[1] << 8, a.bin[0]);
}

/* Written down for good: a change of these would part old cases from new ones. */
static void test_frozen(void **state)
{
    struct rx_minhash m = RX_MINHASH;
    struct rx_sketch s;
    (void)state;
    for (uint64_t i = 0; i < 50; i++)
        rx_minhash_add(&m, i);
    assert_true(rx_minhash_end(&s, &m));
    uint64_t sum = 0;
    for (size_t i = 0; i < RX_MINHASH_BINS; i++)
        sum = sum * 31 + s.bin[i];
    assert_int_equal(sum, UINT64_C(0x4b5e67f6d0f85794));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_frozen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
