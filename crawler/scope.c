/* scope.c - see scope.h. The order of the questions in scope_judge() is the order in which
 * `status --url` explains a URL: what must never be done, then limits, then scope. */
#include "crawler/scope.h"

#include "base/digest.h"
#include "base/map.h"
#include "base/vendors.h"

#include <stdlib.h>

struct scope {
    struct scope_opts opts;
    struct rx_map *sites;
    struct scope_site *dirty;
    uint64_t admitted, admitted_seeds;
};

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
    return (trade ? 50 : 70) + (int32_t)depth;
}

/* ---- the table of sites -----------------------------------------------------------------------
 */

struct scope *scope_new(const struct scope_opts *opts)
{
    struct scope *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->opts = *opts;
    if (s->opts.hosts_per_site > SCOPE_HOSTS_MAX)
        s->opts.hosts_per_site = SCOPE_HOSTS_MAX;
    s->sites = rx_map_new();
    if (!s->sites) {
        free(s);
        return NULL;
    }
    return s;
}

static void site_free(void *value)
{
    struct scope_site *site = value;
    trap_site_free(&site->traps);
    free(site->hosts);
    free(site);
}

void scope_free(struct scope *s)
{
    if (!s)
        return;
    rx_map_free(s->sites, site_free);
    free(s);
}

uint64_t scope_sites(const struct scope *s, uint64_t *seeds)
{
    *seeds = s->admitted_seeds;
    return s->admitted;
}

void scope_set_sites(struct scope *s, uint64_t admitted, uint64_t seeds)
{
    s->admitted = admitted;
    s->admitted_seeds = seeds;
}

const struct scope_opts *scope_options(const struct scope *s)
{
    return &s->opts;
}

struct scope_site *scope_find(const struct scope *s, struct rx_str name)
{
    return rx_map_get(s->sites, name);
}

void scope_touch(struct scope *s, struct scope_site *site)
{
    if (site->dirty)
        return;
    site->dirty = true;
    site->dirty_next = s->dirty;
    s->dirty = site;
}

struct scope_site *scope_dirty(struct scope *s)
{
    struct scope_site *site = s->dirty;
    if (site) {
        s->dirty = site->dirty_next;
        site->dirty = false;
    }
    return site;
}

/* ---- text --------------------------------------------------------------------------------------
 */

enum { FLAG_SEED = 1, FLAG_ADMITTED = 2, FLAG_PROMOTED = 4, FLAG_REACHED = 8, FLAG_NOWHERE = 16 };

static unsigned flags_of(const struct scope_site *site)
{
    return (site->is_seed ? FLAG_SEED : 0) | (site->admitted ? FLAG_ADMITTED : 0) |
           (site->promoted ? FLAG_PROMOTED : 0) | (site->reached ? FLAG_REACHED : 0) |
           (site->nowhere ? FLAG_NOWHERE : 0);
}

int scope_pack(struct rx_buf *out, const struct scope_site *site)
{
    rx_buf_clear(out);
    int rc = rx_buf_addf(out, "f %u %u %u %u %u %llu %llu\n", flags_of(site), (unsigned)site->role,
                         site->pages, site->asked, site->probes, (unsigned long long)site->first_ms,
                         (unsigned long long)site->last_ms);
    if (!rc)
        rc = rx_buf_add(out, RX_STR("s"));
    for (size_t i = 0; i < SIGN_COUNT && !rc; i++)
        rc = rx_buf_addf(out, " %u", site->signs.n[i]);
    if (!rc)
        rc = rx_buf_add(out, RX_STR("\n"));
    for (size_t i = 0; i < site->host_count && !rc; i++)
        rc = rx_buf_addf(out, "h %llu\n", (unsigned long long)site->hosts[i]);
    for (size_t i = 0; i < site->linker_count && !rc; i++)
        rc = rx_buf_addf(out, "l %llu\n", (unsigned long long)site->linkers[i]);
    return rc ? rc : trap_pack(out, &site->traps);
}

/* Up to most numbers, separated by single spaces; returns how many, SIZE_MAX if one is none. */
static size_t numbers(struct rx_str text, uint64_t *v, size_t most)
{
    size_t n = 0;
    while (text.n > 0) {
        struct rx_str word;
        rx_str_cut(text, ' ', &word, &text);
        if (n == most || !rx_str_u64(word, &v[n]))
            return SIZE_MAX;
        n++;
    }
    return n;
}

static int unpack_flags(struct scope_site *site, struct rx_str rest)
{
    uint64_t v[7];
    if (numbers(rest, v, 7) != 7 || v[1] >= RX_ROLE_COUNT || v[5] > INT64_MAX || v[6] > INT64_MAX)
        return RX_EDAMAGE;
    site->is_seed = v[0] & FLAG_SEED;
    site->admitted = v[0] & FLAG_ADMITTED;
    site->promoted = v[0] & FLAG_PROMOTED;
    site->reached = v[0] & FLAG_REACHED;
    site->nowhere = v[0] & FLAG_NOWHERE;
    site->role = (enum rx_role)v[1];
    site->pages = (uint32_t)v[2];
    site->asked = (uint32_t)v[3];
    site->probes = (uint32_t)v[4];
    site->first_ms = (int64_t)v[5];
    site->last_ms = (int64_t)v[6];
    return RX_OK;
}

static int unpack_signs(struct scope_site *site, struct rx_str rest)
{
    uint64_t v[SIGN_COUNT];
    const size_t n = numbers(rest, v, SIGN_COUNT);
    if (n > SIGN_COUNT)
        return RX_EDAMAGE;
    for (size_t i = 0; i < n; i++)
        site->signs.n[i] = (uint32_t)v[i];
    return RX_OK;
}

/* Most sites have one host or two, a trap has more than it may. */
static int add_host(struct scope_site *site, uint64_t hash)
{
    if (site->host_count == SCOPE_HOSTS_MAX)
        return RX_EFULL;
    if ((site->host_count & (site->host_count - 1)) == 0) { /* 0, 1, 2, 4...: full */
        const size_t cap = site->host_count ? 2 * (size_t)site->host_count : 1;
        uint64_t *grown = realloc(site->hosts, cap * sizeof *grown);
        if (!grown)
            return RX_ENOMEM;
        site->hosts = grown;
    }
    site->hosts[site->host_count++] = hash;
    return RX_OK;
}

static int unpack_host(struct scope_site *site, struct rx_str rest)
{
    uint64_t hash;
    if (!rx_str_u64(rest, &hash))
        return RX_EDAMAGE;
    const int rc = add_host(site, hash);
    return rc == RX_EFULL ? RX_EDAMAGE : rc;
}

static int unpack_hash(uint64_t *list, uint32_t *count, uint32_t most, struct rx_str rest)
{
    uint64_t v;
    if (!rx_str_u64(rest, &v) || *count >= most)
        return RX_EDAMAGE;
    list[(*count)++] = v;
    return RX_OK;
}

static int unpack(struct scope_site *site, struct rx_str text)
{
    int rc = RX_OK;
    while (text.n > 0 && !rc) {
        struct rx_str line, kind, rest;
        const struct rx_str from_here = text;
        rx_str_cut(text, '\n', &line, &text);
        rx_str_cut(line, ' ', &kind, &rest);
        switch (kind.n == 1 ? kind.p[0] : 0) {
        case 'f':
            rc = unpack_flags(site, rest);
            break;
        case 's':
            rc = unpack_signs(site, rest);
            break;
        case 'h':
            rc = unpack_host(site, rest);
            break;
        case 'l':
            rc = unpack_hash(site->linkers, &site->linker_count, SCOPE_LINKERS_MAX, rest);
            break;
        default: /* the traps come last */
            rc = trap_unpack(&site->traps, from_here);
            text.n = 0;
        }
    }
    return rc;
}

int scope_add(struct scope_site **out, struct scope *s, struct rx_str name, struct rx_str packed)
{
    struct scope_site *site = calloc(1, sizeof *site + name.n + 1);
    if (!site)
        return RX_ENOMEM;
    if (name.n > 0)
        memcpy(site->bytes, name.p, name.n);
    site->name = rx_strn(site->bytes, name.n);
    int rc = unpack(site, packed);
    if (!rc)
        rc = rx_map_put(s->sites, name, site, NULL);
    if (rc) {
        site_free(site);
        return rc;
    }
    *out = site;
    return RX_OK;
}

/* ---- judgement ----------------------------------------------------------------------------------
 */

static bool is_whole(const struct scope *s, const struct scope_site *site)
{
    return s->opts.mode == SCOPE_ALL || site->is_seed ||
           (s->opts.mode == SCOPE_LINKED && site->promoted);
}

static struct scope_verdict refuse(struct scope_verdict v, enum rx_outcome why, const char *reason)
{
    v.why = why;
    v.reason = reason;
    return v;
}

/* Notes that a storefront links here; true when two do. */
static bool two_storefronts(struct scope *s, const struct scope_site *from, struct scope_site *to)
{
    if (from->role != RX_ROLE_STOREFRONT && !from->promoted)
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

/* Is the link a reason to look at the site at all? */
static bool is_candidate(struct scope *s, const struct scope_from *from, struct scope_site *to,
                         const struct scope_link *link)
{
    if (rx_link_is_redirect(link->kind))
        return true;
    if (!is_whole(s, from->site))
        return false; /* what a candidate links to is not looked at before it is promoted */
    if (link->kind == RX_LINK_FORM || link->kind == RX_LINK_IFRAME || link->trade ||
        leads_to_checkout(link->url, to->name))
        return true;
    return two_storefronts(s, from->site, to);
}

/* A link to a site that is neither seed nor promoted, under `linked`. */
static struct scope_verdict judge_stranger(struct scope *s, const struct scope_from *from,
                                           struct scope_site *to, const struct scope_link *link,
                                           struct scope_verdict v)
{
    if (to == from->site) {
        if (rx_link_is_redirect(link->kind) || is_home(link->url))
            return v;
        return refuse(v, RX_OUT_SCOPE, "only the home page of this site was looked at");
    }
    if (!is_candidate(s, from, to, link))
        return refuse(v, RX_OUT_SCOPE, "a plain link is no reason to look at a site");
    if (!to->admitted) {
        if (from->site->probes >= s->opts.probes_per_site)
            return refuse(v, RX_OUT_BUDGET, "the linking site has brought in its share of sites");
        from->site->probes++;
        scope_touch(s, from->site);
    }
    v.probe = !is_home(link->url);
    if (v.probe && !rx_link_is_redirect(link->kind))
        return refuse(v, RX_OUT_SCOPE, "only the home page of this site is looked at");
    return v;
}

static struct scope_verdict judge_scope(struct scope *s, const struct scope_from *from,
                                        struct scope_site *to, const struct scope_link *link,
                                        struct scope_verdict v)
{
    const bool listed =
        !to->is_seed && !s->opts.shared && rx_vendor_of(link->url->host) != RX_VENDOR_NONE;
    if (listed)
        return refuse(v, RX_OUT_INFRASTRUCTURE, "the host is on a list of shared services");
    if (s->opts.mode == SCOPE_SEEDS && !to->is_seed)
        return refuse(v, RX_OUT_SCOPE, "not a seed's site");
    if (!is_whole(s, to))
        v = judge_stranger(s, from, to, link, v);
    if (v.why == 0 && !is_home(link->url) && is_checkout_host(link->url, to->name) &&
        s->opts.mode != SCOPE_ALL) {
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
    if (v.redirects > s->opts.redirects)
        return refuse(v, RX_OUT_REDIRECT_LIMIT, "the chain of redirects is too long");
    if (v.depth > s->opts.depth)
        return refuse(v, RX_OUT_DEPTH, "too many clicks inside the site");
    if (v.hops > s->opts.hops)
        return refuse(v, RX_OUT_DEPTH, "too many sites away from a seed");
    return v;
}

struct scope_verdict scope_judge(struct scope *s, const struct scope_from *from,
                                 struct scope_site *to, const struct scope_link *link)
{
    struct scope_verdict v = {.reason = ""};
    if (link->kind == RX_LINK_IMG || link->kind == RX_LINK_SCRIPT || link->kind == RX_LINK_STYLE) {
        v.note = true;
        return v;
    }
    v = judge_limits(s, from, to, link, v);
    const char *reason = link->kind == RX_LINK_FORM ? "the target of a form" : trap_acts(link->url);
    if (reason) {
        /* The URL is never asked for, but where a shop posts its orders is worth a look. */
        const struct scope_verdict there = to == from->site ? v : judge_scope(s, from, to, link, v);
        v.probe = there.probe || (there.why == 0 && to != from->site);
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
    if (reason)
        return refuse(v, RX_OUT_TRAP, reason);
    v.priority = scope_priority(link->url, link->kind, link->text, link->trade, v.depth);
    return v;
}

/* ---- budgets
 * -------------------------------------------------------------------------------------- */

static bool has_room(const struct scope *s, const struct scope_site *site)
{
    if (!s->opts.spare_seeds)
        return s->admitted < s->opts.max_sites;
    return site->is_seed || s->admitted - s->admitted_seeds < s->opts.max_sites;
}

enum rx_outcome scope_admit(struct scope *s, struct scope_site *site, struct rx_str host,
                            const char **reason)
{
    if (!site->admitted && !has_room(s, site)) {
        *reason = "the run has its number of sites";
        return RX_OUT_BUDGET;
    }
    if (s->opts.max_pages > 0 && site->asked >= s->opts.max_pages) {
        *reason = "the site has its number of pages";
        return RX_OUT_BUDGET;
    }
    const uint64_t hash = rx_hash64(host);
    uint32_t at = 0;
    while (at < site->host_count && site->hosts[at] != hash)
        at++;
    if (at == site->host_count) {
        if (at >= s->opts.hosts_per_site || add_host(site, hash)) {
            *reason = "the site has its number of hosts";
            return RX_OUT_BUDGET;
        }
        scope_touch(s, site);
    }
    if (!site->admitted) {
        site->admitted = true;
        s->admitted++;
        s->admitted_seeds += site->is_seed;
        scope_touch(s, site);
    }
    return 0;
}

bool scope_page_read(struct scope *s, struct scope_site *site, enum rx_role page_role,
                     bool promising)
{
    const bool trades = page_role == RX_ROLE_STOREFRONT || page_role == RX_ROLE_DOORWAY ||
                        page_role == RX_ROLE_ADVERTISEMENT;
    if (site->promoted || (!trades && !promising))
        return false;
    site->promoted = true;
    scope_touch(s, site);
    return true;
}
