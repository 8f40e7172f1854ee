/* fold.c - see fold.h. */
#include "crawler/extract/fold.h"

#include "base/escape.h"

#include <stdlib.h>

struct range {
    uint32_t from, to;
};

/* Default_Ignorable_Code_Point (Unicode 15.1, DerivedCoreProperties). */
static const struct range undrawn[] = {
    {0xad, 0xad},       {0x34f, 0x34f},     {0x61c, 0x61c},   {0x115f, 0x1160}, {0x17b4, 0x17b5},
    {0x180b, 0x180f},   {0x200b, 0x200f},   {0x202a, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164},
    {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0}, {0xfff0, 0xfff8}, {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

struct alike {
    uint16_t code;
    char latin;
};

/* Single letters that common typefaces draw like Latin ones (Unicode TR 39, confusables). Sorted.
 */
static const struct alike alikes[] = {
    {0x131, 'i'}, {0x251, 'a'}, {0x261, 'g'}, {0x391, 'A'}, {0x392, 'B'}, {0x395, 'E'},
    {0x396, 'Z'}, {0x397, 'H'}, {0x399, 'I'}, {0x39a, 'K'}, {0x39c, 'M'}, {0x39d, 'N'},
    {0x39f, 'O'}, {0x3a1, 'P'}, {0x3a4, 'T'}, {0x3a5, 'Y'}, {0x3a7, 'X'}, {0x3b1, 'a'},
    {0x3b3, 'y'}, {0x3b9, 'i'}, {0x3bd, 'v'}, {0x3bf, 'o'}, {0x3c1, 'p'}, {0x3c5, 'u'},
    {0x405, 'S'}, {0x406, 'I'}, {0x408, 'J'}, {0x410, 'A'}, {0x412, 'B'}, {0x415, 'E'},
    {0x417, '3'}, {0x41a, 'K'}, {0x41c, 'M'}, {0x41d, 'H'}, {0x41e, 'O'}, {0x420, 'P'},
    {0x421, 'C'}, {0x422, 'T'}, {0x423, 'Y'}, {0x425, 'X'}, {0x430, 'a'}, {0x435, 'e'},
    {0x43e, 'o'}, {0x440, 'p'}, {0x441, 'c'}, {0x443, 'y'}, {0x445, 'x'}, {0x455, 's'},
    {0x456, 'i'}, {0x458, 'j'}, {0x461, 'w'}, {0x475, 'v'}, {0x4ae, 'Y'}, {0x4af, 'y'},
    {0x4bb, 'h'}, {0x4c0, 'I'}, {0x4cf, 'l'}, {0x501, 'd'}, {0x50c, 'G'}, {0x51b, 'q'},
    {0x51d, 'w'},
};

static bool is_undrawn(uint32_t c)
{
    for (size_t i = 0; i < sizeof undrawn / sizeof undrawn[0] && c >= undrawn[i].from; i++)
        if (c <= undrawn[i].to)
            return true;
    return false;
}

static int by_code(const void *key, const void *row)
{
    const uint32_t code = *(const uint32_t *)key, other = ((const struct alike *)row)->code;
    return code < other ? -1 : code > other;
}

/* The Latin letter that it is drawn like, or 0. */
static char alike(uint32_t c)
{
    const struct alike *a =
        bsearch(&c, alikes, sizeof alikes / sizeof alikes[0], sizeof alikes[0], by_code);
    return a ? a->latin : '\0';
}

/* The ASCII character that a full-width or mathematical one is made of, or 0. */
static char made_of(uint32_t c)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    if (c >= 0xff01 && c <= 0xff5e)
        return (char)(c - 0xff01 + '!');
    if (c >= 0x1d400 && c <= 0x1d6a3)
        return letters[(c - 0x1d400) % 52];
    if (c >= 0x1d7ce && c <= 0x1d7ff)
        return (char)('0' + (c - 0x1d7ce) % 10);
    return '\0';
}

/* Ends a word: a byte of ASCII that is no letter or digit. */
static bool ends_word(char c)
{
    return !(c & 0x80) && !rx_is_alnum(c);
}

/* One word in place: letters drawn like Latin ones become these if it has Latin ones too. Returns
 * its new length. */
static size_t latinise(char *p, size_t n)
{
    const struct rx_str word = rx_strn(p, n);
    bool latin = false, foreign = false;
    for (size_t i = 0; i < n; i++) {
        latin |= rx_is_alpha(p[i]);
        foreign |= (p[i] & 0x80) != 0;
    }
    if (!latin || !foreign)
        return n;
    size_t out = 0;
    for (size_t i = 0; i < n;) {
        const size_t from = i;
        const char like = alike(rx_utf8_next(word, &i));
        if (like) {
            p[out++] = like;
            continue;
        }
        memmove(p + out, p + from, i - from); /* never ahead of what is read */
        out += i - from;
    }
    return out;
}

/* Where the first byte at or behind `at` stands that is not ASCII. */
static size_t plain_to(struct rx_str text, size_t at)
{
    for (uint64_t eight; at + sizeof eight <= text.n; at += sizeof eight) {
        memcpy(&eight, text.p + at, sizeof eight);
        if (eight & UINT64_C(0x8080808080808080))
            break;
    }
    while (at < text.n && !(text.p[at] & 0x80))
        at++;
    return at;
}

size_t fold_find(struct rx_str text, size_t at)
{
    while ((at = plain_to(text, at)) < text.n) {
        const size_t from = at;
        const uint32_t c = rx_utf8_next(text, &at);
        const bool touches =
            (from > 0 && rx_is_alpha(text.p[from - 1])) || (at < text.n && rx_is_alpha(text.p[at]));
        if (is_undrawn(c) || made_of(c) || (touches && alike(c)))
            return from;
    }
    return text.n;
}

/* The end of the words of ASCII alone that begin at `at`: nothing in them is to fold. */
static size_t plain_words(struct rx_str text, size_t at)
{
    size_t to = plain_to(text, at);
    while (to < text.n && to > at && !ends_word(text.p[to - 1]))
        to--;
    return to;
}

int fold_text(struct rx_str *out, struct rx_arena *arena, struct rx_str text)
{
    *out = text;
    if (plain_to(text, 0) == text.n)
        return 0;
    char *p = rx_arena_alloc(arena, text.n);
    if (!p)
        return RX_EFULL;
    size_t n = 0, word = 0;
    for (size_t i = 0; i < text.n;) {
        const size_t words = n == word ? plain_words(text, i) - i : 0;
        if (words > 0) {
            memcpy(p + n, text.p + i, words);
            n = word = n + words;
            i += words;
            continue;
        }
        const size_t from = i;
        const uint32_t c = rx_utf8_next(text, &i);
        const char ascii = c < 0x80 ? text.p[from] : made_of(c);
        if (c >= 0x80 && is_undrawn(c))
            continue;
        if (!ascii) {
            memcpy(p + n, text.p + from, i - from);
            n += i - from;
            continue;
        }
        if (ends_word(ascii)) {
            n = word + latinise(p + word, n - word);
            word = n + 1;
        }
        p[n++] = ascii;
    }
    n = word < n ? word + latinise(p + word, n - word) : n;
    if (!rx_str_eq(text, rx_strn(p, n)))
        *out = rx_strn(p, n);
    return 0;
}
