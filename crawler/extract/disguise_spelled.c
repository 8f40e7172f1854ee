/* disguise_spelled.c - see disguise_spelled.h. */
#include "crawler/extract/disguise_spelled.h"

#include <string.h>

/* DOT_MOST: bytes of a spelled-out dot, its brackets and blanks. TRIES_MAX: signs of a text. */
enum { DOT_MOST = 14, TRIES_MAX = 2000, SIDE_MAX = DISGUISE_SIDE_MAX };

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

bool disguise_spelled_next(struct spelled *out, struct spelled_scan *scan)
{
    const struct rx_str s = scan->text;
    size_t end;
    scan->at = scan->at ? scan->at : 1;
    for (; (scan->at = next_place(s, scan->at)) + 3 < s.n; scan->at++) {
        if (spelled(s, scan->at, &end) != '@')
            continue;
        if (scan->tries++ == TRIES_MAX) {
            scan->cut = true;
            return false;
        }
        out->sign = scan->at;
        if (unspell(out->address, &out->n, s, scan->at, end, &out->from, &out->to)) {
            scan->at = out->to + 1;
            return true;
        }
    }
    return false;
}
