/* fetch_retry.c - how long a server asks us to stay away. RFC 9110 section 10.2.3. */
#include "crawler/net/fetch.h"

#include "base/clock.h"

static const uint64_t longest_ms = 24ULL * 3600 * 1000;

uint64_t fetch_retry_after_ms(struct rx_str value, int64_t now_wall_ms)
{
    uint64_t seconds = 0;
    int64_t when_ms = 0;
    value = rx_str_trim(value);
    if (rx_str_u64(value, &seconds))
        return seconds > longest_ms / 1000 ? longest_ms : seconds * 1000;
    if (rx_http_date_parse(&when_ms, value, now_wall_ms) || when_ms <= now_wall_ms)
        return 0;
    uint64_t wait_ms = (uint64_t)when_ms - (uint64_t)now_wall_ms;
    return wait_ms > longest_ms ? longest_ms : wait_ms;
}
