/* scratch.h - Vectorscan's working memory: one is made with each table, before the jail closes;
 * the caller that finds it in use by another thread works on a clone. Thread-safe. */
#ifndef RX_CRAWLER_EXTRACT_SCRATCH_H
#define RX_CRAWLER_EXTRACT_SCRATCH_H

#include "base/err.h"

#include <stdbool.h>

struct hs_database;
struct hs_scratch;
struct scratch;

RX_MUST int scratch_new(struct scratch **out, const struct hs_database *db);
/* Makes it do for one more database, before it is taken for the first time. */
RX_MUST int scratch_fit(struct scratch *s, const struct hs_database *db);
void scratch_free(struct scratch *s);
/* NULL: no memory for a clone. Give back what was taken. */
struct hs_scratch *scratch_take(struct scratch *s);
void scratch_give(struct scratch *s, struct hs_scratch *taken);

/* A scan that could not be made is noted by whoever has no way to return it, and asked for later;
 * asking forgets it. With several threads the note may reach another's page: then that one fails.
 */
void scratch_note_failure(struct scratch *s);
bool scratch_had_failure(struct scratch *s);

#endif
