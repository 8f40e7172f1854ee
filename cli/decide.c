/* decide.c - see decide.h. */
#include "cli/decide.h"

#include "cli/next.h"

#include <limits.h>

struct rx_str decide_note(const struct cli *cli)
{
    const char *note = cli_flag(cli, "--note");
    return rx_str(note ? note : "");
}

int decide_run(struct cli *cli, bool is_heeded, decide_fn *decide, void *ctx)
{
    struct rx_buf dir = RX_BUF(PATH_MAX);
    struct rx_err err = {0};
    struct store *st = NULL;
    const struct graph_view view = {stdout, cli->json, cli->color, false};
    int code = cli_find(cli, &dir);
    if (!code)
        code = cli_open(cli, dir.p, STORE_WRITE, &st);
    rx_buf_free(&dir);
    if (code)
        return code;
    code = cli_audit(cli, st, cli->cmd->name);
    if (!code && decide(ctx, st, cli->conf, &view, &err))
        code = cli_fail(cli, &err);
    if (!code && is_heeded && !cli->quiet)
        next_say(stderr, cli, "next: ", "map");
    store_close(st);
    return code;
}
