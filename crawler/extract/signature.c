/* signature.c - see signature.h.
 *
 *   signatures.tsv --rows--> hints -> an hs database a lane (linear, however many rows)
 *                        `-> patterns -> one PCRE2 each    (tried only around a hint)
 *
 * Rows may come from a case's own file, so every refusal names file, line and column. Such a row
 * makes values of the case's own classes only: it may not turn into the evidence of another. */
#include "crawler/extract/signature.h"

#include "crawler/extract/hint.h"

#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum { COLUMNS = 10, PATTERN_MAX = 2000, POS_BYTES = 300, WORDS_MAX = 64, SHOWN_BYTES = 60 };

#define CLASS_ROW "class\t"

/* ---- what may stand in a column ---------------------------------------------------------------
 */

/* A column's wrong word, and those that may stand there. */
static int fail_words(const struct signature *s, const char *column, struct rx_str wrong,
                      const char *const *words, struct rx_err *err)
{
    struct rx_buf known = RX_BUF(RX_ERR_TEXT_BYTES);
    int rc = 0;
    for (size_t i = 0; !rc && words[i]; i++)
        rc = rx_buf_addf(&known, "%s%s", i ? ", " : "", words[i]);
    rc = rx_fail(err, RX_EINVAL, "%s:%u: %s: \"%.*s\" cannot stand there: %s", s->file, s->line,
                 column, RX_FMT(rx_str_sub(wrong, 0, SHOWN_BYTES)), known.p ? known.p : "");
    rx_buf_free(&known);
    return rc;
}

static int fail_word(const struct signature *s, const char *column, struct rx_str wrong,
                     const char *why, struct rx_err *err)
{
    return fail_words(s, column, wrong, (const char *const[]){why, NULL}, err);
}

/* The same of a table's names. */
static int fail_names(const struct signature *s, const char *column, struct rx_str wrong,
                      const char *(*name)(size_t i), struct rx_err *err)
{
    const char *words[WORDS_MAX] = {0};
    for (size_t i = 0; i + 1 < WORDS_MAX && name(i); i++)
        words[i] = name(i);
    return fail_words(s, column, wrong, words, err);
}

static int parse_class(struct signature *s, struct rx_str name, struct rx_err *err)
{
    s->cls = rx_class_find(name);
    if (s->own && !rx_str_starts(name, RX_STR(RX_CLASSES_OWN_PREFIX)))
        return fail_word(s, "class", name,
                         "a case's row makes values of the case's own classes "
                         "(" RX_CLASSES_OWN_PREFIX "...)",
                         err);
    if (!s->cls)
        return fail_word(s, "class", name,
                         s->own ? "no row \"class\" of this file makes it" : "unknown class", err);
    return 0;
}

static int parse_where(struct signature *s, struct rx_str list, struct rx_err *err)
{
    const struct rx_str all = list;
    while (list.n > 0) {
        struct rx_str word;
        rx_str_cut(list, ',', &word, &list);
        int kind = sheet_kind_parse(word);
        if (kind < 0)
            return fail_names(s, "where", word, sheet_kind_word, err);
        s->where |= 1u << kind;
    }
    return s->where ? 0 : fail_names(s, "where", all, sheet_kind_word, err);
}

static int parse_normal(struct signature *s, struct rx_str column, struct rx_err *err)
{
    struct rx_str name;
    rx_str_cut(column, ':', &name, &s->argument);
    s->normal = check_normal_find(name, s->argument);
    if (s->normal)
        return 0;
    if (check_normal_find(name, RX_STR("x")))
        return fail_word(s, "normaliser", column, "it wants a word behind ':'", err);
    if (check_normal_find(name, (struct rx_str){0}))
        return fail_word(s, "normaliser", column, "it takes nothing behind ':'", err);
    return fail_names(s, "normaliser", column, check_normal_name, err);
}

static int parse_valid(struct signature *s, struct rx_str column, struct rx_err *err)
{
    struct rx_str name;
    rx_str_cut(column, ':', &name, &s->option);
    s->valid = check_valid_find(name, s->option);
    if (s->valid)
        return 0;
    if (check_valid_options(name))
        return fail_words(s, "check", column, check_valid_options(name), err);
    if (check_valid_find(name, (struct rx_str){0}))
        return fail_word(s, "check", column, "it takes nothing behind ':'", err);
    return fail_names(s, "check", column, check_valid_name, err);
}

static int parse_flags(struct signature *s, struct rx_str flags, struct rx_err *err)
{
    for (size_t i = 0; i < flags.n; i++) {
        if (flags.p[i] == 'i')
            s->caseless = true;
        else if (flags.p[i] == 'm')
            s->lines = true;
        else if (flags.p[i] == 'a')
            s->apart = true;
        else if (flags.p[i] != '-')
            return fail_word(s, "flags", flags, "i, m, a, or -", err);
    }
    return 0;
}

static int parse_hint(struct signature *s, const char *column, struct rx_str text,
                      struct rx_err *err)
{
    if (text.n == 0 || text.n > PATTERN_MAX)
        return rx_fail(err, RX_EINVAL, "%s:%u: %s: it is %s", s->file, s->line, column,
                       text.n ? "over 2000 bytes long" : "empty");
    return 0;
}

static int compile_pattern(struct signature *s, struct rx_err *err)
{
    int code;
    PCRE2_SIZE at;
    uint32_t options = (s->caseless ? PCRE2_CASELESS : 0) | (s->lines ? PCRE2_MULTILINE : 0) |
                       PCRE2_NEVER_BACKSLASH_C;
    s->code = pcre2_compile((PCRE2_SPTR)s->pattern.p, s->pattern.n, options, &code, &at, NULL);
    if (s->code) {
        /* Machine code is made here, before the jail forbids executable memory. Without it (a
         * kernel that forbids it for all) the interpreter matches the same, only slower. */
        (void)pcre2_jit_compile(s->code, PCRE2_JIT_COMPLETE);
        return 0;
    }
    char text[120];
    if (pcre2_get_error_message(code, (PCRE2_UCHAR *)text, sizeof text) < 0)
        text[0] = '\0';
    return rx_fail(err, RX_EINVAL, "%s:%u: pattern: %s (at byte %zu)", s->file, s->line, text,
                   (size_t)at);
}

/* The fewest and the most bytes that an expression may match, without what it only looks at; most
 * is SIGNATURES_REACH if that is not bounded. */
struct width {
    size_t least, most;
};

static struct width width_of(const struct signature *s, struct rx_str expression)
{
    hs_expr_info_t *info = NULL;
    hs_compile_error_t *why = NULL;
    struct width width = {0, SIGNATURES_REACH};
    char *text = strndup(expression.p, expression.n);
    unsigned flags = HS_FLAG_PREFILTER | HS_FLAG_ALLOWEMPTY | (s->caseless ? HS_FLAG_CASELESS : 0u);
    if (text && hs_expression_info(text, flags, &info, &why) == HS_SUCCESS &&
        info->max_width < SIGNATURES_REACH)
        width = (struct width){info->min_width, info->max_width};
    hs_free_compile_error(why);
    free(info);
    free(text);
    return width;
}

/* A row's hint lies in its match or beside it: so far back a match may begin. */
static void place_hint(struct signature *s)
{
    const struct width hint = width_of(s, s->hint);
    const size_t reach = width_of(s, s->pattern).most + hint.most;
    s->reach = reach < SIGNATURES_REACH ? reach : SIGNATURES_REACH;
    s->lane = s->apart                                 ? LANE_APART
              : hint_is_long_word(s->hint, hint.least) ? LANE_WORDS
                                                       : LANE_MAIN;
}

static int parse_columns(struct signature *s, const struct rx_str *column, struct rx_err *err)
{
    s->hint = column[2];
    s->pattern = column[3];
    s->example = column[7];
    s->value = column[8];
    s->counterexample = column[9];
    int rc = parse_class(s, column[0], err);
    if (!rc)
        rc = parse_where(s, column[1], err);
    if (!rc)
        rc = parse_hint(s, "hint", s->hint, err);
    if (!rc)
        rc = parse_hint(s, "pattern", s->pattern, err);
    if (!rc)
        rc = parse_normal(s, column[4], err);
    if (!rc)
        rc = parse_valid(s, column[5], err);
    return rc ? rc : parse_flags(s, column[6], err);
}

static int derive_hint(struct signature *s, struct rx_err *err)
{
    struct rx_buf hint = RX_BUF(2 * PATTERN_MAX);
    int rc = hint_derive(&hint, s->pattern);
    if (rc == RX_ENOENT)
        rc = rx_fail(err, RX_EINVAL,
                     "%s:%u: hint: the pattern has no piece of plain text of %d bytes that every "
                     "match holds: write one",
                     s->file, s->line, HINT_LEAST);
    else if (rc == 0)
        rc = (s->derived = strndup(hint.p, hint.n)) ? 0 : RX_ENOMEM;
    if (rc == 0)
        s->hint = rx_str(s->derived);
    rx_buf_free(&hint);
    return rc == RX_ENOMEM ? rx_fail(err, rc, "no memory for signatures") : rc;
}

static size_t count_columns(struct rx_str line)
{
    size_t count = 1;
    for (size_t i = 0; i < line.n; i++)
        count += line.p[i] == '\t';
    return count;
}

static int parse_row(struct signature *s, struct rx_str line, struct rx_err *err)
{
    struct rx_str column[COLUMNS];
    size_t count = 0;
    const size_t found = count_columns(line);
    if (found != COLUMNS)
        return rx_fail(err, RX_EINVAL,
                       "%s:%u: a row has %d columns with one TAB between: here are %zu", s->file,
                       s->line, COLUMNS, found);
    while (count < COLUMNS)
        (void)rx_str_cut(line, '\t', &column[count++], &line);
    int rc = parse_columns(s, column, err);
    if (rc == 0)
        rc = compile_pattern(s, err);
    if (rc == 0 && rx_str_eq(s->hint, RX_STR("-")))
        rc = derive_hint(s, err);
    if (rc == 0)
        place_hint(s);
    return rc;
}

/* Rows with one hint share one expression: the first row stands for them. */
static bool chain_hint(struct signatures *t, struct signature *s)
{
    for (size_t i = 0; i + 1 < t->count; i++) {
        struct signature *other = &t->rows[i];
        if (!rx_str_eq(other->hint, s->hint) || other->caseless != s->caseless ||
            other->lines != s->lines || other->lane != s->lane)
            continue;
        s->next_of_hint = other->next_of_hint;
        other->next_of_hint = t->count;
        return true;
    }
    return false;
}

/* The first rows of all hints, in their order. */
struct firsts {
    unsigned ids[SIGNATURES_MAX];
    size_t count;
};

static int compile_lane(struct signatures *t, enum signature_lane lane, const struct firsts *all,
                        struct rx_err *err)
{
    unsigned ids[SIGNATURES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++)
        if (t->rows[all->ids[i]].lane == lane)
            ids[count++] = all->ids[i];
    if (count == 0)
        return 0;
    const char *text[SIGNATURES_MAX];
    char *owned[SIGNATURES_MAX];
    unsigned flags[SIGNATURES_MAX];
    hs_compile_error_t *why = NULL;
    size_t made = 0;
    int rc = 0;
    for (; made < count && rc == 0; made++) {
        const struct signature *s = &t->rows[ids[made]];
        flags[made] = (s->caseless ? HS_FLAG_CASELESS : 0u) | (s->lines ? HS_FLAG_MULTILINE : 0u);
        text[made] = owned[made] = strndup(s->hint.p ? s->hint.p : "", s->hint.n);
        if (!owned[made])
            rc = rx_fail(err, RX_ENOMEM, "no memory for signatures");
    }
    if (rc == 0 && hs_compile_multi(text, flags, ids, (unsigned)count, HS_MODE_BLOCK, NULL,
                                    &t->hints[lane], &why) != HS_SUCCESS) {
        const struct signature *s = why->expression >= 0 ? &t->rows[ids[why->expression]] : t->rows;
        rc = rx_fail(err, s->own ? RX_EUSAGE : RX_EINVAL, "%s:%u: hint: %s", s->file, s->line,
                     why->message);
    }
    if (rc == 0 && (t->scratch ? scratch_fit(t->scratch, t->hints[lane])
                               : scratch_new(&t->scratch, t->hints[lane])) < 0)
        rc = rx_fail(err, RX_ENOMEM, "no memory for the signatures' scratch");
    hs_free_compile_error(why);
    while (made > 0)
        free(owned[--made]);
    return rc;
}

/* The next row of a table that is neither empty nor a remark; false: none is left. */
static bool next_row(struct rx_str *rest, unsigned *number, struct rx_str *line)
{
    while (rest->n > 0) {
        rx_str_cut(*rest, '\n', line, rest);
        ++*number;
        if (line->n > 0 && line->p[line->n - 1] == '\r')
            line->n--;
        if (line->n > 0 && line->p[0] != '#')
            return true;
    }
    return false;
}

static int parse_rows(struct signatures *t, const struct signature_text *from, struct firsts *hints,
                      struct rx_err *err)
{
    struct rx_str rest = from->text, line;
    for (unsigned number = 0; next_row(&rest, &number, &line);) {
        if (from->own && rx_str_starts(line, RX_STR(CLASS_ROW)))
            continue;
        if (t->count == SIGNATURES_MAX)
            return rx_fail(err, RX_EFULL, "%s:%u: more than %d rows", from->name, number,
                           SIGNATURES_MAX);
        struct signature *s = &t->rows[t->count++];
        *s = (struct signature){.file = from->name, .line = number, .own = from->own};
        int rc = parse_row(s, line, err);
        if (rc < 0) {
            if (from->own && rc == RX_EINVAL && err)
                err->code = RX_EUSAGE;
            return from->own && rc == RX_EINVAL ? RX_EUSAGE : rc;
        }
        t->where[s->lane] |= s->where;
        if (!chain_hint(t, s))
            hints->ids[hints->count++] = (unsigned)(t->count - 1);
    }
    return 0;
}

int signatures_new(struct signatures **out, const struct signature_text *texts, size_t count,
                   struct rx_err *err)
{
    struct firsts hints = {.count = 0};
    struct signatures *t = calloc(1, sizeof *t);
    if (t)
        t->rows = calloc(SIGNATURES_MAX, sizeof *t->rows);
    if (!t || !t->rows) {
        free(t);
        return rx_fail(err, RX_ENOMEM, "no memory for signatures");
    }
    int rc = 0;
    for (size_t i = 0; i < count && rc == 0; i++)
        rc = parse_rows(t, &texts[i], &hints, err);
    if (rc == 0 && hints.count == 0)
        rc = rx_fail(err, RX_EINVAL, "%s: no rows", texts[0].name);
    for (int lane = 0; lane < LANES && rc == 0; lane++)
        rc = compile_lane(t, (enum signature_lane)lane, &hints, err);
    if (rc < 0) {
        signatures_free(t);
        return rc;
    }
    *out = t;
    return 0;
}

int signatures_own_classes(const struct signature_text *from, struct rx_err *err)
{
    struct rx_str rest = from->text, line;
    char pos[POS_BYTES];
    size_t rows = 0;
    int rc = 0;
    if (rx_str_chr(from->text, '\0', 0) >= 0)
        return rx_fail(err, RX_EUSAGE, "%s: is not a text file", from->name);
    for (unsigned number = 0; rc == 0 && next_row(&rest, &number, &line);) {
        (void)snprintf(pos, sizeof pos, "%s:%u", from->name, number);
        if (++rows > SIGNATURES_OWN_MAX)
            rc = rx_fail(err, RX_EUSAGE, "%s: more than %d rows", pos, SIGNATURES_OWN_MAX);
        else if (rx_str_starts(line, RX_STR(CLASS_ROW)))
            rc = rx_class_add(rx_str_sub(line, sizeof CLASS_ROW - 1, line.n), pos, err);
    }
    if (rc)
        rx_classes_reset();
    return rc;
}

void signatures_free(struct signatures *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->count; i++) {
        pcre2_code_free(t->rows[i].code);
        free(t->rows[i].derived);
    }
    scratch_free(t->scratch);
    for (int lane = 0; lane < LANES; lane++)
        hs_free_database(t->hints[lane]);
    free(t->rows);
    free(t);
}
