/* names.h - N-0001 and A-0001: names that content decides and that persist from run to run. */
#ifndef RX_GRAPH_NAMES_H
#define RX_GRAPH_NAMES_H

#include "graph/result.h"

/* What was named before: which sites were in which network. Zero-initialise. */
struct names {
    struct names_entry {
        struct rx_str site; /* owned copy */
        uint32_t number;
        bool affiliate;
    } * entries; /* sorted by level, number, site */
    size_t count, cap;
    uint32_t next[2]; /* least number not given yet, by level; 0: none given */
};

/* Names the networks of r and puts them into order of name. A network takes over the name of the
 * earlier one that it shares most sites with; the others get new names by content: strongest
 * evidence, then size, then least member. Then it remembers. */
RX_MUST int names_give(struct names *n, struct result *r, const struct model *m);
void names_done(struct names *n);

#endif
