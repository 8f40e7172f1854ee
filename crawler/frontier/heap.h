/* heap.h - a binary heap of nodes that live inside the caller's structs and know their place, so
 * that a key can change or a node leave in O(log n). Pure. */
#ifndef RX_CRAWLER_HEAP_H
#define RX_CRAWLER_HEAP_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap_node {
    uint64_t key; /* smallest first */
    uint64_t tie; /* smallest first among equal keys: entered earlier */
    size_t at;    /* place in the heap + 1; 0: in none */
};

struct heap {
    struct heap_node **nodes; /* owned array of borrowed nodes */
    size_t count, cap;
    uint64_t ticket; /* next tie */
};

/* Room for so many nodes, so that heap_put() cannot fail. RX_ENOMEM leaves all as it was. */
RX_MUST int heap_reserve(struct heap *h, size_t nodes);
/* Enters a node or, if it is in, moves it to its new key. Room must have been reserved. */
void heap_put(struct heap *h, struct heap_node *node, uint64_t key);
void heap_drop(struct heap *h, struct heap_node *node); /* nothing happens if it is in none */
void heap_free(struct heap *h);

static inline struct heap_node *heap_top(const struct heap *h)
{
    return h->count > 0 ? h->nodes[0] : NULL;
}

#endif
