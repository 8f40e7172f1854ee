/* adopt.h - a WARC file of somebody else, taken into the case byte for byte: its records are then
 * cited where they stand, and what another tool sealed stays as it was sealed. */
#ifndef RX_CRAWLER_ADOPT_H
#define RX_CRAWLER_ADOPT_H

#include "store/store.h"

enum { ADOPT_NAME_BYTES = 64 };

/* Copies path into the case's warc/ as NAME.open (NAME: rxmap-RUN-SEQ.warc.gz, or the next SEQ that
 * is free), and enters the copy, as it was read back, and its records into the store as a file that
 * is open: after the commit finish_files() gives it its name. *file_id is 0, and nothing is left of
 * the copy, if the file is not one gzip member a record, each with its digests: its records must
 * then be written anew. RX_EDAMAGE names file and offset. Call within a transaction; what was
 * copied before a roll-back is to be undone. */
RX_MUST int adopt_file(struct store *st, int64_t run, uint32_t *seq, const char *path,
                       char name[ADOPT_NAME_BYTES], int64_t *file_id, struct rx_err *err);
/* Removes the copy of that name, whose rows were rolled back. */
void adopt_undo(struct store *st, const char *name);

#endif
