/* parse_hidden.c - what a page does not show is marked so, alike by both readers. */
#include "crawler/parse/hidden.h"
#include "crawler/parse/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void test_styles(void **state)
{
    (void)state;
    static const struct {
        const char *style;
        bool hidden;
    } rows[] = {
        {"display:none", true},
        {"color:red; DISPLAY : None !important", true},
        {"display:/**/none", true},
        {"visibility:hidden", true},
        {"font-size:0", true},
        {"font-size:1px;color:#fff", true},
        {"position:absolute;left:-9999px", true},
        {"position:fixed;top:-200em", true},
        {"text-indent:-9999px", true},
        {"width:0;height:0;overflow:hidden", true},
        {"max-height:0px;overflow-y:hidden", true},
        {"clip:rect(0 0 0 0)", true},
        {"", false},
        {"display:block", false},
        {"background:url(display:none.png)", false},
        {"left:-9999px", false},
        {"position:relative;left:-20px", false},
        {"position:relative;left:-50%", false},
        {"height:0;padding-bottom:56.25%;overflow:hidden", false},
        {"height:0.5em;overflow:hidden", false},
        {"height:1px;overflow:hidden", false},
        {"height:0", false},
        {"font-size:12px", false},
        {"font-size:1em", false},
        {"opacity:0", false},
        {"width:inf", false},
        {"clip:rect(1px, 1px, 1px, 1px)", true},
        {"background:url(a.png); display:none", true},
        {"width:calc(1px + 2px); display : none", true},
        {"color: rgb(0, 0, 0); position: absolute; left: -9999px", true},
        {"clip : rect( 1px 1px  1px 1px )", true},
        {"clip:rect(0 100px 100px 0)", false},
        {"clip:rect(0px,60px,200px,0px)", false},
        {"clip:rect(0,0,0", false},
        {"margin-left:-100%", false},
        {"margin-top:-9999px", true},
        {"margin-right:-9999px", false},
        {"display:none;display:block", false},
        {"display:block;display:none", true},
        {"display:none;display:nonsense", true},
        {"display:none!important;display:block", true},
        {"visibility:hidden;visibility:visible", false},
        {"font-size:0;font-size:12px", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if ((hidden_style(rx_str(rows[i].style), 0) != 0) != rows[i].hidden)
            fail_msg("\"%s\"", rows[i].style);
}

#define SHOWN                                                                                      \
    "<p>Welcome to our shop, where you find many things to buy at good prices every day of the "   \
    "week, and where friendly people answer your letters on the very same day they arrive. We "    \
    "have been here for a long time.</p>"

struct page {
    const char *html;
    const char *unseen; /* text runs, each with '|' behind it */
    bool link, form, field;
};

static const struct page pages[] = {
    {SHOWN "<div style=display:none><p>x</p>y<form action=/a><input name=q></form><a href=/b>z</a>"
           "</div>",
     "x|y|z|", true, true, true},
    {SHOWN "<div hidden>x</div><a href=/b>z</a><form action=/a><input name=q></form>", "x|", false,
     false, false},
    {SHOWN "<span style='visibility:hidden'>x</span>y", "x|", false, false, false},
    {SHOWN "<a href=/b style=display:none>z<span>y</span></a>", "z|y|", true, false, false},
    {SHOWN "<form style=display:none action=/a><table><tr><td><input name=q></table></form>", "",
     false, true, true},
    {SHOWN "<ul style=display:none><li>x<li>y</ul>z", "x|y|", false, false, false},
    {SHOWN "<table hidden><tr><td>x<tr><td>y</table>z", "x|y|", false, false, false},
    {SHOWN "<p style=display:none>x<p>y", "x|", false, false, false},
    {SHOWN "<div style=display:none><script>location='/b'</script></div>", "", false, false, false},
    {SHOWN "<textarea style=display:none>x</textarea><textarea>y</textarea>", "x|", false, false,
     true},
    {SHOWN "<div aria-hidden=true>x</div>", "", false, false, false},
    {SHOWN "<p>w <b style=display:none>x</b> y", "x|", false, false, false},
    {SHOWN "<u style=display:none><p>x</p><a href=/b>z</a><b>y</b></u><p>w", "x|z|y|", true, false,
     false},
    {SHOWN "<font style='position:absolute;left:-9999px'>x</font> w</b></font>", "x|", false, false,
     false},
    {SHOWN "<div><b hidden>x</div>y<p>z<p>v</b>w<p>u", "x|y|z|v|", false, false, false},
    {SHOWN "<div><b hidden>x</div><p>y</p>", "x|y|", false, false, false},
    {SHOWN "<table><tr><td><b hidden>x<td>y</table>z", "x|", false, false, false},
    {SHOWN "<li><u style=display:none>x<li></u>y", "x|", false, false, false},
    {SHOWN "<font style=display:none>x <font color=red>y</font> z</font> w", "x y z|", false, false,
     false},
    {SHOWN "<u hidden><div>x</u>y</div>z", "x|", false, false, false},
    {SHOWN "v<u style='display&#58;none'>x</u>w", "x|", false, false, false},
    {SHOWN "<strong hidden>x</strong> w <i style=color:red>v</i>", "x|", false, false, false},
    /* A child may show itself again, but for what is gone. */
    {SHOWN
     "<div style=font-size:0>x<p style=font-size:12px>y</p><p style=font-size:2em>z</p></div>",
     "x|z|", false, false, false},
    {SHOWN "<div style=visibility:hidden>x<p style=visibility:visible>y<b>w</b></p>z</div>", "x|z|",
     false, false, false},
    {SHOWN "<div style=display:none><p style=display:block;visibility:visible>y</p></div>", "y|",
     false, false, false},
    {SHOWN "<div style=visibility:hidden><a href=/b style=visibility:visible>y<b>w</b></a>z</div>",
     "z|", false, false, false},
    {SHOWN "<a href=/b style=visibility:hidden>z<p style=visibility:visible>y</p>x</a>", "z|x|",
     true, false, false},
    {"<title>t</title><u style=display:none>x<a href=/b>z</a></u>" SHOWN, "x|z|", true, false,
     false},
    {"<body style=display:none>" SHOWN "<a href=/b>z</a>", "", false, false, false},
    /* Nothing but what scripts will show. */
    {"<div id=app style=display:none>" SHOWN "<a href=/b>z</a></div>wait", "", false, false, false},
};

static void check(const struct page *p, parse_fn *read, const char *reader)
{
    struct rx_arena arena = RX_ARENA(16 << 20);
    struct rx_err err = {0};
    struct doc d;
    struct rx_buf unseen = RX_BUF(4096);
    assert_int_equal(read(&d, &arena, RX_STR("http://shop.example/"),
                          RX_STR("HTTP/1.1 200 OK\r\n"
                                 "\r\n"),
                          rx_str(p->html), &parse_limits_default, &err),
                     0);
    for (size_t i = 0; i < d.unseen_count; i++)
        assert_int_equal(rx_buf_addf(&unseen, "%.*s|", RX_FMT(d.unseen[i].text)), 0);
    bool link = false, form = false, field = false;
    for (size_t i = 0; i < d.link_count; i++)
        link |= d.links[i].hidden && d.links[i].kind == RX_LINK_A;
    for (size_t i = 0; i < d.link_count; i++)
        assert_false(d.links[i].hidden && d.links[i].kind == RX_LINK_JS);
    for (size_t i = 0; i < d.form_count; i++)
        form |= d.forms[i].hidden;
    for (size_t i = 0; i < d.field_count; i++)
        field |= d.fields[i].hidden;
    if (!rx_str_eq(rx_buf_str(&unseen), rx_str(p->unseen)) || link != p->link || form != p->form ||
        field != p->field)
        fail_msg("%s, %s: unseen \"%.*s\", link %d, form %d, field %d", reader, p->html,
                 RX_FMT(rx_buf_str(&unseen)), link, form, field);
    rx_buf_free(&unseen);
    rx_arena_free(&arena);
}

static void test_readers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        check(&pages[i], parse_tree, "tree");
        check(&pages[i], parse_scan, "scan");
    }
}

/* A comment longer than what is read of a page hides nothing behind it; without an end it is all.
 */
static void test_long_comments(void **state)
{
    (void)state;
    parse_fn *const readers[] = {parse_tree, parse_scan};
    for (size_t i = 0; i < 4; i++) {
        const bool ends = i < 2;
        struct rx_arena arena = RX_ARENA(128 << 20);
        struct rx_buf html = RX_BUF(8 << 20);
        struct rx_err err = {0};
        struct doc d;
        assert_int_equal(rx_buf_add(&html, RX_STR("<!--")), 0);
        for (size_t n = 0; n < parse_limits_default.read_bytes; n += 8)
            assert_int_equal(rx_buf_add(&html, RX_STR("AAAAAAAA")), 0);
        assert_int_equal(rx_buf_add(&html, ends ? RX_STR("--><p>shop") : RX_STR("<p>shop")), 0);
        assert_int_equal(readers[i % 2](&d, &arena, RX_STR("http://shop.example/"), RX_STR(""),
                                        rx_buf_str(&html), &parse_limits_default, &err),
                         0);
        assert_int_equal(d.text_count, ends);
        assert_true(d.cut); /* of the comment a part is kept */
        rx_buf_free(&html);
        rx_arena_free(&arena);
    }
}

/* Of a comment the kept part cites what it was read from, line ends and broken bytes included. */
static void test_cut_comments(void **state)
{
    (void)state;
    parse_fn *const readers[] = {parse_tree, parse_scan};
    static const struct {
        const char *unit;
        size_t source, text; /* bytes */
    } units[] = {{"ab", 2, 2}, {"a\r\n", 3, 2}, {"\xff", 1, 3}, {"\xc3\xa9-", 3, 3}};
    for (size_t i = 0; i < 2 * sizeof units / sizeof units[0]; i++) {
        const size_t unit = i / 2;
        struct rx_arena arena = RX_ARENA(128 << 20);
        struct rx_buf html = RX_BUF(8 << 20);
        struct rx_err err = {0};
        struct doc d;
        assert_int_equal(rx_buf_add(&html, RX_STR("<p>shop<!--")), 0);
        for (size_t n = 0; n < 70000; n++)
            assert_int_equal(rx_buf_add(&html, rx_str(units[unit].unit)), 0);
        assert_int_equal(rx_buf_add(&html, RX_STR("--><p>shop")), 0);
        assert_int_equal(readers[i % 2](&d, &arena, RX_STR("http://shop.example/"),
                                        RX_STR("HTTP/1.1 200 OK\r\nContent-Type: text/html; "
                                               "charset=utf-8\r\n\r\n"),
                                        rx_buf_str(&html), &parse_limits_default, &err),
                         0);
        assert_true(d.cut);
        assert_int_equal(d.comment_count, 1);
        assert_int_equal(d.comments[0].offset, strlen("<p>shop<!--"));
        if (d.comments[0].text.n > 65536 || d.comments[0].text.n < 65530 ||
            d.comments[0].length != (d.comments[0].text.n + units[unit].text - 1) /
                                        units[unit].text * units[unit].source)
            fail_msg("unit %zu, reader %zu: %zu bytes of text, %u of source", unit, i % 2,
                     d.comments[0].text.n, d.comments[0].length);
        rx_buf_free(&html);
        rx_arena_free(&arena);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_styles),
        cmocka_unit_test(test_readers),
        cmocka_unit_test(test_long_comments),
        cmocka_unit_test(test_cut_comments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
