/* arena.h - memory that dies together: a page's strings, doc and marks. Allocation is a pointer
 * bump; nothing is freed one by one. An arena has a hard cap, because its content comes from
 * strangers: past it every allocation returns NULL and arena->full stays true. Not thread-safe;
 * may be handed from thread to thread whole. */
#ifndef RX_BASE_ARENA_H
#define RX_BASE_ARENA_H

#include "base/err.h"
#include "base/str.h"

struct rx_arena_block;

struct rx_arena {
    struct rx_arena_block *blocks; /* owned; newest first */
    size_t used;                   /* bytes handed out, alignment included */
    size_t max;
    bool full; /* an allocation was refused */
};

#define RX_ARENA(max_bytes) ((struct rx_arena){.max = (max_bytes)})

/* Aligned for any type, not zeroed. NULL when the cap or memory is reached. */
RX_MUST void *rx_arena_alloc(struct rx_arena *a, size_t bytes);
RX_MUST void *rx_arena_zalloc(struct rx_arena *a, size_t count, size_t size);
/* Copy with a NUL behind it. An empty string gives p = "" (never NULL); p = NULL: refused. */
struct rx_str rx_arena_dup(struct rx_arena *a, struct rx_str s);
/* Grows an array by doubling: returns the (possibly moved) array with room for count + 1 items,
 * or NULL. *cap is the caller's count of items allocated. */
RX_MUST void *rx_arena_grow(struct rx_arena *a, void *items, size_t count, size_t *cap,
                            size_t item_size);
void rx_arena_free(struct rx_arena *a); /* everything; the arena may be used again */

#endif
