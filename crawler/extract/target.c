/* target.c - links taken apart (families.h). The URLs are our own serialisation, so splitting them
 * needs no second URL parser. */
#include "crawler/extract/families.h"

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

void targets_of(struct targets *out, struct collect *c)
{
    const struct doc *d = c->doc;
    *out = (struct targets){0};
    struct target *items = rx_arena_zalloc(c->arena, d->link_count + 1, sizeof *items);
    if (!items) {
        c->rc = RX_EFULL;
        return;
    }
    for (size_t i = 0; i <= d->link_count; i++) {
        struct target *t = &items[i];
        target_split(t, i == 0 ? d->url : d->links[i - 1].url);
        t->link = i == 0 ? NULL : &d->links[i - 1];
        /* Neighbours mostly lead to one host: the list and the vendors are asked once for them. */
        if (i > 0 && rx_str_eq(t->host, t[-1].host)) {
            t->site = t[-1].site;
            t->own = t[-1].own;
            t->vendor = t[-1].vendor;
            continue;
        }
        t->site = rx_site_key(c->psl, t->host);
        t->own = rx_str_eq(t->site, c->site);
        t->vendor = t->own ? RX_VENDOR_NONE : rx_vendor_of(t->host);
    }
    out->items = items;
    out->count = d->link_count + 1;
}

static bool is_paying_word(struct rx_str word)
{
    static const char *const words[] = {
        "checkout", "billing",  "order",    "orders",   "ordering", "payment",   "payments",
        "pay",      "cart",     "basket",   "purchase", "secure",   "warenkorb", "kasse",
        "panier",   "commande", "carrello", "cassa",    "carrito",  "pedido",    "koszyk"};
    if (word.n < 3 || word.n > 9)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (rx_str_ieq(word, rx_str(words[i])))
            return true;
    return false;
}

bool target_is_checkout(const struct target *t)
{
    struct rx_str head, rest = t->host;
    while (rest.n > t->site.n && rx_str_cut(rest, '.', &head, &rest))
        if (is_paying_word(head))
            return true;
    rest = t->path;
    for (bool more = true; more;) {
        struct rx_str name, ending;
        more = rx_str_cut(rest, '/', &head, &rest);
        rx_str_cut(head, '.', &name, &ending);
        if (is_paying_word(name))
            return true;
    }
    return false;
}

static bool leads_away(const struct target *t)
{
    return !t->own && t->vendor == RX_VENDOR_NONE && t->host.n > 0;
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
        if (leads_away(&to) && (form->post || target_is_checkout(&to)))
            return to.site;
    }
    for (size_t i = 1; i < t->count; i++)
        if (leads_away(&t->items[i]) && t->items[i].link->kind == RX_LINK_A &&
            target_is_checkout(&t->items[i]))
            return t->items[i].site;
    return (struct rx_str){0};
}
