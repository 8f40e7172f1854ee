/* site.h - which site a host belongs to: the registrable domain by the Public Suffix List,
 * private section included (x.myshopify.com is a site).
 *
 * A host without a registrable domain (a bare suffix, a single label, an IP address) is its own
 * site. Source: https://publicsuffix.org/list/ ; the list is the distribution's package, its
 * SHA-256 is kept in the case. */
#ifndef RX_BASE_SITE_H
#define RX_BASE_SITE_H

#include "base/buf.h"

struct rx_psl; /* opaque; immutable after load, so any thread may read it */

/* path NULL: the distribution's list (libpsl's built-in data as fallback). */
RX_MUST int rx_psl_load(struct rx_psl **out, const char *path, struct rx_err *err);
void rx_psl_free(struct rx_psl *psl);
/* 64 lower-case hex digits of the list's bytes (of libpsl's version string if built in). */
const char *rx_psl_sha256(const struct rx_psl *psl);

/* The registrable domain of an A-label host, as a view into host; empty when it has none. */
struct rx_str rx_psl_registrable(const struct rx_psl *psl, struct rx_str host);

/* Does the list name this ending ("com", "co.uk"), or what stands below it? What it does not name
 * is in no zone: "thoroughly at this.because". */
bool rx_psl_is_listed(const struct rx_psl *psl, struct rx_str ending);

/* The name without the dot of the root: with and without it is one host, with one pace. */
struct rx_str rx_host_name(struct rx_str host);

/* The site key: the registrable domain, else the host itself (without a trailing dot). */
struct rx_str rx_site_key(const struct rx_psl *psl, struct rx_str host);

#endif
