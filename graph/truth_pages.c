/* truth_pages.c - see truth_pages.h. */
#include "graph/truth_pages.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/url.h"

enum { PARAMETERS_MAX = 16 };

struct marker {
    struct rx_map *read; /* "site path?query" of what was read, in every form that stands for it */
    struct rx_buf key;
    int rc;
};

/* What follows scheme and host. */
static struct rx_str target_of(struct rx_str url)
{
    ptrdiff_t host = rx_str_find(url, RX_STR("://"), 0);
    ptrdiff_t slash = host < 0 ? -1 : rx_str_chr(url, '/', (size_t)host + 3);
    return slash < 0 ? RX_STR("/") : rx_str_sub(url, (size_t)slash, url.n);
}

static int make_key(struct marker *m, struct rx_str site, struct rx_str target)
{
    rx_buf_clear(&m->key);
    int rc = rx_buf_add(&m->key, site);
    if (!rc)
        rc = rx_buf_addc(&m->key, ' ');
    return rc ? rc : rx_buf_add(&m->key, target);
}

static int note(struct marker *m, struct rx_str site, struct rx_str target)
{
    int rc = make_key(m, site, target);
    return rc ? rc : rx_map_put(m->read, rx_buf_str(&m->key), m, NULL);
}

/* What was read, with one of its parameters left out, or with all behind it. */
static int note_without(struct marker *m, struct rx_str site, struct rx_str path,
                        struct rx_str query)
{
    struct rx_buf less = RX_BUF(RX_URL_MAX + 1);
    size_t at = 0;
    int rc = note(m, site, path);
    for (unsigned n = 0; n < PARAMETERS_MAX && at < query.n && !rc; n++) {
        const ptrdiff_t next = rx_str_chr(query, '&', at);
        const size_t end = next < 0 ? query.n : (size_t)next;
        const struct rx_str before = rx_str_sub(query, 0, at),
                            behind = rx_str_sub(query, end, query.n);
        rx_buf_clear(&less);
        rc = rx_buf_addf(&less, "%.*s?%.*s", RX_FMT(path), RX_FMT(rx_str_sub(query, 0, end)));
        if (!rc)
            rc = note(m, site, rx_buf_str(&less));
        rx_buf_clear(&less);
        if (!rc && before.n) /* "a=1&" and "&c=3" */
            rc = rx_buf_addf(&less, "%.*s?%.*s%.*s", RX_FMT(path),
                             RX_FMT(rx_str_sub(before, 0, before.n - 1)), RX_FMT(behind));
        else if (!rc && behind.n)
            rc = rx_buf_addf(&less, "%.*s?%.*s", RX_FMT(path),
                             RX_FMT(rx_str_sub(behind, 1, behind.n)));
        if (!rc && less.n)
            rc = note(m, site, rx_buf_str(&less));
        at = end + 1;
    }
    rx_buf_free(&less);
    return rc;
}

static int on_page(void *ctx, const struct store_page *page)
{
    struct marker *m = ctx;
    struct rx_str target = target_of(page->url), path, query;
    if (!page->fetch.content_id || page->failure.n)
        return 0;
    m->rc = note(m, page->site, target);
    if (!m->rc && rx_str_cut(target, '?', &path, &query))
        m->rc = note_without(m, page->site, path, query);
    return m->rc;
}

/* The file's target in the spelling of our URLs. */
static int mark_page(struct marker *m, struct rx_str site, struct truth_page *page)
{
    struct rx_buf written = RX_BUF(RX_URL_MAX), text = RX_BUF(RX_URL_MAX + 64);
    struct rx_url url;
    struct rx_str target = page->target;
    int rc = rx_buf_addf(&written, "http://%.*s%.*s", RX_FMT(site), RX_FMT(page->target));
    if (!rc && !rx_url_parse(&url, &text, rx_buf_str(&written), NULL))
        target = target_of(url.href);
    rc = make_key(m, site, target);
    page->read = !rc && rx_map_get(m->read, rx_buf_str(&m->key)) != NULL;
    rx_buf_free(&written);
    rx_buf_free(&text);
    return rc;
}

int truth_pages_mark(struct truth *t, struct store *st, struct rx_err *err)
{
    struct marker m = {.read = rx_map_new(), .key = RX_BUF(2 * RX_URL_MAX)};
    int scan = m.read ? store_page_scan(st, 0, (struct rx_str){0}, on_page, &m) : 0;
    int rc = !m.read ? RX_ENOMEM : m.rc;
    for (size_t i = 0; i < t->site_count && !rc && scan >= 0; i++)
        for (uint32_t p = 0; p < t->sites[i].pages && !rc; p++)
            rc = mark_page(&m, t->sites[i].site, &t->pages[t->sites[i].first_page + p]);
    rx_map_free(m.read, NULL);
    rx_buf_free(&m.key);
    if (scan < 0 && !rc)
        return rx_fail(err, scan, "%s", store_error(st));
    return rc ? rx_fail(err, rc, "no memory for the truth's pages") : 0;
}
