/* frontier.h - which URL to fetch next, and when.
 *
 * Politeness lives here and nowhere else: one request per host at a time, a pause between two; a
 * pause between two requests to one address and at most a few at once; back-off after failures.
 * Pure: time comes in (milliseconds of a monotonic clock), nothing is read, written or resolved.
 * Not thread-safe: the loop thread owns it.
 *
 * What is durable stands in the store's queue. Here live the hosts and up to FRONTIER_URLS waiting
 * URLs of each; a host that runs dry while the store has more asks for a refill. */
#ifndef RX_CRAWLER_FRONTIER_H
#define RX_CRAWLER_FRONTIER_H

#include "base/err.h"
#include "base/str.h"
#include "base/vocab.h"
#include "crawler/frontier/pace.h"

enum { FRONTIER_URLS = 16 };

struct frontier; /* opaque: callers never see the heaps inside */

struct frontier_opts {
    struct pace_opts host;
    uint64_t address_delay_ms; /* least pause between two requests to one address */
    unsigned per_address;      /* requests to one address at once: 2 */
    uint64_t patience_ms;      /* frontier_exhausted(): what a run still waits for at its end */
    bool site_order;           /* the hosts of a site take turns: their pages have one budget */
    uint64_t rand_seed;        /* of the jitter */
};

struct frontier_host;

/* One URL to be fetched: one allocation with its text behind it. A job is owned by the frontier
 * until frontier_next() gives it out, then by the taker, who hands it back (return, push) or frees
 * it. */
struct job {
    int64_t url_id;           /* in the store; 0: not in its queue (a hop of a robots.txt) */
    struct rx_str url;        /* fetch key */
    struct rx_str host, site; /* name and site key */
    int64_t host_id;
    uint32_t depth, hops, redirects;
    int64_t priority; /* smaller first; hardly two of a run are alike (sink_links.c) */
    enum rx_link via_kind;
    int64_t via_url_id;
    unsigned attempts;        /* requests made for it so far */
    struct frontier_host *at; /* set by the frontier */
    bool is_out;              /* the frontier's: given out, not yet settled */
    void *tag;                /* the taker's own; kept while the job waits */
    uint64_t ticket;          /* the frontier's: order of equal priorities */
    char bytes[];
};
/* A copy of *model with its strings; NULL: no memory. */
RX_MUST struct job *job_new(const struct job *model);
void job_free(struct job *job);

RX_MUST struct frontier *frontier_new(const struct frontier_opts *opts);
void frontier_free(struct frontier *f);

/* Finds or adds; NULL: no memory. A new host is due at once and before older ones that are due. */
RX_MUST struct frontier_host *frontier_host(struct frontier *f, struct rx_str name,
                                            struct rx_str site, int64_t host_id, uint64_t now_ms);
struct rx_str frontier_host_name(const struct frontier_host *h);
struct rx_str frontier_host_site(const struct frontier_host *h);
int64_t frontier_host_id(const struct frontier_host *h);
/* The caller's own pointer; 0 at first. */
void **frontier_host_tag(struct frontier_host *h);
struct pace frontier_host_pace(const struct frontier_host *h);
/* What a former process left: the host waits until then. */
void frontier_host_resume(struct frontier *f, struct frontier_host *h, struct pace pace);
/* robots.txt asks for this pause: the greater of it and ours counts. Over PACE_SLOW_MS the
 * host is in the slow lane: served at its own pace, but a run does not stay open for it. */
void frontier_host_slow_down(struct frontier *f, struct frontier_host *h, uint64_t crawl_delay_ms);
/* Where the host's name leads, valid until expires_ms; before the first call it is an address of
 * its own. at_once: requests that the address may be asked at a time; 0: opts->per_address. */
RX_MUST int frontier_bind(struct frontier *f, struct frontier_host *h, struct rx_str address,
                          unsigned at_once, uint64_t expires_ms);
bool frontier_is_bound(const struct frontier_host *h, uint64_t now_ms);

/* Takes the job over (also on failure). Over FRONTIER_URLS the worst one is dropped and the host
 * remembers that the store has more. A url_id that already waits or is out is dropped. Jobs with
 * url_id 0 are never dropped. */
RX_MUST int frontier_push(struct frontier *f, struct frontier_host *h, struct job *job);
/* The store has URLs of this host that are not here. */
void frontier_host_more(struct frontier *f, struct frontier_host *h);

/* The next job that may go now, else NULL and *wake_ms is when there is one (UINT64_MAX: no idea:
 * something must come back first). The host is busy until frontier_release(). */
RX_MUST struct job *frontier_next(struct frontier *f, uint64_t now_ms, uint64_t *wake_ms);
/* No request was made: the job waits again, the host is free and not due before not_before_ms. */
RX_MUST int frontier_return(struct frontier *f, struct job *job, uint64_t not_before_ms);
/* Until its next turn h needs what another host answers, and is as lame as that one; NULL: nobody's
 * answer. */
void frontier_await(struct frontier *f, struct frontier_host *h, const struct frontier_host *other);
/* The request is over: the address has room again, the pauses begin. retry_after_ms: what the
 * answer asked for, 0 if nothing. */
void frontier_landed(struct frontier *f, struct frontier_host *h, enum pace_end end,
                     uint64_t took_ms, uint64_t retry_after_ms, uint64_t now_ms);
/* The host is to be left alone although no request of it has ended: as after a push-back. */
void frontier_hold_back(struct frontier *f, struct frontier_host *h, uint64_t retry_after_ms,
                        uint64_t now_ms);
/* Taken, but nothing was asked: as frontier_landed() without a pause. */
void frontier_cancelled(struct frontier *f, struct frontier_host *h);
/* The store knows what became of the job: until then its url_id counts as out, because the store
 * still holds it for waiting and a refill may bring it again. */
void frontier_settled(struct frontier_host *h, struct job *job);
/* What the answer brought is known: the host may be asked again when it is due. */
void frontier_release(struct frontier *f, struct frontier_host *h);

/* The next host that ran dry while the store has more; it is then not named again until
 * frontier_refilled(), which says if the store has still more. NULL: none. */
struct frontier_host *frontier_dry(struct frontier *f);
void frontier_refilled(struct frontier *f, struct frontier_host *h, bool more);
/* Drops every waiting job of the host that stands in the store, and forgets that there is more. */
void frontier_drop(struct frontier *f, struct frontier_host *h);
/* Takes a waiting job that the store does not know (url_id 0); NULL: none. It is the caller's, and
 * was not given out. */
struct job *frontier_take_hop(struct frontier *f, struct frontier_host *h);

/* Jobs waiting here or hosts to be refilled; 0: nothing left but what is out. */
size_t frontier_waiting(const struct frontier *f);
/* True when something waits, but only hosts that backed off, or are in the slow lane, for longer
 * than opts.patience_ms from now, or that wait for such a host. O(hosts). */
bool frontier_exhausted(const struct frontier *f, uint64_t now_ms);
/* Each host with something waiting. The callback may call frontier_drop(). */
void frontier_scan(struct frontier *f, void (*fn)(void *ctx, struct frontier_host *h), void *ctx);

#endif
