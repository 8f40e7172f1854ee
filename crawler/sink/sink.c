/* sink.c - the writer's thread, its queue and its batches; see sink.h.
 *
 *   put -> [first .. last] -> batch: BEGIN; each item; sites; WARC synced; COMMIT -> [done] -> take
 *
 * A failure ends the writer: the batch is rolled back, its items come back unanswered, and the
 * loop learns from sink_state(). What the WARC holds beyond the last commit is cut when the run is
 * gone on with.
 *
 * Who calls whom, and never back: sink -> seeds, rows -> links, facts -> warc -> scope. */
#include "crawler/sink/sink_priv.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- life -------------------------------------------------------------------------------------
 */

static void sink_free(struct sink *s)
{
    /* Still there: it could not be closed in step with the database, which holds it for open. */
    warc_writer_abandon(s->warc);
    scope_free(s->scope);
    free(s->seen);
    rx_map_free(s->told, NULL);
    rx_map_free(s->chains, free);
    rx_buf_free(&s->meta);
    rx_buf_free(&s->scratch);
    rx_buf_free(&s->key);
    rx_buf_free(&s->facts);
    if (s->locks) {
        pthread_mutex_destroy(&s->lock);
        pthread_cond_destroy(&s->wake);
    }
    free(s->warc_info);
    free(s);
}

static int sink_init(struct sink *s, const struct sink_opts *opts, struct rx_err *err)
{
    s->opts = *opts;
    s->meta = RX_BUF(SINK_META_MAX);
    s->scratch = RX_BUF(SINK_META_MAX);
    s->key = RX_BUF(SINK_META_MAX);
    s->facts = RX_BUF(SINK_META_MAX);
    s->scope = scope_new(&opts->scope);
    s->seen = calloc(SINK_SEEN_SLOTS, sizeof *s->seen);
    s->told = rx_map_new();
    s->chains = rx_map_new();
    s->warc_info = strndup(opts->warc_info.p ? opts->warc_info.p : "", opts->warc_info.n);
    if (!s->scope || !s->seen || !s->told || !s->chains || !s->warc_info)
        return rx_fail(err, RX_ENOMEM, "no memory for the writer");
    if (pthread_mutex_init(&s->lock, NULL))
        return rx_fail(err, RX_EIO, "no lock for the writer");
    if (pthread_cond_init(&s->wake, NULL)) {
        pthread_mutex_destroy(&s->lock);
        return rx_fail(err, RX_EIO, "no lock for the writer");
    }
    s->locks = true;
    const int rc = sink_load_scope(s, err);
    return rc ? rc : sink_warc_open(s, err);
}

int sink_new(struct sink **out, const struct sink_opts *opts, struct rx_err *err)
{
    struct sink *s = calloc(1, sizeof *s);
    if (!s)
        return rx_fail(err, RX_ENOMEM, "no memory for the writer");
    const int rc = sink_init(s, opts, err);
    if (rc) {
        sink_free(s);
        return rc;
    }
    *out = s;
    return RX_OK;
}

/* ---- before the thread runs ---------------------------------------------------------------------
 */

struct hosting {
    struct sink *s;
    sink_host_fn *fn;
    void *ctx;
    struct rx_err *err;
};

static int on_host(void *ctx, const struct store_host *host)
{
    struct hosting *w = ctx;
    struct scope_site *site;
    const int rc = sink_site(w->s, host->site, &site, w->err);
    return rc ? rc : w->fn(w->ctx, host, site->asked);
}

int sink_hosts(struct sink *s, sink_host_fn *fn, void *ctx, struct rx_err *err)
{
    struct hosting w = {s, fn, ctx, err};
    const int rc = store_host_scan(s->opts.store, s->opts.run, on_host, &w);
    if (rc && err->code != rc)
        return sink_store_fail(s, rc, "cannot read the queue", err);
    return rc;
}

/* ---- items that need no evidence
 * ------------------------------------------------------------------ */

struct peeking {
    struct sink *s;
    struct sink_item *item;
    struct rx_err *err;
};

static int on_refill(void *ctx, const struct store_job *job)
{
    struct peeking *w = ctx;
    if (w->item->job_count == w->item->most) {
        w->item->more = true;
        return 1;
    }
    return sink_answer(w->item, job, w->err);
}

static int refill(struct sink *s, struct sink_item *item, struct rx_err *err)
{
    struct peeking w = {s, item, err};
    const int rc =
        store_queue_peek(s->opts.store, s->opts.run, item->host_id, item->most + 1, on_refill, &w);
    return rc < 0 ? sink_store_fail(s, rc, "cannot read the queue", err) : RX_OK;
}

static int on_drop(void *ctx, const struct store_job *job)
{
    struct peeking *w = ctx;
    return sink_answer(w->item, job, w->err);
}

/* The parts among a portion's jobs, which stay in the queue. */
static size_t count_spared(const struct sink_item *item, const struct sink_item *portion)
{
    size_t n = 0;
    for (size_t i = 0; i < portion->job_count && item->spares_parts; i++)
        n += rx_link_is_part(portion->jobs[i]->via_kind);
    return n;
}

/* They wait again: the loop dropped them with the rest. */
static int answer_spared(struct sink_item *item, const struct sink_item *portion,
                         struct rx_err *err)
{
    int rc = RX_OK;
    for (size_t i = 0; i < portion->job_count && item->spares_parts && !rc; i++) {
        const struct job *j = portion->jobs[i];
        const struct store_job job = {.url_id = j->url_id,
                                      .host_id = j->host_id,
                                      .url = j->url,
                                      .host = j->host,
                                      .site = j->site,
                                      .depth = j->depth,
                                      .hops = j->hops,
                                      .redirects = j->redirects,
                                      .priority = j->priority,
                                      .via_kind = j->via_kind,
                                      .via_url_id = j->via_url_id,
                                      .attempts = j->attempts};
        if (rx_link_is_part(j->via_kind))
            rc = sink_answer(item, &job, err);
    }
    return rc;
}

static int add_robots_url(struct rx_buf *out, const struct store_job *job)
{
    struct rx_buf text = RX_BUF(RX_URL_MAX + 1);
    struct rx_url base, url;
    int rc = rx_url_parse(&base, &text, job->url, NULL);
    if (!rc)
        rc = rx_url_parse(&url, out, RX_STR("/robots.txt"), &base);
    rx_buf_free(&text);
    return rc;
}

static int on_waiting(void *ctx, const struct store_job *job)
{
    return add_robots_url(ctx, job);
}

/* What an earlier process was told is why the host is left alone. An answer (429, 503) is no reason
 * to count it as anything but put off. */
static void note_cause(struct sink_item *item, const struct store_cause *cause,
                       struct rx_str reason)
{
    const size_t at = strlen(item->reason);
    const char *what = cause->of_robots ? " (of its robots.txt)" : "";
    if (cause->status == 0)
        item->why = cause->outcome;
    else if (cause->of_robots)
        item->why = RX_OUT_ROBOTS_UNREACHABLE;
    if (cause->status > 0)
        (void)snprintf(item->reason + at, sizeof item->reason - at, "; the last%s was answered %d",
                       what, cause->status);
    else
        (void)snprintf(item->reason + at, sizeof item->reason - at, "; the last%s: %s: %.*s", what,
                       rx_outcome_name(cause->outcome), RX_FMT(reason));
}

static int recall(struct sink *s, struct sink_item *item, struct rx_err *err)
{
    struct rx_buf robots = RX_BUF(RX_URL_MAX + 1);
    struct store_cause cause;
    struct store *st = s->opts.store;
    rx_buf_clear(&s->scratch);
    int rc = store_queue_peek(st, s->opts.run, item->host_id, 1, on_waiting, &robots);
    if (rc >= 0)
        rc = store_queue_cause(st, s->opts.run, item->host_id, rx_buf_str(&robots), &cause,
                               &s->scratch);
    if (!rc)
        note_cause(item, &cause, rx_buf_str(&s->scratch));
    rx_buf_free(&robots);
    return !rc || rc == RX_ENOENT
               ? RX_OK
               : sink_store_fail(s, rc, "cannot read why a host is left alone", err);
}

/* In portions, so that a host with a hundred thousand URLs needs no memory for them. What is spared
 * is less than a portion, and all of it is in the last. */
static int drop(struct sink *s, struct sink_item *item, struct rx_err *err)
{
    enum { PORTION = 1000 };
    const int recalled = item->recalls ? recall(s, item, err) : RX_OK;
    if (recalled)
        return recalled;
    for (;;) {
        struct sink_item portion = {0};
        struct peeking w = {s, &portion, err};
        int rc = store_queue_peek(s->opts.store, s->opts.run, item->host_id, PORTION, on_drop, &w);
        const size_t count = portion.job_count, spared = count_spared(item, &portion);
        for (size_t i = 0; i < count && rc >= 0; i++)
            if (!item->spares_parts || !rx_link_is_part(portion.jobs[i]->via_kind))
                rc = store_queue_done(s->opts.store, s->opts.run, portion.jobs[i]->url_id,
                                      item->why, rx_str(item->reason));
        if (rc < 0)
            rc = sink_store_fail(s, rc, "cannot empty the queue of a host", err);
        else if (count < PORTION)
            rc = answer_spared(item, &portion, err);
        item->dropped += count - spared;
        sink_item_done(&portion);
        if (rc < 0 || count < PORTION)
            return rc;
    }
}

/* ---- the thread
 * ------------------------------------------------------------------------------------- */

static int write_item(struct sink *s, struct sink_item *item, struct rx_err *err)
{
    switch (item->what) {
    case SINK_PAGE:
        return sink_page_write(s, item, err);
    case SINK_REFILL:
        return refill(s, item, err);
    case SINK_DROP:
        return drop(s, item, err);
    case SINK_RESOURCE:
        return sink_resource_write(s, item, err);
    case SINK_RDAP:
        return sink_rdap_write(s, item, err);
    }
    return RX_EINVAL;
}

static int write_batch(struct sink *s, struct sink_item *batch, struct rx_err *err)
{
    int rc = store_begin(s->opts.store, err);
    if (rc)
        return rc;
    for (struct sink_item *item = batch; item && !rc; item = item->next)
        rc = write_item(s, item, err);
    if (!rc)
        rc = sink_save_scope(s, err);
    if (!rc)
        rc = sink_warc_sync(s, err);
    if (!rc)
        rc = store_commit(s->opts.store, err);
    if (rc)
        store_rollback(s->opts.store);
    return rc;
}

/* Waits for something to do; NULL: nothing more will come. */
static struct sink_item *next_batch(struct sink *s)
{
    pthread_mutex_lock(&s->lock);
    while (!s->first && !s->stopping)
        pthread_cond_wait(&s->wake, &s->lock);
    struct sink_item *batch = s->first, *last = batch;
    for (size_t n = 1; last && last->next && n < SINK_BATCH_ITEMS; n++)
        last = last->next;
    if (last) {
        s->first = last->next;
        if (!s->first)
            s->last = NULL;
        last->next = NULL;
    }
    pthread_mutex_unlock(&s->lock);
    return batch;
}

static void hand_back(struct sink *s, struct sink_item *batch, bool failed)
{
    uint64_t seeds;
    pthread_mutex_lock(&s->lock);
    for (struct sink_item *item = batch; item; item = item->next)
        s->waiting_bytes -= item->bytes;
    if (s->done_last)
        s->done_last->next = batch;
    else
        s->done_first = batch;
    s->done_last = batch;
    while (s->done_last->next)
        s->done_last = s->done_last->next;
    s->failed = failed;
    s->sites = scope_sites(s->scope, &seeds);
    pthread_mutex_unlock(&s->lock);
    if (s->opts.notify)
        s->opts.notify(s->opts.ctx);
}

static void *run_thread(void *arg)
{
    struct sink *s = arg;
    bool failed = false;
    struct sink_item *batch;
    while ((batch = next_batch(s))) {
        if (!failed)
            failed = write_batch(s, batch, &s->err) != RX_OK;
        hand_back(s, batch, failed);
    }
    return NULL;
}

int sink_start(struct sink *s, struct rx_err *err)
{
    const int rc = pthread_create(&s->thread, NULL, run_thread, s);
    if (rc)
        return rx_fail_errno(err, RX_EIO, rc, "the writer's thread does not start");
    s->started = true;
    return RX_OK;
}

void sink_put(struct sink *s, struct sink_item *item)
{
    item->next = NULL;
    pthread_mutex_lock(&s->lock);
    if (s->last)
        s->last->next = item;
    else
        s->first = item;
    s->last = item;
    s->waiting_bytes += item->bytes;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
}

struct sink_item *sink_take(struct sink *s)
{
    pthread_mutex_lock(&s->lock);
    struct sink_item *items = s->done_first;
    s->done_first = s->done_last = NULL;
    pthread_mutex_unlock(&s->lock);
    return items;
}

size_t sink_bytes(struct sink *s)
{
    pthread_mutex_lock(&s->lock);
    const size_t bytes = s->waiting_bytes;
    pthread_mutex_unlock(&s->lock);
    return bytes;
}

uint64_t sink_sites(struct sink *s)
{
    pthread_mutex_lock(&s->lock);
    const uint64_t sites = s->sites;
    pthread_mutex_unlock(&s->lock);
    return sites;
}

int sink_state(struct sink *s, struct rx_err *err)
{
    pthread_mutex_lock(&s->lock);
    const bool failed = s->failed;
    pthread_mutex_unlock(&s->lock);
    if (!failed)
        return RX_OK;
    *err = s->err;
    return s->err.code;
}

/* ---- the end
 * ------------------------------------------------------------------------------------------- */

void sink_join(struct sink *s)
{
    if (!s->started)
        return;
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    s->started = false;
}

static int close_all(struct sink *s, const struct sink_end *end, struct rx_err *err)
{
    int rc = store_begin(s->opts.store, err);
    if (rc)
        return rc;
    rc = sink_save_scope(s, err);
    if (!rc)
        rc = sink_warc_close(s, err);
    if (!rc && end->close_run) {
        rc = store_run_close(s->opts.store, s->opts.run, end->cut_short, end->now_ms);
        if (rc)
            rc = sink_store_fail(s, rc, "cannot close the run", err);
    }
    if (!rc)
        rc = store_commit(s->opts.store, err);
    if (rc)
        store_rollback(s->opts.store);
    return rc;
}

int sink_stop(struct sink *s, const struct sink_end *end, struct rx_err *err)
{
    if (!s)
        return RX_OK;
    sink_join(s);
    int rc;
    if (s->failed) {
        *err = s->err;
        rc = s->err.code;
    } else {
        rc = close_all(s, end, err);
    }
    sink_free(s);
    return rc;
}
