/* What is counted on a page for its role, and what the role comes to where it is a close thing. */
#include "tests/unit/reader_tools.h"

#define SHOP "https://www.pills-example.com/list/item.php?id=7"
#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"

static const uint32_t *read_page(struct tools *t, const char *html)
{
    struct rx_arena arena = RX_ARENA(16 << 20);
    struct rx_err err = {0};
    struct doc doc;
    struct marks marks;
    assert_int_equal(parse_tree(&doc, &arena, RX_STR(SHOP), RX_STR(HEAD "\r\n"), rx_str(html),
                                &parse_limits_default, &err),
                     0);
    assert_int_equal(extract_marks(&marks, &arena, t->x, &doc, RX_STR(""), &err), 0);
    t->signs = marks.signs;
    rx_arena_free(&arena);
    return t->signs.n;
}

static void test_prices(void **state)
{
    struct tools *t = *state;
    static const struct {
        const char *html;
        unsigned prices, doses, words;
    } rows[] = {
        {"€12.50 each", 1, 0, 1},
        {"12,50€ 13,50 € 14,50&nbsp;€", 3, 0, 0},
        {"USD20 20USD USD 20 20 USD", 4, 0, 4},
        {"£12 £&nbsp;13 ¥900 ￥900 ₹450 ₽450 ₺30 ฿30 ₦100 ₴5", 10, 0, 0},
        {"<span>£</span>12 <span>£</span>\n  13", 2, 0, 0},
        {"<b>12</b><i>€</i> <b>13</b><i>€</i>", 2, 0, 0},
        {"$5 $10 $15", 3, 0, 0},
        {"5 $ 10 $ 15 $", 3, 0, 0},
        {"R$ 10, US$20, NT$ 300, Rs.500, Rs 500, CHF 7, 8 zł, 90 Kč, 500 руб", 9, 0, 9},
        {"12,- € und 30 kr", 2, 0, 2},
        {"100mg x 30 pills $59.95", 1, 2, 3},
        {"Viagra 50 mg\n$12", 1, 1, 2},
        {"vitamin B12 and EURO2024 of 3 rooms, TVs 4, 6 ft", 1, 0, 8},
        {"20 krone, 30 EURO5", 1, 0, 2},
        {"\xe2\x82", 0, 0, 1},
        {"no number €", 0, 0, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const uint32_t *n = read_page(t, rows[i].html);
        if (n[SIGN_PRICES] != rows[i].prices || n[SIGN_DOSES] != rows[i].doses ||
            n[SIGN_WORDS] != rows[i].words)
            fail_msg("%s: %u prices, %u doses, %u words\n", rows[i].html, n[SIGN_PRICES],
                     n[SIGN_DOSES], n[SIGN_WORDS]);
    }
}

/* Buying words count as whole labels, demands that are turned round do not count. */
static void test_words(void **state)
{
    struct tools *t = *state;
    static const struct {
        const char *html;
        enum sign sign;
        unsigned count;
    } rows[] = {
        {"<a href=/x>Acheter</a> <button>Comprar</button> <a href=/y> Kaufen » </a>", SIGN_CART, 3},
        {"<input type=submit value='Bestellen'><input type=submit value=Kup>", SIGN_CART, 2},
        {"<a href=/x>Купить</a><a href=/x>В корзину</a><a href=/x>注文する</a><a href=/x>购买</a>",
         SIGN_CART, 5},
        {"<p>Il faut commander et acheter avant de comprar.<p>kaufen Sie nichts", SIGN_CART, 0},
        {"<p>No prescription required, without a valid prescription", SIGN_PRESCRIPTION, 0},
        {"<p>No prior prescription required", SIGN_PRESCRIPTION, 0},
        {"<p>No prior prescription needed", SIGN_PRESCRIPTION, 0},
        {"<p>There is no doctor's prescription required", SIGN_PRESCRIPTION, 0},
        {"<p>Order without any valid prescription required", SIGN_PRESCRIPTION, 0},
        {"<p>No refunds: a valid prescription is needed", SIGN_PRESCRIPTION, 1},
        {"<p>A valid prescription is needed. Obligatoria receta médica", SIGN_PRESCRIPTION, 2},
        {"<p>Farmaco con obbligo di ricetta. Senza ricetta medica", SIGN_PRESCRIPTION, 1},
        {"<p>Medicamentos sin receta: paracetamol, ibuprofeno", SIGN_CLAIMS, 0},
        {"<p>Medicamentos sin receta: Viagra, Cialis", SIGN_CLAIMS, 1},
        {"<p>No se requiere receta: paracetamol", SIGN_CLAIMS, 1},
        {"<p>paracetamol, ibuprofen and sildenafil", SIGN_DRUGS, 3},
        {"<p>paracetamol, ibuprofen and sildenafil", SIGN_PRESCRIPTION_DRUGS, 1},
        /* what programs are told */
        {"<script type=application/ld+json>{\"@type\":\"Product\",\"name\":\"Viagra\",\"offers\":"
         "{\"@type\":\"Offer\",\"price\" : \"49.90\",\"lowPrice\":12}}</script>",
         SIGN_PRICES, 2},
        {"<script type=application/ld+json>{\"@type\":\"Product\",\"name\":\"Viagra\"}</script>",
         SIGN_PRESCRIPTION_DRUGS, 1},
        {"<script type=application/ld+json>{\"@type\":\"Person\",\"price\":\"9\"}</script>",
         SIGN_PRICES, 0},
        {"<a href=/viagra><img src=/i/cialis-20mg.png></a><img src=/i/levitra.png>",
         SIGN_PRESCRIPTION_DRUGS, 3},
        {"<script src=/wp-content/plugins/woocommerce/assets/js/x.js></script>", SIGN_SHOP, 1},
        {"<script src=https://cdn.shopify.com/s/x.js></script>", SIGN_SHOP, 1},
        /* on a page stuffed with names any way out is one */
        {"<p>tramadol, cialis cheap, levitra tabs, xanax<a href=https://a.example/x>enter</a>",
         SIGN_OFFSITE_DRUG_LINKS, 1},
        {"<p>tramadol, cialis and cheap levitra are names that a text of many more words, which is "
         "about something else, may well hold<a href=https://a.example/x>enter</a>",
         SIGN_OFFSITE_DRUG_LINKS, 0},
        {"<p>tramadol, cialis cheap, levitra tabs $4, add to cart<a href=https://a.example/x>more"
         "</a>",
         SIGN_OFFSITE_DRUG_LINKS, 0},
        {"<form id=oFormBasketAdd action=/shop.php><input name=itm></form>", SIGN_CART, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        read_page(t, rows[i].html);
        if (t->signs.n[rows[i].sign] != rows[i].count)
            fail_msg("%s: %s %u\n", rows[i].html, sign_name(rows[i].sign),
                     t->signs.n[rows[i].sign]);
    }
}

/* A card is asked for by its code with its number or end, or by a number that is a bank card's with
 * its end, however the fields are called. */
static void test_card_fields(void **state)
{
    struct tools *t = *state;
    static const struct {
        const char *html;
        unsigned kinds;
    } rows[] = {
        {"<input name=cardnumber><input name=cvv2><input name=exp_month><input name=exp_year>", 3},
        {"<input name='order[ccNum]'><select name='order[ccExp]'></select>", 2},
        {"<input name=x_card_num><input name=x_exp>", 2},
        {"<input name=kxPan><input name=kxCsc type=password>", 2},
        {"<input name=zq_cc><input name=zq_ccv type=tel>", 2},
        {"<input name=a1 autocomplete=cc-number><input name=a2 autocomplete='billing "
         "cc-exp-month'>",
         2},
        {"<input name=a1 placeholder='Card number'><input name=a2 placeholder='MM / YY'>", 2},
        {"<label>Card number *</label><input name=q7><label>CVV2:</label><input name=q8>", 2},
        {"<p>Kartennummer</p><input name=q7><p>Gültig bis:</p><input name=q8>", 2},
        {"<p>Номер карты</p><input name=q7><p>CVC</p><input name=q8>", 2},
        {"<input name=rx_cc_cvc><select name=mm_yy></select>", 2},
        {"<form><label>Card number <b>*</b></label><input name=q7></form>"
         "<form><input name=q8><p>CVC<p><input name=q9><p>Expires</p><input name=q5></form>",
         2},
        /* other cards, other ends, words that stand beside no field, forms with one each */
        {"<input name=loyalty_card><input name=expires_at>", 0},
        {"<input name=gift_card><input name=exp>", 0},
        {"<input name=gift_card_number><input name=expiry>", 0},
        {"<input name=library_card_no><input name=expiration>", 0},
        {"<input name=member_cardnumber><input name=valid_until>", 0},
        {"<form><input name=to><input name=cc><input name=expire></form>", 0},
        {"<input name=cc><input name=exp_month>", 0},
        {"<input name=accnum><input name=exp_month>", 0},
        {"<input name=cvcount><input name=arcvcx><input name=cardnumber>", 0},
        {"<ul><li>Expires<li>Security code</ul><form><input name=q><input name=email></form>", 0},
        {"<form><input name=q><input name=mail></form><ul><li>Expires<li>Security code</ul>", 0},
        {"<form><input name=q1><input name=card_number></form>"
         "<form><input name=q2><input name=expires></form>",
         0},
        {"<form><input name=ccnum></form><form><input name=cvv></form>", 0},
        /* one alone, and what only sounds like it */
        {"<input name=gift_card>", 0},
        {"<input name=creditcard_cvv><input name=creditcard_security_code>", 0},
        {"<input name=creditcard_exp>", 0},
        {"<input name=cvv>", 0},
        {"<input name=company><input name=japan><input name=export><input name=expert>", 0},
        {"<input name=account><input name=soccer><input name=cardigan><input name=experience>", 0},
        {"<input type=hidden name=cardnumber><input type=hidden name=cvv>", 0},
        {"<p>Card number<p>CVV<p>Expiry date", 0},
        {"<p>Never tell your card number or CVV to callers.<input name=q1><input name=q2>", 0},
        {"<input name=a1 autocomplete=email><input name=a2 autocomplete=one-time-code>", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const uint32_t *n = read_page(t, rows[i].html);
        if (n[SIGN_CARD_FORM] != rows[i].kinds)
            fail_msg("%s: %u", rows[i].html, n[SIGN_CARD_FORM]);
    }
}

static void test_tills(void **state)
{
    struct tools *t = *state;
    static const struct {
        const char *html;
        enum rx_role role;
    } rows[] = {
        {"<h1>Your purchase</h1><form method=post><input name=card><input name=cvc><input "
         "type=submit></form>",
         RX_ROLE_CHECKOUT},
        {"<p>The transaction appears on your credit card as TLP*HEALTH. Do you not recognize this "
         "charge? Write to us.",
         RX_ROLE_CHECKOUT},
        {"<p>A bakery in the old town. We take Visa, MasterCard, American Express and PayPal.",
         RX_ROLE_UNKNOWN},
        {"<p>Our opening hours: daily from nine. The billing department is closed on Mondays.",
         RX_ROLE_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct signs site = {0};
        (void)read_page(t, rows[i].html);
        signs_add(&site, &t->signs);
        enum rx_role role = role_decide(&site, 1, NULL);
        if (role != rows[i].role)
            fail_msg("%s: %s", rows[i].html, rx_role_name(role));
    }
}

#define SHOWN                                                                                      \
    "<p>Welcome to the guest book of our village choir. We sing every Tuesday evening in the "     \
    "parish hall, and everybody is welcome to join us for tea and cake when the last song has "    \
    "been sung, whatever the weather may be.</p>"

/* What a page does not show, and what its visitors wrote, are not its own word. */
static void test_not_its_own_word(void **state)
{
    struct tools *t = *state;
    static const struct {
        const char *html;
        enum sign sign;
        unsigned count;
    } rows[] = {
        {SHOWN "<div style=display:none>a valid prescription is needed</div>", SIGN_PRESCRIPTION,
         0},
        {SHOWN "<div style=display:none><a href=https://www.pharmacyregulation.org/registers/1>x"
               "</a></div>",
         SIGN_LICENCE, 0},
        {SHOWN "<a href=https://safe.pharmacy/>seal</a>", SIGN_LICENCE, 0},
        {SHOWN "<div hidden>lorem ipsum dolor</div>", SIGN_WORDS, 41},
        {SHOWN "<div hidden><form action=/cart><input name=cvv></form></div>", SIGN_CARD_FORM, 0},
        {SHOWN
         "<div hidden><form action=/cart><input type=submit value='Add to cart'></form></div>",
         SIGN_CART, 0},
        {SHOWN "<a rel='ugc nofollow' href=https://secure.till.example/order>add to cart</a>",
         SIGN_CART, 0},
        {SHOWN "<a rel=ugc href=https://x.example/>Buy now</a> add to cart", SIGN_CART, 1},
        {SHOWN "<a rel=nofollow href=/?add-to-cart=7>add to cart</a>", SIGN_CART, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        read_page(t, rows[i].html);
        if (t->signs.n[rows[i].sign] != rows[i].count)
            fail_msg("%s: %s %u\n", rows[i].html, sign_name(rows[i].sign),
                     t->signs.n[rows[i].sign]);
    }
}

/* Names are counted as a reader reads them. */
static void test_spellings(void **state)
{
    struct tools *t = *state;
    static const struct {
        const char *html;
        unsigned drugs, words;
    } rows[] = {
        {"<p>Vi&shy;agra Ci&#8203;alis Lev&#x200d;itra", 3, 3},
        {"<p>V\xd1\x96\xd0\xb0gr\xd0\xb0 and \xd0\xa1i\xd0\xb0lis", 2, 3},
        {"<p>\xef\xbc\xb6\xef\xbd\x89\xef\xbd\x81\xef\xbd\x87\xef\xbd\x92\xef\xbd\x81", 1, 1},
        {"<p>\xf0\x9d\x90\x95\xf0\x9d\x90\xa2\xf0\x9d\x90\x9a\xf0\x9d\x90\xa0\xf0\x9d\x90\xab\xf0"
         "\x9d\x90\x9a",
         1, 1},
        {"<p>Vi<span></span>agra Ci<span>al</span>is", 2, 5},
        {"<iframe "
         "srcdoc='&lt;p&gt;Viagra&lt;b&gt;Cialis&lt;/b&gt;&lt;script&gt;levitra&lt;/script&gt;'>",
         2, 2},
        {"<iframe hidden srcdoc='&lt;p&gt;Viagra'></iframe>" SHOWN, 0, 41},
        {"<div><template shadowrootmode=open><p>Viagra</p></template></div>", 1, 1},
        {"<div><template><p>Viagra</p></template></div>", 0, 0},
        {"<a href=/v>viagra</a><a href=/c>cialis</a><a href=/l>levitra</a>", 3, 3},
        {"<p>Виагра, Сиалис", 2, 2},
        {"<p>сорок раз", 0, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const uint32_t *n = read_page(t, rows[i].html);
        if (n[SIGN_PRESCRIPTION_DRUGS] != rows[i].drugs || n[SIGN_WORDS] != rows[i].words)
            fail_msg("%s: %u drugs, %u words", rows[i].html, n[SIGN_PRESCRIPTION_DRUGS],
                     n[SIGN_WORDS]);
    }
}

/* A register's or seal's host counts with what lies below it, not with what merely contains it. */
static void test_registers(void **state)
{
    struct tools *t = *state;
    static const struct {
        const char *host;
        bool counts;
    } rows[] = {
        {"cipa.com", true},
        {"www.cipa.com", true},
        {"participa.com", false},
        {"cipa.com.seal-check.com", false},
        {"verify.safe.pharmacy", true},
        {"verysafe.pharmacy", false},
        {"nabp.pharmacy", true},
        {"nabp.pharmacy.seal-check.com", false},
        {"legitscript.com", true},
        {"www.legitscript.com", true},
        {"notlegitscript.com", false},
        {"medicine-seller-register.mhra.gov.uk", true},
        {"medicine-seller-register.com", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char html[200];
        (void)snprintf(html, sizeof html, "<a href='https://%s/pharmacy/x'>seal</a>", rows[i].host);
        if ((read_page(t, html)[SIGN_LICENCE] > 0) != rows[i].counts)
            fail_msg("%s", rows[i].host);
    }
}

/* A partner's parameter is a whole name with a value. */
static void test_partner_links(void **state)
{
    struct tools *t = *state;
    static const struct {
        const char *query;
        bool pays;
    } rows[] = {
        {"aff=12", true},     {"x=1&aff=12", true}, {"AFF_ID=12", true}, {"partner_id=7", true},
        {"tariff=12", false}, {"staff=12", false},  {"x=aff=12", false}, {"aff=", false},
        {"affix=12", false},  {"tap_a=1-2", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char html[200];
        (void)snprintf(html, sizeof html, "<a href='https://a-shop.net/?%s'>go</a>", rows[i].query);
        if ((read_page(t, html)[SIGN_ADVERTISED] > 0) != rows[i].pays)
            fail_msg("%s", rows[i].query);
    }
}

/* No cart in sight: no storefront, but more of it should be seen. */
static void test_promising(void **state)
{
    struct tools *t = *state;
    static const struct {
        const char *html;
        bool promising;
    } rows[] = {
        {"<p>Viagra €1.50 Cialis €2.50 Levitra €3.50", true},
        {"<p>Viagra €1.50 Cialis €2.50", false},
        {"<p>Paracetamol €1.50 ibuprofen €2.50 loratadine €3.50", false},
        {"<p>Viagra €1.50 Cialis €2.50 Levitra €3.50, prescription required", false},
        {"<p>Viagra €1.50 Cialis €2.50 Levitra €3.50, a registered pharmacy", false},
        {"<meta property=og:type content=article><p>Viagra for $1, Cialis for $2 and Levitra for "
         "$3 "
         "were seized by officers in a raid on a house in a town far from any large place; the men "
         "in it said that they knew nothing of it, that they had come to mend a roof, and that the "
         "boxes had been there when they came, all of which nobody who was there believed at all; "
         "a judge will hear them in spring, and the papers will be there to write of what is said",
         false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        read_page(t, rows[i].html);
        if (role_promising(&t->signs) != rows[i].promising)
            fail_msg("%s", rows[i].html);
    }
}

static void test_close_roles(void **state)
{
    struct tools *t = *state;
    static const struct {
        const char *html;
        enum rx_role role;
    } rows[] = {
        {"<h1>Farmacia</h1><p>Paracetamol 500 mg €2.50 ibuprofeno 400 mg €3.50 cetirizina, "
         "cetirizine "
         "10 "
         "mg €4.50 loratadine €5.50 <a href=/carrito>Añadir al carrito</a> <a "
         "href=/carrito>Comprar</a> "
         "Medicamentos sin receta, envío discreto",
         RX_ROLE_UNKNOWN},
        {"<h1>Pharmacy</h1><p>Sildenafil 50 mg £12 Tadalafil 10 mg £14 Finasteride 1 mg £20 Add to "
         "basket. "
         "<a href='https://www.pharmacyregulation.org/registers/x'>GPhC</a>",
         RX_ROLE_LICENSED},
        {"<h1>Pharmacy</h1><p>Sildenafil 50 mg £12 Tadalafil 10 mg £14 Finasteride 1 mg £20 Add to "
         "basket. "
         "Prescription required.",
         RX_ROLE_UNKNOWN},
        {"<h1>Best online pharmacies</h1><p>Our rating of the sellers of Viagra. We tried each of "
         "them "
         "for "
         "some weeks and write here what we have found, the price, the time that it took and what "
         "was "
         "in the box. One review a shop; our verdict stands at its end. <p>Pros and cons, in many "
         "words "
         "that only fill the page so that it is a page and no ramp to somewhere else at all. "
         "<a href='https://a-shop.net/?aff=12'>Visit site</a> <a "
         "href='https://b-shop.net/viagra'>Visit "
         "site</a> <a href='https://c-shop.net/?wmid=7'>Visit site</a>",
         RX_ROLE_ADVERTISEMENT},
        /* the page of one product */
        {"<h1>Kamagra Gold 100 mg</h1><p>Sildenafil 100 mg x 30 pills. Price: €49. In stock. <form "
         "action=/basket.php id=basket><button>Add to cart</button></form>",
         RX_ROLE_STOREFRONT},
        {"<h1>Kamagra Gold 100 mg</h1><p>Sildenafil 100 mg x 30 pills. Price: €49. In stock. A "
         "valid "
         "prescription is needed. <form action=/basket.php id=basket><button>Add to "
         "cart</button></form>",
         RX_ROLE_BENIGN},
        /* a shop's page without prices: its menu is its shelf */
        {"<ul><li>Viagra<li>Cialis<li>Levitra<li>Tramadol<li>Xanax<li>Modafinil</ul><p>We ship in "
         "discreet packaging. Visa and Mastercard. Free shipping. <a href=/cart>Cart</a>",
         RX_ROLE_STOREFRONT},
        {"<ul><li>Viagra<li>Cialis<li>Levitra<li>Tramadol<li>Xanax<li>Modafinil</ul><p>We ship in "
         "discreet packaging. Visa and Mastercard. Free shipping. <a href=/cart>Cart</a> "
         "Prescription required.",
         RX_ROLE_BENIGN},
        {"<meta property=og:type "
         "content=article><ul><li>Viagra<li>Cialis<li>Levitra<li>Tramadol<li>"
         "Xanax<li>Modafinil</ul><p>They ship in discreet packaging and take Visa and Mastercard.",
         RX_ROLE_BENIGN},
        /* the card icons of an honest shop: named by file and by label, they are one sign each */
        {"<h1>Our shop</h1><p>Every piece is planned with care. See what our guests say about us. "
         "Fresh offers arrive each month. We have been in the region for forty years. Each project "
         "is made with attention. Our workshop is open from Monday to Friday and on some "
         "Saturdays. Oak table, desk lamp, wool scarf, tea pot, bike light, garden hose, paper "
         "kite, clay mug, wall clock. <a href=/cart/>Cart</a> <img src=/i/visa.png alt=Visa> <img "
         "src=/i/mastercard.png alt=MasterCard> <img src=/i/paypal.png alt=PayPal>",
         RX_ROLE_BENIGN},
    };
    struct rx_buf why = RX_BUF(1000);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        read_page(t, rows[i].html);
        enum rx_role role = role_decide(&t->signs, 1, &why);
        if (role != rows[i].role)
            fail_msg("%s\n is %s: %s", rows[i].html, rx_role_name(role), why.p);
    }
    rx_buf_free(&why);
}

#define SHELF                                                                                      \
    "<p>Viagra Cialis Levitra Xanax Valium Tramadol Ambien Soma 350mg Phentermine Propecia "
#define TALE                                                                                       \
    "were found in a house in a town far from any large place, and the men in it said that they "  \
    "knew nothing of it, that they had come to mend a roof, and that the boxes had been there "    \
    "when they came, all of which nobody who was there believed at all. A judge will hear them "   \
    "in spring, and the papers will be there to write of what is said about the matter, which "    \
    "is not the first of its kind in these parts, as those who live here will tell you."

/* Shops whose prices are pictures; who is paid for shops; pages that only name medicines. */
static void test_quiet_roles(void **state)
{
    struct tools *t = *state;
    static const struct {
        const char *html;
        enum rx_role role;
    } rows[] = {
        {SHELF "<img src=/p1.png> <a href=/cart>Add to cart</a> Visa MasterCard",
         RX_ROLE_STOREFRONT},
        {SHELF "<img src=/p1.png> <a href=/cart>Add to cart</a> Visa MasterCard. A registered "
               "pharmacy.",
         RX_ROLE_UNKNOWN},
        {SHELF "<a href=/cart>Add to cart</a> Visa MasterCard, with a valid prescription",
         RX_ROLE_UNKNOWN},
        {SHELF TALE "<a href=/cart>Your cart</a> Visa MasterCard", RX_ROLE_BENIGN},
        {"<h1>A payment gateway for merchants</h1><p>Accept payments on the web with our payment "
         "API: merchant accounts in all trades.",
         RX_ROLE_PAYMENT},
        {"<h1>A payment gateway for merchants</h1><p>Accept payments with our API: merchant "
         "accounts.<form method=post><input name=cardnumber><input name=cvv></form>",
         RX_ROLE_CHECKOUT},
        {"<p>A payment gateway " TALE, RX_ROLE_BENIGN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct signs site = {0};
        (void)read_page(t, rows[i].html);
        signs_add(&site, &t->signs);
        enum rx_role role = role_decide(&site, 1, NULL);
        if (role != rows[i].role)
            fail_msg("%s: %s", rows[i].html, rx_role_name(role));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prices),           cmocka_unit_test(test_words),
        cmocka_unit_test(test_card_fields),      cmocka_unit_test(test_tills),
        cmocka_unit_test(test_not_its_own_word), cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_registers),        cmocka_unit_test(test_partner_links),
        cmocka_unit_test(test_promising),        cmocka_unit_test(test_close_roles),
        cmocka_unit_test(test_quiet_roles),
    };
    return cmocka_run_group_tests(tests, tools_setup, tools_teardown);
}
