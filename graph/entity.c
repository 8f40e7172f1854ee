/* entity.c - see entity.h.
 *
 * Four rules, in this order:
 * 1. One registrable host seen as form target, checkout link and script host is one entity, of the
 *    strongest class that two sites agree on. Names in certificates stay apart from these.
 * 2. Rare form field names that come together are one entity beside the single names: a set, worth
 *    a tier 1 value of the engine; copyable, because templates are sold.
 * 3. A site that is itself the host in question (the form target of others) carries it too.
 * 4. Logos that look alike (look.h) are one entity, called by the hash that most sites have.
 * Everything else is its own entity. */
#include "graph/entity.h"

#include "graph/look.h"
#include "graph/set.h"
#include "graph/vec.h"

#include <stdlib.h>

struct fold {
    struct model *m;
    const struct background *bg;
    const struct constants *k;
};

int entity_class_order(const struct rx_class *a, const struct rx_class *b)
{
    int ta = a->tier ? a->tier : 9, tb = b->tier ? b->tier : 9;
    if (ta != tb)
        return ta - tb;
    if (a->bound != b->bound)
        return a->bound ? -1 : 1;
    if (a->level != b->level)
        return (int)a->level - (int)b->level;
    return strcmp(a->name, b->name);
}

static int add_tie(struct model *m, const struct model_tie *tie)
{
    struct model_tie *ties = vec_grow(m->ties, m->tie_count, &m->tie_cap, sizeof *ties);
    if (!ties)
        return RX_ENOMEM;
    m->ties = ties;
    m->ties[m->tie_count++] = *tie;
    return 0;
}

static int add_entity(struct model *m, const struct rx_class *cls, struct rx_str text)
{
    struct model_entity *all = vec_grow(m->entities, m->entity_count, &m->entity_cap, sizeof *all);
    if (!all)
        return RX_ENOMEM;
    m->entities = all;
    m->entities[m->entity_count++] = (struct model_entity){.cls = cls, .text = text};
    return 0;
}

static int add_rows(struct fold *f, uint32_t value)
{
    struct model *m = f->m;
    struct model_value *v = &m->values[value];
    v->entity = (uint32_t)m->entity_count - 1;
    for (uint32_t i = v->first; i < v->first + v->count; i++) {
        const struct model_row *row = &m->rows[i];
        struct model_tie tie = {row->site,   v->entity,     v->cls,      row->pages,
                                row->hidden, row->first_ms, row->last_ms};
        if (add_tie(m, &tie))
            return RX_ENOMEM;
    }
    return 0;
}

static int by_tie(const void *a, const void *b)
{
    const struct model_tie *x = a, *y = b;
    if (x->site != y->site)
        return x->site < y->site ? -1 : 1;
    return entity_class_order(x->cls, y->cls);
}

static int by_strength(const void *a, const void *b)
{
    const struct model_tie *x = a, *y = b;
    int order = entity_class_order(x->cls, y->cls);
    return order ? order : x->site < y->site ? -1 : x->site > y->site;
}

/* Folds the ties from `from` on, all of the newest entity, to one a site. */
static void fold_ties(struct model *m, size_t from)
{
    struct model_tie *t = m->ties + from;
    size_t n = m->tie_count - from, kept = 0;
    if (!n)
        return;
    qsort(t, n, sizeof *t, by_tie);
    for (size_t i = 0; i < n; i++) {
        struct model_tie *last = kept ? &t[kept - 1] : NULL;
        if (!last || last->site != t[i].site) {
            t[kept++] = t[i];
            continue;
        }
        if (t[i].pages > last->pages)
            last->pages = t[i].pages;
        if (t[i].hidden < last->hidden)
            last->hidden = t[i].hidden;
        if (t[i].first_ms < last->first_ms)
            last->first_ms = t[i].first_ms;
        if (t[i].last_ms > last->last_ms)
            last->last_ms = t[i].last_ms;
    }
    m->tie_count = from + kept;
    /* The strongest class that two sites agree on: the second strongest tie has it. */
    qsort(t, kept, sizeof *t, by_strength);
    m->entities[m->entity_count - 1].cls = t[kept > 1 ? 1 : 0].cls;
}

/* A host that others send their forms to, and that is itself a site of the case. */
static int add_self(struct model *m, size_t from)
{
    const struct model_entity *e = &m->entities[m->entity_count - 1];
    int64_t self = e->cls->bound ? model_site_find(m, e->text) : MODEL_NONE;
    if (self < 0)
        return 0;
    for (size_t i = from; i < m->tie_count; i++)
        if (m->ties[i].site == (uint32_t)self)
            return 0;
    if (from == m->tie_count)
        return 0;
    struct model_tie tie = m->ties[from];
    tie.site = (uint32_t)self;
    tie.pages = tie.hidden = 0;
    return add_tie(m, &tie);
}

struct host {
    struct rx_str text;
    uint32_t value;
    bool in_cert; /* a name in a certificate is not a use of the host by a page */
};

static int by_text(const void *a, const void *b)
{
    const struct host *x = a, *y = b;
    int order = rx_str_cmp(x->text, y->text);
    if (!order)
        order = x->in_cert - y->in_cert;
    return order ? order : x->value < y->value ? -1 : x->value > y->value;
}

static int fold_hosts(struct fold *f)
{
    struct model *m = f->m;
    struct host *hosts = vec_zero(m->value_count, sizeof *hosts);
    if (!hosts)
        return RX_ENOMEM;
    size_t n = 0;
    for (uint32_t v = 0; v < m->value_count; v++)
        if (m->values[v].cls->host_valued)
            hosts[n++] =
                (struct host){m->values[v].text, v, m->values[v].cls->group == RX_GROUP_TLS};
    qsort(hosts, n, sizeof *hosts, by_text);
    int rc = 0;
    for (size_t i = 0; i < n && !rc;) {
        size_t from = m->tie_count;
        rc = add_entity(m, m->values[hosts[i].value].cls, hosts[i].text);
        size_t j = i;
        for (; !rc && j < n && hosts[j].in_cert == hosts[i].in_cert &&
               rx_str_eq(hosts[j].text, hosts[i].text);
             j++)
            rc = add_rows(f, hosts[j].value);
        if (!rc) {
            fold_ties(m, from);
            rc = add_self(m, from);
        }
        i = j;
    }
    free(hosts);
    return rc;
}

/* ---- logos ------------------------------------------------------------------------------- */

struct look {
    uint64_t hash;
    uint32_t value, sites, leader;
};

static bool is_look(const struct model_value *v)
{
    uint64_t hash;
    return strcmp(v->cls->name, "logo.phash") == 0 && look_parse(&hash, v->text);
}

static int by_sites(const void *a, const void *b)
{
    const struct look *x = a, *y = b;
    if (x->sites != y->sites)
        return x->sites > y->sites ? -1 : 1;
    return x->hash < y->hash ? -1 : x->hash > y->hash;
}

static size_t gather_looks(struct look *looks, const struct model *m)
{
    size_t n = 0;
    for (uint32_t v = 0; v < m->value_count; v++) {
        if (!is_look(&m->values[v]))
            continue;
        looks[n] = (struct look){.value = v, .sites = m->values[v].count};
        (void)look_parse(&looks[n++].hash, m->values[v].text);
    }
    if (n > 0)
        qsort(looks, n, sizeof *looks, by_sites);
    return n;
}

static int by_leader(const void *a, const void *b)
{
    const struct look *x = a, *y = b;
    if (x->leader != y->leader)
        return x->leader < y->leader ? -1 : 1;
    return by_sites(a, b);
}

/* Says of each the leader, and brings them in order of it: each leader before its group. */
static int group_looks(struct look *looks, size_t n)
{
    uint64_t *hashes = vec_zero(n, sizeof *hashes);
    uint32_t *leader = vec_zero(n, sizeof *leader);
    int rc = hashes && leader ? 0 : RX_ENOMEM;
    for (size_t i = 0; i < n && !rc; i++)
        hashes[i] = looks[i].hash;
    if (!rc)
        rc = look_group(leader, hashes, n);
    for (size_t i = 0; i < n && !rc; i++)
        looks[i].leader = leader[i];
    if (n > 0 && !rc)
        qsort(looks, n, sizeof *looks, by_leader);
    free(hashes);
    free(leader);
    return rc;
}

static int fold_looks(struct fold *f)
{
    struct model *m = f->m;
    struct look *looks = vec_zero(m->value_count, sizeof *looks);
    const size_t n = looks ? gather_looks(looks, m) : 0;
    int rc = looks ? group_looks(looks, n) : RX_ENOMEM;
    for (size_t i = 0, j; i < n && !rc; i = j) {
        const struct model_value *v = &m->values[looks[i].value];
        const size_t from = m->tie_count;
        rc = add_entity(m, v->cls, v->text);
        for (j = i; j < n && looks[j].leader == looks[i].leader && !rc; j++)
            rc = add_rows(f, looks[j].value);
        if (!rc)
            fold_ties(m, from);
    }
    free(looks);
    return rc;
}

static int fold_plain(struct fold *f)
{
    struct model *m = f->m;
    int rc = 0;
    for (uint32_t v = 0; v < m->value_count && !rc; v++) {
        if (m->values[v].cls->host_valued || is_look(&m->values[v]))
            continue;
        rc = add_entity(m, m->values[v].cls, m->values[v].text);
        if (!rc)
            rc = add_rows(f, v);
    }
    return rc;
}

/* ---- sets of field names ---------------------------------------------------------------- */

struct names {
    uint32_t *value;   /* model value of each name */
    uint32_t *first;   /* offsets, as set.h wants them */
    uint32_t *carrier; /* storefronts */
    uint32_t *group;
    size_t count;
};

/* The rare names: on two storefronts at least, and on next to no site of the background. */
static int gather_names(struct names *n, const struct fold *f)
{
    const struct model *m = f->m;
    const struct rx_class *cls = rx_class_find(RX_STR("form.field"));
    n->value = vec_zero(m->value_count, sizeof *n->value);
    n->first = vec_zero(m->value_count + 1, sizeof *n->first);
    n->carrier = vec_zero(m->row_count, sizeof *n->carrier);
    n->group = vec_zero(m->value_count, sizeof *n->group);
    if (!n->value || !n->first || !n->carrier || !n->group)
        return RX_ENOMEM;
    uint32_t at = 0;
    double most = f->k->v[K_RARE_SHARE] * background_size(f->bg);
    for (uint32_t v = 0; v < m->value_count; v++) {
        const struct model_value *value = &m->values[v];
        if (value->cls != cls || background_df(f->bg, cls, value->text) > most)
            continue;
        uint32_t from = at;
        for (uint32_t i = value->first; i < value->first + value->count; i++)
            if (model_is_storefront(m, m->rows[i].site))
                n->carrier[at++] = m->rows[i].site;
        if (at - from < 2) {
            at = from;
            continue;
        }
        n->value[n->count++] = v;
        n->first[n->count] = at;
    }
    return 0;
}

struct member { /* one name of one site inside a group */
    uint32_t site, name;
};

static int by_member(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    if (x->site != y->site)
        return x->site < y->site ? -1 : 1;
    return x->name < y->name ? -1 : x->name > y->name;
}

struct ranked_name {
    uint32_t group, name;
};

static int by_group(const void *a, const void *b)
{
    const struct ranked_name *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return x->name < y->name ? -1 : x->name > y->name;
}

static int set_text(struct rx_str *out, const struct fold *f, const struct names *n,
                    const struct ranked_name *group, size_t count)
{
    struct rx_buf text = RX_BUF(1 << 20);
    int rc = 0;
    for (size_t i = 0; i < count && !rc; i++) {
        if (i)
            rc = rx_buf_addc(&text, ' ');
        if (!rc)
            rc = rx_buf_add(&text, f->m->values[n->value[group[i].name]].text);
    }
    if (!rc)
        *out = rx_arena_dup(&f->m->arena, rx_buf_str(&text));
    rx_buf_free(&text);
    return rc ? rc : out->p ? 0 : RX_ENOMEM;
}

static struct model_tie tie_of_set(const struct fold *f, const struct names *n,
                                   const struct member *run, size_t count, uint32_t entity)
{
    struct model_tie tie = {.site = run->site,
                            .entity = entity,
                            .pages = 1,
                            .first_ms = INT64_MAX,
                            .last_ms = INT64_MIN};
    tie.cls = f->m->entities[entity].cls;
    for (size_t i = 0; i < count; i++) {
        const struct model_value *v = &f->m->values[n->value[run[i].name]];
        uint32_t low = v->first, high = v->first + v->count;
        while (low + 1 < high) { /* rows of a value are in order of site */
            uint32_t middle = low + (high - low) / 2;
            if (f->m->rows[middle].site <= run->site)
                low = middle;
            else
                high = middle;
        }
        const struct model_row *row = &f->m->rows[low];
        if (row->first_ms < tie.first_ms)
            tie.first_ms = row->first_ms;
        if (row->last_ms > tie.last_ms)
            tie.last_ms = row->last_ms;
        if (row->pages > tie.pages)
            tie.pages = row->pages;
    }
    return tie;
}

/* Adds the ties of all sites with enough names; entity NULL: only counts them. */
static int add_set_ties(struct fold *f, const struct names *n, const struct member *all,
                        size_t count, const uint32_t *entity, size_t *carriers)
{
    int rc = 0;
    *carriers = 0;
    for (size_t i = 0, j; i < count && !rc; i = j) {
        for (j = i; j < count && all[j].site == all[i].site; j++)
            ;
        if ((double)(j - i) < f->k->v[K_SET_NAMES])
            continue;
        ++*carriers;
        if (!entity)
            continue;
        struct model_tie tie = tie_of_set(f, n, all + i, j - i, *entity);
        rc = add_tie(f->m, &tie);
    }
    return rc;
}

/* One group: if two sites carry enough of its names, an entity and its ties. */
static int make_set(struct fold *f, const struct names *n, const struct ranked_name *group,
                    size_t names, struct member *all)
{
    size_t count = 0, carriers;
    for (size_t i = 0; i < names; i++)
        for (uint32_t j = n->first[group[i].name]; j < n->first[group[i].name + 1]; j++)
            all[count++] = (struct member){n->carrier[j], group[i].name};
    qsort(all, count, sizeof *all, by_member);
    int rc = add_set_ties(f, n, all, count, NULL, &carriers);
    if (rc || carriers < 2)
        return rc;
    struct rx_str text;
    rc = set_text(&text, f, n, group, names);
    if (!rc)
        rc = add_entity(f->m, rx_class_find(RX_STR("form.fields")), text);
    if (rc)
        return rc;
    uint32_t entity = (uint32_t)f->m->entity_count - 1;
    f->m->entities[entity].names = (uint32_t)names;
    return add_set_ties(f, n, all, count, &entity, &carriers);
}

static int make_sets(struct fold *f, const struct names *n)
{
    struct member *all = vec_zero(n->first[n->count], sizeof *all);
    struct ranked_name *order = vec_zero(n->count, sizeof *order);
    int rc = all && order ? 0 : RX_ENOMEM;
    for (uint32_t i = 0; i < n->count && !rc; i++)
        order[i] = (struct ranked_name){n->group[i], i};
    if (!rc)
        qsort(order, n->count, sizeof *order, by_group);
    for (size_t i = 0, j; i < n->count && !rc; i = j) {
        for (j = i; j < n->count && order[j].group == order[i].group; j++)
            ;
        if ((double)(j - i) >= f->k->v[K_SET_NAMES])
            rc = make_set(f, n, order + i, j - i, all);
    }
    free(all);
    free(order);
    return rc;
}

static int fold_sets(struct fold *f)
{
    struct names n = {0};
    int rc = gather_names(&n, f);
    if (!rc) {
        struct set_input in = {n.count,   f->m->site_count,     n.first,
                               n.carrier, f->k->v[K_SET_ALIKE], false};
        rc = set_group(n.group, &in);
    }
    if (!rc)
        rc = make_sets(f, &n);
    free(n.value);
    free(n.first);
    free(n.carrier);
    free(n.group);
    return rc;
}

/* ---- order ------------------------------------------------------------------------------- */

struct ranked {
    struct model_entity entity;
    uint32_t was;
};

static int by_content(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    int order = strcmp(x->entity.cls->name, y->entity.cls->name);
    if (!order)
        order = rx_str_cmp(x->entity.text, y->entity.text);
    return order ? order : x->was < y->was ? -1 : x->was > y->was;
}

static int sort_entities(struct model *m)
{
    struct ranked *order = vec_zero(m->entity_count, sizeof *order);
    uint32_t *now = vec_zero(m->entity_count, sizeof *now);
    int rc = order && now ? 0 : RX_ENOMEM;
    for (size_t i = 0; i < m->entity_count && !rc; i++)
        order[i] = (struct ranked){m->entities[i], (uint32_t)i};
    if (!rc)
        qsort(order, m->entity_count, sizeof *order, by_content);
    for (size_t i = 0; i < m->entity_count && !rc; i++) {
        m->entities[i] = order[i].entity;
        now[order[i].was] = (uint32_t)i;
    }
    for (size_t i = 0; i < m->tie_count && !rc; i++)
        m->ties[i].entity = now[m->ties[i].entity];
    for (size_t i = 0; i < m->value_count && !rc; i++)
        m->values[i].entity = now[m->values[i].entity];
    free(order);
    free(now);
    return rc;
}

int entity_fold(struct model *m, const struct background *bg, const struct constants *k,
                struct rx_err *err)
{
    struct fold f = {m, bg, k};
    int rc = fold_plain(&f);
    if (!rc)
        rc = fold_hosts(&f);
    if (!rc)
        rc = fold_looks(&f);
    if (!rc)
        rc = fold_sets(&f);
    if (!rc)
        rc = sort_entities(m);
    if (!rc)
        rc = model_index(m);
    return rc ? rx_fail(err, rc, "no memory to fold the values of this case") : 0;
}
