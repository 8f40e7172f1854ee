/* cache.h - recent names and their ids in front of the database: direct-mapped, so a newer name
 * takes the place of an older one of the same slot. The text itself is compared on every hit: two
 * names whose hashes collide are never taken for one. Names over CACHE_TEXT_MAX bytes are not
 * kept. Memory: at most slots x (CACHE_TEXT_MAX + 48) bytes. */
#ifndef RX_STORE_CACHE_H
#define RX_STORE_CACHE_H

#include "base/err.h"
#include "base/str.h"

enum { CACHE_TEXT_MAX = 255 };

/* What is known of a name; for a URL its host and site, for a host its site. */
struct cache_ids {
    int64_t id, host_id, site_id;
};

struct cache; /* opaque */

/* slots: a power of two. NULL: no memory. */
RX_MUST struct cache *cache_new(size_t slots);
void cache_free(struct cache *c);
bool cache_get(const struct cache *c, uint64_t hash, struct rx_str text, struct cache_ids *ids);
/* May silently not keep it. */
void cache_put(struct cache *c, uint64_t hash, struct rx_str text, struct cache_ids ids);
void cache_clear(struct cache *c); /* ids given in a transaction that was rolled back are lies */

#endif
