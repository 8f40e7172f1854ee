/* cidr.h - networks that strangers share: what an address tells of who stands behind it.
 *
 * An address of a delivery network, of a shared host, of a parking service or of a sinkhole is
 * nobody's own: it joins no two sites. The lists are base/data/net/NAME.txt, dated and with their
 * origin, embedded at build time. Pure after the first call; thread-safe. */
#ifndef RX_BASE_CIDR_H
#define RX_BASE_CIDR_H

#include "base/ip.h"

enum rx_net {
    RX_NET_NONE = 0,
    RX_NET_SINKHOLE, /* seized and blocked names are led there */
    RX_NET_PARKING,
    RX_NET_CDN,
    RX_NET_HOSTING, /* shared hosting: one address, thousands of customers */
    RX_NET_CLOUD,   /* machines by the hour: today's tenant is not yesterday's */
    RX_NET_COUNT
};

/* The narrowest purpose wins: a sinkhole in a cloud is a sinkhole. Complexity: O(log networks). */
enum rx_net rx_net_of(struct rx_ip ip);
const char *rx_net_name(enum rx_net kind); /* "none", "sinkhole"... */
size_t rx_net_count(enum rx_net kind);     /* networks of the list, for its test */

#endif
