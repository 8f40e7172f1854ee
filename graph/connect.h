/* connect.h - what joins sites by itself: values, sets and signatures that are enough evidence for
 * a link alone.
 *
 * A connector is such a value with the storefronts that it may join. Where its carriers show
 * checkout hosts of different families, it joins only those of the family that it belongs to: so a
 * template resold to a stranger does not bring the stranger in. A *signature* is a group of engine
 * names (globals, cookies, paths) that come together and are enough only together. */
#ifndef RX_GRAPH_CONNECT_H
#define RX_GRAPH_CONNECT_H

#include "graph/family.h"
#include "graph/model.h"

enum { CONNECT_SIGNATURE = UINT32_MAX };

struct connector {
    uint32_t entity;       /* or CONNECT_SIGNATURE */
    bool bound;            /* the site works only with that operator */
    bool unseen;           /* no site of the background has it */
    int32_t family;        /* that it stands for, or MODEL_NONE */
    uint32_t first, count; /* its part of sites[] */
};

struct connect {
    struct connector *items;
    uint32_t *sites;
    size_t count, cap, site_count, site_cap;
};

/* Finds the connectors of a level's evidence, programme and hosting: those that are an operator's
 * own, and those that come with a template (sets, signatures, single engine names), whose carriers
 * are not sorted by family: template.h judges them. */
RX_MUST int connect_find(struct connect *own, struct connect *templates, const struct model *m,
                         const struct family_table *t, const struct constants *k);
void connect_done(struct connect *c);
RX_MUST int connect_add(struct connect *c, const struct connector *like, const uint32_t *sites,
                        size_t n);

#endif
