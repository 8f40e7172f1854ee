/* fetch.h - one GET, as received: curl multi by socket action on the loop. Loop thread only.
 *
 * Redirects are not followed, nothing is decoded: head and body come back byte for byte (chunks
 * and codings included), because that is what the WARC keeps. The library chooses no address: the
 * caller pins one, and the socket callback asks the guard again. Only GET and HEAD exist here. */
#ifndef RX_CRAWLER_FETCH_H
#define RX_CRAWLER_FETCH_H

#include "base/buf.h"
#include "base/digest.h"
#include "base/ip.h"
#include "base/vocab.h"

struct uv_loop_s;
struct fetcher;

struct fetch_opts {
    uint64_t connect_ms, first_byte_ms, total_ms; /* 10 s, 20 s, 60 s */
    uint32_t low_speed_bytes, low_speed_s;        /* 100 B/s for 15 s */
    size_t head_bytes, body_bytes;                /* 64 KiB, 5 MiB */
    unsigned head_lines;                          /* 200 */
    unsigned in_flight;                           /* 256 */
    const char *user_agent;
    const char *proxy; /* NULL or "": none; http:// or socks5h:// URL: nothing goes around it */
    const char *connect_to; /* NULL or "": none; "host:port[,tlsport]": where all connections go */
    const char *ca_file;    /* NULL: the distribution's bundle */
    bool test_network;      /* the guard lets everything pass */
};

enum { FETCH_COOKIE_MAX = 8192, FETCH_AGENT_MAX = 512 };

struct fetch_request {
    struct rx_str url;      /* as base/url serialises; http or https; user info is not sent */
    const struct rx_ip *ip; /* pinned address; ignored with a proxy or connect_to */
    struct rx_str cookie;   /* value of the Cookie header; empty: none */
    struct rx_str referer;  /* empty: none */
    bool head_only;         /* HEAD */
    size_t body_bytes;      /* less than the fetcher's; 0: that */
    uint64_t total_ms;      /* less than the fetcher's; 0: that */
};

enum { FETCH_CHAIN_MAX = 8 };

struct fetch_tls {
    bool used;
    char protocol[16], cipher[64];
    long verify;                          /* X509_V_OK or the first error of chain verification */
    char verify_text[96];                 /* in words; "" when fine */
    bool name_ok;                         /* RFC 6125 check against the URL's host, by us */
    struct rx_buf chain[FETCH_CHAIN_MAX]; /* DER, leaf first; at most 64 KiB each; owned */
    size_t chain_count;
};

struct fetch_result {
    enum rx_outcome outcome; /* OK, TRUNCATED, or why not */
    enum rx_cut cut;
    int status;
    struct rx_buf request; /* as sent; owned */
    struct rx_buf head;    /* final response head as received, with its blank line; owned */
    struct rx_buf body;    /* as received; owned */
    char ip[RX_IP_TEXT];   /* peer; "" with a proxy */
    bool no_route;         /* no way out of this machine: that is hardly the host's fault */
    bool unconnected;      /* the address let nobody in, or did not answer; never with a proxy */
    int64_t started_ms;    /* wall */
    uint32_t took_ms;
    char reason[160]; /* for people */
    struct fetch_tls tls;
};
void fetch_result_free(struct fetch_result *r);

/* opts and its strings are copied. RX_EUSAGE: proxy or connect_to cannot be used. */
RX_MUST int fetcher_new(struct fetcher **out, struct uv_loop_s *loop, const struct fetch_opts *opts,
                        struct rx_err *err);
/* Transfers in flight are dropped and their callbacks never called; done() after the last handle
 * is closed. Not to be called twice. */
void fetcher_close(struct fetcher *f, void (*done)(void *ctx), void *ctx);
/* The callback owns *r's buffers (take them or call fetch_result_free). Never called from inside
 * fetch_start. */
typedef void fetch_done_fn(void *ctx, struct fetch_result *r);
/* request is copied. RX_EFULL: in_flight reached; RX_EINVAL: not an http or https URL, no address
 * where one is needed, a control character in a header value, or a header value that is too long.
 */
RX_MUST int fetch_start(struct fetcher *f, const struct fetch_request *request, fetch_done_fn *done,
                        void *ctx);
size_t fetch_in_flight(const struct fetcher *f);
size_t fetch_bytes(const struct fetcher *f); /* of bodies in flight */

/* RFC 9110 section 10.2.3: seconds or date, in ms from now; 0 if absent or broken; at most 24 h. */
uint64_t fetch_retry_after_ms(struct rx_str value, int64_t now_wall_ms);

#endif
