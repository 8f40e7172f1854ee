/* signs.c - see signs.h. Counting only; what the counts mean is role.c's. */
#include "crawler/extract/signs.h"

#include "crawler/extract/fold.h"
#include "crawler/extract/inline.h"
#include "crawler/extract/prices.h"
#include "crawler/extract/seals.h"
#include "crawler/extract/till.h"

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
    out->n[SIGN_CARD_FORM] = till_card_kinds(d);
    static const char *const cart[] = {"add-to-cart", "add_to_cart", "addtocart", "cart_quantity",
                                       "products_id", "buy_now",     "buynow"};
    for (size_t i = 0; i < d->field_count; i++) {
        if (d->fields[i].hidden)
            continue;
        struct rx_str name =
            d->fields[i].name.text.n ? d->fields[i].name.text : d->fields[i].id.text;
        out->n[SIGN_CART] += HAS_ANY(name, cart);
        out->n[SIGN_SHOP] += HAS_ANY(name, cart);
    }
}

/* Where a form goes, or what it is called ("oFormBasketAdd"). */
static void count_forms(struct signs *out, const struct doc *d)
{
    static const char *const cart[] = {"cart",   "basket",   "checkout", "order",  "warenkorb",
                                       "panier", "carrello", "carrito",  "billing"};
    static const char *const called[] = {"cart", "basket", "checkout", "warenkorb"};
    for (size_t i = 0; i < d->form_count; i++) {
        const struct doc_form *form = &d->forms[i];
        struct target t;
        if (form->hidden)
            continue;
        target_split(&t, form->action);
        out->n[SIGN_CART] += HAS_ANY(t.path, cart) || HAS_ANY(form->id.text, called) ||
                             HAS_ANY(form->name.text, called);
    }
}

/* A register shows who is in it by an entry of its own; its front page shows nothing. */
static bool names_entry(const struct target *t)
{
    return t->path.n > 1 || t->query.n > 0;
}

static bool cart_link(const struct target *t)
{
    static const char *const words[] = {"add-to-cart", "add_to_cart", "addtocart"};
    return target_is_checkout(t) || HAS_ANY(t->query, words);
}

/* Scripts and styles that only shop programs ship. */
static bool is_of_shop_program(const struct target *t)
{
    static const char *const paths[] = {"/plugins/woocommerce/",   "/catalog/view/javascript/",
                                        "/catalog/view/theme/",    "/modules/ps_",
                                        "/modules/blockcart/",     "/skin/frontend/",
                                        "/static/frontend/Magento"};
    return HAS_EXACTLY(t->path, paths) || rx_str_eq(t->host, RX_STR("cdn.shopify.com"));
}

/* Nothing for sale, and one word of seven the name of a medicine: such a page was made for what it
 * links to, whatever the link says. */
static bool is_stuffed(const struct signs *page)
{
    const uint32_t *n = page->n;
    return n[SIGN_PRESCRIPTION_DRUGS] >= 3 && n[SIGN_CART] == 0 && n[SIGN_PRICES] == 0 &&
           (uint64_t)n[SIGN_DRUG_WORDS] * 7 >= n[SIGN_WORDS];
}

static void count_link(struct signs *out, const struct family_page *p, const struct target *t,
                       bool stuffed)
{
    const struct lexicon *lex = p->lex;
    enum rx_link kind = t->link->kind;
    if (t->link->hidden)
        return;
    bool anchor = kind == RX_LINK_A || kind == RX_LINK_AREA || kind == RX_LINK_FORM;
    bool redirect = rx_link_is_redirect(kind);
    out->n[SIGN_REDIRECT] += redirect && !t->own;
    out->n[SIGN_LICENCE] += anchor && seals_is_register(p->seals, t) && names_entry(t);
    out->n[SIGN_PARKED] += anchor && t->vendor == RX_VENDOR_PARKING;
    out->n[SIGN_CART] += anchor && cart_link(t) && !target_is_strangers(t);
    if (kind == RX_LINK_SCRIPT || kind == RX_LINK_STYLE)
        out->n[SIGN_SHOP] += is_of_shop_program(t);
    if ((anchor || redirect) && !t->own && t->vendor == RX_VENDOR_NONE)
        out->n[SIGN_OFFSITE_DRUG_LINKS] +=
            stuffed || lexicon_is_trade(lex, t->link->url) || lexicon_is_trade(lex, t->link->text);
    static const char *const threads[] = {"viewtopic.php", "showthread.php", "/threads/",
                                          "/forum/"};
    out->n[SIGN_FORUM] += anchor && t->own && HAS_EXACTLY(t->path, threads);
}

enum { ADVERTISED_MAX = 8 }; /* different sites; more say nothing more */

/* Different other sites that the page sends its reader to with words of the trade or a partner's
 * number. */
static void count_advertised(struct signs *out, const struct lexicon *lex,
                             const struct targets *targets)
{
    struct rx_str seen[ADVERTISED_MAX];
    uint32_t count = 0;
    for (size_t i = 1; i < targets->count && count < ADVERTISED_MAX; i++) {
        const struct target *t = &targets->items[i];
        bool known =
            t->own || t->link->hidden || t->vendor != RX_VENDOR_NONE || t->link->kind != RX_LINK_A;
        for (uint32_t k = 0; k < count && !known; k++)
            known = rx_str_eq(seen[k], t->site);
        if (!known && (affiliate_pays(t->query) || lexicon_is_trade(lex, t->link->url) ||
                       lexicon_is_trade(lex, t->link->text)))
            seen[count++] = t->site;
    }
    out->n[SIGN_ADVERTISED] = count;
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

static bool is_product_data(struct rx_str json)
{
    static const char *const products[] = {"\"Product\"", "\"Offer\"", "\"AggregateOffer\""};
    return HAS_EXACTLY(json, products);
}

/* Prices that only programs are told: "price": "49.90". */
static uint32_t data_prices(struct rx_str json)
{
    enum { PRICES_MOST = 500 };
    uint32_t count = 0;
    struct rx_str key = RX_STR("rice\"");
    for (ptrdiff_t at = 0; count < PRICES_MOST && (at = rx_str_find(json, key, (size_t)at)) >= 0;) {
        at += (ptrdiff_t)key.n;
        struct rx_str value = rx_str_trim(rx_str_sub(json, (size_t)at, (size_t)at + 8));
        if (!rx_str_starts(value, RX_STR(":")))
            continue;
        value = rx_str_trim(rx_str_sub(value, 1, value.n));
        size_t quote = value.n > 0 && value.p[0] == '"';
        count += value.n > quote && value.p[quote] >= '1' && value.p[quote] <= '9';
    }
    return count;
}

static void count_data(struct signs *out, const struct doc *d)
{
    static const char *const articles[] = {"\"NewsArticle\"",      "\"Article\"",
                                           "\"BlogPosting\"",      "\"MedicalWebPage\"",
                                           "\"ScholarlyArticle\"", "\"Recipe\""};
    for (size_t i = 0; i < d->script_count; i++) {
        if (!d->scripts[i].json)
            continue;
        struct rx_str s = d->scripts[i].text.text;
        out->n[SIGN_ARTICLE] += HAS_EXACTLY(s, articles);
        if (is_product_data(s)) {
            out->n[SIGN_SHOP]++;
            out->n[SIGN_PRICES] += data_prices(s);
        }
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

static bool is_button(const struct doc_field *field)
{
    return !field->hidden &&
           (rx_str_eq(field->type, RX_STR("submit")) || rx_str_eq(field->type, RX_STR("button")));
}

/* Words for buying that mean something else in running text count where they are all that a link,
 * a button or a text run says. */
static uint32_t buying_labels(const struct doc *d, const struct lexicon *lex)
{
    uint32_t count = 0;
    for (size_t i = 0; i < d->text_count; i++)
        count += lexicon_is_label(lex, prices_bare_label(d->texts[i].text));
    for (size_t i = 0; i < d->link_count; i++)
        if (d->links[i].kind == RX_LINK_IMG && !d->links[i].hidden)
            count += lexicon_is_label(lex, prices_bare_label(d->links[i].text));
    for (size_t i = 0; i < d->field_count; i++)
        if (is_button(&d->fields[i]))
            count += lexicon_is_label(lex, prices_bare_label(d->fields[i].value.text));
    return count;
}

/* What links say for which the page does not answer is in its text all the same: "add to cart" in a
 * guest book is not the choir's cart. */
static void take_strangers_carts(struct signs *out, const struct targets *t,
                                 const struct lexicon *lex)
{
    struct lexicon_count count = {0};
    uint32_t labels = 0;
    for (size_t i = 1; i < t->count; i++) {
        if (!target_is_strangers(&t->items[i]) || t->items[i].link->hidden)
            continue;
        const struct rx_str text = t->items[i].link->text;
        lexicon_scan(lex, text, &count);
        labels += lexicon_is_label(lex, prices_bare_label(text));
    }
    const uint32_t theirs = count.words[LEXICON_CART] + labels;
    out->n[SIGN_CART] -= theirs < out->n[SIGN_CART] ? theirs : out->n[SIGN_CART];
}

/* The page's words as its reader sees them (fold.h). */
struct seen {
    struct lexicon_text text;
    struct prices prices;
    struct rx_str title;
    struct rx_str cut; /* words that inline tags cut in pieces (inline.h) */
};

static void scan_words(struct lexicon_count *count, const struct doc *d, const struct lexicon *lex,
                       const struct seen *text)
{
    lexicon_count(lex, &text->text, count);
    lexicon_scan(lex, text->cut, count);
    lexicon_scan(lex, text->title, count);
    for (size_t i = 0; i < d->link_count; i++)
        if (d->links[i].kind == RX_LINK_IMG && !d->links[i].hidden)
            lexicon_scan(lex, d->links[i].text, count);
    for (size_t i = 0; i < d->field_count; i++)
        if (is_button(&d->fields[i]))
            lexicon_scan(lex, d->fields[i].value.text, count);
}

/* A page of pictures, or one that scripts fill in, names its goods where a reader does not look: in
 * the names of files and addresses, in its descriptions, in data for search engines. Goods and what
 * is claimed of them only: "/cart/" and "visa.png" stand beside the label that was counted. */
static void scan_unseen(struct lexicon_count *count, const struct doc *d, const struct lexicon *lex)
{
    enum { LINKS_MOST = 300 };
    const struct lexicon_count before = *count;
    for (size_t i = 0; i < d->link_count && i < LINKS_MOST; i++) {
        struct target t;
        target_split(&t, d->links[i].url);
        if (d->links[i].kind == RX_LINK_IMG || d->links[i].kind == RX_LINK_A)
            lexicon_scan(lex, t.path, count);
    }
    for (size_t i = 0; i < d->meta_count; i++)
        lexicon_scan(lex, d->metas[i].content.text, count);
    for (size_t i = 0; i < d->script_count; i++)
        if (d->scripts[i].json && is_product_data(d->scripts[i].text.text))
            lexicon_scan(lex, d->scripts[i].text.text, count);
    for (int kind = 0; kind < LEXICON_KINDS; kind++)
        if (kind != LEXICON_DRUG && kind != LEXICON_COUNTER && kind != LEXICON_CLAIM)
            count->words[kind] = before.words[kind];
}

static void count_words(struct signs *out, const struct doc *d, const struct lexicon *lex,
                        const struct seen *text)
{
    enum { FEW_WORDS = 100 };
    struct lexicon_count count = {0};
    scan_words(&count, d, lex, text);
    if (out->n[SIGN_WORDS] < FEW_WORDS)
        scan_unseen(&count, d, lex);
    /* "Sin receta" is also the lawful name of the shelf that needs none: it waives prescriptions
     * only beside more medicines that need one than medicines that do not. */
    bool waived = count.words[LEXICON_WAIVER] > 0 ||
                  (count.words[LEXICON_SHELF] > 0 && count.drugs > count.counter);
    out->n[SIGN_DRUGS] = count.drugs + count.counter;
    out->n[SIGN_PRESCRIPTION_DRUGS] = count.drugs;
    out->n[SIGN_DRUG_WORDS] = count.words[LEXICON_DRUG] + count.words[LEXICON_COUNTER];
    out->n[SIGN_CLAIMS] = count.claims + waived;
    out->n[SIGN_CART] += count.words[LEXICON_CART] + buying_labels(d, lex);
    out->n[SIGN_SHOP] += count.words[LEXICON_SHOP] > 0;
    out->n[SIGN_PAYMENT] = count.words[LEXICON_PAYMENT] + count.words[LEXICON_BILLING];
    out->n[SIGN_BILLING] = count.words[LEXICON_BILLING];
    out->n[SIGN_PRESCRIPTION] = count.words[LEXICON_PRESCRIPTION];
    out->n[SIGN_LICENCE] += count.words[LEXICON_LICENCE];
    out->n[SIGN_PARKED] += count.words[LEXICON_PARKED];
    out->n[SIGN_PROVIDER] = count.words[LEXICON_PROVIDER];
    out->n[SIGN_REVIEW] = count.words[LEXICON_REVIEW];
}

/* The page's text, and that of the pages that its frames hold. */
static int with_frames(struct rx_str *out, struct collect *c, struct rx_str text)
{
    const struct doc *d = c->doc;
    size_t bytes = text.n;
    *out = text;
    for (size_t i = 0; i < d->framed_count; i++)
        bytes += d->framed[i].text.n + 1;
    if (bytes == text.n)
        return 0;
    char *p = rx_arena_alloc(c->arena, bytes);
    if (!p)
        return RX_EFULL;
    if (text.n)
        memcpy(p, text.p, text.n);
    for (size_t i = 0, n = text.n; i < d->framed_count; i++) {
        const struct rx_str one = d->framed[i].text;
        memcpy(p + n, one.p, one.n);
        n += one.n;
        p[n++] = '\n';
    }
    *out = rx_strn(p, bytes);
    return 0;
}

/* Most pages are seen as they are written: what was read of the sheet holds for them. */
static int read_text(struct seen *out, const struct family_page *p, struct rx_str text)
{
    out->text = *p->words;
    out->prices = *p->prices;
    if (text.p == p->words->text.p && text.n == p->words->text.n)
        return 0;
    out->text = (struct lexicon_text){.text = text};
    return prices_read(&out->prices, p->c->arena, text);
}

static int see(struct seen *out, const struct family_page *p)
{
    struct collect *c = p->c;
    struct rx_str text;
    int rc = with_frames(&text, c, p->words->text);
    if (rc == 0)
        rc = fold_text(&text, c->arena, text);
    if (rc == 0)
        rc = read_text(out, p, text);
    if (rc == 0)
        rc = fold_text(&out->title, c->arena, c->doc->title);
    if (rc == 0)
        rc = inline_words(&out->cut, c);
    return rc ? rc : fold_text(&out->cut, c->arena, out->cut);
}

void signs_of(struct signs *out, const struct family_page *p)
{
    struct collect *c = p->c;
    const struct targets *targets = p->targets;
    const struct lexicon *lex = p->lex;
    struct seen seen = {0};
    *out = (struct signs){0};
    int rc = see(&seen, p);
    if (rc < 0) {
        c->rc = rc;
        return;
    }
    out->n[SIGN_WORDS] = seen.prices.words;
    out->n[SIGN_PRICES] = seen.prices.prices;
    out->n[SIGN_DOSES] = seen.prices.doses;
    count_fields(out, c->doc);
    count_forms(out, c->doc);
    count_metas(out, c->doc);
    count_data(out, c->doc);
    count_words(out, c->doc, lex, &seen);
    take_strangers_carts(out, targets, lex);
    const bool stuffed = is_stuffed(out);
    for (size_t i = 1; i < targets->count; i++)
        count_link(out, p, &targets->items[i], stuffed);
    count_advertised(out, lex, targets);
    count_frames(out, targets);
    const enum rx_vendor vendor = rx_vendor_of(c->host);
    out->n[SIGN_SOCIAL] = vendor == RX_VENDOR_SOCIAL;
    out->n[SIGN_PSP] = vendor == RX_VENDOR_PSP;
    out->n[SIGN_CDN] = vendor == RX_VENDOR_CDN;
}
