/* WARC files: what is written reads back, what is damaged shows, what others wrote can be read. */
#include "crawler/evidence/warc.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <setjmp.h>

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

static int on_opened(void *ctx, struct rx_str name, struct warc_ref info)
{
    struct seen *s = ctx;
    (void)snprintf(s->opened[s->opened_count++ % 8], 64, "%.*s", RX_FMT(name));
    s->info = info;
    return 0;
}

static int on_closed(void *ctx, struct rx_str name, uint64_t bytes)
{
    struct seen *s = ctx;
    (void)snprintf(s->closed[s->closed_count++ % 8], 64, "%.*s", RX_FMT(name));
    s->closed_bytes = bytes;
    return 0;
}

static void path_of(char out[192], const struct seen *s, const char *name, const char *suffix)
{
    (void)snprintf(out, 192, "%s/%s%s", s->dir, name, suffix);
}

static void setup_dir(struct seen *s)
{
    *s = (struct seen){0};
    (void)snprintf(s->dir, sizeof s->dir, "/tmp/rxwarcXXXXXX");
    assert_non_null(mkdtemp(s->dir));
}

static void drop_dir(const struct seen *s)
{
    DIR *dir = opendir(s->dir);
    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir));)
        if (e->d_name[0] != '.')
            assert_int_equal(unlinkat(dirfd(dir), e->d_name, 0), 0);
    assert_int_equal(closedir(dir), 0);
    assert_int_equal(rmdir(s->dir), 0);
}

static struct warc_writer *writer(struct seen *s, uint64_t rotate_bytes)
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

static struct warc_capture capture(void)
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

static void write_file(const char *path, const char *data, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static size_t read_file(const char *path, char *data, size_t most)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t n = fread(data, 1, most, f);
    assert_int_equal(fclose(f), 0);
    return n;
}

/* Types of all records, as "warcinfo response ..."; a negative result is the reader's. */
static int list(const char *path, size_t cap, char *types, size_t room, struct rx_err *err)
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

static bool has_line(struct rx_str header, const char *line)
{
    return rx_str_find(header, rx_str(line), 0) >= 0;
}

static void round_trip(void **state)
{
    (void)state;
    struct seen s;
    struct rx_err err;
    struct warc_capture c = capture();
    struct warc_capture_refs refs;
    struct warc_ref resource;
    setup_dir(&s);
    struct warc_writer *w = writer(&s, 0);
    assert_string_equal(s.opened[0], "rxmap-0003-00001.warc.gz");
    assert_int_equal(warc_write_capture(w, &c, &refs, &err), 0);
    assert_int_equal(warc_write_resource(w, RX_STR("dns:pills.example"), RX_STR("text/dns"),
                                         RX_STR("pills.example. 60 IN A 192.0.2.7\r\n"), 1,
                                         &resource, &err),
                     0);
    assert_int_equal(warc_sync(w, &err), 0);
    assert_int_equal(warc_writer_bytes(w), resource.offset + resource.bytes);
    assert_int_equal(warc_writer_free(w, &err), 0);
    assert_int_equal(s.closed_count, 1);
    assert_int_equal(s.closed_bytes, resource.offset + resource.bytes);

    char path[192];
    path_of(path, &s, s.opened[0], ".open");
    assert_int_not_equal(access(path, F_OK), 0);
    path_of(path, &s, s.opened[0], "");
    struct warc_reader *r = NULL;
    struct warc_record rec;
    assert_int_equal(warc_reader_open(&r, path, BLOCK_CAP, &err), 0);
    const struct warc_ref *want[] = {&s.info, &refs.response, &refs.request, &refs.metadata,
                                     &resource};
    static const char *const types[] = {"warcinfo", "response", "request", "metadata", "resource"};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(warc_reader_next(r, &rec, &err), 1);
        assert_true(rx_str_eq(rec.type, rx_str(types[i])));
        assert_int_equal(rec.ref.offset, want[i]->offset);
        assert_int_equal(rec.ref.bytes, want[i]->bytes);
        assert_memory_equal(&rec.ref.member, &want[i]->member, sizeof rec.ref.member);
        assert_int_equal(rec.block_digest, 1);
        assert_int_equal(rec.payload_digest, i == 1 || i == 4 ? 1 : -1);
    }
    assert_int_equal(warc_reader_next(r, &rec, &err), 0);

    assert_int_equal(warc_reader_at(r, refs.response.offset, &rec, &err), 1);
    struct rx_str head, body;
    warc_http_split(rec.block, &head, &body);
    assert_true(rx_str_eq(head, RX_STR(HEAD)));
    assert_true(rx_str_eq(body, RX_STR(BODY)));
    assert_true(rx_str_eq(rec.uri, c.url));
    assert_true(rx_str_eq(rec.date, RX_STR("2026-07-31T12:13:20.123Z")));
    static const char *const lines[] = {"WARC/1.1\r\n",
                                        "WARC-IP-Address: 192.0.2.7\r\n",
                                        "WARC-Protocol: tls/1.3\r\n",
                                        "WARC-Cipher-Suite: TLS_AES_256_GCM_SHA384\r\n",
                                        "WARC-Truncated: time\r\n",
                                        "WARC-Warcinfo-ID: <urn:uuid:",
                                        "Content-Type: application/http; msgtype=response\r\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_true(has_line(rec.header, lines[i]));
    char id[64];
    (void)snprintf(id, sizeof id, "%.*s", RX_FMT(rec.id));
    assert_int_equal(warc_reader_at(r, refs.request.offset, &rec, &err), 1);
    assert_true(rx_str_eq(rec.concurrent_to, rx_str(id)));
    assert_int_equal(warc_reader_at(r, refs.response.offset + 1, &rec, &err), RX_EDAMAGE);
    assert_int_equal(warc_reader_at(r, s.closed_bytes, &rec, &err), RX_EDAMAGE);
    warc_reader_close(r);
    drop_dir(&s);
}

/* One flipped bit anywhere: the reader stops, a digest differs, or the member's own digest does. */
static bool shows(const char *path, const struct warc_ref *refs, size_t count)
{
    struct warc_reader *r = NULL;
    struct warc_record rec;
    struct rx_err err;
    if (warc_reader_open(&r, path, BLOCK_CAP, &err))
        return true;
    bool found = false;
    for (size_t i = 0; i < count && !found; i++) {
        int rc = warc_reader_next(r, &rec, &err);
        found = rc != 1 || rec.block_digest == 0 || rec.payload_digest == 0 ||
                memcmp(&rec.ref.member, &refs[i].member, sizeof refs[i].member) != 0;
    }
    warc_reader_close(r);
    return found;
}

static void every_flip_shows(void **state)
{
    (void)state;
    struct seen s;
    struct rx_err err;
    struct warc_capture c = capture();
    struct warc_capture_refs refs;
    setup_dir(&s);
    struct warc_writer *w = writer(&s, 0);
    assert_int_equal(warc_write_capture(w, &c, &refs, &err), 0);
    assert_int_equal(warc_writer_free(w, &err), 0);
    char path[192], *data = malloc(65536);
    assert_non_null(data);
    path_of(path, &s, s.closed[0], "");
    size_t n = read_file(path, data, 65536);
    struct warc_ref all[] = {s.info, refs.response, refs.request, refs.metadata};
    assert_false(shows(path, all, 4));
    for (size_t i = 0; i < n; i++) {
        data[i] = (char)(data[i] ^ (1 << i % 8));
        write_file(path, data, n);
        if (!shows(path, all, 4))
            fail_msg("a flip at %zu of %zu does not show", i, n);
        data[i] = (char)(data[i] ^ (1 << i % 8));
    }
    free(data);
    drop_dir(&s);
}

static void files_rotate(void **state)
{
    (void)state;
    struct seen s;
    struct rx_err err;
    struct warc_capture c = capture();
    struct warc_capture_refs refs;
    setup_dir(&s);
    struct warc_writer *w = writer(&s, 1);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(warc_write_capture(w, &c, &refs, &err), 0);
        assert_true(rx_str_eq(warc_writer_name(w), rx_str(s.opened[s.opened_count - 1])));
    }
    assert_int_equal(warc_writer_free(w, &err), 0);
    assert_int_equal(s.opened_count, 4); /* the first held its warcinfo, and that was enough */
    assert_int_equal(s.closed_count, 4);
    for (size_t i = 1; i < 4; i++) {
        char path[192], types[256];
        path_of(path, &s, s.closed[i], "");
        assert_int_equal(list(path, BLOCK_CAP, types, sizeof types, &err), 4);
        assert_string_equal(types, "warcinfo response request metadata");
    }
    drop_dir(&s);
}

static struct warc_writer_opts resume_opts(const struct seen *s)
{
    return (struct warc_writer_opts){.dir = s->dir, .run = 3, .first_seq = 2};
}

/* A crash left garbage behind the last acknowledged byte; it goes, and the file goes on. */
static void torn_tail_is_cut(void **state)
{
    (void)state;
    struct seen s;
    struct rx_err err;
    struct warc_capture c = capture();
    struct warc_capture_refs refs;
    setup_dir(&s);
    struct warc_writer *w = writer(&s, 0);
    assert_int_equal(warc_write_capture(w, &c, &refs, &err), 0);
    uint64_t good = warc_writer_bytes(w);
    char name[64], path[192], types[256];
    (void)snprintf(name, sizeof name, "%.*s", RX_FMT(warc_writer_name(w)));
    assert_int_equal(warc_writer_free(w, &err), 0);
    /* as it stood before the rename, with a torn write */
    char done[192];
    path_of(done, &s, name, "");
    path_of(path, &s, name, ".open");
    assert_int_equal(rename(done, path), 0);
    FILE *f = fopen(path, "ab");
    assert_non_null(f);
    assert_true(fputs("\x1f\x8b torn", f) >= 0);
    assert_int_equal(fclose(f), 0);

    struct warc_writer_opts o = resume_opts(&s);
    uint64_t cut = 0;
    assert_int_equal(
        warc_writer_resume(&w, &o, rx_str(name), good, &cut, on_opened, on_closed, &s, &err), 0);
    assert_int_equal(cut, 7);
    assert_int_equal(warc_writer_bytes(w), good);
    assert_int_equal(warc_write_capture(w, &c, &refs, &err), 0);
    assert_int_equal(refs.response.offset, good);
    assert_int_equal(warc_writer_free(w, &err), 0);
    assert_int_equal(list(done, BLOCK_CAP, types, sizeof types, &err), 7);

    /* renamed already, the database not yet told: it goes on all the same */
    assert_int_equal(
        warc_writer_resume(&w, &o, rx_str(name), good, &cut, on_opened, on_closed, &s, &err), 0);
    assert_true(cut > 0);
    assert_int_equal(warc_writer_free(w, &err), 0);
    assert_int_equal(list(done, BLOCK_CAP, types, sizeof types, &err), 4);

    /* shorter than what the database cites, or gone: damage, and nothing is touched */
    assert_int_equal(rename(done, path), 0);
    assert_int_equal(
        warc_writer_resume(&w, &o, rx_str(name), good + 1, &cut, on_opened, on_closed, &s, &err),
        RX_EDAMAGE);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, good);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(
        warc_writer_resume(&w, &o, rx_str(name), good, &cut, on_opened, on_closed, &s, &err),
        RX_EDAMAGE);
    drop_dir(&s);
}

/* An unknown leftover is emptied; a finished file is passed over. */
static void nothing_finished_is_overwritten(void **state)
{
    (void)state;
    struct seen s;
    struct rx_err err;
    char path[192], text[16] = "";
    setup_dir(&s);
    path_of(path, &s, "rxmap-0003-00001.warc.gz", "");
    write_file(path, "precious", 8);
    char left[192];
    path_of(left, &s, "rxmap-0003-00002.warc.gz", ".open");
    write_file(left, "never cited", 11);
    struct warc_writer *w = writer(&s, 0);
    assert_true(rx_str_eq(warc_writer_name(w), RX_STR("rxmap-0003-00002.warc.gz")));
    assert_int_equal(warc_writer_free(w, &err), 0);
    assert_int_equal(read_file(path, text, sizeof text), 8);
    assert_memory_equal(text, "precious", 8);
    path_of(path, &s, "rxmap-0003-00002.warc.gz", "");
    char types[64];
    assert_int_equal(list(path, BLOCK_CAP, types, sizeof types, &err), 1);
    drop_dir(&s);
}

/* A full disk, played by the limit on file size: the file stays as it was, and can go on. */
static void full_disk(void **state)
{
    (void)state;
    struct seen s;
    struct rx_err err;
    struct warc_capture c = capture();
    struct warc_capture_refs refs;
    struct rlimit before, small;
    setup_dir(&s);
    struct warc_writer *w = writer(&s, 0);
    assert_int_equal(warc_write_capture(w, &c, &refs, &err), 0);
    uint64_t good = warc_writer_bytes(w);
    void (*old)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = good + 100;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_int_equal(warc_write_capture(w, &c, &refs, &err), RX_ENOSPC);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    (void)signal(SIGXFSZ, old);
    assert_int_equal(warc_writer_bytes(w), good);
    assert_int_equal(warc_write_capture(w, &c, &refs, &err), 0);
    assert_int_equal(refs.response.offset, good);
    assert_int_equal(warc_writer_free(w, &err), 0);
    char path[192], types[256];
    path_of(path, &s, s.closed[0], "");
    assert_int_equal(list(path, BLOCK_CAP, types, sizeof types, &err), 7);
    drop_dir(&s);
}

/* A body that is a WARC file, a URL with line ends: framing holds. */
static void poison(void **state)
{
    (void)state;
    struct seen s;
    struct rx_err err;
    struct warc_capture c = capture();
    struct warc_capture_refs refs;
    setup_dir(&s);
    c.body = RX_STR("\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\nContent-Length: 0\r\n\r\n\r\n\r\n");
    c.url = RX_STR("http://a.example/\r\nWARC-Type: resource\r\n b\xff");
    c.metadata = (struct rx_str){0};
    struct warc_writer *w = writer(&s, 0);
    assert_int_equal(warc_write_capture(w, &c, &refs, &err), 0);
    assert_int_equal(warc_writer_free(w, &err), 0);
    char path[192], types[256];
    path_of(path, &s, s.closed[0], "");
    assert_int_equal(list(path, BLOCK_CAP, types, sizeof types, &err), 3);
    assert_string_equal(types, "warcinfo response request");
    struct warc_reader *r = NULL;
    struct warc_record rec;
    assert_int_equal(warc_reader_open(&r, path, BLOCK_CAP, &err), 0);
    assert_int_equal(warc_reader_at(r, refs.response.offset, &rec, &err), 1);
    assert_true(
        rx_str_eq(rec.uri, RX_STR("http://a.example/%0D%0AWARC-Type:%20resource%0D%0A%20b%FF")));
    warc_reader_close(r);
    drop_dir(&s);
}

/* ---- files of other tools ------------------------------------------------------------------- */

/* "hello\n" as a resource: digests of it in base32 and hex, and some that are wrong. */
#define RECORD(version, extra)                                                                     \
    version "\r\nWARC-Type: resource\r\nWARC-Target-URI: <http://a.example/>\r\n" extra            \
            "Content-Length: 6\r\n\r\nhello\n\r\n\r\n"
#define CHUNKED                                                                                    \
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhell\r\n2;x=y\r\no\n\r\n0\r\n\r\n"
#define HTTP_RECORD(digest)                                                                        \
    "WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http;msgtype=response\r\n"       \
    "WARC-Payload-Digest: " digest "\r\nContent-Length: 72\r\n\r\n" CHUNKED "\r\n\r\n"

static void digests_of_others(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int block, payload;
    } rows[] = {
        {RECORD("WARC/1.0", ""), -1, -1},
        {RECORD("WARC/1.0", "WARC-Block-Digest: sha1:6V3PASRLNIJVSKMX52YWWX4YMFNH4SQ6\r\n"), 0, -1},
        {RECORD("WARC/1.1", "warc-block-digest:sha1:f572d396fae9206628714fb2ce00f72e94f2258f\r\n"),
         1, -1},
        {RECORD("WARC/1.0", "WARC-Block-Digest: sha1:6VZNHFX25EQGMKDRJ6ZM4AHXF2KPEJMP\r\n"), 1, -1},
        {RECORD("WARC/1.0", "WARC-Payload-Digest: md5:b1946ac92492d2347c6235b4d2611184\r\n"), -1,
         1},
        {RECORD("WARC/1.0", "WARC-Payload-Digest: crc32:12345678\r\n"), -1, -1},
        {RECORD("WARC/1.0", "WARC-Payload-Digest: sha1:short\r\n"), -1, -1},
        /* the payload as stored, without its chunks, and neither */
        {HTTP_RECORD("sha1:f572d396fae9206628714fb2ce00f72e94f2258f"), -1, 1},
        {HTTP_RECORD("md5:1b0f3a1f2f2a20a4a3b5a2b6a6c4e1c7"), -1, 0},
    };
    struct rx_err err;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct warc_reader *r = NULL;
        struct warc_record rec;
        char path[] = "/tmp/rxwarcXXXXXX";
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        write_file(path, rows[i].text, strlen(rows[i].text));
        assert_int_equal(warc_reader_open(&r, path, BLOCK_CAP, &err), 0);
        int rc = warc_reader_next(r, &rec, &err);
        if (rc != 1 || rec.block_digest != rows[i].block || rec.payload_digest != rows[i].payload)
            fail_msg("row %zu: rc %d, block %d, payload %d: %s", i, rc, rec.block_digest,
                     rec.payload_digest, rc < 0 ? err.text : "");
        assert_int_equal(rec.ref.bytes, strlen(rows[i].text));
        if (rec.uri.n)
            assert_true(rx_str_eq(rec.uri, RX_STR("http://a.example/")));
        assert_int_equal(warc_reader_next(r, &rec, &err), 0);
        warc_reader_close(r);
        (void)close(fd);
        (void)unlink(path);
    }
}

/* A whole file in one member, and one record over two members: all records come, but none can be
 * cited by member alone. */
static void gzip_without_members(void **state)
{
    (void)state;
    static const char two[] = RECORD("WARC/1.0", "") RECORD("WARC/1.0", "");
    size_t n = sizeof two - 1;
    size_t splits[][2] = {{n, 0}, {n / 2, n - n / 2}, {n / 2 + 20, n / 2 - 20}, {40, n - 40}};
    uint64_t whole[] = {0, 2, 0, 0}; /* records that are a member of their own */
    struct rx_err err;
    for (size_t i = 0; i < 4; i++) {
        char path[] = "/tmp/rxwarcXXXXXX";
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        size_t at = 0;
        for (size_t j = 0; j < 2; j++) {
            gzFile gz = gzopen(path, j ? "ab" : "wb");
            assert_non_null(gz);
            if (splits[i][j])
                assert_int_equal(gzwrite(gz, two + at, (unsigned)splits[i][j]), splits[i][j]);
            at += splits[i][j];
            assert_int_equal(gzclose(gz), Z_OK);
        }
        struct warc_reader *r = NULL;
        struct warc_record rec;
        assert_int_equal(warc_reader_open(&r, path, BLOCK_CAP, &err), 0);
        uint64_t count = 0, alone = 0;
        while (warc_reader_next(r, &rec, &err) == 1) {
            assert_true(rx_str_eq(rec.block, RX_STR("hello\n")));
            count++;
            alone += rec.ref.bytes > 0;
        }
        assert_int_equal(count, 2);
        assert_int_equal(alone, whole[i]);
        warc_reader_close(r);
        (void)close(fd);
        (void)unlink(path);
    }
}

static void hostile_files(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int rc; /* count of records, or the error */
        const char *says;
    } rows[] = {
        {"", 0, ""},
        {"hello", RX_EDAMAGE, "offset 0: neither"},
        {"\x1f\x8b", RX_EDAMAGE, "offset 0"},
        {"\x1f\x8b\x08nonsense follows here", RX_EDAMAGE, "offset"},
        {"WARC/1.0\r\n", RX_EDAMAGE, "ends inside this record"},
        {"WARC/1.0\r\n\r\n", RX_EDAMAGE, "no WARC-Type"},
        {"WARC/1.0\r\nWARC-Type: x\r\n\r\n", RX_EDAMAGE, "no Content-Length"},
        {"WARC/1.0\r\nWARC-Type: x\r\nContent-Length: -1\r\n\r\n", RX_EDAMAGE, "no Content-Length"},
        {"WARC/1.0\r\nWARC-Type: x\r\nContent-Length: 18446744073709551616\r\n\r\n", RX_EDAMAGE,
         "no Content-Length"},
        {"WARC/1.0\r\nWARC-Type: x\r\nContent-Length: 18446744073709551615\r\n\r\n", RX_EDAMAGE,
         "longer than 8 GiB"},
        {"WARC/1.0\r\nWARC-Type: x\r\nContent-Length: 9\r\n\r\nshort", RX_EDAMAGE, "ends inside"},
        {"WARC/1.0\r\nWARC-Type: x\r\nContent-Length: 2\r\n\r\nlong\r\n\r\n", RX_EDAMAGE,
         "does not end where"},
        {RECORD("WARC/1.0", "") "garbage", RX_EDAMAGE, "offset 100: no WARC record"},
        {RECORD("WARC/1.0", "") RECORD("WARC/0.18", ""), 2, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char path[] = "/tmp/rxwarcXXXXXX", types[128];
        struct rx_err err = {0};
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        write_file(path, rows[i].text, strlen(rows[i].text));
        int rc = list(path, BLOCK_CAP, types, sizeof types, &err);
        if (rc != rows[i].rc || !strstr(err.text, rows[i].says))
            fail_msg("row %zu: %d (%s)", i, rc, err.text);
        (void)close(fd);
        (void)unlink(path);
    }
}

/* Over the cap: cut, but its digest is checked to the end; a header without an end is refused. */
static void caps(void **state)
{
    (void)state;
    struct seen s;
    struct rx_err err;
    struct warc_capture c = capture();
    struct warc_capture_refs refs;
    setup_dir(&s);
    char *big = malloc(300000);
    assert_non_null(big);
    for (size_t i = 0; i < 300000; i++)
        big[i] = (char)(i * 2654435761U >> 13);
    c.body = rx_strn(big, 300000);
    struct warc_writer *w = writer(&s, 0);
    assert_int_equal(warc_write_capture(w, &c, &refs, &err), 0);
    assert_int_equal(warc_writer_free(w, &err), 0);
    char path[192];
    path_of(path, &s, s.closed[0], "");
    struct warc_reader *r = NULL;
    struct warc_record rec;
    assert_int_equal(warc_reader_open(&r, path, 1000, &err), 0);
    assert_int_equal(warc_reader_at(r, refs.response.offset, &rec, &err), 1);
    assert_true(rec.cut);
    assert_int_equal(rec.block.n, 1000);
    assert_int_equal(rec.block_digest, 1);
    assert_int_equal(rec.payload_digest, -1);
    assert_int_equal(warc_reader_next(r, &rec, &err), 1);
    assert_true(rx_str_eq(rec.type, RX_STR("request")));
    warc_reader_close(r);
    memset(big, 'x', 300000);
    const char start[] = {'W', 'A', 'R', 'C', '/', '1', '.', '0', '\r', '\n'};
    memcpy(big, start, sizeof start);
    write_file(path, big, 300000);
    char types[64];
    assert_int_equal(list(path, 1000, types, sizeof types, &err), RX_EDAMAGE);
    assert_non_null(strstr(err.text, "longer than 64 KiB"));
    free(big);
    drop_dir(&s);
}

static void http_split(void **state)
{
    (void)state;
    static const struct {
        const char *block, *head;
    } rows[] = {
        {"HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody", "HTTP/1.1 200 OK\r\nA: b\r\n\r\n"},
        {"HTTP/1.1 200 OK\nA: b\n\nbody", "HTTP/1.1 200 OK\nA: b\n\n"},
        {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"},
        {"HTTP/1.1 200 OK\r\n\r\n\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"},
        {"HTTP/1.1 200 OK\r\nA: b", "HTTP/1.1 200 OK\r\nA: b"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rx_str head, body, block = rx_str(rows[i].block);
        warc_http_split(block, &head, &body);
        assert_true(rx_str_eq(head, rx_str(rows[i].head)));
        assert_int_equal(head.n + body.n, block.n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(every_flip_shows),
        cmocka_unit_test(files_rotate),
        cmocka_unit_test(torn_tail_is_cut),
        cmocka_unit_test(nothing_finished_is_overwritten),
        cmocka_unit_test(full_disk),
        cmocka_unit_test(poison),
        cmocka_unit_test(digests_of_others),
        cmocka_unit_test(gzip_without_members),
        cmocka_unit_test(hostile_files),
        cmocka_unit_test(caps),
        cmocka_unit_test(http_split),
    };
    return cmocka_run_group_tests_name("warc", tests, NULL, NULL);
}
