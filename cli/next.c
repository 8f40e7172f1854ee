/* next.c - see next.h. */
#include "cli/next.h"

#include "base/escape.h"
#include "crawler/crawl.h"

enum { NEXT_MAX = 1 << 16 };

int next_word(struct rx_buf *out, const char *word)
{
    struct rx_buf quoted = RX_BUF(NEXT_MAX);
    int rc = rx_esc_shell(&quoted, rx_str(word));
    if (!rc)
        rc = rx_esc_terminal(out, rx_buf_str(&quoted));
    rx_buf_free(&quoted);
    return rc;
}

int next_command(struct rx_buf *out, const struct cli *cli, const char *command)
{
    int rc = rx_buf_add(out, RX_STR("rxmap "));
    if (!rc && cli->case_dir)
        rc = rx_buf_add(out, RX_STR("-C "));
    if (!rc && cli->case_dir)
        rc = next_word(out, cli->case_dir);
    if (!rc && cli->case_dir)
        rc = rx_buf_addc(out, ' ');
    return rc ? rc : rx_buf_add(out, rx_str(command));
}

void next_say(FILE *out, const struct cli *cli, const char *lead, const char *command)
{
    struct rx_buf text = RX_BUF(NEXT_MAX);
    const int rc = next_command(&text, cli, command);
    (void)fprintf(out, "%s%s%s\n", lead, rc ? "rxmap " : text.p, rc ? command : "");
    rx_buf_free(&text);
}

int next_crawl(struct rx_buf *out, const struct cli *cli, struct rx_str flags)
{
    const struct rx_str proxy = rx_str(rx_conf_text(cli->conf, "crawl.proxy"));
    struct rx_buf bare = RX_BUF(NEXT_MAX);
    int rc = rx_esc_proxy(&bare, proxy);
    const bool is_whole = rx_str_eq(rx_buf_str(&bare), proxy);
    rx_buf_free(&bare);
    if (!rc)
        rc = next_command(out, cli, "crawl");
    if (!rc)
        rc = rx_esc_terminal(out, flags);
    if (!rc && !is_whole)
        rc = rx_buf_add(out, RX_STR(" --proxy URL, with the proxy's user and password"));
    return rc;
}

int next_crawl_of(struct rx_buf *out, struct store *st, const struct cli *cli)
{
    struct crawl_begin begin;
    struct rx_err refused = {0};
    int rc = crawl_prepare(st, cli->conf, &begin, &refused);
    if (!rc || begin.repeat.n > 0) /* what it refuses for is what is missing */
        rc = next_crawl(out, cli, rx_buf_str(&begin.repeat));
    rx_buf_free(&begin.repeat);
    return rc;
}
