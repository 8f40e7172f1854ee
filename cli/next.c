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

int next_crawl(struct rx_buf *out, const struct rx_conf *conf, struct rx_str flags)
{
    const struct rx_str proxy = rx_str(rx_conf_text(conf, "crawl.proxy"));
    struct rx_buf bare = RX_BUF(NEXT_MAX);
    int rc = rx_esc_proxy(&bare, proxy);
    const bool is_whole = rx_str_eq(rx_buf_str(&bare), proxy);
    rx_buf_free(&bare);
    if (!rc)
        rc = rx_buf_add(out, RX_STR("rxmap crawl"));
    if (!rc)
        rc = rx_esc_terminal(out, flags);
    if (!rc && !is_whole)
        rc = rx_buf_add(out, RX_STR(" --proxy URL, with the proxy's user and password"));
    return rc;
}

int next_crawl_of(struct rx_buf *out, struct store *st, struct rx_conf *conf)
{
    struct crawl_begin begin;
    struct rx_err refused = {0};
    int rc = crawl_prepare(st, conf, &begin, &refused);
    if (!rc || begin.repeat.n > 0) /* what it refuses for is what is missing */
        rc = next_crawl(out, conf, rx_buf_str(&begin.repeat));
    rx_buf_free(&begin.repeat);
    return rc;
}
