/* resolve_reply.h - one DNS message: the chain of names that starts at the question, and the
 * addresses at its end; or its records of one type, as text. Pure. Source: RFC 1035 section 4.1,
 * RFC 3596.
 *
 * Read here and not by the library's reply parsers, because those of 1.18 lose the last name of a
 * chain and do not ask whether an address belongs to it. */
#ifndef RX_CRAWLER_RESOLVE_REPLY_H
#define RX_CRAWLER_RESOLVE_REPLY_H

#include "base/buf.h"
#include "base/ip.h"

enum { RESOLVE_REPLY_LINKS = 8, RESOLVE_REPLY_ADDRESSES = 16, RESOLVE_NAME_BYTES = 256 };

struct resolve_reply {
    char chain[RESOLVE_REPLY_LINKS][RESOLVE_NAME_BYTES]; /* targets of CNAMEs, in order */
    size_t chain_count;
    struct rx_ip ips[RESOLVE_REPLY_ADDRESSES]; /* of the chain's last name; more are dropped */
    size_t ip_count;
    uint32_t ttl_s; /* least of all records used; UINT32_MAX if none */
};

/* RX_EINVAL: not a well-formed message; out holds nothing then. */
RX_MUST int resolve_reply_read(struct resolve_reply *out, struct rx_str message, const char *host);

/* Adds a line of a zone file (zone.h) for each record of the type that the message has of the
 * domain. RX_EINVAL: not a well-formed message; RX_EFULL: text is full. out then is as it was. */
RX_MUST int resolve_reply_zone(struct rx_buf *out, struct rx_str message, const char *domain,
                               unsigned type);

#endif
