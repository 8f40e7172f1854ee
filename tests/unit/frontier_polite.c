/* frontier_polite.c - the frontier under a clock of the test: pauses and caps hold over tens of
 * thousands of random events, nobody starves, nothing is lost or given out twice. */
#include "crawler/frontier/frontier.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { HOSTS = 60, ADDRESSES = 17, URLS_PER_HOST = 40, EVENTS = 40000, IN_FLIGHT = 24 };

/* What a server would write into its log, kept beside the frontier and judged by its own rules. */
struct world {
    struct frontier *f;
    struct rx_rand rand;
    uint64_t now_ms;
    struct {
        struct frontier_host *host;
        unsigned address;
        uint64_t ended_ms, least_pause_ms; /* of the last request; 0: none yet */
        bool busy;
        unsigned asked;
        bool was_asked[URLS_PER_HOST];
    } hosts[HOSTS];
    struct {
        uint64_t started_ms;
        bool any;
        unsigned out;
    } addresses[ADDRESSES];
    struct {
        struct job *job;
        uint64_t started_ms;
    } out[IN_FLIGHT];
    size_t out_count;
};

static const struct frontier_opts opts = {.host = {.delay_ms = 300, .delay_max_ms = 3000},
                                          .address_delay_ms = 50,
                                          .per_address = 2,
                                          .patience_ms = 10000,
                                          .rand_seed = 7};

static struct job *make_job(int64_t url_id, const char *host, int32_t priority)
{
    char url[128];
    (void)snprintf(url, sizeof url, "http://%s/%lld", host, (long long)url_id);
    const struct job model = {
        .url_id = url_id, .url = rx_str(url), .host = rx_str(host), .priority = priority};
    return job_new(&model);
}

static void put_host(struct world *w, size_t i)
{
    char name[32], address[32];
    (void)snprintf(name, sizeof name, "h%zu.example", i);
    w->hosts[i].host = frontier_host(w->f, rx_str(name), rx_str(name), (int64_t)i + 1, w->now_ms);
    assert_non_null(w->hosts[i].host);
    w->hosts[i].address = (unsigned)rx_rand_below(&w->rand, ADDRESSES);
    (void)snprintf(address, sizeof address, "10.0.0.%u", w->hosts[i].address);
    assert_int_equal(frontier_bind(w->f, w->hosts[i].host, rx_str(address), 0, UINT64_MAX), RX_OK);
    for (int64_t u = 0; u < URLS_PER_HOST; u++) {
        struct job *job =
            make_job((int64_t)i * URLS_PER_HOST + u + 1, name, (int32_t)rx_rand_below(&w->rand, 5));
        assert_non_null(job);
        assert_int_equal(frontier_push(w->f, w->hosts[i].host, job), RX_OK);
    }
}

/* The store's part: URLs of the host that were not asked. */
static void refill(struct world *w)
{
    struct frontier_host *h;
    while ((h = frontier_dry(w->f))) {
        const size_t i = (size_t)frontier_host_id(h) - 1;
        size_t given = 0;
        bool more = false;
        for (int64_t u = 0; u < URLS_PER_HOST; u++) {
            if (w->hosts[i].was_asked[u])
                continue;
            more = given == FRONTIER_URLS;
            if (more)
                break;
            char name[32];
            (void)snprintf(name, sizeof name, "h%zu.example", i);
            struct job *job = make_job((int64_t)i * URLS_PER_HOST + u + 1, name, 1);
            assert_non_null(job);
            assert_int_equal(frontier_push(w->f, h, job), RX_OK);
            given++;
        }
        frontier_refilled(w->f, h, more);
    }
}

static void start(struct world *w, struct job *job)
{
    const size_t host = (size_t)((job->url_id - 1) / URLS_PER_HOST);
    const unsigned a = w->hosts[host].address;
    assert_false(w->hosts[host].busy);
    assert_false(w->hosts[host].was_asked[(job->url_id - 1) % URLS_PER_HOST]);
    if (w->hosts[host].asked > 0)
        assert_true(w->now_ms >= w->hosts[host].ended_ms + w->hosts[host].least_pause_ms);
    if (w->addresses[a].any)
        assert_true(w->now_ms >= w->addresses[a].started_ms + opts.address_delay_ms);
    assert_true(w->addresses[a].out < opts.per_address);
    w->addresses[a].any = true;
    w->addresses[a].started_ms = w->now_ms;
    w->addresses[a].out++;
    w->hosts[host].busy = true;
    w->out[w->out_count].job = job;
    w->out[w->out_count++].started_ms = w->now_ms;
}

static void finish(struct world *w, size_t at)
{
    static const enum pace_end ends[] = {PACE_CLEAN, PACE_CLEAN, PACE_CLEAN,
                                         PACE_CLEAN, PACE_CLEAN, PACE_PUSHED_BACK};
    struct job *job = w->out[at].job;
    const size_t host = (size_t)((job->url_id - 1) / URLS_PER_HOST);
    const enum pace_end end = ends[rx_rand_below(&w->rand, 6)];
    const uint64_t retry_ms = end == PACE_PUSHED_BACK ? rx_rand_below(&w->rand, 5000) : 0;
    frontier_landed(w->f, w->hosts[host].host, end, w->now_ms - w->out[at].started_ms, retry_ms,
                    w->now_ms);
    w->addresses[w->hosts[host].address].out--;
    w->hosts[host].ended_ms = w->now_ms;
    w->hosts[host].least_pause_ms = opts.host.delay_ms > retry_ms ? opts.host.delay_ms : retry_ms;
    w->hosts[host].busy = false;
    w->hosts[host].asked++;
    w->hosts[host].was_asked[(job->url_id - 1) % URLS_PER_HOST] = true;
    frontier_settled(w->hosts[host].host, job);
    frontier_release(w->f, w->hosts[host].host);
    job_free(job);
    w->out[at] = w->out[--w->out_count];
}

static void test_random_events(void **state)
{
    (void)state;
    static struct world w;
    w = (struct world){.rand = {42}, .now_ms = 1000000};
    w.f = frontier_new(&opts);
    assert_non_null(w.f);
    for (size_t i = 0; i < HOSTS / 2; i++)
        put_host(&w, i);
    size_t hosts = HOSTS / 2, events = 0;
    while (events++ < EVENTS && (frontier_waiting(w.f) > 0 || w.out_count > 0 || hosts < HOSTS)) {
        if (hosts < HOSTS && rx_rand_below(&w.rand, 40) == 0)
            put_host(&w, hosts++);
        refill(&w);
        uint64_t wake = UINT64_MAX;
        struct job *job = w.out_count < IN_FLIGHT ? frontier_next(w.f, w.now_ms, &wake) : NULL;
        if (job && rx_rand_below(&w.rand, 20) == 0) /* its turn comes to nothing */
            assert_int_equal(frontier_return(w.f, job, w.now_ms + 10), RX_OK);
        else if (job)
            start(&w, job);
        else if (w.out_count > 0 && rx_rand_below(&w.rand, 3) > 0)
            finish(&w, rx_rand_below(&w.rand, w.out_count));
        else
            w.now_ms += wake != UINT64_MAX && wake > w.now_ms && w.out_count == 0
                            ? wake - w.now_ms
                            : 1 + rx_rand_below(&w.rand, 30);
    }
    assert_true(events < EVENTS);
    for (size_t i = 0; i < HOSTS; i++)
        assert_int_equal(w.hosts[i].asked, URLS_PER_HOST);
    frontier_free(w.f);
}

static void test_no_starvation(void **state)
{
    (void)state;
    /* One address, many hosts that are always due: each gets its turn in each round. */
    const struct frontier_opts crowd = {
        .host = {.delay_ms = 10}, .address_delay_ms = 10, .per_address = 1};
    struct frontier *f = frontier_new(&crowd);
    enum { CROWD = 50, ROUNDS = 20 };
    unsigned turns[CROWD] = {0};
    struct frontier_host *hosts[CROWD];
    uint64_t now = 1000, wake;
    for (size_t i = 0; i < CROWD; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "c%zu", i);
        hosts[i] = frontier_host(f, rx_str(name), rx_str(name), (int64_t)i + 1, now);
        assert_non_null(hosts[i]);
        assert_int_equal(frontier_bind(f, hosts[i], RX_STR("10.0.0.1"), 0, UINT64_MAX), RX_OK);
        for (int64_t u = 1; u <= FRONTIER_URLS; u++)
            assert_int_equal(frontier_push(f, hosts[i], make_job((int64_t)i * 100 + u, name, 0)),
                             RX_OK);
    }
    for (size_t n = 0; n < CROWD * (size_t)ROUNDS && n < CROWD * (size_t)FRONTIER_URLS; n++) {
        struct job *job;
        while (!(job = frontier_next(f, now, &wake)))
            now = wake;
        struct frontier_host *h = job->at;
        turns[frontier_host_id(h) - 1]++;
        frontier_landed(f, h, PACE_CLEAN, 1, 0, now);
        frontier_settled(h, job);
        frontier_release(f, h);
        job_free(job);
        unsigned least = UINT32_MAX, most = 0;
        for (size_t i = 0; i < CROWD; i++) {
            least = turns[i] < least ? turns[i] : least;
            most = turns[i] > most ? turns[i] : most;
        }
        assert_true(most - least <= 2);
    }
    frontier_free(f);
}

/* How many hosts of one address go at once. */
static unsigned at_once(struct frontier *f)
{
    struct job *jobs[16];
    unsigned count = 0;
    uint64_t wake;
    while (count < 16 && (jobs[count] = frontier_next(f, 1000, &wake)))
        count++;
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(frontier_return(f, jobs[i], 0), RX_OK);
    return count;
}

static void test_address_limit(void **state)
{
    (void)state;
    const struct frontier_opts two = {.per_address = 2};
    struct frontier *f = frontier_new(&two);
    struct frontier_host *hosts[8];
    for (int64_t i = 0; i < 8; i++) {
        char name[8];
        (void)snprintf(name, sizeof name, "h%d", (int)i);
        hosts[i] = frontier_host(f, rx_str(name), rx_str(name), i + 1, 0);
        assert_non_null(hosts[i]);
        assert_int_equal(frontier_push(f, hosts[i], make_job(i + 1, name, 0)), RX_OK);
        assert_int_equal(frontier_bind(f, hosts[i], RX_STR("104.16.0.1"), 4, UINT64_MAX), RX_OK);
    }
    assert_int_equal(at_once(f), 4);
    /* The same address, no longer one of a delivery network: the next turn knows. */
    assert_int_equal(frontier_bind(f, hosts[0], RX_STR("104.16.0.1"), 0, UINT64_MAX), RX_OK);
    assert_int_equal(at_once(f), 2);
    assert_int_equal(frontier_bind(f, hosts[0], RX_STR("104.16.0.1"), 4, UINT64_MAX), RX_OK);
    assert_int_equal(at_once(f), 4);
    /* Another address keeps its own limit. */
    for (int i = 0; i < 4; i++)
        assert_int_equal(frontier_bind(f, hosts[i], RX_STR("10.0.0.1"), 0, UINT64_MAX), RX_OK);
    assert_int_equal(at_once(f), 6);
    frontier_free(f);
}

static void test_order_and_refill(void **state)
{
    (void)state;
    const struct frontier_opts quick = {.host = {.delay_ms = 0}, .per_address = 2};
    struct frontier *f = frontier_new(&quick);
    struct frontier_host *h = frontier_host(f, RX_STR("a"), RX_STR("a"), 1, 5);
    uint64_t wake;
    for (int64_t u = 1; u <= 30; u++) /* the later, the better */
        assert_int_equal(frontier_push(f, h, make_job(u, "a", (int32_t)(100 - u))), RX_OK);
    for (int64_t u = 30; u > 30 - FRONTIER_URLS; u--) {
        assert_null(frontier_dry(f));
        struct job *job = frontier_next(f, 10, &wake);
        assert_non_null(job);
        assert_int_equal(job->url_id, u);
        assert_null(frontier_next(f, 10, &wake)); /* one at a time */
        if (u == 30 - FRONTIER_URLS + 1) {
            /* The last one here is still out when the store is asked: it must not come twice. */
            assert_ptr_equal(frontier_dry(f), h);
            assert_int_equal(frontier_push(f, h, make_job(u, "a", 1)), RX_OK);
            assert_int_equal(frontier_push(f, h, make_job(1, "a", 2)), RX_OK);
            frontier_refilled(f, h, false);
        }
        frontier_landed(f, h, PACE_CLEAN, 0, 0, 10);
        frontier_settled(h, job);
        frontier_release(f, h);
        job_free(job);
    }
    struct job *job = frontier_next(f, 10, &wake);
    assert_non_null(job);
    assert_int_equal(job->url_id, 1);
    job_free(job);
    assert_int_equal(frontier_waiting(f), 0);
    frontier_free(f);
}

/* "a.example." is "a.example" to the resolver: one host, one pace. */
static void test_root_dot(void **state)
{
    (void)state;
    const struct frontier_opts slow = {.host = {.delay_ms = 1000}, .per_address = 2};
    struct frontier *f = frontier_new(&slow);
    struct frontier_host *h = frontier_host(f, RX_STR("a.example"), RX_STR("a.example"), 1, 5);
    assert_ptr_equal(frontier_host(f, RX_STR("a.example."), RX_STR("a.example"), 1, 5), h);
    assert_true(rx_str_eq(frontier_host_name(h), RX_STR("a.example")));
    assert_ptr_not_equal(frontier_host(f, RX_STR("."), RX_STR("."), 2, 5), h);
    frontier_free(f);
}

static void end_job(struct frontier *f, struct job *job, enum pace_end end)
{
    struct frontier_host *h = job->at;
    frontier_landed(f, h, end, 0, 0, 10);
    frontier_settled(h, job);
    frontier_release(f, h);
    job_free(job);
}

/* The hosts of one site with their pages, found in whatever order; the numbers are the priorities.
 */
static struct frontier *two_hosts(bool site_order, bool backwards)
{
    static const char *const hosts[] = {"b", "a", "a", "b", "b", "a"};
    const struct frontier_opts o = {.per_address = 2, .site_order = site_order};
    struct frontier *f = frontier_new(&o);
    assert_non_null(f);
    for (int i = 0; i < 6; i++) {
        const int n = backwards ? 5 - i : i;
        struct frontier_host *h = frontier_host(f, rx_str(hosts[n]), RX_STR("s"), n + 1, 5);
        assert_int_equal(frontier_push(f, h, make_job(n + 1, hosts[n], n + 1)), RX_OK);
    }
    return f;
}

/* The hosts of a site are one queue when its pages have one budget, and two when they have not. */
static void test_site_order(void **state)
{
    (void)state;
    uint64_t wake;
    for (int backwards = 0; backwards < 2; backwards++) {
        struct frontier *f = two_hosts(true, backwards);
        for (int64_t u = 1; u <= 6; u++) {
            struct job *job = frontier_next(f, 10, &wake);
            assert_non_null(job);
            assert_int_equal(job->url_id, u);
            assert_null(frontier_next(f, 10, &wake)); /* one of the site at a time */
            end_job(f, job, PACE_CLEAN);
        }
        frontier_free(f);
    }
    struct frontier *f = two_hosts(false, false);
    struct job *first = frontier_next(f, 10, &wake), *second = frontier_next(f, 10, &wake);
    assert_true(first && second && first->at != second->at);
    job_free(first);
    job_free(second);
    frontier_free(f);
}

/* Who has backed off is not waited for, and a robots.txt waits for nobody. */
static void test_site_order_of_the_lame(void **state)
{
    (void)state;
    uint64_t wake;
    struct frontier *f = two_hosts(true, false);
    struct frontier_host *b = frontier_host(f, RX_STR("b"), RX_STR("s"), 1, 5);
    end_job(f, frontier_next(f, 10, &wake), PACE_TIMEOUT);
    struct job *job = frontier_next(f, 10, &wake);
    assert_non_null(job);
    assert_int_equal(job->url_id, 2);
    assert_null(frontier_next(f, 10, &wake));
    assert_int_equal(frontier_push(f, b, make_job(0, "b", 0)), RX_OK);
    struct job *robots = frontier_next(f, PACE_DAY_MS, &wake);
    assert_non_null(robots);
    assert_int_equal(robots->url_id, 0);
    end_job(f, robots, PACE_CLEAN);
    end_job(f, job, PACE_CLEAN);
    frontier_free(f);
}

/* Nor who waits for another site's robots.txt; when he need not any more, he takes his turn. */
static void test_site_order_of_who_awaits(void **state)
{
    (void)state;
    uint64_t wake;
    struct frontier *f = two_hosts(true, false);
    struct frontier_host *far = frontier_host(f, RX_STR("far"), RX_STR("far"), 9, 5);
    struct job *job = frontier_next(f, 10, &wake);
    assert_non_null(job);
    assert_int_equal(job->url_id, 1);
    struct frontier_host *b = job->at;
    assert_int_equal(frontier_return(f, job, 1000), RX_OK);
    assert_null(frontier_next(f, 10, &wake)); /* b's first is the best of the site */
    frontier_await(f, b, far);
    job = frontier_next(f, 10, &wake);
    assert_non_null(job);
    assert_int_equal(job->url_id, 2);
    frontier_await(f, b, NULL);
    assert_null(frontier_next(f, 1000, &wake)); /* one of the site at a time, again */
    end_job(f, job, PACE_CLEAN);
    job = frontier_next(f, 1000, &wake);
    assert_non_null(job);
    assert_int_equal(job->url_id, 1);
    job_free(job);
    frontier_free(f);
}

/* What a host has in the store may be better than what another host of the site has here. */
static void test_site_order_waits_for_refills(void **state)
{
    (void)state;
    const struct frontier_opts one = {.per_address = 2, .site_order = true};
    struct frontier *f = frontier_new(&one);
    struct frontier_host *a = frontier_host(f, RX_STR("a"), RX_STR("s"), 1, 5);
    struct frontier_host *b = frontier_host(f, RX_STR("b"), RX_STR("s"), 2, 5);
    uint64_t wake;
    assert_int_equal(frontier_push(f, b, make_job(7, "b", 7)), RX_OK);
    frontier_host_more(f, a);
    assert_null(frontier_next(f, 10, &wake));
    assert_ptr_equal(frontier_dry(f), a);
    assert_int_equal(frontier_push(f, a, make_job(3, "a", 3)), RX_OK);
    frontier_refilled(f, a, false);
    struct job *job = frontier_next(f, 10, &wake);
    assert_non_null(job);
    assert_int_equal(job->url_id, 3);
    end_job(f, job, PACE_CLEAN);
    frontier_host_more(f, a);
    assert_ptr_equal(frontier_dry(f), a);
    frontier_refilled(f, a, false); /* nothing after all */
    job = frontier_next(f, 10, &wake);
    assert_non_null(job);
    assert_int_equal(job->url_id, 7);
    job_free(job);
    frontier_free(f);
}

static void test_exhausted(void **state)
{
    (void)state;
    struct frontier *f = frontier_new(&opts);
    struct frontier_host *h = frontier_host(f, RX_STR("dead"), RX_STR("dead"), 1, 100000);
    struct frontier_host *slow = frontier_host(f, RX_STR("slow"), RX_STR("slow"), 2, 100000);
    uint64_t wake;
    assert_int_equal(frontier_push(f, h, make_job(1, "dead", 0)), RX_OK);
    assert_int_equal(frontier_push(f, h, make_job(2, "dead", 0)), RX_OK);
    struct job *job = frontier_next(f, 100000, &wake);
    assert_non_null(job);
    assert_false(frontier_exhausted(f, 100000)); /* busy */
    frontier_landed(f, h, PACE_UNREACHABLE, 5, 0, 100000);
    frontier_release(f, h);
    job_free(job);
    assert_true(frontier_exhausted(f, 100000)); /* an hour is longer than our patience */
    assert_false(frontier_exhausted(f, 100000 + 3600 * 1000 - 5000));
    /* A Crawl-delay that we promised to keep is waited for; beyond the slow lane's it is not. */
    assert_int_equal(frontier_push(f, slow, make_job(3, "slow", 0)), RX_OK);
    frontier_host_slow_down(f, slow, 60000);
    struct pace pace = {.next_ms = 160000};
    frontier_host_resume(f, slow, pace);
    assert_false(frontier_exhausted(f, 100000));
    frontier_host_slow_down(f, slow, PACE_SLOW_MS + 1);
    assert_true(frontier_exhausted(f, 100000));
    frontier_drop(f, slow);
    frontier_drop(f, h);
    assert_int_equal(frontier_waiting(f), 0);
    frontier_free(f);
}

/* A host is held back for what another one answered: no request of its own has ended. */
static void test_hold_back(void **state)
{
    (void)state;
    struct frontier *f = frontier_new(&opts);
    struct frontier_host *h = frontier_host(f, RX_STR("a"), RX_STR("a"), 1, 100000);
    uint64_t wake;
    assert_int_equal(frontier_push(f, h, make_job(1, "a", 0)), RX_OK);
    frontier_hold_back(f, h, 20000, 100000);
    assert_null(frontier_next(f, 100000, &wake));
    assert_true(wake >= 120000);
    assert_true(frontier_exhausted(f, 100000));
    /* Its turn comes to nothing, for whatever reason: the back-off counts as well. */
    struct job *job = frontier_next(f, wake, &wake);
    assert_non_null(job);
    frontier_cancelled(f, h);
    frontier_landed(f, h, PACE_PUSHED_BACK, 0, 50000, 130000);
    frontier_settled(h, job);
    frontier_release(f, h);
    assert_int_equal(frontier_push(f, h, job), RX_OK);
    assert_null(frontier_next(f, 130000, &wake));
    assert_true(wake >= 180000);
    frontier_landed(f, h, PACE_PUSHED_BACK, 0, 500000, 130000);
    assert_null(frontier_next(f, 190000, &wake));
    assert_true(wake >= 630000);
    /* An address that refuses is no back-off while there are others: the run waits for the host. */
    assert_true(frontier_exhausted(f, 200000));
    frontier_landed(f, h, PACE_ELSEWHERE, 0, 0, 200000);
    assert_false(frontier_exhausted(f, 200000));
    assert_null(frontier_next(f, 200000, &wake));
    assert_true(wake >= 200300 && wake < 210000);
    frontier_free(f);
}

/* A page of "shop" waits for a robots.txt that is asked of "far", which has backed off for long. */
static void test_awaited(void **state)
{
    (void)state;
    struct frontier *f = frontier_new(&opts);
    struct frontier_host *shop = frontier_host(f, RX_STR("shop"), RX_STR("shop"), 1, 100000);
    struct frontier_host *far = frontier_host(f, RX_STR("far"), RX_STR("far"), 2, 100000);
    uint64_t wake;
    int tag;
    assert_int_equal(frontier_push(f, shop, make_job(1, "shop", 0)), RX_OK);
    struct job *hop = make_job(0, "far", 0);
    hop->tag = &tag;
    assert_int_equal(frontier_push(f, far, hop), RX_OK);
    frontier_hold_back(f, far, 7200000, 100000);
    assert_false(frontier_exhausted(f, 100000));
    struct job *job = frontier_next(f, 100000, &wake);
    assert_int_equal(job->url_id, 1);
    assert_int_equal(frontier_return(f, job, 100300), RX_OK);
    frontier_await(f, shop, far);
    assert_true(frontier_exhausted(f, 100000));
    frontier_await(f, shop, NULL);
    assert_false(frontier_exhausted(f, 100000));
    frontier_drop(f, shop);
    frontier_drop(f, far); /* what the store does not know stays... */
    assert_int_equal(frontier_waiting(f), 1);
    job = frontier_take_hop(f, far); /* ...until it is taken */
    assert_ptr_equal(job, hop);
    assert_ptr_equal(job->tag, &tag);
    job_free(job);
    assert_null(frontier_take_hop(f, far));
    assert_int_equal(frontier_waiting(f), 0);
    assert_null(frontier_next(f, UINT64_MAX - 1, &wake));
    frontier_free(f);
}

/* Each line: what the host did, and the bounds of the pause after it. */
static const struct {
    const char *what;
    struct pace before;
    enum pace_end end;
    uint64_t took_ms, retry_ms, crawl_delay_ms, least, most;
} pauses[] = {
    {"fast answer", {0}, PACE_CLEAN, 50, 0, 0, 3000, 3600},
    {"slow answer", {0}, PACE_CLEAN, 2000, 0, 0, 8000, 12000},
    {"very slow answer", {0}, PACE_CLEAN, 60000, 0, 0, 24000, 36000},
    {"Crawl-delay", {0}, PACE_CLEAN, 50, 0, 10000, 10000, 12000},
    {"Crawl-delay below ours", {0}, PACE_CLEAN, 50, 0, 1000, 3000, 3600},
    {"503", {0}, PACE_PUSHED_BACK, 50, 0, 0, 60000, 60000},
    {"503 the third time", {.failures = 2}, PACE_PUSHED_BACK, 50, 0, 0, 240000, 240000},
    {"503, asks for two minutes", {0}, PACE_PUSHED_BACK, 50, 120000, 0, 120000, 120000},
    {"503, asks for a year", {0}, PACE_PUSHED_BACK, 50, 31536000000, 0, 86400000, 86400000},
    {"503, asks for a second", {0}, PACE_PUSHED_BACK, 50, 1000, 0, 6000, 7200},
    {"time-out", {0}, PACE_TIMEOUT, 60000, 0, 0, 60000, 60000},
    {"time-out, often", {.failures = 20}, PACE_TIMEOUT, 60000, 0, 0, 21600000, 21600000},
    {"refused", {0}, PACE_UNREACHABLE, 1, 0, 0, 3600000, 3600000},
    {"refused five times", {.failures = 5}, PACE_UNREACHABLE, 1, 0, 0, 86400000, 86400000},
    {"refused, but it has another address", {.failures = 5}, PACE_ELSEWHERE, 1, 0, 0, 3000, 3600},
    {"clean after a push-back", {.delay_ms = 6000}, PACE_CLEAN, 50, 0, 0, 6000, 7200},
};

static void test_pauses(void **state)
{
    (void)state;
    const struct pace_opts o = {.delay_ms = 3000, .delay_max_ms = 30000};
    struct rx_rand rand = {1};
    for (size_t i = 0; i < sizeof pauses / sizeof *pauses; i++) {
        for (int n = 0; n < 100; n++) {
            struct pace pace = pauses[i].before;
            const uint64_t wait = pace_after(&pace, &o, pauses[i].end, pauses[i].took_ms,
                                             pauses[i].retry_ms, pauses[i].crawl_delay_ms, &rand);
            if (wait < pauses[i].least || wait > pauses[i].most)
                fail_msg("%s: %llu ms", pauses[i].what, (unsigned long long)wait);
        }
    }
    /* 20 clean answers halve what a push-back doubled, and never below our own delay. */
    struct pace pace = {0};
    (void)pace_after(&pace, &o, PACE_PUSHED_BACK, 1, 0, 0, &rand);
    assert_int_equal(pace.delay_ms, 6000);
    (void)pace_after(&pace, &o, PACE_PUSHED_BACK, 1, 0, 0, &rand);
    assert_int_equal(pace.delay_ms, 12000);
    for (int n = 0; n < 20; n++)
        (void)pace_after(&pace, &o, PACE_CLEAN, 1, 0, 0, &rand);
    assert_int_equal(pace.delay_ms, 6000);
    for (int n = 0; n < 20; n++)
        (void)pace_after(&pace, &o, PACE_CLEAN, 1, 0, 0, &rand);
    assert_int_equal(pace.delay_ms, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_events),
        cmocka_unit_test(test_no_starvation),
        cmocka_unit_test(test_address_limit),
        cmocka_unit_test(test_order_and_refill),
        cmocka_unit_test(test_root_dot),
        cmocka_unit_test(test_site_order),
        cmocka_unit_test(test_site_order_of_the_lame),
        cmocka_unit_test(test_site_order_of_who_awaits),
        cmocka_unit_test(test_site_order_waits_for_refills),
        cmocka_unit_test(test_exhausted),
        cmocka_unit_test(test_hold_back),
        cmocka_unit_test(test_awaited),
        cmocka_unit_test(test_pauses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
