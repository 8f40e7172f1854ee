/* sink_scope.c - the scope's memory from process to process: the store's meta rows "scope:RUN:SITE"
 * and "scope:RUN", written in the transaction of the rows that it came from; and what each site
 * looks like now. */
#include "crawler/content.h"
#include "crawler/sink/sink_priv.h"

int sink_store_fail(struct sink *s, int rc, const char *what, struct rx_err *err)
{
    return rx_fail(err, rc, "%s: %s", what, store_error(s->opts.store));
}

/* ---- the scope's memory --------------------------------------------------------------------- */

static int site_key(struct rx_buf *out, int64_t run, struct rx_str site)
{
    rx_buf_clear(out);
    return rx_buf_addf(out, "scope:%lld:%.*s", (long long)run, RX_FMT(site));
}

int sink_site(struct sink *s, struct rx_str name, struct scope_site **site, struct rx_err *err)
{
    *site = scope_find(s->scope, name);
    if (*site)
        return RX_OK;
    int rc = site_key(&s->key, s->opts.run, name);
    if (!rc)
        rc = store_meta_get(s->opts.store, s->key.p, &s->scratch);
    if (rc)
        return sink_store_fail(s, rc, "cannot read a site's state", err);
    rc = scope_add(site, s->scope, name, rx_buf_str(&s->scratch));
    if (rc)
        return rx_fail(err, rc, "the stored state of site %.*s is broken", RX_FMT(name));
    return RX_OK;
}

int sink_load_scope(struct sink *s, struct rx_err *err)
{
    int rc = site_key(&s->key, s->opts.run, RX_STR(""));
    if (!rc)
        rc = store_meta_get(s->opts.store, s->key.p, &s->scratch);
    if (rc)
        return sink_store_fail(s, rc, "cannot read the crawl's state", err);
    uint64_t sites = 0, seeds = 0;
    struct rx_str first, rest;
    rx_str_cut(rx_buf_str(&s->scratch), ' ', &first, &rest);
    if (s->scratch.n > 0 && (!rx_str_u64(first, &sites) || !rx_str_u64(rest, &seeds)))
        return rx_fail(err, RX_EDAMAGE, "the stored state of run %lld is broken",
                       (long long)s->opts.run);
    scope_set_sites(s->scope, sites, seeds);
    s->sites = sites;
    return RX_OK;
}

/* What was seen of it, the best first; what it means is for regrowth to say. */
static const char *state_of(const struct scope_site *site)
{
    return site->reached   ? "live"
           : site->erred   ? "errors"
           : site->nowhere ? "nxdomain"
           : site->silent  ? "no-answer"
                           : "unknown";
}

static int write_site(struct sink *s, struct scope_site *site, struct rx_err *err)
{
    int rc = scope_pack(&s->meta, site);
    if (!rc)
        rc = site_key(&s->key, s->opts.run, site->name);
    if (!rc)
        rc = store_meta_put(s->opts.store, s->key.p, rx_buf_str(&s->meta));
    if (rc)
        return sink_store_fail(s, rc, "cannot keep a site's state", err);
    if (site->first_ms == 0)
        return RX_OK; /* known, but never asked */
    struct rx_buf reasons = RX_BUF(CONTENT_REASONS_MAX);
    site->role = content_role(&site->signs, site->pages, site->cut, &reasons);
    const struct store_site_state row = {.run = s->opts.run,
                                         .site = site->name,
                                         .role = site->role,
                                         .reasons = rx_buf_str(&reasons),
                                         .state = rx_str(state_of(site)),
                                         .pages = site->pages,
                                         .first_ms = site->first_ms,
                                         .last_ms = site->last_ms};
    rc = store_site_state_put(s->opts.store, &row);
    rx_buf_free(&reasons);
    return rc ? sink_store_fail(s, rc, "cannot keep the state of a site", err) : RX_OK;
}

static int write_sites(struct sink *s, struct rx_err *err)
{
    struct scope_site *site;
    int rc = RX_OK;
    while (!rc && (site = scope_dirty(s->scope)))
        rc = write_site(s, site, err);
    return rc;
}

/* Every site that changed in this batch. */
int sink_save_scope(struct sink *s, struct rx_err *err)
{
    int rc = write_sites(s, err);
    if (rc)
        return rc;
    uint64_t seeds;
    const uint64_t sites = scope_sites(s->scope, &seeds);
    rc = site_key(&s->key, s->opts.run, RX_STR(""));
    rx_buf_clear(&s->scratch);
    if (!rc)
        rc = rx_buf_addf(&s->scratch, "%llu %llu", (unsigned long long)sites,
                         (unsigned long long)seeds);
    if (!rc)
        rc = store_meta_put(s->opts.store, s->key.p, rx_buf_str(&s->scratch));
    if (rc)
        return sink_store_fail(s, rc, "cannot keep the crawl's state", err);
    scope_forget(s->scope);
    return RX_OK;
}
