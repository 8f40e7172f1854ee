/* robots.h - may we? robots.txt complete to RFC 9309. Pure.
 *
 * Text is compiled once, for one product token, into a flat string of rules ("the rules") that
 * crosses the jail's socket, is stored, and is asked without further allocation. */
#ifndef RX_CRAWLER_ROBOTS_H
#define RX_CRAWLER_ROBOTS_H

#include "base/buf.h"

enum {
    ROBOTS_BYTES_MAX = 512000,
    ROBOTS_LINE_MAX = 16664,
    /* Bytes that wildcards may walk over for one question, as nothing else may happen meanwhile:
     * 500 wildcard rules and the longest path, 10,000 and a common one. */
    ROBOTS_WORK_MAX = 1 << 20
};

/* Compiles the groups that apply to agent (merged; else those of "*"). Reads at most
 * ROBOTS_BYTES_MAX. Sections 2.1 to 2.5. */
RX_MUST int robots_compile(struct rx_buf *rules, struct rx_str text, struct rx_str agent);
/* Rules without a file: everything allowed (4xx but 429) or denied (5xx, 429, unreachable). */
RX_MUST int robots_all(struct rx_buf *rules, bool allow);
/* RX_EDAMAGE unless the string is well-formed; call it on anything that left this process. */
RX_MUST int robots_check(struct rx_str rules);

struct robots_verdict {
    bool allowed;
    struct rx_str rule; /* the pattern that decided; empty: none matched */
    uint32_t line;      /* its line in the file, from 1; 0: none */
    size_t work;        /* bytes that wildcards walked over */
};
/* path: path and query of the URL, serialised (section 2.2.2: octets, percent-normalised, longest
 * match, Allow wins a tie). /robots.txt itself is always allowed. rules must be well-formed. A file
 * with so many wildcards that a question costs ROBOTS_WORK_MAX is made to hurt: its answer is no.
 */
struct robots_verdict robots_ask(struct rx_str rules, struct rx_str path);
/* Crawl-delay of the group in ms, 0 if none (not in the RFC). */
uint64_t robots_delay_ms(struct rx_str rules);

#endif
