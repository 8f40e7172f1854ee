/* resolve_zone.h - what the DNS says of a domain as a whole: NS, MX, TXT and SOA, asked one after
 * the other, a few domains at once. For resolve.c. Loop thread only. */
#ifndef RX_CRAWLER_RESOLVE_ZONE_H
#define RX_CRAWLER_RESOLVE_ZONE_H

#include "crawler/net/resolve_ask.h"

struct zone_queue; /* opaque */

RX_MUST struct zone_queue *zone_queue_new(void); /* NULL: no memory */
/* Those that wait are dropped and their callbacks never called. NULL is allowed. */
void zone_queue_free(struct zone_queue *q);
/* a is borrowed and is closed before the queue is freed. */
RX_MUST int zone_queue_add(struct zone_queue *q, struct asker *a, struct rx_str domain,
                           resolve_zone_fn *done, void *ctx);

#endif
