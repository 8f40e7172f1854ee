/* progress.c - see progress.h. */
#include "cli/progress.h"

#include <unistd.h>

enum { RATE_PERIOD_MS = 10000 }; /* the rate is that of the last while, not of the whole run */

void progress_init(struct progress *w, const struct cli *cli, uint64_t period_ms)
{
    *w = (struct progress){
        .cli = cli, .period_ms = period_ms, .terminal = isatty(STDERR_FILENO) == 1};
}

void progress_tell(void *ctx, const struct crawl_progress *p)
{
    struct progress *w = ctx;
    if (w->cli->quiet || w->cli->no_progress)
        return;
    if (!w->terminal && p->elapsed_ms < w->said_ms + w->period_ms)
        return;
    const uint64_t ms = p->elapsed_ms - w->ms_before;
    const double rate = ms > 0 ? (double)(p->pages - w->pages_before) * 1000.0 / (double)ms : 0;
    (void)fprintf(stderr,
                  "%s%llu pages of %llu sites, %llu MB, %llu errors, %.1f pages/s, %llu in flight, "
                  "%llu left%s",
                  w->terminal ? "\r\x1b[K" : "rxmap: ", (unsigned long long)p->pages,
                  (unsigned long long)p->sites, (unsigned long long)(p->bytes >> 20),
                  (unsigned long long)p->failed, rate, (unsigned long long)p->in_flight,
                  (unsigned long long)p->waiting, w->terminal ? "" : "\n");
    w->drawn = w->terminal;
    w->said_ms = p->elapsed_ms;
    if (ms > RATE_PERIOD_MS) {
        w->pages_before = p->pages;
        w->ms_before = p->elapsed_ms;
    }
}

void progress_end(struct progress *w)
{
    if (w->drawn)
        (void)fputc('\n', stderr);
    w->drawn = false;
}
