/* capture.h - WARC files read as HTTP exchanges: the records of one capture (request, response,
 * metadata) put together again, whoever wrote them. Any one thread. */
#ifndef RX_CRAWLER_CAPTURE_H
#define RX_CRAWLER_CAPTURE_H

#include "base/url.h"
#include "crawler/net/fetch.h"

enum capture_kind {
    CAPTURE_EXCHANGE = 1, /* a response, perhaps with its request and metadata */
    CAPTURE_FAILURE,      /* a request that brought none, as rxmap's crawl notes it */
    CAPTURE_RESOURCE      /* anything else that is kept as it is: DNS answers, chains */
};

/* Owned by whoever holds it; capture_free(). */
struct capture {
    enum capture_kind kind;
    struct rx_buf url_text;
    struct rx_url url;          /* fetch key, parsed; views into url_text */
    struct fetch_result result; /* EXCHANGE, FAILURE */
    bool is_robots;             /* a robots.txt that was asked for as such */
    bool stays, elsewhere;      /* as in struct sink_page */
    enum rx_link via_kind;      /* how it was come to; a plain link where the file does not say */
    uint32_t depth, hops, redirects;
    struct rx_buf facts;   /* lines "fact-KIND: VALUE" */
    struct rx_buf rdap_of; /* the domain that a registry was asked about; or empty */
    struct rx_buf uri, media_type, payload; /* RESOURCE */
    int64_t when_ms;
    /* Where the records stand in the file, as members; bytes 0: they are none. */
    uint64_t response_at, response_bytes, request_at, request_bytes;
};
void capture_free(struct capture *c);

struct capture_reader;
RX_MUST int capture_open(struct capture_reader **out, const char *path, struct rx_err *err);
/* 1 and a capture (the caller's, to be freed), 0 at the end, RX_EDAMAGE with file and offset. */
RX_MUST int capture_next(struct capture_reader *r, struct capture **out, struct rx_err *err);
uint64_t capture_records(const struct capture_reader *r); /* read so far */
uint64_t capture_skipped(const struct capture_reader *r); /* of no use here: revisits, other URLs */
void capture_close(struct capture_reader *r);

#endif
