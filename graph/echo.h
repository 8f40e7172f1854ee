/* echo.h - connectors that only repeat another.
 *
 * A certificate holds its key and its names, so who shares one of them shares the others: several
 * connectors, but one observation. Where each of them is left out in turn, the others still hold
 * what it held, and none would ever be found to join two networks alone (articulate.h). So of the
 * connectors of group tls, one whose carriers all carry another *echoes* that other. In other
 * groups nothing follows from anything: there two values that come together were put there twice.
 */
#ifndef RX_GRAPH_ECHO_H
#define RX_GRAPH_ECHO_H

#include "graph/connect.h"

/* of[i] becomes the connector that i echoes, which itself echoes none, or i. Of equals the first
 * speaks for all. O(carriers times the connectors of each). RX_ENOMEM. */
RX_MUST int echo_find(uint32_t *of, const struct connect *c, const struct model *m);

#endif
