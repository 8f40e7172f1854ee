/* common.h - lists of values that say nothing about who runs a site: defaults of programs,
 * placeholders, free mail providers. Data: common.tsv, and disposable.tsv and exchange.tsv, which
 * are part of the program. Immutable after common_new(). */
#ifndef RX_CRAWLER_EXTRACT_COMMON_H
#define RX_CRAWLER_EXTRACT_COMMON_H

#include "base/err.h"
#include "base/str.h"

struct common;

/* text is common.tsv's; it must outlive the table. RX_EINVAL: a line without a TAB, with its
 * number. */
RX_MUST int common_new(struct common **out, struct rx_str text, struct rx_err *err);
void common_free(struct common *c);
/* Is the word (any case) on the list, whole or by a prefix entry? */
bool common_has(const struct common *c, const char *list, struct rx_str word);
/* Digits that count up, one sign repeated, "xxxx": nobody's account. */
bool common_is_filler(struct rx_str value);

#endif
