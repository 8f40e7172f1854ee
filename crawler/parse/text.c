/* text.c - see text.h. The named references are the standard's, in entities.tsv: name, TAB, code
 * points in hexadecimal; sorted by bytes. */
#include "crawler/parse/text.h"

#include "base/escape.h"

#include <stdlib.h>

extern const unsigned char parse_data_entities[];
extern const size_t parse_data_entities_bytes;

enum { NAME_MAX_BYTES = 32, SHORT_MAX_BYTES = 6 }; /* the longest; the longest without ';' */

static bool is_odd(char c)
{
    return c == '&' || c == '\r' || c == '\0';
}

bool text_is_plain(struct rx_str s, bool valid)
{
    bool odd = false, high = false;
    for (size_t i = 0; i < s.n; i++) {
        odd |= is_odd(s.p[i]);
        high |= (unsigned char)s.p[i] >= 0x80;
    }
    return !odd && (valid || !high);
}

/* ---- named references ---------------------------------------------------------------------- */

/* The line that byte at of the table lies in. */
static struct rx_str line_at(struct rx_str table, size_t at, size_t *from)
{
    size_t begin = at, end = at;
    while (begin > 0 && table.p[begin - 1] != '\n')
        begin--;
    while (end < table.n && table.p[end] != '\n')
        end++;
    *from = begin;
    return rx_str_sub(table, begin, end);
}

/* The code points of a name; empty if there is no such name. */
static struct rx_str find_name(struct rx_str name)
{
    struct rx_str table = rx_strn((const char *)parse_data_entities, parse_data_entities_bytes);
    for (size_t low = 0, high = table.n; low < high;) {
        size_t from;
        struct rx_str line = line_at(table, (low + high) / 2, &from), key, codes;
        (void)rx_str_cut(line, '\t', &key, &codes);
        int order = rx_str_cmp(name, key);
        if (order == 0)
            return codes;
        if (order < 0)
            high = from;
        else
            low = from + line.n + 1;
    }
    return (struct rx_str){0};
}

static size_t put_codes(char out[8], struct rx_str codes)
{
    size_t n = 0;
    while (codes.n && n <= 4) {
        uint32_t code = 0;
        struct rx_str word;
        (void)rx_str_cut(codes, ' ', &word, &codes);
        for (size_t i = 0; i < word.n; i++)
            code = code * 16 + (uint32_t)rx_hex(word.p[i]);
        n += rx_utf8_put(out + n, code);
    }
    return n;
}

static int by_bytes(const void *key, const void *row)
{
    return rx_str_cmp(*(const struct rx_str *)key, rx_str(row));
}

/* Names that need no ';' behind them, sorted: those of HTML 2 to 4. */
static bool may_end_anywhere(struct rx_str name)
{
    static const char names[][SHORT_MAX_BYTES + 1] = {
        "AElig",  "AMP",    "Aacute", "Acirc",  "Agrave", "Aring",  "Atilde", "Auml",   "COPY",
        "Ccedil", "ETH",    "Eacute", "Ecirc",  "Egrave", "Euml",   "GT",     "Iacute", "Icirc",
        "Igrave", "Iuml",   "LT",     "Ntilde", "Oacute", "Ocirc",  "Ograve", "Oslash", "Otilde",
        "Ouml",   "QUOT",   "REG",    "THORN",  "Uacute", "Ucirc",  "Ugrave", "Uuml",   "Yacute",
        "aacute", "acirc",  "acute",  "aelig",  "agrave", "amp",    "aring",  "atilde", "auml",
        "brvbar", "ccedil", "cedil",  "cent",   "copy",   "curren", "deg",    "divide", "eacute",
        "ecirc",  "egrave", "eth",    "euml",   "frac12", "frac14", "frac34", "gt",     "iacute",
        "icirc",  "iexcl",  "igrave", "iquest", "iuml",   "laquo",  "lt",     "macr",   "micro",
        "middot", "nbsp",   "not",    "ntilde", "oacute", "ocirc",  "ograve", "ordf",   "ordm",
        "oslash", "otilde", "ouml",   "para",   "plusmn", "pound",  "quot",   "raquo",  "reg",
        "sect",   "shy",    "sup1",   "sup2",   "sup3",   "szlig",  "thorn",  "times",  "uacute",
        "ucirc",  "ugrave", "uml",    "uuml",   "yacute", "yen",    "yuml"};
    return bsearch(&name, names, sizeof names / sizeof *names, sizeof *names, by_bytes) != NULL;
}

static size_t named(struct rx_str s, bool in_attribute, char out[8], size_t *n)
{
    size_t end = 1;
    while (end < s.n && end <= NAME_MAX_BYTES && rx_is_alnum(s.p[end]))
        end++;
    size_t most = end <= SHORT_MAX_BYTES ? end : SHORT_MAX_BYTES + 1;
    struct rx_str codes = {0};
    if (end < s.n && s.p[end] == ';')
        codes = find_name(rx_str_sub(s, 1, end++));
    if (!codes.n) {
        for (end = most; end > 2 && !may_end_anywhere(rx_str_sub(s, 1, end));)
            end--;
        if (end <= 2 || (in_attribute && end < s.n && (s.p[end] == '=' || rx_is_alnum(s.p[end]))))
            return 0;
        codes = find_name(rx_str_sub(s, 1, end));
    }
    *n = put_codes(out, codes);
    return *n ? end : 0;
}

/* ---- numeric references -------------------------------------------------------------------- */

/* The standard reads 0x80 to 0x9F as windows-1252 (13.2.5.80). */
static uint32_t real_code(uint32_t code)
{
    static const uint16_t windows[32] = {
        0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
    if (code >= 0x80 && code < 0xA0)
        return windows[code - 0x80];
    return code ? code : 0xFFFD;
}

static size_t numeric(struct rx_str s, char out[8], size_t *n)
{
    size_t i = 2;
    bool hex = s.n > 2 && rx_lower(s.p[2]) == 'x';
    if (hex)
        i++;
    size_t digits = i;
    uint32_t code = 0;
    for (; i < s.n; i++) {
        int digit = rx_hex(s.p[i]);
        if (digit < 0 || (!hex && digit > 9))
            break;
        if (code <= 0x10FFFF)
            code = code * (hex ? 16U : 10U) + (uint32_t)digit;
    }
    if (i == digits)
        return 0;
    *n = rx_utf8_put(out, real_code(code)); /* which puts U+FFFD for what is no character */
    return i < s.n && s.p[i] == ';' ? i + 1 : i;
}

/* Reads the reference at the '&' that s begins with: *n bytes of UTF-8 in out, at most 8. Returns
 * the bytes read; 0: the '&' is text. */
static size_t reference(struct rx_str s, bool in_attribute, char out[8], size_t *n)
{
    if (s.n < 2)
        return 0;
    return s.p[1] == '#' ? numeric(s, out, n) : named(s, in_attribute, out, n);
}

/* ---- texts --------------------------------------------------------------------------------- */

size_t text_step(struct rx_str s, enum text_kind kind, char out[8], size_t *n)
{
    *n = 0;
    if (s.p[0] == '&') {
        size_t used = kind == TEXT_RAW ? 0 : reference(s, kind == TEXT_ATTRIBUTE, out, n);
        if (used)
            return used;
        out[(*n)++] = '&';
        return 1;
    }
    if (s.p[0] == '\r') {
        out[(*n)++] = '\n';
        return s.n > 1 && s.p[1] == '\n' ? 2 : 1;
    }
    size_t used = 0;
    uint32_t code = rx_utf8_next(s, &used);
    if (code == 0 && kind == TEXT_DATA)
        return used;
    *n = rx_utf8_put(out, code ? code : 0xFFFD);
    return used;
}

int text_decode(struct rx_buf *out, struct rx_str s, enum text_kind kind)
{
    for (size_t at = 0; at < s.n;) {
        size_t plain = at;
        while (plain < s.n && !is_odd(s.p[plain]) && (unsigned char)s.p[plain] < 0x80)
            plain++;
        int rc = rx_buf_add(out, rx_str_sub(s, at, plain));
        if (rc || plain == s.n)
            return rc;
        char utf8[8];
        size_t n;
        at = plain + text_step(rx_str_sub(s, plain, s.n), kind, utf8, &n);
        rc = rx_buf_add(out, rx_strn(utf8, n));
        if (rc)
            return rc;
    }
    return 0;
}
