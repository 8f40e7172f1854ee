/* zone.h - what the DNS says of a registrable domain as a whole, from text to facts. Pure.
 *
 * The text is what the WARC keeps (text/dns): zone-file lines (RFC 1035 section 5.1), and a comment
 * "; MX: REASON" for a question that got no answer (resolve_reply.h makes the lines of messages).
 * The facts are read from that text and from nothing else, so that replay has the same ones. */
#ifndef RX_CRAWLER_ZONE_H
#define RX_CRAWLER_ZONE_H

#include "base/buf.h"

enum { ZONE_TEXT_MAX = 60000, ZONE_RECORDS_MAX = 32 /* of one type; more are left out */ };

/* Types that are asked for, in this order, 0 at the end: NS, MX, TXT, SOA. */
extern const unsigned zone_types[];
const char *zone_type_name(unsigned type); /* "NS"...; "?" for others */

/* Notes why a question has no answer. */
RX_MUST int zone_add_failure(struct rx_buf *out, unsigned type, const char *why);

/* Adds the facts of such a text: ns, mx, soa (the zone's contact), txt, and from TXT spf and
 * verification; TYPE.failed with the reason. Lines of other types say nothing here. */
RX_MUST int zone_facts(struct rx_buf *lines, struct rx_str text);

#endif
