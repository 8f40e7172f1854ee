/* headers.c - what a server's own configuration adds to each answer: X- headers that no product
 * brings along (header.x, "x-name=value"), and ETags that name a file by its inode (etag).
 *
 * Left out are the headers of frameworks, delivery networks and security advice, and values that
 * look made for one answer (ids, times, counts): they tell answers apart, not servers. */
#include "crawler/extract/collect.h"
#include "crawler/extract/families.h"
#include "crawler/parse/parse.h"

enum { NAME_MOST = 40, VALUE_MOST = 60, RUN_MOST = 7 };

/* Names that many a stranger's server sends, without "x-"; a '-' at the end: all that begin so.
 * Chosen by hand, November 2026. Sorted. */
static const char *const common_names[] = {
    "accel-",       "adblock-key", "akamai-",    "amz-",       "amzn-",        "app-",
    "application-", "aspnet-",     "aspnetmvc-", "azure-",     "backend",      "backend-server",
    "by",           "cache",       "cache-",     "cacheable",  "cached",       "cdn",
    "cdn-",         "cf-",         "cloud-",     "content-",   "correlation-", "csrf-",
    "custom-",      "dc",          "debug",      "dns-",       "download-",    "drupal-",
    "duration",     "edge-",       "fastcgi-",   "fastly-",    "firefox-",     "forwarded-",
    "frame-",       "generator",   "github-",    "google-",    "guploader-",   "hacker",
    "host",         "hostname",    "hubspot-",   "iinfo",      "joomla-",      "litespeed-",
    "magento-",     "middleton-",  "mod-",       "msedge-",    "ms-",          "nginx-",
    "node",         "oneagent-",   "page-",      "permitted-", "pingback",     "pinterest-",
    "powered-",     "presslabs-",  "proxy-",     "ratelimit-", "rate-",        "redirect-",
    "redirector-",  "render-",     "request-",   "response-",  "robots-",      "route",
    "runtime",      "seen-",       "served-",    "server",     "server-",      "shard",
    "shardid",      "shopid",      "shopify-",   "sorting-",   "squarespace-", "storage-",
    "sucuri-",      "swift-",      "synapse",    "timer",      "timestamp",    "trace-",
    "transaction-", "turbo-",      "ua-",        "udid",       "vary-",        "varnish",
    "varnish-",     "vercel-",     "version",    "via",        "webkit-",      "wix-",
    "wp-",          "xrds-",       "xss-",       "yottaa-",    "zendesk-",
};

/* The name as listed, or its first part with the '-'. */
static bool is_listed(struct rx_str name)
{
    for (size_t i = 0; i < sizeof common_names / sizeof *common_names; i++) {
        const struct rx_str it = rx_str(common_names[i]);
        if (it.p[it.n - 1] == '-' ? rx_str_istarts(name, it) : rx_str_ieq(name, it))
            return true;
    }
    return false;
}

/* A run of hexadecimal digits with a decimal among them: an id, a time, a number. */
static bool is_made_once(struct rx_str value)
{
    size_t run = 0;
    bool digit = false;
    for (size_t i = 0; i < value.n; i++) {
        const char c = rx_lower(value.p[i]);
        const bool hex = rx_is_digit(c) || (c >= 'a' && c <= 'f');
        run = hex ? run + 1 : 0;
        digit = hex && (digit || rx_is_digit(c));
        if ((unsigned char)c < ' ' || (unsigned char)c > '~' || (digit && run > RUN_MOST))
            return true;
    }
    return false;
}

static void put_header(struct collect *c, struct rx_str name, struct rx_str value)
{
    char text[NAME_MOST + VALUE_MOST + 2];
    if (name.n > NAME_MOST || value.n == 0 || value.n > VALUE_MOST || is_made_once(value) ||
        is_listed(rx_str_sub(name, 2, name.n)))
        return;
    size_t n = 0;
    while (n < name.n) {
        text[n] = rx_lower(name.p[n]);
        n++;
    }
    text[n++] = '=';
    memcpy(text + n, value.p, value.n);
    const struct sight at = collect_sight_head(c, value);
    collect_put(c, "header.x", rx_strn(text, n + value.n), &at);
}

/* Apache's "inode-size-time" until 2.3 and where FileETag says so: three numbers in hexadecimal,
 * the same again only for the same file of the same machine. */
static void put_etag(struct collect *c, struct rx_str value)
{
    size_t dashes = 0;
    struct rx_str tag = value;
    if (tag.n > 2 && tag.p[0] == '"' && tag.p[tag.n - 1] == '"')
        tag = rx_str_sub(tag, 1, tag.n - 1);
    bool fine = tag.n >= 10 && tag.n <= VALUE_MOST;
    for (size_t i = 0; i < tag.n && fine; i++) {
        const bool dash = tag.p[i] == '-';
        dashes += dash;
        fine = dash ? i > 0 && i + 1 < tag.n && tag.p[i - 1] != '-'
                    : rx_is_digit(tag.p[i]) || (tag.p[i] >= 'a' && tag.p[i] <= 'f');
    }
    const struct sight at = collect_sight_head(c, value);
    if (fine && dashes == 2)
        collect_put(c, "etag", tag, &at);
}

void headers_collect(const struct family_page *p)
{
    struct rx_str name, value;
    for (size_t at = 0; parse_header_next(p->c->head, &at, &name, &value);) {
        if (name.n > 2 && rx_str_istarts(name, RX_STR("x-")))
            put_header(p->c, name, value);
        else if (rx_str_ieq(name, RX_STR("etag")))
            put_etag(p->c, value);
    }
}
