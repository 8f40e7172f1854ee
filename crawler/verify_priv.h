/* verify_priv.h - what the files of verify share. */
#ifndef RX_CRAWLER_VERIFY_PRIV_H
#define RX_CRAWLER_VERIFY_PRIV_H

#include "crawler/crawl.h"

/* Paths of WARC files as findings name them, and as they are opened. */
enum { VERIFY_PATH_BYTES = 4096, VERIFY_NAME_MAX = 64 };

struct stat;

struct verify {
    struct store *st;
    void (*finding)(void *ctx, const char *sentence);
    void *ctx;
    struct crawl_verify_report *report;
};

/* verify_say.c */
/* Tells one finding: a sentence with file and offset. */
void verify_found(struct verify *v, const char *fmt, ...) RX_PRINTF(2, 3);
/* "DIR/warc/NAME", with ".open" behind it if the file is still open. RX_EFULL: too long. */
RX_MUST int verify_path(char out[VERIFY_PATH_BYTES], const struct verify *v, struct rx_str name,
                        bool open);
/* The same for a file that is there: RX_ENOENT if it is not, RX_EDAMAGE if the name is none of ours
 * or does not lead to a regular file. */
RX_MUST int verify_file(char out[VERIFY_PATH_BYTES], const struct verify *v, struct rx_str name,
                        bool open, struct stat *st);

/* verify_files.c: every record of every WARC file against the database. Findings are no errors. */
RX_MUST int verify_files(struct verify *v, struct rx_err *err);
/* verify_cites.c: every cited byte, read again in the jail. */
RX_MUST int verify_cites(struct verify *v, struct crawl_jail *jail, struct rx_err *err);

#endif
