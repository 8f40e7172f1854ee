/* manners.h - the settings by which a crawl spares strangers' servers, and whether they do so less
 * than the defaults. */
#ifndef RX_CRAWLER_MANNERS_H
#define RX_CRAWLER_MANNERS_H

#include "base/conf.h"

/* The flag that sets a key of manners; NULL: the key is none. */
const char *manners_flag(const char *key);
/* *out: the value in force asks for shorter pauses than the default, or does not obey robots.txt.
 * RX_ENOMEM. */
RX_MUST int manners_lower(bool *out, const struct rx_conf *conf, const char *key);
/* Adds each that is lower and was typed (or, of_file, stands in rxmap.ini), as " --flag value" for
 * a shell. On a test network there are none. */
RX_MUST int manners_add(struct rx_buf *out, const struct rx_conf *conf, bool of_file);

#endif
