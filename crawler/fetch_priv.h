/* fetch_priv.h - what the files of fetch share. */
#ifndef RX_CRAWLER_FETCH_PRIV_H
#define RX_CRAWLER_FETCH_PRIV_H

#include "base/url.h"
#include "crawler/fetch.h"
#include "crawler/fetch_head.h"
#include "crawler/fetch_route.h"

#include <curl/curl.h>
#include <uv.h>

enum { FETCH_REQUEST_BYTES_MAX = 16384 };

struct transfer {
    struct fetcher *f;
    struct transfer *next; /* in the free list */
    CURL *easy;
    uv_timer_t timer; /* until the first byte; 0 when refused at once */
    bool running, timed_out, capped, bad_head;
    const char *refused; /* static; why no socket may be opened */
    enum rx_outcome refused_as;
    struct rx_ip pinned;
    struct curl_slist *connect_to;
    struct fetch_head head;
    struct fetch_result result;
    uint64_t started_mono_ms;
    char host[256];
    char error[CURL_ERROR_SIZE];
    fetch_done_fn *done;
    void *ctx;
};

struct fetcher {
    uv_loop_t *loop;
    CURLM *multi;
    uv_timer_t timer; /* when the library wants to be called */
    struct fetch_opts opts;
    char *user_agent, *ca_file;
    struct fetch_route route;
    struct curl_slist *headers;
    struct transfer **slots; /* opts.in_flight of them, made when first needed */
    size_t slot_count;
    struct transfer *free_slots;
    size_t in_flight;
    size_t handles; /* of uv, not yet closed */
    bool closing;
    void (*closed)(void *ctx);
    void *closed_ctx;
};

/* fetch_wire.c: everything that the library is told. The request headers that never change: */
RX_MUST int fetch_wire_headers(struct curl_slist **out);
/* Options that all transfers have in common, once a handle. Callbacks are the caller's. */
RX_MUST int fetch_wire_prepare(struct transfer *t);
/* This transfer's URL, method, address and header values. */
RX_MUST int fetch_wire_request(struct transfer *t, const struct fetch_request *request,
                               const struct rx_url *u);

#endif
