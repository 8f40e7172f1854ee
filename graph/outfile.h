/* outfile.h - a file that appears whole or not at all: written under a temporary name beside its
 * own, synced, renamed. A link is followed: what it points to is replaced, the link stays. What is
 * no regular file (a device, a pipe) is written in place, since a name would be put over it. */
#ifndef RX_GRAPH_OUTFILE_H
#define RX_GRAPH_OUTFILE_H

#include "base/err.h"

#include <stdbool.h>
#include <stdio.h>

enum { OUTFILE_PATH = 4096 };

struct outfile {
    FILE *out; /* owned, unless it is stdout */
    bool is_stdout;
    char path[OUTFILE_PATH], temp[OUTFILE_PATH]; /* temp empty: written in place */
};

/* "-": stdout. */
RX_MUST int outfile_open(struct outfile *f, const char *path, struct rx_err *err);
/* rc 0: synced and renamed. Else the temporary file is removed and rc returned, so that a writer
 * ends with `return outfile_close(&f, rc, err)`. */
RX_MUST int outfile_close(struct outfile *f, int rc, struct rx_err *err);

/* The two halves of it, for files that appear together: all are finished before one gets its name.
 * A finished file is placed or dropped. */
RX_MUST int outfile_finish(struct outfile *f, int rc, struct rx_err *err); /* dropped on failure */
RX_MUST int outfile_place(struct outfile *f, struct rx_err *err);
void outfile_drop(struct outfile *f);

#endif
