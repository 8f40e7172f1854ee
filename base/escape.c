/* escape.c - see escape.h. Every exit decodes UTF-8 itself: a filter that trusted the encoding
 * could be talked past it with a broken sequence. */
#include "base/escape.h"

enum { REPLACEMENT = 0xFFFD };

/* The lead byte fixes how many bytes follow and the range of the first of them; the ranges keep
 * out overlong forms, surrogates and values over U+10FFFF (Unicode 15, table 3-7). */
struct lead {
    unsigned more;
    uint8_t low, high;
};

static struct lead lead_of(uint8_t b)
{
    if (b >= 0xC2 && b <= 0xDF)
        return (struct lead){1, 0x80, 0xBF};
    if (b >= 0xE0 && b <= 0xEF)
        return (struct lead){2, b == 0xE0 ? 0xA0 : 0x80, b == 0xED ? 0x9F : 0xBF};
    if (b >= 0xF0 && b <= 0xF4)
        return (struct lead){3, b == 0xF0 ? 0x90 : 0x80, b == 0xF4 ? 0x8F : 0xBF};
    return (struct lead){0};
}

/* False and REPLACEMENT for an invalid sequence; *at is behind its maximal subpart. */
static bool decode(struct rx_str s, size_t *at, uint32_t *code_point)
{
    uint8_t b = (uint8_t)s.p[(*at)++];
    *code_point = b;
    if (b < 0x80)
        return true;
    struct lead lead = lead_of(b);
    *code_point = REPLACEMENT;
    if (lead.more == 0)
        return false;
    uint32_t value = b & (0x3Fu >> lead.more);
    for (unsigned i = 0; i < lead.more; i++) {
        uint8_t next = *at < s.n ? (uint8_t)s.p[*at] : 0;
        if (next < (i ? 0x80 : lead.low) || next > (i ? 0xBF : lead.high))
            return false;
        value = value << 6 | (next & 0x3F);
        (*at)++;
    }
    *code_point = value;
    return true;
}

uint32_t rx_utf8_next(struct rx_str s, size_t *at)
{
    uint32_t code_point;
    (void)decode(s, at, &code_point);
    return code_point;
}

bool rx_utf8_valid(struct rx_str s)
{
    const uint64_t high_bits = 0x8080808080808080U;
    uint32_t code_point;
    for (size_t at = 0; at < s.n;) {
        uint64_t eight;
        if (s.n - at >= sizeof eight) {
            memcpy(&eight, s.p + at, sizeof eight);
            if (!(eight & high_bits)) {
                at += sizeof eight;
                continue;
            }
        }
        if (!decode(s, &at, &code_point))
            return false;
    }
    return true;
}

size_t rx_utf8_put(char out[4], uint32_t c)
{
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        c = REPLACEMENT;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (c & 0x3F));
        c >>= 6;
    }
    out[0] = (char)((0xF00 >> n) | c);
    return n;
}

static int add_code_point(struct rx_buf *out, uint32_t c)
{
    char bytes[4];
    size_t n = rx_utf8_put(bytes, c);
    return rx_buf_add(out, rx_strn(bytes, n));
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

/* What a reader cannot see, or what changes the order of what he sees: soft hyphen, bidi controls
 * (UAX 9), zero-width characters, line separators, interlinear and tag characters. */
static bool is_hidden(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x00AD, 0x00AD}, {0x034F, 0x034F}, {0x061C, 0x061C}, {0x115F, 0x1160},   {0x17B4, 0x17B5},
        {0x180B, 0x180F}, {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F},   {0x3164, 0x3164},
        {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0xE0000, 0xE0FFF},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return false;
}

static int add_visible(struct rx_buf *out, uint32_t c)
{
    return rx_buf_addf(out, c > 0xFFFF ? "\\U%08x" : "\\u%04x", (unsigned)c);
}

int rx_esc_terminal(struct rx_buf *out, struct rx_str s)
{
    int rc = 0;
    for (size_t at = 0; at < s.n && !rc;) {
        size_t from = at;
        uint32_t c;
        if (!decode(s, &at, &c)) {
            for (size_t i = from; i < at && !rc; i++)
                rc = rx_buf_addf(out, "\\x%02x", (unsigned)(uint8_t)s.p[i]);
        } else if (c < 0x80 && is_control(c)) {
            rc = rx_buf_addf(out, "\\x%02x", (unsigned)c);
        } else if (is_control(c) || is_hidden(c)) {
            rc = add_visible(out, c);
        } else {
            rc = rx_buf_add(out, rx_strn(s.p + from, at - from));
        }
    }
    return rc;
}

/* One unit of a JSON string. Hidden characters are escaped too: the value is the same, and
 * --json on a terminal stays harmless. */
static int add_json(struct rx_buf *out, uint32_t c)
{
    switch (c) {
    case '"':
        return rx_buf_add(out, RX_STR("\\\""));
    case '\\':
        return rx_buf_add(out, RX_STR("\\\\"));
    case '\n':
        return rx_buf_add(out, RX_STR("\\n"));
    case '\r':
        return rx_buf_add(out, RX_STR("\\r"));
    case '\t':
        return rx_buf_add(out, RX_STR("\\t"));
    default:
        break;
    }
    if (!is_control(c) && !is_hidden(c))
        return add_code_point(out, c);
    if (c <= 0xFFFF)
        return rx_buf_addf(out, "\\u%04x", (unsigned)c);
    c -= 0x10000; /* RFC 8259 section 7: a surrogate pair */
    return rx_buf_addf(out, "\\u%04x\\u%04x", (unsigned)(0xD800 + (c >> 10)),
                       (unsigned)(0xDC00 + (c & 0x3FF)));
}

int rx_esc_json(struct rx_buf *out, struct rx_str s)
{
    int rc = rx_buf_addc(out, '"');
    for (size_t at = 0; at < s.n && !rc;) {
        size_t plain = at;
        while (plain < s.n && (uint8_t)s.p[plain] >= 0x20 && (uint8_t)s.p[plain] < 0x7F &&
               s.p[plain] != '"' && s.p[plain] != '\\')
            plain++;
        if (plain > at)
            rc = rx_buf_add(out, rx_strn(s.p + at, plain - at));
        else
            rc = add_json(out, rx_utf8_next(s, &plain));
        at = plain;
    }
    return rc ? rc : rx_buf_addc(out, '"');
}

/* The two of the hidden characters that writing needs: in Persian and Indic words, and emoji. */
static bool joins(uint32_t c)
{
    return c == 0x200C || c == 0x200D;
}

/* XML 1.0 section 2.2, production Char. */
static bool is_xml_char(uint32_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c != 0xFFFE && c != 0xFFFF);
}

static int add_xml(struct rx_buf *out, uint32_t c)
{
    switch (c) {
    case '&':
        return rx_buf_add(out, RX_STR("&amp;"));
    case '<':
        return rx_buf_add(out, RX_STR("&lt;"));
    case '>':
        return rx_buf_add(out, RX_STR("&gt;"));
    case '"':
        return rx_buf_add(out, RX_STR("&quot;"));
    case '\'':
        return rx_buf_add(out, RX_STR("&apos;"));
    case '\t': /* as references, or a parser would fold them to spaces in an attribute */
    case '\n':
    case '\r':
        return rx_buf_addf(out, "&#%u;", (unsigned)c);
    default:
        break;
    }
    /* Allowed, but it would reorder or split what a viewer shows, or command a terminal. */
    if ((is_hidden(c) && !joins(c)) || (c >= 0x7F && is_control(c)))
        return add_visible(out, c);
    return add_code_point(out, is_xml_char(c) ? c : REPLACEMENT);
}

int rx_esc_xml(struct rx_buf *out, struct rx_str s)
{
    int rc = 0;
    for (size_t at = 0; at < s.n && !rc;)
        rc = add_xml(out, rx_utf8_next(s, &at));
    return rc;
}

static bool starts_formula(uint32_t c)
{
    return c == '=' || c == '+' || c == '-' || c == '@' || c == '\t' || c == '\r' || c == '\n' ||
           c == 0xFF1D || c == 0xFF0B || c == 0xFF0D || c == 0xFF20; /* full width = + - @ */
}

/* What a spreadsheet may take for the end of a cell, whatever we quote: the separators of other
 * locales, and a line of its own inside the cell. */
static bool is_separator(uint32_t c)
{
    return c == ',' || c == ';' || c == '\t' || c == '\r' || c == '\n' || c == '|';
}

/* Does not protect what follows (OWASP, CSV injection). */
static bool is_blank(uint32_t c)
{
    return c == ' ' || c == '"' || c == 0xA0 || c == 0x3000 || is_hidden(c);
}

static int add_cell(struct rx_buf *out, struct rx_str s, bool spreadsheet)
{
    bool start = true; /* of what may become a cell */
    int rc = 0;
    for (size_t at = 0; at < s.n && !rc;) {
        bool first = at == 0;
        uint32_t c = rx_utf8_next(s, &at);
        if (spreadsheet && start && starts_formula(c) && (first || !is_separator(c)))
            rc = rx_buf_addc(out, '\'');
        start = is_separator(c) || (start && is_blank(c));
        if (rc)
            break;
        if (c == '"')
            rc = rx_buf_add(out, RX_STR("\"\""));
        else if (is_control(c) && c != '\t' && c != '\r' && c != '\n')
            rc = add_code_point(out, REPLACEMENT); /* a file may be shown by cat */
        else if (spreadsheet && is_hidden(c) && !joins(c))
            rc = add_visible(out, c);
        else
            rc = add_code_point(out, c);
    }
    return rc;
}

static bool needs_quotes(struct rx_str s, bool spreadsheet)
{
    if (spreadsheet)
        return s.n > 0; /* what separates cells there is a matter of its locale */
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\n' || s.p[i] == '\r')
            return true;
    return s.n && (s.p[0] == ' ' || s.p[s.n - 1] == ' ');
}

int rx_esc_csv(struct rx_buf *out, struct rx_str s, bool spreadsheet)
{
    bool quotes = needs_quotes(s, spreadsheet);
    int rc = quotes ? rx_buf_addc(out, '"') : 0;
    if (!rc)
        rc = add_cell(out, s, spreadsheet);
    return rc || !quotes ? rc : rx_buf_addc(out, '"');
}

int rx_esc_proxy(struct rx_buf *out, struct rx_str s)
{
    const ptrdiff_t scheme = rx_str_find(s, RX_STR("://"), 0);
    const size_t from = scheme < 0 ? 0 : (size_t)scheme + 3;
    size_t host = from;
    for (size_t i = from; i < s.n && s.p[i] != '/'; i++)
        if (s.p[i] == '@')
            host = i + 1;
    const int rc = rx_buf_add(out, rx_str_sub(s, 0, from));
    return rc ? rc : rx_buf_add(out, rx_str_sub(s, host, s.n));
}

static bool is_shell_plain(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c != '\0' && strchr("_-./:,@%+", c));
}

/* Within single quotes nothing has a meaning but their end, so a quote stands in double ones: a
 * backslash is nowhere needed. */
int rx_esc_shell(struct rx_buf *out, struct rx_str s)
{
    size_t plain = 0;
    while (plain < s.n && is_shell_plain(s.p[plain]))
        plain++;
    if (s.n > 0 && plain == s.n)
        return rx_buf_add(out, s);
    int rc = rx_buf_addc(out, '\'');
    for (size_t i = 0; i < s.n && !rc; i++)
        rc = s.p[i] == '\'' ? rx_buf_add(out, RX_STR("'\"'\"'")) : rx_buf_addc(out, s.p[i]);
    return rc ? rc : rx_buf_addc(out, '\'');
}
