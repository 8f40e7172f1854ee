/* cmd_link.c - rxmap link A B must|cannot: two sites are of one network, or are not. */
#include "cli/decide.h"

#include <string.h>

static int decide(void *ctx, struct store *st, const struct rx_conf *conf,
                  const struct graph_view *view, struct rx_err *err)
{
    const struct cli *cli = ctx;
    const struct graph_link link = {rx_str(cli->argv[0]), rx_str(cli->argv[1]),
                                    strcmp(cli->argv[2], "must") == 0, decide_note(cli)};
    return graph_link(st, conf, &link, view, err);
}

static int run(struct cli *cli)
{
    if (cli->argc != 3)
        return cli_usage(cli, "link wants two sites, and must or cannot");
    if (strcmp(cli->argv[2], "must") != 0 && strcmp(cli->argv[2], "cannot") != 0)
        return cli_usage(cli, "two sites must or cannot be in one network, not %s", cli->argv[2]);
    return decide_run(cli, true, decide, cli);
}

static const struct cli_flag flags[] = {
    {"--note", "TEXT", NULL, "why; kept with the decision"},
    {0},
};

const struct cmd cmd_link = {
    .name = "link",
    .args = "SITE SITE must|cannot [--note TEXT]",
    .summary = "say that two storefronts must, or cannot, be in one network",
    .examples = "rxmap link pills.example tabs.example must --note 'same bank account, file 4711'\n"
                "rxmap link pills.example rival.example cannot\n",
    .flags = flags,
    .run = run,
};
