/* sink.h - the writer: evidence first, then rows, in batches, in a thread of its own.
 *
 *   loop thread   --sink_put(item)-->   queue   -->  writer: WARC, rows, scope; fdatasync; COMMIT
 *                 <--sink_take()-----  answered <--  (one transaction a batch)
 *
 * Invariants. No row is committed before the evidence it cites is on disk. An item comes back only
 * when what it brought is committed. Items are answered in the order in which they were put. The
 * store's handle belongs to the writer from sink_start() to sink_stop(). An item is handed over
 * whole: nobody but the writer touches it until it comes back. */
#ifndef RX_CRAWLER_SINK_H
#define RX_CRAWLER_SINK_H

#include "base/site.h"
#include "crawler/frontier/frontier.h"
#include "crawler/frontier/scope.h"
#include "crawler/jail/reading.h"
#include "crawler/net/fetch.h"
#include "crawler/net/resolve.h"
#include "store/store.h"

struct asn_table;
struct sink; /* opaque */

struct sink_opts {
    struct store *store;      /* handed over between sink_start and sink_stop */
    const struct rx_psl *psl; /* borrowed */
    int64_t run;
    struct scope_opts scope;
    const char *tables; /* hash of the signature tables in force */
    uint64_t warc_rotate_bytes;
    struct rx_str warc_info; /* payload of warcinfo; copied */
    /* Which network and country an address is in; NULL: not looked up. Borrowed. */
    const struct asn_table *asn, *country;
    bool follow;  /* links are judged and queued; false in replay */
    bool no_warc; /* nothing is written: every record stands in the case already */
    /* Called on the writer's thread when items have been answered, or all is lost. */
    void (*notify)(void *ctx);
    void *ctx;
};

/* What one request, or the refusal to make one, brought. Filled by the loop thread; the part below
 * is the writer's answer. Pointers are borrowed from the item's owner until it comes back. */
struct sink_page {
    struct job *job;
    bool is_robots; /* a robots.txt: not in the queue, not a page of its site */
    bool requested; /* something was asked of the network: counts against the site's pages */
    bool stays;     /* the URL waits for another attempt */
    bool elsewhere; /* ...at another address of the host: this one counts for none */
    enum rx_outcome outcome;
    const char *reason;               /* for people; "" if none */
    struct fetch_result *result;      /* NULL: no request was made */
    const struct reading *reading;    /* NULL: nothing was read */
    const struct resolve_answer *dns; /* the host's answer, the first time in a run */
    struct rx_str facts;              /* replay: lines "fact-KIND: VALUE" of the metadata record */
    int64_t robots_fetch_id;          /* what a refusal cites */
    /* The records that stand in the case already (replay); file_id 0: they are to be written. */
    struct store_warc_ref response, request;
    struct store_robots robots; /* origin.n > 0: rules to be kept */
    bool has_pace;
    struct store_host pace; /* the host's, in wall time; its id is the writer's to know */
    struct store_host held; /* id > 0: the same of the host whose robots.txt this was to be */
    int64_t when_ms;        /* wall */

    uint64_t links_room; /* the writer's: bytes of links that the page may still bring */

    int64_t fetch_id;    /* answer */
    uint32_t site_asked; /* URLs asked of the site so far */
};

enum sink_what {
    SINK_PAGE,
    SINK_REFILL,   /* the next waiting URLs of a host */
    SINK_DROP,     /* every waiting URL of a host leaves the queue */
    SINK_RESOURCE, /* a record that is kept as it is: of a domain's DNS; replay: any */
    SINK_RDAP      /* a registry's answer about a domain, or why there is none */
};

enum { SINK_REASON = 256 };

struct sink_item {
    enum sink_what what;
    size_t bytes;          /* about what it holds in memory: for back-pressure */
    void *owner;           /* the loop's */
    bool of_page;          /* the item is part of a page, which frees it */
    struct sink_page page; /* PAGE; RDAP: its exchange, facts being all lines of its metadata */
    struct rx_str rdap_of; /* RDAP: the domain; borrowed from the owner */
    int64_t host_id;       /* REFILL, DROP */
    size_t most;           /* REFILL: how many; the answer may bring that many jobs */
    enum rx_outcome why;   /* DROP */
    bool spares_parts;     /* DROP: what is no page stays, and is answered */
    char reason[SINK_REASON];
    bool recalls; /* DROP: an earlier process knew why; the store's word for it goes before `why` */
    struct rx_str uri, media_type, payload; /* RESOURCE; borrowed from the owner */
    char *owned;                            /* RESOURCE: what they point into, or NULL */
    bool stands;                            /* RESOURCE: in the case already, there: */
    struct store_warc_ref place;
    int64_t when_ms;

    /* Answer: new or refilled URLs; a job with an empty url says that its host has more in the
     * store. The array and the jobs go to the taker. */
    struct job **jobs;
    size_t job_count, job_cap;
    bool more;        /* REFILL: the store has more than `most` */
    uint64_t dropped; /* DROP: how many URLs it were */

    struct sink_item *next; /* the sink's */
};
void sink_item_done(struct sink_item *item); /* frees the jobs that nobody took, and owned */

/* Opens or goes on with the run's WARC (a torn tail is cut and reported through the log). On the
 * caller's thread, as everything up to sink_start(). */
RX_MUST int sink_new(struct sink **out, const struct sink_opts *opts, struct rx_err *err);
/* Puts every seed that the run does not know into its queue; returns their number by *added. */
RX_MUST int sink_seed(struct sink *s, int64_t now_ms, uint64_t *added, struct rx_err *err);
/* Archives the rows that the case adds to the program's tables, unless the run's WARC has these
 * very bytes: what found a value is part of the evidence. Empty: nothing to do. */
RX_MUST int sink_own_tables(struct sink *s, struct rx_str text, int64_t now_ms, struct rx_err *err);
/* Hosts with something waiting, and how much was asked of each one's site. */
typedef int sink_host_fn(void *ctx, const struct store_host *host, uint32_t site_asked);
RX_MUST int sink_hosts(struct sink *s, sink_host_fn *fn, void *ctx, struct rx_err *err);
RX_MUST int sink_start(struct sink *s, struct rx_err *err);

void sink_put(struct sink *s, struct sink_item *item);
/* Answered items, oldest first, linked by next; NULL: none yet. */
struct sink_item *sink_take(struct sink *s);
size_t sink_bytes(struct sink *s); /* put and not yet answered */
/* RX_OK, or the failure that stopped the writer (its items then come back unanswered). */
RX_MUST int sink_state(struct sink *s, struct rx_err *err);
uint64_t sink_sites(struct sink *s); /* sites that something was queued of */

/* Lets the writer finish what was put and ends its thread; answers may still be taken. */
void sink_join(struct sink *s);

struct sink_end {
    bool close_run;
    bool cut_short; /* the run is closed with something waiting */
    int64_t now_ms;
};
/* Joins the writer if that was not done, closes the WARC (or leaves it open to be gone on
 * with), closes the run if asked; the store is the caller's again. s is freed. NULL is allowed. */
RX_MUST int sink_stop(struct sink *s, const struct sink_end *end, struct rx_err *err);

#endif
