/* extract_lexicon.c - a text that was read once says the same as one that is searched anew, also
 * where it has more words than are kept. */
#include "crawler/extract/lexicon.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char table[] = "drug\tsildenafil\tsildenafil|viagra\n"
                            "prescription\trx\tprescription required\n"
                            "waiver\tno rx\tno prescription\n"
                            "claim\tfast\tfast delivery\n";

enum { TEXT_MAX = 4 << 20, MANY = 70000 };

struct told {
    size_t hits, sum; /* sum: of the places */
};

static void on_hit(void *ctx, const struct lexicon_hit *hit)
{
    struct told *t = ctx;
    t->hits++;
    t->sum += hit->from * 3 + hit->to + (size_t)hit->kind;
}

/* The same of the text as it was read and as it is searched; how many words. */
static size_t same_both_ways(const struct lexicon *lex, struct rx_str text, bool kept)
{
    struct rx_arena arena = RX_ARENA(TEXT_MAX);
    const struct lexicon_text plain = {.text = text};
    struct lexicon_text read;
    struct lexicon_count a = {0}, b = {0};
    struct told x = {0}, y = {0};
    const unsigned kinds = LEXICON_DRUGS | 1u << LEXICON_WAIVER | 1u << LEXICON_PRESCRIPTION;
    assert_int_equal(lexicon_read(&read, &arena, lex, text), 0);
    assert_true(kept == (read.places != NULL));
    lexicon_count(lex, &read, &a);
    lexicon_count(lex, &plain, &b);
    lexicon_find(lex, &read, kinds, on_hit, &x);
    lexicon_find(lex, &plain, kinds, on_hit, &y);
    assert_memory_equal(&a, &b, sizeof a);
    assert_memory_equal(&x, &y, sizeof x);
    rx_arena_free(&arena);
    return x.hits;
}

static void test_read_once(void **state)
{
    struct lexicon *lex;
    struct rx_err err = {0};
    struct rx_buf many = RX_BUF(TEXT_MAX);
    (void)state;
    assert_int_equal(lexicon_new(&lex, rx_str(table), &err), 0);
    assert_int_equal(same_both_ways(lex, RX_STR("nothing of it"), false), 0);
    assert_int_equal(same_both_ways(lex,
                                    RX_STR("Viagra, no prescription required; Sildenafilum, "
                                           "viagra. Prescription required. Fast delivery"),
                                    true),
                     5);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(rx_buf_add(&many, RX_STR("viagra no prescription ")), 0);
    assert_int_equal(same_both_ways(lex, rx_buf_str(&many), false), 2 * MANY);
    rx_buf_free(&many);
    lexicon_free(lex);
}

static void test_small_arena(void **state)
{
    struct lexicon *lex;
    struct rx_err err = {0};
    struct rx_arena arena = RX_ARENA(16);
    struct lexicon_text read = {.count = 7};
    (void)state;
    assert_int_equal(lexicon_new(&lex, rx_str(table), &err), 0);
    assert_int_equal(lexicon_read(&read, &arena, lex, RX_STR("viagra viagra viagra")), RX_EFULL);
    assert_int_equal(read.count, 7);
    rx_arena_free(&arena);
    lexicon_free(lex);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_once),
        cmocka_unit_test(test_small_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
