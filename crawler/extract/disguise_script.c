/* disguise_script.c - see disguise_script.h. No interpreter: a chain of
 *
 *   part = literal | `template` | String.fromCharCode(numbers)
 *        | atob(part) | unescape(part) | decodeURI*(part)
 *
 * joined by '+'. A chain counts if it has more than one part or a part that needed decoding.
 *
 * Comments and regular expressions are not told from code, so that a backtick may open nothing, and
 * what looks like a template is code: what stands in a template is therefore looked at as well
 * (that finds the expressions in its placeholders, too). Still linear: no template is looked for in
 * a template, because the first backtick that is not escaped ends it. */
#include "crawler/extract/disguise_script.h"

#include "base/escape.h"
#include "crawler/extract/disguise_value.h"
#include "crawler/extract/markup.h"

/* Empty literals between two pieces. */
enum { JOINTS_MOST = 4 };

struct chain {
    struct rx_str s;
    size_t at;
    char *out; /* DISGUISE_LITERAL_MAX bytes */
    size_t n;
    unsigned parts;
    size_t first_end; /* behind the first part */
    bool coded;       /* a part was more than a plain literal */
    bool slashes;     /* a part had "\/" */
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

/* "\u{1f48a}" (ECMAScript, 12.9.4). Bytes of it, 0: it is none. */
static size_t braced(const struct chain *x, uint32_t *value)
{
    size_t n = 3;
    *value = 0;
    for (int digit; n < 10 && (digit = rx_hex(peek(x, n))) >= 0; n++)
        *value = *value * 16 + (uint32_t)digit;
    return peek(x, 2) == '{' && n > 3 && peek(x, n) == '}' && *value <= 0x10ffff ? n + 1 : 0;
}

/* At a backslash. */
static void take_escape(struct chain *x)
{
    char c = peek(x, 1);
    uint32_t value;
    size_t n;
    if (c == 'x' && hex_number(x, 2, 2, &value)) {
        put_code_point(x, value);
        x->coded = true;
        x->at += 4;
    } else if (c == 'u' && hex_number(x, 2, 4, &value)) {
        put_code_point(x, value);
        x->coded = true;
        x->at += 6;
    } else if (c == 'u' && (n = braced(x, &value)) > 0) {
        put_code_point(x, value);
        x->coded = true;
        x->at += n;
    } else if (c == '\n' || c == '\r') { /* the line goes on (12.9.4, LineContinuation) */
        x->coded = true;
        x->at += c == '\r' && peek(x, 2) == '\n' ? 3 : 2;
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

static bool is_quote(char c)
{
    return c == '"' || c == '\'' || c == '`';
}

/* "${...}" of a template: nobody knows what it comes to, and nothing crosses it. */
static void skip_placeholder(struct chain *x)
{
    while (x->at < x->s.n && x->s.p[x->at] != '}' && x->s.p[x->at] != '`')
        x->at++;
    x->at += peek(x, 0) == '}';
    put_byte(x, ' ');
}

/* A quoted literal. False: none here, or it does not end. */
static bool take_literal(struct chain *x)
{
    char quote = peek(x, 0);
    if (!is_quote(quote))
        return false;
    x->at++;
    while (x->at < x->s.n && x->s.p[x->at] != quote) {
        char c = x->s.p[x->at];
        if (c == '\n' && quote != '`')
            return false;
        if (c == '$' && quote == '`' && peek(x, 1) == '{') {
            skip_placeholder(x);
        } else if (c == '\\') {
            take_escape(x);
        } else if (c == '&' && take_reference(x)) {
            continue;
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

enum decoder { DECODE_NONE, DECODE_BASE64, DECODE_PERCENT };

/* Moves past the head of a call that decodes its argument. */
static enum decoder take_decoder(struct chain *x)
{
    static const char *const percents[] = {"unescape", "decodeURIComponent", "decodeURI"};
    if (take_call(x, "atob") || take_call(x, "window.atob"))
        return DECODE_BASE64;
    for (size_t i = 0; i < sizeof percents / sizeof percents[0]; i++)
        if (take_call(x, percents[i]))
            return DECODE_PERCENT;
    return DECODE_NONE;
}

/* Decodes out[from..n) in place. False: it is none of that. */
static bool decode(struct chain *x, size_t from, enum decoder how)
{
    const struct rx_str coded = rx_strn(x->out + from, x->n - from);
    size_t n = 0;
    if (how == DECODE_BASE64) {
        if (!disguise_base64(x->out + from, &n, coded))
            return false;
    } else {
        (void)disguise_percent(x->out + from, &n, coded);
    }
    x->n = from + n;
    return true;
}

/* A literal, or String.fromCharCode, in as many calls that decode it as anybody writes. */
static bool take_part(struct chain *x)
{
    enum decoder calls[DISGUISE_CALLS_MAX];
    size_t count = 0, from = x->n;
    while (count < DISGUISE_CALLS_MAX && (calls[count] = take_decoder(x)) != DECODE_NONE)
        count++;
    if (!(take_call(x, "String.fromCharCode") ? take_char_codes(x) : take_literal(x)))
        return false;
    while (count > 0)
        if (!decode(x, from, calls[--count]) || !close_call(x))
            return false;
    return true;
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
        size_t end = x->at;
        if (!any)
            x->first_end = end;
        any = true;
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
    if (is_quote(c))
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
        if (s.p[at] == '\\' || s.p[at] == '&' || (quote == '`' ? s.p[at] == '$' : s.p[at] == '\n'))
            return 0;
    at++;
    for (size_t i = at; i < s.n; i++)
        if (!rx_is_space(s.p[i]))
            return s.p[i] == '+' ? 0 : at;
    return at < s.n ? at : s.n;
}

/* Is the byte at scan->at none that a chain begins at? Behind a backslash nothing begins; and a
 * quote in a template is an apostrophe unless its fellow stands there, too. */
static bool passes_over(const struct disguise_scan *scan)
{
    const struct rx_str s = scan->script;
    const size_t at = scan->at, end = scan->template_end;
    if (!may_begin(s, at) || (end > 0 && at == end))
        return true;
    if (at >= end || !is_quote(s.p[at]))
        return false;
    for (size_t i = at + 1; i < end; i += s.p[i] == '\\' ? 2 : 1)
        if (s.p[i] == s.p[at])
            return false;
    return true;
}

/* Goes on behind a chain, or, if it is a template alone, in it. */
static void go_on(struct disguise_scan *scan, const struct chain *x, bool whole)
{
    const size_t from = scan->at;
    const bool alone = scan->script.p[from] == '`' && x->parts <= 1;
    scan->at = alone || x->at <= from ? from + 1 : x->at;
    if (alone && whole)
        scan->template_end = x->first_end - 1;
}

/* A plain literal that stands alone. Does it hold markup? */
static bool take_plain(struct disguised *out, struct disguise_scan *scan, size_t end)
{
    const size_t from = scan->at;
    const char quote = scan->script.p[from];
    const bool whole = quote != '`' || (end > from + 1 && scan->script.p[end - 1] == quote);
    const struct chain x = {.at = end, .parts = 1, .first_end = end};
    go_on(scan, &x, whole);
    *out = (struct disguised){from, end, rx_str_sub(scan->script, from + 1, end - 1), true, true};
    return whole && markup_is(out->text);
}

int disguise_script_next(struct disguised *out, struct rx_arena *arena, struct disguise_scan *scan,
                         struct disguise_budget *budget)
{
    char buffer[DISGUISE_LITERAL_MAX];
    const struct rx_str script = scan->script;
    while (scan->at < script.n && budget->bytes > 0) {
        const size_t from = scan->at;
        if (passes_over(scan)) {
            scan->at += script.p[from] == '\\' ? 2 : 1;
            continue;
        }
        size_t end = is_quote(script.p[from]) ? plain_end(script, from) : 0;
        if (end > 0) {
            if (take_plain(out, scan, end))
                return 1;
            continue;
        }
        struct chain x = {.s = script, .at = from, .out = buffer};
        bool whole = take_chain(&x);
        go_on(scan, &x, whole);
        budget->cut |= x.full;
        const bool written = markup_is(rx_strn(buffer, x.n));
        if (!whole || x.n == 0 || !(x.coded || x.slashes || x.parts > 1 || written))
            continue;
        struct rx_str text = rx_arena_dup(arena, rx_strn(buffer, x.n));
        if (!text.p)
            return RX_EFULL;
        budget->bytes -= x.n < budget->bytes ? x.n : budget->bytes;
        *out = (struct disguised){from, x.at, text, !x.coded && x.parts == 1, false};
        return 1;
    }
    budget->cut |= scan->at < script.n;
    return 0;
}

/* ---- pieces -----------------------------------------------------------------------------------
 */

static bool is_word(char c)
{
    return rx_is_alnum(c) || (c != '\0' && strchr("@._-%", c));
}

static size_t past_blanks(struct rx_str s, size_t at)
{
    while (at < s.n && rx_is_space(s.p[at]))
        at++;
    return at;
}

static size_t before_blanks(struct rx_str s, size_t at)
{
    while (at > 0 && rx_is_space(s.p[at - 1]))
        at--;
    return at;
}

/* Does a literal that begins with a word's letter follow the quote at s[at] by '+'? Past empty
 * ones. */
static bool goes_on(struct rx_str s, size_t at)
{
    for (size_t joints = 0; joints < JOINTS_MOST && at < s.n && is_quote(s.p[at]); joints++) {
        at = past_blanks(s, at + 1);
        if (at >= s.n || s.p[at] != '+')
            return false;
        at = past_blanks(s, at + 1);
        if (at + 1 >= s.n || !is_quote(s.p[at]))
            return false;
        if (s.p[at + 1] != s.p[at])
            return is_word(s.p[at + 1]);
        at++;
    }
    return false;
}

/* The same to the left: s[at - 1] is the quote. */
static bool came_from(struct rx_str s, size_t at)
{
    for (size_t joints = 0; joints < JOINTS_MOST && at > 0 && is_quote(s.p[at - 1]); joints++) {
        at = before_blanks(s, at - 1);
        if (at == 0 || s.p[at - 1] != '+')
            return false;
        at = before_blanks(s, at - 1);
        if (at < 2 || !is_quote(s.p[at - 1]))
            return false;
        if (s.p[at - 2] != s.p[at - 1])
            return is_word(s.p[at - 2]);
        at--;
    }
    return false;
}

/* Does "\u{6f}" end at s[at)? It is a letter of the word behind it. */
static bool is_escape(struct rx_str s, size_t at)
{
    if (at == 0 || s.p[at - 1] != '}')
        return false;
    size_t from = at - 1;
    while (from > 0 && at - from < 8 && rx_hex(s.p[from - 1]) >= 0)
        from--;
    return from >= 3 && from < at - 1 && memcmp(s.p + from - 3, "\\u{", 3) == 0;
}

bool disguise_is_piece(struct rx_str script, size_t from, size_t to)
{
    return goes_on(script, to) || came_from(script, from) || is_escape(script, from);
}
