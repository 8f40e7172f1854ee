/* jail_watch.h - how long a worker has had its job: in time of the processor, so that a busy
 * machine blames no page, and in wall time, with a generous bound, for one that does not run at
 * all. For jail*.c only. */
#ifndef RX_CRAWLER_JAIL_WATCH_H
#define RX_CRAWLER_JAIL_WATCH_H

#include <stdint.h>

enum { JAIL_WALL_FACTOR = 30 }; /* wall time that a limit of processor time may take */

/* When the job began. */
struct jail_watch {
    int32_t pid;
    uint64_t cpu_ms, wall_ms;
};
void jail_watch_start(struct jail_watch *w, int32_t pid);

enum jail_watch_verdict {
    JAIL_WATCH_GOES_ON, /* look again after *wait_ms */
    JAIL_WATCH_OVERRUN, /* the job has used up its time */
    JAIL_WATCH_STALLED  /* it was not given its time, or sleeps: not its own fault, perhaps */
};
/* limit_ms: of processor time. A process that is gone goes on: its end is told elsewhere. */
enum jail_watch_verdict jail_watch_look(const struct jail_watch *w, uint64_t limit_ms,
                                        uint64_t *wait_ms);

#endif
