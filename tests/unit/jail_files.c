/* What belongs to a site and is no page of it, read as the jail reads it: who reads it, what it
 * gives, and that each quote stands where it says; and XML that was made to hurt. */
#include "base/buf.h"
#include "crawler/jail/reading.h"
#include "tests/unit/image_tools.h"
#include "tests/unit/reader_tools.h"

enum { ARENA_BYTES = 64 << 20 };
#define OK(type) "HTTP/1.1 200 OK\r\nContent-Type: " type "\r\n\r\n"
#define URL(path) "http://shop.example" path

static const struct {
    const char *url, *head, *body, *reader;
    size_t links;
    const char *cls, *value; /* NULL: no mark of any class */
} cases[] = {
    /* scripts: by type, by name; comments are their authors' */
    {URL("/a"), OK("text/javascript"), "var m='rx@medsdesk24.org'", "script/1", 0, "email",
     "rx@medsdesk24.org"},
    {URL("/a.js?v=1"), OK("application/octet-stream"), "x=atob('cnhAbWVkc2Rlc2syNC5vcmc=')",
     "script/1", 0, "email", "rx@medsdesk24.org"},
    {URL("/a.js"), OK("text/javascript"), "/*! (c) rx@medsdesk24.org */\n// rx@medsdesk24.org\nx()",
     "script/1", 0, NULL, NULL},
    {URL("/a.js"), OK("text/javascript"), "x='//rx@medsdesk24.org/*'", "script/1", 0, "email",
     "rx@medsdesk24.org"},
    {URL("/a.js"), OK("text/javascript"), "/* rx@medsdesk24.org never ends", "script/1", 0, "email",
     "rx@medsdesk24.org"},
    {URL("/a.js"), OK("text/html"), "<a href=/x>", "scan/2", 1, NULL, NULL},
    {URL("/a.js"), "HTTP/1.1 404 Not Found\r\nContent-Type: text/javascript\r\n\r\n",
     "x='rx@medsdesk24.org'", "none/1", 0, NULL, NULL},
    /* robots.txt */
    {URL("/robots.txt"), OK("text/plain"),
     "User-agent: *\nDisallow: /a\nSitemap: /s.xml\nSitemap: http://x.example/t.xml # two\n",
     "file/1", 2, "robots.hash", NULL},
    {URL("/robots.txt"), OK("text/plain"), "# rx@medsdesk24.org\r\nUser-agent: *\r\nDisallow:\r\n",
     "file/1", 0, "email", "rx@medsdesk24.org"},
    {URL("/robots.txt"), OK("text/plain"), "User-agent: *\nDisallow:\n", "file/1", 0, NULL, NULL},
    {URL("/robots.txt"), OK("text/html"), "<a href=/x>rx@medsdesk24.org</a>", "none/1", 0, NULL,
     NULL},
    {URL("/robots.txt"), OK("text/plain"), "# ym(91827364, 'init'\n# Telegram: @RxHelpDesk24\n",
     "file/1", 0, "metrika", "91827364"},
    {URL("/robots.txt"), OK("text/plain"), "# ym(91827364, 'init'\n# Telegram: @RxHelpDesk24\n",
     "file/1", 0, "telegram", "rxhelpdesk24"},
    /* ads.txt */
    {URL("/ads.txt"), OK("text/plain"),
     "google.com, pub-5027319465028379, RESELLER\nGoogle.com ,pub-8027319465028371, direct, f08c\n",
     "file/1", 0, "adsense", "8027319465028371"},
    {URL("/ads.txt"), OK("text/plain"), "a.example, 1, RESELLER\nb.example,2\nc.example, ,DIRECT\n",
     "file/1", 0, NULL, NULL},
    {URL("/ads.txt"), OK("text/plain"), "b.example,2,DIRECT\nA.example, 1, Direct,x\n", "file/1", 0,
     "ads.set", NULL},
    {URL("/ads.txt"), OK("text/plain"), "b.example,2,DIRECT\nCONTACT = rx@medsdesk24.org # x\n",
     "file/1", 0, "email", "rx@medsdesk24.org"},
    /* security.txt, manifest */
    {URL("/.well-known/security.txt"), OK("text/plain"),
     "# ask us\nContact: https://signal.me/#p/+447404126647\n", "file/1", 0, "signal",
     "p/+447404126647"},
    /* a label of another text */
    {URL("/site.webmanifest"), OK("application/json; charset=utf-16le"),
     "{\"a\":\"rx\\u0040medsdesk24.org\"}", "file/1", 0, "email", "rx@medsdesk24.org"},
    {URL("/.well-known/security.txt"), OK("text/plain"), "Contact: mailto:rx@medsdesk24.org\n",
     "file/1", 0, "email", "rx@medsdesk24.org"},
    {URL("/site.webmanifest"), OK("application/octet-stream"),
     "{\"a\":\"rx\\u0040medsdesk24.org\"}", "file/1", 0, "email", "rx@medsdesk24.org"},
    /* sitemaps */
    {URL("/sitemap.xml"), OK("application/xml"),
     "<?xml version='1.0' encoding='EBCDIC-CP-US'?><urlset xmlns='http://www.sitemaps.org/'><url>"
     "<loc> http://shop.example/a?b=1&amp;c=2 </loc><image:loc>/no</image:loc></url>"
     "<url><loc>http://shop.example/b</loc></url><url><loc>",
     "file/1", 2, NULL, NULL},
    {URL("/map"), OK("text/xml"),
     "<sitemapindex><!-- rx@medsdesk24.org --><sitemap><loc><![CDATA[http://shop.example/c.xml]]>"
     "</loc></sitemap></sitemapindex>",
     "file/1", 1, "email", "rx@medsdesk24.org"},
    {URL("/sitemap.xml"), OK("application/xml"), "", "file/1", 0, NULL, NULL},
    {URL("/sitemap.xml"), OK("application/xml"), "<urlset><url><loc>a<b></loc>", "file/1", 1, NULL,
     NULL},
    {URL("/feed"), OK("application/xml"), "<rss><loc>http://shop.example/</loc></rss>", "none/1", 0,
     NULL, NULL},
    /* icons */
    {URL("/favicon.ico"), OK("image/x-icon"),
     "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "file/1", 0, "favicon",
     "1095151790"},
    {URL("/img/my-icon.png"), OK("image/png"),
     "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "file/1", 0,
     "favicon.sha256", "a8ae6e6ee929abea3afcfc5258c8ccd6f85273e0d4626d26c7279f3250f77c8e"},
    {URL("/favicon.ico"), OK("image/x-icon"), "GIF89a", "file/1", 0, NULL, NULL},
    {URL("/img/pills.png"), OK("image/png"),
     "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "none/1", 0, NULL, NULL},
};

static bool says(const struct reading *r, const char *cls, const char *value)
{
    for (size_t i = 0; i < r->marks.count; i++)
        if (strcmp(r->marks.items[i].cls->name, cls) == 0 &&
            (!value || rx_str_eq(r->marks.items[i].value, rx_str(value))))
            return true;
    return false;
}

/* Each mark holds before the reader of citations. */
static void check_cites(const struct tools *t, const struct read_job *job,
                        const struct marks *marks)
{
    struct rx_buf cites = RX_BUF(1 << 20);
    struct rx_arena arena = RX_ARENA(ARENA_BYTES);
    struct reading r;
    struct rx_err err;
    for (size_t i = 0; i < marks->count; i++) {
        const struct mark *m = &marks->items[i];
        const struct read_cite cite = {.place = m->place,
                                       .offset = m->offset,
                                       .length = m->length,
                                       .raw = m->raw,
                                       .cls = rx_str(m->cls->name),
                                       .value = m->value};
        assert_int_equal(reading_cite_pack(&cites, &cite), 0);
    }
    struct read_job again = *job;
    again.kind = READ_CITES;
    again.cites = rx_buf_str(&cites);
    assert_int_equal(reading_make(&r, &arena, t->x, &again, &err), 0);
    assert_int_equal(r.cites.n, marks->count);
    for (size_t i = 0; i < r.cites.n; i++)
        if (r.cites.p[i] != READ_CITE_HOLDS)
            fail_msg("%.*s: its quote of %s does not hold", RX_FMT(job->url),
                     marks->items[i].cls->name);
    rx_buf_free(&cites);
    rx_arena_free(&arena);
}

static void test_files(void **state)
{
    const struct tools *t = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rx_arena arena = RX_ARENA(ARENA_BYTES);
        const struct read_job job = {.kind = READ_PAGE,
                                     .url = rx_str(cases[i].url),
                                     .head = rx_str(cases[i].head),
                                     .received = rx_str(cases[i].body)};
        struct reading r;
        struct rx_err err;
        assert_int_equal(reading_make(&r, &arena, t->x, &job, &err), 0);
        const bool page = rx_str_eq(r.reader, RX_STR("scan/2"));
        if (!rx_str_eq(r.reader, rx_str(cases[i].reader)) || r.link_count != cases[i].links ||
            r.status != (page ? READ_OK : READ_NOT_HTML))
            fail_msg("case %zu: by %.*s, %zu links, status %d", i, RX_FMT(r.reader), r.link_count,
                     r.status);
        if (cases[i].cls ? !says(&r, cases[i].cls, cases[i].value) : r.marks.count > 0)
            fail_msg("case %zu: %zu marks, the first %s", i, r.marks.count,
                     r.marks.count ? r.marks.items[0].cls->name : "-");
        for (size_t k = 0; k < SIGN_COUNT && !page; k++)
            assert_int_equal(r.marks.signs.n[k], 0);
        check_cites(t, &job, &r.marks);
        rx_arena_free(&arena);
    }
}

/* The value of a logo's class; empty: it has none. */
static struct rx_str logo_says(struct rx_arena *arena, const struct tools *t, struct rx_str file,
                               const char *cls)
{
    const struct read_job job = {.kind = READ_PAGE,
                                 .url = RX_STR(URL("/img/head.png")),
                                 .head = RX_STR(OK("image/png")),
                                 .received = file};
    struct reading r;
    struct rx_err err;
    assert_int_equal(reading_make(&r, arena, t->x, &job, &err), 0);
    assert_int_equal(r.status, READ_NOT_HTML);
    assert_true(r.marks.count == 0 || r.marks.count == 2);
    check_cites(t, &job, &r.marks);
    for (size_t i = 0; i < r.marks.count; i++)
        if (strcmp(r.marks.items[i].cls->name, cls) == 0)
            return r.marks.items[i].value;
    return RX_STR("");
}

/* A logo is known again when it was stored anew; what is too small or broken says nothing. */
static void test_logos(void **state)
{
    const struct tools *t = *state;
    struct picture large = picture_logo(7, 120, 300), small = picture_logo(7, 80, 300),
                   other = picture_logo(8, 120, 300), icon = picture_logo(7, 16, 100);
    const struct rx_str files[] = {picture_png(&large), picture_gif(&small, false),
                                   picture_png(&other), picture_png(&icon)};
    struct rx_arena arena = RX_ARENA(ARENA_BYTES);
    uint64_t look[3];
    char hex[RX_SHA256_HEX + 1];
    for (size_t i = 0; i < 3; i++) {
        const struct rx_str phash = logo_says(&arena, t, files[i], "logo.phash");
        const struct rx_sha256 digest = rx_sha256(files[i]);
        assert_int_equal(phash.n, 16);
        look[i] = strtoull(phash.p, NULL, 16);
        rx_sha256_hex(hex, &digest);
        assert_true(rx_str_eq(logo_says(&arena, t, files[i], "logo.sha256"), rx_str(hex)));
    }
    assert_true(__builtin_popcountll(look[0] ^ look[1]) <= 8);
    assert_true(__builtin_popcountll(look[0] ^ look[2]) > 8);
    assert_int_equal(logo_says(&arena, t, files[3], "logo.phash").n, 0);
    assert_int_equal(logo_says(&arena, t, rx_str_sub(files[0], 0, files[0].n / 2), "logo.phash").n,
                     0);
    for (size_t i = 0; i < 4; i++)
        free((void *)(uintptr_t)files[i].p);
    free(large.p);
    free(small.p);
    free(other.p);
    free(icon.p);
    rx_arena_free(&arena);
}

/* Two shops of one engine have the same rules; the shop's own name in them is not counted. */
static void test_robots_hash(void **state)
{
    const struct tools *t = *state;
    struct rx_arena arena = RX_ARENA(ARENA_BYTES);
    struct reading r[3];
    struct rx_err err;
    static const char *const
        urls[] = {"http://a.example/robots.txt", "http://b.example/robots.txt",
                  "http://a.example/robots.txt"},
        *const bodies[] = {"User-agent: *\nDisallow: /a\nDisallow: /b\nHost: a.example\n",
                           "# other\nuser-agent:*\nDisallow: /a\n\nDisallow:/b\nHost: b.example\n",
                           "User-agent: *\nDisallow: /a\nDisallow: /c\nHost: a.example\n"};
    for (size_t i = 0; i < 3; i++) {
        const struct read_job job = {.kind = READ_ROBOTS,
                                     .url = rx_str(urls[i]),
                                     .head = RX_STR(OK("text/plain")),
                                     .received = rx_str(bodies[i]),
                                     .agent = RX_STR("rxmap")};
        assert_int_equal(reading_make(&r[i], &arena, t->x, &job, &err), 0);
        assert_true(r[i].robots.n > 0 && r[i].marks.count == 1);
    }
    assert_true(rx_str_eq(r[0].marks.items[0].value, r[1].marks.items[0].value));
    assert_false(rx_str_eq(r[0].marks.items[0].value, r[2].marks.items[0].value));
    rx_arena_free(&arena);
}

#define LOC "<url><loc>http://shop.example/x</loc></url>"

/* Entities that multiply, files that are asked for, tags that never end: refused, or read as far as
 * they are a sitemap. */
static void test_hostile(void **state)
{
    const struct tools *t = *state;
    static const struct {
        const char *before, *filler, *after;
        enum read_status status;
        size_t links;
    } rows[] = {
        {"<!DOCTYPE l [<!ENTITY a '0123456789'><!ENTITY b "
         "'&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]><urlset>" LOC "<loc>&b;</loc>",
         "", "</urlset>", READ_FAILED, 0},
        {"<!doctype l SYSTEM 'http://127.0.0.1/x.dtd'><urlset>" LOC, "", "</urlset>", READ_FAILED,
         0},
        {"<urlset><!DOCTYPE l [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" LOC, "", "", READ_FAILED,
         0},
        {"<urlset>" LOC "<loc>&x;</loc>", "", "</urlset>", READ_NOT_HTML, 1},
        {"<urlset>" LOC "<url a='1'", " b='2'", ">", READ_NOT_HTML, 1},
        {"<urlset>" LOC, "<a>", "", READ_NOT_HTML, 1},
        {"<urlset>" LOC, "<!-- a -->", "", READ_NOT_HTML, 1},
        {"<urlset>" LOC, "<?a b?>", "", READ_NOT_HTML, 1},
        {"<urlset>" LOC, "<url><loc>http://shop.example/&#120;</loc></url>", "", READ_NOT_HTML,
         2000},
        {"<urlset>" LOC "<!--", "-", "", READ_NOT_HTML, 1},
        {"<urlset>" LOC, "<![CDATA[", "", READ_NOT_HTML, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rx_arena arena = RX_ARENA(ARENA_BYTES);
        struct rx_buf body = RX_BUF(3 << 20);
        struct reading r;
        struct rx_err err;
        assert_int_equal(rx_buf_add(&body, rx_str(rows[i].before)), 0);
        while (rows[i].filler[0] && body.n < 2 << 20)
            assert_int_equal(rx_buf_add(&body, rx_str(rows[i].filler)), 0);
        assert_int_equal(rx_buf_add(&body, rx_str(rows[i].after)), 0);
        const struct read_job job = {.kind = READ_PAGE,
                                     .url = RX_STR(URL("/sitemap.xml")),
                                     .head = RX_STR(OK("application/xml")),
                                     .received = rx_buf_str(&body)};
        assert_int_equal(reading_make(&r, &arena, t->x, &job, &err), 0);
        if (r.status != rows[i].status || r.link_count != rows[i].links)
            fail_msg("row %zu: status %d, %zu links: %.*s", i, r.status, r.link_count,
                     RX_FMT(r.reason));
        rx_buf_free(&body);
        rx_arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_files), cmocka_unit_test(test_logos),
                                       cmocka_unit_test(test_robots_hash),
                                       cmocka_unit_test(test_hostile)};
    return cmocka_run_group_tests(tests, tools_setup, tools_teardown);
}
