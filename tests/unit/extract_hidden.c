/* What hides an identifier from a plain reader, and what only looks like it; on small pages, by
 * both readers. Where it was written otherwise the quote is what stands in the source. */
#include "crawler/extract/disguise_style.h"
#include "crawler/extract/disguise_value.h"
#include "crawler/extract/island.h"
#include "crawler/parse/parse.h"
#include "tests/unit/reader_tools.h"

#define HEAD RX_STR("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n")
#define MAIL "rxdesk@medsdesk24.org"

static const struct {
    const char *html, *cls, *value; /* value NULL: the page has none of the class */
    enum rx_place place;
    bool hidden;
    const char *raw; /* what the quote begins with; NULL: anything */
} cases[] = {
    /* calls in calls, and in what they come to */
    {"<script>x=atob(atob('Y25oa1pYTnJRRzFsWkhOa1pYTnJNalF1YjNKbg=='))</script>", "email", MAIL,
     RX_PLACE_SCRIPT, true, "atob(atob('"},
    {"<script>eval(atob('YXRvYigiY25oa1pYTnJRRzFsWkhOa1pYTnJNalF1YjNKbiIp'))</script>", "email",
     MAIL, RX_PLACE_SCRIPT, true, "atob('YXR"},
    {"<script>x=unescape(atob('cnhkZXNrJTQwbWVkc2Rlc2syNC5vcmc='))</script>", "email", MAIL,
     RX_PLACE_SCRIPT, true, "unescape("},
    {"<script>x=unescape('%u0072xdesk%40medsdesk24.org')</script>", "email", MAIL, RX_PLACE_SCRIPT,
     true, "unescape("},
    {"<script>x=atob(atob('not base64!'))</script>", "email", NULL, 0, false, NULL},
    /* attributes that are scripts */
    {"<p onclick=\"go('rxdesk@meds'+'desk24.org')\">", "email", MAIL, RX_PLACE_SCRIPT, true,
     "'rxdesk@meds'"},
    {"<p onclick=\"go(&quot;rxdesk@meds&quot;+'desk24.org')\">", "email", MAIL, RX_PLACE_SCRIPT,
     true, "&quot;rxdesk"},
    {"<a href=\"javascript:location='mai'+'lto:rxdesk'+'@medsdesk24.org'\">", "email", MAIL,
     RX_PLACE_SCRIPT, true, "'mai'"},
    /* bytes that are no UTF-8 stand before it: places are the source's */
    {"<script>/*\xff\xff\xff*/x=atob('cnhkZXNrQG1lZHNkZXNrMjQub3Jn')</script>", "email", MAIL,
     RX_PLACE_SCRIPT, true, "atob('"},
    {"<script type=application/json>[\"\xff\xff\",\"rxdesk\\u0040medsdesk24.org\"]</script>",
     "email", MAIL, RX_PLACE_SCRIPT, true, "rxdesk\\u0040"},
    {"<body onload=\"ym(91827364, 'init', {})\">", "metrika", "91827364", RX_PLACE_ATTR, false,
     "ym("},
    {"<!-- ym(91827364, 'init', {}) -->", "metrika", "91827364", RX_PLACE_COMMENT, true, "ym("},
    {"<script>document.write(String.fromCharCode(84,101,108,101,103,114,97,109,58,32,64,82,120,72,"
     "101,"
     "108,112,68,101,115,107,50,52))</script>",
     "telegram", "rxhelpdesk24", RX_PLACE_SCRIPT, true, "String.from"},
    /* formatting cuts words, and sets labels apart: what stands at the joint tells */
    {"<p>b<b>u</b>y@medsdesk24.org", "email", "buy@medsdesk24.org", RX_PLACE_TEXT, false,
     "b<b>u</b>y@"},
    {"<p><b>bu</b>y@medsdesk24.org", "email", "buy@medsdesk24.org", RX_PLACE_TEXT, false,
     "bu</b>y@"},
    {"<p>Hel<b>p</b>desk@medsdesk24.org", "email", "helpdesk@medsdesk24.org", RX_PLACE_TEXT, false,
     "Hel<b>p"},
    {"<p>sup<b>port</b>@medsdesk24.org", "email", "support@medsdesk24.org", RX_PLACE_TEXT, false,
     "sup<b>port"},
    {"<p><b>Email</b>rxdesk@medsdesk24.org <a href=/>x</a>", "email", MAIL, RX_PLACE_TEXT, false,
     "rxdesk@"},
    {"<p><b>Email</b>rxdesk@medsdesk24.org", "email", MAIL, RX_PLACE_TEXT, false, "rxdesk@"},
    {"<p>E<b>mail</b>rxdesk@medsdesk24.org", "email", MAIL, RX_PLACE_TEXT, false, "rxdesk@"},
    {"<p>Email<i class=x></i>rxdesk@medsdesk24.org", "email", MAIL, RX_PLACE_TEXT, false,
     "rxdesk@"},
    {"<p><strong>Jane Roe</strong>rxdesk@medsdesk24.org", "email", MAIL, RX_PLACE_TEXT, false,
     "rxdesk@"},
    {"<td><b>Mail &amp; E-Mail</b>rxd&#101;sk@medsdesk24.org", "email", MAIL, RX_PLACE_TEXT, false,
     "rxd&#101;sk@"},
    {"<p><b>Phone</b>+44 20 7183 8750", "phone", "+442071838750", RX_PLACE_TEXT, false, "+44 20"},
    {"<p><b>Tel</b>(212) 402-7719", "phone", "+12124027719", RX_PLACE_TEXT, false, "(212)"},
    {"<p>+44 20 71<b>83</b> 8750", "phone", "+442071838750", RX_PLACE_TEXT, false, "+44 20 71<b>"},
    {"<p>page<b>3</b>212-402-7719", "phone", NULL, 0, false, NULL},
    {"<p><b>BTC</b>1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "btc", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
     RX_PLACE_TEXT, false, "1Boat"},
    {"<p><em>Bitcoin</em>bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "btc",
     "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", RX_PLACE_TEXT, false, "bc1q"},
    {"<p>1Boat<b>SLRHtKNngkdXEeobR76b53LETtpyT</b>", "btc", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
     RX_PLACE_TEXT, false, "1Boat<b>"},
    /* pieces of a concatenation are nothing by themselves */
    {"<script>x='rxdesk@medsde'+''+'sk24.org'</script>", "email", MAIL, RX_PLACE_SCRIPT, true,
     "'rxdesk@medsde'"},
    {"<script>x='rx'+'desk@medsdesk24.org'</script>", "email", MAIL, RX_PLACE_SCRIPT, true, "'rx'"},
    {"<script>x='rxdesk@medsdesk24.org' + 'ization' + y</script>", "email", NULL, 0, false, NULL},
    {"<script>x='Mail: ' + 'rxdesk@medsdesk24.org'</script>", "email", MAIL, RX_PLACE_SCRIPT, false,
     "rxdesk"},
    {"<script>ga('create', 'UA-31415' + '92-7')</script>", "ga", "UA-3141592", RX_PLACE_SCRIPT,
     true, "'UA-31415'"},
    /* a backtick that opens no template: in comments, in an expression */
    {"<script>/* ` */ var m='rxdesk'+'@'+'medsdesk24.org'; /* ` */</script>", "email", MAIL,
     RX_PLACE_SCRIPT, true, "'rxdesk'"},
    {"<script>/* don`t */ var m='rxdesk@meds'+'desk24.org';</script>", "email", MAIL,
     RX_PLACE_SCRIPT, true, "'rxdesk"},
    {"<script>s.replace(/[`'\"]/g,'');\nm='rxdesk@meds'+'desk24.org';a=`\\x41`</script>", "email",
     MAIL, RX_PLACE_SCRIPT, true, "'rxdesk"},
    {"<script>/* ` */ a='<b>'; m='rxdesk@meds'+'desk24.org'; /* ` */</script>", "email", MAIL,
     RX_PLACE_SCRIPT, true, "'rxdesk"},
    /* and what stands in one that does: its quotes are not those of the script around it */
    {"<script>a=`it's`;m='rxdesk@meds'+'desk24.org';b=`x`;c='\\x41'</script>", "email", MAIL,
     RX_PLACE_SCRIPT, true, "'rxdesk"},
    {"<script>a=`\\`'`;m='rxdesk@meds'+'desk24.org'</script>", "email", MAIL, RX_PLACE_SCRIPT, true,
     "'rxdesk"},
    {"<script>a=`${'rxdesk@meds'+'desk24.org'}`</script>", "email", MAIL, RX_PLACE_SCRIPT, true,
     "'rxdesk"},
    {"<script>a=`x`+'rxdesk@medsde'+`sk24.org`</script>", "email", "xrxdesk@medsdesk24.org",
     RX_PLACE_SCRIPT, true, "`x`"},
    /* markup that scripts write */
    {"<script>document.write('<a href=\"viber:\\/\\/chat?number=%2B447401234567\">x<\\/a>')"
     "</script>",
     "viber", "+447401234567", RX_PLACE_SCRIPT, false, "'<a href"},
    {"<script>p.innerHTML='<p>VAT ID: DE476520074</p>'</script>", "vat", "DE476520074",
     RX_PLACE_SCRIPT, false, "VAT ID"},
    {"<script>p.innerHTML=`<p>${a}</p>\n<input name=pay_to_email value=rxdesk&#64;medsdesk24.org>`"
     "</script>",
     "skrill", MAIL, RX_PLACE_SCRIPT, true, "`<p>"},
    {"<script>eval(unescape('%3Cinput name=merchant value=4b1f09c7d2e85a63b0f1c4d79e3a6258%3E'))"
     "</script>",
     "coinpayments", "4b1f09c7d2e85a63b0f1c4d79e3a6258", RX_PLACE_SCRIPT, true, "unescape"},
    /* and markup that is commented out */
    {"<!-- <meta content='dk3RfQ0vJZk1yX8sQm2LhT5bWc7nAe9uPg4iKoV6xYE' name='google-site-"
     "verification'> -->",
     "verification", "google-site-verification:dk3RfQ0vJZk1yX8sQm2LhT5bWc7nAe9uPg4iKoV6xYE",
     RX_PLACE_COMMENT, true, "dk3Rf"},
    {"<!-- <a href='https://www.awin1.com/cread.php?a=1&amp;awinaffid=418273'>x</a> -->",
     "affiliate.network", "awin|418273", RX_PLACE_COMMENT, true, "awin1.com"},
    {"<!-- ask rxdesk&commat;medsdesk24.org -->", "email", MAIL, RX_PLACE_COMMENT, true, " ask"},
    {"<!-- <p>VAT ID: DE476520074</p> -->", "vat", "DE476520074", RX_PLACE_COMMENT, true, "VAT ID"},
    {"<!-- <div class=paypal><img src=paypal.png></div> -->", "payment.word", NULL, 0, false, NULL},
    /* spelled out, with dots before the sign too */
    {"<p>rx [dot] desk [at] medsdesk24 [dot] org", "email", "rx.desk@medsdesk24.org", RX_PLACE_TEXT,
     true, "rx [dot]"},
    {"<p>a(dot)b(dot)c(at)medsdesk24(dot)org", "email", "a.b.c@medsdesk24.org", RX_PLACE_TEXT, true,
     "a(dot)"},
    {"<p>RX DOT DESK AT MEDSDESK24 DOT ORG", "email", "rx.desk@medsdesk24.org", RX_PLACE_TEXT, true,
     "RX DOT"},
    {"<p>the point rxdesk at medsdesk24 dot org", "email", MAIL, RX_PLACE_TEXT, true, "rxdesk at"},
    /* characters that nobody sees, or that look like others */
    {"<p>Mail or&shy;ders&#8203;@tabs&zwnj;4you.biz today", "email", "orders@tabs4you.biz",
     RX_PLACE_TEXT, true, "Mail or&shy;"},
    {"<p>Mail \xd0\xberders@t\xd0\xb0"
     "bs4you.biz today",
     "email", "orders@tabs4you.biz", RX_PLACE_TEXT, true, "Mail \xd0\xbe"},
    {"<p>\xef\xbd\x8frders\xef\xbc\xa0tabs4you.biz", "email", "orders@tabs4you.biz", RX_PLACE_TEXT,
     true, "\xef\xbd\x8f"},
    {"<p>Call +1&#8203; 415&shy; 661 2837 now", "phone", "+14156612837", RX_PLACE_TEXT, true,
     "Call +1&#8203;"},
    /* what stands behind a letter that is no ASCII is half an address */
    {"<p>\xd0\xb6rders@tabs4you.biz", "email", NULL, 0, false, NULL},
    {"<p>\xe9\x82\xae\xe7\xae\xb1orders@tabs4you.biz", "email", "orders@tabs4you.biz",
     RX_PLACE_TEXT, false, "orders@"},
    {"<script>x='\\u{6f}rders@tabs4you.biz'</script>", "email", "orders@tabs4you.biz",
     RX_PLACE_SCRIPT, true, "'\\u{6f}"},
    {"<script>x='orders\\\n@tabs4you.biz'</script>", "email", "orders@tabs4you.biz",
     RX_PLACE_SCRIPT, true, "'orders"},
    /* cut by inline tags */
    {"<p><span>rxd</span><span>esk@</span><span>meds</span><span>desk24.o</span><span>rg</span>",
     "email", MAIL, RX_PLACE_TEXT, false, "rxd<"},
    {"<p>rxd<wbr>esk@medsdesk24.org", "email", MAIL, RX_PLACE_TEXT, false, "rxd<"},
    {"<p>Mail<span>rxdesk@medsdesk24.org</span><span>Call</span>", "email", MAIL, RX_PLACE_TEXT,
     false, "rxdesk"},
    /* JSON in attributes */
    {"<p data-x='{\"m\":\"rxdesk\\u0040medsdesk24.org\"}'>", "email", MAIL, RX_PLACE_ATTR, true,
     "rxdesk\\u0040"},
    {"<p data-x='{\"telephone\":\"1-415-661-2837\"}'>", "phone", "+14156612837", RX_PLACE_ATTR,
     false, NULL},
    /* where money goes somebody reads */
    {"<a href='https://pay.skrill.com/?pay_to_email=rxdesk@medsdesk24.org'>", "email", MAIL,
     RX_PLACE_URL, false, NULL},
    /* ids that chance made look dull */
    {"<script>ttq.load('CJWAXMHWMKEPHBDMHGUJ')</script>", "tiktok", "CJWAXMHWMKEPHBDMHGUJ",
     RX_PLACE_SCRIPT, false, NULL},
    {"<script>ttq.load('XXXXXXXXXXXXXXXXXXXX')</script>", "tiktok", NULL, 0, false, NULL},
    {"<script>h={hjid:7777633,hjsv:6}</script>", "hotjar", "7777633", RX_PLACE_SCRIPT, false, NULL},
    {"<script>h={hjid:7777733,hjsv:6}</script>", "hotjar", NULL, 0, false, NULL},
    /* values */
    {"<p data-x=cnhkZXNrQG1lZHNkZXNrMjQub3Jn>", "email", MAIL, RX_PLACE_TEXT, true, "cnhkZXNr"},
    {"<p data-x=zzzzzzzzzzzzzzzzzzzzzzzz>", "email", NULL, 0, false, NULL},
    {"<a href='mailto:%72%78desk%40medsdesk24%2Eorg'>", "email", MAIL, RX_PLACE_ATTR, false,
     "mailto:%72"},
    {"<a href='https://wa.me/%34%34%37183920561'>", "whatsapp", "+447183920561", RX_PLACE_URL,
     false, NULL},
    /* styles */
    {"<style>.m:after{content:'rxdesk' '\\40 medsdesk24' \".org\"}</style>", "email", MAIL,
     RX_PLACE_TEXT, true, "content:"},
    {"<style>.m{background:url(https://www.facebook.com/tr?id=730918264517362&ev=P)}</style>",
     "meta.pixel", "730918264517362", RX_PLACE_STYLE, false, "url("},
    {"<p style=\"background:url('https://www.facebook.com/tr?id=730918264517362&ev=P')\">",
     "meta.pixel", "730918264517362", RX_PLACE_ATTR, false, "facebook"},
    {"<style>.m:after{content:'rxdesk' attr(x) '@medsdesk24.org'}</style>", "email", NULL, 0, false,
     NULL},
    /* JSON */
    {"<script type=application/ld+json>{\"telephone\":\"+1-415-661-2837\"}</script>", "phone",
     "+14156612837", RX_PLACE_SCRIPT, false, "+1-415"},
    {"<script type=application/ld+json>{\"telephone\":\"+1\\u002d415\\u002d661-2837\"}</script>",
     "phone", "+14156612837", RX_PLACE_SCRIPT, false, "+1\\u002d"},
    {"<script type=application/json>{\"a\":{\"b\":[\"x\",\"rxdesk\\u0040medsdesk24.org\"]}}"
     "</script>",
     "email", MAIL, RX_PLACE_SCRIPT, true, "rxdesk\\u0040"},
    {"<script type=application/json>{\"h\":\"\\u003ca href=\\u0022mailto:rxdesk@medsdesk24.org"
     "\\u0022\\u003e\"}</script>",
     "email", MAIL, RX_PLACE_SCRIPT, false, NULL},
};

static void check_case(const struct tools *t, size_t i, parse_fn *reader)
{
    struct rx_arena arena = RX_ARENA(64 << 20);
    struct rx_err err = {0};
    struct doc doc;
    struct marks marks;
    const struct mark *found = NULL;
    if (reader(&doc, &arena, RX_STR("https://pills4all.com/"), HEAD, rx_str(cases[i].html),
               &parse_limits_default, &err) ||
        extract_marks(&marks, &arena, t->x, &doc, HEAD, &err))
        fail_msg("%s", err.text);
    for (size_t m = 0; m < marks.count; m++)
        if (strcmp(marks.items[m].cls->name, cases[i].cls) == 0)
            found = &marks.items[m];
    if (!found != !cases[i].value)
        fail_msg("case %zu: %s", i, found ? "found" : "not found");
    if (found) {
        if (!rx_str_eq(found->value, rx_str(cases[i].value)) || found->place != cases[i].place ||
            found->hidden != cases[i].hidden ||
            (cases[i].raw && !rx_str_starts(found->raw, rx_str(cases[i].raw))))
            fail_msg("case %zu: %.*s in %s%s, quoted %.*s", i, RX_FMT(found->value),
                     rx_place_name(found->place), found->hidden ? ", hidden" : "",
                     RX_FMT(found->raw));
        assert_true(rx_str_eq(extract_raw(rx_str_sub(rx_str(cases[i].html), found->offset,
                                                     found->offset + found->length)),
                              found->raw));
    }
    rx_arena_free(&arena);
}

static void test_pages(void **state)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_case(*state, i, parse_scan);
        check_case(*state, i, parse_tree);
    }
}

static void test_values(void **state)
{
    (void)state;
    static const struct {
        const char *coded, *text; /* NULL: none */
    } base64[] = {{"YQ==", "a"},  {"YWI", "ab"}, {"_-8", "\xff\xef"}, {"YW Jj", NULL},
                  {"AAAA", NULL}, {"", NULL},    {"Y", NULL}},
      percent[] = {{"%6Dail", "mail"}, {"a%40b", "a@b"}, {"%u0041", "A"}, {"%20", NULL},
                   {"100%", NULL},     {"%00%0A", NULL}, {"%", NULL},     {"%u00", NULL}};
    char out[64];
    size_t n;
    for (size_t i = 0; i < sizeof base64 / sizeof *base64; i++) {
        const bool is = disguise_base64(out, &n, rx_str(base64[i].coded));
        if (is != (base64[i].text != NULL))
            fail_msg("%s", base64[i].coded);
        if (is)
            assert_true(rx_str_eq(rx_strn(out, n), rx_str(base64[i].text)));
    }
    for (size_t i = 0; i < sizeof percent / sizeof *percent; i++) {
        const bool hides = disguise_percent(out, &n, rx_str(percent[i].coded));
        if (hides != (percent[i].text != NULL))
            fail_msg("%s", percent[i].coded);
        if (hides)
            assert_true(rx_str_eq(rx_strn(out, n), rx_str(percent[i].text)));
    }
}

/* Names and values in order, of JSON that is well made and of what is not. */
static void test_island(void **state)
{
    (void)state;
    static const struct {
        const char *json, *row; /* NAME=TEXT;... , '!' before what hides */
    } rows[] = {
        {"{\"a\":\"b\",\"c\" : [\"d\",\"e\"],\"f\":{\"g\":\"h\"}}", "a=b;c=d;c=e;g=h;"},
        {"[\"x\\/y\\\"\\n\"]", "=x/y\" ;"},
        {"{\"a\":\"\\u0041\",\"b\":\"\\ud83d\\ude00\",\"c\":\"\\ud83d\"}",
         "!a=A;b=\xf0\x9f\x98\x80;c=\xef\xbf\xbd;"},
        {"{\"a\":\"b", ""},
        {"\"\\", ""},
        {"{\"a\":\"\"}", ""},
        {"{\"a\":\"\\u12\"}", "a=u12;"},
        {"\"a\"\"b\":\"c\"", "=a;b=c;"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rx_arena arena = RX_ARENA(1 << 20);
        struct rx_buf row = RX_BUF(1000);
        struct rx_str name = {0};
        struct island_string s;
        for (size_t at = 0; island_next(&s, &arena, rx_str(rows[i].json), &at, &name) > 0;)
            assert_int_equal(rx_buf_addf(&row, "%s%.*s=%.*s;", s.coded ? "!" : "", RX_FMT(s.name),
                                         RX_FMT(s.text)),
                             0);
        if (!rx_str_eq(rx_buf_str(&row), rx_str(rows[i].row)))
            fail_msg("row %zu: %.*s", i, RX_FMT(rx_buf_str(&row)));
        rx_buf_free(&row);
        rx_arena_free(&arena);
    }
}

/* A page of nothing but what might hide something is read in one pass: what is decoded is bounded,
 * whatever it is. */
static void test_floods(void **state)
{
    const struct tools *t = *state;
    static const struct {
        const char *html;
        bool cut; /* there is more than is decoded */
    } fillers[] = {
        {"<p data-x=YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXo>", true},
        {"<a href='/%61%62%63%64'>", true},
        {"<style>a{content:'\\40 b'}</style>", true},
        {"<script type=application/json>[\"\\u0041\",\"a\"]</script>", true},
        {"<script>atob('YXRvYignWVhSdllpZz0nKQ==')</script>", true},
        {"<p onclick=\"atob(atob(atob('YQ==\">", false},
        {"<p onclick=\"x='\">", false},
        {"<script>`a", false},
        {"<script>`'\\`${\"", false},
        {"<style>a{content:'</style>", false},
        {"a&shy;b", false},
        {"<p>\xd0\xbe"
         "a",
         true},
    };
    for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++) {
        struct rx_arena arena = RX_ARENA(512 << 20);
        struct rx_buf page = RX_BUF(3000000);
        struct rx_err err = {0};
        struct doc doc;
        struct marks marks;
        while (page.n < 2000000)
            assert_int_equal(rx_buf_add(&page, rx_str(fillers[i].html)), 0);
        if (parse_scan(&doc, &arena, RX_STR("https://pills4all.com/"), HEAD, rx_buf_str(&page),
                       &parse_limits_default, &err) ||
            extract_marks(&marks, &arena, t->x, &doc, HEAD, &err))
            fail_msg("filler %zu: %s", i, err.text);
        if (fillers[i].cut && !marks.cut)
            fail_msg("filler %zu: its bounds were not told", i);
        rx_buf_free(&page);
        rx_arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pages), cmocka_unit_test(test_values),
                                       cmocka_unit_test(test_island),
                                       cmocka_unit_test(test_floods)};
    return cmocka_run_group_tests(tests, tools_setup, tools_teardown);
}
