/* seed.c - see seed.h.
 *
 * Lists of bad sites are passed around "defanged", so that nobody clicks on them by mistake. There
 * is no standard for that, but a small number of habits, which the tables below undo. What is left
 * must be a URL or a bare host name, alone in its line: a line that is half understood is refused,
 * because a wrong seed is a stranger's site in an investigation. */
#include "crawler/frontier/seed.h"

#include "base/ip.h"

enum { LINE_MAX_BYTES = 2 * RX_URL_MAX, LABEL_MAX_BYTES = 63, NAME_MAX_BYTES = 253 };

/* ---- cleaning the line ---- */

static bool is_blank(char c)
{
    return (uint8_t)c <= ' ';
}

/* Blanks, no-break spaces and the byte order mark, at both ends. */
static struct rx_str trim(struct rx_str s)
{
    static const char *const marks[] = {"\xC2\xA0", "\xEF\xBB\xBF", "\xE2\x80\x8B"};
    for (size_t before = s.n + 1; s.n < before;) {
        before = s.n;
        while (s.n && is_blank(s.p[0]))
            s = rx_str_sub(s, 1, s.n);
        while (s.n && is_blank(s.p[s.n - 1]))
            s.n--;
        for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
            struct rx_str mark = rx_str(marks[i]);
            if (rx_str_starts(s, mark))
                s = rx_str_sub(s, mark.n, s.n);
            if (rx_str_ends(s, mark))
                s.n -= mark.n;
        }
    }
    return s;
}

/* "<...>", quotes, and a comma or semicolon left by a list in a sentence. */
static struct rx_str unwrap(struct rx_str s)
{
    static const char pairs[][2] = {{'<', '>'}, {'"', '"'}, {'\'', '\''}, {'`', '`'}};
    for (size_t before = s.n + 1; s.n < before;) {
        before = s.n;
        if (s.n && (s.p[s.n - 1] == ',' || s.p[s.n - 1] == ';'))
            s.n--;
        for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
            if (s.n > 1 && s.p[0] == pairs[i][0] && s.p[s.n - 1] == pairs[i][1])
                s = rx_str_sub(s, 1, s.n - 1);
        s = trim(s);
    }
    return s;
}

/* "name  # remark": a URL holds no blank, so what follows one is no fragment. */
static struct rx_str without_remark(struct rx_str s)
{
    for (size_t i = 1; i < s.n; i++)
        if (s.p[i] == '#' && is_blank(s.p[i - 1]))
            return trim(rx_str_sub(s, 0, i));
    return s;
}

/* ---- refanging ---- */

/* What stands in brackets, and what it stands for. */
static const struct token {
    const char *inside, *meaning;
} tokens[] = {
    {".", "."},       {"dot", "."}, {"punkt", "."}, {"point", "."}, {",", "."},
    {":", ":"},       {"/", "/"},   {"//", "//"},   {"://", "://"}, {":/", ":/"},
    {":\\\\", "://"}, {"at", "@"},  {"@", "@"},     {"s", "s"},     {"www", "www"},
};

static char closer_of(char open)
{
    return open == '[' ? ']' : open == '(' ? ')' : open == '{' ? '}' : '\0';
}

/* The token in brackets at the start of s; *bytes is what it takes up. NULL: none. */
static const char *bracketed(struct rx_str s, size_t *bytes)
{
    char close = s.n ? closer_of(s.p[0]) : '\0';
    ptrdiff_t end = close ? rx_str_chr(s, close, 1) : -1;
    if (end < 0)
        return NULL;
    struct rx_str inside = trim(rx_str_sub(s, 1, (size_t)end));
    *bytes = (size_t)end + 1;
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++)
        if (rx_str_ieq(inside, rx_str(tokens[i].inside)))
            return tokens[i].meaning;
    return NULL;
}

/* Other spellings of a dot or a slash at the start of s: "[.com", ".]com", "\.", " dot ", and
 * JSON's "\/", which is a slash in a path too. */
static const char *unbracketed(struct rx_str s, bool path, size_t *bytes)
{
    static const struct token spellings[] = {{"\\/", "/"},   {"[.", "."}, {".]", "."},
                                             {"(.", "."},    {".)", "."}, {"\\.", "."},
                                             {" dot ", "."}, {" . ", "."}};
    for (size_t i = 0; i < (path ? 1 : sizeof spellings / sizeof *spellings); i++) {
        if (!rx_str_istarts(s, rx_str(spellings[i].inside)))
            continue;
        *bytes = strlen(spellings[i].inside);
        return spellings[i].meaning;
    }
    return NULL;
}

static void drop_blanks(struct rx_buf *b)
{
    while (b->n && is_blank(b->p[b->n - 1]))
        b->n--;
}

/* The host ends at the first slash behind "://" (or the first of all, if there is none): behind it
 * round brackets and dots are part of the path, and only square ones are undone. */
static bool in_path(const struct rx_buf *done)
{
    struct rx_str s = rx_buf_str(done);
    ptrdiff_t slashes = rx_str_find(s, RX_STR("//"), 0);
    return rx_str_chr(s, '/', slashes < 0 ? 0 : (size_t)slashes + 2) >= 0;
}

static int refang(struct rx_buf *out, struct rx_str s)
{
    int rc = 0;
    bool after_token = false;
    for (size_t at = 0; at < s.n && !rc;) {
        struct rx_str rest = rx_str_sub(s, at, s.n);
        size_t bytes = 1;
        const char *meaning = bracketed(rest, &bytes);
        bool path = in_path(out);
        if (meaning && path && (rest.p[0] != '[' || rx_is_alpha(meaning[0])))
            meaning = NULL;
        if (!meaning)
            meaning = unbracketed(rest, path, &bytes);
        if (meaning) {
            drop_blanks(out);
            rc = rx_buf_add(out, rx_str(meaning));
            at += bytes;
            after_token = true;
        } else {
            if (!after_token || !is_blank(rest.p[0])) {
                rc = rx_buf_addc(out, rest.p[0]);
                after_token = false;
            }
            at++;
        }
    }
    return rc;
}

/* ---- the scheme ---- */

/* Letters, and what stands for letters that were made unreadable: "hxxp", "h**p", "ttp". */
static size_t scheme_bytes(struct rx_str s)
{
    size_t n = 0;
    while (n < s.n && (rx_is_alpha(s.p[n]) || s.p[n] == '*' || s.p[n] == '_'))
        n++;
    return n;
}

/* "http" or "https" for one of their disguises; NULL for another word. */
static const char *web_scheme(struct rx_str word)
{
    bool tls = word.n && rx_lower(word.p[word.n - 1]) == 's';
    if (tls)
        word.n--;
    if (rx_str_ieq(word, RX_STR("ttp")))
        return tls ? "https" : "http";
    if (word.n != 4 || rx_lower(word.p[0]) != 'h' || rx_lower(word.p[3]) != 'p')
        return NULL;
    for (size_t i = 1; i < 3; i++)
        if (!strchr("tTxX*_", word.p[i]))
            return NULL;
    return tls ? "https" : "http";
}

/* What separates the scheme from the host; the colon is forgotten now and then. */
static size_t separator_bytes(struct rx_str s)
{
    static const char *const separators[] = {"://", ":\\\\", "//", ":/", ":"};
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++)
        if (rx_str_starts(s, rx_str(separators[i])))
            return strlen(separators[i]);
    return 0;
}

static bool is_port(struct rx_str s)
{
    size_t n = 0;
    while (n < s.n && rx_is_digit(s.p[n]))
        n++;
    return n > 0 && (n == s.n || strchr("/?#\\", s.p[n]));
}

struct shape {
    const char *scheme;
    struct rx_str rest; /* what follows the scheme */
    bool bare;          /* no scheme was written */
};

/* RX_ENOENT: it has another scheme. */
static int find_shape(struct shape *shape, struct rx_str s)
{
    size_t word = scheme_bytes(s);
    const char *scheme = web_scheme(rx_str_sub(s, 0, word));
    size_t separator = separator_bytes(rx_str_sub(s, word, s.n));
    if (scheme && separator) {
        *shape = (struct shape){scheme, trim(rx_str_sub(s, word + separator, s.n)), false};
        return 0;
    }
    *shape = (struct shape){"http", s, true};
    if (rx_str_starts(s, RX_STR("//")))
        shape->rest = rx_str_sub(s, 2, s.n);
    ptrdiff_t colon = rx_str_chr(s, ':', 0), slash = rx_str_chr(s, '/', 0);
    if (colon < 0 || (slash >= 0 && slash < colon) || rx_str_starts(s, RX_STR("[")) ||
        is_port(rx_str_sub(s, (size_t)colon + 1, s.n)))
        return 0;
    return RX_ENOENT;
}

/* ---- the result ---- */

/* What the DNS can hold; the URL standard allows more in a host. */
static const char *fault_of_name(struct rx_str host)
{
    struct rx_str label;
    bool more = true;
    if (host.n > NAME_MAX_BYTES)
        return "the host name is too long";
    for (size_t i = 0; i < host.n; i++)
        if (!rx_is_alnum(host.p[i]) && host.p[i] != '-' && host.p[i] != '_' && host.p[i] != '.')
            return "the host holds a character that no name has";
    while (more) {
        more = rx_str_cut(host, '.', &label, &host);
        if (label.n == 0 || label.n > LABEL_MAX_BYTES)
            return "a part of the host name is empty or too long";
    }
    return NULL;
}

static const char *fault_of(const struct rx_url *url, const struct shape *shape)
{
    if (url->host_is_ip) /* "3.14" would be the address 3.0.0.14 */
        return shape->bare && !rx_str_istarts(shape->rest, url->host) ? "a number is no host name"
                                                                      : NULL;
    if (shape->bare && url->username.n)
        return "it is a mail address";
    if (shape->bare && rx_str_chr(url->host, '.', 0) < 0)
        return "a host name has a dot";
    return fault_of_name(url->host);
}

/* "pills.example." is the same site; one spelling of it is enough. */
static int drop_final_dot(struct rx_url *url, struct rx_buf *out)
{
    struct rx_str href = url->href;
    size_t end = (size_t)(url->host.p - href.p) + url->host.n;
    struct rx_buf text = RX_BUF(RX_URL_MAX);
    int rc = rx_buf_add(&text, rx_str_sub(href, 0, end - 1));
    if (!rc)
        rc = rx_buf_add(&text, rx_str_sub(href, end, href.n));
    if (!rc)
        rc = rx_url_parse(url, out, rx_buf_str(&text), NULL);
    rx_buf_free(&text);
    return rc;
}

static int fail_line(struct rx_err *err, struct rx_str line, const char *why)
{
    return rx_fail(err, RX_EINVAL, "'%.*s' is no seed: %s", (int)(line.n < 120 ? line.n : 120),
                   line.p, why);
}

static int parse_shape(struct rx_url *url, struct rx_buf *out, const struct shape *shape)
{
    struct rx_buf text = RX_BUF(LINE_MAX_BYTES + 16);
    int rc = rx_buf_addf(&text, "%s://", shape->scheme);
    if (!rc)
        rc = rx_buf_add(&text, shape->rest);
    if (!rc)
        rc = rx_url_parse(url, out, rx_buf_str(&text), NULL);
    if (!rc && rx_str_ends(url->host, RX_STR(".")))
        rc = drop_final_dot(url, out);
    rx_buf_free(&text);
    return rc;
}

static int parse_refanged(struct rx_url *url, struct rx_buf *out, struct rx_str s,
                          struct rx_str line, struct rx_err *err)
{
    struct shape shape;
    struct rx_url parsed;
    struct rx_buf href = RX_BUF(RX_URL_MAX);
    if (find_shape(&shape, s))
        return fail_line(err, line, "only http and https are crawled");
    for (size_t i = 0; i < shape.rest.n; i++)
        if (is_blank(shape.rest.p[i]))
            return fail_line(err, line, "there must be one URL a line, without blanks");
    int rc = parse_shape(&parsed, &href, &shape);
    const char *fault = rc == RX_EFULL ? "it is too long" : rc ? "it is no URL" : NULL;
    if (!fault)
        fault = fault_of(&parsed, &shape);
    if (rc == RX_ENOMEM)
        rc = rx_fail(err, rc, "no memory for a seed");
    else if (fault)
        rc = fail_line(err, line, fault);
    else
        rc = rx_url_parse(url, out, rx_buf_str(&href), NULL);
    rx_buf_free(&href);
    return rc;
}

int seed_parse(struct rx_url *url, struct rx_buf *out, struct rx_str line, struct rx_err *err)
{
    struct rx_buf text = RX_BUF(LINE_MAX_BYTES);
    const struct rx_str written = trim(line);
    struct rx_str s = written;
    if (s.n == 0 || s.p[0] == '#')
        return RX_ENOENT;
    s = unwrap(without_remark(s));
    int rc = refang(&text, s);
    if (rc)
        rc = rc == RX_EFULL ? fail_line(err, written, "it is too long")
                            : rx_fail(err, rc, "no memory for a seed");
    else
        rc = parse_refanged(url, out, rx_buf_str(&text), written, err);
    rx_buf_free(&text);
    return rc;
}

/* ---- CSV ---- */

char seed_csv_separator(struct rx_str text)
{
    static const char separators[] = {',', ';', '\t'};
    size_t seen[sizeof separators] = {0}, best = 0;
    bool quoted = false;
    for (size_t at = 0; at < text.n && (quoted || text.p[at] != '\n'); at++) {
        quoted ^= text.p[at] == '"';
        for (size_t i = 0; i < sizeof separators; i++)
            seen[i] += !quoted && text.p[at] == separators[i];
    }
    for (size_t i = 1; i < sizeof separators; i++)
        if (seen[i] > seen[best])
            best = i;
    return separators[best];
}

/* One field to scratch. False: it was the record's last. A field over scratch's cap keeps what
 * fitted, which is longer than any URL. */
static bool take_field(struct rx_str text, size_t *at, char separator, struct rx_buf *scratch)
{
    bool quoted = *at < text.n && text.p[*at] == '"';
    rx_buf_clear(scratch);
    *at += quoted;
    while (*at < text.n) {
        char c = text.p[(*at)++];
        if (quoted && c == '"') {
            quoted = *at < text.n && text.p[*at] == '"';
            *at += quoted;
            if (!quoted)
                continue;
        } else if (!quoted && c == separator) {
            return true;
        } else if (!quoted && (c == '\n' || c == '\r')) {
            if (c == '\r' && *at < text.n && text.p[*at] == '\n')
                (*at)++;
            return false;
        }
        int full = rx_buf_addc(scratch, c);
        (void)full;
    }
    return false;
}

bool seed_csv_next(struct rx_str text, size_t *at, char separator, struct rx_buf *scratch,
                   void (*cell)(void *ctx, size_t column, struct rx_str value), void *ctx)
{
    if (*at == 0 && rx_str_starts(text, RX_STR("\xEF\xBB\xBF")))
        *at = 3;
    if (*at >= text.n)
        return false;
    bool more = true;
    for (size_t column = 0; more; column++) {
        more = take_field(text, at, separator, scratch);
        cell(ctx, column, rx_buf_str(scratch));
    }
    return true;
}
