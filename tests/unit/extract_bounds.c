/* Pages made to exhaust the reader: decoys of one kind, or in one place, hide nothing else, and a
 * page on which a bound was reached says so. Also what script literals come to. */
#include "crawler/extract/extract.h"
#include "crawler/parse/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define SHOP "https://www.pills-example.com/"
#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
#define WALLET "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"
#define MAIL "orders@tabs4you.biz"

enum { PAGE_MAX = 4 << 20 };

struct tools {
    struct rx_psl *psl;
    struct extractor *x;
    struct rx_arena arena;
    struct marks marks; /* of the page read last, in the arena */
};

static int setup(void **state)
{
    static struct tools t;
    t.arena = RX_ARENA(128 << 20);
    struct rx_err err = {0};
    int rc = parse_init(&err);
    if (rc == 0)
        rc = rx_psl_load(&t.psl, NULL, &err);
    if (rc == 0)
        rc = extractor_new(&t.x, t.psl, NULL, &err);
    if (rc < 0)
        print_message("%s\n", err.text);
    *state = &t;
    return rc;
}

static int teardown(void **state)
{
    struct tools *t = *state;
    rx_arena_free(&t->arena);
    extractor_free(t->x);
    rx_psl_free(t->psl);
    return 0;
}

static void read_page(struct tools *t, struct rx_str html)
{
    struct rx_err err = {0};
    struct doc doc;
    rx_arena_free(&t->arena);
    assert_int_equal(parse_tree(&doc, &t->arena, RX_STR(SHOP), RX_STR(HEAD "\r\n"), html,
                                &parse_limits_default, &err),
                     0);
    if (extract_marks(&t->marks, &t->arena, t->x, &doc, RX_STR(""), &err))
        fail_msg("%s", err.text);
}

static bool has(const struct tools *t, const char *cls, const char *value)
{
    for (size_t i = 0; i < t->marks.count; i++)
        if (strcmp(t->marks.items[i].cls->name, cls) == 0 &&
            rx_str_eq(t->marks.items[i].value, rx_str(value)))
            return true;
    return false;
}

static void add(struct rx_buf *page, const char *text)
{
    assert_int_equal(rx_buf_add(page, rx_str(text)), 0);
}

/* Decoys that look like wallets: right letters, wrong sum. */
static void add_decoys(struct rx_buf *page, unsigned count)
{
    static const char letters[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    for (unsigned i = 0; i < count; i++) {
        char text[64] = "1BvBMSEYstWetqTFn5Au4m4GFg7xJa";
        unsigned rest = i;
        for (size_t k = 30; k < 34; k++, rest /= 58)
            text[k] = letters[rest % 58];
        assert_int_equal(rx_buf_addf(page, "%s<br>\n", text), 0);
    }
}

/* What a page of decoys with a wallet and a mail address at one place shows. */
static void test_decoys(void **state)
{
    struct tools *t = *state;
    static const struct {
        unsigned before, after;
        bool wallet, cut;
    } rows[] = {
        {0, 0, true, false},
        {90, 0, true, false},
        {700, 700, true, true},   /* spread by regions: what stands between is seen */
        {4000, 100, false, true}, /* a flood around it hides it, and shows */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rx_buf page = RX_BUF(PAGE_MAX);
        add(&page, "<html><body>\n");
        add_decoys(&page, rows[i].before);
        add(&page, "<p>pay to " WALLET " and write to " MAIL "\n");
        add_decoys(&page, rows[i].after);
        read_page(t, rx_buf_str(&page));
        if (t->marks.cut != rows[i].cut)
            fail_msg("row %zu: cut is %d", i, t->marks.cut);
        if (rows[i].wallet && !has(t, "btc", WALLET))
            fail_msg("row %zu: the wallet is lost", i);
        assert_true(has(t, "email", MAIL)); /* another class is never hidden */
        rx_buf_free(&page);
    }
}

/* A wallet in the lower half of a page whose upper half is decoys. */
static void test_region(void **state)
{
    struct tools *t = *state;
    struct rx_buf page = RX_BUF(PAGE_MAX);
    add(&page, "<html><body>\n");
    add_decoys(&page, 3000);
    for (int i = 0; i < 8000; i++)
        add(&page, "<p>medicine for all at home\n");
    add(&page, "<p>pay to " WALLET "\n");
    read_page(t, rx_buf_str(&page));
    assert_true(has(t, "btc", WALLET));
    assert_true(t->marks.cut);
    rx_buf_free(&page);
}

static void test_more_than_are_kept(void **state)
{
    struct tools *t = *state;
    for (int count = 25; count <= 26; count++) {
        struct rx_buf page = RX_BUF(PAGE_MAX);
        for (int i = 0; i < count; i++)
            assert_int_equal(rx_buf_addf(&page, "<p>mail desk%d@tabs4you.biz", i), 0);
        read_page(t, rx_buf_str(&page));
        assert_int_equal(t->marks.cut, count > 25);
        rx_buf_free(&page);
    }
}

/* Of a class that has its share, what is hardest to stuff stays: the site's own address among sixty
 * decoys. */
static void test_who_stays(void **state)
{
    struct tools *t = *state;
    static const struct {
        const char *before, *open, *close, *after;
    } rows[] = {
        {"", "<p>mail ", "", "<a href='mailto:" MAIL "'>write</a>"},
        {"<a href='mailto:" MAIL "'>write</a>", "<p>mail ", "", ""},
        {"<p>" MAIL "<a href='mailto:" MAIL "'>write</a>", "<a href='mailto:", "'>d</a>", ""},
        {"<p>mail " MAIL, "<p>mail ", "", ""},
        {"", "<p>mail ", "", "<p>mail " MAIL},
        {"", "<div style='display:none'><a href='mailto:", "'>d</a></div>",
         "<a href='mailto:" MAIL "'>write</a>"},
        {"", "<img data-m='", "'>", "<p>mail " MAIL},
        {"<script>var m='" MAIL "'</script>", "<div style='display:none'>mail ", "</div>", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rx_buf page = RX_BUF(PAGE_MAX);
        add(&page, rows[i].before);
        for (int k = 0; k < 60; k++) {
            add(&page, rows[i].open);
            assert_int_equal(rx_buf_addf(&page, "desk%d@tabs4you.biz", k), 0);
            add(&page, rows[i].close);
        }
        add(&page, rows[i].after);
        read_page(t, rx_buf_str(&page));
        size_t mails = 0;
        for (size_t k = 0; k < t->marks.count; k++)
            mails += strcmp(t->marks.items[k].cls->name, "email") == 0;
        if (!has(t, "email", MAIL) || !t->marks.cut || mails != 25)
            fail_msg("row %zu: %zu addresses", i, mails);
        rx_buf_free(&page);
    }
}

/* Many texts in pieces that might be an address. */
static void test_pieces(void **state)
{
    struct tools *t = *state;
    struct rx_buf page = RX_BUF(PAGE_MAX);
    for (int i = 0; i < 2100; i++)
        add(&page, "<p>a<b>1</b>@<i>2</i>");
    read_page(t, rx_buf_str(&page));
    assert_true(t->marks.cut);
    rx_buf_free(&page);
}

/* The first script is full of joined literals; the second holds the address. */
static void test_scripts(void **state)
{
    struct tools *t = *state;
    for (unsigned count = 10; count <= 100000; count *= 100) {
        struct rx_buf page = RX_BUF(PAGE_MAX);
        add(&page, "<html><script>x=1;");
        for (unsigned i = 0; i < count; i++)
            add(&page, "y='ab'+'cd';");
        add(&page, "</script><script>m='orders'+'\\x40'+'tabs4you.biz';</script>");
        read_page(t, rx_buf_str(&page));
        assert_true(has(t, "email", MAIL));
        assert_int_equal(t->marks.cut, count > 1000);
        rx_buf_free(&page);
    }
}

static void test_literals(void **state)
{
    struct tools *t = *state;
    static const char *const scripts[] = {
        "m='orders\\100tabs4you.biz'", /* octal */
        "m='\\157\\162\\144\\145\\162\\163\\100tabs4you\\56biz'",
        "m='orders\\x40tabs4you.biz'",
        "m='orders\\u0040tabs4you.biz'",
        "m='ord\\145rs@'+'tabs4you.biz'",
    };
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        char html[200];
        (void)snprintf(html, sizeof html, "<html><script>%s;</script>", scripts[i]);
        read_page(t, rx_str(html));
        if (!has(t, "email", MAIL) || t->marks.cut)
            fail_msg("%s", scripts[i]);
    }
    /* \400 is \40 and a 0; \8 is no octal digit. */
    read_page(t, RX_STR("<html><script>m='\\400orders@tabs4you.biz';n='x\\8\\9'</script>"));
    assert_true(has(t, "email", "0" MAIL));
}

/* Decoys in one source do not hide what the next of its kind says, nor what two thousand small ones
 * before it; where there are more than are kept, that is told. */
static void test_sources(void **state)
{
    struct tools *t = *state;
    static const struct {
        const char *before, *decoy, *behind, *secret, *cls;
    } rows[] = {
        {"<script>", "x='<b c=d>x';", "</script>",
         "<script>x='<input name=pay_to_email value=orders&commat;tabs4you.biz>'</script>",
         "skrill"},
        {"<script>", "x='\\x41b';", "</script>", "<script>m='orders'+'\\x40tabs4you.biz'</script>",
         "email"},
        {"<!--", "<b c=d>x", "-->", "<!-- <a href=mailto:orders&commat;tabs4you.biz> -->", "email"},
        {"<p data-x='{", "\"a\":\"b\",", "}'></p>",
         "<p data-y='{\"email\":\"orders\\u0040tabs4you.biz\"}'></p>", "email"},
        {"<script type=application/json>{", "\"a\":\"b\",", "}</script>",
         "<script type=application/json>{\"email\":\"orders\\u0040tabs4you.biz\"}</script>",
         "email"},
        {"<style>", "a{content:'b'}", "</style>",
         "<style>a{content:'orders\\40 tabs4you.biz'}</style>", "email"},
    };
    for (size_t i = 0; i < 2 * (sizeof rows / sizeof *rows); i++) {
        const size_t row = i / 2, each = i % 2 ? 5 : 10001; /* small ones or a large one */
        struct rx_buf page = RX_BUF(PAGE_MAX);
        add(&page, "<html><body>");
        for (size_t k = 0; k < 10001; k += each) {
            add(&page, rows[row].before);
            for (size_t n = 0; n < each; n++)
                add(&page, rows[row].decoy);
            add(&page, rows[row].behind);
        }
        add(&page, rows[row].secret);
        read_page(t, rx_buf_str(&page));
        if (!has(t, rows[row].cls, MAIL) || !t->marks.cut)
            fail_msg("row %zu, %zu decoys a source: %s", row, each,
                     t->marks.cut ? "lost" : "nothing was cut");
        rx_buf_free(&page);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sources),   cmocka_unit_test(test_decoys),
        cmocka_unit_test(test_region),    cmocka_unit_test(test_more_than_are_kept),
        cmocka_unit_test(test_who_stays), cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_scripts),   cmocka_unit_test(test_literals),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
