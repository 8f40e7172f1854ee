/* jailed.c - see jailed.h. */
#include "cli/jailed.h"

#include <limits.h>

static int start(struct cli *cli, struct rx_buf *dir, struct crawl_jail **jail, bool wants_jail)
{
    struct rx_err err = {0};
    const int code = cli_find(cli, dir);
    if (!code && wants_jail && crawl_jail_start(jail, cli->conf, cli->tables, &err))
        return cli_fail(cli, &err);
    return code;
}

int jailed_run(struct cli *cli, bool wants_jail, jailed_fn *fn)
{
    struct rx_buf dir = RX_BUF(PATH_MAX);
    struct crawl_jail *jail = NULL;
    int code = start(cli, &dir, &jail, wants_jail);
    if (!code)
        code = fn(cli, dir.p, jail);
    crawl_jail_stop(jail);
    rx_buf_free(&dir);
    return code;
}

int jailed_case(struct cli *cli, const char *event, jailed_case_fn *fn)
{
    struct rx_buf dir = RX_BUF(PATH_MAX);
    struct crawl_jail *jail = NULL;
    struct store *st = NULL;
    int code = start(cli, &dir, &jail, true);
    if (!code)
        code = cli_open(cli, dir.p, STORE_WRITE, &st);
    if (!code)
        code = cli_audit(cli, st, event);
    if (!code)
        code = fn(cli, st, jail);
    store_close(st);
    crawl_jail_stop(jail);
    rx_buf_free(&dir);
    return code;
}
