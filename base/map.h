/* map.h - hash map from byte strings to pointers (never NULL); SipHash keyed by a random seed, so
 * that a site cannot choose colliding keys. Iteration order is not defined: sort before you print.
 */
#ifndef RX_BASE_MAP_H
#define RX_BASE_MAP_H

#include "base/err.h"
#include "base/str.h"

struct rx_map; /* opaque */

RX_MUST struct rx_map *rx_map_new(void); /* NULL: no memory */
/* Values are the caller's; free_value may be NULL. */
void rx_map_free(struct rx_map *m, void (*free_value)(void *));
void *rx_map_get(const struct rx_map *m, struct rx_str key); /* NULL: not there */
/* Copies the key. Replaces an existing value and gives the old one through *old (may be NULL). */
RX_MUST int rx_map_put(struct rx_map *m, struct rx_str key, void *value, void **old);
void *rx_map_del(struct rx_map *m, struct rx_str key); /* returns the value, NULL if none */
size_t rx_map_count(const struct rx_map *m);
/* *at starts at 0; false at the end. The map must not change meanwhile. */
bool rx_map_next(const struct rx_map *m, size_t *at, struct rx_str *key, void **value);

#endif
