/* choke_facts.h - for choke_case.c: its state while it reads, and what the network says of hosts.
 */
#ifndef RX_GRAPH_CHOKE_FACTS_H
#define RX_GRAPH_CHOKE_FACTS_H

#include "graph/choke_case.h"

struct choke_use {
    uint32_t element, site;
};

struct choke_build {
    struct choke_case *c;
    const struct model *m;
    const struct known *known;
    struct rx_map *index; /* key -> element + 1 */
    struct rx_buf key;
    uint32_t *shop_of, *till_of; /* by site: storefront, element of a till; CHOKE_NONE */
    struct choke_use *lawful;    /* by sites that are licensed or benign */
    size_t lawful_count, lawful_cap;
};

/* A site uses something: a need of its storefront and of its till, and whom cutting it would hit.
 * Returns the element, or RX_E* without memory. Copies. */
int64_t choke_build_use(struct choke_build *b, uint32_t site, enum choke_kind kind,
                        struct rx_str value, struct rx_str label);
/* An element needs another. */
RX_MUST int choke_build_between(struct choke_build *b, uint32_t element, uint32_t on);
/* Is the site a live storefront, a till or lawful? */
bool choke_build_wants(const struct choke_build *b, uint32_t site);

/* Registrars, name servers, addresses and their networks of all these sites. */
RX_MUST int choke_facts_read(struct choke_build *b, struct store *st, int64_t upto_run,
                             struct rx_err *err);

#endif
