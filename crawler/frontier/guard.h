/* guard.h - which addresses and ports are never contacted. Asked three times for every transfer:
 * on the URL's literal, on every resolved address, and on the socket's address itself. Pure. */
#ifndef RX_CRAWLER_GUARD_H
#define RX_CRAWLER_GUARD_H

#include "base/ip.h"

/* Why an address is refused ("loopback", "private", "link-local", "metadata", "nat64"...), or NULL
 * if it may be contacted. Embedded IPv4 (mapped, NAT64, 6to4, Teredo, compatible) is judged too.
 * Source: IANA special-purpose registries (RFC 6890). */
const char *guard_address(struct rx_ip ip);
bool guard_port(uint16_t port); /* 80, 443, 8080, 8443 */
/* Names that are never asked for: localhost, *.local, *.internal, *.onion without a proxy... (RFC
 * 6761). NULL: may be asked. */
const char *guard_name(struct rx_str host);

#endif
