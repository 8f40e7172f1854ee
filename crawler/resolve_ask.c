/* resolve_ask.c - the questions behind a look-up (A and AAAA at once) and the library's sockets on
 * the loop. See resolve.c for the picture; invariants 3 and 4 are kept here. */
#include "crawler/guard.h"
#include "crawler/resolve_priv.h"
#include "crawler/resolve_reply.h"

#include <stdlib.h>

enum { TYPE_A = 1, TYPE_AAAA = 28, CLASS_IN = 1 /* RFC 1035 section 3.2.2 */ };

/* What both questions have brought so far; lives while they are open. */
struct gather {
    struct entry *entry;
    unsigned open; /* questions without an answer */
    struct rx_ip v4[RESOLVE_ADDRESSES], v6[RESOLVE_ADDRESSES];
    size_t v4_count, v6_count;
    char *cnames[RESOLVE_CNAMES]; /* owned */
    size_t cname_count;
    uint32_t ttl_s;
    bool nxdomain, answered;
    const char *refused; /* why the guard refused an address; static */
    const char *failure; /* static */
};

struct poll {
    uv_poll_t handle;
    struct resolver *r;
    struct poll *next;
    ares_socket_t fd;
};

static void gather_free(struct gather *g)
{
    for (size_t i = 0; i < g->cname_count; i++)
        free(g->cnames[i]);
    free(g);
}

/* Guarded addresses of both families into the entry, IPv4 first. */
static void keep_addresses(struct entry *e, const struct gather *g)
{
    size_t count = g->v4_count + g->v6_count;
    if (count > RESOLVE_ADDRESSES)
        count = RESOLVE_ADDRESSES;
    e->ips = count ? calloc(count, sizeof *e->ips) : NULL;
    if (!e->ips)
        return;
    for (size_t i = 0; i < count; i++)
        e->ips[i] = i < g->v4_count ? g->v4[i] : g->v6[i - g->v4_count];
    e->ip_count = count;
}

static void judge(struct entry *e, const struct gather *g)
{
    e->why = "";
    if (e->ip_count) {
        e->outcome = RX_OUT_OK;
    } else if (g->refused) {
        e->outcome = RX_OUT_BLOCKED_ADDRESS;
        e->why = g->refused;
    } else if (g->nxdomain) {
        e->outcome = RX_OUT_NXDOMAIN;
        e->why = "the name does not exist";
    } else {
        e->outcome = RX_OUT_DNS;
        e->why = g->failure ? g->failure : "the name has no address";
    }
    bool positive = e->ip_count > 0 || g->refused;
    uint32_t ttl = positive ? g->ttl_s : RESOLVE_TTL_NEGATIVE_S;
    e->ttl_s = ttl < RESOLVE_TTL_LEAST_S  ? RESOLVE_TTL_LEAST_S
               : ttl > RESOLVE_TTL_MOST_S ? RESOLVE_TTL_MOST_S
                                          : ttl;
}

/* Both questions are over. */
static void finish(struct gather *g)
{
    struct entry *e = g->entry;
    struct resolver *r = e->r;
    r->asked--;
    r->unanswered = g->answered ? 0 : r->unanswered + 1;
    keep_addresses(e, g);
    judge(e, g);
    e->cname_count = g->cname_count;
    for (size_t i = 0; i < g->cname_count; i++)
        e->cnames[i] = g->cnames[i];
    g->cname_count = 0;
    gather_free(g);
    resolve_finish(e);
}

static void add_address(struct gather *g, struct rx_ip ip)
{
    bool v4 = rx_ip_is_v4(ip);
    size_t *count = v4 ? &g->v4_count : &g->v6_count;
    const char *refused = g->entry->r->opts.test_network ? NULL : guard_address(ip);
    if (refused)
        g->refused = refused;
    else if (*count < RESOLVE_ADDRESSES)
        (v4 ? g->v4 : g->v6)[(*count)++] = ip;
}

/* Both questions see the same chain; the first answer that brings one is kept. */
static void add_chain(struct gather *g, const struct resolve_reply *reply)
{
    for (size_t i = g->cname_count; i < reply->chain_count && i < RESOLVE_CNAMES; i++) {
        char *copy = strdup(reply->chain[i]);
        if (!copy)
            return;
        g->cnames[g->cname_count++] = copy;
    }
}

static void read_reply(struct gather *g, struct rx_str message)
{
    struct resolve_reply reply;
    if (resolve_reply_read(&reply, message, g->entry->host)) {
        g->failure = "the DNS answer is malformed";
        return;
    }
    for (size_t i = 0; i < reply.ip_count; i++)
        add_address(g, reply.ips[i]);
    add_chain(g, &reply);
    if (reply.ttl_s < g->ttl_s)
        g->ttl_s = reply.ttl_s;
}

static void on_reply(void *ctx, int status, int timeouts, unsigned char *message, int bytes)
{
    struct gather *g = ctx;
    struct resolver *r = g->entry->r;
    (void)timeouts;
    g->open--;
    if (!r->closing) {
        if (message && bytes > 0)
            read_reply(g, rx_strn((const char *)message, (size_t)bytes));
        g->nxdomain |= status == ARES_ENOTFOUND;
        g->answered |= status != ARES_ETIMEOUT && status != ARES_ECONNREFUSED;
        if (status != ARES_SUCCESS && status != ARES_ENODATA && status != ARES_ENOTFOUND)
            g->failure = ares_strerror(status);
    }
    if (g->open > 0)
        return;
    if (!r->closing) {
        finish(g);
        return;
    }
    resolve_entry_unref(g->entry);
    gather_free(g);
}

static void on_wake(uv_timer_t *timer);

/* The library has no timer of its own: wake it when its next time-out is due. */
void resolve_arm(struct resolver *r)
{
    struct timeval most = {60, 0}, buffer;
    if (r->closing)
        return;
    if (r->asked == 0) {
        (void)uv_timer_stop(&r->wake);
        return;
    }
    const struct timeval *wait = ares_timeout(r->channel, &most, &buffer);
    uint64_t ms = (uint64_t)wait->tv_sec * 1000 + (uint64_t)wait->tv_usec / 1000 + 1;
    (void)uv_timer_start(&r->wake, on_wake, ms, 0);
}

static void on_wake(uv_timer_t *timer)
{
    struct resolver *r = timer->data;
    ares_process_fd(r->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    resolve_arm(r);
}

int resolve_ask(struct entry *e)
{
    struct resolver *r = e->r;
    struct gather *g = malloc(sizeof *g);
    if (!g)
        return RX_ENOMEM;
    *g = (struct gather){.entry = e, .open = 2, .ttl_s = RESOLVE_TTL_MOST_S};
    e->refs++;
    r->asked++;
    ares_query(r->channel, e->host, CLASS_IN, TYPE_A, on_reply, g);
    ares_query(r->channel, e->host, CLASS_IN, TYPE_AAAA, on_reply, g);
    return 0;
}

/* ---- the library's sockets ------------------------------------------------------------------ */

static void on_poll_closed(uv_handle_t *handle)
{
    struct poll *p = handle->data;
    struct resolver *r = p->r;
    free(p);
    resolve_handle_gone(r);
}

static void on_poll(uv_poll_t *handle, int status, int events)
{
    struct poll *p = handle->data;
    struct resolver *r = p->r;
    bool failed = status < 0;
    ares_process_fd(r->channel, failed || events & UV_READABLE ? p->fd : ARES_SOCKET_BAD,
                    failed || events & UV_WRITABLE ? p->fd : ARES_SOCKET_BAD);
    resolve_arm(r);
}

static struct poll *poll_open(struct resolver *r, ares_socket_t fd)
{
    struct poll *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->r = r;
    p->fd = fd;
    p->handle.data = p;
    if (uv_poll_init_socket(r->loop, &p->handle, fd)) {
        free(p);
        return NULL;
    }
    r->handles++;
    p->next = r->polls;
    r->polls = p;
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
    struct resolver *r = ctx;
    struct poll **link = &r->polls;
    while (*link && (*link)->fd != fd)
        link = &(*link)->next;
    if (!readable && !writable) {
        if (*link)
            poll_close(link);
        return;
    }
    struct poll *p = *link ? *link : poll_open(r, fd);
    int events = (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0);
    if (p) /* without it the question runs into its time-out */
        (void)uv_poll_start(&p->handle, events, on_poll);
}

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

static int set_server(struct resolver *r, const char *server, struct rx_err *err)
{
    struct rx_ip ip;
    uint16_t port = 0;
    if (!parse_server(&ip, &port, rx_str(server)))
        return rx_fail(err, RX_EUSAGE, "resolver %s: write ADDRESS or ADDRESS:PORT", server);
    struct ares_addr_port_node node = {.udp_port = port, .tcp_port = port};
    node.family = rx_ip_is_v4(ip) ? AF_INET : AF_INET6;
    if (node.family == AF_INET)
        memcpy(&node.addr.addr4, ip.b + 12, 4);
    else
        memcpy(&node.addr.addr6, ip.b, 16);
    int status = ares_set_servers_ports(r->channel, &node);
    return status ? rx_fail(err, RX_EUSAGE, "resolver %s: %s", server, ares_strerror(status)) : 0;
}

int resolve_channel_open(struct resolver *r, struct rx_err *err)
{
    struct ares_options o = {
        /* NOCHECKRESP: SERVFAIL and REFUSED come through as what they are */
        .flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP,
        .timeout = (int)r->opts.timeout_ms,
        .tries = 2,
        .lookups = (char[]){'b', 0},
        .sock_state_cb = on_socket,
        .sock_state_cb_data = r,
    };
    int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
               ARES_OPT_SOCK_STATE_CB | ARES_OPT_DOMAINS;
    int status = ares_init_options(&r->channel, &o, mask);
    if (status)
        return rx_fail(err, RX_ENET, "the resolver cannot start: %s", ares_strerror(status));
    r->has_channel = true;
    if (!r->opts.server || !r->opts.server[0])
        return 0;
    return set_server(r, r->opts.server, err);
}
