/* text_urls.c - see text_urls.h. */
#include "crawler/lists/text_urls.h"

#include "base/url.h"
#include "crawler/parse/text.h"
#include "crawler/parse/token.h"

enum { HTML_TEXT_MAX = 32 << 20, ADDRESS_MAX = 4096 };

/* How a web address begins, as it is and as it is made unclickable. */
static const struct {
    const char *scheme;
    bool defanged;
} schemes[] = {
    {"https://", false},  {"http://", false},  {"hxxps://", true},   {"hxxp://", true},
    {"hxxps[:]//", true}, {"hxxp[:]//", true}, {"hxxps[://]", true}, {"hxxp[://]", true},
    {"https[:]//", true}, {"http[:]//", true}, {"https[://]", true}, {"http[://]", true},
};

/* Blank, control, not ASCII, or a sign that only surrounds a URL; brackets are part of one that is
 * defanged. */
static bool ends_url(char c, bool defanged)
{
    const uint8_t byte = (uint8_t)c;
    if (byte <= ' ' || byte >= 0x7F)
        return true;
    return strchr(defanged ? "<>\"'|^`" : "<>\"'()[]{}|\\^`", c) != NULL;
}

/* What ends a sentence, not a URL. */
static struct rx_str without_punctuation(struct rx_str url)
{
    while (url.n && strchr(".,;:!?*_~", url.p[url.n - 1]))
        url.n--;
    return url;
}

/* Bytes of the URL at the head of s, 0: there is none. */
static size_t url_at(struct rx_str s, struct rx_str *url)
{
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        const struct rx_str scheme = rx_str(schemes[i].scheme);
        if (!rx_str_istarts(s, scheme))
            continue;
        size_t n = scheme.n;
        bool defanged = schemes[i].defanged;
        /* "http://pills[.]example": the scheme was left as it is. */
        ptrdiff_t bracket = rx_str_find(rx_str_sub(s, 0, scheme.n + RX_URL_MAX), RX_STR("[."), n);
        while (n < s.n && !ends_url(s.p[n], defanged || bracket == (ptrdiff_t)n)) {
            defanged = defanged || bracket == (ptrdiff_t)n;
            n++;
        }
        *url = without_punctuation(rx_str_sub(s, 0, n));
        return url->n > scheme.n ? n : 0;
    }
    return 0;
}

int text_urls(struct rx_str text, text_url_fn *fn, void *ctx)
{
    for (size_t at = 0; at < text.n;) {
        struct rx_str url;
        const char c = rx_lower(text.p[at]);
        const size_t n = c == 'h' ? url_at(rx_str_sub(text, at, text.n), &url) : 0;
        const int rc = n ? fn(ctx, url) : 0;
        if (rc)
            return rc;
        at += n ? n : 1;
    }
    return 0;
}

bool text_is_html(struct rx_str text)
{
    static const char *const tags[] = {"<html", "<body", "<a "};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (rx_str_ifind(text, rx_str(tags[i]), 0) >= 0)
            return true;
    return false;
}

/* ---- HTML ------------------------------------------------------------------------------------ */

struct html {
    struct rx_buf text;  /* owned: what stands between the tags since the last that parts words */
    struct rx_buf value; /* owned: an attribute */
    struct rx_buf href;  /* owned: where it leads */
    text_url_fn *fn;
    void *ctx;
};

static bool is_address(struct rx_str attribute)
{
    static const char *const names[] = {"href",       "src",       "action",   "background",
                                        "formaction", "data-href", "data-url", "xlink:href"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (rx_str_ieq(attribute, rx_str(names[i])))
            return true;
    return false;
}

/* Tabs and line ends in an address are none (WHATWG URL, 4.1). */
static struct rx_str without_line_ends(struct rx_buf *b)
{
    size_t kept = 0;
    for (size_t i = 0; i < b->n; i++)
        if (b->p[i] != '\t' && b->p[i] != '\n' && b->p[i] != '\r')
            b->p[kept++] = b->p[i];
    b->n = kept;
    return rx_str_trim(rx_buf_str(b));
}

/* Written as everybody writes it, or made unclickable. */
static bool is_plain(struct rx_str url)
{
    for (size_t i = 0; i < url.n; i++)
        if ((uint8_t)url.p[i] <= ' ' || url.p[i] == 0x7F || url.p[i] == '\\')
            return false;
    return rx_str_istarts(url, RX_STR("http://")) || rx_str_istarts(url, RX_STR("https://"));
}

/* Where a browser goes: it takes "http:\\x.example" and " http:x.example/a b" for addresses, too.
 * What it does not take is returned as it is, to be told, if it says that it is one. Empty: no
 * address. */
static struct rx_str address_of(struct html *h, struct rx_str value)
{
    struct rx_url url;
    const struct rx_str none = RX_STR("");
    if (is_plain(value))
        return value;
    rx_buf_clear(&h->href);
    if (rx_url_parse(&url, &h->href, value, NULL) == 0)
        return is_plain(url.href) ? url.href : none;
    return rx_str_istarts(value, RX_STR("http")) ? value : none;
}

static int read_tag(struct html *h, struct rx_str source, const struct token *tok)
{
    struct token_attr attr;
    size_t at = tok->attrs;
    int rc = 0;
    while (!rc && token_attr_next(source, &at, &attr)) {
        if (attr.value.n > ADDRESS_MAX || !is_address(attr.name))
            continue;
        rx_buf_clear(&h->value);
        rc = text_decode(&h->value, attr.value, TEXT_ATTRIBUTE);
        const struct rx_str url = address_of(h, without_line_ends(&h->value));
        if (!rc && url.n > 0)
            rc = h->fn(h->ctx, url);
    }
    return rc;
}

/* What was gathered is looked through when no URL can go on behind it. */
static int flush(struct html *h)
{
    const int rc = text_urls(rx_buf_str(&h->text), h->fn, h->ctx);
    rx_buf_clear(&h->text);
    return rc;
}

int text_urls_html(struct rx_str source, text_url_fn *fn, void *ctx)
{
    struct html h = {.text = RX_BUF(HTML_TEXT_MAX),
                     .value = RX_BUF(HTML_TEXT_MAX),
                     .href = RX_BUF(RX_URL_MAX),
                     .fn = fn,
                     .ctx = ctx};
    struct tokenizer t = {.text = source};
    struct token tok;
    bool raw = false; /* what follows is a script or a style, not text */
    int rc = 0;
    while (!rc && token_next(&t, &tok)) {
        if (tok.kind == TOKEN_TEXT) {
            if (!raw)
                rc = text_decode(&h.text, rx_str_sub(source, tok.start, tok.end), TEXT_DATA);
            continue;
        }
        rc = flush(&h);
        raw = false;
        if (tok.kind == TOKEN_START) {
            token_raw(&t, &tok);
            raw = rx_str_ieq(tok.name, RX_STR("script")) || rx_str_ieq(tok.name, RX_STR("style"));
            if (!rc)
                rc = read_tag(&h, source, &tok);
        }
    }
    if (!rc)
        rc = flush(&h);
    rx_buf_free(&h.text);
    rx_buf_free(&h.value);
    rx_buf_free(&h.href);
    return rc;
}
