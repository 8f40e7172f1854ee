/* cmd_networks.c - rxmap networks: the list of what map found. */
#include "cli/cli.h"

#include "graph/graph.h"

#include <limits.h>

static int run(struct cli *cli)
{
    struct rx_buf dir = RX_BUF(PATH_MAX);
    struct rx_err err = {0};
    struct store *st = NULL;
    const struct graph_view view = {stdout, cli->json, cli->color, false};
    if (cli->argc)
        return cli_usage(cli, "networks takes no arguments; did you mean rxmap show %s?",
                         cli->argv[0]);
    int code = cli_find(cli, &dir);
    if (!code)
        code = cli_view(cli, dir.p, &st);
    rx_buf_free(&dir);
    if (code)
        return code;
    if (graph_networks(st, &view, &err))
        code = cli_fail(cli, &err);
    store_close(st);
    return code;
}

const struct cmd cmd_networks = {
    .name = "networks",
    .args = "",
    .summary = "list the networks and affiliates found by map",
    .examples = "rxmap networks\nrxmap networks --json\n",
    .flags = NULL,
    .run = run,
};
