/* known.h - the networks that the last `map` found, read back from the store. */
#ifndef RX_GRAPH_KNOWN_H
#define RX_GRAPH_KNOWN_H

#include "base/arena.h"
#include "graph/result.h"
#include "store/store.h"

struct known_network {
    char id[RESULT_ID];
    bool affiliate;
    uint32_t sites;
    double confidence;
    struct rx_str strongest; /* JSON array (write.c) */
    uint32_t first, count;   /* part of members[] */
};

struct known_member {
    uint32_t network;
    struct rx_str site, role; /* role: "member", or that of an attached host */
    double confidence;
    bool core;
};

struct known_honoured { /* a decision that the map knew of */
    int64_t decision;
    enum decision_effect effect;
    uint32_t sites;
    struct rx_str why;
};

struct known {
    struct rx_arena arena;
    bool present;     /* an analysis is there */
    int64_t analysis; /* its id */
    int64_t upto_run;
    struct rx_str background;
    struct known_network *networks;  /* in order of name, programmes first */
    struct known_member *members;    /* under their network */
    uint32_t *by_site;               /* members in order of site, then network */
    struct known_honoured *honoured; /* in order of decision */
    size_t network_count, network_cap, member_count, member_cap, honoured_count, honoured_cap;
};

/* Present or not is no error. */
RX_MUST int known_load(struct known *k, struct store *st, struct rx_err *err);
/* The same from a result that is not stored (an earlier run). */
RX_MUST int known_adopt(struct known *k, const struct result *r, const struct model *m,
                        int64_t upto_run, struct rx_err *err);
void known_done(struct known *k);
const struct known_network *known_find(const struct known *k, struct rx_str id);
/* Memberships of a site: by_site[*first .. *first + result). */
size_t known_of_site(const struct known *k, struct rx_str site, size_t *first);
/* The programme network that a site is a member of (attached does not count), or NULL. */
const struct known_network *known_programme(const struct known *k, struct rx_str site);
/* What the map made of a decision, or NULL: it did not know it. */
const struct known_honoured *known_honoured_of(const struct known *k, int64_t decision);
bool known_is_member(const struct known_member *m);

#endif
