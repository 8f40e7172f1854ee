/* build.c - see build.h. */
#include "crawler/parse/build.h"

#include "base/escape.h"
#include "crawler/parse/seam.h"

/* Appends to an array of the doc; declares nothing when the arena is full. */
#define APPEND(b, items, count, cap, value)                                                        \
    do {                                                                                           \
        void *moved_ = rx_arena_grow((b)->arena, (items), (count), &(cap), sizeof *(items));       \
        if (!moved_) {                                                                             \
            (b)->failed = true;                                                                    \
            break;                                                                                 \
        }                                                                                          \
        (items) = moved_;                                                                          \
        (items)[(count)++] = (value);                                                              \
    } while (0)

size_t parse_read_bytes(struct rx_str body, const struct parse_limits *limits)
{
    enum { READ_MOST = 3 };
    const size_t most = READ_MOST * limits->read_bytes;
    size_t limit = limits->read_bytes;
    for (size_t at = 0; limit < body.n && limit < most;) {
        const ptrdiff_t open = rx_str_find(rx_str_sub(body, 0, limit), RX_STR("<!--"), at);
        if (open < 0)
            break;
        const ptrdiff_t end =
            rx_str_find(rx_str_sub(body, 0, most), RX_STR("-->"), (size_t)open + 4);
        if (end < 0)
            break;
        at = (size_t)end + 3;
        if (at - (size_t)open > BUILD_COMMENT_MAX)
            limit += at - (size_t)open;
    }
    limit = limit < most ? limit : most;
    return limit < body.n ? limit : body.n;
}

int build_begin(struct build *b, struct rx_arena *arena, struct rx_str url, struct rx_str head,
                struct rx_str body, const struct parse_limits *limits)
{
    *b = (struct build){.arena = arena, .limits = limits};
    const size_t read_bytes = parse_read_bytes(body, limits);
    b->doc.cut = body.n > read_bytes;
    body = rx_str_sub(body, 0, read_bytes);
    struct charset_text text;
    int rc = charset_decode(&text, arena, body, parse_charset_label(head));
    if (rc)
        return rc;
    b->doc.url = rx_arena_dup(arena, url);
    b->doc.source = text.source;
    b->doc.charset = rx_str(text.name);
    b->doc.charset_by = text.by;
    b->map.runs = text.runs;
    b->map.run_count = text.run_count;
    struct locate_memory *memory = rx_arena_zalloc(arena, 1, sizeof *memory);
    if (!memory || !b->doc.url.p)
        return RX_EFULL;
    memory->arena = arena;
    b->doc.located = memory;
    return 0;
}

void build_link(struct build *b, const struct doc_link *link)
{
    if (b->doc.link_count >= b->limits->links) {
        b->doc.cut = true;
        return;
    }
    struct doc_link copy = *link;
    copy.hidden = b->hidden;
    APPEND(b, b->doc.links, b->doc.link_count, b->link_cap, copy);
}

void build_attr(struct build *b, struct rx_str tag, struct rx_str name, struct doc_span value)
{
    struct doc_attr attr = {tag, name, value, b->hidden};
    APPEND(b, b->doc.attrs, b->doc.attr_count, b->attr_cap, attr);
}

void build_meta(struct build *b, struct doc_meta meta)
{
    APPEND(b, b->doc.metas, b->doc.meta_count, b->meta_cap, meta);
}

void build_script(struct build *b, struct doc_script script)
{
    APPEND(b, b->doc.scripts, b->doc.script_count, b->script_cap, script);
}

void build_style(struct build *b, struct doc_span style)
{
    APPEND(b, b->doc.styles, b->doc.style_count, b->style_cap, style);
}

void build_comment(struct build *b, struct doc_span comment)
{
    if (comment.text.n > BUILD_COMMENT_MAX) {
        size_t kept = BUILD_COMMENT_MAX;
        while (kept > 0 && ((unsigned char)comment.text.p[kept] & 0xc0) == 0x80)
            kept--;
        /* Line ends and bytes that are no UTF-8 make the source's length another one. */
        doc_locate(&b->doc, comment, 0, kept, &comment.offset, &comment.length);
        comment.text.n = kept;
        b->doc.cut = true;
    }
    APPEND(b, b->doc.comments, b->doc.comment_count, b->comment_cap, comment);
}

void build_text(struct build *b, struct doc_span text)
{
    size_t count = b->doc.text_count;
    APPEND(b, b->text_hidden, count, b->text_hidden_cap, b->hidden);
    APPEND(b, b->doc.texts, b->doc.text_count, b->text_cap, text);
}

void build_framed(struct build *b, struct doc_span text)
{
    APPEND(b, b->doc.framed, b->doc.framed_count, b->framed_cap, text);
}

void build_path(struct build *b, uint32_t hash)
{
    APPEND(b, b->doc.tag_paths, b->doc.tag_path_count, b->path_cap, hash);
}

int32_t build_form(struct build *b, const struct doc_form *form)
{
    if (b->doc.form_count >= INT32_MAX)
        return -1;
    struct doc_form copy = *form;
    copy.hidden = b->hidden;
    APPEND(b, b->doc.forms, b->doc.form_count, b->form_cap, copy);
    return b->failed ? -1 : (int32_t)b->doc.form_count - 1;
}

void build_field(struct build *b, const struct doc_field *field, int32_t form)
{
    size_t count = b->doc.field_count;
    APPEND(b, b->field_forms, count, b->field_form_cap, form);
    struct doc_field copy = *field;
    copy.hidden = b->hidden || (form >= 0 && b->doc.forms[form].hidden);
    APPEND(b, b->doc.fields, b->doc.field_count, b->field_cap, copy);
}

size_t build_fold(char *out, size_t n, size_t max, struct rx_str s)
{
    for (size_t i = 0; i < s.n;) {
        if (rx_is_space(s.p[i])) {
            if (n && n < max && out[n - 1] != ' ')
                out[n++] = ' ';
            i++;
            continue;
        }
        size_t from = i;
        (void)rx_utf8_next(s, &i);
        if (i - from > max - n)
            break;
        memcpy(out + n, s.p + from, i - from);
        n += i - from;
    }
    return n;
}

/* ---- the end: links resolved, fields sorted ------------------------------------------------- */

/* Resolves raw into an arena string; empty on failure. */
static struct rx_str resolve(struct build *b, struct rx_buf *work, struct rx_str raw,
                             const struct rx_url *base)
{
    struct rx_url url;
    raw = rx_str_trim(raw);
    if (raw.n == 0 || rx_url_parse(&url, work, raw, base))
        return (struct rx_str){0};
    struct rx_str href = rx_arena_dup(b->arena, url.href);
    b->failed |= href.p == NULL;
    return href;
}

static const char *const link_attributes[RX_LINK_COUNT] = {
    [RX_LINK_A] = "href",     [RX_LINK_AREA] = "href",      [RX_LINK_FORM] = "action",
    [RX_LINK_IFRAME] = "src", [RX_LINK_IMG] = "src",        [RX_LINK_SCRIPT] = "src",
    [RX_LINK_STYLE] = "href", [RX_LINK_CANONICAL] = "href", [RX_LINK_ALTERNATE] = "href",
};

/* What is no http link (mailto:, tel:, javascript:...) stays readable as an attribute. */
static void keep_as_attr(struct build *b, const struct doc_link *link)
{
    const char *name = link_attributes[link->kind];
    bool is_link = link->kind == RX_LINK_STYLE || link->kind == RX_LINK_CANONICAL ||
                   link->kind == RX_LINK_ALTERNATE;
    const char *tag = is_link ? "link" : rx_link_name(link->kind);
    b->hidden = link->hidden;
    if (name && !rx_str_istarts(rx_str_trim(link->raw.text), RX_STR("data:")))
        build_attr(b, rx_str(tag), rx_str(name), link->raw);
}

/* Where no image says that it is the logo, what the page shows of itself elsewhere stands for it:
 * the picture of its Open Graph data. */
static void add_shown_logo(struct build *b)
{
    static const char *const names[] = {"og:logo", "og:image", "og:image:url"};
    for (size_t k = 0; k < sizeof names / sizeof *names && !b->logo; k++)
        for (size_t i = 0; i < b->doc.meta_count && !b->logo; i++) {
            const struct doc_meta *meta = &b->doc.metas[i];
            if (!rx_str_ieq(rx_str_trim(meta->name.text), rx_str(names[k])) ||
                rx_str_trim(meta->content.text).n == 0)
                continue;
            b->logo = true;
            b->hidden = false;
            build_link(b, &(struct doc_link){.kind = RX_LINK_LOGO, .raw = meta->content});
        }
}

static void resolve_links(struct build *b, struct rx_buf *work, const struct rx_url *base)
{
    size_t kept = 0;
    for (size_t i = 0; i < b->doc.link_count && !b->failed; i++) {
        struct doc_link *link = &b->doc.links[i];
        link->url = resolve(b, work, link->raw.text, base);
        if (link->url.n)
            b->doc.links[kept++] = *link;
        else
            keep_as_attr(b, link);
    }
    b->doc.link_count = kept;
}

static void resolve_forms(struct build *b, struct rx_buf *work, const struct rx_url *base)
{
    for (size_t i = 0; i < b->doc.form_count; i++) {
        struct doc_form *form = &b->doc.forms[i];
        form->action = resolve(b, work, form->raw_action.text, base);
        if (form->action.n == 0)
            form->action = b->doc.url;
    }
}

/* Texts whose parts belong apart become two: what is behind the joint is looked at again, in its
 * turn. */
static void part_seams(struct build *b)
{
    unsigned tries = SEAM_TRIES;
    struct doc *d = &b->doc;
    for (size_t i = 0; i < d->text_count && tries > 0 && !b->failed; i++) {
        const struct doc_span whole = d->texts[i];
        const size_t at = seam_find(d, whole, &tries);
        if (at == 0)
            continue;
        struct doc_span behind = {.text = rx_str_sub(whole.text, at, whole.text.n)};
        doc_locate(d, whole, at, behind.text.n, &behind.offset, &behind.length);
        struct doc_span before = {.text = rx_str_sub(whole.text, 0, at)};
        doc_locate(d, whole, 0, at, &before.offset, &before.length);
        b->hidden = b->text_hidden[i];
        build_text(b, behind);
        if (b->failed)
            return;
        d->texts[i] = before;
        const size_t last = d->text_count - 1;
        memmove(d->texts + i + 2, d->texts + i + 1, (last - i - 1) * sizeof *d->texts);
        memmove(b->text_hidden + i + 2, b->text_hidden + i + 1,
                (last - i - 1) * sizeof *b->text_hidden);
        d->texts[i + 1] = behind;
        b->text_hidden[i + 1] = b->hidden;
    }
}

/* Texts that are shown, and texts that are not. A page that shows next to nothing and hides the
 * rest is shown by its scripts: then nothing of it counts as hidden. */
static void part_texts(struct build *b)
{
    enum { SHOWS_NOTHING_BYTES = 200 };
    struct doc *d = &b->doc;
    size_t bytes[2] = {0}, count[2] = {0};
    for (size_t i = 0; i < d->text_count; i++)
        bytes[b->text_hidden[i]] += rx_str_trim(d->texts[i].text).n;
    if (bytes[true] <= bytes[false] || bytes[false] >= SHOWS_NOTHING_BYTES) {
        d->unseen = rx_arena_alloc(b->arena, (d->text_count + 1) * sizeof *d->unseen);
        if (!d->unseen) {
            b->failed = true;
            return;
        }
        for (size_t i = 0; i < d->text_count; i++)
            (b->text_hidden[i] ? d->unseen : d->texts)[count[b->text_hidden[i]]++] = d->texts[i];
        d->text_count = count[false];
        d->unseen_count = count[true];
        return;
    }
    for (size_t i = 0; i < d->link_count; i++)
        d->links[i].hidden = false;
    for (size_t i = 0; i < d->form_count; i++)
        d->forms[i].hidden = false;
    for (size_t i = 0; i < d->field_count; i++)
        d->fields[i].hidden = false;
    for (size_t i = 0; i < d->attr_count; i++)
        d->attrs[i].hidden = false;
}

/* Fields of form 0, form 1, ... and at last those outside: a counting sort, stable. */
static void sort_fields(struct build *b)
{
    size_t forms = b->doc.form_count, fields = b->doc.field_count;
    if (fields == 0)
        return;
    size_t *next = rx_arena_zalloc(b->arena, forms + 2, sizeof *next);
    struct doc_field *sorted = rx_arena_zalloc(b->arena, fields, sizeof *sorted);
    if (!next || !sorted) {
        b->failed = true;
        return;
    }
    for (size_t i = 0; i < fields; i++)
        next[(b->field_forms[i] < 0 ? forms : (size_t)b->field_forms[i]) + 1]++;
    for (size_t f = 0; f < forms; f++) {
        b->doc.forms[f].first_field = next[f];
        b->doc.forms[f].fields = next[f + 1];
        next[f + 1] += next[f];
    }
    for (size_t i = 0; i < fields; i++)
        sorted[next[b->field_forms[i] < 0 ? forms : (size_t)b->field_forms[i]]++] =
            b->doc.fields[i];
    b->doc.fields = sorted;
    for (size_t f = 0; f < forms; f++) {
        struct doc_form *form = &b->doc.forms[f];
        if (!form->button || form->around < 0)
            continue;
        form->first_field = b->doc.forms[form->around].first_field;
        form->fields = b->doc.forms[form->around].fields;
    }
}

static int finish(struct build *b, struct rx_err *err)
{
    struct rx_buf page_buf = RX_BUF(RX_URL_MAX * 2), base_buf = RX_BUF(RX_URL_MAX * 2);
    struct rx_buf work = RX_BUF(RX_URL_MAX * 2);
    struct rx_url page, base;
    int rc = rx_url_parse(&page, &page_buf, b->doc.url, NULL);
    if (rc) {
        rc = rx_fail(err, RX_EINVAL, "the document's URL is no http URL");
        goto out;
    }
    base = page;
    struct rx_str href = rx_str_trim(b->base.text);
    if (href.n && rx_url_parse(&base, &base_buf, href, &page))
        base = page;
    b->doc.base = rx_arena_dup(b->arena, base.href);
    add_shown_logo(b);
    resolve_links(b, &work, &base);
    resolve_forms(b, &work, &base);
    sort_fields(b);
    part_seams(b);
    part_texts(b);
    if (b->failed || !b->doc.base.p)
        rc = rx_fail(err, RX_EFULL, "the page needs more than %zu bytes of memory", b->arena->max);
out:
    rx_buf_free(&page_buf);
    rx_buf_free(&base_buf);
    rx_buf_free(&work);
    return rc;
}

int build_end(struct doc *out, struct build *b, struct rx_err *err)
{
    int rc = finish(b, err);
    if (rc)
        return rc;
    b->doc.offset_map = b->map.run_count ? &b->map : NULL;
    *out = b->doc;
    return 0;
}
