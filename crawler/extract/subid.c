/* subid.c - what a partner's link tells beside who is paid: which campaign, keyword, banner, click
 * (families.h). Value: HOST|NAME|ID, the host that the link leads to.
 *
 * These are a partner's own notes, so they tell two partners apart no better than "spring" does:
 * hints, shown and never weighed, and affiliate.c never takes them for a partner. They are read off
 * links and redirects to other sites only; the names are those of indicators' common trackers
 * (Keitaro, Binom, TUNE, CAKE, Everflow, Affise) and of urchin (utm_). A value as long as a
 * session's is another for every visitor and left out. */
#include "base/url.h"
#include "crawler/extract/common.h"
#include "crawler/extract/families.h"

enum { ID_MOST = 64, SESSION_LEAST = 26, PAIRS_MAX = 20000 };

/* A name that ends in '#' takes a number from 1 to 10 behind it, or none. */
static const char *const names[] = {
    "a_bid",        "aff_sub#",    "campaign",   "campaign_id", "cid",      "click_id", "clickid",
    "keyword",      "kw",          "landing",    "q_click",     "s#",       "source",   "stream",
    "sub#",         "sub_id",      "sub_id_#",   "subid",       "subid#",   "tds_id",   "tid",
    "utm_campaign", "utm_content", "utm_medium", "utm_source",  "utm_term",
};

/* "", "1" to "10". */
static bool is_count(struct rx_str s)
{
    uint64_t n = 0;
    return s.n == 0 || (s.n <= 2 && s.p[0] != '0' && rx_str_u64(s, &n) && n <= 10);
}

static bool is_name(struct rx_str name)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct rx_str known = rx_str(names[i]);
        if (known.p[known.n - 1] != '#') {
            if (rx_str_ieq(name, known))
                return true;
            continue;
        }
        known.n--;
        if (name.n > 1 && rx_str_istarts(name, known) &&
            is_count(rx_str_sub(name, known.n, name.n)))
            return true;
    }
    return false;
}

/* A campaign or a keyword may be long; any other id as long as a session's is one click's. */
static bool is_click(struct rx_str name, struct rx_str id)
{
    return id.n >= SESSION_LEAST && !rx_str_istarts(name, RX_STR("utm_")) &&
           !rx_str_istarts(name, RX_STR("k")) && !rx_str_istarts(name, RX_STR("campaign"));
}

static bool is_id(const struct collect *c, struct rx_str name, struct rx_str id)
{
    if (id.n == 0 || is_click(name, id) || id.n > ID_MOST || common_has(c->common, "house", id) ||
        common_has(c->common, "placeholder", id) || rx_query_is_session(name, id, SESSION_LEAST))
        return false;
    for (size_t i = 0; i < id.n; i++)
        if (!rx_is_alnum(id.p[i]) && !strchr("_.-+%", id.p[i]))
            return false;
    return true;
}

static void put(struct collect *c, const struct target *t, struct rx_str name, struct rx_str id)
{
    char value[EXTRACT_VALUE_MAX];
    const struct rx_str parts[] = {t->site, RX_STR("|"), name, RX_STR("|"), id};
    size_t n = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].n > sizeof value - n)
            return;
        for (size_t k = 0; k < parts[i].n; k++)
            value[n++] = i < 3 ? rx_lower(parts[i].p[k]) : parts[i].p[k];
    }
    const struct sight at = target_sight(c, t);
    collect_put(c, "subid", rx_strn(value, n), &at);
}

void subid_collect(const struct family_page *p)
{
    unsigned pairs = 0;
    for (size_t i = 0; i < p->targets->count; i++) {
        const struct target *t = &p->targets->items[i];
        const enum rx_link kind = t->link ? t->link->kind : RX_LINK_A;
        const bool leads = kind == RX_LINK_A || kind == RX_LINK_AREA || kind == RX_LINK_FORM ||
                           kind == RX_LINK_IFRAME || rx_link_is_redirect(kind);
        if (!leads || t->own || t->vendor != RX_VENDOR_NONE || !t->link)
            continue;
        struct rx_str name, id;
        for (size_t at = 0; rx_query_next(t->query, &at, &name, &id);) {
            if (++pairs > PAIRS_MAX) {
                p->c->out->cut = true;
                return;
            }
            if (is_name(name) && is_id(p->c, name, id))
                put(p->c, t, name, id);
        }
    }
}
