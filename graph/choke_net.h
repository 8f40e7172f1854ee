/* choke_net.h - the inside of choke.h, for choke.c and choke_plan.c.
 *
 * A *slot* is what a node needs of one kind: it counts the elements in it that stand. Cutting an
 * element lowers the count of every slot that holds it; a slot at zero is lost, and if its node is
 * an element, that one falls and lowers others in turn. Giving an element back is the same walk
 * with counts that rise, so a question "what if" costs what it touches and leaves nothing behind.
 *
 * Invariants: standing = elements of the slot that have not fallen; a node has fallen at most once,
 * so every walk ends, whatever hangs on what; trail[] holds the fallen in their order. */
#ifndef RX_GRAPH_CHOKE_NET_H
#define RX_GRAPH_CHOKE_NET_H

#include "graph/choke.h"

struct choke_slot {
    uint32_t node, standing;
    uint32_t first, count; /* its part of on[] */
    enum choke_kind kind;
};

struct choke {
    size_t shops, elements, networks;
    uint32_t *network; /* by shop */
    struct choke_slot *slots;
    size_t slot_count;
    uint32_t *on;                /* the elements of each slot, ascending */
    uint32_t *user_first, *user; /* by element: the slots that hold it */
    uint16_t *lost;              /* by shop: bits of the kinds that it lost */
    bool *fallen;                /* by element */
    uint32_t *trail;             /* elements that have fallen */
    size_t trail_count;
    uint32_t *in_network; /* by network: storefronts that are not stopped */
    uint32_t *by_size;    /* networks, most storefronts first */
    uint32_t *size;       /* by network, before anything is cut */
    uint32_t having[CHOKE_KINDS];
    struct choke_state now; /* largest is not kept up to date: see choke_settle() */
    unsigned strikes;       /* bits of the kinds whose loss strikes a storefront */
    uint32_t struck;
    uint32_t stamp;
    uint32_t *node_stamp, *network_stamp;
    uint32_t *front; /* scratch of choke_reach() */
};

void choke_cut(struct choke *c, uint32_t element);
/* Back to when the trail was that long. */
void choke_give_back(struct choke *c, size_t trail);
/* How things stand, the largest network included. O(networks that were touched). */
void choke_settle(const struct choke *c, struct choke_state *state);

struct choke_reached {
    uint32_t shops; /* not struck yet */
    uint32_t networks;
    uint32_t *list; /* or NULL: all shops, in order of discovery */
};
/* Adds what stands and needs the element, or needs what needs it. */
void choke_reach(struct choke *c, struct choke_reached *r, uint32_t element);

#endif
