/* connect.c - see connect.h. */
#include "graph/connect.h"

#include "graph/set.h"
#include "graph/vec.h"
#include "graph/weigh.h"

#include <stdlib.h>

struct builder {
    struct connect *c, *templates;
    const struct model *m;
    const struct family_table *t;
    const struct constants *k;
    struct family_histogram h;
    uint32_t *sites, *part; /* scratch: carriers, and those of one family */
};

int connect_add(struct connect *c, const struct connector *like, const uint32_t *sites, size_t n)
{
    if (n < 2)
        return 0; /* joins nobody */
    struct connector *items = vec_grow(c->items, c->count, &c->cap, sizeof *items);
    if (!items)
        return RX_ENOMEM;
    c->items = items;
    struct connector it = *like;
    it.first = (uint32_t)c->site_count;
    it.count = (uint32_t)n;
    for (size_t i = 0; i < n; i++) {
        uint32_t *all = vec_grow(c->sites, c->site_count, &c->site_cap, sizeof *all);
        if (!all)
            return RX_ENOMEM;
        c->sites = all;
        c->sites[c->site_count++] = sites[i];
    }
    c->items[c->count++] = it;
    return 0;
}

/* Adds the carriers of one family, and with it those of none if open. */
static int add_family(struct builder *b, const struct connector *like, size_t n, int32_t family,
                      bool open)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t f = b->m->sites[b->sites[i]].family;
        if (f == family || (open && f == MODEL_NONE))
            b->part[kept++] = b->sites[i];
    }
    return connect_add(b->c, like, b->part, kept);
}

/* b->sites[0..n) carry it: which of them does it join? */
static int add_contested(struct builder *b, const struct connector *like, size_t n)
{
    int rc = family_count(&b->h, b->t, b->m, b->k, b->sites, n);
    if (rc)
        return rc;
    if (like->family != MODEL_NONE)
        return add_family(b, like, n, like->family, true);
    if (b->h.count <= 1)
        return connect_add(b->c, like, b->sites, n);
    if (family_dominates(&b->h, b->k))
        return add_family(b, like, n, b->h.items[0].family, true);
    for (size_t i = 0; i < b->h.count && !rc; i++) /* inside each family, never across */
        rc = add_family(b, like, n, b->h.items[i].family, false);
    return rc;
}

/* What comes with a template, and can be sold or copied with it. Hosts are somebody's. */
static bool is_template(const struct model_entity *e)
{
    return e->cls->group == RX_GROUP_ENGINE && !e->cls->host_valued;
}

static int add_entities(struct builder *b)
{
    const struct model *m = b->m;
    int rc = 0;
    for (uint32_t e = 0; e < m->entity_count && !rc; e++) {
        const struct model_entity *it = &m->entities[e];
        if (it->storefronts < 2 || it->bar != MODEL_FREE || !weigh_counts(it, WEIGH_PROGRAMME) ||
            constants_score(weigh_alone(it, b->k)) < b->k->v[K_PROBABLE])
            continue;
        struct connector like = {e, it->bound, it->df == 0, it->family, 0, 0};
        family_carriers(b->sites, m, e);
        rc = is_template(it) ? connect_add(b->templates, &like, b->sites, it->storefronts)
                             : add_contested(b, &like, it->storefronts);
    }
    return rc;
}

/* ---- signatures ----------------------------------------------------------------------------- */

struct marks { /* engine names that may make up a signature */
    uint32_t *entity, *first, *carrier, *group;
    size_t count;
};

static bool is_mark(const struct model_entity *e)
{
    return e->bar == MODEL_FREE && e->storefronts >= 2 && !e->names && !e->cls->host_valued &&
           e->cls->group == RX_GROUP_ENGINE && e->cls->level == RX_LEVEL_PROGRAMME &&
           e->tier >= 2 && e->tier <= 3;
}

static int gather_marks(struct marks *marks, const struct model *m)
{
    marks->entity = vec_zero(m->entity_count, sizeof(uint32_t));
    marks->first = vec_zero(m->entity_count + 1, sizeof(uint32_t));
    marks->carrier = vec_zero(m->tie_count, sizeof(uint32_t));
    marks->group = vec_zero(m->entity_count, sizeof(uint32_t));
    if (!marks->entity || !marks->first || !marks->carrier || !marks->group)
        return RX_ENOMEM;
    uint32_t at = 0;
    for (uint32_t e = 0; e < m->entity_count; e++) {
        if (!is_mark(&m->entities[e]))
            continue;
        family_carriers(marks->carrier + at, m, e);
        at += m->entities[e].storefronts;
        marks->entity[marks->count++] = e;
        marks->first[marks->count] = at;
    }
    return 0;
}

struct holding { /* a site carries a mark of a group */
    uint32_t group, site, entity;
};

static int by_holding(const void *a, const void *b)
{
    const struct holding *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->site != y->site)
        return x->site < y->site ? -1 : 1;
    return x->entity < y->entity ? -1 : x->entity > y->entity;
}

/* Are a site's marks of one group, taken together, enough for a link? */
static bool suffices(const struct builder *b, const struct holding *h, size_t n)
{
    struct weigh_sum sum;
    weigh_start(&sum);
    for (size_t i = 0; i < n; i++)
        weigh_add(&sum, &b->m->entities[h[i].entity], 1);
    double bits = constants_prior_bits(b->k) + weigh_for(&sum, WEIGH_PROGRAMME, b->k);
    return constants_score(bits) >= b->k->v[K_PROBABLE];
}

static int add_group(struct builder *b, const struct holding *h, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i; j < n && h[j].site == h[i].site; j++)
            ;
        if (suffices(b, h + i, j - i))
            b->sites[kept++] = h[i].site;
    }
    struct connector like = {CONNECT_SIGNATURE, false, false, MODEL_NONE, 0, 0};
    return connect_add(b->templates, &like, b->sites, kept);
}

static int add_signatures(struct builder *b)
{
    struct marks marks = {0};
    struct holding *h = NULL;
    int rc = gather_marks(&marks, b->m);
    if (!rc) {
        struct set_input in = {marks.count,   b->m->site_count,     marks.first,
                               marks.carrier, b->k->v[K_SET_ALIKE], false};
        rc = set_group(marks.group, &in);
    }
    size_t n = rc ? 0 : marks.first[marks.count];
    if (!rc && !(h = vec_zero(n, sizeof *h)))
        rc = RX_ENOMEM;
    for (uint32_t i = 0; i < marks.count && !rc; i++)
        for (uint32_t j = marks.first[i]; j < marks.first[i + 1]; j++)
            h[j] = (struct holding){marks.group[i], marks.carrier[j], marks.entity[i]};
    if (!rc)
        qsort(h, n, sizeof *h, by_holding);
    for (size_t i = 0, j; i < n && !rc; i = j) {
        for (j = i; j < n && h[j].group == h[i].group; j++)
            ;
        rc = add_group(b, h + i, j - i);
    }
    free(h);
    free(marks.entity);
    free(marks.first);
    free(marks.carrier);
    free(marks.group);
    return rc;
}

int connect_find(struct connect *own, struct connect *templates, const struct model *m,
                 const struct family_table *t, const struct constants *k)
{
    struct builder b = {.c = own, .templates = templates, .m = m, .t = t, .k = k};
    *own = *templates = (struct connect){0};
    b.sites = vec_zero(m->site_count, sizeof *b.sites);
    b.part = vec_zero(m->site_count, sizeof *b.part);
    int rc = b.sites && b.part ? 0 : RX_ENOMEM;
    if (!rc)
        rc = add_entities(&b);
    if (!rc)
        rc = add_signatures(&b);
    family_histogram_done(&b.h);
    free(b.sites);
    free(b.part);
    if (rc) {
        connect_done(own);
        connect_done(templates);
    }
    return rc;
}

void connect_done(struct connect *c)
{
    free(c->items);
    free(c->sites);
    *c = (struct connect){0};
}
