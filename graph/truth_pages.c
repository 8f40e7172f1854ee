/* truth_pages.c - see truth_pages.h. */
#include "graph/truth_pages.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/url.h"

struct marker {
    struct rx_map *read; /* "site path?query" and "site path" of what was read */
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

static int on_page(void *ctx, const struct store_page *page)
{
    struct marker *m = ctx;
    struct rx_str target = target_of(page->url), path, query;
    if (!page->fetch.content_id || page->failure.n)
        return 0;
    m->rc = note(m, page->site, target);
    if (!m->rc && rx_str_cut(target, '?', &path, &query))
        m->rc = note(m, page->site, path);
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
