/* model.c - see model.h. */
#include "graph/model.h"

#include "graph/vec.h"

#include <stdlib.h>

enum { ARENA_MAX_BYTES = INT32_MAX }; /* texts of sites, values and links */

const char *model_bar_text(enum model_bar bar)
{
    switch (bar) {
    case MODEL_FREE:
        return "";
    case MODEL_VENDOR:
        return "a shared service";
    case MODEL_LIMIT:
        return "on more sites than one operator's value can be";
    case MODEL_COMMON:
        return "common among unrelated sites";
    case MODEL_PLAIN:
        return "a hint, never weighed";
    case MODEL_LICENSED:
        return "of a licensed pharmacy: anybody can copy it";
    case MODEL_SPREAD:
        return "carried by several established networks";
    case MODEL_DISMISSED:
        return "a person marked it as no evidence";
    }
    return "?";
}

int model_init(struct model *m)
{
    *m = (struct model){.arena = RX_ARENA(ARENA_MAX_BYTES)};
    m->site_index = rx_map_new();
    return m->site_index ? 0 : RX_ENOMEM;
}

void model_done(struct model *m)
{
    rx_map_free(m->site_index, NULL);
    rx_arena_free(&m->arena);
    free(m->sites);
    free(m->values);
    free(m->rows);
    free(m->entities);
    free(m->ties);
    free(m->claims);
    free(m->holds);
    free(m->links);
    *m = (struct model){0};
}

int64_t model_site_find(const struct model *m, struct rx_str name)
{
    uintptr_t at = (uintptr_t)rx_map_get(m->site_index, name);
    return at ? (int64_t)at - 1 : MODEL_NONE;
}

int64_t model_site(struct model *m, struct rx_str name)
{
    int64_t at = model_site_find(m, name);
    if (at >= 0)
        return at;
    struct model_site *sites = vec_grow(m->sites, m->site_count, &m->site_cap, sizeof *sites);
    if (!sites)
        return RX_ENOMEM;
    m->sites = sites;
    struct rx_str copy = rx_arena_dup(&m->arena, name);
    if (!copy.p)
        return RX_ENOMEM;
    int rc = rx_map_put(m->site_index, copy, (void *)(uintptr_t)(m->site_count + 1), NULL);
    if (rc)
        return rc;
    m->sites[m->site_count] = (struct model_site){.name = copy, .family = MODEL_NONE};
    return (int64_t)m->site_count++;
}

int model_value_add(struct model *m, const struct rx_class *cls, struct rx_str text)
{
    struct model_value *values = vec_grow(m->values, m->value_count, &m->value_cap, sizeof *values);
    if (!values)
        return RX_ENOMEM;
    m->values = values;
    struct rx_str copy = rx_arena_dup(&m->arena, text);
    if (!copy.p)
        return RX_ENOMEM;
    m->values[m->value_count++] =
        (struct model_value){.cls = cls, .text = copy, .first = (uint32_t)m->row_count};
    return 0;
}

int model_row_add(struct model *m, const struct model_row *row)
{
    struct model_row *rows = vec_grow(m->rows, m->row_count, &m->row_cap, sizeof *rows);
    if (!rows)
        return RX_ENOMEM;
    m->rows = rows;
    m->rows[m->row_count++] = *row;
    m->values[m->value_count - 1].count++;
    return 0;
}

int model_link_add(struct model *m, const struct model_link *link)
{
    struct model_link *links = vec_grow(m->links, m->link_count, &m->link_cap, sizeof *links);
    if (!links)
        return RX_ENOMEM;
    m->links = links;
    struct model_link copy = *link;
    copy.sample_url = rx_arena_dup(&m->arena, link->sample_url);
    copy.sample_to = rx_arena_dup(&m->arena, link->sample_to);
    copy.warc_name = rx_arena_dup(&m->arena, link->warc_name);
    if (!copy.sample_url.p || !copy.sample_to.p || !copy.warc_name.p)
        return RX_ENOMEM;
    m->links[m->link_count++] = copy;
    return 0;
}

struct ranked_site {
    struct model_site site;
    uint32_t was;
};

static int by_name(const void *a, const void *b)
{
    const struct ranked_site *x = a, *y = b;
    return rx_str_cmp(x->site.name, y->site.name);
}

static int by_link(const void *a, const void *b)
{
    const struct model_link *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (x->to != y->to)
        return x->to < y->to ? -1 : 1;
    return (int)x->kind - (int)y->kind;
}

static int by_site(const void *a, const void *b)
{
    const struct model_row *x = a, *y = b;
    return x->site < y->site ? -1 : x->site > y->site;
}

/* The store's order is nearly always the order of names; then this only looks. */
static void sort_rows(struct model *m)
{
    for (size_t v = 0; v < m->value_count; v++) {
        struct model_row *rows = m->rows + m->values[v].first;
        for (uint32_t i = 1; i < m->values[v].count; i++) {
            if (rows[i - 1].site <= rows[i].site)
                continue;
            qsort(rows, m->values[v].count, sizeof *rows, by_site);
            break;
        }
    }
}

int model_sort_sites(struct model *m)
{
    struct ranked_site *order = vec_zero(m->site_count, sizeof *order);
    uint32_t *now = vec_zero(m->site_count, sizeof *now);
    int rc = order && now ? 0 : RX_ENOMEM;
    if (rc)
        goto out;
    for (size_t i = 0; i < m->site_count; i++)
        order[i] = (struct ranked_site){m->sites[i], (uint32_t)i};
    qsort(order, m->site_count, sizeof *order, by_name);
    for (size_t i = 0; i < m->site_count && !rc; i++) {
        m->sites[i] = order[i].site;
        now[order[i].was] = (uint32_t)i;
        rc = rx_map_put(m->site_index, m->sites[i].name, (void *)(uintptr_t)(i + 1), NULL);
    }
    for (size_t i = 0; i < m->row_count; i++)
        m->rows[i].site = now[m->rows[i].site];
    for (size_t i = 0; i < m->link_count; i++) {
        m->links[i].from = now[m->links[i].from];
        m->links[i].to = now[m->links[i].to];
    }
    sort_rows(m);
    if (m->link_count)
        qsort(m->links, m->link_count, sizeof *m->links, by_link);
out:
    free(order);
    free(now);
    return rc;
}

static int by_entity(const void *a, const void *b)
{
    const struct model_tie *x = a, *y = b;
    if (x->entity != y->entity)
        return x->entity < y->entity ? -1 : 1;
    return x->site < y->site ? -1 : x->site > y->site;
}

static void count_roles(struct model *m)
{
    for (size_t i = 0; i < m->entity_count; i++)
        m->entities[i].first = m->entities[i].count = m->entities[i].storefronts =
            m->entities[i].honest = m->entities[i].licensed = 0;
    for (size_t i = 0; i < m->tie_count; i++) {
        struct model_entity *e = &m->entities[m->ties[i].entity];
        enum rx_role role = m->sites[m->ties[i].site].role;
        if (!e->count++)
            e->first = (uint32_t)i;
        e->storefronts += role == RX_ROLE_STOREFRONT;
        e->honest += role == RX_ROLE_LICENSED || role == RX_ROLE_BENIGN;
        e->licensed += role == RX_ROLE_LICENSED;
    }
}

int model_index(struct model *m)
{
    if (m->tie_count)
        qsort(m->ties, m->tie_count, sizeof *m->ties, by_entity);
    count_roles(m);
    uint32_t *holds = vec_zero(m->tie_count, sizeof *holds);
    if (!holds)
        return RX_ENOMEM;
    free(m->holds);
    m->holds = holds;
    for (size_t i = 0; i < m->site_count; i++)
        m->sites[i].count = 0;
    for (size_t i = 0; i < m->tie_count; i++)
        m->sites[m->ties[i].site].count++;
    uint32_t at = 0;
    for (size_t i = 0; i < m->site_count; i++) {
        m->sites[i].first = at;
        at += m->sites[i].count;
        m->sites[i].count = 0;
    }
    for (size_t i = 0; i < m->tie_count; i++) { /* ties are in order of entity, so holds are too */
        struct model_site *s = &m->sites[m->ties[i].site];
        holds[s->first + s->count++] = (uint32_t)i;
    }
    return 0;
}

const struct model_entity *model_entity_find(const struct model *m, struct rx_str cls,
                                             struct rx_str text)
{
    size_t low = 0, high = m->entity_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct model_entity *e = &m->entities[middle];
        int order = rx_str_cmp(rx_str(e->cls->name), cls);
        if (!order)
            order = rx_str_cmp(e->text, text);
        if (!order)
            return e;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct model_tie *model_tie_find(const struct model *m, uint32_t entity, uint32_t site)
{
    uint32_t low = m->entities[entity].first, high = low + m->entities[entity].count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (m->ties[middle].site == site)
            return &m->ties[middle];
        if (m->ties[middle].site < site)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
