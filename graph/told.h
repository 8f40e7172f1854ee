/* told.h - a decision as people and programs are told of it: what, who, when, why, and what the map
 * made of it. */
#ifndef RX_GRAPH_TOLD_H
#define RX_GRAPH_TOLD_H

#include "graph/emit.h"
#include "graph/known.h"

struct told {
    struct emit *e;
    const struct decisions *d;
    const struct known *k; /* the map it may be in */
};

/* A line "decision 4: ...", one for a note that was given with it, one for what the map made of it.
 */
void told_text(const struct told *t, const struct decision *it);
/* The keys of an object that the caller opens and ends. */
void told_json(const struct told *t, const struct decision *it);

/* Is there anything to tell of a decision: does it stand, or is it still in the map? */
bool told_matters(const struct told *t, const struct decision *it);
typedef bool told_wanted_fn(const void *ctx, const struct decision *it);
/* All that matter and are wanted: under a heading, if there are any; or as the array
 * "decisions". */
void told_list(const struct told *t, told_wanted_fn *wanted, const void *ctx);
void told_list_json(const struct told *t, told_wanted_fn *wanted, const void *ctx);

/* Marks of sites in a network, and links of its members: ctx is a struct told_network. No notes. */
struct told_network {
    const struct known *k;
    const struct known_network *network;
};
told_wanted_fn told_holds;

#endif
