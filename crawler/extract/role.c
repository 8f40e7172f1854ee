/* role.c - the role of a site, from the signs of its pages (extract.h).
 *
 * The rules are asked in order, the first that holds decides. A wrong storefront costs more than a
 * missed one, so that role needs three kinds of evidence at once: different prescription
 * ingredients, prices with strengths or packs, and a cart. A page that only talks about medicines
 * (news, forum, encyclopaedia, authority) has no cart beside its prices; a licensed pharmacy
 * demands a prescription and shows its register. Nothing here says "illegal". */
#include "crawler/extract/extract.h"

#include "base/buf.h"

static const char *const names[SIGN_COUNT] = {"words",
                                              "drugs",
                                              "drug_words",
                                              "prices",
                                              "doses",
                                              "cart",
                                              "claims",
                                              "card_form",
                                              "payment",
                                              "licence",
                                              "prescription",
                                              "article",
                                              "forum",
                                              "offsite_drug_links",
                                              "redirect",
                                              "shop",
                                              "social",
                                              "parked",
                                              "prescription_drugs",
                                              "advertised",
                                              "review",
                                              "billing",
                                              "provider",
                                              "psp",
                                              "cdn"};

const char *sign_name(enum sign s)
{
    return (unsigned)s < SIGN_COUNT ? names[s] : "?";
}

/* Signs that are about one page's content as a whole: the most of any page; others add up. */
static bool takes_most(enum sign s)
{
    return s == SIGN_DRUGS || s == SIGN_PRESCRIPTION_DRUGS || s == SIGN_CLAIMS ||
           s == SIGN_SOCIAL || s == SIGN_ADVERTISED || s == SIGN_PSP || s == SIGN_CDN;
}

void signs_add(struct signs *site, const struct signs *page)
{
    for (int s = 0; s < SIGN_COUNT; s++) {
        uint32_t a = site->n[s], b = page->n[s];
        if (takes_most((enum sign)s))
            site->n[s] = a > b ? a : b;
        else
            site->n[s] = UINT32_MAX - a < b ? UINT32_MAX : a + b;
    }
}

struct view {
    const uint32_t *n;
    uint32_t pages;
};

/* Drug names among the words, in tenths of a per cent. */
static uint64_t drug_density(const struct view *v)
{
    uint64_t words = v->n[SIGN_WORDS];
    return words ? (uint64_t)v->n[SIGN_DRUG_WORDS] * 1000 / words : 0;
}

static bool is_social(const struct view *v)
{
    return v->n[SIGN_SOCIAL] > 0;
}

/* Few words, and they are for sale themselves. */
static bool is_parked(const struct view *v)
{
    return v->n[SIGN_PARKED] > 0 && v->n[SIGN_WORDS] / v->pages < 300 && v->n[SIGN_CART] == 0;
}

/* All its pages send their reader on, or some do and the others are next to empty: a distributor's
 * home page says nothing. */
static bool is_redirector(const struct view *v)
{
    uint32_t words = v->n[SIGN_WORDS] / v->pages;
    bool sends = v->n[SIGN_REDIRECT] >= v->pages ||
                 (v->n[SIGN_REDIRECT] >= 1 && words < 20 && v->n[SIGN_REDIRECT] * 4 >= v->pages);
    return sends && words < 60 && v->n[SIGN_DRUGS] < 3 && v->n[SIGN_CART] == 0;
}

/* Three ingredients that need a prescription: painkillers and hay fever are sold by grocers. */
static bool prices_medicines(const struct view *v)
{
    return v->n[SIGN_PRESCRIPTION_DRUGS] >= 3 && v->n[SIGN_PRICES] >= 3;
}

/* Prices a whole shelf of prescription medicines and nowhere asks for a prescription: a licence
 * number that such a shop prints does not make it lawful, because anybody can print one. */
static bool sells_without_asking(const struct view *v)
{
    return v->n[SIGN_PRESCRIPTION_DRUGS] >= 6 && v->n[SIGN_PRICES] >= 6 &&
           v->n[SIGN_PRESCRIPTION] == 0;
}

/* Shows a register or demands prescriptions, and does not waive them: few rogues do either, and
 * those claim more besides. */
static bool seems_lawful(const struct view *v)
{
    const uint32_t *n = v->n;
    return (n[SIGN_LICENCE] > 0 && n[SIGN_CLAIMS] <= 1 && !sells_without_asking(v)) ||
           (n[SIGN_PRESCRIPTION] > 0 && n[SIGN_CLAIMS] == 0);
}

/* The register is shown, and prescriptions are demanded or medicines sold; a page that waives
 * prescriptions as well is judged by what it waives. */
static bool is_licensed(const struct view *v)
{
    const uint32_t *n = v->n;
    bool trade = n[SIGN_DRUGS] >= 1 || n[SIGN_CART] > 0;
    bool sells =
        n[SIGN_DRUGS] >= 1 && n[SIGN_CART] > 0 && n[SIGN_PRICES] >= 3 && !sells_without_asking(v);
    return trade && n[SIGN_LICENCE] > 0 && (n[SIGN_PRESCRIPTION] > 0 || sells) &&
           n[SIGN_CLAIMS] <= 1;
}

/* Journalism and talk: marks of articles or threads, and no shop around the drug names. */
static bool is_talk(const struct view *v)
{
    const uint32_t *n = v->n;
    bool talk = n[SIGN_ARTICLE] > 0 || n[SIGN_FORUM] >= 3;
    return talk && n[SIGN_CART] < 3 * v->pages && drug_density(v) < 40;
}

/* The names of drugs must be what the page is made of, not a mention in a long text. */
static bool is_storefront(const struct view *v)
{
    const uint32_t *n = v->n;
    bool goods =
        n[SIGN_DOSES] >= 3 || n[SIGN_CLAIMS] >= 2 || (n[SIGN_CART] >= 3 && drug_density(v) >= 20) ||
        (n[SIGN_PAYMENT] > 0 && drug_density(v) >= 50); /* a list of drugs, and how to pay */
    return prices_medicines(v) && n[SIGN_CART] > 0 && goods && !seems_lawful(v) && !is_talk(v) &&
           drug_density(v) >= 8;
}

/* A shop of few drugs that says what only this trade says. */
static bool is_small_storefront(const struct view *v)
{
    const uint32_t *n = v->n;
    return n[SIGN_PRESCRIPTION_DRUGS] >= 1 && n[SIGN_PRICES] >= 3 && n[SIGN_CART] >= 2 &&
           n[SIGN_CLAIMS] >= 2 && drug_density(v) >= 10 && !is_talk(v) && n[SIGN_PRESCRIPTION] == 0;
}

/* Nobody is asked for a prescription, no register is shown, no journalist speaks. */
static bool is_rogue_trade(const struct view *v)
{
    return v->n[SIGN_PRESCRIPTION] == 0 && v->n[SIGN_LICENCE] == 0 && v->n[SIGN_FORUM] < 3 &&
           !is_talk(v);
}

/* The page of one product: what it is, how strong, what it costs, and the form that orders it. */
static bool is_product_storefront(const struct view *v)
{
    const uint32_t *n = v->n;
    return n[SIGN_PRESCRIPTION_DRUGS] >= 1 && n[SIGN_PRICES] >= 1 && n[SIGN_DOSES] >= 2 &&
           n[SIGN_CART] >= 2 && n[SIGN_SHOP] + n[SIGN_PAYMENT] >= 1 && drug_density(v) >= 15 &&
           is_rogue_trade(v);
}

/* The pages of a shop that show no price: contact, shipping, how to order, a front of pictures. The
 * shelf of prescription medicines stands in the menu or the text all the same, beside the trade's
 * claims, ways to pay, and a cart or the shop's own words. */
static bool is_shop_without_prices(const struct view *v)
{
    const uint32_t *n = v->n;
    bool shop = n[SIGN_CART] >= v->pages && n[SIGN_SHOP] >= 1 && n[SIGN_CLAIMS] >= 1 &&
                n[SIGN_PAYMENT] >= 1 && drug_density(v) >= 20;
    bool front =
        n[SIGN_CLAIMS] >= 2 && n[SIGN_PAYMENT] >= 2 && n[SIGN_DOSES] >= 3 && drug_density(v) >= 40;
    return n[SIGN_PRESCRIPTION_DRUGS] >= 6 && (shop || front) && n[SIGN_OFFSITE_DRUG_LINKS] == 0 &&
           n[SIGN_REDIRECT] == 0 && is_rogue_trade(v);
}

/* A shop whose prices are pictures, or stand where only scripts put them: its words are hardly more
 * than the shelf of prescription medicines, the cart and the ways to pay. Where it shows a licence
 * it must claim besides what only this trade claims. */
static bool is_shop_in_pictures(const struct view *v)
{
    const uint32_t *n = v->n;
    return n[SIGN_PRESCRIPTION_DRUGS] >= 6 && drug_density(v) >= 100 && n[SIGN_CART] >= 1 &&
           n[SIGN_PAYMENT] >= 2 && n[SIGN_PRESCRIPTION] == 0 &&
           (n[SIGN_LICENCE] == 0 || n[SIGN_CLAIMS] >= 1) && n[SIGN_ARTICLE] == 0 &&
           n[SIGN_FORUM] < 3 && n[SIGN_OFFSITE_DRUG_LINKS] == 0 && n[SIGN_REDIRECT] == 0;
}

/* Speaks to shops of how they are paid, and of little else; asks nobody for a card itself. */
static bool is_payment(const struct view *v)
{
    const uint32_t *n = v->n;
    bool speaks = n[SIGN_PROVIDER] >= 3 && (uint64_t)n[SIGN_PROVIDER] * 40 >= n[SIGN_WORDS];
    return n[SIGN_PSP] > 0 || (speaks && n[SIGN_DRUGS] == 0 && n[SIGN_CART] == 0 &&
                               n[SIGN_CARD_FORM] < 2 && n[SIGN_ARTICLE] == 0);
}

static bool is_cdn(const struct view *v)
{
    return v->n[SIGN_CDN] > 0;
}

/* Speaks of several other shops as a reviewer does, and sells nothing itself. */
static bool is_advertisement(const struct view *v)
{
    const uint32_t *n = v->n;
    return n[SIGN_ADVERTISED] >= 3 && n[SIGN_REVIEW] >= 3 * v->pages && n[SIGN_CART] == 0 &&
           n[SIGN_PRICES] < 3 && n[SIGN_WORDS] / v->pages >= 60 && n[SIGN_DRUGS] >= 1 &&
           n[SIGN_FORUM] < 3 && n[SIGN_REDIRECT] == 0;
}

/* Drugs and a way out, nothing to buy here. */
static bool is_doorway(const struct view *v)
{
    const uint32_t *n = v->n;
    bool way_out = n[SIGN_OFFSITE_DRUG_LINKS] > 0 || n[SIGN_REDIRECT] > 0;
    bool laden = drug_density(v) >= 15 || (n[SIGN_CLAIMS] >= 2 && drug_density(v) >= 5);
    bool pushes = n[SIGN_CLAIMS] > 0 || n[SIGN_REDIRECT] > 0 ||
                  (n[SIGN_OFFSITE_DRUG_LINKS] >= 3 && drug_density(v) >= 20);
    bool ramp = n[SIGN_OFFSITE_DRUG_LINKS] > 0 && n[SIGN_WORDS] / v->pages < 60;
    bool forum = n[SIGN_FORUM] >= 3; /* its members' links, not its own */
    return !forum && (ramp || (n[SIGN_DRUGS] >= 1 && way_out && laden && pushes));
}

/* A till: fields for a card, or a short page that speaks of little but billing (a shop that only
 * lists the cards it takes does not). */
static bool is_checkout(const struct view *v)
{
    const uint32_t *n = v->n;
    uint32_t words = n[SIGN_WORDS] / v->pages;
    bool billing = n[SIGN_BILLING] >= 2 && (uint64_t)n[SIGN_BILLING] * 25 >= n[SIGN_WORDS];
    return ((n[SIGN_CARD_FORM] >= 2 && words < 1500) || (billing && words < 200)) &&
           n[SIGN_DRUGS] < 3 && n[SIGN_ARTICLE] == 0;
}

/* Benign is a finding, and needs something to find it on. A shop's word or two on a page of under
 * 25 words (a log-in, a notice of works, the frame around a script) show neither goods nor trade:
 * the role stays unknown, unless there is a cart. The bounds are a judgement, not measured on real
 * pages. */
static bool is_plain(const struct view *v)
{
    uint32_t words = v->n[SIGN_WORDS] / v->pages;
    return words >= 50 || v->n[SIGN_ARTICLE] > 0 || v->n[SIGN_FORUM] >= 3 ||
           (v->n[SIGN_SHOP] > 0 && (words >= 25 || v->n[SIGN_CART] > 0)) || v->n[SIGN_PARKED] > 0;
}

static const struct rule {
    bool (*holds)(const struct view *v);
    enum rx_role role;
    const char *why;
} rules[] = {
    {is_social, RX_ROLE_SOCIAL, "a social network's host"},
    {is_cdn, RX_ROLE_CDN, "a delivery network's host"},
    {is_parked, RX_ROLE_BENIGN, "the name is parked or for sale"},
    {is_redirector, RX_ROLE_REDIRECTOR, "sends its reader on and says little"},
    {is_licensed, RX_ROLE_LICENSED, "demands prescriptions and shows a register"},
    {is_storefront, RX_ROLE_STOREFRONT, "several drugs with prices and a cart"},
    {is_small_storefront, RX_ROLE_STOREFRONT, "drugs with prices, a cart and the trade's claims"},
    {is_product_storefront, RX_ROLE_STOREFRONT,
     "a drug with its strength and price, and its order"},
    {is_shop_without_prices, RX_ROLE_STOREFRONT,
     "a shelf of drugs, the trade's claims, ways to pay"},
    {is_shop_in_pictures, RX_ROLE_STOREFRONT,
     "hardly more than a shelf of drugs, a cart and ways to pay"},
    {is_advertisement, RX_ROLE_ADVERTISEMENT, "reviews several shops, sells nothing itself"},
    {is_doorway, RX_ROLE_DOORWAY, "laden with drug names, leads elsewhere"},
    {is_payment, RX_ROLE_PAYMENT, "speaks to shops of how they are paid"},
    {is_checkout, RX_ROLE_CHECKOUT, "asks for a card, shows no goods"},
    {is_plain, RX_ROLE_BENIGN, "nothing of the trade"},
};

bool role_promising(const struct signs *site)
{
    struct view v = {site->n, 1};
    return prices_medicines(&v) && !seems_lawful(&v) && !is_talk(&v) && drug_density(&v) >= 8;
}

/* The counts that a reader may check, in one line. Reasons are for people: a full buffer cuts. */
static void explain(struct rx_buf *reasons, const char *why, const struct view *v)
{
    if (!reasons)
        return;
    rx_buf_clear(reasons);
    int rc = rx_buf_addf(reasons, "%s (%u pages", why, v->pages);
    for (int s = 0; s < SIGN_COUNT && rc == 0; s++)
        if (v->n[s] > 0)
            rc = rx_buf_addf(reasons, ", %s %u", names[s], v->n[s]);
    if (rc == 0)
        rc = rx_buf_addc(reasons, ')');
    (void)rc;
}

enum rx_role role_decide(const struct signs *site, uint32_t pages, struct rx_buf *reasons)
{
    struct view v = {site->n, pages};
    for (size_t i = 0; pages > 0 && i < sizeof rules / sizeof rules[0]; i++) {
        if (!rules[i].holds(&v))
            continue;
        explain(reasons, rules[i].why, &v);
        return rules[i].role;
    }
    explain(reasons, "too little was seen", &v);
    return RX_ROLE_UNKNOWN;
}
