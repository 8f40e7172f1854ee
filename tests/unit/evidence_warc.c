/* evidence_warc.c - WARC files of our own: what is written reads back, what is damaged shows. */
#include "tests/unit/warc_dir.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

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
    };
    return cmocka_run_group_tests_name("warc", tests, NULL, NULL);
}
