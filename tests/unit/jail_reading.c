/* jail_reading.c - what crosses the jail's socket: whole readings survive, damaged ones are refused
 * or at least harmless, and reading_make() names what it could not read. */
#include "crawler/jail/reading_wire.h"

#include "base/url.h"
#include "crawler/parse/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define HTML "HTTP/1.1 200 OK\r\nContent-Type: text/HTML; charset=utf-8\r\n\r\n"
#define S(literal)                                                                                 \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    } /* for static initialisers */
enum { ARENA_BYTES = 32 << 20, FRAME_BYTES = 32 << 20 };

static const struct read_job page_job = {
    .kind = READ_PAGE,
    .url = S("http://shop.example/a"),
    .head = S(HTML),
    .received = S("<html lang=en><title>T</title><a href='/x?a=1&amp;b=2' rel=nofollow>text"
                  "</a><a href=http://o.example/>o</a>")};

/* A reading with something in every field. */
static struct reading full_reading(void)
{
    static struct read_link links[2] = {{.kind = RX_LINK_A,
                                         .url = S("http://shop.example/x"),
                                         .text = S("text"),
                                         .raw = S("/x"),
                                         .rel = 5,
                                         .offset = 12,
                                         .trade = true},
                                        {.kind = RX_LINK_SALVAGED, .url = S("https://o.example/")}};
    static struct mark marks[2];
    marks[0] = (struct mark){.cls = rx_class_at(0),
                             .value = RX_STR("value"),
                             .raw = RX_STR("raw"),
                             .offset = 3,
                             .length = 4,
                             .place = RX_PLACE_TEXT,
                             .hidden = true};
    marks[1] = (struct mark){.cls = rx_class_at(rx_class_count() - 1),
                             .value = RX_STR("v"),
                             .offset = 500, /* in the head, so past the body */
                             .place = RX_PLACE_HEADER};
    struct reading r = {.status = READ_OK,
                        .reason = RX_STR("because"),
                        .reader = RX_STR("tree/2"),
                        .sha256 = rx_sha256(RX_STR("x")),
                        .decoded_bytes = 100,
                        .decoded_cut = true,
                        .media_type = RX_STR("text/html"),
                        .charset = RX_STR("utf-8"),
                        .title = RX_STR("T\x1b[31m"),
                        .lang = RX_STR("en"),
                        .links = links,
                        .link_count = 2,
                        .links_cut = 3,
                        .page_cut = true,
                        .marks = {.items = marks, .count = 2, .cut = true}};
    static struct reject rejects[3];
    rejects[0] = (struct reject){rx_class_at(0), RX_REJECT_FORM, 1};
    rejects[1] = (struct reject){rx_class_at(0), RX_REJECT_FILLER, 2};
    rejects[2] = (struct reject){rx_class_at(rx_class_count() - 1), RX_REJECT_CHECK, 7};
    r.marks.rejects = rejects;
    r.marks.reject_count = 3;
    r.marks.signs.n[SIGN_DRUGS] = 7;
    static struct same same = {.words = 99, .elements = 100};
    same.shingles.bin[0] = same.qgrams.bin[1] = same.paths.bin[RX_MINHASH_BINS - 1] = 0xfffe;
    same.dom_hash[0] = 0xff;
    r.marks.same = &same;
    return r;
}

static void packs_and_unpacks(void **state)
{
    (void)state;
    struct reading r = full_reading(), got;
    struct rx_buf frame = RX_BUF(FRAME_BYTES), again = RX_BUF(FRAME_BYTES);
    struct rx_arena arena = RX_ARENA(ARENA_BYTES);
    struct rx_err err;
    assert_int_equal(reading_pack(&frame, &r), 0);
    assert_int_equal(reading_unpack(&got, &arena, rx_buf_str(&frame), &err), 0);
    assert_int_equal(got.status, READ_OK);
    assert_true(rx_str_eq(got.reason, r.reason) && rx_str_eq(got.reader, r.reader) &&
                rx_str_eq(got.title, r.title) && rx_str_eq(got.media_type, r.media_type));
    assert_int_equal(got.link_count, 2);
    assert_true(rx_str_eq(got.links[0].url, r.links[0].url) && got.links[0].trade);
    assert_int_equal(got.links[0].rel, 5);
    assert_int_equal(got.links_cut, 3);
    assert_true(got.page_cut);
    assert_int_equal(got.marks.count, 2);
    assert_ptr_equal(got.marks.items[0].cls, rx_class_at(0));
    assert_true(got.marks.items[0].hidden && got.marks.cut);
    assert_int_equal(got.marks.items[1].offset, 500);
    assert_int_equal(got.marks.signs.n[SIGN_DRUGS], 7);
    assert_int_equal(got.marks.reject_count, 3);
    assert_ptr_equal(got.marks.rejects[2].cls, r.marks.rejects[2].cls);
    assert_int_equal(got.marks.rejects[1].reason, RX_REJECT_FILLER);
    assert_int_equal(got.marks.rejects[2].count, 7);
    assert_memory_equal(got.marks.same, r.marks.same, sizeof *got.marks.same);
    assert_memory_equal(got.sha256.b, r.sha256.b, sizeof got.sha256.b);
    assert_int_equal(reading_pack(&again, &got), 0);
    assert_true(rx_str_eq(rx_buf_str(&again), rx_buf_str(&frame)));
    rx_buf_free(&frame);
    rx_buf_free(&again);
    rx_arena_free(&arena);
}

static void jobs_cross(void **state)
{
    (void)state;
    struct rx_buf frame = RX_BUF(FRAME_BYTES);
    struct read_job got = {0};
    assert_int_equal(reading_job_pack(&frame, &page_job), 0);
    assert_int_equal(reading_job_unpack(&got, rx_buf_str(&frame)), 0);
    assert_int_equal(got.kind, READ_PAGE);
    assert_true(rx_str_eq(got.received, page_job.received) && rx_str_eq(got.head, page_job.head) &&
                rx_str_eq(got.url, page_job.url));
    for (size_t n = 0; n < frame.n; n++)
        assert_int_equal(reading_job_unpack(&got, rx_strn(frame.p, n)), RX_EDAMAGE);
    rx_buf_free(&frame);
    frame = RX_BUF(40);
    assert_int_equal(reading_job_pack(&frame, &page_job), RX_EFULL);
    assert_int_equal(frame.n, 0);
    rx_buf_free(&frame);
}

/* Whatever is accepted lies within the bounds that everything behind relies on. */
static void check_bounds(const struct reading *r)
{
    assert_in_range(r->status, READ_OK, READ_FAILED);
    assert_true(r->link_count <= READING_LINKS_MAX && r->marks.count <= EXTRACT_MARKS_MAX);
    for (size_t i = 0; i < r->link_count; i++) {
        const struct read_link *l = &r->links[i];
        assert_true(rx_str_istarts(l->url, RX_STR("http")) && l->url.n <= RX_URL_MAX);
        assert_true(!rx_link_is_redirect(l->kind) || l->kind < RX_LINK_R301);
        assert_true(l->offset <= r->decoded_bytes);
    }
    for (size_t i = 0; i < r->marks.count; i++) {
        const struct mark *m = &r->marks.items[i];
        assert_non_null(m->cls);
        assert_true(m->value.n && m->value.n <= EXTRACT_VALUE_MAX && m->raw.n <= EXTRACT_RAW_MAX);
        assert_in_range(m->place, RX_PLACE_TEXT, RX_PLACE_HEADER);
        if (m->place != RX_PLACE_HEADER)
            assert_true((uint64_t)m->offset + m->length <= r->decoded_bytes);
    }
}

static void damage_is_refused(void **state)
{
    (void)state;
    struct reading r = full_reading(), got;
    struct rx_buf frame = RX_BUF(FRAME_BYTES);
    struct rx_arena arena = RX_ARENA(ARENA_BYTES);
    struct rx_err err;
    unsigned refused = 0, flips = 0;
    assert_int_equal(reading_pack(&frame, &r), 0);
    for (size_t n = 0; n < frame.n; n++) {
        got.status = (enum read_status)99;
        char *exact = malloc(n ? n : 1);
        assert_non_null(exact);
        memcpy(exact, frame.p, n);
        assert_int_equal(reading_unpack(&got, &arena, rx_strn(exact, n), &err), RX_EDAMAGE);
        assert_int_equal(got.status, 99);
        free(exact);
    }
    assert_int_equal(rx_buf_addc(&frame, 'x'), 0);
    assert_int_equal(reading_unpack(&got, &arena, rx_buf_str(&frame), &err), RX_EDAMAGE);
    rx_buf_clear(&frame);
    r.marks.same = NULL; /* a sketch is any bytes, which nobody can refuse */
    assert_int_equal(reading_pack(&frame, &r), 0);
    for (size_t i = 0; i < frame.n; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            frame.p[i] = (char)(frame.p[i] ^ (1 << bit));
            int rc = reading_unpack(&got, &arena, rx_buf_str(&frame), &err);
            assert_true(rc == 0 || rc == RX_EDAMAGE);
            if (rc == 0)
                check_bounds(&got);
            refused += rc != 0;
            flips++;
            frame.p[i] = (char)(frame.p[i] ^ (1 << bit));
            rx_arena_free(&arena);
        }
    }
    print_message("%u of %u flipped bits refused\n", refused, flips);
    assert_true(refused > flips / 3);
    rx_buf_free(&frame);
}

/* One field out of range, the rest as an honest worker would send it. */
static void lies_are_refused(void **state)
{
    (void)state;
    static const char long_text[2 * RX_URL_MAX] = "http://a.example/";
    for (int lie = 0; lie < 14; lie++) {
        struct reading r = full_reading(), got;
        struct read_link links[2] = {r.links[0], r.links[1]};
        struct mark marks[2] = {r.marks.items[0], r.marks.items[1]};
        r.links = links;
        struct same same = *r.marks.same;
        r.marks.items = marks;
        r.marks.same = &same;
        switch (lie) {
        case 0:
            links[0].kind = RX_LINK_SEED;
            break;
        case 1:
            links[0].kind = RX_LINK_R302;
            break;
        case 2:
            links[0].url = RX_STR("javascript:alert(1)");
            break;
        case 3:
            links[0].url = RX_STR("http://a.example/\r\nHost: b");
            break;
        case 4:
            links[0].url = rx_strn(long_text, sizeof long_text);
            break;
        case 5:
            links[0].offset = 101;
            break;
        case 6:
            links[0].rel = 8;
            break;
        case 7:
            marks[0].place = RX_PLACE_HOST;
            break;
        case 8:
            marks[0].length = 98;
            break;
        case 9:
            marks[0].value = (struct rx_str){0};
            break;
        case 10:
            same.words = 101;
            break;
        case 11:
            same.elements = 101;
            break;
        case 12:
            r.robots = RX_STR("no rules");
            break;
        default:
            r.charset = RX_STR("utf 8\n");
            break;
        }
        struct rx_buf frame = RX_BUF(FRAME_BYTES);
        struct rx_arena arena = RX_ARENA(ARENA_BYTES);
        struct rx_err err;
        assert_int_equal(reading_pack(&frame, &r), 0);
        if (reading_unpack(&got, &arena, rx_buf_str(&frame), &err) != RX_EDAMAGE)
            fail_msg("lie %d was believed", lie);
        rx_arena_free(&arena);
        rx_buf_free(&frame);
    }
}

static void makes_readings(void **state)
{
    (void)state;
    static const struct {
        enum read_kind kind;
        const char *head, *body;
        enum read_status status;
        const char *reader, *reason;
        size_t links;
    } cases[] = {
        {READ_PAGE, HTML, "<a href=x>", READ_OK, "scan/2", "", 1},
        {READ_PAGE, HTML, "", READ_OK, "scan/2", "", 0},
        {READ_SALVAGE, HTML, "<a href=x><form action=y>", READ_OK, "salvage/1", "", 1},
        {READ_PAGE, "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n", "<a href=x>",
         READ_NOT_HTML, "none/1", "", 0},
        {READ_PAGE, "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nRefresh: 0; url=/x\r\n\r\n",
         "<a href=x>", READ_NOT_HTML, "none/1", "", 1},
        {READ_PAGE, "HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n", "", READ_OK, "none/1", "", 0},
        {READ_PAGE, "HTTP/1.1 302 Found\r\n\r\n", "", READ_NOT_HTML, "none/1", "", 0},
        {READ_SALVAGE, "HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n", "", READ_NOT_HTML, "none/1",
         "", 0},
        {READ_PAGE, "HTTP/1.1 200 OK\r\nContent-Encoding: br,br,br\r\n\r\n", "<a href=x>",
         READ_FAILED, "none/1", "more than 2 content codings", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rx_arena arena = RX_ARENA(ARENA_BYTES);
        struct read_job job = page_job;
        struct reading r;
        struct rx_err err;
        job.kind = cases[i].kind;
        job.head = rx_str(cases[i].head);
        job.received = rx_str(cases[i].body);
        assert_int_equal(reading_make(&r, &arena, NULL, &job, &err), 0);
        if (r.status != cases[i].status || !rx_str_eq(r.reader, rx_str(cases[i].reader)) ||
            rx_str_find(r.reason, rx_str(cases[i].reason), 0) < 0 || r.link_count != cases[i].links)
            fail_msg("case %zu: status %d by %.*s: %.*s", i, r.status, RX_FMT(r.reader),
                     RX_FMT(r.reason));
        rx_arena_free(&arena);
    }
}

/* The first page of a site, and those of structure.tsv, are read with a tree. */
static void the_url_chooses_the_reader(void **state)
{
    (void)state;
    static const struct {
        const char *url, *reader;
    } cases[] = {
        {"http://shop.example/", "tree/2"},
        {"http://shop.example/?ref=7", "tree/2"},
        {"http://shop.example/a", "scan/2"},
        {"http://contact.example/a", "scan/2"},
        {"http://shop.example/a?page=contact", "scan/2"},
        {"http://shop.example/en/Contact-us.html", "tree/2"},
        {"http://shop.example/checkout", "tree/2"},
        {"http://shop.example/all-about-pills", "tree/2"},
        {"http://shop.example/contractions", "scan/2"},
        {"http://shop.example/illegal", "scan/2"},
        {"http://shop.example/illegal/legal", "tree/2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rx_arena arena = RX_ARENA(ARENA_BYTES);
        struct read_job job = page_job;
        struct reading r;
        struct rx_err err;
        job.url = rx_str(cases[i].url);
        assert_int_equal(reading_make(&r, &arena, NULL, &job, &err), 0);
        if (!rx_str_eq(r.reader, rx_str(cases[i].reader)))
            fail_msg("%s: read by %.*s", cases[i].url, RX_FMT(r.reader));
        assert_int_equal(r.link_count, 2);
        rx_arena_free(&arena);
    }
}

static void cites_the_body(void **state)
{
    (void)state;
    struct rx_arena arena = RX_ARENA(ARENA_BYTES);
    struct reading r;
    struct rx_err err;
    assert_int_equal(reading_make(&r, &arena, NULL, &page_job, &err), 0);
    assert_int_equal(r.link_count, 2);
    const struct read_link *l = r.links;
    assert_true(rx_str_eq(l[0].raw, RX_STR("/x?a=1&amp;b=2")));
    assert_int_equal(l[0].rel, DOC_REL_NOFOLLOW);
    assert_true(rx_str_starts(rx_str_sub(page_job.received, l[0].offset, SIZE_MAX), l[0].raw));
    assert_int_equal(l[1].raw.n, 0); /* as written is as resolved */
    assert_true(rx_str_eq(r.media_type, RX_STR("text/html")));
    assert_true(rx_str_eq(r.title, RX_STR("T")) && rx_str_eq(r.lang, RX_STR("en")));
    struct rx_sha256 digest = rx_sha256(page_job.received);
    assert_memory_equal(r.sha256.b, digest.b, sizeof digest.b);
    rx_arena_free(&arena);
}

/* A short page that resolves to megabytes of links: what is kept has a bound, the rest is counted,
 * and no filler hides where the order goes. */
static void links_have_a_budget(void **state)
{
    (void)state;
    static const struct {
        size_t base; /* bytes of the URL that every link is resolved against */
        size_t links;
        bool cut;
    } cases[] = {{20, 1800, false}, {100, 4000, false}, {1900, 400, false}, {1900, 5000, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rx_buf body = RX_BUF(1 << 20);
        struct rx_arena arena = RX_ARENA(ARENA_BYTES);
        struct read_job job = page_job;
        struct reading r, got;
        struct rx_err err;
        int rc = rx_buf_add(&body, RX_STR("<base href=http://a.example/"));
        for (size_t n = 0; n < cases[i].base && !rc; n++)
            rc = rx_buf_addc(&body, 'q');
        if (!rc)
            rc = rx_buf_add(&body, RX_STR("/>"));
        for (size_t n = 0; n < cases[i].links && !rc; n++)
            rc = rx_buf_addf(&body, "<a href=l%zu>a</a>", n);
        if (!rc)
            rc = rx_buf_add(&body,
                            RX_STR("<form action=http://till.example/><input name=q></form>"));
        assert_int_equal(rc, 0);
        job.received = rx_buf_str(&body);
        assert_int_equal(reading_make(&r, &arena, NULL, &job, &err), 0);
        assert_int_equal(r.status, READ_OK);
        assert_int_equal(r.link_count + r.links_cut, cases[i].links + 1);
        assert_int_equal(r.links_cut > 0, cases[i].cut);
        assert_int_equal(r.links[r.link_count - 1].kind, RX_LINK_FORM);
        struct rx_buf frame = RX_BUF(FRAME_BYTES);
        assert_int_equal(reading_pack(&frame, &r), 0);
        assert_int_equal(reading_unpack(&got, &arena, rx_buf_str(&frame), &err), 0);
        rx_buf_free(&frame);
        rx_buf_free(&body);
        rx_arena_free(&arena);
    }
}

/* A worker that brings more than a page's budget is not believed. */
static void more_links_than_the_budget(void **state)
{
    (void)state;
    static struct read_link links[READING_LINK_BYTES / 2000 + 1];
    static char url[1900 + 1];
    struct reading r = full_reading(), got;
    struct rx_buf frame = RX_BUF(READING_FRAME_MAX);
    struct rx_arena arena = RX_ARENA(ARENA_BYTES);
    struct rx_err err;
    memset(url, 'q', sizeof url - 1);
    memcpy(url, "http://a.example/", 17);
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        links[i] = (struct read_link){.kind = RX_LINK_A, .url = rx_str(url)};
    r.links = links;
    r.link_count = sizeof links / sizeof *links;
    assert_int_equal(reading_pack(&frame, &r), 0);
    assert_int_equal(reading_unpack(&got, &arena, rx_buf_str(&frame), &err), RX_EDAMAGE);
    rx_buf_free(&frame);
    rx_arena_free(&arena);
}

/* Too little memory at any point is a failed page with a reason, never a crash. */
static void small_arenas(void **state)
{
    (void)state;
    unsigned failed = 0;
    for (size_t max = 0; max < 40000; max += 512) {
        struct rx_arena arena = RX_ARENA(max);
        struct reading r;
        struct rx_err err;
        assert_int_equal(reading_make(&r, &arena, NULL, &page_job, &err), 0);
        if (r.status == READ_FAILED) {
            assert_true(r.reason.n > 0 && r.link_count == 0);
            failed++;
        }
        rx_arena_free(&arena);
    }
    assert_true(failed > 5);
}

static int init(void **state)
{
    (void)state;
    struct rx_err err;
    return parse_init(&err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packs_and_unpacks),   cmocka_unit_test(jobs_cross),
        cmocka_unit_test(damage_is_refused),   cmocka_unit_test(lies_are_refused),
        cmocka_unit_test(links_have_a_budget), cmocka_unit_test(more_links_than_the_budget),
        cmocka_unit_test(makes_readings),      cmocka_unit_test(the_url_chooses_the_reader),
        cmocka_unit_test(cites_the_body),      cmocka_unit_test(small_arenas)};
    return cmocka_run_group_tests(tests, init, NULL);
}
