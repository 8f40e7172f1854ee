/* docs/FORMATS.md says what may stand in a row of signatures.tsv: the same words as the program's
 * tables, no more and no fewer. */
#include "crawler/extract/coin.h"
#include "crawler/extract/legal.h"
#include "crawler/extract/sheet.h"
#include "crawler/extract/signature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { TEXT_BYTES = 1 << 20, WORDS_MAX = 64 };

static char text[TEXT_BYTES];

/* Words as they are met, each once. */
struct words {
    struct rx_str at[WORDS_MAX];
    size_t count;
};

static void add(struct words *w, struct rx_str word)
{
    for (size_t i = 0; i < w->count; i++)
        if (rx_str_eq(w->at[i], word))
            fail_msg("%.*s stands twice", RX_FMT(word));
    assert_true(w->count < WORDS_MAX);
    w->at[w->count++] = word;
}

static bool has(const struct words *w, struct rx_str word)
{
    for (size_t i = 0; i < w->count; i++)
        if (rx_str_eq(w->at[i], word))
            return true;
    return false;
}

static void same(const char *what, const struct words *said, const struct words *known)
{
    for (size_t i = 0; i < known->count; i++)
        if (!has(said, known->at[i]))
            fail_msg("FORMATS.md does not say %s %.*s", what, RX_FMT(known->at[i]));
    for (size_t i = 0; i < said->count; i++)
        if (!has(known, said->at[i]))
            fail_msg("FORMATS.md says %s %.*s, which is none", what, RX_FMT(said->at[i]));
}

static struct rx_str section(void)
{
    const struct rx_str all = rx_str(text);
    const ptrdiff_t from = rx_str_find(all, RX_STR("\n## The case: signatures.tsv\n"), 0);
    assert_true(from >= 0);
    const ptrdiff_t to = rx_str_find(all, RX_STR("\n## "), (size_t)from + 4);
    assert_true(to > from);
    return rx_str_sub(all, (size_t)from, (size_t)to);
}

/* What stands between two marks of code, from *at on; false: no more. */
static bool next_code(struct rx_str s, size_t *at, struct rx_str *code)
{
    const ptrdiff_t from = rx_str_chr(s, '`', *at);
    const ptrdiff_t to = from < 0 ? -1 : rx_str_chr(s, '`', (size_t)from + 1);
    if (to < 0)
        return false;
    *code = rx_str_sub(s, (size_t)from + 1, (size_t)to);
    *at = (size_t)to + 1;
    return true;
}

/* The words of the row "| HEAD | WORDS: what they mean |". */
static void read_row(struct words *out, const char *head)
{
    char start[64];
    const int n = snprintf(start, sizeof start, "\n| %s | ", head);
    const struct rx_str s = section();
    const ptrdiff_t from = rx_str_find(s, rx_strn(start, (size_t)n), 0);
    if (from < 0)
        fail_msg("FORMATS.md has no row %s", head);
    const size_t begin = (size_t)from + (size_t)n;
    const ptrdiff_t end = rx_str_chr(s, '\n', begin);
    assert_true(end > 0);
    struct rx_str row = rx_str_sub(s, begin, (size_t)end), code;
    const ptrdiff_t meaning = rx_str_find(row, RX_STR(": "), 0);
    const ptrdiff_t rest = rx_str_find(row, RX_STR(", with"), 0);
    row.n = meaning > 0 ? (size_t)meaning : rest > 0 ? (size_t)rest : row.n;
    for (size_t at = 0; next_code(row, &at, &code);)
        add(out, code);
}

/* The first words of the rows below "| HEAD | ", and of the row of `sub` the others. */
static void read_table(struct words *out, const char *head, const char *sub, struct words *inner)
{
    char start[64];
    const int n = snprintf(start, sizeof start, "\n| %s | ", head);
    struct rx_str s = section(), line, code, name, rest;
    const ptrdiff_t from = rx_str_find(s, rx_strn(start, (size_t)n), 0);
    assert_true(from > 0);
    s = rx_str_sub(s, (size_t)from + 1, s.n);
    (void)rx_str_cut(s, '\n', &line, &s);
    (void)rx_str_cut(s, '\n', &line, &s);
    while (rx_str_cut(s, '\n', &line, &s) && rx_str_starts(line, RX_STR("| "))) {
        size_t at = 0;
        assert_true(next_code(line, &at, &code));
        (void)rx_str_cut(code, ':', &name, &rest);
        add(out, name);
        while (sub && rx_str_eq(name, rx_str(sub)) && next_code(line, &at, &code))
            if (rx_str_find(code, RX_STR("|"), 0) < 0 && !has(inner, code))
                add(inner, code);
    }
}

static void known_words(struct words *out, const char *(*name)(size_t i))
{
    for (size_t i = 0; name(i); i++)
        add(out, rx_str(name(i)));
}

static void known_list(struct words *out, const char *const *list)
{
    while (*list)
        add(out, rx_str(*list++));
}

static const char *level_at(size_t i)
{
    return i < RX_LEVEL_HINT ? rx_level_name((enum rx_level)(i + 1)) : NULL;
}
static const char *group_at(size_t i)
{
    return i + 1 < RX_GROUP_COUNT ? rx_group_name((enum rx_group)(i + 1)) : NULL;
}
static const char *part_at(size_t i)
{
    return i + 1 < RX_PART_COUNT ? rx_part_name((enum rx_part)(i + 1)) : NULL;
}

static void test_columns(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        const char *(*name)(size_t i);
    } columns[] = {
        {"level", level_at}, {"group", group_at}, {"part", part_at}, {"where", sheet_kind_word}};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        struct words said = {0}, known = {0};
        read_row(&said, columns[i].head);
        known_words(&known, columns[i].name);
        same(columns[i].head, &said, &known);
    }
}

static void test_normalisers(void **state)
{
    (void)state;
    struct words said = {0}, known = {0};
    read_table(&said, "normaliser", NULL, NULL);
    known_words(&known, check_normal_name);
    same("normaliser", &said, &known);
}

static void test_checks(void **state)
{
    (void)state;
    struct words said = {0}, known = {0}, chains = {0}, registers = {0}, twice = {0};
    struct words known_chains = {0}, known_registers = {0};
    read_table(&said, "check", "coin", &chains);
    read_table(&twice, "check", "register", &registers);
    known_words(&known, check_valid_name);
    known_list(&known_chains, coin_chains);
    known_list(&known_registers, legal_registers);
    same("check", &said, &known);
    same("chain", &chains, &known_chains);
    same("register", &registers, &known_registers);
}

static int setup(void **state)
{
    (void)state;
    FILE *f = fopen(RXMAP_SOURCE "/docs/FORMATS.md", "rb");
    assert_non_null(f);
    const size_t n = fread(text, 1, sizeof text - 1, f);
    text[n] = '\0';
    return fclose(f) || n == 0 ? -1 : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_normalisers),
        cmocka_unit_test(test_checks),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
