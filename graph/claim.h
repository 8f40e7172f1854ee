/* claim.h - tills that a site only claims: what one side says of another is no bond.
 *
 * A checkout host is bound evidence, because an order that goes elsewhere is lost to the shop. That
 * holds for the till that a shop works with. A form that no reader sees, one on a page among many
 * that lead elsewhere, and a lone site between two tills whose other shops know nothing of each
 * other cost their maker nothing, and would lay a stranger's business at his rival's door. Such
 * ties are taken out of the graph and kept for review. A programme that changes its tills shows the
 * others on a few pages, too; but then the shops of either till show the other, and that is more
 * than one side's word: unless they are so few of their till's shops that strangers may have put
 * them up. And a till that is no shop's main one is nobody's business but of those who show it. */
#ifndef RX_GRAPH_CLAIM_H
#define RX_GRAPH_CLAIM_H

#include "graph/model.h"

/* Takes claims out of the ties into m->claims and indexes the model anew. After weigh_entities,
 * which must run again; O(ties + shared tills of a site squared, 64 at most). RX_ENOMEM. */
RX_MUST int claim_settle(struct model *m, const struct constants *k);

#endif
