/* seed.h - reading lists of seeds: URLs, host names, defanged text, a CSV column. Pure. */
#ifndef RX_CRAWLER_SEED_H
#define RX_CRAWLER_SEED_H

#include "base/url.h"

/* One line or CSV cell to a normalised URL: trims, refangs (hxxp, [.], (dot), [:]//, [at]...), adds
 * http:// to a bare host name. Blank lines and those that begin with # give RX_ENOENT. RX_EINVAL
 * with a sentence when it is no URL. Only http and https. url's views point into out. */
RX_MUST int seed_parse(struct rx_url *url, struct rx_buf *out, struct rx_str line,
                       struct rx_err *err);

/* What separates the fields of the first record: the commonest of comma, semicolon (as spreadsheets
 * of half of Europe write it) and tab outside quotes. */
char seed_csv_separator(struct rx_str text);
/* Reads one RFC 4180 record (quotes, embedded line ends) from text at *at: calls cell for each
 * field. False at the end. scratch's maximum should be over RX_URL_MAX: a longer cell is cut there,
 * and seed_parse then refuses it. */
bool seed_csv_next(struct rx_str text, size_t *at, char separator, struct rx_buf *scratch,
                   void (*cell)(void *ctx, size_t column, struct rx_str value), void *ctx);

#endif
