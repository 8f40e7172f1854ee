/* rotate.h - checkout hosts that take turns: different hosts, the same shop behind.
 *
 * Programmes rotate their hosts. Two established hosts are one programme's if what their shops have
 * in common besides (the values that half of the shops of each carry, three at least) is enough for
 * a link although the hosts differ, and is either a set of field names or of more than one group:
 * two shared vendors of scripts are not enough. */
#ifndef RX_GRAPH_ROTATE_H
#define RX_GRAPH_ROTATE_H

#include "graph/model.h"

struct rotate_pair {
    uint32_t a, b; /* entities, a < b */
};

struct rotate {
    struct rotate_pair *pairs; /* sorted */
    size_t count, cap;
};

/* hosts: the established ones, ascending. Complexity: O(ties of their sites log). */
RX_MUST int rotate_find(struct rotate *out, const struct model *m, const struct constants *k,
                        const uint32_t *hosts, size_t n);
bool rotate_has(const struct rotate *r, uint32_t a, uint32_t b);
void rotate_done(struct rotate *r);

#endif
