/* progress.h - how far a crawl or an extraction is, on standard error: one line that is drawn again
 * on a terminal, elsewhere a line now and then. */
#ifndef RX_CLI_PROGRESS_H
#define RX_CLI_PROGRESS_H

#include "cli/cli.h"
#include "crawler/crawl.h"

struct progress {
    const struct cli *cli;
    uint64_t period_ms; /* between two lines where nobody watches */
    bool terminal;
    bool drawn; /* a line stands on the terminal, unfinished */
    uint64_t said_ms, pages_before, ms_before;
};

void progress_init(struct progress *w, const struct cli *cli, uint64_t period_ms);
/* For crawl_run(); ctx is the struct progress. */
void progress_tell(void *ctx, const struct crawl_progress *p);
/* For crawl_extract(). */
void progress_tell_extract(void *ctx, const struct crawl_extract_progress *p);
/* Ends the line that stands there, if any. */
void progress_end(struct progress *w);

#endif
