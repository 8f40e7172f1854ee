/* sink_links.c - what a page links to: rows of evidence for every link, and for the ones that may
 * be followed the scope's judgement and a place in the queue. */
#include "base/digest.h"
#include "crawler/parse/parse.h"
#include "crawler/sink/sink_priv.h"

#include <stdlib.h>

enum { RAW_MAX = 240 };

/* A link that may be one of the page's few ways out: known when all links were seen. */
struct way {
    const struct scope_site *to;
    struct read_link link; /* its texts are the reading's */
};

struct linking {
    struct sink *s;
    struct sink_item *item;
    int64_t url_id, content_id;
    bool is_new; /* the content: its links are not stored yet */
    struct scope_from from;
    struct rx_url base;
    uint32_t ordinal, frames;
    size_t scheduled;
    uint64_t room; /* bytes of links that the page may still bring */
    bool spare;    /* the link in hand is over it: no row says that it is there */
    struct way ways[SCOPE_WAYS_MAX + 1]; /* the first link to each different site */
    size_t way_count;
    struct rx_buf text, key;
    struct rx_err *err;
};

/* ---- answers
 * -------------------------------------------------------------------------------------- */

int sink_answer(struct sink_item *item, const struct store_job *job, struct rx_err *err)
{
    if (item->job_count == item->job_cap) {
        const size_t cap = item->job_cap ? 2 * item->job_cap : 8;
        struct job **jobs = realloc(item->jobs, cap * sizeof(struct job *));
        if (!jobs)
            return rx_fail(err, RX_ENOMEM, "no memory for new URLs");
        item->jobs = jobs;
        item->job_cap = cap;
    }
    const struct job model = {.url_id = job->url_id,
                              .host_id = job->host_id,
                              .url = job->url,
                              .host = job->host,
                              .site = job->site,
                              .depth = job->depth,
                              .hops = job->hops,
                              .redirects = job->redirects,
                              .priority = job->priority,
                              .via_kind = job->via_kind,
                              .via_url_id = job->via_url_id,
                              .attempts = job->attempts};
    struct job *copy = job_new(&model);
    if (!copy)
        return rx_fail(err, RX_ENOMEM, "no memory for new URLs");
    item->jobs[item->job_count++] = copy;
    return RX_OK;
}

void sink_item_done(struct sink_item *item)
{
    for (size_t i = 0; i < item->job_count; i++)
        job_free(item->jobs[i]);
    free(item->jobs);
    free(item->owned);
    item->jobs = NULL;
    item->owned = NULL;
    item->job_count = item->job_cap = 0;
}

struct waking {
    struct sink_item *item;
    struct rx_err *err;
};

static int on_woken(void *ctx, const struct store_host *host)
{
    struct waking *w = ctx;
    const struct store_job job = {.host_id = host->id, .host = host->name, .site = host->site};
    return sink_answer(w->item, &job, w->err);
}

int sink_wake_site(struct sink *s, struct sink_item *item, const struct scope_site *site,
                   struct store_wake *wake, struct rx_err *err)
{
    struct waking w = {item, err};
    const int rc =
        store_queue_wake_site(s->opts.store, s->opts.run, site->name, wake, on_woken, &w);
    return rc ? sink_store_fail(s, rc, "cannot take up what was refused of a site", err) : RX_OK;
}

/* Equal in priority, URLs are asked in an order that is a matter of their text alone, so that the
 * pages which fit a site's budget do not depend on who was found first. */
void sink_rank(struct store_job *job, int32_t priority)
{
    job->priority = (int64_t)priority * (INT64_C(1) << 32) + (int64_t)(rx_hash64(job->url) >> 32);
}

/* ---- the queue
 * -------------------------------------------------------------------------------------- */

/* The same links stand on every page of a site: what became of them is remembered, so that most
 * cost no statement. */
static struct sink_seen *seen(struct sink *s, int64_t url_id)
{
    return &s->seen[(uint64_t)url_id % SINK_SEEN_SLOTS];
}

static bool is_queued(struct sink *s, int64_t url_id)
{
    return seen(s, url_id)->url_id == url_id && seen(s, url_id)->why == 0;
}

int sink_skip(struct sink *s, struct store_job *job, enum rx_outcome why, const char *reason,
              struct rx_err *err)
{
    struct sink_seen *at = seen(s, job->url_id);
    if (job->url_id > 0 && at->url_id == job->url_id && at->why == why &&
        at->priority <= job->priority)
        return RX_OK;
    const int rc = store_queue_skip(s->opts.store, s->opts.run, job, why, rx_str(reason));
    if (rc)
        return sink_store_fail(s, rc, "cannot note why a URL is not asked", err);
    *seen(s, job->url_id) = (struct sink_seen){job->url_id, why, job->priority};
    return RX_OK;
}

int sink_push(struct sink *s, struct sink_item *item, struct store_job *job,
              const struct rx_url *url, struct scope_site *site, struct rx_err *err)
{
    const char *reason = "";
    const bool part = rx_link_is_part(job->via_kind);
    const enum rx_outcome why =
        (part ? scope_admit_part : scope_admit)(s->scope, site, job->host, &reason);
    if (why)
        return sink_skip(s, job, why, reason, err);
    bool is_new = false;
    int rc = store_queue_push(s->opts.store, s->opts.run, job, &is_new);
    if (!rc && !is_new)
        rc = store_queue_wake(s->opts.store, s->opts.run, job, &is_new);
    if (rc)
        return sink_store_fail(s, rc, "cannot queue a URL", err);
    *seen(s, job->url_id) = (struct sink_seen){.url_id = job->url_id};
    if (!is_new)
        return RX_OK;
    if (part) {
        scope_part_let_in(s->scope, site, job->via_kind);
    } else {
        trap_let_in(&site->traps, url);
        scope_touch(s->scope, site);
    }
    return sink_answer(item, job, err);
}

int sink_push_home(struct sink *s, struct sink_item *item, const struct store_job *from,
                   const struct rx_url *url, struct scope_site *site, struct rx_err *err)
{
    struct rx_buf text = RX_BUF(RX_URL_MAX + 1), origin = RX_BUF(RX_URL_MAX + 1);
    struct rx_url home = {0};
    int rc = rx_url_origin(&origin, url);
    if (!rc)
        rc = rx_buf_addc(&origin, '/');
    if (!rc)
        rc = rx_url_parse(&home, &text, rx_buf_str(&origin), NULL);
    if (rc) {
        rc = rx_fail(err, rc, "no memory for a URL");
    } else {
        struct store_job job = *from;
        job.url_id = 0;
        job.url = home.href;
        job.depth = 0;
        job.redirects = 0;
        sink_rank(&job, scope_priority(&home, RX_LINK_A, RX_STR(""), false, 0));
        rc = sink_push(s, item, &job, &home, site, err);
    }
    rx_buf_free(&text);
    rx_buf_free(&origin);
    return rc;
}

/* The link will count if the site that it stands on is promoted. */
static int hold(struct linking *w, const struct scope_link *link)
{
    const struct scope_from *from = &w->from;
    const struct scope_held held = {.kind = link->kind,
                                    .trade = link->trade,
                                    .pays = link->pays,
                                    .way_out = link->way_out,
                                    .depth = from->depth,
                                    .hops = from->hops,
                                    .redirects = from->redirects,
                                    .via_url_id = w->url_id};
    const int rc = scope_hold(w->s->scope, from->site, &held, link->url->href);
    return rc ? rx_fail(w->err, rc, "no memory for a link") : RX_OK;
}

static int follow(struct linking *w, const struct scope_link *link, struct rx_str key,
                  int64_t to_url_id, struct scope_site *to)
{
    struct scope_verdict v = scope_judge(w->s->scope, &w->from, to, link);
    if (v.note)
        return RX_OK;
    if (v.why == 0 && w->scheduled >= SINK_SCHEDULED_MAX) {
        v.why = RX_OUT_BUDGET;
        v.reason = "the page has brought its number of URLs";
    }
    struct store_job job = {.url_id = to_url_id,
                            .url = key,
                            .host = link->url->host,
                            .site = to->name,
                            .depth = v.depth,
                            .hops = v.hops,
                            .redirects = v.redirects,
                            .via_kind = link->kind,
                            .via_url_id = w->url_id};
    sink_rank(&job, v.priority);
    const size_t before = w->item->job_count;
    int rc = RX_OK;
    if (!v.why)
        rc = sink_push(w->s, w->item, &job, link->url, to, w->err);
    else if (!w->spare)
        rc = sink_skip(w->s, &job, v.why, v.reason, w->err);
    if (!rc && v.probe && w->scheduled < SINK_SCHEDULED_MAX)
        rc = sink_push_home(w->s, w->item, &job, link->url, to, w->err);
    if (!rc && v.hold)
        rc = hold(w, link);
    w->scheduled += w->item->job_count - before;
    return rc;
}

/* ---- links
 * -------------------------------------------------------------------------------------------- */

static const char *rel_text(uint8_t rel)
{
    static const char *const texts[] = {
        "",    "nofollow",     "sponsored",     "nofollow sponsored",
        "ugc", "nofollow ugc", "sponsored ugc", "nofollow sponsored ugc"};
    return texts[rel & 7];
}

static int keep_link(struct linking *w, const struct read_link *link, struct rx_str key,
                     int64_t to_url_id)
{
    const struct rx_str found = link->raw.n > 0 ? link->raw : link->url;
    const struct store_link row = {.to_url_id = to_url_id,
                                   .kind = link->kind,
                                   .text = rx_str_sub(link->text, 0, 200),
                                   .rel = rx_str(rel_text(link->rel)),
                                   .raw = rx_str_eq(found, key) ? RX_STR("")
                                                                : rx_str_sub(found, 0, RAW_MAX),
                                   .offset = link->offset};
    const int rc = store_link_put(w->s->opts.store, w->content_id, w->ordinal++, &row);
    return rc ? sink_store_fail(w->s, rc, "cannot keep a link", w->err) : RX_OK;
}

/* The jail's answer is not believed: what it calls a URL is parsed again. False: it is none. */
static bool target_of(struct linking *w, struct rx_str text, struct rx_url *url)
{
    return rx_url_parse(url, &w->text, text, &w->base) == RX_OK &&
           rx_url_fetch_key(&w->key, url) == RX_OK;
}

static struct scope_link judged_link(const struct linking *w, const struct read_link *link,
                                     const struct rx_url *url)
{
    /* A parameter that means other things too is believed on a page that speaks of medicines. */
    const enum extract_pay least =
        w->from.page.trades || w->from.page.laden ? EXTRACT_PAY_MAYBE : EXTRACT_PAY_PARTNER;
    return (struct scope_link){.kind = link->kind,
                               .url = url,
                               .text = link->text,
                               .trade = link->trade,
                               .pays = extract_pays(url) >= least,
                               .frame = w->frames};
}

static void note_way_out(struct linking *w, const struct scope_site *to,
                         const struct read_link *link, const struct scope_link *judged)
{
    if (w->way_count > SCOPE_WAYS_MAX || !scope_is_way_out(w->s->scope, &w->from, to, judged))
        return;
    for (size_t i = 0; i < w->way_count; i++)
        if (w->ways[i].to == to)
            return;
    w->ways[w->way_count++] = (struct way){to, *link};
}

/* A site that floods its pages with links has its budget of rows. Those that send the visitor on or
 * take his order are few, and kept. */
static bool fits(uint64_t *room, const struct read_link *link)
{
    if (read_link_tells(link->kind))
        return true;
    const uint64_t bytes = read_link_bytes(link);
    if (bytes > *room)
        return false;
    *room -= bytes;
    return true;
}

uint32_t sink_links_cut(const struct reading *r, uint64_t room)
{
    uint32_t cut = r->links_cut;
    for (size_t i = 0; i < r->link_count; i++)
        cut += !fits(&room, &r->links[i]);
    return cut;
}

/* Over the budget a link may still be the reason to look at a site that nothing else led to. */
static int follow_spare(struct linking *w, const struct read_link *link, const struct rx_url *url,
                        struct scope_site *to)
{
    const struct scope_link judged = judged_link(w, link, url);
    if (!w->s->opts.follow || to == w->from.site)
        return RX_OK;
    note_way_out(w, to, link, &judged);
    return to->admitted || !(judged.trade || judged.pays)
               ? RX_OK
               : follow(w, &judged, rx_buf_str(&w->key), 0, to);
}

/* The page's site sends its visitors on, and its home says nothing: the rest of it that was refused
 * is asked as well. */
static int note_leading(struct linking *w, const struct scope_link *link,
                        const struct scope_site *to)
{
    struct store_wake wake = {.reason = RX_STR(SCOPE_WAITS_FOR_HOME), .most = SIZE_MAX};
    return scope_leads(w->s->scope, &w->from, to, link)
               ? sink_wake_site(w->s, w->item, w->from.site, &wake, w->err)
               : RX_OK;
}

static int write_link(struct linking *w, const struct read_link *link)
{
    struct sink *s = w->s;
    struct rx_url url;
    if (!target_of(w, link->url, &url))
        return RX_OK;
    struct scope_site *to;
    int64_t to_url_id;
    const struct rx_str key = rx_buf_str(&w->key);
    int rc = sink_site(s, rx_site_key(s->opts.psl, url.host), &to, w->err);
    if (rc)
        return rc;
    if (w->spare)
        return follow_spare(w, link, &url, to);
    rc = store_url_put(s->opts.store, key, url.host, to->name, &to_url_id);
    if (rc)
        return sink_store_fail(s, rc, "cannot keep a URL", w->err);
    if (w->is_new)
        rc = keep_link(w, link, key, to_url_id);
    if (rc || !s->opts.follow || to_url_id == w->url_id)
        return rc;
    const struct scope_link judged = judged_link(w, link, &url);
    note_way_out(w, to, link, &judged);
    w->frames += link->kind == RX_LINK_IFRAME;
    rc = note_leading(w, &judged, to); /* wherever it leads: also to what is queued already */
    return rc || is_queued(s, to_url_id) ? rc : follow(w, &judged, key, to_url_id, to);
}

/* All links of the page were seen: are its ways out few enough to say something? */
static int follow_ways_out(struct linking *w)
{
    const size_t count = scope_ways_out(&w->from.page, w->way_count);
    int rc = RX_OK;
    for (size_t i = 0; i < count && !rc; i++) {
        struct rx_url url;
        struct scope_site *to;
        if (!target_of(w, w->ways[i].link.url, &url))
            continue;
        struct scope_link judged = judged_link(w, &w->ways[i].link, &url);
        judged.way_out = true;
        rc = sink_site(w->s, rx_site_key(w->s->opts.psl, url.host), &to, w->err);
        if (!rc)
            rc = follow(w, &judged, rx_buf_str(&w->key), 0, to);
    }
    return rc;
}

/* The answer's Location is a link like the page's; no reading has it, which is of the body. */
static int write_location(struct linking *w)
{
    const struct fetch_result *r = w->item->page.result;
    const struct read_link link = {.kind = r ? rx_link_of_status(r->status) : (enum rx_link)0,
                                   .url = r ? parse_header(rx_buf_str(&r->head), "location")
                                            : RX_STR("")};
    return link.kind == 0 || link.url.n == 0 ? RX_OK : write_link(w, &link);
}

static struct scope_page look_at(const struct sink_page *p)
{
    const struct signs *signs = &p->reading->marks.signs;
    const bool read = p->reading->status == READ_OK && p->result;
    const bool whole = read && p->result->status < 300, failed = read && p->result->status >= 400;
    const enum rx_role role = whole || failed ? role_decide(signs, 1, NULL) : RX_ROLE_UNKNOWN;
    return (struct scope_page){.trades = role_trades(role),
                               .laden =
                                   whole && signs->n[SIGN_PRESCRIPTION_DRUGS] >= SCOPE_LADEN_DRUGS,
                               .bare = whole && signs->n[SIGN_WORDS] < SCOPE_BARE_WORDS};
}

static struct linking linking_of(struct sink *s, struct sink_item *item, struct scope_site *site,
                                 struct rx_err *err)
{
    const struct job *job = item->page.job;
    return (struct linking){.s = s,
                            .item = item,
                            .from = {site, job->depth, job->hops, job->redirects, {0}},
                            .text = RX_BUF(RX_URL_MAX + 1),
                            .key = RX_BUF(RX_URL_MAX + 1),
                            .err = err};
}

int sink_links_write(struct sink *s, struct sink_item *item, int64_t url_id, int64_t content_id,
                     bool content_is_new, struct scope_site *site, struct rx_err *err)
{
    const struct reading *r = item->page.reading;
    struct linking w = linking_of(s, item, site, err);
    w.from.page = look_at(&item->page);
    w.url_id = url_id;
    w.content_id = content_id;
    w.is_new = content_is_new;
    w.room = item->page.links_room;
    struct rx_buf base = RX_BUF(RX_URL_MAX + 1);
    int rc = rx_url_parse(&w.base, &base, item->page.job->url, NULL);
    if (rc)
        rc = rx_fail(err, rc, "a queued URL is none: %.*s", RX_FMT(item->page.job->url));
    w.from.page.home = !rc && w.base.path.n <= 1 && !w.base.has_query;
    if (!rc)
        rc = write_location(&w);
    for (size_t i = 0; i < r->link_count && !rc; i++) {
        w.spare = !fits(&w.room, &r->links[i]);
        rc = write_link(&w, &r->links[i]);
    }
    w.spare = false;
    if (w.room < item->page.links_room) {
        site->link_bytes += item->page.links_room - w.room;
        scope_touch(s->scope, site);
    }
    if (!rc)
        rc = follow_ways_out(&w);
    rx_buf_free(&base);
    rx_buf_free(&w.text);
    rx_buf_free(&w.key);
    return rc;
}

static int judge_held(struct linking *w, const struct scope_held *held)
{
    struct rx_url url;
    struct scope_site *to;
    if (rx_url_parse(&url, &w->text, rx_str(held->url), NULL) || rx_url_fetch_key(&w->key, &url))
        return RX_OK;
    const struct scope_link link = {.kind = held->kind,
                                    .url = &url,
                                    .trade = held->trade,
                                    .pays = held->pays,
                                    .way_out = held->way_out};
    w->url_id = held->via_url_id;
    w->from.depth = held->depth;
    w->from.hops = held->hops;
    w->from.redirects = held->redirects;
    const int rc = sink_site(w->s, rx_site_key(w->s->opts.psl, url.host), &to, w->err);
    return rc ? rc : follow(w, &link, rx_buf_str(&w->key), 0, to);
}

int sink_links_held(struct sink *s, struct sink_item *item, struct scope_site *site,
                    struct rx_err *err)
{
    struct linking w = linking_of(s, item, site, err);
    struct scope_held *held;
    int rc = RX_OK;
    while (!rc && (held = scope_take_held(s->scope, site))) {
        rc = judge_held(&w, held);
        free(held);
    }
    rx_buf_free(&w.text);
    rx_buf_free(&w.key);
    return rc;
}
