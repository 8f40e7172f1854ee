/* resolve.c - see resolve.h.
 *
 * An entry is one name: first looked up, then kept as a cached answer. Waiters hang on an entry;
 * all answers, cached ones too, are given from one timer callback (on_deliver).
 *
 *   resolve_start --> entry new --> [queued] --> [asked: A and AAAA] --> [answered] --> cache
 *          \________ cached, literal, refused name _________________________/
 *
 * Invariants:
 *  1. A caller's callback runs only in on_deliver.
 *  2. An entry lives as long as something counts on it: the table, a waiter, a question.
 *  3. Only DNS is asked: no hosts file, no search domains. What a crawl saw must not depend on the
 *     machine's own names.
 *  4. An address that the guard refuses never leaves this file. */
#include "crawler/net/resolve.h"

#include "base/map.h"
#include "crawler/frontier/guard.h"
#include "crawler/net/resolve_zone.h"

#include <stdlib.h>
#include <uv.h>

enum { NAME_BYTES_MAX = 255 };

struct waiter {
    struct waiter *next;
    struct entry *entry;
    resolve_done_fn *done;
    void *ctx;
    bool from_cache;
};

struct waiters {
    struct waiter *head, *tail;
};

struct entry {
    struct resolver *r;
    unsigned refs;
    char *host; /* owned */
    bool asking, ready, unanswered;
    enum rx_outcome outcome;
    const char *why; /* static */
    struct rx_ip *ips;
    size_t ip_count;
    char *cnames[RESOLVE_CNAMES]; /* owned */
    size_t cname_count;
    uint32_t ttl_s;
    uint64_t expires_ms;
    struct waiters waiters;      /* until ready */
    struct entry *queue_next;    /* waiting for its turn */
    struct entry *older, *newer; /* in the cache, by time of answer */
};

struct resolver {
    uv_loop_t *loop;
    struct resolve_opts opts;
    struct asker *asker;
    struct zone_queue *zones;
    struct rx_map *names; /* name -> entry; holds one reference each */
    struct entry *oldest, *newest;
    size_t cached;
    struct entry *queue_head, *queue_tail;
    unsigned asked;     /* entries with open questions */
    size_t waiting;     /* waiters */
    struct waiters due; /* to be answered by on_deliver */
    uv_timer_t deliver;
    unsigned handles; /* the timer and the asker, not yet closed */
    bool starting; /* a name that is none ends inside its own question: no recursion from there */
    bool closing;
    void (*closed)(void *ctx);
    void *closed_ctx;
};

/* ---- entries and lists --------------------------------------------------------------------- */

static void entry_unref(struct entry *e)
{
    if (--e->refs > 0)
        return;
    for (size_t i = 0; i < e->cname_count; i++)
        free(e->cnames[i]);
    free(e->ips);
    free(e->host);
    free(e);
}

static struct entry *entry_new(struct resolver *r, struct rx_str host)
{
    struct entry *e = calloc(1, sizeof *e);
    if (!e)
        return NULL;
    e->r = r;
    e->refs = 1;
    e->host = strndup(host.n ? host.p : "", host.n);
    if (!e->host) {
        free(e);
        return NULL;
    }
    return e;
}

static void list_add(struct waiters *l, struct waiter *w)
{
    w->next = NULL;
    if (l->tail)
        l->tail->next = w;
    else
        l->head = w;
    l->tail = w;
}

static void list_join(struct waiters *to, struct waiters *from)
{
    if (!from->head)
        return;
    if (to->tail)
        to->tail->next = from->head;
    else
        to->head = from->head;
    to->tail = from->tail;
    *from = (struct waiters){0};
}

static struct waiter *list_pop(struct waiters *l)
{
    struct waiter *w = l->head;
    if (w) {
        l->head = w->next;
        if (!l->head)
            l->tail = NULL;
    }
    return w;
}

static void list_drop(struct waiters *l)
{
    for (struct waiter *w; (w = list_pop(l));) {
        entry_unref(w->entry);
        free(w);
    }
}

/* ---- the cache ------------------------------------------------------------------------------ */

static void cache_unlink(struct resolver *r, struct entry *e)
{
    *(e->older ? &e->older->newer : &r->oldest) = e->newer;
    *(e->newer ? &e->newer->older : &r->newest) = e->older;
    e->older = e->newer = NULL;
    r->cached--;
}

static void cache_drop(struct resolver *r, struct entry *e)
{
    cache_unlink(r, e);
    (void)rx_map_del(r->names, rx_str(e->host));
    entry_unref(e);
}

static void cache_link(struct resolver *r, struct entry *e)
{
    e->older = r->newest;
    *(r->newest ? &r->newest->newer : &r->oldest) = e;
    r->newest = e;
    r->cached++;
    while (r->cached > r->opts.cache_entries && r->oldest)
        cache_drop(r, r->oldest);
}

/* ---- answers -------------------------------------------------------------------------------- */

static void answer_one(struct waiter *w)
{
    const struct entry *e = w->entry;
    struct resolve_answer a = {.outcome = e->outcome,
                               .ip_count = e->ip_count,
                               .cname_count = e->cname_count,
                               .ttl_s = e->ttl_s,
                               .from_cache = w->from_cache,
                               .unanswered = e->unanswered,
                               .why = e->why};
    for (size_t i = 0; i < e->ip_count; i++)
        a.ips[i] = e->ips[i];
    for (size_t i = 0; i < e->cname_count; i++)
        a.cnames[i] = rx_str(e->cnames[i]);
    w->done(w->ctx, &a);
}

static void on_deliver(uv_timer_t *timer)
{
    struct resolver *r = timer->data;
    struct waiters now = r->due; /* what the callbacks add waits for the next turn */
    r->due = (struct waiters){0};
    for (struct waiter *w; (w = list_pop(&now));) {
        r->waiting--;
        if (!r->closing)
            answer_one(w);
        entry_unref(w->entry);
        free(w);
    }
}

static void deliver_soon(struct resolver *r)
{
    if (r->due.head && !r->closing)
        (void)uv_timer_start(&r->deliver, on_deliver, 0, 0);
}

/* The entry is answered: it goes to the cache and its waiters to the next delivery. */
static void settle(struct entry *e)
{
    struct resolver *r = e->r;
    e->asking = false;
    e->ready = true;
    e->expires_ms = uv_now(r->loop) + (uint64_t)e->ttl_s * 1000;
    cache_link(r, e);
    list_join(&r->due, &e->waiters);
    deliver_soon(r);
}

/* Guarded addresses of both families into the entry, IPv4 first. */
static void keep_addresses(struct entry *e, const struct asked *got)
{
    size_t count = got->v4_count + got->v6_count;
    if (count > RESOLVE_ADDRESSES)
        count = RESOLVE_ADDRESSES;
    e->ips = count ? calloc(count, sizeof *e->ips) : NULL;
    if (!e->ips)
        return;
    for (size_t i = 0; i < count; i++)
        e->ips[i] = i < got->v4_count ? got->v4[i] : got->v6[i - got->v4_count];
    e->ip_count = count;
}

static void start_queued(struct resolver *r);

static void on_asked(void *ctx, struct asked *got)
{
    struct entry *e = ctx;
    struct resolver *r = e->r;
    r->asked--;
    keep_addresses(e, got);
    e->outcome = got->outcome;
    e->why = got->why;
    e->unanswered = !got->answered;
    e->ttl_s = got->answered ? got->ttl_s : 0;
    e->cname_count = got->cname_count;
    memcpy(e->cnames, got->cnames, sizeof e->cnames);
    got->cname_count = 0;
    settle(e);
    entry_unref(e);
    start_queued(r);
}

/* Without memory for the question the name fails as if no server had answered. */
static void fail_without_memory(struct entry *e)
{
    struct resolver *r = e->r;
    r->asked--;
    e->asking = false;
    e->ready = true;
    e->outcome = RX_OUT_DNS;
    e->why = "out of memory";
    (void)rx_map_del(r->names, rx_str(e->host)); /* asked again the next time */
    list_join(&r->due, &e->waiters);
    deliver_soon(r);
    e->refs--;      /* the table's */
    entry_unref(e); /* the question's */
}

static void start_queued(struct resolver *r)
{
    unsigned most = r->opts.in_flight ? r->opts.in_flight : 1;
    if (r->starting)
        return;
    r->starting = true;
    while (!r->closing && r->queue_head && r->asked < most) {
        struct entry *e = r->queue_head;
        r->queue_head = e->queue_next;
        if (!r->queue_head)
            r->queue_tail = NULL;
        e->queue_next = NULL;
        e->refs++; /* the question's */
        e->asking = true;
        r->asked++;
        if (asker_ask(r->asker, e->host, on_asked, e))
            fail_without_memory(e);
    }
    r->starting = false;
}

/* ---- the door ------------------------------------------------------------------------------- */

static void handle_gone(struct resolver *r)
{
    if (--r->handles > 0)
        return;
    void (*closed)(void *) = r->closed;
    void *ctx = r->closed_ctx;
    rx_map_free(r->names, NULL);
    zone_queue_free(r->zones);
    free(r);
    if (closed)
        closed(ctx);
}

static void on_timer_closed(uv_handle_t *handle)
{
    handle_gone(handle->data);
}

static void on_asker_closed(void *ctx)
{
    handle_gone(ctx);
}

int resolver_new(struct resolver **out, struct uv_loop_s *loop, const struct resolve_opts *opts,
                 struct rx_err *err)
{
    struct resolver *r = calloc(1, sizeof *r);
    if (!r)
        return rx_fail(err, RX_ENOMEM, "resolver: out of memory");
    r->loop = loop;
    r->opts = *opts;
    r->opts.server = NULL; /* the caller's string */
    r->names = rx_map_new();
    r->zones = zone_queue_new();
    int rc = r->names && r->zones ? asker_new(&r->asker, loop, opts, err)
                                  : rx_fail(err, RX_ENOMEM, "resolver: out of memory");
    if (rc) {
        zone_queue_free(r->zones);
        rx_map_free(r->names, NULL);
        free(r);
        return rc;
    }
    (void)uv_timer_init(loop, &r->deliver);
    r->deliver.data = r;
    r->handles = 2;
    *out = r;
    return 0;
}

/* Entries of the table. Those being asked for are counted once more by their question, which
 * closing has dropped without a word. */
static void drop_names(struct resolver *r)
{
    size_t at = 0;
    struct rx_str name;
    void *value = NULL;
    while (rx_map_next(r->names, &at, &name, &value)) {
        struct entry *e = value;
        list_drop(&e->waiters);
        e->refs -= e->asking ? 1 : 0; /* never the last: the table's own is left */
        entry_unref(e);
    }
}

void resolver_close(struct resolver *r, void (*done)(void *ctx), void *ctx)
{
    r->closing = true;
    r->closed = done;
    r->closed_ctx = ctx;
    asker_close(r->asker, on_asker_closed, r); /* before the names, which its questions hold */
    list_drop(&r->due);
    drop_names(r);
    uv_close((uv_handle_t *)&r->deliver, on_timer_closed);
}

/* An entry that is answered at once and belongs to nobody but its waiter. */
static struct entry *entry_fixed(struct resolver *r, struct rx_str host, enum rx_outcome outcome,
                                 const char *why, const struct rx_ip *ip)
{
    struct entry *e = entry_new(r, host);
    if (!e)
        return NULL;
    e->ready = true;
    e->outcome = outcome;
    e->why = why ? why : "";
    e->ips = ip ? calloc(1, sizeof *ip) : NULL;
    if (e->ips) {
        e->ips[0] = *ip;
        e->ip_count = 1;
    } else if (ip) {
        entry_unref(e);
        return NULL;
    }
    return e;
}

/* NULL and *rc = 0: host is a name to be asked for. */
static struct entry *without_asking(struct resolver *r, struct rx_str host, int *rc)
{
    struct rx_str bare = host;
    struct rx_ip ip;
    if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
        bare = rx_str_sub(host, 1, host.n - 1);
    struct entry *e = NULL;
    bool literal = rx_ip_parse(&ip, bare) == 0;
    const char *refused = r->opts.test_network ? NULL
                          : literal            ? guard_address(ip)
                                               : guard_name(host);
    if (refused)
        e = entry_fixed(r, host, RX_OUT_BLOCKED_ADDRESS, refused, NULL);
    else if (literal)
        e = entry_fixed(r, host, RX_OUT_OK, NULL, &ip);
    else if (host.n == 0 || host.n > NAME_BYTES_MAX || memchr(host.p, 0, host.n))
        e = entry_fixed(r, host, RX_OUT_DNS, "not a host name", NULL);
    else
        return NULL;
    *rc = e ? 0 : RX_ENOMEM;
    return e;
}

/* The entry of a name, made and queued if there is none that still holds. Borrowed. */
static struct entry *entry_of(struct resolver *r, struct rx_str host, bool *cached)
{
    struct entry *e = rx_map_get(r->names, host);
    if (e && e->ready && e->expires_ms <= uv_now(r->loop)) {
        cache_drop(r, e);
        e = NULL;
    }
    *cached = e && e->ready;
    if (e)
        return e;
    e = entry_new(r, host);
    if (!e)
        return NULL;
    if (rx_map_put(r->names, host, e, NULL)) {
        entry_unref(e);
        return NULL;
    }
    if (r->queue_tail)
        r->queue_tail->queue_next = e;
    else
        r->queue_head = e;
    r->queue_tail = e;
    return e;
}

int resolve_start(struct resolver *r, struct rx_str host, resolve_done_fn *done, void *ctx)
{
    if (r->waiting >= RESOLVE_WAITING_MAX)
        return RX_EFULL;
    struct waiter *w = calloc(1, sizeof *w);
    if (!w)
        return RX_ENOMEM;
    int rc = 0;
    bool cached = false;
    struct entry *e = without_asking(r, host, &rc);
    if (!e && rc == 0) {
        e = entry_of(r, host, &cached);
        if (e)
            e->refs++; /* the waiter's */
        else
            rc = RX_ENOMEM;
    }
    if (!e) {
        free(w);
        return rc;
    }
    *w = (struct waiter){.entry = e, .done = done, .ctx = ctx, .from_cache = cached};
    r->waiting++;
    list_add(e->ready ? &r->due : &e->waiters, w);
    start_queued(r);
    deliver_soon(r);
    return 0;
}

int resolve_zone(struct resolver *r, struct rx_str domain, resolve_zone_fn *done, void *ctx)
{
    struct rx_ip ip;
    if (domain.n == 0 || domain.n > NAME_BYTES_MAX || memchr(domain.p, 0, domain.n) ||
        domain.p[0] == '[' || rx_ip_parse(&ip, domain) == RX_OK ||
        (!r->opts.test_network && guard_name(domain)))
        return RX_EINVAL;
    return zone_queue_add(r->zones, r->asker, domain, done, ctx);
}
