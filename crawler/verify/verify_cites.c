/* verify_cites.c - every cited byte read again: from the sighting to its capture, through the jail
 * to the decoded body, to the bytes at its offset.
 *
 *   site's sightings, by capture --> record from the WARC --> [jail: decode, compare] --> findings
 *
 * A site at a time, so that memory depends on the largest site and not on the case. The jail's
 * workers see each capture once, with all that cites it. */
#include "base/log.h"
#include "crawler/evidence/warc.h"
#include "crawler/jail/jail_door.h"
#include "crawler/jail/reading_wire.h"
#include "crawler/verify/verify_priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

enum {
    SITE_BYTES_MAX = 512 << 20, /* sightings of one site */
    CITES_BYTES_MAX = 2 << 20,  /* packed, of one capture */
    JOB_ARENA_BYTES = 1 << 20
};

_Static_assert(WARC_MESSAGE_MAX + CITES_BYTES_MAX + (1 << 16) < READING_FRAME_MAX,
               "a capture goes to a reader whole, with all that cites it");

struct cite {
    struct rx_str warc, url, cls;
    struct store_warc_ref ref;
    struct rx_sha256 sha256;
    struct read_cite read;
};

struct cites {
    struct verify *v;
    uv_loop_t loop;
    struct jail *jail;
    bool jail_closed;
    unsigned in_flight, most;
    uint64_t unread;          /* captures that no reader managed here */
    struct rx_err unread_err; /* the first of them */
    struct archive archive;
    char tables[RX_SHA256_HEX + 1];
    struct rx_arena arena; /* of one site */
    struct cite *items;    /* in the arena */
    size_t count, cap;
    int rc;
};

/* One capture on its way through the jail. */
struct job {
    struct cites *c;
    const struct cite *items; /* of the site's, which lives until all its jobs are done */
    size_t count;
    struct rx_buf block, packed;
    struct read_job ask;
    struct rx_arena arena;
    bool again; /* it is tried for the second time */
};

/* ---- a site's sightings -----------------------------------------------------------------------
 */

/* Was it found by the reader and the tables of this program? What others found, others can say. */
static bool is_ours(const struct cites *c, const struct store_evidence *e)
{
    return store_tables_are(e->tables, rx_str(c->tables)) && reading_is_reader(e->reader);
}

static int on_evidence(void *ctx, const struct store_evidence *e)
{
    struct cites *c = ctx;
    const struct store_sighting *s = &e->sighting;
    const bool ours = is_ours(c, e);
    if (s->place == RX_PLACE_HOST || (s->length == 0 && !ours))
        return 0; /* cites no byte of a page */
    struct cite *items = rx_arena_grow(&c->arena, c->items, c->count, &c->cap, sizeof *items);
    if (!items)
        return c->rc = RX_EFULL;
    c->items = items;
    struct cite *at = &items[c->count];
    *at = (struct cite){.warc = rx_arena_dup(&c->arena, e->warc_name),
                        .url = rx_arena_dup(&c->arena, e->url),
                        .cls = rx_arena_dup(&c->arena, s->cls),
                        .ref = e->warc,
                        .sha256 = e->sha256,
                        .read = {.place = s->place,
                                 .offset = s->offset,
                                 .length = s->length,
                                 .raw = rx_arena_dup(&c->arena, s->raw)}};
    if (ours) {
        at->read.cls = at->cls;
        at->read.value = rx_arena_dup(&c->arena, s->value);
    }
    if (c->arena.full)
        return c->rc = RX_EFULL;
    c->count++;
    return 0;
}

static int by_capture(const void *a, const void *b)
{
    const struct cite *x = a, *y = b;
    int order = rx_str_cmp(x->warc, y->warc);
    if (order == 0)
        order = (x->ref.offset > y->ref.offset) - (x->ref.offset < y->ref.offset);
    return order ? order : (x->read.offset > y->read.offset) - (x->read.offset < y->read.offset);
}

static bool same_capture(const struct cite *a, const struct cite *b)
{
    return a->ref.offset == b->ref.offset && rx_str_eq(a->warc, b->warc) &&
           memcmp(&a->sha256, &b->sha256, sizeof a->sha256) == 0;
}

/* ---- through the jail -------------------------------------------------------------------------
 */

static void job_free(struct job *job)
{
    rx_buf_free(&job->block);
    rx_buf_free(&job->packed);
    rx_arena_free(&job->arena);
    free(job);
}

static void blame(const struct job *job, const struct cite *at, const char *what)
{
    verify_found(job->c->v, "%s/warc/%.*s: offset %" PRIu64 ": %.*s at byte %u of %.*s: %s",
                 store_dir(job->c->v->st), RX_FMT(at->warc), at->ref.offset, RX_FMT(at->cls),
                 at->read.offset, RX_FMT(at->url), what);
}

static void on_read(void *ctx, struct reading *r);

static bool read_again(struct job *job)
{
    rx_arena_free(&job->arena);
    job->again = true;
    return jail_submit(job->c->jail, &job->ask, &job->arena, on_read, job) == 0;
}

/* What our own reader fails at is no finding: the evidence has its digests, which are checked for
 * themselves. But neither was it checked. */
static void note_unread(const struct job *job, const struct reading *r)
{
    struct cites *c = job->c;
    if (c->unread++ > 0)
        return;
    const struct rx_str why = r ? r->reason : RX_STR("no memory");
    (void)rx_fail(&c->unread_err, RX_EIO, "%s/warc/%.*s: offset %" PRIu64 ": %.*s",
                  store_dir(c->v->st), RX_FMT(job->items->warc), job->items->ref.offset,
                  RX_FMT(why));
}

static void judge(const struct job *job, const struct reading *r)
{
    if (memcmp(&r->sha256, &job->items->sha256, sizeof r->sha256) != 0)
        blame(job, job->items, "the decoded body has another SHA-256 than the sighting cites");
    else if (r->cites.n != job->count)
        blame(job, job->items, "not every citation was answered");
    else
        for (size_t i = 0; i < job->count; i++)
            if (r->cites.p[i] == READ_CITE_MISSING)
                blame(job, &job->items[i], "the cited bytes are not there");
            else if (r->cites.p[i] != READ_CITE_HOLDS)
                blame(job, &job->items[i], "the cited bytes do not say what they are cited for");
}

static void on_read(void *ctx, struct reading *r)
{
    struct job *job = ctx;
    const bool failed = !r || r->status == READ_FAILED;
    if (failed && !job->again) {
        if (read_again(job))
            return;
        r = NULL; /* it lay in the arena, which is empty now */
    }
    job->c->in_flight--;
    if (failed)
        note_unread(job, r);
    else
        judge(job, r);
    job_free(job);
}

static void wait_until(struct cites *c, unsigned most)
{
    while (c->in_flight > most)
        (void)uv_run(&c->loop, UV_RUN_ONCE);
}

/* The capture's block and what cites it, into the job. RX_EDAMAGE: the evidence is not there. */
static int load(struct job *job, struct rx_err *err)
{
    const struct cite *first = job->items;
    int rc = archive_block(&job->block, &job->c->archive, first->warc, first->ref, err);
    for (size_t i = 0; i < job->count && rc == 0; i++)
        rc = reading_cite_pack(&job->packed, &job->items[i].read);
    if (rc)
        return rc;
    warc_http_split(rx_buf_str(&job->block), &job->ask.head, &job->ask.received);
    job->ask.kind = READ_CITES;
    job->ask.url = first->url;
    job->ask.cites = rx_buf_str(&job->packed);
    return 0;
}

static int check_capture(struct cites *c, const struct cite *items, size_t count)
{
    struct rx_err why = {0};
    struct job *job = calloc(1, sizeof *job);
    if (!job)
        return RX_ENOMEM;
    *job = (struct job){.c = c,
                        .items = items,
                        .count = count,
                        .block = RX_BUF(WARC_MESSAGE_MAX),
                        .packed = RX_BUF(CITES_BYTES_MAX),
                        .arena = RX_ARENA(JOB_ARENA_BYTES)};
    int rc = load(job, &why);
    if (rc == 0)
        rc = jail_submit(c->jail, &job->ask, &job->arena, on_read, job);
    if (rc == 0) {
        c->in_flight++;
        return 0;
    }
    if (rc == RX_EDAMAGE || rc == RX_ENOENT) {
        blame(job, items, rc == RX_ENOENT ? "its WARC file is not there" : why.text);
        rc = 0;
    }
    job_free(job);
    return rc;
}

static int check_site(struct cites *c, struct rx_str site)
{
    const struct store_evidence_filter filter = {.site = site, .all_readings = true};
    c->items = NULL;
    c->count = c->cap = 0;
    int rc = store_evidence_scan(c->v->st, &filter, on_evidence, c);
    if (rc == 0 && c->count)
        qsort(c->items, c->count, sizeof *c->items, by_capture);
    for (size_t from = 0, to = 0; from < c->count && rc == 0; from = to) {
        while (to < c->count && to - from < READ_CITES_MAX &&
               same_capture(&c->items[from], &c->items[to]))
            to++;
        wait_until(c, c->most);
        rc = check_capture(c, c->items + from, to - from);
    }
    wait_until(c, 0);
    c->v->report->sightings += c->count;
    rx_arena_free(&c->arena);
    return rc;
}

/* ---- all sites ----------------------------------------------------------------------------------
 */

struct names {
    struct rx_buf text; /* one a line: a site's name has no line end */
    int rc;
};

static int on_site(void *ctx, const struct store_site_state *state)
{
    struct names *n = ctx;
    n->rc = rx_buf_add(&n->text, state->site);
    if (n->rc == 0)
        n->rc = rx_buf_addc(&n->text, '\n');
    return n->rc;
}

static int check_sites(struct cites *c, struct rx_err *err)
{
    struct names names = {.text = RX_BUF(1 << 30)};
    int rc = store_site_state_scan(c->v->st, 0, on_site, &names);
    struct rx_str rest = rx_buf_str(&names.text), site;
    while (rc == 0 && rest.n) {
        (void)rx_str_cut(rest, '\n', &site, &rest);
        rc = check_site(c, site);
    }
    rx_buf_free(&names.text);
    if (rc == RX_EFULL)
        return rx_fail(err, rc, "a site has more sightings than can be held in %d MiB",
                       SITE_BYTES_MAX >> 20);
    return rc ? rx_fail(err, rc, "sightings cannot be read: %s", store_error(c->v->st)) : 0;
}

static void on_jail_closed(void *ctx)
{
    ((struct cites *)ctx)->jail_closed = true;
}

/* Beside findings it is a remark; without any it is why verify cannot say that all is well. */
static int tell_unread(const struct cites *c, struct rx_err *err)
{
    struct rx_err why;
    const int rc = rx_fail(&why, RX_EIO,
                           "%" PRIu64 " captures could not be read again here, which says nothing "
                           "of them; the first: %s",
                           c->unread, c->unread_err.text);
    if (c->v->report->findings > 0) {
        rx_log(RX_LOG_WARN, "%s", why.text);
        return 0;
    }
    *err = why;
    return rc;
}

int verify_cites(struct verify *v, struct crawl_jail *jail, struct rx_err *err)
{
    struct cites c = {.v = v, .archive = {.st = v->st}, .arena = RX_ARENA(SITE_BYTES_MAX)};
    if (uv_loop_init(&c.loop))
        return rx_fail(err, RX_ENOMEM, "verify: no event loop");
    memcpy(c.tables, jail->tables, sizeof c.tables);
    int rc = jail_new(&c.jail, jail->zygote, &c.loop, err);
    if (rc == 0) {
        c.most = 2 * jail_workers(c.jail);
        rc = check_sites(&c, err);
        wait_until(&c, 0);
        if (rc == 0 && c.unread > 0)
            rc = tell_unread(&c, err);
        jail_close(c.jail, on_jail_closed, &c);
        while (!c.jail_closed)
            (void)uv_run(&c.loop, UV_RUN_ONCE);
    }
    archive_done(&c.archive);
    (void)uv_run(&c.loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&c.loop);
    return rc;
}
