/* warc_source.c - see warc_source.h.
 *
 *   file --in[]--> inflate --win[]--> peek/skip        (a plain file has no inflate between)
 *
 * Invariant: win holds bytes of one gzip member only; it is filled again only when it is empty. */
#include "crawler/evidence/warc_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { IN_BYTES = 65536, WIN_BYTES = 65536 };

struct warc_source {
    int fd;
    char *path;
    bool gzip, eof; /* eof: the file has no more bytes to read into in */
    z_stream z;
    uint64_t in_offset; /* in the file, of in[0] */
    size_t in_at, in_n;
    size_t win_at, win_n;
    uint64_t win_offset;   /* plain: in the file, of win[0] */
    bool in_member;        /* a member is begun and not ended */
    bool fresh;            /* win[0] is the first byte of its member */
    uint64_t member_bytes; /* decoded from it so far */
    uint64_t member_start; /* of the member that win comes from, or came from */
    uint64_t member_end;
    struct rx_sha256_ctx *sum; /* of the open member's compressed bytes */
    struct rx_sha256 member;   /* of the last ended one */
    unsigned char in[IN_BYTES], win[WIN_BYTES];
};

static int fail_at(const struct warc_source *s, uint64_t offset, const char *what,
                   struct rx_err *err)
{
    return rx_fail(err, RX_EDAMAGE, "%s: offset %llu: %s", s->path, (unsigned long long)offset,
                   what);
}

static int read_some(struct warc_source *s, unsigned char *to, size_t most, size_t *got,
                     struct rx_err *err)
{
    ssize_t n;
    do
        n = read(s->fd, to, most);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return rx_fail_errno(err, RX_EIO, errno, "%s: cannot read", s->path);
    *got = (size_t)n;
    if (n == 0)
        s->eof = true;
    return 0;
}

static int fill_in(struct warc_source *s, struct rx_err *err)
{
    if (s->in_at < s->in_n || s->eof)
        return 0;
    s->in_offset += s->in_n;
    s->in_at = s->in_n = 0;
    return read_some(s, s->in, sizeof s->in, &s->in_n, err);
}

static int begin_member(struct warc_source *s, struct rx_err *err)
{
    s->sum = rx_sha256_new();
    if (!s->sum || inflateReset(&s->z) != Z_OK)
        return rx_fail(err, RX_ENOMEM, "%s: out of memory", s->path);
    s->member_start = s->in_offset + s->in_at;
    s->member_bytes = 0;
    s->in_member = true;
    return 0;
}

static void end_member(struct warc_source *s)
{
    s->member = rx_sha256_end(s->sum);
    s->sum = NULL;
    s->in_member = false;
    s->member_end = s->in_offset + s->in_at;
}

/* One turn of inflate: bytes into win, or the end of the member, or neither yet. */
static int inflate_some(struct warc_source *s, struct rx_err *err)
{
    s->z.next_in = s->in + s->in_at;
    s->z.avail_in = (uInt)(s->in_n - s->in_at);
    s->z.next_out = s->win;
    s->z.avail_out = sizeof s->win;
    int status = inflate(&s->z, Z_NO_FLUSH);
    size_t used = s->in_n - s->in_at - s->z.avail_in;
    rx_sha256_add(s->sum, rx_strn((const char *)s->in + s->in_at, used));
    s->in_at += used;
    s->win_n = sizeof s->win - s->z.avail_out;
    s->fresh = s->member_bytes == 0;
    s->member_bytes += s->win_n;
    if (status == Z_STREAM_END)
        end_member(s);
    else if (status != Z_OK || (used == 0 && s->win_n == 0))
        return fail_at(s, s->in_offset + s->in_at,
                       s->member_bytes ? "the gzip data are damaged" : "no gzip member", err);
    return 0;
}

/* Fills the empty win, a step at a time: it may still be empty afterwards, at the end of a member
 * or of the file. */
static int step(struct warc_source *s, struct rx_err *err)
{
    s->win_offset += s->win_n;
    s->win_at = s->win_n = 0;
    if (!s->gzip)
        return read_some(s, s->win, sizeof s->win, &s->win_n, err);
    int rc = fill_in(s, err);
    if (rc)
        return rc;
    if (s->in_at == s->in_n)
        return s->in_member ? fail_at(s, s->member_start, "the file ends inside this member", err)
                            : 0;
    if (!s->in_member)
        rc = begin_member(s, err);
    return rc ? rc : inflate_some(s, err);
}

static bool at_end(const struct warc_source *s)
{
    return s->eof && s->in_at == s->in_n && !s->in_member;
}

int warc_source_peek(struct warc_source *s, struct rx_str *bytes, struct rx_err *err)
{
    while (s->win_at == s->win_n && !at_end(s)) {
        int rc = step(s, err);
        if (rc)
            return rc;
    }
    *bytes = rx_strn((const char *)s->win + s->win_at, s->win_n - s->win_at);
    return 0;
}

void warc_source_skip(struct warc_source *s, size_t n)
{
    s->win_at += n;
}

uint64_t warc_source_at(const struct warc_source *s, bool *fresh)
{
    *fresh = !s->gzip || (s->fresh && s->win_at == 0);
    return s->gzip ? s->member_start : s->win_offset + s->win_at;
}

uint64_t warc_source_packed(const struct warc_source *s)
{
    return s->gzip ? s->in_offset + s->in_at - s->member_start : UINT64_MAX;
}

int warc_source_ends(struct warc_source *s, uint64_t start, bool *ends, uint64_t *bytes,
                     struct rx_sha256 *member, struct rx_err *err)
{
    *ends = true;
    *member = (struct rx_sha256){{0}};
    if (!s->gzip) {
        *bytes = s->win_offset + s->win_at - start;
        return 0;
    }
    while (s->in_member && s->win_at == s->win_n) {
        int rc = step(s, err);
        if (rc)
            return rc;
    }
    *ends = !s->in_member && s->win_at == s->win_n && s->member_start == start;
    *bytes = *ends ? s->member_end - start : 0;
    if (*ends)
        *member = s->member;
    return 0;
}

static void drop_member(struct warc_source *s)
{
    if (s->sum)
        (void)rx_sha256_end(s->sum);
    s->sum = NULL;
    s->in_member = false;
}

int warc_source_seek(struct warc_source *s, uint64_t offset, struct rx_err *err)
{
    if (offset > INT64_MAX || lseek(s->fd, (off_t)offset, SEEK_SET) < 0)
        return rx_fail_errno(err, RX_EIO, errno, "%s: cannot seek", s->path);
    drop_member(s);
    s->eof = false;
    s->in_at = s->in_n = s->win_at = s->win_n = 0;
    s->in_offset = s->win_offset = offset;
    return 0;
}

/* Decides by the first bytes, not by the name. */
static int look(struct warc_source *s, struct rx_err *err)
{
    char head[5];
    size_t n = 0;
    int rc = read_some(s, (unsigned char *)head, sizeof head, &n, err);
    if (rc)
        return rc;
    s->gzip = n >= 2 && head[0] == '\x1f' && head[1] == '\x8b';
    if (n && !s->gzip && !rx_str_eq(rx_strn(head, n), RX_STR("WARC/")))
        return fail_at(s, 0, "neither a WARC record nor gzip", err);
    return warc_source_seek(s, 0, err);
}

int warc_source_open(struct warc_source **out, const char *path, struct rx_err *err)
{
    struct warc_source *s = calloc(1, sizeof *s);
    if (!s)
        return rx_fail(err, RX_ENOMEM, "%s: out of memory", path);
    s->path = strdup(path);
    s->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a FIFO is refused, not waited for */
    struct stat st;
    int rc = 0;
    if (!s->path || inflateInit2(&s->z, 15 + 16) != Z_OK) /* + 16: gzip alone */
        rc = rx_fail(err, RX_ENOMEM, "%s: out of memory", path);
    else if (s->fd < 0)
        rc = rx_fail_errno(err, errno == ENOENT ? RX_ENOENT : RX_EIO, errno, "%s: cannot open",
                           path);
    else if (fstat(s->fd, &st) || !S_ISREG(st.st_mode))
        rc = rx_fail(err, RX_EDAMAGE, "%s: no regular file", path);
    else
        rc = look(s, err);
    if (rc)
        warc_source_close(s);
    else
        *out = s;
    return rc;
}

void warc_source_close(struct warc_source *s)
{
    if (!s)
        return;
    drop_member(s);
    (void)inflateEnd(&s->z);
    if (s->fd >= 0)
        (void)close(s->fd);
    free(s->path);
    free(s);
}

const char *warc_source_path(const struct warc_source *s)
{
    return s->path;
}
