/* hosts.c - other people's hosts that a page cannot do without (families.h): where its forms go,
 * where it checks out, where its scripts, frames and pictures come from, where it sends its
 * reader. Shared services (base/vendors.h) are never named: an account there is an identifier, the
 * host is not. */
#include "crawler/extract/families.h"

static bool is_foreign(const struct target *t)
{
    return !t->own && t->vendor == RX_VENDOR_NONE && t->site.n > 0;
}

/* The value is the registrable domain. That of a platform's hosts ("cdn.shopify.com", and every
 * customer of a builder that the suffix list does not know) is the platform's own name. */
static void put_site(struct collect *c, const char *cls, struct rx_str host, const struct sight *at)
{
    struct rx_str site = rx_psl_registrable(c->psl, host);
    if (rx_vendor_of(site) == RX_VENDOR_NONE)
        collect_put(c, cls, site, at);
}

static void put_host(struct collect *c, const char *cls, const struct target *t)
{
    struct sight at = target_sight(c, t);
    put_site(c, cls, t->host, &at);
}

static void form_hosts(struct collect *c)
{
    for (size_t i = 0; i < c->doc->form_count; i++) {
        const struct doc_form *form = &c->doc->forms[i];
        struct target t;
        target_split(&t, form->action);
        t.site = rx_site_key(c->psl, t.host);
        t.own = rx_str_eq(t.site, c->site);
        t.vendor = rx_vendor_of(t.host);
        if (!is_foreign(&t) || (target_form_asks(c->doc, form) && !target_is_checkout(&t)))
            continue;
        struct sight at = collect_sight(c, form->raw_action, RX_PLACE_FORM);
        at.hidden |= form->hidden;
        put_site(c, "form.action.host", t.host, &at);
    }
}

static void link_host(struct collect *c, const struct targets *targets, size_t i)
{
    const struct target *t = &targets->items[i];
    enum rx_link kind = t->link->kind;
    if (target_leads_to_checkout(targets, i) && !target_is_strangers(t))
        put_host(c, "checkout.host", t);
    if (kind == RX_LINK_SCRIPT)
        put_host(c, "script.host", t);
    if (kind == RX_LINK_IFRAME)
        put_host(c, "frame.host", t);
    if (rx_link_is_redirect(kind))
        put_host(c, "redirect.host", t);
}

static bool ends_with_css(struct rx_str path)
{
    return rx_str_ends(path, RX_STR(".css"));
}

/* What a script does with a URL literal, by the few bytes before it. */
static const char *use_of(struct rx_str script, size_t at)
{
    static const struct {
        const char *word, *cls;
    } uses[] = {
        {"fetch(", "script.host"}, {".src", "script.host"},    {".open(", "script.host"},
        {"ajax(", "script.host"},  {".post(", "script.host"},  {".get(", "script.host"},
        {"load(", "script.host"},  {"import(", "script.host"}, {".action", "form.action.host"},
    };
    struct rx_str before = rx_str_sub(script, at > 24 ? at - 24 : 0, at);
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++)
        if (rx_str_find(before, rx_str(uses[i].word), 0) >= 0)
            return uses[i].cls;
    return NULL;
}

static bool ends_url(char c)
{
    return rx_is_space(c) || c == '"' || c == '\'' || c == '`' || c == '<' || c == '>' ||
           c == '\\' || c == ')' || c == ';';
}

/* A literal "http(s)://host/..." that begins at `at`. Returns its end. */
static size_t host_literal(struct collect *c, const struct sheet *s, size_t at)
{
    size_t end = at;
    while (end < s->text.n && end - at < 300 && !ends_url(s->text.p[end]))
        end++;
    struct target t;
    target_split(&t, rx_str_sub(s->text, at, end));
    for (size_t i = 0; i < t.host.n; i++)
        if (!rx_is_alnum(t.host.p[i]) && t.host.p[i] != '.' && t.host.p[i] != '-')
            return end;
    /* Cheapest first: most hosts are the page's own or a shared service's. */
    if (rx_str_eq(t.host, c->host) || (t.vendor = rx_vendor_of(t.host)) != RX_VENDOR_NONE)
        return end;
    t.site = rx_psl_registrable(c->psl, t.host);
    t.own = rx_str_eq(t.site, c->site);
    bool script = s->kind == SHEET_SCRIPT;
    const char *cls = target_is_checkout(&t) ? "checkout.host"
                      : script               ? use_of(s->text, at)
                                             : NULL;
    if (!cls || !is_foreign(&t))
        return end;
    struct sight where = sheet_sight(c, s, at, end, at);
    put_site(c, cls, t.host, &where);
    return end;
}

/* Where the next "://" stands; the end: nowhere. A search for one byte is a third of one for three.
 */
static size_t next_address(struct rx_str s, size_t at)
{
    for (ptrdiff_t colon; (colon = rx_str_chr(s, ':', at)) >= 0; at = (size_t)colon + 1)
        if (s.n - (size_t)colon >= 3 && s.p[colon + 1] == '/' && s.p[colon + 2] == '/')
            return (size_t)colon;
    return s.n;
}

/* Literals in scripts, and in attributes: "onclick=location='https://...'", data-checkout. */
static void literal_hosts(struct collect *c, const struct sheet *s)
{
    enum { LITERALS_MAX = 2000 };
    size_t at = 0;
    for (size_t seen = 0; seen < LITERALS_MAX; seen++) {
        const size_t colon = next_address(s->text, at);
        size_t from = colon;
        if (colon == s->text.n)
            return;
        while (from > at && colon - from < 5 && rx_is_alpha(s->text.p[from - 1]))
            from--;
        struct rx_str scheme = rx_str_sub(s->text, from, colon);
        at = colon + 3;
        if (rx_str_eq(scheme, RX_STR("http")) || rx_str_eq(scheme, RX_STR("https")))
            at = host_literal(c, s, from);
        at = at > colon ? at : colon + 3;
    }
}

void hosts_collect(const struct family_page *p)
{
    struct collect *c = p->c;
    const struct targets *t = p->targets;
    const struct sheet *sheets = p->sheets;
    form_hosts(c);
    for (size_t i = 1; i < t->count; i++)
        if (is_foreign(&t->items[i]))
            link_host(c, t, i);
    literal_hosts(c, &sheets[SHEET_SCRIPT]);
    literal_hosts(c, &sheets[SHEET_ATTR]);
    for (size_t i = 1; i < t->count; i++)
        if (is_foreign(&t->items[i]) && t->items[i].link->kind == RX_LINK_STYLE &&
            ends_with_css(t->items[i].path))
            put_host(c, "script.host", &t->items[i]);
}

void hosts_collect_assets(const struct family_page *p)
{
    struct collect *c = p->c;
    const struct targets *t = p->targets;
    for (size_t i = 1; i < t->count; i++) {
        const struct target *to = &t->items[i];
        if (is_foreign(to) && (to->link->kind == RX_LINK_IMG || to->link->kind == RX_LINK_STYLE))
            put_host(c, "asset.host", to);
    }
}
