/* look.h - which pictures look alike, by the hashes of their looks (crawler/image).
 *
 * A logo that was stored anew, in another size or format, differs in a few of its hash's 64 bits.
 * Groups are stars: a leader, and those within LOOK_BITS of it, each with the first leader that it
 * is like; who leads is decided by rank alone. So nothing is chained: two of a group differ by
 * twice LOOK_BITS at the most. */
#ifndef RX_GRAPH_LOOK_H
#define RX_GRAPH_LOOK_H

#include "base/err.h"
#include "base/str.h"

/* LOOK_BITS: as crawler/image has it. LOOK_LEADERS: those that one hash is compared with in each
 * of its buckets; where strangers fill one, it leads itself. */
enum { LOOK_BITS = 8, LOOK_LEADERS = 1024 };

/* 16 hexadecimal digits. False: it is no hash. */
bool look_parse(uint64_t *hash, struct rx_str text);
/* hashes are in order of rank: group[i] is the number of i's leader, i itself if it leads.
 * RX_ENOMEM. Complexity: O(n LOOK_LEADERS). */
RX_MUST int look_group(uint32_t *group, const uint64_t *hashes, size_t count);

#endif
