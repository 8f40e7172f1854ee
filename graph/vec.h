/* vec.h - arrays that grow on the heap, for the graph's own tables (trusted sizes: what the store
 * holds). Complexity: amortised O(1) an item. */
#ifndef RX_GRAPH_VEC_H
#define RX_GRAPH_VEC_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum { VEC_ITEMS_MAX = 1 << 30 }; /* indices are 32 bits wide all over graph/ */

/* Room for count + 1 items: returns the (possibly moved) array, or NULL with the old one intact
 * when memory or VEC_ITEMS_MAX is reached. */
RX_MUST void *vec_grow(void *items, size_t count, size_t *cap, size_t item_bytes);
/* calloc that never asks for zero bytes, so that NULL always means "no memory". */
RX_MUST void *vec_zero(size_t count, size_t item_bytes);

/* For qsort() and bsearch() over uint32_t. */
int vec_by_u32(const void *a, const void *b);

/* Disjoint sets over 0..count-1 in one array. The representative is the least member, so results
 * do not depend on the order of unions. */
void vec_sets_init(uint32_t *parent, size_t count);
uint32_t vec_sets_find(uint32_t *parent, uint32_t item);
void vec_sets_union(uint32_t *parent, uint32_t a, uint32_t b);

#endif
