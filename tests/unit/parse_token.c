/* parse_token.c - the tokenizer against a table, and the names it knows. */
#include "crawler/parse/token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* Tokens as text: T(ext) S(tart) E(nd) C(omment) D(cdata) B(roken), each with its bytes. */
static struct rx_buf trace(struct rx_str text, bool cdata)
{
    static const char letters[] = "TSECDB";
    struct rx_buf out = RX_BUF(1 << 16);
    struct tokenizer t = {.text = text, .cdata = cdata};
    struct token tok;
    size_t at = 0;
    while (token_next(&t, &tok)) {
        assert_int_equal(tok.start, at); /* no gap, no overlap */
        assert_true(tok.end > tok.start);
        at = tok.end;
        token_raw(&t, &tok);
        assert_int_equal(rx_buf_addf(&out, "%c[%.*s]", letters[tok.kind],
                                     RX_FMT(rx_str_sub(text, tok.start, tok.end))),
                         0);
    }
    assert_int_equal(at, text.n);
    return out;
}

static void tokens(void **state)
{
    (void)state;
    static const struct {
        const char *html, *trace;
        bool cdata;
    } cases[] = {
        {"a<b>c</b>", "T[a]S[<b>]T[c]E[</b>]", false},
        {"a < b <3 <", "T[a < b <3 <]", false},
        {"</>x", "C[</>]T[x]", false},
        {"</ x>y", "C[</ x>]T[y]", false},
        {"</", "T[</]", false},
        {"<a b='>' c=\">\" d=e>f", "S[<a b='>' c=\">\" d=e>]T[f]", false},
        {"<a b=c'>d", "S[<a b=c'>]T[d]", false},
        {"<a b='x", "B[<a b='x]", false},
        {"<a", "B[<a]", false},
        {"<a/>x<a / >", "S[<a/>]T[x]S[<a / >]", false},
        {"<!-- a -- > --!>b", "C[<!-- a -- > --!>]T[b]", false},
        {"<!-->a<!--->b<!---->c<!----->d", "C[<!-->]T[a]C[<!--->]T[b]C[<!---->]T[c]C[<!----->]T[d]",
         false},
        {"<!--a", "C[<!--a]", false},
        {"<!doctype html><?xml ?>", "C[<!doctype html>]C[<?xml ?>]", false},
        {"<![CDATA[a>b]]>c", "C[<![CDATA[a>]T[b]]>c]", false},
        {"<![CDATA[a>b]]>c", "D[<![CDATA[a>b]]>]T[c]", true},
        {"<script><b></scriptx></SCRIPT >x", "S[<script>]T[<b></scriptx>]E[</SCRIPT >]T[x]", false},
        {"<script><!--<script></script></script>x",
         "S[<script>]T[<!--<script></script>]E[</script>]T[x]", false},
        {"<script><!--<script>--></script>x", "S[<script>]T[<!--<script>-->]E[</script>]T[x]",
         false},
        {"<script><!--></script>x", "S[<script>]T[<!-->]E[</script>]T[x]", false},
        {"<script><!-- a</script>x", "S[<script>]T[<!-- a]E[</script>]T[x]", false},
        {"<title><a></title>", "S[<title>]T[<a>]E[</title>]", false},
        {"<style></style>", "S[<style>]E[</style>]", false},
        {"<textarea></text", "S[<textarea>]T[</text]", false},
        {"<plaintext></plaintext>", "S[<plaintext>]T[</plaintext>]", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rx_buf got = trace(rx_str(cases[i].html), cases[i].cdata);
        if (!rx_str_eq(rx_buf_str(&got), rx_str(cases[i].trace)))
            fail_msg("%s: %.*s", cases[i].html, RX_FMT(rx_buf_str(&got)));
        rx_buf_free(&got);
    }
}

/* Every prefix of a text tokenizes without a gap and without a read behind its end. */
static void prefixes(void **state)
{
    (void)state;
    const struct rx_str text =
        RX_STR("x<a b='c' d=e/f g ><!-- y --><script><!--<script></script>--></script><![CDATA[z]]>"
               "</a ><!doctype><?p?></><textarea></textarea");
    for (size_t n = 0; n <= text.n; n++) {
        char *exact = malloc(n ? n : 1);
        assert_non_null(exact);
        memcpy(exact, text.p, n);
        for (int cdata = 0; cdata < 2; cdata++) {
            struct rx_buf got = trace(rx_strn(exact, n), cdata != 0);
            rx_buf_free(&got);
        }
        free(exact);
    }
}

static void attributes(void **state)
{
    (void)state;
    static const struct {
        const char *html, *pairs;
    } cases[] = {
        {"<a b=c d='e f' g>", "b=c|d=e f|g="},
        {"<a =b=c>", "=b=c"},
        {"<a b = \"c\" / d>", "b=c|d="},
        {"<a/b/c=d>", "b=|c=d"},
        {"<a b=>", "b="},
        {"<a b=''c=d>", "b=|c=d"},
        {"<a b=c/>", "b=c/"},
        {"<a b\n=\tc>", "b=c"},
        {"<a b='&amp;'>", "b=&amp;"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tokenizer t = {.text = rx_str(cases[i].html)};
        struct token tok;
        struct token_attr attr;
        struct rx_buf got = RX_BUF(4096);
        assert_true(token_next(&t, &tok));
        size_t at = tok.attrs;
        unsigned count = 0;
        while (token_attr_next(t.text, &at, &attr)) {
            assert_int_equal(rx_buf_addf(&got, "%s%.*s=%.*s", count ? "|" : "", RX_FMT(attr.name),
                                         RX_FMT(attr.value)),
                             0);
            count++;
        }
        assert_int_equal(count, tok.attr_count);
        if (!rx_str_eq(rx_buf_str(&got), rx_str(cases[i].pairs)))
            fail_msg("%s: %.*s", cases[i].html, RX_FMT(rx_buf_str(&got)));
        rx_buf_free(&got);
    }
}

static void names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum tag tag;
    } cases[] = {{"a", TAG_A},
                 {"A", TAG_A},
                 {"Table", TAG_TABLE},
                 {"xmp", TAG_RAW},
                 {"address", TAG_DIV},
                 {"wbr", TAG_VOID},
                 {"h1", TAG_HEADING},
                 {"h7", TAG_OTHER},
                 {"", TAG_OTHER},
                 {"tr", TAG_TR},
                 {"foreignObject", TAG_SVG_HOLDER},
                 {"blockquotes", TAG_OTHER},
                 {"averyveryverylongname", TAG_OTHER}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(tag_find(rx_str(cases[i].name))->tag, cases[i].tag);
    assert_int_equal(tag_hash(RX_STR("DIV")), tag_hash(RX_STR("div")));
    /* Every element the standard calls void or formatting is found, so the rows are in order. */
    static const char *const voids[] = {"area",  "base", "br",   "col",    "embed", "hr",  "img",
                                        "input", "link", "meta", "source", "track", "wbr", "param"};
    static const char *const formats[] = {"b", "big",   "code",   "em",     "font", "i", "nobr",
                                          "s", "small", "strike", "strong", "tt",   "u"};
    for (size_t i = 0; i < sizeof voids / sizeof *voids; i++)
        assert_true(tag_find(rx_str(voids[i]))->flags & TAG_IS_VOID);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        assert_true(tag_find(rx_str(formats[i]))->flags & TAG_IS_DROPPED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(tokens), cmocka_unit_test(prefixes),
                                       cmocka_unit_test(attributes), cmocka_unit_test(names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
