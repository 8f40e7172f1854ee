/* parse_charset.c - labels, sniffing, decoding and the way back to the bytes. */
#include "crawler/parse/charset.h"

#include "crawler/parse/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define S(literal)                                                                                 \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

static void labels(void **state)
{
    (void)state;
    static const struct {
        const char *label, *name;
    } cases[] = {
        {"utf8", "utf-8"},
        {" UTF-8\n", "utf-8"},
        {"latin1", "windows-1252"},
        {"ISO-8859-1", "windows-1252"},
        {"us-ascii", "windows-1252"},
        {"cp1251", "windows-1251"},
        {"gb2312", "gbk"},
        {"x-sjis", "shift_jis"},
        {"ks_c_5601-1987", "euc-kr"},
        {"unicode", "utf-16le"},
        {"866", "ibm866"},
        {"x-x-big5", "big5"},
        {"x-user-defined", "x-user-defined"},
        {"x-mac-ukrainian", "x-mac-cyrillic"},
        {"koi8-ru", "koi8-u"},
        {"csisolatin5", "windows-1254"},
        {"tis-620", "windows-874"},
        {"utf-7", NULL},
        {"", NULL},
        {"nonsense", NULL},
        {"iso-2022-kr", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct charset *c = charset_find(rx_str(cases[i].label));
        if (!c != !cases[i].name || (c && strcmp(c->name, cases[i].name) != 0))
            fail_msg("%s: %s", cases[i].label, c ? c->name : "none");
    }
    for (unsigned i = 0; i < CHARSET_COUNT; i++) { /* each name is a label of itself */
        assert_int_equal(charset_at(i)->index, i);
        assert_ptr_equal(charset_find(rx_str(charset_at(i)->name)), charset_at(i));
    }
}

static void sniffing(void **state)
{
    (void)state;
    static const struct {
        struct rx_str body;
        const char *header, *name, *by;
    } cases[] = {
        {S("\xEF\xBB\xBFx"), "windows-1251", "utf-8", "bom"},
        {S("\xFF\xFEx\0"), "utf-8", "utf-16le", "bom"},
        {S("\xFE\xFF\0x"), "", "utf-16be", "bom"},
        {S("x\xE4"), "windows-1251", "windows-1251", "header"},
        {S("<meta charset=koi8-r>\xC1"), "", "koi8-r", "meta"},
        {S("<meta charset=koi8-r>\xC1"), "bogus", "koi8-r", "meta"},
        {S("<META HTTP-EQUIV='Content-Type' content='text/html; charset=\"shift_jis\"'>"), "",
         "shift_jis", "meta"},
        {S("<meta content='text/html; charset=euc-jp' http-equiv=content-type>"), "", "euc-jp",
         "meta"},
        {S("<meta content='text/html; charset=euc-jp'>"), "", "windows-1252", "default"},
        {S("<!-- <meta charset=koi8-r> --><meta charset=big5>"), "", "big5", "meta"},
        {S("<a title='<meta charset=koi8-r>'>"), "", "windows-1252", "default"},
        {S("<meta charset=utf-16le>"), "", "utf-8", "meta"},
        {S("<meta charset=x-user-defined>"), "", "windows-1252", "meta"},
        {S("<meta charset=bogus><meta charset=gbk>"), "", "gbk", "meta"},
        {S("<meta charset='gb"), "", "windows-1252", "default"},
        {S("caf\xC3\xA9"), "", "utf-8", "guess"},
        {S("caf\xC3\xA9 \xE2\x82"), "", "utf-8", "guess"}, /* cut inside a character */
        {S("plain"), "", "windows-1252", "default"},
        {S("\xCF\xF0\xE8\xE2\xE5\xF2 \xEC\xE8\xF0, \xFD\xF2\xEE \xF2\xE5\xEA\xF1\xF2 \xED\xE0 "
           "\xF0\xF3\xF1\xF1\xEA\xEE\xEC \xFF\xE7\xFB\xEA\xE5 \xE8 \xEE\xED \xE4\xEE\xEB\xE3"),
         "", "windows-1251", "guess"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rx_arena arena = RX_ARENA(1 << 20);
        struct charset_text t;
        assert_int_equal(charset_decode(&t, &arena, cases[i].body, rx_str(cases[i].header)), 0);
        if (strcmp(t.name, cases[i].name) != 0 || strcmp(t.by, cases[i].by) != 0)
            fail_msg("case %zu: %s by %s", i, t.name, t.by);
        rx_arena_free(&arena);
    }
}

static const struct text {
    const char *charset;
    struct rx_str body, source;
} texts[] = {
    {"windows-1252", S("a\x80\xE9\x81z"), S("a\u20AC\u00E9\xC2\x81z")},
    {"windows-1251", S("\xCF\xF0 x \xFF"), S("\u041F\u0440 x \u044F")},
    {"koi8-r", S("\xF0\xD2"), S("\u041F\u0440")},
    {"windows-1255", S("\xE0\xC1"), S("\u05D0\u05B1")},
    {"windows-1258", S("a\xEC"), S("a\u0301")},
    {"ibm866", S("\x8F\xE0"), S("\u041F\u0440")},
    {"iso-8859-7", S("\xC1\xFF"), S("\u0391\uFFFD")},
    {"shift_jis", S("a\x83\x65\x83\x58\xB1z"), S("a\u30C6\u30B9\uFF71z")},
    {"shift_jis", S("\x83<a>"), S("\uFFFD<a>")},
    {"shift_jis", S("x\x83"), S("x\uFFFD")},
    {"euc-jp", S("\xA5\xC6\x8E\xB1\x8F\xB0\xA1y"), S("\u30C6\uFF71\u4E02y")},
    {"iso-2022-jp", S("a\x1B$B%F%9\x1B(Bz"), S("a\u30C6\u30B9z")},
    {"gbk", S("\xC4\xE3\xBA\xC3!"), S("\u4F60\u597D!")},
    {"gb18030", S("\x81\x30\x81\x30x\x90\x30\x81\x30"), S("\xC2\x80x\U00010000")},
    {"big5", S("\xA7\x41\xA6\x6E"), S("\u4F60\u597D")},
    {"big5", S("\x88\x62 x\x88\xA5"), S("\u00CA\u0304 x\u00EA\u030C")},
    {"euc-kr", S("\xB0\xA1\x81\x41"), S("\uAC00\uAC02")},
    {"utf-16le", S("a\0\xAC\x20\x3D\xD8\x00\xDEx"), S("a\u20AC\U0001F600\uFFFD")},
    {"utf-16be", S("\0a\xD8\x00\0b"), S("a\uFFFDb")},
    {"x-user-defined", S("a\x80"), S("a\uF780")},
    {"utf-8",
     S("a\xFF"
       "b"),
     S("a\xFF"
       "b")}, /* left as it is: source is the body */
    {"gbk", S("only ascii"), S("only ascii")},
};

static void decoding(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct rx_arena arena = RX_ARENA(1 << 20);
        struct charset_text t;
        assert_int_equal(charset_decode(&t, &arena, texts[i].body, rx_str(texts[i].charset)), 0);
        if (!rx_str_eq(t.source, texts[i].source))
            fail_msg("%s (case %zu): \"%.*s\"", texts[i].charset, i, RX_FMT(t.source));
        rx_arena_free(&arena);
    }
}

/* Each marker word of a mixed page is found at its own bytes. */
static void offsets(void **state)
{
    (void)state;
    static const struct rx_str words[] = {S("ALPHA"), S("BRAVO"), S("CHARLIE"), S("DELTA")};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (rx_str_starts(rx_str(texts[i].charset), RX_STR("utf-16")) ||
            texts[i].body.p[texts[i].body.n - 1] == '\x83')
            continue;
        struct rx_buf body = RX_BUF(4096);
        for (size_t k = 0; k < 4; k++)
            assert_int_equal(rx_buf_add(&body, texts[i].body) + rx_buf_add(&body, RX_STR(" ")) +
                                 rx_buf_add(&body, words[k]),
                             0);
        struct rx_arena arena = RX_ARENA(1 << 20);
        struct charset_text t;
        assert_int_equal(charset_decode(&t, &arena, rx_buf_str(&body), rx_str(texts[i].charset)),
                         0);
        for (size_t k = 0; k < 4; k++) {
            ptrdiff_t at = rx_str_find(t.source, words[k], 0);
            assert_true(at >= 0);
            uint32_t in_body = charset_body(t.runs, t.run_count, (uint32_t)at);
            if (in_body != (uint32_t)rx_str_find(rx_buf_str(&body), words[k], 0))
                fail_msg("%s: word %zu at %u", texts[i].charset, k, in_body);
        }
        rx_arena_free(&arena);
        rx_buf_free(&body);
    }
    struct rx_arena arena = RX_ARENA(1 << 20);
    struct charset_text t;
    const struct rx_str bom = S("\xEF\xBB\xBFword"), wide = S("\xFF\xFEw\0o\0r\0d\0");
    assert_int_equal(charset_decode(&t, &arena, bom, RX_STR("")), 0);
    assert_int_equal(charset_body(t.runs, t.run_count, 0), 3);
    assert_int_equal(charset_decode(&t, &arena, wide, RX_STR("")), 0);
    assert_int_equal(charset_body(t.runs, t.run_count, 2), 6);
    rx_arena_free(&arena);
}

/* A page in another encoding: what a sighting cites is an offset in the body. */
static void page_offsets(void **state)
{
    (void)state;
    const struct rx_str body = RX_STR("<meta charset=windows-1251><p>\xCF\xF0\xE8 <b>x</b>"
                                      "<a href='/\xFF?a=1&amp;b=2'>MARK\xC0</a>");
    struct rx_arena arena = RX_ARENA(1 << 20);
    struct doc doc;
    assert_int_equal(parse_tree(&doc, &arena, RX_STR("http://a.example/"),
                                RX_STR("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"), body,
                                &parse_limits_default, NULL),
                     0);
    assert_int_equal(doc.link_count, 1);
    uint32_t offset, length;
    doc_locate(&doc, doc.links[0].raw, 0, doc.links[0].raw.text.n, &offset, &length);
    assert_int_equal(doc_source_offset(&doc, offset), rx_str_find(body, RX_STR("/\xFF?a"), 0));
    assert_int_equal(doc_source_offset(&doc, offset + length),
                     rx_str_find(body, RX_STR("'>MARK"), 0));
    struct doc_span last = doc.texts[doc.text_count - 1];
    doc_locate(&doc, last, 0, 4, &offset, &length);
    assert_int_equal(doc_source_offset(&doc, offset), rx_str_find(body, RX_STR("MARK"), 0));
    assert_int_equal(length, 4);
    rx_arena_free(&arena);
}

static int init(void **state)
{
    (void)state;
    struct rx_err err;
    return parse_init(&err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(labels), cmocka_unit_test(sniffing),
                                       cmocka_unit_test(decoding), cmocka_unit_test(offsets),
                                       cmocka_unit_test(page_offsets)};
    return cmocka_run_group_tests(tests, init, NULL);
}
