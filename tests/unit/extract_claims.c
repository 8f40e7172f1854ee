/* What a shop says of itself, its parcels and its goods, with the words that say it. */
#include "base/buf.h"
#include "tests/unit/reader_tools.h"

#define SHOP "https://www.pills-shop.com/"
#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"

/* All marks of these classes (each with a blank behind it) as "CLASS VALUE (RAW)", of products
 * without the raw, joined by "; ".
 */
static void said_on(struct tools *t, const char *html, const char *classes, struct rx_buf *out)
{
    struct rx_arena arena = RX_ARENA(16 << 20);
    struct rx_err err = {0};
    struct doc doc;
    struct marks marks;
    rx_buf_clear(out);
    assert_int_equal(parse_tree(&doc, &arena, RX_STR(SHOP), RX_STR(HEAD), rx_str(html),
                                &parse_limits_default, &err),
                     0);
    assert_int_equal(extract_marks(&marks, &arena, t->x, &doc, RX_STR(""), &err), 0);
    for (size_t i = 0; i < marks.count; i++) {
        const struct mark *m = &marks.items[i];
        char name[64];
        (void)snprintf(name, sizeof name, "%s ", m->cls->name);
        if (rx_str_find(rx_str(classes), rx_str(name), 0) < 0)
            continue;
        assert_int_equal(m->cls->level, RX_LEVEL_HINT);
        assert_int_equal(rx_buf_addf(out, "%s%s%.*s", out->n ? "; " : "", name, RX_FMT(m->value)),
                         0);
        if (!rx_str_eq(rx_str(m->cls->name), RX_STR("product")))
            assert_int_equal(rx_buf_addf(out, " (%.*s)", RX_FMT(m->raw)), 0);
    }
    rx_arena_free(&arena);
}

struct row {
    const char *html, *said;
};

static void check_rows(void **state, const struct row *rows, size_t count, const char *classes)
{
    struct rx_buf said = RX_BUF(8192);
    for (size_t i = 0; i < count; i++) {
        said_on(*state, rows[i].html, classes, &said);
        if (!rx_str_eq(rx_buf_str(&said), rx_str(rows[i].said)))
            fail_msg("%s:\n  %.*s", rows[i].html, RX_FMT(rx_buf_str(&said)));
    }
    rx_buf_free(&said);
}
#define CHECK(state, rows, classes)                                                                \
    check_rows(state, rows, sizeof(rows) / sizeof((rows)[0]), classes)

static void test_claims(void **state)
{
    static const struct row rows[] = {
        {"<p>Viagra: No prescription required! Discreet packaging, 10 free pills.",
         "claim no_prescription (No prescription); claim discreet (Discreet packaging); claim "
         "bonus "
         "(free pills)"},
        {"<p>Viagra rezeptfrei: Kein Rezept n&ouml;tig", "claim no_prescription (rezeptfrei)"},
        {"<p>Paracetamol und Ibuprofen rezeptfrei", ""},
        {"<p>Cialis, add to cart. We ship worldwide via UPS or EMS; money back guarantee.",
         "claim worldwide_shipping (ship worldwide); carrier ups (via UPS); carrier ems (EMS); "
         "claim "
         "money_back (money back guarantee)"},
        {"<p>Xanax: buy now, shipped from India, generics made in China.",
         "origin.country india (shipped from India); origin.country china (made in China)"},
        /* not a word of the trade on the page */
        {"<p>We ship worldwide with DHL, made in Germany, delivery in 3 days.", ""},
        {"<p>Tadalafil arrives in the blood within 2 days, an FDA approved drug by EMS", ""},
        {"<p>Tadalafil sums up: items, systems, groups", ""},
    };
    CHECK(state, rows, "claim carrier origin.country ");
}

static void test_days(void **state)
{
    static const struct row rows[] = {
        {"<p>Viagra: add to cart. EMS delivery: 5-9 business days; airmail 14 to 21 days.",
         "delivery.days 5-9 days (5-9 business days); delivery.days 14-21 days (14 to 21 days)"},
        {"<p>Viagra: in den Warenkorb. Lieferzeit: 3 \xe2\x80\x93 7 Werktage",
         "delivery.days 3-7 days (3 "
         "\xe2\x80\x93 7 Werktage)"},
        {"<p>Viagra: buy now. Ships in 1 day.", "delivery.days 1 day (1 day)"},
        {"<button>Buy</button><p>\xd0\x92\xd0\xb8\xd0\xb0\xd0\xb3\xd1\x80\xd0\xb0 "
         "\xd0\xb4\xd0\xbe\xd1\x81\xd1\x82\xd0\xb0\xd0\xb2\xd0\xba\xd0\xb0 3-5 "
         "\xd0\xb4\xd0\xbd\xd0\xb5\xd0\xb9",
         "delivery.days 3-5 days (3-5 \xd0\xb4\xd0\xbd\xd0\xb5\xd0\xb9)"},
        {"<p>Viagra, add to cart: take it for 10 days. Open 365 days. Refunds within 30 daytimes.",
         ""},
        {"<p>Viagra, add to cart: delivery 999999999999999999999 days, 0 days, 14-7 days",
         "delivery.days 7 days (7 days)"},
    };
    CHECK(state, rows, "delivery.days ");
}

static void test_products(void **state)
{
    static const struct row rows[] = {
        /* a table: the name above holds for its rows; two prices, of the pack and of the pill */
        {"<h1>Generic Viagra</h1><table><tr><td>100mg x 30 pills<td>$1.99<td>$59.70<tr><td>100mg x "
         "60 "
         "pills<td>$1.50<td>$90.00</table>",
         "product sildenafil, 100 mg, 30 pills, $ 59.70, $ 1.99 each; product sildenafil, 100 mg, "
         "60 "
         "pills, $ 90.00, $ 1.50 each"},
        /* options of a choice, and a decimal comma */
        {"<p>Cialis 20 mg<select><option>10 Pillen - 39,90 &euro;<option>1000 Pillen - 1.299,00 "
         "&euro;</select>",
         "product tadalafil, 20 mg, 10 pills, EUR 39.90, EUR 3.99 each; product tadalafil, 20 mg, "
         "1000 pills, EUR 1299.00, EUR 1.30 each"},
        /* what was struck out; a price that is said to be of one pill */
        {"<p>Xanax 2mg 90 tablets <s>$400</s> US$300", "product alprazolam, 2 mg, 90 pills, USD "
                                                       "300.00, USD 3.33 each"},
        {"<p>Levitra 20mg, 10 pills: GBP 2.50 per pill",
         "product vardenafil, 20 mg, 10 pills, GBP 25.00, GBP 2.50 each"},
        /* no pack: no price of a pill */
        {"<p>Viagra $49<p>Tramadol 50 mg 1,5 EUR",
         "product sildenafil, $ 49.00; product tramadol, 50 mg, EUR 1.50"},
        {"<p>HGH 10 iu 5 vials $250", "product somatropin, 10 iu, 5 vials, $ 250.00, $ 50.00 each"},
        /* a range of prices; a row that names what is not in the lexicon */
        {"<p>Viagra 100mg $2\xe2\x80\x93$6 per pill", "product sildenafil, 100 mg, $ 2.00 each"},
        {"<p>Viagra 100mg $5<p>Qwertazol 30 mg $7<p>Generic 50mg $9",
         "product sildenafil, 100 mg, $ 5.00"},
        /* a price that is none of a medicine's, a name without one, numbers beyond belief */
        {"<p>Shirts at $20, Viagra for nothing, and then a long text of many other things that "
         "says "
         "nothing of prices until it comes to tea at $3",
         ""},
        {"<p>Viagra 100mg x 99999999 pills $99999999999999999999.99", ""},
    };
    CHECK(state, rows, "product ");
}

static void test_currencies(void **state)
{
    static const struct row rows[] = {
        {"<p>Viagra $5, &euro;6, 7 EUR, &pound;8, CA$9, 10 CHF",
         "currency $ (5); currency EUR (6); "
         "currency GBP (8); currency CAD (9); "
         "currency CHF (10)"},
        {"<p>Bread $5", ""},
    };
    CHECK(state, rows, "currency ");
}

/* What the text tells stands before what the page declares. */
static void test_languages(void **state)
{
    static const struct row rows[] = {
        {"<html lang=en><p>Wir liefern mit der Post, und die Ware ist f\xc3\xbcr Sie nicht auf "
         "Lager",
         "language de ()"},
        {"<p>Order the pills that you want and have them delivered to your door for less",
         "language en ()"},
        {"<p>La commande est exp\xc3\xa9"
         "di\xc3\xa9"
         "e dans les deux jours avec le suivi pour vous",
         "language fr ()"},
        {"<p>\xd0\x9c\xd1\x8b \xd0\xb8 \xd0\xb2\xd1\x8b \xd0\xbd\xd0\xb5 \xd0\xbd\xd0\xb0 "
         "\xd1\x8d\xd1\x82\xd0\xbe \xd0\xb4\xd0\xbb\xd1\x8f \xd1\x87\xd1\x82\xd0\xbe",
         "language ru ()"},
        {"<html lang=en>Viagra "
         "\xe5\x9c\xa8\xe7\xba\xbf\xe8\x8d\xaf\xe6\x88\xbf\xe5\x9c\xa8\xe7\xba\xbf\xe8\x8d\xaf"
         "\xe6\x88\xbf\xe5\x9c\xa8\xe7\xba\xbf\xe8\x8d\xaf\xe6\x88\xbf\xe5\x9c\xa8\xe7\xba\xbf"
         "\xe8\x8d\xaf\xe6\x88\xbf\xe5\x9c\xa8\xe7\xba\xbf\xe8\x8d\xaf\xe6\x88\xbf\xe5\x9c\xa8"
         "\xe7\xba\xbf\xe8\x8d\xaf\xe6\x88\xbf",
         "language zh ()"},
        /* too few words: as declared; nothing said at all */
        {"<html lang=pt-BR><p>Viagra 100mg", "language pt ()"},
        {"<html lang='<x>'><p>Viagra 100mg", ""},
    };
    CHECK(state, rows, "language ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_languages),
                                       cmocka_unit_test(test_claims), cmocka_unit_test(test_days),
                                       cmocka_unit_test(test_products),
                                       cmocka_unit_test(test_currencies)};
    return cmocka_run_group_tests(tests, tools_setup, tools_teardown);
}
