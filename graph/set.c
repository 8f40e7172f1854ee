/* set.c - see set.h. */
#include "graph/set.h"

#include "graph/vec.h"

#include <stdbool.h>
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

struct like { /* two names that are alike */
    uint32_t a, b;
};

struct likes {
    struct like *items;
    size_t count, cap;
};

static int add_like(struct likes *l, uint32_t a, uint32_t b)
{
    struct like *items = vec_grow(l->items, l->count, &l->cap, sizeof *items);
    if (!items)
        return RX_ENOMEM;
    l->items = items;
    l->items[l->count++] = (struct like){a, b};
    return 0;
}

static int by_like(const void *a, const void *b)
{
    const struct like *x = a, *y = b;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return x->b < y->b ? -1 : x->b > y->b;
}

/* Both directions of every pair that is alike, sorted. */
static int find_likes(struct likes *out, const struct tally *t, const struct set_input *in)
{
    for (size_t i = 0; i < t->cap; i++) {
        if (!t->key[i] || t->count[i] < 2)
            continue;
        uint32_t a = (uint32_t)((t->key[i] - 1) >> 32), b = (uint32_t)(t->key[i] - 1);
        double both = t->count[i];
        double x = in->first[a + 1] - in->first[a], y = in->first[b + 1] - in->first[b];
        double against = in->chain ? (x < y ? x : y) : x + y - both;
        if (both >= in->alike * against && (add_like(out, a, b) || add_like(out, b, a)))
            return RX_ENOMEM;
    }
    if (out->count)
        qsort(out->items, out->count, sizeof *out->items, by_like);
    return 0;
}

static void make_chains(uint32_t *group, const struct likes *l, size_t names)
{
    for (size_t i = 0; i < l->count; i++)
        vec_sets_union(group, l->items[i].a, l->items[i].b);
    for (uint32_t n = 0; n < names; n++)
        group[n] = vec_sets_find(group, n);
}

enum { STAR_MAX = 32 }; /* names of a star that are asked about one more */

struct seed {
    uint32_t name, carriers;
};

static int by_carriers(const void *a, const void *b)
{
    const struct seed *x = a, *y = b;
    if (x->carriers != y->carriers)
        return x->carriers > y->carriers ? -1 : 1;
    return x->name < y->name ? -1 : x->name > y->name;
}

static uint32_t tally_of(const struct tally *t, uint32_t a, uint32_t b)
{
    uint64_t key = ((uint64_t)(a < b ? a : b) << 32 | (a < b ? b : a)) + 1;
    return t->cap ? t->count[slot_of(t, key)] : 0;
}

/* Does it come together with most of what the star has taken? Overlap, the milder measure, because
 * the hub was asked already. Without this, one name that two small engines happen to use would be
 * the hub of both, and make one set of names that never stand on one page. */
static bool fits(const struct tally *t, const struct set_input *in, const uint32_t *taken,
                 size_t count, uint32_t name)
{
    size_t together = 0;
    for (size_t i = 0; i < count; i++) {
        double x = in->first[name + 1] - in->first[name];
        double y = in->first[taken[i] + 1] - in->first[taken[i]];
        together += tally_of(t, name, taken[i]) >= in->alike * (x < y ? x : y);
    }
    return together * 2 > count;
}

/* The name on most sites takes all that is like it; then the next that is left. */
static int make_stars(uint32_t *group, const struct likes *l, const struct tally *t,
                      const struct set_input *in)
{
    struct seed *seeds = vec_zero(in->names, sizeof *seeds);
    size_t *first = vec_zero(in->names + 1, sizeof *first);
    bool *taken = vec_zero(in->names, sizeof *taken);
    uint32_t *star = vec_zero(in->names, sizeof *star);
    int rc = seeds && first && taken && star ? 0 : RX_ENOMEM;
    for (size_t i = 0; i < l->count && !rc; i++)
        first[l->items[i].a + 1] = i + 1;
    for (uint32_t n = 0; n < in->names && !rc; n++) {
        seeds[n] = (struct seed){n, in->first[n + 1] - in->first[n]};
        if (first[n + 1] < first[n])
            first[n + 1] = first[n];
    }
    if (!rc)
        qsort(seeds, in->names, sizeof *seeds, by_carriers);
    for (size_t i = 0; i < in->names && !rc; i++) {
        uint32_t seed = seeds[i].name;
        if (taken[seed])
            continue;
        size_t size = 0;
        taken[star[size++] = seed] = true;
        for (size_t j = first[seed]; j < first[seed + 1]; j++) {
            uint32_t name = l->items[j].b;
            if (taken[name] || !fits(t, in, star, size < STAR_MAX ? size : STAR_MAX, name))
                continue;
            taken[star[size++] = name] = true;
            group[name] = seed;
        }
    }
    free(seeds);
    free(first);
    free(taken);
    free(star);
    return rc;
}

int set_group(uint32_t *group, const struct set_input *in)
{
    struct by_site sites = {0};
    struct tally t = {0};
    struct likes likes = {0};
    vec_sets_init(group, in->names);
    int rc = transpose(&sites, in);
    if (!rc)
        rc = count_pairs(&t, &sites, in->sites);
    if (!rc)
        rc = find_likes(&likes, &t, in);
    if (!rc && in->chain)
        make_chains(group, &likes, in->names);
    else if (!rc)
        rc = make_stars(group, &likes, &t, in);
    free(t.key);
    free(t.count);
    free(sites.first);
    free(sites.name);
    free(likes.items);
    return rc;
}
