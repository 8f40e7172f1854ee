/* finish.h - WARC files that a run left open, closed. */
#ifndef RX_CRAWLER_FINISH_H
#define RX_CRAWLER_FINISH_H

#include "store/store.h"

/* Closes every WARC file that the database holds for open: cut to what it vouches for, synced,
 * renamed to its finished name, noted as closed; *count: how many those were. No writer of them may
 * be at work, no transaction be open. RX_EDAMAGE: one is gone or too short. */
RX_MUST int finish_files(struct store *st, uint64_t *count, struct rx_err *err);
/* Closes a run in a transaction of its own. */
RX_MUST int finish_run(struct store *st, int64_t run, bool cut_short, struct rx_err *err);

#endif
