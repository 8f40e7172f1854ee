/* metric.c - see metric.h. Sums are taken in sorted order, so they do not depend on input order. */
#include "graph/metric.h"

#include "graph/vec.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct cell { /* of the contingency table */
    uint32_t found, truth;
    uint32_t count;
};

static int by_cell(const void *a, const void *b)
{
    const struct cell *x = a, *y = b;
    if (x->found != y->found)
        return x->found < y->found ? -1 : 1;
    return x->truth < y->truth ? -1 : x->truth > y->truth;
}

static int by_truth(const void *a, const void *b)
{
    const struct cell *x = a, *y = b;
    if (x->truth != y->truth)
        return x->truth < y->truth ? -1 : 1;
    return x->found < y->found ? -1 : x->found > y->found;
}

static double pairs(double n)
{
    return n * (n - 1) / 2;
}

static double harmonic(double p, double r)
{
    return p + r > 0 ? 2 * p * r / (p + r) : 0;
}

struct margin {     /* what summing over one side of the table gives */
    double cubed;   /* sum over cells of count^2 / size of its group */
    double pairs;   /* inside groups */
    double entropy; /* of the grouping */
    double given;   /* entropy of the other grouping inside these groups */
};

/* cells sorted so that groups of one side are neighbours. */
static struct margin sum_side(const struct cell *cells, size_t n, size_t items, bool found)
{
    struct margin m = {0};
    for (size_t i = 0, j; i < n; i = j) {
        double size = 0, squares = 0;
        uint32_t group = found ? cells[i].found : cells[i].truth;
        for (j = i; j < n && (found ? cells[j].found : cells[j].truth) == group; j++) {
            size += cells[j].count;
            squares += (double)cells[j].count * cells[j].count;
        }
        m.cubed += squares / size;
        m.pairs += pairs(size);
        m.entropy -= size / (double)items * log(size / (double)items);
        for (size_t c = i; c < j; c++)
            m.given -= cells[c].count / (double)items * log(cells[c].count / size);
    }
    return m;
}

/* cells sorted by truth: how many found groups each true group of five and more falls into. size
 * is that of found groups, by a cell's own count of members. */
static void count_splits(struct metric *out, const struct cell *cells, size_t n,
                         const uint32_t *found_size)
{
    enum { LARGE = 5 };
    size_t groups = 0, parts = 0, alone = 0;
    for (size_t i = 0, j; i < n; i = j) {
        uint32_t size = 0, wide = 0, lone = 0;
        for (j = i; j < n && cells[j].truth == cells[i].truth; j++) {
            size += cells[j].count;
            if (found_size[cells[j].found] > 1)
                wide++;
            else
                lone++;
        }
        if (size < LARGE)
            continue;
        groups++;
        parts += wide;
        alone += lone;
    }
    out->split = groups ? (double)parts / (double)groups : 0;
    out->split_all = groups ? (double)(parts + alone) / (double)groups : 0;
}

static void find_mixed(struct metric *out, const struct cell *cells, size_t n)
{
    for (size_t i = 0, j; i < n; i = j) {
        uint32_t size = 0;
        for (j = i; j < n && cells[j].found == cells[i].found; j++)
            size += cells[j].count;
        if (j - i > 1 && size > out->mixed)
            out->mixed = size;
        if (j - i > out->mixed_of)
            out->mixed_of = (uint32_t)(j - i);
    }
}

/* Numbers groups 0.. in order of their value, so that tables can be indexed by them. */
static int renumber(uint32_t **out, const uint32_t *group, size_t n)
{
    uint32_t *sorted = vec_zero(n, sizeof *sorted), *dense = vec_zero(n, sizeof *dense);
    if (!sorted || !dense) {
        free(sorted);
        free(dense);
        return RX_ENOMEM;
    }
    if (n)
        memcpy(sorted, group, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, vec_by_u32);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!kept || sorted[kept - 1] != sorted[i])
            sorted[kept++] = sorted[i];
    for (size_t i = 0; i < n; i++) {
        const uint32_t *at = bsearch(&group[i], sorted, kept, sizeof *sorted, vec_by_u32);
        dense[i] = at ? (uint32_t)(at - sorted) : 0;
    }
    free(sorted);
    *out = dense;
    return 0;
}

static size_t fold_cells(struct cell *cells, size_t n)
{
    size_t kept = 0;
    qsort(cells, n, sizeof *cells, by_cell);
    for (size_t i = 0; i < n; i++) {
        if (kept && !by_cell(&cells[kept - 1], &cells[i]))
            cells[kept - 1].count++;
        else
            cells[kept++] = cells[i];
    }
    return kept;
}

static void derive(struct metric *out, const struct margin *f, const struct margin *t, double both,
                   size_t items)
{
    double n = (double)items, all = pairs(n);
    out->bcubed_p = f->cubed / n;
    out->bcubed_r = t->cubed / n;
    out->bcubed_f = harmonic(out->bcubed_p, out->bcubed_r);
    out->pair_p = f->pairs > 0 ? both / f->pairs : 1;
    out->pair_r = t->pairs > 0 ? both / t->pairs : 1;
    out->pair_f = harmonic(out->pair_p, out->pair_r);
    double chance = all > 0 ? f->pairs * t->pairs / all : 0;
    double most = (f->pairs + t->pairs) / 2;
    out->ari = most - chance > 0 ? (both - chance) / (most - chance) : 1;
    out->homogeneity = t->entropy > 0 ? 1 - f->given / t->entropy : 1;
    out->completeness = f->entropy > 0 ? 1 - t->given / f->entropy : 1;
    out->v_measure = harmonic(out->homogeneity, out->completeness);
}

int metric_partition(struct metric *out, const uint32_t *found, const uint32_t *truth, size_t n)
{
    uint32_t *f = NULL, *t = NULL, *size = vec_zero(n, sizeof *size);
    struct cell *cells = vec_zero(n, sizeof *cells);
    *out = (struct metric){0};
    int rc = size && cells ? renumber(&f, found, n) : RX_ENOMEM;
    if (!rc)
        rc = renumber(&t, truth, n);
    if (!rc && n) {
        double both = 0;
        for (size_t i = 0; i < n; i++) {
            cells[i] = (struct cell){f[i], t[i], 1};
            size[f[i]]++;
        }
        size_t count = fold_cells(cells, n);
        for (size_t i = 0; i < count; i++)
            both += pairs(cells[i].count);
        struct margin of_found = sum_side(cells, count, n, true);
        find_mixed(out, cells, count);
        qsort(cells, count, sizeof *cells, by_truth);
        struct margin of_truth = sum_side(cells, count, n, false);
        count_splits(out, cells, count, size);
        derive(out, &of_found, &of_truth, both, n);
    }
    free(f);
    free(t);
    free(size);
    free(cells);
    return rc;
}

/* ---- overlapping groups ---------------------------------------------------------------------- */

struct cover {
    const struct metric_link *links; /* by item */
    size_t count;
    uint32_t *first;  /* by item, items + 1 */
    uint32_t *member; /* items of each group, one group behind the other */
    uint32_t *group_first;
    size_t groups;
};

static int cover_init(struct cover *c, const struct metric_link *links, size_t n, size_t items)
{
    *c = (struct cover){.links = links, .count = n};
    for (size_t i = 0; i < n; i++)
        if (links[i].group >= c->groups)
            c->groups = (size_t)links[i].group + 1;
    c->first = vec_zero(items + 2, sizeof *c->first);
    c->member = vec_zero(n, sizeof *c->member);
    c->group_first = vec_zero(c->groups + 2, sizeof *c->group_first);
    if (!c->first || !c->member || !c->group_first)
        return RX_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        c->first[links[i].item + 1]++;
        c->group_first[links[i].group + 2]++;
    }
    for (size_t i = 1; i <= items; i++)
        c->first[i] += c->first[i - 1];
    for (size_t i = 2; i < c->groups + 2; i++)
        c->group_first[i] += c->group_first[i - 1];
    for (size_t i = 0; i < n; i++)
        c->member[c->group_first[links[i].group + 1]++] = links[i].item;
    return 0;
}

static void cover_done(struct cover *c)
{
    free(c->first);
    free(c->member);
    free(c->group_first);
}

/* Groups that two items have in common. */
static uint32_t common(const struct cover *c, uint32_t a, uint32_t b)
{
    uint32_t n = 0, i = c->first[a], j = c->first[b];
    while (i < c->first[a + 1] && j < c->first[b + 1]) {
        n += c->links[i].group == c->links[j].group;
        uint32_t x = c->links[i].group, y = c->links[j].group;
        i += x <= y;
        j += y <= x;
    }
    return n;
}

/* The mean over items of the mean over partners (in `by`) of min(by, other) / by. */
static double agreement(const struct cover *by, const struct cover *other, size_t items,
                        uint32_t *seen)
{
    double sum = 0;
    size_t counted = 0;
    for (uint32_t a = 0; a < items; a++) {
        double own = 0;
        size_t partners = 0;
        for (uint32_t l = by->first[a]; l < by->first[a + 1]; l++) {
            uint32_t g = by->links[l].group;
            for (uint32_t i = by->group_first[g]; i < by->group_first[g + 1]; i++) {
                uint32_t b = by->member[i];
                if (seen[b] == a + 1)
                    continue;
                seen[b] = a + 1;
                uint32_t x = common(by, a, b), y = common(other, a, b);
                own += (double)(x < y ? x : y) / x;
                partners++;
            }
        }
        if (partners) {
            sum += own / (double)partners;
            counted++;
        }
    }
    return counted ? sum / (double)counted : 0;
}

int metric_overlap(struct metric_cover *out, const struct metric_link *found, size_t found_count,
                   const struct metric_link *truth, size_t truth_count, size_t items)
{
    struct cover f = {0}, t = {0};
    uint32_t *seen = vec_zero(items, sizeof *seen);
    int rc = seen ? cover_init(&f, found, found_count, items) : RX_ENOMEM;
    if (!rc)
        rc = cover_init(&t, truth, truth_count, items);
    if (!rc) {
        out->p = agreement(&f, &t, items, seen);
        memset(seen, 0, items * sizeof *seen);
        out->r = agreement(&t, &f, items, seen);
        out->f = harmonic(out->p, out->r);
    }
    cover_done(&f);
    cover_done(&t);
    free(seen);
    return rc;
}
