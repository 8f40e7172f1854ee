/* background.h - how common a value is among unrelated sites: what tells rare from common.
 *
 * A background is a table of counts: of N benign sites, df carry the value. It never comes from the
 * seeds. One is shipped (data/background.tsv, embedded); a case may name another, and
 * `rxmap background build` makes one. Format: docs/FORMATS.md. Immutable after loading. */
#ifndef RX_GRAPH_BACKGROUND_H
#define RX_GRAPH_BACKGROUND_H

#include "base/classes.h"
#include "base/err.h"

struct background;

/* path NULL or "": the shipped one. RX_EINVAL names file and line. */
RX_MUST int background_load(struct background **out, const char *path, struct rx_err *err);
void background_free(struct background *bg);
/* Sites that carry the value. A host counts under any class whose values are hosts. */
uint32_t background_df(const struct background *bg, const struct rx_class *cls,
                       struct rx_str value);
/* N, or 0 for a class that the background's makers could not see (addresses, certificates). */
uint32_t background_sites(const struct background *bg, const struct rx_class *cls);
size_t background_values(const struct background *bg);
uint32_t background_size(const struct background *bg); /* N */
const char *background_origin(const struct background *bg);
const char *background_date(const struct background *bg);
/* "name, N sites, date", for reports; the pointer lives as long as bg. */
const char *background_title(const struct background *bg);

#endif
