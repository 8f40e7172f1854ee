/* verify_priv.h - what the files of verify share. */
#ifndef RX_CRAWLER_VERIFY_PRIV_H
#define RX_CRAWLER_VERIFY_PRIV_H

#include "crawler/archive.h"
#include "crawler/crawl.h"

struct verify {
    struct store *st;
    void (*finding)(void *ctx, const char *sentence);
    void *ctx;
    struct crawl_verify_report *report;
};

/* verify_say.c */
/* Tells one finding: a sentence with file and offset. */
void verify_found(struct verify *v, const char *fmt, ...) RX_PRINTF(2, 3);
/* verify_files.c: every record of every WARC file against the database. Findings are no errors. */
RX_MUST int verify_files(struct verify *v, struct rx_err *err);
/* verify_cites.c: every cited byte, read again in the jail. */
RX_MUST int verify_cites(struct verify *v, struct crawl_jail *jail, struct rx_err *err);

#endif
