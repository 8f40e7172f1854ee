/* seed_shape.h - lists that were taken for something else, told by their first two records, before
 * every line of them is called bad. Pure. */
#ifndef RX_CRAWLER_SEED_SHAPE_H
#define RX_CRAWLER_SEED_SHAPE_H

#include "base/err.h"
#include "base/str.h"

/* RX_EINVAL: text is meant as JSON lines, but is one document or has its objects over several
 * lines. A sentence without the list's name, as below. */
RX_MUST int seed_shape_json(struct rx_str text, struct rx_err *err);
/* RX_EINVAL: text is meant as a list of lines, but is a table. The sentence names its columns. */
RX_MUST int seed_shape_lines(struct rx_str text, struct rx_err *err);

/* The fields of the first record of a table, for a sentence: "name, Domain, note". At most
 * SEED_SHAPE_COLUMNS_BYTES with the final NUL; what does not fit is "...". */
enum { SEED_SHAPE_COLUMNS_BYTES = 160 };
void seed_shape_columns(char out[SEED_SHAPE_COLUMNS_BYTES], struct rx_str text);

#endif
