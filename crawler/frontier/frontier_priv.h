/* frontier_priv.h - what the frontier's files share: frontier.c (hosts, addresses and their heaps:
 * who is next), frontier_jobs.c (the URLs that wait at one host, and its refills). */
#ifndef RX_CRAWLER_FRONTIER_PRIV_H
#define RX_CRAWLER_FRONTIER_PRIV_H

#include "base/map.h"
#include "crawler/frontier/frontier.h"
#include "crawler/frontier/heap.h"

struct address {
    struct heap_node node; /* in frontier.due */
    struct heap hosts;
    uint64_t next_ms;
    unsigned out, most; /* requests under way; how many there may be */
    unsigned bound;     /* hosts that point here */
    struct rx_str name;
    char bytes[];
};

struct frontier_host {
    struct heap_node node;   /* in address->hosts */
    struct address *address; /* its name itself until it is bound to an IP */
    struct job *jobs[FRONTIER_URLS + 1];
    size_t job_count;
    struct job **extra; /* jobs with url_id 0, first in first out; owned */
    size_t extra_count, extra_cap;
    struct pace pace;
    uint64_t crawl_delay_ms, bound_until_ms;
    /* The address's next_ms before this host's turn and since; equal: no pause of it to give back.
     */
    uint64_t pause_before_ms, pause_until_ms;
    const struct frontier_host *awaited; /* whose answer its next job needs; NULL: nobody's */
    bool busy, counted_out;              /* counted_out: holds a place of its address */
    bool backed_off;                     /* pace.next_ms is a back-off, not a pause */
    bool more, refilling, dry_listed;
    bool evicted; /* a job was dropped since the refill was asked for */
    int64_t *out; /* owned: url_ids that were given out and are not settled */
    size_t out_count, out_cap;
    struct frontier_host *dry_next;
    struct frontier_host *first_of_site, *next_of_site; /* the hosts of a site, in a list */
    int64_t id;
    void *tag;
    struct rx_str name, site;
    char bytes[];
};

struct frontier {
    struct frontier_opts opts;
    struct heap due;
    struct rx_map *hosts, *addresses;
    struct rx_map *sites; /* name -> the first host of the list */
    struct frontier_host *dry_first, *dry_last;
    struct rx_rand rand;
    size_t jobs, refills; /* waiting here; hosts that the store has more of */
    uint64_t ticket;
};

static inline bool frontier_has_job(const struct frontier_host *h)
{
    return h->job_count > 0 || h->extra_count > 0;
}

/* Copies s to *at, with an end, and moves *at behind it. */
struct rx_str frontier_keep(char **at, struct rx_str s);
/* Restores the invariants after something about the host changed. */
void frontier_settle(struct frontier *f, struct frontier_host *h);
/* Notes that the host ran dry, if it did and the store has more. */
void frontier_list_dry(struct frontier *f, struct frontier_host *h);
/* The job is on its way: refills must not bring it again. RX_ENOMEM. */
RX_MUST int frontier_note_out(struct frontier_host *h, struct job *job);

#endif
