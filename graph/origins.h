/* origins.h - what led to sites before any crawl: the mails, advertisements, profiles and lists
 * that seeds were taken out of, as nodes in front of the sites. A mail leads to the sites whose
 * URLs stand in it, and to those that carry an identifier that it names. */
#ifndef RX_GRAPH_ORIGINS_H
#define RX_GRAPH_ORIGINS_H

#include "graph/emit.h"
#include "graph/model.h"
#include "store/store.h"

/* One node: what goes by one id, in whatever list it stood. */
struct origin_node {
    struct rx_str id;    /* "mail:SHA-256", "ad:URL", "profile:URL", "list:NAME" */
    struct rx_str name;  /* of the first seed's row: file, or address */
    struct rx_str title; /* subject of a mail, name of a report; may be empty */
    const char *kind;    /* "mail", "ad", "profile", "list" */
    enum rx_purpose purpose;
    int64_t added_ms;
};
struct origin_lead {
    uint32_t node, site;        /* site: of the model */
    const struct rx_class *cls; /* by an identifier: its class, and as the site has it; or NULL */
    struct rx_str value;
    struct rx_str url, place, raw; /* url: empty where an identifier leads */
    struct rx_str warc;            /* "FILE:OFFSET" of a mail; may be empty */
    int64_t added_ms;
    uint64_t seeds; /* so many URLs of the site; url is the first */
};
struct origins {
    struct rx_arena arena;
    struct origin_node *nodes; /* in order of id */
    struct origin_lead *leads; /* in order of node, site */
    size_t node_count, lead_count;
};
/* Of the sites that m knows. What carries nothing (too common, a hint) leads nowhere: m is weighed.
 * Complexity: O(rows log rows). */
RX_MUST int origins_load(struct origins *o, struct store *st, const struct model *m,
                         struct rx_err *err);
void origins_done(struct origins *o);

#endif
