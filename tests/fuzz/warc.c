/* warc.c - any bytes as a WARC file: the reader ends, in bounded memory, and what it gives lies
 * inside the block's cap. */
#include "crawler/evidence/warc.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CAP = 4096 };

static void check(const struct warc_record *rec)
{
    struct rx_str head, body;
    warc_http_split(rec->block, &head, &body);
    if (rec->block.n > CAP || head.n + body.n != rec->block.n || rec->type.n == 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct warc_reader *r = NULL;
    struct warc_record rec;
    struct rx_err err;
    if (warc_reader_open(&r, path, CAP, &err) == 0) {
        uint64_t last = 0;
        while (warc_reader_next(r, &rec, &err) == 1) {
            check(&rec);
            last = rec.ref.bytes ? rec.ref.offset : last;
        }
        if (warc_reader_at(r, last, &rec, &err) == 1)
            check(&rec);
        warc_reader_close(r);
    }
    (void)close(fd);
    return 0;
}
