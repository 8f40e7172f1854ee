/* cmd_crawl.c - rxmap crawl: one run, or the rest of the open one. */
#include "base/escape.h"
#include "cli/cli.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "crawler/crawl.h"

enum { LINE_PERIOD_MS = 30000 };

static const struct cli_flag flags[] = {
    {"--label", "TEXT", "crawl.label", "name of the run; by default its number"},
    {"--depth", "N", "crawl.depth", "link hops inside a site"},
    {"--max-pages-per-site", "N", "crawl.max_pages_per_site", "0: no limit"},
    {"--max-sites", "N", "crawl.max_sites", "sites of the run; by default all seeds as well"},
    {"--max-time", "D", "crawl.max_time", "90s, 2h; the run stays open; 0s: no limit"},
    {"--concurrency", "N", "crawl.concurrency", "transfers in flight"},
    {"--host-delay", "D", "crawl.host_delay", "least pause between two requests to a host"},
    {"--address-delay", "D", "crawl.address_delay",
     "least pause between two requests to an address"},
    {"--scope", "seeds|linked|all", "crawl.scope",
     "seeds' sites; also storefronts they lead to; every link"},
    {"--new-run", NULL, NULL, "close the open run and start the next"},
    {"--finish", NULL, NULL, "close the open run and stop"},
    {"--only-status", "LIST", "crawl.only_status",
     "read only answers of these statuses, as in 200,404-410,5xx; redirects always"},
    {"--robots", "obey|record", "crawl.robots", "record needs an authority text in the case"},
    {"--max-body", "BYTES", "crawl.max_body", "stored bytes of a body"},
    {"--user-agent", "TEXT", "crawl.user_agent", "recorded in the run"},
    {"--proxy", "URL", "crawl.proxy", "http, socks5h; nothing then goes around it"},
    {"--resolver", "ADDR[:PORT]", "crawl.resolver", "DNS server; by default the system's"},
    {"--require-jail", NULL, "crawl.require_jail", "exit 77 if a layer of the jail is missing"},
    {"--connect-to", "HOST:PORT[,TLSPORT]", "crawl.connect_to",
     "a fixture server that plays every host; implies --test-network"},
    {"--test-network", NULL, "crawl.test_network",
     "private addresses, any port, zero delay; recorded in the run"},
    {"--test-clock", "TIME", "crawl.test_clock", "time of the run; test network only"},
    {NULL, NULL, NULL, NULL},
};

/* ---- the end -------------------------------------------------------------------------------- */

/* Done, but not everything could be asked: hosts had backed off, or not one page came. */
static bool is_partial(const struct crawl_report *r)
{
    const struct crawl_progress *t = &r->total;
    return t->put_off > 0 || (t->pages == 0 && (t->failed > 0 || t->nameless > 0));
}

static int exit_code(const struct crawl_report *r)
{
    switch (r->end) {
    case CRAWL_DONE:
        return is_partial(r) ? EXIT_PARTIAL : EXIT_DONE;
    case CRAWL_LIMIT:
        return EXIT_LIMIT;
    case CRAWL_INTERRUPTED:
        return EXIT_INTERRUPTED;
    case CRAWL_TERMINATED:
        return EXIT_TERMINATED;
    }
    return EXIT_FAILED;
}

static const char *end_word(enum crawl_end end)
{
    static const char *const words[] = {"done", "limit", "interrupted", "terminated"};
    return words[end];
}

static int say_json(const struct crawl_report *r, const struct store_counts *counts)
{
    struct json j;
    json_open(&j, "crawl");
    json_int(&j, "run", r->run);
    json_text(&j, "end", rx_str(end_word(r->end)));
    json_int(&j, "pages", (int64_t)r->total.pages);
    json_int(&j, "failed", (int64_t)r->total.failed);
    json_int(&j, "nameless", (int64_t)r->total.nameless);
    json_int(&j, "put_off", (int64_t)r->total.put_off);
    json_int(&j, "sites", (int64_t)r->total.sites);
    json_int(&j, "bytes", (int64_t)r->total.bytes);
    json_int(&j, "waiting", (int64_t)counts->waiting);
    json_int(&j, "elapsed_ms", (int64_t)r->total.elapsed_ms);
    json_int(&j, "loop_lag_p99_us", (int64_t)r->total.loop_lag_p99_us);
    json_int(&j, "worker_restarts", (int64_t)r->worker_restarts);
    json_text(&j, "audit_head", rx_str(r->audit_head));
    return json_print(&j) ? EXIT_FAILED : EXIT_DONE;
}

/* All but a proxy's user and password is kept with the run. */
static void say_resume(const struct cli *cli, enum crawl_end end)
{
    const char *proxy = rx_conf_text(cli->conf, "crawl.proxy");
    struct rx_buf shown = RX_BUF(1 << 16);
    const bool is_whole = rx_esc_proxy(&shown, rx_str(proxy)) == RX_OK &&
                          rx_str_eq(rx_buf_str(&shown), rx_str(proxy));
    (void)printf("Stopped (%s). To go on: rxmap crawl%s\n", end_word(end),
                 is_whole ? "" : " --proxy URL, with the proxy's user and password");
    rx_buf_free(&shown);
}

static void say_text(const struct cli *cli, const struct crawl_report *r,
                     const struct store_counts *counts)
{
    if (cli->quiet)
        return;
    (void)printf("Run %lld: %llu pages of %llu sites, %llu MB in %llu s; %llu requests without an "
                 "answer, %llu names that lead nowhere, %llu URLs left.\n",
                 (long long)r->run, (unsigned long long)r->total.pages,
                 (unsigned long long)r->total.sites, (unsigned long long)(r->total.bytes >> 20),
                 (unsigned long long)(r->total.elapsed_ms / 1000),
                 (unsigned long long)r->total.failed, (unsigned long long)r->total.nameless,
                 (unsigned long long)counts->waiting);
    if (r->total.put_off > 0)
        (void)printf("%llu URLs were not asked because their hosts had backed off for longer than "
                     "a run waits ('rxmap status --errors' names them); a later run asks "
                     "them again.\n",
                     (unsigned long long)r->total.put_off);
    (void)printf("pages %llu\n", (unsigned long long)r->total.pages);
    (void)printf("The event loop came back within %.1f ms of its time in 99 of 100 cases.\n",
                 (double)r->total.loop_lag_p99_us / 1000.0);
    (void)printf("Head of audit.log, to be written down: %s\n", r->audit_head);
    if (r->end == CRAWL_DONE)
        (void)printf("Next: rxmap map\n");
    else
        say_resume(cli, r->end);
}

/* ---- the command ------------------------------------------------------------------------------
 */

static int crawl(struct cli *cli, struct store *st, struct crawl_jail *jail)
{
    struct progress progress;
    struct crawl_report report;
    struct store_counts counts = {0};
    struct rx_err err = {0};
    progress_init(&progress, cli, LINE_PERIOD_MS);
    const int rc = crawl_run(st, jail, cli->conf, progress_tell, &progress, &report, &err);
    progress_end(&progress);
    if (rc)
        return cli_fail(cli, &err);
    if (store_counts(st, report.run, &counts)) {
        (void)rx_fail(&err, RX_EIO, "cannot count what is left: %s", store_error(st));
        return cli_fail(cli, &err);
    }
    if (!cli->json)
        say_text(cli, &report, &counts);
    else if (say_json(&report, &counts))
        return EXIT_FAILED;
    return exit_code(&report);
}

static int finish(struct cli *cli, struct store *st, bool only)
{
    struct rx_err err = {0};
    const int rc = crawl_finish(st, &err);
    if (rc == RX_ENOENT) {
        if (only && !cli->quiet)
            (void)fprintf(stderr, "rxmap: no run is open\n");
        return EXIT_DONE;
    }
    if (rc)
        return cli_fail(cli, &err);
    if (only && !cli->quiet && !cli->json)
        (void)printf("The run is closed. Next: rxmap map\n");
    return EXIT_DONE;
}

/* An open run goes on as it began; without one the next begins, which is worth a line. */
static int prepare(struct cli *cli, struct store *st)
{
    struct crawl_begin begin;
    struct rx_err err = {0};
    if (crawl_prepare(st, cli->conf, &begin, &err))
        return cli_fail(cli, &err);
    if (!begin.open && begin.last > 0 && !cli->quiet)
        (void)fprintf(stderr, "rxmap: run %lld begins (run %lld is closed)\n",
                      (long long)begin.last + 1, (long long)begin.last);
    return EXIT_DONE;
}

static int with_store(struct cli *cli, const char *dir, struct crawl_jail *jail)
{
    struct store *st;
    const bool only_finish = cli_flag(cli, "--finish") != NULL;
    const bool goes_on = !only_finish && !cli_flag(cli, "--new-run");
    int code = cli_open(cli, dir, STORE_WRITE, &st);
    if (code)
        return code;
    if (goes_on)
        code = prepare(cli, st);
    if (!code) /* the configuration in force is what it notes */
        code = cli_audit(cli, st, "crawl");
    if (!code && !goes_on)
        code = finish(cli, st, only_finish);
    if (!code && !only_finish)
        code = crawl(cli, st, jail);
    store_close(st);
    return code;
}

static int run(struct cli *cli)
{
    struct rx_buf dir = RX_BUF(1 << 16);
    struct crawl_jail *jail = NULL;
    struct rx_err err = {0};
    if (cli->argc > 0)
        return cli_usage(cli, "crawl takes no arguments; seeds come from 'rxmap seed add'");
    int code = cli_find(cli, &dir);
    /* Before the store is open and any thread or library state exists. */
    if (!code && !cli_flag(cli, "--finish") && crawl_jail_start(&jail, cli->conf, &err))
        code = cli_fail(cli, &err);
    /* Before anything is done: what cannot work opens no run. */
    if (!code && crawl_check(cli->conf, &err))
        code = cli_fail(cli, &err);
    if (!code)
        code = with_store(cli, dir.p, jail);
    crawl_jail_stop(jail);
    rx_buf_free(&dir);
    return code;
}

const struct cmd cmd_crawl = {
    .name = "crawl",
    .args = "[flags]",
    .summary = "fetch the seeds' sites and the storefronts they lead to; resumes an open run",
    .examples = "rxmap crawl                          politely, with the defaults\n"
                "rxmap crawl --max-time 2h            stop after two hours, to go on later\n"
                "rxmap crawl --proxy socks5h://127.0.0.1:9050\n"
                "rxmap crawl --new-run --label after  the same seeds once more\n",
    .flags = flags,
    .run = run,
};
