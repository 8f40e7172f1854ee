/* cmd_note.c - rxmap note ID TEXT: a remark about a site or value, shown with it. */
#include "cli/decide.h"

enum { TEXT_MAX = 1 << 20 };

static int decide(void *ctx, struct store *st, const struct rx_conf *conf,
                  const struct graph_view *view, struct rx_err *err)
{
    const struct cli *cli = ctx;
    struct rx_buf text = RX_BUF(TEXT_MAX);
    int rc = 0;
    for (int i = 1; i < cli->argc && !rc; i++) {
        if (i > 1)
            rc = rx_buf_addc(&text, ' ');
        if (!rc)
            rc = rx_buf_add(&text, rx_str(cli->argv[i]));
    }
    if (rc)
        rc = rx_fail(err, RX_EUSAGE, "the note is far too long");
    else
        rc = graph_note(st, conf, rx_str(cli->argv[0]), rx_buf_str(&text), view, err);
    rx_buf_free(&text);
    return rc;
}

static int run(struct cli *cli)
{
    if (cli->argc < 2)
        return cli_usage(cli, "note wants a site or value, and a text");
    return decide_run(cli, false, decide, cli);
}

const struct cmd cmd_note = {
    .name = "note",
    .args = "SITE|CLASS:VALUE TEXT",
    .summary = "keep a remark about a site or value; show prints it, map does not heed it",
    .examples = "rxmap note pills.example 'test purchase of 12 March, file 4711'\n"
                "rxmap note iban:DE89370400440532013000 'bank asked on 3 April'\n",
    .flags = NULL,
    .run = run,
};
