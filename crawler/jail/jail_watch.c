/* jail_watch.c - see jail_watch.h. */
#include "crawler/jail/jail_watch.h"

#include "base/clock.h"

#include <time.h>

enum { LOOK_LEAST_MS = 10 };

/* 0 when there is none: a clock that stands still ends at the bound of wall time. */
static uint64_t cpu_of(int32_t pid)
{
    clockid_t clock;
    struct timespec t;
    if (clock_getcpuclockid((pid_t)pid, &clock) != 0 || clock_gettime(clock, &t) != 0)
        return 0;
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void jail_watch_start(struct jail_watch *w, int32_t pid)
{
    *w = (struct jail_watch){.pid = pid, .cpu_ms = cpu_of(pid), .wall_ms = rx_mono_ms()};
}

enum jail_watch_verdict jail_watch_look(const struct jail_watch *w, uint64_t limit_ms,
                                        uint64_t *wait_ms)
{
    const uint64_t now_cpu = cpu_of(w->pid), wall = rx_mono_ms() - w->wall_ms;
    const uint64_t used = now_cpu > w->cpu_ms ? now_cpu - w->cpu_ms : 0;
    if (used >= limit_ms)
        return JAIL_WATCH_OVERRUN;
    if (wall >= limit_ms * JAIL_WALL_FACTOR)
        return JAIL_WATCH_STALLED;
    *wait_ms = limit_ms - used > LOOK_LEAST_MS ? limit_ms - used : LOOK_LEAST_MS;
    return JAIL_WATCH_GOES_ON;
}
