/* cmd_show.c - rxmap show ID: one site, network or indicator. */
#include "cli/cli.h"

#include "graph/graph.h"

#include <limits.h>

static int run(struct cli *cli)
{
    struct rx_buf dir = RX_BUF(PATH_MAX);
    struct rx_err err = {0};
    struct store *st = NULL;
    const struct graph_view view = {stdout, cli->json, cli->color, false};
    if (cli->argc != 1)
        return cli_usage(cli, "show wants one site, network or indicator");
    int code = cli_find(cli, &dir);
    if (!code)
        code = cli_view(cli, dir.p, &st);
    rx_buf_free(&dir);
    if (code)
        return code;
    if (graph_show(st, cli->conf, rx_str(cli->argv[0]), &view, &err))
        code = cli_fail(cli, &err);
    store_close(st);
    return code;
}

const struct cmd cmd_show = {
    .name = "show",
    .args = "SITE|N-0001|CLASS:VALUE",
    .summary = "one site, network or indicator",
    .examples = "rxmap show pills.example\nrxmap show N-0001\nrxmap show ga:UA-123456\n",
    .flags = NULL,
    .run = run,
};
