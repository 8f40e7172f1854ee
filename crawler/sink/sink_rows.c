/* sink_rows.c - the rows of one request: fetch, content, sightings, robots rules, the URL's fate,
 * the host's pace, and what the page says of its site. */
#include "crawler/content.h"
#include "crawler/sink/sink_priv.h"

/* ---- content ------------------------------------------------------------------------------------
 */

/* Is there more of the page than what was read? */
static bool is_part(const struct sink_page *p)
{
    return content_is_part(p->reading, p->result ? p->result->outcome : RX_OUT_OK);
}

static int write_content(struct sink *s, const struct sink_page *p, int64_t url_id, int64_t *id,
                         bool *is_new, struct rx_err *err)
{
    const struct content_rows rows = {.reading = p->reading,
                                      .tables = rx_str(s->opts.tables),
                                      .url_id = url_id,
                                      .is_part = is_part(p),
                                      .links_cut = sink_links_cut(p->reading, p->links_room)};
    return content_write(s->opts.store, &rows, id, is_new, err);
}

/* ---- fetch, queue, host
 * --------------------------------------------------------------------------- */

static int write_fetch(struct sink *s, struct sink_page *p, int64_t url_id, int64_t content_id,
                       struct store_warc_ref response, struct store_warc_ref request,
                       struct rx_err *err)
{
    const struct fetch_result *r = p->result;
    struct store_fetch fetch = {.run = s->opts.run,
                                .url_id = url_id,
                                .content_id = content_id,
                                .robots_fetch_id = p->robots_fetch_id,
                                .started_ms = p->when_ms,
                                .outcome = p->outcome,
                                .reason = rx_str(p->reason),
                                .response = response,
                                .request = request};
    if (r) {
        fetch.started_ms = r->started_ms;
        fetch.took_ms = r->took_ms;
        fetch.status = r->status;
        fetch.cut = r->cut;
        fetch.ip = rx_str(r->ip);
        fetch.bytes = r->head.n + r->body.n;
    }
    const int rc = store_fetch_put(s->opts.store, &fetch);
    if (rc)
        return sink_store_fail(s, rc, "cannot keep a fetch", err);
    p->fetch_id = fetch.id;
    return RX_OK;
}

static int write_fate(struct sink *s, const struct sink_page *p, int64_t url_id, struct rx_err *err)
{
    if (p->is_robots || p->elsewhere)
        return RX_OK;
    uint32_t attempts;
    const int rc = p->stays ? store_queue_retry(s->opts.store, s->opts.run, url_id, &attempts)
                            : store_queue_done(s->opts.store, s->opts.run, url_id, p->outcome,
                                               rx_str(p->reason));
    return rc ? sink_store_fail(s, rc, "cannot note the fate of a URL", err) : RX_OK;
}

static int write_host(struct sink *s, const struct sink_page *p, int64_t host_id,
                      struct rx_err *err)
{
    int rc = RX_OK;
    struct store_host pace = p->pace;
    pace.id = host_id; /* the loop has none for a host that only a robots.txt led to */
    if (p->has_pace)
        rc = store_host_pace(s->opts.store, &pace);
    if (!rc && p->held.id > 0)
        rc = store_host_pace(s->opts.store, &p->held);
    if (rc)
        return sink_store_fail(s, rc, "cannot keep a host's pace", err);
    if (p->robots.origin.n > 0) {
        struct store_robots robots = p->robots;
        robots.fetch_id = p->fetch_id;
        rc = store_robots_put(s->opts.store, s->opts.run, &robots);
        if (rc)
            return sink_store_fail(s, rc, "cannot keep the rules of a robots.txt", err);
    }
    return RX_OK;
}

/* ---- sites
 * ------------------------------------------------------------------------------------------ */

/* An error, a redirect, a handful of words: nothing of what the host is for. Of a page whose status
 * was not asked for nobody knows what it says. */
static bool is_mute_home(const struct sink_page *p, const struct rx_url *url)
{
    if (url->path.n > 1 || url->has_query || p->stays || !p->result || p->result->status == 0)
        return false;
    if (p->result->status / 100 != 2)
        return true;
    if (!p->reading)
        return p->outcome == RX_OUT_PARSE_FAILED;
    return p->reading->status != READ_OK ||
           p->reading->marks.signs.n[SIGN_WORDS] < SCOPE_BARE_WORDS;
}

/* Was a page of the site read? */
static bool is_page(const struct sink_page *p)
{
    const struct reading *r = p->reading;
    return r->status == READ_OK && !p->stays && content_counts(&r->marks.signs, p->result->status);
}

static bool is_silence(enum rx_outcome outcome)
{
    return outcome == RX_OUT_CONNECT || outcome == RX_OUT_TLS || outcome == RX_OUT_TIMEOUT ||
           outcome == RX_OUT_DISCONNECT || outcome == RX_OUT_PROTOCOL;
}

/* Does the site still answer? A part beside its pages does not say so, nor does a robots.txt but
 * for one whose error forbids to ask more. */
static void note_life(struct scope_site *site, const struct sink_page *p)
{
    const int status = p->result ? p->result->status : 0;
    const bool part = rx_link_is_part(p->job->via_kind);
    if (p->outcome == RX_OUT_NXDOMAIN)
        site->nowhere = true;
    if (status == 0)
        site->silent |= is_silence(p->outcome);
    else if (p->is_robots)
        site->erred |= status >= 500;
    else if (!part && status >= 400)
        site->erred = true;
    else if (!part)
        site->reached = true;
}

/* What one more answer says of its site. */
static int judge_site(struct sink *s, struct sink_item *item, struct scope_site *site,
                      const struct rx_url *url, struct rx_err *err)
{
    const struct sink_page *p = &item->page;
    if (!p->requested)
        return RX_OK;
    scope_touch(s->scope, site);
    const int64_t when = p->result ? p->result->started_ms : p->when_ms;
    if (site->first_ms == 0 || when < site->first_ms)
        site->first_ms = when;
    if (when > site->last_ms)
        site->last_ms = when;
    note_life(site, p);
    if (p->is_robots || rx_link_is_part(p->job->via_kind))
        return RX_OK;
    if (!p->stays)
        site->asked++;
    const struct reading *r = p->reading;
    if (is_mute_home(p, url) && scope_home_mute(s->scope, site) && s->opts.follow) {
        struct store_wake wake = {.reason = RX_STR(SCOPE_WAITS_FOR_HOME), .most = SCOPE_JUMPS};
        const int rc = sink_wake_site(s, item, site, &wake, err);
        if (rc)
            return rc;
        site->jumps += (uint32_t)wake.woken;
    }
    if (!r)
        return RX_OK;
    uint64_t body;
    memcpy(&body, r->sha256.b, sizeof body);
    trap_fetched(&site->traps, url, body, item->job_count > 0);
    if (!is_page(p))
        return RX_OK;
    site->pages++;
    site->cut |= is_part(p);
    signs_add(&site->signs, &r->marks.signs);
    /* Alone, so that the order of a site's pages does not matter. */
    const enum rx_role alone = role_decide(&r->marks.signs, 1, NULL);
    const bool promising = role_promising(&r->marks.signs);
    if (!scope_page_read(s->scope, site, alone, promising) || !s->opts.follow)
        return RX_OK;
    struct store_wake wake = {.most = SIZE_MAX};
    const int rc = sink_wake_site(s, item, site, &wake, err);
    return rc ? rc : sink_links_held(s, item, site, err);
}

/* ---- one page
 * ------------------------------------------------------------------------------------------ */

/* A URL that no queue row stands for: a robots.txt, or a page out of a WARC. */
static int url_row(struct sink *s, const struct sink_page *p, int64_t *url_id, struct rx_err *err)
{
    const struct job *job = p->job;
    int rc;
    *url_id = job->url_id;
    if (*url_id > 0)
        return RX_OK;
    if (p->is_robots) {
        rc = store_url_put(s->opts.store, job->url, job->host, job->site, url_id);
    } else {
        bool is_new;
        struct store_job row = {.url = job->url,
                                .host = job->host,
                                .site = job->site,
                                .depth = job->depth,
                                .hops = job->hops,
                                .redirects = job->redirects,
                                .via_kind = job->via_kind};
        rc = store_queue_push(s->opts.store, s->opts.run, &row, &is_new);
        *url_id = row.url_id;
    }
    return rc ? sink_store_fail(s, rc, "cannot keep a URL", err) : RX_OK;
}

/* A robots.txt that says nothing but its rules may say more to later tables. */
static bool says_something(const struct sink_page *p)
{
    const struct reading *r = p->reading;
    return r && (!p->is_robots || r->status != READ_FAILED);
}

static int write_evidence(struct sink *s, const struct sink_page *p, int64_t host_id,
                          struct store_warc_ref *response, struct store_warc_ref *request,
                          struct rx_err *err)
{
    struct sink_sources from;
    if (!p->requested)
        return RX_OK;
    int rc = sink_facts_lines(s, p, &s->facts, &from, err);
    *response = p->response;
    *request = p->request;
    if (!rc && response->file_id == 0)
        rc = sink_warc_page(s, p, rx_buf_str(&s->facts), response, request, err);
    from.http = *response;
    const int64_t seen_ms = p->result ? p->result->started_ms : p->when_ms;
    return rc ? rc : sink_facts_write(s, host_id, rx_buf_str(&s->facts), &from, seen_ms, err);
}

/* Whole links die before their shop does: where a seed's page is gone, its host's home is asked. */
static int ask_home_instead(struct sink *s, struct sink_item *item, const struct rx_url *url,
                            struct scope_site *site, struct rx_err *err)
{
    const struct sink_page *p = &item->page;
    const struct store_job from = {.host = url->host, .site = site->name, .via_kind = RX_LINK_SEED};
    if (p->is_robots || p->stays || !s->opts.follow || p->job->via_kind != RX_LINK_SEED ||
        !p->result || p->result->status < 400)
        return RX_OK;
    return sink_push_home(s, item, &from, url, site, err);
}

static int write_rows(struct sink *s, struct sink_item *item, const struct rx_url *url,
                      struct scope_site *site, struct rx_err *err)
{
    struct sink_page *p = &item->page;
    struct store_warc_ref response = {0}, request = {0};
    struct store_host host = {0};
    int64_t url_id, content_id = 0;
    bool is_new = false;
    p->links_room = scope_link_room(site);
    int rc = url_row(s, p, &url_id, err);
    if (!rc) {
        rc = store_host_put(s->opts.store, p->job->host, p->job->site, &host);
        if (rc)
            rc = sink_store_fail(s, rc, "cannot keep a host", err);
    }
    if (!rc)
        rc = write_evidence(s, p, host.id, &response, &request, err);
    if (!rc && says_something(p))
        rc = write_content(s, p, url_id, &content_id, &is_new, err);
    if (!rc)
        rc = write_fetch(s, p, url_id, content_id, response, request, err);
    if (!rc)
        rc = write_fate(s, p, url_id, err);
    if (!rc)
        rc = write_host(s, p, host.id, err);
    if (!rc)
        rc = judge_site(s, item, site, url, err);
    if (!rc)
        rc = ask_home_instead(s, item, url, site, err);
    if (!rc && content_id > 0)
        rc = sink_links_write(s, item, url_id, content_id, is_new, site, err);
    if (!rc && p->reading && p->reading->status == READ_OK && !p->is_robots)
        rc = wellknown_ask(s, item, url_id, url, site, err);
    p->site_asked = site->asked;
    return rc;
}

int sink_page_write(struct sink *s, struct sink_item *item, struct rx_err *err)
{
    struct rx_buf text = RX_BUF(RX_URL_MAX + 1);
    struct rx_url url;
    struct scope_site *site;
    int rc = rx_url_parse(&url, &text, item->page.job->url, NULL);
    if (rc)
        rc = rx_fail(err, rc, "a queued URL is none: %.*s", RX_FMT(item->page.job->url));
    if (!rc)
        rc = sink_site(s, item->page.job->site, &site, err);
    if (!rc)
        rc = write_rows(s, item, &url, site, err);
    rx_buf_free(&text);
    return rc;
}
