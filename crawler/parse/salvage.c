/* salvage.c - what can still be had from a page that no tree survived: where it leads, and its
 * title. One pass of the tokenizer, no tree, nothing that a page could make quadratic. */
#include "crawler/parse/build.h"
#include "crawler/parse/text.h"
#include "crawler/parse/token.h"

struct salvage {
    struct build b;
    struct tokenizer t;
    struct rx_buf work; /* one attribute's value, decoded */
    bool no_memory;
};

/* The attribute that leads somewhere, for the elements whose links may be fetched. */
static const char *link_attribute(enum tag tag)
{
    if (tag == TAG_A || tag == TAG_AREA || tag == TAG_BASE)
        return "href";
    return tag == TAG_IFRAME || tag == TAG_FRAME ? "src" : NULL;
}

/* The value of the named attribute of a tag, decoded into the arena. */
static struct doc_span value_of(struct salvage *s, const struct token *tok, const char *name)
{
    struct doc_span span = {0};
    struct token_attr attr;
    size_t at = tok->attrs;
    while (token_attr_next(s->t.text, &at, &attr)) {
        if (!rx_str_ieq(attr.name, rx_str(name)))
            continue;
        rx_buf_clear(&s->work);
        int rc = text_decode(&s->work, rx_str_sub(attr.value, 0, RX_URL_MAX), TEXT_ATTRIBUTE);
        s->no_memory |= rc == RX_ENOMEM;
        if (rc || attr.value.n == 0)
            break;
        span.text = rx_arena_dup(s->b.arena, rx_buf_str(&s->work));
        s->b.failed |= span.text.p == NULL;
        span.offset = (uint32_t)(attr.value.p - s->t.text.p);
        span.length = (uint32_t)attr.value.n;
        break;
    }
    return span;
}

static void add(struct salvage *s, struct doc_span raw)
{
    struct doc_link link = {.kind = RX_LINK_SALVAGED, .raw = raw};
    if (rx_str_trim(raw.text).n)
        build_link(&s->b, &link);
}

static void add_refresh(struct salvage *s, const struct token *tok)
{
    struct doc_span pragma = value_of(s, tok, "http-equiv");
    if (!rx_str_ieq(rx_str_trim(pragma.text), RX_STR("refresh")))
        return;
    struct doc_span content = value_of(s, tok, "content");
    content.text = refresh_url(content.text);
    add(s, content);
}

static void on_start(struct salvage *s, const struct token *tok)
{
    enum tag tag = (enum tag)tok->row->tag;
    const char *name = link_attribute(tag);
    if (tag == TAG_META)
        add_refresh(s, tok);
    if (!name)
        return;
    struct doc_span value = value_of(s, tok, name);
    if (tag != TAG_BASE)
        add(s, value);
    else if (s->b.base.text.n == 0)
        s->b.base = value;
}

static void add_title(struct salvage *s)
{
    struct token tok;
    if (s->b.doc.title.n || !token_next(&s->t, &tok) || tok.kind != TOKEN_TEXT)
        return;
    rx_buf_clear(&s->work);
    struct rx_str text = rx_str_sub(s->t.text, tok.start, tok.end);
    char *p = rx_arena_alloc(s->b.arena, BUILD_TITLE_MAX);
    if (!p || text_decode(&s->work, rx_str_sub(text, 0, RX_URL_MAX), TEXT_RCDATA)) {
        s->b.failed = true;
        return;
    }
    s->b.doc.title =
        rx_str_trim(rx_strn(p, build_fold(p, 0, BUILD_TITLE_MAX, rx_buf_str(&s->work))));
}

int parse_salvage(struct doc *doc, struct rx_arena *arena, struct rx_str url, struct rx_str head,
                  struct rx_str body, const struct parse_limits *limits, struct rx_err *err)
{
    struct salvage *s = rx_arena_zalloc(arena, 1, sizeof *s);
    if (!s || build_begin(&s->b, arena, url, head, body, limits))
        return rx_fail(err, RX_EFULL, "the page needs more than %zu bytes of memory", arena->max);
    s->work = RX_BUF((size_t)RX_URL_MAX * 4);
    s->t.text = s->b.doc.source;
    struct token tok;
    while (!s->b.failed && token_next(&s->t, &tok)) {
        token_raw(&s->t, &tok);
        if (tok.kind != TOKEN_START)
            continue;
        if (tok.row->tag == TAG_TITLE)
            add_title(s);
        else
            on_start(s, &tok);
    }
    rx_buf_free(&s->work);
    if (s->no_memory)
        return rx_fail(err, RX_ENOMEM, "no memory to salvage links");
    return build_end(doc, &s->b, err);
}
