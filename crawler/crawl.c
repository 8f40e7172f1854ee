/* crawl.c - one run from its seeds to its last row; the only file that knows the order of stages.
 *
 *   open run --> seeds into the queue --> [ loop: a host's turn -> page -> writer -> new URLs ] -->
 *   nothing left | limit | signal | failure --> parts closed --> writer stopped --> report
 *
 * A run that ends by itself is closed; any other way leaves it open, and the next crawl goes on
 * with what waits in the store. */
#include "crawler/crawl.h"

#include "base/clock.h"
#include "crawler/crawl_kept.h"
#include "crawler/crawl_loop.h"
#include "crawler/finish.h"
#include "crawler/jail/jail_door.h"
#include "crawler/manners.h"
#include "crawler/net/asn.h"
#include "crawler/net/fetch_route.h"
#include "crawler/rdap.h"
#include "crawler/withdrawn.h"

#include <stdio.h>
#include <stdlib.h>

struct run {
    struct engine e;
    struct store *store;
    struct rx_psl *psl;
    struct asn_table *asn, *country; /* NULL: not looked up */
    char tables[RX_SHA256_HEX + 1];  /* hash of the signature tables */
    struct crawl_loop *loop;
    int64_t id;
    enum crawl_end end;
};

static void site_free(void *value)
{
    struct crawl_site *site = value;
    cookies_free(&site->jar);
    free(site);
}

static void host_free(void *value)
{
    struct crawl_host *host = value;
    free(host->names);
    free(host);
}

/* ---- beginning
 * -------------------------------------------------------------------------------------------- */

static int need_seeds(struct run *r, struct rx_err *err)
{
    struct store_counts counts;
    struct crawl_withdrawn *withdrawn = NULL;
    int rc = store_counts(r->store, 0, &counts);
    if (rc)
        return rx_fail(err, rc, "cannot count the seeds: %s", store_error(r->store));
    if (counts.seeds == 0)
        return rx_fail(err, RX_EUSAGE, "the case has no seeds: add some with 'rxmap seed add'");
    rc = crawl_withdrawn_load(&withdrawn, r->store, err);
    if (!rc && withdrawn_count(withdrawn) == counts.seeds)
        rc = rx_fail(err, RX_EUSAGE,
                     "all seeds of the case are withdrawn: add some with 'rxmap seed add'");
    crawl_withdrawn_free(withdrawn);
    return rc;
}

static int open_run(struct run *r, const struct rx_conf *conf, struct rx_err *err)
{
    struct store_run run;
    struct rx_buf text = RX_BUF(1 << 20), options = RX_BUF(1 << 16);
    int rc = store_run_current(r->store, &run, &text);
    if (rc == RX_OK) {
        r->id = run.id;
    } else if (rc == RX_ENOENT) {
        rc = crawl_opts_json(&options, &r->e.opts, conf);
        if (!rc)
            rc = store_begin(r->store, err);
        if (!rc)
            rc = store_run_start(r->store, rx_str(rx_conf_text(conf, "crawl.label")),
                                 rx_buf_str(&options), engine_wall(&r->e), &r->id);
        if (!rc)
            rc = store_commit(r->store, err);
    }
    if (rc && err->code != rc)
        rc = rx_fail(err, rc, "cannot open a run: %s", store_error(r->store));
    rx_buf_free(&text);
    rx_buf_free(&options);
    return rc;
}

static int warc_info(struct rx_buf *out, const struct run *r, const struct rx_conf *conf)
{
    const struct crawl_opts *o = &r->e.opts;
    int rc = rx_buf_addf(out,
                         "software: rxmap/%s\r\nformat: WARC File Format 1.1\r\n"
                         "conformsTo: http://iipc.github.io/warc-specifications/specifications/"
                         "warc-format/warc-1.1/\r\n"
                         "robots: %s\r\nhttp-header-user-agent: %s\r\n",
                         RXMAP_VERSION, o->record_robots ? "recorded, not obeyed" : "obey",
                         o->user_agent);
    const char *operator_name = rx_conf_text(conf, "case.operator");
    if (!rc && operator_name[0])
        rc = rx_buf_addf(out, "operator: %s\r\n", operator_name);
    return rc;
}

static int on_waiting_host(void *ctx, const struct store_host *host, uint32_t site_asked)
{
    struct engine *e = ctx;
    const uint64_t now_ms = engine_now();
    struct frontier_host *h = frontier_host(e->frontier, host->name, host->site, host->id, now_ms);
    struct crawl_site *site = engine_site(e, host->site);
    if (!h || !site)
        return RX_ENOMEM;
    site->asked = site_asked;
    if (host->next_ms > 0) {
        /* Politeness survives a restart: at least one whole delay from now. */
        const int64_t left = host->next_ms - engine_wall(e);
        const uint64_t least = e->opts.frontier.host.delay_ms;
        uint64_t wait = left > 0 ? (uint64_t)left : 0;
        if (wait > PACE_DAY_MS)
            wait = PACE_DAY_MS;
        const struct pace pace = {.next_ms = now_ms + (wait > least ? wait : least),
                                  .delay_ms = host->delay_ms,
                                  .failures = host->failures,
                                  .clean = host->clean};
        frontier_host_resume(e->frontier, h, pace);
    }
    frontier_host_more(e->frontier, h);
    return RX_OK;
}

static int on_robots(void *ctx, const struct store_robots *robots)
{
    return origin_restore(ctx, robots);
}

static int load_queue(struct run *r, const struct crawl_jail *jail, struct rx_err *err)
{
    uint64_t added;
    int rc = sink_seed(r->e.sink, engine_wall(&r->e), &added, err);
    if (!rc)
        rc = sink_own_tables(r->e.sink, jail->own.text, engine_wall(&r->e), err);
    if (!rc)
        rc = sink_hosts(r->e.sink, on_waiting_host, &r->e, err);
    if (!rc)
        rc = store_robots_scan(r->store, r->id, on_robots, &r->e);
    if (rc && err->code != rc)
        rc = rx_fail(err, rc, "cannot read the queue: %s", store_error(r->store));
    return rc;
}

/* The tables that say whose network an address is in, if the case names any. */
static int open_tables(struct run *r, const struct rx_conf *conf, struct rx_err *err)
{
    const char *asn = rx_conf_text(conf, "crawl.asn"),
               *country = rx_conf_text(conf, "crawl.country");
    int rc = asn[0] ? asn_open(&r->asn, asn, err) : RX_OK;
    if (!rc && country[0])
        rc = asn_open(&r->country, country, err);
    return rc;
}

static int open_parts(struct run *r, struct crawl_jail *jail, const struct rx_conf *conf,
                      struct rx_err *err)
{
    struct engine *e = &r->e;
    struct rx_buf info = RX_BUF(1 << 16);
    e->psl = r->psl;
    e->frontier = frontier_new(&e->opts.frontier);
    e->sites = rx_map_new();
    e->hosts = rx_map_new();
    e->origins = rx_map_new();
    if (!e->frontier || !e->sites || !e->hosts || !e->origins || warc_info(&info, r, conf)) {
        rx_buf_free(&info);
        return rx_fail(err, RX_ENOMEM, "no memory for a crawl");
    }
    int rc = fetcher_new(&e->fetcher, crawl_loop_uv(r->loop), &e->opts.fetch, err);
    if (!rc && e->opts.resolves)
        rc = resolver_new(&e->resolver, crawl_loop_uv(r->loop), &e->opts.resolve, err);
    if (!rc)
        rc = jail_new(&e->jail, jail->zygote, crawl_loop_uv(r->loop), err);
    const struct sink_opts opts = {.store = r->store,
                                   .psl = r->psl,
                                   .run = r->id,
                                   .scope = e->opts.scope,
                                   .tables = r->tables,
                                   .warc_rotate_bytes = e->opts.warc_rotate_bytes,
                                   .warc_info = rx_buf_str(&info),
                                   .asn = r->asn,
                                   .country = r->country,
                                   .follow = true,
                                   .notify = crawl_loop_notify,
                                   .ctx = r->loop};
    if (!rc)
        rc = sink_new(&e->sink, &opts, err);
    rx_buf_free(&info);
    if (!rc && e->opts.rdap)
        rc = rdap_new(&e->rdap, e, rx_conf_text(conf, "crawl.rdap_servers"), err);
    return rc;
}

/* ---- end
 * ----------------------------------------------------------------------------------------------------
 */

static void free_parts(struct run *r)
{
    struct engine *e = &r->e;
    page_free_all(e);
    rdap_free(e->rdap);
    frontier_free(e->frontier);
    rx_map_free(e->sites, site_free);
    rx_map_free(e->hosts, host_free);
    rx_map_free(e->origins, origin_free);
    rx_psl_free(r->psl);
    asn_free(r->asn);
    asn_free(r->country);
}

static void fill_report(struct run *r, struct crawl_report *report)
{
    *report = (struct crawl_report){.end = r->end, .run = r->id};
    if (r->e.sink && r->e.frontier)
        report->total = crawl_loop_progress(r->loop);
    if (r->e.jail)
        report->worker_restarts = jail_restarts(r->e.jail);
}

static int stop_writer(struct run *r, int rc, struct rx_err *err)
{
    struct engine *e = &r->e;
    const bool whole = rc == RX_OK && r->end == CRAWL_DONE;
    const struct sink_end end = {.close_run = whole, .now_ms = engine_wall(e)};
    struct rx_err sink_err = {0};
    if (!e->sink)
        return rc;
    sink_join(e->sink);
    crawl_loop_drop_items(r->loop);
    const int sink_rc = sink_stop(e->sink, &end, &sink_err);
    e->sink = NULL;
    if (rc == RX_OK && sink_rc) {
        *err = sink_err;
        rc = sink_rc;
    }
    return rc;
}

const char *crawl_end_name(enum crawl_end end)
{
    static const char *const names[] = {"done", "limit", "interrupted", "terminated"};
    return names[end];
}

static int audit_end(struct run *r, int rc, struct crawl_report *report, struct rx_err *err)
{
    char detail[256];
    struct rx_err audit_err = {0};
    uint64_t lines;
    (void)snprintf(detail, sizeof detail,
                   "{\"run\":%lld,\"end\":\"%s\",\"pages\":%llu,\"failed\":%llu,\"bytes\":%llu}",
                   (long long)r->id, rc ? "failed" : crawl_end_name(r->end),
                   (unsigned long long)report->total.pages,
                   (unsigned long long)report->total.failed,
                   (unsigned long long)report->total.bytes);
    int audit_rc = store_audit(r->store, "run-end", rx_str(detail), &audit_err);
    if (!audit_rc)
        audit_rc = store_audit_verify(r->store, report->audit_head, &lines, &audit_err);
    if (rc || !audit_rc)
        return rc;
    *err = audit_err;
    return audit_rc;
}

/* ---- the door
 * --------------------------------------------------------------------------------------------------
 */

/* Which suffix lists a run's sites were cut by: a case, and even a run, may outlive one. */
static int note_list(struct run *r, struct rx_err *err)
{
    char key[48];
    struct rx_buf lists = RX_BUF(1 << 16);
    const struct rx_str list = rx_str(rx_psl_sha256(r->psl));
    (void)snprintf(key, sizeof key, "psl_sha256:%lld", (long long)r->id);
    int rc = store_meta_get(r->store, key, &lists);
    const bool is_known = !rc && rx_str_find(rx_buf_str(&lists), list, 0) >= 0;
    if (!rc && !is_known)
        rc = rx_buf_addf(&lists, "%s%.*s", lists.n > 0 ? " " : "", RX_FMT(list));
    if (!rc && !is_known)
        rc = store_meta_put(r->store, key, rx_buf_str(&lists));
    rx_buf_free(&lists);
    return rc ? rx_fail(err, rc, "cannot note the suffix list: %s", store_error(r->store)) : RX_OK;
}

static int run_begin(struct run *r, struct crawl_jail *jail, const struct rx_conf *conf,
                     struct rx_err *err)
{
    int rc = crawl_opts_read(&r->e.opts, conf, err);
    if (!rc)
        rc = need_seeds(r, err);
    if (!rc)
        rc = rx_psl_load(&r->psl, NULL, err);
    memcpy(r->tables, jail->tables, sizeof r->tables);
    if (!rc)
        rc = open_tables(r, conf, err);
    if (!rc)
        rc = open_run(r, conf, err);
    if (!rc)
        rc = note_list(r, err);
    if (!rc)
        rc = open_parts(r, jail, conf, err);
    if (!rc)
        rc = load_queue(r, jail, err);
    if (!rc)
        rc = sink_start(r->e.sink, err);
    return rc;
}

int crawl_check(const struct rx_conf *conf, struct rx_err *err)
{
    struct crawl_opts opts;
    struct fetch_route route;
    int rc = crawl_opts_read(&opts, conf, err);
    if (!rc)
        rc = fetch_route_make(&route, opts.fetch.proxy, opts.fetch.connect_to, opts.test_network,
                              err);
    if (!rc && opts.resolve.server)
        rc = resolve_check_server(opts.resolve.server, err);
    return rc;
}

int crawl_manners(struct rx_buf *out, const struct rx_conf *conf, bool of_file)
{
    return manners_add(out, conf, of_file);
}

static int on_run(void *ctx, const struct store_run *run)
{
    struct crawl_begin *begin = ctx;
    if (run->closed)
        begin->last = run->id;
    return RX_OK;
}

int crawl_prepare(struct store *st, struct rx_conf *conf, struct crawl_begin *begin,
                  struct rx_err *err)
{
    struct store_run run;
    struct rx_buf text = RX_BUF(1 << 20);
    *begin = (struct crawl_begin){.repeat = RX_BUF(1 << 12)};
    int rc = store_run_current(st, &run, &text);
    if (rc == RX_OK) {
        begin->open = run.id;
        rc = crawl_kept_apply(conf, run.options, &begin->repeat, err);
    } else if (rc == RX_ENOENT) {
        rc = store_run_scan(st, on_run, begin);
    }
    rx_buf_free(&text);
    if (rc && err->code != rc)
        rc = rx_fail(err, rc, "cannot read the runs: %s", store_error(st));
    return rc;
}

int crawl_may_begin(struct store *st, const struct rx_conf *conf, struct rx_err *err)
{
    return crawl_kept_network(st, conf, err);
}

int crawl_run(struct store *st, struct crawl_jail *jail, const struct rx_conf *conf,
              void (*progress)(void *ctx, const struct crawl_progress *p), void *ctx,
              struct crawl_report *report, struct rx_err *err)
{
    struct run *r = calloc(1, sizeof *r);
    if (!r)
        return rx_fail(err, RX_ENOMEM, "no memory for a crawl");
    err->code = 0;
    *report = (struct crawl_report){0};
    r->store = st;
    int rc = crawl_loop_new(&r->loop, &r->e, store_dir(st), progress, ctx, err);
    if (!rc) {
        rc = run_begin(r, jail, conf, err);
        if (!rc)
            rc = crawl_loop_run(r->loop, &r->end, err);
        fill_report(r, report);
        crawl_loop_close_parts(r->loop);
        rc = stop_writer(r, rc, err);
        if (r->id > 0)
            rc = audit_end(r, rc, report, err);
    }
    free_parts(r);
    crawl_loop_free(r->loop);
    free(r);
    return rc;
}

int crawl_finish(struct store *st, struct rx_err *err)
{
    struct store_run run;
    struct rx_buf text = RX_BUF(1 << 20);
    uint64_t files = 0;
    const int found = store_run_current(st, &run, &text);
    rx_buf_free(&text);
    if (found && found != RX_ENOENT)
        return rx_fail(err, found, "cannot read the open run: %s", store_error(st));
    /* Evidence first: a run that was killed left its file open, and a closed run has none. */
    const int rc = finish_files(st, &files, err);
    if (rc)
        return rc;
    if (found == RX_ENOENT)
        return files > 0 ? RX_OK : rx_fail(err, RX_ENOENT, "no run is open");
    struct store_counts counts;
    const int counted = store_counts(st, run.id, &counts);
    if (counted)
        return rx_fail(err, counted, "cannot read the open run: %s", store_error(st));
    return finish_run(st, run.id, counts.waiting > 0, err);
}
