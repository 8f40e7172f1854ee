/* near.h - which of many sketches (base/minhash.h) are nearly the same: clusters, without comparing
 * all with all.
 *
 * A sketch is cut into bands of rows; two that agree on a whole band meet in a bucket (Leskovec,
 * Rajaraman, Ullman, "Mining of massive datasets", section 3.4: half of the pairs meet at a
 * likeness of (1 / bands)^(1 / rows)). In a bucket each is compared with at most NEAR_LEADERS
 * others, so a bucket that everybody was led into costs no more than any. Who is alike is linked;
 * clusters are stars, not chains: whoever has most links, and those linked to it; a star whose
 * centre is like that of a greater one joins it.
 *
 * The outcome depends on the sketches alone, not on their order. O(n log n) for given options. */
#ifndef RX_GRAPH_NEAR_H
#define RX_GRAPH_NEAR_H

#include "base/err.h"
#include "base/minhash.h"

enum { NEAR_LEADERS = 8 };

struct near_opts {
    unsigned bands, rows; /* bands * rows <= RX_MINHASH_BINS */
    double alike;         /* least estimated likeness of two that are linked */
};
extern const struct near_opts near_duplicates; /* 16 bands of 8: from .71 on, most above .8 */
/* The baseline of 4-byte q-grams, which takes two shops for one at a likeness of .75 (Levchenko et
 * al., "Click trajectories", 2011). */
extern const struct near_opts near_qgrams;

/* What it took, for those who watch; NULL: nobody does. */
struct near_cost {
    size_t compared, links;
};

/* group[i] = the least member of i's cluster; i itself if it is alone. A sketch that is all zero
 * (of nothing) is alone. RX_ENOMEM; RX_EFULL: 2^31 sketches. */
RX_MUST int near_group(uint32_t *group, const struct rx_sketch *sketches, size_t count,
                       const struct near_opts *opts, struct near_cost *cost);

#endif
