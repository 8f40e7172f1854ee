/* fact_line.h - one fact as a line of a record's metadata, "fact-KIND: VALUE": what the crawl
 * writes and replay reads. Pure. */
#ifndef RX_CRAWLER_FACT_LINE_H
#define RX_CRAWLER_FACT_LINE_H

#include "base/buf.h"

enum { FACT_VALUE_MAX = 300 }; /* longer values are cut */

/* Adds the line; control characters become spaces, an empty value adds nothing. */
RX_MUST int fact_line_add(struct rx_buf *lines, const char *kind, struct rx_str value);
/* The next fact of *rest; lines that are none are passed over. */
bool fact_line_next(struct rx_str *rest, struct rx_str *kind, struct rx_str *value);

#endif
