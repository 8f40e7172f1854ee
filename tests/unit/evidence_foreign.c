/* evidence_foreign.c - WARC files that others wrote, or that somebody made to hurt. */
#include "tests/unit/warc_dir.h"

#include <fcntl.h>
#include <zlib.h>

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

/* A record of zeros is passed over while it is short enough for that, and so are several; together
 * they end the file, with the place. A plain file's zeros are on the disk, and may be. */
static void bombs(void **state)
{
    (void)state;
    static const struct {
        const char *mode;
        unsigned mib[3];
        int records; /* or RX_EDAMAGE */
    } rows[] = {
        {"wb1", {30, 30, 30}, 3},   {"wb1", {100, 100}, 2},
        {"wb1", {300}, RX_EDAMAGE}, {"wb1", {100, 100, 100}, RX_EDAMAGE},
        {"wbT", {270}, 1},
    };
    char *zeros = calloc(1, 1 << 20);
    assert_non_null(zeros);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char path[] = "/tmp/rxwarcXXXXXX", types[64];
        struct rx_err err = {0};
        const int fd = mkstemp(path);
        assert_true(fd >= 0);
        for (size_t n = 0; n < 3 && rows[i].mib[n]; n++) {
            gzFile out = gzopen(path, n ? (rows[i].mode[2] == 'T' ? "abT" : "ab1") : rows[i].mode);
            assert_non_null(out);
            assert_true(gzprintf(out, "WARC/1.0\r\nWARC-Type: x\r\nContent-Length: %u\r\n\r\n",
                                 rows[i].mib[n] << 20) > 0);
            for (unsigned m = 0; m < rows[i].mib[n]; m++)
                assert_int_equal(gzwrite(out, zeros, 1 << 20), 1 << 20);
            assert_int_equal(gzputs(out, "\r\n\r\n"), 4);
            assert_int_equal(gzclose(out), Z_OK);
        }
        const int rc = list(path, BLOCK_CAP, types, sizeof types, &err);
        if (rc != rows[i].records)
            fail_msg("row %zu: %d (%s)", i, rc, err.text);
        if (rc < 0)
            assert_non_null(strstr(err.text, "unpacks to hundreds of times"));
        (void)close(fd);
        (void)unlink(path);
    }
    free(zeros);
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
        cmocka_unit_test(digests_of_others),
        cmocka_unit_test(gzip_without_members),
        cmocka_unit_test(hostile_files),
        cmocka_unit_test(caps),
        cmocka_unit_test(bombs),
        cmocka_unit_test(http_split),
    };
    return cmocka_run_group_tests_name("warc_foreign", tests, NULL, NULL);
}
