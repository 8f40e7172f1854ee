/* page.c - one request, from its turn to its rows.
 *
 *   page_start --> ADMIT --refused by budget, guard or robots.txt-------------.
 *                    |  '--name unknown--> RESOLVE --found: the job waits     |
 *                    |                        '--no address-------------------|
 *                    '--> FETCH --no answer-----------------------------------|
 *                           '--> READ (jail) ---------------------------------+--> WRITE --> END
 *
 * Each turn of a host is one request: if its robots.txt has to be asked first, that is the turn,
 * and the page waits for the next. A host is asked again only when what the last answer brought is
 * committed, so the order of a site's pages does not depend on how fast we read. Where a page ends
 * without a row (its name was looked up, its budget must be known first), its job waits again. */
#include "crawler/page_priv.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { ARENA_MAX = 64 * 1024 * 1024 };

/* ---- life
 * ---------------------------------------------------------------------------------------- */

static void page_unlink(struct page *pg)
{
    if (pg->older)
        pg->older->newer = pg->newer;
    if (pg->e->pages == pg)
        pg->e->pages = pg->older;
    else
        pg->newer->older = pg->older;
}

static void page_free(struct page *pg)
{
    page_unlink(pg);
    pg->e->held -= pg->held;
    if (pg->counted)
        pg->site->out--;
    job_free(pg->job);
    sink_item_done(&pg->item);
    if (pg->has_result)
        fetch_result_free(&pg->result);
    rx_arena_free(&pg->arena);
    rx_buf_free(&pg->url_text);
    rx_buf_free(&pg->cookie);
    free(pg);
}

void page_free_all(struct engine *e)
{
    struct page *pg = e->pages;
    while (pg) {
        struct page *older = pg->older;
        page_free(pg);
        pg = older;
    }
    assert(e->held == 0);
}

/* What the page holds is part of what the pump looks at before it takes another turn. */
static void count_memory(struct page *pg)
{
    const size_t now = sizeof *pg + pg->result.head.cap + pg->result.body.cap +
                       pg->result.request.cap + pg->arena.used;
    pg->e->held += now - pg->held; /* unsigned: wraps back */
    pg->held = now;
}

static void page_release(struct page *pg)
{
    pg->e->active--;
    page_free(pg);
}

enum page_state page_end_with(struct page *pg, enum rx_outcome outcome, const char *reason)
{
    pg->outcome = outcome;
    (void)snprintf(pg->reason, sizeof pg->reason, "%s", reason);
    return PAGE_WRITE;
}

enum page_state page_wait_again(struct page *pg, uint64_t delay_ms)
{
    struct job *job = pg->job;
    pg->job = NULL;
    if (frontier_return(pg->e->frontier, job, engine_now() + delay_ms))
        engine_fail(pg->e, RX_ENOMEM, "no memory for the frontier");
    return PAGE_END;
}

/* ---- admit
 * ----------------------------------------------------------------------------------------- */

/* The site has had its pages: every one that waits on this host is told so. */
static enum page_state drop_host(struct page *pg)
{
    struct sink_item *item = &pg->item;
    *item = (struct sink_item){.what = SINK_DROP,
                               .owner = pg,
                               .of_page = true,
                               .host_id = pg->job->host_id,
                               .spares_parts = true,
                               .why = RX_OUT_BUDGET};
    (void)snprintf(item->reason, sizeof item->reason, "the site has its number of pages");
    frontier_cancelled(pg->e->frontier, pg->host);
    frontier_drop(pg->e->frontier, pg->host);
    sink_put(pg->e->sink, item);
    return PAGE_WAIT;
}

static enum page_state step_admit(struct page *pg)
{
    const struct crawl_opts *o = &pg->e->opts;
    const uint64_t most = o->scope.max_pages;
    if (!pg->is_robots && !rx_link_is_part(pg->job->via_kind)) {
        if (most > 0 && pg->site->asked >= most)
            return drop_host(pg);
        if (most > 0 && pg->site->asked + pg->site->out >= most)
            return page_wait_again(pg, ENGINE_POLL_MS);
        pg->site->out++;
        pg->counted = true;
    }
    enum rx_outcome outcome;
    const char *why = engine_refuses(pg->e, &pg->url, &outcome);
    if (why)
        return page_end_with(pg, outcome, why);
    if (o->resolves && !pg->url.host_is_ip && !frontier_is_bound(pg->host, engine_now()))
        return PAGE_RESOLVE;
    return pg->is_robots ? PAGE_FETCH : page_ask_origin(pg);
}

/* ---- write
 * ------------------------------------------------------------------------------------------------
 */

struct store_host page_wall_pace(const struct engine *e, const struct frontier_host *h)
{
    const struct pace pace = frontier_host_pace(h);
    const uint64_t now = engine_now();
    const int64_t wall = engine_wall(e);
    const uint64_t wait = pace.next_ms > now ? pace.next_ms - now : 0;
    return (struct store_host){.id = frontier_host_id(h),
                               .next_ms = wall + (int64_t)wait,
                               .delay_ms = (uint32_t)pace.delay_ms,
                               .failures = pace.failures,
                               .clean = pace.clean};
}

static void fill_dns(struct page *pg)
{
    struct crawl_host *known = pg->known;
    if (!known->has_dns || known->dns_told || !pg->has_result)
        return;
    known->dns_told = true;
    pg->item.page.dns = &known->dns;
}

/* Why the host is left alone: for those of its URLs that a run ends without. */
static void note_failure(struct page *pg)
{
    struct crawl_host *known = pg->known;
    const bool answered = pg->has_result && pg->result.status > 0;
    known->failure = answered ? RX_OUT_TIMEOUT : pg->outcome;
    if (answered)
        (void)snprintf(known->reason, sizeof known->reason,
                       "the host answered %d and was left alone for longer than the run waits",
                       pg->result.status);
    else
        (void)snprintf(known->reason, sizeof known->reason, "%.*s", (int)sizeof known->reason - 1,
                       pg->reason);
}

static enum page_state step_write(struct page *pg)
{
    struct engine *e = pg->e;
    struct sink_page *p = &pg->item.page;
    pg->item.what = SINK_PAGE;
    pg->item.owner = pg;
    pg->item.of_page = true;
    p->job = pg->job;
    p->is_robots = pg->is_robots;
    p->requested = pg->has_result || pg->landed;
    p->stays = pg->stays;
    p->elsewhere = pg->elsewhere;
    p->outcome = pg->outcome;
    p->reason = pg->reason;
    p->result = pg->has_result ? &pg->result : NULL;
    p->reading = pg->reading;
    p->when_ms = engine_wall(e);
    if (!pg->landed)
        frontier_cancelled(e->frontier, pg->host);
    if (pg->backed_off)
        note_failure(pg);
    if (pg->is_robots && !pg->stays) /* else another address is asked for it */
        page_settle_origin(pg);
    /* Behind the line above, which may hold the host back for longer. */
    p->has_pace = pg->landed;
    p->pace = page_wall_pace(e, pg->host);
    fill_dns(pg);
    count_memory(pg);
    pg->item.bytes = pg->held;
    /* What was refused brings nothing that the host's next turn could depend on. */
    if (!pg->landed)
        frontier_release(e->frontier, pg->host);
    sink_put(e->sink, &pg->item);
    return PAGE_WAIT;
}

static void count_page(struct page *pg)
{
    struct engine *e = pg->e;
    if (pg->is_robots || rx_link_is_part(pg->job->via_kind) || pg->stays || !pg->has_result)
        return;
    if (pg->result.status > 0)
        e->done_pages++;
    else
        e->failed++;
}

/* The URL waits for another attempt; its host has backed off. */
static void put_back(struct page *pg)
{
    struct job *job = pg->job;
    pg->job = NULL;
    if (frontier_push(pg->e->frontier, pg->host, job))
        engine_fail(pg->e, RX_ENOMEM, "no memory for the frontier");
}

void page_written(struct page *pg)
{
    struct engine *e = pg->e;
    frontier_settled(pg->host, pg->job);
    if (pg->item.what == SINK_PAGE) {
        if (!pg->is_robots)
            pg->site->asked = pg->item.page.site_asked;
        else if (pg->item.page.robots.origin.n > 0)
            origin_archived(pg->origin, pg->item.page.fetch_id);
        count_page(pg);
        if (pg->stays)
            put_back(pg);
    }
    if (engine_take_jobs(e, &pg->item) == RX_OK && (pg->landed || pg->item.what == SINK_DROP))
        frontier_release(e->frontier, pg->host);
    page_run(pg, PAGE_END);
}

/* ---- the machine
 * ---------------------------------------------------------------------------------------------- */

static enum page_state (*const steps[])(struct page *pg) = {
    [PAGE_ADMIT] = step_admit, [PAGE_RESOLVE] = page_resolve, [PAGE_FETCH] = page_fetch,
    [PAGE_READ] = page_read,   [PAGE_WRITE] = step_write,
};

/* The only place where a page changes state. A step that starts I/O returns PAGE_WAIT; the callback
 * that ends the I/O calls page_run() again. */
void page_run(struct page *pg, enum page_state next)
{
    count_memory(pg);
    while (next != PAGE_WAIT && next != PAGE_END) {
        pg->state = next;
        next = steps[next](pg);
    }
    if (next == PAGE_END)
        page_release(pg);
}

static int page_init(struct page *pg, struct engine *e, struct job *job)
{
    pg->e = e;
    pg->job = job;
    pg->host = job->at;
    pg->url_text = RX_BUF(RX_URL_MAX + 1);
    pg->cookie = RX_BUF(COOKIE_HEADER_MAX);
    pg->arena = RX_ARENA(ARENA_MAX);
    pg->older = e->pages;
    if (e->pages)
        e->pages->newer = pg;
    e->pages = pg;
    e->active++;
    if (rx_url_parse(&pg->url, &pg->url_text, job->url, NULL))
        return RX_EDAMAGE;
    pg->is_robots = job->tag != NULL;
    pg->origin = pg->is_robots ? job->tag : origin_of(e, &pg->url);
    pg->site = engine_site(e, job->site);
    pg->known = engine_host(e, pg->host);
    return pg->origin && pg->site && pg->known ? RX_OK : RX_ENOMEM;
}

void page_start(struct engine *e, struct job *job)
{
    struct page *pg = calloc(1, sizeof *pg);
    if (!pg) {
        job_free(job);
        engine_fail(e, RX_ENOMEM, "no memory for a page");
        return;
    }
    const int rc = page_init(pg, e, job);
    if (rc) {
        engine_fail(e, rc, rc == RX_EDAMAGE ? "a queued URL is none" : "no memory for a page");
        page_run(pg, PAGE_END);
        return;
    }
    page_run(pg, PAGE_ADMIT);
}
