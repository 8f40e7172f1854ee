/* resolve_priv.h - what resolve.c (names, cache, answers) and resolve_ask.c (questions, sockets)
 * share. */
#ifndef RX_CRAWLER_RESOLVE_PRIV_H
#define RX_CRAWLER_RESOLVE_PRIV_H

#include "base/map.h"
#include "crawler/resolve.h"

#include <ares.h>
#include <uv.h>

enum { RESOLVE_TTL_LEAST_S = 60, RESOLVE_TTL_MOST_S = 6 * 3600, RESOLVE_TTL_NEGATIVE_S = 60 };

struct poll; /* resolve_ask.c */

struct waiter {
    struct waiter *next;
    struct entry *entry;
    resolve_done_fn *done;
    void *ctx;
    bool from_cache;
};

struct waiters {
    struct waiter *head, *tail;
};

struct entry {
    struct resolver *r;
    unsigned refs;
    char *host; /* owned */
    bool ready;
    enum rx_outcome outcome;
    const char *why; /* static */
    struct rx_ip *ips;
    size_t ip_count;
    char *cnames[RESOLVE_CNAMES]; /* owned */
    size_t cname_count;
    uint32_t ttl_s;
    uint64_t expires_ms;
    struct waiters waiters;      /* until ready */
    struct entry *queue_next;    /* waiting for its turn */
    struct entry *older, *newer; /* in the cache, by time of answer */
};

struct resolver {
    uv_loop_t *loop;
    struct resolve_opts opts;
    ares_channel channel;
    bool has_channel;
    struct rx_map *names; /* name -> entry; holds one reference each */
    struct entry *oldest, *newest;
    size_t cached;
    struct entry *queue_head, *queue_tail;
    unsigned asked;     /* entries with open questions */
    size_t waiting;     /* waiters */
    struct waiters due; /* to be answered by on_deliver */
    struct poll *polls; /* open ones */
    uv_timer_t wake, deliver;
    size_t handles;
    unsigned unanswered;
    bool starting; /* a name that is none ends inside its own question: no recursion from there */
    bool closing;
    void (*closed)(void *ctx);
    void *closed_ctx;
};

/* resolve_ask.c */
RX_MUST int resolve_channel_open(struct resolver *r, struct rx_err *err);
/* Asks for the entry's addresses; resolve_finish(e) when both questions are over. RX_ENOMEM. */
RX_MUST int resolve_ask(struct entry *e);
/* Sees to it that the library is called when its next time-out is due. */
void resolve_arm(struct resolver *r);

/* resolve.c */
void resolve_finish(struct entry *e);
void resolve_entry_unref(struct entry *e);
/* One handle of the loop is closed; the last one ends the resolver. */
void resolve_handle_gone(struct resolver *r);

#endif
