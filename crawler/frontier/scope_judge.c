/* scope_judge.c - what becomes of a link; see scope.h. The order of the questions in scope_judge()
 * is the order in which `status --url` explains a URL: what must never be done, then limits, then
 * scope. */
#include "crawler/frontier/scope.h"

#include "base/digest.h"
#include "base/vendors.h"

/* What only a sitemap names comes after what pages lead to. */
enum { SITEMAP_AFTER = 200 };

/* ---- words ---------------------------------------------------------------------------------- */

/* Pages that tell who is behind a shop, in the languages that shops use most. */
static const char *const telling_words[] = {
    "about",     "affiliate", "agb",     "cart",        "checkout",  "company",
    "condition", "contact",   "contatt", "datenschutz", "delivery",  "faq",
    "impress",   "imprint",   "kontakt", "legal",       "livraison", "mentions",
    "order",     "payment",   "policy",  "policies",    "privacy",   "refund",
    "return",    "shipping",  "support", "term",        "versand",   "who-we-are",
};

static const char *const checkout_words[] = {"basket", "billing", "cart",    "checkout",
                                             "order",  "pay",     "payment", "secure"};

static bool has_word(struct rx_str text, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (rx_str_ifind(text, rx_str(words[i]), 0) >= 0)
            return true;
    return false;
}

static bool is_word(struct rx_str text, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (rx_str_ieq(text, rx_str(words[i])))
            return true;
    return false;
}

#define WORDS(table) table, sizeof(table) / sizeof *(table)

static struct rx_str first_label(struct rx_str host)
{
    struct rx_str head, rest;
    rx_str_cut(host, '.', &head, &rest);
    return head;
}

/* A host that by its name is there to take orders: only its home page is ever asked. */
static bool is_checkout_host(const struct rx_url *url, struct rx_str site)
{
    return url->host.n > site.n && is_word(first_label(url->host), WORDS(checkout_words));
}

static bool leads_to_checkout(const struct rx_url *url, struct rx_str site)
{
    if (is_checkout_host(url, site))
        return true;
    struct rx_str rest = url->path;
    while (rest.n > 0) {
        struct rx_str one, name, ending;
        rx_str_cut(rest, '/', &one, &rest);
        rx_str_cut(one, '.', &name, &ending);
        if (is_word(name, WORDS(checkout_words)))
            return true;
    }
    return false;
}

static bool is_home(const struct rx_url *url)
{
    return url->path.n <= 1 && !url->has_query;
}

int32_t scope_priority(const struct rx_url *url, enum rx_link kind, struct rx_str text, bool trade,
                       uint32_t depth)
{
    if (kind == RX_LINK_SEED)
        return 0;
    if (rx_link_is_redirect(kind) || kind == RX_LINK_IFRAME)
        return 10;
    if (is_home(url))
        return 20;
    if (has_word(url->path, WORDS(telling_words)) || has_word(text, WORDS(telling_words)))
        return 30 + (int32_t)depth;
    const int32_t plain = (trade ? 50 : 70) + (int32_t)depth;
    return kind == RX_LINK_SITEMAP ? plain + SITEMAP_AFTER : plain;
}

/* ---- judgement ----------------------------------------------------------------------------------
 */

bool scope_is_whole(const struct scope *s, const struct scope_site *site)
{
    return scope_options(s)->mode == SCOPE_ALL || site->is_seed ||
           (scope_options(s)->mode == SCOPE_LINKED && site->promoted);
}

static struct scope_verdict refuse(struct scope_verdict v, enum rx_outcome why, const char *reason)
{
    v.why = why;
    v.reason = reason;
    return v;
}

/* Notes that a shop links here; true when two do. */
static bool two_storefronts(struct scope *s, const struct scope_site *from, struct scope_site *to)
{
    if (!from->promoted)
        return false;
    const uint64_t who = rx_hash64(from->name);
    for (size_t i = 0; i < to->linker_count; i++)
        if (to->linkers[i] == who)
            return to->linker_count == SCOPE_LINKERS_MAX;
    if (to->linker_count < SCOPE_LINKERS_MAX) {
        to->linkers[to->linker_count++] = who;
        scope_touch(s, to);
    }
    return to->linker_count == SCOPE_LINKERS_MAX;
}

/* A visitor does not stay on the page: it sends him on, or is nothing but a frame around what it
 * leads to. */
static bool leads_on(const struct scope_from *from, const struct scope_link *link)
{
    return rx_link_is_redirect(link->kind) ||
           (link->kind == RX_LINK_IFRAME && from->page.bare && link->frame < SCOPE_FRAMES_MAX);
}

static bool is_anchor(enum rx_link kind)
{
    return kind == RX_LINK_A || kind == RX_LINK_AREA;
}

enum standing { NO_REASON, HELD, CANDIDATE };

/* Is the link a reason to look at the site at all, or would it be one if the linking site were
 * promoted? */
static enum standing stand(struct scope *s, const struct scope_from *from, struct scope_site *to,
                           const struct scope_link *link)
{
    if (leads_on(from, link))
        return CANDIDATE;
    const bool whole = scope_is_whole(s, from->site);
    const bool strong = link->kind == RX_LINK_FORM || link->kind == RX_LINK_IFRAME || link->trade ||
                        link->pays || leads_to_checkout(link->url, to->name);
    if (strong)
        return whole ? CANDIDATE : HELD;
    if (link->way_out) {
        const bool speaks = from->page.trades || from->page.laden;
        return (whole && speaks) || from->site->promoted ? CANDIDATE : HELD;
    }
    return whole && two_storefronts(s, from->site, to) ? CANDIDATE : NO_REASON;
}

/* May a link's own URL be asked, beside the home page? Where it leads a visitor, not where it takes
 * his order. */
static bool is_jump(const struct scope_link *link, const struct scope_site *to)
{
    return is_anchor(link->kind) && (link->trade || link->pays || link->way_out) &&
           !leads_to_checkout(link->url, to->name);
}

/* A link to a site that is neither seed nor promoted, under `linked`. */
static struct scope_verdict judge_stranger(struct scope *s, const struct scope_from *from,
                                           struct scope_site *to, const struct scope_link *link,
                                           struct scope_verdict v)
{
    const bool leads = leads_on(from, link);
    if (to == from->site) {
        if (leads || is_home(link->url))
            return v;
        return refuse(v, RX_OUT_SCOPE, "only the home page of this site was looked at");
    }
    const enum standing standing = stand(s, from, to, link);
    v.hold = standing == HELD;
    if (v.hold)
        return refuse(v, RX_OUT_SCOPE, "the linking site is not one of the trade so far");
    if (standing == NO_REASON)
        return refuse(v, RX_OUT_SCOPE, "a plain link is no reason to look at a site");
    if (!to->admitted) {
        if (from->site->probes >= scope_options(s)->probes_per_site)
            return refuse(v, RX_OUT_BUDGET, "the linking site has brought in its share of sites");
        from->site->probes++;
        scope_touch(s, from->site);
    }
    v.probe = !is_home(link->url);
    if (!v.probe || leads)
        return v;
    if (!is_jump(link, to))
        return refuse(v, RX_OUT_SCOPE, "only the home page of this site is looked at");
    v.priority = scope_priority(link->url, RX_LINK_R302, link->text, link->trade, v.depth);
    if (!to->mute || (!to->leads && to->jumps >= SCOPE_JUMPS))
        return refuse(v, RX_OUT_SCOPE, SCOPE_WAITS_FOR_HOME);
    to->jumps++;
    scope_touch(s, to);
    return v;
}

static struct scope_verdict judge_scope(struct scope *s, const struct scope_from *from,
                                        struct scope_site *to, const struct scope_link *link,
                                        struct scope_verdict v)
{
    const bool listed = !to->is_seed && !scope_options(s)->shared &&
                        rx_vendor_of(link->url->host) != RX_VENDOR_NONE;
    if (listed)
        return refuse(v, RX_OUT_INFRASTRUCTURE, "the host is on a list of shared services");
    if (scope_options(s)->mode == SCOPE_SEEDS && !to->is_seed)
        return refuse(v, RX_OUT_SCOPE, "not a seed's site");
    if (!scope_is_whole(s, to))
        v = judge_stranger(s, from, to, link, v);
    if (v.why == 0 && !is_home(link->url) && is_checkout_host(link->url, to->name) &&
        scope_options(s)->mode != SCOPE_ALL) {
        v.probe = true;
        return refuse(v, RX_OUT_SCOPE, "of a checkout host only the home page is asked");
    }
    return v;
}

static struct scope_verdict judge_limits(const struct scope *s, const struct scope_from *from,
                                         const struct scope_site *to, const struct scope_link *link,
                                         struct scope_verdict v)
{
    const bool redirect = rx_link_is_redirect(link->kind);
    if (to == from->site) {
        v.depth = from->depth + (redirect ? 0 : 1);
        v.hops = from->hops;
    } else {
        v.depth = 0;
        v.hops = from->hops + 1;
    }
    v.redirects = redirect ? from->redirects + 1 : 0;
    if (v.redirects > scope_options(s)->redirects)
        return refuse(v, RX_OUT_REDIRECT_LIMIT, "the chain of redirects is too long");
    if (v.depth > scope_options(s)->depth)
        return refuse(v, RX_OUT_DEPTH, "too many clicks inside the site");
    if (v.hops > scope_options(s)->hops)
        return refuse(v, RX_OUT_DEPTH, "too many sites away from a seed");
    return v;
}

/* Parts of a site are asked where its pages are, in small numbers, and after them. The same script
 * stands on every page: which of many are the first is a matter of the order of pages. */
static struct scope_verdict judge_part(const struct scope *s, const struct scope_from *from,
                                       const struct scope_site *to, const struct scope_link *link,
                                       struct scope_verdict v)
{
    v.note = to != from->site || !scope_options(s)->parts || !scope_has_part_room(to, link->kind) ||
             trap_acts(link->url) || trap_shape(link->url);
    v.depth = from->depth;
    v.hops = from->hops;
    v.priority = SCOPE_PART_PRIORITY;
    if (v.note || scope_is_whole(s, to))
        return v;
    /* A robots.txt is read before the site is known for what it is. */
    v.note = link->kind != RX_LINK_FILE;
    v.hold = true;
    return refuse(v, RX_OUT_SCOPE, "a file of a site of which only the home page is asked");
}

struct scope_verdict scope_judge(struct scope *s, const struct scope_from *from,
                                 struct scope_site *to, const struct scope_link *link)
{
    struct scope_verdict v = {.reason = ""};
    const bool strange = link->kind == RX_LINK_SITEMAP && to != from->site;
    if (link->kind == RX_LINK_IMG || link->kind == RX_LINK_STYLE || strange) {
        v.note = true;
        return v;
    }
    if (rx_link_is_part(link->kind))
        return judge_part(s, from, to, link, v);
    v = judge_limits(s, from, to, link, v);
    v.priority = scope_priority(link->url, link->kind, link->text, link->trade, v.depth);
    const char *reason = link->kind == RX_LINK_FORM ? "the target of a form" : trap_acts(link->url);
    if (reason) {
        /* The URL is never asked for, but where a shop posts its orders is worth a look. */
        const struct scope_verdict there = to == from->site ? v : judge_scope(s, from, to, link, v);
        v.probe = there.probe || (there.why == 0 && to != from->site);
        v.hold = there.hold;
        return refuse(v, RX_OUT_ACTS, reason);
    }
    if (v.why)
        return v;
    reason = trap_shape(link->url);
    if (reason)
        return refuse(v, RX_OUT_TRAP, reason);
    v = judge_scope(s, from, to, link, v);
    if (v.why)
        return v;
    reason = trap_refuses(&to->traps, link->url);
    return reason ? refuse(v, RX_OUT_TRAP, reason) : v;
}

/* ---- ways out
 * ---------------------------------------------------------------------------------------------- */

bool scope_is_way_out(const struct scope *s, const struct scope_from *from,
                      const struct scope_site *to, const struct scope_link *link)
{
    const struct scope_page *page = &from->page;
    return scope_options(s)->mode == SCOPE_LINKED && (page->trades || page->laden || page->bare) &&
           is_anchor(link->kind) && to != from->site && !to->is_seed && !link->trade &&
           !link->pays && rx_vendor_of(link->url->host) == RX_VENDOR_NONE;
}

size_t scope_ways_out(const struct scope_page *page, size_t found)
{
    if (page->trades)
        return found < SCOPE_WAYS_MAX ? found : SCOPE_WAYS_MAX;
    return (page->laden || page->bare) && found <= SCOPE_WAYS_FEW ? found : 0;
}

bool scope_leads(struct scope *s, const struct scope_from *from, const struct scope_site *to,
                 const struct scope_link *link)
{
    struct scope_site *site = from->site;
    if (site->leads || !site->mute || from->page.home || to == site || !leads_on(from, link))
        return false;
    site->leads = true;
    scope_touch(s, site);
    return true;
}
