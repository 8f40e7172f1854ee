/* cmd_chokepoints.c - rxmap chokepoints: what most storefronts hang on, and what cutting it leaves.
 */
#include "cli/cli.h"

#include "graph/graph.h"

#include <limits.h>

enum { K_DEFAULT = 5, K_MAX = 1000, TOP_DEFAULT = 10 };

/* 0 and the number, or an exit code. */
static int number(struct cli *cli, size_t *out, const char *flag, uint64_t most)
{
    const char *text = cli_flag(cli, flag);
    uint64_t n = 0;
    if (!text)
        return 0;
    if (!rx_str_u64(rx_str(text), &n) || n > most)
        return cli_usage(cli, "%s is a number up to %llu, not %s", flag, (unsigned long long)most,
                         text);
    *out = (size_t)n;
    return 0;
}

static int parse(struct cli *cli, struct graph_choke_opts *opts)
{
    const char *kinds = cli_flag(cli, "--kind");
    struct rx_err err = {0};
    *opts = (struct graph_choke_opts){.k = K_DEFAULT,
                                      .top = cli->json ? SIZE_MAX : TOP_DEFAULT,
                                      .shared = cli_flag(cli, "--shared") != NULL};
    if (cli->argc)
        return cli_usage(cli, "chokepoints takes no arguments; did you mean --kind %s?",
                         cli->argv[0]);
    int code = number(cli, &opts->k, "--k", K_MAX);
    if (!code)
        code = number(cli, &opts->top, "--top", UINT32_MAX);
    if (!code && kinds && graph_choke_kinds(&opts->kinds, rx_str(kinds), &err))
        code = cli_usage(cli, "%s", err.text);
    return code;
}

static int run(struct cli *cli)
{
    struct rx_buf dir = RX_BUF(PATH_MAX);
    struct rx_err err = {0};
    struct store *st = NULL;
    struct graph_choke_opts opts;
    const struct graph_view view = {stdout, cli->json, cli->color, false};
    int code = parse(cli, &opts);
    if (code)
        return code;
    code = cli_find(cli, &dir);
    if (!code)
        code = cli_view(cli, dir.p, &st);
    rx_buf_free(&dir);
    if (code)
        return code;
    if (graph_chokepoints(st, cli->conf, &opts, &view, &err))
        code = cli_fail(cli, &err);
    store_close(st);
    return code;
}

static const struct cli_flag flags[] = {
    {"--kind", "LIST", NULL,
     "checkout, account, programme, affiliate, registrar, nameserver, address, as, phone, chat, "
     "carrier; "
     "several joined by commas are also cut together (all)"},
    {"--k", "N", NULL, "how many to cut together, the next best each time (5); 0: none"},
    {"--top", "N", NULL, "how many of each kind to list (10; with --json all)"},
    {"--shared", NULL, NULL,
     "what lawful sites use, too, may be among those that are cut together"},
    {0},
};

const struct cmd cmd_chokepoints = {
    .name = "chokepoints",
    .args = "",
    .summary = "what most storefronts hang on, and what cutting it would leave",
    .examples = "rxmap chokepoints\n"
                "rxmap chokepoints --kind checkout,account --k 10\n"
                "rxmap chokepoints --kind registrar,nameserver,address\n"
                "rxmap chokepoints --kind checkout --json      with the storefronts of each\n",
    .flags = flags,
    .run = run,
};
