/* parse_decode.c - header fields, chunks, codings and their bombs; what counts as HTML. */
#include "crawler/parse/parse.h"

#include <brotli/encode.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

#define HEAD(fields) "HTTP/1.1 200 OK\r\n" fields "\r\n"
enum { BODY_MAX = 24 << 20, PLAIN_BYTES = 300000 };

/* ---- making coded bodies with the libraries' own encoders ---------------------------------------
 */

static struct rx_buf plain_text(size_t n)
{
    struct rx_buf b = RX_BUF(BODY_MAX);
    uint32_t seed = 1;
    char *p = rx_buf_room(&b, n);
    assert_non_null(p);
    for (size_t i = 0; i < n; i++) {
        seed = seed * 1664525 + 1013904223;
        p[i] = (char)('a' + (seed >> 24) % 20);
    }
    b.n = n;
    return b;
}

static struct rx_buf zlib_coded(struct rx_str in, int window)
{
    struct rx_buf out = RX_BUF((size_t)BODY_MAX * 2);
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t room = deflateBound(&z, in.n) + 64;
    char *p = rx_buf_room(&out, room);
    assert_non_null(p);
    z.next_in = (Bytef *)(uintptr_t)in.p;
    z.avail_in = (uInt)in.n;
    z.next_out = (Bytef *)p;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    out.n = room - z.avail_out;
    (void)deflateEnd(&z);
    return out;
}

static struct rx_buf gzip_coded(struct rx_str in)
{
    return zlib_coded(in, 15 + 16);
}
static struct rx_buf deflate_coded(struct rx_str in)
{
    return zlib_coded(in, 15);
}
static struct rx_buf raw_coded(struct rx_str in)
{
    return zlib_coded(in, -15);
}

static struct rx_buf brotli_coded(struct rx_str in)
{
    struct rx_buf out = RX_BUF((size_t)BODY_MAX * 2);
    size_t n = BrotliEncoderMaxCompressedSize(in.n) + 64;
    char *p = rx_buf_room(&out, n);
    assert_non_null(p);
    assert_true(BrotliEncoderCompress(5, 22, BROTLI_MODE_TEXT, in.n, (const uint8_t *)in.p, &n,
                                      (uint8_t *)p));
    out.n = n;
    return out;
}

static struct rx_buf zstd_coded(struct rx_str in)
{
    struct rx_buf out = RX_BUF((size_t)BODY_MAX * 2);
    size_t room = ZSTD_compressBound(in.n);
    char *p = rx_buf_room(&out, room);
    assert_non_null(p);
    out.n = ZSTD_compress(p, room, in.p, in.n, 3);
    assert_false(ZSTD_isError(out.n));
    return out;
}

static const struct coder {
    const char *name, *head;
    struct rx_buf (*encode)(struct rx_str in);
} coders[] = {
    {"gzip", HEAD("Content-Encoding: gzip\r\n"), gzip_coded},
    {"x-gzip", HEAD("content-encoding:X-GZIP\r\n"), gzip_coded},
    {"deflate", HEAD("Content-Encoding: deflate\r\n"), deflate_coded},
    {"raw deflate", HEAD("Content-Encoding: deflate\r\n"), raw_coded},
    {"br", HEAD("Content-Encoding: br\r\n"), brotli_coded},
    {"zstd", HEAD("Content-Encoding: zstd\r\n"), zstd_coded},
    {"te gzip", HEAD("Transfer-Encoding: gzip\r\n"), gzip_coded},
};

static int decode(struct rx_buf *body, bool *cut, const char *head, struct rx_str received)
{
    struct rx_err err;
    *body = RX_BUF(BODY_MAX);
    return parse_decode(body, cut, rx_str(head), received, &parse_limits_default, &err);
}

static void codings_come_off(void **state)
{
    (void)state;
    struct rx_buf plain = plain_text(PLAIN_BYTES);
    for (size_t i = 0; i < sizeof coders / sizeof *coders; i++) {
        struct rx_buf coded = coders[i].encode(rx_buf_str(&plain)), body;
        bool cut = true;
        assert_int_equal(decode(&body, &cut, coders[i].head, rx_buf_str(&coded)), 0);
        if (cut || !rx_str_eq(rx_buf_str(&body), rx_buf_str(&plain)))
            fail_msg("%s: %zu bytes, cut %d", coders[i].name, body.n, cut);
        rx_buf_free(&body);
        /* Half a stream gives the first part and says so. */
        assert_int_equal(
            decode(&body, &cut, coders[i].head, rx_str_sub(rx_buf_str(&coded), 0, coded.n / 2)), 0);
        if (!cut || body.n == 0 || body.n >= plain.n || memcmp(body.p, plain.p, body.n) != 0)
            fail_msg("half of %s: %zu bytes, cut %d", coders[i].name, body.n, cut);
        rx_buf_free(&body);
        /* Archives keep the header field of a body that they have decoded. */
        assert_int_equal(decode(&body, &cut, coders[i].head, RX_STR("<html><p>plain")), 0);
        assert_true(!cut && rx_str_eq(rx_buf_str(&body), RX_STR("<html><p>plain")));
        rx_buf_free(&body);
        rx_buf_free(&coded);
    }
    rx_buf_free(&plain);
}

static void bombs_are_cut(void **state)
{
    (void)state;
    struct rx_buf zeros = RX_BUF(BODY_MAX);
    char *p = rx_buf_room(&zeros, BODY_MAX - 64);
    assert_non_null(p);
    memset(p, 0, BODY_MAX - 64);
    zeros.n = BODY_MAX - 64;
    for (size_t i = 0; i < sizeof coders / sizeof *coders; i++) {
        struct rx_buf coded = coders[i].encode(rx_buf_str(&zeros)), body;
        bool cut = false;
        assert_int_equal(decode(&body, &cut, coders[i].head, rx_buf_str(&coded)), 0);
        /* A hundred times the input, once past 1 MiB. */
        size_t most = coded.n * 100 < (1 << 20) ? 1 << 20 : coded.n * 100;
        if (!cut || body.n < (1 << 20) || body.n > most + 65536 + 100)
            fail_msg("%s: %zu bytes from %zu, cut %d", coders[i].name, body.n, coded.n, cut);
        rx_buf_free(&body);
        rx_buf_free(&coded);
    }
    rx_buf_free(&zeros);
}

static void size_limits(void **state)
{
    (void)state;
    struct rx_buf plain = plain_text(PLAIN_BYTES);
    struct rx_buf coded = gzip_coded(rx_buf_str(&plain));
    struct parse_limits limits = parse_limits_default;
    struct rx_err err;
    bool cut;
    static const char *const heads[] = {HEAD("Content-Encoding: gzip\r\n"), HEAD("")};
    struct rx_str received[] = {rx_buf_str(&coded), rx_buf_str(&plain)};
    for (size_t i = 0; i < 2; i++) {
        limits.decoded_bytes = 1000;
        struct rx_buf body = RX_BUF(BODY_MAX);
        assert_int_equal(parse_decode(&body, &cut, rx_str(heads[i]), received[i], &limits, &err),
                         0);
        assert_true(cut);
        assert_int_equal(body.n, 1000);
        rx_buf_free(&body);
        limits.decoded_bytes = (size_t)20 << 20; /* the buffer's own maximum holds too */
        body = RX_BUF(500);
        assert_int_equal(parse_decode(&body, &cut, rx_str(heads[i]), received[i], &limits, &err),
                         0);
        assert_true(cut);
        assert_int_equal(body.n, 500);
        rx_buf_free(&body);
    }
    rx_buf_free(&coded);
    rx_buf_free(&plain);
}

static void coding_lists(void **state)
{
    (void)state;
    struct rx_buf plain = plain_text(5000);
    struct rx_buf once = brotli_coded(rx_buf_str(&plain));
    struct rx_buf twice = gzip_coded(rx_buf_str(&once));
    struct rx_buf body;
    bool cut;
    assert_int_equal(
        decode(&body, &cut, HEAD("Content-Encoding: br, gzip\r\n"), rx_buf_str(&twice)), 0);
    assert_true(!cut && rx_str_eq(rx_buf_str(&body), rx_buf_str(&plain)));
    rx_buf_free(&body);
    assert_int_equal(decode(&body, &cut,
                            HEAD("Content-Encoding: br\r\nContent-Encoding: identity, gzip\r\n"),
                            rx_buf_str(&twice)),
                     0);
    assert_true(!cut && rx_str_eq(rx_buf_str(&body), rx_buf_str(&plain)));
    rx_buf_free(&body);
    assert_int_equal(
        decode(&body, &cut, HEAD("Content-Encoding: gzip, gzip, gzip\r\n"), rx_buf_str(&twice)),
        RX_EINVAL);
    assert_int_equal(body.n, 0);
    rx_buf_free(&twice);
    /* Two members of gzip are one body. */
    struct rx_buf member = gzip_coded(RX_STR("one ")), other = gzip_coded(RX_STR("two"));
    assert_int_equal(rx_buf_add(&member, rx_buf_str(&other)), 0);
    assert_int_equal(decode(&body, &cut, HEAD("Content-Encoding: gzip\r\n"), rx_buf_str(&member)),
                     0);
    assert_true(!cut && rx_str_eq(rx_buf_str(&body), RX_STR("one two")));
    rx_buf_free(&body);
    rx_buf_free(&member);
    rx_buf_free(&other);
    rx_buf_free(&once);
    rx_buf_free(&plain);
}

static void chunks(void **state)
{
    (void)state;
    static const struct {
        const char *received, *body;
        bool cut;
    } cases[] = {
        {"5\r\nhello\r\n0\r\n\r\n", "hello", false},
        {"5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nTrailer: x\r\n\r\n", "hello world", false},
        {"A\r\n0123456789\r\n0\r\n", "0123456789", false},
        {"a\n0123456789\n0\n\n", "0123456789", false},
        {"5\r\nhel", "hel", true},
        {"5\r\nhello\r\n", "hello", true},
        {"5\r\nhello\r\nxx\r\n", "hello", true},
        {"0\r\n\r\n", "", false},
        {"<html>not chunked", "<html>not chunked", false},
        {"faces: not chunked\r\n", "faces: not chunked\r\n", false},
        {"", "", true},
        {"ffffffffffffffffff\r\nx", "ffffffffffffffffff\r\nx", false},
        {"fffffffffffffff\r\nx", "x", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rx_buf body;
        bool cut = false;
        assert_int_equal(
            decode(&body, &cut, HEAD("Transfer-Encoding: chunked\r\n"), rx_str(cases[i].received)),
            0);
        if (!rx_str_eq(rx_buf_str(&body), rx_str(cases[i].body)) || cut != cases[i].cut)
            fail_msg("%s: \"%.*s\" cut %d", cases[i].received, RX_FMT(rx_buf_str(&body)), cut);
        rx_buf_free(&body);
    }
}

static void headers(void **state)
{
    (void)state;
    const struct rx_str head =
        RX_STR("HTTP/1.1 200 OK\r\nContent-Type: text/HTML ; charset=\"x-sjis\""
               "\r\nX:1\nX: 2\r\nfolded: a\r\n b\r\nEmpty:\r\nno colon\r\n\r\n");
    static const struct {
        const char *name, *value;
    } cases[] = {{"content-type", "text/HTML ; charset=\"x-sjis\""},
                 {"x", "1"},
                 {"FOLDED", "a"},
                 {"empty", ""},
                 {"HTTP/1.1 200 OK", ""},
                 {"absent", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_true(rx_str_eq(parse_header(head, cases[i].name), rx_str(cases[i].value)));
    assert_true(rx_str_eq(parse_media_type(head), RX_STR("text/HTML")));
    assert_true(rx_str_eq(parse_charset_label(head), RX_STR("x-sjis")));
    struct rx_str name, value;
    unsigned fields = 0;
    for (size_t at = 0; parse_header_next(head, &at, &name, &value);)
        fields++;
    assert_int_equal(fields, 5);
}

static void what_is_html(void **state)
{
    (void)state;
    static const struct {
        const char *type, *body;
        bool html;
    } cases[] = {
        {"Content-Type: text/html\r\n", "anything", true},
        {"Content-Type: TEXT/HTML; charset=x\r\n", "", true},
        {"Content-Type: application/xhtml+xml\r\n", "<x", true},
        {"Content-Type: text/plain\r\n", "<html>", false},
        {"Content-Type: application/octet-stream\r\n", "<html>", false},
        {"Content-Type: image/png\r\n", "<html>", false},
        {"", "  <!DOCTYPE HTML>", true},
        {"", "<HtMl>", true},
        {"", "\xEF\xBB\xBF<body onload=x>", true},
        {"", "<!-- x", true},
        {"", "<htmlx>", false},
        {"", "{\"a\": \"<html>\"}", false},
        {"", "", false},
        {"Content-Type: bogus\r\n", "<p>", true},
        {"Content-Type: */*\r\n", "<a href=x>", true},
        {"", "%PDF-1.4", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rx_buf head = RX_BUF(256);
        assert_int_equal(rx_buf_addf(&head, "HTTP/1.1 200 OK\r\n%s\r\n", cases[i].type), 0);
        if (parse_is_html(rx_buf_str(&head), rx_str(cases[i].body)) != cases[i].html)
            fail_msg("%s%s", cases[i].type, cases[i].body);
        rx_buf_free(&head);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codings_come_off), cmocka_unit_test(bombs_are_cut),
        cmocka_unit_test(size_limits),      cmocka_unit_test(coding_lists),
        cmocka_unit_test(chunks),           cmocka_unit_test(headers),
        cmocka_unit_test(what_is_html)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
