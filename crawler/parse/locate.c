/* locate.c - the way back: from a part of a decoded string to the bytes it was decoded from.
 *
 * Nothing is guessed. The source slice is decoded once more, unit by unit, by the rules that the
 * readers decode by (text.h); only when all of it gives the string again does a part of it have a
 * place. Else the whole slice is its place: too long a quote, but a true one.
 *
 *   base   x &acE; \r\n y </i> z       base: the source, or the guarded page that Gumbo read
 *   units  x  ∾̳    \n  y      z       a unit: what is decoded at once
 *   points ^                ^          every STRIDE bytes, so that a part is found in constant time
 *
 * Which rules hold for a slice (text, attribute, script...) its span does not say: they are tried.
 * Two that give the same string from the same bytes agree on where each character came from. */
#include "crawler/parse/build.h"

#include "base/escape.h"
#include "crawler/parse/text.h"
#include "crawler/parse/token.h"

/* WORK_MAX: bytes decoded to find rules, a page; ample, because slices do not overlap. */
enum { STRIDE = 512, WORK_MAX = 64 << 20, UNIT_MAX = 8 };

static const struct way {
    enum text_kind kind;
    bool markup;  /* tags stand between the parts of the text */
    bool newline; /* the first line end is left out (pre, textarea) */
} ways[] = {{TEXT_DATA, true, false}, {TEXT_ATTRIBUTE, false, false}, {TEXT_RCDATA, false, false},
            {TEXT_RAW, false, false}, {TEXT_DATA, true, true},        {TEXT_RCDATA, false, true}};

struct cursor {
    size_t text;     /* bytes given */
    size_t at, part; /* in the base: what comes next, and the end of the text it lies in */
    size_t unit;     /* where the last unit began */
};

struct slice {
    struct rx_str base, text; /* base: up to the slice's end */
    const struct way *way;
    bool tree; /* Gumbo's rules where they are not the standard's */
};

struct point {
    uint32_t text, at, part;
};

struct located {
    struct located *next;
    uint32_t offset, length;
    struct rx_str text;
    const struct way *way; /* NULL: none gives the text */
    struct point *points;  /* NULL: the slice is short */
    size_t count;
};

/* ---- reading a slice ------------------------------------------------------------------------- */

/* The next text among the markup. False: the slice ends. */
static bool next_part(const struct slice *s, struct cursor *c)
{
    struct tokenizer t = {.text = s->base, .at = c->at};
    struct token tok;
    if (!s->way->markup || c->at >= s->base.n)
        return false;
    if (!token_next(&t, &tok)) {
        c->at = c->part = s->base.n;
        return false;
    }
    c->part = tok.end;
    if (tok.kind != TOKEN_TEXT)
        c->at = tok.end;
    return true;
}

/* Gumbo makes controls and code points that are no characters U+FFFD where they stand as such. */
static bool is_refused(uint32_t code)
{
    return (code > 0 && code < 9) || code == 0xB || (code >= 0xE && code < 0x20) ||
           (code >= 0x7F && code < 0xA0) || (code >= 0xFDD0 && code <= 0xFDEF) ||
           (code & 0xFFFE) == 0xFFFE;
}

/* And it counts numbers modulo 2^32. 0: the reference is none of those. */
static uint32_t wrapped(struct rx_str reference)
{
    bool hex = reference.n > 2 && rx_lower(reference.p[2]) == 'x';
    uint64_t code = 0;
    bool over = false;
    if (reference.n < 10 || reference.p[1] != '#')
        return 0;
    for (size_t i = hex ? 3 : 2; i < reference.n && rx_hex(reference.p[i]) >= 0; i++) {
        code = code * (hex ? 16U : 10U) + (uint64_t)rx_hex(reference.p[i]);
        over |= code > UINT32_MAX;
        code &= UINT32_MAX;
    }
    return over && code < 0x110000 && !(code >= 0x80 && code < 0xA0) ? (uint32_t)code : 0;
}

static size_t read_unit(const struct slice *s, struct rx_str from, char out[UNIT_MAX], size_t *n)
{
    size_t used = text_step(from, s->way->kind, out, n), seen = 0;
    if (!s->tree || *n == 0)
        return used;
    bool reference = from.p[0] == '&';
    uint32_t code = reference ? wrapped(rx_str_sub(from, 0, used)) : rx_utf8_next(from, &seen);
    if (reference ? code > 0 : is_refused(code))
        *n = rx_utf8_put(out, reference ? code : 0xFFFD);
    return used;
}

static bool is_plain(char c)
{
    return c >= ' ' && c < 0x7F && c != '&';
}

/* Reads one unit, or up to `most` characters that stand for themselves. False: the slice ends, or
 * is not what the text says. */
static bool step(const struct slice *s, struct cursor *c, size_t most)
{
    while (c->at >= c->part)
        if (!next_part(s, c))
            return false;
    size_t left = s->text.n - c->text, n = 0;
    const char *base = s->base.p + c->at, *text = s->text.p + c->text;
    c->unit = c->at;
    most = most < left ? most : left;
    most = most < c->part - c->at ? most : c->part - c->at;
    while (n < most && base[n] == text[n] && is_plain(base[n]))
        n++;
    if (n) {
        c->at += n;
        c->text += n;
        return true;
    }
    char out[UNIT_MAX];
    size_t used = read_unit(s, rx_str_sub(s->base, c->at, c->part), out, &n);
    if (n > left || memcmp(out, text, n) != 0)
        return false;
    c->at += used;
    c->text += n;
    return true;
}

/* ---- the rules of a slice -------------------------------------------------------------------- */

static struct cursor begin(const struct slice *s, size_t from)
{
    struct cursor c = {.at = from, .part = s->way->markup ? from : s->base.n};
    if (!s->way->newline)
        return c;
    c.at += c.at < s->base.n && s->base.p[c.at] == '\r';
    c.at += c.at < s->base.n && s->base.p[c.at] == '\n';
    c.part = c.part < c.at ? c.at : c.part;
    return c;
}

/* Does the slice from `from` on give the text? points: one for each begun STRIDE, or NULL. */
static bool gives(const struct slice *s, size_t from, struct point *points)
{
    struct cursor c = begin(s, from);
    size_t next = 0;
    do {
        while (points && next * STRIDE <= c.text && next * STRIDE < s->text.n)
            points[next++] = (struct point){(uint32_t)c.text, (uint32_t)c.at, (uint32_t)c.part};
    } while (step(s, &c, STRIDE - c.text % STRIDE));
    return c.text == s->text.n && c.at >= s->base.n;
}

static bool find_way(struct located *l, struct slice *s, size_t from, struct locate_memory *memory)
{
    l->way = NULL;
    for (size_t i = 0; i < sizeof ways / sizeof *ways && !l->way; i++) {
        size_t bytes = s->base.n - from;
        if (memory && memory->work + bytes > WORK_MAX)
            return false;
        if (memory)
            memory->work += bytes;
        s->way = &ways[i];
        l->way = gives(s, from, l->points) ? s->way : NULL;
    }
    return l->way != NULL;
}

static struct located *find_known(const struct locate_memory *memory, struct doc_span span)
{
    struct located *l = memory->spans;
    while (l && (l->offset != span.offset || l->length != span.length || l->text.p != span.text.p ||
                 l->text.n != span.text.n))
        l = l->next;
    return l;
}

/* NULL: the arena is full. */
static struct located *learn(struct locate_memory *memory, struct doc_span span, struct slice *s,
                             size_t from)
{
    struct located *l = rx_arena_zalloc(memory->arena, 1, sizeof *l);
    if (!l)
        return NULL;
    l->count = (span.text.n + STRIDE - 1) / STRIDE;
    l->points = rx_arena_zalloc(memory->arena, l->count, sizeof *l->points);
    if (!l->points)
        return NULL;
    l->offset = span.offset;
    l->length = span.length;
    l->text = span.text;
    (void)find_way(l, s, from, memory);
    l->next = memory->spans;
    memory->spans = l;
    return l;
}

/* ---- a part of it ------------------------------------------------------------------------------
 */

/* Where the units of [from, to) of the text begin and end in the base. */
static void find_part(const struct slice *s, struct cursor c, size_t from, size_t to, size_t *start,
                      size_t *end)
{
    struct cursor next = c;
    while (step(s, &next, from > c.text ? from - c.text : 1) && next.text <= from)
        c = next;
    *start = next.unit;
    while (next.text < to && step(s, &next, to - next.text))
        ;
    *end = next.at;
}

static bool is_view(const struct doc *doc, struct doc_span span)
{
    return span.text.p == doc->source.p + span.offset && span.text.n == span.length;
}

/* Leaves the place as it is, the whole slice, where the text cannot be followed through it. */
static void locate(const struct doc *doc, struct doc_span span, size_t from, size_t to,
                   uint32_t *offset, uint32_t *length)
{
    struct locate_memory *memory = doc->located;
    const struct pruned *guarded = memory && memory->guarded.cut_count ? &memory->guarded : NULL;
    size_t first = span.offset, last = (size_t)span.offset + span.length - 1;
    if (guarded) {
        first = prune_guarded(guarded, (uint32_t)first);
        last = prune_guarded(guarded, (uint32_t)last);
    }
    struct slice s = {.base = rx_str_sub(guarded ? guarded->text : doc->source, 0, last + 1),
                      .text = span.text,
                      .tree = guarded != NULL};
    struct located short_one = {0}, *l = &short_one;
    if (memory && span.length > STRIDE) {
        l = find_known(memory, span);
        if (!l)
            l = learn(memory, span, &s, first);
    } else {
        (void)find_way(l, &s, first, NULL);
    }
    if (!l || !l->way)
        return;
    s.way = l->way;
    struct cursor c = begin(&s, first);
    if (l->points) {
        const struct point *p = &l->points[from / STRIDE];
        if (p->text > from)
            p--;
        c = (struct cursor){.text = p->text, .at = p->at, .part = p->part};
        memory->work += to - c.text;
    }
    size_t start, end;
    find_part(&s, c, from, to, &start, &end);
    *offset = guarded ? prune_source(guarded, start) : (uint32_t)start;
    *length = (guarded ? prune_source(guarded, end - 1) + 1 : (uint32_t)end) - *offset;
}

void doc_locate(const struct doc *doc, struct doc_span span, size_t from, size_t n,
                uint32_t *offset, uint32_t *length)
{
    if (from > span.text.n)
        from = span.text.n;
    if (n > span.text.n - from)
        n = span.text.n - from;
    bool found = span.length > 0 && span.offset <= doc->source.n &&
                 span.length <= doc->source.n - span.offset;
    *offset = span.offset;
    *length = found ? span.length : 0;
    if (!found || n == 0)
        return;
    if (is_view(doc, span)) {
        *offset = span.offset + (uint32_t)from;
        *length = (uint32_t)n;
    } else {
        locate(doc, span, from, from + n, offset, length);
    }
}

/* ---- the body ----------------------------------------------------------------------------------
 */

uint32_t doc_source_offset(const struct doc *doc, uint32_t offset)
{
    const struct parse_map *map = doc->offset_map;
    return map ? charset_body(map->runs, map->run_count, offset) : offset;
}

void doc_body_range(const struct doc *doc, uint32_t offset, uint32_t length, uint32_t *body_offset,
                    uint32_t *body_length)
{
    uint32_t end = offset + length;
    while (length && end < doc->source.n &&
           doc_source_offset(doc, end) == doc_source_offset(doc, end - 1))
        end++; /* one character of the body may be two of the source */
    *body_offset = doc_source_offset(doc, offset);
    *body_length = length ? doc_source_offset(doc, end) - *body_offset : 0;
}

/* The first byte of the source that comes of the body at or behind an offset. Complexity: O(log
 * source). */
static size_t source_at(const struct doc *doc, uint64_t body_offset)
{
    size_t low = 0, high = doc->source.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (doc_source_offset(doc, (uint32_t)middle) < body_offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct rx_str doc_body_source(const struct doc *doc, uint32_t body_offset, uint32_t body_length)
{
    return rx_str_sub(doc->source, source_at(doc, body_offset),
                      source_at(doc, (uint64_t)body_offset + body_length));
}
