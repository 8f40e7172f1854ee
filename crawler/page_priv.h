/* page_priv.h - what a page's files share: page.c (its life, admission, rows), page_net.c (name,
 * transfer, reading), page_robots.c (its origin's robots.txt). */
#ifndef RX_CRAWLER_PAGE_PRIV_H
#define RX_CRAWLER_PAGE_PRIV_H

#include "crawler/engine.h"

enum { REASON_BYTES = 300 };

enum page_state {
    PAGE_ADMIT,
    PAGE_RESOLVE,
    PAGE_FETCH,
    PAGE_READ,
    PAGE_WRITE,
    PAGE_WAIT, /* a callback goes on */
    PAGE_END
};

struct page {
    struct engine *e;
    struct page *older, *newer; /* in e->pages */
    enum page_state state;
    struct job *job; /* owned until it is handed back */
    struct frontier_host *host;
    struct crawl_host *known;
    struct crawl_site *site;
    struct origin *origin;
    bool is_robots, counted; /* counted: in site->out */
    bool stays;              /* the URL waits for another attempt */
    bool elsewhere;          /* ...at another address of the host: this one counts for none */
    bool landed;             /* a request was made, and the host's pause has begun */
    bool backed_off;
    struct rx_buf url_text;
    struct rx_url url;
    struct rx_buf cookie;
    enum rx_outcome outcome;
    char reason[REASON_BYTES];
    struct fetch_result result;
    bool has_result;
    struct rx_arena arena;
    size_t held; /* as last counted into the engine's */
    struct read_job read_job;
    struct reading *reading;
    struct sink_item item;
};

/* The only place where a page changes state; see page.c. */
void page_run(struct page *pg, enum page_state next);
/* Ends without a request, or without an answer. */
enum page_state page_end_with(struct page *pg, enum rx_outcome outcome, const char *reason);
/* The host's pace as the store keeps it. */
struct store_host page_wall_pace(const struct engine *e, const struct frontier_host *h);
/* The job waits again, as if its turn had not come. */
enum page_state page_wait_again(struct page *pg, uint64_t delay_ms);

/* page_net.c */
enum page_state page_resolve(struct page *pg);
enum page_state page_fetch(struct page *pg);
enum page_state page_read(struct page *pg);

/* page_robots.c: may the page be asked? Perhaps its robots.txt must be first. */
enum page_state page_ask_origin(struct page *pg);
/* The answer for a robots.txt: its rules, another host to ask, or a host that must wait. */
void page_settle_origin(struct page *pg);

#endif
