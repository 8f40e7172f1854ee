/* cmd_crawl.c - rxmap crawl: one run, or the rest of the open one. */
#include "base/escape.h"
#include "cli/jailed.h"
#include "cli/json.h"
#include "cli/next.h"
#include "cli/progress.h"
#include "cli/status.h"
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
    {"--rdap", "off|on", "crawl.rdap", "ask registries about each domain; they learn of it"},
    {"--require-jail", NULL, "crawl.require_jail", "exit 77 if a layer of the jail is missing"},
    {"--connect-to", "HOST:PORT[,TLSPORT]", "crawl.connect_to",
     "a fixture server that plays every host; implies --test-network"},
    {"--test-network", NULL, "crawl.test_network",
     "private addresses, any port, zero delay; recorded in the run, which goes on only with it"},
    {"--live", NULL, NULL,
     "begin a run on the live web in a case whose last run asked a test network"},
    {"--test-clock", "TIME", "crawl.test_clock", "time of the run; test network only"},
    {NULL, NULL, NULL, NULL},
};

/* ---- the end -------------------------------------------------------------------------------- */

/* Done, but not everything could be asked: hosts had backed off, or not one answer came in the run.
 */
static bool is_partial(const struct crawl_report *r, const struct store_counts *run)
{
    const struct crawl_progress *t = &r->total;
    return t->put_off > 0 || (t->pages == 0 && (t->failed > 0 || t->nameless > 0)) ||
           run->by_outcome[RX_OUT_OK] == 0;
}

static int exit_code(const struct crawl_report *r, const struct store_counts *run)
{
    switch (r->end) {
    case CRAWL_DONE:
        return is_partial(r, run) ? EXIT_PARTIAL : EXIT_DONE;
    case CRAWL_LIMIT:
        return EXIT_LIMIT;
    case CRAWL_INTERRUPTED:
        return EXIT_INTERRUPTED;
    case CRAWL_TERMINATED:
        return EXIT_TERMINATED;
    }
    return EXIT_FAILED;
}

static uint64_t blocked(const struct store_counts *run)
{
    return run->by_outcome[RX_OUT_BLOCKED_ADDRESS] + run->by_outcome[RX_OUT_BLOCKED_PORT];
}

static int say_json(const struct crawl_report *r, const struct store_counts *counts)
{
    struct json j;
    json_open(&j, "crawl");
    json_int(&j, "run", r->run);
    json_text(&j, "end", rx_str(crawl_end_name(r->end)));
    json_int(&j, "pages", (int64_t)r->total.pages);
    json_int(&j, "failed", (int64_t)r->total.failed);
    json_int(&j, "nameless", (int64_t)r->total.nameless);
    json_int(&j, "put_off", (int64_t)r->total.put_off);
    json_int(&j, "blocked", (int64_t)blocked(counts));
    json_int(&j, "sites", (int64_t)r->total.sites);
    json_int(&j, "bytes", (int64_t)r->total.bytes);
    json_int(&j, "waiting", (int64_t)counts->waiting);
    json_int(&j, "elapsed_ms", (int64_t)r->total.elapsed_ms);
    json_int(&j, "loop_lag_p99_us", (int64_t)r->total.loop_lag_p99_us);
    json_int(&j, "worker_restarts", (int64_t)r->worker_restarts);
    json_text(&j, "audit_head", rx_str(r->audit_head));
    return json_print(&j) ? EXIT_FAILED : EXIT_DONE;
}

/* The flags that the run will not be gone on with unless they are typed again: see crawl_prepare().
 */
static int add_again(struct rx_buf *out, const struct rx_conf *conf)
{
    const char *place = rx_conf_text(conf, "crawl.connect_to");
    int rc = RX_OK;
    if (place[0]) {
        rc = rx_buf_add(out, RX_STR(" --connect-to "));
        return rc ? rc : rx_esc_shell(out, rx_str(place));
    }
    if (rx_conf_bool(conf, "crawl.test_network"))
        rc = rx_buf_add(out, RX_STR(" --test-network"));
    return rc ? rc : crawl_manners(out, conf, false);
}

/* All but this and a proxy's user and password is kept with the run. */
static void say_resume(const struct cli *cli, enum crawl_end end)
{
    struct rx_buf again = RX_BUF(1 << 16), command = RX_BUF(1 << 18);
    int rc = add_again(&again, cli->conf);
    if (!rc)
        rc = next_crawl(&command, cli, rx_buf_str(&again));
    (void)printf("Stopped (%s). To go on: %s\n", crawl_end_name(end),
                 rc ? "rxmap crawl" : command.p);
    rx_buf_free(&command);
    rx_buf_free(&again);
}

/* A map of nothing helps nobody. */
static void say_nothing_read(const struct cli *cli, const struct store_counts *run)
{
    (void)printf("Nothing was read:\n");
    for (int o = 1; o < RX_OUT_COUNT; o++)
        if (run->by_outcome[o] > 0)
            (void)printf("  %llu URLs: %s\n", (unsigned long long)run->by_outcome[o],
                         status_why((enum rx_outcome)o));
    next_say(stdout, cli, "Next: ", "status --errors");
}

static void say_summary(const struct crawl_report *r, const struct store_counts *run)
{
    (void)printf("Run %lld: %llu pages of %llu sites, %llu MB in %llu s; %llu requests without an "
                 "answer, %llu names that lead nowhere, %llu URLs at blocked addresses, %llu URLs "
                 "left.\n",
                 (long long)r->run, (unsigned long long)r->total.pages,
                 (unsigned long long)r->total.sites, (unsigned long long)(r->total.bytes >> 20),
                 (unsigned long long)(r->total.elapsed_ms / 1000),
                 (unsigned long long)r->total.failed, (unsigned long long)r->total.nameless,
                 (unsigned long long)blocked(run), (unsigned long long)run->waiting);
    if (r->total.put_off > 0)
        (void)printf("%llu URL%s not asked, because the host had backed off for longer than a run "
                     "waits ('rxmap status --errors' names it); a later run asks again.\n",
                     (unsigned long long)r->total.put_off,
                     r->total.put_off == 1 ? " was" : "s were");
}

static void say_text(const struct cli *cli, const struct crawl_report *r,
                     const struct store_counts *run)
{
    if (cli->quiet)
        return;
    say_summary(r, run);
    if (cli->verbose)
        (void)printf("pages %llu\nThe event loop came back within %.1f ms of its time in 99 of 100 "
                     "cases.\n",
                     (unsigned long long)r->total.pages, (double)r->total.loop_lag_p99_us / 1000.0);
    (void)printf("Head of audit.log, to be written down: %s\n", r->audit_head);
    if (r->end != CRAWL_DONE)
        say_resume(cli, r->end);
    else if (run->by_outcome[RX_OUT_OK] + run->by_outcome[RX_OUT_TRUNCATED] == 0)
        say_nothing_read(cli, run);
    else
        next_say(stdout, cli, "Next: ", "map");
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
    return exit_code(&report, &counts);
}

static int finish(struct cli *cli, struct store *st, bool only)
{
    struct rx_err err = {0};
    const int rc = crawl_finish(st, &err);
    if (rc && rc != RX_ENOENT)
        return cli_fail(cli, &err);
    if (!only)
        return EXIT_DONE;
    if (cli->json) {
        struct json j;
        json_open(&j, "finish");
        json_bool(&j, "closed", rc == RX_OK);
        return json_print(&j) ? EXIT_FAILED : EXIT_DONE;
    }
    if (rc && !cli->quiet)
        (void)fprintf(stderr, "rxmap: no run is open\n");
    else if (!cli->quiet)
        next_say(stdout, cli, "The run is closed. Next: ", "map");
    return EXIT_DONE;
}

/* A proxy's user and password are shown nowhere, not even to who typed them. */
static int add_word(struct rx_buf *out, struct rx_str word)
{
    struct rx_buf shown = RX_BUF(1 << 18);
    const bool is_url = rx_str_find(word, RX_STR("://"), 0) >= 0;
    int rc = is_url ? rx_esc_proxy(&shown, word) : rx_buf_add(&shown, word);
    if (!rc)
        rc = rx_esc_shell(out, rx_buf_str(&shown));
    rx_buf_free(&shown);
    return rc;
}

/* The command as it was typed, and what it lacks. crawl takes no arguments: "--" ends nothing. */
static int add_command(struct rx_buf *out, const struct cli *cli, struct rx_str missing)
{
    int rc = RX_OK;
    for (int i = 0; i < cli->full_argc && !rc; i++) {
        const struct rx_str word = rx_str(cli->full_argv[i]);
        if (rx_str_eq(word, RX_STR("--")))
            continue;
        if (i > 0)
            rc = rx_buf_addc(out, ' ');
        if (!rc)
            rc = add_word(out, word);
    }
    return rc ? rc : rx_buf_add(out, missing);
}

static void say_command(const struct cli *cli, struct rx_str missing)
{
    struct rx_buf command = RX_BUF(1 << 18), shown = RX_BUF(1 << 20);
    int rc = add_command(&command, cli, missing);
    if (!rc)
        rc = rx_esc_terminal(&shown, rx_buf_str(&command));
    if (!rc)
        (void)fprintf(stderr, "  %.*s\n", RX_FMT(rx_buf_str(&shown)));
    rx_buf_free(&command);
    rx_buf_free(&shown);
}

/* Before anything is closed or begun. */
static int may_begin(const struct cli *cli, struct store *st)
{
    struct rx_err err = {0};
    if (cli_flag(cli, "--live") || !crawl_may_begin(st, cli->conf, &err))
        return EXIT_DONE;
    return cli_fail(cli, &err);
}

/* An open run goes on as it began; without one the next begins, which is worth a line. */
static int prepare(struct cli *cli, struct store *st)
{
    struct crawl_begin begin;
    struct rx_err err = {0};
    int code = EXIT_DONE;
    if (crawl_prepare(st, cli->conf, &begin, &err)) {
        code = cli_fail(cli, &err);
        if (begin.repeat.n > 0)
            say_command(cli, rx_buf_str(&begin.repeat));
    } else if (!begin.open) {
        code = may_begin(cli, st);
        if (!code && begin.last > 0 && !cli->quiet)
            (void)fprintf(stderr, "rxmap: run %lld begins (run %lld is closed)\n",
                          (long long)begin.last + 1, (long long)begin.last);
    }
    rx_buf_free(&begin.repeat);
    return code;
}

/* A proxy or resolver that only the case names may be a stranger's, who then sees what is looked
 * at. It is taken, because one that is forgotten would send the rest around it; but never unsaid.
 */
static void tell_way_out(const struct cli *cli, bool proxy_typed, bool resolver_typed)
{
    const char *proxy = rx_conf_text(cli->conf, "crawl.proxy");
    const char *resolver = rx_conf_text(cli->conf, "crawl.resolver");
    struct rx_buf bare = RX_BUF(1 << 16), shown = RX_BUF(1 << 18);
    const bool by_proxy = proxy[0] != '\0';
    if (by_proxy ? proxy_typed : resolver_typed || !resolver[0])
        return;
    int rc = rx_esc_proxy(&bare, rx_str(by_proxy ? proxy : resolver));
    if (!rc)
        rc = rx_esc_terminal(&shown, rx_buf_str(&bare));
    (void)fprintf(stderr, "rxmap: %s %.*s, because the case says so (its open run, or rxmap.ini)\n",
                  by_proxy ? "all requests go through the proxy" : "names are asked of",
                  rc ? 0 : (int)shown.n, rc || shown.n == 0 ? "" : shown.p);
    rx_buf_free(&bare);
    rx_buf_free(&shown);
}

/* The file is the user's, but a stranger's case brings its own. */
static void tell_manners(const struct cli *cli)
{
    struct rx_buf manners = RX_BUF(1 << 16), shown = RX_BUF(1 << 18);
    int rc = crawl_manners(&manners, cli->conf, true);
    if (!rc)
        rc = rx_esc_terminal(&shown, rx_buf_str(&manners));
    if (rc || shown.n > 0)
        (void)fprintf(
            stderr,
            "rxmap: the case's rxmap.ini spares strangers' servers less than the defaults "
            "do, as by%.*s\n",
            rc ? 0 : (int)shown.n, rc ? "" : shown.p);
    rx_buf_free(&manners);
    rx_buf_free(&shown);
}

static bool is_typed(const struct cli *cli, const char *key)
{
    return rx_conf_layer(cli->conf, key) >= RX_CONF_ENV;
}

static int with_store(struct cli *cli, const char *dir, struct crawl_jail *jail)
{
    struct store *st;
    const bool only_finish = cli_flag(cli, "--finish") != NULL;
    const bool goes_on = !only_finish && !cli_flag(cli, "--new-run");
    const bool proxy_typed = is_typed(cli, "crawl.proxy");
    const bool resolver_typed = is_typed(cli, "crawl.resolver");
    struct rx_err err = {0};
    if (crawl_check(cli->conf, &err)) /* before anything is done: what cannot work opens no run */
        return cli_fail(cli, &err);
    int code = cli_open(cli, dir, STORE_WRITE, &st);
    if (code)
        return code;
    if (!only_finish)
        code = goes_on ? prepare(cli, st) : may_begin(cli, st);
    if (!code) /* the configuration in force is what it notes */
        code = cli_audit(cli, st, "crawl");
    if (!code && !goes_on)
        code = finish(cli, st, only_finish);
    if (!code && !only_finish) {
        tell_way_out(cli, proxy_typed, resolver_typed);
        tell_manners(cli);
        code = crawl(cli, st, jail);
    }
    store_close(st);
    return code;
}

static int run(struct cli *cli)
{
    if (cli->argc > 0)
        return cli_usage(cli, "crawl takes no arguments; seeds come from 'rxmap seed add'");
    if (cli_flag(cli, "--live") && (rx_conf_bool(cli->conf, "crawl.test_network") ||
                                    rx_conf_text(cli->conf, "crawl.connect_to")[0]))
        return cli_usage(cli, "--live and a test network exclude each other");
    return jailed_run(cli, !cli_flag(cli, "--finish"), with_store);
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
