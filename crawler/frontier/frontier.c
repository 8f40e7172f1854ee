/* frontier.c - the two-level delay heap (the workbench of BUbiNG, Boldi et al. 2014).
 *
 *   due:  heap of addresses, key = max(address.next, first host's next)
 *           '-> each address: heap of its hosts, key = host.next
 *                 '-> each host: up to FRONTIER_URLS jobs, sorted
 *
 * Invariants. (1) A host is in its address's heap exactly when it is not busy, has a job and
 * nothing of (5) stands against it.
 * (2) An address is in `due` exactly when its heap is not empty and fewer than per_address of its
 * requests are out. (3) At most one job of a host is out. (4) host->jobs is sorted by priority,
 * then age. (5) With opts.site_order the hosts of a site take turns as if they were one: no two are
 * out, and the one whose first job is the best of all goes next, so that which pages fit the site's
 * budget does not depend on whose pause ended first. Hosts that have backed off, and robots.txt, go
 * their own way. Everything is O(log n), with (5) times the hosts of a site, but frontier_exhausted
 * and frontier_scan. */
#include "crawler/frontier/frontier_priv.h"

#include "base/site.h"

#include <assert.h>
#include <stdlib.h>

enum { NEW_HOST_LEAD_MS = 60000 }; /* a new domain goes before older ones that became due since */

static uint64_t max_u64(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t min_u64(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t add_ms(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* ---- the heaps ----------------------------------------------------------------------------- */

/* Invariant 2. */
static void settle_address(struct frontier *f, struct address *a)
{
    const struct heap_node *top = heap_top(&a->hosts);
    if (!top || a->out >= a->most)
        heap_drop(&f->due, &a->node);
    else
        heap_put(&f->due, &a->node, max_u64(a->next_ms, top->key));
}

/* A host that waits for something else than its site's order. */
static bool goes_alone(const struct frontier_host *h)
{
    return h->backed_off || h->awaited || h->crawl_delay_ms > PACE_SLOW_MS;
}

/* May the host's first job go before those of its site's other hosts? Invariant 5. */
static bool is_first_of_site(const struct frontier_host *h)
{
    if (h->extra_count > 0 || goes_alone(h))
        return true;
    for (const struct frontier_host *o = h->first_of_site; o; o = o->next_of_site) {
        if (o == h || goes_alone(o))
            continue;
        const bool unknown = o->job_count == 0 && o->more; /* a refill is under way */
        if (o->busy || unknown || (o->job_count > 0 && o->jobs[0]->priority < h->jobs[0]->priority))
            return false;
    }
    return true;
}

/* Invariants 1 and 5, then 2. */
static void settle_host(struct frontier *f, struct frontier_host *h)
{
    if (h->busy || !frontier_has_job(h) || (f->opts.site_order && !is_first_of_site(h)))
        heap_drop(&h->address->hosts, &h->node);
    else
        heap_put(&h->address->hosts, &h->node, h->pace.next_ms);
    settle_address(f, h->address);
}

void frontier_settle(struct frontier *f, struct frontier_host *h)
{
    if (!f->opts.site_order) {
        settle_host(f, h);
        return;
    }
    for (struct frontier_host *o = h->first_of_site; o; o = o->next_of_site)
        settle_host(f, o);
}

static struct address *address_get(struct frontier *f, struct rx_str name)
{
    struct address *a = rx_map_get(f->addresses, name);
    if (a)
        return a;
    a = calloc(1, sizeof(*a) + name.n + 1);
    if (!a)
        return NULL;
    char *at = a->bytes;
    a->name = frontier_keep(&at, name);
    a->most = f->opts.per_address;
    if (heap_reserve(&f->due, rx_map_count(f->addresses) + 1) ||
        rx_map_put(f->addresses, name, a, NULL)) {
        free(a);
        return NULL;
    }
    return a;
}

/* One more host points here. Room in the heaps is made now, so that no later step can fail. */
static int address_join(struct address *a)
{
    const int rc = heap_reserve(&a->hosts, a->bound + 1);
    if (rc == RX_OK)
        a->bound++;
    return rc;
}

/* One that was asked stays known without hosts: the next that comes must wait for its pause. */
static void address_leave(struct frontier *f, struct address *a)
{
    if (--a->bound > 0 || a->next_ms > 0)
        return;
    assert(a->out == 0);
    heap_drop(&f->due, &a->node);
    rx_map_del(f->addresses, a->name);
    heap_free(&a->hosts);
    free(a);
}

/* ---- life ---------------------------------------------------------------------------------- */

struct frontier *frontier_new(const struct frontier_opts *opts)
{
    struct frontier *f = calloc(1, sizeof(*f));
    if (!f)
        return NULL;
    f->opts = *opts;
    if (f->opts.per_address == 0)
        f->opts.per_address = 1;
    f->rand.state = opts->rand_seed;
    f->hosts = rx_map_new();
    f->addresses = rx_map_new();
    f->sites = rx_map_new();
    if (!f->hosts || !f->addresses || !f->sites) {
        rx_map_free(f->hosts, NULL);
        rx_map_free(f->addresses, NULL);
        rx_map_free(f->sites, NULL);
        free(f);
        return NULL;
    }
    return f;
}

static void host_free(void *value)
{
    struct frontier_host *h = value;
    for (size_t i = 0; i < h->job_count; i++)
        job_free(h->jobs[i]);
    for (size_t i = 0; i < h->extra_count; i++)
        job_free(h->extra[i]);
    free(h->extra);
    free(h->out);
    free(h);
}

static void address_free(void *value)
{
    struct address *a = value;
    heap_free(&a->hosts);
    free(a);
}

void frontier_free(struct frontier *f)
{
    if (!f)
        return;
    rx_map_free(f->sites, NULL);
    rx_map_free(f->hosts, host_free);
    rx_map_free(f->addresses, address_free);
    heap_free(&f->due);
    free(f);
}

/* Enters the host into the list of its site. */
static int join_site(struct frontier *f, struct frontier_host *h)
{
    struct frontier_host *first = rx_map_get(f->sites, h->site);
    if (!first) {
        h->first_of_site = h;
        return rx_map_put(f->sites, h->site, h, NULL);
    }
    h->first_of_site = first;
    h->next_of_site = first->next_of_site;
    first->next_of_site = h;
    return RX_OK;
}

struct frontier_host *frontier_host(struct frontier *f, struct rx_str name, struct rx_str site,
                                    int64_t host_id, uint64_t now_ms)
{
    name = rx_host_name(name);
    struct frontier_host *h = rx_map_get(f->hosts, name);
    if (h) {
        if (h->id == 0)
            h->id = host_id;
        return h;
    }
    h = calloc(1, sizeof(*h) + name.n + site.n + 2);
    if (!h)
        return NULL;
    char *at = h->bytes;
    h->name = frontier_keep(&at, name);
    h->site = frontier_keep(&at, site);
    h->id = host_id;
    h->pace.next_ms = now_ms > NEW_HOST_LEAD_MS ? now_ms - NEW_HOST_LEAD_MS : 0;
    h->address = address_get(f, name);
    if (!h->address || address_join(h->address)) {
        free(h);
        return NULL;
    }
    if (rx_map_put(f->hosts, name, h, NULL)) {
        address_leave(f, h->address);
        free(h);
        return NULL;
    }
    if (join_site(f, h)) {
        rx_map_del(f->hosts, name);
        address_leave(f, h->address);
        free(h);
        return NULL;
    }
    return h;
}

struct rx_str frontier_host_name(const struct frontier_host *h)
{
    return h->name;
}

struct rx_str frontier_host_site(const struct frontier_host *h)
{
    return h->site;
}

int64_t frontier_host_id(const struct frontier_host *h)
{
    return h->id;
}

void **frontier_host_tag(struct frontier_host *h)
{
    return &h->tag;
}

struct pace frontier_host_pace(const struct frontier_host *h)
{
    return h->pace;
}

void frontier_host_resume(struct frontier *f, struct frontier_host *h, struct pace pace)
{
    h->pace = pace;
    h->backed_off = pace.failures > 0;
    frontier_settle(f, h);
}

void frontier_host_slow_down(struct frontier *f, struct frontier_host *h, uint64_t crawl_delay_ms)
{
    h->crawl_delay_ms = min_u64(crawl_delay_ms, PACE_DAY_MS);
    frontier_settle(f, h);
}

/* No request was made: the address's pause is taken back, if nobody else was given one since. */
static void give_pause_back(struct frontier_host *h)
{
    if (h->address->next_ms == h->pause_until_ms)
        h->address->next_ms = h->pause_before_ms;
    h->pause_until_ms = h->pause_before_ms;
}

int frontier_bind(struct frontier *f, struct frontier_host *h, struct rx_str address,
                  unsigned at_once, uint64_t expires_ms)
{
    struct address *to = address_get(f, address);
    if (!to || (to != h->address && address_join(to)))
        return RX_ENOMEM;
    h->bound_until_ms = expires_ms;
    to->most = at_once ? at_once : f->opts.per_address;
    if (to == h->address) {
        settle_address(f, to);
        return RX_OK;
    }
    struct address *from = h->address;
    heap_drop(&from->hosts, &h->node);
    if (h->counted_out) { /* its place moves along, its pause does not */
        give_pause_back(h);
        from->out--;
        to->out++;
    }
    h->address = to;
    settle_address(f, from);
    address_leave(f, from);
    frontier_settle(f, h);
    return RX_OK;
}

bool frontier_is_bound(const struct frontier_host *h, uint64_t now_ms)
{
    return h->bound_until_ms > now_ms;
}

/* ---- out ----------------------------------------------------------------------------------- */

/* The server sees requests arrive with the network's unevenness: the pause is never the bare
 * minimum, or two of them would be seen closer than it. */
static uint64_t address_pause(struct frontier *f)
{
    const uint64_t least = f->opts.address_delay_ms;
    return least + least / 20 + (uint64_t)((double)least * 0.2 * rx_rand_unit(&f->rand));
}

static struct job *take_extra(struct frontier *f, struct frontier_host *h)
{
    struct job *job = h->extra[0];
    memmove(h->extra, h->extra + 1, --h->extra_count * sizeof(struct job *));
    f->jobs--;
    return job;
}

struct job *frontier_take_hop(struct frontier *f, struct frontier_host *h)
{
    if (h->extra_count == 0)
        return NULL;
    struct job *job = take_extra(f, h);
    frontier_settle(f, h);
    return job;
}

static struct job *take_job(struct frontier *f, struct frontier_host *h)
{
    struct job *job;
    if (h->extra_count > 0) {
        job = take_extra(f, h);
    } else {
        job = h->jobs[0];
        memmove(h->jobs, h->jobs + 1, --h->job_count * sizeof(struct job *));
        f->jobs--;
    }
    h->awaited = NULL;
    frontier_list_dry(f, h);
    return job;
}

struct job *frontier_next(struct frontier *f, uint64_t now_ms, uint64_t *wake_ms)
{
    const struct heap_node *top = heap_top(&f->due);
    if (!top || top->key > now_ms) {
        *wake_ms = top ? top->key : UINT64_MAX;
        return NULL;
    }
    struct address *a = (struct address *)((char *)top - offsetof(struct address, node));
    const struct heap_node *first = heap_top(&a->hosts);
    if (!first) { /* never: an address stands in the heap only while it has a host */
        *wake_ms = UINT64_MAX;
        return NULL;
    }
    struct frontier_host *h =
        (struct frontier_host *)((char *)first - offsetof(struct frontier_host, node));
    if (frontier_note_out(h, h->extra_count > 0 ? h->extra[0] : h->jobs[0])) {
        *wake_ms = now_ms + 1; /* no memory: perhaps the next time */
        return NULL;
    }
    struct job *job = take_job(f, h);
    h->busy = true;
    h->counted_out = true;
    a->out++;
    h->pause_before_ms = a->next_ms;
    a->next_ms = h->pause_until_ms = add_ms(now_ms, address_pause(f));
    frontier_settle(f, h);
    return job;
}

static void give_place_back(struct frontier *f, struct frontier_host *h)
{
    if (!h->counted_out)
        return;
    h->counted_out = false;
    h->address->out--;
    frontier_settle(f, h);
}

void frontier_await(struct frontier *f, struct frontier_host *h, const struct frontier_host *other)
{
    h->awaited = other;
    frontier_settle(f, h);
}

int frontier_return(struct frontier *f, struct job *job, uint64_t not_before_ms)
{
    struct frontier_host *h = job->at;
    frontier_cancelled(f, h);
    h->busy = false;
    h->pace.next_ms = max_u64(h->pace.next_ms, not_before_ms);
    return frontier_push(f, h, job);
}

void frontier_cancelled(struct frontier *f, struct frontier_host *h)
{
    if (h->counted_out)
        give_pause_back(h);
    give_place_back(f, h);
}

static void set_pace(struct frontier *f, struct frontier_host *h, enum pace_end end,
                     uint64_t took_ms, uint64_t retry_after_ms, uint64_t now_ms)
{
    const uint64_t wait = pace_after(&h->pace, &f->opts.host, end, took_ms, retry_after_ms,
                                     h->crawl_delay_ms, &f->rand);
    const uint64_t next_ms = add_ms(now_ms, wait);
    /* What held it back while this request was out is not over with it. */
    const bool held_back = h->busy && h->backed_off && h->pace.next_ms > next_ms;
    h->backed_off = held_back || (end != PACE_CLEAN && end != PACE_ELSEWHERE);
    h->pace.next_ms = held_back ? h->pace.next_ms : next_ms;
    frontier_settle(f, h);
}

void frontier_landed(struct frontier *f, struct frontier_host *h, enum pace_end end,
                     uint64_t took_ms, uint64_t retry_after_ms, uint64_t now_ms)
{
    set_pace(f, h, end, took_ms, retry_after_ms, now_ms);
    give_place_back(f, h);
}

void frontier_hold_back(struct frontier *f, struct frontier_host *h, uint64_t retry_after_ms,
                        uint64_t now_ms)
{
    set_pace(f, h, PACE_PUSHED_BACK, 0, retry_after_ms, now_ms);
}

void frontier_release(struct frontier *f, struct frontier_host *h)
{
    give_place_back(f, h);
    h->busy = false;
    frontier_settle(f, h);
}

/* ---- the end ------------------------------------------------------------------------------- */

size_t frontier_waiting(const struct frontier *f)
{
    return f->jobs + f->refills;
}

/* Not to be asked before the limit, and not because we are merely polite. */
static bool is_lame(const struct frontier_host *h, uint64_t limit_ms)
{
    const bool slow = h->backed_off || h->crawl_delay_ms > PACE_SLOW_MS;
    return !h->busy && slow && h->pace.next_ms > limit_ms;
}

bool frontier_exhausted(const struct frontier *f, uint64_t now_ms)
{
    const uint64_t limit = add_ms(now_ms, f->opts.patience_ms);
    size_t at = 0;
    struct rx_str name;
    void *value;
    bool any = false;
    while (rx_map_next(f->hosts, &at, &name, &value)) {
        const struct frontier_host *h = value;
        if (!frontier_has_job(h) && !h->more)
            continue;
        if (h->busy || !is_lame(h->awaited ? h->awaited : h, limit))
            return false;
        any = true;
    }
    return any;
}

void frontier_scan(struct frontier *f, void (*fn)(void *ctx, struct frontier_host *h), void *ctx)
{
    size_t at = 0;
    struct rx_str name;
    void *value;
    while (rx_map_next(f->hosts, &at, &name, &value)) {
        struct frontier_host *h = value;
        if (frontier_has_job(h) || h->more)
            fn(ctx, h);
    }
}
