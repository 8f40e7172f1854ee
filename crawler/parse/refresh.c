/* refresh.c - redirects that are written as words: meta refresh and JavaScript's location. Both are
 * read without a parser of their own, in one pass; a location that is not a plain literal is left
 * alone. */
#include "base/escape.h"
#include "crawler/parse/build.h"

static struct rx_str skip_blanks(struct rx_str s)
{
    size_t at = 0;
    while (at < s.n && rx_is_space(s.p[at]))
        at++;
    return rx_str_sub(s, at, s.n);
}

struct rx_str refresh_url(struct rx_str content)
{
    const struct rx_str none = {0};
    struct rx_str s = skip_blanks(content);
    size_t digits = 0;
    while (digits < s.n && (rx_is_digit(s.p[digits]) || s.p[digits] == '.'))
        digits++;
    if (digits == 0)
        return none;
    s = rx_str_sub(s, digits, s.n);
    if (s.n && s.p[0] != ';' && s.p[0] != ',' && !rx_is_space(s.p[0]))
        return none;
    s = skip_blanks(s);
    if (s.n && (s.p[0] == ';' || s.p[0] == ','))
        s = skip_blanks(rx_str_sub(s, 1, s.n));
    struct rx_str url = s;
    if (rx_str_istarts(s, RX_STR("url"))) {
        struct rx_str rest = skip_blanks(rx_str_sub(s, 3, s.n));
        if (rest.n && rest.p[0] == '=')
            url = skip_blanks(rx_str_sub(rest, 1, rest.n));
    }
    if (url.n && (url.p[0] == '"' || url.p[0] == '\'')) {
        ptrdiff_t close = rx_str_chr(url, url.p[0], 1);
        return rx_str_sub(url, 1, close < 0 ? url.n : (size_t)close);
    }
    return url;
}

void build_header_refresh(struct build *b, struct rx_str head)
{
    struct rx_str url = refresh_url(parse_header(head, "refresh"));
    struct doc_link link = {.kind = RX_LINK_HEADER_REFRESH,
                            .raw = {.text = rx_arena_dup(b->arena, url)}};
    if (url.n)
        build_link(b, &link);
}

/* ---- location in scripts ------------------------------------------------------------------- */

static bool is_ident(char c)
{
    return rx_is_alnum(c) || c == '_' || c == '$' || (c & 0x80);
}

/* The identifier that ends at end, walking back over blanks. */
static struct rx_str ident_before(struct rx_str s, size_t end)
{
    while (end > 0 && rx_is_space(s.p[end - 1]))
        end--;
    size_t from = end;
    while (from > 0 && end - from < 32 && is_ident(s.p[from - 1]))
        from--;
    return rx_str_sub(s, from, end);
}

/* Is the word at `at` the page's own location, not a member of another object or a longer name? */
static bool is_page_location(struct rx_str s, size_t at)
{
    static const char *const owners[] = {"window", "document", "self",      "top",
                                         "parent", "this",     "globalThis"};
    if (at == 0)
        return true;
    char before = s.p[at - 1];
    if (is_ident(before))
        return false;
    if (before != '.') {
        struct rx_str word = ident_before(s, at); /* "var location = " declares another one */
        return !rx_str_eq(word, RX_STR("var")) && !rx_str_eq(word, RX_STR("let")) &&
               !rx_str_eq(word, RX_STR("const"));
    }
    struct rx_str owner = ident_before(s, at - 1);
    for (size_t i = 0; i < sizeof owners / sizeof *owners; i++)
        if (rx_str_eq(owner, rx_str(owners[i])))
            return true;
    return false;
}

/* What follows the word: "= ", ".href = ", ".assign(", ".replace(". Empty: none of them. */
static struct rx_str after_target(struct rx_str s)
{
    const struct rx_str none = {0};
    bool call = false;
    s = skip_blanks(s);
    if (rx_str_starts(s, RX_STR(".href"))) {
        s = rx_str_sub(s, 5, s.n);
    } else if (rx_str_starts(s, RX_STR(".assign"))) {
        s = rx_str_sub(s, 7, s.n);
        call = true;
    } else if (rx_str_starts(s, RX_STR(".replace"))) {
        s = rx_str_sub(s, 8, s.n);
        call = true;
    }
    s = skip_blanks(s);
    if (s.n < 2 || s.p[0] != (call ? '(' : '=') || (!call && s.p[1] == '='))
        return none;
    return skip_blanks(rx_str_sub(s, 1, s.n));
}

/* The literal that s begins with, if nothing is concatenated to it. */
static bool plain_literal(struct rx_str s, struct rx_str *literal)
{
    if (s.n == 0 || (s.p[0] != '"' && s.p[0] != '\'' && s.p[0] != '`'))
        return false;
    size_t end = 1;
    while (end < s.n && s.p[end] != s.p[0] && s.p[end] != '\n' && end <= RX_URL_MAX)
        end += s.p[end] == '\\' ? 2 : 1;
    if (end >= s.n || s.p[end] != s.p[0])
        return false;
    *literal = rx_str_sub(s, 1, end);
    if (s.p[0] == '`' && rx_str_find(*literal, RX_STR("${"), 0) >= 0)
        return false;
    struct rx_str rest = skip_blanks(rx_str_sub(s, end + 1, end + 64));
    return rest.n == 0 || (rest.p[0] != '+' && rest.p[0] != '.');
}

bool script_location(struct rx_str script, size_t *at, struct rx_str *literal)
{
    for (;;) {
        ptrdiff_t hit = rx_str_find(script, RX_STR("location"), *at);
        if (hit < 0) {
            *at = script.n;
            return false;
        }
        *at = (size_t)hit + 8;
        if (is_page_location(script, (size_t)hit) &&
            plain_literal(after_target(rx_str_sub(script, *at, *at + RX_URL_MAX + 128)), literal))
            return true;
    }
}

/* Value of n hexadecimal digits; false if they are not there. */
static bool hex_digits(struct rx_str s, size_t n, uint32_t *value)
{
    if (s.n < n)
        return false;
    *value = 0;
    for (size_t i = 0; i < n; i++) {
        int digit = rx_hex(s.p[i]);
        if (digit < 0)
            return false;
        *value = *value << 4 | (uint32_t)digit;
    }
    return true;
}

/* One escape at s.p[0] == '\\'. Returns the bytes read. */
static size_t unescape_one(struct rx_str s, char out[4], size_t *n)
{
    static const char from[] = "nrtbfv0", to[] = "\n\r\t\b\f\v";
    uint32_t code;
    char c = s.n > 1 ? s.p[1] : '\\';
    if (c == 'x' && hex_digits(rx_str_sub(s, 2, s.n), 2, &code)) {
        *n = rx_utf8_put(out, code);
        return 4;
    }
    if (c == 'u' && hex_digits(rx_str_sub(s, 2, s.n), 4, &code)) {
        *n = rx_utf8_put(out, code);
        return 6;
    }
    const char *special = memchr(from, c, sizeof from - 1);
    out[0] = special ? to[special - from] : c;
    *n = 1;
    return s.n > 1 ? 2 : 1;
}

int script_unescape(struct rx_str *out, struct rx_arena *arena, struct rx_str literal)
{
    if (rx_str_chr(literal, '\\', 0) < 0) {
        *out = literal;
        return 0;
    }
    char *p = rx_arena_alloc(arena, literal.n + 1);
    if (!p)
        return RX_EFULL;
    size_t n = 0;
    for (size_t at = 0; at < literal.n;) {
        if (literal.p[at] != '\\') {
            p[n++] = literal.p[at++];
            continue;
        }
        char bytes[4];
        size_t count;
        at += unescape_one(rx_str_sub(literal, at, literal.n), bytes, &count);
        memcpy(p + n, bytes, count); /* never longer than the escape */
        n += count;
    }
    *out = rx_strn(p, n);
    return 0;
}
