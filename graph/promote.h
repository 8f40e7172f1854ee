/* promote.h - shops and tills whose pages did not give them away.
 *
 * A role is read from a site's own pages, and some shops answer with a page or two, or with shelves
 * that are pictures. What they load still names their operator: a site of role unknown or benign
 * that carries what only known storefronts carry is a storefront. A licensed pharmacy never is.
 *
 * The front page of a till says little, and carries its operator's telephone and scripts as his
 * shops do: it is a till because shops send their buyers there. A site that reads as benign must
 * carry such evidence besides: any two shops can name a stranger. */
#ifndef RX_GRAPH_PROMOTE_H
#define RX_GRAPH_PROMOTE_H

#include "graph/model.h"

/* After weigh_entities, which must be called again: roles are part of what is weighed. */
RX_MUST int promote_sites(struct model *m, const struct constants *k);

#endif
