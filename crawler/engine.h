/* engine.h - what the loop thread's files share during a crawl: crawl.c (beginning and end),
 * crawl_loop.c (the pump), page.c (one request from its turn to its rows), origin.c (robots.txt).
 * Everything here belongs to the loop thread. */
#ifndef RX_CRAWLER_ENGINE_H
#define RX_CRAWLER_ENGINE_H

#include "base/map.h"
#include "crawler/crawl.h"
#include "crawler/crawl_opts.h"
#include "crawler/frontier/addresses.h"
#include "crawler/frontier/cookies.h"
#include "crawler/jail/jail.h"
#include "crawler/sink/sink.h"

struct page;
struct rdap;
struct crawl_loop;

/* What the loop remembers of a site, a host, an origin while it crawls. */
struct crawl_site {
    struct cookies jar;
    bool zone_asked; /* in this process */
    uint32_t asked;  /* as the writer last said */
    uint32_t out;    /* pages of it under way */
};

struct crawl_host {
    struct resolve_answer dns; /* its strings are in names */
    char *names;               /* owned */
    bool has_dns, dns_told;
    struct addresses addresses;
    unsigned silences;       /* in a row: neither the name servers nor our network spoke */
    bool nameless;           /* its name led nowhere when it was last asked for */
    enum rx_outcome failure; /* why it backs off; 0: it does not */
    char reason[160];
};

enum {
    ENGINE_POLL_MS = 100,
    ORIGIN_PATIENCE_MS = 120000,
    ENGINE_PROXY_FAILURES = 20,
    ENGINE_NAMES_FAILED = 5,
    ENGINE_SILENCE_MS = 5000, /* until it is tried again; longer each time */
    ENGINE_SILENCES = 3,      /* of a host, while others answer: then it is the host's own */
    ENGINE_SILENCES_MOST = 8  /* while nobody answers: three minutes */
};

enum origin_state { ORIGIN_UNKNOWN, ORIGIN_ASKING, ORIGIN_KNOWN };
struct origin {
    enum origin_state state;
    struct rx_buf key;   /* "http://host:port" */
    struct rx_buf rules; /* compiled */
    struct rx_buf host;  /* whose pages wait for it */
    uint64_t expires_ms; /* monotonic */
    int64_t fetch_id;
    uint64_t asked_ms; /* when the chain of requests began */
    unsigned hops, failures;
    struct frontier_host *asked; /* where the last redirect leads; NULL: its own host */
    struct origin *same;         /* the rules were found at this one's robots.txt */
};

struct engine {
    struct crawl_opts opts;
    struct frontier *frontier;
    struct fetcher *fetcher;
    struct resolver *resolver; /* NULL: names are not resolved here */
    struct jail *jail;
    struct sink *sink;
    struct rdap *rdap; /* NULL: no registry is asked */
    const struct rx_psl *psl;
    struct rx_map *sites, *hosts, *origins; /* name -> owned struct */
    struct page *pages;                     /* all that are alive */
    size_t active;                          /* pages and items that are out */
    size_t fetching;
    size_t held;      /* bytes of the pages that are alive: answers and readings */
    size_t refilling; /* hosts whose URLs were asked for */
    bool draining;    /* nothing new is taken */
    bool closing;     /* handles are being closed: answers are thrown away */
    bool paused;      /* the disk is nearly full */
    unsigned proxy_failures, answers, names_failed, names_found;
    unsigned silences; /* in a row, of all hosts: many mean that our own network is down */
    uint64_t nameless; /* hosts whose names lead nowhere */
    uint64_t put_off;  /* URLs that the run ends without because their hosts backed off */
    uint64_t done_pages, failed, bytes;
    struct rx_err err; /* err.code: why the run cannot go on */
    struct crawl_loop *loop;
    void (*stop)(struct engine *e); /* ends the loop because of err */
};

uint64_t engine_now(void);                   /* monotonic ms */
int64_t engine_wall(const struct engine *e); /* ms, shifted by the test clock */
/* Notes why the run cannot go on and ends it; the first reason counts. */
void engine_fail(struct engine *e, int code, const char *fmt, ...) RX_PRINTF(3, 4);
struct crawl_site *engine_site(struct engine *e, struct rx_str name);      /* NULL: no memory */
struct crawl_host *engine_host(struct engine *e, struct frontier_host *h); /* NULL: no memory */
/* Why the URL's own words forbid a request; NULL: they do not. Names and addresses that no test
 * network allows are refused behind a proxy as well. */
const char *engine_refuses(const struct engine *e, const struct rx_url *url,
                           enum rx_outcome *outcome);
/* Jobs that the writer found or refilled go to their hosts. */
int engine_take_jobs(struct engine *e, struct sink_item *item);

/* page.c ----------------------------------------------------------------------------------------
 */

/* A job whose turn has come; takes it over. */
void page_start(struct engine *e, struct job *job);
/* What the writer answered for the page that owns the item. */
void page_written(struct page *pg);
/* Frees every page that is left, when no callback can come any more. */
void page_free_all(struct engine *e);

/* host_facts.c: what the network says of a registrable domain, once, whatever its pages say. Asks
 * nothing where names are not resolved from here. */
void host_facts_ask(struct engine *e, struct rx_str site);

/* origin.c --------------------------------------------------------------------------------------
 */

/* The origin of url; NULL: no memory. */
struct origin *origin_of(struct engine *e, const struct rx_url *url);
void origin_free(void *origin);
/* Rules that an earlier process stored. */
int origin_restore(struct engine *e, const struct store_robots *robots);
bool origin_is_fresh(const struct origin *o, uint64_t now_ms);
/* The job that asks for its robots.txt. RX_EFULL: its URL would be too long to be one. */
RX_MUST int origin_ask(struct job **robots, struct engine *e, struct origin *o,
                       const struct job *for_job);

/* What one answer means for the origin. */
enum origin_step {
    ORIGIN_SETTLED,    /* rules are known; page->robots is to be stored */
    ORIGIN_NEXT_HOP,   /* another URL was queued */
    ORIGIN_UNREACHABLE /* nothing is allowed; asked again later */
};
/* result, reading: of the robots.txt at url (reading NULL if none was needed). */
enum origin_step origin_answer(struct engine *e, struct origin *o, const struct rx_url *url,
                               const struct fetch_result *result, const struct reading *reading);
/* The capture that the rules come from: what refusals cite. */
void origin_archived(struct origin *o, int64_t fetch_id);
/* The chain takes too long: as if it were unreachable, and the pages that wait for it are held
 * back. */
void origin_give_up(struct engine *e, struct origin *o);
/* The host whose pages wait for it; NULL: no memory. */
struct frontier_host *origin_host(struct engine *e, const struct origin *o);
/* How long until an unreachable robots.txt is asked again: 5 minutes three times, then hourly. */
uint64_t origin_retry_ms(const struct origin *o);

#endif
