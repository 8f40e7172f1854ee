/* cmd_review.c - rxmap review: what a person should look at, and what was decided. */
#include "cli/cli.h"

#include "graph/graph.h"

#include <limits.h>

static int run(struct cli *cli)
{
    struct rx_buf dir = RX_BUF(PATH_MAX);
    struct rx_err err = {0};
    struct store *st = NULL;
    const struct graph_view view = {stdout, cli->json, cli->color, cli_flag(cli, "--all") != NULL};
    if (cli->argc)
        return cli_usage(cli, "review takes no arguments, but got %s", cli->argv[0]);
    int code = cli_find(cli, &dir);
    if (!code)
        code = cli_view(cli, dir.p, &st);
    rx_buf_free(&dir);
    if (code)
        return code;
    int rc = cli_flag(cli, "--decided") ? graph_decisions(st, &view, &err)
                                        : graph_review(st, cli->conf, &view, &err);
    if (rc)
        code = cli_fail(cli, &err);
    store_close(st);
    return code;
}

static const struct cli_flag flags[] = {
    {"--all", NULL, NULL, "the whole list; --json always has it"},
    {"--decided", NULL, NULL, "instead, every decision that was made: number, who, when, effect"},
    {0},
};

const struct cmd cmd_review = {
    .name = "review",
    .args = "[--all | --decided]",
    .summary = "what people should look at and decide, what changes most sites first",
    .examples = "rxmap review\nrxmap review --decided\nrxmap --json review\n",
    .flags = flags,
    .run = run,
};
