/* prove.c - see prove.h. */
#include "crawler/extract/prove.h"

#include "crawler/extract/match.h"

#include <stdio.h>

enum { PROVE_BYTES = 1 << 20, SHOWN_BYTES = 80, WHY_BYTES = 2 * SHOWN_BYTES + 80 };

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

/* What the whole table makes of a text. */
struct outcome {
    bool right, other;       /* a mark of the class with the value; with another */
    bool misplaced;          /* a quote that does not stand where it says */
    char value[SHOWN_BYTES]; /* the last of them that is not right, cut */
};

static void judge(struct outcome *out, const struct marks *marks, const struct page *page,
                  enum sheet_kind kind, const struct signature *s)
{
    for (size_t i = 0; i < marks->count; i++) {
        const struct mark *m = &marks->items[i];
        const struct rx_str there = rx_str_sub(page->doc.source, m->offset, m->offset + m->raw.n);
        out->misplaced |= m->raw.n == 0 || (kind != SHEET_HEADER && !rx_str_eq(there, m->raw));
        if (m->cls != s->cls)
            continue;
        const bool right = rx_str_eq(m->value, s->value);
        out->right |= right;
        out->other |= !right;
        if (!right)
            (void)snprintf(out->value, sizeof out->value, "%.*s", RX_FMT(m->value));
    }
}

static int run(struct outcome *out, const struct prove *p, const struct signature *s,
               enum sheet_kind kind, struct rx_str example)
{
    struct rx_arena arena = RX_ARENA(PROVE_BYTES);
    struct collect c;
    struct marks marks;
    struct page page;
    struct sheet sheet;
    struct match *m = NULL;
    *out = (struct outcome){0};
    page_init(&page, kind, example);
    int rc = collect_init(&c, &marks, &arena, &page.doc, page.head);
    if (rc == 0) {
        c.psl = p->psl;
        c.common = p->common;
        c.host = c.site = RX_STR("shop.example");
        rc = sheet_build(&sheet, &c, kind);
    }
    if (rc == 0)
        rc = match_new(&m, p->table, &c);
    if (rc == 0)
        rc = match_sheet(m, &sheet);
    if (rc == 0)
        rc = c.rc;
    match_free(m);
    if (rc == 0)
        judge(out, &marks, &page, kind, s);
    rx_arena_free(&arena);
    return rc;
}

/* What is wrong with the row's examples; empty: nothing. */
static void why_not(char out[WHY_BYTES], const struct signature *s, const struct outcome *yes,
                    const struct outcome *no)
{
    const struct rx_str wanted = rx_str_sub(s->value, 0, SHOWN_BYTES);
    *out = '\0';
    if (yes->misplaced)
        (void)snprintf(out, WHY_BYTES, "the quote is not where it is said to be");
    else if (!yes->right && yes->other)
        (void)snprintf(out, WHY_BYTES, "the example gives the value \"%s\", not \"%.*s\"",
                       yes->value, RX_FMT(wanted));
    else if (!yes->right)
        (void)snprintf(out, WHY_BYTES,
                       "the example gives no value: pattern or hint do not match "
                       "it, or the check refuses it");
    else if (no->right || no->other)
        (void)snprintf(out, WHY_BYTES, "the counterexample matches");
}

int prove_row(const struct prove *p, size_t row, struct rx_err *err)
{
    const struct signature *s = &p->table->rows[row];
    for (int kind = 0; kind < SHEET_KINDS; kind++) {
        struct outcome yes, no = {0};
        if (!(s->where & 1u << kind))
            continue;
        int rc = run(&yes, p, s, (enum sheet_kind)kind, s->example);
        if (rc == 0 && !rx_str_eq(s->counterexample, RX_STR("-")))
            rc = run(&no, p, s, (enum sheet_kind)kind, s->counterexample);
        if (rc)
            return rx_fail(err, rc, "%s:%u: no memory for the example", s->file, s->line);
        char why[WHY_BYTES];
        why_not(why, s, &yes, &no);
        if (*why)
            return rx_fail(err, s->own ? RX_EUSAGE : RX_EINVAL, "%s:%u: %s (%s, in %s)", s->file,
                           s->line, why, s->cls->name,
                           rx_place_name(sheet_place((enum sheet_kind)kind)));
    }
    return 0;
}

int prove_own(const struct prove *p, struct rx_err *err)
{
    int rc = 0;
    for (size_t i = 0; i < p->table->count && rc == 0; i++)
        if (p->table->rows[i].own)
            rc = prove_row(p, i, err);
    return rc;
}
