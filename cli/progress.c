/* progress.c - see progress.h. */
#include "cli/progress.h"

#include <unistd.h>

enum { RATE_PERIOD_MS = 10000 }; /* the rate is that of the last while, not of the whole run */

void progress_init(struct progress *w, const struct cli *cli, uint64_t period_ms)
{
    *w = (struct progress){
        .cli = cli, .period_ms = period_ms, .terminal = isatty(STDERR_FILENO) == 1};
}

/* Is it time for another line? */
static bool is_due(const struct progress *w, uint64_t elapsed_ms)
{
    return !w->cli->quiet && !w->cli->no_progress &&
           (w->terminal || elapsed_ms >= w->said_ms + w->period_ms);
}

static const char *lead(const struct progress *w)
{
    return w->terminal ? "\r\x1b[K" : "rxmap: ";
}

/* Since the last time that it was looked at. */
static double rate_of(const struct progress *w, uint64_t pages, uint64_t elapsed_ms)
{
    const uint64_t ms = elapsed_ms - w->ms_before;
    return ms > 0 ? (double)(pages - w->pages_before) * 1000.0 / (double)ms : 0;
}

static void was_said(struct progress *w, uint64_t pages, uint64_t elapsed_ms)
{
    w->drawn = w->terminal;
    w->said_ms = elapsed_ms;
    if (elapsed_ms - w->ms_before > RATE_PERIOD_MS) {
        w->pages_before = pages;
        w->ms_before = elapsed_ms;
    }
}

void progress_tell(void *ctx, const struct crawl_progress *p)
{
    struct progress *w = ctx;
    if (!is_due(w, p->elapsed_ms))
        return;
    (void)fprintf(stderr,
                  "%s%llu pages of %llu sites, %llu MB, %llu errors, %.1f pages/s, %llu in flight, "
                  "%llu left%s",
                  lead(w), (unsigned long long)p->pages, (unsigned long long)p->sites,
                  (unsigned long long)(p->bytes >> 20), (unsigned long long)p->failed,
                  rate_of(w, p->pages, p->elapsed_ms), (unsigned long long)p->in_flight,
                  (unsigned long long)p->waiting, w->terminal ? "" : "\n");
    was_said(w, p->pages, p->elapsed_ms);
}

void progress_tell_extract(void *ctx, const struct crawl_extract_progress *p)
{
    struct progress *w = ctx;
    if (!is_due(w, p->elapsed_ms))
        return;
    (void)fprintf(stderr, "%s%llu of %llu captures read again, %.0f/s%s", lead(w),
                  (unsigned long long)p->done, (unsigned long long)p->total,
                  rate_of(w, p->done, p->elapsed_ms), w->terminal ? "" : "\n");
    was_said(w, p->done, p->elapsed_ms);
}

void progress_end(struct progress *w)
{
    if (w->drawn)
        (void)fputc('\n', stderr);
    w->drawn = false;
}
