/* parse_doc.c - what of a page goes where in the doc: links with their kinds and texts, forms and
 * their fields, scripts, comments, attributes; and salvage beside it. Table first, a line a case.
 */
#include "crawler/parse/build.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define URL "http://shop.example/dir/page"
#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
enum { ARENA_BYTES = 16 << 20 };

static struct rx_arena arena;

/* The reader under test: every test runs over both. */
static parse_fn *reader;

static int with_tree(void **state)
{
    (void)state;
    reader = parse_tree;
    return 0;
}

static int with_scan(void **state)
{
    (void)state;
    reader = parse_scan;
    return 0;
}

static struct doc read_page(const char *head, const char *html)
{
    struct doc doc = {0};
    struct rx_err err = {0};
    rx_arena_free(&arena);
    arena = RX_ARENA(ARENA_BYTES);
    if (reader(&doc, &arena, RX_STR(URL), rx_str(head), rx_str(html), &parse_limits_default, &err))
        fail_msg("%s: %s", html, err.text);
    return doc;
}

/* "kind url|kind url|" */
static struct rx_buf list_links(const struct doc *doc)
{
    struct rx_buf b = RX_BUF(1 << 16);
    for (size_t i = 0; i < doc->link_count; i++)
        assert_int_equal(rx_buf_addf(&b, "%s%s %.*s", i ? "|" : "",
                                     rx_link_name(doc->links[i].kind), RX_FMT(doc->links[i].url)),
                         0);
    return b;
}

static void links(void **state)
{
    (void)state;
    static const struct {
        const char *html, *links;
    } cases[] = {
        {"<a href=x>", "a http://shop.example/dir/x"},
        {"<a href=' /x '>", "a http://shop.example/x"},
        {"<a href=''><a href=' '><a>", ""},
        {"<a href='?a=1&amp;b=2#f'>", "a http://shop.example/dir/page?a=1&b=2#f"},
        {"<a href=mailto:x@y.example><a href=javascript:1>", ""},
        {"<a href=x><base href=/b/><base href=/c/>", "a http://shop.example/b/x"},
        {"<base target=x><base href=//o.example/q/><a href=x>", "a http://o.example/q/x"},
        {"<base href=javascript:1><a href=x>", "a http://shop.example/dir/x"},
        {"<area href=x><form action=/f><iframe src=i></iframe><img src=g.png>",
         "area http://shop.example/dir/x|form http://shop.example/f|iframe "
         "http://shop.example/dir/i|img http://shop.example/dir/g.png"},
        {"<frameset><frame src=a><frame src=b></frameset>",
         "iframe http://shop.example/dir/a|iframe http://shop.example/dir/b"},
        {"<script src=s.js></script>", "script http://shop.example/dir/s.js"},
        {"<link rel=canonical href=/c>", "canonical http://shop.example/c"},
        {"<link rel='Alternate' href=/f>", "alternate http://shop.example/f"},
        {"<link rel='alternate stylesheet' href=/s>", "style http://shop.example/s"},
        {"<img src=a.png class=logo><img src=logo2.png>",
         "img http://shop.example/dir/a.png|logo http://shop.example/dir/a.png|img "
         "http://shop.example/dir/logo2.png"},
        {"<meta property=og:image content=/o.png><meta property='OG:Logo' content=/l.png>",
         "logo http://shop.example/l.png"},
        {"<meta property=og:image content=' '><meta property=og:image content=/o.png><img src=a>",
         "img http://shop.example/dir/a|logo http://shop.example/o.png"},
        {"<meta property=og:image content=/o.png><img src=a alt=Logo>",
         "img http://shop.example/dir/a|logo http://shop.example/dir/a"},
        {"<link rel='shortcut icon' href=/i>",
         "style http://shop.example/i|icon http://shop.example/i"},
        {"<link rel=manifest href=/m>",
         "style http://shop.example/m|manifest http://shop.example/m"},
        {"<link rel=next href=/n>", ""},
        {"<noscript><a href=x></noscript>", "a http://shop.example/dir/x"},
        {"<head><noscript><link rel=canonical href=/c></noscript>",
         "canonical http://shop.example/c"},
        {"<template><a href=x></template>", ""},
        {"<body><template shadowrootmode=open><a href=x></template><a href=y>",
         "a http://shop.example/dir/x|a http://shop.example/dir/y"},
        {"<svg><a href=x></a></svg>", ""},
        {"<svg><foreignObject><a href=x></foreignObject></svg>", "a http://shop.example/dir/x"},
        {"<textarea><a href=x></textarea><!-- <a href=y> -->", ""},
        {"<meta http-equiv=Refresh content='5; url=/r'>", "meta-refresh http://shop.example/r"},
        {"<meta http-equiv=refresh content='0;URL=\"http://o.example/\"x'>",
         "meta-refresh http://o.example/"},
        {"<meta http-equiv=refresh content=5>", ""},
        {"<meta http-equiv=refresh content='0, /x'>", "meta-refresh http://shop.example/x"},
        {"<meta name=refresh content='0;url=/x'>", ""},
        {"<script>location = '/x';</script>", "js http://shop.example/x"},
        {"<script>window.location.href=\"http:\\/\\/o.example\\/p\"</script>",
         "js http://o.example/p"},
        {"<script>top.location.replace( '\\x2fy\\u002f' )</script>", "js http://shop.example/y/"},
        {"<script>document.location.assign(`/z`)}</script>", "js http://shop.example/z"},
        {"<script>location.href = '/x' + id; location=a; location=='/x'</script>", ""},
        {"<script>marker.location='/x'; my_location='/y'; window.open('/z')</script>", ""},
        {"<script>var location = '/x'</script>", ""},
        {"<script>location.href = `/x${a}`</script>", ""},
        {"<script type=application/json>{\"a\":\"location='/x'\"}</script>", ""},
        {"<script type=text/template>location='/x'</script>", ""},
        {"<b><a href=1>x</b><a href=2>y",
         "a http://shop.example/dir/1|a http://shop.example/dir/2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct doc doc = read_page(HEAD, cases[i].html);
        struct rx_buf got = list_links(&doc);
        if (!rx_str_eq(rx_buf_str(&got), rx_str(cases[i].links)))
            fail_msg("%s: %.*s", cases[i].html, RX_FMT(rx_buf_str(&got)));
        rx_buf_free(&got);
    }
}

static void header_refresh(void **state)
{
    (void)state;
    struct doc doc = read_page("HTTP/1.1 200 OK\r\nRefresh: 0; url=/next\r\n\r\n", "<p>x");
    assert_int_equal(doc.link_count, 1);
    assert_int_equal(doc.links[0].kind, RX_LINK_HEADER_REFRESH);
    assert_true(rx_str_eq(doc.links[0].url, RX_STR("http://shop.example/next")));
}

static void link_texts(void **state)
{
    (void)state;
    static const struct {
        const char *html, *text;
        unsigned rel;
    } cases[] = {
        {"<a href=x>  buy \n <b>now</b>  </a>", "buy now", 0},
        {"<a href=x><img alt='Cheap pills' src=i></a>", "Cheap pills", 0},
        {"<a href=x><img alt='logo' src=i> Shop</a>", "Shop", 0},
        {"<a href=x>Shop <img alt='logo' src=i></a>", "Shop", 0},
        {"<a href=x rel='NoFollow  ugc'><span>a</span><span>b</span></a>", "ab",
         DOC_REL_NOFOLLOW | DOC_REL_UGC},
        {"<a href=x rel=sponsored></a>behind", "", DOC_REL_SPONSORED},
        {"<a href=x>&amp;&nbsp;&eacute;</a>", "&\u00A0\u00E9", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct doc doc = read_page(HEAD, cases[i].html);
        assert_true(doc.link_count >= 1);
        if (!rx_str_eq(doc.links[0].text, rx_str(cases[i].text)) ||
            doc.links[0].rel != cases[i].rel)
            fail_msg("%s: \"%.*s\" rel %u", cases[i].html, RX_FMT(doc.links[0].text),
                     doc.links[0].rel);
    }
    struct rx_buf page = RX_BUF(1 << 16);
    assert_int_equal(rx_buf_add(&page, RX_STR("<a href=x>")), 0);
    for (int i = 0; i < 300; i++)
        assert_int_equal(rx_buf_add(&page, RX_STR("\u00E9")), 0);
    struct doc doc = read_page(HEAD, page.p);
    assert_int_equal(doc.links[0].text.n, BUILD_TEXT_MAX); /* and no half character */
    rx_buf_free(&page);
}

static void forms(void **state)
{
    (void)state;
    struct doc doc = read_page(
        HEAD, "<input name=outside>"
              "<form action='/buy?x=1&amp;y' method=POST name=f id=i>"
              "<input TYPE=Hidden name=aff value='12&amp;3'><select name=s><option>1</select>"
              "<textarea name=t></textarea><button name=b></button></form>"
              "<form><input id=only></form><input name=late>"
              "<table><form action=/t><tr><td><input name=cell></td></tr></form></table>"
              "<input name=after>");
    static const struct {
        const char *name, *type;
    } fields[] = {{"aff", "hidden"},   {"s", "select"},  {"t", "textarea"},
                  {"b", "submit"},     {"", "text"},     {"cell", "text"},
                  {"outside", "text"}, {"late", "text"}, {"after", "text"}};
    assert_int_equal(doc.form_count, 3);
    assert_int_equal(doc.field_count, sizeof fields / sizeof *fields);
    for (size_t i = 0; i < doc.field_count; i++) {
        if (!rx_str_eq(doc.fields[i].name.text, rx_str(fields[i].name)) ||
            !rx_str_eq(doc.fields[i].type, rx_str(fields[i].type)))
            fail_msg("field %zu: %.*s", i, RX_FMT(doc.fields[i].name.text));
    }
    const struct doc_form *f = doc.forms;
    assert_true(f[0].post && !f[1].post);
    assert_true(rx_str_eq(f[0].action, RX_STR("http://shop.example/buy?x=1&y")));
    assert_true(rx_str_eq(f[0].name.text, RX_STR("f")));
    assert_true(rx_str_eq(f[1].action, RX_STR(URL)));
    assert_int_equal(f[0].first_field, 0);
    assert_int_equal(f[0].fields, 4);
    assert_int_equal(f[1].first_field, 4);
    assert_int_equal(f[1].fields, 1);
    assert_int_equal(f[2].first_field, 5);
    assert_int_equal(f[2].fields, 1);
    assert_true(rx_str_eq(doc.fields[4].id.text, RX_STR("only")));
    assert_true(rx_str_eq(doc.fields[0].value.text, RX_STR("12&3")));
}

static bool has_attr(const struct doc *doc, const char *tag, const char *name, const char *value)
{
    for (size_t i = 0; i < doc->attr_count; i++)
        if (rx_str_eq(doc->attrs[i].tag, rx_str(tag)) &&
            rx_str_eq(doc->attrs[i].name, rx_str(name)) &&
            rx_str_eq(doc->attrs[i].value.text, rx_str(value)))
            return true;
    return false;
}

static void the_rest(void **state)
{
    (void)state;
    struct doc doc = read_page(
        HEAD, "<!-- top --><html lang=' es-MX '><head><title> A \n &amp; B </title>"
              "<title>second</title><meta name=Generator content=X><meta property=og:title "
              "content=Y><style>b{c:d}</style><script>var a = '<b>\r\n';</script>"
              "<script type='application/ld+json'>{\"x\":1}</script><script> </script></head>"
              "<body onload='go()'><p data-cfemail=aabb class=c>one <i>two</i>\r\nthree"
              "<svg><title>not text</title><text>drawn</text><style>s</style></svg>"
              "<a href='mailto:a@b.example'>m</a><img src='data:xx' alt=pic>"
              "<?php secret ?></body>");
    assert_true(rx_str_eq(doc.lang, RX_STR("es-MX")));
    assert_true(rx_str_eq(doc.title, RX_STR("A & B")));
    assert_int_equal(doc.meta_count, 2);
    assert_true(rx_str_eq(doc.metas[0].name.text, RX_STR("Generator")));
    assert_true(rx_str_eq(doc.metas[1].name.text, RX_STR("og:title")));
    assert_int_equal(doc.script_count, 2);
    assert_true(rx_str_eq(doc.scripts[0].text.text, RX_STR("var a = '<b>\r\n';")));
    assert_true(doc.scripts[1].json && !doc.scripts[0].json);
    assert_int_equal(doc.style_count, 2);
    assert_int_equal(doc.comment_count, 2);
    assert_true(rx_str_eq(doc.comments[0].text, RX_STR(" top ")));
    assert_true(rx_str_eq(doc.comments[1].text, RX_STR("?php secret ?")));
    assert_true(rx_str_eq(rx_strn(doc.source.p + doc.comments[1].offset, doc.comments[1].length),
                          RX_STR("?php secret ?")));
    assert_int_equal(doc.text_count, 3);
    assert_true(rx_str_eq(doc.texts[0].text, RX_STR("one two\nthree")));
    assert_true(rx_str_eq(doc.texts[1].text, RX_STR("drawn")));
    assert_true(has_attr(&doc, "body", "onload", "go()"));
    assert_true(has_attr(&doc, "p", "data-cfemail", "aabb"));
    assert_true(has_attr(&doc, "a", "href", "mailto:a@b.example"));
    assert_true(has_attr(&doc, "img", "alt", "pic"));
    assert_false(has_attr(&doc, "p", "class", "c"));
    assert_false(has_attr(&doc, "img", "src", "data:xx"));
    assert_true(doc.tag_path_count > 10);
    assert_false(doc.cut);
}

/* The page in a srcdoc has references of its own, behind those of the attribute; and a cap. */
static void srcdoc(void **state)
{
    (void)state;
    struct doc doc = read_page(HEAD, "<iframe srcdoc='&lt;p>Vi&amp;#97;gra &amp;amp; &#67;ialis"
                                     "<script>a &amp;amp; b</script>\xC3'></iframe>");
    assert_int_equal(doc.framed_count, 2);
    assert_true(rx_str_eq(doc.framed[0].text, RX_STR("Viagra & Cialis")));
    assert_true(rx_str_eq(doc.framed[1].text, RX_STR("\uFFFD")));
    assert_false(doc.cut);
    static const size_t bolds[] = {9000, 10000};
    for (size_t i = 0; i < 2; i++) {
        struct rx_buf html = RX_BUF(1 << 20);
        assert_int_equal(rx_buf_add(&html, RX_STR("<iframe srcdoc='")), 0);
        for (size_t n = 0; n < bolds[i]; n++)
            assert_int_equal(rx_buf_add(&html, RX_STR("<b>a")), 0);
        assert_int_equal(rx_buf_add(&html, RX_STR("<p>'></iframe>")), 0);
        doc = read_page(HEAD, html.p);
        assert_int_equal(doc.cut, i);
        rx_buf_free(&html);
    }
}

static void structure_has_a_hash(void **state)
{
    (void)state;
    struct doc doc =
        read_page(HEAD, "<div><a href=1></a><a href=2></a><p><a href=3></a></p></div>");
    assert_int_equal(doc.links[0].tag_path, doc.links[1].tag_path);
    assert_int_not_equal(doc.links[0].tag_path, doc.links[2].tag_path);
    uint32_t path = doc.links[2].tag_path;
    doc = read_page(HEAD, "text<div>more<p><i><a href=other>");
    assert_int_equal(doc.links[0].tag_path, path);
}

/* needle in the text of the page; the source bytes that it must lead to. */
static void locating(void **state)
{
    (void)state;
    static const struct {
        const char *html, *needle, *bytes;
    } cases[] = {
        {"<p>call 555-0199 now", "555-0199", "555-0199"},
        {"<p>a&amp;b x@y.example", "x@y.example", "x@y.example"},
        {"<p>x&#64;y.example z", "x@y.example", "x&#64;y.example"},
        {"<p>x&commat;y.example z", "x@y.example", "x&commat;y.example"},
        {"<p>one\r\ntwo\rthree", "two\nthree", "two\rthree"},
        {"<p>in<b>f</b>o@s.example", "info@s.example", "in<b>f</b>o@s.example"},
        {"<p>1 < 2 mark", "mark", "mark"},
        {"<p>a &lt b mark", "mark", "mark"},
        {"<p>&copy2020 mark", "2020", "2020"},
        {"<p>&notreal; mark", "real; mark", "real; mark"}, /* &not is a reference */
        {"<p>&unknown; mark", "&unknown;", "&unknown;"},
        {"<p>&amp;amp; mark", "mark", "mark"},
        {"<p>\xFF\xFE mark", "mark", "mark"},
        {"<p>a\xE2\x82 mark", "mark", "mark"},
        {"<p>\xE2\x82\xAC mark &euro; post", "post", "post"},
        {"<p>x</span></b><!-- y -->z</i>mark", "mark", "mark"},
        {"<p>&NotEqualTilde; mark", "mark", "mark"}, /* two code points */
        {"<p>&#128; &#xD800; mark", "mark", "mark"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct doc doc = read_page(HEAD, cases[i].html);
        bool found = false;
        for (size_t k = 0; k < doc.text_count && !found; k++) {
            ptrdiff_t at = rx_str_find(doc.texts[k].text, rx_str(cases[i].needle), 0);
            if (at < 0)
                continue;
            uint32_t offset, length;
            doc_locate(&doc, doc.texts[k], (size_t)at, strlen(cases[i].needle), &offset, &length);
            struct rx_str bytes = rx_strn(doc.source.p + offset, length);
            if (!rx_str_eq(bytes, rx_str(cases[i].bytes)))
                fail_msg("%s: \"%.*s\"", cases[i].html, RX_FMT(bytes));
            found = true;
        }
        if (!found)
            fail_msg("%s: no such text", cases[i].html);
    }
    struct doc doc = read_page(HEAD, "<a href='/?a=1&amp;b=2&c=3&copy=4&#x3d;'>");
    uint32_t offset, length;
    struct doc_span raw = doc.links[0].raw;
    doc_locate(&doc, raw, (size_t)rx_str_find(raw.text, RX_STR("c=3"), 0), 3, &offset, &length);
    assert_true(rx_str_eq(rx_strn(doc.source.p + offset, length), RX_STR("c=3")));
    doc_locate(&doc, raw, raw.text.n - 1, 1, &offset, &length);
    assert_true(rx_str_eq(rx_strn(doc.source.p + offset, length), RX_STR("&#x3d;")));
    /* Nothing, and what is out of range, is the whole; what was made leads nowhere. */
    doc_locate(&doc, raw, 9999, 9999, &offset, &length);
    assert_int_equal(length, raw.length);
    doc_locate(&doc, (struct doc_span){.text = RX_STR("made")}, 0, 4, &offset, &length);
    assert_int_equal(length, 0);
}

static void salvage(void **state)
{
    (void)state;
    static const struct {
        const char *html, *links, *title;
    } cases[] = {
        {"<title> a &amp; b</title><a href='x?a=1&amp;b'>",
         "salvaged http://shop.example/dir/x?a=1&b", "a & b"},
        {"<a href=1><base href=/q/><area href=2><frame src=3><iframe src=4></iframe>",
         "salvaged http://shop.example/q/1|salvaged http://shop.example/q/2|salvaged "
         "http://shop.example/q/3|salvaged http://shop.example/q/4",
         ""},
        {"<form action=/f><img src=i><script src=s></script><link rel=canonical href=c>", "", ""},
        {"<script>'<a href=no>'</script><!-- <a href=no> --><a title='<a href=no>' HREF=yes>",
         "salvaged http://shop.example/dir/yes", ""},
        {"<meta http-equiv=refresh content='0;url=/r'>", "salvaged http://shop.example/r", ""},
        {"<a href='unfinished", "", ""},
        {"<a href=mailto:x><a href=''>", "", ""},
        {"<a href=&#104;ttp://o.example/>", "salvaged http://o.example/", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct doc doc = {0};
        struct rx_err err = {0};
        rx_arena_free(&arena);
        assert_int_equal(parse_salvage(&doc, &arena, RX_STR(URL), RX_STR(HEAD),
                                       rx_str(cases[i].html), &parse_limits_default, &err),
                         0);
        struct rx_buf got = list_links(&doc);
        if (!rx_str_eq(rx_buf_str(&got), rx_str(cases[i].links)) ||
            !rx_str_eq(doc.title, rx_str(cases[i].title)))
            fail_msg("%s: %.*s / %.*s", cases[i].html, RX_FMT(rx_buf_str(&got)), RX_FMT(doc.title));
        rx_buf_free(&got);
    }
}

static void caps(void **state)
{
    (void)state;
    struct rx_buf page = RX_BUF(1 << 20);
    for (int i = 0; i < 100; i++)
        assert_int_equal(rx_buf_addf(&page, "<a href=%d>x</a>", i), 0);
    struct parse_limits limits = parse_limits_default;
    struct doc doc;
    limits.links = 40;
    rx_arena_free(&arena);
    assert_int_equal(
        reader(&doc, &arena, RX_STR(URL), RX_STR(HEAD), rx_buf_str(&page), &limits, NULL), 0);
    assert_int_equal(doc.link_count, 40);
    assert_true(doc.cut);
    limits = parse_limits_default;
    limits.read_bytes = 160; /* the first ten */
    rx_arena_free(&arena);
    assert_int_equal(
        reader(&doc, &arena, RX_STR(URL), RX_STR(HEAD), rx_buf_str(&page), &limits, NULL), 0);
    assert_int_equal(doc.link_count, 10);
    assert_true(doc.cut);
    assert_int_equal(
        reader(&doc, &arena, RX_STR("ftp://x/"), RX_STR(HEAD), rx_buf_str(&page), &limits, NULL),
        RX_EINVAL);
    rx_buf_free(&page);
}

static int init(void **state)
{
    (void)state;
    struct rx_err err;
    arena = RX_ARENA(ARENA_BYTES);
    return parse_init(&err);
}

static int done(void **state)
{
    (void)state;
    rx_arena_free(&arena);
    return 0;
}

#define BOTH(test) cmocka_unit_test_setup(test, with_tree), cmocka_unit_test_setup(test, with_scan)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(links),    BOTH(header_refresh),       BOTH(link_texts), BOTH(forms),
        BOTH(the_rest), BOTH(structure_has_a_hash), BOTH(srcdoc),     BOTH(locating),
        BOTH(caps),     cmocka_unit_test(salvage)};
    return cmocka_run_group_tests(tests, init, done);
}
