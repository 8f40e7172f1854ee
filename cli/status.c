/* status.c - what failed, and what became of one URL. See status.h. */
#include "cli/status.h"

#include "base/map.h"
#include "base/url.h"

#include <stdlib.h>
#include <string.h>

const char *status_why(enum rx_outcome outcome)
{
    static const char *const why[RX_OUT_COUNT] = {
        [RX_OUT_OK] = "answered",
        [RX_OUT_TRUNCATED] = "answered, cut at a limit of ours",
        [RX_OUT_ROBOTS] = "robots.txt forbids it",
        [RX_OUT_ROBOTS_UNREACHABLE] = "robots.txt could not be had, so nothing may be asked",
        [RX_OUT_NXDOMAIN] = "the name does not exist",
        [RX_OUT_DNS] = "the name has no address",
        [RX_OUT_BLOCKED_ADDRESS] = "the address is private or reserved: never contacted",
        [RX_OUT_BLOCKED_PORT] = "the port is not one of the web's: never contacted",
        [RX_OUT_CONNECT] = "no connection",
        [RX_OUT_TIMEOUT] = "too slow",
        [RX_OUT_TLS] = "no TLS handshake",
        [RX_OUT_DISCONNECT] = "the connection ended early",
        [RX_OUT_PROTOCOL] = "what came was not HTTP, or over the limits for a head",
        [RX_OUT_PROXY] = "the proxy refused",
        [RX_OUT_PARSE_FAILED] = "captured, but no reader survived it",
        [RX_OUT_TRAP] = "looks like a crawler trap",
        [RX_OUT_BUDGET] = "over the number of pages, sites or hosts for a run",
        [RX_OUT_DEPTH] = "too many links deep",
        [RX_OUT_SCOPE] = "outside the scope of the run",
        [RX_OUT_ACTS] = "a request would act (cart, logout...): never made",
        [RX_OUT_REDIRECT_LIMIT] = "at the end of too long a chain of redirects",
        [RX_OUT_INFRASTRUCTURE] = "a shared service, never crawled",
    };
    return (int)outcome > 0 && outcome < RX_OUT_COUNT && why[outcome] ? why[outcome] : "?";
}

/* ---- sites that gave nothing ----------------------------------------------------------------- */

struct failed_site {
    char *site, *reason; /* owned */
    enum rx_outcome outcome;
    int status;
    uint64_t attempts;
    uint64_t urls; /* that were not asked for, where nothing was */
    int64_t last_ms;
    bool answered;
};

struct failures {
    struct rx_map *sites; /* name -> struct failed_site */
    int64_t run;
};

static void free_site(void *p)
{
    struct failed_site *s = p;
    free(s->site);
    free(s->reason);
    free(s);
}

static struct failed_site *site_of(struct failures *f, struct rx_str name)
{
    struct failed_site *s = rx_map_get(f->sites, name);
    if (s)
        return s;
    s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->site = strndup(name.p, name.n);
    if (s->site && !rx_map_put(f->sites, name, s, NULL))
        return s;
    free_site(s);
    return NULL;
}

static int note_page(void *ctx, const struct store_page *page)
{
    struct failures *f = ctx;
    const struct store_fetch *fetch = &page->fetch;
    bool answered = fetch->outcome == RX_OUT_OK || fetch->outcome == RX_OUT_TRUNCATED ||
                    fetch->outcome == RX_OUT_PARSE_FAILED;
    if (fetch->run != f->run || (answered && rx_str_ends(page->url, RX_STR("/robots.txt"))))
        return 0;
    struct failed_site *s = site_of(f, page->site);
    if (!s)
        return RX_ENOMEM;
    s->attempts++;
    s->answered = s->answered || (answered && fetch->status < 400);
    s->outcome = fetch->outcome;
    s->status = fetch->status;
    s->last_ms = fetch->started_ms;
    free(s->reason);
    s->reason = strndup(fetch->reason.p, fetch->reason.n);
    return s->reason ? 0 : RX_ENOMEM;
}

/* Sites of which nothing was asked: an earlier run knows why, or no address of theirs is asked. */
static int note_refusal(void *ctx, const struct store_refusal *refusal)
{
    struct failures *f = ctx;
    struct failed_site *s = site_of(f, refusal->site);
    if (!s)
        return RX_ENOMEM;
    if (s->attempts > 0 || s->urls >= refusal->urls)
        return 0;
    s->urls = refusal->urls;
    s->outcome = refusal->outcome;
    free(s->reason);
    s->reason = strndup(refusal->reason.p, refusal->reason.n);
    return s->reason ? 0 : RX_ENOMEM;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct failed_site *)a)->site, ((const struct failed_site *)b)->site);
}

static int print_failed(const struct cli *cli, const struct failed_site *s)
{
    if (cli->json) {
        struct json j;
        json_open(&j, "site_error");
        json_text(&j, "site", rx_str(s->site));
        json_text(&j, "outcome", rx_str(rx_outcome_name(s->outcome)));
        json_int(&j, "status", s->status);
        json_text(&j, "reason", rx_str(s->reason));
        json_int(&j, "attempts", (int64_t)s->attempts);
        json_int(&j, "urls_not_asked", (int64_t)s->urls);
        json_time(&j, "last", s->last_ms);
        return json_print(&j);
    }
    char when[RX_TIME_TEXT];
    char status[16] = "";
    struct rx_buf line = RX_BUF(1 << 16);
    rx_time_text(when, s->last_ms, false);
    if (s->status)
        (void)snprintf(status, sizeof status, " %d", s->status);
    bool refused = s->outcome == RX_OUT_OK && s->status >= 400; /* "ok 404" would read oddly */
    int rc = rx_esc_terminal(&line, rx_str(s->site));
    if (!rc)
        rc = rx_buf_addf(&line, "  %s%s", refused ? "http" : rx_outcome_name(s->outcome), status);
    if (!rc && s->attempts > 0)
        rc = rx_buf_addf(&line, " after %llu attempts, last %s", (unsigned long long)s->attempts,
                         when);
    else if (!rc)
        rc = rx_buf_addf(&line, ", %llu URLs not asked for", (unsigned long long)s->urls);
    if (!rc && *s->reason)
        rc = rx_buf_add(&line, RX_STR(": "));
    if (!rc)
        rc = rx_esc_terminal(&line, rx_str(s->reason));
    if (!rc)
        (void)printf("%s\n", line.p);
    rx_buf_free(&line);
    return rc;
}

static int print_failures(const struct cli *cli, const struct failures *f)
{
    size_t count = 0;
    size_t at = 0;
    struct rx_str name;
    void *value = NULL;
    int rc = 0;
    struct failed_site *sorted = calloc(rx_map_count(f->sites) + 1, sizeof *sorted);
    if (!sorted)
        return RX_ENOMEM;
    while (rx_map_next(f->sites, &at, &name, &value))
        if (!((struct failed_site *)value)->answered)
            sorted[count++] = *(struct failed_site *)value; /* still owned by the map */
    qsort(sorted, count, sizeof *sorted, by_name);
    for (size_t i = 0; !rc && i < count; i++)
        rc = print_failed(cli, &sorted[i]);
    if (!rc && !cli->json && !cli->quiet)
        (void)fprintf(stderr, "rxmap: %zu of %zu sites of run %lld gave no page\n", count,
                      rx_map_count(f->sites), (long long)f->run);
    free(sorted);
    return rc;
}

static int last_run(void *ctx, const struct store_run *run)
{
    *(int64_t *)ctx = run->id;
    return 0;
}

int status_errors(const struct cli *cli, struct store *st)
{
    struct failures f = {.sites = rx_map_new()};
    if (!f.sites)
        return RX_ENOMEM;
    int rc = store_run_scan(st, last_run, &f.run);
    if (!rc && f.run)
        rc = store_page_scan(st, f.run, RX_STR(""), note_page, &f);
    if (!rc && f.run)
        rc = store_refusal_scan(st, f.run, note_refusal, &f);
    if (!rc)
        rc = print_failures(cli, &f);
    rx_map_free(f.sites, free_site);
    return rc;
}

/* ---- one URL --------------------------------------------------------------------------------- */

struct fate {
    const struct cli *cli;
    struct store *st;
    struct rx_str key;
    bool known, seed;
};

static int print_line(const char *head, struct rx_str tail)
{
    struct rx_buf line = RX_BUF(1 << 16);
    int rc = rx_buf_add(&line, rx_str(head));
    if (!rc && tail.n)
        rc = rx_buf_add(&line, RX_STR(": "));
    if (!rc)
        rc = rx_esc_terminal(&line, tail);
    if (!rc)
        (void)printf("%s\n", line.p);
    rx_buf_free(&line);
    return rc;
}

static int print_fate(const struct fate *f, const struct store_run *run,
                      const struct store_url_fate *fate, struct rx_str reason)
{
    const char *name = fate->waiting ? "waiting" : rx_outcome_name(fate->outcome);
    if (f->cli->json) {
        struct json j;
        json_open(&j, "fate");
        json_text(&j, "url", f->key);
        json_int(&j, "run", run->id);
        json_text(&j, "outcome", rx_str(name));
        json_text(&j, "reason", reason);
        json_int(&j, "depth", fate->depth);
        json_int(&j, "hops", fate->hops);
        json_int(&j, "attempts", fate->attempts);
        return json_print(&j);
    }
    char head[256];
    const char *why = !fate->waiting ? status_why(fate->outcome)
                      : run->closed  ? "the run was closed before its turn came"
                                     : "its turn has not come yet";
    (void)snprintf(head, sizeof head, "run %lld: %s (%s; %u links deep, %u sites from a seed)",
                   (long long)run->id, name, why, fate->depth, fate->hops);
    return print_line(head, reason);
}

static int fate_in_run(void *ctx, const struct store_run *run)
{
    struct fate *f = ctx;
    struct store_url_fate fate;
    struct rx_buf reason = RX_BUF(1 << 16);
    int rc = store_url_fate(f->st, run->id, f->key, &fate, &reason);
    if (!rc) {
        f->known = true;
        rc = print_fate(f, run, &fate, rx_buf_str(&reason));
    } else if (rc == RX_ENOENT) {
        rc = 0;
    }
    rx_buf_free(&reason);
    return rc;
}

static int print_fetch(void *ctx, const struct store_page *page)
{
    struct fate *f = ctx;
    const struct store_fetch *fetch = &page->fetch;
    f->known = true;
    if (f->cli->json) {
        struct json j;
        json_open(&j, "fetch");
        json_text(&j, "url", page->url);
        json_int(&j, "run", fetch->run);
        json_time(&j, "time", fetch->started_ms);
        json_text(&j, "outcome", rx_str(rx_outcome_name(fetch->outcome)));
        json_int(&j, "status", fetch->status);
        json_text(&j, "reason", fetch->reason);
        json_int(&j, "bytes", (int64_t)fetch->bytes);
        json_text(&j, "ip", fetch->ip);
        json_bool(&j, "page_cut", page->page_cut);
        json_bool(&j, "marks_cut", page->marks_cut);
        json_int(&j, "links_cut", (int64_t)page->links_cut);
        json_text(&j, "warc", page->warc_name);
        json_int(&j, "offset", (int64_t)fetch->response.offset);
        return json_print(&j);
    }
    char when[RX_TIME_TEXT];
    char head[256];
    rx_time_text(when, fetch->started_ms, false);
    (void)snprintf(head, sizeof head, "  %s %s %d, %llu bytes in %u ms", when,
                   rx_outcome_name(fetch->outcome), fetch->status, (unsigned long long)fetch->bytes,
                   fetch->took_ms);
    int rc = print_line(head, fetch->reason);
    if (!rc && page->page_cut)
        rc = print_line("    it is longer than what of it was read", RX_STR(""));
    if (!rc && page->marks_cut)
        rc = print_line("    it may show more identifiers than were kept", RX_STR(""));
    if (!rc && page->links_cut > 0) {
        (void)snprintf(head, sizeof head,
                       "    %llu of its links were not kept: more than a page or a site may have",
                       (unsigned long long)page->links_cut);
        rc = print_line(head, RX_STR(""));
    }
    if (rc || !page->warc_name.n)
        return rc;
    (void)snprintf(head, sizeof head, "    warc/%.*s at %llu", RX_FMT(page->warc_name),
                   (unsigned long long)fetch->response.offset);
    return print_line(head, RX_STR(""));
}

static int note_seed(void *ctx, const struct store_seed *seed)
{
    struct fate *f = ctx;
    f->seed = f->seed || rx_str_eq(seed->url, f->key);
    return 0;
}

static int print_unknown(const struct fate *f)
{
    if (f->cli->json) {
        struct json j;
        json_open(&j, "fate");
        json_text(&j, "url", f->key);
        json_null(&j, "run");
        json_text(&j, "outcome", f->seed ? RX_STR("seed") : RX_STR("unknown"));
        return json_print(&j);
    }
    return print_line(f->seed ? "a seed that no run has taken up yet"
                              : "no run knows this URL: no page that was read led to it",
                      RX_STR(""));
}

static int fate_of(struct fate *f)
{
    int rc = store_seed_scan(f->st, note_seed, f);
    if (!rc)
        rc = store_run_scan(f->st, fate_in_run, f);
    if (!rc)
        rc = store_page_scan(f->st, 0, f->key, print_fetch, f);
    if (!rc && !f->known)
        rc = print_unknown(f);
    return rc;
}

int status_url(const struct cli *cli, struct store *st, struct rx_str url, struct rx_err *err)
{
    struct rx_buf text = RX_BUF(RX_URL_MAX + 64);
    struct rx_buf key = RX_BUF(RX_URL_MAX + 64);
    struct rx_url parsed;
    struct fate f = {.cli = cli, .st = st};
    int rc = rx_url_parse(&parsed, &text, url, NULL);
    if (!rc)
        rc = rx_url_fetch_key(&key, &parsed);
    if (rc) {
        rc = rx_fail(err, RX_EUSAGE, "--url: not an http or https URL: %.*s", RX_FMT(url));
    } else {
        f.key = rx_buf_str(&key);
        rc = fate_of(&f);
    }
    rx_buf_free(&text);
    rx_buf_free(&key);
    return rc;
}

/* ---- what was refused ------------------------------------------------------------------------ */

struct refusals {
    const struct cli *cli;
    uint64_t shown;
};

static int refusal_json(const struct store_reject *r)
{
    struct json j;
    json_open(&j, "refused");
    json_text(&j, "class", r->cls);
    json_text(&j, "reason", rx_str(rx_reject_name(r->reason)));
    json_int(&j, "count", (int64_t)r->count);
    json_int(&j, "pages", (int64_t)r->pages);
    return json_print(&j);
}

static int show_refusal(void *ctx, const struct store_reject *r)
{
    struct refusals *all = ctx;
    if (all->cli->json)
        return refusal_json(r);
    if (all->shown++ == 0)
        (void)printf("\nlooked like an identifier and is none\n");
    struct rx_buf cls = RX_BUF(1 << 12);
    const int rc = rx_esc_terminal(&cls, r->cls);
    if (!rc)
        (void)printf("  %8llu on %6llu pages  %-20.*s %s\n", (unsigned long long)r->count,
                     (unsigned long long)r->pages, RX_FMT(rx_buf_str(&cls)),
                     rx_reject_name(r->reason));
    rx_buf_free(&cls);
    return rc;
}

int status_rejects(const struct cli *cli, struct store *st)
{
    struct refusals all = {.cli = cli};
    return store_reject_scan(st, show_refusal, &all);
}
