/* island.c - see island.h. JSON (RFC 8259) is read as a row of strings: one with a colon behind it
 * is a name, any other a value under the last name. That is right for what is well made, linear for
 * what is not, and needs no memory for depth. A list's strings all stand under the list's name. */
#include "crawler/extract/island.h"

#include "base/escape.h"
#include "crawler/extract/share.h"

enum { STRINGS_MAX = 4000, BYTES_MAX = 256 * 1024, STRING_MAX = 16384, NAME_MAX = 40 };

/* ---- strings --------------------------------------------------------------------------------- */

/* The end of the string that begins at s[from], behind its quote; SIZE_MAX: it does not end.
 * escapes: it has a backslash. */
static size_t string_end(struct rx_str s, size_t from, bool *escapes)
{
    *escapes = false;
    for (size_t i = from; i < s.n; i++) {
        if (s.p[i] == '"')
            return i;
        if (s.p[i] == '\\') {
            *escapes = true;
            i++;
        }
    }
    return SIZE_MAX;
}

static bool hex4(struct rx_str s, size_t at, uint32_t *value)
{
    *value = 0;
    for (size_t i = 0; i < 4; i++) {
        const int digit = at + i < s.n ? rx_hex(s.p[at + i]) : -1;
        if (digit < 0)
            return false;
        *value = *value * 16 + (uint32_t)digit;
    }
    return true;
}

/* "\u0040" at s[at]; a pair of surrogates is one character. Returns the bytes read, 0: none. */
static size_t take_unicode(struct rx_str s, size_t at, uint32_t *value)
{
    uint32_t low;
    if (!hex4(s, at + 2, value))
        return 0;
    if (*value >> 10 == 0x36 && at + 7 < s.n && s.p[at + 6] == '\\' && s.p[at + 7] == 'u' &&
        hex4(s, at + 8, &low) && low >> 10 == 0x37) {
        *value = 0x10000 + ((*value & 0x3ff) << 10) + (low & 0x3ff);
        return 12;
    }
    return 6;
}

/* s without its escapes, which are longer than what they stand for; line ends become blanks. */
static size_t unescape(char *out, struct rx_str s, bool *coded)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        uint32_t value;
        size_t read;
        if (s.p[i] != '\\' || i + 1 >= s.n) {
            out[n++] = s.p[i++];
        } else if (s.p[i + 1] == 'u' && (read = take_unicode(s, i, &value)) > 0) {
            *coded |= value < 0x80 &&
                      (rx_is_alnum((char)value) || value == '@' || value == '.' || value == '+');
            n += rx_utf8_put(out + n, value >= ' ' ? value : ' ');
            i += read;
        } else {
            const char c = s.p[i + 1];
            out[n++] = c == 'n' || c == 'r' || c == 't' || c == 'b' || c == 'f' ? ' ' : c;
            i += 2;
        }
    }
    return n;
}

static bool is_name(struct rx_str s, size_t behind)
{
    while (behind < s.n && rx_is_space(s.p[behind]))
        behind++;
    return behind < s.n && s.p[behind] == ':';
}

int island_next(struct island_string *out, struct rx_arena *arena, struct rx_str text, size_t *at,
                struct rx_str *name)
{
    for (;;) {
        const ptrdiff_t quote = rx_str_chr(text, '"', *at);
        bool escapes, coded = false;
        if (quote < 0)
            break;
        const size_t from = (size_t)quote + 1, to = string_end(text, from, &escapes);
        if (to == SIZE_MAX)
            break;
        *at = to + 1;
        struct rx_str s = rx_str_sub(text, from, to);
        if (is_name(text, *at)) {
            *name = s;
            continue;
        }
        if (s.n == 0 || s.n > STRING_MAX)
            continue;
        if (escapes) {
            char *p = rx_arena_alloc(arena, s.n);
            if (!p)
                return RX_EFULL;
            s = rx_strn(p, unescape(p, s, &coded));
        }
        *out = (struct island_string){from, to, s, *name, coded};
        return 1;
    }
    *at = text.n;
    return 0;
}

/* ---- sheets ---------------------------------------------------------------------------------- */

struct lines {
    struct collect *c;
    struct piece *pieces;
    size_t count, cap, bytes;
    size_t most, most_bytes; /* up to which the island in hand may fill it */
    int rc;
};

/* A line "NAME VALUE", or the value alone. */
static void add(struct lines *l, struct rx_str name, const struct doc_span *script,
                const struct island_string *s)
{
    if (l->rc < 0)
        return;
    if (l->count >= l->most || l->bytes + s->text.n > l->most_bytes) {
        l->c->out->cut = true;
        return;
    }
    struct piece *moved =
        rx_arena_grow(l->c->arena, l->pieces, l->count, &l->cap, sizeof *l->pieces);
    if (!moved) {
        l->rc = RX_EFULL;
        return;
    }
    l->pieces = moved;
    l->bytes += name.n + s->text.n;
    struct doc_span span = {.text = s->text};
    if (script->length > 0)
        doc_locate(l->c->doc, *script, s->from, s->to - s->from, &span.offset, &span.length);
    const bool as_is = s->text.n == s->to - s->from && s->text.n == span.length;
    moved[l->count++] =
        (struct piece){.name = name, .span = span, .whole = !as_is, .hidden = s->coded};
}

/* "vatID" -> "vat ID": words as people write them, which is what signatures look for. */
static size_t spell(char *out, struct rx_str name)
{
    size_t n = 0;
    for (size_t i = 0; i < name.n && i < NAME_MAX; i++) {
        const bool joint = i > 0 && rx_is_alpha(name.p[i]) && rx_lower(name.p[i]) != name.p[i] &&
                           rx_lower(name.p[i - 1]) == name.p[i - 1];
        if (joint || name.p[i] == '_' || name.p[i] == '@')
            out[n++] = ' ';
        if (name.p[i] != '_' && name.p[i] != '@')
            out[n++] = name.p[i];
    }
    return n;
}

static struct rx_str spelled(struct lines *l, struct rx_str name)
{
    char words[2 * NAME_MAX + 1];
    size_t n = spell(words, name);
    if (n == 0)
        return (struct rx_str){0};
    words[n++] = ':';
    const struct rx_str copy = rx_arena_dup(l->c->arena, rx_strn(words, n));
    if (!copy.p)
        l->rc = RX_EFULL;
    return copy;
}

static bool is_number_of(struct rx_str name)
{
    static const char *const names[] = {"telephone",   "phone",     "tel",
                                        "phoneNumber", "faxNumber", "mobile"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (rx_str_ieq(name, rx_str(names[i])))
            return true;
    return false;
}

static bool is_url(struct rx_str s)
{
    return rx_str_find(rx_str_sub(s, 0, 32), RX_STR("://"), 0) > 0 ||
           rx_str_istarts(s, RX_STR("mailto:")) || rx_str_istarts(s, RX_STR("tel:"));
}

static void allow(struct lines *l, const struct share *share)
{
    l->most = share_of(share, STRINGS_MAX);
    l->most_bytes = share_of(share, BYTES_MAX);
}

static void one_island(struct lines *texts, struct lines *urls, struct share *share,
                       const struct doc_span *script)
{
    struct rx_arena *arena = texts->c->arena;
    struct rx_str name = {0};
    struct island_string s;
    int rc = 0;
    share_deal(share, script->text.n);
    allow(texts, share);
    allow(urls, share);
    for (size_t at = 0; texts->rc == 0 && urls->rc == 0 &&
                        (rc = island_next(&s, arena, script->text, &at, &name)) > 0;) {
        if (is_number_of(s.name))
            add(urls, RX_STR("tel:"), script, &s);
        else if (is_url(s.text))
            add(urls, RX_STR(""), script, &s);
        add(texts, spelled(texts, s.name), script, &s);
    }
    if (rc < 0)
        texts->rc = rc;
}

static int finish(struct sheet out[2], struct lines *texts, struct lines *urls, enum rx_place place)
{
    struct lines *const lines[] = {texts, urls};
    for (size_t i = 0; i < 2; i++) {
        struct lines *l = lines[i];
        out[i] = (struct sheet){.kind = i == 0 ? SHEET_TEXT : SHEET_URL, .place = place};
        const int rc =
            l->rc || l->count == 0 ? l->rc : sheet_join(&out[i], l->c, l->pieces, l->count);
        if (rc)
            return rc;
    }
    return 0;
}

/* Scripts take their settings from data-* attributes too. */
static bool is_json(struct rx_str value)
{
    value = rx_str_trim(value);
    return value.n > 4 && (value.p[0] == '{' || value.p[0] == '[') &&
           rx_str_chr(value, '"', 0) >= 0;
}

static void islands(struct lines *texts, struct lines *urls)
{
    const struct doc *d = texts->c->doc;
    struct share share = {0};
    for (size_t i = 0; i < d->script_count; i++)
        if (d->scripts[i].json)
            share_count(&share, d->scripts[i].text.text.n);
    for (size_t i = 0; i < d->script_count; i++)
        if (d->scripts[i].json)
            one_island(texts, urls, &share, &d->scripts[i].text);
}

static void attr_islands(struct lines *texts, struct lines *urls)
{
    const struct doc *d = texts->c->doc;
    struct share share = {0};
    for (size_t i = 0; i < d->attr_count; i++)
        if (is_json(d->attrs[i].value.text))
            share_count(&share, d->attrs[i].value.text.n);
    for (size_t i = 0; i < d->attr_count && share.sources > 0; i++)
        if (is_json(d->attrs[i].value.text))
            one_island(texts, urls, &share, &d->attrs[i].value);
}

int island_sheets(struct sheet out[ISLAND_SHEETS], struct collect *c)
{
    struct lines texts = {.c = c}, urls = {.c = c}, attr_texts = {.c = c}, attr_urls = {.c = c};
    islands(&texts, &urls);
    attr_islands(&attr_texts, &attr_urls);
    const int rc = finish(out, &texts, &urls, RX_PLACE_SCRIPT);
    return rc ? rc : finish(out + 2, &attr_texts, &attr_urls, RX_PLACE_ATTR);
}
