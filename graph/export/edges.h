/* edges.h - the edges of the three graphs.
 *
 * links: one a (site, site, kind), as crawled. evidence: one a (site, indicator). network: shared
 * evidence between sites. A network of n sites has n(n-1)/2 pairs, too many to draw or read, so it
 * gets the heaviest spanning forest (what holds it together) and the three best partners of each
 * site (what a reader looks for); and every attached site's own ties. Any other pair is answered by
 * `explain`. */
#ifndef RX_GRAPH_EXPORT_EDGES_H
#define RX_GRAPH_EXPORT_EDGES_H

#include "graph/export/scene.h"

RX_MUST int edges_find(struct scene *s, struct store *st, struct rx_err *err);

#endif
