/* disguise.c - see disguise.h. */
#include "crawler/extract/disguise.h"

#include "crawler/extract/disguise_script.h"

enum { OPEN_SCRIPT, HIDDEN_TEXT, HIDDEN_SCRIPT };
enum { PIECES_MAX = 2000, PIECES_ALL = 8000, SPELLED_MAX = 2000, SIDE_MAX = 80 };

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

/* text in place of [offset, offset + length) of the source. */
static void add_piece(struct bare *b, struct rx_str text, uint32_t offset, uint32_t length)
{
    if (b->rc < 0 || text.n == 0)
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
    moved[b->count++] = (struct piece){.span = {text, offset, length}, .whole = true};
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

/* An address around a spelled-out '@' at s[at..end): *from and *to are its ends. Bare " at " needs
 * a spelled-out dot as well, because it is a word of the language; and that dot in English, because
 * "at this point" is English too. */
static bool unspell(char *out, size_t *n, struct rx_str s, size_t at, size_t end, size_t *from,
                    size_t *to)
{
    bool bare = !is_open(behind_blanks(s, at)), dot = false;
    bool prose = bare && rx_str_istarts(rx_str_trim(rx_str_sub(s, at, end)), RX_STR("at"));
    *from = at;
    while (*from > 0 && at - *from < SIDE_MAX && is_mail_char(s.p[*from - 1]))
        --*from;
    *n = at - *from;
    memcpy(out, s.p + *from, *n);
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

/* One script, which may use half of what is left of the budget: the first does not take it all. */
static void one_script(struct bare *open, struct bare *hidden, struct doc_span span, size_t *left)
{
    struct disguise_budget budget = {.bytes = *left / 2};
    struct disguised found;
    int rc;
    begin(open, PIECES_MAX / 4);
    begin(hidden, PIECES_MAX / 4);
    for (size_t at = 0;
         (rc = disguise_script_next(&found, open->c->arena, span.text, &at, &budget)) > 0;) {
        /* A script's text is its source, byte for byte. */
        uint32_t offset = span.length ? span.offset + (uint32_t)found.from : 0;
        uint32_t length = span.length ? (uint32_t)(found.to - found.from) : 0;
        add_piece(found.open ? open : hidden, found.text, offset, length);
    }
    *left -= *left / 2 - budget.bytes;
    open->c->out->cut |= budget.cut;
    if (rc < 0)
        open->rc = rc;
}

static void scripts(struct bare *open, struct bare *hidden)
{
    const struct doc *d = open->c->doc;
    size_t left = DISGUISE_SCRIPT_MAX;
    for (size_t i = 0; i < d->script_count; i++)
        one_script(open, hidden, d->scripts[i].text, &left);
}

static int finish(struct sheet *out, struct bare *b, enum sheet_kind kind, bool hidden)
{
    *out = (struct sheet){.kind = kind, .hidden = hidden};
    if (b->rc < 0 || b->count == 0)
        return b->rc;
    return sheet_join(out, b->c, b->pieces, b->count);
}

int disguise_sheets(struct sheet out[DISGUISE_SHEETS], struct collect *c, const struct sheet *seen,
                    const struct sheet *inlined)
{
    struct bare open = {.c = c}, text = {.c = c}, script = {.c = c};
    cloudflare(&text);
    spelled_text(&text, seen);
    spelled_text(&text, inlined);
    scripts(&open, &script);
    int rc = finish(&out[OPEN_SCRIPT], &open, SHEET_SCRIPT, false);
    if (rc == 0)
        rc = finish(&out[HIDDEN_TEXT], &text, SHEET_TEXT, true);
    if (rc == 0)
        rc = finish(&out[HIDDEN_SCRIPT], &script, SHEET_SCRIPT, true);
    return rc;
}
