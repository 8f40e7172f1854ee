/* unwrap.c - see unwrap.h. What each filter does to a link is described by its maker: Microsoft
 * (Safe Links), Proofpoint ("URL Defense decoder", versions 1 to 3), or seen in its links. */
#include "crawler/lists/unwrap.h"

enum coding {
    CODED_PERCENT, /* percent-encoded, as in any query */
    CODED_V2,      /* Proofpoint 2: '-' for '%', '_' for '/', then as above */
    CODED_V3,      /* Proofpoint 3: in the path, between "__" and "__;" */
    CODED_BASE64,  /* "a1" and URL-safe base64 */
    CODED_PATH     /* the rest of the path, or of the query without a name */
};

/* A host is itself or any below it; with "google." any country's. Dated 2024-10. */
static const struct row {
    const char *host, *path, *parameter;
    enum coding coding;
} rows[] = {
    {"google.", "/url", "q", CODED_PERCENT},
    {"google.", "/url", "url", CODED_PERCENT},
    {"google.", "/aclk", "adurl", CODED_PERCENT},
    {"google.", "/imgres", "imgrefurl", CODED_PERCENT},
    {"googleadservices.com", "/pagead/aclk", "adurl", CODED_PERCENT},
    {"doubleclick.net", "/", "adurl", CODED_PERCENT},
    {"safelinks.protection.outlook.com", "/", "url", CODED_PERCENT},
    {"urldefense.proofpoint.com", "/v1/url", "u", CODED_PERCENT},
    {"urldefense.proofpoint.com", "/v2/url", "u", CODED_V2},
    {"urldefense.proofpoint.com", "/v3/", NULL, CODED_V3},
    {"urldefense.com", "/v1/url", "u", CODED_PERCENT},
    {"urldefense.com", "/v2/url", "u", CODED_V2},
    {"urldefense.com", "/v3/", NULL, CODED_V3},
    {"urldefense.us", "/v2/url", "u", CODED_V2},
    {"urldefense.us", "/v3/", NULL, CODED_V3},
    {"facebook.com", "/l.php", "u", CODED_PERCENT},
    {"facebook.com", "/flx/warn/", "u", CODED_PERCENT},
    {"l.instagram.com", "/", "u", CODED_PERCENT},
    {"l.messenger.com", "/l.php", "u", CODED_PERCENT},
    {"l.threads.net", "/", "u", CODED_PERCENT},
    {"youtube.com", "/redirect", "q", CODED_PERCENT},
    {"linkedin.com", "/redir/redirect", "url", CODED_PERCENT},
    {"linkedin.com", "/safety/go", "url", CODED_PERCENT},
    {"vk.com", "/away.php", "to", CODED_PERCENT},
    {"ok.ru", "/dk", "st.link", CODED_PERCENT},
    {"t.umblr.com", "/redirect", "z", CODED_PERCENT},
    {"out.reddit.com", "/", "url", CODED_PERCENT},
    {"steamcommunity.com", "/linkfilter/", "url", CODED_PERCENT},
    {"slack-redir.net", "/link", "url", CODED_PERCENT},
    {"duckduckgo.com", "/l/", "uddg", CODED_PERCENT},
    {"bing.com", "/ck/a", "u", CODED_BASE64},
    {"disq.us", "/", "url", CODED_PERCENT},
    {"exit.sc", "/", "url", CODED_PERCENT},
    {"deref-mail.com", "/", "redirectUrl", CODED_PERCENT},
    {"deref-gmx.net", "/", "redirectUrl", CODED_PERCENT},
    {"deref-web.de", "/", "redirectUrl", CODED_PERCENT},
    {"linkprotect.cudasvc.com", "/url", "a", CODED_PERCENT},
    {"clicktime.symantec.com", "/", "u", CODED_PERCENT},
    {"protect2.fireeye.com", "/", "u", CODED_PERCENT},
    {"protect.checkpoint.com", "/v1/url", "u", CODED_PERCENT},
    {"secure-web.cisco.com", "/", NULL, CODED_PATH},
    {"href.li", "/", NULL, CODED_PATH},
    {"anonym.to", "/", NULL, CODED_PATH},
    {"nullrefer.com", "/", NULL, CODED_PATH},
};

static bool host_fits(struct rx_str host, const char *wanted)
{
    const struct rx_str name = rx_str(wanted);
    if (rx_str_ends(name, RX_STR("."))) { /* "google.": google.TLD or www.google.co.TLD */
        if (rx_str_starts(host, RX_STR("www.")))
            host = rx_str_sub(host, 4, host.n);
        const struct rx_str rest = rx_str_sub(host, name.n, host.n);
        return rx_str_starts(host, name) && rest.n && rest.n <= 6;
    }
    return rx_str_ends(host, name) && (host.n == name.n || host.p[host.n - name.n - 1] == '.');
}

/* ---- undoing --------------------------------------------------------------------------------- */

static int add_percent(struct rx_buf *out, struct rx_str s, bool plus)
{
    int rc = 0;
    for (size_t i = 0; i < s.n && !rc; i++) {
        const int high = s.p[i] == '%' && i + 2 < s.n ? rx_hex(s.p[i + 1]) : -1;
        const int low = high >= 0 ? rx_hex(s.p[i + 2]) : -1;
        char c = plus && s.p[i] == '+' ? ' ' : s.p[i];
        if (low >= 0) {
            c = (char)(high * 16 + low);
            i += 2;
        }
        rc = rx_buf_addc(out, c);
    }
    return rc;
}

static int add_v2(struct rx_buf *out, struct rx_str s)
{
    struct rx_buf plain = RX_BUF(RX_URL_MAX);
    int rc = 0;
    for (size_t i = 0; i < s.n && !rc; i++)
        rc = rx_buf_addc(&plain, s.p[i] == '-' ? '%' : s.p[i] == '_' ? '/' : s.p[i]);
    if (!rc)
        rc = add_percent(out, rx_buf_str(&plain), false);
    rx_buf_free(&plain);
    return rc;
}

/* Value of a digit of base64, in either alphabet; -1: none. */
static int digit64(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (rx_is_digit(c))
        return c - '0' + 52;
    return c == '-' || c == '+' ? 62 : c == '_' || c == '/' ? 63 : -1;
}

static int add_base64(struct rx_buf *out, struct rx_str s)
{
    unsigned bits = 0, value = 0;
    int rc = 0;
    for (size_t i = 0; i < s.n && !rc; i++) {
        const int digit = digit64(s.p[i]);
        if (digit < 0)
            break;
        value = (value << 6 | (unsigned)digit) & 0xFFFFFF;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            rc = rx_buf_addc(out, (char)(uint8_t)(value >> bits));
        }
    }
    return rc;
}

/* How many bytes a "**X" of version 3 stands for: X is a digit of base64, and 'A' means two. */
static unsigned run_length(char c)
{
    const int digit = digit64(c);
    return digit < 0 ? 0 : (unsigned)digit + 2;
}

/* ".../v3/__https://a.example/x*y__;Iw!!...": each '*' is the next byte of what the base64 behind
 * "__;" says, "**X" the next so many. */
static int add_v3(struct rx_buf *out, struct rx_str path)
{
    const ptrdiff_t from = rx_str_find(path, RX_STR("/__"), 0);
    const ptrdiff_t to = rx_str_find(path, RX_STR("__;"), 0);
    if (from < 0 || to < from + 3)
        return RX_ENOENT;
    const struct rx_str text = rx_str_sub(path, (size_t)from + 3, (size_t)to);
    struct rx_str coded = rx_str_sub(path, (size_t)to + 3, path.n);
    struct rx_buf bytes = RX_BUF(RX_URL_MAX);
    const ptrdiff_t end = rx_str_chr(coded, '!', 0);
    int rc = add_base64(&bytes, rx_str_sub(coded, 0, end < 0 ? coded.n : (size_t)end));
    size_t used = 0;
    for (size_t i = 0; i < text.n && !rc; i++) {
        unsigned run = text.p[i] == '*';
        if (run && i + 2 < text.n && text.p[i + 1] == '*') {
            run = run_length(text.p[i + 2]);
            i += 2;
        }
        const size_t left = bytes.n - used, n = run < left ? run : left;
        if (n > 0)
            rc = rx_buf_add(out, rx_strn(bytes.p + used, n));
        else
            rc = rx_buf_addc(out, text.p[i]);
        used += n;
    }
    rx_buf_free(&bytes);
    return rc;
}

/* "/ID/https%3A%2F%2Fa.example" or "?https://a.example". */
static int add_path(struct rx_buf *out, const struct rx_url *url)
{
    struct rx_str rest = rx_strn(url->path.p, (size_t)(url->href.p + url->href.n - url->path.p));
    ptrdiff_t at = rx_str_ifind(rest, RX_STR("http"), 0);
    return at < 0 ? RX_ENOENT : add_percent(out, rx_str_sub(rest, (size_t)at, rest.n), false);
}

static struct rx_str parameter(struct rx_str query, const char *name)
{
    struct rx_str pair, key, value;
    if (rx_str_starts(query, RX_STR("?")))
        query = rx_str_sub(query, 1, query.n);
    while (query.n) {
        (void)rx_str_cut(query, '&', &pair, &query);
        (void)rx_str_cut(pair, '=', &key, &value);
        if (rx_str_eq(key, rx_str(name)))
            return value;
    }
    return (struct rx_str){0};
}

static int undo(struct rx_buf *out, const struct rx_url *url, const struct row *row)
{
    if (row->coding == CODED_V3)
        return add_v3(out, rx_strn(url->path.p, (size_t)(url->href.p + url->href.n - url->path.p)));
    if (row->coding == CODED_PATH)
        return add_path(out, url);
    const struct rx_str value = parameter(url->query, row->parameter);
    if (row->coding == CODED_V2)
        return add_v2(out, value);
    if (row->coding == CODED_BASE64)
        return rx_str_starts(value, RX_STR("a1")) ? add_base64(out, rx_str_sub(value, 2, value.n))
                                                  : RX_ENOENT;
    return add_percent(out, value, true);
}

/* One wrapping: its content to text, parsed to url, whose views point into href. */
static int unwrap_once(struct rx_url *url, struct rx_buf *href, struct rx_buf *text)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rx_url inner;
        if (!host_fits(url->host, rows[i].host) || !rx_str_starts(url->path, rx_str(rows[i].path)))
            continue;
        rx_buf_clear(text);
        int rc = undo(text, url, &rows[i]);
        if (rc == RX_ENOMEM)
            return rc;
        const struct rx_str s = rx_str_trim(rx_buf_str(text));
        if (rc || !(rx_str_istarts(s, RX_STR("http://")) || rx_str_istarts(s, RX_STR("https://"))))
            continue;
        rx_buf_clear(href);
        rc = rx_url_parse(&inner, href, s, NULL);
        if (rc == RX_ENOMEM)
            return rc;
        if (rc)
            return RX_ENOENT;
        *url = inner;
        return 0;
    }
    return RX_ENOENT;
}

int unwrap_url(struct rx_buf *out, const struct rx_url *url)
{
    struct rx_url at = *url;
    struct rx_buf hrefs[2] = {RX_BUF(RX_URL_MAX + 64), RX_BUF(RX_URL_MAX + 64)};
    struct rx_buf text = RX_BUF(RX_URL_MAX + 64);
    unsigned depth = 0;
    int rc = 0;
    for (; depth < UNWRAP_DEPTH_MAX && !rc; depth += rc == 0)
        rc = unwrap_once(&at, &hrefs[depth % 2], &text);
    if (rc == RX_ENOENT && depth > 0)
        rc = 0;
    if (!rc) {
        rx_buf_clear(out);
        rc = rx_buf_add(out, at.href);
    }
    rx_buf_free(&hrefs[0]);
    rx_buf_free(&hrefs[1]);
    rx_buf_free(&text);
    return rc;
}
