/* vec.c - see vec.h. */
#include "graph/vec.h"

#include <stdlib.h>

void *vec_grow(void *items, size_t count, size_t *cap, size_t item_bytes)
{
    if (count < *cap)
        return items;
    size_t next = *cap ? *cap * 2 : 16;
    if (next > VEC_ITEMS_MAX)
        return NULL;
    void *moved = realloc(items, next * item_bytes);
    if (moved)
        *cap = next;
    return moved;
}

void *vec_zero(size_t count, size_t item_bytes)
{
    return calloc(count ? count : 1, item_bytes);
}

int vec_by_u32(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

void vec_sets_init(uint32_t *parent, size_t count)
{
    for (size_t i = 0; i < count; i++)
        parent[i] = (uint32_t)i;
}

uint32_t vec_sets_find(uint32_t *parent, uint32_t item)
{
    while (parent[item] != item) {
        parent[item] = parent[parent[item]]; /* path halving */
        item = parent[item];
    }
    return item;
}

void vec_sets_union(uint32_t *parent, uint32_t a, uint32_t b)
{
    a = vec_sets_find(parent, a);
    b = vec_sets_find(parent, b);
    if (a < b)
        parent[b] = a;
    else
        parent[a] = b;
}
