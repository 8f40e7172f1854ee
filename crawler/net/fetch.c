/* fetch.c - see fetch.h.
 *
 * One multi handle, driven by the loop: the library says which sockets it waits for (on_socket)
 * and when it wants to be called (on_timeout); uv's polls and one timer call it back. A transfer
 * is a slot with its own easy handle, both kept for the next one; connections outlive transfers in
 * the multi's cache for a few seconds.
 *
 *   fetch_start --> [running] --done, cap, time--> settle() --> the caller's callback
 *                       |
 *                   the slot's timer: first byte is late, or refused before any socket
 *
 * Invariants:
 *  1. A callback of the caller is called only from settle(), settle() only from uv callbacks: never
 *     inside fetch_start, never inside a callback of the library.
 *  2. A socket is opened only to the address that fetch_route allows (the kill switch).
 *  3. Only GET and HEAD are ever set, http and https the only protocols (fetch_wire).
 *  4. After fetcher_close nothing of the caller is called but done. */
#include "crawler/net/fetch.h"

#include "base/clock.h"
#include "crawler/frontier/guard.h"
#include "crawler/net/fetch_head.h"
#include "crawler/net/fetch_outcome.h"
#include "crawler/net/fetch_tls.h"
#include "crawler/net/fetch_wire.h"

#include <curl/curl.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

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
    struct fetch_wire wire;
    struct transfer **slots; /* wire.opts.in_flight of them, made when first needed */
    size_t slot_count;
    struct transfer *free_slots;
    size_t in_flight, held; /* transfers; bytes of their bodies */
    size_t handles;         /* of uv, not yet closed */
    bool closing;
    void (*closed)(void *ctx);
    void *closed_ctx;
};

struct poll {
    uv_poll_t handle;
    struct fetcher *f;
    curl_socket_t fd;
    int events; /* what the library waits for */
};

/* ---- the end of a fetcher ----------------------------------------------------------------- */

static void fetcher_free(struct fetcher *f)
{
    for (size_t i = 0; i < f->slot_count; i++)
        free(f->slots[i]);
    free(f->slots);
    fetch_wire_done(&f->wire);
    free(f);
    curl_global_cleanup();
}

static void handle_gone(struct fetcher *f)
{
    if (--f->handles > 0 || !f->closing)
        return;
    void (*closed)(void *) = f->closed;
    void *ctx = f->closed_ctx;
    fetcher_free(f);
    if (closed)
        closed(ctx);
}

static void on_poll_closed(uv_handle_t *handle)
{
    struct poll *p = handle->data;
    struct fetcher *f = p->f;
    free(p);
    handle_gone(f);
}

static void on_timer_closed(uv_handle_t *handle)
{
    handle_gone(handle->data);
}

static void on_slot_closed(uv_handle_t *handle)
{
    struct transfer *t = handle->data;
    handle_gone(t->f);
}

/* ---- results ------------------------------------------------------------------------------ */

void fetch_result_free(struct fetch_result *r)
{
    rx_buf_free(&r->request);
    rx_buf_free(&r->head);
    rx_buf_free(&r->body);
    fetch_tls_free(&r->tls);
}

static bool by_proxy(const struct transfer *t)
{
    return t->f->wire.route.way == FETCH_PROXY;
}

/* Sets outcome and cut; the sentence is the library's unless *why says better. */
static void judge(struct transfer *t, CURLcode code, const char **why)
{
    struct fetch_result *r = &t->result;
    if (t->refused) {
        r->outcome = t->refused_as;
        *why = t->refused;
    } else if (t->bad_head) {
        r->outcome = RX_OUT_PROTOCOL;
    } else if (!t->head.done) {
        r->outcome = t->timed_out
                         ? RX_OUT_TIMEOUT
                         : fetch_outcome(t->easy, (int)code, by_proxy(t), t->result.request.n > 0);
        if (t->timed_out)
            *why = "the first byte of the response is late";
        else if (code == CURLE_OK)
            *why = "the connection ended inside the response head";
    } else if (t->capped) {
        r->outcome = RX_OUT_TRUNCATED;
        r->cut = RX_CUT_LENGTH;
        *why = "the body is longer than what is kept";
    } else if (code != CURLE_OK) {
        r->outcome = RX_OUT_TRUNCATED;
        r->cut = code == CURLE_OPERATION_TIMEDOUT ? RX_CUT_TIME : RX_CUT_DISCONNECT;
    } else {
        r->outcome = RX_OUT_OK;
    }
}

static void read_peer(struct transfer *t)
{
    char *ip = NULL;
    if (!by_proxy(t) && curl_easy_getinfo(t->easy, CURLINFO_PRIMARY_IP, &ip) == CURLE_OK && ip)
        (void)snprintf(t->result.ip, sizeof t->result.ip, "%s", ip);
}

/* A connection that was used before took no time to be made, but then something was sent. */
static bool is_unconnected(const struct transfer *t)
{
    return !by_proxy(t) && t->result.request.n == 0 &&
           (t->result.outcome == RX_OUT_CONNECT || t->result.outcome == RX_OUT_TIMEOUT) &&
           fetch_outcome_is_unconnected(t->easy);
}

/* Which of a name's addresses it was that let nobody in stands nowhere else. */
static void write_reason(struct fetch_result *r, const struct transfer *t, const char *why)
{
    char at[RX_IP_TEXT] = "";
    if (r->unconnected && t->f->wire.route.way == FETCH_PINNED)
        rx_ip_text(at, t->pinned);
    (void)snprintf(r->reason, sizeof r->reason, "%s%s%.*s", at, at[0] ? ": " : "",
                   (int)sizeof r->reason - RX_IP_TEXT - 2, why);
}

/* The transfer is over: hands the result to the caller and frees the slot before it does, so that
 * the callback may start the next one, or close the fetcher. */
static void settle(struct transfer *t, CURLcode code)
{
    struct fetcher *f = t->f;
    (void)uv_timer_stop(&t->timer);
    const char *why = code == CURLE_OK ? "" : t->error[0] ? t->error : curl_easy_strerror(code);
    judge(t, code, &why);
    read_peer(t);
    t->result.no_route = t->result.outcome == RX_OUT_CONNECT && fetch_outcome_has_no_route(t->easy);
    t->result.unconnected = is_unconnected(t);
    (void)curl_multi_remove_handle(f->multi, t->easy);
    struct fetch_result r = t->result;
    write_reason(&r, t, why);
    r.took_ms = (uint32_t)(rx_mono_ms() - t->started_mono_ms);
    r.status = t->head.done ? t->head.status : 0;
    if (t->head.done)
        r.head = rx_buf_take(&t->head.text);
    fetch_head_free(&t->head);
    t->result = (struct fetch_result){0};
    t->running = false;
    t->next = f->free_slots;
    f->free_slots = t;
    f->in_flight--;
    f->held -= r.body.n;
    t->done(t->ctx, &r);
}

static void on_slot_timer(uv_timer_t *timer)
{
    struct transfer *t = timer->data;
    t->timed_out = true;
    settle(t, CURLE_OPERATION_TIMEDOUT);
}

/* ---- the library calls us ----------------------------------------------------------------- */

static int on_debug(CURL *easy, curl_infotype type, char *data, size_t n, void *ctx)
{
    (void)easy;
    struct transfer *t = ctx;
    struct rx_str sent = rx_strn(data, n);
    if (type != CURLINFO_HEADER_OUT || t->f->closing)
        return 0;
    /* A whole head is there already: that was the proxy's CONNECT, or a first try on a kept
     * connection that turned out dead. */
    struct rx_buf *request = &t->result.request;
    if (rx_str_ends(rx_buf_str(request), RX_STR("\r\n\r\n")))
        rx_buf_clear(request);
    if (request->n == 0 && rx_str_starts(sent, RX_STR("CONNECT ")))
        return 0;
    if (!t->head.done && !uv_is_active((uv_handle_t *)&t->timer))
        (void)uv_timer_start(&t->timer, on_slot_timer, t->f->wire.opts.first_byte_ms, 0);
    if (rx_buf_add(request, sent)) /* no memory: there is room for any request, see fetch_wire.h */
        rx_buf_clear(request);
    return 0;
}

static size_t on_head(char *data, size_t size, size_t count, void *ctx)
{
    struct transfer *t = ctx;
    size_t n = size * count;
    (void)uv_timer_stop(&t->timer);
    bool was_done = t->head.done;
    int rc = fetch_head_line(&t->head, rx_strn(data, n));
    if (rc) {
        t->bad_head = true;
        return 0;
    }
    if (!was_done && t->head.done) {
        /* The connection is ours only while the transfer runs: look at it now. */
        struct curl_tlssessioninfo *info = NULL;
        if (curl_easy_getinfo(t->easy, CURLINFO_TLS_SSL_PTR, &info) == CURLE_OK && info &&
            info->backend == CURLSSLBACKEND_OPENSSL && info->internals)
            fetch_tls_read(&t->result.tls, info->internals, rx_str(t->host));
    }
    return n;
}

static size_t on_body(char *data, size_t size, size_t count, void *ctx)
{
    struct transfer *t = ctx;
    size_t n = size * count, room = t->result.body.max - t->result.body.n;
    size_t take = n < room ? n : room;
    if (rx_buf_add(&t->result.body, rx_strn(data, take))) {
        t->capped = true;
        return 0;
    }
    t->f->held += take;
    t->capped |= take < n;
    return take;
}

static curl_socket_t on_open(void *ctx, curlsocktype purpose, struct curl_sockaddr *to)
{
    struct transfer *t = ctx;
    const char *why = purpose == CURLSOCKTYPE_IPCXN
                          ? fetch_route_refuses(&t->f->wire.route, &t->pinned, &to->addr)
                          : "not a connection";
    if (why) {
        t->refused = why;
        t->refused_as = t->f->wire.route.way == FETCH_PROXY ? RX_OUT_PROXY : RX_OUT_BLOCKED_ADDRESS;
        return CURL_SOCKET_BAD;
    }
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* Settles what has ended. The caller's callback may close the fetcher: then stop at once. */
static void reap(struct fetcher *f)
{
    int left = 0;
    for (CURLMsg *m; !f->closing && (m = curl_multi_info_read(f->multi, &left));) {
        struct transfer *t = NULL;
        CURLcode code = m->data.result;
        if (m->msg == CURLMSG_DONE &&
            curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&t) == CURLE_OK && t)
            settle(t, code);
    }
}

static void on_poll(uv_poll_t *handle, int status, int events)
{
    struct poll *p = handle->data;
    struct fetcher *f = p->f;
    /* A peer's reset stops the poll without a word of what may still be read before it. The library
     * finds that out by trying, and the error's name as well. */
    const bool broke = status < 0;
    const int flags = (broke || events & UV_READABLE ? CURL_CSELECT_IN : 0) |
                      (broke || events & UV_WRITABLE ? CURL_CSELECT_OUT : 0);
    int running = 0;
    (void)curl_multi_socket_action(f->multi, p->fd, flags, &running);
    if (broke && !uv_is_closing((uv_handle_t *)&p->handle))
        (void)uv_poll_start(&p->handle, p->events, on_poll);
    reap(f);
}

static void on_timer(uv_timer_t *timer)
{
    struct fetcher *f = timer->data;
    int running = 0;
    (void)curl_multi_socket_action(f->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    reap(f);
}

static int on_timeout(CURLM *multi, long wait_ms, void *ctx)
{
    (void)multi;
    struct fetcher *f = ctx;
    if (f->closing)
        return 0;
    if (wait_ms < 0)
        (void)uv_timer_stop(&f->timer);
    else
        (void)uv_timer_start(&f->timer, on_timer, (uint64_t)wait_ms, 0);
    return 0;
}

static struct poll *poll_new(struct fetcher *f, curl_socket_t fd)
{
    struct poll *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->f = f;
    p->fd = fd;
    p->handle.data = p;
    if (uv_poll_init_socket(f->loop, &p->handle, fd)) {
        free(p);
        return NULL;
    }
    f->handles++;
    (void)curl_multi_assign(f->multi, fd, p);
    return p;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *socket_ctx)
{
    (void)easy;
    struct poll *p = socket_ctx;
    if (what == CURL_POLL_REMOVE) {
        if (p) {
            (void)uv_poll_stop(&p->handle);
            uv_close((uv_handle_t *)&p->handle, on_poll_closed);
        }
        return 0;
    }
    if (!p && !(p = poll_new(ctx, fd)))
        return -1;
    p->events = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
    return uv_poll_start(&p->handle, p->events, on_poll) ? -1 : 0;
}

/* ---- setting up --------------------------------------------------------------------------- */

#define SET(option, value) (rc |= (int)curl_easy_setopt(e, option, value))

static int set_callbacks(CURL *e, struct transfer *t)
{
    int rc = 0;
    SET(CURLOPT_PRIVATE, t);
    SET(CURLOPT_ERRORBUFFER, t->error);
    SET(CURLOPT_HEADERFUNCTION, on_head);
    SET(CURLOPT_HEADERDATA, t);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, t);
    SET(CURLOPT_OPENSOCKETFUNCTION, on_open);
    SET(CURLOPT_OPENSOCKETDATA, t);
    SET(CURLOPT_VERBOSE, 1L); /* the only way to the request's bytes as they went out */
    SET(CURLOPT_DEBUGFUNCTION, on_debug);
    SET(CURLOPT_DEBUGDATA, t);
    return rc;
}

static struct transfer *slot_new(struct fetcher *f)
{
    struct transfer *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->f = f;
    t->easy = curl_easy_init();
    if (!t->easy || fetch_wire_prepare(&f->wire, t->easy) || set_callbacks(t->easy, t) ||
        uv_timer_init(f->loop, &t->timer)) {
        curl_easy_cleanup(t->easy);
        free(t);
        return NULL;
    }
    t->timer.data = t;
    f->handles++;
    f->slots[f->slot_count++] = t;
    return t;
}

static struct transfer *slot_take(struct fetcher *f)
{
    if (f->in_flight >= f->wire.opts.in_flight)
        return NULL;
    struct transfer *t = f->free_slots;
    if (t)
        f->free_slots = t->next;
    else
        t = slot_new(f);
    return t;
}

static int set_multi(struct fetcher *f)
{
    int rc = 0;
    f->multi = curl_multi_init();
    if (!f->multi)
        return RX_ENOMEM;
    rc |= (int)curl_multi_setopt(f->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    rc |= (int)curl_multi_setopt(f->multi, CURLMOPT_SOCKETDATA, f);
    rc |= (int)curl_multi_setopt(f->multi, CURLMOPT_TIMERFUNCTION, on_timeout);
    rc |= (int)curl_multi_setopt(f->multi, CURLMOPT_TIMERDATA, f);
    rc |= (int)curl_multi_setopt(f->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    rc |= (int)curl_multi_setopt(f->multi, CURLMOPT_MAXCONNECTS, (long)f->wire.opts.in_flight);
    return rc ? RX_EINVAL : 0;
}

static int fill(struct fetcher *f, const struct fetch_opts *opts, struct rx_err *err)
{
    if (strlen(opts->user_agent) > FETCH_AGENT_MAX)
        return rx_fail(err, RX_EUSAGE, "the user agent is longer than %d bytes", FETCH_AGENT_MAX);
    int rc = fetch_wire_init(&f->wire, opts, err);
    if (rc)
        return rc;
    f->slots = calloc(opts->in_flight ? opts->in_flight : 1, sizeof(struct transfer *));
    if (!f->slots || set_multi(f) || uv_timer_init(f->loop, &f->timer)) {
        (void)curl_multi_cleanup(f->multi);
        return rx_fail(err, RX_ENOMEM, "fetch: the transfer library cannot start");
    }
    f->timer.data = f;
    f->handles = 1;
    return 0;
}

int fetcher_new(struct fetcher **out, struct uv_loop_s *loop, const struct fetch_opts *opts,
                struct rx_err *err)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT))
        return rx_fail(err, RX_ENOMEM, "fetch: the transfer library cannot start");
    struct fetcher *f = calloc(1, sizeof *f);
    if (!f) {
        curl_global_cleanup();
        return rx_fail(err, RX_ENOMEM, "fetch: out of memory");
    }
    f->loop = loop;
    int rc = fill(f, opts, err);
    if (rc) {
        fetcher_free(f);
        return rc;
    }
    *out = f;
    return 0;
}

void fetcher_close(struct fetcher *f, void (*done)(void *ctx), void *ctx)
{
    f->closing = true;
    f->closed = done;
    f->closed_ctx = ctx;
    for (size_t i = 0; i < f->slot_count; i++) {
        struct transfer *t = f->slots[i];
        (void)curl_multi_remove_handle(f->multi, t->easy);
        curl_easy_cleanup(t->easy);
        fetch_wire_list_free(t->connect_to);
        fetch_head_free(&t->head);
        fetch_result_free(&t->result);
        uv_close((uv_handle_t *)&t->timer, on_slot_closed);
    }
    (void)curl_multi_cleanup(f->multi); /* closes kept connections: polls are closed by on_socket */
    uv_close((uv_handle_t *)&f->timer, on_timer_closed);
}

/* ---- one transfer ------------------------------------------------------------------------- */

static bool is_clean(struct rx_str value)
{
    for (size_t i = 0; i < value.n; i++)
        if ((unsigned char)value.p[i] < 0x20 || value.p[i] == 0x7f)
            return false;
    return true;
}

/* What must be refused before a socket is thought of. With a proxy nobody else asks: names are
 * not resolved here, and the socket's address is the proxy's. */
static void refuse_early(struct transfer *t, const struct rx_url *u)
{
    const struct fetch_route *route = &t->f->wire.route;
    struct rx_str host = u->host;
    struct rx_ip ip;
    if (route->test_network)
        return;
    t->refused_as = RX_OUT_BLOCKED_ADDRESS;
    if (host.n >= 2 && host.p[0] == '[')
        host = rx_str_sub(host, 1, host.n - 1);
    if (!guard_port(u->port)) {
        t->refused = "port";
        t->refused_as = RX_OUT_BLOCKED_PORT;
    } else if (u->host_is_ip) {
        t->refused = rx_ip_parse(&ip, host) ? "address" : guard_address(ip);
    } else if (!(route->way == FETCH_PROXY && rx_str_ends(host, RX_STR(".onion")))) {
        t->refused = guard_name(host); /* an onion name is the proxy's business */
    }
}

static void slot_reset(struct transfer *t, const struct fetch_request *request,
                       const struct rx_url *u)
{
    const struct fetch_opts *o = &t->f->wire.opts;
    const size_t body_bytes = request->body_bytes > 0 && request->body_bytes < o->body_bytes
                                  ? request->body_bytes
                                  : o->body_bytes;
    t->timed_out = t->capped = t->bad_head = false;
    t->refused = NULL;
    t->error[0] = '\0';
    t->pinned = request->ip ? *request->ip : (struct rx_ip){0};
    (void)snprintf(t->host, sizeof t->host, "%.*s", RX_FMT(u->host));
    fetch_head_init(&t->head, o->head_bytes, o->head_lines);
    t->result = (struct fetch_result){.request = RX_BUF(FETCH_REQUEST_BYTES_MAX),
                                      .body = RX_BUF(body_bytes),
                                      .started_ms = rx_wall_ms()};
    t->started_mono_ms = rx_mono_ms();
    refuse_early(t, u);
}

static int launch(struct transfer *t)
{
    if (t->refused)
        return uv_timer_start(&t->timer, on_slot_timer, 0, 0) ? RX_ENOMEM : 0;
    return curl_multi_add_handle(t->f->multi, t->easy) ? RX_ENOMEM : 0;
}

int fetch_start(struct fetcher *f, const struct fetch_request *request, fetch_done_fn *done,
                void *ctx)
{
    struct rx_buf serial = RX_BUF(RX_URL_MAX);
    struct rx_url u;
    if (!request->url.n || rx_url_parse(&u, &serial, request->url, NULL) ||
        !is_clean(request->cookie) || !is_clean(request->referer) ||
        request->cookie.n > FETCH_COOKIE_MAX || request->referer.n > RX_URL_MAX ||
        (f->wire.route.way == FETCH_PINNED && !request->ip)) {
        rx_buf_free(&serial);
        return RX_EINVAL;
    }
    struct transfer *t = slot_take(f);
    int rc = !t ? f->in_flight < f->wire.opts.in_flight ? RX_ENOMEM : RX_EFULL : 0;
    if (rc == 0) {
        slot_reset(t, request, &u);
        rc = fetch_wire_request(&f->wire, t->easy, &t->connect_to, request, &u);
        if (rc == 0)
            rc = launch(t);
        if (rc) {
            t->next = f->free_slots;
            f->free_slots = t;
        }
    }
    rx_buf_free(&serial);
    if (rc)
        return rc;
    t->done = done;
    t->ctx = ctx;
    t->running = true;
    f->in_flight++;
    return 0;
}

size_t fetch_in_flight(const struct fetcher *f)
{
    return f->in_flight;
}

size_t fetch_bytes(const struct fetcher *f)
{
    return f->held;
}
