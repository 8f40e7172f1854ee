/* near.c - see near.h.
 *
 * Items are ranked by content first, equal ones as one; all that follows goes by rank, and hence
 * not by the order in which sketches came. */
#include "graph/near.h"

#include "base/digest.h"
#include "graph/vec.h"

#include <stdlib.h>

const struct near_opts near_duplicates = {16, 8, .71};
const struct near_opts near_qgrams = {16, 8, .75};

struct link {      /* of ranks that are alike */
    uint32_t a, b; /* a < b */
};

struct near {
    const struct rx_sketch *sketches;
    size_t count;
    uint32_t *order;   /* items by content; equal ones by number */
    uint32_t *rank_of; /* item -> rank; UINT32_MAX: a sketch of nothing */
    uint32_t *first;   /* rank -> its least item */
    size_t ranks;
    unsigned need; /* equal bins of two that are alike */
    struct link *links;
    size_t link_count, link_cap;
    struct near_cost cost;
};

/* ---- ranks ------------------------------------------------------------------------------------
 */

static int by_content(const struct rx_sketch *a, const struct rx_sketch *b)
{
    for (size_t i = 0; i < RX_MINHASH_BINS; i++)
        if (a->bin[i] != b->bin[i])
            return a->bin[i] < b->bin[i] ? -1 : 1;
    return 0;
}

static int by_content_then_number(const void *a, const void *b, void *ctx)
{
    const struct rx_sketch *sketches = ctx;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    int order = by_content(&sketches[x], &sketches[y]);
    return order ? order : (x > y) - (x < y);
}

static int rank(struct near *n)
{
    static const struct rx_sketch nothing;
    n->order = vec_zero(n->count, sizeof *n->order);
    n->rank_of = vec_zero(n->count, sizeof *n->rank_of);
    n->first = vec_zero(n->count, sizeof *n->first);
    if (!n->order || !n->rank_of || !n->first)
        return RX_ENOMEM;
    for (size_t i = 0; i < n->count; i++)
        n->order[i] = (uint32_t)i;
    qsort_r(n->order, n->count, sizeof *n->order, by_content_then_number,
            (void *)(uintptr_t)n->sketches);
    for (size_t i = 0; i < n->count; i++) {
        uint32_t item = n->order[i];
        n->rank_of[item] = UINT32_MAX;
        if (by_content(&n->sketches[item], &nothing) == 0)
            continue;
        if (n->ranks == 0 ||
            by_content(&n->sketches[item], &n->sketches[n->first[n->ranks - 1]]) != 0)
            n->first[n->ranks++] = item;
        n->rank_of[item] = (uint32_t)n->ranks - 1;
    }
    return 0;
}

static unsigned equal_bins(struct near *n, uint32_t a, uint32_t b)
{
    n->cost.compared++;
    return rx_sketch_equal(&n->sketches[n->first[a]], &n->sketches[n->first[b]]);
}

/* ---- buckets ----------------------------------------------------------------------------------
 */

struct entry {
    uint64_t key; /* of the band */
    uint32_t rank;
};

static int by_key(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->rank > y->rank) - (x->rank < y->rank);
}

static int add_link(struct near *n, uint32_t a, uint32_t b)
{
    struct link *moved = vec_grow(n->links, n->link_count, &n->link_cap, sizeof *moved);
    if (!moved)
        return RX_ENOMEM;
    n->links = moved;
    n->links[n->link_count++] = (struct link){a, b};
    return 0;
}

/* Each is linked to the first leader that it is like; who is like none leads, while there is room.
 */
static int link_bucket(struct near *n, const struct entry *bucket, size_t count)
{
    uint32_t leaders[NEAR_LEADERS];
    size_t leading = 0;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < leading && equal_bins(n, leaders[k], bucket[i].rank) < n->need)
            k++;
        if (k < leading) {
            int rc = add_link(n, leaders[k], bucket[i].rank);
            if (rc)
                return rc;
        } else if (leading < NEAR_LEADERS) {
            leaders[leading++] = bucket[i].rank;
        }
    }
    return 0;
}

static int link_band(struct near *n, struct entry *entries, const struct near_opts *opts,
                     unsigned band)
{
    for (uint32_t r = 0; r < n->ranks; r++) {
        const uint16_t *rows = n->sketches[n->first[r]].bin + (size_t)band * opts->rows;
        entries[r].key = rx_hash64(rx_strn((const char *)rows, opts->rows * sizeof *rows));
        entries[r].rank = r;
    }
    qsort(entries, n->ranks, sizeof *entries, by_key);
    for (size_t from = 0, to; from < n->ranks; from = to) {
        for (to = from + 1; to < n->ranks && entries[to].key == entries[from].key;)
            to++;
        int rc = link_bucket(n, entries + from, to - from);
        if (rc)
            return rc;
    }
    return 0;
}

static int by_ends(const void *a, const void *b)
{
    const struct link *x = a, *y = b;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return (x->b > y->b) - (x->b < y->b);
}

static void sort_links(struct near *n)
{
    size_t kept = 0;
    if (n->link_count > 0)
        qsort(n->links, n->link_count, sizeof *n->links, by_ends);
    for (size_t i = 0; i < n->link_count; i++)
        if (i == 0 || by_ends(&n->links[i], &n->links[kept - 1]) != 0)
            n->links[kept++] = n->links[i];
    n->link_count = kept;
}

/* Links between ranks, each once. */
static int find_links(struct near *n, const struct near_opts *opts)
{
    int rc = n->count < INT32_MAX ? rank(n) : RX_EFULL;
    if (rc)
        return rc;
    struct entry *entries = vec_zero(n->ranks, sizeof *entries);
    if (!entries)
        return RX_ENOMEM;
    n->need = (unsigned)(opts->alike * RX_MINHASH_BINS + .999999);
    for (unsigned band = 0; band < opts->bands && rc == 0; band++)
        rc = link_band(n, entries, opts, band);
    free(entries);
    sort_links(n);
    n->cost.links = n->link_count;
    return rc;
}

static void done(struct near *n, struct near_cost *cost)
{
    if (cost)
        *cost = n->cost;
    free(n->order);
    free(n->rank_of);
    free(n->first);
    free(n->links);
}

/* ---- stars ------------------------------------------------------------------------------------
 */

struct stars {
    uint32_t *degree, *begin, *other; /* links of each rank, both ways */
    uint32_t *turn;                   /* ranks, most links first, then by rank */
    uint32_t *place;                  /* rank -> its place in turn */
    uint32_t *centre;                 /* rank -> place of its star's centre */
    uint32_t *joined;                 /* place of a centre -> of that which it joined */
};

static int stars_init(struct stars *s, const struct near *n)
{
    *s = (struct stars){.degree = vec_zero(n->ranks, sizeof(uint32_t)),
                        .begin = vec_zero(n->ranks + 1, sizeof(uint32_t)),
                        .other = vec_zero(2 * n->link_count, sizeof(uint32_t)),
                        .turn = vec_zero(n->ranks, sizeof(uint32_t)),
                        .place = vec_zero(n->ranks, sizeof(uint32_t)),
                        .centre = vec_zero(n->ranks, sizeof(uint32_t)),
                        .joined = vec_zero(n->ranks, sizeof(uint32_t))};
    bool ok = s->degree && s->begin && s->other && s->turn && s->place && s->centre && s->joined;
    return ok && n->link_count < INT32_MAX ? 0 : RX_ENOMEM;
}

static void stars_done(struct stars *s)
{
    free(s->degree);
    free(s->begin);
    free(s->other);
    free(s->turn);
    free(s->place);
    free(s->centre);
    free(s->joined);
}

static void list_neighbours(struct stars *s, const struct near *n)
{
    for (size_t i = 0; i < n->link_count; i++) {
        s->degree[n->links[i].a]++;
        s->degree[n->links[i].b]++;
    }
    for (size_t r = 0; r < n->ranks; r++)
        s->begin[r + 1] = s->begin[r] + s->degree[r];
    for (size_t i = n->link_count; i-- > 0;) { /* degree counts down as room is taken */
        uint32_t a = n->links[i].a, b = n->links[i].b;
        s->other[s->begin[a] + --s->degree[a]] = b;
        s->other[s->begin[b] + --s->degree[b]] = a;
    }
}

static int by_links(const void *a, const void *b, void *ctx)
{
    const uint32_t *begin = ctx;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    uint32_t links_x = begin[x + 1] - begin[x], links_y = begin[y + 1] - begin[y];
    if (links_x != links_y)
        return links_x > links_y ? -1 : 1;
    return (x > y) - (x < y);
}

static void make_stars(struct stars *s, size_t ranks)
{
    for (size_t r = 0; r < ranks; r++) {
        s->turn[r] = (uint32_t)r;
        s->centre[r] = UINT32_MAX;
        s->joined[r] = (uint32_t)r;
    }
    qsort_r(s->turn, ranks, sizeof *s->turn, by_links, s->begin);
    for (uint32_t p = 0; p < ranks; p++) {
        uint32_t r = s->turn[p];
        s->place[r] = p;
        if (s->centre[r] != UINT32_MAX)
            continue;
        s->centre[r] = p;
        for (uint32_t k = s->begin[r]; k < s->begin[r + 1]; k++)
            if (s->centre[s->other[k]] == UINT32_MAX)
                s->centre[s->other[k]] = p;
    }
}

/* A star joins the greatest that a link leads to, whose centre is like its own, and which has not
 * joined another itself: so everybody's centre is like that of its cluster. */
static int join_stars(struct stars *s, struct near *n)
{
    struct link *pairs = vec_zero(n->link_count, sizeof *pairs); /* a joins b, b is greater */
    size_t count = 0;
    if (!pairs)
        return RX_ENOMEM;
    for (size_t i = 0; i < n->link_count; i++) {
        uint32_t x = s->centre[n->links[i].a], y = s->centre[n->links[i].b];
        if (x != y)
            pairs[count++] = (struct link){x > y ? x : y, x > y ? y : x};
    }
    if (count > 0)
        qsort(pairs, count, sizeof *pairs, by_ends);
    for (size_t i = 0; i < count; i++) {
        uint32_t star = pairs[i].a, to = pairs[i].b;
        if ((i > 0 && by_ends(&pairs[i], &pairs[i - 1]) == 0) || s->joined[star] != star ||
            s->joined[to] != to)
            continue;
        if (equal_bins(n, s->turn[star], s->turn[to]) >= n->need)
            s->joined[star] = to;
    }
    free(pairs);
    return 0;
}

static int write_groups(uint32_t *group, const struct stars *s, const struct near *n)
{
    uint32_t *least = vec_zero(n->ranks, sizeof *least); /* place of a centre -> item */
    if (!least)
        return RX_ENOMEM;
    for (size_t p = 0; p < n->ranks; p++)
        least[p] = UINT32_MAX;
    for (size_t i = 0; i < n->count; i++) {
        group[i] = (uint32_t)i;
        if (n->rank_of[i] == UINT32_MAX)
            continue;
        uint32_t star = s->joined[s->centre[n->rank_of[i]]];
        if (least[star] == UINT32_MAX)
            least[star] = (uint32_t)i;
        group[i] = least[star];
    }
    free(least);
    return 0;
}

int near_group(uint32_t *group, const struct rx_sketch *sketches, size_t count,
               const struct near_opts *opts, struct near_cost *cost)
{
    struct near n = {.sketches = sketches, .count = count};
    struct stars s = {0};
    int rc = find_links(&n, opts);
    if (rc == 0)
        rc = stars_init(&s, &n);
    if (rc == 0) {
        list_neighbours(&s, &n);
        make_stars(&s, n.ranks);
        rc = join_stars(&s, &n);
    }
    if (rc == 0)
        rc = write_groups(group, &s, &n);
    stars_done(&s);
    done(&n, cost);
    return rc;
}
