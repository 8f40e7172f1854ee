/* pace.c - the pauses between two requests to a host. Three rules: an error never lowers a delay;
 * a pause is never below what we or the host promised; what a host asks for is bounded by a day. */
#include "crawler/frontier/pace.h"

enum {
    PUSHED_BACK_MS = 60000,
    PUSHED_BACK_MAX_MS = 6 * 3600 * 1000,
    PUSHED_BACK_LEAST_DELAY_MS = 1000,
    PUSHED_BACK_DELAY_MAX_MS = 600000,
    UNREACHABLE_MS = 3600 * 1000,
    UNREACHABLE_DOUBLINGS = 5,
    CLEAN_TO_HALVE = 20,
    TIMES_TOOK = 5
};

static uint64_t max_u64(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t min_u64(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t doubled(uint64_t base_ms, uint32_t times, uint64_t most_ms)
{
    while (times-- > 0 && base_ms < most_ms)
        base_ms *= 2;
    return min_u64(base_ms, most_ms);
}

/* How long after a failure. No error ever lowers a delay. */
static uint64_t back_off(struct pace *pace, const struct pace_opts *opts, enum pace_end end,
                         uint64_t retry_after_ms)
{
    const uint32_t before = pace->failures;
    pace->failures++;
    pace->clean = 0;
    if (end == PACE_TIMEOUT)
        return doubled(PUSHED_BACK_MS, before, PUSHED_BACK_MAX_MS);
    if (end == PACE_UNREACHABLE)
        return before >= UNREACHABLE_DOUBLINGS ? PACE_DAY_MS
                                               : doubled(UNREACHABLE_MS, before, PACE_DAY_MS);
    const uint64_t in_force =
        max_u64(max_u64(pace->delay_ms, opts->delay_ms), PUSHED_BACK_LEAST_DELAY_MS);
    pace->delay_ms = max_u64(pace->delay_ms, min_u64(2 * in_force, PUSHED_BACK_DELAY_MAX_MS));
    return retry_after_ms > 0 ? min_u64(retry_after_ms, PACE_DAY_MS)
                              : doubled(PUSHED_BACK_MS, before, PUSHED_BACK_MAX_MS);
}

static void count_clean(struct pace *pace, const struct pace_opts *opts)
{
    pace->failures = 0;
    if (pace->delay_ms == 0 || ++pace->clean < CLEAN_TO_HALVE)
        return;
    pace->clean = 0;
    pace->delay_ms /= 2;
    if (pace->delay_ms <= max_u64(opts->delay_ms, PUSHED_BACK_LEAST_DELAY_MS))
        pace->delay_ms = 0;
}

/* Five times what the host needed, within bounds, give or take a fifth. */
static uint64_t usual_pause(const struct pace *pace, const struct pace_opts *o, uint64_t took_ms,
                            uint64_t crawl_delay_ms, struct rx_rand *rand)
{
    const uint64_t least = max_u64(o->delay_ms, max_u64(crawl_delay_ms, pace->delay_ms));
    uint64_t wanted = least;
    if (o->delay_ms > 0) {
        const uint64_t stretched =
            min_u64(TIMES_TOOK * took_ms, max_u64(o->delay_ms, o->delay_max_ms));
        wanted = max_u64(least, stretched);
    }
    const uint64_t jittered = (uint64_t)((double)wanted * (0.8 + 0.4 * rx_rand_unit(rand)));
    return max_u64(jittered, least);
}

uint64_t pace_after(struct pace *pace, const struct pace_opts *opts, enum pace_end end,
                    uint64_t took_ms, uint64_t retry_after_ms, uint64_t crawl_delay_ms,
                    struct rx_rand *rand)
{
    uint64_t wait_ms = 0;
    if (end == PACE_CLEAN)
        count_clean(pace, opts);
    else if (end != PACE_ELSEWHERE)
        wait_ms = back_off(pace, opts, end, retry_after_ms);
    return max_u64(wait_ms, usual_pause(pace, opts, took_ms, crawl_delay_ms, rand));
}
