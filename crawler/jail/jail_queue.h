/* jail_queue.h - jobs of the jail: what waits, in order, and what one of them remembers. For
 * jail*.c only. */
#ifndef RX_CRAWLER_JAIL_QUEUE_H
#define RX_CRAWLER_JAIL_QUEUE_H

#include "crawler/jail/jail.h"
#include "crawler/jail/reading_wire.h"

struct jail_job {
    struct jail_job *next;
    struct read_job ask; /* views of the caller's */
    struct rx_arena *arena;
    jail_done_fn *done;
    void *ctx;
    unsigned attempts; /* workers that ended over it, with blame or without */
    bool failed;       /* a worker was lost over it, or its reading failed: now salvaged */
    char reason[READING_REASON_MAX];
};

/* A job is in one queue at most; the queue does not own it. */
struct jail_queue {
    struct jail_job *first, *last;
};

void jail_queue_front(struct jail_queue *q, struct jail_job *job);
void jail_queue_back(struct jail_queue *q, struct jail_job *job);
struct jail_job *jail_queue_take(struct jail_queue *q); /* the first; NULL: empty */

/* How a process ended, in words, from waitpid()'s status. */
void jail_describe_end(char *out, size_t size, int status);

#endif
