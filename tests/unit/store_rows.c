/* Rows: identity of URLs, the queue, what was captured, sealed runs, rollback. */
#include "store/state.h"
#include "tests/unit/tmp_case.h"

static struct store *open_run(char dir[64], char path[96], int64_t *run)
{
    struct store *st = tmp_case_new(dir, path);
    assert_int_equal(store_begin(st, NULL), 0);
    assert_int_equal(store_run_start(st, RX_STR("first"), RX_STR("{}"), 1000, run), 0);
    return st;
}

static int64_t put_url(struct store *st, const char *url)
{
    int64_t id = 0;
    assert_int_equal(store_url_put(st, rx_str(url), RX_STR("a.example"), RX_STR("a.example"), &id),
                     0);
    return id;
}

/* ---- identity -------------------------------------------------------------------------------- */

struct hashed {
    uint64_t low;
    uint32_t number;
};

static int by_low(const void *a, const void *b)
{
    uint64_t x = ((const struct hashed *)a)->low;
    uint64_t y = ((const struct hashed *)b)->low;
    return (x > y) - (x < y);
}

static void name_url(char out[64], uint32_t number)
{
    (void)snprintf(out, 64, "http://a.example/%u", number);
}

/* Two URLs of one site whose keys are the same: found by the birthday of 40 bits. */
static void find_collision(char a[64], char b[64])
{
    enum { TRIES = 1 << 22 };
    struct hashed *all = calloc(TRIES, sizeof *all);
    assert_non_null(all);
    for (uint32_t i = 0; i < TRIES; i++) {
        name_url(a, i);
        all[i] = (struct hashed){rx_hash64(rx_str(a)) & ((1ULL << 40) - 1), i};
    }
    qsort(all, TRIES, sizeof *all, by_low);
    uint32_t at = 1;
    while (at < TRIES && all[at].low != all[at - 1].low)
        at++;
    assert_true(at < TRIES);
    name_url(a, all[at - 1].number);
    name_url(b, all[at].number);
    free(all);
}

static void colliding_urls_stay_two(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    char a[64];
    char b[64];
    int64_t run = 0;
    find_collision(a, b);
    struct store *st = open_run(dir, path, &run);
    int64_t first = put_url(st, a);
    int64_t second = put_url(st, b);
    assert_int_not_equal(first, second);
    assert_int_equal(store_commit(st, NULL), 0);
    store_close(st); /* and without the cache */
    st = tmp_case_open(path, STORE_WRITE);
    assert_int_equal(put_url(st, b), second);
    assert_int_equal(put_url(st, a), first);
    struct store_counts counts;
    assert_int_equal(store_counts(st, run, &counts), 0);
    assert_int_equal(counts.urls, 2);
    tmp_case_free(st, dir);
}

static void ids_of_a_rollback_are_forgotten(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    int64_t run = 0;
    struct store *st = open_run(dir, path, &run);
    (void)put_url(st, "http://a.example/");
    store_rollback(st);
    assert_int_equal(store_begin(st, NULL), 0);
    assert_int_equal(store_run_start(st, RX_STR("r"), RX_STR("{}"), 1, &run), 0);
    int64_t other = 0;
    assert_int_equal(store_url_put(st, RX_STR("http://b.example/"), RX_STR("b.example"),
                                   RX_STR("b.example"), &other),
                     0);
    int64_t again = put_url(st, "http://a.example/");
    assert_int_not_equal(other, again);
    assert_int_equal(store_commit(st, NULL), 0);
    assert_int_equal(store_check(st, NULL, NULL), 0); /* a finding would call through NULL */
    struct store_counts counts;
    assert_int_equal(store_counts(st, run, &counts), 0);
    assert_int_equal(counts.urls, 2);
    assert_int_equal(counts.hosts, 2);
    tmp_case_free(st, dir);
}

static void a_host_keeps_its_site(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    int64_t run = 0;
    struct store *st = open_run(dir, path, &run);
    int64_t first = 0;
    int64_t second = 0;
    struct rx_str url = RX_STR("http://x.y.example/");
    struct rx_str host = RX_STR("x.y.example");
    assert_int_equal(store_url_put(st, url, host, RX_STR("y.example"), &first), 0);
    assert_int_equal(store_commit(st, NULL), 0);
    store_close(st);
    st = tmp_case_open(path, STORE_WRITE);
    /* A later list says otherwise: the URL is still the same row. */
    assert_int_equal(store_url_put(st, url, host, RX_STR("x.y.example"), &second), 0);
    assert_int_equal(first, second);
    tmp_case_free(st, dir);
}

/* ---- the queue ------------------------------------------------------------------------------- */

struct peeked {
    char urls[8][64];
    uint32_t attempts[8];
    size_t count;
};

static int on_job(void *ctx, const struct store_job *job)
{
    struct peeked *p = ctx;
    assert_true(p->count < 8);
    p->attempts[p->count] = job->attempts;
    (void)snprintf(p->urls[p->count++], 64, "%.*s", RX_FMT(job->url));
    assert_true(rx_str_eq(job->host, RX_STR("a.example")));
    return 0;
}

static struct store_job job_of(const char *url, int32_t priority)
{
    return (struct store_job){.url = rx_str(url),
                              .host = RX_STR("a.example"),
                              .site = RX_STR("a.example"),
                              .depth = 2,
                              .hops = 1,
                              .priority = priority,
                              .via_kind = RX_LINK_A};
}

static void push(struct store *st, int64_t run, const char *url, int32_t priority, bool expect_new)
{
    struct store_job job = job_of(url, priority);
    bool is_new = !expect_new;
    assert_int_equal(store_queue_push(st, run, &job, &is_new), 0);
    assert_int_equal(is_new, expect_new);
    assert_true(job.url_id > 0 && job.host_id > 0);
}

static int count_host(void *ctx, const struct store_host *host)
{
    (void)host;
    ++*(int *)ctx;
    return 0;
}

static void queue_keeps_order_and_fate(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    int64_t run = 0;
    struct store *st = open_run(dir, path, &run);
    push(st, run, "http://a.example/late", 5, true);
    push(st, run, "http://a.example/soon", -1, true);
    push(st, run, "http://a.example/later", 5, true);
    push(st, run, "http://a.example/soon", 0, false);
    struct store_job skipped = job_of("http://a.example/cart", 0);
    assert_int_equal(store_queue_skip(st, run, &skipped, RX_OUT_ACTS, RX_STR("add-to-cart")), 0);
    push(st, run, "http://a.example/cart", 0, false); /* known, whatever became of it */

    struct store_host host;
    int hosts = 0;
    assert_int_equal(store_host_put(st, RX_STR("a.example"), RX_STR("a.example"), &host), 0);
    struct store_host dotted; /* the root's dot makes no other host */
    assert_int_equal(store_host_put(st, RX_STR("a.example."), RX_STR("a.example"), &dotted), 0);
    assert_int_equal(dotted.id, host.id);
    assert_int_equal(store_host_scan(st, run, count_host, &hosts), 0);
    assert_int_equal(hosts, 1);
    struct peeked p = {0};
    assert_int_equal(store_queue_peek(st, run, host.id, 8, on_job, &p), 0);
    assert_int_equal(p.count, 3);
    assert_string_equal(p.urls[0], "http://a.example/soon");
    assert_string_equal(p.urls[1], "http://a.example/late");
    assert_string_equal(p.urls[2], "http://a.example/later");

    int64_t soon = put_url(st, "http://a.example/soon");
    uint32_t attempts = 0;
    assert_int_equal(store_queue_retry(st, run, soon, &attempts), 0);
    assert_int_equal(store_queue_retry(st, run, soon, &attempts), 0);
    assert_int_equal(attempts, 2);
    p = (struct peeked){0};
    assert_int_equal(store_queue_peek(st, run, host.id, 1, on_job, &p), 0);
    assert_int_equal(p.attempts[0], 2);
    assert_int_equal(store_queue_done(st, run, soon, RX_OUT_TIMEOUT, RX_STR("20 s")), 0);
    assert_int_equal(store_queue_done(st, run, 999, RX_OUT_OK, RX_STR("")), RX_ENOENT);
    assert_int_equal(store_queue_retry(st, run, 999, &attempts), RX_ENOENT);

    struct store_url_fate fate;
    struct rx_buf reason = RX_BUF(256);
    assert_int_equal(store_url_fate(st, run, RX_STR("http://a.example/soon"), &fate, &reason), 0);
    assert_false(fate.waiting);
    assert_int_equal(fate.outcome, RX_OUT_TIMEOUT);
    assert_int_equal(fate.attempts, 2);
    assert_string_equal(reason.p, "20 s");
    assert_int_equal(store_url_fate(st, run, RX_STR("http://a.example/cart"), &fate, &reason), 0);
    assert_int_equal(fate.outcome, RX_OUT_ACTS);
    assert_int_equal(store_url_fate(st, run, RX_STR("http://a.example/late"), &fate, &reason), 0);
    assert_true(fate.waiting);
    assert_int_equal(store_url_fate(st, run, RX_STR("http://b.example/"), &fate, &reason),
                     RX_ENOENT);
    rx_buf_free(&reason);

    host.delay_ms = 6000;
    host.next_ms = 77;
    host.failures = 3;
    assert_int_equal(store_host_pace(st, &host), 0);
    assert_int_equal(store_commit(st, NULL), 0);
    store_close(st);
    st = tmp_case_open(path, STORE_WRITE);
    assert_int_equal(store_host_put(st, RX_STR("a.example"), RX_STR("a.example"), &host), 0);
    assert_int_equal(host.delay_ms, 6000);
    assert_int_equal(host.next_ms, 77);
    assert_int_equal(host.failures, 3);
    struct store_counts counts;
    assert_int_equal(store_counts(st, run, &counts), 0);
    assert_int_equal(counts.waiting, 2);
    assert_int_equal(counts.by_outcome[RX_OUT_ACTS], 1);
    assert_int_equal(counts.by_outcome[RX_OUT_TIMEOUT], 1);
    tmp_case_free(st, dir);
}

/* ---- runs ------------------------------------------------------------------------------------ */

static void one_open_run(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    int64_t run = 0;
    int64_t other = 0;
    struct store_run now;
    struct rx_buf text = RX_BUF(4096);
    struct store *st = open_run(dir, path, &run);
    assert_int_equal(store_run_start(st, RX_STR("x"), RX_STR("{}"), 1, &other), RX_EEXISTS);
    assert_int_equal(store_run_current(st, &now, &text), 0);
    assert_int_equal(now.id, run);
    assert_true(rx_str_eq(now.label, RX_STR("first")));
    assert_int_equal(store_run_close(st, run, true, 2000), 0);
    assert_int_equal(store_run_close(st, run, true, 2000), RX_ENOENT);
    assert_int_equal(store_run_current(st, &now, &text), RX_ENOENT);
    assert_int_equal(store_run_start(st, RX_STR("x"), RX_STR("{}"), 1, &other), 0);
    assert_true(other > run);
    assert_int_equal(store_commit(st, NULL), 0);
    rx_buf_free(&text);
    tmp_case_free(st, dir);
}

/* Every kind of row of a run, as a write that must be refused once it is closed. */
static int write_fetch(struct store *st, int64_t run)
{
    struct store_fetch fetch = {.run = run, .url_id = 1, .outcome = RX_OUT_OK};
    return store_fetch_put(st, &fetch);
}

static int write_push(struct store *st, int64_t run)
{
    struct store_job job = job_of("http://a.example/new", 0);
    bool is_new;
    return store_queue_push(st, run, &job, &is_new);
}

static int write_done(struct store *st, int64_t run)
{
    return store_queue_done(st, run, put_url(st, "http://a.example/"), RX_OUT_OK, RX_STR(""));
}

static int write_retry(struct store *st, int64_t run)
{
    uint32_t attempts;
    return store_queue_retry(st, run, put_url(st, "http://a.example/"), &attempts);
}

static int write_robots(struct store *st, int64_t run)
{
    struct store_robots robots = {.origin = RX_STR("http://a.example"), .rules = RX_STR("\0x")};
    return store_robots_put(st, run, &robots);
}

static int write_fact(struct store *st, int64_t run)
{
    struct store_fact fact = {.run = run,
                              .host_id = 1,
                              .kind = RX_STR("a"),
                              .value = RX_STR("192.0.2.1"),
                              .source = RX_STR("dns")};
    return store_fact_put(st, &fact);
}

static int write_state(struct store *st, int64_t run)
{
    struct store_site_state state = {.run = run, .site = RX_STR("a.example"), .state = RX_STR("x")};
    return store_site_state_put(st, &state);
}

static void closed_runs_are_sealed(void **state)
{
    (void)state;
    static int (*const writes[])(struct store *, int64_t) = {
        write_fetch, write_push, write_done, write_retry, write_robots, write_fact, write_state};
    char dir[64];
    char path[96];
    int64_t run = 0;
    struct store *st = open_run(dir, path, &run);
    push(st, run, "http://a.example/", 0, true);
    for (size_t i = 0; i < sizeof writes / sizeof *writes; i++)
        assert_int_equal(writes[i](st, run), 0);
    assert_int_equal(store_run_close(st, run, false, 9), 0);
    for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
        assert_int_equal(writes[i](st, run), RX_EINVAL);
        assert_non_null(strstr(store_error(st), "the run is closed"));
    }
    assert_int_equal(write_fetch(st, 1000), RX_EINVAL); /* a run that never was */
    assert_int_equal(store_commit(st, NULL), 0);
    tmp_case_free(st, dir);
}

/* ---- captures -------------------------------------------------------------------------------- */

static void seen_again_is_not_stored_again(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    int64_t run = 0;
    bool is_new = false;
    struct store *st = open_run(dir, path, &run);
    struct store_content c = {.url_id = put_url(st, "http://a.example/"),
                              .sha256 = rx_sha256(RX_STR("body")),
                              .reader = RX_STR("tree/1"),
                              .tables = RX_STR("aa")};
    assert_int_equal(store_content_put(st, &c, &is_new), 0);
    assert_true(is_new);
    int64_t first = c.id;
    assert_int_equal(store_content_put(st, &c, &is_new), 0);
    assert_false(is_new);
    assert_int_equal(c.id, first);
    c.tables = RX_STR("bb"); /* read anew by other tables */
    assert_int_equal(store_content_put(st, &c, &is_new), 0);
    assert_true(is_new);
    int64_t newest = c.id;
    c.sha256 = rx_sha256(RX_STR("other"));
    assert_int_equal(store_content_put(st, &c, &is_new), 0);
    assert_true(is_new);
    c.url_id = 12345; /* no such URL */
    assert_int_equal(store_content_put(st, &c, &is_new), RX_ENOENT);

    struct store_sighting s = {.cls = RX_STR("ga"),
                               .value = RX_STR("UA-1-1"),
                               .raw = RX_STR("UA-1-1"),
                               .place = RX_PLACE_SCRIPT,
                               .offset = 7,
                               .length = 6};
    assert_int_equal(store_sighting_put(st, first, &s), 0);
    assert_int_equal(store_sighting_put(st, first, &s), 0);
    struct store_counts counts;
    assert_int_equal(store_counts(st, run, &counts), 0);
    assert_int_equal(counts.sightings, 0); /* of a reading that another took the place of */
    assert_int_equal(counts.contents, 2);
    assert_int_equal(store_sighting_put(st, newest, &s), 0);
    assert_int_equal(store_counts(st, run, &counts), 0);
    assert_int_equal(counts.sightings, 1);
    struct store_link link = {.to_url_id = put_url(st, "http://a.example/x"), .kind = RX_LINK_A};
    assert_int_equal(store_link_put(st, 777, 0, &link), RX_ENOENT);
    assert_int_equal(store_commit(st, NULL), 0);
    tmp_case_free(st, dir);
}

static void add_finding(void *ctx, const char *finding)
{
    int *count = ctx;
    ++*count;
    assert_non_null(strstr(finding, "case.db: "));
}

static void check_finds_what_is_missing(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    int64_t run = 0;
    int found = 0;
    struct store *st = open_run(dir, path, &run);
    struct store_fetch fetch = {.run = run,
                                .url_id = put_url(st, "http://a.example/"),
                                .outcome = RX_OUT_OK,
                                .response = {5, 100, 10}};
    assert_int_equal(store_check(st, add_finding, &found), 0);
    assert_int_equal(store_fetch_put(st, &fetch), 0); /* cites a record that nobody wrote */
    struct store_sighting s = {.cls = RX_STR("ga"), .value = RX_STR("v"), .place = RX_PLACE_TEXT};
    assert_int_equal(store_sighting_put(st, 4711, &s), 0);
    assert_int_equal(store_commit(st, NULL), 0);
    assert_int_equal(store_check(st, add_finding, &found), 2);
    assert_int_equal(found, 2);
    tmp_case_free(st, dir);
}

/* A full disk, as SQLite meets it: the transaction is gone, what was committed is not, and the same
 * handle goes on once there is room. */
static void full_disk_loses_nothing(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    char url[64];
    int64_t run = 0;
    int64_t pages = 0;
    int64_t id = 0;
    int rc = 0;
    struct rx_err err = {0};
    struct store *st = open_run(dir, path, &run);
    push(st, run, "http://a.example/kept", 0, true);
    assert_int_equal(store_commit(st, &err), 0);
    assert_int_equal(db_number(st->db, "PRAGMA page_count", &pages), 0);
    (void)snprintf(url, sizeof url, "PRAGMA max_page_count = %d", (int)pages + 4);
    assert_int_equal(db_script(st->db, url), 0);

    assert_int_equal(store_begin(st, &err), 0);
    for (uint32_t i = 0; !rc && i < 100000; i++) {
        name_url(url, i);
        rc = store_url_put(st, rx_str(url), RX_STR("a.example"), RX_STR("a.example"), &id);
    }
    assert_int_equal(rc, RX_ENOSPC);
    assert_non_null(strstr(store_error(st), "no room"));
    store_rollback(st);
    assert_int_equal(db_script(st->db, "PRAGMA max_page_count = 1000000"), 0);

    struct store_counts counts;
    assert_int_equal(store_counts(st, run, &counts), 0);
    assert_int_equal(counts.urls, 1);
    assert_int_equal(counts.waiting, 1);
    assert_int_equal(store_begin(st, &err), 0);
    push(st, run, "http://a.example/0", 0, true); /* its id from before would be a lie */
    assert_int_equal(store_commit(st, &err), 0);
    assert_int_equal(store_check(st, NULL, NULL), 0);
    tmp_case_free(st, dir);
}

static struct store_url_fate fate_of(struct store *st, int64_t run, const char *url,
                                     struct rx_buf *reason)
{
    struct store_url_fate fate = {0};
    assert_int_equal(store_url_fate(st, run, rx_str(url), &fate, reason), 0);
    return fate;
}

/* A refusal keeps the nearest way, in whatever order they come; it is taken back by its reason. */
static void queue_takes_refusals_back(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    int64_t run = 0;
    struct store *st = open_run(dir, path, &run);
    struct rx_buf reason = RX_BUF(256);
    const char *in = "http://a.example/in?1", *out = "http://a.example/plain";
    const struct rx_str plain = RX_STR("a plain link"), waits = RX_STR("waits");
    for (int turn = 0; turn < 2; turn++) { /* both orders of the same two refusals */
        const char *url = turn ? "http://a.example/in?2" : in;
        struct store_job far = job_of(url, 70), near = job_of(url, 10);
        assert_int_equal(
            store_queue_skip(st, run, turn ? &far : &near, RX_OUT_SCOPE, turn ? plain : waits), 0);
        assert_int_equal(
            store_queue_skip(st, run, turn ? &near : &far, RX_OUT_SCOPE, turn ? waits : plain), 0);
        assert_int_equal(fate_of(st, run, url, &reason).outcome, RX_OUT_SCOPE);
        assert_true(rx_str_eq(rx_buf_str(&reason), waits));
    }
    struct store_job other = job_of(out, 70), form = job_of("http://a.example/order", 70);
    assert_int_equal(store_queue_skip(st, run, &other, RX_OUT_SCOPE, plain), 0);
    assert_int_equal(store_queue_skip(st, run, &other, RX_OUT_TRAP, waits), 0);
    assert_int_equal(fate_of(st, run, out, &reason).outcome, RX_OUT_SCOPE);
    int hosts = 0;
    struct store_wake one = {.reason = waits, .most = 1}, rest = {.reason = waits, .most = 9},
                      all = {.most = 9};
    const struct rx_str site = RX_STR("a.example");
    assert_int_equal(store_queue_wake_site(st, run, site, &one, count_host, &hosts), 0);
    assert_int_equal(hosts, 1);
    assert_int_equal(one.woken, 1);
    assert_true(fate_of(st, run, in, &reason).waiting);
    assert_false(fate_of(st, run, "http://a.example/in?2", &reason).waiting);
    assert_int_equal(store_queue_wake_site(st, run, site, &rest, count_host, &hosts), 0);
    assert_int_equal(rest.woken, 1);
    assert_false(fate_of(st, run, out, &reason).waiting);
    assert_int_equal(store_queue_wake_site(st, run, site, &all, count_host, &hosts), 0);
    assert_true(fate_of(st, run, out, &reason).waiting);

    bool woken = false; /* a form's target that a plain link leads to as well */
    assert_int_equal(store_queue_skip(st, run, &form, RX_OUT_ACTS, RX_STR("a form")), 0);
    assert_int_equal(store_queue_wake(st, run, &form, &woken), 0);
    assert_true(woken);
    assert_true(fate_of(st, run, "http://a.example/order", &reason).waiting);
    rx_buf_free(&reason);
    tmp_case_free(st, dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colliding_urls_stay_two),
        cmocka_unit_test(ids_of_a_rollback_are_forgotten),
        cmocka_unit_test(a_host_keeps_its_site),
        cmocka_unit_test(queue_keeps_order_and_fate),
        cmocka_unit_test(queue_takes_refusals_back),
        cmocka_unit_test(one_open_run),
        cmocka_unit_test(closed_runs_are_sealed),
        cmocka_unit_test(seen_again_is_not_stored_again),
        cmocka_unit_test(check_finds_what_is_missing),
        cmocka_unit_test(full_disk_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
