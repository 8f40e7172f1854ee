/* own_tables.c - see own_tables.h and crawl.h. */
#include "crawler/jail/own_tables.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TABLE_BYTES_MAX = 1 << 20 };

/* RX_ENOENT: there is no such file. */
static int read_file(struct rx_buf *out, const char *path, struct rx_err *err)
{
    enum { CHUNK_BYTES = 65536 };
    int fd = open(path, O_RDONLY | O_CLOEXEC), rc = 0;
    bool more = true;
    if (fd < 0)
        return errno == ENOENT ? RX_ENOENT
                               : rx_fail_errno(err, RX_EIO, errno, "%s: cannot open it", path);
    while (rc == 0 && more) {
        char *room = rx_buf_room(out, CHUNK_BYTES);
        ssize_t got = room ? read(fd, room, CHUNK_BYTES) : 0;
        if (!room)
            rc = rx_fail(err, RX_EUSAGE, "%s: is over %d bytes", path, TABLE_BYTES_MAX);
        else if (got < 0 && errno != EINTR)
            rc = rx_fail_errno(err, RX_EIO, errno, "%s: cannot read it", path);
        else if (got > 0)
            out->n += (size_t)got;
        else
            more = got < 0;
    }
    (void)close(fd);
    return rc;
}

static int load(struct crawl_tables *t, const char *dir, struct rx_err *err)
{
    t->text = RX_BUF(TABLE_BYTES_MAX);
    if (asprintf(&t->path, "%s/signatures.tsv", dir) < 0) {
        t->path = NULL;
        return rx_fail(err, RX_ENOMEM, "no memory for the case's signatures");
    }
    int rc = read_file(&t->text, t->path, err);
    if (rc)
        return rc;
    t->own = (struct extract_own){rx_buf_str(&t->text), t->path};
    return extract_own_classes(&t->own, err);
}

int crawl_tables_load(struct crawl_tables **out, const char *dir, struct rx_err *err)
{
    struct crawl_tables *t = calloc(1, sizeof *t);
    if (!t)
        return rx_fail(err, RX_ENOMEM, "no memory for the case's signatures");
    *out = NULL;
    int rc = load(t, dir, err);
    if (rc) {
        crawl_tables_free(t);
        return rc == RX_ENOENT ? 0 : rc;
    }
    *out = t;
    return 0;
}

void crawl_tables_free(struct crawl_tables *t)
{
    if (!t)
        return;
    rx_buf_free(&t->text);
    free(t->path);
    free(t);
}
