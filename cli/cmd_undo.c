/* cmd_undo.c - rxmap undo [N]: takes a decision back. */
#include "cli/decide.h"

struct wish {
    int64_t id; /* 0: the last */
};

static int decide(void *ctx, struct store *st, const struct rx_conf *conf,
                  const struct graph_view *view, struct rx_err *err)
{
    const struct wish *wish = ctx;
    (void)conf;
    return graph_undo(st, wish->id, view, err);
}

static int run(struct cli *cli)
{
    uint64_t id = 0;
    if (cli->argc > 1)
        return cli_usage(cli, "undo takes one decision at a time");
    if (cli->argc && (!rx_str_u64(rx_str(cli->argv[0]), &id) || !id || id > INT64_MAX))
        return cli_usage(cli, "a decision is called by its number, not %s", cli->argv[0]);
    struct wish wish = {(int64_t)id};
    return decide_run(cli, true, decide, &wish);
}

const struct cmd cmd_undo = {
    .name = "undo",
    .args = "[N]",
    .summary = "take a decision back: the last one, or number N of review --decided",
    .examples = "rxmap undo\nrxmap review --decided\nrxmap undo 4\n",
    .flags = NULL,
    .run = run,
};
