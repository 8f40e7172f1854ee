/* sheet.c - see sheet.h. */
#include "crawler/extract/sheet.h"

static const struct {
    const char *word;
    enum rx_place place;
} kinds[SHEET_KINDS] = {
    [SHEET_TEXT] = {"text", RX_PLACE_TEXT},       [SHEET_ATTR] = {"attr", RX_PLACE_ATTR},
    [SHEET_META] = {"meta", RX_PLACE_ATTR},       [SHEET_FIELD] = {"field", RX_PLACE_FORM},
    [SHEET_SCRIPT] = {"script", RX_PLACE_SCRIPT}, [SHEET_COMMENT] = {"comment", RX_PLACE_COMMENT},
    [SHEET_URL] = {"url", RX_PLACE_URL},          [SHEET_STYLE] = {"style", RX_PLACE_STYLE},
    [SHEET_HEADER] = {"header", RX_PLACE_HEADER},
};

enum rx_place sheet_place(enum sheet_kind kind)
{
    return kinds[kind].place;
}

const char *sheet_kind_word(size_t kind)
{
    return kind < SHEET_KINDS ? kinds[kind].word : NULL;
}

int sheet_kind_parse(struct rx_str word)
{
    for (int k = 0; k < SHEET_KINDS; k++)
        if (rx_str_eq(word, rx_str(kinds[k].word)))
            return k;
    return -1;
}

/* Pieces gathered before they are joined: prefix (made text such as "name=") and span. */
struct gather {
    struct collect *c;
    struct piece *pieces;
    size_t count, cap;
    bool full;
};

static void add_piece(struct gather *g, struct piece piece)
{
    if (g->full)
        return;
    struct piece *moved =
        rx_arena_grow(g->c->arena, g->pieces, g->count, &g->cap, sizeof *g->pieces);
    if (!moved) {
        g->full = true;
        return;
    }
    g->pieces = moved;
    moved[g->count++] = piece;
}

static void add_span(struct gather *g, struct doc_span span)
{
    if (span.text.n > 0)
        add_piece(g, (struct piece){.span = span});
}

static void add_pair(struct gather *g, struct rx_str name, struct doc_span value, bool hidden)
{
    if (value.text.n > 0)
        add_piece(g, (struct piece){.name = name, .span = value, .hidden = hidden});
}

static void gather_attrs(struct gather *g)
{
    const struct doc *d = g->c->doc;
    for (size_t i = 0; i < d->attr_count; i++)
        add_pair(g, d->attrs[i].name, d->attrs[i].value, d->attrs[i].hidden);
    for (size_t i = 0; i < d->meta_count; i++)
        add_pair(g, d->metas[i].name.text, d->metas[i].content, false);
}

static void gather_fields(struct gather *g)
{
    const struct doc *d = g->c->doc;
    for (size_t i = 0; i < d->field_count; i++)
        add_pair(g, d->fields[i].name.text, d->fields[i].value, d->fields[i].hidden);
}

static void gather_metas(struct gather *g)
{
    const struct doc *d = g->c->doc;
    for (size_t i = 0; i < d->meta_count; i++)
        add_pair(g, d->metas[i].name.text, d->metas[i].content, false);
}

/* Resolved URLs, quoted as the attribute was written. A menu repeats its neighbours' URLs, so a
 * URL equal to the one before it is left out. */
static void gather_urls(struct gather *g)
{
    const struct doc *d = g->c->doc;
    struct rx_str last = {0};
    for (size_t i = 0; i < d->link_count; i++) {
        struct doc_span span = d->links[i].raw;
        if (rx_str_eq(d->links[i].url, last))
            continue;
        span.text = last = d->links[i].url;
        if (span.text.n > 0)
            add_piece(g, (struct piece){.span = span, .whole = true, .hidden = d->links[i].hidden});
    }
    struct doc_span own = {.text = d->url};
    add_piece(g, (struct piece){.span = own, .whole = true});
}

static void gather_spans(struct gather *g, const struct doc_span *spans, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_span(g, spans[i]);
}

static void gather_scripts(struct gather *g)
{
    const struct doc *d = g->c->doc;
    for (size_t i = 0; i < d->script_count; i++)
        add_span(g, d->scripts[i].text);
}

static void gather_kind(struct gather *g, enum sheet_kind kind)
{
    const struct doc *d = g->c->doc;
    switch (kind) {
    case SHEET_TEXT:
        gather_spans(g, d->texts, d->text_count);
        break;
    case SHEET_ATTR:
        gather_attrs(g);
        break;
    case SHEET_META:
        gather_metas(g);
        break;
    case SHEET_FIELD:
        gather_fields(g);
        break;
    case SHEET_SCRIPT:
        gather_scripts(g);
        break;
    case SHEET_COMMENT:
        gather_spans(g, d->comments, d->comment_count);
        break;
    case SHEET_URL:
        gather_urls(g);
        break;
    case SHEET_STYLE:
        gather_spans(g, d->styles, d->style_count);
        break;
    case SHEET_HEADER:
    case SHEET_KINDS:
        break;
    }
}

static size_t name_bytes(const struct piece *p)
{
    return p->name.n ? p->name.n + 1 : 0;
}

static struct rx_str text_of(const struct piece *p)
{
    return rx_str_sub(p->span.text, p->skip, p->span.text.n - p->cut);
}

/* Line ends and tabs inside a text are blanks to its reader; '\n' is between texts. */
static void flatten(char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i] = p[i] == '\n' || p[i] == '\t' || p[i] == '\r' ? ' ' : p[i];
}

int sheet_join(struct sheet *out, struct collect *c, struct piece *pieces, size_t count)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        pieces[i].at = total;
        pieces[i].n = name_bytes(&pieces[i]) + text_of(&pieces[i]).n;
        total += pieces[i].n + (pieces[i].glue != PIECE_GLUED);
    }
    char *p = rx_arena_alloc(c->arena, total + 1);
    if (!p)
        return RX_EFULL;
    for (size_t i = 0; i < count; i++) {
        const struct piece *piece = &pieces[i];
        char *at = p + piece->at;
        if (piece->name.n) {
            memcpy(at, piece->name.p, piece->name.n);
            at[piece->name.n] = piece->name.p[piece->name.n - 1] == ':' ? ' ' : '=';
        }
        struct rx_str text = text_of(piece);
        if (text.n)
            memcpy(at + name_bytes(piece), text.p, text.n);
        if (out->kind == SHEET_TEXT)
            flatten(at + name_bytes(piece), text.n);
        if (piece->glue != PIECE_GLUED)
            at[piece->n] = piece->glue == PIECE_LINE ? '\n' : ' ';
    }
    out->text = rx_strn(p, total);
    out->pieces = pieces;
    out->count = count;
    return 0;
}

/* As many pieces as the sheet may have. */
static size_t pieces_most(const struct doc *d, enum sheet_kind kind)
{
    switch (kind) {
    case SHEET_TEXT:
        return d->text_count;
    case SHEET_ATTR:
        return d->attr_count + d->meta_count;
    case SHEET_META:
        return d->meta_count;
    case SHEET_FIELD:
        return d->field_count;
    case SHEET_SCRIPT:
        return d->script_count;
    case SHEET_COMMENT:
        return d->comment_count;
    case SHEET_URL:
        return d->link_count + 1;
    case SHEET_STYLE:
        return d->style_count;
    case SHEET_HEADER:
    case SHEET_KINDS:
        break;
    }
    return 0;
}

int sheet_build(struct sheet *out, struct collect *c, enum sheet_kind kind)
{
    struct gather g = {.c = c, .cap = pieces_most(c->doc, kind)};
    *out = (struct sheet){.kind = kind};
    if (kind == SHEET_HEADER) {
        out->text = c->head;
        return 0;
    }
    g.pieces = rx_arena_alloc(c->arena, g.cap * sizeof *g.pieces);
    if (!g.pieces)
        return RX_EFULL;
    gather_kind(&g, kind);
    if (g.full)
        return RX_EFULL;
    return g.count ? sheet_join(out, c, g.pieces, g.count) : 0;
}

int sheet_unseen(struct sheet *out, struct collect *c)
{
    struct gather g = {.c = c};
    *out = (struct sheet){.kind = SHEET_TEXT, .hidden = true};
    gather_spans(&g, c->doc->unseen, c->doc->unseen_count);
    if (g.full)
        return RX_EFULL;
    return g.count ? sheet_join(out, c, g.pieces, g.count) : 0;
}

/* The last piece that starts at or before at. */
static const struct piece *piece_at(const struct sheet *s, size_t at)
{
    size_t low = 0, high = s->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (s->pieces[middle].at <= at)
            low = middle;
        else
            high = middle;
    }
    return &s->pieces[low];
}

/* The source of [from, to) of the sheet's text as far as it lies in that piece. */
static struct doc_span part_of(const struct collect *c, const struct piece *p, size_t from,
                               size_t to)
{
    if (p->whole)
        return p->span;
    struct doc_span part = {.offset = p->span.offset};
    size_t text_at = p->at + name_bytes(p), text_n = text_of(p).n;
    size_t begin = from > text_at ? from - text_at : 0, end = to > text_at ? to - text_at : 0;
    end = end < text_n ? end : text_n;
    if (p->span.length > 0)
        doc_locate(c->doc, p->span, p->skip + begin, end - begin, &part.offset, &part.length);
    return part;
}

struct doc_span sheet_span(const struct collect *c, const struct sheet *s, size_t from, size_t to,
                           size_t anchor)
{
    const struct piece *first = piece_at(s, anchor), *last = first, *end = s->pieces + s->count;
    while (first > s->pieces && first->at > from && first[-1].glue != PIECE_LINE)
        first--;
    while (last + 1 < end && last->glue != PIECE_LINE && last[1].at < to)
        last++;
    struct doc_span span = part_of(c, first, from, to);
    if (last > first) {
        struct doc_span tail = part_of(c, last, from, to);
        span.length = tail.offset + tail.length - span.offset;
    }
    return span;
}

struct sight sheet_sight(const struct collect *c, const struct sheet *s, size_t from, size_t to,
                         size_t anchor)
{
    if (s->kind == SHEET_HEADER)
        return collect_sight_head(c, rx_str_sub(c->head, from, to));
    const enum rx_place place = s->place ? s->place : sheet_place(s->kind);
    struct sight at = collect_sight(c, sheet_span(c, s, from, to, anchor), place);
    at.hidden |= s->hidden || (s->count > 0 && piece_at(s, anchor)->hidden);
    return at;
}
