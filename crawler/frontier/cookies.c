/* cookies.c - see cookies.h. */
#include "crawler/frontier/cookies.h"

#include <stdlib.h>

struct cookie {
    struct rx_str name, value, domain, path; /* into text */
    bool host_only, secure;
    char *text; /* owned */
};

static void drop(struct cookies *jar, size_t at)
{
    free(jar->items[at].text);
    memmove(jar->items + at, jar->items + at + 1, (jar->count - at - 1) * sizeof *jar->items);
    jar->count--;
}

void cookies_free(struct cookies *jar)
{
    while (jar->count > 0)
        drop(jar, jar->count - 1);
    free(jar->items);
    jar->items = NULL;
}

/* RFC 6265 section 5.1.3. */
static bool domain_matches(struct rx_str host, struct rx_str domain)
{
    if (rx_str_ieq(host, domain))
        return true;
    return host.n > domain.n && host.p[host.n - domain.n - 1] == '.' &&
           rx_str_ieq(rx_str_sub(host, host.n - domain.n, host.n), domain);
}

/* Section 5.1.4. */
static bool path_matches(struct rx_str path, struct rx_str cookie)
{
    if (!rx_str_starts(path, cookie))
        return false;
    return path.n == cookie.n || cookie.p[cookie.n - 1] == '/' || path.p[cookie.n] == '/';
}

static struct rx_str default_path(struct rx_str path)
{
    size_t end = path.n;
    while (end > 1 && path.p[end - 1] != '/')
        end--;
    return end <= 1 ? RX_STR("/") : rx_str_sub(path, 0, end - 1);
}

/* What may stand in a request header: nothing that could begin another one. */
static bool is_clean(struct rx_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f || s.p[i] == ';')
            return false;
    return true;
}

/* Sections 5.2.1 to 5.2.6. False: the cookie is to be ignored. */
static bool read_attributes(struct cookie *c, struct rx_str rest, const struct rx_url *url,
                            struct rx_str site, bool *expired)
{
    while (rest.n > 0) {
        struct rx_str one, name, value;
        rx_str_cut(rest, ';', &one, &rest);
        rx_str_cut(one, '=', &name, &value);
        name = rx_str_trim(name);
        value = rx_str_trim(value);
        if (rx_str_ieq(name, RX_STR("secure"))) {
            c->secure = true;
        } else if (rx_str_ieq(name, RX_STR("path")) && value.n > 0 && value.p[0] == '/') {
            c->path = value;
        } else if (rx_str_ieq(name, RX_STR("max-age"))) {
            *expired = value.n > 0 && (value.p[0] == '-' || value.p[0] == '0');
        } else if (rx_str_ieq(name, RX_STR("domain")) && value.n > 0) {
            if (value.p[0] == '.')
                value = rx_str_sub(value, 1, value.n);
            /* Neither another site's nor one as wide as a public suffix. */
            if (!domain_matches(url->host, value) || !domain_matches(value, site))
                return false;
            c->domain = value;
            c->host_only = false;
        }
    }
    return true;
}

static struct rx_str keep(char **at, struct rx_str s)
{
    struct rx_str copy = {*at, s.n};
    if (s.n > 0)
        memcpy(*at, s.p, s.n);
    *at += s.n;
    return copy;
}

/* Longest path first, then oldest (section 5.4), so that the header is one walk. */
static size_t place_of(const struct cookies *jar, const struct cookie *c)
{
    size_t place = 0;
    while (place < jar->count && jar->items[place].path.n >= c->path.n)
        place++;
    return place;
}

static void add(struct cookies *jar, size_t place, struct cookie c)
{
    if (!jar->items)
        jar->items = malloc(COOKIES_MAX * sizeof *jar->items);
    c.text = malloc(c.name.n + c.value.n + c.domain.n + c.path.n + 1);
    if (!jar->items || !c.text) {
        free(c.text);
        return;
    }
    char *at = c.text;
    c.name = keep(&at, c.name);
    c.value = keep(&at, c.value);
    c.domain = keep(&at, c.domain);
    c.path = keep(&at, c.path);
    memmove(jar->items + place + 1, jar->items + place, (jar->count - place) * sizeof *jar->items);
    jar->items[place] = c;
    jar->count++;
}

void cookies_set(struct cookies *jar, const struct rx_url *url, struct rx_str site,
                 struct rx_str value)
{
    if (value.n > COOKIE_BYTES_MAX)
        return;
    struct rx_str pair, attributes;
    rx_str_cut(value, ';', &pair, &attributes);
    struct cookie c = {.domain = url->host, .path = default_path(url->path), .host_only = true};
    if (!rx_str_cut(pair, '=', &c.name, &c.value))
        return;
    c.name = rx_str_trim(c.name);
    c.value = rx_str_trim(c.value);
    bool expired = false;
    if (c.name.n == 0 || !is_clean(c.name) || !is_clean(c.value) ||
        !read_attributes(&c, attributes, url, site, &expired))
        return;
    size_t place = place_of(jar, &c);
    for (size_t i = 0; i < jar->count; i++) {
        const struct cookie *old = &jar->items[i];
        if (rx_str_eq(old->name, c.name) && rx_str_ieq(old->domain, c.domain) &&
            rx_str_eq(old->path, c.path)) {
            drop(jar, i);
            place = i; /* it keeps its age (section 5.3, 11.3) */
            break;
        }
    }
    if (!expired && jar->count < COOKIES_MAX)
        add(jar, place, c);
}

int cookies_header(struct rx_buf *out, const struct cookies *jar, const struct rx_url *url)
{
    rx_buf_clear(out);
    const bool secure = rx_str_eq(url->scheme, RX_STR("https"));
    int rc = RX_OK;
    for (size_t i = 0; i < jar->count && !rc; i++) {
        const struct cookie *c = &jar->items[i];
        const bool host =
            c->host_only ? rx_str_ieq(url->host, c->domain) : domain_matches(url->host, c->domain);
        if (!host || (c->secure && !secure) || !path_matches(url->path, c->path))
            continue;
        if (out->n + 2 + c->name.n + 1 + c->value.n > COOKIE_HEADER_MAX)
            continue; /* what fits: a session's is short, and may stand behind a long one */
        rc = rx_buf_addf(out, "%s%.*s=%.*s", out->n > 0 ? "; " : "", RX_FMT(c->name),
                         RX_FMT(c->value));
    }
    return rc;
}
