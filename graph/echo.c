/* echo.c - see echo.h. */
#include "graph/echo.h"

#include "graph/vec.h"

#include <stdlib.h>

struct listener {
    const struct connect *c;
    const struct model *m;
    uint32_t *first, *on_site; /* connectors of group tls on each site, CSR */
    uint32_t *heard;           /* by connector: carriers of the one that is asked about */
};

static bool is_tls(const struct listener *l, uint32_t i)
{
    const uint32_t e = l->c->items[i].entity;
    return e != CONNECT_SIGNATURE && l->m->entities[e].cls->group == RX_GROUP_TLS;
}

static int listen(struct listener *l)
{
    const struct connect *c = l->c;
    l->first = vec_zero(l->m->site_count + 2, sizeof *l->first);
    l->on_site = vec_zero(c->site_count, sizeof *l->on_site);
    l->heard = vec_zero(c->count, sizeof *l->heard);
    if (!l->first || !l->on_site || !l->heard)
        return RX_ENOMEM;
    for (uint32_t i = 0; i < c->count; i++)
        for (uint32_t s = 0; is_tls(l, i) && s < c->items[i].count; s++)
            l->first[c->sites[c->items[i].first + s] + 2]++;
    for (size_t s = 2; s < l->m->site_count + 2; s++)
        l->first[s] += l->first[s - 1];
    for (uint32_t i = 0; i < c->count; i++)
        for (uint32_t s = 0; is_tls(l, i) && s < c->items[i].count; s++)
            l->on_site[l->first[c->sites[c->items[i].first + s] + 1]++] = i;
    return 0;
}

/* Does a speak before b? The wider one, of equals the first: so nobody echoes in a circle. */
static bool leads(const struct connect *c, uint32_t a, uint32_t b)
{
    const uint32_t x = c->items[a].count, y = c->items[b].count;
    return x != y ? x > y : a < b;
}

/* The one that leads among those that all carriers of i carry, i being one of them. Whatever it
 * might echo holds the carriers of i too, and would lead: so it echoes none. */
static uint32_t leader(struct listener *l, uint32_t i)
{
    const struct connector *it = &l->c->items[i];
    uint32_t best = i;
    for (int pass = 0; pass < 2; pass++) { /* counts, then wipes */
        for (uint32_t s = it->first; s < it->first + it->count; s++) {
            const uint32_t site = l->c->sites[s];
            for (uint32_t k = l->first[site]; k < l->first[site + 1]; k++) {
                const uint32_t other = l->on_site[k];
                l->heard[other] = pass ? 0 : l->heard[other] + 1;
                if (l->heard[other] == it->count && leads(l->c, other, best))
                    best = other;
            }
        }
    }
    return best;
}

int echo_find(uint32_t *of, const struct connect *c, const struct model *m)
{
    struct listener l = {.c = c, .m = m};
    const int rc = listen(&l);
    for (uint32_t i = 0; i < c->count && !rc; i++)
        of[i] = is_tls(&l, i) ? leader(&l, i) : i;
    free(l.first);
    free(l.on_site);
    free(l.heard);
    return rc;
}
