/* truth_pages.h - which of the pages that a labelled file lists does the case hold? */
#ifndef RX_GRAPH_TRUTH_PAGES_H
#define RX_GRAPH_TRUTH_PAGES_H

#include "graph/truth.h"
#include "store/store.h"

/* Sets read of every page of t that was fetched and read, under whatever scheme and host of its
 * site. A page is also read where its URL held one parameter more, or more at the end: a partner's
 * id. */
RX_MUST int truth_pages_mark(struct truth *t, struct store *st, struct rx_err *err);

#endif
