/* rdap.h - asks registries about domains: who sold a name, when, in what state (RDAP, RFC 9082).
 *
 * Only where the investigator wants it (crawl.rdap): a registry learns from it what is looked at.
 * One request to a server at a time and a second between two, 64 KiB and 10 s an answer, by the
 * same fetcher, guard and proxy as any page; nothing is asked twice in a run, no redirect is
 * followed. What comes is archived, read in the jail and stored; what fails leaves its reason
 * (rdap.failed). Loop thread only. */
#ifndef RX_CRAWLER_RDAP_H
#define RX_CRAWLER_RDAP_H

#include "crawler/engine.h"

struct rdap; /* opaque */

/* servers: file of rows that go before the program's own, or "". RX_EUSAGE with file and line. */
RX_MUST int rdap_new(struct rdap **out, struct engine *e, const char *servers, struct rx_err *err);
void rdap_free(struct rdap *r); /* when no callback can come any more; NULL is allowed */
/* The domain will be asked for; RX_ENOMEM. */
RX_MUST int rdap_ask(struct rdap *r, struct rx_str domain);
/* Sends what may be sent by now. Called whenever the pump runs. NULL is allowed. */
void rdap_pump(struct rdap *r, uint64_t now_ms);
/* The writer is done with an item of ours; the item is the caller's to free. */
void rdap_written(struct sink_item *item);

#endif
