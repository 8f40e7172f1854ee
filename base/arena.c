/* arena.c - see arena.h. Blocks double up to 1 MiB; a larger request gets a block of its own. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>

enum { FIRST_BLOCK = 4096, LAST_BLOCK = 1 << 20 };

struct rx_arena_block {
    struct rx_arena_block *older; /* owned */
    size_t used, size;
    alignas(max_align_t) char bytes[];
};

static struct rx_arena_block *add_block(struct rx_arena *a, size_t bytes)
{
    size_t size = a->blocks ? a->blocks->size * 2 : FIRST_BLOCK;
    if (size > LAST_BLOCK)
        size = LAST_BLOCK;
    if (size < bytes)
        size = bytes;
    struct rx_arena_block *b = malloc(sizeof *b + size);
    if (!b)
        return NULL;
    *b = (struct rx_arena_block){.older = a->blocks, .size = size};
    a->blocks = b;
    return b;
}

void *rx_arena_alloc(struct rx_arena *a, size_t bytes)
{
    const size_t align = alignof(max_align_t);
    struct rx_arena_block *b = a->blocks;
    if (bytes > a->max || (bytes = (bytes + align - 1) & ~(align - 1)) > a->max - a->used) {
        a->full = true;
        return NULL;
    }
    if (!b || bytes > b->size - b->used)
        b = add_block(a, bytes);
    if (!b) {
        a->full = true;
        return NULL;
    }
    void *p = b->bytes + b->used;
    b->used += bytes;
    a->used += bytes;
    return p;
}

void *rx_arena_zalloc(struct rx_arena *a, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        a->full = true;
        return NULL;
    }
    void *p = rx_arena_alloc(a, bytes);
    if (p)
        memset(p, 0, bytes);
    return p;
}

struct rx_str rx_arena_dup(struct rx_arena *a, struct rx_str s)
{
    char *p = rx_arena_alloc(a, s.n + 1);
    if (!p)
        return (struct rx_str){0};
    if (s.n)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return rx_strn(p, s.n);
}

void *rx_arena_grow(struct rx_arena *a, void *items, size_t count, size_t *cap, size_t item_size)
{
    if (count < *cap)
        return items;
    size_t bytes, more = *cap ? *cap * 2 : 8;
    if (__builtin_mul_overflow(more, item_size, &bytes)) {
        a->full = true;
        return NULL;
    }
    char *moved = rx_arena_alloc(a, bytes);
    if (!moved)
        return NULL;
    if (count)
        memcpy(moved, items, count * item_size);
    memset(moved + count * item_size, 0, bytes - count * item_size);
    *cap = more;
    return moved;
}

void rx_arena_free(struct rx_arena *a)
{
    for (struct rx_arena_block *b = a->blocks, *older; b; b = older) {
        older = b->older;
        free(b);
    }
    *a = RX_ARENA(a->max);
}
