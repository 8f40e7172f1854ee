/* signs.c - see signs.h. Counting only; what the counts mean is role.c's. */
#include "crawler/extract/signs.h"

/* ---- numbers in the text ----------------------------------------------------------------------
 */

static size_t number_at(struct rx_str s, size_t at)
{
    size_t end = at;
    while (end < s.n && end - at < 12 &&
           (rx_is_digit(s.p[end]) ||
            ((s.p[end] == '.' || s.p[end] == ',') && end + 1 < s.n && rx_is_digit(s.p[end + 1]))))
        end++;
    return end;
}

static bool any_at(struct rx_str s, size_t at, const char *const *words, size_t count)
{
    struct rx_str here = rx_str_sub(s, at, at + 16);
    for (size_t i = 0; i < count; i++) {
        struct rx_str word = rx_str(words[i]);
        if (!rx_str_istarts(here, word))
            continue;
        /* A word of letters must end here: "mg" but not "mgm". */
        if (!rx_is_alpha(word.p[word.n - 1]) || here.n == word.n || !rx_is_alpha(here.p[word.n]))
            return true;
    }
    return false;
}
#define ANY_AT(s, at, words) any_at(s, at, words, sizeof(words) / sizeof((words)[0]))

static bool any_before(struct rx_str s, size_t at, const char *const *words, size_t count)
{
    struct rx_str here = rx_str_sub(s, at > 8 ? at - 8 : 0, at);
    for (size_t i = 0; i < count; i++)
        if (rx_str_ends(here, rx_str(words[i])))
            return true;
    return false;
}

static const char *const currency_before[] = {"$",   "€",   "£",   "¥",   "￥",  "₹",   "₽",
                                              "US$", "USD", "EUR", "GBP", "AUD", "CAD", "CHF",
                                              "R$",  "NT$", "Rs",  "Rs.", "TSh", "Tsh", "Ksh"};
static const char *const currency_after[] = {"$",   "€",    "£",     "₽", "USD", "EUR", "GBP",
                                             "CHF", "euro", "euros", "руб", "р.",  "元",  "円",
                                             "kr",  "zł",   "Kč",    "TSh", "Tsh", "/="};
static const char *const strengths[] = {"mg", "mcg", "µg", "μg", "ml", "iu", "мг", "毫克"};
static const char *const packs[] = {
    "pill",      "tab",     "cap",  "tablet",   "capsule", "tabletten", "stück",     "pillen",
    "pills",     "tablets", "caps", "capsules", "tabs",    "comprimés", "compresse", "comprimidos",
    "pastillas", "таблет",  "片",   "粒",       "顆",      "vial",      "vials",     "ampoules"};

/* One number of the text: a price, a strength, a pack. */
static void count_number(struct signs *out, struct rx_str s, size_t from, size_t to)
{
    size_t before = from, after = to;
    while (before > 0 && from - before < 2 && s.p[before - 1] == ' ')
        before--;
    while (after < s.n && after - to < 2 && (s.p[after] == ' ' || s.p[after] == '-'))
        after++;
    bool price = any_before(s, before, currency_before,
                            sizeof currency_before / sizeof currency_before[0]) ||
                 ANY_AT(s, after, currency_after);
    out->n[SIGN_PRICES] += price;
    out->n[SIGN_DOSES] += !price && (ANY_AT(s, after, strengths) || ANY_AT(s, after, packs));
}

enum { NUMBERS_MAX = 5000 }; /* more prices than that say nothing more */

/* Words are runs of letters; signs of scripts without blanks count three to a word's two bytes. */
static void count_text(struct signs *out, struct rx_str s)
{
    bool in_word = false;
    uint32_t wide = 0;
    size_t numbers = 0;
    for (size_t i = 0; i < s.n;) {
        unsigned char c = (unsigned char)s.p[i];
        if (rx_is_digit(s.p[i]) && !in_word) {
            size_t end = number_at(s, i);
            if (numbers++ < NUMBERS_MAX)
                count_number(out, s, i, end);
            i = end;
            continue;
        }
        bool letter = rx_is_alpha(s.p[i]) || (in_word && rx_is_digit(s.p[i])) || c >= 0x80;
        wide += c >= 0xe3 && c <= 0xed;
        out->n[SIGN_WORDS] += letter && !in_word;
        in_word = letter;
        i++;
    }
    out->n[SIGN_WORDS] += wide / 2;
}

/* ---- the structure ----------------------------------------------------------------------------
 */

static bool has_any(struct rx_str s, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (rx_str_ifind(s, rx_str(words[i]), 0) >= 0)
            return true;
    return false;
}
#define HAS_ANY(s, words) has_any(s, words, sizeof(words) / sizeof((words)[0]))

/* The same with the words' own case: fast on long texts. */
static bool has_exactly(struct rx_str s, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (rx_str_find(s, rx_str(words[i]), 0) >= 0)
            return true;
    return false;
}
#define HAS_EXACTLY(s, words) has_exactly(s, words, sizeof(words) / sizeof((words)[0]))

static void count_fields(struct signs *out, const struct doc *d)
{
    static const char *const card[] = {"cardnumber", "card_number", "card-number", "cc_num",
                                       "ccnum",      "cc-number",   "cvv",         "cvc",
                                       "cc_number",  "creditcard",  "card_no",     "cardno",
                                       "cc_cvv",     "exp_month",   "expmonth"};
    static const char *const cart[] = {"add-to-cart", "add_to_cart", "addtocart", "cart_quantity",
                                       "products_id", "buy_now",     "buynow"};
    for (size_t i = 0; i < d->field_count; i++) {
        struct rx_str name =
            d->fields[i].name.text.n ? d->fields[i].name.text : d->fields[i].id.text;
        out->n[SIGN_CARD_FORM] += HAS_ANY(name, card);
        out->n[SIGN_CART] += HAS_ANY(name, cart);
        out->n[SIGN_SHOP] += HAS_ANY(name, cart);
    }
}

static void count_forms(struct signs *out, const struct doc *d)
{
    static const char *const cart[] = {"cart",   "basket",   "checkout", "order",  "warenkorb",
                                       "panier", "carrello", "carrito",  "billing"};
    for (size_t i = 0; i < d->form_count; i++) {
        struct target t;
        target_split(&t, d->forms[i].action);
        out->n[SIGN_CART] += HAS_ANY(t.path, cart);
    }
}

static bool is_register(struct rx_str host, struct rx_str path)
{
    static const char *const hosts[] = {"pharmacyregulation.org",
                                        "safe.pharmacy",
                                        "nabp.pharmacy",
                                        "medicine-seller-register",
                                        "bfarm.de",
                                        "dimdi.de",
                                        "versandhandel.dimdi.de",
                                        "salute.gov.it",
                                        "ordre.pharmacien.fr",
                                        "distafarma.aemps.es",
                                        "aemps.gob.es",
                                        "infarmed.pt",
                                        "napra.ca",
                                        "ocpinfo.com",
                                        "cipa.com",
                                        "aanbiedersmedicijnen.nl",
                                        "fagg-afmps.be",
                                        "laegemiddelstyrelsen.dk",
                                        "lakemedelsverket.se",
                                        "basg.gv.at",
                                        "fimea.fi",
                                        "hpra.ie",
                                        "thepsi.ie",
                                        "mhra.gov.uk",
                                        "pharmacychecker.com"};
    if (rx_str_ends(host, RX_STR("legitscript.com")))
        return rx_str_starts(path, RX_STR("/pharmacy")) || rx_str_starts(path, RX_STR("/websites"));
    return HAS_EXACTLY(host, hosts);
}

static bool cart_link(const struct target *t)
{
    static const char *const words[] = {"add-to-cart", "add_to_cart", "addtocart"};
    return target_is_checkout(t) || HAS_ANY(t->query, words);
}

static void count_link(struct signs *out, const struct lexicon *lex, const struct target *t)
{
    enum rx_link kind = t->link->kind;
    bool anchor = kind == RX_LINK_A || kind == RX_LINK_AREA || kind == RX_LINK_FORM;
    bool redirect = rx_link_is_redirect(kind);
    out->n[SIGN_REDIRECT] += redirect && !t->own;
    out->n[SIGN_LICENCE] += anchor && is_register(t->host, t->path);
    out->n[SIGN_PARKED] += anchor && t->vendor == RX_VENDOR_PARKING;
    out->n[SIGN_CART] += anchor && cart_link(t);
    if ((anchor || redirect) && !t->own && t->vendor == RX_VENDOR_NONE)
        out->n[SIGN_OFFSITE_DRUG_LINKS] +=
            lexicon_is_trade(lex, t->link->url) || lexicon_is_trade(lex, t->link->text);
    static const char *const threads[] = {"viewtopic.php", "showthread.php", "/threads/",
                                          "/forum/"};
    out->n[SIGN_FORUM] += anchor && t->own && HAS_EXACTLY(t->path, threads);
}

static void count_metas(struct signs *out, const struct doc *d)
{
    static const char *const forums[] = {"phpbb", "vbulletin",       "xenforo", "discourse",
                                         "mybb",  "simple machines", "invision"};
    static const char *const shops[] = {"woocommerce", "prestashop", "opencart",
                                        "shopify",     "magento",    "zen cart"};
    for (size_t i = 0; i < d->meta_count; i++) {
        struct rx_str name = d->metas[i].name.text, content = d->metas[i].content.text;
        bool type = rx_str_ieq(name, RX_STR("og:type")),
             generator = rx_str_ieq(name, RX_STR("generator"));
        out->n[SIGN_ARTICLE] += (type && rx_str_istarts(content, RX_STR("article"))) ||
                                rx_str_istarts(name, RX_STR("article:")) ||
                                rx_str_ieq(name, RX_STR("author")) ||
                                rx_str_ieq(name, RX_STR("citation_title"));
        out->n[SIGN_SHOP] += (type && rx_str_ifind(content, RX_STR("product"), 0) >= 0) ||
                             (generator && HAS_ANY(content, shops));
        out->n[SIGN_FORUM] += generator && HAS_ANY(content, forums) ? 3 : 0;
    }
}

static void count_data(struct signs *out, const struct doc *d)
{
    static const char *const articles[] = {"\"NewsArticle\"",      "\"Article\"",
                                           "\"BlogPosting\"",      "\"MedicalWebPage\"",
                                           "\"ScholarlyArticle\"", "\"Recipe\""};
    static const char *const products[] = {"\"Product\"", "\"Offer\"", "\"AggregateOffer\""};
    for (size_t i = 0; i < d->script_count; i++) {
        if (!d->scripts[i].json)
            continue;
        struct rx_str s = d->scripts[i].text.text;
        out->n[SIGN_ARTICLE] += HAS_EXACTLY(s, articles);
        out->n[SIGN_SHOP] += HAS_EXACTLY(s, products);
        out->n[SIGN_FORUM] += rx_str_find(s, RX_STR("\"DiscussionForumPosting\""), 0) >= 0 ? 3 : 0;
    }
    for (size_t i = 0; i < d->attr_count; i++) {
        if (!rx_str_ieq(d->attrs[i].name, RX_STR("itemtype")))
            continue;
        struct rx_str s = d->attrs[i].value.text;
        out->n[SIGN_ARTICLE] +=
            rx_str_ends(s, RX_STR("Article")) || rx_str_ends(s, RX_STR("BlogPosting"));
        out->n[SIGN_SHOP] += rx_str_ends(s, RX_STR("/Product")) || rx_str_ends(s, RX_STR("/Offer"));
    }
}

/* A frame of another site that is nearly all of the page sends the reader there. */
static void count_frames(struct signs *out, const struct targets *t)
{
    enum { WORDS_AROUND_FRAME = 30 };
    if (out->n[SIGN_WORDS] > WORDS_AROUND_FRAME)
        return;
    for (size_t i = 1; i < t->count; i++)
        out->n[SIGN_REDIRECT] += t->items[i].link->kind == RX_LINK_IFRAME && !t->items[i].own &&
                                 t->items[i].vendor == RX_VENDOR_NONE;
}

static void count_words(struct signs *out, const struct doc *d, const struct lexicon *lex,
                        const struct sheet *text)
{
    struct lexicon_count count = {0};
    lexicon_scan(lex, text->text, &count);
    lexicon_scan(lex, d->title, &count);
    for (size_t i = 0; i < d->link_count; i++)
        if (d->links[i].kind == RX_LINK_IMG)
            lexicon_scan(lex, d->links[i].text, &count);
    for (size_t i = 0; i < d->field_count; i++)
        if (rx_str_eq(d->fields[i].type, RX_STR("submit")) ||
            rx_str_eq(d->fields[i].type, RX_STR("button")))
            lexicon_scan(lex, d->fields[i].value.text, &count);
    out->n[SIGN_DRUGS] = count.drugs;
    out->n[SIGN_DRUG_WORDS] = count.words[LEXICON_DRUG];
    out->n[SIGN_CLAIMS] = count.claims;
    out->n[SIGN_CART] += count.words[LEXICON_CART];
    out->n[SIGN_SHOP] += count.words[LEXICON_SHOP] > 0;
    out->n[SIGN_PAYMENT] = count.words[LEXICON_PAYMENT];
    out->n[SIGN_PRESCRIPTION] = count.words[LEXICON_PRESCRIPTION];
    out->n[SIGN_LICENCE] += count.words[LEXICON_LICENCE];
    out->n[SIGN_PARKED] += count.words[LEXICON_PARKED];
}

void signs_of(struct signs *out, const struct collect *c, const struct targets *targets,
              const struct lexicon *lex, const struct sheet *text)
{
    *out = (struct signs){0};
    count_text(out, text->text);
    count_fields(out, c->doc);
    count_forms(out, c->doc);
    count_metas(out, c->doc);
    count_data(out, c->doc);
    count_words(out, c->doc, lex, text);
    for (size_t i = 1; i < targets->count; i++)
        count_link(out, lex, &targets->items[i]);
    count_frames(out, targets);
    out->n[SIGN_SOCIAL] = rx_vendor_of(c->host) == RX_VENDOR_SOCIAL;
}
