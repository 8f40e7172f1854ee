/* result.h - the networks of one analysis: members with confidence, what holds each together, what
 * is attached to them, and the values kept apart for review. */
#ifndef RX_GRAPH_RESULT_H
#define RX_GRAPH_RESULT_H

#include "graph/affiliate.h"
#include "graph/marks.h"

enum { RESULT_ID = 16, RESULT_STRONGEST = 5 };

struct result_member {
    uint32_t network, site; /* index of the network until names are given, then its place */
    enum rx_role role;      /* RX_ROLE_UNKNOWN: a member; else attached, in that role */
    double confidence;
    bool core;
};

struct result_network {
    char id[RESULT_ID]; /* "N-0001", "A-0001"; empty until names_give */
    bool affiliate;
    uint32_t first, count; /* part of members[], members before attached */
    uint32_t sites;        /* members, without what is attached */
    double confidence;     /* mean of the members */
    double strength;       /* bits of the best value times the share of members that carry it */
    uint32_t strongest[RESULT_STRONGEST]; /* entities, best first */
    double covers[RESULT_STRONGEST];      /* share of members that carry it, however spelled */
    uint32_t spellings[RESULT_STRONGEST]; /* of a partner's id: entities that it stands for */
    size_t strongest_count;
    uint32_t values; /* that hold it together: the strongest are the best of them */
};

struct result_bridge {
    uint32_t entity;
    uint32_t sites;
    const char *reason;
};

struct result {
    struct result_network *networks;
    struct result_member *members;
    struct result_bridge *bridges;
    struct honoured_list honoured; /* people's decisions, in order of entry */
    size_t network_count, network_cap, member_count, member_cap, bridge_count, bridge_cap;
};

/* Programmes and affiliates with their members' confidence and strongest values. */
RX_MUST int result_make(struct result *r, const struct model *m, const struct partition *p,
                        const struct affiliate *a, const struct constants *k);
/* Programme networks only, from any grouping of sites (baselines): no evidence is weighed. */
RX_MUST int result_plain(struct result *r, const struct model *m, const uint32_t *group);
RX_MUST int result_add_member(struct result *r, const struct result_member *member);
RX_MUST int result_add_bridge(struct result *r, uint32_t entity, uint32_t sites,
                              const char *reason);
/* Sorts bridges, each entity once. */
void result_sort_bridges(struct result *r);
/* Sorts members under their networks: members before attached, each in order of site. */
void result_sort(struct result *r);
void result_done(struct result *r);

#endif
