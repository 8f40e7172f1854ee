/* family.c - see family.h.
 *
 * Order of work: pick the established hosts; drop those that lie over several others (a payment
 * gateway that two programmes hand their orders to); join hosts that coexist or take turns
 * (rotate.h); give each site the
 * family it shows most; then look at every other value with these families as a ruler. */
#include "graph/family.h"

#include "graph/rotate.h"
#include "graph/vec.h"
#include "graph/weigh.h"

#include <math.h>
#include <stdlib.h>

struct pair { /* two established hosts and the storefronts that carry both */
    uint32_t a, b;
    uint32_t sites;
};

struct finder {
    struct model *m;
    const struct constants *k;
    struct pair *pairs; /* sorted, each once */
    size_t pair_count, pair_cap;
    struct rotate rotate; /* hosts with the same shop behind */
    uint32_t *parent;     /* disjoint sets over entities */
    uint32_t *sites;      /* scratch: carriers of one entity */
};

static bool is_established(const struct model_entity *e, const struct constants *k)
{
    return e->bar == MODEL_FREE && e->cls->bound && e->cls->host_valued &&
           e->cls->level == RX_LEVEL_PROGRAMME && e->storefronts >= k->v[K_ESTABLISHED] &&
           constants_score(weigh_alone(e, k)) >= k->v[K_STRONG];
}

static int by_pair(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return x->b < y->b ? -1 : x->b > y->b;
}

enum { HOSTS_PER_SITE_MAX = 16 };

static int add_pairs_of_site(struct finder *f, uint32_t site)
{
    const struct model *m = f->m;
    uint32_t host[HOSTS_PER_SITE_MAX];
    size_t n = 0;
    const struct model_site *s = &m->sites[site];
    for (uint32_t i = 0; i < s->count && n < HOSTS_PER_SITE_MAX; i++) {
        uint32_t e = m->ties[m->holds[s->first + i]].entity;
        if (is_established(&m->entities[e], f->k))
            host[n++] = e;
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            struct pair *pairs = vec_grow(f->pairs, f->pair_count, &f->pair_cap, sizeof *pairs);
            if (!pairs)
                return RX_ENOMEM;
            f->pairs = pairs;
            f->pairs[f->pair_count++] = (struct pair){host[i], host[j], 1};
        }
    }
    return 0;
}

static int count_pairs(struct finder *f)
{
    for (uint32_t s = 0; s < f->m->site_count; s++)
        if (model_is_storefront(f->m, s) && add_pairs_of_site(f, s))
            return RX_ENOMEM;
    if (!f->pair_count)
        return 0;
    qsort(f->pairs, f->pair_count, sizeof *f->pairs, by_pair);
    size_t kept = 0;
    for (size_t i = 1; i < f->pair_count; i++) {
        if (!by_pair(&f->pairs[kept], &f->pairs[i]))
            f->pairs[kept].sites++;
        else
            f->pairs[++kept] = f->pairs[i];
    }
    f->pair_count = kept + 1;
    return 0;
}

static bool coexist(const struct finder *f, uint32_t a, uint32_t b)
{
    if (rotate_has(&f->rotate, a, b))
        return true;
    struct pair key = {a < b ? a : b, a < b ? b : a, 0};
    const struct pair *p =
        f->pair_count ? bsearch(&key, f->pairs, f->pair_count, sizeof key, by_pair) : NULL;
    if (!p)
        return false;
    uint32_t least = f->m->entities[a].storefronts;
    if (f->m->entities[b].storefronts < least)
        least = f->m->entities[b].storefronts;
    return p->sites >= 2 && p->sites >= f->k->v[K_COEXIST] * least;
}

/* Hosts that coexist with host, ascending by entity. */
static size_t neighbours(const struct finder *f, uint32_t host, uint32_t *out, size_t most)
{
    size_t n = 0;
    for (size_t i = 0; i < f->pair_count && n < most; i++) {
        const struct pair *p = &f->pairs[i];
        if ((p->a == host || p->b == host) && coexist(f, p->a, p->b))
            out[n++] = p->a == host ? p->b : p->a;
    }
    return n;
}

static int find_rotation(struct finder *f)
{
    size_t n = 0;
    uint32_t *hosts = vec_zero(f->m->entity_count, sizeof *hosts);
    if (!hosts)
        return RX_ENOMEM;
    for (uint32_t e = 0; e < f->m->entity_count; e++)
        if (is_established(&f->m->entities[e], f->k))
            hosts[n++] = e;
    int rc = rotate_find(&f->rotate, f->m, f->k, hosts, n);
    free(hosts);
    return rc;
}

static bool has_other_host(const struct finder *f, uint32_t site, uint32_t host)
{
    const struct model_site *s = &f->m->sites[site];
    for (uint32_t i = 0; i < s->count; i++) {
        uint32_t e = f->m->ties[f->m->holds[s->first + i]].entity;
        if (e != host && is_established(&f->m->entities[e], f->k))
            return true;
    }
    return false;
}

/* Two neighbours that know nothing of each other, and most of its sites have a host besides. */
static bool lies_over_others(const struct finder *f, uint32_t host)
{
    enum { MOST = 64 };
    uint32_t near[MOST];
    size_t n = neighbours(f, host, near, MOST);
    bool strangers = false;
    for (size_t i = 0; i < n && !strangers; i++)
        for (size_t j = i + 1; j < n && !strangers; j++)
            strangers = !coexist(f, near[i], near[j]);
    if (!strangers)
        return false;
    const struct model_entity *e = &f->m->entities[host];
    uint32_t besides = 0;
    for (uint32_t i = e->first; i < e->first + e->count; i++)
        besides += model_is_storefront(f->m, f->m->ties[i].site) &&
                   has_other_host(f, f->m->ties[i].site, host);
    return besides * 2 >= e->storefronts;
}

static int bar_gateways(struct finder *f)
{
    bool *over = vec_zero(f->m->entity_count, sizeof *over);
    if (!over)
        return RX_ENOMEM;
    for (size_t i = 0; i < f->pair_count; i++) {
        over[f->pairs[i].a] = over[f->pairs[i].a] || lies_over_others(f, f->pairs[i].a);
        over[f->pairs[i].b] = over[f->pairs[i].b] || lies_over_others(f, f->pairs[i].b);
    }
    for (size_t e = 0; e < f->m->entity_count; e++) {
        if (!over[e])
            continue;
        f->m->entities[e].bar = MODEL_SPREAD;
        f->m->entities[e].bits = 0;
    }
    free(over);
    return 0;
}

static void label_entities(struct finder *f)
{
    struct model *m = f->m;
    for (size_t i = 0; i < f->pair_count; i++) {
        const struct pair *p = &f->pairs[i];
        if (is_established(&m->entities[p->a], f->k) && is_established(&m->entities[p->b], f->k) &&
            coexist(f, p->a, p->b))
            vec_sets_union(f->parent, p->a, p->b);
    }
    for (size_t i = 0; i < f->rotate.count; i++) {
        uint32_t a = f->rotate.pairs[i].a, b = f->rotate.pairs[i].b;
        if (is_established(&m->entities[a], f->k) && is_established(&m->entities[b], f->k))
            vec_sets_union(f->parent, a, b);
    }
    for (uint32_t e = 0; e < m->entity_count; e++)
        if (is_established(&m->entities[e], f->k))
            m->entities[e].family = (int32_t)vec_sets_find(f->parent, e);
}

/* The family that a site shows on most pages; the lesser number decides a draw. */
static void label_site(struct model *m, uint32_t site)
{
    struct model_site *s = &m->sites[site];
    uint64_t best = 0;
    s->family = MODEL_NONE;
    for (uint32_t i = 0; i < s->count; i++) {
        int32_t family = m->entities[m->ties[m->holds[s->first + i]].entity].family;
        if (family == MODEL_NONE)
            continue;
        uint64_t pages = 0;
        for (uint32_t j = 0; j < s->count; j++) {
            const struct model_tie *t = &m->ties[m->holds[s->first + j]];
            if (m->entities[t->entity].family == family)
                pages += 1 + t->pages;
        }
        if (pages > best || (pages == best && family < s->family)) {
            best = pages;
            s->family = family;
        }
    }
}

static int by_family(const void *a, const void *b)
{
    const struct family_count *x = a, *y = b;
    return x->family < y->family ? -1 : x->family > y->family;
}

static int by_sites(const void *a, const void *b)
{
    const struct family_count *x = a, *y = b;
    if (x->sites != y->sites)
        return x->sites > y->sites ? -1 : 1;
    return by_family(a, b);
}

static int add_label(struct family_histogram *h, int32_t family)
{
    if (family == MODEL_NONE) {
        h->unlabelled++;
        return 0;
    }
    struct family_count *items = vec_grow(h->items, h->count, &h->cap, sizeof *items);
    if (!items)
        return RX_ENOMEM;
    h->items = items;
    h->items[h->count++] = (struct family_count){family, 1, false};
    h->labelled++;
    return 0;
}

int family_count(struct family_histogram *h, const struct family_table *t, const struct model *m,
                 const struct constants *k, const uint32_t *sites, size_t n)
{
    h->count = h->homes = h->labelled = h->unlabelled = 0;
    for (size_t i = 0; i < n; i++)
        if (add_label(h, m->sites[sites[i]].family))
            return RX_ENOMEM;
    if (!h->count)
        return 0;
    qsort(h->items, h->count, sizeof *h->items, by_family);
    size_t kept = 0;
    for (size_t i = 1; i < h->count; i++) {
        if (h->items[i].family == h->items[kept].family)
            h->items[kept].sites++;
        else
            h->items[++kept] = h->items[i];
    }
    h->count = kept + 1;
    for (size_t i = 0; i < h->count; i++) {
        struct family_count *c = &h->items[i];
        c->home = c->sites >= fmax(3, k->v[K_CARRIED] * t->size[c->family]);
        h->homes += c->home;
    }
    qsort(h->items, h->count, sizeof *h->items, by_sites);
    return 0;
}

bool family_dominates(const struct family_histogram *h, const struct constants *k)
{
    return h->count && h->items[0].sites >= k->v[K_DOMINANT] * h->labelled;
}

void family_carriers(uint32_t *out, const struct model *m, uint32_t entity)
{
    const struct model_entity *e = &m->entities[entity];
    size_t n = 0;
    for (uint32_t i = e->first; i < e->first + e->count; i++)
        if (model_is_storefront(m, m->ties[i].site))
            out[n++] = m->ties[i].site;
}

void family_histogram_done(struct family_histogram *h)
{
    free(h->items);
    *h = (struct family_histogram){0};
}

/* Several programmes carry it, and it is at home in none of them, or in many: a vendor of theirs,
 * a supplier, a template on sale. What two or three families share may be one programme's, with
 * rotating hosts: that is left to the parts (contract.h). */
static bool is_spread(const struct family_histogram *h, const struct family_table *t,
                      const struct constants *k)
{
    enum { MANY = 4 };
    if (h->count < 2 || h->labelled < k->v[K_ESTABLISHED])
        return false;
    if (h->homes <= 1)
        return !family_dominates(h, k);
    return h->homes >= MANY && h->homes * 3 > t->count;
}

static int bar_spread(struct finder *f, struct family_table *t)
{
    struct model *m = f->m;
    struct family_histogram h = {0};
    int rc = 0;
    for (uint32_t e = 0; e < m->entity_count && !rc; e++) {
        struct model_entity *entity = &m->entities[e];
        if (entity->bar != MODEL_FREE || entity->family != MODEL_NONE || entity->storefronts < 2 ||
            entity->cls->level != RX_LEVEL_PROGRAMME)
            continue;
        family_carriers(f->sites, m, e);
        rc = family_count(&h, t, m, f->k, f->sites, entity->storefronts);
        if (!rc && is_spread(&h, t, f->k)) {
            entity->bar = MODEL_SPREAD;
            entity->bits = 0;
        }
    }
    family_histogram_done(&h);
    return rc;
}

/* ---- sites whose checkout host was not read ------------------------------------------------- */

/* What a set of field names says to its sites without a family: if hardly any of its sites has one,
 * it is a family of its own. Where some have one, the others may have bought the template: it makes
 * nobody theirs. */
static int32_t family_of_set(const struct family_histogram *h, uint32_t entity,
                             const struct constants *k)
{
    uint32_t sites = h->labelled + h->unlabelled;
    bool own = sites >= k->v[K_ESTABLISHED] && h->labelled < (1 - k->v[K_DOMINANT]) * sites;
    return own ? (int32_t)entity : MODEL_NONE;
}

struct offer { /* the largest set that speaks to a site */
    int32_t family;
    uint32_t storefronts;
};

static int label_by_sets(struct finder *f, const struct family_table *t)
{
    struct model *m = f->m;
    struct family_histogram h = {0};
    struct offer *offers = vec_zero(m->site_count, sizeof *offers);
    int rc = offers ? 0 : RX_ENOMEM;
    for (uint32_t e = 0; e < m->entity_count && !rc; e++) {
        const struct model_entity *set = &m->entities[e];
        if (!set->names || set->bar != MODEL_FREE)
            continue;
        family_carriers(f->sites, m, e);
        rc = family_count(&h, t, m, f->k, f->sites, set->storefronts);
        int32_t family = rc ? MODEL_NONE : family_of_set(&h, e, f->k);
        for (uint32_t i = 0; family != MODEL_NONE && i < set->storefronts; i++)
            if (set->storefronts > offers[f->sites[i]].storefronts)
                offers[f->sites[i]] = (struct offer){family, set->storefronts};
    }
    for (uint32_t s = 0; s < m->site_count && !rc; s++)
        if (m->sites[s].family == MODEL_NONE && offers[s].storefronts)
            m->sites[s].family = offers[s].family;
    family_histogram_done(&h);
    free(offers);
    return rc;
}

/* Hosts of three and four shops. If half of these show one engine's family, the host is one of its
 * rotating ones; else it is a small programme's own, whatever template one of its shops bought. */
static int label_small(struct finder *f, const struct family_table *t)
{
    struct model *m = f->m;
    struct family_histogram h = {0};
    int rc = 0;
    for (uint32_t e = 0; e < m->entity_count && !rc; e++) {
        struct model_entity *host = &m->entities[e];
        if (host->family != MODEL_NONE || host->bar != MODEL_FREE || !host->cls->bound ||
            !host->cls->host_valued || host->cls->level != RX_LEVEL_PROGRAMME ||
            host->storefronts < f->k->v[K_PRESENT] || host->storefronts >= f->k->v[K_ESTABLISHED] ||
            constants_score(weigh_alone(host, f->k)) < f->k->v[K_STRONG])
            continue;
        family_carriers(f->sites, m, e);
        rc = family_count(&h, t, m, f->k, f->sites, host->storefronts);
        if (rc || (h.count && h.items[0].sites * 2 >= host->storefronts))
            continue;
        host->family = (int32_t)e;
        for (uint32_t i = 0; i < host->storefronts; i++)
            m->sites[f->sites[i]].family = (int32_t)e;
    }
    family_histogram_done(&h);
    return rc;
}

static void measure(struct family_table *t, const struct model *m)
{
    memset(t->size, 0, m->entity_count * sizeof *t->size);
    t->count = 0;
    for (uint32_t s = 0; s < m->site_count; s++)
        if (m->sites[s].family != MODEL_NONE && !t->size[m->sites[s].family]++)
            t->count++;
}

int family_find(struct family_table *t, struct model *m, const struct constants *k)
{
    struct finder f = {.m = m, .k = k};
    *t = (struct family_table){.size = vec_zero(m->entity_count, sizeof *t->size)};
    f.parent = vec_zero(m->entity_count, sizeof *f.parent);
    f.sites = vec_zero(m->site_count, sizeof *f.sites);
    int rc = t->size && f.parent && f.sites ? 0 : RX_ENOMEM;
    if (!rc) {
        vec_sets_init(f.parent, m->entity_count);
        rc = count_pairs(&f);
    }
    if (!rc)
        rc = find_rotation(&f);
    if (!rc)
        rc = bar_gateways(&f);
    if (!rc) {
        label_entities(&f);
        for (uint32_t s = 0; s < m->site_count; s++) {
            m->sites[s].family = MODEL_NONE;
            if (model_is_storefront(m, s))
                label_site(m, s);
        }
        measure(t, m);
        rc = label_by_sets(&f, t);
    }
    if (!rc) {
        measure(t, m);
        rc = label_small(&f, t);
    }
    if (!rc) {
        measure(t, m);
        rc = bar_spread(&f, t);
    }
    free(f.pairs);
    rotate_done(&f.rotate);
    free(f.parent);
    free(f.sites);
    if (rc)
        family_done(t);
    return rc;
}

void family_done(struct family_table *t)
{
    free(t->size);
    *t = (struct family_table){0};
}
