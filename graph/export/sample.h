/* sample.h - a page and a WARC record for each edge that rests on a sighting. */
#ifndef RX_GRAPH_EXPORT_SAMPLE_H
#define RX_GRAPH_EXPORT_SAMPLE_H

#include "graph/export/scene.h"

/* Fills sample_url and warc of the edges with a tie, in one pass over the store's evidence. */
RX_MUST int sample_fill(struct scene *s, struct store *st, struct rx_err *err);

#endif
