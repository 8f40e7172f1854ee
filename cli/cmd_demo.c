/* cmd_demo.c - rxmap demo: the whole job on the built-in simulated web, through real sockets.
 *
 *   fork the server --ports--> make the case -> seeds -> crawl -> map -> eval -> export -> say
 *
 * The server is a process of its own, because the crawler's jail must be forked before this one has
 * threads; a pipe that only this process holds open tells it when to end. */
#include "cli/demo_serve.h"
#include "cli/json.h"
#include "cli/next.h"
#include "cli/progress.h"
#include "crawler/crawl.h"
#include "graph/graph.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SEEDS_MAX_BYTES = 64 << 20, LINE_PERIOD_MS = 10000, NETWORKS_SHOWN = 10 };

static const struct cli_flag flags[] = {
    {"--seed", "N", NULL, "which simulated web (1); same number, same web"},
    {"--storefronts", "N", NULL, "its size (300)"},
    {"--programmes", "N", NULL, "how many programmes run them (20)"},
    {"--adversarial", NULL, NULL, "names renamed for every shop, pixels for every domain"},
    {"--serve", NULL, NULL, "only serve the web, in the foreground, until SIGTERM"},
    {"--truth", "FILE", NULL, "with --serve: write what is true about the web"},
    {"--seeds", "FILE", NULL, "with --serve: write the seed list (demo-seeds.txt)"},
    {"--port-file", "FILE", NULL, "with --serve: write the ports, once it listens"},
    {"--log", "FILE", NULL, "with --serve: a line for every request"},
    {"--port", "N", NULL, "with --serve: HTTP port (any free one)"},
    {"--tls-port", "N", NULL, "with --serve: TLS port"},
    {"--dns-port", "N", NULL, "with --serve: DNS port (UDP)"},
    {"--plain-hosts", "N", NULL, "with --serve: N dull hosts instead of the pharmacy web"},
    {"--pages", "N", NULL, "with --plain-hosts: pages of each (10)"},
    {"--zoo", NULL, NULL, "with --serve: hostile hosts instead of the pharmacy web"},
    {NULL, NULL, NULL, NULL},
};

struct ports {
    uint16_t http, tls, dns;
};

struct demo {
    struct cli *cli;
    const char *dir;
    struct fixture_opts web;
    char truth[PATH_MAX], seeds[PATH_MAX], graphml[PATH_MAX], svg[PATH_MAX];
    pid_t server;
    int lifeline; /* the server ends when this closes */
    struct ports ports;
    struct crawl_report crawl;
    struct graph_map_report map;
};

/* ---- the server's process ------------------------------------------------------------------ */

static int write_truth(void *ctx, FILE *out, struct rx_err *err)
{
    return fixture_truth(ctx, out, err);
}

static int write_seeds(void *ctx, FILE *out, struct rx_err *err)
{
    return fixture_seeds(ctx, out, err);
}

/* Returns the child's exit code. */
static int run_server(const struct demo *d, int ready, int lifeline)
{
    struct fixture_web *web = NULL;
    struct fixture_server *server = NULL;
    struct fixture_server_opts opts = {0};
    struct rx_err err = {0};
    char byte;
    (void)signal(SIGINT, SIG_IGN); /* the crawl decides when to stop */
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    int rc = fixture_new(&web, &d->web, &err);
    if (!rc)
        rc = demo_write(d->truth, write_truth, web, &err);
    if (!rc)
        rc = demo_write(d->seeds, write_seeds, web, &err);
    if (!rc)
        rc = fixture_server_start(&server, web, &opts, &err);
    if (rc) {
        int code = cli_fail(d->cli, &err);
        fixture_free(web);
        return code;
    }
    struct ports ports = {fixture_server_port(server), fixture_server_tls_port(server),
                          fixture_server_dns_port(server)};
    if (write(ready, &ports, sizeof ports) == (ssize_t)sizeof ports)
        while (read(lifeline, &byte, 1) < 0 && errno == EINTR)
            ;
    fixture_server_stop(server);
    fixture_free(web);
    return 0;
}

/* The jail's socket above all: its end is how the jail learns that we are done. */
static void close_all_but(int a, int b)
{
    const unsigned low = (unsigned)(a < b ? a : b), high = (unsigned)(a < b ? b : a);
    if (low > STDERR_FILENO + 1)
        (void)close_range(STDERR_FILENO + 1, low - 1, 0);
    if (high > low + 1)
        (void)close_range(low + 1, high - 1, 0);
    (void)close_range(high + 1, ~0U, 0);
}

static int start_server(struct demo *d)
{
    int ready[2], lifeline[2];
    struct rx_err err = {0};
    if (pipe(ready) || pipe(lifeline)) {
        (void)rx_fail_errno(&err, RX_EIO, errno, "The demo could not open a pipe");
        return cli_fail(d->cli, &err);
    }
    (void)fflush(NULL);
    d->server = fork();
    if (d->server == 0) {
        close_all_but(ready[1], lifeline[0]);
        _exit(run_server(d, ready[1], lifeline[0]));
    }
    (void)close(ready[1]);
    (void)close(lifeline[0]);
    d->lifeline = lifeline[1];
    ssize_t n = d->server > 0 ? read(ready[0], &d->ports, sizeof d->ports) : -1;
    (void)close(ready[0]);
    if (n == (ssize_t)sizeof d->ports)
        return 0;
    (void)rx_fail(&err, RX_EIO, "The simulated web could not be started.");
    return cli_fail(d->cli, &err);
}

static void stop_server(struct demo *d)
{
    if (d->lifeline >= 0)
        (void)close(d->lifeline);
    if (d->server > 0)
        (void)waitpid(d->server, NULL, 0);
}

/* ---- the job -----------------------------------------------------------------------------------
 */

/* The settings of a crawl against the fixture; a flag or -c given by the user stays in force. */
static int configure(struct demo *d, struct rx_err *err)
{
    char to[64], resolver[32];
    (void)snprintf(to, sizeof to, "127.0.0.1:%u,%u", d->ports.http, d->ports.tls);
    (void)snprintf(resolver, sizeof resolver, "127.0.0.1:%u", d->ports.dns);
    const char *const settings[][2] = {{"crawl.connect_to", to},       {"crawl.resolver", resolver},
                                       {"crawl.test_network", "true"}, {"crawl.host_delay", "0"},
                                       {"crawl.address_delay", "0"},   {"crawl.free_disk", "256M"},
                                       {"crawl.max_time", "150s"},     {"crawl.label", "demo"}};
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        if (rx_conf_layer(d->cli->conf, settings[i][0]) == RX_CONF_FLAG)
            continue;
        int rc =
            rx_conf_set(d->cli->conf, settings[i][0], rx_str(settings[i][1]), RX_CONF_FLAG, err);
        if (rc)
            return rc;
    }
    return RX_OK;
}

static void on_bad_seed(void *ctx, uint64_t line, const char *why)
{
    (void)ctx;
    (void)fprintf(stderr, "rxmap: seed line %llu: %s\n", (unsigned long long)line, why);
}

static int add_seeds(struct demo *d, struct store *st)
{
    struct rx_buf text = RX_BUF(SEEDS_MAX_BYTES);
    struct crawl_seed_result result;
    struct rx_err err = {0};
    int code = cli_read(d->cli, d->seeds, SEEDS_MAX_BYTES, &text);
    const struct crawl_seed_list list = {
        .text = rx_buf_str(&text), .source = rx_str(d->seeds), .format = RX_ORIGIN_LIST};
    if (!code && crawl_seed_add(st, NULL, &list, on_bad_seed, NULL, &result, &err))
        code = cli_fail(d->cli, &err);
    rx_buf_free(&text);
    return code;
}

static int crawl(struct demo *d, struct store *st, struct crawl_jail *jail)
{
    struct rx_err err = {0};
    struct progress progress;
    progress_init(&progress, d->cli, LINE_PERIOD_MS);
    int rc = crawl_run(st, jail, d->cli->conf, progress_tell, &progress, &d->crawl, &err);
    progress_end(&progress);
    if (rc)
        return cli_fail(d->cli, &err);
    switch (d->crawl.end) {
    case CRAWL_INTERRUPTED:
        return EXIT_INTERRUPTED;
    case CRAWL_TERMINATED:
        return EXIT_TERMINATED;
    case CRAWL_LIMIT: /* a demonstration ends in time: what is left stays unread, and is said so */
        return crawl_finish(st, &err) ? cli_fail(d->cli, &err) : 0;
    case CRAWL_DONE:
        break;
    }
    return 0;
}

static int analyse(struct demo *d, struct store *st)
{
    struct rx_err err = {0};
    const struct rx_conf *conf = d->cli->conf;
    int rc = graph_map(st, conf, GRAPH_EVIDENCE, &d->map, &err);
    if (!rc)
        rc = graph_export(st, conf, GRAPH_GRAPHML, GRAPH_NETWORK, 0, d->graphml, &err);
    if (!rc)
        rc = graph_export(st, conf, GRAPH_SVG, GRAPH_NETWORK, 0, d->svg, &err);
    return rc ? cli_fail(d->cli, &err) : 0;
}

static int say_json(const struct demo *d)
{
    struct json j;
    json_open(&j, "demo");
    json_int(&j, "pages", (int64_t)d->crawl.total.pages);
    json_int(&j, "sites", (int64_t)d->map.sites);
    json_int(&j, "storefronts", (int64_t)d->map.storefronts);
    json_int(&j, "networks", (int64_t)d->map.programmes);
    json_int(&j, "affiliates", (int64_t)d->map.affiliates);
    json_int(&j, "crawl_ms", (int64_t)d->crawl.total.elapsed_ms);
    json_text(&j, "graphml", rx_str(d->graphml));
    json_text(&j, "svg", rx_str(d->svg));
    json_text(&j, "truth", rx_str(d->truth));
    return json_print(&j);
}

/* Where everything is, and what to type: the program and the folder as they were typed. */
static int say_next(const struct demo *d)
{
    struct rx_buf program = RX_BUF(1 << 16), dir = RX_BUF(1 << 16), truth = RX_BUF(1 << 16);
    int rc = next_word(&program, d->cli->full_argv[0]);
    if (!rc)
        rc = next_word(&dir, d->dir);
    if (!rc)
        rc = next_word(&truth, d->truth);
    if (!rc)
        (void)printf(
            "\nGraphML (Gephi, igraph, NetworkX): %s\nPicture:                           %s\n"
            "Truth:                             %s\n\n"
            "What was read off the pages, class by class:\n  %s -C %s eval --truth %s "
            "--extraction\n"
            "What holds the first network together:\n  %s -C %s show N-0001\n\n"
            "Next: %s -C %s networks\n",
            d->graphml, d->svg, d->truth, program.p, dir.p, truth.p, program.p, dir.p, program.p,
            dir.p);
    rx_buf_free(&program);
    rx_buf_free(&dir);
    rx_buf_free(&truth);
    return rc ? EXIT_FAILED : EXIT_DONE;
}

static void say_found(const struct demo *d)
{
    const struct graph_map_report *m = &d->map;
    (void)printf("Crawled %llu pages in %llu s%s: %llu sites, %llu of them storefronts.\n"
                 "Mapped %llu networks (programmes) and %llu affiliates.\n%s%s\n",
                 (unsigned long long)d->crawl.total.pages,
                 (unsigned long long)(d->crawl.total.elapsed_ms / 1000),
                 d->crawl.end == CRAWL_LIMIT ? " (then its time was up)" : "",
                 (unsigned long long)m->sites, (unsigned long long)m->storefronts,
                 (unsigned long long)m->programmes, (unsigned long long)m->affiliates, m->warning,
                 m->warning[0] ? "\n" : "");
}

/* What was found and how well that fits the truth; the networks last, where they stay in sight. */
static int say(struct demo *d, struct store *st)
{
    struct rx_err err = {0};
    const struct graph_eval_opts opts = {.json = d->cli->json, .networks = true};
    const struct graph_view view = {stdout, false, d->cli->color, false};
    if (d->cli->json && say_json(d))
        return EXIT_FAILED;
    if (!d->cli->json)
        say_found(d);
    int rc = graph_eval(st, d->cli->conf, d->truth, &opts, stdout, &err);
    if (!rc && !d->cli->json) {
        (void)putchar('\n');
        rc = graph_networks_first(st, &view, NETWORKS_SHOWN, &err);
    }
    if (rc)
        return cli_fail(d->cli, &err);
    return d->cli->json ? EXIT_DONE : say_next(d);
}

static int work(struct demo *d, struct crawl_jail *jail)
{
    struct store *st = NULL;
    int code = cli_open(d->cli, d->dir, STORE_WRITE, &st);
    if (!code)
        code = cli_audit(d->cli, st, "demo");
    if (!code)
        code = add_seeds(d, st);
    if (!code)
        code = crawl(d, st, jail);
    if (!code)
        code = analyse(d, st);
    if (!code)
        code = say(d, st);
    store_close(st);
    return code;
}

static int prepare(struct demo *d)
{
    struct rx_err err = {0};
    const struct store_case_info info = {.title = RX_STR("Demo: a simulated pharmacy web"),
                                         .operator_name = RX_STR("rxmap demo")};
    int rc = store_create(d->dir, &info, &err);
    if (rc == RX_EEXISTS) {
        (void)rx_fail(&err, rc, "%s exists and is not empty: give the demo a new directory.",
                      d->dir);
        return cli_fail(d->cli, &err);
    }
    if (rc)
        return cli_fail(d->cli, &err);
    (void)snprintf(d->truth, sizeof d->truth, "%s/truth.jsonl", d->dir);
    (void)snprintf(d->seeds, sizeof d->seeds, "%s/seeds.txt", d->dir);
    (void)snprintf(d->graphml, sizeof d->graphml, "%s/networks.graphml", d->dir);
    (void)snprintf(d->svg, sizeof d->svg, "%s/networks.svg", d->dir);
    return 0;
}

static int run(struct cli *cli)
{
    struct demo d = {.cli = cli, .lifeline = -1, .server = -1};
    struct crawl_jail *jail = NULL;
    struct rx_err err = {0};
    if (cli_flag(cli, "--serve"))
        return cli->argc ? cli_usage(cli, "demo --serve takes no directory") : demo_serve(cli);
    if (cli->argc > 1)
        return cli_usage(cli, "demo wants one directory at most");
    d.dir = cli->argc ? cli->argv[0] : cli->case_dir ? cli->case_dir : "demo";
    int code = strlen(d.dir) + 32 > PATH_MAX ? cli_usage(cli, "the directory's name is too long")
                                             : demo_web_opts(&d.web, cli);
    if (!code && crawl_jail_start(&jail, cli->conf, cli->tables,
                                  &err)) /* before the database: see crawl.h */
        code = cli_fail(cli, &err);
    if (!code)
        code = prepare(&d);
    if (!code)
        code = start_server(&d);
    if (!code && configure(&d, &err))
        code = cli_fail(cli, &err);
    if (!code)
        code = work(&d, jail);
    crawl_jail_stop(jail);
    stop_server(&d);
    return code;
}

const struct cmd cmd_demo = {
    .name = "demo",
    .args = "[DIR] [--seed N] [--storefronts N] [--adversarial] | --serve [flags]",
    .summary = "the whole job on the built-in simulated web",
    .examples = "rxmap demo\n"
                "rxmap demo /tmp/demo --seed 7 --storefronts 100\n"
                "rxmap demo --serve                       prints what to type in another terminal\n"
                "rxmap demo --serve --storefronts 300 --truth t.jsonl --seeds s.txt --log r.log\n",
    .flags = flags,
    .run = run,
};
