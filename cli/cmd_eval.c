/* cmd_eval.c - rxmap eval --truth FILE: how well the networks fit a labelled file. */
#include "cli/cli.h"

#include "graph/graph.h"

#include <limits.h>

static int run(struct cli *cli)
{
    struct rx_buf dir = RX_BUF(PATH_MAX);
    struct rx_err err = {0};
    struct store *st = NULL;
    const char *truth = cli_flag(cli, "--truth");
    if (cli->argc || !truth)
        return cli_usage(cli, "eval wants --truth FILE and nothing else");
    int code = cli_find(cli, &dir);
    if (!code)
        code = cli_view(cli, dir.p, &st);
    rx_buf_free(&dir);
    if (code)
        return code;
    const struct graph_eval_opts opts = {.json = cli->json,
                                         .extraction = cli_flag(cli, "--extraction") != NULL};
    if (graph_eval(st, cli->conf, truth, &opts, stdout, &err))
        code = cli_fail(cli, &err);
    store_close(st);
    return code;
}

static const struct cli_flag flags[] = {
    {"--truth", "FILE", NULL, "JSON lines: what is known of each site (docs/FORMATS.md)"},
    {"--extraction", NULL, NULL, "only what was read off the pages, class by class"},
    {0},
};

const struct cmd cmd_eval = {
    .name = "eval",
    .args = "--truth FILE [--extraction]",
    .summary = "score the networks against a labelled file, beside three baselines",
    .examples = "rxmap eval --truth truth.jsonl\nrxmap eval --truth truth.jsonl --json\n"
                "rxmap eval --truth truth.jsonl --extraction\n",
    .flags = flags,
    .run = run,
};
