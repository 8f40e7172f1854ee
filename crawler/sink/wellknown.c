/* wellknown.c - the files that a site keeps where everybody looks for them: which are asked for,
 * and when.
 *
 * They are asked at the host of the first page that came whole of a site that is crawled as a
 * whole, once a run, after its pages, and as parts (scope.h) that take no page's place. robots.txt
 * is not among them: it is asked before everything, and read for marks when it comes. What pages or
 * robots.txt name themselves (icon, manifest, sitemaps) comes by their links. */
#include "crawler/sink/sink_priv.h"

static const struct {
    const char *path;
    enum rx_link kind;
} files[] = {
    {"/sitemap.xml", RX_LINK_FILE},
    {"/ads.txt", RX_LINK_FILE},                  /* IAB ads.txt 1.1 */
    {"/.well-known/security.txt", RX_LINK_FILE}, /* RFC 9116 */
    {"/favicon.ico", RX_LINK_ICON},
};

static int ask(struct sink *s, struct sink_item *item, const struct store_job *model,
               const struct rx_url *url, struct scope_site *site, struct rx_err *err)
{
    struct store_job job = *model;
    job.url = url->href;
    sink_rank(&job, SCOPE_PART_PRIORITY);
    return sink_push(s, item, &job, url, site, err);
}

int wellknown_ask(struct sink *s, struct sink_item *item, int64_t url_id, const struct rx_url *page,
                  struct scope_site *site, struct rx_err *err)
{
    const struct job *from = item->page.job;
    const struct fetch_result *answer = item->page.result;
    if (!answer || answer->outcome != RX_OUT_OK || answer->status / 100 != 2 || !s->opts.follow ||
        !s->opts.scope.parts || site->files_named || !scope_is_whole(s->scope, site))
        return RX_OK;
    site->files_named = true;
    scope_touch(s->scope, site);
    struct rx_buf text = RX_BUF(RX_URL_MAX + 1);
    int rc = RX_OK;
    for (size_t i = 0; i < sizeof files / sizeof *files && !rc; i++) {
        struct rx_url url;
        if (!scope_has_part_room(site, files[i].kind) ||
            rx_url_parse(&url, &text, rx_str(files[i].path), page))
            continue;
        const struct store_job job = {.host = url.host,
                                      .site = site->name,
                                      .depth = from->depth,
                                      .hops = from->hops,
                                      .via_kind = files[i].kind,
                                      .via_url_id = url_id};
        rc = ask(s, item, &job, &url, site, err);
    }
    rx_buf_free(&text);
    return rc;
}
