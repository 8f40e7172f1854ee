/* target.c - links taken apart (families.h). The URLs are our own serialisation, so splitting them
 * needs no second URL parser. */
#include "crawler/extract/families.h"

#include "base/url.h"
#include "crawler/parse/parse.h"

void target_split(struct target *out, struct rx_str url)
{
    *out = (struct target){0};
    ptrdiff_t at = rx_str_find(url, RX_STR("://"), 0);
    if (at < 0)
        return;
    struct rx_str rest = rx_str_sub(url, (size_t)at + 3, url.n), fragment = {0}, query = {0};
    rx_str_cut(rest, '#', &rest, &fragment);
    rx_str_cut(rest, '?', &rest, &query);
    ptrdiff_t slash = rx_str_chr(rest, '/', 0);
    struct rx_str authority = slash < 0 ? rest : rx_str_sub(rest, 0, (size_t)slash), head, behind;
    out->path = slash < 0 ? RX_STR("/") : rx_str_sub(rest, (size_t)slash, rest.n);
    if (rx_str_cut(authority, '@', &head, &behind))
        authority = behind;
    ptrdiff_t close = rx_str_chr(authority, ']', 0);
    ptrdiff_t colon = rx_str_chr(authority, ':', close < 0 ? 0 : (size_t)close);
    out->host = colon < 0 ? authority : rx_str_sub(authority, 0, (size_t)colon);
    out->query = query;
    out->fragment = fragment;
}

struct rx_str target_host(struct rx_str url)
{
    struct target t;
    target_split(&t, url);
    return t.host;
}

/* The answer's own Location as a link like the page's; it is never resolved against what the body
 * says. NULL: no redirect, or none to a web address. */
static const struct doc_link *location_link(struct collect *c)
{
    struct rx_str value = parse_header(c->head, "location");
    enum rx_link kind = rx_link_of_status(parse_status(c->head));
    if (kind == 0 || value.n == 0)
        return NULL;
    struct rx_buf own = RX_BUF(RX_URL_MAX + 1), text = RX_BUF(RX_URL_MAX + 1);
    struct rx_url base, url;
    struct doc_link *link = NULL;
    if (!rx_url_parse(&base, &own, c->doc->url, NULL) && !rx_url_parse(&url, &text, value, &base)) {
        link = rx_arena_zalloc(c->arena, 1, sizeof *link);
        if (link)
            *link = (struct doc_link){.kind = kind, .url = rx_arena_dup(c->arena, url.href)};
        if (!link || !link->url.p)
            c->rc = RX_EFULL;
    }
    rx_buf_free(&own);
    rx_buf_free(&text);
    return c->rc ? NULL : link;
}

/* Neighbours mostly lead to a few hosts: the list and the vendors are asked once for them. before:
 * how many targets stand before t. */
static void place_host(struct target *t, size_t before, const struct collect *c)
{
    enum { NEIGHBOURS = 8 };
    for (size_t i = 1; i <= before && i <= NEIGHBOURS; i++)
        if (rx_str_eq(t->host, (t - i)->host)) {
            t->site = (t - i)->site;
            t->own = (t - i)->own;
            t->vendor = (t - i)->vendor;
            return;
        }
    t->site = rx_site_key(c->psl, t->host);
    t->own = rx_str_eq(t->site, c->site);
    t->vendor = t->own ? RX_VENDOR_NONE : rx_vendor_of(t->host);
}

void targets_of(struct targets *out, struct collect *c)
{
    const struct doc *d = c->doc;
    const struct doc_link *location = location_link(c);
    size_t count = 1 + d->link_count + (location != NULL);
    *out = (struct targets){0};
    struct target *items = rx_arena_zalloc(c->arena, count, sizeof *items);
    if (!items) {
        c->rc = RX_EFULL;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct doc_link *link = i == 0               ? NULL
                                      : i <= d->link_count ? &d->links[i - 1]
                                                           : location;
        struct target *t = &items[i];
        target_split(t, link ? link->url : d->url);
        t->link = link;
        if (link && link == location)
            t->in_head = parse_header(c->head, "location");
        else if (link && link->kind == RX_LINK_HEADER_REFRESH)
            t->in_head = parse_header(c->head, "refresh");
        place_host(t, i, c);
    }
    out->items = items;
    out->count = count;
}

struct sight target_sight(const struct collect *c, const struct target *t)
{
    if (t->in_head.n)
        return collect_sight_head(c, t->in_head);
    struct sight at = collect_sight(c, t->link->raw, RX_PLACE_URL);
    at.hidden |= t->link->hidden;
    return at;
}

bool target_is_strangers(const struct target *t)
{
    return t->link && !t->own && (t->link->rel & (DOC_REL_UGC | DOC_REL_NOFOLLOW));
}

static bool is_paying_word(struct rx_str word)
{
    enum { WORDS_OF_LETTER = 14 }; /* at most, with a NULL behind them */
    static const char *const words[26][WORDS_OF_LETTER] = {
        ['a' - 'a'] = {"afrekenen"},
        ['b' - 'a'] = {"billing", "basket", "bestellen", "bestellung", "bezahlen"},
        ['c' - 'a'] = {"checkout", "cart", "commande", "commander", "caisse", "carrello", "cassa",
                       "carrito", "cesta", "carrinho", "comanda"},
        ['e' - 'a'] = {"encomenda"},
        ['h' - 'a'] = {"handlekurv"},
        ['k' - 'a'] = {"kasse", "koszyk", "kasa", "kassa", "kurv", "kosik", "kosar", "korzina"},
        ['o' - 'a'] = {"order", "orders", "ordering", "ordine", "ostoskori", "objednavka", "odeme"},
        ['p' - 'a'] = {"payment", "payments", "pay", "purchase", "panier", "paiement", "pagamento",
                       "pedido", "pago", "pagar", "platnosc", "pokladna", "penztar"},
        ['s' - 'a'] = {"secure", "sepet"},
        ['v' - 'a'] = {"varukorg"},
        ['w' - 'a'] = {"warenkorb", "winkelwagen", "winkelmand"},
        ['z' - 'a'] = {"zahlung", "zamowienie", "zamowienia", "zakaz"},
    };
    if (word.n < 3 || word.n > 11 || !rx_is_alpha(word.p[0]))
        return false;
    for (const char *const *w = words[rx_lower(word.p[0]) - 'a']; *w; w++)
        if (rx_str_ieq(word, rx_str(*w)))
            return true;
    return false;
}

static bool path_pays(struct rx_str path)
{
    struct rx_str head, rest = path;
    for (bool more = true; more;) {
        struct rx_str name, ending;
        more = rx_str_cut(rest, '/', &head, &rest);
        rx_str_cut(head, '.', &name, &ending);
        if (is_paying_word(name))
            return true;
    }
    return false;
}

bool target_is_checkout(const struct target *t)
{
    struct rx_str head, rest = t->host;
    while (rest.n > t->site.n && rx_str_cut(rest, '.', &head, &rest))
        if (is_paying_word(head))
            return true;
    return path_pays(t->path);
}

bool target_leads_to_checkout(const struct targets *t, size_t i)
{
    const struct target *to = &t->items[i];
    enum rx_link kind = to->link->kind;
    if (rx_link_is_redirect(kind))
        return target_is_checkout(to) || path_pays(t->items[0].path);
    return (kind == RX_LINK_A || kind == RX_LINK_AREA) && target_is_checkout(to);
}

static bool leads_away(const struct target *t)
{
    return !t->own && t->vendor == RX_VENDOR_NONE && t->host.n > 0 &&
           rx_vendor_of(t->site) == RX_VENDOR_NONE;
}

static bool asks_for_mail(const struct doc_field *field)
{
    return rx_str_eq(field->type, RX_STR("email")) ||
           rx_str_ifind(field->name.text, RX_STR("mail"), 0) >= 0;
}

bool target_form_asks(const struct doc *d, const struct doc_form *form)
{
    size_t named = 0;
    bool mail = false;
    for (size_t i = 0; i < form->fields; i++) {
        const struct doc_field *field = &d->fields[form->first_field + i];
        named += field->name.text.n > 0;
        mail |= asks_for_mail(field);
    }
    return named <= 2 && (!form->post || mail);
}

struct rx_str target_checkout(const struct targets *t, const struct collect *c)
{
    for (size_t i = 0; i < c->doc->form_count; i++) {
        const struct doc_form *form = &c->doc->forms[i];
        struct target to;
        target_split(&to, form->action);
        to.site = rx_site_key(c->psl, to.host);
        to.own = rx_str_eq(to.site, c->site);
        to.vendor = rx_vendor_of(to.host);
        const bool sells = form->post && !target_form_asks(c->doc, form);
        if (!form->hidden && leads_away(&to) && (sells || target_is_checkout(&to)))
            return to.site;
    }
    for (size_t i = 1; i < t->count; i++)
        if (leads_away(&t->items[i]) && target_leads_to_checkout(t, i) &&
            !t->items[i].link->hidden && !target_is_strangers(&t->items[i]))
            return t->items[i].site;
    return (struct rx_str){0};
}
