/* disguise_style.c - see disguise_style.h. "content: 'sales' '\40' attr(x) 'shop.example'" is read
 * as one text, up to what is no string. */
#include "crawler/extract/disguise_style.h"

#include "base/escape.h"

struct strings {
    struct rx_str s;
    size_t at;
    char out[DISGUISE_STYLE_TEXT_MAX];
    size_t n;
};

static void put(struct strings *x, const char *bytes, size_t n)
{
    if (n > sizeof x->out - x->n)
        return;
    memcpy(x->out + x->n, bytes, n);
    x->n += n;
}

/* At a backslash: up to six hexadecimal digits and one blank, or a character that stands for
 * itself (CSS 2.1, section 4.1.3). */
static void take_escape(struct strings *x)
{
    uint32_t value = 0;
    size_t digits = 0;
    x->at++;
    for (; digits < 6 && x->at < x->s.n && rx_hex(x->s.p[x->at]) >= 0; digits++)
        value = value * 16 + (uint32_t)rx_hex(x->s.p[x->at++]);
    if (digits == 0) {
        if (x->at < x->s.n)
            put(x, &x->s.p[x->at++], 1);
        return;
    }
    if (x->at < x->s.n && rx_is_space(x->s.p[x->at]))
        x->at++;
    char utf8[4];
    const size_t n = rx_utf8_put(utf8, value >= ' ' && value <= 0x10ffff ? value : ' ');
    put(x, utf8, n);
}

/* A quoted string at x->at. False: it does not end. */
static bool take_string(struct strings *x)
{
    const char quote = x->s.p[x->at++];
    while (x->at < x->s.n && x->s.p[x->at] != quote) {
        if (x->s.p[x->at] == '\n')
            return false;
        if (x->s.p[x->at] == '\\')
            take_escape(x);
        else
            put(x, &x->s.p[x->at++], 1);
    }
    return x->at++ < x->s.n;
}

static void skip_blanks(struct strings *x)
{
    while (x->at < x->s.n && rx_is_space(x->s.p[x->at]))
        x->at++;
}

static bool is_quote(const struct strings *x)
{
    return x->at < x->s.n && (x->s.p[x->at] == '"' || x->s.p[x->at] == '\'');
}

/* Behind "content". */
static bool take_content(struct strings *x)
{
    skip_blanks(x);
    if (x->at >= x->s.n || x->s.p[x->at] != ':')
        return false;
    x->at++;
    skip_blanks(x);
    while (is_quote(x)) {
        if (!take_string(x))
            return false;
        skip_blanks(x);
    }
    return x->n > 0;
}

/* Behind "url(". */
static bool take_url(struct strings *x)
{
    skip_blanks(x);
    if (is_quote(x))
        return take_string(x) && x->n > 0;
    while (x->at < x->s.n && x->s.p[x->at] != ')' && !rx_is_space(x->s.p[x->at])) {
        if (x->s.p[x->at] == '\\')
            take_escape(x);
        else
            put(x, &x->s.p[x->at++], 1);
    }
    return x->at < x->s.n && x->n > 0;
}

/* What begins at s[at]: the length of its word, 0: nothing. */
static size_t word_at(struct rx_str s, size_t at, bool *url)
{
    const char first = rx_lower(s.p[at]);
    *url = false;
    if (first != 'u' && first != 'c')
        return 0;
    const struct rx_str rest = rx_str_sub(s, at, at + 8);
    *url = rx_str_istarts(rest, RX_STR("url("));
    if (*url)
        return 4;
    return rx_str_istarts(rest, RX_STR("content")) && (at == 0 || !rx_is_alnum(s.p[at - 1])) ? 7
                                                                                             : 0;
}

int disguise_style_next(struct styled *out, struct rx_arena *arena, struct rx_str style, size_t *at)
{
    struct strings x = {.s = style};
    while (*at < style.n) {
        bool url;
        const size_t from = *at, word = word_at(style, from, &url);
        if (word == 0) {
            ++*at;
            continue;
        }
        x.at = from + word;
        x.n = 0;
        const bool whole = url ? take_url(&x) : take_content(&x);
        *at = from + word > x.at ? from + word : x.at;
        if (!whole || rx_str_istarts(rx_strn(x.out, x.n), RX_STR("data:")))
            continue;
        const struct rx_str text = rx_arena_dup(arena, rx_strn(x.out, x.n));
        if (!text.p)
            return RX_EFULL;
        *out = (struct styled){from, x.at, text, url};
        return 1;
    }
    return 0;
}
