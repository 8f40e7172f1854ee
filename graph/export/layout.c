/* layout.c - see layout.h.
 *
 * Inside a disc nodes start on a sunflower (the best connected in the middle) and are then moved by
 * springs along edges and a push between near neighbours, found through a grid. Large networks get
 * fewer rounds, so that 10,000 nodes stay well under a second. */
#include "graph/export/layout.h"

#include "graph/vec.h"

#include <math.h>
#include <stdlib.h>

static const double PI = 3.14159265358979323846;
static const double GOLDEN = 2.39996322972865332; /* angle of a sunflower */
static const double GAP = 18;                     /* between two nodes of a disc */
enum { SPIRAL_DISCS = 80, ROUNDS_SMALL = 120, ROUNDS_LARGE = 30, SMALL = 400 };

struct disc { /* one network */
    uint32_t network;
    uint32_t first, count; /* part of order[] */
    double radius, x, y;
};

struct placer {
    struct scene *s;
    uint32_t *order; /* nodes by network, best connected first */
    uint32_t *local; /* place of a node inside its disc */
    struct disc *discs;
    size_t disc_count;
    uint32_t *edge_first, *edge_to; /* neighbours inside the same disc, CSR by node */
    double *dx, *dy;
    uint32_t *cell_head, *cell_next;
};

static int by_place(const void *a, const void *b, void *ctx)
{
    const struct scene *s = ctx;
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    const struct scene_node *x = &s->nodes[i], *y = &s->nodes[j];
    if (x->network != y->network) /* -1, in none, comes last */
        return (uint32_t)x->network < (uint32_t)y->network ? -1 : 1;
    if (x->degree != y->degree)
        return x->degree > y->degree ? -1 : 1;
    return i < j ? -1 : i > j;
}

static int by_radius(const void *a, const void *b)
{
    const struct disc *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->network < y->network ? -1 : x->network > y->network;
}

static double node_size(const struct scene_node *n)
{
    return 6 + 2.2 * sqrt(n->degree < 400 ? n->degree : 400);
}

static bool same_disc(const struct scene *s, const struct scene_edge *e)
{
    return e->a != e->b && s->nodes[e->a].network >= 0 &&
           s->nodes[e->a].network == s->nodes[e->b].network;
}

static int index_edges(struct placer *p)
{
    const struct scene *s = p->s;
    p->edge_first = vec_zero(s->node_count + 2, sizeof *p->edge_first);
    p->edge_to = vec_zero(2 * s->edge_count, sizeof *p->edge_to);
    if (!p->edge_first || !p->edge_to)
        return RX_ENOMEM;
    for (size_t i = 0; i < s->edge_count; i++) {
        if (!same_disc(s, &s->edges[i]))
            continue;
        p->edge_first[s->edges[i].a + 2]++;
        p->edge_first[s->edges[i].b + 2]++;
    }
    for (size_t i = 2; i < s->node_count + 2; i++)
        p->edge_first[i] += p->edge_first[i - 1];
    for (size_t i = 0; i < s->edge_count; i++) {
        if (!same_disc(s, &s->edges[i]))
            continue;
        p->edge_to[p->edge_first[s->edges[i].a + 1]++] = s->edges[i].b;
        p->edge_to[p->edge_first[s->edges[i].b + 1]++] = s->edges[i].a;
    }
    return 0;
}

static void make_discs(struct placer *p)
{
    struct scene *s = p->s;
    for (uint32_t i = 0; i < s->node_count; i++)
        p->order[i] = i;
    qsort_r(p->order, s->node_count, sizeof *p->order, by_place, s);
    for (uint32_t i = 0, j; i < s->node_count; i = j) {
        int32_t network = s->nodes[p->order[i]].network;
        for (j = i; j < s->node_count && s->nodes[p->order[j]].network == network; j++)
            p->local[p->order[j]] = j - i;
        if (network < 0)
            break;
        p->discs[p->disc_count++] =
            (struct disc){.network = (uint32_t)network, .first = i, .count = j - i};
    }
    qsort(p->discs, p->disc_count, sizeof *p->discs, by_radius);
}

/* ---- inside a disc --------------------------------------------------------------------------- */

static void sunflower(struct placer *p, const struct disc *d)
{
    for (uint32_t i = 0; i < d->count; i++) {
        struct scene_node *n = &p->s->nodes[p->order[d->first + i]];
        double r = GAP * sqrt(i), angle = GOLDEN * i;
        n->x = r * cos(angle);
        n->y = r * sin(angle);
    }
}

struct grid {
    double cell, least_x, least_y;
    uint32_t wide, high;
};

static struct grid make_grid(const struct placer *p, const struct disc *d)
{
    struct grid g = {.cell = 2.5 * GAP, .least_x = INFINITY, .least_y = INFINITY};
    double most_x = -INFINITY, most_y = -INFINITY;
    for (uint32_t i = 0; i < d->count; i++) {
        const struct scene_node *n = &p->s->nodes[p->order[d->first + i]];
        g.least_x = fmin(g.least_x, n->x);
        g.least_y = fmin(g.least_y, n->y);
        most_x = fmax(most_x, n->x);
        most_y = fmax(most_y, n->y);
    }
    double limit = sqrt(4.0 * d->count + 16); /* never more cells than the tables have */
    g.cell = fmax(g.cell, fmax(most_x - g.least_x, most_y - g.least_y) / (limit - 1));
    g.wide = (uint32_t)((most_x - g.least_x) / g.cell) + 1;
    g.high = (uint32_t)((most_y - g.least_y) / g.cell) + 1;
    return g;
}

static void push_pair(struct placer *p, uint32_t a, uint32_t b)
{
    const struct scene_node *x = &p->s->nodes[a], *y = &p->s->nodes[b];
    double dx = x->x - y->x, dy = x->y - y->y, square = dx * dx + dy * dy;
    double reach = 2.5 * GAP;
    if (square > reach * reach)
        return;
    double push = .5 * GAP * GAP / fmax(square, 1);
    p->dx[a] += dx * push;
    p->dy[a] += dy * push;
}

static void push_apart(struct placer *p, const struct disc *d)
{
    struct grid g = make_grid(p, d);
    for (uint32_t c = 0; c < g.wide * g.high; c++)
        p->cell_head[c] = UINT32_MAX;
    for (uint32_t i = 0; i < d->count; i++) {
        uint32_t node = p->order[d->first + i];
        const struct scene_node *n = &p->s->nodes[node];
        uint32_t c = (uint32_t)((n->y - g.least_y) / g.cell) * g.wide +
                     (uint32_t)((n->x - g.least_x) / g.cell);
        p->cell_next[node] = p->cell_head[c];
        p->cell_head[c] = node;
    }
    for (uint32_t i = 0; i < d->count; i++) {
        uint32_t node = p->order[d->first + i];
        const struct scene_node *n = &p->s->nodes[node];
        int64_t cx = (int64_t)((n->x - g.least_x) / g.cell);
        int64_t cy = (int64_t)((n->y - g.least_y) / g.cell);
        for (int64_t y = cy - 1; y <= cy + 1; y++) {
            for (int64_t x = cx - 1; x <= cx + 1; x++) {
                if (x < 0 || y < 0 || x >= g.wide || y >= g.high)
                    continue;
                for (uint32_t o = p->cell_head[y * g.wide + x]; o != UINT32_MAX;
                     o = p->cell_next[o])
                    if (o != node)
                        push_pair(p, node, o);
            }
        }
    }
}

static void pull_together(struct placer *p, const struct disc *d)
{
    for (uint32_t i = 0; i < d->count; i++) {
        uint32_t node = p->order[d->first + i];
        const struct scene_node *n = &p->s->nodes[node];
        uint32_t first = p->edge_first[node], end = p->edge_first[node + 1];
        for (uint32_t e = first; e < end; e++) {
            const struct scene_node *o = &p->s->nodes[p->edge_to[e]];
            double share = .12 / (1 + sqrt(end - first));
            p->dx[node] += (o->x - n->x) * share;
            p->dy[node] += (o->y - n->y) * share;
        }
        p->dx[node] -= n->x * .01;
        p->dy[node] -= n->y * .01;
    }
}

static void settle_disc(struct placer *p, struct disc *d)
{
    int rounds = d->count <= SMALL ? ROUNDS_SMALL : ROUNDS_LARGE;
    sunflower(p, d);
    for (int round = 0; round < rounds && d->count > 2; round++) {
        double most = GAP * (1 - (double)round / rounds);
        for (uint32_t i = 0; i < d->count; i++)
            p->dx[p->order[d->first + i]] = p->dy[p->order[d->first + i]] = 0;
        push_apart(p, d);
        pull_together(p, d);
        for (uint32_t i = 0; i < d->count; i++) {
            uint32_t node = p->order[d->first + i];
            double step = hypot(p->dx[node], p->dy[node]);
            double scale = step > most ? most / step : 1;
            p->s->nodes[node].x += p->dx[node] * scale;
            p->s->nodes[node].y += p->dy[node] * scale;
        }
    }
    d->radius = GAP;
    for (uint32_t i = 0; i < d->count; i++) {
        const struct scene_node *n = &p->s->nodes[p->order[d->first + i]];
        d->radius = fmax(d->radius, hypot(n->x, n->y) + GAP);
    }
}

/* ---- discs ------------------------------------------------------------------------------------
 */

static bool overlaps(const struct placer *p, size_t count, double x, double y, double radius)
{
    for (size_t i = 0; i < count; i++) {
        const struct disc *d = &p->discs[i];
        if (hypot(d->x - x, d->y - y) < d->radius + radius + GAP)
            return true;
    }
    return false;
}

/* The largest discs along a spiral; the rest in rows under them. Returns the least free y. */
static double pack_discs(struct placer *p)
{
    double bottom = 0, left = 0, right = 0;
    size_t spiral = p->disc_count < SPIRAL_DISCS ? p->disc_count : SPIRAL_DISCS;
    for (size_t i = 0; i < spiral; i++) {
        struct disc *d = &p->discs[i];
        double turn = 0, step = fmax(d->radius / 4, GAP / 2);
        for (;;) {
            double r = step * turn / (2 * PI);
            d->x = 1.3 * r * cos(turn); /* wider than high, like a page */
            d->y = r * sin(turn);
            if (!overlaps(p, i, d->x, d->y, d->radius))
                break;
            turn += fmax(.02, step / fmax(r, step));
        }
        bottom = fmax(bottom, d->y + d->radius);
        left = fmin(left, d->x - d->radius);
        right = fmax(right, d->x + d->radius);
    }
    double x = left, y = bottom + 2 * GAP, height = 0;
    for (size_t i = spiral; i < p->disc_count; i++) {
        struct disc *d = &p->discs[i];
        if (x + 2 * d->radius > right && x > left) {
            x = left;
            y += height + GAP;
            height = 0;
        }
        d->x = x + d->radius;
        d->y = y + d->radius;
        x += 2 * d->radius + GAP;
        height = fmax(height, 2 * d->radius);
    }
    return spiral < p->disc_count ? y + height + 2 * GAP : y;
}

static void place_rest(struct placer *p, double top)
{
    struct scene *s = p->s;
    size_t first = s->node_count;
    double left = 0, right = 0;
    for (size_t i = 0; i < p->disc_count; i++) {
        left = fmin(left, p->discs[i].x - p->discs[i].radius);
        right = fmax(right, p->discs[i].x + p->discs[i].radius);
    }
    while (first && s->nodes[p->order[first - 1]].network < 0)
        first--;
    double across = fmax(floor((right - left) / GAP), ceil(sqrt((double)(s->node_count - first))));
    for (size_t i = first; i < s->node_count; i++) {
        double place = (double)(i - first);
        struct scene_node *n = &s->nodes[p->order[i]];
        n->x = left + GAP * fmod(place, across);
        n->y = top + GAP * floor(place / across);
    }
}

/* Three decimals are what is written; -0 reads badly. */
static double tidy(double v)
{
    double r = round(v * 1000) / 1000;
    return r == 0 ? 0 : r;
}

int layout_place(struct scene *s)
{
    size_t n = s->node_count;
    struct placer p = {.s = s,
                       .order = vec_zero(n, sizeof(uint32_t)),
                       .local = vec_zero(n, sizeof(uint32_t)),
                       .discs = vec_zero(n, sizeof(struct disc)),
                       .dx = vec_zero(n, sizeof(double)),
                       .dy = vec_zero(n, sizeof(double)),
                       .cell_head = vec_zero(4 * n + 64, sizeof(uint32_t)),
                       .cell_next = vec_zero(n, sizeof(uint32_t))};
    int rc = p.order && p.local && p.discs && p.dx && p.dy && p.cell_head && p.cell_next
                 ? index_edges(&p)
                 : RX_ENOMEM;
    if (!rc) {
        make_discs(&p);
        for (size_t i = 0; i < p.disc_count; i++)
            settle_disc(&p, &p.discs[i]);
        place_rest(&p, pack_discs(&p));
    }
    for (size_t i = 0; i < p.disc_count && !rc; i++) {
        const struct disc *d = &p.discs[i];
        for (uint32_t j = d->first; j < d->first + d->count; j++) {
            s->nodes[p.order[j]].x += d->x;
            s->nodes[p.order[j]].y += d->y;
        }
    }
    for (size_t i = 0; i < n && !rc; i++) {
        s->nodes[i].x = tidy(s->nodes[i].x);
        s->nodes[i].y = tidy(s->nodes[i].y);
        s->nodes[i].size = tidy(node_size(&s->nodes[i]));
    }
    free(p.order);
    free(p.local);
    free(p.discs);
    free(p.edge_first);
    free(p.edge_to);
    free(p.dx);
    free(p.dy);
    free(p.cell_head);
    free(p.cell_next);
    return rc;
}
