/* layout.h - places: each network a disc, discs packed around the largest, what is in no network in
 * rows below. Pure and deterministic. */
#ifndef RX_GRAPH_EXPORT_LAYOUT_H
#define RX_GRAPH_EXPORT_LAYOUT_H

#include "graph/export/scene.h"

/* Fills x, y and size of the nodes from edges and networks. O(n log n) but for the packing of the
 * largest discs. */
RX_MUST int layout_place(struct scene *s);

#endif
