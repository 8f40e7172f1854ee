/* jail_proto.h - what the three kinds of process of the jail say to each other. For jail*.c only.
 *
 * Parent and zygote: messages of fixed size on a SOCK_SEQPACKET pair. Parent and worker: frames on
 * a stream pair, a 32-bit length (host order: one machine, one program) of what follows, a byte
 * that says what it is, the payload. */
#ifndef RX_CRAWLER_JAIL_PROTO_H
#define RX_CRAWLER_JAIL_PROTO_H

#include "crawler/jail/jail.h"
#include "crawler/jail/reading_wire.h"

#include <sys/types.h>

/* ---- parent and zygote ---------------------------------------------------------------------- */

enum jail_ask_op {
    JAIL_ASK_SPAWN = 1, /* a worker, please */
    JAIL_ASK_END        /* kill it if it lives, reap it, say how it ended */
};
struct jail_ask {
    uint32_t op;
    uint32_t id; /* chosen by the parent, never twice */
};

enum jail_tell_op {
    JAIL_TELL_READY = 1, /* tables are loaded; or error says why not */
    JAIL_TELL_SPAWNED,   /* with the worker's socket; status: errno if there is none */
    JAIL_TELL_ENDED      /* status as of waitpid() */
};
struct jail_tell {
    uint32_t op;
    uint32_t id;
    int32_t status;
    int32_t pid; /* SPAWNED */
    struct rx_err error;
    char tables[RX_SHA256_HEX + 1]; /* READY: hash of the tables that were loaded */
};

struct jail_zygote {
    pid_t pid;
    int control; /* owned */
    struct jail_opts opts;
    uint32_t next_id;
};

RX_MUST int jail_ask(struct jail_zygote *z, enum jail_ask_op op, uint32_t id);
/* Receives one message; *fd is the socket that came with it, -1 if none. 0 and a message;
 * RX_ENOENT: nothing waits (with block false); RX_EIO: the zygote is gone. */
RX_MUST int jail_hear(struct jail_zygote *z, struct jail_tell *tell, int *fd, bool block);

/* ---- parent and worker ----------------------------------------------------------------------- */

enum jail_frame {
    JAIL_JOB = 'J',     /* to the worker: a packed job */
    JAIL_TRY = 'T',     /* to the worker: one byte of enum jail_escape; for the probe */
    JAIL_HELLO = 'H',   /* from the worker, once, before anything hostile: 4 bytes of layers */
    JAIL_READING = 'R', /* a packed reading */
    JAIL_SORRY = 'S',   /* no memory for a reading: the sentence */
    JAIL_TRIED = 't'    /* one byte: 1 it could */
};
enum { JAIL_FRAME_HEAD = 5 };

/* Frame head for n payload bytes. */
void jail_frame_head(char head[JAIL_FRAME_HEAD], enum jail_frame kind, size_t n);
/* Blocking; RX_EIO at the end of the stream, RX_EDAMAGE for a length over the cap. */
RX_MUST int jail_frame_write(int fd, enum jail_frame kind, struct rx_str payload);
RX_MUST int jail_frame_read(int fd, enum jail_frame *kind, struct rx_buf *payload);

/* ---- inside ---------------------------------------------------------------------------------- */

/* Locks the calling process in for good and returns the layers that hold (enum jail_layer). */
unsigned jail_lock(const struct jail_opts *opts);
/* The rest of a worker's life: lock in, say hello, read jobs from fd until it closes. */
_Noreturn void jail_worker(int fd, const struct extractor *x, const struct jail_opts *opts);
/* Tries one way out; true: it worked. In a worker only. */
bool jail_try(enum jail_escape way);

#endif
