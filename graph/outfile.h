/* outfile.h - a file that appears whole or not at all: written under a temporary name beside its
 * own, synced, renamed. */
#ifndef RX_GRAPH_OUTFILE_H
#define RX_GRAPH_OUTFILE_H

#include "base/err.h"

#include <stdbool.h>
#include <stdio.h>

enum { OUTFILE_PATH = 4096 };

struct outfile {
    FILE *out; /* owned, unless it is stdout */
    bool is_stdout;
    char path[OUTFILE_PATH], temp[OUTFILE_PATH];
};

/* "-": stdout. */
RX_MUST int outfile_open(struct outfile *f, const char *path, struct rx_err *err);
/* rc 0: synced and renamed. Else the temporary file is removed and rc returned, so that a writer
 * ends with `return outfile_close(&f, rc, err)`. */
RX_MUST int outfile_close(struct outfile *f, int rc, struct rx_err *err);

#endif
