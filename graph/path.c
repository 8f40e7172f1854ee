/* path.c - see path.h. Dijkstra's algorithm with -log(score) as length; neighbours are found
 * through the values that a site carries. */
#include "graph/path.h"

#include "graph/vec.h"

#include <math.h>
#include <stdlib.h>

enum { VISITS_MAX = 2000, PAIRS_MAX = 400000 };

struct walker {
    const struct model *m;
    const struct constants *k;
    enum weigh_level level;
    double *cost; /* by site; INFINITY: not reached */
    double *step; /* score of the link that led here */
    uint32_t *from;
    bool *done;
    uint32_t *open; /* reached and not done */
    size_t open_count, pairs;
};

static void reach(struct walker *w, uint32_t at, uint32_t to)
{
    if (to == at || w->done[to] || !model_is_storefront(w->m, to) || w->pairs++ > PAIRS_MAX)
        return;
    double score = constants_score(weigh_bits(w->m, w->k, at, to, w->level));
    if (score < w->k->v[K_PROBABLE])
        return;
    double cost = w->cost[at] - log(score);
    if (cost >= w->cost[to])
        return;
    if (isinf(w->cost[to]))
        w->open[w->open_count++] = to;
    w->cost[to] = cost;
    w->step[to] = score;
    w->from[to] = at;
}

static void expand(struct walker *w, uint32_t at)
{
    const struct model *m = w->m;
    const struct model_site *s = &m->sites[at];
    for (uint32_t i = 0; i < s->count; i++) {
        const struct model_entity *e = &m->entities[m->ties[m->holds[s->first + i]].entity];
        if (!weigh_counts(e, w->level) || e->bits <= w->k->v[K_CAP_T3])
            continue;
        for (uint32_t j = e->first; j < e->first + e->count; j++)
            reach(w, at, m->ties[j].site);
    }
}

/* The open site with the least cost; the lesser index decides a draw. */
static uint32_t take(struct walker *w)
{
    size_t best = 0;
    for (size_t i = 1; i < w->open_count; i++) {
        uint32_t a = w->open[i], b = w->open[best];
        if (w->cost[a] < w->cost[b] || (a < b && w->cost[a] <= w->cost[b]))
            best = i;
    }
    uint32_t site = w->open[best];
    w->open[best] = w->open[--w->open_count];
    return site;
}

static void write_path(struct path *out, const struct walker *w, uint32_t from, uint32_t to)
{
    size_t n = 1;
    for (uint32_t s = to; s != from; s = w->from[s])
        n++;
    if (n > PATH_SITES_MAX)
        return;
    out->count = n;
    for (uint32_t s = to; n; s = w->from[s]) {
        out->site[--n] = s;
        out->score[n] = w->step[s];
    }
}

int path_find(struct path *out, const struct model *m, const struct constants *k, uint32_t from,
              uint32_t to, enum weigh_level level)
{
    size_t n = m->site_count;
    struct walker w = {m,
                       k,
                       level,
                       vec_zero(n, sizeof(double)),
                       vec_zero(n, sizeof(double)),
                       vec_zero(n, sizeof(uint32_t)),
                       vec_zero(n, sizeof(bool)),
                       vec_zero(n, sizeof(uint32_t)),
                       0,
                       0};
    int rc = w.cost && w.step && w.from && w.done && w.open ? 0 : RX_ENOMEM;
    *out = (struct path){0};
    for (size_t i = 0; i < n && !rc; i++)
        w.cost[i] = INFINITY;
    if (!rc) {
        w.cost[from] = 0;
        w.from[from] = from;
        w.open[w.open_count++] = from;
    }
    for (size_t visits = 0; !rc && w.open_count && visits < VISITS_MAX; visits++) {
        uint32_t at = take(&w);
        w.done[at] = true;
        if (at == to) {
            write_path(out, &w, from, to);
            break;
        }
        expand(&w, at);
    }
    free(w.cost);
    free(w.step);
    free(w.from);
    free(w.done);
    free(w.open);
    return rc;
}
