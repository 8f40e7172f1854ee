/* vendors.h - shared services: hosts that serve any trade, so that a link to one joins nobody.
 *
 * The crawler records links to them and goes no further; the graph gives their names no weight.
 * An account at one (a tracker id, a profile name) is an identifier; the host never is. The lists
 * are base/data/NAME.txt, embedded at build time. Pure after the first call; thread-safe. */
#ifndef RX_BASE_VENDORS_H
#define RX_BASE_VENDORS_H

#include "base/str.h"

enum rx_vendor {
    RX_VENDOR_NONE = 0,
    RX_VENDOR_GIANT,     /* search engines, marketplaces, encyclopaedias, authorities */
    RX_VENDOR_SOCIAL,    /* networks and messengers */
    RX_VENDOR_SHORTENER, /* URL shorteners, link-in-bio pages */
    RX_VENDOR_CDN,       /* delivery networks, script libraries, fonts, object stores */
    RX_VENDOR_PSP,       /* payment providers and card schemes */
    RX_VENDOR_TRACKER,   /* analytics, advertising, chat, mailings */
    RX_VENDOR_PARKING,   /* parking and sale of domains */
    RX_VENDOR_DNS,       /* name servers and mail exchangers of registrars and hosters */
    RX_VENDOR_BUILDER,   /* site builders and free hosters: their own host, not their customers' */
    RX_VENDOR_COUNT
};

/* host: an A-label name in lower case, with or without a trailing dot. The name itself or one
 * above it is listed; of a builder only its own host and "www" count, because what lies below is
 * a customer. Complexity: O(labels * log names). */
enum rx_vendor rx_vendor_of(struct rx_str host);
const char *rx_vendor_name(enum rx_vendor kind); /* "none", "giant"... */

#endif
