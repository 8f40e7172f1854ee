/* Every row of signatures.tsv by its own examples, and the refusals of a table that is wrong. */
#include "crawler/extract/common.h"
#include "crawler/extract/match.h"

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
        rc = signatures_new(&f.table, rx_str(f.text[0]), "signatures.tsv", &err);
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

/* A page that holds the example in one place of that kind, and nothing else. */
struct page {
    struct doc doc;
    struct doc_link link;
    struct doc_attr attr;
    struct doc_meta meta;
    struct doc_field field;
    struct doc_script script;
    struct doc_span span;
    struct rx_str head;
};

static struct doc_span part(const struct page *p, struct rx_str s)
{
    return (struct doc_span){s, (uint32_t)(s.p - p->doc.source.p), (uint32_t)s.n};
}

static bool is_attribute_name(struct rx_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!rx_is_alnum(s.p[i]) && !strchr("_.:-", s.p[i]))
            return false;
    return s.n > 0;
}

static void page_init(struct page *p, enum sheet_kind kind, struct rx_str example)
{
    struct rx_str name = RX_STR("x"), value = example, head, rest;
    *p = (struct page){.doc.source = example, .doc.url = RX_STR("https://shop.example/")};
    if (rx_str_cut(example, '=', &head, &rest) && is_attribute_name(head)) {
        name = head;
        value = rest;
    }
    p->span = part(p, example);
    p->script.text = part(p, example);
    p->attr = (struct doc_attr){.tag = RX_STR("div"), .name = name, .value = part(p, value)};
    p->meta = (struct doc_meta){part(p, name), part(p, value)};
    p->field = (struct doc_field){.name = part(p, name), .value = part(p, value)};
    p->link = (struct doc_link){.kind = RX_LINK_A, .url = example, .raw = part(p, example)};
    if (name.p < example.p || name.p > example.p + example.n) {
        p->meta.name = (struct doc_span){.text = name};
        p->field.name = (struct doc_span){.text = name};
    }
    p->doc.texts = p->doc.comments = p->doc.styles = &p->span;
    p->doc.text_count = kind == SHEET_TEXT;
    p->doc.comment_count = kind == SHEET_COMMENT;
    p->doc.style_count = kind == SHEET_STYLE;
    p->doc.scripts = &p->script;
    p->doc.script_count = kind == SHEET_SCRIPT;
    p->doc.attrs = &p->attr;
    p->doc.attr_count = kind == SHEET_ATTR;
    p->doc.metas = &p->meta;
    p->doc.meta_count = kind == SHEET_META;
    p->doc.fields = &p->field;
    p->doc.field_count = kind == SHEET_FIELD;
    p->doc.links = &p->link;
    p->doc.link_count = kind == SHEET_URL;
    p->head = kind == SHEET_HEADER ? example : RX_STR("");
}

/* Does the whole table, run on the example, give a mark of that class (and value, if any)? */
static bool gives(const struct fixture *f, enum sheet_kind kind, struct rx_str example,
                  const char *cls, struct rx_str value)
{
    struct rx_arena arena = RX_ARENA(1 << 20);
    struct collect c;
    struct marks marks;
    struct page page;
    struct sheet sheet;
    struct match *m;
    bool found = false;
    page_init(&page, kind, example);
    assert_int_equal(collect_init(&c, &marks, &arena, &page.doc, page.head), 0);
    c.psl = f->psl;
    c.common = f->common;
    c.host = c.site = RX_STR("shop.example");
    assert_int_equal(sheet_build(&sheet, &c, kind), 0);
    assert_int_equal(match_new(&m, f->table, &c), 0);
    assert_int_equal(match_sheet(m, &sheet), 0);
    match_free(m);
    for (size_t i = 0; i < marks.count; i++) {
        const struct mark *mark = &marks.items[i];
        bool right = strcmp(mark->cls->name, cls) == 0;
        found |= right && (value.n == 0 || rx_str_eq(mark->value, value));
        if (right && value.n > 0 && !rx_str_eq(mark->value, value))
            print_message("  %s gives %.*s\n", cls, RX_FMT(mark->value));
        /* The quote stands in the source where it says. */
        if (kind != SHEET_HEADER)
            assert_memory_equal(mark->raw.p, page.doc.source.p + mark->offset, mark->raw.n);
        assert_true(mark->raw.n > 0);
    }
    rx_arena_free(&arena);
    return found;
}

static void test_rows(void **state)
{
    const struct fixture *f = *state;
    size_t failed = 0, tries = 0;
    for (size_t i = 0; i < f->table->count; i++) {
        const struct signature *s = &f->table->rows[i];
        for (int kind = 0; kind < SHEET_KINDS; kind++) {
            if (!(s->where & 1u << kind))
                continue;
            tries++;
            bool yes = gives(f, (enum sheet_kind)kind, s->example, s->cls->name, s->value);
            bool no = !rx_str_eq(s->counterexample, RX_STR("-")) &&
                      gives(f, (enum sheet_kind)kind, s->counterexample, s->cls->name,
                            (struct rx_str){0});
            if (yes && !no)
                continue;
            failed++;
            print_message("signatures.tsv:%u (%s, %s): %s\n", s->line, s->cls->name,
                          rx_place_name(sheet_place((enum sheet_kind)kind)),
                          yes ? "the counterexample matches" : "the example gives no such value");
        }
    }
    print_message("%zu rows, %zu places tried\n", f->table->count, tries);
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
        {"ga\ttext\tUA\n", "t:1: a row has 10 columns"},
        {"#\nnosuch\ttext\tUA\t(UA)\tas-is\tany\t-\ta\tb\tc\n", "t:2: unknown class"},
        {"ga\tnowhere\tUA\t(UA)\tas-is\tany\t-\ta\tb\tc\n", "unknown place"},
        {"ga\ttext\t\t(UA)\tas-is\tany\t-\ta\tb\tc\n", "empty"},
        {"ga\ttext\tUA\t(UA\tas-is\tany\t-\ta\tb\tc\n", "pattern:"},
        {"ga\ttext\tUA(\t(UA)\tas-is\tany\t-\ta\tb\tc\n", "hint:"},
        {"ga\ttext\tUA\t(UA)\tnosuch\tany\t-\ta\tb\tc\n", "unknown normaliser"},
        {"ga\ttext\tUA\t(UA)\tas-is\tnosuch\t-\ta\tb\tc\n", "check"},
        {"ga\ttext\tUA\t(UA)\tas-is\tany\tz\ta\tb\tc\n", "unknown flag"},
        {"ga\ttext\tUA\t(UA)\tas-is\tany\t-\ta\tb\tc\td\n", "columns"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct signatures *table = NULL;
        struct rx_err err = {0};
        assert_true(signatures_new(&table, rx_str(cases[i].text), "t", &err) < 0);
        assert_null(table);
        if (!strstr(err.text, cases[i].says))
            fail_msg("case %zu says: %s", i, err.text);
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
        cmocka_unit_test(test_filler),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
