/* url_key.c - what is derived from a parsed URL: fetch key, origin, query pairs (see url.h). */
#include "base/url.h"

/* Names under which the common engines pass a session on. */
static const char *const session_names[] = {
    "jsessionid", "phpsessid", "phpsessionid", "aspsessionid", "asp.net_sessionid",
    "oscsid",     "zenid",     "xtcsid",       "cfid",         "cftoken",
    "sessid",     "sessionid", "session_id",   "sid",
};

bool rx_query_is_session(struct rx_str name, struct rx_str value, size_t shortest_sid)
{
    if (rx_str_istarts(name, RX_STR("aspsessionid"))) /* the server adds letters of its own */
        return true;
    for (size_t i = 0; i < sizeof session_names / sizeof *session_names; i++)
        if (rx_str_ieq(name, rx_str(session_names[i])))
            return !rx_str_ieq(name, RX_STR("sid")) || value.n >= shortest_sid;
    return false;
}

static bool is_session(struct rx_str name, struct rx_str value)
{
    enum { SHORTEST_SID = 6 }; /* a shorter one means something else: "sid=12" is a section */
    return rx_query_is_session(name, value, SHORTEST_SID);
}

/* "/.;sid=..." is no dot segment; without its parameter it would become one, and the key another
 * page. Percent-encoded dots count. */
static bool ends_in_dots(const struct rx_buf *path)
{
    size_t at = path->n;
    while (at > 0 && path->p[at - 1] != '/' && strchr(".%2eE", path->p[at - 1]))
        at--;
    return at < path->n && path->p[at - 1] == '/';
}

/* The path without session parameters such as ";jsessionid=...". */
static int add_path(struct rx_buf *out, struct rx_str path)
{
    int rc = 0;
    for (size_t at = 0; at < path.n && !rc;) {
        size_t from = at++;
        while (at < path.n && path.p[at] != ';' && path.p[at] != '/')
            at++;
        struct rx_str piece = rx_str_sub(path, from, at), name, value;
        (void)rx_str_cut(rx_str_sub(piece, 1, piece.n), '=', &name, &value);
        if (piece.p[0] != ';' || !is_session(name, value) || ends_in_dots(out))
            rc = rx_buf_add(out, piece);
    }
    return rc;
}

static bool has_session(struct rx_str query)
{
    struct rx_str name, value;
    for (size_t at = 0; rx_query_next(query, &at, &name, &value);)
        if (is_session(name, value))
            return true;
    return false;
}

/* Copies what is kept byte for byte; a query that is emptied goes with its "?". */
static int add_query(struct rx_buf *out, struct rx_str query)
{
    struct rx_str rest = query, pair, name, value;
    bool more = true, any = false;
    int rc = 0;
    if (!has_session(query)) {
        rc = rx_buf_addc(out, '?');
        return rc ? rc : rx_buf_add(out, query);
    }
    while (more && !rc) {
        more = rx_str_cut(rest, '&', &pair, &rest);
        (void)rx_str_cut(pair, '=', &name, &value);
        if (pair.n == 0 || is_session(name, value))
            continue;
        rc = rx_buf_addc(out, any ? '&' : '?');
        if (!rc)
            rc = rx_buf_add(out, pair);
        any = true;
    }
    return rc;
}

int rx_url_origin(struct rx_buf *out, const struct rx_url *url)
{
    rx_buf_clear(out);
    int rc = rx_buf_add(out, url->scheme);
    if (!rc)
        rc = rx_buf_add(out, RX_STR("://"));
    if (!rc)
        rc = rx_buf_add(out, url->host);
    if (rc || !url->has_port)
        return rc;
    char digits[RX_DECIMAL];
    rc = rx_buf_addc(out, ':');
    return rc ? rc : rx_buf_add(out, rx_decimal(digits, url->port));
}

int rx_url_fetch_key(struct rx_buf *out, const struct rx_url *url)
{
    int rc = rx_url_origin(out, url);
    if (!rc)
        rc = add_path(out, url->path);
    return rc || !url->has_query ? rc : add_query(out, url->query);
}

bool rx_query_next(struct rx_str query, size_t *at, struct rx_str *name, struct rx_str *value)
{
    while (*at < query.n) {
        ptrdiff_t end = rx_str_chr(query, '&', *at);
        size_t to = end < 0 ? query.n : (size_t)end;
        struct rx_str pair = rx_str_sub(query, *at, to);
        *at = to + 1;
        if (pair.n == 0)
            continue;
        (void)rx_str_cut(pair, '=', name, value);
        return true;
    }
    return false;
}

int rx_percent_decode(struct rx_buf *out, struct rx_str s, bool plus)
{
    char *to = rx_buf_room(out, s.n); /* decoding never lengthens */
    size_t n = 0;
    if (!to)
        return RX_EFULL;
    for (size_t i = 0; i < s.n; i++) {
        int high = i + 2 < s.n && s.p[i] == '%' ? rx_hex(s.p[i + 1]) : -1;
        int low = high < 0 ? -1 : rx_hex(s.p[i + 2]);
        if (low >= 0) {
            to[n++] = (char)(high << 4 | low);
            i += 2;
        } else {
            to[n++] = plus && s.p[i] == '+' ? ' ' : s.p[i];
        }
    }
    to[n] = '\0';
    out->n += n;
    return 0;
}
