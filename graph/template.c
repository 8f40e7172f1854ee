/* template.c - see template.h. */
#include "graph/template.h"

#include "graph/vec.h"
#include "graph/vote.h"

#include <math.h>
#include <stdlib.h>

struct seat { /* a carrier in its core */
    uint32_t core, site;
};

struct home { /* a core that a template is at home in */
    uint32_t core, carriers;
    int32_t family;
};

struct joiner {
    const struct model *m;
    const struct constants *k;
    uint32_t *core;   /* disjoint sets over sites: the cores, never changed by a template */
    uint32_t *size;   /* by core */
    int32_t *family;  /* by core: of most of its sites that have one, or MODEL_NONE */
    uint32_t *joined; /* disjoint sets over sites: cores and what templates join */
    uint32_t *lead;   /* by site without a core: where its templates lead, + 1; 0: nowhere */
    bool *torn;       /* by site: they lead to different places */
    struct seat *seats;
    struct home *homes;
    uint32_t *free; /* scratch: carriers without a core */
    size_t home_count, free_count;
};

static int by_seat(const void *a, const void *b)
{
    const struct seat *x = a, *y = b;
    if (x->core != y->core)
        return x->core < y->core ? -1 : 1;
    return x->site < y->site ? -1 : x->site > y->site;
}

static int by_home(const void *a, const void *b)
{
    const struct home *x = a, *y = b;
    if (x->carriers != y->carriers)
        return x->carriers > y->carriers ? -1 : 1;
    return x->core < y->core ? -1 : x->core > y->core;
}

/* Carriers that make a core a home. */
static double home_least(const struct joiner *j, uint32_t core)
{
    return fmax(2, j->k->v[K_CARRIED] * j->size[core]);
}

/* The host of an entity becomes the till of each core that has no family and gives it more carriers
 * than any host before. The carriers stand in seats[0..n), core by core; best is by core. */
static void offer_till(struct joiner *j, uint32_t entity, size_t n, uint32_t *best)
{
    const int32_t family = j->m->entities[entity].family;
    for (size_t i = 0, end; i < n; i = end) {
        uint32_t core = j->seats[i].core;
        for (end = i; end < n && j->seats[end].core == core; end++)
            ;
        if (j->family[core] != MODEL_NONE && !best[core])
            continue; /* it has a family */
        if (end - i > best[core] && (double)(end - i) >= home_least(j, core)) {
            best[core] = (uint32_t)(end - i);
            j->family[core] = family != MODEL_NONE ? family : (int32_t)entity;
        }
    }
}

/* A core without a family, be it of two shops, still has a till if one host takes the orders of
 * half of it. Its number stands for a family: these are numbered by hosts too. */
static int find_tills(struct joiner *j)
{
    const struct model *m = j->m;
    uint32_t *best = vec_zero(m->site_count, sizeof *best);
    if (!best)
        return RX_ENOMEM;
    for (uint32_t e = 0; e < m->entity_count; e++) {
        const struct model_entity *it = &m->entities[e];
        if (it->bar != MODEL_FREE || !it->bound || !it->cls->host_valued ||
            it->cls->level != RX_LEVEL_PROGRAMME)
            continue;
        size_t n = 0;
        for (uint32_t t = it->first; t < it->first + it->count; t++)
            if (model_is_storefront(m, m->ties[t].site))
                j->seats[n++] = (struct seat){j->core[m->ties[t].site], m->ties[t].site};
        qsort(j->seats, n, sizeof *j->seats, by_seat);
        offer_till(j, e, n, best);
    }
    free(best);
    return 0;
}

/* Sorts the carriers of a template into homes, guests (left out) and shops without a core. */
static void find_homes(struct joiner *j, const uint32_t *sites, size_t n)
{
    j->home_count = j->free_count = 0;
    for (size_t i = 0; i < n; i++)
        j->seats[i] = (struct seat){j->core[sites[i]], sites[i]};
    qsort(j->seats, n, sizeof *j->seats, by_seat);
    for (size_t i = 0, e; i < n; i = e) {
        uint32_t core = j->seats[i].core;
        for (e = i; e < n && j->seats[e].core == core; e++)
            ;
        if (j->size[core] == 1)
            j->free[j->free_count++] = j->seats[i].site;
        else if ((double)(e - i) >= home_least(j, core))
            j->homes[j->home_count++] = (struct home){core, (uint32_t)(e - i), j->family[core]};
    }
    qsort(j->homes, j->home_count, sizeof *j->homes, by_home);
}

/* May the template make one of all its homes? Two families are two programmes. Homes without one
 * follow the one that there is, or each other, if the template is a set of rare field names; two or
 * three globals or paths of a shop software are not enough to join what nothing else joins. */
static bool are_one(const struct joiner *j, bool set)
{
    int32_t family = MODEL_NONE;
    size_t without = 0;
    for (size_t i = 0; i < j->home_count; i++) {
        const struct home *h = &j->homes[i];
        without += h->family == MODEL_NONE;
        if (h->family != MODEL_NONE && family != MODEL_NONE && h->family != family)
            return false;
        family = h->family != MODEL_NONE ? h->family : family;
    }
    return set || j->home_count < 2 || !without;
}

static int by_family(const void *a, const void *b)
{
    const struct home *x = a, *y = b;
    if (x->family != y->family)
        return x->family < y->family ? -1 : 1;
    return x->core < y->core ? -1 : x->core > y->core;
}

/* Homes that belong together become one; returns the one that shops without a core follow, or
 * UINT32_MAX. *kept_apart: some did not. */
static uint32_t join_homes(struct joiner *j, bool set, bool *kept_apart)
{
    if (!j->home_count)
        return UINT32_MAX;
    uint32_t all = 0, first = j->homes[0].core;
    bool one = are_one(j, set);
    for (size_t i = 0; i < j->home_count; i++)
        all += j->homes[i].carriers;
    bool leads = one || j->homes[0].carriers >= j->k->v[K_DOMINANT] * all;
    *kept_apart = !one;
    qsort(j->homes, j->home_count, sizeof *j->homes, by_family);
    for (size_t i = 1; i < j->home_count; i++) {
        const struct home *h = &j->homes[i];
        if (one || (h->family != MODEL_NONE && h->family == h[-1].family))
            vec_sets_union(j->joined, h->core, h[-1].core);
    }
    return leads ? first : UINT32_MAX;
}

static void follow(struct joiner *j, uint32_t site, uint32_t home)
{
    if (!j->lead[site])
        j->lead[site] = home + 1;
    else if (vec_sets_find(j->joined, j->lead[site] - 1) != vec_sets_find(j->joined, home))
        j->torn[site] = true;
}

/* A set of rare field names, not a signature or a lone name. */
static bool is_set(const struct model *m, const struct connector *t)
{
    return t->entity != CONNECT_SIGNATURE && m->entities[t->entity].names > 0;
}

/* Two passes, so that every home is joined before anybody is asked where a template leads. */
static void join_all(struct joiner *j, const struct connect *templates, bool *was_cut)
{
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < templates->count; i++) {
            const struct connector *t = &templates->items[i];
            find_homes(j, templates->sites + t->first, t->count);
            uint32_t home = join_homes(j, is_set(j->m, t), &was_cut[i]);
            for (size_t f = 0; pass && home != UINT32_MAX && f < j->free_count; f++)
                follow(j, j->free[f], home);
        }
    }
    for (uint32_t s = 0; s < j->m->site_count; s++)
        if (j->lead[s] && !j->torn[s])
            vec_sets_union(j->joined, s, j->lead[s] - 1);
    for (size_t i = 0; i < templates->count; i++) { /* where nobody is at home */
        const struct connector *t = &templates->items[i];
        uint32_t first = UINT32_MAX;
        find_homes(j, templates->sites + t->first, t->count);
        for (size_t f = 0; !j->home_count && f < j->free_count; f++) {
            if (j->lead[j->free[f]])
                continue;
            if (first != UINT32_MAX)
                vec_sets_union(j->joined, first, j->free[f]);
            first = j->free[f];
        }
    }
}

/* Every joined group as one connector. */
static int write_groups(struct connect *cores, struct joiner *j)
{
    struct connector like = {CONNECT_SIGNATURE, false, false, MODEL_NONE, 0, 0};
    size_t n = j->m->site_count, at = 0;
    int rc = 0;
    for (uint32_t s = 0; s < n; s++)
        j->seats[s] = (struct seat){vec_sets_find(j->joined, s), s};
    qsort(j->seats, n, sizeof *j->seats, by_seat);
    for (size_t i = 0, e; i < n && !rc; i = e) {
        at = 0;
        for (e = i; e < n && j->seats[e].core == j->seats[i].core; e++)
            j->free[at++] = j->seats[e].site;
        rc = connect_add(cores, &like, j->free, at);
    }
    return rc;
}

static void joiner_done(struct joiner *j)
{
    free(j->core);
    free(j->size);
    free(j->family);
    free(j->joined);
    free(j->lead);
    free(j->torn);
    free(j->seats);
    free(j->homes);
    free(j->free);
}

static int joiner_init(struct joiner *j, const struct connect *cores)
{
    size_t n = j->m->site_count;
    uint32_t **tables[] = {&j->core, &j->size, &j->joined, &j->lead, &j->free};
    bool whole = true;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        whole = (*tables[i] = vec_zero(n, sizeof(uint32_t))) && whole;
    j->family = vec_zero(n, sizeof *j->family);
    j->torn = vec_zero(n, sizeof *j->torn);
    j->seats = vec_zero(n, sizeof *j->seats);
    j->homes = vec_zero(n, sizeof *j->homes);
    if (!whole || !j->family || !j->torn || !j->seats || !j->homes)
        return RX_ENOMEM;
    vec_sets_init(j->core, n);
    for (size_t i = 0; i < cores->count; i++)
        for (uint32_t s = 1; s < cores->items[i].count; s++)
            vec_sets_union(j->core, cores->sites[cores->items[i].first],
                           cores->sites[cores->items[i].first + s]);
    for (uint32_t s = 0; s < n; s++) {
        j->core[s] = j->joined[s] = vec_sets_find(j->core, s);
        j->size[j->core[s]]++;
    }
    int rc = vote_families(j->family, j->m, j->core, n, true);
    return rc ? rc : find_tills(j);
}

int template_join(struct connect *cores, bool *was_cut, const struct connect *templates,
                  const struct model *m, const struct constants *k)
{
    struct joiner j = {.m = m, .k = k};
    int rc = joiner_init(&j, cores);
    if (!rc) {
        join_all(&j, templates, was_cut);
        rc = write_groups(cores, &j);
    }
    joiner_done(&j);
    return rc;
}
