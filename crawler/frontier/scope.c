/* scope.c - the table of sites, and the budgets of sites and runs; see scope.h. */
#include "crawler/frontier/scope_priv.h"

#include "base/digest.h"
#include "base/map.h"

#include <stdlib.h>

struct scope {
    struct scope_opts opts;
    struct rx_map *sites;
    struct scope_site *dirty;
    uint64_t admitted, admitted_seeds;
    size_t stay; /* sites that the last scope_forget() had to keep */
};

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
    for (size_t i = 0; i < site->held_count; i++)
        free(site->held[i]);
    free(site->held);
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

int scope_add(struct scope_site **out, struct scope *s, struct rx_str name, struct rx_str packed)
{
    struct scope_site *site = calloc(1, sizeof *site + name.n + 1);
    if (!site)
        return RX_ENOMEM;
    if (name.n > 0)
        memcpy(site->bytes, name.p, name.n);
    site->name = rx_strn(site->bytes, name.n);
    int rc = scope_unpack(site, packed);
    if (!rc)
        rc = rx_map_put(s->sites, name, site, NULL);
    if (rc) {
        site_free(site);
        return rc;
    }
    *out = site;
    return RX_OK;
}

static bool may_leave(const struct scope_site *site)
{
    return !site->admitted && !site->is_seed && !site->reached && !site->dirty &&
           site->held_count == 0;
}

/* A shop names as many sites as it likes, and nearly all of them are never asked for. */
void scope_forget(struct scope *s)
{
    if (rx_map_count(s->sites) - s->stay <= SCOPE_NAMES_MAX)
        return;
    struct rx_map *stay = rx_map_new();
    struct rx_str name;
    void *value;
    int rc = stay ? RX_OK : RX_ENOMEM;
    for (size_t at = 0; !rc && rx_map_next(s->sites, &at, &name, &value);)
        if (!may_leave(value))
            rc = rx_map_put(stay, name, value, NULL);
    if (rc) { /* another time */
        rx_map_free(stay, NULL);
        return;
    }
    for (size_t at = 0; rx_map_next(s->sites, &at, &name, &value);)
        if (may_leave(value))
            site_free(value);
    rx_map_free(s->sites, NULL);
    s->sites = stay;
    s->stay = rx_map_count(stay);
}

size_t scope_held_sites(const struct scope *s)
{
    return rx_map_count(s->sites);
}

/* ---- what waits for a site to be promoted
 * ------------------------------------------------------------------------------ */

int scope_add_held(struct scope_site *site, const struct scope_held *held, struct rx_str url)
{
    if (site->held_count == SCOPE_HELD_MAX || site->held_bytes + url.n > SCOPE_HELD_BYTES)
        return RX_EFULL;
    if (!site->held) {
        site->held = calloc(SCOPE_HELD_MAX,
                            sizeof *site->held); // NOLINT(bugprone-sizeof-expression): pointers
        if (!site->held)
            return RX_ENOMEM;
    }
    struct scope_held *copy = malloc(sizeof *copy + url.n + 1);
    if (!copy)
        return RX_ENOMEM;
    *copy = *held;
    memcpy(copy->url, url.p, url.n);
    copy->url[url.n] = '\0';
    site->held[site->held_count++] = copy;
    site->held_bytes += url.n;
    return RX_OK;
}

int scope_hold(struct scope *s, struct scope_site *site, const struct scope_held *held,
               struct rx_str url)
{
    for (size_t i = 0; i < site->held_count; i++)
        if (rx_str_eq(rx_str(site->held[i]->url), url))
            return RX_OK;
    const int rc = scope_add_held(site, held, url);
    if (!rc)
        scope_touch(s, site);
    return rc == RX_EFULL ? RX_OK : rc;
}

struct scope_held *scope_take_held(struct scope *s, struct scope_site *site)
{
    if (site->held_count == 0)
        return NULL;
    scope_touch(s, site);
    struct scope_held *held = site->held[--site->held_count];
    site->held_bytes -= strlen(held->url);
    return held;
}

/* ---- budgets
 * -------------------------------------------------------------------------------------- */

/* Most sites have one host or two, a trap has more than it may. */
int scope_add_host(struct scope_site *site, uint64_t hash)
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

static bool has_room(const struct scope *s, const struct scope_site *site)
{
    if (!s->opts.spare_seeds)
        return s->admitted < s->opts.max_sites;
    return site->is_seed || s->admitted - s->admitted_seeds < s->opts.max_sites;
}

uint64_t scope_link_room(const struct scope_site *site)
{
    const uint64_t most = (SCOPE_LINK_PAGES + (uint64_t)site->asked) * SCOPE_LINK_BYTES;
    return site->link_bytes < most ? most - site->link_bytes : 0;
}

static enum rx_outcome admit_host(struct scope *s, struct scope_site *site, struct rx_str host,
                                  const char **reason)
{
    const uint64_t hash = rx_hash64(host);
    uint32_t at = 0;
    while (at < site->host_count && site->hosts[at] != hash)
        at++;
    if (at < site->host_count)
        return 0;
    if (at >= s->opts.hosts_per_site || scope_add_host(site, hash)) {
        *reason = "the site has its number of hosts";
        return RX_OUT_BUDGET;
    }
    scope_touch(s, site);
    return 0;
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
    const enum rx_outcome why = admit_host(s, site, host, reason);
    if (!why && !site->admitted) {
        site->admitted = true;
        s->admitted++;
        s->admitted_seeds += site->is_seed;
        scope_touch(s, site);
    }
    return why;
}

static enum scope_part part_of(enum rx_link kind)
{
    switch (kind) {
    case RX_LINK_SCRIPT:
        return SCOPE_PART_SCRIPT;
    case RX_LINK_ICON:
        return SCOPE_PART_ICON;
    case RX_LINK_LOGO:
        return SCOPE_PART_LOGO;
    default:
        return SCOPE_PART_FILE;
    }
}

bool scope_has_part_room(const struct scope_site *site, enum rx_link kind)
{
    static const uint32_t most[SCOPE_PART_KINDS] = {[SCOPE_PART_SCRIPT] = SCOPE_SCRIPTS_MAX,
                                                    [SCOPE_PART_FILE] = SCOPE_FILES_MAX,
                                                    [SCOPE_PART_ICON] = SCOPE_ICONS_MAX,
                                                    [SCOPE_PART_LOGO] = SCOPE_LOGOS_MAX};
    return site->parts[part_of(kind)] < most[part_of(kind)];
}

void scope_part_let_in(struct scope *s, struct scope_site *site, enum rx_link kind)
{
    site->parts[part_of(kind)]++;
    scope_touch(s, site);
}

enum rx_outcome scope_admit_part(struct scope *s, struct scope_site *site, struct rx_str host,
                                 const char **reason)
{
    return admit_host(s, site, host, reason);
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

bool scope_home_mute(struct scope *s, struct scope_site *site)
{
    if (site->mute)
        return false;
    site->mute = true;
    scope_touch(s, site);
    return true;
}
