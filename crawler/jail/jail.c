/* jail.c - the parent's side: a pool of workers, a queue of jobs.
 *
 *   job:     QUEUED --send--> at a worker --answer--> done
 *              ^                   | worker dies, lies, overruns
 *              +--- as salvage ----+ (a page); else done, READ_FAILED
 *
 *   worker:  ASKED --socket--> GREETING --hello--> READY <--jobs--> ... --> ENDING --ended--> gone
 *
 * A worker has at most two jobs: one that it works on and one that waits in its socket, so that it
 * need not wait for us; only the first can be blamed for what happens to it. Who ended and how is
 * the zygote's word, not the worker's. Callbacks run from the loop, never from jail_submit(). */
#include "crawler/jail/jail_proto.h"
#include "crawler/jail/jail_queue.h"
#include "crawler/jail/jail_send.h"
#include "crawler/jail/jail_watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

enum {
    READ_PIECE = 65536,
    RETRY_MS = 100,
    ATTEMPTS_MAX = 3,     /* of a job whose worker ended without blame */
    UNLUCKY_MAX = 2,      /* of one whose worker was not let run, or was killed from outside */
    SPAWNS_FAILED_MAX = 8 /* in a row, before jobs are given up */
};

enum worker_state { WORKER_ASKED, WORKER_GREETING, WORKER_READY, WORKER_ENDING };

struct worker {
    struct worker *next;
    struct jail *jail;
    uint32_t id;
    enum worker_state state;
    uv_pipe_t pipe;
    uv_timer_t watchdog;
    struct jail_watch watch; /* of the current job */
    int32_t pid;
    unsigned handles; /* open ones; the last close callback frees */
    bool greeted;     /* has said hello */
    bool ended;       /* the zygote has told */
    bool stalled;     /* it was ended because it did not run, not for what it did */
    struct rx_buf in;
    struct jail_job *current, *waiting;
    char reason[READING_REASON_MAX]; /* why it was ended; empty: by itself */
};

struct jail {
    struct jail_zygote *zygote;
    uv_loop_t *loop;
    uv_poll_t control;
    uv_timer_t kick; /* delivers what jail_submit() must not */
    unsigned handles, wanted;
    struct worker *workers;
    struct jail_queue queue;
    size_t waiting;
    unsigned layers, spawns_failed;
    uint64_t restarts;
    bool closing, zygote_gone;
    void (*closed)(void *ctx);
    void *closed_ctx;
};

static const char gone[] = "the process that starts the readers is gone";

static void fill(struct jail *j);
static void dispatch(struct jail *j);
static void on_kick(uv_timer_t *t);

/* on_control() hears of a dead zygote too, and then gives up every job. */
static void ask(struct jail *j, enum jail_ask_op op, uint32_t id)
{
    if (jail_ask(j->zygote, op, id))
        j->zygote_gone = true;
}

/* ---- jobs
 * ---------------------------------------------------------------------------------------- */

static void finish_job(struct jail *j, struct jail_job *job, struct reading *r)
{
    j->waiting--;
    if (r && job->failed) {
        r->status = READ_FAILED;
        r->reason = rx_arena_dup(job->arena, rx_str(job->reason));
    }
    job->done(job->ctx, r);
    free(job);
}

/* The job's reading failed for this reason: a page is tried once more, for its links. */
static void fail_job(struct jail *j, struct jail_job *job, struct rx_str reason)
{
    bool first = !job->failed;
    if (first)
        (void)snprintf(job->reason, sizeof job->reason, "%.*s", RX_FMT(reason));
    job->failed = true;
    if (first && job->ask.kind == READ_PAGE && !j->zygote_gone) {
        job->ask.kind = READ_SALVAGE;
        jail_queue_front(&j->queue, job);
        return;
    }
    struct reading *r = rx_arena_zalloc(job->arena, 1, sizeof *r);
    if (r) {
        r->status = READ_FAILED;
        r->reader = rx_str(READER_NONE);
    }
    finish_job(j, job, r);
}

/* ---- a worker's end
 * -------------------------------------------------------------------------------- */

static void unlink_worker(struct jail *j, struct worker *w)
{
    for (struct worker **at = &j->workers; *at; at = &(*at)->next) {
        if (*at == w) {
            *at = w->next;
            return;
        }
    }
}

static void maybe_closed(struct jail *j)
{
    if (!j->closing || j->handles || j->workers)
        return;
    for (struct jail_job *job; (job = jail_queue_take(&j->queue));)
        free(job);
    void (*closed)(void *) = j->closed;
    void *ctx = j->closed_ctx;
    free(j);
    closed(ctx);
}

/* Frees a worker that has no open handle and that the zygote has reaped (or never will). */
static void maybe_free(struct worker *w)
{
    struct jail *j = w->jail;
    if (w->handles || !(w->ended || j->closing || j->zygote_gone))
        return;
    unlink_worker(j, w);
    rx_buf_free(&w->in);
    free(w->current);
    free(w->waiting);
    free(w);
    maybe_closed(j);
}

static void on_worker_closed(uv_handle_t *h)
{
    struct worker *w = h->data;
    w->handles--;
    maybe_free(w);
}

/* Takes a worker out of service; what becomes of its job is decided when its end is known. */
static void end_worker(struct worker *w, const char *reason)
{
    if (w->state == WORKER_ENDING)
        return;
    bool has_handles = w->state != WORKER_ASKED;
    w->state = WORKER_ENDING;
    (void)snprintf(w->reason, sizeof w->reason, "%.*s", (int)sizeof w->reason - 1, reason);
    if (has_handles) {
        uv_close((uv_handle_t *)&w->pipe, on_worker_closed);
        uv_close((uv_handle_t *)&w->watchdog, on_worker_closed);
    }
    ask(w->jail, JAIL_ASK_END, w->id);
}

/* What becomes of the job that a worker had when it ended. */
static void settle_job(struct jail *j, struct jail_job *job, char *reason, size_t size, int status,
                       bool stalled)
{
    bool retired = !reason[0] && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    /* No limit of ours kills with that signal before the watchdog looks: memory was short. */
    bool killed = !reason[0] && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    unsigned most = retired ? ATTEMPTS_MAX : stalled || killed ? UNLUCKY_MAX : 0;
    if (++job->attempts < most) {
        jail_queue_front(&j->queue, job);
        return;
    }
    if (!reason[0])
        jail_describe_end(reason, size, status);
    fail_job(j, job, rx_str(reason));
}

static void fail_everything(struct jail *j, const char *why);

/* A worker did not come to life: again later, but not for ever. */
static void no_worker(struct jail *j, const char *why)
{
    if (++j->spawns_failed >= SPAWNS_FAILED_MAX)
        fail_everything(j, why);
    if (j->waiting)
        (void)uv_timer_start(&j->kick, on_kick, RETRY_MS, 0);
}

static void on_ended(struct worker *w, int status)
{
    struct jail *j = w->jail;
    if (w->state != WORKER_ENDING)
        return;
    struct jail_job *current = w->current, *waiting = w->waiting;
    char reason[READING_REASON_MAX];
    memcpy(reason, w->reason, sizeof reason);
    bool greeted = w->greeted, stalled = w->stalled;
    w->current = w->waiting = NULL;
    w->ended = true;
    j->restarts++;
    maybe_free(w); /* before any callback: one may close the jail */
    if (waiting)
        jail_queue_front(&j->queue, waiting);
    if (current)
        settle_job(j, current, reason, sizeof reason, status, stalled);
    if (!greeted) {
        no_worker(j, "no reader can be started: it ends at once");
        return;
    }
    fill(j);
    dispatch(j);
}

static void fail_everything(struct jail *j, const char *why)
{
    for (struct worker *w = j->workers; w; w = w->next) {
        end_worker(w, why);
        struct jail_job *jobs[] = {w->current, w->waiting};
        w->current = w->waiting = NULL;
        for (size_t i = 0; i < 2; i++)
            if (jobs[i])
                jail_queue_front(&j->queue, jobs[i]);
    }
    for (struct jail_job *job; (job = jail_queue_take(&j->queue));)
        fail_job(j, job, rx_str(why));
}

/* ---- frames from a worker
 * ---------------------------------------------------------------------------- */

static void on_overrun(uv_timer_t *t)
{
    struct worker *w = t->data;
    const uint64_t limit_ms = w->jail->zygote->opts.watchdog_ms;
    uint64_t wait_ms = 0;
    char why[READING_REASON_MAX];
    const enum jail_watch_verdict v = jail_watch_look(&w->watch, limit_ms, &wait_ms);
    if (v == JAIL_WATCH_GOES_ON) {
        (void)uv_timer_start(&w->watchdog, on_overrun, wait_ms, 0);
        return;
    }
    w->stalled = v == JAIL_WATCH_STALLED;
    if (w->stalled)
        (void)snprintf(why, sizeof why, "the reader was not done after %llu s",
                       (unsigned long long)(limit_ms * JAIL_WALL_FACTOR / 1000));
    else
        (void)snprintf(why, sizeof why, "the reader took longer than %llu ms of processor time",
                       (unsigned long long)limit_ms);
    end_worker(w, why);
}

/* The watchdog runs while there is a job that the worker can be blamed for. */
static void start_clock(struct worker *w)
{
    if (w->current) {
        jail_watch_start(&w->watch, w->pid);
        (void)uv_timer_start(&w->watchdog, on_overrun, w->jail->zygote->opts.watchdog_ms, 0);
    } else {
        (void)uv_timer_stop(&w->watchdog);
    }
}

static void on_reading(struct worker *w, struct rx_str payload)
{
    struct jail *j = w->jail;
    struct jail_job *job = w->current;
    struct reading *r = rx_arena_alloc(job->arena, sizeof *r);
    struct rx_err err = {0};
    int rc = r ? reading_unpack(r, job->arena, payload, &err) : RX_EFULL;
    if (rc == RX_EDAMAGE) {
        end_worker(w, err.text);
        return;
    }
    w->current = w->waiting;
    w->waiting = NULL;
    start_clock(w);
    if (rc)
        finish_job(j, job, NULL);
    else if (r->status == READ_FAILED && job->ask.kind == READ_PAGE)
        fail_job(j, job, r->reason);
    else
        finish_job(j, job, r);
}

static void on_hello(struct worker *w, struct rx_str payload)
{
    uint32_t layers;
    if (payload.n != sizeof layers) {
        end_worker(w, "the reader's first word is wrong");
        return;
    }
    memcpy(&layers, payload.p, sizeof layers);
    w->jail->layers &= layers;
    w->jail->spawns_failed = 0;
    w->greeted = true;
    w->state = WORKER_READY;
}

/* The worker says why there is no reading: for people, so only what a terminal may show. */
static void on_sorry(struct worker *w, struct rx_str sentence)
{
    char why[READING_REASON_MAX];
    size_t n = 0;
    for (; n < sentence.n && n + 1 < sizeof why; n++)
        why[n] = sentence.p[n] >= ' ' && sentence.p[n] < 0x7f ? sentence.p[n] : '?';
    why[n] = '\0';
    end_worker(w, n > 0 ? why : "the reader ran out of memory");
}

static void on_frame(struct worker *w, enum jail_frame kind, struct rx_str payload)
{
    if (kind == JAIL_HELLO && w->state == WORKER_GREETING)
        on_hello(w, payload);
    else if (kind == JAIL_READING && w->state == WORKER_READY && w->current)
        on_reading(w, payload);
    else if (kind == JAIL_SORRY && w->state == WORKER_READY && w->current)
        on_sorry(w, payload);
    else
        end_worker(w, "the reader spoke out of turn");
}

/* Takes whole frames off the front of w->in. */
static void take_frames(struct worker *w)
{
    size_t at = 0;
    uint32_t length;
    while (w->state != WORKER_ENDING && w->in.n - at >= JAIL_FRAME_HEAD) {
        memcpy(&length, w->in.p + at, sizeof length);
        if (length == 0 || length > READING_FRAME_MAX) {
            end_worker(w, "the reader's answer is too long");
            return;
        }
        if (w->in.n - at < length + sizeof length)
            break;
        on_frame(w, (enum jail_frame)w->in.p[at + 4],
                 rx_strn(w->in.p + at + JAIL_FRAME_HEAD, length - 1));
        at += length + sizeof length;
    }
    if (at < w->in.n && at)
        memmove(w->in.p, w->in.p + at, w->in.n - at);
    w->in.n -= at;
    if (w->in.n == 0 && w->in.cap > (1 << 20))
        rx_buf_free(&w->in);
}

static void on_alloc(uv_handle_t *h, size_t hint, uv_buf_t *buf)
{
    struct worker *w = h->data;
    (void)hint;
    char *p = rx_buf_room(&w->in, READ_PIECE);
    *buf = uv_buf_init(p, p ? READ_PIECE : 0);
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
    struct worker *w = s->data;
    struct jail *j = w->jail;
    (void)buf;
    if (n == 0 || w->state == WORKER_ENDING)
        return;
    if (n < 0) {
        end_worker(w, n == UV_ENOBUFS ? "the reader's answer is too long" : "");
        return;
    }
    w->in.n += (size_t)n;
    take_frames(w);
    dispatch(j);
}

/* ---- sending
 * --------------------------------------------------------------------------------------------- */

/* Gives the next job to w as its current or its waiting one. */
static void give(struct worker *w, struct jail_job **place)
{
    struct jail_job *job = jail_queue_take(&w->jail->queue);
    int rc = jail_send((uv_stream_t *)&w->pipe, &job->ask);
    if (rc) { /* no memory, or the worker is about to be found dead: again a little later */
        jail_queue_front(&w->jail->queue, job);
        (void)uv_timer_start(&w->jail->kick, on_kick, RETRY_MS, 0);
        return;
    }
    *place = job;
    if (place == &w->current)
        start_clock(w);
}

static void dispatch(struct jail *j)
{
    if (j->closing)
        return;
    for (struct worker *w = j->workers; w && j->queue.first; w = w->next)
        if (w->state == WORKER_READY && !w->current)
            give(w, &w->current);
    for (struct worker *w = j->workers; w && j->queue.first; w = w->next)
        if (w->state == WORKER_READY && w->current && !w->waiting)
            give(w, &w->waiting);
}

/* ---- workers come
 * ------------------------------------------------------------------------------------------ */

static void fill(struct jail *j)
{
    unsigned have = 0;
    for (struct worker *w = j->workers; w; w = w->next)
        have += w->state != WORKER_ENDING;
    for (; have < j->wanted && !j->closing && !j->zygote_gone; have++) {
        struct worker *w = calloc(1, sizeof *w);
        if (!w)
            return; /* tried again with the next job */
        w->jail = j;
        w->id = j->zygote->next_id++;
        w->in = RX_BUF(READING_FRAME_MAX + JAIL_FRAME_HEAD + READ_PIECE);
        w->next = j->workers;
        j->workers = w;
        ask(j, JAIL_ASK_SPAWN, w->id);
    }
}

static void on_spawn_failed(struct worker *w, int status)
{
    struct jail *j = w->jail;
    char why[READING_REASON_MAX];
    (void)snprintf(why, sizeof why, "no reader can be started: %s", strerror(status));
    w->ended = true;
    maybe_free(w);
    no_worker(j, why);
}

static void on_spawned(struct worker *w, int fd, const struct jail_tell *tell)
{
    struct jail *j = w->jail;
    if (fd < 0) {
        on_spawn_failed(w, tell->status);
        return;
    }
    (void)uv_pipe_init(j->loop, &w->pipe, 0);
    (void)uv_timer_init(j->loop, &w->watchdog);
    w->pipe.data = w->watchdog.data = w;
    w->handles = 2;
    w->pid = tell->pid;
    w->state = WORKER_GREETING;
    if (uv_pipe_open(&w->pipe, fd) != 0) {
        (void)close(fd);
        end_worker(w, "its socket cannot be read");
    } else if (uv_read_start((uv_stream_t *)&w->pipe, on_alloc, on_read) != 0) {
        end_worker(w, "its socket cannot be read");
    }
}

static struct worker *find_worker(struct jail *j, uint32_t id)
{
    for (struct worker *w = j->workers; w; w = w->next)
        if (w->id == id)
            return w;
    return NULL;
}

static void on_tell(struct jail *j, const struct jail_tell *tell, int fd)
{
    struct worker *w = find_worker(j, tell->id);
    if (w && tell->op == JAIL_TELL_SPAWNED && w->state == WORKER_ASKED) {
        on_spawned(w, fd, tell);
        return;
    }
    if (fd >= 0)
        (void)close(fd); /* of a worker that nobody wants any more */
    if (w && tell->op == JAIL_TELL_ENDED)
        on_ended(w, tell->status);
}

static void on_control(uv_poll_t *p, int status, int events)
{
    struct jail *j = p->data;
    struct jail_tell tell;
    int fd, rc = 0;
    (void)status;
    (void)events;
    while (!j->closing && (rc = jail_hear(j->zygote, &tell, &fd, false)) == 0)
        on_tell(j, &tell, fd);
    if (rc == RX_EIO) {
        j->zygote_gone = true;
        (void)uv_poll_stop(&j->control);
        fail_everything(j, gone);
    }
}

/* ---- the door
 * ------------------------------------------------------------------------------------------------
 */

static void on_kick(uv_timer_t *t)
{
    struct jail *j = t->data;
    if (j->zygote_gone)
        fail_everything(j, gone);
    fill(j);
    dispatch(j);
}

int jail_new(struct jail **out, struct jail_zygote *z, struct uv_loop_s *loop, struct rx_err *err)
{
    struct jail *j = calloc(1, sizeof *j);
    if (!j)
        return rx_fail(err, RX_ENOMEM, "no memory for the jail");
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    j->zygote = z;
    j->loop = loop;
    j->layers = ~0U;
    j->wanted = z->opts.workers ? z->opts.workers : cores > 0 ? (unsigned)cores : 1;
    if (j->wanted > JAIL_WORKERS_MAX)
        j->wanted = JAIL_WORKERS_MAX;
    int rc = uv_poll_init(loop, &j->control, z->control);
    if (rc) {
        free(j);
        return rx_fail(err, RX_EIO, "the loop cannot watch the jail: %s", uv_strerror(rc));
    }
    (void)uv_timer_init(loop, &j->kick);
    j->control.data = j->kick.data = j;
    j->handles = 2;
    (void)uv_poll_start(&j->control, UV_READABLE, on_control);
    fill(j);
    *out = j;
    return 0;
}

static void on_closed(uv_handle_t *h)
{
    struct jail *j = h->data;
    j->handles--;
    maybe_closed(j);
}

void jail_close(struct jail *j, void (*done)(void *ctx), void *ctx)
{
    j->closing = true;
    j->closed = done;
    j->closed_ctx = ctx;
    for (struct worker *w = j->workers, *next; w; w = next) {
        next = w->next;
        end_worker(w, "closing");
        maybe_free(w);
    }
    uv_close((uv_handle_t *)&j->control, on_closed);
    uv_close((uv_handle_t *)&j->kick, on_closed);
}

int jail_submit(struct jail *j, const struct read_job *job, struct rx_arena *arena,
                jail_done_fn *done, void *ctx)
{
    size_t bytes = job->url.n + job->head.n + job->received.n + job->agent.n + job->cites.n + 64;
    if (bytes > READING_FRAME_MAX)
        return RX_EFULL;
    struct jail_job *item = calloc(1, sizeof *item);
    if (!item)
        return RX_ENOMEM;
    item->ask = *job;
    item->arena = arena;
    item->done = done;
    item->ctx = ctx;
    jail_queue_back(&j->queue, item);
    j->waiting++;
    /* Not dispatched here: a failure would call done inside this call. */
    if (!uv_is_active((const uv_handle_t *)&j->kick))
        (void)uv_timer_start(&j->kick, on_kick, 0, 0);
    return 0;
}

int jail_state(const struct jail *j, struct rx_err *err)
{
    return j->zygote_gone ? rx_fail(err, RX_EIO, "%s: was memory short?", gone) : 0;
}

size_t jail_waiting(const struct jail *j)
{
    return j->waiting;
}

unsigned jail_workers(const struct jail *j)
{
    return j->wanted;
}

unsigned jail_layers(const struct jail *j)
{
    return j->layers == ~0U ? 0 : j->layers;
}

uint64_t jail_restarts(const struct jail *j)
{
    return j->restarts;
}
