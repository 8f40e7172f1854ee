/* resolve_ask.c - see resolve_ask.h. Kept here: only DNS is asked (no hosts file, no search
 * domains), and an address that the guard refuses goes no further. */
#include "crawler/net/resolve_ask.h"

#include "crawler/frontier/guard.h"
#include "crawler/net/resolve_reply.h"

#include <ares.h>
#include <stdlib.h>
#include <uv.h>

enum {
    TTL_LEAST_S = 60,
    TTL_MOST_S = 6 * 3600,
    TTL_NEGATIVE_S = 60,
    TYPE_A = 1, /* RFC 1035 section 3.2.2 */
    TYPE_AAAA = 28,
    CLASS_IN = 1
};

struct asker {
    uv_loop_t *loop;
    bool test_network;
    ares_channel channel;
    struct poll *polls; /* open ones */
    uv_timer_t wake;    /* when the library's next time-out is due */
    size_t handles;     /* of uv, not yet closed */
    size_t open;        /* names with an open question */
    bool closing;
    void (*closed)(void *ctx);
    void *closed_ctx;
};

struct poll {
    uv_poll_t handle;
    struct asker *asker;
    struct poll *next;
    ares_socket_t fd;
};

/* One name, until both questions are over. */
struct gather {
    struct asker *asker;
    const char *host; /* the caller's */
    asker_done_fn *done;
    void *ctx;
    unsigned open; /* questions without an answer */
    struct asked result;
    bool nxdomain;
    const char *refused; /* why the guard refused an address; static */
    const char *failure; /* static */
};

/* ---- one name ---------------------------------------------------------------------------------
 */

static void gather_free(struct gather *g)
{
    for (size_t i = 0; i < g->result.cname_count; i++)
        free(g->result.cnames[i]);
    free(g);
}

static void judge(struct gather *g)
{
    struct asked *r = &g->result;
    r->why = "";
    if (r->v4_count + r->v6_count) {
        r->outcome = RX_OUT_OK;
    } else if (g->refused) {
        r->outcome = RX_OUT_BLOCKED_ADDRESS;
        r->why = g->refused;
    } else if (g->nxdomain) {
        r->outcome = RX_OUT_NXDOMAIN;
        r->why = "the name does not exist";
    } else {
        r->outcome = RX_OUT_DNS;
        r->why = g->failure ? g->failure : "the name has no address";
    }
    if (r->outcome != RX_OUT_OK && r->outcome != RX_OUT_BLOCKED_ADDRESS)
        r->ttl_s = TTL_NEGATIVE_S;
    r->ttl_s = r->ttl_s < TTL_LEAST_S ? TTL_LEAST_S : r->ttl_s > TTL_MOST_S ? TTL_MOST_S : r->ttl_s;
}

static void add_address(struct gather *g, struct rx_ip ip)
{
    struct asked *r = &g->result;
    bool v4 = rx_ip_is_v4(ip);
    size_t *count = v4 ? &r->v4_count : &r->v6_count;
    const char *refused = g->asker->test_network ? NULL : guard_address(ip);
    if (refused)
        g->refused = refused;
    else if (*count < RESOLVE_ADDRESSES)
        (v4 ? r->v4 : r->v6)[(*count)++] = ip;
}

/* Both questions see the same chain; the longer answer is kept. */
static void add_chain(struct gather *g, const struct resolve_reply *reply)
{
    struct asked *r = &g->result;
    for (size_t i = r->cname_count; i < reply->chain_count && i < RESOLVE_CNAMES; i++) {
        char *copy = strdup(reply->chain[i]);
        if (!copy)
            return;
        r->cnames[r->cname_count++] = copy;
    }
}

static void read_reply(struct gather *g, struct rx_str message)
{
    struct resolve_reply reply;
    if (resolve_reply_read(&reply, message, g->host)) {
        g->failure = "the DNS answer is malformed";
        return;
    }
    for (size_t i = 0; i < reply.ip_count; i++)
        add_address(g, reply.ips[i]);
    add_chain(g, &reply);
    if (reply.ttl_s < g->result.ttl_s)
        g->result.ttl_s = reply.ttl_s;
}

static void on_reply(void *ctx, int status, int timeouts, unsigned char *message, int bytes)
{
    struct gather *g = ctx;
    (void)timeouts;
    g->open--;
    if (message && bytes > 0)
        read_reply(g, rx_strn((const char *)message, (size_t)bytes));
    g->nxdomain |= status == ARES_ENOTFOUND;
    g->result.answered |= status != ARES_ETIMEOUT && status != ARES_ECONNREFUSED;
    if (status != ARES_SUCCESS && status != ARES_ENODATA && status != ARES_ENOTFOUND)
        g->failure = ares_strerror(status);
    if (g->open > 0)
        return;
    g->asker->open--;
    if (!g->asker->closing) {
        judge(g);
        g->done(g->ctx, &g->result);
    }
    gather_free(g);
}

static void arm(struct asker *a);

int asker_ask(struct asker *a, const char *host, asker_done_fn *done, void *ctx)
{
    struct gather *g = calloc(1, sizeof *g);
    if (!g)
        return RX_ENOMEM;
    *g = (struct gather){.asker = a,
                         .host = host,
                         .done = done,
                         .ctx = ctx,
                         .open = 2,
                         .result = {.ttl_s = TTL_MOST_S}};
    a->open++;
    ares_query(a->channel, host, CLASS_IN, TYPE_A, on_reply, g);
    ares_query(a->channel, host, CLASS_IN, TYPE_AAAA, on_reply, g);
    arm(a);
    return 0;
}

/* ---- one question ------------------------------------------------------------------------------
 */

struct single {
    struct asker *asker;
    asker_message_fn *done;
    void *ctx;
};

static void on_message(void *ctx, int status, int timeouts, unsigned char *message, int bytes)
{
    struct single *one = ctx;
    struct asker *a = one->asker;
    (void)timeouts;
    a->open--;
    if (!a->closing) {
        const bool answered = status == ARES_SUCCESS || status == ARES_ENODATA;
        const bool has = answered && message && bytes > 0;
        const char *why =
            status == ARES_ENOTFOUND ? "the name does not exist" : ares_strerror(status);
        one->done(one->ctx,
                  has ? rx_strn((const char *)message, (size_t)bytes) : (struct rx_str){0},
                  answered ? NULL : why);
    }
    free(one);
}

int asker_ask_type(struct asker *a, const char *name, unsigned type, asker_message_fn *done,
                   void *ctx)
{
    struct single *one = malloc(sizeof *one);
    if (!one)
        return RX_ENOMEM;
    *one = (struct single){.asker = a, .done = done, .ctx = ctx};
    a->open++;
    ares_query(a->channel, name, CLASS_IN, (int)type, on_message, one);
    arm(a);
    return RX_OK;
}

/* ---- the library's sockets and time-outs ------------------------------------------------------
 */

static void on_wake(uv_timer_t *timer)
{
    struct asker *a = timer->data;
    ares_process_fd(a->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    arm(a);
}

/* The library has no timer of its own: wake it when its next time-out is due. */
static void arm(struct asker *a)
{
    struct timeval most = {60, 0}, buffer;
    if (a->closing)
        return;
    if (a->open == 0) {
        (void)uv_timer_stop(&a->wake);
        return;
    }
    const struct timeval *wait = ares_timeout(a->channel, &most, &buffer);
    uint64_t ms = (uint64_t)wait->tv_sec * 1000 + (uint64_t)wait->tv_usec / 1000 + 1;
    (void)uv_timer_start(&a->wake, on_wake, ms, 0);
}

static void handle_gone(struct asker *a)
{
    if (--a->handles > 0 || !a->closing)
        return;
    void (*closed)(void *) = a->closed;
    void *ctx = a->closed_ctx;
    free(a);
    ares_library_cleanup();
    closed(ctx);
}

static void on_poll_closed(uv_handle_t *handle)
{
    struct poll *p = handle->data;
    struct asker *a = p->asker;
    free(p);
    handle_gone(a);
}

static void on_timer_closed(uv_handle_t *handle)
{
    handle_gone(handle->data);
}

static void on_poll(uv_poll_t *handle, int status, int events)
{
    struct poll *p = handle->data;
    struct asker *a = p->asker;
    bool failed = status < 0;
    ares_process_fd(a->channel, failed || events & UV_READABLE ? p->fd : ARES_SOCKET_BAD,
                    failed || events & UV_WRITABLE ? p->fd : ARES_SOCKET_BAD);
    arm(a);
}

static struct poll *poll_open(struct asker *a, ares_socket_t fd)
{
    struct poll *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->asker = a;
    p->fd = fd;
    p->handle.data = p;
    if (uv_poll_init_socket(a->loop, &p->handle, fd)) {
        free(p);
        return NULL;
    }
    a->handles++;
    p->next = a->polls;
    a->polls = p;
    return p;
}

static void poll_close(struct poll **link)
{
    struct poll *p = *link;
    *link = p->next;
    (void)uv_poll_stop(&p->handle);
    uv_close((uv_handle_t *)&p->handle, on_poll_closed);
}

static void on_socket(void *ctx, ares_socket_t fd, int readable, int writable)
{
    struct asker *a = ctx;
    struct poll **link = &a->polls;
    while (*link && (*link)->fd != fd)
        link = &(*link)->next;
    if (!readable && !writable) {
        if (*link)
            poll_close(link);
        return;
    }
    struct poll *p = *link ? *link : poll_open(a, fd);
    int events = (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0);
    if (p) /* without it the question runs into its time-out */
        (void)uv_poll_start(&p->handle, events, on_poll);
}

/* ---- setting up -------------------------------------------------------------------------------
 */

/* "ADDR", "ADDR:PORT", "[ADDR6]:PORT". */
static bool parse_server(struct rx_ip *ip, uint16_t *port, struct rx_str text)
{
    uint64_t number = 53;
    struct rx_str address = text, rest = {0};
    if (rx_ip_parse(ip, text)) {
        bool bracket = text.n && text.p[0] == '[';
        if (!rx_str_cut(bracket ? rx_str_sub(text, 1, text.n) : text, bracket ? ']' : ':', &address,
                        &rest))
            return false;
        if (bracket && rest.n && rest.p[0] == ':')
            rest = rx_str_sub(rest, 1, rest.n);
        else if (bracket && rest.n)
            return false;
        if ((rest.n || !bracket) && !rx_str_u64(rest, &number))
            return false;
    }
    *port = (uint16_t)number;
    return number > 0 && number <= UINT16_MAX && rx_ip_parse(ip, address) == 0;
}

static int read_server(struct rx_ip *ip, uint16_t *port, const char *server, struct rx_err *err)
{
    if (!parse_server(ip, port, rx_str(server)))
        return rx_fail(err, RX_EUSAGE, "resolver %s: write ADDRESS or ADDRESS:PORT", server);
    return 0;
}

int resolve_check_server(const char *text, struct rx_err *err)
{
    struct rx_ip ip;
    uint16_t port = 0;
    return read_server(&ip, &port, text, err);
}

static int set_server(struct asker *a, const char *server, struct rx_err *err)
{
    struct rx_ip ip;
    uint16_t port = 0;
    int rc = read_server(&ip, &port, server, err);
    if (rc)
        return rc;
    struct ares_addr_port_node node = {.udp_port = port, .tcp_port = port};
    node.family = rx_ip_is_v4(ip) ? AF_INET : AF_INET6;
    if (node.family == AF_INET)
        memcpy(&node.addr.addr4, ip.b + 12, 4);
    else
        memcpy(&node.addr.addr6, ip.b, 16);
    int status = ares_set_servers_ports(a->channel, &node);
    return status ? rx_fail(err, RX_EUSAGE, "resolver %s: %s", server, ares_strerror(status)) : 0;
}

static int channel_open(struct asker *a, const struct resolve_opts *opts, struct rx_err *err)
{
    struct ares_options o = {
        /* NOCHECKRESP: SERVFAIL and REFUSED come through as what they are */
        .flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP,
        .timeout = (int)opts->timeout_ms,
        .tries = 2,
        .lookups = (char[]){'b', 0},
        .sock_state_cb = on_socket,
        .sock_state_cb_data = a,
    };
    int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
               ARES_OPT_SOCK_STATE_CB | ARES_OPT_DOMAINS;
    int status = ares_init_options(&a->channel, &o, mask);
    if (status)
        return rx_fail(err, RX_ENET, "the resolver cannot start: %s", ares_strerror(status));
    int rc = opts->server && opts->server[0] ? set_server(a, opts->server, err) : 0;
    if (rc)
        ares_destroy(a->channel);
    return rc;
}

int asker_new(struct asker **out, struct uv_loop_s *loop, const struct resolve_opts *opts,
              struct rx_err *err)
{
    if (ares_library_init(ARES_LIB_INIT_ALL))
        return rx_fail(err, RX_ENOMEM, "the resolver's library cannot start");
    struct asker *a = calloc(1, sizeof *a);
    if (!a) {
        ares_library_cleanup();
        (void)rx_fail(err, RX_ENOMEM, "resolver: out of memory");
        return RX_ENOMEM;
    }
    a->loop = loop;
    a->test_network = opts->test_network;
    int rc = channel_open(a, opts, err);
    if (rc) {
        free(a);
        ares_library_cleanup();
        return rc;
    }
    (void)uv_timer_init(loop, &a->wake);
    a->wake.data = a;
    a->handles = 1;
    *out = a;
    return 0;
}

void asker_close(struct asker *a, void (*closed)(void *ctx), void *ctx)
{
    a->closing = true;
    a->closed = closed;
    a->closed_ctx = ctx;
    ares_destroy(a->channel); /* ends the questions, closes the sockets */
    uv_close((uv_handle_t *)&a->wake, on_timer_closed);
}
