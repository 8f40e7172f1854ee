/* adopt.c - see adopt.h. Two passes: one that only looks (is every record a member of its own, does
 * each block match its digest), one that copies; the rows come from the first. */
#include "crawler/adopt.h"

#include "crawler/evidence/warc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK_MAX = 8 * 1024 * 1024, COPY_BYTES = 1 << 20, TYPE_BYTES = 32, PATH_BYTES = 4096 };

struct place {
    struct warc_ref ref;
    char type[TYPE_BYTES];
};

struct places {
    struct place *items; /* owned */
    size_t count, cap;
    uint64_t end; /* of the last record */
    bool whole;   /* each record is one sealed member, and nothing lies between them */
};

/* verify asks for these of every file of a case; a record without them is written anew. */
static bool is_sealed(const struct warc_record *w)
{
    if (!w->type.p)
        return false;
    const bool has_payload = rx_str_eq(w->type, RX_STR("response")) ||
                             rx_str_eq(w->type, RX_STR("resource")) ||
                             rx_str_eq(w->type, RX_STR("revisit"));
    return w->block_digest == 1 && (w->payload_digest == 1 || !has_payload);
}

static int add_place(struct places *p, const struct warc_record *w)
{
    if (p->count == p->cap) {
        const size_t cap = p->cap ? 2 * p->cap : 256;
        struct place *items = realloc(p->items, cap * sizeof *items);
        if (!items)
            return RX_ENOMEM;
        p->items = items;
        p->cap = cap;
    }
    struct place *at = &p->items[p->count++];
    at->ref = w->ref;
    (void)snprintf(at->type, sizeof at->type, "%.*s", (int)(w->type.n < 31 ? w->type.n : 31),
                   w->type.p ? w->type.p : "");
    p->whole = p->whole && w->ref.bytes > 0 && w->ref.offset == p->end && is_sealed(w);
    p->end = w->ref.offset + w->ref.bytes;
    return RX_OK;
}

static int look(struct places *p, const char *path, struct rx_err *err)
{
    struct warc_reader *r;
    struct warc_record w = {0};
    int rc = warc_reader_open(&r, path, BLOCK_MAX, err);
    if (rc)
        return rc;
    while ((rc = warc_reader_next(r, &w, err)) == 1) {
        if (w.block_digest == 0)
            rc = rx_fail(err, RX_EDAMAGE, "%s: the record at offset %llu does not match its digest",
                         path, (unsigned long long)w.ref.offset);
        else if (add_place(p, &w))
            rc = rx_fail(err, RX_ENOMEM, "no memory for the records of %s", path);
        if (rc < 0)
            break;
    }
    warc_reader_close(r);
    return rc;
}

static int copy_bytes(int from, int to, const char *path, struct rx_err *err)
{
    char *buffer = malloc(COPY_BYTES);
    int rc = buffer ? RX_OK : rx_fail(err, RX_ENOMEM, "no memory to copy %s", path);
    while (!rc) {
        const ssize_t n = read(from, buffer, COPY_BYTES);
        if (n == 0)
            break;
        if (n < 0 && errno != EINTR)
            rc = rx_fail_errno(err, RX_EIO, errno, "cannot read %s", path);
        for (ssize_t done = 0; !rc && done < n;) {
            const ssize_t w = write(to, buffer + done, (size_t)(n - done));
            if (w > 0)
                done += w;
            else if (w < 0 && errno != EINTR)
                rc = rx_fail_errno(err, RX_EIO, errno, "cannot copy %s into the case", path);
        }
    }
    free(buffer);
    if (!rc && fsync(to))
        rc = rx_fail_errno(err, RX_EIO, errno, "cannot copy %s into the case", path);
    return rc;
}

static int copy(const char *path, const char *dir, const char *name, struct rx_err *err)
{
    char target[PATH_BYTES];
    const int n = snprintf(target, sizeof target, "%s/warc/%s", dir, name);
    if (n < 0 || (size_t)n >= sizeof target)
        return rx_fail(err, RX_EINVAL, "the case's path is too long");
    const int from = open(path, O_RDONLY | O_CLOEXEC);
    if (from < 0)
        return rx_fail_errno(err, RX_EIO, errno, "cannot open %s", path);
    const int to = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
    int rc = to < 0 ? rx_fail_errno(err, RX_EIO, errno, "cannot make %s", target)
                    : copy_bytes(from, to, path, err);
    if (to >= 0 && close(to) && !rc)
        rc = rx_fail_errno(err, RX_EIO, errno, "cannot copy %s into the case", path);
    (void)close(from);
    return rc;
}

static int enter(struct store *st, int64_t run, const struct places *p, const char *name,
                 int64_t *file_id, struct rx_err *err)
{
    int rc = store_warc_add(st, run, rx_str(name), file_id);
    for (size_t i = 0; i < p->count && !rc; i++) {
        const struct warc_ref *ref = &p->items[i].ref;
        const struct store_warc_ref kept = {*file_id, ref->offset, ref->bytes};
        rc = store_warc_record_put(st, kept, rx_str(p->items[i].type), &ref->member);
    }
    if (!rc)
        rc = store_warc_set(st, *file_id, p->end, true);
    return rc ? rx_fail(err, rc, "cannot enter %s: %s", name, store_error(st)) : RX_OK;
}

static bool is_gzip(const char *path, uint64_t *bytes)
{
    unsigned char magic[2] = {0};
    struct stat info;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    const bool yes = read(fd, magic, sizeof magic) == (ssize_t)sizeof magic && magic[0] == 0x1f &&
                     magic[1] == 0x8b && fstat(fd, &info) == 0;
    if (yes)
        *bytes = (uint64_t)info.st_size;
    (void)close(fd);
    return yes;
}

int adopt_file(struct store *st, int64_t run, uint32_t seq, const char *path, int64_t *file_id,
               struct rx_err *err)
{
    struct places p = {.whole = true};
    uint64_t bytes = 0;
    char name[64];
    const bool gzip = is_gzip(path, &bytes);
    *file_id = 0;
    int rc = look(&p, path, err);
    if (!rc && gzip && p.whole && p.end == bytes) {
        (void)snprintf(name, sizeof name, "rxmap-%04lld-%05u.warc.gz", (long long)run, seq);
        rc = copy(path, store_dir(st), name, err);
        if (!rc)
            rc = enter(st, run, &p, name, file_id, err);
    }
    free(p.items);
    return rc;
}
