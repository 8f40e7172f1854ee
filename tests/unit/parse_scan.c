/* parse_scan.c - two readers, one contract: the doc of the scan against the doc of the tree, on
 * real pages. Compared are sets, because the tree clones links into blocks that cut through them.
 */
#include "crawler/parse/parse.h"

#include "base/buf.h"
#include "crawler/parse/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <dirent.h>
#include <jansson.h>
#include <zlib.h>

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
enum { ARENA_BYTES = 128 << 20, LINE_MAX_BYTES = 4 << 20, ITEMS_BYTES = 32 << 20 };

/* What is compared, each as a set of lines. */
enum aspect {
    LINKS,      /* kind, URL */
    LINK_TEXTS, /* URL, anchor text */
    FORMS,      /* action, method and all fields, in order */
    FIELDS,     /* the form's action, name, type, value */
    METAS,
    SCRIPTS,
    COMMENTS,
    ATTRS,
    TEXTS,
    UNSEEN, /* texts that the page does not show */
    TITLE,  /* title, lang, base */
    PATHS,
    ASPECTS
};
static const char *const aspects[ASPECTS] = {"links", "link texts", "forms",    "fields",
                                             "metas", "scripts",    "comments", "attrs",
                                             "texts", "unseen",     "title",    "paths"};

struct tally {
    unsigned pages, same_pages;
    unsigned expected[ASPECTS], missing[ASPECTS], extra[ASPECTS];
};

struct set {
    struct rx_buf bytes;
    struct rx_str *items;
    size_t n, cap;
    size_t *ends;
};

/* ---- sets of lines ------------------------------------------------------------------------- */

static void set_line(struct set *s)
{
    if (s->n == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 1024;
        s->ends = realloc(s->ends, s->cap * sizeof *s->ends);
        assert_non_null(s->ends);
    }
    s->ends[s->n++] = s->bytes.n;
}

static void set_add(struct set *s, const char *format, ...) RX_PRINTF(2, 3);
static void set_add(struct set *s, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    char *p = rx_buf_room(&s->bytes, (size_t)n + 1);
    assert_non_null(p);
    (void)vsnprintf(p, (size_t)n + 1, format, again);
    s->bytes.n += (size_t)n;
    va_end(args);
    va_end(again);
}

static int by_bytes(const void *a, const void *b)
{
    return rx_str_cmp(*(const struct rx_str *)a, *(const struct rx_str *)b);
}

static void set_finish(struct set *s)
{
    s->items = calloc(s->n + 1, sizeof *s->items);
    assert_non_null(s->items);
    for (size_t i = 0, from = 0; i < s->n; from = s->ends[i++])
        s->items[i] = rx_strn(s->bytes.p + from, s->ends[i] - from);
    if (s->n)
        qsort(s->items, s->n, sizeof *s->items, by_bytes);
    size_t kept = 0;
    for (size_t i = 0; i < s->n; i++)
        if (i == 0 || !rx_str_eq(s->items[i], s->items[kept - 1]))
            s->items[kept++] = s->items[i];
    s->n = kept;
}

static void set_free(struct set *s)
{
    rx_buf_free(&s->bytes);
    free(s->items);
    free(s->ends);
}

/* ---- a doc as lines ------------------------------------------------------------------------ */

static void add_form(struct set *s, const struct doc *doc, const struct doc_form *f)
{
    set_add(s, "%.*s %d", RX_FMT(f->action), f->post);
    for (size_t i = 0; i < f->fields; i++)
        set_add(s, " %.*s", RX_FMT(doc->fields[f->first_field + i].name.text));
    set_line(s);
}

static void add_fields(struct set *s, const struct doc *doc)
{
    for (size_t i = 0; i < doc->field_count; i++) {
        const struct doc_field *f = &doc->fields[i];
        struct rx_str action = RX_STR("none");
        for (size_t k = 0; k < doc->form_count; k++)
            if (i >= doc->forms[k].first_field &&
                i < doc->forms[k].first_field + doc->forms[k].fields)
                action = doc->forms[k].action;
        set_add(s, "%.*s %.*s %.*s=%.*s", RX_FMT(action), RX_FMT(f->type), RX_FMT(f->name.text),
                RX_FMT(f->value.text));
        set_line(s);
    }
}

/* A text's words: where one text ends and the next begins is not compared. */
static void add_words(struct set *s, struct rx_str text)
{
    for (size_t at = 0; at < text.n;) {
        size_t from = at;
        while (at < text.n && !rx_is_space(text.p[at]))
            at++;
        if (at > from) {
            set_add(s, "%.*s", RX_FMT(rx_str_sub(text, from, at)));
            set_line(s);
        }
        at++;
    }
}

static void add_aspect(struct set *s, const struct doc *doc, enum aspect aspect)
{
    if (aspect == LINKS || aspect == LINK_TEXTS)
        for (size_t i = 0; i < doc->link_count; i++) {
            const struct doc_link *l = &doc->links[i];
            set_add(s, "%s %.*s %u %d %.*s", rx_link_name(l->kind), RX_FMT(l->url), l->rel,
                    l->hidden, RX_FMT(aspect == LINKS ? RX_STR("") : l->text));
            set_line(s);
        }
    for (size_t i = 0; aspect == FORMS && i < doc->form_count; i++)
        add_form(s, doc, &doc->forms[i]);
    if (aspect == FIELDS)
        add_fields(s, doc);
    for (size_t i = 0; aspect == METAS && i < doc->meta_count; i++) {
        set_add(s, "%.*s=%.*s", RX_FMT(doc->metas[i].name.text),
                RX_FMT(doc->metas[i].content.text));
        set_line(s);
    }
    for (size_t i = 0; aspect == SCRIPTS && i < doc->script_count; i++) {
        set_add(s, "%d%.*s", doc->scripts[i].json, RX_FMT(rx_str_trim(doc->scripts[i].text.text)));
        set_line(s);
    }
    for (size_t i = 0; aspect == COMMENTS && i < doc->comment_count; i++) {
        set_add(s, "%.*s", RX_FMT(rx_str_trim(doc->comments[i].text)));
        set_line(s);
    }
    for (size_t i = 0; aspect == ATTRS && i < doc->attr_count; i++) {
        const struct doc_attr *a = &doc->attrs[i];
        struct rx_str local, before;
        if (!rx_str_cut(a->name, ':', &before, &local)) /* Gumbo takes xlink: away */
            local = a->name;
        for (size_t k = 0; k < local.n; k++) /* and writes viewBox */
            set_add(s, "%c", rx_lower(local.p[k]));
        set_add(s, "=%.*s", RX_FMT(a->value.text));
        set_line(s);
    }
    for (size_t i = 0; aspect == TEXTS && i < doc->text_count; i++)
        add_words(s, doc->texts[i].text);
    for (size_t i = 0; aspect == UNSEEN && i < doc->unseen_count; i++)
        add_words(s, doc->unseen[i].text);
    for (size_t i = 0; aspect == PATHS && i < doc->tag_path_count; i++) {
        set_add(s, "%08x", doc->tag_paths[i]);
        set_line(s);
    }
    if (aspect == TITLE) {
        set_add(s, "%.*s|%.*s|%.*s", RX_FMT(doc->title), RX_FMT(doc->lang), RX_FMT(doc->base));
        set_line(s);
    }
}

/* ---- comparing ----------------------------------------------------------------------------- */

static unsigned missing_from(const struct set *in, const struct set *wanted, struct rx_str page,
                             const char *what)
{
    const char *show = getenv("SHOW_DIFFERENCES");
    unsigned missing = 0;
    for (size_t i = 0; i < wanted->n; i++) {
        if (in->n && bsearch(&wanted->items[i], in->items, in->n, sizeof *in->items, by_bytes))
            continue;
        missing++;
        if (show && strstr(what, show))
            print_message("%.*s: %s: %.*s\n", RX_FMT(page), what,
                          RX_FMT(rx_str_sub(wanted->items[i], 0, 200)));
    }
    return missing;
}

static unsigned compare_aspect(struct tally *t, enum aspect aspect, const struct doc *tree,
                               const struct doc *scan)
{
    struct set want = {.bytes = RX_BUF(ITEMS_BYTES)}, have = {.bytes = RX_BUF(ITEMS_BYTES)};
    char what[64];
    add_aspect(&want, tree, aspect);
    add_aspect(&have, scan, aspect);
    set_finish(&want);
    set_finish(&have);
    (void)snprintf(what, sizeof what, "%s missing", aspects[aspect]);
    unsigned missing = missing_from(&have, &want, tree->url, what);
    (void)snprintf(what, sizeof what, "%s extra", aspects[aspect]);
    unsigned extra = missing_from(&want, &have, tree->url, what);
    t->expected[aspect] += (unsigned)want.n;
    t->missing[aspect] += missing;
    t->extra[aspect] += extra;
    set_free(&want);
    set_free(&have);
    return missing + extra;
}

static void compare_page(struct tally *t, struct rx_str url, struct rx_str html)
{
    struct rx_arena arena = RX_ARENA(ARENA_BYTES);
    struct rx_err err = {0};
    struct doc tree, scan;
    if (parse_tree(&tree, &arena, url, RX_STR(HEAD), html, &parse_limits_default, &err) ||
        parse_scan(&scan, &arena, url, RX_STR(HEAD), html, &parse_limits_default, &err))
        fail_msg("%.*s: %s", RX_FMT(url), err.text);
    unsigned differences = 0;
    for (enum aspect a = 0; a < ASPECTS; a++) {
        unsigned found = compare_aspect(t, a, &tree, &scan);
        if (a != PATHS && a != LINK_TEXTS)
            differences += found;
    }
    t->pages++;
    t->same_pages += differences == 0;
    rx_arena_free(&arena);
}

static void print_tally(const struct tally *t)
{
    print_message("%u pages, %u of them the same but for paths and link texts\n%-12s %9s %8s %8s\n",
                  t->pages, t->same_pages, "", "in tree", "missing", "extra");
    for (enum aspect a = 0; a < ASPECTS; a++)
        print_message("%-12s %9u %8u %8u\n", aspects[a], t->expected[a], t->missing[a],
                      t->extra[a]);
}

/* ---- corpora ------------------------------------------------------------------------------- */

static struct rx_buf read_file(const char *path)
{
    struct rx_buf buf = RX_BUF(8 << 20);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    for (size_t n = 1; n;) {
        char *p = rx_buf_room(&buf, 65536);
        assert_non_null(p);
        n = fread(p, 1, 65536, f);
        buf.n += n;
    }
    (void)fclose(f);
    return buf;
}

/* Every file of a folder with the given ending. */
static void compare_folder(struct tally *t, const char *folder, const char *ending)
{
    DIR *d = opendir(folder);
    if (!d) {
        print_message("no corpus at %s: nothing compared\n", folder);
        return;
    }
    for (struct dirent *e; (e = readdir(d));) {
        char path[512], url[512];
        if (!rx_str_ends(rx_str(e->d_name), rx_str(ending)))
            continue;
        (void)snprintf(path, sizeof path, "%s/%.200s", folder, e->d_name);
        (void)snprintf(url, sizeof url, "http://page.example/%.200s", e->d_name);
        struct rx_buf page = read_file(path);
        compare_page(t, rx_str(url), rx_buf_str(&page));
        rx_buf_free(&page);
    }
    (void)closedir(d);
}

static void compare_lines(struct tally *t, const char *path, unsigned each)
{
    gzFile f = gzopen(path, "rb");
    char *line = malloc(LINE_MAX_BYTES);
    assert_non_null(line);
    if (!f)
        print_message("no corpus at %s: nothing compared\n", path);
    for (unsigned i = 0; f && gzgets(f, line, LINE_MAX_BYTES); i++) {
        if (i % each)
            continue;
        json_t *page = json_loads(line, 0, NULL);
        assert_non_null(page);
        const json_t *url = json_object_get(page, "url"), *html = json_object_get(page, "html");
        compare_page(t, rx_strn(json_string_value(url), json_string_length(url)),
                     rx_strn(json_string_value(html), json_string_length(html)));
        json_decref(page);
    }
    free(line);
    if (f)
        (void)gzclose(f);
}

static void corpora(void **state)
{
    (void)state;
    struct tally t = {0};
    const char *all = getenv("ALL_PAGES");
    compare_folder(&t, RXMAP_CORPORA "/html", ".html");
    compare_folder(&t, RXMAP_CORPORA "/pharma", ".html");
    for (int i = 1; i <= 3; i++) {
        char path[256];
        (void)snprintf(path, sizeof path, "%s/benign/pages-%03d.jsonl.gz", RXMAP_CORPORA, i);
        compare_lines(&t, path, all ? 1 : 16);
    }
    if (t.pages == 0)
        skip();
    print_tally(&t);
    for (enum aspect a = 0; a < ASPECTS; a++)
        if (a != PATHS && a != LINK_TEXTS)
            assert_true(t.missing[a] * 200 <= t.expected[a] && t.extra[a] * 200 <= t.expected[a]);
}

static void references(void **state)
{
    (void)state;
    static const struct {
        const char *source, *text, *attribute;
    } cases[] = {
        {"&amp;", "&", "&"},
        {"&amp", "&", "&"},
        {"&ampx", "&x", "&ampx"},
        {"&copy=1", "\u00A9=1", "&copy=1"},
        {"&copy;=1", "\u00A9=1", "\u00A9=1"},
        {"&notit;", "\u00ACit;", "&notit;"},
        {"&notin;", "\u2209", "\u2209"},
        {"&notin", "\u00ACin", "&notin"},
        {"&frac12x", "\u00BDx", "&frac12x"},
        {"&lt", "<", "<"},
        {"&l", "&l", "&l"},
        {"&;", "&;", "&;"},
        {"&", "&", "&"},
        {"&unknown;", "&unknown;", "&unknown;"},
        {"&nGt;", "\u226B\u20D2", "\u226B\u20D2"},
        {"&CounterClockwiseContourIntegral;", "\u2233", "\u2233"},
        {"&CounterClockwiseContourIntegra;", "&CounterClockwiseContourIntegra;",
         "&CounterClockwiseContourIntegra;"},
        {"&zwnj;", "\u200C", "\u200C"},
        {"&AElig;", "\u00C6", "\u00C6"},
        {"&#65;&#x41&#X41;", "AAA", "AAA"},
        {"&#128;&#x9F;", "\u20AC\u0178", "\u20AC\u0178"},
        {"&#0;&#xD800;&#x110000;&#99999999999;", "\uFFFD\uFFFD\uFFFD\uFFFD",
         "\uFFFD\uFFFD\uFFFD\uFFFD"},
        {"&#;&#x;", "&#;&#x;", "&#;&#x;"},
        {"a\r\nb\rc", "a\nb\nc", "a\nb\nc"},
        {"\xC3(\xE2\x82", "\uFFFD(\uFFFD", "\uFFFD(\uFFFD"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rx_buf text = RX_BUF(256), attribute = RX_BUF(256);
        assert_int_equal(text_decode(&text, rx_str(cases[i].source), TEXT_DATA), 0);
        assert_int_equal(text_decode(&attribute, rx_str(cases[i].source), TEXT_ATTRIBUTE), 0);
        assert_string_equal(text.p, cases[i].text);
        assert_string_equal(attribute.p, cases[i].attribute);
        assert_int_equal(text_is_plain(rx_str(cases[i].source), false),
                         strcmp(cases[i].source, cases[i].text) == 0 &&
                             !strchr(cases[i].source, '&'));
        rx_buf_free(&text);
        rx_buf_free(&attribute);
    }
}

static int init(void **state)
{
    (void)state;
    struct rx_err err;
    return parse_init(&err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(references), cmocka_unit_test(corpora)};
    return cmocka_run_group_tests(tests, init, NULL);
}
