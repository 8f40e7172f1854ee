/* home.c - see home.h. How many sites two groups have in common is counted once: each site names
 * every pair of its groups, the pairs are sorted, and equal ones stand together. A group paired
 * with itself is its number of sites. */
#include "graph/home.h"

#include "graph/vec.h"

#include <stdbool.h>
#include <stdlib.h>

/* Of what a site shares with those nearest to it: with less it is no more than a guest. Pairs of
 * one programme that the choice leaves of those with .25, on a simulated web: all with .6, .91 with
 * .75, .35 with .9. */
enum { MOST_NUMERATOR = 2, MOST_DENOMINATOR = 3 };

struct choose {
    const struct home_page *pages;
    uint64_t *pairs; /* group << 32 | group, the lesser first, one a site; then sorted */
    size_t pair_count, pair_cap;
};

static uint64_t pair_of(uint32_t a, uint32_t b)
{
    return a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
}

static int by_pair(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static size_t end_of_site(const struct home_page *pages, size_t from, size_t count)
{
    size_t to = from + 1;
    while (to < count && pages[to].site == pages[from].site)
        to++;
    return to;
}

/* Is it the first of [from, at] in its group? */
static bool is_new(const struct home_page *pages, size_t from, size_t at)
{
    for (size_t i = from; i < at; i++)
        if (pages[i].group == pages[at].group)
            return false;
    return true;
}

static int add_pairs(struct choose *c, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        for (size_t j = i; j < to && is_new(c->pages, from, i); j++) {
            if (!is_new(c->pages, from, j))
                continue;
            uint64_t *pairs = vec_grow(c->pairs, c->pair_count, &c->pair_cap, sizeof *pairs);
            if (!pairs)
                return RX_ENOMEM;
            c->pairs = pairs;
            pairs[c->pair_count++] = pair_of(c->pages[i].group, c->pages[j].group);
        }
    }
    return 0;
}

/* The first place at which a pair might stand that is not less. */
static size_t lower_bound(const struct choose *c, uint64_t pair)
{
    size_t low = 0, high = c->pair_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (c->pairs[middle] < pair)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Sites that have pages of both. */
static uint64_t common(const struct choose *c, uint32_t a, uint32_t b)
{
    const uint64_t pair = pair_of(a, b);
    return lower_bound(c, pair + 1) - lower_bound(c, pair);
}

struct company { /* of a site in a group */
    uint32_t group;
    uint64_t others; /* sites */
    uint64_t shared; /* pages of the site that each of them has, too, summed up */
};

/* Of a site's pages [from, to) the group of page i: false: nobody else's, or it was seen before. */
static bool company_of(struct company *out, const struct choose *c, size_t from, size_t to,
                       size_t i)
{
    const uint32_t group = c->pages[i].group;
    *out = (struct company){.group = group, .others = common(c, group, group) - 1};
    if (!out->others || !is_new(c->pages, from, i))
        return false;
    for (size_t j = from; j < to; j++)
        out->shared += common(c, group, c->pages[j].group) - 1;
    return true;
}

/* Does a share with each of its others MOST_NUMERATOR / MOST_DENOMINATOR of what b does? */
static bool is_near(const struct company *a, const struct company *b)
{
    return a->shared * b->others * MOST_DENOMINATOR >= b->shared * a->others * MOST_NUMERATOR;
}

static uint32_t home_of(const struct choose *c, size_t from, size_t to)
{
    struct company most = {.others = 1}, best = {.group = HOME_NONE}, it;
    for (size_t i = from; i < to; i++)
        if (company_of(&it, c, from, to, i) && it.shared * most.others > most.shared * it.others)
            most = it;
    for (size_t i = from; i < to; i++)
        if (company_of(&it, c, from, to, i) && is_near(&it, &most) &&
            (it.others > best.others || (it.others == best.others && it.group < best.group)))
            best = it;
    return best.group;
}

int home_choose(uint32_t *home, size_t site_count, const struct home_page *pages, size_t count)
{
    struct choose c = {.pages = pages};
    int rc = 0;
    for (size_t i = 0, end; i < count && !rc; i = end) {
        end = end_of_site(pages, i, count);
        rc = add_pairs(&c, i, end);
    }
    for (size_t i = 0; i < site_count && !rc; i++)
        home[i] = HOME_NONE;
    if (!rc && c.pair_count > 0)
        qsort(c.pairs, c.pair_count, sizeof *c.pairs, by_pair);
    for (size_t i = 0, end; i < count && !rc; i = end) {
        end = end_of_site(pages, i, count);
        home[pages[i].site] = home_of(&c, i, end);
    }
    free(c.pairs);
    return rc;
}
