/* asn.h - which autonomous system an address belongs to, and its country, out of a table that the
 * investigator has: nothing is asked of anybody.
 *
 * A file is a MaxMind database (".mmdb": GeoLite2-ASN, -Country, -City and those of their shape),
 * or text, a network a line: "FIRST LAST NUMBER COUNTRY NAME" or "NETWORK/BITS NUMBER COUNTRY
 * NAME", columns separated by one TAB, "-" or nothing where something is not known, '#' before a
 * comment. Rows may not overlap. After opening immutable, so any one thread at a time may ask. */
#ifndef RX_CRAWLER_ASN_H
#define RX_CRAWLER_ASN_H

#include "base/ip.h"

struct asn_table; /* opaque */

enum { ASN_NAME_BYTES = 128 };

struct asn_answer {
    uint32_t number; /* 0: not known */
    char name[ASN_NAME_BYTES];
    char country[3]; /* two capital letters (ISO 3166-1), or "" */
};

/* RX_EUSAGE with file, line and reason; RX_EIO. */
RX_MUST int asn_open(struct asn_table **out, const char *path, struct rx_err *err);
void asn_free(struct asn_table *t); /* NULL is allowed */
/* Fills what the table knows and leaves the rest of *out as it is. O(log networks). */
void asn_find(struct asn_answer *out, const struct asn_table *t, struct rx_ip ip);

#endif
