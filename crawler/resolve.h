/* resolve.h - names to addresses, by c-ares on the loop: cached within the TTL's bounds, capped in
 * flight, each answer passed through the guard. Loop thread only. */
#ifndef RX_CRAWLER_RESOLVE_H
#define RX_CRAWLER_RESOLVE_H

#include "base/ip.h"
#include "base/vocab.h"

struct uv_loop_s;
struct resolver;

struct resolve_opts {
    const char *server;   /* "127.0.0.1:5353"; NULL: the system's */
    bool test_network;    /* the guard lets everything pass */
    uint64_t timeout_ms;  /* 5000 a try, two tries */
    unsigned in_flight;   /* 64 */
    size_t cache_entries; /* 100,000 */
};

enum { RESOLVE_ADDRESSES = 8, RESOLVE_CNAMES = 8 };

struct resolve_answer {
    enum rx_outcome outcome;             /* OK, NXDOMAIN, DNS, BLOCKED_ADDRESS */
    struct rx_ip ips[RESOLVE_ADDRESSES]; /* those that passed the guard, IPv4 first */
    size_t ip_count;
    struct rx_str cnames[RESOLVE_CNAMES]; /* in order of the chain */
    size_t cname_count;
    uint32_t ttl_s;
    bool from_cache;
    const char *why; /* for people; static */
};

RX_MUST int resolver_new(struct resolver **out, struct uv_loop_s *loop,
                         const struct resolve_opts *opts, struct rx_err *err);
void resolver_close(struct resolver *r, void (*done)(void *ctx), void *ctx);
/* answer is borrowed for the call. Never called from inside resolve_start. */
typedef void resolve_done_fn(void *ctx, const struct resolve_answer *answer);
RX_MUST int resolve_start(struct resolver *r, struct rx_str host, resolve_done_fn *done, void *ctx);

#endif
