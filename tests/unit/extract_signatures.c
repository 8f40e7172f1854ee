/* Every row of signatures.tsv by its own examples, and the refusals of a table that is wrong. */
#include "crawler/extract/common.h"
#include "crawler/extract/hint.h"
#include "crawler/extract/prove.h"

#include "base/buf.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct fixture {
    struct rx_psl *psl;
    struct common *common;
    struct signatures *table;
    char *text[2]; /* owned: signatures.tsv, common.tsv */
};

static char *read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    char *text = calloc(1, 1 << 20);
    assert_non_null(text);
    size_t n = fread(text, 1, (1 << 20) - 1, f);
    assert_true(n > 0);
    assert_int_equal(fclose(f), 0);
    return text;
}

static int setup(void **state)
{
    static struct fixture f;
    struct rx_err err = {0};
    f.text[0] = read_file(RXMAP_SOURCE "/crawler/extract/signatures.tsv");
    f.text[1] = read_file(RXMAP_SOURCE "/crawler/extract/common.tsv");
    int rc = rx_psl_load(&f.psl, NULL, &err);
    if (rc == 0)
        rc = common_new(&f.common, rx_str(f.text[1]), &err);
    if (rc == 0)
        rc = signatures_new(&f.table,
                            &(struct signature_text){rx_str(f.text[0]), "signatures.tsv", false}, 1,
                            &err);
    if (rc < 0)
        print_message("%s\n", err.text);
    *state = &f;
    return rc;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    signatures_free(f->table);
    common_free(f->common);
    rx_psl_free(f->psl);
    free(f->text[0]);
    free(f->text[1]);
    return 0;
}

static void test_rows(void **state)
{
    const struct fixture *f = *state;
    const struct prove prove = {f->table, f->common, f->psl};
    struct rx_err err = {0};
    size_t failed = 0;
    for (size_t i = 0; i < f->table->count; i++) {
        if (prove_row(&prove, i, &err) == 0)
            continue;
        failed++;
        print_message("%s\n", err.text);
    }
    print_message("%zu rows\n", f->table->count);
    assert_int_equal(failed, 0);
}

static void test_every_row_has_a_counterexample(void **state)
{
    const struct fixture *f = *state;
    for (size_t i = 0; i < f->table->count; i++)
        if (rx_str_eq(f->table->rows[i].counterexample, RX_STR("-")))
            fail_msg("signatures.tsv:%u has none", f->table->rows[i].line);
}

/* A class that nothing makes would say of every site that it has none. */
static void test_every_class_has_a_producer(void **state)
{
    const struct fixture *f = *state;
    struct rx_buf code = RX_BUF(4 << 20), quoted = RX_BUF(256);
    glob_t files;
    assert_int_equal(glob(RXMAP_SOURCE "/crawler/extract/*.c", 0, NULL, &files), 0);
    assert_int_equal(glob(RXMAP_SOURCE "/crawler/jail/reading*.c", GLOB_APPEND, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        char *text = read_file(files.gl_pathv[i]);
        assert_int_equal(rx_buf_add(&code, rx_str(text)), 0);
        free(text);
    }
    globfree(&files);
    for (size_t i = 0; i < rx_class_count(); i++) {
        const struct rx_class *c = rx_class_at(i);
        bool made = !rx_str_starts(rx_str(c->from), RX_STR("page"));
        for (size_t row = 0; row < f->table->count; row++)
            made |= f->table->rows[row].cls == c;
        rx_buf_clear(&quoted);
        assert_int_equal(rx_buf_addf(&quoted, "\"%s\"", c->name), 0);
        if (!made && rx_str_find(rx_buf_str(&code), rx_buf_str(&quoted), 0) < 0)
            fail_msg("classes.tsv: %s has no row, no family and no fact", c->name);
    }
    rx_buf_free(&quoted);
    rx_buf_free(&code);
}

static void test_refusals(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"# nothing\n", "no rows"},
        {"ga\ttext\tUA\n", "t:1: a row has 10 columns with one TAB between: here are 3"},
        {"#\nnosuch\ttext\tUA\t(UA)\tas-is\tany\t-\ta\tb\tc\n",
         "t:2: class: \"nosuch\" cannot stand there: unknown class"},
        {"ga\tnowhere\tUA\t(UA)\tas-is\tany\t-\ta\tb\tc\n",
         "where: \"nowhere\" cannot stand there: text, attr, "},
        {"ga\ttext\t\t(UA)\tas-is\tany\t-\ta\tb\tc\n", "empty"},
        {"ga\ttext\tUA\t(UA\tas-is\tany\t-\ta\tb\tc\n", "pattern:"},
        {"ga\ttext\tUA(\t(UA)\tas-is\tany\t-\ta\tb\tc\n", "hint:"},
        {"ga\ttext\tUA\t(UA)\tnosuch\tany\t-\ta\tb\tc\n",
         "normaliser: \"nosuch\" cannot stand there: account, "},
        {"ga\ttext\tUA\t(UA)\tas-is\tnosuch\t-\ta\tb\tc\n",
         "check: \"nosuch\" cannot stand there: any, "},
        {"ga\ttext\tUA\t(UA)\tas-is\tany\tz\ta\tb\tc\n", "flags: \"z\""},
        {"ga\ttext\tUA\t(UA)\tas-is\tcoin\t-\ta\tb\tc\n",
         "check: \"coin\" cannot stand there: ADA, "},
        {"ga\ttext\tUA\t(UA)\tas-is\tcoin:ABC\t-\ta\tb\tc\n", "check"},
        {"ga\ttext\tUA\t(UA)\tas-is\tany:BTC\t-\ta\tb\tc\n", "it takes nothing behind"},
        {"ga\ttext\t-\t(\\w+)\tas-is\tany\t-\ta\tb\tc\n", "no piece of plain text"},
        {"ga\ttext\tUA\t(UA)\tas-is\tany\t-\ta\tb\tc\td\n", "here are 11"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct signatures *table = NULL;
        struct rx_err err = {0};
        const struct signature_text text = {rx_str(cases[i].text), "t", false};
        assert_int_equal(signatures_new(&table, &text, 1, &err), RX_EINVAL);
        assert_null(table);
        if (!strstr(err.text, cases[i].says))
            fail_msg("case %zu says: %s", i, err.text);
    }
}

static void test_hints_are_derived(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *hint; /* NULL: none */
    } cases[] = {
        {"promo=([a-z]{4})", "promo\\="},
        {"\\b(promo-\\d+)\\b", "promo\\-"},
        {"(?:ab|cd)longer(x)", "longer"},
        {"(?:longest|cd)abc(x)", "abc"},
        {"(?:longest)?abc(x)", "abc"},
        {"(?:longest){0,2}abc(x)", "abc"},
        {"(?:longest){2}abc(x)", "longest"},
        {"(?!longest)abcd", "abcd"},
        {"(?<=longest)abcd", "abcd"},
        {"abcd?efg", "abc"},
        {"abcd*", "abc"},
        {"abcd{2,}?efg", "abcd"},
        {"abcd{x", NULL},
        {"abcd{,2}", NULL},
        {"abc+*", NULL},
        {"abcd+e", "abcd"},
        {"a\\.b\\/c", "a\\.b\\/c"},
        {"[abc]{3}xyz[^]abc]", "xyz"},
        {"[[:alpha:]def]ghi", "ghi"},
        {"((ab)c(def))", "def"},
        {"promo|abc", NULL},
        {"(promo|abc)", NULL},
        {"(?i)promo", NULL},
        {"\\x41bcd", NULL},
        {"\\Qpromo\\E", NULL},
        {"(*UTF)promo", NULL},
        {"ab", NULL},
        {"(promo", NULL},
        {"promo)", NULL},
        {"[promo", NULL},
        {"promo\\", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rx_buf hint = RX_BUF(200);
        int rc = hint_derive(&hint, rx_str(cases[i].pattern));
        if ((rc == 0) != (cases[i].hint != NULL) ||
            (rc == 0 && !rx_str_eq(rx_buf_str(&hint), rx_str(cases[i].hint))))
            fail_msg("%s gives %.*s", cases[i].pattern, RX_FMT(rx_buf_str(&hint)));
        rx_buf_free(&hint);
    }
}

static void test_filler(void **state)
{
    (void)state;
    static const char *const filler[] = {"UA-000000-1",     "123456789",        "XXXXXXX",
                                         "GTM-XXXXXX",      "0000000000000000", "abcdefgh",
                                         "1234567890123456"};
    static const char *const real[] = {"UA-3141592-7", "91827364",         "GTM-K7QX3PD",
                                       "G-7R4KQ2ZP1X", "8027319465028371", "2000145",
                                       "11223344"};
    for (size_t i = 0; i < sizeof filler / sizeof filler[0]; i++)
        if (!common_is_filler(rx_str(filler[i])))
            fail_msg("%s is filler", filler[i]);
    for (size_t i = 0; i < sizeof real / sizeof real[0]; i++)
        if (common_is_filler(rx_str(real[i])))
            fail_msg("%s is no filler", real[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_every_row_has_a_counterexample),
        cmocka_unit_test(test_every_class_has_a_producer),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_hints_are_derived),
        cmocka_unit_test(test_filler),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
