/* replay.c - the pipeline from WARC files, without network: capture -> jail -> writer, into a run
 * of its own that is closed at the end.
 *
 *   file --capture_next--> READ (jail) --> WRITE --> freed; as many at once as keep the jail busy
 *
 * A file with one gzip member a record is adopted byte for byte and cited where it stands; the
 * records of any other are written into the case's own WARC, with their times. Either way the case
 * stands alone, and verify can re-read every byte that is cited. */
#include "base/clock.h"
#include "base/log.h"
#include "crawler/adopt.h"
#include "crawler/capture.h"
#include "crawler/crawl.h"
#include "crawler/crawl_opts.h"
#include "crawler/finish.h"
#include "crawler/jail/jail_door.h"
#include "crawler/mail_marks.h"
#include "crawler/sink/sink.h"

#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

enum { ARENA_MAX = 64 * 1024 * 1024, AHEAD = 4 /* captures under way per worker */ };

struct replayed;

/* What became of one of the files: file_id 0: its records are to be written anew. */
struct adopted {
    int64_t file_id;
    char name[ADOPT_NAME_BYTES];
};

struct replay {
    struct crawl_opts opts;
    struct store *store;
    struct rx_psl *psl;
    char tables[RX_SHA256_HEX + 1]; /* hash of the signature tables */
    int64_t run;
    uv_loop_t loop;
    uv_async_t written;
    struct jail *jail;
    struct sink *sink;
    const char *const *paths;
    size_t path_count, next_path;
    struct adopted *adopted; /* owned; one a path */
    struct capture_reader *reader;
    struct replayed *first, *last; /* under way, in the order of the files */
    size_t under_way;
    bool at_end, jail_closed, all_adopted;
    struct crawl_replay_report report;
    struct rx_err err;
};

struct replayed {
    struct replay *r;
    struct capture *capture; /* owned */
    struct job *job;         /* owned */
    struct rx_arena arena;
    struct read_job read_job;
    struct sink_item item;
    struct replayed *next; /* behind it in the files */
    bool ready;            /* to be written, when all before it are */
    int64_t file_id;       /* its records stand there; 0: they are to be written */
    char reason[300];
};

static void fail(struct replay *r, int code, const char *sentence)
{
    if (!r->err.code)
        (void)rx_fail(&r->err, code, "%s", sentence);
    uv_stop(&r->loop);
}

static void replayed_free(struct replayed *p)
{
    sink_item_done(&p->item);
    capture_free(p->capture);
    job_free(p->job);
    rx_arena_free(&p->arena);
    free(p);
}

/* ---- one capture
 * ---------------------------------------------------------------------------------- */

/* The order of the files is the order of the rows, however fast each page is read: the same WARC
 * gives the same case, ids included. */
static void write_ready(struct replay *r)
{
    while (r->first && r->first->ready) {
        struct replayed *p = r->first;
        r->first = p->next;
        if (!r->first)
            r->last = NULL;
        sink_put(r->sink, &p->item);
    }
}

static void ready(struct replayed *p)
{
    p->ready = true;
    write_ready(p->r);
}

/* failed: it was to be read, and was not; reading may then be NULL. */
static void fill_page(struct replayed *p, const struct reading *reading, bool failed)
{
    struct capture *c = p->capture;
    const char *reason = c->result.reason;
    enum rx_outcome outcome = c->result.outcome;
    if (failed) {
        const struct rx_str why = reading ? reading->reason : RX_STR("no memory");
        (void)snprintf(p->reason, sizeof p->reason, "%.*s", (int)(why.n < 200 ? why.n : 200),
                       why.p ? why.p : "");
        reason = p->reason;
        outcome = RX_OUT_PARSE_FAILED;
    }
    p->item.what = SINK_PAGE;
    p->item.owner = p;
    p->item.bytes = sizeof *p + c->result.head.cap + c->result.body.cap + p->arena.used;
    p->item.page = (struct sink_page){.job = p->job,
                                      .is_robots = c->is_robots,
                                      .requested = true,
                                      .stays = c->stays,
                                      .elsewhere = c->elsewhere,
                                      .outcome = outcome,
                                      .reason = reason,
                                      .result = &c->result,
                                      .reading = reading,
                                      .facts = rx_buf_str(&c->facts),
                                      .when_ms = c->when_ms};
    if (p->file_id > 0) {
        struct sink_page *page = &p->item.page;
        page->response = (struct store_warc_ref){p->file_id, c->response_at, c->response_bytes};
        if (c->request_bytes > 0)
            page->request = (struct store_warc_ref){p->file_id, c->request_at, c->request_bytes};
    }
    ready(p);
}

static void fill_resource(struct replayed *p)
{
    struct capture *c = p->capture;
    p->item = (struct sink_item){.what = SINK_RESOURCE,
                                 .owner = p,
                                 .bytes = sizeof *p + c->payload.cap,
                                 .uri = rx_buf_str(&c->uri),
                                 .media_type = rx_buf_str(&c->media_type),
                                 .payload = rx_buf_str(&c->payload),
                                 .stands = p->file_id > 0,
                                 .when_ms = c->when_ms};
    if (p->file_id > 0)
        p->item.place = (struct store_warc_ref){p->file_id, c->response_at, c->response_bytes};
    ready(p);
}

/* What a registry said was read when it came: the metadata have it. */
static void fill_rdap(struct replayed *p)
{
    struct capture *c = p->capture;
    p->item = (struct sink_item){.what = SINK_RDAP,
                                 .owner = p,
                                 .bytes = sizeof *p + c->result.body.cap,
                                 .rdap_of = rx_buf_str(&c->rdap_of),
                                 .stands = p->file_id > 0,
                                 .when_ms = c->when_ms};
    p->item.page = (struct sink_page){.job = p->job,
                                      .is_robots = true,
                                      .requested = true,
                                      .outcome = c->result.outcome,
                                      .reason = c->result.reason,
                                      .result = &c->result,
                                      .facts = rx_buf_str(&c->facts),
                                      .when_ms = c->when_ms};
    if (p->file_id > 0)
        p->item.place = (struct store_warc_ref){p->file_id, c->response_at, c->response_bytes};
    ready(p);
}

static void on_read(void *ctx, struct reading *reading)
{
    struct replayed *p = ctx;
    struct rx_err err;
    if ((!reading || reading->status == READ_FAILED) && jail_state(p->r->jail, &err)) {
        fail(p->r, err.code, err.text);
        return;
    }
    fill_page(p, reading, !reading || reading->status == READ_FAILED);
}

static int start(struct replay *r, struct capture *c)
{
    struct replayed *p = calloc(1, sizeof *p);
    if (!p) {
        capture_free(c);
        return RX_ENOMEM;
    }
    p->r = r;
    p->capture = c;
    p->arena = RX_ARENA(ARENA_MAX);
    p->file_id = r->adopted[r->next_path - 1].file_id;
    r->under_way++;
    if (r->last)
        r->last->next = p;
    else
        r->first = p;
    r->last = p;
    if (c->kind == CAPTURE_RESOURCE) {
        fill_resource(p);
        return RX_OK;
    }
    const struct job model = {.url = c->url.href,
                              .host = c->url.host,
                              .site = rx_site_key(r->psl, c->url.host),
                              .depth = c->depth,
                              .hops = c->hops,
                              .redirects = c->redirects,
                              .via_kind = c->via_kind};
    p->job = job_new(&model);
    if (!p->job)
        return RX_ENOMEM; /* freed with those that are under way */
    if (c->rdap_of.n > 0) {
        fill_rdap(p);
        return RX_OK;
    }
    /* Only the text of a 2xx robots.txt says anything. */
    if (c->kind == CAPTURE_FAILURE || (c->is_robots && c->result.status / 100 != 2)) {
        fill_page(p, NULL, false);
        return RX_OK;
    }
    p->read_job = (struct read_job){.kind = c->is_robots ? READ_ROBOTS : READ_PAGE,
                                    .url = c->url.href,
                                    .head = rx_buf_str(&c->result.head),
                                    .received = rx_buf_str(&c->result.body),
                                    .agent = RX_STR("rxmap")};
    const int rc = jail_submit(r->jail, &p->read_job, &p->arena, on_read, p);
    if (rc != RX_EFULL)
        return rc;
    fill_page(p, NULL, true);
    return RX_OK;
}

/* ---- the stream
 * -------------------------------------------------------------------------------------- */

/* What was adopted is read where it will be cited: the file that it came from may have changed. */
static int open_next(struct replay *r)
{
    char path[4096];
    const struct adopted *a = &r->adopted[r->next_path];
    const char *given = r->paths[r->next_path++];
    const int n = snprintf(path, sizeof path, "%s/warc/%s", store_dir(r->store), a->name);
    if (n < 0 || (size_t)n >= sizeof path)
        return rx_fail(&r->err, RX_EINVAL, "the case's path is too long");
    return capture_open(&r->reader, a->file_id > 0 ? path : given, &r->err);
}

/* The next capture of all files; 0 at the end of the last. */
static int next_capture(struct replay *r, struct capture **c)
{
    for (;;) {
        if (!r->reader) {
            if (r->next_path == r->path_count)
                return 0;
            const int rc = open_next(r);
            if (rc)
                return rc;
            r->report.files++;
        }
        const int rc = capture_next(r->reader, c, &r->err);
        if (rc)
            return rc;
        r->report.records += capture_records(r->reader);
        r->report.skipped += capture_skipped(r->reader);
        capture_close(r->reader);
        r->reader = NULL;
    }
}

static void feed(struct replay *r)
{
    const size_t most = AHEAD * (size_t)jail_workers(r->jail);
    while (!r->err.code && !r->at_end && r->under_way < most) {
        struct capture *c = NULL;
        int rc = next_capture(r, &c);
        if (rc == 0)
            r->at_end = true;
        else if (rc > 0 && c)
            rc = start(r, c);
        if (rc < 0)
            fail(r, rc, "no memory to replay");
    }
    if (r->err.code || (r->at_end && r->under_way == 0))
        uv_stop(&r->loop);
}

static void on_written(uv_async_t *async)
{
    struct replay *r = async->data;
    if (sink_state(r->sink, &r->err)) {
        uv_stop(&r->loop);
        return;
    }
    struct sink_item *item = sink_take(r->sink);
    while (item) {
        struct sink_item *next = item->next;
        struct replayed *p = item->owner;
        if (item->what == SINK_PAGE && !item->page.is_robots) {
            r->report.pages +=
                p->capture->kind == CAPTURE_EXCHANGE && !rx_link_is_part(p->capture->via_kind);
            r->report.failed += item->page.outcome == RX_OUT_PARSE_FAILED;
        }
        replayed_free(p);
        r->under_way--;
        item = next;
    }
    feed(r);
}

static void notify(void *ctx)
{
    struct replay *r = ctx;
    (void)uv_async_send(&r->written);
}

/* ---- the run
 * ------------------------------------------------------------------------------------------ */

/* Whole members are taken over byte for byte; what is not is written anew. */
static int adopt_files(struct replay *r, struct rx_err *err)
{
    int rc = store_run_start(r->store, RX_STR("replay"),
                             RX_STR("{\"version\":\"" RXMAP_VERSION "\",\"egress\":\"none\"}"),
                             rx_wall_ms(), &r->run);
    if (rc)
        return rx_fail(err, rc, "cannot open a run: %s", store_error(r->store));
    r->adopted = calloc(r->path_count, sizeof *r->adopted);
    if (!r->adopted)
        return rx_fail(err, RX_ENOMEM, "no memory to replay");
    uint32_t seq = 1;
    r->all_adopted = true;
    for (size_t i = 0; i < r->path_count && !rc; i++) {
        struct adopted *a = &r->adopted[i];
        rc = adopt_file(r->store, r->run, &seq, r->paths[i], a->name, &a->file_id, err);
        r->all_adopted = r->all_adopted && a->file_id > 0;
    }
    return rc;
}

static void undo_files(struct replay *r)
{
    for (size_t i = 0; i < r->path_count && r->adopted; i++)
        if (r->adopted[i].file_id > 0)
            adopt_undo(r->store, r->adopted[i].name);
}

static int open_run(struct replay *r, struct rx_err *err)
{
    struct store_run run;
    struct rx_buf text = RX_BUF(1 << 20);
    int rc = store_run_current(r->store, &run, &text);
    rx_buf_free(&text);
    if (rc == RX_OK)
        return rx_fail(err, RX_EUSAGE,
                       "a run is open, and replay makes one of its own: end it first with "
                       "'rxmap crawl --finish'");
    if (rc != RX_ENOENT)
        return rx_fail(err, rc, "cannot read the runs: %s", store_error(r->store));
    rc = store_begin(r->store, err);
    if (rc)
        return rc;
    rc = adopt_files(r, err);
    if (!rc)
        rc = store_commit(r->store, err);
    if (rc) {
        store_rollback(r->store);
        undo_files(r);
        r->run = 0;
        return rc;
    }
    uint64_t files;
    return finish_files(r->store, &files, err);
}

/* Nothing goes on with a replay: one that failed is closed as cut short, so that it is in nobody's
 * way. Where even that fails, 'crawl --finish' does it. */
static void close_failed_run(struct replay *r)
{
    struct rx_err err;
    uint64_t files;
    if (r->run == 0)
        return;
    if (finish_files(r->store, &files, &err) || finish_run(r->store, r->run, true, &err))
        rx_log(RX_LOG_WARN, "the run stays open: %s", err.text);
}

static int open_sink(struct replay *r, const struct crawl_jail *jail, struct rx_err *err)
{
    const struct sink_opts opts = {.store = r->store,
                                   .psl = r->psl,
                                   .run = r->run,
                                   .scope = r->opts.scope,
                                   .tables = r->tables,
                                   .warc_rotate_bytes = r->opts.warc_rotate_bytes,
                                   .warc_info = RX_STR("software: rxmap/" RXMAP_VERSION
                                                       "\r\nformat: WARC File Format 1.1\r\n"
                                                       "description: copied by rxmap replay\r\n"),
                                   .no_warc = r->all_adopted,
                                   .notify = notify,
                                   .ctx = r};
    int rc = sink_new(&r->sink, &opts, err);
    if (!rc)
        rc = sink_own_tables(r->sink, jail->own.text, rx_wall_ms(), err);
    return rc ? rc : sink_start(r->sink, err);
}

static void on_jail_closed(void *ctx)
{
    struct replay *r = ctx;
    r->jail_closed = true;
}

/* Everything that came back and everything that never will. */
static void free_items(struct replay *r)
{
    while (r->first) {
        struct replayed *next = r->first->next;
        replayed_free(r->first);
        r->first = next;
    }
    struct sink_item *item = sink_take(r->sink);
    while (item) {
        struct sink_item *next = item->next;
        replayed_free(item->owner);
        item = next;
    }
}

static int run_loop(struct replay *r, struct crawl_jail *jail, struct rx_err *err)
{
    int rc = jail_new(&r->jail, jail->zygote, &r->loop, err);
    if (rc)
        return rc;
    rc = open_run(r, err);
    if (!rc)
        rc = open_sink(r, jail, err);
    if (!rc) {
        feed(r);
        if (!r->err.code && !(r->at_end && r->under_way == 0))
            (void)uv_run(&r->loop, UV_RUN_DEFAULT);
        if (r->err.code) {
            *err = r->err;
            rc = err->code;
        }
    }
    jail_close(r->jail, on_jail_closed, r);
    while (!r->jail_closed)
        (void)uv_run(&r->loop, UV_RUN_ONCE);
    if (!r->sink) {
        close_failed_run(r);
        return rc;
    }
    sink_join(r->sink);
    free_items(r);
    const struct sink_end end = {
        .close_run = true, .cut_short = rc != RX_OK, .now_ms = rx_wall_ms()};
    struct rx_err sink_err = {0};
    const int sink_rc = sink_stop(r->sink, &end, &sink_err);
    if (sink_rc)
        close_failed_run(r);
    if (!rc && sink_rc)
        *err = sink_err;
    return rc ? rc : sink_rc;
}

static int replay(struct replay *r, struct crawl_jail *jail, const struct rx_conf *conf,
                  struct rx_err *err)
{
    int rc = crawl_opts_read(&r->opts, conf, err);
    if (!rc)
        rc = rx_psl_load(&r->psl, NULL, err);
    if (rc)
        return rc;
    memcpy(r->tables, jail->tables, sizeof r->tables);
    if (uv_loop_init(&r->loop))
        return rx_fail(err, RX_EIO, "the event loop does not start");
    if (uv_async_init(&r->loop, &r->written, on_written)) {
        (void)uv_loop_close(&r->loop);
        return rx_fail(err, RX_EIO, "the event loop has no handles");
    }
    r->written.data = r;
    rc = run_loop(r, jail, err);
    uv_close((uv_handle_t *)&r->written, NULL);
    (void)uv_run(&r->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&r->loop);
    return rc;
}

int crawl_replay(struct store *st, struct crawl_jail *jail, const struct rx_conf *conf,
                 const char *const *paths, size_t path_count, struct crawl_replay_report *report,
                 struct rx_err *err)
{
    struct replay r = {.store = st, .paths = paths, .path_count = path_count};
    uint64_t mails;
    int rc = replay(&r, jail, conf, err);
    if (!rc)
        rc = mail_marks_read_due(st, jail, &mails, err);
    capture_close(r.reader);
    free(r.adopted);
    rx_psl_free(r.psl);
    *report = r.report;
    return rc;
}
