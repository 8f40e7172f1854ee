/* resolve.h - names to addresses, by c-ares on the loop: cached within the TTL's bounds, capped in
 * flight, each answer passed through the guard. Loop thread only. */
#ifndef RX_CRAWLER_RESOLVE_H
#define RX_CRAWLER_RESOLVE_H

#include "base/ip.h"
#include "base/vocab.h"

struct uv_loop_s;
struct resolver;

struct resolve_opts {
    const char *server;   /* "127.0.0.1:5353"; NULL or "": the system's */
    bool test_network;    /* the guard lets everything pass */
    uint64_t timeout_ms;  /* 5000 a try, two tries */
    unsigned in_flight;   /* 64 */
    size_t cache_entries; /* 100,000 */
};

/* RESOLVE_WAITING_MAX: asked for and not yet answered; one more is RX_EFULL. */
enum { RESOLVE_WAITING_MAX = 65536 };

enum { RESOLVE_ADDRESSES = 8, RESOLVE_CNAMES = 8 };

struct resolve_answer {
    enum rx_outcome outcome;             /* OK, NXDOMAIN, DNS, BLOCKED_ADDRESS */
    struct rx_ip ips[RESOLVE_ADDRESSES]; /* those that passed the guard, IPv4 first */
    size_t ip_count;
    struct rx_str cnames[RESOLVE_CNAMES]; /* in order of the chain, the last holds the addresses */
    size_t cname_count;
    uint32_t ttl_s;
    bool from_cache;
    bool unanswered; /* no server spoke: that may be our network, and is not kept */
    const char *why; /* for people; static */
};

/* Whether text names a DNS server, ADDR[:PORT] or [ADDR6]:PORT, as resolve_opts.server wants it:
 * RX_EUSAGE with a sentence. resolver_new() fails so as well. */
RX_MUST int resolve_check_server(const char *text, struct rx_err *err);
RX_MUST int resolver_new(struct resolver **out, struct uv_loop_s *loop,
                         const struct resolve_opts *opts, struct rx_err *err);
/* Look-ups in flight are dropped and their callbacks never called; done() after the last handle is
 * closed. Not to be called twice. */
void resolver_close(struct resolver *r, void (*done)(void *ctx), void *ctx);
/* answer is borrowed for the call. Never called from inside resolve_start. */
typedef void resolve_done_fn(void *ctx, const struct resolve_answer *answer);
/* host: as in a URL (IPv6 in brackets); a literal is answered without asking anyone. The same name
 * asked for twice at once is looked up once. */
RX_MUST int resolve_start(struct resolver *r, struct rx_str host, resolve_done_fn *done, void *ctx);

/* What the DNS says of a domain as a whole, asked once a call: text as in zone.h, borrowed. May be
 * called inside resolve_zone. RX_EINVAL: not a name that may be asked for; RX_ENOMEM. */
typedef void resolve_zone_fn(void *ctx, struct rx_str domain, struct rx_str text);
RX_MUST int resolve_zone(struct resolver *r, struct rx_str domain, resolve_zone_fn *done,
                         void *ctx);

#endif
