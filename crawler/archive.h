/* archive.h - the WARC files of a case, opened for reading by the names that the database has for
 * them. Any one thread. */
#ifndef RX_CRAWLER_ARCHIVE_H
#define RX_CRAWLER_ARCHIVE_H

#include "store/store.h"

enum { ARCHIVE_PATH_BYTES = 4096, ARCHIVE_NAME_MAX = 64 };

struct stat;
struct warc_reader;

/* "DIR/warc/NAME", with ".open" behind it if the file is still open. RX_EFULL: too long. */
RX_MUST int archive_path(char out[ARCHIVE_PATH_BYTES], const struct store *st, struct rx_str name,
                         bool open);
/* The same for a file that is there: RX_ENOENT if it is not, RX_EDAMAGE if the name is none of ours
 * or does not lead to a regular file. */
RX_MUST int archive_file(char out[ARCHIVE_PATH_BYTES], const struct store *st, struct rx_str name,
                         bool open, struct stat *info);

/* The file that was read last stays open. Zeroed but for the store; archive_done() at the end. */
struct archive {
    struct store *st; /* borrowed */
    struct warc_reader *reader;
    char path[ARCHIVE_PATH_BYTES]; /* of the reader's file */
    bool differs;                  /* the last block is not what its digest says */
};
/* Adds the block of one record to *block. RX_EDAMAGE, RX_ENOENT: the evidence is not there; *err
 * names file and offset. */
RX_MUST int archive_block(struct rx_buf *block, struct archive *a, struct rx_str name,
                          struct store_warc_ref ref, struct rx_err *err);
void archive_done(struct archive *a);

#endif
