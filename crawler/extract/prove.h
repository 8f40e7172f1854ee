/* prove.h - a row's own examples, run through the very machinery that will read pages. */
#ifndef RX_CRAWLER_EXTRACT_PROVE_H
#define RX_CRAWLER_EXTRACT_PROVE_H

#include "crawler/extract/signature.h"

struct prove {
    const struct signatures *table;
    const struct common *common;
    const struct rx_psl *psl;
};

/* In each place that the row searches: the example must give its value, the counterexample none,
 * and the quote must stand where it says. The code of a wrong table (signatures_new) with file,
 * line and reason. */
RX_MUST int prove_row(const struct prove *p, size_t row, struct rx_err *err);
/* All rows of the case's own file; the first that fails. */
RX_MUST int prove_own(const struct prove *p, struct rx_err *err);

#endif
