/* page_robots.c - robots.txt in a page's life: asked before it, obeyed, settled. */
#include "crawler/page_priv.h"

#include "crawler/frontier/robots.h"

#include <stdio.h>

/* Robots.txt first: the host's turn is used for it, and the page waits for the next one. */
static enum page_state ask_robots(struct page *pg)
{
    struct job *robots;
    const int rc = origin_ask(&robots, pg->e, pg->origin, pg->job);
    if (rc == RX_ENOMEM) {
        engine_fail(pg->e, rc, "no memory for a robots.txt");
        return PAGE_END;
    }
    if (rc)
        return page_end_with(pg, RX_OUT_PROTOCOL, "its host's name leaves no room for a request");
    robots->at = pg->host;
    robots->host_id = pg->job->host_id;
    struct job *page = pg->job;
    pg->job = robots;
    if (frontier_push(pg->e->frontier, pg->host, page)) {
        engine_fail(pg->e, RX_ENOMEM, "no memory for the frontier");
        return PAGE_END;
    }
    pg->is_robots = true;
    if (pg->counted)
        pg->site->out--;
    pg->counted = false;
    rx_buf_clear(&pg->url_text);
    if (rx_url_parse(&pg->url, &pg->url_text, robots->url, NULL))
        return page_end_with(pg, RX_OUT_PROTOCOL, "its robots.txt has no URL");
    return PAGE_FETCH;
}

static enum page_state obey_robots(struct page *pg)
{
    struct rx_buf path = RX_BUF(RX_URL_MAX + 2);
    int rc = rx_buf_add(&path, pg->url.path);
    if (!rc && pg->url.has_query)
        rc = rx_buf_addf(&path, "?%.*s", RX_FMT(pg->url.query));
    struct robots_verdict v = {.allowed = false};
    if (!rc)
        v = robots_ask(rx_buf_str(&pg->origin->rules), rx_buf_str(&path));
    rx_buf_free(&path);
    if (v.allowed)
        return PAGE_FETCH;
    pg->item.page.robots_fetch_id = pg->origin->fetch_id;
    const bool record = pg->e->opts.record_robots;
    (void)snprintf(pg->reason, sizeof pg->reason, "robots.txt line %u: Disallow: %.*s%s", v.line,
                   (int)(v.rule.n < 100 ? v.rule.n : 100), v.rule.n > 0 ? v.rule.p : "",
                   record ? " (recorded, not obeyed, by the case's authority)" : "");
    if (record)
        return PAGE_FETCH;
    pg->outcome = RX_OUT_ROBOTS;
    return PAGE_WRITE;
}

/* The host that a redirect of robots.txt leads to may have backed off for hours: the pages that
 * wait do not look at the clock for ever. */
static bool took_too_long(struct page *pg)
{
    if (engine_now() - pg->origin->asked_ms < ORIGIN_PATIENCE_MS)
        return false;
    origin_give_up(pg->e, pg->origin);
    return true;
}

/* It is under way on another host, by a redirect. */
static enum page_state await_origin(struct page *pg)
{
    if (took_too_long(pg))
        return page_wait_again(pg, 0);
    const enum page_state next =
        page_wait_again(pg, pg->e->opts.frontier.host.delay_ms + ENGINE_POLL_MS);
    frontier_await(pg->e->frontier, pg->host, pg->origin->asked);
    return next;
}

enum page_state page_ask_origin(struct page *pg)
{
    if (!origin_is_fresh(pg->origin, engine_now())) {
        return pg->origin->state == ORIGIN_ASKING ? await_origin(pg) : ask_robots(pg);
    }
    frontier_host_slow_down(pg->e->frontier, pg->host,
                            robots_delay_ms(rx_buf_str(&pg->origin->rules)));
    return obey_robots(pg);
}

/* The rules are known, or another host must be asked, or nothing of the origin is allowed. */
void page_settle_origin(struct page *pg)
{
    struct engine *e = pg->e;
    const uint64_t now = engine_now();
    const bool answered = pg->has_result && pg->result.status > 0;
    const enum origin_step step =
        origin_answer(e, pg->origin, &pg->url, answered ? &pg->result : NULL, pg->reading);
    /* The pages that wait for it may stand on another host than the one that was asked. */
    struct frontier_host *waits = step == ORIGIN_NEXT_HOP ? NULL : origin_host(e, pg->origin);
    if (waits)
        frontier_await(e->frontier, waits, NULL);
    if (step == ORIGIN_SETTLED) {
        const int64_t wall = engine_wall(e);
        pg->item.page.robots =
            (struct store_robots){.origin = rx_buf_str(&pg->origin->key),
                                  .fetched_ms = wall,
                                  .expires_ms = wall + (int64_t)(pg->origin->expires_ms - now),
                                  .rules = rx_buf_str(&pg->origin->rules)};
        return;
    }
    struct crawl_host *known = waits ? engine_host(e, waits) : NULL;
    if (!known)
        return;
    if (waits != pg->host || !pg->backed_off)
        frontier_hold_back(e->frontier, waits, origin_retry_ms(pg->origin), now);
    /* A proxy that did not serve says nothing of the host: the next run asks it. */
    if ((waits != pg->host || !pg->landed) && pg->outcome != RX_OUT_PROXY)
        pg->item.page.held = page_wall_pace(e, waits);
    if (answered || waits != pg->host) {
        const bool broke = answered && pg->result.status / 100 == 2 && !pg->reason[0];
        known->failure = RX_OUT_ROBOTS_UNREACHABLE;
        (void)snprintf(known->reason, sizeof known->reason,
                       "robots.txt could not be read (%d %.80s), so nothing is allowed",
                       answered ? pg->result.status : 0,
                       broke ? "its content coding broke off" : pg->reason);
    }
}
