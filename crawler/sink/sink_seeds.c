/* sink_seeds.c - seeds: into the queue of a run and into its evidence; out of the evidence again in
 * replay. */
#include "crawler/crawl.h"
#include "crawler/sink/sink_priv.h"

#include <stdio.h>

enum { LIST_MAX = 256 * 1024 * 1024, RECORD_MAX = 1024 * 1024 };

struct seeding {
    struct sink *s;
    uint64_t added;
    struct rx_buf list;                /* every seed, a line each */
    struct crawl_withdrawn *withdrawn; /* owned */
    struct rx_err *err;
};

/* A seed whose GET would act, as mails have them ("unsubscribe"), is never asked: its host's home
 * page is. */
static int push_seed(struct seeding *w, struct sink_item *item, struct store_job *job,
                     const struct rx_url *url, struct scope_site *site)
{
    const char *acts = trap_acts(url);
    if (!acts)
        return sink_push(w->s, item, job, url, site, w->err);
    const int rc = sink_skip(w->s, job, RX_OUT_ACTS, acts, w->err);
    return rc ? rc : sink_push_home(w->s, item, job, url, site, w->err);
}

static int seed_one(struct seeding *w, const struct store_seed *seed)
{
    struct sink *s = w->s;
    struct rx_url url;
    struct rx_buf text = RX_BUF(RX_URL_MAX + 1), key = RX_BUF(RX_URL_MAX + 1);
    struct scope_site *site;
    int rc = rx_url_parse(&url, &text, seed->url, NULL);
    if (!rc)
        rc = rx_url_fetch_key(&key, &url);
    if (rc)
        rc = rx_fail(w->err, rc, "the stored seed %.*s is no URL", RX_FMT(seed->url));
    if (!rc)
        rc = sink_site(s, rx_site_key(s->opts.psl, url.host), &site, w->err);
    if (!rc) {
        if (!site->is_seed) {
            site->is_seed = true;
            scope_touch(s->scope, site);
        }
        struct store_job job = {.url = rx_buf_str(&key),
                                .host = url.host,
                                .site = site->name,
                                .via_kind = RX_LINK_SEED};
        struct sink_item item = {0};
        rc = push_seed(w, &item, &job, &url, site);
        w->added += item.job_count;
        if (!rc && rx_buf_addf(&w->list, "%.*s\n", RX_FMT(rx_buf_str(&key))))
            rc = rx_fail(w->err, RX_EFULL, "too many seeds for one crawl");
        sink_item_done(&item);
    }
    rx_buf_free(&text);
    rx_buf_free(&key);
    return rc;
}

static int on_seed(void *ctx, const struct store_seed *seed)
{
    const struct seeding *w = ctx;
    return crawl_withdrawn_find(w->withdrawn, seed->url) ? 0 : seed_one(ctx, seed);
}

/* What the crawl was given is part of its evidence, and all that replay knows of it. */
static int archive_list(struct sink *s, struct rx_str list, int64_t now_ms, struct rx_err *err)
{
    int rc = RX_OK;
    while (list.n > 0 && !rc) {
        size_t n = list.n < RECORD_MAX ? list.n : RECORD_MAX;
        while (n > 0 && list.p[n - 1] != '\n')
            n--; /* a line is far shorter than a record */
        struct store_warc_ref ref;
        rc = sink_warc_resource(s, RX_STR("rxmap:seeds"), RX_STR("text/uri-list"),
                                rx_str_sub(list, 0, n), now_ms, &ref, err);
        list = rx_str_sub(list, n, list.n);
    }
    return rc;
}

int sink_seed(struct sink *s, int64_t now_ms, uint64_t *added, struct rx_err *err)
{
    struct seeding w = {.s = s, .list = RX_BUF(LIST_MAX), .err = err};
    int rc = crawl_withdrawn_load(&w.withdrawn, s->opts.store, err);
    if (!rc)
        rc = store_begin(s->opts.store, err);
    if (rc) {
        crawl_withdrawn_free(w.withdrawn);
        return rc;
    }
    rc = store_seed_scan(s->opts.store, on_seed, &w);
    crawl_withdrawn_free(w.withdrawn);
    if (rc && err->code != rc)
        rc = sink_store_fail(s, rc, "cannot queue the seeds", err);
    if (!rc && w.added > 0)
        rc = archive_list(s, rx_buf_str(&w.list), now_ms, err);
    if (!rc && w.added > 0)
        rc = sink_archive_origins(s, now_ms, err);
    if (!rc)
        rc = sink_archive_mails(s, now_ms, err);
    rx_buf_free(&w.list);
    if (!rc)
        rc = sink_warc_sync(s, err);
    if (!rc)
        rc = sink_save_scope(s, err);
    if (!rc)
        rc = store_commit(s->opts.store, err);
    if (rc) {
        store_rollback(s->opts.store);
        return rc;
    }
    uint64_t seeds;
    s->sites = scope_sites(s->scope, &seeds);
    *added = w.added;
    return RX_OK;
}

/* ---- the case's tables -------------------------------------------------------------------------
 */

static int keep_tables(struct sink *s, struct rx_str text, int64_t now_ms, struct rx_err *err)
{
    char key[64], hex[RX_SHA256_HEX + 1];
    struct rx_buf known = RX_BUF(1 << 16);
    struct store_warc_ref ref;
    const struct rx_sha256 digest = rx_sha256(text);
    rx_sha256_hex(hex, &digest);
    (void)snprintf(key, sizeof key, "signatures_sha256:%lld", (long long)s->opts.run);
    int rc = store_meta_get(s->opts.store, key, &known);
    const bool is_new = rc || rx_str_find(rx_buf_str(&known), rx_str(hex), 0) < 0;
    if (!rc && is_new)
        rc = rx_buf_addf(&known, "%s%s", known.n > 0 ? " " : "", hex);
    if (!rc && is_new)
        rc = store_meta_put(s->opts.store, key, rx_buf_str(&known));
    rx_buf_free(&known);
    if (rc)
        return sink_store_fail(s, rc, "cannot keep the case's signatures", err);
    if (is_new)
        rc = sink_warc_resource(s, RX_STR("rxmap:signatures"), RX_STR("text/tab-separated-values"),
                                text, now_ms, &ref, err);
    return rc ? rc : sink_warc_sync(s, err);
}

int sink_own_tables(struct sink *s, struct rx_str text, int64_t now_ms, struct rx_err *err)
{
    if (text.n == 0 || !s->warc)
        return RX_OK;
    int rc = store_begin(s->opts.store, err);
    if (rc)
        return rc;
    rc = keep_tables(s, text, now_ms, err);
    if (!rc)
        rc = store_commit(s->opts.store, err);
    if (rc)
        store_rollback(s->opts.store);
    return rc;
}

/* ---- replay ------------------------------------------------------------------------------------
 */

static int restore_one(struct sink *s, struct rx_str line, int64_t when_ms, struct rx_err *err)
{
    struct rx_buf text = RX_BUF(RX_URL_MAX + 1);
    struct rx_url url;
    bool is_new;
    int rc = RX_OK;
    if (rx_url_parse(&url, &text, line, NULL) == RX_OK) { /* anything else is none of ours */
        const struct store_seed seed = {.url = url.href,
                                        .site = rx_site_key(s->opts.psl, url.host),
                                        .source = RX_STR("replay"),
                                        .raw = url.href,
                                        .added_ms = when_ms};
        rc = store_seed_put(s->opts.store, &seed, &is_new);
        if (rc)
            rc = sink_store_fail(s, rc, "cannot keep a seed", err);
    }
    rx_buf_free(&text);
    return rc;
}

int sink_resource_write(struct sink *s, const struct sink_item *item, struct rx_err *err)
{
    struct store_warc_ref ref = item->place;
    int rc = item->stands ? RX_OK
                          : sink_warc_resource(s, item->uri, item->media_type, item->payload,
                                               item->when_ms, &ref, err);
    if (!rc && rx_str_starts(item->uri, RX_STR("dns:")))
        return sink_facts_zone(s, rx_str_sub(item->uri, 4, item->uri.n), item->payload, &ref,
                               item->when_ms, err);
    if (!rc && rx_str_starts(item->uri, RX_STR("rdap:"))) {
        const struct sink_sources from = {.rdap = ref};
        return sink_facts_domain(s, rx_str_sub(item->uri, 5, item->uri.n), item->payload, &from,
                                 item->when_ms, err);
    }
    if (!rc)
        rc = sink_restore_origin(s, item->uri, item->payload, ref, err);
    if (!rx_str_eq(item->uri, RX_STR("rxmap:seeds")))
        return rc;
    struct rx_str rest = item->payload;
    while (rest.n > 0 && !rc) {
        struct rx_str line;
        rx_str_cut(rest, '\n', &line, &rest);
        rc = restore_one(s, rx_str_trim(line), item->when_ms, err);
    }
    return rc;
}
