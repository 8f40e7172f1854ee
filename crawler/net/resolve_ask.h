/* resolve_ask.h - asks the DNS for the addresses of one name (A and AAAA at once), or for records
 * of one type, by c-ares on the loop. For resolve.c, which adds the cache, the queue and the
 * waiting, and resolve_zone.c. Loop thread only. */
#ifndef RX_CRAWLER_RESOLVE_ASK_H
#define RX_CRAWLER_RESOLVE_ASK_H

#include "crawler/net/resolve.h"

struct asker; /* opaque */

/* What both questions brought. */
struct asked {
    enum rx_outcome outcome;
    struct rx_ip v4[RESOLVE_ADDRESSES], v6[RESOLVE_ADDRESSES]; /* passed the guard */
    size_t v4_count, v6_count;
    char *cnames[RESOLVE_CNAMES]; /* owned; the callback may take them (and set cname_count 0) */
    size_t cname_count;
    uint32_t ttl_s;  /* as it may be cached */
    const char *why; /* static */
    bool answered;   /* a server spoke, whatever it said */
};

RX_MUST int asker_new(struct asker **out, struct uv_loop_s *loop, const struct resolve_opts *opts,
                      struct rx_err *err);
/* Questions in flight are dropped and their callbacks never called. */
void asker_close(struct asker *a, void (*closed)(void *ctx), void *ctx);
typedef void asker_done_fn(void *ctx, struct asked *result);
/* host must live until done. done may be called inside this call: a name that is none ends there.
 * RX_ENOMEM: done is not called. */
RX_MUST int asker_ask(struct asker *a, const char *host, asker_done_fn *done, void *ctx);

/* One question of any type (RFC 1035 section 3.2.2), answered by the message as it came. why: NULL
 * if a server answered, with records or without; else static, and message is empty. May be called
 * inside asker_ask_type. RX_ENOMEM: it is not called. */
typedef void asker_message_fn(void *ctx, struct rx_str message, const char *why);
RX_MUST int asker_ask_type(struct asker *a, const char *name, unsigned type, asker_message_fn *done,
                           void *ctx);

#endif
