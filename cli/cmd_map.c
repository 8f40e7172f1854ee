/* cmd_map.c - rxmap map: networks from the evidence in the case. */
#include "cli/next.h"

#include "graph/graph.h"

#include <limits.h>
#include <string.h>

static int method_of(const char *name, enum graph_method *method)
{
    for (int m = GRAPH_COMPONENTS; m <= GRAPH_QGRAM; m++) {
        if (strcmp(name, graph_method_name((enum graph_method)m)) == 0) {
            *method = (enum graph_method)m;
            return 0;
        }
    }
    return RX_EINVAL;
}

/* A map that people had a say in never looks like one of evidence alone. */
static void report_decisions(const struct graph_map_report *r)
{
    if (r->honoured)
        (void)printf("%llu decision%s by people %s honoured; %llu override%s the evidence\n",
                     (unsigned long long)r->honoured, r->honoured == 1 ? "" : "s",
                     r->honoured == 1 ? "was" : "were", (unsigned long long)r->overriding,
                     r->overriding == 1 ? "s" : "");
    if (r->idle)
        (void)printf("%llu decision%s could not be honoured; `rxmap review` tells why\n",
                     (unsigned long long)r->idle, r->idle == 1 ? "" : "s");
}

static void report(const struct cli *cli, const struct graph_map_report *r,
                   enum graph_method method)
{
    if (cli->json) {
        (void)printf("{\"schema\":\"rxmap/1\",\"type\":\"map\",\"method\":\"%s\",\"sites\":%llu,"
                     "\"storefronts\":%llu,\"values\":%llu,\"pairs\":%llu,\"networks\":%llu,"
                     "\"affiliates\":%llu,\"bridges\":%llu,\"decisions\":%llu,"
                     "\"overriding\":%llu,\"idle\":%llu}\n",
                     graph_method_name(method), (unsigned long long)r->sites,
                     (unsigned long long)r->storefronts, (unsigned long long)r->values,
                     (unsigned long long)r->pairs, (unsigned long long)r->programmes,
                     (unsigned long long)r->affiliates, (unsigned long long)r->bridges,
                     (unsigned long long)r->honoured, (unsigned long long)r->overriding,
                     (unsigned long long)r->idle);
        return;
    }
    (void)printf("%llu networks and %llu affiliates among %llu storefronts (%llu sites, %llu "
                 "values)\n",
                 (unsigned long long)r->programmes, (unsigned long long)r->affiliates,
                 (unsigned long long)r->storefronts, (unsigned long long)r->sites,
                 (unsigned long long)r->values);
    if (r->bridges)
        (void)printf(
            "%llu values kept apart for review; `rxmap review` lists those that would join "
            "networks\n",
            (unsigned long long)r->bridges);
    report_decisions(r);
    if (method == GRAPH_EVIDENCE && !cli->quiet) {
        (void)fprintf(stderr, "background: %s; ", r->background);
        next_say(stderr, cli, "next: ", "networks");
    }
}

static int run(struct cli *cli)
{
    const char *name = cli_flag(cli, "--baseline");
    enum graph_method method = GRAPH_EVIDENCE;
    struct graph_map_report r = {0};
    struct rx_buf dir = RX_BUF(PATH_MAX);
    struct rx_err err = {0};
    struct store *st = NULL;
    if (cli->argc)
        return cli_usage(cli, "map takes no arguments, but got %s", cli->argv[0]);
    if (name && method_of(name, &method))
        return cli_usage(cli, "--baseline is components, louvain or qgram, not %s", name);
    int code = cli_find(cli, &dir);
    if (!code)
        code = cli_open(cli, dir.p, STORE_WRITE, &st);
    rx_buf_free(&dir);
    if (code)
        return code;
    code = cli_audit(cli, st, "map");
    if (!code && graph_map(st, cli->conf, method, &r, &err))
        code = cli_fail(cli, &err);
    if (!code) {
        report(cli, &r, method);
        if (*r.warning)
            (void)fprintf(stderr, "rxmap: %s\n", r.warning);
    }
    store_close(st);
    return code;
}

static const struct cli_flag flags[] = {
    {"--baseline", "METHOD", NULL,
     "components, louvain or qgram, to compare with; qgram compares the text of front pages by "
     "sketches of it, because no text is kept"},
    {"--background", "FILE", "map.background",
     "counts of benign sites instead of the shipped ones"},
    {"--seed", "N", "map.seed", "of every random choice"},
    {0},
};

const struct cmd cmd_map = {
    .name = "map",
    .args = "[--baseline METHOD]",
    .summary = "find the networks behind the sites of the case",
    .examples = "rxmap map\nrxmap map --baseline components\n",
    .flags = flags,
    .run = run,
};
