/* jail.h - the pool of jailed worker processes in which every hostile byte is read.
 *
 *   main process                 zygote (single thread)             worker (no file, no network)
 *   jail_zygote_start() --fork--> loads tables, then waits --fork--> limits, seccomp, Landlock
 *   jail_submit() ------------------- job frame ------------------->  reading_make()
 *   on_done() <--------------------- reading frame -----------------
 *
 * A worker that dies, lies or overruns its watchdog is replaced; its page comes back READ_FAILED
 * with the reason, its links salvaged by a linear scan in a fresh worker. Loop thread only. */
#ifndef RX_CRAWLER_JAIL_H
#define RX_CRAWLER_JAIL_H

#include "crawler/jail/reading.h"

struct uv_loop_s;
struct jail_zygote;
struct jail;

enum { JAIL_WORKERS_MAX = 256 };

struct jail_opts {
    unsigned workers;       /* 0: one a core; at most JAIL_WORKERS_MAX are started */
    uint64_t watchdog_ms;   /* 2000 of processor time a page; jail_watch.h bounds its wall time */
    size_t memory_bytes;    /* RLIMIT_AS 512 MiB */
    size_t arena_bytes;     /* 128 MiB a page */
    bool require;           /* RX_ESANDBOX if a layer is missing */
    const char *psl_path;   /* NULL: the distribution's */
    struct extract_own own; /* rows of the case; its classes are in the catalogue already */
    const char *tables;     /* hash of the tables that the readers must hold; NULL: whatever */
};

enum jail_layer {
    JAIL_PROCESS = 1,
    JAIL_RLIMIT = 2,
    JAIL_SECCOMP = 4,
    JAIL_LANDLOCK = 8,
    JAIL_NO_NEW_PRIVS = 16
};

/* Call before any thread exists, before curl, OpenSSL and SQLite are touched. From here on the
 * process ignores SIGPIPE: a dead worker's socket must not end it. */
RX_MUST int jail_zygote_start(struct jail_zygote **out, const struct jail_opts *opts,
                              struct rx_err *err);
void jail_zygote_stop(struct jail_zygote *z); /* ends and reaps its processes */

RX_MUST int jail_new(struct jail **out, struct jail_zygote *z, struct uv_loop_s *loop,
                     struct rx_err *err);
/* Closes the handles; done() after the last close callback. Jobs that were not answered are
 * forgotten: their callbacks are not called. */
void jail_close(struct jail *j, void (*done)(void *ctx), void *ctx);

/* r lives in arena, which the caller owns; NULL r only when memory ran out. Never called from
 * inside jail_submit. */
typedef void jail_done_fn(void *ctx, struct reading *r);
/* job's views must live until done; arena is filled before done is called. RX_EFULL: the job is
 * larger than any that a worker takes (64 MiB). */
RX_MUST int jail_submit(struct jail *j, const struct read_job *job, struct rx_arena *arena,
                        jail_done_fn *done, void *ctx);
/* RX_EIO: no reader can be started any more. What is not read yet comes back READ_FAILED, which
 * then says nothing of the page: to be asked before such a reading is believed. */
RX_MUST int jail_state(const struct jail *j, struct rx_err *err);
size_t jail_waiting(const struct jail *j); /* submitted, not answered: for back-pressure */
unsigned jail_workers(const struct jail *j);
/* Bits of enum jail_layer that a worker reported active, and restarts so far. */
unsigned jail_layers(const struct jail *j);
uint64_t jail_restarts(const struct jail *j);

/* For doctor and the tests: a worker tries from inside to open a file, connect, fork, exec. Returns
 * bits of what it could do (0: nothing) or a negative RX_E*. */
enum jail_escape { JAIL_CAN_OPEN = 1, JAIL_CAN_CONNECT = 2, JAIL_CAN_FORK = 4, JAIL_CAN_EXEC = 8 };
int jail_probe(struct jail_zygote *z, unsigned *layers, struct rx_err *err);

#endif
