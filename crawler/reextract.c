/* reextract.c - the tables of today applied to what the case captured before, without network: each
 * archived body is read again, as a further reading beside the ones that there are.
 *
 *   bodies --> record from the WARC --> [jail: read] --> rows, in the order of the records
 *   pages' newest readings --> site by site and run by run --> roles that came out otherwise
 *
 * Invariants. What is there stays: rows are only added, and the newest reading of a body counts. A
 * body is due if its newest reading is of other tables or of a reader that this program has no
 * more, so that a second start has nothing to do, and one after a kill goes on where the last
 * batch was committed. A reading that fails takes the place of none that did not. The case's mark
 * KEY_WORK says that roles and the index over sightings are not made yet. */
#include "crawler/archive.h"
#include "crawler/content.h"
#include "crawler/crawl.h"
#include "crawler/evidence/warc.h"
#include "crawler/jail/jail_door.h"
#include "crawler/jail/reading_wire.h"
#include "crawler/mail_marks.h"

#include "base/clock.h"
#include "base/log.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

enum {
    AHEAD = 4,      /* bodies under way per worker */
    BATCH = 256,    /* bodies of one transaction, */
    BATCH_MS = 500, /* which is open no longer, whatever the next body takes */
    BODIES_MAX = 1 << 27,
    TEXT_BYTES_MAX = 1 << 20, /* what the case has of one body */
    READING_BYTES_MAX = 64 << 20,
    TELL_MS = 500
};

#define KEY_WORK "extract"
#define AT_WORK "at work"

struct body;

struct again {
    struct store *st;
    struct jail *jail;
    struct archive archive;
    uv_loop_t loop;
    uv_signal_t sigint, sigterm;
    uv_timer_t batch_end;
    const char *tables; /* their hash */
    int64_t *due;       /* owned; contents whose bodies are to be read */
    size_t due_count, due_cap, next;
    struct body *first, *last; /* under way, in the order of their records */
    size_t under_way, in_batch;
    bool stopped, jail_closed, begun; /* begun: audit.log says so */
    struct crawl_extract_progress progress;
    void (*tell)(void *ctx, const struct crawl_extract_progress *p);
    void *ctx;
    uint64_t began_ms, told_ms;
    struct crawl_extract_report report;
    struct rx_err damage; /* the first that was found */
    struct rx_err err;
};

/* One body on its way through the jail. */
struct body {
    struct again *a;
    struct store_body row;      /* texts in texts */
    struct rx_arena texts, own; /* own: of its reading */
    struct rx_buf block;
    struct read_job ask;
    const struct reading *reading;
    struct body *next;
    bool tried, ready;
};

static int store_fail(struct again *a, int rc, const char *what)
{
    if (!a->err.code)
        (void)rx_fail(&a->err, rc, "%s: %s", what, store_error(a->st));
    return rc;
}

/* ---- what is due ------------------------------------------------------------------------------
 */

static int on_body(void *ctx, const struct store_body *body)
{
    struct again *a = ctx;
    if (store_tables_are(body->tables, rx_str(a->tables)) && reading_is_reader(body->reader))
        return 0;
    if (a->due_count == a->due_cap) {
        const size_t cap = a->due_cap ? 2 * a->due_cap : 1024;
        int64_t *due = cap <= BODIES_MAX ? realloc(a->due, cap * sizeof *due) : NULL;
        if (!due)
            return rx_fail(&a->err, RX_ENOMEM, "no memory for the list of what is to be read");
        a->due = due;
        a->due_cap = cap;
    }
    a->due[a->due_count++] = body->content_id;
    return 0;
}

static int find_due(struct again *a)
{
    const int rc = store_body_scan(a->st, on_body, a);
    a->progress.total = a->due_count;
    return rc ? store_fail(a, rc, "the captures cannot be listed") : 0;
}

/* ---- batches ----------------------------------------------------------------------------------
 */

static int commit(struct again *a)
{
    if (a->in_batch == 0)
        return RX_OK;
    a->in_batch = 0;
    (void)uv_timer_stop(&a->batch_end);
    return store_commit(a->st, &a->err);
}

static void on_batch_end(uv_timer_t *timer)
{
    struct again *a = timer->data;
    if (!a->err.code)
        (void)commit(a);
}

static void tell_progress(struct again *a)
{
    const uint64_t now = rx_mono_ms();
    if (!a->tell || now - a->told_ms < TELL_MS)
        return;
    a->told_ms = now;
    a->progress.elapsed_ms = now - a->began_ms;
    a->tell(a->ctx, &a->progress);
}

static int write_reading(struct again *a, const struct body *b)
{
    struct content_signs before;
    content_signs_read(&before, b->row.signs);
    const struct content_rows rows = {.reading = b->reading,
                                      .tables = rx_str(a->tables),
                                      .url_id = b->row.url_id,
                                      .is_part = content_is_part(b->reading, b->row.outcome),
                                      .links_cut = before.links_cut,
                                      .renews = b->row.content_id};
    int64_t id;
    bool is_new;
    int rc = RX_OK;
    if (a->in_batch == 0)
        rc = store_begin(a->st, &a->err);
    if (rc)
        return rc;
    if (a->in_batch == 0)
        (void)uv_timer_start(&a->batch_end, on_batch_end, BATCH_MS, 0);
    a->in_batch++;
    rc = content_write(a->st, &rows, &id, &is_new, &a->err);
    if (rc)
        return rc;
    a->report.read++;
    a->report.sightings_before += b->row.sightings;
    a->report.sightings += b->reading->marks.count;
    return a->in_batch < BATCH ? RX_OK : commit(a);
}

static void found_damage(struct again *a, const struct rx_err *why)
{
    if (a->report.damaged++ == 0)
        a->damage = *why;
    rx_log(RX_LOG_WARN, "%s", why->text);
}

static void blame(struct again *a, const struct store_body *row, const char *what)
{
    struct rx_err why;
    (void)rx_fail(&why, RX_EDAMAGE, "%s/warc/%.*s: offset %" PRIu64 ": %s", store_dir(a->st),
                  RX_FMT(row->warc_name), row->warc.offset, what);
    found_damage(a, &why);
}

/* No reader came as far as the decoded body, so that nobody knows its digest. */
static bool is_nil(const struct rx_sha256 *digest)
{
    static const struct rx_sha256 nil;
    return memcmp(digest, &nil, sizeof nil) == 0;
}

/* What our own reader fails at says nothing of the capture; nor does what one failed at before. */
static bool is_unread(const struct body *b)
{
    const struct reading *r = b->reading;
    return !r || (r->status == READ_FAILED && b->row.failure.n == 0) ||
           is_nil(&r->sha256) != is_nil(&b->row.sha256);
}

static void note_unread(struct again *a, const struct body *b)
{
    struct rx_str why = RX_STR("the case has no digest of its body");
    if (!b->reading)
        why = RX_STR("no memory");
    else if (b->reading->status == READ_FAILED)
        why = b->reading->reason;
    a->report.unread++;
    rx_log(RX_LOG_WARN, "%.*s could not be read again (%.*s): its reading so far stands",
           RX_FMT(b->row.url), RX_FMT(why));
}

static int settle(struct again *a, const struct body *b)
{
    const struct reading *r = b->reading;
    if (is_unread(b)) {
        note_unread(a, b);
        return RX_OK;
    }
    if (memcmp(&r->sha256, &b->row.sha256, sizeof r->sha256) != 0) {
        blame(a, &b->row, "the decoded body has another SHA-256 than the case has of it");
        return RX_OK;
    }
    return write_reading(a, b);
}

static void body_free(struct body *b)
{
    rx_buf_free(&b->block);
    rx_arena_free(&b->texts);
    rx_arena_free(&b->own);
    free(b);
}

static void write_ready(struct again *a)
{
    while (a->first && a->first->ready) {
        struct body *b = a->first;
        a->first = b->next;
        if (!a->first)
            a->last = NULL;
        a->under_way--;
        if (!a->err.code)
            (void)settle(a, b);
        a->progress.done++;
        body_free(b);
    }
    tell_progress(a);
}

/* ---- through the jail -------------------------------------------------------------------------
 */

static void on_read(void *ctx, struct reading *r)
{
    struct body *b = ctx;
    struct again *a = b->a;
    const bool failed = !r || r->status == READ_FAILED;
    /* What failed before does so again, and the jail has tried it for its links already. */
    if (failed && jail_state(a->jail, &a->err) == 0 && b->row.failure.n == 0 && !b->tried) {
        b->tried = true;
        rx_arena_free(&b->own);
        if (jail_submit(a->jail, &b->ask, &b->own, on_read, b) == 0)
            return;
        r = NULL; /* it lay in the arena, which is empty now */
    }
    b->reading = r;
    b->ready = true;
    write_ready(a);
}

/* RX_EDAMAGE: the evidence is not what it was, or not there. */
static int load(struct body *b, int64_t content_id, struct rx_err *why)
{
    struct again *a = b->a;
    int rc = store_body_get(a->st, content_id, &b->texts, &b->row);
    if (rc)
        return store_fail(a, rc, "a capture cannot be looked up");
    rc = archive_block(&b->block, &a->archive, b->row.warc_name, b->row.warc, why);
    if (rc == 0 && a->archive.differs)
        rc = rx_fail(why, RX_EDAMAGE,
                     "%s: offset %" PRIu64 ": the record is not what its digest says",
                     a->archive.path, b->row.warc.offset);
    warc_http_split(rx_buf_str(&b->block), &b->ask.head, &b->ask.received);
    b->ask.kind = b->row.is_robots ? READ_ROBOTS : READ_PAGE;
    b->ask.url = b->row.url;
    b->ask.agent = RX_STR("rxmap");
    return rc == RX_ENOENT ? RX_EDAMAGE : rc;
}

static void enqueue(struct again *a, struct body *b)
{
    if (a->last)
        a->last->next = b;
    else
        a->first = b;
    a->last = b;
    a->under_way++;
}

static int start(struct again *a, int64_t content_id)
{
    struct rx_err why = {0};
    struct body *b = calloc(1, sizeof *b);
    if (!b)
        return rx_fail(&a->err, RX_ENOMEM, "no memory to read a capture");
    *b = (struct body){.a = a,
                       .texts = RX_ARENA(TEXT_BYTES_MAX),
                       .own = RX_ARENA(READING_BYTES_MAX),
                       .block = RX_BUF(WARC_MESSAGE_MAX)};
    int rc = load(b, content_id, &why);
    if (rc == 0)
        rc = jail_submit(a->jail, &b->ask, &b->own, on_read, b);
    if (rc == 0) {
        enqueue(a, b);
        return RX_OK;
    }
    if (rc == RX_EDAMAGE && !a->err.code) {
        found_damage(a, &why);
        rc = RX_OK;
    } else if (rc == RX_EFULL) {
        a->report.unread++;
        rc = RX_OK;
    } else if (!a->err.code) {
        rc = rx_fail(&a->err, rc, "%s", why.text[0] ? why.text : "no memory to read a capture");
    }
    a->progress.done += rc == RX_OK;
    body_free(b);
    return rc;
}

static void feed(struct again *a)
{
    const size_t most = AHEAD * (size_t)jail_workers(a->jail);
    while (!a->err.code && !a->stopped && a->next < a->due_count && a->under_way < most)
        (void)start(a, a->due[a->next++]);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct again *a = handle->data;
    a->stopped = true;
    a->report.end = number == SIGINT ? CRAWL_INTERRUPTED : CRAWL_TERMINATED;
}

static void read_all(struct again *a)
{
    for (feed(a); a->under_way > 0; feed(a))
        (void)uv_run(&a->loop, UV_RUN_ONCE);
    (void)uv_timer_stop(&a->batch_end);
    if (a->err.code)
        store_rollback(a->st);
    else
        (void)commit(a);
}

static void on_jail_closed(void *ctx)
{
    ((struct again *)ctx)->jail_closed = true;
}

static int open_loop(struct again *a)
{
    if (uv_loop_init(&a->loop))
        return rx_fail(&a->err, RX_EIO, "the event loop does not start");
    a->sigint.data = a->sigterm.data = a->batch_end.data = a;
    (void)uv_timer_init(&a->loop, &a->batch_end);
    if (uv_signal_init(&a->loop, &a->sigint) || uv_signal_init(&a->loop, &a->sigterm) ||
        uv_signal_start(&a->sigint, on_signal, SIGINT) ||
        uv_signal_start(&a->sigterm, on_signal, SIGTERM))
        return rx_fail(&a->err, RX_EIO, "signals cannot be waited for");
    return RX_OK;
}

static void read_bodies(struct again *a, const struct crawl_jail *jail)
{
    if (open_loop(a))
        return;
    if (jail_new(&a->jail, jail->zygote, &a->loop, &a->err) == 0) {
        read_all(a);
        jail_close(a->jail, on_jail_closed, a);
        while (!a->jail_closed)
            (void)uv_run(&a->loop, UV_RUN_ONCE);
    }
    uv_close((uv_handle_t *)&a->sigint, NULL);
    uv_close((uv_handle_t *)&a->sigterm, NULL);
    uv_close((uv_handle_t *)&a->batch_end, NULL);
    (void)uv_run(&a->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&a->loop);
}

/* ---- roles ------------------------------------------------------------------------------------
 */

struct deciding {
    struct again *a;
    int64_t run, site_id; /* in hand; 0: none */
    struct signs signs;
    uint32_t pages;
    bool is_part;
    int64_t now_ms;
};

static int decide(struct deciding *d)
{
    struct rx_buf reasons = RX_BUF(CONTENT_REASONS_MAX);
    bool is_new = false;
    if (d->pages == 0)
        return RX_OK;
    const enum rx_role role = content_role(&d->signs, d->pages, d->is_part, &reasons);
    const struct store_site_view view = {.run = d->run,
                                         .site_id = d->site_id,
                                         .role = role,
                                         .reasons = rx_buf_str(&reasons),
                                         .tables = rx_str(d->a->tables),
                                         .made_ms = d->now_ms};
    const int rc = store_site_view_put(d->a->st, &view, &is_new);
    d->a->report.roles += is_new;
    rx_buf_free(&reasons);
    return rc;
}

/* As the sink has it: what was read of a page, or where the answer sends its visitor. */
static bool was_read(const struct store_said *s)
{
    if (s->failure.n > 0)
        return false;
    return rx_str_starts(s->reader, RX_STR("tree/")) || rx_str_starts(s->reader, RX_STR("scan/")) ||
           (s->first_link != 0 && s->first_link == rx_link_of_status(s->status));
}

static int on_said(void *ctx, const struct store_said *said)
{
    struct deciding *d = ctx;
    struct content_signs page;
    if (said->run != d->run || said->site_id != d->site_id) {
        const int rc = decide(d);
        if (rc)
            return rc;
        *d = (struct deciding){
            .a = d->a, .run = said->run, .site_id = said->site_id, .now_ms = d->now_ms};
    }
    content_signs_read(&page, said->signs);
    if (!was_read(said) || !content_counts(&page.signs, said->status))
        return 0;
    d->pages++;
    d->is_part |= page.is_part;
    signs_add(&d->signs, &page.signs);
    return 0;
}

/* ---- from the first to the last ----------------------------------------------------------------
 */

static int no_run_is_open(struct again *a)
{
    struct store_run run;
    struct rx_buf text = RX_BUF(1 << 20);
    const int rc = store_run_current(a->st, &run, &text);
    rx_buf_free(&text);
    if (rc == RX_OK)
        return rx_fail(&a->err, RX_EUSAGE,
                       "a run is open, and what it reads is still judged as it began: end it first "
                       "with 'rxmap crawl' or 'rxmap crawl --finish'");
    return rc == RX_ENOENT ? RX_OK : store_fail(a, rc, "the runs cannot be read");
}

static int was_at_work(struct again *a, bool *at_work)
{
    struct rx_buf mark = RX_BUF(64);
    const int rc = store_meta_get(a->st, KEY_WORK, &mark);
    *at_work = rx_str_eq(rx_buf_str(&mark), RX_STR(AT_WORK));
    rx_buf_free(&mark);
    return rc ? store_fail(a, rc, "the case's mark cannot be read") : RX_OK;
}

/* What found a value is part of the evidence: the case's own rows are kept by the tables' hash. */
static int begin(struct again *a, const struct crawl_jail *jail)
{
    char key[32 + RX_SHA256_HEX], own[RX_SHA256_HEX + 1], detail[256];
    const struct rx_sha256 digest = rx_sha256(jail->own.text);
    rx_sha256_hex(own, &digest);
    (void)snprintf(key, sizeof key, "signatures:%s", a->tables);
    (void)snprintf(detail, sizeof detail,
                   "{\"tables\":\"%s\",\"signatures_sha256\":\"%s\",\"captures\":%zu}", a->tables,
                   jail->own.text.n > 0 ? own : "", a->due_count);
    int rc = store_audit(a->st, "extract-begin", rx_str(detail), &a->err);
    a->begun = rc == RX_OK;
    if (!rc)
        rc = store_begin(a->st, &a->err);
    if (rc)
        return rc;
    if (jail->own.text.n > 0)
        rc = store_meta_put(a->st, key, jail->own.text);
    if (!rc)
        rc = store_meta_put(a->st, KEY_WORK, RX_STR(AT_WORK));
    if (!rc)
        rc = store_bulk_begin(a->st);
    if (!rc)
        return store_commit(a->st, &a->err);
    (void)store_fail(a, rc, "the case cannot be made ready");
    store_rollback(a->st);
    return rc;
}

/* Stopped: the roles wait for the rest, which the mark remembers. */
static int finish(struct again *a)
{
    struct deciding d = {.a = a, .now_ms = rx_wall_ms()};
    int rc = store_begin(a->st, &a->err);
    if (rc)
        return rc;
    if (!a->stopped) {
        rc = store_said_scan(a->st, on_said, &d);
        if (!rc)
            rc = decide(&d);
        if (!rc)
            rc = store_meta_put(a->st, KEY_WORK, RX_STR("done"));
    }
    if (!rc)
        rc = store_bulk_end(a->st);
    if (!rc)
        return store_commit(a->st, &a->err);
    (void)store_fail(a, rc, "the roles of sites cannot be kept");
    store_rollback(a->st);
    return rc;
}

/* Of what was begun. What went wrong before is what is told. */
static int audit_end(struct again *a)
{
    const struct crawl_extract_report *r = &a->report;
    struct rx_err why = {0};
    char detail[384];
    if (!a->begun)
        return RX_OK;
    (void)snprintf(detail, sizeof detail,
                   "{\"tables\":\"%s\",\"end\":\"%s\",\"read\":%" PRIu64 ",\"unread\":%" PRIu64
                   ",\"damaged\":%" PRIu64 ",\"sightings\":%" PRIu64 ",\"roles\":%" PRIu64 "}",
                   a->tables, a->err.code ? "failed" : crawl_end_name(r->end), r->read, r->unread,
                   r->damaged, r->sightings, r->roles);
    const int rc = store_audit(a->st, "extract-end", rx_str(detail), &why);
    if (rc && !a->err.code)
        a->err = why;
    return rc;
}

static int apply(struct again *a, struct crawl_jail *jail)
{
    bool at_work = false;
    int rc = no_run_is_open(a);
    if (!rc)
        rc = was_at_work(a, &at_work);
    if (!rc)
        rc = find_due(a);
    if (!rc && (at_work || a->due_count > 0)) {
        rc = begin(a, jail);
        if (!rc && a->due_count > 0)
            read_bodies(a, jail);
        if (!a->err.code)
            rc = finish(a);
    }
    if (!rc && !a->err.code && !a->stopped)
        rc = mail_marks_read_due(a->st, jail, &a->report.mails, &a->err);
    a->report.left = a->due_count - a->next;
    const int audit_rc = audit_end(a);
    return a->err.code ? a->err.code : rc ? rc : audit_rc;
}

int crawl_extract(struct store *st, struct crawl_jail *jail,
                  void (*tell)(void *ctx, const struct crawl_extract_progress *p), void *ctx,
                  struct crawl_extract_report *report, struct rx_err *err)
{
    struct again a = {.st = st,
                      .archive = {.st = st},
                      .tables = jail->tables,
                      .tell = tell,
                      .ctx = ctx,
                      .began_ms = rx_mono_ms()};
    int rc = apply(&a, jail);
    archive_done(&a.archive);
    free(a.due);
    (void)snprintf(a.report.tables, sizeof a.report.tables, "%s", a.tables);
    *report = a.report;
    *err = rc ? a.err : a.damage;
    return rc ? rc : a.damage.code;
}
