/* warc_write.c - see warc.h: the case's WARC files, append-only.
 *
 *   open_next: NAME.open, warcinfo, the folder synced, opened() --> records --> close_file:
 *   synced, renamed to NAME, the folder synced, closed()
 *
 * Invariants:
 *  1. w->bytes is the end of the last whole write; what stands behind it is a torn tail that the
 *     next write covers and a resume cuts off.
 *  2. A finished NAME is never opened for writing.
 *  3. Names come from counters, never from what a site sent. */
#include "crawler/evidence/warc.h"

#include "base/clock.h"
#include "crawler/evidence/warc_record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_BYTES = 64, SEQ_MAX = 99999, OUT_MAX = 2 * WARC_BLOCK_MAX };

struct warc_writer {
    int dir_fd, fd;
    int64_t run;
    uint32_t next_seq;
    uint64_t rotate_bytes;
    char *dir, *info;
    char name[NAME_BYTES], open_name[NAME_BYTES + 8];
    char info_id[WARC_ID_TEXT]; /* of the file's warcinfo; "" if unknown */
    uint64_t bytes;
    struct warc_packer *packer;
    struct rx_buf out; /* members to be written in one go */
    warc_opened_fn *opened;
    warc_closed_fn *closed;
    void *ctx;
};

static void set_name(struct warc_writer *w, const char *name)
{
    (void)snprintf(w->name, sizeof w->name, "%s", name);
    (void)snprintf(w->open_name, sizeof w->open_name, "%s.open", w->name);
}

/* RLIMIT_FSIZE is a quota like any other. */
static int fail_io(struct warc_writer *w, const char *what, int errno_value, struct rx_err *err)
{
    return rx_fail_errno(err, errno_value == EFBIG ? RX_ENOSPC : RX_EIO, errno_value,
                         "%s/%s: cannot %s", w->dir, w->open_name, what);
}

static int sync_dir(struct warc_writer *w, struct rx_err *err)
{
    return fsync(w->dir_fd) ? fail_io(w, "sync the folder", errno, err) : 0;
}

/* Appends w->out. After a failure the file ends where it ended before, if the system lets us; if
 * not, the next write starts at the same place anyway. */
static int append(struct warc_writer *w, struct rx_err *err)
{
    size_t done = 0;
    while (done < w->out.n) {
        ssize_t n =
            pwrite(w->fd, w->out.p + done, w->out.n - done, (off_t)(w->bytes + (uint64_t)done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            int why = n < 0 ? errno : ENOSPC;
            (void)!ftruncate(w->fd, (off_t)w->bytes);
            return fail_io(w, "write", why, err);
        }
        done += (size_t)n;
    }
    w->bytes += w->out.n;
    return 0;
}

/* Packs one record behind what w->out holds and says where it will be. */
static int pack(struct warc_writer *w, const struct warc_fields *f, struct warc_ref *ref,
                struct rx_err *err)
{
    size_t before = w->out.n;
    int rc = warc_pack(w->packer, &w->out, f);
    if (rc)
        return rx_fail(err, rc, "%s/%s: a %s record of %zu bytes cannot be packed", w->dir, w->name,
                       f->type, f->head.n + f->body.n);
    struct rx_str member = rx_strn(w->out.p + before, w->out.n - before);
    *ref = (struct warc_ref){
        .offset = w->bytes + before, .bytes = member.n, .member = rx_sha256(member)};
    return 0;
}

static int make_id(char out[WARC_ID_TEXT], struct rx_err *err)
{
    return warc_id_make(out) ? rx_fail(err, RX_EIO, "no random numbers for a record id") : 0;
}

static int write_info(struct warc_writer *w, struct warc_ref *ref, struct rx_err *err)
{
    int rc = make_id(w->info_id, err);
    if (rc)
        return rc;
    struct warc_fields f = {.type = "warcinfo",
                            .id = w->info_id,
                            .filename = rx_str(w->name),
                            .content_type = RX_STR("application/warc-fields"),
                            .date_ms = rx_wall_ms(),
                            .body = rx_str(w->info)};
    rx_buf_clear(&w->out);
    rc = pack(w, &f, ref, err);
    return rc ? rc : append(w, err);
}

/* The next number whose finished file does not exist. */
static int open_file(struct warc_writer *w, struct rx_err *err)
{
    char name[NAME_BYTES];
    for (;;) {
        if (w->next_seq > SEQ_MAX)
            return rx_fail(err, RX_EFULL, "%s: run %lld has no file number left", w->dir,
                           (long long)w->run);
        (void)snprintf(name, sizeof name, "rxmap-%04lld-%05u.warc.gz", (long long)w->run,
                       w->next_seq++);
        if (faccessat(w->dir_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) && errno == ENOENT)
            break;
    }
    set_name(w, name);
    w->fd = openat(w->dir_fd, w->open_name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (w->fd < 0)
        return fail_io(w, "open", errno, err);
    w->bytes = 0;
    return ftruncate(w->fd, 0) ? fail_io(w, "empty", errno, err) : 0;
}

static int open_next(struct warc_writer *w, struct rx_err *err)
{
    struct warc_ref info = {0};
    int rc = open_file(w, err);
    if (rc == 0)
        rc = write_info(w, &info, err);
    if (rc == 0)
        rc = sync_dir(w, err);
    if (rc == 0 && w->opened) {
        rc = w->opened(w->ctx, rx_str(w->name), info);
        if (rc)
            (void)rx_fail(err, rc, "%s/%s: the database did not take the file", w->dir, w->name);
    }
    return rc;
}

static int close_file(struct warc_writer *w, struct rx_err *err)
{
    int fd = w->fd;
    w->fd = -1;
    if (fd < 0)
        return 0;
    int failed = ftruncate(fd, (off_t)w->bytes) || fdatasync(fd) ? errno : 0;
    if (close(fd) && !failed)
        failed = errno;
    if (failed)
        return fail_io(w, "close", failed, err);
    if (renameat2(w->dir_fd, w->open_name, w->dir_fd, w->name, RENAME_NOREPLACE))
        return fail_io(w, "rename", errno, err);
    int rc = sync_dir(w, err);
    if (rc == 0 && w->closed) {
        rc = w->closed(w->ctx, rx_str(w->name), w->bytes);
        if (rc)
            (void)rx_fail(err, rc, "%s/%s: the database did not take the end of the file", w->dir,
                          w->name);
    }
    return rc;
}

static void writer_free(struct warc_writer *w)
{
    if (w->fd >= 0)
        (void)close(w->fd);
    if (w->dir_fd >= 0)
        (void)close(w->dir_fd);
    warc_packer_free(w->packer);
    rx_buf_free(&w->out);
    free(w->dir);
    free(w->info);
    free(w);
}

static int writer_make(struct warc_writer **out, const struct warc_writer_opts *opts,
                       warc_opened_fn *opened, warc_closed_fn *closed, void *ctx,
                       struct rx_err *err)
{
    struct warc_writer *w = calloc(1, sizeof *w);
    if (!w) {
        (void)rx_fail(err, RX_ENOMEM, "evidence: out of memory");
        return RX_ENOMEM;
    }
    *w = (struct warc_writer){.fd = -1,
                              .dir_fd = -1,
                              .run = opts->run,
                              .next_seq = opts->first_seq ? opts->first_seq : 1,
                              .rotate_bytes = opts->rotate_bytes,
                              .dir = strdup(opts->dir),
                              .info = strndup(opts->info.n ? opts->info.p : "", opts->info.n),
                              .packer = warc_packer_new(),
                              .out = RX_BUF(OUT_MAX),
                              .opened = opened,
                              .closed = closed,
                              .ctx = ctx};
    int rc = w->dir && w->info && w->packer ? 0 : RX_ENOMEM;
    if (rc) {
        (void)rx_fail(err, rc, "evidence: out of memory");
    } else {
        w->dir_fd = open(opts->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (w->dir_fd < 0) {
            rc = RX_EIO;
            (void)rx_fail_errno(err, rc, errno, "%s: cannot open the folder", opts->dir);
        }
    }
    if (rc) {
        writer_free(w);
        return rc;
    }
    *out = w;
    return 0;
}

int warc_writer_new(struct warc_writer **out, const struct warc_writer_opts *opts,
                    warc_opened_fn *opened, warc_closed_fn *closed, void *ctx, struct rx_err *err)
{
    struct warc_writer *w = NULL;
    int rc = writer_make(&w, opts, opened, closed, ctx, err);
    if (rc == 0)
        rc = open_next(w, err);
    if (rc == 0)
        *out = w;
    else if (w)
        writer_free(w);
    return rc;
}

/* A crash may fall between renaming a file and telling the database: then it stands under its
 * final name, and goes on under the other. */
static int reopen_file(struct warc_writer *w, struct rx_err *err)
{
    w->fd = openat(w->dir_fd, w->open_name, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    if (w->fd < 0 && errno == ENOENT &&
        renameat2(w->dir_fd, w->name, w->dir_fd, w->open_name, RENAME_NOREPLACE) == 0)
        w->fd = openat(w->dir_fd, w->open_name, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    if (w->fd >= 0)
        return 0;
    return errno == ENOENT
               ? rx_fail(err, RX_EDAMAGE, "%s/%s: the file that the database cites is gone", w->dir,
                         w->open_name)
               : fail_io(w, "open", errno, err);
}

static int cut_tail(struct warc_writer *w, uint64_t bytes, uint64_t *cut_bytes, struct rx_err *err)
{
    struct stat st;
    if (fstat(w->fd, &st))
        return fail_io(w, "look at", errno, err);
    uint64_t have = (uint64_t)st.st_size;
    if (have < bytes)
        return rx_fail(err, RX_EDAMAGE, "%s/%s: ends at %llu, the database cites it up to %llu",
                       w->dir, w->open_name, (unsigned long long)have, (unsigned long long)bytes);
    if (have > bytes && (ftruncate(w->fd, (off_t)bytes) || fdatasync(w->fd)))
        return fail_io(w, "cut the tail of", errno, err);
    w->bytes = bytes;
    *cut_bytes = have - bytes;
    return 0;
}

/* The id of the warcinfo that the file begins with, for the records to come. */
static int find_info(struct warc_writer *w, struct rx_err *err)
{
    char path[4096];
    struct warc_reader *r = NULL;
    struct warc_record record;
    if (w->bytes == 0)
        return 0;
    int n = snprintf(path, sizeof path, "%s/%s", w->dir, w->open_name);
    if (n < 0 || (size_t)n >= sizeof path)
        return rx_fail(err, RX_EIO, "%s: the path is too long", w->dir);
    int rc = warc_reader_open(&r, path, WARC_BLOCK_MAX, err);
    if (rc)
        return rc;
    rc = warc_reader_next(r, &record, err);
    if (rc == 1 && rx_str_eq(record.type, RX_STR("warcinfo")) && record.id.n < sizeof w->info_id)
        (void)snprintf(w->info_id, sizeof w->info_id, "%.*s", RX_FMT(record.id));
    warc_reader_close(r);
    return rc < 0 ? rc : 0;
}

int warc_writer_resume(struct warc_writer **out, const struct warc_writer_opts *opts,
                       struct rx_str name, uint64_t bytes, uint64_t *cut_bytes,
                       warc_opened_fn *opened, warc_closed_fn *closed, void *ctx,
                       struct rx_err *err)
{
    struct warc_writer *w = NULL;
    char text[NAME_BYTES];
    if (name.n >= sizeof text || rx_str_chr(name, '/', 0) >= 0)
        return rx_fail(err, RX_EDAMAGE, "a WARC file's name in the database is none of ours");
    (void)snprintf(text, sizeof text, "%.*s", RX_FMT(name));
    int rc = writer_make(&w, opts, opened, closed, ctx, err);
    if (rc)
        return rc;
    set_name(w, text);
    rc = reopen_file(w, err);
    if (rc == 0)
        rc = cut_tail(w, bytes, cut_bytes, err);
    if (rc == 0)
        rc = find_info(w, err);
    if (rc == 0)
        *out = w;
    else
        writer_free(w);
    return rc;
}

int warc_writer_free(struct warc_writer *w, struct rx_err *err)
{
    if (!w)
        return 0;
    int rc = close_file(w, err);
    writer_free(w);
    return rc;
}

void warc_writer_abandon(struct warc_writer *w)
{
    if (w)
        writer_free(w);
}

static int rotate_if_due(struct warc_writer *w, struct rx_err *err)
{
    if (w->fd >= 0 && (!w->rotate_bytes || w->bytes < w->rotate_bytes))
        return 0;
    int rc = close_file(w, err);
    return rc ? rc : open_next(w, err);
}

/* ---- records -------------------------------------------------------------------------------- */

static struct warc_fields fields_of(const struct warc_writer *w, const char *type, const char *id,
                                    struct rx_str uri, int64_t date_ms)
{
    return (struct warc_fields){.type = type,
                                .id = id,
                                .warcinfo_id = w->info_id[0] ? w->info_id : NULL,
                                .uri = uri,
                                .date_ms = date_ms};
}

static int pack_response(struct warc_writer *w, const struct warc_capture *c, const char *id,
                         struct warc_ref *ref, struct rx_err *err)
{
    struct warc_fields f = fields_of(w, "response", id, c->url, c->started_ms);
    f.content_type = RX_STR("application/http; msgtype=response");
    f.ip = c->ip;
    f.tls_protocol = c->tls_protocol;
    f.tls_cipher = c->tls_cipher;
    f.cut = c->cut;
    f.has_payload = true;
    f.head = c->head;
    f.body = c->body;
    return pack(w, &f, ref, err);
}

/* A request or metadata record beside the response. */
static int pack_beside(struct warc_writer *w, const struct warc_capture *c, const char *type,
                       const char *response_id, struct rx_str block, struct warc_ref *ref,
                       struct rx_err *err)
{
    char id[WARC_ID_TEXT];
    int rc = make_id(id, err);
    if (rc)
        return rc;
    struct warc_fields f = fields_of(w, type, id, c->url, c->started_ms);
    bool is_request = strcmp(type, "request") == 0;
    f.content_type = is_request ? RX_STR("application/http; msgtype=request")
                                : RX_STR("application/warc-fields");
    f.concurrent_to = response_id;
    if (is_request)
        f.ip = c->ip;
    f.body = block;
    return pack(w, &f, ref, err);
}

int warc_write_capture(struct warc_writer *w, const struct warc_capture *c,
                       struct warc_capture_refs *refs, struct rx_err *err)
{
    struct warc_capture_refs made = {0};
    char id[WARC_ID_TEXT];
    int rc = rotate_if_due(w, err);
    if (rc == 0)
        rc = make_id(id, err);
    rx_buf_clear(&w->out);
    if (rc == 0)
        rc = pack_response(w, c, id, &made.response, err);
    if (rc == 0 && c->request.n)
        rc = pack_beside(w, c, "request", id, c->request, &made.request, err);
    if (rc == 0 && c->metadata.n)
        rc = pack_beside(w, c, "metadata", id, c->metadata, &made.metadata, err);
    if (rc == 0)
        rc = append(w, err);
    if (rc == 0)
        *refs = made;
    return rc;
}

int warc_write_resource(struct warc_writer *w, struct rx_str uri, struct rx_str media_type,
                        struct rx_str payload, int64_t when_ms, struct warc_ref *ref,
                        struct rx_err *err)
{
    struct warc_ref made;
    char id[WARC_ID_TEXT];
    int rc = rotate_if_due(w, err);
    if (rc == 0)
        rc = make_id(id, err);
    rx_buf_clear(&w->out);
    if (rc == 0) {
        struct warc_fields f = fields_of(w, "resource", id, uri, when_ms);
        f.content_type = media_type;
        f.has_payload = true;
        f.body = payload;
        rc = pack(w, &f, &made, err);
    }
    if (rc == 0)
        rc = append(w, err);
    if (rc == 0)
        *ref = made;
    return rc;
}

int warc_sync(struct warc_writer *w, struct rx_err *err)
{
    return w->fd >= 0 && fdatasync(w->fd) ? fail_io(w, "sync", errno, err) : 0;
}

struct rx_str warc_writer_name(const struct warc_writer *w)
{
    return rx_str(w->name);
}

uint64_t warc_writer_bytes(const struct warc_writer *w)
{
    return w->bytes;
}
