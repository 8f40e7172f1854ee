/* heap.c - see heap.h. Invariant: nodes[i]->at == i + 1, and no node orders before its parent. */
#include "crawler/frontier/heap.h"

#include <assert.h>
#include <stdlib.h>

static bool before(const struct heap_node *a, const struct heap_node *b)
{
    return a->key != b->key ? a->key < b->key : a->tie < b->tie;
}

static void set(struct heap *h, size_t at, struct heap_node *node)
{
    h->nodes[at] = node;
    node->at = at + 1;
}

static void rise(struct heap *h, size_t at)
{
    struct heap_node *node = h->nodes[at];
    while (at > 0) {
        const size_t parent = (at - 1) / 2;
        if (!before(node, h->nodes[parent]))
            break;
        set(h, at, h->nodes[parent]);
        at = parent;
    }
    set(h, at, node);
}

static void sink_down(struct heap *h, size_t at)
{
    struct heap_node *node = h->nodes[at];
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= h->count)
            break;
        if (child + 1 < h->count && before(h->nodes[child + 1], h->nodes[child]))
            child++;
        if (!before(h->nodes[child], node))
            break;
        set(h, at, h->nodes[child]);
        at = child;
    }
    set(h, at, node);
}

int heap_reserve(struct heap *h, size_t nodes)
{
    if (nodes <= h->cap)
        return RX_OK;
    size_t cap = h->cap ? 2 * h->cap : 4;
    if (cap < nodes)
        cap = nodes;
    struct heap_node **grown = realloc(h->nodes, cap * sizeof(struct heap_node *));
    if (!grown)
        return RX_ENOMEM;
    h->nodes = grown;
    h->cap = cap;
    return RX_OK;
}

void heap_put(struct heap *h, struct heap_node *node, uint64_t key)
{
    if (node->at == 0) {
        assert(h->count < h->cap);
        node->key = key;
        node->tie = h->ticket++;
        set(h, h->count++, node);
        rise(h, h->count - 1);
    } else if (node->key != key) {
        node->key = key;
        rise(h, node->at - 1);
        sink_down(h, node->at - 1);
    }
}

void heap_drop(struct heap *h, struct heap_node *node)
{
    if (node->at == 0)
        return;
    const size_t at = node->at - 1;
    node->at = 0;
    struct heap_node *last = h->nodes[--h->count];
    if (last == node)
        return;
    set(h, at, last);
    rise(h, at);
    sink_down(h, last->at - 1);
}

void heap_free(struct heap *h)
{
    free(h->nodes);
    *h = (struct heap){0};
}
