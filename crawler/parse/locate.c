/* locate.c - the way back: from a part of a decoded string to the bytes it was decoded from.
 *
 * Text and source are walked together. They differ by character references, by CR LF, by bytes
 * that are no UTF-8, and by what the guard or Gumbo left out; which of these it is shows in the
 * source, so no table of names is needed. */
#include "crawler/parse/build.h"

#include "base/escape.h"
#include "crawler/parse/token.h"

struct walk {
    struct rx_str text, source;
    size_t t, s, end; /* end: of the slice, in source */
    const struct parse_map *map;
};

static struct rx_str rest_of(struct rx_str s, size_t at, size_t end)
{
    return rx_str_sub(s, at, end);
}

/* Length of "&name;" or "&#...;" at the start of s, without looking the name up; 0: none. */
static size_t reference_length(struct rx_str s)
{
    size_t i = 1;
    if (s.n < 2 || s.p[0] != '&')
        return 0;
    bool numeric = s.p[1] == '#';
    if (numeric)
        i = s.n > 2 && rx_lower(s.p[2]) == 'x' ? 3 : 2;
    size_t name = i;
    while (i < s.n && i < 40 && (numeric ? rx_hex(s.p[i]) >= 0 : rx_is_alnum(s.p[i])))
        i++;
    if (i == name)
        return 0;
    return i < s.n && s.p[i] == ';' ? i + 1 : i;
}

static size_t char_length(struct rx_str s)
{
    size_t at = 0;
    if (s.n)
        (void)rx_utf8_next(s, &at);
    return at;
}

/* Does the text from there on look like the source from there on? Markup, references and line ends
 * cannot be compared and count as yes. */
static bool goes_on(struct rx_str text, struct rx_str source)
{
    enum { LOOK = 4 };
    if (source.n == 0 || text.n == 0)
        return source.n == 0 && text.n == 0;
    if (source.p[0] == '&' || source.p[0] == '<' || source.p[0] == '\r')
        return true;
    for (size_t i = 0; i < LOOK && i < text.n && i < source.n; i++) {
        if (source.p[i] == '&' || source.p[i] == '<' || source.p[i] == '\r')
            break;
        if (text.p[i] != source.p[i])
            return false;
    }
    return true;
}

/* Steps over a reference in the source and what it became in the text. A name may end before its
 * ';' ("&notreal;" is "&not" and text), and may stand for two characters: what fits with how both
 * go on is right. False: it is literal. */
static bool step_reference(struct walk *w)
{
    struct rx_str source = rest_of(w->source, w->s, w->end);
    struct rx_str text = rest_of(w->text, w->t, w->text.n);
    size_t whole = reference_length(source), used = whole;
    if (whole == 0)
        return false;
    bool numeric = source.p[1] == '#', known = rx_str_starts(source, RX_STR("&amp;"));
    if (!numeric && !known && rx_str_starts(text, rx_str_sub(source, 0, whole)))
        return false;
    size_t one = char_length(text), two = one + char_length(rx_str_sub(text, one, text.n));
    size_t decoded = one;
    while (!numeric && used > 2 &&
           !goes_on(rx_str_sub(text, one, text.n), rx_str_sub(source, used, source.n)))
        used--;
    if (used == 2) {
        used = whole;
        if (goes_on(rx_str_sub(text, two, text.n), rx_str_sub(source, whole, source.n)))
            decoded = two;
    }
    w->s += used;
    w->t += decoded;
    return true;
}

/* Steps over markup that stands between two parts of one text. False: the '<' is text. */
static bool skip_markup(struct walk *w)
{
    size_t cuts = w->map ? w->map->cut_count : 0;
    uint32_t behind = cuts ? prune_skip(w->map->cuts, cuts, (uint32_t)w->s) : (uint32_t)w->s;
    if (behind > w->s) {
        w->s = behind;
        return true;
    }
    if (w->t < w->text.n && w->text.p[w->t] == '<')
        return false;
    struct tokenizer t = {.text = rx_str_sub(w->source, 0, w->end), .at = w->s};
    struct token tok;
    if (!token_next(&t, &tok) || tok.kind == TOKEN_TEXT)
        return false;
    w->s = tok.end;
    return true;
}

static void skip_all_markup(struct walk *w)
{
    while (w->s < w->end && w->source.p[w->s] == '<' && skip_markup(w))
        ;
}

/* One character of text and what it stands for. */
static void step(struct walk *w)
{
    skip_all_markup(w);
    if (w->s >= w->end) {
        w->t++;
        return;
    }
    char s = w->source.p[w->s], t = w->text.p[w->t];
    if (s == '&' && step_reference(w))
        return;
    if (s == '\r') {
        w->s += w->s + 1 < w->end && w->source.p[w->s + 1] == '\n' ? 2 : 1;
        w->t++;
        return;
    }
    if (s == t) {
        w->s++;
        w->t++;
        return;
    }
    if (rx_str_starts(rest_of(w->text, w->t, w->text.n), RX_STR("\xEF\xBF\xBD"))) {
        size_t at = 0;
        (void)rx_utf8_next(rest_of(w->source, w->s, w->end), &at);
        w->s += at;
        w->t += 3;
        return;
    }
    w->s++; /* a NUL, which Gumbo drops; nothing else is known to come here */
    if (s != '\0')
        w->t++;
}

/* Nothing was decoded: text and slice are the same bytes. */
static bool same_bytes(struct rx_str source, struct doc_span span, size_t need)
{
    if (span.length < need || memcmp(source.p + span.offset, span.text.p, need) != 0)
        return false;
    return span.length == span.text.n || rx_str_chr(rx_str_sub(span.text, 0, need), '&', 0) < 0;
}

void doc_locate(const struct doc *doc, struct doc_span span, size_t from, size_t n,
                uint32_t *offset, uint32_t *length)
{
    if (from > span.text.n)
        from = span.text.n;
    if (n > span.text.n - from)
        n = span.text.n - from;
    if (span.length == 0 || span.offset > doc->source.n ||
        span.length > doc->source.n - span.offset) {
        *offset = span.offset;
        *length = 0;
        return;
    }
    if (from + n == 0 || same_bytes(doc->source, span, from + n)) {
        *offset = span.offset + (uint32_t)from;
        *length = (uint32_t)n;
        return;
    }
    struct walk w = {.text = span.text,
                     .source = doc->source,
                     .s = span.offset,
                     .end = (size_t)span.offset + span.length,
                     .map = doc->offset_map};
    while (w.t < from)
        step(&w);
    skip_all_markup(&w);
    size_t begin = w.s;
    while (w.t < from + n)
        step(&w);
    *offset = (uint32_t)begin;
    *length = (uint32_t)(w.s - begin);
}

uint32_t doc_source_offset(const struct doc *doc, uint32_t offset)
{
    const struct parse_map *map = doc->offset_map;
    return map ? charset_body(map->runs, map->run_count, offset) : offset;
}
