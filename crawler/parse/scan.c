/* scan.c - the linear reader: tokens straight into the doc, without a tree.
 *
 * It reads what Gumbo would read behind the guard: the same nest of open elements, formatting left
 * out, the content of template counted for nothing. What the standard does only to put a node
 * elsewhere in the tree (foster parents, links cloned into the next block) it leaves undone: the
 * doc has no tree. Invariants:
 *   1. Every byte is looked at a bounded number of times; what is kept is bounded by the source.
 *   2. A text grows over dropped tags and ends where an element begins or ends. */
#include "base/escape.h"
#include "crawler/parse/element.h"
#include "crawler/parse/hidden.h"
#include "crawler/parse/nest.h"
#include "crawler/parse/text.h"

enum place { IN_HEAD, IN_BODY, IN_FRAMESET };

/* A text that may go on behind the next tag, and what it stands in. */
struct run {
    size_t from, to; /* of the source; to = 0: none */
    bool copied;     /* more than one piece: decoded in scan.work */
    enum tag tag;
    bool html;
    struct element_around around;
};

struct scan {
    struct build b;
    struct tokenizer t;
    struct nest nest;
    struct rx_buf work;
    bool valid; /* the source is UTF-8 */
    bool no_memory;
    enum place place;
    uint32_t root_path, place_path; /* of html; of what lies outside the nest: head or body */
    unsigned inert;                 /* depth of the outermost open template; 0: none */
    int32_t form;                   /* the last that began, or -1 */
    struct run run;
    struct element_attr *attrs; /* of the tag at hand */
    size_t attrs_seen;
    uint8_t raw_hidden;
    struct element raw; /* its raw text comes next if it has a name */
    unsigned tags;
};

/* ---- decoding ------------------------------------------------------------------------------ */

static void decode_more(struct scan *s, struct rx_str slice, enum text_kind kind)
{
    int rc = text_decode(&s->work, slice, kind);
    s->no_memory |= rc == RX_ENOMEM;
    s->b.failed |= rc != 0;
}

static struct rx_str take_work(struct scan *s)
{
    struct rx_str text = rx_arena_dup(s->b.arena, rx_buf_str(&s->work));
    s->b.failed |= text.p == NULL;
    rx_buf_clear(&s->work);
    return text;
}

/* slice: of the source. */
static struct doc_span span_of(struct scan *s, struct rx_str slice, enum text_kind kind)
{
    struct doc_span span = {.text = slice,
                            .offset = (uint32_t)(slice.n ? slice.p - s->t.text.p : 0),
                            .length = (uint32_t)slice.n};
    if (text_is_plain(slice, s->valid))
        return span;
    decode_more(s, slice, kind);
    span.text = take_work(s);
    return span;
}

static struct rx_str lower(struct scan *s, struct rx_str name)
{
    size_t i = 0;
    while (i < name.n && rx_lower(name.p[i]) == name.p[i])
        i++;
    if (i == name.n)
        return name;
    char *p = rx_arena_alloc(s->b.arena, name.n);
    if (!p) {
        s->b.failed = true;
        return name;
    }
    for (i = 0; i < name.n; i++)
        p[i] = rx_lower(name.p[i]);
    return rx_strn(p, name.n);
}

/* The form that a field here belongs to: up to its end tag, and around it in the nest. */
static int32_t form_around(const struct scan *s)
{
    return s->nest.in_form || s->nest.counts[TAG_FORM] ? s->form : -1;
}

/* What the innermost `depth` open elements and the link among them say. A link is no open element:
 * what stands in it directly asks it. */
static struct element_around around_at(struct scan *s, unsigned depth)
{
    struct element_around around = {.form = form_around(s), .anchor = nest_link(&s->nest)};
    around.hidden = depth ? s->nest.stack[depth - 1].hidden : 0;
    if (around.anchor && depth <= around.anchor->depth) {
        around.anchor->depth = depth;
        around.hidden = around.anchor->hidden;
    }
    if (nest_is_veiled(&s->nest))
        around.hidden |= HIDDEN_VEILED;
    return around;
}

static struct element_around around_here(struct scan *s)
{
    return around_at(s, s->nest.depth);
}

/* ---- texts --------------------------------------------------------------------------------- */

static struct rx_str source_part(const struct scan *s, size_t from, size_t to)
{
    return rx_str_sub(s->t.text, from, to);
}

static void end_run(struct scan *s)
{
    struct run run = s->run;
    if (run.to == 0)
        return;
    s->run.to = 0;
    struct doc_span span;
    if (run.copied) {
        span = (struct doc_span){.text = take_work(s),
                                 .offset = (uint32_t)run.from,
                                 .length = (uint32_t)(run.to - run.from)};
    } else {
        span = span_of(s, source_part(s, run.from, run.to), TEXT_DATA);
    }
    struct element parent = {.tag = run.tag, .html = run.html};
    if (build_is_blank(span.text))
        element_blank(&s->b, &run.around);
    else
        element_text(&s->b, &parent, span, &run.around);
}

static void begin_run(struct scan *s, size_t from, size_t to)
{
    const struct nest_open *top = nest_top(&s->nest);
    s->run = (struct run){.from = from,
                          .to = to,
                          .tag = top ? (enum tag)top->tag : TAG_BODY,
                          .html = !top || top->space == NEST_HTML,
                          .around = around_here(s)};
}

static void enter_body(struct scan *s)
{
    nest_clear(&s->nest);
    s->place = IN_BODY;
    s->place_path = element_path(s->root_path, RX_STR("body"));
    build_path(&s->b, s->place_path);
}

static void on_data(struct scan *s, size_t from, size_t to)
{
    struct rx_str slice = source_part(s, from, to);
    if (s->place == IN_HEAD) {
        if (build_is_blank(slice))
            return;
        enter_body(s);
    }
    if (s->run.to == 0) {
        begin_run(s, from, to);
        return;
    }
    if (!s->run.copied) {
        s->run.copied = true;
        decode_more(s, source_part(s, s->run.from, s->run.to), TEXT_DATA);
    }
    decode_more(s, slice, TEXT_DATA);
    s->run.to = to;
}

static void on_raw(struct scan *s, struct rx_str slice)
{
    const struct element *el = &s->raw;
    struct element_around around = around_here(s);
    around.hidden = s->raw_hidden;
    if (build_is_blank(slice))
        return;
    if (element_is_verbatim(el->tag, true)) {
        struct doc_span span = {slice, (uint32_t)(slice.p - s->t.text.p), (uint32_t)slice.n};
        element_text(&s->b, el, span, &around);
        return;
    }
    bool references = el->tag == TAG_TITLE || el->tag == TAG_TEXTAREA;
    element_text(&s->b, el, span_of(s, slice, references ? TEXT_RCDATA : TEXT_RAW), &around);
}

static void on_text(struct scan *s, const struct token *tok)
{
    bool raw = s->raw.name.n > 0;
    if (s->inert || s->place == IN_FRAMESET)
        return;
    if (raw)
        on_raw(s, source_part(s, tok->start, tok->end));
    else
        on_data(s, tok->start, tok->end);
}

static void on_cdata(struct scan *s, const struct token *tok)
{
    size_t from = tok->start + strlen("<![CDATA["), to = tok->end;
    if (to - from >= 3 && rx_str_ends(source_part(s, from, to), RX_STR("]]>")))
        to -= 3;
    end_run(s);
    struct rx_str slice = source_part(s, from, to);
    if (s->inert || build_is_blank(slice))
        return;
    begin_run(s, from, to);
    struct element parent = {.tag = s->run.tag, .html = s->run.html};
    s->run.to = 0;
    element_text(&s->b, &parent, span_of(s, slice, TEXT_RAW), &s->run.around);
}

static void on_comment(struct scan *s, const struct token *tok)
{
    struct rx_str all = source_part(s, tok->start, tok->end);
    end_run(s);
    if (!s->inert && !rx_str_istarts(all, RX_STR("<!doctype")))
        element_comment(&s->b, span_of(s, element_comment_inside(all), TEXT_RAW));
}

/* ---- elements ------------------------------------------------------------------------------ */

static bool is_known(const struct element_attr *attrs, size_t count, struct rx_str name)
{
    for (size_t i = 0; i < count; i++)
        if (rx_str_eq(attrs[i].name, name))
            return true;
    return false;
}

static size_t take_attrs(struct scan *s, const struct token *tok)
{
    const struct parse_limits *l = s->b.limits;
    size_t at = tok->attrs, count = 0;
    struct token_attr attr;
    if (s->attrs_seen + tok->attr_count > PRUNE_ATTRIBUTES_MAX || tok->attr_count > l->attributes)
        s->b.doc.cut = true;
    for (size_t i = 0; i < l->attributes && s->attrs_seen < PRUNE_ATTRIBUTES_MAX; i++) {
        if (!token_attr_next(s->t.text, &at, &attr))
            break;
        struct rx_str name = lower(s, attr.name);
        s->attrs_seen++;
        if (is_known(s->attrs, count, name))
            continue;
        s->b.doc.cut |= attr.value.n > l->attribute_bytes;
        struct rx_str value = rx_str_sub(attr.value, 0, l->attribute_bytes);
        s->attrs[count++] = (struct element_attr){name, span_of(s, value, TEXT_ATTRIBUTE)};
    }
    return count;
}

static uint32_t implied(struct scan *s, struct nest_open *parent, uint32_t path, const char *name)
{
    path = element_path(path, rx_str(name));
    if (!parent->part_open)
        build_path(&s->b, path);
    return path;
}

/* The path of what stands around a new element: with the sections and rows of a table that the
 * page left out. */
static uint32_t path_around(struct scan *s, enum tag tag, unsigned parents)
{
    struct nest_open *parent = parents ? &s->nest.stack[parents - 1] : NULL;
    if (!parent)
        return s->place_path;
    uint32_t path = parent->path;
    bool in_table = parent->tag == TAG_TABLE, in_section = in_table || parent->tag == TAG_TBODY;
    if (in_table && (tag == TAG_TR || tag == TAG_TD))
        path = implied(s, parent, path, "tbody");
    if (in_section && tag == TAG_TD)
        path = implied(s, parent, path, "tr");
    if (in_section)
        parent->part_open = tag == TAG_TD || (in_table && tag == TAG_TR);
    return path;
}

static struct rx_str name_of(struct scan *s, const struct token *tok, bool html)
{
    if (html && tok->row->tag == TAG_IMG) /* "image" too */
        return RX_STR("img");
    return lower(s, tok->name);
}

/* html, head and body are there whether the page says so or not: their tags only add attributes. */
static bool is_frame_of_page(enum tag tag)
{
    return tag == TAG_HTML || tag == TAG_HEAD || tag == TAG_BODY;
}

/* The new element's path; of the page's frame no new one begins. */
static uint32_t path_of(struct scan *s, const struct element *el, bool opened)
{
    if (el->html && is_frame_of_page(el->tag))
        return el->tag == TAG_HTML ? s->root_path : s->place_path;
    uint32_t around = path_around(s, el->tag, s->nest.depth - (opened ? 1 : 0));
    uint32_t path = element_path(around, el->name);
    build_path(&s->b, path);
    if (opened)
        nest_top(&s->nest)->path = path;
    return path;
}

static void enter(struct scan *s, const struct token *tok, bool html, bool opened)
{
    struct element el = {
        .name = name_of(s, tok, html), .tag = (enum tag)tok->row->tag, .html = html};
    el.path = path_of(s, &el, opened);
    el.attr_count = take_attrs(s, tok);
    el.attrs = s->attrs;
    if (html && el.tag == TAG_A)
        nest_set_link(&s->nest, NULL);
    struct element_anchor *around_it = nest_link(&s->nest);
    struct element_around around = around_at(s, s->nest.depth - (opened ? 1 : 0));
    element_enter(&s->b, &el, &around);
    if (opened)
        nest_top(&s->nest)->hidden = around.hidden & (uint8_t)~HIDDEN_VEILED;
    if (html && el.tag == TAG_FORM)
        s->form = around.form;
    if (around.anchor != around_it) {
        around.anchor->depth = s->nest.depth;
        nest_set_link(&s->nest, around.anchor);
    }
    if (html && (tok->row->flags & TAG_IS_RAW)) {
        s->raw = el;
        s->raw_hidden = around.hidden;
    }
}

/* ---- tags ---------------------------------------------------------------------------------- */

static bool is_of_head(struct scan *s, enum tag tag)
{
    bool in_noscript = s->nest.depth > 0;
    if (tag == TAG_LINK || tag == TAG_META || tag == TAG_STYLE || tag == TAG_HIDDEN ||
        tag == TAG_HTML || tag == TAG_HEAD)
        return true;
    return !in_noscript && (tag == TAG_BASE || tag == TAG_SCRIPT || tag == TAG_TITLE ||
                            tag == TAG_TEMPLATE || tag == TAG_NOSCRIPT);
}

static void leave_head(struct scan *s, enum tag tag)
{
    if (tag != TAG_FRAMESET) {
        enter_body(s);
        return;
    }
    nest_clear(&s->nest);
    s->place = IN_FRAMESET;
    s->place_path = s->root_path;
}

/* Tags that the standard ignores where they stand. */
static bool is_out_of_place(const struct scan *s, enum tag tag)
{
    if (s->place == IN_FRAMESET)
        return tag != TAG_FRAMESET && tag != TAG_FRAME;
    return s->place == IN_BODY && (tag == TAG_FRAMESET || tag == TAG_FRAME || tag == TAG_HEAD);
}

/* A template whose content is shown as the shadow tree of its parent, which stands in the body. */
static bool is_shadow(const struct scan *s, const struct token *tok)
{
    struct token_attr attr;
    for (size_t at = tok->attrs; s->place == IN_BODY && token_attr_next(s->t.text, &at, &attr);)
        if (element_is_shadow(attr.name, attr.value))
            return true;
    return false;
}

static void on_start(struct scan *s, const struct token *tok)
{
    enum tag tag = (enum tag)tok->row->tag;
    bool html, ends_select;
    const bool veiled = nest_is_veiled(&s->nest);
    if (s->place == IN_HEAD && !s->inert && !(tok->row->flags & TAG_IS_DROPPED) &&
        !is_of_head(s, tag))
        leave_head(s, tag);
    enum nest_what what =
        nest_start(&s->nest, tok, hidden_format(s->t.text, tok), &html, &ends_select);
    s->b.doc.cut |= what == NEST_TOO_DEEP;
    if (veiled != nest_is_veiled(&s->nest))
        end_run(s);
    if (what == NEST_DROPPED || what == NEST_TOO_DEEP)
        return;
    end_run(s);
    if (html)
        token_raw(&s->t, tok);
    if (s->inert || what == NEST_IGNORED || (html && is_out_of_place(s, tag)))
        return;
    if (html && tag == TAG_TEMPLATE && !is_shadow(s, tok))
        s->inert = s->nest.depth;
    else
        enter(s, tok, html, what == NEST_OPENED);
}

static void on_end(struct scan *s, const struct token *tok)
{
    enum tag tag = (enum tag)tok->row->tag;
    bool html = !s->inert && !nest_in_foreign(&s->nest);
    if (s->place == IN_HEAD && html && (tag == TAG_BODY || tag == TAG_HTML))
        enter_body(s);
    const bool veiled = nest_is_veiled(&s->nest);
    enum nest_what what = nest_end(&s->nest, tok);
    bool empty_p = what == NEST_NOTHING && html && tag == TAG_P && s->place == IN_BODY;
    if (what == NEST_CLOSED || (html && tag == TAG_A) || empty_p ||
        veiled != nest_is_veiled(&s->nest))
        end_run(s);
    if (s->nest.depth < s->inert)
        s->inert = 0;
    if (html && tag == TAG_A)
        nest_set_link(&s->nest, NULL);
    if (empty_p)
        build_path(&s->b, element_path(path_around(s, TAG_P, s->nest.depth), tok->name));
}

/* ---- the page ------------------------------------------------------------------------------ */

static void on_token(struct scan *s, const struct token *tok)
{
    if (tok->kind == TOKEN_TEXT)
        on_text(s, tok);
    s->raw.name.n = 0;
    if (tok->kind == TOKEN_START)
        on_start(s, tok);
    else if (tok->kind == TOKEN_END)
        on_end(s, tok);
    else if (tok->kind == TOKEN_COMMENT)
        on_comment(s, tok);
    else if (tok->kind == TOKEN_CDATA)
        on_cdata(s, tok);
}

static bool within_budget(struct scan *s, const struct token *tok)
{
    if (tok->kind != TOKEN_TEXT)
        s->tags++;
    return s->tags <= s->b.limits->tags && s->nest.work <= NEST_WORK_MAX;
}

static void read_tokens(struct scan *s)
{
    struct token tok;
    s->root_path = element_path(0, RX_STR("html"));
    s->place_path = element_path(s->root_path, RX_STR("head"));
    build_path(&s->b, s->root_path);
    build_path(&s->b, s->place_path);
    for (;;) {
        s->t.cdata = nest_in_foreign(&s->nest);
        if (s->b.failed || !token_next(&s->t, &tok))
            break;
        if (!within_budget(s, &tok)) {
            s->b.doc.cut = true;
            break;
        }
        on_token(s, &tok);
    }
    end_run(s);
    if (s->place == IN_HEAD)
        enter_body(s);
}

int parse_scan(struct doc *doc, struct rx_arena *arena, struct rx_str url, struct rx_str head,
               struct rx_str body, const struct parse_limits *limits, struct rx_err *err)
{
    struct scan *s = rx_arena_zalloc(arena, 1, sizeof *s);
    if (!s || build_begin(&s->b, arena, url, head, body, limits) ||
        !(s->attrs = rx_arena_zalloc(arena, limits->attributes + 1, sizeof *s->attrs)))
        return rx_fail(err, RX_EFULL, "the page needs more than %zu bytes of memory", arena->max);
    s->t.text = s->b.doc.source;
    s->valid = rx_utf8_valid(s->t.text);
    s->work = RX_BUF(s->t.text.n * 3 + 64); /* an invalid byte becomes three */
    s->form = -1;
    nest_init(&s->nest, limits->depth);
    build_header_refresh(&s->b, head);
    read_tokens(s);
    rx_buf_free(&s->work);
    if (s->no_memory)
        return rx_fail(err, RX_ENOMEM, "no memory to read the page");
    return build_end(doc, &s->b, err);
}
