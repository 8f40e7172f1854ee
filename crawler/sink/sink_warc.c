/* sink_warc.c - the writer's evidence: the run's WARC, opened, gone on with, and closed in step
 * with the database, which knows a file before it cites it and vouches for its committed length. */
#include "base/log.h"
#include "crawler/sink/sink_priv.h"

#include <stdio.h>

/* ---- files ------------------------------------------------------------------------------------
 */

static int on_opened(void *ctx, struct rx_str name, struct warc_ref info)
{
    struct sink *s = ctx;
    int rc = store_warc_add(s->opts.store, s->opts.run, name, &s->warc_file);
    const struct store_warc_ref ref = {s->warc_file, info.offset, info.bytes};
    if (!rc)
        rc = store_warc_record_put(s->opts.store, ref, RX_STR("warcinfo"), &info.member);
    return rc;
}

static int on_closed(void *ctx, struct rx_str name, uint64_t bytes)
{
    struct sink *s = ctx;
    (void)name;
    /* After a failure the database keeps vouching for less: the rest is cut when the run goes on.
     */
    return s->failed ? RX_OK : store_warc_set(s->opts.store, s->warc_file, bytes, true);
}

struct finding {
    int64_t run;
    uint32_t files;
    int64_t open_id;
    uint64_t open_bytes;
    struct rx_buf open_name;
    int rc;
};

static int on_file(void *ctx, const struct store_warc *warc)
{
    struct finding *f = ctx;
    if (warc->run != f->run)
        return 0;
    f->files++;
    if (warc->closed)
        return 0;
    f->open_id = warc->id;
    f->open_bytes = warc->bytes;
    rx_buf_clear(&f->open_name);
    f->rc = rx_buf_add(&f->open_name, warc->name);
    return f->rc;
}

static int resume(struct sink *s, const struct warc_writer_opts *opts, const struct finding *f,
                  struct rx_err *err)
{
    uint64_t cut = 0;
    s->warc_file = f->open_id;
    const int rc = warc_writer_resume(&s->warc, opts, rx_buf_str(&f->open_name), f->open_bytes,
                                      &cut, on_opened, on_closed, s, err);
    if (!rc && cut > 0)
        rx_log(RX_LOG_WARN,
               "%.*s: %llu bytes behind the last committed record were cut; the crawl goes on "
               "from there",
               RX_FMT(rx_buf_str(&f->open_name)), (unsigned long long)cut);
    return rc;
}

int sink_warc_open(struct sink *s, struct rx_err *err)
{
    if (s->opts.no_warc)
        return RX_OK;
    struct finding f = {.run = s->opts.run, .open_name = RX_BUF(256)};
    char dir[4096];
    const int n = snprintf(dir, sizeof dir, "%s/warc", store_dir(s->opts.store));
    if (n < 0 || (size_t)n >= sizeof dir)
        return rx_fail(err, RX_EINVAL, "the case's path is too long");
    int rc = store_warc_scan(s->opts.store, on_file, &f);
    if (rc)
        rc = sink_store_fail(s, rc, "cannot read the list of WARC files", err);
    const struct warc_writer_opts opts = {.dir = dir,
                                          .run = s->opts.run,
                                          .first_seq = f.files + 1,
                                          .rotate_bytes = s->opts.warc_rotate_bytes,
                                          .info = rx_str(s->warc_info)};
    if (!rc)
        rc = store_begin(s->opts.store, err);
    if (!rc) {
        rc = f.open_id ? resume(s, &opts, &f, err)
                       : warc_writer_new(&s->warc, &opts, on_opened, on_closed, s, err);
        if (!rc)
            rc = sink_warc_sync(s, err);
        if (!rc)
            rc = store_commit(s->opts.store, err);
        if (rc)
            store_rollback(s->opts.store);
    }
    rx_buf_free(&f.open_name);
    return rc;
}

int sink_warc_sync(struct sink *s, struct rx_err *err)
{
    if (!s->warc)
        return RX_OK;
    int rc = warc_sync(s->warc, err);
    if (rc)
        return rc;
    rc = store_warc_set(s->opts.store, s->warc_file, warc_writer_bytes(s->warc), false);
    return rc ? sink_store_fail(s, rc, "cannot keep the length of the WARC", err) : RX_OK;
}

int sink_warc_close(struct sink *s, struct rx_err *err)
{
    struct warc_writer *w = s->warc;
    s->warc = NULL;
    return warc_writer_free(w, err);
}

/* ---- records ------------------------------------------------------------------------------------
 */

static int keep(struct sink *s, const struct warc_ref *ref, const char *type,
                struct store_warc_ref *out, struct rx_err *err)
{
    *out = (struct store_warc_ref){0};
    if (ref->bytes == 0)
        return RX_OK;
    const struct store_warc_ref kept = {s->warc_file, ref->offset, ref->bytes};
    const int rc = store_warc_record_put(s->opts.store, kept, rx_str(type), &ref->member);
    if (rc)
        return sink_store_fail(s, rc, "cannot keep a WARC record's place", err);
    *out = kept;
    return RX_OK;
}

int sink_warc_resource(struct sink *s, struct rx_str uri, struct rx_str media_type,
                       struct rx_str payload, int64_t when_ms, struct store_warc_ref *ref,
                       struct rx_err *err)
{
    struct warc_ref made = {0};
    const int rc = warc_write_resource(s->warc, uri, media_type, payload, when_ms, &made, err);
    return rc ? rc : keep(s, &made, "resource", ref, err);
}

/* What replay needs to do again what the crawl did, and what a reader wants to know. */
static int metadata(struct sink *s, const struct sink_page *p, struct rx_str facts)
{
    const struct job *job = p->job;
    rx_buf_clear(&s->meta);
    int rc = rx_buf_addf(&s->meta, "outcome: %s\r\n", rx_outcome_name(p->outcome));
    if (!rc && p->reason[0])
        rc = rx_buf_addf(&s->meta, "reason: %s\r\n", p->reason);
    if (!rc && !p->is_robots)
        rc = rx_buf_addf(&s->meta, "via-kind: %s\r\ndepth: %u\r\nhops: %u\r\nredirects: %u\r\n",
                         rx_link_name(job->via_kind), job->depth, job->hops, job->redirects);
    if (!rc && p->stays)
        rc = rx_buf_addf(&s->meta, "stays: %s\r\n", p->elsewhere ? "elsewhere" : "yes");
    if (!rc && p->result)
        rc = rx_buf_addf(&s->meta, "fetchTimeMs: %u\r\n", p->result->took_ms);
    return rc ? rc : rx_buf_add(&s->meta, facts);
}

/* No answer came: that is evidence too, and replay must know of it. */
static int write_failure(struct sink *s, const struct sink_page *p, struct store_warc_ref *ref,
                         struct rx_err *err)
{
    rx_buf_clear(&s->scratch);
    int rc = rx_buf_addf(&s->scratch, "rxmap:failed:%.*s", RX_FMT(p->job->url));
    if (rc)
        return rx_fail(err, rc, "no memory for a record's name");
    return sink_warc_resource(s, rx_buf_str(&s->scratch), RX_STR("application/warc-fields"),
                              rx_buf_str(&s->meta), p->result ? p->result->started_ms : p->when_ms,
                              ref, err);
}

int sink_warc_page(struct sink *s, const struct sink_page *p, struct rx_str facts,
                   struct store_warc_ref *response, struct store_warc_ref *request,
                   struct rx_err *err)
{
    const struct fetch_result *r = p->result;
    int rc = metadata(s, p, facts);
    if (rc)
        return rx_fail(err, rc, "the metadata of %.*s are too long", RX_FMT(p->job->url));
    if (!r || r->head.n == 0)
        return write_failure(s, p, response, err);
    const struct warc_capture c = {.url = p->job->url,
                                   .started_ms = r->started_ms,
                                   .request = rx_buf_str(&r->request),
                                   .head = rx_buf_str(&r->head),
                                   .body = rx_buf_str(&r->body),
                                   .cut = r->cut,
                                   .ip = rx_str(r->ip),
                                   .tls_protocol = rx_str(r->tls.protocol),
                                   .tls_cipher = rx_str(r->tls.cipher),
                                   .metadata = rx_buf_str(&s->meta)};
    struct warc_capture_refs refs = {0};
    struct store_warc_ref meta;
    rc = warc_write_capture(s->warc, &c, &refs, err);
    if (!rc)
        rc = keep(s, &refs.response, "response", response, err);
    if (!rc)
        rc = keep(s, &refs.request, "request", request, err);
    return rc ? rc : keep(s, &refs.metadata, "metadata", &meta, err);
}
