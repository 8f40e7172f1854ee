/* addresses.h - which of the addresses of a host's name is asked at the host's next turn. They are
 * told apart by what they are, not by where they stand in an answer: name servers turn theirs
 * around. Pure. */
#ifndef RX_CRAWLER_ADDRESSES_H
#define RX_CRAWLER_ADDRESSES_H

#include "base/ip.h"

enum { ADDRESSES_REFUSED = 8 }; /* in a row, before the host counts as unreachable */

/* Of one host; starts zeroed. */
struct addresses {
    struct rx_ip refused[ADDRESSES_REFUSED]; /* one after another, since one let us in */
    size_t refused_count;
    struct rx_ip served;
    bool has_served;
};

/* Borrowed from ips: the one that let us in the last time, else the first that has not refused; the
 * first where all have. NULL: there are none. */
const struct rx_ip *addresses_choose(const struct addresses *a, const struct rx_ip *ips,
                                     size_t count);
void addresses_served(struct addresses *a, struct rx_ip ip);
/* The address let nobody in. True: one of ips was not asked yet. False: the host is unreachable,
 * and the next round begins anew. */
bool addresses_refused(struct addresses *a, struct rx_ip ip, const struct rx_ip *ips, size_t count);

#endif
