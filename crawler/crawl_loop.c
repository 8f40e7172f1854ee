/* crawl_loop.c - the pump and what drives it; see crawl_loop.h.
 *
 *   answers of fetcher, jail, writer --.
 *   timer of the next turn ------------+--> pump: turns from the frontier, as long as there is room
 *   tick: time, disk, progress --------'
 *
 * The pump takes turns as long as transfers, the jail and the writer have room. A run ends when
 * nothing waits but hosts that have backed off for longer than opts.patience_ms: a crawl that stays
 * open for hours because one shop's server is down helps nobody. Their URLs are recorded with the
 * host's failure, and the next run asks them again. Where the disk is nearly full the pump pauses,
 * for as long; then the run stops, resumable, rather than fill it. */
#include "crawler/crawl_loop.h"

#include "base/clock.h"
#include "base/log.h"
#include "crawler/rdap.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <uv.h>

enum {
    TICK_MS = 500,
    DISK_TICKS = 4, /* between two looks at the free disk */
    LAG_MS = 20,    /* period of the timer whose lateness is measured */
    LAG_SLOTS = 4096,
    LAG_SLOT_US = 50,
    DRAIN_MS = 10000,
    REFILLS_MOST = 256, /* hosts whose URLs the writer looks up at once; pages come between */
    PUMP_MOST = 64,     /* turns taken before the loop looks at its sockets again */
    WRITER_BYTES = 64 * 1024 * 1024,
    LIVE_BYTES =
        256 * 1024 * 1024 /* what pages hold from the first byte of an answer to its rows */
};

struct crawl_loop {
    struct engine *e;
    const char *case_dir; /* borrowed */
    uv_loop_t loop;
    uv_timer_t wake, tick, lag, drain;
    uv_async_t written;
    uv_signal_t sigint, sigterm;
    enum crawl_end end;
    bool ended; /* the loop is to stop */
    uint64_t started_ms, paused_ms, lag_last_us;
    unsigned ticks;
    size_t closing; /* parts whose done() has not come */
    uint32_t lags[LAG_SLOTS];
    uint64_t lag_count;
    void (*progress)(void *ctx, const struct crawl_progress *p);
    void *ctx;
};

/* ---- the pump
 * ------------------------------------------------------------------------------------ */

static void end_loop(struct crawl_loop *l)
{
    l->ended = true;
    uv_stop(&l->loop);
}

static void on_failure(struct engine *e)
{
    end_loop(e->loop);
}

static bool has_room(const struct engine *e)
{
    return !e->draining && !e->paused && e->fetching < e->opts.fetch.in_flight &&
           jail_waiting(e->jail) <= 2 * (size_t)jail_workers(e->jail) &&
           sink_bytes(e->sink) <= WRITER_BYTES && e->held + fetch_bytes(e->fetcher) <= LIVE_BYTES;
}

static int put_item(struct engine *e, struct frontier_host *h, enum sink_what what,
                    enum rx_outcome why, const char *reason, bool recalls)
{
    struct sink_item *item = calloc(1, sizeof *item);
    if (!item) {
        engine_fail(e, RX_ENOMEM, "no memory for the writer's work");
        return RX_ENOMEM;
    }
    item->what = what;
    item->owner = h;
    item->host_id = frontier_host_id(h);
    item->most = FRONTIER_URLS + 1; /* the one that is out still stands in the queue */
    item->why = why;
    item->recalls = recalls;
    (void)snprintf(item->reason, sizeof item->reason, "%s", reason);
    item->bytes = sizeof *item;
    e->active++;
    sink_put(e->sink, item);
    return RX_OK;
}

static void ask_refills(struct engine *e)
{
    struct frontier_host *h;
    while (e->refilling < REFILLS_MOST && (h = frontier_dry(e->frontier))) {
        if (put_item(e, h, SINK_REFILL, (enum rx_outcome)0, "", false))
            return;
        e->refilling++;
    }
}

/* Robots.txts of other hosts' pages that wait here: those pages need wait no longer. The host's own
 * is no more than not asked yet: why it backed off is known better. */
static void give_up_hops(void *ctx, struct frontier_host *h)
{
    struct engine *e = ctx;
    struct job *hop;
    while ((hop = frontier_take_hop(e->frontier, h))) {
        struct origin *o = hop->tag;
        if (origin_host(e, o) == h)
            o->state = ORIGIN_UNKNOWN;
        else
            origin_give_up(e, o);
        job_free(hop);
    }
}

static void give_up_host(void *ctx, struct frontier_host *h)
{
    struct engine *e = ctx;
    const struct crawl_host *known = engine_host(e, h);
    const struct pace pace = frontier_host_pace(h);
    const uint64_t now = engine_now();
    const uint64_t left = pace.next_ms > now ? pace.next_ms - now : 0;
    char until[RX_TIME_TEXT], reason[SINK_REASON];
    rx_time_text(until, engine_wall(e) + (int64_t)left, false);
    enum rx_outcome why = RX_OUT_TIMEOUT;
    const bool recalls = (!known || !known->failure) && pace.failures > 0;
    if (known && known->failure) {
        why = known->failure;
        (void)snprintf(reason, sizeof reason, "backed off until %s after: %s", until,
                       known->reason);
    } else if (recalls) {
        (void)snprintf(reason, sizeof reason,
                       "backed off until %s after: %u failed requests before this crawl began",
                       until, (unsigned)pace.failures);
    } else {
        why = RX_OUT_BUDGET;
        (void)snprintf(reason, sizeof reason,
                       "the host's Crawl-delay is longer than the run waits at its end");
    }
    frontier_drop(e->frontier, h);
    (void)put_item(e, h, SINK_DROP, why, reason, recalls);
}

static void on_wake(uv_timer_t *timer);

static void wake_at(struct crawl_loop *l, uint64_t when_ms, uint64_t now_ms)
{
    uint64_t wait = when_ms > now_ms ? when_ms - now_ms : 0;
    if (wait > DRAIN_MS)
        wait = DRAIN_MS; /* looked at again in any case */
    (void)uv_timer_start(&l->wake, on_wake, wait, 0);
}

/* Nothing is under way: is the run over, or does it only wait? */
static void consider_end(struct crawl_loop *l, uint64_t now_ms)
{
    struct engine *e = l->e;
    if (e->active > 0 || e->paused)
        return;
    if (e->draining || frontier_waiting(e->frontier) == 0) {
        end_loop(l);
        return;
    }
    if (!frontier_exhausted(e->frontier, now_ms))
        return;
    if (e->opts.resolves && e->names_found == 0 && e->names_failed > 0 && e->answers == 0) {
        engine_fail(e, RX_ENET,
                    "no name could be resolved: check the network or --resolver, then crawl again");
        return;
    }
    frontier_scan(e->frontier, give_up_hops, e);
    frontier_scan(e->frontier, give_up_host, e);
}

static void pump(struct crawl_loop *l)
{
    struct engine *e = l->e;
    if (l->ended)
        return;
    ask_refills(e);
    uint64_t wake_ms = UINT64_MAX;
    const uint64_t now_ms = engine_now();
    rdap_pump(e->rdap, now_ms);
    unsigned taken = 0;
    while (!l->ended && has_room(e) && taken < PUMP_MOST) {
        struct job *job = frontier_next(e->frontier, now_ms, &wake_ms);
        if (!job)
            break;
        taken++;
        page_start(e, job);
    }
    if (l->ended)
        return;
    ask_refills(e);
    if (taken == PUMP_MOST)
        wake_at(l, now_ms, now_ms);
    else if (wake_ms != UINT64_MAX)
        wake_at(l, wake_ms, now_ms);
    consider_end(l, now_ms);
}

static void on_wake(uv_timer_t *timer)
{
    pump(timer->data);
}

/* ---- the writer's answers
 * --------------------------------------------------------------------------- */

/* A name that led nowhere before this crawl began, and was not asked for again, still counts. */
static void recall_name(struct engine *e, struct frontier_host *h, const struct sink_item *item)
{
    struct crawl_host *known = item->recalls ? engine_host(e, h) : NULL;
    if (!known || known->nameless || (item->why != RX_OUT_NXDOMAIN && item->why != RX_OUT_DNS))
        return;
    known->nameless = true;
    e->nameless++;
}

static void item_answered(struct crawl_loop *l, struct sink_item *item)
{
    struct engine *e = l->e;
    struct frontier_host *h = item->owner;
    e->active--;
    if (item->why == RX_OUT_TIMEOUT || item->why == RX_OUT_DISCONNECT ||
        item->why == RX_OUT_ROBOTS_UNREACHABLE)
        e->put_off += item->dropped; /* of hosts that live, as far as we know */
    recall_name(e, h, item);
    const int rc = engine_take_jobs(e, item);
    if (item->what == SINK_REFILL) {
        e->refilling--;
        if (rc == RX_OK)
            frontier_refilled(e->frontier, h, item->more);
    }
    if (item->what == SINK_RDAP)
        rdap_written(item);
    sink_item_done(item);
    free(item);
}

static void on_written(uv_async_t *async)
{
    struct crawl_loop *l = async->data;
    struct rx_err err;
    if (sink_state(l->e->sink, &err)) {
        engine_fail(l->e, err.code, "%s", err.text);
        return;
    }
    struct sink_item *item = sink_take(l->e->sink);
    while (item) {
        struct sink_item *next = item->next;
        if (item->of_page)
            page_written(item->owner);
        else
            item_answered(l, item);
        item = next;
    }
    pump(l);
}

/* On the writer's thread. */
void crawl_loop_notify(void *loop)
{
    struct crawl_loop *l = loop;
    (void)uv_async_send(&l->written);
}

/* ---- time, disk, signals
 * ------------------------------------------------------------------------------- */

static void on_drained(uv_timer_t *timer)
{
    end_loop(timer->data);
}

static void drain(struct crawl_loop *l, enum crawl_end end)
{
    if (l->e->draining)
        return;
    l->e->draining = true;
    l->end = end;
    (void)uv_timer_start(&l->drain, on_drained, DRAIN_MS, 0);
    pump(l);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct crawl_loop *l = handle->data;
    const bool second =
        l->e->draining && (l->end == CRAWL_INTERRUPTED || l->end == CRAWL_TERMINATED);
    const enum crawl_end end = number == SIGINT ? CRAWL_INTERRUPTED : CRAWL_TERMINATED;
    if (second) {
        end_loop(l);
        return;
    }
    l->end = end;
    drain(l, end);
}

static bool disk_is_low(const struct crawl_loop *l)
{
    struct statvfs fs;
    if (statvfs(l->case_dir, &fs) != 0)
        return false;
    const uint64_t unit = fs.f_frsize;
    const uint64_t free_bytes = fs.f_bavail * unit, share = fs.f_blocks * unit / CRAWL_DISK_SHARE;
    const uint64_t mark = l->e->opts.free_disk_bytes < share ? l->e->opts.free_disk_bytes : share;
    return free_bytes < mark;
}

static void look_at_disk(struct crawl_loop *l)
{
    struct engine *e = l->e;
    const bool low = disk_is_low(l);
    if (low && !e->paused) {
        l->paused_ms = engine_now();
        rx_log(RX_LOG_WARN, "the disk of %s is nearly full: the crawl pauses until there is room",
               l->case_dir);
    }
    if (!low && e->paused)
        rx_log(RX_LOG_WARN, "there is room on the disk again: the crawl goes on");
    e->paused = low;
    if (low && engine_now() - l->paused_ms > e->opts.patience_ms && e->active == 0)
        engine_fail(e, RX_ENOSPC,
                    "the disk of %s is nearly full: make room, then crawl again to go on",
                    l->case_dir);
}

static uint64_t lag_p99(const struct crawl_loop *l)
{
    uint64_t seen = 0;
    const uint64_t wanted = l->lag_count - l->lag_count / 100;
    for (size_t i = 0; i < LAG_SLOTS && l->lag_count > 0; i++) {
        seen += l->lags[i];
        if (seen >= wanted)
            return (i + 1) * LAG_SLOT_US;
    }
    return 0;
}

struct crawl_progress crawl_loop_progress(const struct crawl_loop *l)
{
    const struct engine *e = l->e;
    return (struct crawl_progress){.pages = e->done_pages,
                                   .failed = e->failed,
                                   .sites = sink_sites(e->sink),
                                   .bytes = e->bytes,
                                   .waiting = frontier_waiting(e->frontier),
                                   .elapsed_ms = engine_now() - l->started_ms,
                                   .in_flight = e->fetching,
                                   .nameless = e->nameless,
                                   .put_off = e->put_off,
                                   .loop_lag_p99_us = lag_p99(l)};
}

static void on_tick(uv_timer_t *timer)
{
    struct crawl_loop *l = timer->data;
    const uint64_t limit = l->e->opts.max_time_ms;
    if (l->ticks++ % DISK_TICKS == 0)
        look_at_disk(l);
    if (limit > 0 && engine_now() - l->started_ms >= limit)
        drain(l, CRAWL_LIMIT);
    if (l->progress) {
        const struct crawl_progress p = crawl_loop_progress(l);
        l->progress(l->ctx, &p);
    }
    pump(l);
}

/* How much later than it asked to is the loop back at its timers? */
static void on_lag(uv_timer_t *timer)
{
    struct crawl_loop *l = timer->data;
    const uint64_t now_us = uv_hrtime() / 1000;
    if (l->lag_last_us > 0) {
        const uint64_t gap = now_us - l->lag_last_us, due = LAG_MS * 1000;
        size_t slot = gap > due ? (size_t)((gap - due) / LAG_SLOT_US) : 0;
        l->lags[slot < LAG_SLOTS ? slot : LAG_SLOTS - 1]++;
        l->lag_count++;
    }
    l->lag_last_us = now_us;
}

/* ---- the door ---------------------------------------------------------------------------------
 */

static int open_handles(struct crawl_loop *l)
{
    if (uv_timer_init(&l->loop, &l->wake) || uv_timer_init(&l->loop, &l->tick) ||
        uv_timer_init(&l->loop, &l->lag) || uv_timer_init(&l->loop, &l->drain) ||
        uv_async_init(&l->loop, &l->written, on_written) || uv_signal_init(&l->loop, &l->sigint) ||
        uv_signal_init(&l->loop, &l->sigterm))
        return RX_EIO;
    l->wake.data = l->tick.data = l->lag.data = l->drain.data = l;
    l->written.data = l->sigint.data = l->sigterm.data = l;
    return RX_OK;
}

static void close_loop(struct crawl_loop *l)
{
    uv_handle_t *const handles[] = {(uv_handle_t *)&l->wake,    (uv_handle_t *)&l->tick,
                                    (uv_handle_t *)&l->lag,     (uv_handle_t *)&l->drain,
                                    (uv_handle_t *)&l->written, (uv_handle_t *)&l->sigint,
                                    (uv_handle_t *)&l->sigterm, NULL};
    for (size_t i = 0; handles[i]; i++)
        if (handles[i]->type != UV_UNKNOWN_HANDLE) /* it was opened */
            uv_close(handles[i], NULL);
    (void)uv_run(&l->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&l->loop);
    free(l);
}

int crawl_loop_new(struct crawl_loop **out, struct engine *e, const char *case_dir,
                   void (*progress)(void *ctx, const struct crawl_progress *p), void *ctx,
                   struct rx_err *err)
{
    struct crawl_loop *l = calloc(1, sizeof *l);
    if (!l)
        return rx_fail(err, RX_ENOMEM, "no memory for the event loop");
    l->e = e;
    l->case_dir = case_dir;
    l->progress = progress;
    l->ctx = ctx;
    l->started_ms = engine_now();
    if (uv_loop_init(&l->loop)) {
        free(l);
        return rx_fail(err, RX_EIO, "the event loop does not start");
    }
    if (open_handles(l)) {
        close_loop(l);
        return rx_fail(err, RX_EIO, "the event loop has no handles");
    }
    e->loop = l;
    e->stop = on_failure;
    *out = l;
    return RX_OK;
}

struct uv_loop_s *crawl_loop_uv(struct crawl_loop *l)
{
    return &l->loop;
}

int crawl_loop_run(struct crawl_loop *l, enum crawl_end *end, struct rx_err *err)
{
    if (uv_timer_start(&l->wake, on_wake, 0, 0) || uv_timer_start(&l->tick, on_tick, 0, TICK_MS) ||
        uv_timer_start(&l->lag, on_lag, LAG_MS, LAG_MS) ||
        uv_signal_start(&l->sigint, on_signal, SIGINT) ||
        uv_signal_start(&l->sigterm, on_signal, SIGTERM))
        return rx_fail(err, RX_EIO, "the event loop does not start");
    if (!l->ended)
        (void)uv_run(&l->loop, UV_RUN_DEFAULT);
    *end = l->end;
    if (!l->e->err.code)
        return RX_OK;
    *err = l->e->err;
    return err->code;
}

static void on_part_closed(void *ctx)
{
    struct crawl_loop *l = ctx;
    l->closing--;
}

void crawl_loop_close_parts(struct crawl_loop *l)
{
    struct engine *e = l->e;
    e->closing = true;
    if (e->fetcher && ++l->closing)
        fetcher_close(e->fetcher, on_part_closed, l);
    if (e->resolver && ++l->closing)
        resolver_close(e->resolver, on_part_closed, l);
    if (e->jail && ++l->closing)
        jail_close(e->jail, on_part_closed, l);
    while (l->closing > 0)
        (void)uv_run(&l->loop, UV_RUN_ONCE);
}

void crawl_loop_drop_items(struct crawl_loop *l)
{
    struct sink_item *item = sink_take(l->e->sink);
    while (item) {
        struct sink_item *next = item->next;
        if (!item->of_page) {
            sink_item_done(item);
            free(item);
        }
        item = next;
    }
}

void crawl_loop_free(struct crawl_loop *l)
{
    if (!l)
        return;
    close_loop(l);
}
