/* set.h - which names come together: groups of values that the same sites carry.
 *
 * A shop engine shows itself by a dozen field names at once, of which any page may lack a third. So
 * names are grouped, not pages: two names belong together when the sites that carry them are alike
 * (Jaccard, or overlap where one may be much rarer), and a group is what hangs together so. A site
 * then carries a group when it carries enough of its names, whichever these are.
 *
 * Linear in sites: pairs are counted inside a site only, over at most SET_NAMES_MAX names. */
#ifndef RX_GRAPH_SET_H
#define RX_GRAPH_SET_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SET_NAMES_MAX = 64 }; /* names of one site that take part in pairs */

struct set_input {
    size_t names, sites;     /* names are 0..names-1, sites 0..sites-1 */
    const uint32_t *first;   /* names + 1 offsets into carrier */
    const uint32_t *carrier; /* sites of each name, ascending */
    double alike;            /* least likeness of two names of one group */
    bool overlap;            /* likeness: share of the lesser name's sites, else Jaccard */
};

/* group[name] = least name of its group. Two sites at least must share a pair. */
RX_MUST int set_group(uint32_t *group, const struct set_input *in);

#endif
