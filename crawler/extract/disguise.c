/* disguise.c - see disguise.h. */
#include "crawler/extract/disguise.h"

#include "crawler/extract/disguise_script.h"
#include "crawler/extract/disguise_style.h"
#include "crawler/extract/disguise_value.h"
#include "crawler/extract/markup.h"
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
/* DOT_MOST: bytes of a spelled-out dot, its brackets and blanks. */
enum { PIECES_MAX = 2000, PIECES_ALL = 8000, SPELLED_MAX = 2000, SIDE_MAX = 80, DOT_MOST = 14 };
/* VALUE: bytes of a value that is decoded; BASE64: less is a word. VALUES: bytes of all of them. */
enum { VALUE_MAX = 8192, BASE64_LEAST = 16, VALUES_MAX = 256 * 1024 };

struct bare {
    struct collect *c;
    struct piece *pieces;
    size_t count, cap;
    size_t most; /* pieces up to which the source in hand may fill it */
    int rc;
};

/* Each source has pieces of its own, so that decoys of one do not hide what another shows. */
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

/* ---- "name [at] host (dot) com" ---------------------------------------------------------------
 */

static bool is_open(char c)
{
    return c == '[' || c == '(' || c == '{' || c == '<';
}

static bool is_close(char c)
{
    return c == ']' || c == ')' || c == '}' || c == '>';
}

static const char *const at_words[] = {"at", "@", "arroba", "chez", "bei"};
static const char *const dot_words[] = {"dot", ".", "punkt", "punto", "point", "ponto"};

static bool is_word_of(struct rx_str word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count && word.n > 0; i++)
        if (words[i][0] == rx_lower(word.p[0]) && rx_str_ieq(word, rx_str(words[i])))
            return true;
    return false;
}

/* "[at]" or " at " at s[at..]: what it stands for, '@' or '.'; 0: nothing. *end: behind it and the
 * blanks that follow. Bare words count only between blanks. */
static char spelled(struct rx_str s, size_t at, size_t *end)
{
    size_t from = at;
    while (from < s.n && s.p[from] == ' ')
        from++;
    bool bracket = from < s.n && is_open(s.p[from]);
    if (!bracket && from == at)
        return 0;
    from += bracket;
    while (bracket && from < s.n && s.p[from] == ' ')
        from++;
    if (from >= s.n || !strchr("aAbBcCdDpP@.", s.p[from]))
        return 0; /* no word of the lists begins so: nearly every blank of a page ends here */
    size_t to = from;
    while (to < s.n && to - from < 8 && (rx_is_alpha(s.p[to]) || s.p[to] == '@' || s.p[to] == '.'))
        to++;
    struct rx_str word = rx_str_sub(s, from, to);
    while (bracket && to < s.n && s.p[to] == ' ')
        to++;
    if (to >= s.n || (bracket ? !is_close(s.p[to]) : s.p[to] != ' '))
        return 0;
    to++;
    while (to < s.n && s.p[to] == ' ')
        to++;
    *end = to;
    if (is_word_of(word, at_words, sizeof at_words / sizeof at_words[0]))
        return '@';
    return is_word_of(word, dot_words, sizeof dot_words / sizeof dot_words[0]) ? '.' : 0;
}

static bool is_mail_char(char c)
{
    return rx_is_alnum(c) || c == '.' || c == '_' || c == '-' || c == '+';
}

/* The first byte behind the blanks at s[at..], in lower case; 0: none. */
static char behind_blanks(struct rx_str s, size_t at)
{
    while (at < s.n && s.p[at] == ' ')
        at++;
    return at < s.n ? rx_lower(s.p[at]) : '\0';
}

/* Where the spelled-out dot begins that ends at s[end), behind a byte of a name: "anna [dot] roe";
 * end: there is none. */
static size_t dot_before(struct rx_str s, size_t end)
{
    size_t behind;
    for (size_t at = end; at > 0 && end - at < DOT_MOST; at--)
        if (is_mail_char(s.p[at - 1]) && spelled(s, at, &behind) == '.' && behind == end)
            return at;
    return end;
}

/* Puts the parts of an address at s[from..end), with dots for what spells them. */
static void put_parts(char *out, size_t *n, struct rx_str s, size_t from, size_t end)
{
    for (size_t behind; from < end && *n < SIDE_MAX;) {
        const bool sign = is_mail_char(s.p[from]);
        if (!sign && spelled(s, from, &behind) != '.')
            break;
        out[(*n)++] = sign ? s.p[from] : '.';
        from = sign ? from + 1 : behind;
    }
}

/* An address around a spelled-out '@' at s[at..end): *from and *to are its ends. Bare " at " needs
 * a spelled-out dot as well, because it is a word of the language; and that dot in English, because
 * "at this point" is English too. */
static bool unspell(char *out, size_t *n, struct rx_str s, size_t at, size_t end, size_t *from,
                    size_t *to)
{
    bool bare = !is_open(behind_blanks(s, at)), dot = false;
    bool prose = bare && rx_str_istarts(rx_str_trim(rx_str_sub(s, at, end)), RX_STR("at"));
    for (size_t before = *from = at;; *from = before) {
        while (*from > 0 && at - *from < SIDE_MAX && is_mail_char(s.p[*from - 1]))
            --*from;
        before = dot_before(s, *from);
        const bool in_words = !is_open(behind_blanks(s, before));
        if (before == *from || at - before >= SIDE_MAX || (in_words && !bare) ||
            (prose && behind_blanks(s, before) == 'p'))
            break;
    }
    *n = 0;
    put_parts(out, n, s, *from, at);
    out[(*n)++] = '@';
    *to = end;
    while (*to < s.n && *n < 2 * SIDE_MAX) {
        size_t behind;
        if (is_mail_char(s.p[*to])) {
            out[(*n)++] = s.p[(*to)++];
        } else if (spelled(s, *to, &behind) == '.' && !(prose && behind_blanks(s, *to) == 'p')) {
            out[(*n)++] = '.';
            *to = behind;
            dot = true;
        } else {
            break;
        }
    }
    return at > *from && (!bare || dot);
}

/* The next place at or behind `at` where a spelled-out '@' may begin: behind a byte of a name, and
 * before a bracket or one of the first letters of at_words. Nearly every blank of a page fails. */
static size_t next_place(struct rx_str s, size_t at)
{
    static const bool begins[256] = {
        [' '] = true, ['['] = true, ['('] = true, ['{'] = true, ['<'] = true};
    for (; at + 3 < s.n; at++) {
        if (!begins[(unsigned char)s.p[at]])
            continue;
        char c = s.p[at] == ' ' ? rx_lower(s.p[at + 1]) : s.p[at];
        bool may = c == 'a' || c == 'b' || c == 'c' || c == '@' || c == ' ' || is_open(c);
        if (may && is_mail_char(s.p[at - 1]))
            break;
    }
    return at;
}

static void spelled_text(struct bare *b, const struct sheet *sheet)
{
    struct rx_str s = sheet->text;
    char out[2 * SIDE_MAX +
             2]; /* out here, because a hardened build clears it where it is declared */
    size_t found = 0;
    begin(b, PIECES_MAX);
    for (size_t at = 1; (at = next_place(s, at)) + 3 < s.n; at++) {
        size_t n, end, from, to;
        if (spelled(s, at, &end) != '@')
            continue;
        if (found++ == SPELLED_MAX) {
            b->c->out->cut = true;
            return;
        }
        if (!unspell(out, &n, s, at, end, &from, &to))
            continue;
        struct doc_span where = sheet_span(b->c, sheet, from, to, at);
        struct rx_str copy = rx_arena_dup(b->c->arena, rx_strn(out, n));
        if (!copy.p)
            b->rc = RX_EFULL;
        add_piece(b, copy, where.offset, where.length);
        at = to;
    }
}

/* ---- scripts ----------------------------------------------------------------------------------
 */

/* What markup would show (markup.h). */
struct shown {
    struct bare text, pairs, urls;
};

static void begin_shown(struct shown *s)
{
    begin(&s->text, PIECES_ALL);
    begin(&s->pairs, PIECES_ALL);
    begin(&s->urls, PIECES_ALL);
}

struct uncover {
    struct bare *open, *hidden;
    struct shown *written; /* by document.write and the like */
    size_t left;           /* of the budget of bytes */
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

/* One script, which may use half of what is left of the budget: the first does not take it all. */
static void one_script(struct uncover *u, struct doc_span span)
{
    struct disguise_budget budget = {.bytes = u->left / 2};
    struct disguise_scan scan = {.script = span.text};
    struct disguised found;
    int rc;
    begin(u->open, PIECES_MAX / 4);
    begin(u->hidden, PIECES_MAX / 4);
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
    u->left -= u->left / 2 - budget.bytes;
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
    struct uncover u = {open, hidden, written, DISGUISE_SCRIPT_MAX};
    begin_shown(written);
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

static void add_decoded(struct bare *b, struct rx_str value, const struct doc_span *source,
                        decode_fn *decode, size_t *left)
{
    if (value.n > VALUE_MAX || b->rc < 0)
        return;
    if (value.n > *left) {
        b->c->out->cut = true;
        return;
    }
    *left -= value.n;
    size_t n;
    char *p = rx_arena_alloc(b->c->arena, value.n + 1);
    if (!p)
        b->rc = RX_EFULL;
    else if (decode(p, &n, value))
        add_piece(b, rx_strn(p, n), source->offset, source->length);
}

/* Values of data-* that are Base64 of text. */
static void data_values(struct bare *text)
{
    const struct doc *d = text->c->doc;
    size_t left = VALUES_MAX;
    begin(text, PIECES_MAX / 2);
    for (size_t i = 0; i < d->attr_count; i++) {
        const struct doc_span *value = &d->attrs[i].value;
        const struct rx_str coded = rx_str_trim(value->text);
        if (coded.n >= BASE64_LEAST && rx_str_istarts(d->attrs[i].name, RX_STR("data-")))
            add_decoded(text, coded, value, disguise_base64, &left);
    }
}

static void escaped_urls(struct bare *urls)
{
    const struct doc *d = urls->c->doc;
    size_t left = VALUES_MAX;
    begin(urls, PIECES_MAX);
    for (size_t i = 0; i < d->link_count; i++)
        if (rx_str_chr(d->links[i].url, '%', 0) >= 0)
            add_decoded(urls, d->links[i].url, &d->links[i].raw, disguise_percent, &left);
    for (size_t i = 0; i < d->attr_count; i++)
        if (rx_str_chr(d->attrs[i].value.text, '%', 0) >= 0)
            add_decoded(urls, d->attrs[i].value.text, &d->attrs[i].value, disguise_percent, &left);
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

/* What is commented out was markup, with its names and entities. */
static void comments(struct shown *markup, struct bare *decoded)
{
    const struct doc *d = decoded->c->doc;
    size_t left = VALUES_MAX;
    begin_shown(markup);
    begin(decoded, PIECES_MAX);
    for (size_t i = 0; i < d->comment_count; i++) {
        const struct doc_span *span = &d->comments[i];
        add_markup(markup, span->text, *span, true, true);
        if (rx_str_chr(span->text, '&', 0) >= 0)
            add_decoded(decoded, span->text, span, decode_references, &left);
    }
}

/* ---- styles -----------------------------------------------------------------------------------
 */

static void one_style(struct bare *text, struct bare *urls, const struct doc_span *style)
{
    struct styled found;
    int rc;
    for (size_t at = 0; (rc = disguise_style_next(&found, text->c->arena, style->text, &at)) > 0;) {
        uint32_t offset = style->offset, length = style->length;
        if (length > 0)
            doc_locate(text->c->doc, *style, found.from, found.to - found.from, &offset, &length);
        add_piece(found.url ? urls : text, found.text, offset, length);
    }
    if (rc < 0)
        text->rc = rc;
}

static void styles(struct bare *text, struct bare *urls)
{
    const struct doc *d = text->c->doc;
    begin(text, PIECES_MAX / 2);
    begin(urls, PIECES_MAX / 2);
    for (size_t i = 0; i < d->style_count; i++)
        one_style(text, urls, &d->styles[i]);
    for (size_t i = 0; i < d->attr_count; i++)
        if (rx_str_ieq(d->attrs[i].name, RX_STR("style")))
            one_style(text, urls, &d->attrs[i].value);
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
