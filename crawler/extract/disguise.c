/* disguise.c - see disguise.h. */
#include "crawler/extract/disguise.h"

#include "crawler/extract/disguise_drawn.h"
#include "crawler/extract/disguise_script.h"
#include "crawler/extract/disguise_spelled.h"
#include "crawler/extract/disguise_style.h"
#include "crawler/extract/disguise_value.h"
#include "crawler/extract/fold.h"
#include "crawler/extract/markup.h"
#include "crawler/extract/share.h"
#include "crawler/parse/text.h"

enum {
    OPEN_SCRIPT,
    HIDDEN_TEXT,
    HIDDEN_SCRIPT,
    HIDDEN_URL,
    STYLE_URL,
    OPEN_CODE,
    WRITTEN_TEXT, /* and its pairs, its URLs */
    COMMENT_TEXT = WRITTEN_TEXT + 3,
    COMMENT_DECODED = COMMENT_TEXT + 3
};
enum { PIECES_MAX = 2000, PIECES_ALL = 8000 };
/* VALUE: bytes of a value that is decoded; BASE64: less is a word. VALUES: bytes of all of them. */
enum { VALUE_MAX = 8192, BASE64_LEAST = 16, VALUES_MAX = 256 * 1024 };

struct bare {
    struct collect *c;
    struct piece *pieces;
    size_t count, cap;
    size_t most; /* pieces up to which the source in hand may fill it */
    int rc;
};

/* Each kind of source has pieces of its own; those of a kind share them (share.h). */
static void begin(struct bare *b, size_t most)
{
    b->most = b->count + most < PIECES_ALL ? b->count + most : PIECES_ALL;
}

static void add(struct bare *b, struct piece piece)
{
    if (b->rc < 0 || piece.span.text.n == 0)
        return;
    if (b->count == b->most) {
        b->c->out->cut = true;
        return;
    }
    struct piece *moved =
        rx_arena_grow(b->c->arena, b->pieces, b->count, &b->cap, sizeof *b->pieces);
    if (!moved) {
        b->rc = RX_EFULL;
        return;
    }
    b->pieces = moved;
    piece.whole = true;
    moved[b->count++] = piece;
}

/* text in place of [offset, offset + length) of the source. */
static void add_piece(struct bare *b, struct rx_str text, uint32_t offset, uint32_t length)
{
    add(b, (struct piece){.span = {text, offset, length}});
}

/* ---- Cloudflare -------------------------------------------------------------------------------
 */

/* Two hex digits of key, then each byte XORed with it. */
static void add_cfemail(struct bare *b, struct doc_span span, struct rx_str hex)
{
    char text[100];
    size_t n = hex.n / 2;
    int key = 0;
    if (n < 6 || n - 1 > sizeof text)
        return;
    for (size_t i = 0; i < n; i++) {
        int high = rx_hex(hex.p[2 * i]), low = rx_hex(hex.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return;
        if (i == 0)
            key = high << 4 | low;
        else
            text[i - 1] = (char)((high << 4 | low) ^ key);
    }
    struct rx_str copy = rx_arena_dup(b->c->arena, rx_strn(text, n - 1));
    if (!copy.p)
        b->rc = RX_EFULL;
    add_piece(b, copy, span.offset, span.length);
}

static void cloudflare(struct bare *b)
{
    const struct doc *d = b->c->doc;
    begin(b, PIECES_MAX);
    struct rx_str page = RX_STR("/cdn-cgi/l/email-protection#");
    for (size_t i = 0; i < d->attr_count; i++)
        if (rx_str_ieq(d->attrs[i].name, RX_STR("data-cfemail")))
            add_cfemail(b, d->attrs[i].value, d->attrs[i].value.text);
    for (size_t i = 0; i < d->link_count; i++) {
        ptrdiff_t at = rx_str_find(d->links[i].url, page, 0);
        if (at >= 0)
            add_cfemail(b, d->links[i].raw,
                        rx_str_sub(d->links[i].url, (size_t)at + page.n, d->links[i].url.n));
    }
}

static void spelled_text(struct bare *b, const struct sheet *sheet)
{
    struct spelled_scan scan = {.text = sheet->text};
    struct spelled found; /* once, because a hardened build clears it where it is declared */
    begin(b, PIECES_MAX);
    while (disguise_spelled_next(&found, &scan)) {
        struct doc_span where = sheet_span(b->c, sheet, found.from, found.to, found.sign);
        struct rx_str copy = rx_arena_dup(b->c->arena, rx_strn(found.address, found.n));
        if (!copy.p)
            b->rc = RX_EFULL;
        add_piece(b, copy, where.offset, where.length);
    }
    b->c->out->cut |= scan.cut;
}

/* ---- characters that are not drawn, or as others ------------------------------------------------
 */

static void drawn_text(struct bare *b, const struct sheet *sheet)
{
    struct drawn_scan scan = {.text = sheet->text};
    size_t from, to;
    begin(b, PIECES_MAX);
    while (b->count < b->most && disguise_drawn_next(&from, &to, &scan)) {
        const struct rx_str written = rx_str_sub(sheet->text, from, to);
        const struct doc_span where = sheet_span(b->c, sheet, from, to, from);
        struct rx_str drawn;
        if (fold_text(&drawn, b->c->arena, written))
            b->rc = RX_EFULL;
        else if (!rx_str_eq(drawn, written))
            add_piece(b, drawn, where.offset, where.length);
    }
    b->c->out->cut |= b->count == b->most;
}

/* ---- scripts ----------------------------------------------------------------------------------
 */

/* What markup would show (markup.h). */
struct shown {
    struct bare text, pairs, urls;
};

static void allow_shown(struct shown *s, const struct share *share)
{
    s->text.most = s->pairs.most = s->urls.most = share_of(share, PIECES_ALL);
}

struct uncover {
    struct bare *open, *hidden;
    struct shown *written; /* by document.write and the like */
    struct share share;
    size_t spent; /* of DISGUISE_SCRIPT_MAX bytes */
};

static bool is_full(const struct shown *s)
{
    return s->text.count == s->text.most && s->pairs.count == s->pairs.most &&
           s->urls.count == s->urls.most;
}

/* The parts of markup that stands at `where`; exact: it is its text, unit by unit, so that each
 * part can be quoted by itself. */
static void add_markup(struct shown *s, struct rx_str markup, struct doc_span where, bool exact,
                       bool hidden)
{
    struct collect *c = s->text.c;
    struct markup m = {.tokens = {.text = markup}};
    struct markup_part part;
    int rc = 0;
    if (!markup_is(markup))
        return;
    while (s->text.rc == 0 && (rc = markup_next(&part, c->arena, &m)) > 0) {
        if (is_full(s)) {
            c->out->cut = true;
            return;
        }
        struct doc_span span = {part.value, where.offset, where.length};
        if (exact && where.length > 0)
            doc_locate(c->doc, where, part.from, part.to - part.from, &span.offset, &span.length);
        if (part.url)
            add(&s->urls, (struct piece){.span = span, .hidden = hidden});
        else
            add(part.name.n ? &s->pairs : &s->text,
                (struct piece){.name = part.name, .span = span, .hidden = hidden});
    }
    if (rc < 0)
        s->text.rc = rc;
}

/* What an expression comes to may hold expressions: eval(atob("..atob(..)..")). They are read once
 * more, and quoted as the whole. */
static void again(struct uncover *u, struct rx_str script, uint32_t offset, uint32_t length,
                  struct disguise_budget *budget)
{
    struct disguise_scan scan = {.script = script};
    struct disguised found;
    int rc;
    if (rx_str_find(script, RX_STR("atob"), 0) < 0 &&
        rx_str_find(script, RX_STR("fromCharCode"), 0) < 0)
        return;
    while ((rc = disguise_script_next(&found, u->open->c->arena, &scan, budget)) > 0) {
        if (!found.plain)
            add_piece(u->hidden, found.text, offset, length);
        add_markup(u->written, found.text, (struct doc_span){script, offset, length}, false, true);
    }
    if (rc < 0)
        u->open->rc = rc;
}

static void one_script(struct uncover *u, struct doc_span span)
{
    struct disguise_scan scan = {.script = span.text};
    struct disguised found;
    int rc;
    share_deal(&u->share, span.text.n);
    struct disguise_budget budget = {.bytes = share_of(&u->share, DISGUISE_SCRIPT_MAX) - u->spent};
    const size_t given = budget.bytes;
    u->open->most = u->hidden->most = share_of(&u->share, PIECES_ALL);
    allow_shown(u->written, &u->share);
    while ((rc = disguise_script_next(&found, u->open->c->arena, &scan, &budget)) > 0) {
        uint32_t offset = span.offset, length = span.length;
        if (length > 0)
            doc_locate(u->open->c->doc, span, found.from, found.to - found.from, &offset, &length);
        if (!found.plain)
            add_piece(found.open ? u->open : u->hidden, found.text, offset, length);
        add_markup(u->written, found.text, (struct doc_span){found.text, offset, length}, false,
                   !found.open);
        again(u, found.text, offset, length, &budget);
    }
    u->spent += given - budget.bytes;
    u->open->c->out->cut |= budget.cut;
    if (rc < 0)
        u->open->rc = rc;
}

static bool is_code(const struct doc_attr *a)
{
    return rx_str_istarts(a->name, RX_STR("on")) ||
           rx_str_istarts(rx_str_trim(a->value.text), RX_STR("javascript:"));
}

/* Scripts, and attributes that are some. */
static void scripts(struct bare *open, struct bare *hidden, struct shown *written)
{
    const struct doc *d = open->c->doc;
    struct uncover u = {.open = open, .hidden = hidden, .written = written};
    for (size_t i = 0; i < d->script_count; i++)
        share_count(&u.share, d->scripts[i].text.text.n);
    for (size_t i = 0; i < d->attr_count; i++)
        if (is_code(&d->attrs[i]))
            share_count(&u.share, d->attrs[i].value.text.n);
    for (size_t i = 0; i < d->script_count; i++)
        one_script(&u, d->scripts[i].text);
    for (size_t i = 0; i < d->attr_count; i++)
        if (is_code(&d->attrs[i]))
            one_script(&u, d->attrs[i].value);
}

/* The same attributes as they stand, for what looks for scripts. */
static void code_attrs(struct bare *code)
{
    const struct doc *d = code->c->doc;
    begin(code, PIECES_MAX);
    for (size_t i = 0; i < d->attr_count; i++)
        if (is_code(&d->attrs[i]))
            add_piece(code, d->attrs[i].value.text, d->attrs[i].value.offset,
                      d->attrs[i].value.length);
}

/* ---- values -----------------------------------------------------------------------------------
 */

typedef bool decode_fn(char *out, size_t *n, struct rx_str s);

/* Values that are decoded out of one budget. */
struct values {
    struct share share;
    size_t spent; /* of VALUES_MAX bytes */
};

static void count_value(struct values *v, struct rx_str value)
{
    if (value.n <= VALUE_MAX)
        share_count(&v->share, value.n);
}

/* Of those that were counted, in the same order. */
static void add_decoded(struct bare *b, struct values *v, struct rx_str value,
                        const struct doc_span *source, decode_fn *decode)
{
    if (value.n > VALUE_MAX || b->rc < 0)
        return;
    share_deal(&v->share, value.n);
    if (value.n > share_of(&v->share, VALUES_MAX) - v->spent) {
        b->c->out->cut = true;
        return;
    }
    v->spent += value.n;
    size_t n;
    char *p = rx_arena_alloc(b->c->arena, value.n + 1);
    if (!p)
        b->rc = RX_EFULL;
    else if (decode(p, &n, value))
        add_piece(b, rx_strn(p, n), source->offset, source->length);
}

/* The value of data-*, if it is as long as Base64 of a text. */
static struct rx_str coded_of(const struct doc_attr *a)
{
    const struct rx_str coded = rx_str_trim(a->value.text);
    const bool may = coded.n >= BASE64_LEAST && rx_str_istarts(a->name, RX_STR("data-"));
    return may ? coded : RX_STR("");
}

/* Values of data-* that are Base64 of text. */
static void data_values(struct bare *text)
{
    const struct doc *d = text->c->doc;
    struct values values = {0};
    begin(text, PIECES_MAX / 2);
    for (size_t i = 0; i < d->attr_count; i++)
        count_value(&values, coded_of(&d->attrs[i]));
    for (size_t i = 0; i < d->attr_count; i++)
        add_decoded(text, &values, coded_of(&d->attrs[i]), &d->attrs[i].value, disguise_base64);
}

/* The value, if it has percent escapes. */
static struct rx_str escaped_of(struct rx_str value)
{
    return rx_str_chr(value, '%', 0) >= 0 ? value : RX_STR("");
}

static void escaped_urls(struct bare *urls)
{
    const struct doc *d = urls->c->doc;
    struct values values = {0};
    begin(urls, PIECES_MAX);
    for (size_t i = 0; i < d->link_count; i++)
        count_value(&values, escaped_of(d->links[i].url));
    for (size_t i = 0; i < d->attr_count; i++)
        count_value(&values, escaped_of(d->attrs[i].value.text));
    for (size_t i = 0; i < d->link_count; i++)
        add_decoded(urls, &values, escaped_of(d->links[i].url), &d->links[i].raw, disguise_percent);
    for (size_t i = 0; i < d->attr_count; i++)
        add_decoded(urls, &values, escaped_of(d->attrs[i].value.text), &d->attrs[i].value,
                    disguise_percent);
}

/* ---- comments -------------------------------------------------------------------------------- */

static bool decode_references(char *out, size_t *n, struct rx_str s)
{
    struct rx_buf text = RX_BUF(s.n); /* a reference may stand for more than its own bytes */
    const bool fine = !text_is_plain(s, false) && text_decode(&text, s, TEXT_DATA) == 0;
    if (fine && text.n > 0)
        memcpy(out, text.p, text.n);
    *n = text.n;
    rx_buf_free(&text);
    return fine && *n > 0;
}

/* The comment, if it has entities. */
static struct rx_str entities_of(struct rx_str comment)
{
    return rx_str_chr(comment, '&', 0) >= 0 ? comment : RX_STR("");
}

/* What is commented out was markup, with its names and entities. */
static void comments(struct shown *markup, struct bare *decoded)
{
    const struct doc *d = decoded->c->doc;
    struct share share = {0};
    struct values values = {0};
    begin(decoded, PIECES_MAX);
    for (size_t i = 0; i < d->comment_count; i++) {
        share_count(&share, d->comments[i].text.n);
        count_value(&values, entities_of(d->comments[i].text));
    }
    for (size_t i = 0; i < d->comment_count; i++) {
        const struct doc_span *span = &d->comments[i];
        share_deal(&share, span->text.n);
        allow_shown(markup, &share);
        add_markup(markup, span->text, *span, true, true);
        add_decoded(decoded, &values, entities_of(span->text), span, decode_references);
    }
}

/* ---- styles -----------------------------------------------------------------------------------
 */

struct sheets_shown {
    struct bare *text, *urls;
    size_t text_from, urls_from; /* what they had before */
    struct share share;
};

static void one_style(struct sheets_shown *s, const struct doc_span *style)
{
    struct styled found;
    int rc;
    share_deal(&s->share, style->text.n);
    s->text->most = s->text_from + share_of(&s->share, PIECES_MAX / 2);
    s->urls->most = s->urls_from + share_of(&s->share, PIECES_MAX / 2);
    for (size_t at = 0;
         (rc = disguise_style_next(&found, s->text->c->arena, style->text, &at)) > 0;) {
        uint32_t offset = style->offset, length = style->length;
        if (length > 0)
            doc_locate(s->text->c->doc, *style, found.from, found.to - found.from, &offset,
                       &length);
        add_piece(found.url ? s->urls : s->text, found.text, offset, length);
    }
    if (rc < 0)
        s->text->rc = rc;
}

static void styles(struct bare *text, struct bare *urls)
{
    const struct doc *d = text->c->doc;
    struct sheets_shown s = {
        .text = text, .urls = urls, .text_from = text->count, .urls_from = urls->count};
    for (size_t i = 0; i < d->style_count; i++)
        share_count(&s.share, d->styles[i].text.n);
    for (size_t i = 0; i < d->attr_count; i++)
        if (rx_str_ieq(d->attrs[i].name, RX_STR("style")))
            share_count(&s.share, d->attrs[i].value.text.n);
    for (size_t i = 0; i < d->style_count; i++)
        one_style(&s, &d->styles[i]);
    for (size_t i = 0; i < d->attr_count; i++)
        if (rx_str_ieq(d->attrs[i].name, RX_STR("style")))
            one_style(&s, &d->attrs[i].value);
}

static int finish(struct sheet *out, struct bare *b, enum sheet_kind kind, bool hidden)
{
    *out = (struct sheet){.kind = kind, .hidden = hidden};
    if (b->rc < 0 || b->count == 0)
        return b->rc;
    return sheet_join(out, b->c, b->pieces, b->count);
}

static int finish_shown(struct sheet out[3], struct shown *s, enum rx_place place)
{
    int rc = finish(&out[0], &s->text, SHEET_TEXT, false);
    if (rc == 0)
        rc = finish(&out[1], &s->pairs, SHEET_ATTR, false);
    if (rc == 0)
        rc = finish(&out[2], &s->urls, SHEET_URL, false);
    if (rc == 0) {
        out[0].place = out[1].place = out[2].place = place;
        out[1].also = 1u << SHEET_META | 1u << SHEET_FIELD | 1u << SHEET_SCRIPT;
    }
    return rc;
}

static int comment_sheets(struct sheet out[DISGUISE_SHEETS], struct collect *c)
{
    struct shown markup = {{.c = c}, {.c = c}, {.c = c}};
    struct bare decoded = {.c = c};
    comments(&markup, &decoded);
    int rc = finish_shown(&out[COMMENT_TEXT], &markup, RX_PLACE_COMMENT);
    if (rc == 0)
        rc = finish(&out[COMMENT_DECODED], &decoded, SHEET_COMMENT, true);
    if (rc == 0) {
        out[COMMENT_DECODED].also =
            c->doc->kind == DOC_PAGE ? 1u << SHEET_SCRIPT | 1u << SHEET_URL : SHEET_ANYTHING;
    }
    return rc;
}

static int script_sheets(struct sheet out[DISGUISE_SHEETS], struct collect *c)
{
    struct bare open = {.c = c}, script = {.c = c}, code = {.c = c};
    struct shown written = {{.c = c}, {.c = c}, {.c = c}};
    scripts(&open, &script, &written);
    code_attrs(&code);
    int rc = finish(&out[OPEN_SCRIPT], &open, SHEET_SCRIPT, false);
    if (rc == 0)
        rc = finish(&out[HIDDEN_SCRIPT], &script, SHEET_SCRIPT, true);
    if (rc == 0)
        rc = finish(&out[OPEN_CODE], &code, SHEET_SCRIPT, false);
    if (rc == 0)
        rc = finish_shown(&out[WRITTEN_TEXT], &written, RX_PLACE_SCRIPT);
    if (rc == 0) {
        out[HIDDEN_SCRIPT].also = SHEET_ANYTHING; /* words, markup, a script */
        out[OPEN_CODE].place = RX_PLACE_ATTR;
    }
    return rc;
}

int disguise_sheets(struct sheet out[DISGUISE_SHEETS], struct collect *c, const struct sheet *seen,
                    const struct sheet *inlined)
{
    struct bare text = {.c = c}, urls = {.c = c}, style_urls = {.c = c};
    cloudflare(&text);
    spelled_text(&text, seen);
    spelled_text(&text, inlined);
    drawn_text(&text, seen);
    drawn_text(&text, inlined);
    data_values(&text);
    styles(&text, &style_urls);
    escaped_urls(&urls);
    int rc = script_sheets(out, c);
    if (rc == 0)
        rc = comment_sheets(out, c);
    if (rc == 0)
        rc = finish(&out[HIDDEN_TEXT], &text, SHEET_TEXT, true);
    if (rc == 0)
        rc = finish(&out[HIDDEN_URL], &urls, SHEET_URL, true);
    if (rc == 0)
        rc = finish(&out[STYLE_URL], &style_urls, SHEET_URL, false);
    if (rc == 0) {
        out[HIDDEN_TEXT].also = SHEET_ANYTHING;
        out[STYLE_URL].place = RX_PLACE_STYLE;
    }
    return rc;
}
