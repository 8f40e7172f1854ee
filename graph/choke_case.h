/* choke_case.h - what the live storefronts of a case need, and from whom: the input of choke.h.
 *
 * What counts is what was seen last. A storefront is live if it answered when it was last asked.
 * Its tills, accounts, telephones, chats and carriers are those of the pages of the run that read
 * it last, in the open; its name servers, addresses and registrar those of the newest run that
 * asked for them, of the host that bears the site's name (or www. before it), else of all its
 * hosts. Tills and payment hosts have name servers, addresses and registrars of their own. Name
 * servers are folded into the domain under which they stand: who runs ns1 runs ns2. */
#ifndef RX_GRAPH_CHOKE_CASE_H
#define RX_GRAPH_CHOKE_CASE_H

#include "graph/choke.h"
#include "graph/frame.h"
#include "graph/known.h"

struct choke_element {
    enum choke_kind kind;
    struct rx_str value;     /* host, account, address, "AS64496", N-0001... arena */
    struct rx_str label;     /* class of an account; else empty */
    struct rx_str title;     /* what people call it, where the value does not say; else empty */
    uint32_t users;          /* live storefronts that need it themselves */
    uint32_t lawful;         /* licensed and benign sites of the case that use it as well */
    uint32_t df, background; /* sites that carry it, of so many of the background */
    const char *list;        /* shipped list that it is on, or NULL */
    bool limit;              /* on more sites of the case than one operator's address can be */
    bool dismissed;          /* people marked it as no evidence: a call centre, a service */
    bool apart;              /* strangers share it, so that cutting it hits them, too */
};

struct choke_case {
    struct rx_arena arena;
    uint32_t *shop_site;            /* by shop: its site of the model, ascending */
    uint32_t *network;              /* by shop: programme, place in known->networks; CHOKE_NONE */
    struct choke_element *elements; /* by kind, value, label */
    struct choke_need *needs;       /* by node, then element; each once */
    size_t shops, element_count, element_cap, need_count, need_cap;
    size_t storefronts;          /* live or not */
    uint32_t known[CHOKE_KINDS]; /* live ones of which something of the kind is known */
    size_t networks;             /* programmes: the first so many of known->networks */
    bool rdap_seen, as_seen;     /* any registry answered; any network number is known */
};

/* Everything up to the run that was mapped last. f and known stay the caller's and are read again
 * by nothing here. O(rows log rows). */
RX_MUST int choke_case_load(struct choke_case *c, const struct frame *f, const struct known *known,
                            struct store *st, struct rx_err *err);
/* What a node needs itself: needs[*first .. *first + result). */
size_t choke_case_needs(const struct choke_case *c, uint32_t node, size_t *first);
void choke_case_done(struct choke_case *c);

#endif
