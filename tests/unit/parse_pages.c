/* parse_pages.c - the reader against real pages: links must equal an independent parser's, kind by
 * kind, and every span must lead back to bytes that decode to it. */
#include "crawler/parse/parse.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
enum { ARENA_BYTES = 128 << 20, KIND_COUNT = 8, PAIR_MAX = 4096 };

static const struct kind {
    const char *name;
    enum rx_link kind;
    bool exact;
} kinds[KIND_COUNT] = {
    {"a", RX_LINK_A, true},
    {"area", RX_LINK_AREA, true},
    {"form", RX_LINK_FORM, true},
    {"iframe", RX_LINK_IFRAME, true},
    {"canonical", RX_LINK_CANONICAL, true},
    {"alternate", RX_LINK_ALTERNATE, false},
    {"img", RX_LINK_IMG, false},
    {"script", RX_LINK_SCRIPT, false},
};

struct tally {
    unsigned expected, missing, extra;
};

static struct rx_buf read_file(const char *path)
{
    struct rx_buf buf = RX_BUF(8 << 20);
    FILE *f = fopen(path, "rb");
    if (!f)
        return buf;
    for (;;) {
        char *p = rx_buf_room(&buf, 65536);
        assert_non_null(p);
        size_t n = fread(p, 1, 65536, f);
        buf.n += n;
        if (n == 0)
            break;
    }
    (void)fclose(f);
    return buf;
}

/* Sorted, each once. */
struct set {
    struct rx_str *items;
    size_t n;
};

static int by_bytes(const void *a, const void *b)
{
    return rx_str_cmp(*(const struct rx_str *)a, *(const struct rx_str *)b);
}

static void set_finish(struct set *s)
{
    if (s->n == 0)
        return;
    qsort(s->items, s->n, sizeof *s->items, by_bytes);
    size_t kept = 1;
    for (size_t i = 1; i < s->n; i++)
        if (!rx_str_eq(s->items[i], s->items[kept - 1]))
            s->items[kept++] = s->items[i];
    s->n = kept;
}

static size_t missing_from(const struct set *in, const struct set *wanted, const char *file,
                           const char *what)
{
    size_t missing = 0;
    for (size_t i = 0; i < wanted->n; i++) {
        if (in->n && bsearch(&wanted->items[i], in->items, in->n, sizeof *in->items, by_bytes))
            continue;
        missing++;
        print_message("%s: %s %.*s\n", file, what, RX_FMT(wanted->items[i]));
    }
    return missing;
}

static void compare_kind(struct tally *tally, const struct kind *k, const struct doc *doc,
                         const json_t *links, const char *file)
{
    struct set ours = {.items = calloc(doc->link_count + 1, sizeof(struct rx_str))};
    struct set theirs = {.items = calloc(json_array_size(links) + 1, sizeof(struct rx_str))};
    assert_non_null(ours.items);
    assert_non_null(theirs.items);
    for (size_t i = 0; i < doc->link_count; i++)
        if (doc->links[i].kind == k->kind)
            ours.items[ours.n++] = doc->links[i].url;
    size_t i;
    json_t *link;
    json_array_foreach(
        links, i, link) if (strcmp(json_string_value(json_object_get(link, "kind")), k->name) == 0)
        theirs.items[theirs.n++] = rx_str(json_string_value(json_object_get(link, "url")));
    set_finish(&ours);
    set_finish(&theirs);
    tally->expected += (unsigned)theirs.n;
    tally->missing += (unsigned)missing_from(&ours, &theirs, file, k->name);
    tally->extra += (unsigned)missing_from(&theirs, &ours, file, "extra");
    free(ours.items);
    free(theirs.items);
}

/* Decodes what XML and URLs need, as a check that is independent of doc_locate. */
static void check_span(const struct doc *doc, struct doc_span span, unsigned *checked)
{
    if (span.length == 0)
        return;
    assert_true((size_t)span.offset + span.length <= doc->source.n);
    struct rx_str slice = rx_str_sub(doc->source, span.offset, (size_t)span.offset + span.length);
    if (rx_str_chr(slice, '&', 0) >= 0 || rx_str_chr(slice, '\r', 0) >= 0 ||
        rx_str_chr(slice, '<', 0) >= 0)
        return;
    if (!rx_str_eq(slice, span.text))
        fail_msg("span at %u: \"%.*s\" but \"%.*s\"", span.offset, RX_FMT(slice),
                 RX_FMT(span.text));
    (*checked)++;
}

/* Every word of every text must be found where doc_locate says. */
static void check_located(const struct doc *doc, struct doc_span span, unsigned *checked)
{
    for (size_t at = 0; at < span.text.n && span.length;) {
        size_t from = at;
        while (at < span.text.n && rx_is_alnum(span.text.p[at]))
            at++;
        if (at - from >= 3) {
            uint32_t offset, length;
            doc_locate(doc, span, from, at - from, &offset, &length);
            struct rx_str word = rx_str_sub(span.text, from, at);
            struct rx_str found = rx_str_sub(doc->source, offset, (size_t)offset + length);
            if (!rx_str_eq(word, found) && rx_str_chr(found, '<', 0) < 0 &&
                rx_str_chr(found, '&', 0) < 0)
                fail_msg("\"%.*s\" located as \"%.*s\" at %u", RX_FMT(word), RX_FMT(found), offset);
            (*checked)++;
        }
        at++;
    }
}

static void check_spans(const struct doc *doc, unsigned *checked)
{
    for (size_t i = 0; i < doc->link_count; i++)
        check_span(doc, doc->links[i].raw, checked);
    for (size_t i = 0; i < doc->attr_count; i++)
        check_span(doc, doc->attrs[i].value, checked);
    for (size_t i = 0; i < doc->text_count; i++)
        check_span(doc, doc->texts[i], checked);
    for (size_t i = 0; i < doc->comment_count; i++)
        check_span(doc, doc->comments[i], checked);
    for (size_t i = 0; i < doc->text_count && i < 400; i++)
        check_located(doc, doc->texts[i], checked);
    for (size_t i = 0; i < doc->attr_count && i < 400; i++)
        if (doc->attrs[i].value.text.n < 2000)
            check_located(doc, doc->attrs[i].value, checked);
}

static void check_page(struct tally *tallies, parse_fn *reader, const json_t *row,
                       unsigned *checked)
{
    const char *file = json_string_value(json_object_get(row, "file"));
    char path[512];
    (void)snprintf(path, sizeof path, RXMAP_CORPORA "/html/%s", file);
    struct rx_buf body = read_file(path);
    struct rx_arena arena = RX_ARENA(ARENA_BYTES);
    struct rx_err err = {0};
    struct doc doc;
    if (reader(&doc, &arena, rx_str(json_string_value(json_object_get(row, "base"))), RX_STR(HEAD),
               rx_buf_str(&body), &parse_limits_default, &err))
        fail_msg("%s: %s", file, err.text);
    for (size_t i = 0; i < KIND_COUNT; i++)
        compare_kind(&tallies[i], &kinds[i], &doc, json_object_get(row, "links"), file);
    check_spans(&doc, checked);
    rx_arena_free(&arena);
    rx_buf_free(&body);
}

static void links_of_real_pages(parse_fn *reader)
{
    struct rx_err err;
    assert_int_equal(parse_init(&err), 0);
    struct rx_buf rows = read_file(RXMAP_CORPORA "/html/links.jsonl");
    if (rows.n == 0) {
        print_message("no corpus at " RXMAP_CORPORA "/html: nothing compared\n");
        skip();
    }
    struct tally tallies[KIND_COUNT] = {{0}};
    unsigned pages = 0, checked = 0;
    for (struct rx_str line, rest = rx_buf_str(&rows); rest.n;) {
        (void)rx_str_cut(rest, '\n', &line, &rest);
        if (line.n == 0)
            continue;
        json_t *row = json_loadb(line.p, line.n, 0, NULL);
        assert_non_null(row);
        check_page(tallies, reader, row, &checked);
        json_decref(row);
        pages++;
    }
    rx_buf_free(&rows);
    print_message("%u pages, %u spans checked\n%-10s %8s %8s %8s\n", pages, checked, "kind",
                  "expected", "missing", "extra");
    for (size_t i = 0; i < KIND_COUNT; i++) {
        const struct tally *t = &tallies[i];
        print_message("%-10s %8u %8u %8u\n", kinds[i].name, t->expected, t->missing, t->extra);
        if (kinds[i].exact)
            assert_int_equal(t->missing + t->extra, 0);
        assert_true(t->missing * 200 <= t->expected && t->extra * 200 <= t->expected);
    }
    assert_int_equal(pages, 50);
}

static void tree(void **state)
{
    (void)state;
    links_of_real_pages(parse_tree);
}

static void scan(void **state)
{
    (void)state;
    links_of_real_pages(parse_scan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(tree), cmocka_unit_test(scan)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
