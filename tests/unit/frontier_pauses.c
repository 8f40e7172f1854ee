/* frontier_pauses.c - a turn that came to nothing takes back its own pause, and never another's. */
#include "crawler/frontier/frontier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

enum { PAUSE_MS = 1000, NEW_HOSTS = 10 };

static const struct frontier_opts opts = {
    .host = {.delay_ms = 10}, .address_delay_ms = PAUSE_MS, .per_address = 2, .patience_ms = 10000};

static const struct rx_str address = {"192.0.2.1", 9};

static struct frontier_host *put_host(struct frontier *f, int64_t id)
{
    char name[32], url[64];
    (void)snprintf(name, sizeof name, "h%lld.example", (long long)id);
    (void)snprintf(url, sizeof url, "http://%s/", name);
    struct frontier_host *h = frontier_host(f, rx_str(name), rx_str(name), id, 0);
    assert_non_null(h);
    const struct job model = {.url_id = id, .url = rx_str(url), .host = rx_str(name)};
    struct job *job = job_new(&model);
    assert_non_null(job);
    assert_int_equal(frontier_push(f, h, job), RX_OK);
    return h;
}

static struct job *next_job(struct frontier *f, uint64_t *now_ms)
{
    struct job *job;
    uint64_t wake_ms;
    while (!(job = frontier_next(f, *now_ms, &wake_ms))) {
        assert_true(wake_ms > *now_ms && wake_ms != UINT64_MAX);
        *now_ms = wake_ms;
    }
    return job;
}

static void end_job(struct frontier *f, struct job *job, enum pace_end end, uint64_t now_ms)
{
    frontier_landed(f, job->at, end, 0, 0, now_ms);
    frontier_settled(job->at, job);
    frontier_release(f, job->at);
    job_free(job);
}

/* New names of one address, each found on the page before and looked up at its first turn, as
 * page_net.c does it. */
static void test_new_names_of_one_address(void **state)
{
    (void)state;
    struct frontier *f = frontier_new(&opts);
    assert_non_null(f);
    uint64_t now_ms = 100000, last_ms = 0;
    (void)put_host(f, 1);
    for (int64_t asked = 0; asked < NEW_HOSTS;) {
        struct job *job = next_job(f, &now_ms);
        if (!frontier_is_bound(job->at, now_ms)) {
            assert_int_equal(frontier_bind(f, job->at, address, 0, UINT64_MAX), RX_OK);
            assert_int_equal(frontier_return(f, job, now_ms), RX_OK);
            continue;
        }
        if (asked++ > 0)
            assert_true(now_ms >= last_ms + PAUSE_MS);
        last_ms = now_ms;
        end_job(f, job, PACE_CLEAN, now_ms + 50);
        now_ms += 60;
        (void)put_host(f, asked + 1);
    }
    frontier_free(f);
}

/* The address that a host leaves has not been asked: its other hosts need not wait. */
static void test_left_address_is_free(void **state)
{
    (void)state;
    struct frontier *f = frontier_new(&opts);
    assert_non_null(f);
    for (int64_t i = 1; i <= 2; i++)
        assert_int_equal(frontier_bind(f, put_host(f, i), address, 0, UINT64_MAX), RX_OK);
    uint64_t wake_ms;
    struct job *job = frontier_next(f, 100000, &wake_ms);
    assert_non_null(job);
    assert_null(frontier_next(f, 100000, &wake_ms));
    assert_int_equal(frontier_bind(f, job->at, RX_STR("192.0.2.2"), 0, UINT64_MAX), RX_OK);
    struct job *other = frontier_next(f, 100000, &wake_ms);
    assert_non_null(other);
    end_job(f, other, PACE_CLEAN, 100000);
    end_job(f, job, PACE_CLEAN, 100000);
    frontier_free(f);
}

/* An address that every host has left was asked all the same: who comes next waits. */
static void test_forsaken_address(void **state)
{
    (void)state;
    struct frontier *f = frontier_new(&opts);
    assert_non_null(f);
    struct frontier_host *h = put_host(f, 1);
    assert_int_equal(frontier_bind(f, h, address, 0, UINT64_MAX), RX_OK);
    uint64_t now_ms = 100000, wake_ms;
    end_job(f, next_job(f, &now_ms), PACE_CLEAN, now_ms);
    assert_int_equal(frontier_bind(f, h, RX_STR("192.0.2.2"), 0, UINT64_MAX), RX_OK);
    assert_int_equal(frontier_bind(f, put_host(f, 2), address, 0, UINT64_MAX), RX_OK);
    assert_null(frontier_next(f, now_ms + 60, &wake_ms));
    assert_true(wake_ms >= now_ms + PAUSE_MS);
    frontier_free(f);
}

/* The first of two at an address comes to nothing when the second was asked and has ended. */
static void test_pause_of_the_later(void **state)
{
    (void)state;
    struct frontier *f = frontier_new(&opts);
    assert_non_null(f);
    for (int64_t i = 1; i <= 3; i++)
        assert_int_equal(frontier_bind(f, put_host(f, i), address, 0, UINT64_MAX), RX_OK);
    uint64_t now_ms = 100000, wake_ms;
    struct job *first = next_job(f, &now_ms), *second = next_job(f, &now_ms);
    const uint64_t asked_ms = now_ms;
    end_job(f, second, PACE_CLEAN, asked_ms + 50);
    frontier_cancelled(f, first->at);
    frontier_release(f, first->at);
    job_free(first);
    assert_null(frontier_next(f, asked_ms + 60, &wake_ms));
    assert_true(wake_ms >= asked_ms + PAUSE_MS);
    frontier_free(f);
}

/* A host that is held back while a request of it is out stays so when that ends well. */
static void test_held_back_while_out(void **state)
{
    (void)state;
    enum { HOUR_MS = 3600 * 1000 };
    struct frontier *f = frontier_new(&opts);
    assert_non_null(f);
    struct frontier_host *h = put_host(f, 1);
    uint64_t now_ms = 100000;
    struct job *job = next_job(f, &now_ms);
    frontier_hold_back(f, h, HOUR_MS, now_ms);
    end_job(f, job, PACE_CLEAN, now_ms + 50);
    assert_true(frontier_host_pace(h).next_ms >= now_ms + HOUR_MS);
    (void)put_host(f, 1);
    assert_true(frontier_exhausted(f, now_ms + 50)); /* it has backed off, it is not merely slow */
    frontier_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_new_names_of_one_address),
        cmocka_unit_test(test_left_address_is_free),
        cmocka_unit_test(test_forsaken_address),
        cmocka_unit_test(test_pause_of_the_later),
        cmocka_unit_test(test_held_back_while_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
