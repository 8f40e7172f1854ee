/* cmd_explain.c - rxmap explain A B: why two sites are or are not linked, with quotes. */
#include "cli/cli.h"

#include "graph/graph.h"

#include <limits.h>

static int run(struct cli *cli)
{
    struct rx_buf dir = RX_BUF(PATH_MAX);
    struct rx_err err = {0};
    struct store *st = NULL;
    bool linked = false;
    const struct graph_view view = {stdout, cli->json, cli->color, cli_flag(cli, "--all") != NULL};
    if (cli->argc != 2)
        return cli_usage(cli, "explain wants two sites");
    int code = cli_find(cli, &dir);
    if (!code)
        code = cli_view(cli, dir.p, &st);
    rx_buf_free(&dir);
    if (code)
        return code;
    if (graph_explain(st, cli->conf, rx_str(cli->argv[0]), rx_str(cli->argv[1]), &view, &linked,
                      &err))
        code = cli_fail(cli, &err);
    store_close(st);
    return code;
}

static const struct cli_flag flags[] = {
    {"--all", NULL, NULL, "each shared value, also those that say next to nothing"},
    {0},
};

const struct cmd cmd_explain = {
    .name = "explain",
    .args = "SITE SITE [--all]",
    .summary = "why two sites are or are not linked, with quotes from both",
    .examples = "rxmap explain pills.example tabs.example\n"
                "rxmap explain --json pills.example tabs.example\n",
    .flags = flags,
    .run = run,
};
