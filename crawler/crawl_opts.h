/* crawl_opts.h - the settings of a run, read once from the configuration and checked together. */
#ifndef RX_CRAWLER_CRAWL_OPTS_H
#define RX_CRAWLER_CRAWL_OPTS_H

#include "base/conf.h"
#include "crawler/frontier/frontier.h"
#include "crawler/frontier/scope.h"
#include "crawler/net/fetch.h"
#include "crawler/net/resolve.h"
#include "crawler/statuses.h"

struct crawl_opts {
    struct fetch_opts fetch;
    struct resolve_opts resolve;
    struct frontier_opts frontier;
    struct scope_opts scope;
    bool resolves; /* names are resolved here (not by a proxy, not by a fixture) */
    bool pins;     /* connections go to the resolved address */
    bool test_network;
    struct statuses only_status; /* answers that are read; the rest is kept unread */
    bool rdap;                   /* registries are asked about domains */
    bool record_robots;          /* robots.txt is fetched and stored, not obeyed */
    uint64_t max_time_ms;
    uint64_t free_disk_bytes;
    uint64_t warc_rotate_bytes;
    uint64_t patience_ms; /* how long a run waits for hosts that backed off when all else is done */
    int64_t clock_shift_ms; /* added to the wall clock: --test-clock */
    char user_agent[512];
};

enum { CRAWL_DISK_SHARE = 10 }; /* below a tenth of the disk a run pauses, whatever its size */

/* RX_EUSAGE with a sentence if settings contradict each other. out borrows text from conf. */
RX_MUST int crawl_opts_read(struct crawl_opts *out, const struct rx_conf *conf, struct rx_err *err);
/* One JSON object: what a run's row and the audit log keep. Adds to out. */
RX_MUST int crawl_opts_json(struct rx_buf *out, const struct crawl_opts *o,
                            const struct rx_conf *conf);

#endif
