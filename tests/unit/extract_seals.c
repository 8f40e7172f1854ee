/* What a page's seals come to: four verdicts, none of which says more than the page shows. */
#include "tests/unit/reader_tools.h"

#define SHOP "https://www.pills-shop.com/"
#define SELLS "<p>Viagra <button>Add to cart</button>"
#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"

/* All seals of a page as "VERDICT VALUE", joined by "; ". */
static void seals_on(struct tools *t, const char *url, const char *html, struct rx_buf *out)
{
    struct rx_arena arena = RX_ARENA(16 << 20);
    struct rx_err err = {0};
    struct doc doc;
    struct marks marks;
    rx_buf_clear(out);
    assert_int_equal(parse_tree(&doc, &arena, rx_str(url), RX_STR(HEAD), rx_str(html),
                                &parse_limits_default, &err),
                     0);
    assert_int_equal(extract_marks(&marks, &arena, t->x, &doc, RX_STR(""), &err), 0);
    for (size_t i = 0; i < marks.count; i++) {
        const struct mark *m = &marks.items[i];
        struct rx_str name = rx_str(m->cls->name);
        if (!rx_str_starts(name, RX_STR("seal.")) || rx_str_eq(name, RX_STR("seal.legitscript")))
            continue;
        assert_true(m->cls->level == RX_LEVEL_HINT && m->length > 0 && m->raw.n > 0);
        assert_int_equal(
            rx_buf_addf(out, "%s%s %.*s", out->n ? "; " : "", m->cls->name + 5, RX_FMT(m->value)),
            0);
    }
    rx_arena_free(&arena);
}

static void test_verdicts(void **state)
{
    static const struct {
        const char *html, *said;
    } rows[] = {
        /* an entry that names this site */
        {"<a href='https://www.legitscript.com/websites/?checker_keywords=pills-shop.com'><img "
         "src='https://static.legitscript.com/seals/7182935.png' alt=x></a>",
         "verifiable legitscript, id 7182935, link "
         "www.legitscript.com/websites/?checker_keywords=pills-shop.com"},
        /* of another one, and of one whose name only contains this */
        {"<a href='https://www.legitscript.com/websites/?checker_keywords=other.net'><img "
         "src=/i/legitscript.png></a>",
         "mismatch legitscript, link www.legitscript.com/websites/?checker_keywords=other.net"},
        {SELLS "<a href='https://legitscript.com/websites/my-pills-shop.com'>LegitScript</a>",
         "mismatch legitscript, link legitscript.com/websites/my-pills-shop.com"},
        /* no link, a link to nowhere, to the shop itself, to the front page */
        {"<img src=/i/LegitScript_seal.png>", "unlinked legitscript"},
        {"<a href='#'><img src=/i/a.png alt='CIPA certified'></a>",
         "unlinked cipa, link www.pills-shop.com/#"},
        {"<a href=/about><img src=/cipa2.webp></a>",
         "unlinked cipa, link www.pills-shop.com/about"},
        {"<a href=https://www.legitscript.com/><img src=/legitscript.gif></a>",
         "unlinked legitscript, link www.legitscript.com/"},
        {"<a href=https://www.cipa.com/>us</a><img src=/cipa.png>", "unlinked cipa"},
        /* a host that only sounds like the issuer's */
        {"<a href=https://nabp.pharmacy.seal-check.com/e/1><img src=/nabp.png></a>",
         "mismatch nabp, link nabp.pharmacy.seal-check.com/e/1"},
        {"<a href=https://evil.net/register><img src=/eu-common-logo.png></a>",
         "mismatch eu-logo, link evil.net/register"},
        /* registers */
        {SELLS "<a href=https://www.pharmacyregulation.org/registers/pharmacy/9012345>GPhC</a>",
         "verifiable gphc, id 9012345, link www.pharmacyregulation.org/registers/pharmacy/9012345"},
        {SELLS "<a href=https://www.pharmacyregulation.org/about>GPhC</a>", ""},
        {"<p>News<a href=https://www.pharmacyregulation.org/registers/pharmacy/9012345>GPhC</a>",
         ""},
        {"<a href=https://versandhandel.dimdi.de/vhaz/x?id=77><img "
         "src=/versandhandel-logo.svg></a>",
         "verifiable eu-logo, link versandhandel.dimdi.de/vhaz/x?id=77"},
        /* issued no longer, whatever it links to */
        {"<a href=https://safe.pharmacy/x><img src=/img/vipps.gif></a>",
         "retired vipps, link safe.pharmacy/x"},
        {"<img alt='MHRA registered online seller' src=/1.png>", "retired mhra"},
        /* vendors' badges: live, or a copy */
        {"<img src=https://cdn.trustedsite.com/badge/mcafee-secure.svg>", "verifiable mcafee"},
        {"<img src=/images/mcafee-secure.png>", "unlinked mcafee"},
        /* not a seal */
        {"<img src=/avatar/bbb0f168d9.png><img src=/cipa1234.png><img src=/participa.png><img "
         "src=/webbb.png><img src=/i/visa.png><img src=/nabpx.png>",
         ""},
        {"<div style=display:none><img src=/cipa.png></div><p>text", ""},
        {"<p>LegitScript, NABP and CIPA were asked for comment.", ""},
    };
    struct rx_buf said = RX_BUF(4096);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        seals_on(*state, SHOP, rows[i].html, &said);
        if (!rx_str_eq(rx_buf_str(&said), rx_str(rows[i].said)))
            fail_msg("%s:\n  %.*s", rows[i].html, RX_FMT(rx_buf_str(&said)));
    }
    rx_buf_free(&said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_verdicts)};
    return cmocka_run_group_tests(tests, tools_setup, tools_teardown);
}
