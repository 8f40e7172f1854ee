/* set.c - see set.h. */
#include "graph/set.h"

#include "graph/vec.h"

#include <stdlib.h>

/* Counts of pairs: open addressing over 64-bit keys. Only sums are read from it, and in sorted
 * order, so the order of insertion leaves no trace. */
struct tally {
    uint64_t *key; /* pair + 1; 0: empty */
    uint32_t *count;
    size_t cap, used;
};

static size_t slot_of(const struct tally *t, uint64_t key)
{
    uint64_t h = key * 0x9e3779b97f4a7c15u;
    size_t at = (size_t)(h ^ (h >> 32)) & (t->cap - 1);
    while (t->key[at] && t->key[at] != key)
        at = (at + 1) & (t->cap - 1);
    return at;
}

static int tally_grow(struct tally *t)
{
    struct tally next = {.cap = t->cap ? t->cap * 2 : 1024};
    next.key = vec_zero(next.cap, sizeof *next.key);
    next.count = vec_zero(next.cap, sizeof *next.count);
    if (!next.key || !next.count) {
        free(next.key);
        free(next.count);
        return RX_ENOMEM;
    }
    for (size_t i = 0; i < t->cap; i++) {
        if (!t->key[i])
            continue;
        size_t at = slot_of(&next, t->key[i]);
        next.key[at] = t->key[i];
        next.count[at] = t->count[i];
        next.used++;
    }
    free(t->key);
    free(t->count);
    *t = next;
    return 0;
}

static int tally_add(struct tally *t, uint32_t a, uint32_t b)
{
    if (t->used * 2 >= t->cap && tally_grow(t))
        return RX_ENOMEM;
    uint64_t key = ((uint64_t)a << 32 | b) + 1;
    size_t at = slot_of(t, key);
    t->used += !t->key[at];
    t->key[at] = key;
    t->count[at]++;
    return 0;
}

/* Names by site: the transpose of the input. */
struct by_site {
    uint32_t *first, *name;
};

static int transpose(struct by_site *out, const struct set_input *in)
{
    out->first = vec_zero(in->sites + 2, sizeof *out->first);
    out->name = vec_zero(in->first[in->names], sizeof *out->name);
    if (!out->first || !out->name)
        return RX_ENOMEM;
    for (uint32_t i = 0; i < in->first[in->names]; i++)
        out->first[in->carrier[i] + 2]++;
    for (size_t s = 2; s < in->sites + 2; s++)
        out->first[s] += out->first[s - 1];
    for (uint32_t n = 0; n < in->names; n++)
        for (uint32_t i = in->first[n]; i < in->first[n + 1]; i++)
            out->name[out->first[in->carrier[i] + 1]++] = n;
    return 0;
}

static int count_pairs(struct tally *t, const struct by_site *sites, size_t site_count)
{
    for (size_t s = 0; s < site_count; s++) {
        uint32_t first = sites->first[s], end = sites->first[s + 1];
        if (end - first > SET_NAMES_MAX)
            end = first + SET_NAMES_MAX;
        for (uint32_t i = first; i < end; i++)
            for (uint32_t j = i + 1; j < end; j++)
                if (tally_add(t, sites->name[i], sites->name[j]))
                    return RX_ENOMEM;
    }
    return 0;
}

int set_group(uint32_t *group, const struct set_input *in)
{
    struct by_site sites = {0};
    struct tally t = {0};
    vec_sets_init(group, in->names);
    int rc = transpose(&sites, in);
    if (!rc)
        rc = count_pairs(&t, &sites, in->sites);
    for (size_t i = 0; i < t.cap && !rc; i++) {
        if (!t.key[i] || t.count[i] < 2)
            continue;
        uint32_t a = (uint32_t)((t.key[i] - 1) >> 32), b = (uint32_t)(t.key[i] - 1);
        double both = t.count[i];
        double x = in->first[a + 1] - in->first[a], y = in->first[b + 1] - in->first[b];
        double against = in->overlap ? (x < y ? x : y) : x + y - both;
        if (both >= in->alike * against)
            vec_sets_union(group, a, b);
    }
    for (uint32_t n = 0; n < in->names && !rc; n++)
        group[n] = vec_sets_find(group, n);
    free(t.key);
    free(t.count);
    free(sites.first);
    free(sites.name);
    return rc;
}
