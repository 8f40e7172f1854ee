/* affiliate.c - who is paid for the sale (families.h). Value: KEY|PARAMETER|ID.
 *
 * A partner's id means something only inside one programme, so the key says which: the host that a
 * link off the site leads to; for the page's own address, its own links, cookies and hidden
 * fields the checkout host that the page names, else the site itself. The parameter's names are
 * folded into one word per way of counting ("aff", "affid" and "aff_id" are one), because shops of
 * one programme spell it differently in links and in fields.
 *
 * Two kinds of names. Plain ones (aff, wmid, a_aid) are believed. Ambiguous ones (pid, sid, ref)
 * are believed only if the id holds a digit and all such parameters to that host on the page agree:
 * a catalogue's product ids do not. House ids (0, 1, admin) are never taken.
 *
 * A programme may call its parameter anything. The links of a shop to its till show which one it
 * is: the goods differ from link to link, the shop's or partner's id stays (learned names). */
#include "base/url.h"
#include "crawler/extract/common.h"
#include "crawler/extract/families.h"
#include "crawler/parse/parse.h"

enum { ID_MOST = 64, CANDIDATES_MAX = 256, PLAIN_IDS_MOST = 3 };
/* Session ids are this long; what people are given as a partner's id is shorter. */
enum { SESSION_LEAST = 26 };
/* Learned names: links that must agree, parameters of one link, bytes of a name and of an id. */
enum { LEARN_LINKS = 3, LEARN_PAIRS = 16, LEARN_NAME_MOST = 32, LEARN_ID_LEAST = 3 };

static const struct parameter {
    const char *name, *folded;
    bool plain;
} parameters[] = {
    {"a_aid", "a_aid", true},        {"aff", "aff", true},
    {"aff_id", "aff", true},         {"affid", "aff", true},
    {"affiliate", "aff", true},      {"affiliate_id", "aff", true},
    {"affiliateid", "aff", true},    {"aid", "aid", false},
    {"aff_sub", "aff_sub", true},    {"partner", "partner", false},
    {"partner_id", "partner", true}, {"partnerid", "partner", true},
    {"pid", "pid", false},           {"pp", "pp", false},
    {"ref", "ref", false},           {"ref_id", "ref", false},
    {"refc", "refc", false},         {"referral", "ref", false},
    {"refid", "ref", true},          {"rfsn", "rfsn", true},
    {"rid", "rid", false},           {"saff", "saff", true},
    {"said", "said", false},         {"sca_ref", "sca_ref", true},
    {"sid", "sid", false},           {"tap_a", "tap_a", true},
    {"tracking_id", "track", false}, {"trackid", "track", false},
    {"webmaster", "wm", true},       {"webmaster_id", "wm", true},
    {"wid", "wid", false},           {"wm", "wm", true},
    {"wm_id", "wm", true},           {"wmid", "wm", true},
};

struct candidate {
    struct rx_str key, id;
    const struct parameter *parameter;
    struct sight at;
};

struct hunt {
    struct collect *c;
    struct rx_str checkout; /* of this page, may be empty */
    struct candidate found[CANDIDATES_MAX];
    size_t count;
    struct parameter learned[LEARN_PAIRS];
};

static const struct parameter *parameter_of(struct rx_str name)
{
    if (name.n < 2)
        return NULL;
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++)
        if (rx_lower(name.p[0]) == parameters[i].name[0] &&
            rx_str_ieq(name, rx_str(parameters[i].name)))
            return &parameters[i];
    return NULL;
}

static bool is_id(const struct collect *c, const struct parameter *p, struct rx_str id)
{
    bool digit = false;
    if (id.n == 0 || id.n > ID_MOST || common_has(c->common, "house", id) ||
        common_has(c->common, "placeholder", id))
        return false;
    for (size_t i = 0; i < id.n; i++) {
        if (!rx_is_alnum(id.p[i]) && id.p[i] != '_' && id.p[i] != '.' && id.p[i] != '-')
            return false;
        digit |= rx_is_digit(id.p[i]);
    }
    return digit || (p->plain && id.n >= 3);
}

bool affiliate_pays(struct rx_str query)
{
    struct rx_str name, value;
    for (size_t at = 0; rx_query_next(query, &at, &name, &value);) {
        const struct parameter *p = parameter_of(name);
        if (p && p->plain && value.n > 0 && value.n <= ID_MOST)
            return true;
    }
    return false;
}

enum extract_pay extract_pays(const struct rx_url *url)
{
    enum extract_pay pays = EXTRACT_PAY_NONE;
    struct rx_str name, value, segment, rest = url->path;
    if (affiliate_pays(url->query))
        return EXTRACT_PAY_PARTNER;
    for (size_t at = 0; rx_query_next(url->query, &at, &name, &value);) {
        const struct parameter *p = parameter_of(name);
        if (!p || value.n == 0 || value.n > ID_MOST)
            continue;
        for (size_t i = 0; i < value.n; i++)
            if (rx_is_digit(value.p[i]))
                pays = EXTRACT_PAY_MAYBE;
    }
    while (rx_str_cut(rest, '/', &segment, &rest)) {
        const struct parameter *p = parameter_of(segment);
        if (p && p->plain && rest.n > 0)
            return EXTRACT_PAY_PARTNER;
    }
    return pays;
}

static void note(struct hunt *h, struct rx_str key, const struct parameter *p, struct rx_str id,
                 const struct sight *at)
{
    if (h->count == CANDIDATES_MAX || key.n == 0 || !is_id(h->c, p, id) ||
        rx_query_is_session(rx_str(p->name), id, SESSION_LEAST))
        return;
    for (size_t i = 0; i < h->count; i++) {
        const struct candidate *f = &h->found[i];
        if (strcmp(f->parameter->folded, p->folded) == 0 && rx_str_eq(f->id, id) &&
            rx_str_eq(f->key, key))
            return;
    }
    h->found[h->count++] = (struct candidate){key, id, p, *at};
}

static struct rx_str key_of(const struct hunt *h, const struct target *t)
{
    if (!t->own)
        return t->site;
    return h->checkout.n ? h->checkout : t->site;
}

static void from_pairs(struct hunt *h, const struct target *t, struct rx_str pairs,
                       const struct sight *at)
{
    while (pairs.n > 0) {
        struct rx_str pair, name, id;
        rx_str_cut(pairs, '&', &pair, &pairs);
        rx_str_cut(pair, '=', &name, &id);
        const struct parameter *p = parameter_of(name);
        if (p)
            note(h, key_of(h, t), p, id, at);
    }
}

/* ".../aff/4417/..." and ".../partner/john7": only names that are no common directory. */
static void from_path(struct hunt *h, const struct target *t, const struct sight *at)
{
    struct rx_str rest = t->path, segment, next;
    while (rx_str_cut(rest, '/', &segment, &rest)) {
        const struct parameter *p = parameter_of(segment);
        rx_str_cut(rest, '/', &next, &(struct rx_str){0});
        if (p && p->plain)
            note(h, key_of(h, t), p, next, at);
    }
}

static void from_targets(struct hunt *h, const struct targets *t)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct target *to = &t->items[i];
        enum rx_link kind = to->link ? to->link->kind : RX_LINK_A;
        bool leads = kind == RX_LINK_A || kind == RX_LINK_AREA || kind == RX_LINK_FORM ||
                     kind == RX_LINK_IFRAME || rx_link_is_redirect(kind);
        if (!leads || to->vendor != RX_VENDOR_NONE)
            continue;
        struct sight at = to->link ? target_sight(h->c, to) : (struct sight){.place = RX_PLACE_URL};
        from_pairs(h, to, to->query, &at);
        from_pairs(h, to, to->fragment, &at);
        from_path(h, to, &at);
    }
}

/* ---- learned names --------------------------------------------------------------------------- */

struct pair {
    struct rx_str name, value;
    bool stays; /* the same on all links so far */
};

/* Parameters that are alike on all links of a page because the page is: its language, its
 * category, the action behind its buttons. */
static bool is_of_page(struct rx_str name)
{
    static const char *const names[] = {
        "lang",   "language", "lng",      "locale",   "hl",      "cur",    "curr",    "currency",
        "theme",  "skin",     "tpl",      "template", "v",       "ver",    "version", "cat",
        "cat_id", "catid",    "category", "page",     "country", "region", "qty",     "quantity",
        "t",      "ts",       "time",     "year",     "action",  "act",    "do",      "mode",
        "type",   "view",     "step",     "cmd",      "op",      "_ga",    "gclid",   "fbclid"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (rx_str_ieq(name, rx_str(names[i])))
            return true;
    return rx_str_istarts(name, RX_STR("utm_"));
}

static bool is_learnable(const struct pair *pair)
{
    if (pair->name.n == 0 || pair->name.n > LEARN_NAME_MOST || pair->value.n < LEARN_ID_LEAST ||
        pair->value.n >= SESSION_LEAST || parameter_of(pair->name) || is_of_page(pair->name) ||
        rx_query_is_session(pair->name, pair->value, 0))
        return false;
    for (size_t i = 0; i < pair->name.n; i++)
        if (!rx_is_alnum(pair->name.p[i]) && pair->name.p[i] != '_' && pair->name.p[i] != '-')
            return false;
    return true;
}

static size_t pairs_of(struct pair *pairs, struct rx_str query)
{
    size_t n = 0;
    struct rx_str name, value;
    for (size_t at = 0; n < LEARN_PAIRS && rx_query_next(query, &at, &name, &value);)
        pairs[n++] = (struct pair){name, value, true};
    return n;
}

/* Lets one more link speak. True: it says something else of a parameter that both have. */
static bool compare(struct pair *pairs, size_t count, struct rx_str query)
{
    struct pair other[LEARN_PAIRS];
    size_t n = pairs_of(other, query);
    bool differs = false;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < n && !rx_str_eq(other[k].name, pairs[i].name))
            k++;
        bool same = k < n && rx_str_eq(other[k].value, pairs[i].value);
        differs |= k < n && !same;
        pairs[i].stays &= same;
    }
    return differs;
}

static void learn(struct hunt *h, struct parameter *p, const struct pair *pair,
                  const struct target *from)
{
    char *name = rx_arena_zalloc(h->c->arena, pair->name.n + 1, 1);
    if (!name) {
        h->c->rc = RX_EFULL;
        return;
    }
    for (size_t i = 0; i < pair->name.n; i++)
        name[i] = rx_lower(pair->name.p[i]);
    *p = (struct parameter){name, name, false};
    struct sight at = target_sight(h->c, from);
    note(h, from->site, p, pair->value, &at);
}

static void from_till_links(struct hunt *h, const struct targets *t)
{
    struct pair pairs[LEARN_PAIRS];
    const struct target *first = NULL;
    size_t links = 0, count = 0;
    bool differs = false;
    for (size_t i = 1; i < t->count; i++) {
        const struct target *to = &t->items[i];
        bool leads = to->link->kind == RX_LINK_A || to->link->kind == RX_LINK_AREA;
        if (!leads || to->own || to->query.n == 0 || !rx_str_eq(to->site, h->checkout))
            continue;
        if (links++ > 0) {
            differs |= compare(pairs, count, to->query);
        } else {
            first = to;
            count = pairs_of(pairs, to->query);
        }
    }
    for (size_t i = 0; links >= LEARN_LINKS && differs && i < count; i++)
        if (pairs[i].stays && is_learnable(&pairs[i]))
            learn(h, &h->learned[i], &pairs[i], first);
}

/* ---- fields and cookies ---------------------------------------------------------------------- */

static void from_fields(struct hunt *h, const struct target *own)
{
    const struct doc *d = h->c->doc;
    for (size_t i = 0; i < d->field_count; i++) {
        const struct doc_field *field = &d->fields[i];
        const struct parameter *p = parameter_of(field->name.text);
        if (!p || !rx_str_eq(field->type, RX_STR("hidden")))
            continue;
        struct sight at = collect_sight(h->c, field->value, RX_PLACE_FORM);
        note(h, key_of(h, own), p, field->value.text, &at);
    }
}

/* "Set-Cookie: aff=4417; path=/" */
static void from_cookies(struct hunt *h, const struct target *own)
{
    struct rx_str head = h->c->head, name, value, pair;
    for (size_t at = 0; parse_header_next(head, &at, &name, &value);) {
        if (!rx_str_ieq(name, RX_STR("set-cookie")))
            continue;
        rx_str_cut(value, ';', &pair, &value);
        rx_str_cut(pair, '=', &name, &value);
        const struct parameter *p = parameter_of(rx_str_trim(name));
        if (!p || value.n == 0)
            continue;
        struct sight where = collect_sight_head(h->c, pair);
        note(h, key_of(h, own), p, rx_str_trim(value), &where);
    }
}

/* How many ids the page gives this parameter at this host. */
static size_t rivals(const struct hunt *h, const struct candidate *f)
{
    size_t n = 0;
    for (size_t i = 0; i < h->count; i++)
        n += strcmp(h->found[i].parameter->folded, f->parameter->folded) == 0 &&
             rx_str_eq(h->found[i].key, f->key);
    return n;
}

static void put(struct collect *c, const struct candidate *f)
{
    char value[EXTRACT_VALUE_MAX];
    struct rx_str parts[] = {f->key, RX_STR("|"), rx_str(f->parameter->folded), RX_STR("|"), f->id};
    size_t n = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].n > sizeof value - n)
            return;
        memcpy(value + n, parts[i].p, parts[i].n);
        n += parts[i].n;
    }
    collect_put(c, "affiliate", rx_strn(value, n), &f->at);
}

void affiliate_collect(struct collect *c, const struct targets *t)
{
    struct hunt h = {.c = c, .checkout = target_checkout(t, c)};
    if (t->count == 0)
        return;
    from_targets(&h, t);
    from_till_links(&h, t);
    from_fields(&h, &t->items[0]);
    from_cookies(&h, &t->items[0]);
    for (size_t i = 0; i < h.count; i++) {
        size_t most = h.found[i].parameter->plain ? PLAIN_IDS_MOST : 1;
        if (rivals(&h, &h.found[i]) <= most)
            put(c, &h.found[i]);
    }
}
