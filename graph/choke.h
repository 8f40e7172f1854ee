/* choke.h - what falls if something is cut: storefronts, what they need, and who provides it.
 *
 * A *node* is a live storefront or an *element*: a till, an address, a registrar... A node *needs*
 * elements, by kind; of each kind one that stands is enough. A node that needed some of a kind and
 * has none left has *lost* that kind. An element that was cut, or that lost any kind, has fallen:
 * an address falls with its network, a till with its last address. So what is cut may reach shops
 * that never named it. A storefront that lost a vital kind is *stopped*; what only serves buyers
 * better (telephone, chat, carrier) is lost without stopping it.
 *
 * What was never seen is never lost: a shop of which no way to pay is known counts as able to be
 * paid. Needs are of what was seen at the shop, so every figure is a lower bound of the damage.
 *
 * Pure. Order is part of the result: elements are numbered by the caller in the order in which
 * equals are to be listed. */
#ifndef RX_GRAPH_CHOKE_H
#define RX_GRAPH_CHOKE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum choke_kind {                /* in the order in which they are told */
                  CHOKE_PAY = 0, /* a till or payment host */
                  CHOKE_ACCOUNT, /* to pay to; whoever needs one says so under CHOKE_PAY: either
                                    will do */
                  CHOKE_PROGRAMME,
                  CHOKE_AFFILIATE,
                  CHOKE_REGISTRAR,
                  CHOKE_NS,
                  CHOKE_ADDRESS,
                  CHOKE_AS,
                  CHOKE_PHONE,
                  CHOKE_CHAT,
                  CHOKE_CARRIER,
                  CHOKE_KINDS
};
#define CHOKE_BIT(kind) (1U << (kind))
#define CHOKE_ALL ((1U << CHOKE_KINDS) - 1)
#define CHOKE_SOFT (CHOKE_BIT(CHOKE_PHONE) | CHOKE_BIT(CHOKE_CHAT) | CHOKE_BIT(CHOKE_CARRIER))
#define CHOKE_VITAL (CHOKE_ALL & ~CHOKE_SOFT)
#define CHOKE_NONE UINT32_MAX

struct choke_need {
    uint32_t node; /* 0..shops-1: a storefront; shops + E: element E */
    uint32_t on;   /* an element, 0..elements-1 */
    enum choke_kind kind;
};

struct choke_input { /* all borrowed for the time of choke_new() */
    size_t shops, elements, networks;
    const uint32_t *network;       /* by shop; CHOKE_NONE: in none */
    const struct choke_need *need; /* in any order; repeated ones count once */
    size_t needs;
};

/* How things stand: after what is cut now. */
struct choke_state {
    uint32_t stopped; /* storefronts that lost a vital kind */
    uint32_t left;    /* the others */
    uint32_t
        lost[CHOKE_KINDS]; /* storefronts that lost the kind; of CHOKE_PAY: without a way to pay */
    uint32_t largest;      /* most storefronts that one network has left */
    uint32_t largest_network; /* the first of these, CHOKE_NONE: no network */
};

struct choke_rank {
    uint32_t element;
    uint32_t shops;           /* that hang on it: need it, or an element that does, and so on */
    uint32_t networks;        /* of these */
    struct choke_state alone; /* if it alone is cut */
};

struct choke_step {
    uint32_t element;
    uint32_t struck; /* storefronts that this step stops, or that lose a kind that was asked for */
    bool with_next;  /* chosen for what it strikes together with the next step */
    struct choke_state after; /* all steps so far */
};

struct choke;

/* RX_EINVAL: a number of a need is out of range. O(needs log needs). */
RX_MUST int choke_new(struct choke **out, const struct choke_input *in);
void choke_free(struct choke *c);
/* Nothing is cut. */
void choke_now(const struct choke *c, struct choke_state *state);
/* Storefronts that have something of the kind. */
uint32_t choke_having(const struct choke *c, enum choke_kind kind);
/* Every element, by number. Cost: the needs that hang on each, summed up. */
void choke_rank_all(struct choke *c, struct choke_rank *out);
/* Of ranks of one kind or several: most storefronts first, then most stopped, most networks, and
 * the first element. For qsort(). */
int choke_by_rank(const void *a, const void *b);
/* The storefronts that hang on an element, ascending; out has room for `shops`. falls, if not NULL,
 * says of each whether it loses a kind when the element alone is cut. */
size_t choke_shops_of(struct choke *c, uint32_t element, uint32_t *out, bool *falls);

/* Cuts up to k elements: each time the one that strikes most storefronts after what was cut before
 * it, or a few that strike more an element (all that a storefront, till or address has left of a
 * kind, if these are five at most). Of equals that on which most storefronts hang that are not
 * struck yet, and then the first; of sets the smaller, then the first. Ends early when nothing more
 * would be struck; last steps that strike nobody are taken back. ranks: of choke_rank_all();
 * candidate: by element. taken: the steps. The state is as before afterwards. */
struct choke_wish {
    const bool *candidate;
    const struct choke_rank *ranks;
    unsigned kinds; /* bits: soft kinds among them count as a strike, too */
    size_t k;
};
RX_MUST int choke_plan(struct choke *c, struct choke_step *steps, size_t *taken,
                       const struct choke_wish *wish);

/* "checkout", "programme", ... : stored nowhere, printed and typed. */
const char *choke_kind_name(enum choke_kind kind);

#endif
