/* disguise_script.c - see disguise_script.h. No interpreter: a chain of
 *
 *   literal | String.fromCharCode(numbers) | atob(literal) | unescape(literal) |
 * decodeURI*(literal)
 *
 * joined by '+', read in one pass. A chain counts if it has more than one part or a part that
 * needed decoding. */
#include "crawler/extract/disguise_script.h"

#include "base/escape.h"

struct chain {
    struct rx_str s;
    size_t at;
    char *out; /* DISGUISE_LITERAL_MAX bytes */
    size_t n;
    unsigned parts;
    bool coded;   /* a part was more than a plain literal */
    bool slashes; /* a part had "\/" */
    bool full;
};

static void put_byte(struct chain *x, char c)
{
    if (x->n == DISGUISE_LITERAL_MAX)
        x->full = true;
    else
        x->out[x->n++] = c;
}

static void put_code_point(struct chain *x, uint32_t code_point)
{
    char utf8[4];
    size_t n = rx_utf8_put(utf8, code_point);
    for (size_t i = 0; i < n; i++)
        put_byte(x, utf8[i]);
}

static char peek(const struct chain *x, size_t ahead)
{
    return x->at + ahead < x->s.n ? x->s.p[x->at + ahead] : '\0';
}

static void skip_blanks(struct chain *x)
{
    while (rx_is_space(peek(x, 0)))
        x->at++;
}

/* count hexadecimal digits at x->at + skip. False: they are not all there. */
static bool hex_number(const struct chain *x, size_t skip, size_t count, uint32_t *value)
{
    *value = 0;
    for (size_t i = 0; i < count; i++) {
        int digit = rx_hex(peek(x, skip + i));
        if (digit < 0)
            return false;
        *value = *value * 16 + (uint32_t)digit;
    }
    return true;
}

/* "\100": one to three octal digits up to \377 (ECMAScript, annex B.1.2). */
static void take_octal(struct chain *x)
{
    uint32_t value = 0;
    x->at++;
    for (size_t digits = 0; digits < 3; digits++) {
        char c = peek(x, 0);
        if (c < '0' || c > '7' || value * 8 + (uint32_t)(c - '0') > 0377)
            break;
        value = value * 8 + (uint32_t)(c - '0');
        x->at++;
    }
    put_code_point(x, value ? value : ' ');
    x->coded = true;
}

/* At a backslash. */
static void take_escape(struct chain *x)
{
    char c = peek(x, 1);
    uint32_t value;
    if (c == 'x' && hex_number(x, 2, 2, &value)) {
        put_code_point(x, value);
        x->coded = true;
        x->at += 4;
    } else if (c == 'u' && hex_number(x, 2, 4, &value)) {
        put_code_point(x, value);
        x->coded = true;
        x->at += 6;
    } else if (c >= '0' && c <= '7') {
        take_octal(x);
    } else if (c == 'n' || c == 't' || c == 'r') {
        put_byte(x, ' ');
        x->at += 2;
    } else {
        x->slashes |= c == '/';
        if (c)
            put_byte(x, c);
        x->at += 2;
    }
}

/* "&#105;" and "&#x69;", which document.write() turns into letters. False: no such reference. */
static bool take_reference(struct chain *x)
{
    uint32_t value = 0;
    size_t skip = 2, digits = 0;
    bool hex = peek(x, 1) == '#' && rx_lower(peek(x, 2)) == 'x';
    if (peek(x, 1) != '#')
        return false;
    skip += hex;
    for (; digits < 7; digits++) {
        int digit = rx_hex(peek(x, skip + digits));
        if (digit < 0 || (!hex && digit > 9))
            break;
        value = value * (hex ? 16 : 10) + (uint32_t)digit;
    }
    if (digits == 0 || peek(x, skip + digits) != ';' || value > 0x10ffff)
        return false;
    put_code_point(x, value);
    x->coded = true;
    x->at += skip + digits + 1;
    return true;
}

/* A quoted literal; percent: "%40" is decoded too. False: none here, or it does not end. */
static bool take_literal(struct chain *x, bool percent)
{
    char quote = peek(x, 0);
    uint32_t value;
    if (quote != '"' && quote != '\'')
        return false;
    x->at++;
    while (x->at < x->s.n && x->s.p[x->at] != quote) {
        char c = x->s.p[x->at];
        if (c == '\n')
            return false;
        if (c == '\\') {
            take_escape(x);
        } else if (c == '&' && take_reference(x)) {
            continue;
        } else if (percent && c == '%' && hex_number(x, 1, 2, &value)) {
            put_byte(x, (char)value);
            x->coded = true;
            x->at += 3;
        } else {
            put_byte(x, c);
            x->at++;
        }
    }
    if (x->at >= x->s.n)
        return false;
    x->at++;
    x->parts++;
    return true;
}

/* Moves past word and "(" if they stand here. */
static bool take_call(struct chain *x, const char *word)
{
    if (peek(x, 0) != word[0] || !rx_str_starts(rx_str_sub(x->s, x->at, x->s.n), rx_str(word)))
        return false;
    size_t before = x->at;
    x->at += strlen(word);
    skip_blanks(x);
    if (peek(x, 0) == '(') {
        x->at++;
        skip_blanks(x);
        return true;
    }
    x->at = before;
    return false;
}

static bool close_call(struct chain *x)
{
    skip_blanks(x);
    if (peek(x, 0) != ')')
        return false;
    x->at++;
    x->coded = true;
    return true;
}

static bool take_char_codes(struct chain *x)
{
    for (size_t i = 0; i < 2048; i++) {
        uint32_t value = 0;
        size_t digits = 0;
        bool hex = peek(x, 0) == '0' && rx_lower(peek(x, 1)) == 'x';
        x->at += hex ? 2 : 0;
        for (int digit; digits < 7 && (digit = rx_hex(peek(x, 0))) >= 0 && (hex || digit <= 9);
             digits++, x->at++)
            value = value * (hex ? 16 : 10) + (uint32_t)digit;
        if (digits == 0)
            return false;
        put_code_point(x, value);
        skip_blanks(x);
        if (peek(x, 0) != ',')
            break;
        x->at++;
        skip_blanks(x);
    }
    x->parts++;
    return close_call(x);
}

static int base64_digit(char c)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(alphabet, c) : NULL;
    return at ? (int)(at - alphabet) : -1;
}

/* Decodes out[from..n) in place. False: it is no base64 of text. */
static bool base64_in_place(struct chain *x, size_t from)
{
    uint32_t bits = 0;
    unsigned have = 0;
    size_t to = from;
    for (size_t i = from; i < x->n && x->out[i] != '='; i++) {
        int digit = base64_digit(x->out[i]);
        if (digit < 0)
            return false;
        bits = (bits << 6 | (uint32_t)digit) & 0xffffff;
        have += 6;
        if (have < 8)
            continue;
        have -= 8;
        unsigned char byte = (unsigned char)(bits >> have);
        if (byte < ' ' && byte != '\n' && byte != '\t' && byte != '\r')
            return false;
        x->out[to++] = (char)byte;
    }
    x->n = to;
    return true;
}

static bool take_part(struct chain *x)
{
    static const char *const percents[] = {"unescape", "decodeURIComponent", "decodeURI"};
    size_t from = x->n;
    if (take_call(x, "String.fromCharCode"))
        return take_char_codes(x);
    if (take_call(x, "atob") || take_call(x, "window.atob"))
        return take_literal(x, false) && base64_in_place(x, from) && close_call(x);
    for (size_t i = 0; i < sizeof percents / sizeof percents[0]; i++)
        if (take_call(x, percents[i]))
            return take_literal(x, true) && close_call(x);
    return take_literal(x, false);
}

/* Reads parts joined by '+' from x->at; x->at ends behind the last whole part. */
static bool take_chain(struct chain *x)
{
    bool any = false;
    for (size_t parts = 0; parts < 4096 && !x->full; parts++) {
        size_t before = x->at, n = x->n;
        unsigned count = x->parts;
        if (!take_part(x)) {
            bool moved = x->at > before;
            x->at = any ? before : moved ? x->at : before;
            x->n = n;
            x->parts = count;
            return any;
        }
        any = true;
        size_t end = x->at;
        skip_blanks(x);
        if (peek(x, 0) != '+' || peek(x, 1) == '+' || peek(x, 1) == '=') {
            x->at = end;
            return true;
        }
        x->at++;
        skip_blanks(x);
    }
    return any;
}

/* A chain begins at a quote or at a call's first letter. */
static bool may_begin(struct rx_str s, size_t at)
{
    char c = s.p[at];
    if (c == '"' || c == '\'')
        return true;
    if (c != 'S' && c != 'a' && c != 'u' && c != 'd' && c != 'w')
        return false;
    return at == 0 || (!rx_is_alnum(s.p[at - 1]) && s.p[at - 1] != '_' && s.p[at - 1] != '$');
}

/* Most literals are plain and stand alone: past them without copying. 0: look closer. */
static size_t plain_end(struct rx_str s, size_t at)
{
    char quote = s.p[at];
    for (at++; at < s.n && s.p[at] != quote; at++)
        if (s.p[at] == '\\' || s.p[at] == '&' || s.p[at] == '\n')
            return 0;
    at++;
    for (size_t i = at; i < s.n; i++)
        if (!rx_is_space(s.p[i]))
            return s.p[i] == '+' ? 0 : at;
    return at < s.n ? at : s.n;
}

int disguise_script_next(struct disguised *out, struct rx_arena *arena, struct rx_str script,
                         size_t *at, struct disguise_budget *budget)
{
    char buffer[DISGUISE_LITERAL_MAX];
    while (*at < script.n && budget->bytes > 0) {
        if (!may_begin(script, *at)) {
            ++*at;
            continue;
        }
        bool quoted = script.p[*at] == '"' || script.p[*at] == '\'';
        size_t end = quoted ? plain_end(script, *at) : 0;
        if (end > 0) {
            *at = end;
            continue;
        }
        struct chain x = {.s = script, .at = *at, .out = buffer};
        size_t from = *at;
        bool whole = take_chain(&x);
        *at = x.at > from ? x.at : from + 1;
        budget->cut |= x.full;
        if (!whole || x.n == 0 || !(x.coded || x.slashes || x.parts > 1))
            continue;
        struct rx_str text = rx_arena_dup(arena, rx_strn(buffer, x.n));
        if (!text.p)
            return RX_EFULL;
        budget->bytes -= x.n < budget->bytes ? x.n : budget->bytes;
        *out = (struct disguised){from, *at, text, !x.coded && x.parts == 1};
        return 1;
    }
    budget->cut |= *at < script.n;
    return 0;
}
