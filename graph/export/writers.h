/* writers.h - one function a format: scene or store to an open file. Each returns 0 or an error
 * with its sentence; the caller syncs, renames or removes the file. */
#ifndef RX_GRAPH_EXPORT_WRITERS_H
#define RX_GRAPH_EXPORT_WRITERS_H

#include "graph/export/scene.h"

/* The plain profile that igraph, NetworkX, graphology and xmllint all read (docs/FORMATS.md).
 * Streams: memory does not grow with the graph. */
RX_MUST int graphml_write(FILE *out, const struct scene *s, struct rx_err *err);
/* RFC 4180; cells are safe to open in a spreadsheet. */
RX_MUST int csv_write_nodes(FILE *out, const struct scene *s, struct rx_err *err);
RX_MUST int csv_write_edges(FILE *out, const struct scene *s, struct rx_err *err);
/* An object a line: of GRAPH_ALL networks, sites, pages, links and sightings; of the others the
 * part that its graph is made of. */
RX_MUST int jsonl_write(FILE *out, struct scene *s, enum graph_kind what, struct store *st,
                        struct rx_err *err);
/* A picture: no script, no outside resource. */
RX_MUST int svg_write(FILE *out, const struct scene *s, struct rx_err *err);

#endif
