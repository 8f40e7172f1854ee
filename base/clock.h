/* clock.h - time is passed in, so that tests own it. */
#ifndef RX_BASE_CLOCK_H
#define RX_BASE_CLOCK_H

#include "base/err.h"
#include "base/str.h"

/* Wall time in milliseconds since the Unix epoch, UTC. */
int64_t rx_wall_ms(void);
/* Monotonic milliseconds; only differences mean anything. */
uint64_t rx_mono_ms(void);

enum { RX_TIME_TEXT = 25 };
/* "2026-07-31T12:34:56Z" (or ".789Z" when millis is set), RFC 3339. */
void rx_time_text(char out[RX_TIME_TEXT], int64_t wall_ms, bool millis);
/* RFC 3339, or a bare date as midnight UTC. */
RX_MUST int rx_time_parse(int64_t *wall_ms, struct rx_str text);
/* IMF-fixdate, RFC 850 and asctime forms (RFC 9110 section 5.6.7). now_ms: a year of two digits is
 * the one that lies less than 50 years away. */
RX_MUST int rx_http_date_parse(int64_t *wall_ms, struct rx_str text, int64_t now_ms);

/* Deterministic generator (splitmix64) for jitter and tests; not for secrets. */
struct rx_rand {
    uint64_t state;
};
uint64_t rx_rand_next(struct rx_rand *r);
/* Uniform in [0, below). */
uint64_t rx_rand_below(struct rx_rand *r, uint64_t below);
double rx_rand_unit(struct rx_rand *r); /* [0, 1) */

#endif
