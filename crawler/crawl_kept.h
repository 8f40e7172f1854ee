/* crawl_kept.h - an open run goes on as it began: its recorded settings, put back into force. And
 * a run that begins does not leave a test network unasked. */
#ifndef RX_CRAWLER_CRAWL_KEPT_H
#define RX_CRAWLER_CRAWL_KEPT_H

#include "base/conf.h"
#include "store/store.h"

/* options: what crawl_opts_json() wrote when the run began. Sets what was recorded and is not given
 * now. RX_EUSAGE with a sentence: what is given contradicts it, or it cannot be kept, or must be
 * said again, and repeat got the flags that say it, each behind a blank and ready for a shell;
 * RX_EDAMAGE: options are none. */
RX_MUST int crawl_kept_apply(struct rx_conf *conf, struct rx_str options, struct rx_buf *repeat,
                             struct rx_err *err);
/* See crawl_may_begin(). */
RX_MUST int crawl_kept_network(struct store *st, const struct rx_conf *conf, struct rx_err *err);

#endif
