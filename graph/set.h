/* set.h - which names come together: groups of values that the same sites carry.
 *
 * A shop engine shows itself by a dozen field names at once, of which any page may lack a third. So
 * names are grouped, not pages: two names are alike when the sites that carry them are (Jaccard).
 * A group is a star: the name on most sites, and what is like it; a chain of likenesses would tie
 * engines together through names that many use. A site then carries a group when it carries enough
 * of its names, whichever these are.
 *
 * For a partner's ids the chain is wanted: an id in one programme, the tracker beside it, the id in
 * another programme. There likeness is overlap, the share of the rarer one's sites.
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
    bool chain;              /* overlap and chains, else Jaccard and stars */
};

/* group[name] = one name of its group, the same for all of them. Two sites at least must share a
 * pair. */
RX_MUST int set_group(uint32_t *group, const struct set_input *in);

#endif
