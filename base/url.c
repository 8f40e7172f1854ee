/* url.c - see url.h. The standard's parser is a state machine over code points. For http and https
 * it comes down to a line, walked here once from left to right, a part at a time:
 *
 *   [scheme ":"] [slashes authority] path ["?" query] ["#" fragment]
 *
 * The result is composed in a struct work on the stack, so that nothing is allocated for the links
 * of a page but their output, and nothing is written before the whole is known to be valid. */
#include "base/url.h"

#include "base/escape.h"

/* The standard's percent-encode sets (section 1.3); a byte's bits say which sets hold it. */
enum { SET_FRAGMENT = 1, SET_QUERY = 2, SET_PATH = 4, SET_USERINFO = 8, SET_ALL = 15 };

struct span {
    size_t at, n;
};

struct work {
    char text[RX_URL_MAX];
    size_t n;
    bool full; /* something did not fit: the rest is noise */
    struct span scheme, username, password, host, path, query, fragment;
    uint16_t port;
    bool has_port, has_query, has_fragment, host_is_ip;
};

static unsigned sets_of(uint8_t c)
{
    if (c <= ' ' || c >= 0x7F)
        return SET_ALL;
    switch (c) {
    case '"':
    case '<':
    case '>':
        return SET_ALL;
    case '#':
        return SET_QUERY | SET_PATH | SET_USERINFO;
    case '\'':
        return SET_QUERY;
    case '`':
        return SET_FRAGMENT | SET_PATH | SET_USERINFO;
    case '?':
    case '^':
    case '{':
    case '}':
        return SET_PATH | SET_USERINFO;
    case '/':
    case ':':
    case ';':
    case '=':
    case '@':
    case '[':
    case '\\':
    case ']':
    case '|':
        return SET_USERINFO;
    default:
        return 0;
    }
}

static void put(struct work *w, struct rx_str s)
{
    if (s.n > sizeof w->text - w->n) {
        w->full = true;
        return;
    }
    if (s.n)
        memcpy(w->text + w->n, s.p, s.n);
    w->n += s.n;
}

static void put_percent(struct work *w, uint8_t byte)
{
    static const char digits[] = "0123456789ABCDEF";
    char coded[3] = {'%', digits[byte >> 4], digits[byte & 15]};
    put(w, rx_strn(coded, sizeof coded));
}

static void put_encoded(struct work *w, struct rx_str s, unsigned set)
{
    for (size_t at = 0; at < s.n && !w->full;) {
        size_t from = at;
        while (at < s.n && !(sets_of((uint8_t)s.p[at]) & set))
            at++;
        put(w, rx_strn(s.p + from, at - from));
        if (at == s.n)
            break;
        char bytes[4];
        size_t n = rx_utf8_put(bytes, rx_utf8_next(s, &at));
        for (size_t i = 0; i < n; i++)
            put_percent(w, (uint8_t)bytes[i]);
    }
}

static struct span span_from(const struct work *w, size_t at)
{
    return (struct span){at, w->n - at};
}

static bool is_slash(char c)
{
    return c == '/' || c == '\\';
}

/* ---- authority ---- */

static size_t authority_bytes(struct rx_str s)
{
    size_t n = 0;
    while (n < s.n && !is_slash(s.p[n]) && s.p[n] != '?' && s.p[n] != '#')
        n++;
    return n;
}

/* Everything before the last '@'. Empty parts are not serialised. */
static void put_userinfo(struct work *w, struct rx_str s)
{
    struct rx_str username, password;
    (void)rx_str_cut(s, ':', &username, &password);
    size_t at = w->n;
    put_encoded(w, username, SET_USERINFO);
    w->username = span_from(w, at);
    if (password.n) {
        put(w, RX_STR(":"));
        at = w->n;
        put_encoded(w, password, SET_USERINFO);
        w->password = span_from(w, at);
    }
    if (username.n || password.n)
        put(w, RX_STR("@"));
}

static int put_port(struct work *w, struct rx_str digits)
{
    uint32_t port = 0;
    for (size_t i = 0; i < digits.n; i++) {
        if (!rx_is_digit(digits.p[i]))
            return RX_EINVAL;
        port = port * 10 + (uint32_t)(digits.p[i] - '0');
        if (port > UINT16_MAX)
            return RX_EINVAL;
    }
    if (digits.n == 0 || port == w->port)
        return 0;
    char text[RX_DECIMAL];
    put(w, RX_STR(":"));
    put(w, rx_decimal(text, port));
    w->port = (uint16_t)port;
    w->has_port = true;
    return 0;
}

static int put_host(struct work *w, struct rx_str s)
{
    size_t n = 0;
    for (bool in_brackets = false; n < s.n && (in_brackets || s.p[n] != ':'); n++) {
        if (s.p[n] == '[')
            in_brackets = true;
        else if (s.p[n] == ']')
            in_brackets = false;
    }
    if (n == 0)
        return RX_EINVAL;
    struct rx_buf host = RX_BUF(RX_URL_MAX);
    int rc = rx_host_parse(&host, &w->host_is_ip, rx_str_sub(s, 0, n));
    if (!rc) {
        size_t at = w->n;
        put(w, rx_buf_str(&host));
        w->host = span_from(w, at);
        rc = put_port(w, rx_str_sub(s, n + 1, s.n));
    }
    rx_buf_free(&host);
    return rc;
}

static int put_authority(struct work *w, struct rx_str s)
{
    size_t host_at = 0;
    for (size_t i = s.n; i > 0 && !host_at; i--)
        if (s.p[i - 1] == '@')
            host_at = i;
    if (host_at)
        put_userinfo(w, rx_str_sub(s, 0, host_at - 1));
    return put_host(w, rx_str_sub(s, host_at, s.n));
}

/* ---- path, query, fragment ---- */

/* 1 or 2 for a segment that is "." or "..", also percent-encoded; else 0. */
static int dots_of(struct rx_str segment)
{
    int dots = 0;
    while (segment.n && dots < 3) {
        bool coded = segment.p[0] == '%';
        if (!coded ? segment.p[0] != '.' : !rx_str_istarts(segment, RX_STR("%2e")))
            return 0;
        segment = rx_str_sub(segment, coded ? 3 : 1, segment.n);
        dots++;
    }
    return dots < 3 ? dots : 0;
}

static void drop_segment(struct work *w)
{
    while (w->n > w->path.at)
        if (w->text[--w->n] == '/')
            break;
}

/* Returns what follows the path. What w->path holds already are whole segments. */
static struct rx_str put_path(struct work *w, struct rx_str s)
{
    size_t at = s.n && is_slash(s.p[0]) ? 1 : 0;
    for (bool more = true; more; at += more) {
        struct rx_str segment = rx_str_sub(s, at, at + authority_bytes(rx_str_sub(s, at, s.n)));
        at += segment.n;
        more = at < s.n && is_slash(s.p[at]);
        int dots = dots_of(segment);
        if (dots == 2)
            drop_segment(w);
        if (dots && more)
            continue;
        put(w, RX_STR("/"));
        if (!dots)
            put_encoded(w, segment, SET_PATH);
    }
    w->path.n = w->n - w->path.at;
    return rx_str_sub(s, at, s.n);
}

static void put_query_and_fragment(struct work *w, struct rx_str s)
{
    struct rx_str query, fragment;
    w->has_fragment = rx_str_cut(s, '#', &query, &fragment);
    if (query.n && query.p[0] == '?') {
        w->has_query = true;
        put(w, RX_STR("?"));
        size_t at = w->n;
        put_encoded(w, rx_str_sub(query, 1, query.n), SET_QUERY);
        w->query = span_from(w, at);
    }
    if (w->has_fragment) {
        put(w, RX_STR("#"));
        size_t at = w->n;
        put_encoded(w, fragment, SET_FRAGMENT);
        w->fragment = span_from(w, at);
    }
}

/* ---- the two kinds of URL ---- */

static int parse_absolute(struct work *w, struct rx_str scheme, struct rx_str s)
{
    while (s.n && is_slash(s.p[0]))
        s = rx_str_sub(s, 1, s.n);
    put(w, scheme);
    w->scheme = span_from(w, 0);
    w->port = scheme.n == 5 ? 443 : 80;
    put(w, RX_STR("://"));
    size_t authority = authority_bytes(s);
    int rc = put_authority(w, rx_str_sub(s, 0, authority));
    if (rc)
        return rc;
    w->path.at = w->n;
    put_query_and_fragment(w, put_path(w, rx_str_sub(s, authority, s.n)));
    return 0;
}

static struct span span_in(struct rx_str whole, struct rx_str part)
{
    return part.n ? (struct span){(size_t)(part.p - whole.p), part.n} : (struct span){0};
}

/* Takes scheme, authority and path over from base; the path begins at the same offset. */
static void put_base(struct work *w, const struct rx_url *base)
{
    w->path.at = (size_t)(base->path.p - base->href.p);
    put(w, rx_strn(base->href.p, w->path.at + base->path.n));
    w->path.n = base->path.n;
    w->scheme = span_in(base->href, base->scheme);
    w->username = span_in(base->href, base->username);
    w->password = span_in(base->href, base->password);
    w->host = span_in(base->href, base->host);
    w->port = base->port;
    w->has_port = base->has_port;
    w->host_is_ip = base->host_is_ip;
}

static void parse_relative(struct work *w, struct rx_str s, const struct rx_url *base)
{
    put_base(w, base);
    bool keeps_path = s.n == 0 || s.p[0] == '?' || s.p[0] == '#';
    if (keeps_path && (s.n == 0 || s.p[0] == '#') && base->has_query) {
        put(w, RX_STR("?"));
        w->has_query = true;
        size_t at = w->n;
        put(w, base->query);
        w->query = span_from(w, at);
    }
    if (!keeps_path && is_slash(s.p[0]))
        w->n = w->path.at;
    else if (!keeps_path)
        drop_segment(w);
    put_query_and_fragment(w, keeps_path ? s : put_path(w, s));
}

/* "scheme:" at the start of s; the rest begins behind the colon. */
static bool cut_scheme(struct rx_str s, struct rx_str *scheme, struct rx_str *rest)
{
    size_t n = 0;
    if (s.n == 0 || !rx_is_alpha(s.p[0]))
        return false;
    while (n < s.n && (rx_is_alnum(s.p[n]) || s.p[n] == '+' || s.p[n] == '-' || s.p[n] == '.'))
        n++;
    if (n == s.n || s.p[n] != ':')
        return false;
    *scheme = rx_str_sub(s, 0, n);
    *rest = rx_str_sub(s, n + 1, s.n);
    return true;
}

static int parse(struct work *w, struct rx_str s, const struct rx_url *base)
{
    struct rx_str scheme, rest;
    bool has_scheme = cut_scheme(s, &scheme, &rest);
    if (has_scheme) {
        bool tls = rx_str_ieq(scheme, RX_STR("https"));
        if (!tls && !rx_str_ieq(scheme, RX_STR("http")))
            return RX_ENOENT;
        scheme = tls ? RX_STR("https") : RX_STR("http");
    }
    if (s.n > RX_URL_MAX)
        return RX_EFULL;
    if (!has_scheme && !base)
        return RX_EINVAL;
    if (!has_scheme) {
        scheme = base->scheme;
        rest = s;
    } else if (!base || !rx_str_eq(scheme, base->scheme) || rx_str_starts(rest, RX_STR("//"))) {
        return parse_absolute(w, scheme, rest);
    }
    if (rest.n > 1 && is_slash(rest.p[0]) && is_slash(rest.p[1]))
        return parse_absolute(w, scheme, rest);
    parse_relative(w, rest, base);
    return 0;
}

/* ---- the door ---- */

static struct rx_str trim_control(struct rx_str s)
{
    while (s.n && (uint8_t)s.p[0] <= ' ')
        s = rx_str_sub(s, 1, s.n);
    while (s.n && (uint8_t)s.p[s.n - 1] <= ' ')
        s.n--;
    return s;
}

static bool is_dropped(char c)
{
    return c == '\t' || c == '\n' || c == '\r';
}

/* The input without tabs and line ends, copied only if it has any. More than the maximum is cut
 * off, one byte over it, which parse() then refuses. */
static struct rx_str strip(char copy[RX_URL_MAX + 1], struct rx_str s)
{
    size_t at = 0, n = 0;
    while (at < s.n && at <= RX_URL_MAX && !is_dropped(s.p[at]))
        at++;
    if (at == s.n || at > RX_URL_MAX)
        return s;
    for (at = 0; at < s.n && n <= RX_URL_MAX; at++)
        if (!is_dropped(s.p[at]))
            copy[n++] = s.p[at];
    return rx_strn(copy, n);
}

static struct rx_str view(const struct rx_buf *out, struct span span)
{
    return rx_strn(out->p + span.at, span.n);
}

int rx_url_parse(struct rx_url *url, struct rx_buf *out, struct rx_str input,
                 const struct rx_url *base)
{
    struct work w;
    char copy[RX_URL_MAX + 1];
    memset((char *)&w + offsetof(struct work, n), 0, sizeof w - offsetof(struct work, n));
    int rc = parse(&w, strip(copy, trim_control(input)), base);
    if (rc)
        return rc;
    if (w.full || w.n > out->max)
        return RX_EFULL;
    rx_buf_clear(out);
    rc = rx_buf_add(out, rx_strn(w.text, w.n));
    if (rc)
        return rc;
    *url = (struct rx_url){.href = rx_buf_str(out),
                           .scheme = view(out, w.scheme),
                           .username = view(out, w.username),
                           .password = view(out, w.password),
                           .host = view(out, w.host),
                           .path = view(out, w.path),
                           .query = view(out, w.query),
                           .fragment = view(out, w.fragment),
                           .port = w.port,
                           .has_port = w.has_port,
                           .has_query = w.has_query,
                           .has_fragment = w.has_fragment,
                           .host_is_ip = w.host_is_ip};
    return 0;
}
