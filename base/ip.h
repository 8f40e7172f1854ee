/* ip.h - IP addresses as 16 bytes (IPv4 mapped into ::ffff:0:0/96), and prefixes to match them. */
#ifndef RX_BASE_IP_H
#define RX_BASE_IP_H

#include "base/err.h"
#include "base/str.h"

#include <sys/socket.h>

struct rx_ip {
    uint8_t b[16]; /* network order; IPv4 as ::ffff:a.b.c.d */
};

struct rx_prefix {
    struct rx_ip ip;
    uint8_t bits; /* 0..128; an IPv4 /24 is 120 */
};

enum { RX_IP_TEXT = 46 };

bool rx_ip_is_v4(struct rx_ip ip);
/* Strict dotted quad or RFC 4291 text, without brackets or zone. */
RX_MUST int rx_ip_parse(struct rx_ip *out, struct rx_str text);
RX_MUST int rx_prefix_parse(struct rx_prefix *out,
                            struct rx_str text);        /* "10.0.0.0/8" or an address */
void rx_ip_text(char out[RX_IP_TEXT], struct rx_ip ip); /* IPv4 dotted, else RFC 5952 */
/* IPv6 groups in hexadecimal always, mapped IPv4 too: the host serialiser of the URL standard. */
void rx_ip6_text(char out[RX_IP_TEXT], struct rx_ip ip);
bool rx_prefix_has(struct rx_prefix p, struct rx_ip ip);
/* RX_EINVAL for a family that is neither IPv4 nor IPv6. */
RX_MUST int rx_ip_from_sockaddr(struct rx_ip *out, const struct sockaddr *sa);
/* Returns the length for connect(). */
socklen_t rx_ip_to_sockaddr(struct sockaddr_storage *out, struct rx_ip ip, uint16_t port);

#endif
