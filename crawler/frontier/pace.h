/* pace.h - how long to leave a host alone after an answer, or after none. Pure. */
#ifndef RX_CRAWLER_PACE_H
#define RX_CRAWLER_PACE_H

#include "base/clock.h"

struct pace_opts {
    uint64_t delay_ms;     /* least pause between two requests to one host; 0: test network only */
    uint64_t delay_max_ms; /* most that a slow answer stretches it to: 30 s */
};

/* A host's durable pace. Times are of the caller's clock. */
struct pace {
    uint64_t next_ms;  /* not asked before */
    uint64_t delay_ms; /* pushed-back delay in force; 0: the usual one */
    uint32_t failures; /* in a row */
    uint32_t clean;    /* clean answers since the last push-back */
};

/* How a request ended, as far as politeness is concerned. */
enum pace_end {
    PACE_CLEAN,
    PACE_PUSHED_BACK, /* 429, 503 */
    PACE_TIMEOUT,     /* also a connection lost in the middle */
    PACE_UNREACHABLE, /* no address, refused */
    PACE_ELSEWHERE    /* this address refused, another of the host's is tried at its next turn */
};

enum {
    PACE_SLOW_MS = 300000, /* a Crawl-delay over this puts a host into the slow lane */
    PACE_DAY_MS = 24 * 3600 * 1000
};

/* Notes the end of a request in *pace (all but next_ms) and returns the ms to wait from now.
 * retry_after_ms: what the answer asked for, 0 if nothing; crawl_delay_ms: what robots.txt asks
 * for. Never less than opts->delay_ms, crawl_delay_ms or the pushed-back delay. */
uint64_t pace_after(struct pace *pace, const struct pace_opts *opts, enum pace_end end,
                    uint64_t took_ms, uint64_t retry_after_ms, uint64_t crawl_delay_ms,
                    struct rx_rand *rand);

#endif
