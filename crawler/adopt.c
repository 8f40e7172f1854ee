/* adopt.c - see adopt.h. First the copy, then a look at it: is every record a member of its own,
 * does each block match its digest? So the rows speak of the bytes in the case, whatever happens to
 * the file that they came from. */
#include "crawler/adopt.h"

#include "base/fd.h"
#include "crawler/evidence/warc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COPY_BYTES = 1 << 20, TYPE_BYTES = 32, PATH_BYTES = 4096 };

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
    int rc = warc_reader_open(&r, path, WARC_MESSAGE_MAX, err);
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
        else if (n > 0 && rx_fd_write(to, rx_strn(buffer, (size_t)n)))
            rc = rx_fail_errno(err, RX_EIO, errno, "cannot copy %s into the case", path);
    }
    free(buffer);
    if (!rc && fsync(to))
        rc = rx_fail_errno(err, RX_EIO, errno, "cannot copy %s into the case", path);
    return rc;
}

static int target_of(char out[PATH_BYTES], const struct store *st, const char *name,
                     const char *suffix, struct rx_err *err)
{
    const int n = snprintf(out, PATH_BYTES, "%s/warc/%s%s", store_dir(st), name, suffix);
    return n < 0 || n >= PATH_BYTES ? rx_fail(err, RX_EINVAL, "the case's path is too long")
                                    : RX_OK;
}

/* The copy's directory entry is on disk before a row speaks of it. */
static int sync_folder(const struct store *st, struct rx_err *err)
{
    char dir[PATH_BYTES];
    int rc = target_of(dir, st, "", "", err);
    if (rc)
        return rc;
    const int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd))
        rc = rx_fail_errno(err, RX_EIO, errno, "cannot sync %s", dir);
    if (fd >= 0)
        (void)close(fd);
    return rc;
}

static int copy(const char *path, const char *target, struct rx_err *err)
{
    const int from = open(path, O_RDONLY | O_CLOEXEC);
    if (from < 0)
        return rx_fail_errno(err, RX_EIO, errno, "cannot open %s", path);
    const int to = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
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
        rc = store_warc_set(st, *file_id, p->end, false);
    return rc ? rx_fail(err, rc, "cannot enter %s: %s", name, store_error(st)) : RX_OK;
}

static bool is_gzip(const char *path)
{
    unsigned char magic[2] = {0};
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    const bool yes = read(fd, magic, sizeof magic) == (ssize_t)sizeof magic && magic[0] == 0x1f &&
                     magic[1] == 0x8b;
    (void)close(fd);
    return yes;
}

/* The next number whose finished file does not exist: one that nobody entered is nobody's to
 * overwrite. */
static int choose_name(char name[ADOPT_NAME_BYTES], const struct store *st, int64_t run,
                       uint32_t *seq, struct rx_err *err)
{
    char target[PATH_BYTES];
    int rc;
    do {
        (void)snprintf(name, ADOPT_NAME_BYTES, "rxmap-%04lld-%05u.warc.gz", (long long)run,
                       (*seq)++);
        rc = target_of(target, st, name, "", err);
    } while (!rc && faccessat(AT_FDCWD, target, F_OK, AT_SYMLINK_NOFOLLOW) == 0);
    return rc;
}

void adopt_undo(struct store *st, const char *name)
{
    char target[PATH_BYTES];
    struct rx_err err;
    if (target_of(target, st, name, ".open", &err) == RX_OK)
        (void)unlink(target);
}

/* The copy is looked at, and its name is the user's. */
static int look_at_copy(struct places *p, const char *target, const char *path, struct rx_err *err)
{
    struct rx_err why;
    const struct rx_str name = rx_str(target);
    const int rc = look(p, target, &why);
    if (!rc)
        return rc;
    const bool named = rx_str_starts(rx_str(why.text), name);
    return rx_fail(err, rc, "%s%s%s", path, named ? "" : ": ", why.text + (named ? name.n : 0));
}

static int take_in(struct store *st, int64_t run, const char *path, const char *name,
                   struct places *p, int64_t *file_id, struct rx_err *err)
{
    char target[PATH_BYTES];
    struct stat info;
    int rc = target_of(target, st, name, ".open", err);
    if (!rc)
        rc = copy(path, target, err);
    if (!rc)
        rc = look_at_copy(p, target, path, err);
    if (!rc && stat(target, &info))
        rc = rx_fail_errno(err, RX_EIO, errno, "cannot look at %s", target);
    if (rc || !p->whole || p->end != (uint64_t)info.st_size)
        return rc;
    rc = sync_folder(st, err);
    return rc ? rc : enter(st, run, p, name, file_id, err);
}

int adopt_file(struct store *st, int64_t run, uint32_t *seq, const char *path,
               char name[ADOPT_NAME_BYTES], int64_t *file_id, struct rx_err *err)
{
    struct places p = {.whole = true};
    uint32_t next = *seq;
    *file_id = 0;
    /* Without a compressed member a record has no digest of its own to be cited by. */
    int rc = is_gzip(path) ? choose_name(name, st, run, &next, err) : look(&p, path, err);
    if (!rc && next != *seq)
        rc = take_in(st, run, path, name, &p, file_id, err);
    if (rc)
        *file_id = 0;
    if (next != *seq && *file_id == 0)
        adopt_undo(st, name);
    if (*file_id > 0)
        *seq = next;
    free(p.items);
    return rc;
}
