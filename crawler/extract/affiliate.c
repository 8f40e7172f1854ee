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
 * Engines put names of their own around it ("shop_aff", "order[affid]", "rxWmId"): a plain name
 * that is a word of a longer one is believed if the id holds a digit. A prefix that is glued on
 * ("stusref") is known by the other fields of the form that have it. Where the script that counts
 * clicks is called after its trade ("idevaffiliate.php?id=1418"), a bare id is a partner's.
 *
 * A programme may call its parameter anything. The links of a shop to its till show which one it
 * is: the goods differ from link to link, the shop's or partner's id stays (learned names). */
#include "base/url.h"
#include "crawler/extract/affiliate_name.h"
#include "crawler/extract/common.h"
#include "crawler/extract/families.h"
#include "crawler/parse/parse.h"

enum { ID_MOST = 64, CANDIDATES_MAX = 256, NAMES_MAX = 40000, PLAIN_IDS_MOST = 3 };
/* Session ids are this long; what people are given as a partner's id is shorter. */
enum { SESSION_LEAST = 26 };
/* Glued prefixes: other fields that must have it, fields that are looked at. */
enum { PREFIX_FIELDS = 3, PREFIXED_MOST = 16 };
/* Numbers called ids in one query, which are no partner's; forms that are asked what they do. */
enum { COORDINATES = 3, LOGINS_MOST = 64 };
/* Learned names: links that must agree, parameters of one link, bytes of a name and of an id. */
enum { LEARN_LINKS = 3, LEARN_PAIRS = 16, LEARN_NAME_MOST = 32, LEARN_ID_LEAST = 3 };

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
    unsigned logins; /* forms asked whether they log in */
    unsigned names;  /* looked at in links: a base element gives 6,000 links 300 each */
};

static bool has_digit(struct rx_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (rx_is_digit(s.p[i]))
            return true;
    return false;
}

/* "Net-Header2-Webmail": words that say where a link stands. */
static bool is_place(struct rx_str id)
{
    size_t words = 0, letters = 0;
    for (size_t i = 0; i <= id.n; i++) {
        if (i < id.n && rx_is_alpha(id.p[i])) {
            letters++;
            continue;
        }
        words += letters >= 3;
        letters = 0;
    }
    return words >= 2;
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
    return p->plain ? digit || id.n >= 3 : digit && !is_place(id);
}

bool affiliate_pays(struct rx_str query)
{
    struct rx_str name, value;
    for (size_t at = 0; rx_query_next(query, &at, &name, &value);) {
        const struct parameter *p = affiliate_name(name);
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
        const struct parameter *p = affiliate_name(name);
        if (!p || value.n == 0 || value.n > ID_MOST)
            continue;
        if (has_digit(value))
            pays = EXTRACT_PAY_MAYBE;
    }
    while (rx_str_cut(rest, '/', &segment, &rest)) {
        const struct parameter *p = affiliate_name(segment);
        if (p && p->plain && rest.n > 0)
            return EXTRACT_PAY_PARTNER;
    }
    return pays;
}

/* "/coffee_601576_11/" with "pid=601576": the number of what the page shows. */
static bool is_of_path(struct rx_str url, struct rx_str id)
{
    const ptrdiff_t query = rx_str_chr(url, '?', 0), scheme = rx_str_find(url, RX_STR("://"), 0);
    url = rx_str_sub(url, 0, query < 0 ? url.n : (size_t)query);
    const ptrdiff_t path = rx_str_chr(url, '/', scheme < 0 ? 0 : (size_t)scheme + 3);
    return id.n >= LEARN_ID_LEAST && path >= 0 && rx_str_find(url, id, (size_t)path) >= 0;
}

static void note(struct hunt *h, struct rx_str key, const struct parameter *p, struct rx_str id,
                 const struct sight *at)
{
    if (key.n == 0 || !is_id(h->c, p, id) ||
        rx_query_is_session(rx_str(p->name), id, SESSION_LEAST) ||
        (!p->plain && is_of_path(h->c->doc->url, id)))
        return;
    for (size_t i = 0; i < h->count; i++) {
        const struct candidate *f = &h->found[i];
        if (strcmp(f->parameter->folded, p->folded) == 0 && rx_str_eq(f->id, id) &&
            rx_str_eq(f->key, key))
            return;
    }
    if (h->count == CANDIDATES_MAX) {
        h->c->out->cut = true;
        return;
    }
    h->found[h->count++] = (struct candidate){key, id, p, *at};
}

/* The same for a name that may be a parameter's, or hold one. */
static void note_named(struct hunt *h, struct rx_str key, struct rx_str name, struct rx_str id,
                       const struct sight *at)
{
    const struct parameter *p = affiliate_name(name);
    if (!p && has_digit(id))
        p = affiliate_name_within(name);
    if (p)
        note(h, key, p, id, at);
}

/* One name more in a link. False: enough for this page. */
static bool may_look(struct hunt *h)
{
    if (h->names < NAMES_MAX) {
        h->names++;
        return true;
    }
    h->c->out->cut = true;
    return false;
}

static struct rx_str key_of(const struct hunt *h, const struct target *t)
{
    if (!t->own)
        return t->site;
    return h->checkout.n ? h->checkout : t->site;
}

/* "sid=1461&gid=1010&pgid=1757&cid=4045": a place in somebody's database, told by numbers. */
static bool is_coordinates(struct rx_str pairs)
{
    struct rx_str name, value;
    size_t count = 0;
    uint64_t number;
    for (size_t at = 0; rx_query_next(pairs, &at, &name, &value);)
        count += rx_str_ends(name, RX_STR("id")) && rx_str_u64(value, &number);
    return count >= COORDINATES;
}

static void from_pairs(struct hunt *h, const struct target *t, struct rx_str pairs,
                       const struct sight *at)
{
    const bool coordinates = is_coordinates(pairs);
    while (pairs.n > 0 && may_look(h)) {
        struct rx_str pair, name, id;
        rx_str_cut(pairs, '&', &pair, &pairs);
        rx_str_cut(pair, '=', &name, &id);
        const struct parameter *p = coordinates ? affiliate_name(name) : NULL;
        if (p && !p->plain)
            continue;
        note_named(h, key_of(h, t), name, id, at);
    }
}

/* ".../aff/4417/..." and ".../wm/john7": only names that are no common directory, and no file;
 * of the site's own paths ("/promo/affiliate/our-partners") ids with a digit. */
static void from_path(struct hunt *h, const struct target *t, const struct sight *at)
{
    struct rx_str rest = t->path, segment, next;
    while (rx_str_cut(rest, '/', &segment, &rest) && may_look(h)) {
        const struct parameter *p = affiliate_name(segment);
        rx_str_cut(rest, '/', &next, &(struct rx_str){0});
        if (p && p->plain && rx_str_chr(next, '.', 0) < 0 && (!t->own || has_digit(next)))
            note(h, key_of(h, t), p, next, at);
    }
}

/* ".../idevaffiliate.php?id=1418", ".../affiliate/click.php?id=john7": a script that counts
 * partners' clicks, by its name or its folder's. A list of partners ("/affiliates/?id=3") is no
 * script. */
static bool counts_clicks(struct rx_str path)
{
    struct rx_str rest = path, head;
    bool named = false;
    while (rx_str_cut(rest, '/', &head, &rest))
        named |= rx_str_ieq(head, RX_STR("affiliate")) || rx_str_ieq(head, RX_STR("aff"));
    struct rx_str name, ending;
    if (!rx_str_cut(head, '.', &name, &ending))
        return false;
    return rx_str_ieq(name, RX_STR("aff")) || rx_str_ends(name, RX_STR("affiliate")) ||
           (named && rx_str_ifind(name, RX_STR("click"), 0) >= 0);
}

static void from_script_names(struct hunt *h, const struct target *t, const struct sight *at)
{
    static const struct parameter bare = {"id", "aff", false};
    struct rx_str name, id;
    if (t->query.n == 0 || !counts_clicks(t->path))
        return;
    for (size_t i = 0; rx_query_next(t->query, &i, &name, &id);)
        if (rx_str_ieq(name, rx_str(bare.name)))
            note(h, key_of(h, t), &bare, id, at);
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
        from_script_names(h, to, &at);
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
        pair->value.n >= SESSION_LEAST || affiliate_name(pair->name) || is_of_page(pair->name) ||
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

/* A name that ends in a parameter's, behind a prefix that the engine gives its other fields too:
 * what follows the prefix is a word of its own, and believed as it would be alone. */
static const struct parameter *behind_prefix(const struct doc *d, size_t field)
{
    struct rx_str name = d->fields[field].name.text;
    size_t from = field > PREFIXED_MOST ? field - PREFIXED_MOST : 0, alike = 0;
    /* "order[ref]": one other field of that array is enough. */
    const bool array = rx_str_ends(name, RX_STR("]")) && rx_str_chr(name, '[', 0) > 0;
    name.n -= array;
    const struct parameter *best = affiliate_name_at_end(name, array ? '[' : 0);
    if (!best)
        return NULL;
    struct rx_str prefix = rx_str_sub(name, 0, name.n - strlen(best->name));
    for (size_t i = from; i < d->field_count && i < field + PREFIXED_MOST; i++)
        alike += i != field && rx_str_starts(d->fields[i].name.text, prefix) &&
                 !rx_str_eq(d->fields[i].name.text, d->fields[field].name.text);
    return alike >= (array ? 1 : PREFIX_FIELDS) ? best : NULL;
}

/* Does the field stand in a form that asks for a password? What such a form is sent with is the
 * site's own affair. Beyond LOGINS_MOST questions the answer is yes: each walks a form. */
static bool logs_in(struct hunt *h, size_t field)
{
    const struct doc *d = h->c->doc;
    if (h->logins == LOGINS_MOST) {
        h->c->out->cut = true;
        return true;
    }
    h->logins++;
    for (size_t f = 0; f < d->form_count; f++) {
        const struct doc_form *form = &d->forms[f];
        if (field < form->first_field || field >= form->first_field + form->fields)
            continue;
        for (size_t i = form->first_field; i < form->first_field + form->fields; i++)
            if (rx_str_eq(d->fields[i].type, RX_STR("password")))
                return true;
    }
    return false;
}

static void from_fields(struct hunt *h, const struct target *own)
{
    const struct doc *d = h->c->doc;
    for (size_t i = 0; i < d->field_count; i++) {
        const struct doc_field *field = &d->fields[i];
        struct rx_str name = field->name.text, id = field->value.text;
        if (!rx_str_eq(field->type, RX_STR("hidden")) || id.n == 0 || id.n > ID_MOST ||
            (affiliate_name(name) && !has_digit(id) && logs_in(h, i)))
            continue;
        struct sight at = collect_sight(h->c, field->value, RX_PLACE_FORM);
        size_t before = h->count;
        note_named(h, key_of(h, own), name, id, &at);
        const struct parameter *p =
            h->count == before && has_digit(id) ? behind_prefix(d, i) : NULL;
        if (p)
            note(h, key_of(h, own), p, id, &at);
    }
}

/* "aff=4417; path=/": the first pair of a cookie. */
static void from_cookie(struct hunt *h, const struct target *own, struct rx_str cookie,
                        const struct sight *at)
{
    struct rx_str pair, rest, name, value;
    rx_str_cut(cookie, ';', &pair, &rest);
    rx_str_cut(pair, '=', &name, &value);
    note_named(h, key_of(h, own), rx_str_trim(name), rx_str_trim(value), at);
}

static void from_cookies(struct hunt *h, const struct target *own)
{
    struct rx_str head = h->c->head, name, value;
    for (size_t at = 0; parse_header_next(head, &at, &name, &value);) {
        if (!rx_str_ieq(name, RX_STR("set-cookie")))
            continue;
        struct rx_str pair, rest;
        rx_str_cut(value, ';', &pair, &rest);
        struct sight where = collect_sight_head(h->c, pair);
        from_cookie(h, own, pair, &where);
    }
}

/* document.cookie = "aff=4417; path=/" */
static void from_script_cookies(struct hunt *h, const struct target *own)
{
    const struct doc *d = h->c->doc;
    struct rx_str word = RX_STR("document.cookie");
    for (size_t i = 0; i < d->script_count; i++) {
        struct rx_str s = d->scripts[i].text.text;
        for (ptrdiff_t found = 0; (found = rx_str_find(s, word, (size_t)found)) >= 0;) {
            size_t at = (size_t)found + word.n;
            found = (ptrdiff_t)at;
            while (at < s.n && (s.p[at] == ' ' || s.p[at] == '='))
                at++;
            char quote = at < s.n ? s.p[at] : '\0';
            ptrdiff_t end = quote == '"' || quote == '\'' ? rx_str_chr(s, quote, at + 1) : -1;
            if (end < 0 || (size_t)end - at > 2 * ID_MOST)
                continue;
            struct sight where = collect_sight_part(h->c, d->scripts[i].text, at + 1,
                                                    (size_t)end - at - 1, RX_PLACE_SCRIPT);
            from_cookie(h, own, rx_str_sub(s, at + 1, (size_t)end), &where);
        }
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

/* The first till shown that hosts.c found, in scripts and buttons too. */
static struct rx_str till_of(const struct collect *c)
{
    for (size_t i = 0; i < c->out->count; i++)
        if (!c->out->items[i].hidden && strcmp(c->out->items[i].cls->name, "checkout.host") == 0)
            return c->out->items[i].value;
    return (struct rx_str){0};
}

void affiliate_collect(const struct family_page *p)
{
    struct collect *c = p->c;
    const struct targets *t = p->targets;
    struct hunt h = {.c = c, .checkout = target_checkout(t, c)};
    if (t->count == 0)
        return;
    if (h.checkout.n == 0)
        h.checkout = till_of(c);
    from_targets(&h, t);
    from_till_links(&h, t);
    from_fields(&h, &t->items[0]);
    from_cookies(&h, &t->items[0]);
    from_script_cookies(&h, &t->items[0]);
    for (size_t i = 0; i < h.count; i++) {
        size_t most = h.found[i].parameter->plain ? PLAIN_IDS_MOST : 1;
        if (rivals(&h, &h.found[i]) <= most)
            put(c, &h.found[i]);
    }
}
