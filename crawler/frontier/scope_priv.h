/* scope_priv.h - what scope's files share: scope.c (the table of sites, budgets), scope_judge.c
 * (what becomes of a link), scope_pack.c (a site as text). */
#ifndef RX_CRAWLER_SCOPE_PRIV_H
#define RX_CRAWLER_SCOPE_PRIV_H

#include "crawler/frontier/scope.h"

/* RX_EFULL: the site has SCOPE_HOSTS_MAX. */
RX_MUST int scope_add_host(struct scope_site *site, uint64_t hash);
/* RX_EFULL: as much waits as may. */
RX_MUST int scope_add_held(struct scope_site *site, const struct scope_held *held,
                           struct rx_str url);
RX_MUST int scope_unpack(struct scope_site *site, struct rx_str text);

#endif
