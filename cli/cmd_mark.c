/* cmd_mark.c - rxmap mark ID VERDICT: what a person says a site or value is. */
#include "cli/decide.h"

static int decide(void *ctx, struct store *st, const struct rx_conf *conf,
                  const struct graph_view *view, struct rx_err *err)
{
    const struct cli *cli = ctx;
    return graph_mark(st, conf, rx_str(cli->argv[0]), rx_str(cli->argv[1]), decide_note(cli), view,
                      err);
}

static int run(struct cli *cli)
{
    if (cli->argc != 2)
        return cli_usage(cli, "mark wants a site or value, and what it is");
    return decide_run(cli, true, decide, cli);
}

static const struct cli_flag flags[] = {
    {"--note", "TEXT", NULL, "why; kept with the decision"},
    {0},
};

const struct cmd cmd_mark = {
    .name = "mark",
    .args = "SITE|CLASS:VALUE in|out|undecided|false-positive [--note TEXT]",
    .summary = "say what a site or value is: a storefront, none of the case, honest, no evidence",
    .examples =
        "rxmap mark pills.example in             it is a storefront, whatever its pages say\n"
        "rxmap mark chemist.example false-positive --note 'on the register, seen today'\n"
        "rxmap mark news.example out             in no network; what it shows still counts\n"
        "rxmap mark phone:+18005550100 false-positive   a call centre: carries no weight\n"
        "rxmap mark pills.example undecided      as the evidence has it; review keeps it\n",
    .flags = flags,
    .run = run,
};
