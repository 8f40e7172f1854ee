/* Citations: the bytes that a sighting cites are found where they are, and nowhere else. */
#include "crawler/jail/reading.h"
#include "crawler/parse/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define HTML_HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/html"
#define NONE RX_STR("")
#define SAID(from, n, raw, value)                                                                  \
    {                                                                                              \
        RX_PLACE_TEXT, from, n, RX_STR(raw), RX_STR("email"), RX_STR(value)                        \
    }
#define UTF8 HTML_HEAD "; charset=utf-8\r\n\r\n"
#define LATIN1 HTML_HEAD "; charset=iso-8859-1\r\nX-Shop: 7\r\n\r\n"
#define CHUNKED HTML_HEAD "\r\nTransfer-Encoding: chunked\r\n\r\n"

static void make(struct reading *r, struct rx_arena *arena, const char *head, const char *received,
                 struct rx_str cites)
{
    struct rx_err err = {0};
    const struct read_job job = {.kind = READ_CITES,
                                 .url = RX_STR("http://a.example/"),
                                 .head = rx_str(head),
                                 .received = rx_str(received),
                                 .cites = cites};
    if (reading_make(r, arena, NULL, &job, &err))
        fail_msg("%s", err.text);
}

static void found_where_they_are(void **state)
{
    (void)state;
    const struct {
        const char *head, *received;
        struct read_cite cite;
        char there;
    } rows[] = {
        {UTF8, "<p>order@x.biz", {RX_PLACE_TEXT, 3, 11, RX_STR("order@x.biz"), NONE, NONE}, 1},
        {UTF8, "<p>order@x.biz", {RX_PLACE_TEXT, 4, 11, RX_STR("order@x.biz"), NONE, NONE}, 0},
        {UTF8, "<p>order@x.biz", {RX_PLACE_TEXT, 3, 10, RX_STR("order@x.biz"), NONE, NONE}, 0},
        {UTF8, "<p>order@x.biz", {RX_PLACE_TEXT, 3, 11, RX_STR("order@x.bi2"), NONE, NONE}, 0},
        {UTF8, "<p>order@x.biz", {RX_PLACE_TEXT, 3, 0, RX_STR(""), NONE, NONE}, 0},
        {UTF8, "<p>x", {RX_PLACE_TEXT, 4000000000U, 4000000000U, RX_STR("x"), NONE, NONE}, 0},
        {UTF8, "<p>\xC3\xA9 a@b", {RX_PLACE_TEXT, 6, 3, RX_STR("a@b"), NONE, NONE}, 1},
        /* one byte in the body, two in the source: the offset is the body's */
        {LATIN1, "<p>\xE9\xE8 a@b", {RX_PLACE_TEXT, 6, 3, RX_STR("a@b"), NONE, NONE}, 1},
        {LATIN1, "<p>\xE9\xE8 a@b", {RX_PLACE_TEXT, 8, 3, RX_STR("a@b"), NONE, NONE}, 0},
        {LATIN1, "<p>caf\xE9 a@b", {RX_PLACE_TEXT, 3, 4, RX_STR("caf\xC3\xA9"), NONE, NONE}, 1},
        /* cut by inline tags: the tags are cited with it */
        {UTF8, "<p>a<i>@</i>b.cc", {RX_PLACE_TEXT, 3, 13, RX_STR("a<i>@</i>b.cc"), NONE, NONE}, 1},
        {UTF8, "<p>a<i>@</i>b.cc", {RX_PLACE_TEXT, 3, 6, RX_STR("a@b.cc"), NONE, NONE}, 0},
        {LATIN1, "<p>x", {RX_PLACE_HEADER, 62, 9, RX_STR("X-Shop: 7"), NONE, NONE}, 1},
        {LATIN1, "<p>x", {RX_PLACE_HEADER, 61, 9, RX_STR("X-Shop: 7"), NONE, NONE}, 0},
        /* what they are cited for: read in them as text, attribute or as they are */
        {UTF8, "<p>order@x.biz", SAID(3, 11, "order@x.biz", "order@x.biz"), READ_CITE_HOLDS},
        {UTF8, "<p>order@x.biz", SAID(3, 11, "order@x.biz", "other@x.biz"), READ_CITE_MUTE},
        {UTF8, "<p>a&#64;<i>b</i>.cc", SAID(3, 17, "a&#64;<i>b</i>.cc", "a@b.cc"), READ_CITE_HOLDS},
        {UTF8, "<p>Call (888) 5-0", SAID(8, 9, "(888) 5-0", "88850"), READ_CITE_HOLDS},
        {UTF8, "<p>x", SAID(3, 0, "", "x"),
         READ_CITE_MUTE}, /* cites nothing, and nothing says it */
        {CHUNKED,
         "4\r\n<p>a\r\n3\r\n@bc\r\n0\r\n\r\n",
         {RX_PLACE_TEXT, 3, 4, RX_STR("a@bc"), NONE, NONE},
         1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rx_arena arena = RX_ARENA(16 << 20);
        struct rx_buf cites = RX_BUF(4096);
        struct reading r;
        assert_int_equal(reading_cite_pack(&cites, &rows[i].cite), 0);
        assert_int_equal(reading_cite_pack(&cites, &rows[i].cite), 0);
        make(&r, &arena, rows[i].head, rows[i].received, rx_buf_str(&cites));
        assert_int_equal(r.status, READ_OK);
        assert_int_equal(r.cites.n, 2);
        if (r.cites.p[0] != rows[i].there || r.cites.p[1] != rows[i].there)
            fail_msg("row %zu: %d", i, r.cites.p[0]);
        rx_buf_free(&cites);
        rx_arena_free(&arena);
    }
}

static void long_ones_are_compared_up_to_the_cut(void **state)
{
    (void)state;
    char page[1024];
    memset(page, 'a', sizeof page - 1);
    page[sizeof page - 1] = '\0';
    struct rx_arena arena = RX_ARENA(16 << 20);
    struct rx_buf cites = RX_BUF(4096);
    struct read_cite cite = {RX_PLACE_TEXT, 10, 500, rx_strn(page, 500), NONE, NONE};
    struct reading r;
    assert_int_equal(reading_cite_pack(&cites, &cite), 0);
    page[800] = 'b'; /* outside */
    make(&r, &arena, UTF8, page, rx_buf_str(&cites));
    assert_int_equal(r.cites.p[0], 1);
    page[12] = 'b';
    make(&r, &arena, UTF8, page, rx_buf_str(&cites));
    assert_int_equal(r.cites.p[0], 0);
    rx_buf_free(&cites);
    rx_arena_free(&arena);
}

static void malformed(void **state)
{
    (void)state;
    struct rx_buf cites = RX_BUF(1 << 20);
    const struct read_cite cite = {RX_PLACE_TEXT, 0, 3, RX_STR("<p>"), NONE, NONE};
    struct reading r;
    assert_int_equal(reading_cite_pack(&cites, &cite), 0);
    for (size_t n = 1; n < cites.n; n++) {
        struct rx_arena arena = RX_ARENA(16 << 20);
        make(&r, &arena, UTF8, "<p>x", rx_str_sub(rx_buf_str(&cites), 0, n));
        assert_int_equal(r.status, READ_FAILED);
        rx_arena_free(&arena);
    }
    while (cites.n < (READ_CITES_MAX + 1) * 15)
        assert_int_equal(reading_cite_pack(&cites, &cite), 0);
    struct rx_arena arena = RX_ARENA(16 << 20);
    make(&r, &arena, UTF8, "<p>x", rx_buf_str(&cites));
    assert_int_equal(r.status, READ_FAILED);
    rx_arena_free(&arena);
    rx_buf_free(&cites);
}

static void cross_the_socket(void **state)
{
    (void)state;
    struct rx_buf frame = RX_BUF(1 << 20);
    struct rx_arena arena = RX_ARENA(1 << 20);
    struct rx_err err;
    struct read_job job = {.kind = READ_CITES, .cites = RX_STR("packed")}, job_back;
    assert_int_equal(reading_job_pack(&frame, &job), 0);
    assert_int_equal(reading_job_unpack(&job_back, rx_buf_str(&frame)), 0);
    assert_int_equal(job_back.kind, READ_CITES);
    assert_true(rx_str_eq(job_back.cites, job.cites));
    rx_buf_clear(&frame);
    struct reading r = {.status = READ_OK, .cites = RX_STR("\1\0\1")}, back;
    assert_int_equal(reading_pack(&frame, &r), 0);
    assert_int_equal(reading_unpack(&back, &arena, rx_buf_str(&frame), &err), 0);
    assert_true(rx_str_eq(back.cites, r.cites));
    rx_arena_free(&arena);
    rx_buf_free(&frame);
}

int main(void)
{
    struct rx_err err;
    if (parse_init(&err)) /* the charsets */
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(found_where_they_are),
        cmocka_unit_test(long_ones_are_compared_up_to_the_cut),
        cmocka_unit_test(malformed),
        cmocka_unit_test(cross_the_socket),
    };
    return cmocka_run_group_tests_name("cites", tests, NULL, NULL);
}
