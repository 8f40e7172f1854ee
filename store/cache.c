/* cache.c - see cache.h. */
#include "store/cache.h"

#include <stdlib.h>

struct slot {
    uint64_t hash;
    struct cache_ids ids; /* id 0: empty */
    char *text;           /* owned */
    size_t n;
};

struct cache {
    size_t mask;
    struct slot slots[];
};

struct cache *cache_new(size_t slots)
{
    struct cache *c = calloc(1, sizeof *c + slots * sizeof *c->slots);
    if (c)
        c->mask = slots - 1;
    return c;
}

void cache_clear(struct cache *c)
{
    for (size_t i = 0; i <= c->mask; i++) {
        free(c->slots[i].text);
        c->slots[i] = (struct slot){0};
    }
}

void cache_free(struct cache *c)
{
    if (c)
        cache_clear(c);
    free(c);
}

bool cache_get(const struct cache *c, uint64_t hash, struct rx_str text, struct cache_ids *ids)
{
    const struct slot *s = &c->slots[hash & c->mask];
    if (!s->ids.id || s->hash != hash || !rx_str_eq(rx_strn(s->text, s->n), text))
        return false;
    *ids = s->ids;
    return true;
}

void cache_put(struct cache *c, uint64_t hash, struct rx_str text, struct cache_ids ids)
{
    if (text.n == 0 || text.n > CACHE_TEXT_MAX)
        return;
    struct slot *s = &c->slots[hash & c->mask];
    char *copy = realloc(s->text, text.n);
    if (!copy)
        return;
    memcpy(copy, text.p, text.n);
    *s = (struct slot){hash, ids, copy, text.n};
    /* cppcheck-suppress memleak ; the slot owns the copy */
}
