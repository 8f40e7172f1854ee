/* warc_dir.h - what tests of WARC files share: a directory to write in, a capture to write, and
 * what the writer told its owner. */
#ifndef RX_TESTS_UNIT_WARC_DIR_H
#define RX_TESTS_UNIT_WARC_DIR_H

#include "crawler/evidence/warc.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { BLOCK_CAP = 1 << 20, RECORDS_MAX = 64 };

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
#define BODY "<html>pills, no prescription</html>"

/* What the writer told its owner. */
struct seen {
    char dir[64];
    char opened[8][64], closed[8][64];
    size_t opened_count, closed_count;
    uint64_t closed_bytes;
    struct warc_ref info;
};

static inline int on_opened(void *ctx, struct rx_str name, struct warc_ref info)
{
    struct seen *s = ctx;
    (void)snprintf(s->opened[s->opened_count++ % 8], 64, "%.*s", RX_FMT(name));
    s->info = info;
    return 0;
}

static inline int on_closed(void *ctx, struct rx_str name, uint64_t bytes)
{
    struct seen *s = ctx;
    (void)snprintf(s->closed[s->closed_count++ % 8], 64, "%.*s", RX_FMT(name));
    s->closed_bytes = bytes;
    return 0;
}

static inline void path_of(char out[192], const struct seen *s, const char *name,
                           const char *suffix)
{
    (void)snprintf(out, 192, "%s/%s%s", s->dir, name, suffix);
}

static inline void setup_dir(struct seen *s)
{
    *s = (struct seen){0};
    (void)snprintf(s->dir, sizeof s->dir, "/tmp/rxwarcXXXXXX");
    assert_non_null(mkdtemp(s->dir));
}

static inline void drop_dir(const struct seen *s)
{
    DIR *dir = opendir(s->dir);
    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir));)
        if (e->d_name[0] != '.')
            assert_int_equal(unlinkat(dirfd(dir), e->d_name, 0), 0);
    assert_int_equal(closedir(dir), 0);
    assert_int_equal(rmdir(s->dir), 0);
}

static inline struct warc_writer *writer(struct seen *s, uint64_t rotate_bytes)
{
    struct warc_writer *w = NULL;
    struct rx_err err;
    struct warc_writer_opts o = {.dir = s->dir,
                                 .run = 3,
                                 .first_seq = 1,
                                 .rotate_bytes = rotate_bytes,
                                 .info = RX_STR("software: rxmap\r\n")};
    assert_int_equal(warc_writer_new(&w, &o, on_opened, on_closed, s, &err), 0);
    return w;
}

static inline struct warc_capture capture(void)
{
    return (struct warc_capture){.url = RX_STR("https://pills.example/?a=1"),
                                 .started_ms = 1785500000123,
                                 .request =
                                     RX_STR("GET /?a=1 HTTP/1.1\r\nHost: pills.example\r\n\r\n"),
                                 .head = RX_STR(HEAD),
                                 .body = RX_STR(BODY),
                                 .cut = RX_CUT_TIME,
                                 .ip = RX_STR("192.0.2.7"),
                                 .tls_protocol = RX_STR("TLSv1.3"),
                                 .tls_cipher = RX_STR("TLS_AES_256_GCM_SHA384"),
                                 .metadata = RX_STR("via: https://seed.example/\r\n")};
}

static inline void write_file(const char *path, const char *data, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static inline size_t read_file(const char *path, char *data, size_t most)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t n = fread(data, 1, most, f);
    assert_int_equal(fclose(f), 0);
    return n;
}

/* Types of all records, as "warcinfo response ..."; a negative result is the reader's. */
static inline int list(const char *path, size_t cap, char *types, size_t room, struct rx_err *err)
{
    struct warc_reader *r = NULL;
    struct warc_record rec;
    types[0] = '\0';
    int rc = warc_reader_open(&r, path, cap, err);
    if (rc)
        return rc;
    int count = 0;
    while ((rc = warc_reader_next(r, &rec, err)) == 1) {
        size_t n = strlen(types);
        (void)snprintf(types + n, room - n, "%s%.*s", n ? " " : "", RX_FMT(rec.type));
        count++;
    }
    warc_reader_close(r);
    return rc < 0 ? rc : count;
}

static inline bool has_line(struct rx_str header, const char *line)
{
    return rx_str_find(header, rx_str(line), 0) >= 0;
}

#endif
