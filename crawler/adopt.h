/* adopt.h - a WARC file of somebody else, taken into the case byte for byte: its records are then
 * cited where they stand, and what another tool sealed stays as it was sealed. */
#ifndef RX_CRAWLER_ADOPT_H
#define RX_CRAWLER_ADOPT_H

#include "store/store.h"

/* Copies path into the case's warc/ as rxmap-RUN-SEQ.warc.gz and enters it and its records into the
 * store. *file_id is 0, and nothing was done, if the file is not one gzip member a record, each
 * with its digests: its records must then be written anew. RX_EDAMAGE names file and offset. Call
 * within a transaction; a file that was copied before a roll-back is overwritten by the next
 * attempt. */
RX_MUST int adopt_file(struct store *st, int64_t run, uint32_t seq, const char *path,
                       int64_t *file_id, struct rx_err *err);

#endif
