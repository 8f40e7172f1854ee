/* affiliate.c - see affiliate.h. */
#include "graph/affiliate.h"

#include "graph/set.h"
#include "graph/vec.h"
#include "graph/weigh.h"

#include <stdlib.h>

/* Sites that a partner may own; an honest shop with an agency's tracker is none. */
static bool may_sell(const struct model *m, uint32_t site)
{
    switch (m->sites[site].role) {
    case RX_ROLE_STOREFRONT:
    case RX_ROLE_DOORWAY:
    case RX_ROLE_REDIRECTOR:
    case RX_ROLE_UNKNOWN:
        return true;
    default:
        return false;
    }
}

struct id { /* what is compared: one entity, or one partner id at all hosts of a programme */
    uint32_t network;   /* least site of the programme that the host belongs to; UINT32_MAX */
    struct rx_str text; /* "parameter|value" inside a programme, else the whole value */
    const struct rx_class *cls;
    uint32_t entity;
};

struct finder {
    struct affiliate *out;
    const struct model *m;
    const struct partition *p;
    const struct constants *k;
    uint32_t *network_size; /* by least site of a network */
    struct id *ids;         /* one an entity, sorted so that equal ones are neighbours */
    size_t id_count;
    uint32_t *first_id;                /* of each name of set.h, into ids; names + 1 */
    uint32_t *first, *carrier, *group; /* names as set.h wants them */
    size_t names;
    uint32_t *scratch;
    uint32_t *partner; /* by site: one of its partner ids + 1 (the least); 0: none */
};

static int by_u32(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* The network that holds most of an entity's members (dominant share of them), or UINT32_MAX. */
static uint32_t network_of_entity(const struct finder *f, const struct model_entity *e)
{
    size_t n = 0, best = 0;
    uint32_t network = UINT32_MAX;
    for (uint32_t i = e->first; i < e->first + e->count; i++)
        if (f->p->group[f->m->ties[i].site] != UINT32_MAX)
            f->scratch[n++] = f->p->group[f->m->ties[i].site];
    qsort(f->scratch, n, sizeof *f->scratch, by_u32);
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i; j < n && f->scratch[j] == f->scratch[i]; j++)
            ;
        if (j - i > best) {
            best = j - i;
            network = f->scratch[i];
        }
    }
    return (double)best >= f->k->v[K_DOMINANT] * (double)n ? network : UINT32_MAX;
}

struct host_network {
    struct rx_str host;
    uint32_t network;
};

static int by_host(const void *a, const void *b)
{
    return rx_str_cmp(((const struct host_network *)a)->host,
                      ((const struct host_network *)b)->host);
}

/* Checkout hosts and form targets, with the network that they serve; owned by the caller. */
static struct host_network *serving_hosts(const struct finder *f, size_t *count)
{
    struct host_network *hosts = vec_zero(f->m->entity_count, sizeof *hosts);
    *count = 0;
    for (uint32_t e = 0; hosts && e < f->m->entity_count; e++) {
        const struct model_entity *it = &f->m->entities[e];
        if (it->bar == MODEL_FREE && it->bound && it->cls->host_valued)
            hosts[(*count)++] = (struct host_network){it->text, network_of_entity(f, it)};
    }
    if (hosts)
        qsort(hosts, *count, sizeof *hosts, by_host);
    return hosts;
}

/* A partner id means the same at every host of one programme: its storefronts and its checkout. */
static void place_id(const struct finder *f, struct id *id, const struct host_network *hosts,
                     size_t host_count)
{
    struct rx_str host, rest;
    id->network = UINT32_MAX;
    if (strcmp(id->cls->name, "affiliate") != 0 || !rx_str_cut(id->text, '|', &host, &rest))
        return;
    int64_t site = model_site_find(f->m, host);
    struct host_network key = {.host = host};
    const struct host_network *found =
        host_count ? bsearch(&key, hosts, host_count, sizeof key, by_host) : NULL;
    if (site >= 0 && f->p->group[site] != UINT32_MAX)
        id->network = f->p->group[site];
    else if (found)
        id->network = found->network;
    if (id->network != UINT32_MAX)
        id->text = rest;
}

static int by_id(const void *a, const void *b)
{
    const struct id *x = a, *y = b;
    int order = strcmp(x->cls->name, y->cls->name);
    if (!order && x->network != y->network)
        order = x->network < y->network ? -1 : 1;
    if (!order)
        order = rx_str_cmp(x->text, y->text);
    return order;
}

static int by_id_entity(const void *a, const void *b)
{
    const struct id *x = a, *y = b;
    int order = by_id(a, b);
    return order ? order : x->entity < y->entity ? -1 : x->entity > y->entity;
}

static int list_ids(struct finder *f)
{
    const struct model *m = f->m;
    size_t host_count;
    struct host_network *hosts = serving_hosts(f, &host_count);
    f->ids = vec_zero(m->entity_count, sizeof *f->ids);
    if (!hosts || !f->ids) {
        free(hosts);
        return RX_ENOMEM;
    }
    for (uint32_t e = 0; e < m->entity_count; e++) {
        const struct model_entity *it = &m->entities[e];
        if (it->bar != MODEL_FREE || it->cls->level != RX_LEVEL_AFFILIATE || it->tier != 1)
            continue;
        f->ids[f->id_count] = (struct id){.cls = it->cls, .text = it->text, .entity = e};
        place_id(f, &f->ids[f->id_count++], hosts, host_count);
    }
    qsort(f->ids, f->id_count, sizeof *f->ids, by_id_entity);
    free(hosts);
    return 0;
}

/* Labels sites with a partner id of theirs: the ruler for what is a partner's own. */
static void label_partners(struct finder *f)
{
    for (size_t i = 0, j; i < f->id_count; i = j) {
        for (j = i; j < f->id_count && !by_id(&f->ids[i], &f->ids[j]); j++) {
            const struct model_entity *e = &f->m->entities[f->ids[j].entity];
            for (uint32_t t = e->first; f->ids[i].network != UINT32_MAX && t < e->first + e->count;
                 t++)
                if (!f->partner[f->m->ties[t].site])
                    f->partner[f->m->ties[t].site] = (uint32_t)i + 1;
        }
    }
}

/* Share of the most frequent of n numbers, which are sorted. */
static double top_share(const uint32_t *numbers, size_t n)
{
    size_t best = 0;
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i; j < n && numbers[j] == numbers[i]; j++)
            ;
        best = j - i > best ? j - i : best;
    }
    return n ? (double)best / (double)n : 1;
}

/* sites[0..n): those of one network that carry a contact or account. It is the programme's own (its
 * call centre, its merchant account) if half of the programme has it, or sites of several partners
 * of the programme have it. partners has room for n. */
static bool is_house_in(const struct finder *f, const struct rx_class *cls, uint32_t network,
                        const uint32_t *sites, size_t n, uint32_t *partners)
{
    double least = f->k->v[K_ESTABLISHED];
    if (cls->group == RX_GROUP_TRACKER)
        least *= 2; /* a partner may well run a small programme's every second shop */
    uint32_t size = f->network_size[network];
    if (size >= least && (double)n >= f->k->v[K_HOUSE] * size)
        return true;
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        if (f->partner[sites[i]])
            partners[count++] = f->partner[sites[i]];
    qsort(partners, count, sizeof *partners, by_u32);
    return (double)count >= f->k->v[K_PRESENT] && top_share(partners, count) < f->k->v[K_HOUSE];
}

struct placed {
    uint32_t network, site;
};

static int by_placed(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    if (x->network != y->network)
        return x->network < y->network ? -1 : 1;
    return x->site < y->site ? -1 : x->site > y->site;
}

static int is_house(bool *house, const struct finder *f, const struct rx_class *cls,
                    const uint32_t *sites, size_t n)
{
    struct placed *placed = vec_zero(n, sizeof *placed);
    uint32_t *ours = vec_zero(2 * n, sizeof *ours);
    size_t count = 0;
    *house = false;
    int rc = placed && ours ? 0 : RX_ENOMEM;
    for (size_t i = 0; i < n && !rc; i++)
        if (f->p->group[sites[i]] != UINT32_MAX)
            placed[count++] = (struct placed){f->p->group[sites[i]], sites[i]};
    if (!rc)
        qsort(placed, count, sizeof *placed, by_placed);
    for (size_t i = 0, j; i < count && !rc && !*house; i = j) {
        for (j = i; j < count && placed[j].network == placed[i].network; j++)
            ours[j - i] = placed[j].site;
        *house = is_house_in(f, cls, placed[i].network, ours, j - i, ours + n);
    }
    free(placed);
    free(ours);
    return rc;
}

/* Sites that may sell and carry one of some ids, ascending, each once. */
static uint32_t carriers_of(const struct finder *f, const struct id *ids, size_t n, uint32_t *out)
{
    uint32_t count = 0, kept = 0;
    for (size_t i = 0; i < n; i++) {
        const struct model_entity *e = &f->m->entities[ids[i].entity];
        for (uint32_t t = e->first; t < e->first + e->count; t++)
            if (may_sell(f->m, f->m->ties[t].site))
                out[count++] = f->m->ties[t].site;
    }
    qsort(out, count, sizeof *out, by_u32);
    for (uint32_t i = 0; i < count; i++)
        if (!kept || out[kept - 1] != out[i])
            out[kept++] = out[i];
    return kept;
}

static int gather_names(struct finder *f)
{
    const struct model *m = f->m;
    f->network_size = vec_zero(m->site_count, sizeof(uint32_t));
    f->scratch =
        vec_zero(m->tie_count > m->site_count ? m->tie_count : m->site_count, sizeof(uint32_t));
    f->first_id = vec_zero(m->entity_count + 1, sizeof(uint32_t));
    f->first = vec_zero(m->entity_count + 1, sizeof(uint32_t));
    f->group = vec_zero(m->entity_count, sizeof(uint32_t));
    f->carrier = vec_zero(m->tie_count, sizeof(uint32_t));
    if (!f->network_size || !f->scratch || !f->first_id || !f->first || !f->group || !f->carrier)
        return RX_ENOMEM;
    for (uint32_t s = 0; s < m->site_count; s++)
        if (f->p->group[s] != UINT32_MAX)
            f->network_size[f->p->group[s]]++;
    f->partner = vec_zero(m->site_count, sizeof(uint32_t));
    if (!f->partner)
        return RX_ENOMEM;
    int rc = list_ids(f);
    if (!rc)
        label_partners(f);
    uint32_t at = 0;
    size_t kept = 0;
    for (size_t i = 0, j; i < f->id_count && !rc; i = j) {
        for (j = i; j < f->id_count && !by_id(&f->ids[i], &f->ids[j]); j++)
            ;
        uint32_t n = carriers_of(f, f->ids + i, j - i, f->carrier + at);
        bool house = false;
        if (f->ids[i].cls->group != RX_GROUP_AFFILIATE)
            rc = is_house(&house, f, f->ids[i].cls, f->carrier + at, n);
        if (rc || n < 2 || house)
            continue;
        for (size_t id = i; id < j; id++)
            f->ids[kept++] = f->ids[id]; /* kept <= i: never ahead of what is read */
        at += n;
        f->names++;
        f->first[f->names] = at;
        f->first_id[f->names] = (uint32_t)kept;
    }
    return rc;
}

/* Everything before the value of a partner id: ids of one slot exclude each other. */
static struct rx_str slot_of(const struct model_entity *e)
{
    if (e->cls->group != RX_GROUP_AFFILIATE)
        return (struct rx_str){0};
    size_t n = e->text.n;
    while (n && e->text.p[n - 1] != '|')
        n--;
    return rx_str_sub(e->text, 0, n ? n - 1 : 0);
}

/* Does the site carry another id in a slot that this group has one for? */
static bool has_rival(const struct finder *f, const struct affiliate_group *g, uint32_t site)
{
    const struct model *m = f->m;
    const struct model_site *s = &m->sites[site];
    for (uint32_t i = 0; i < s->count; i++) {
        uint32_t held = m->ties[m->holds[s->first + i]].entity;
        struct rx_str slot = slot_of(&m->entities[held]);
        bool rival = false;
        for (uint32_t j = 0; slot.n && j < g->entities; j++) {
            uint32_t own = f->out->entity[g->first_entity + j];
            if (own == held) {
                rival = false;
                break;
            }
            rival = rival || rx_str_eq(slot, slot_of(&m->entities[own]));
        }
        if (rival)
            return true;
    }
    return false;
}

struct holding {
    uint32_t site, entity;
};

static int by_holding(const void *a, const void *b)
{
    const struct holding *x = a, *y = b;
    if (x->site != y->site)
        return x->site < y->site ? -1 : 1;
    return x->entity < y->entity ? -1 : x->entity > y->entity;
}

static int add_site(struct affiliate *out, uint32_t site, double bits)
{
    size_t cap = out->site_cap;
    uint32_t *sites = vec_grow(out->site, out->site_count, &cap, sizeof *sites);
    if (!sites)
        return RX_ENOMEM;
    out->site = sites;
    cap = out->site_cap;
    double *all = vec_grow(out->bits, out->site_count, &cap, sizeof *all);
    if (!all)
        return RX_ENOMEM;
    out->bits = all;
    out->site_cap = cap;
    out->site[out->site_count] = site;
    out->bits[out->site_count++] = bits;
    return 0;
}

/* A stranger's page with one copied id and its own partner id is not this partner's. */
static int judge_site(struct finder *f, struct affiliate_group *g, const struct holding *h,
                      size_t n)
{
    struct weigh_sum sum;
    bool bound = false;
    weigh_start(&sum);
    for (size_t i = 0; i < n; i++) {
        weigh_add(&sum, &f->m->entities[h[i].entity], 1);
        bound = bound || f->m->entities[h[i].entity].bound;
    }
    double bits = constants_prior_bits(f->k) + weigh_for(&sum, WEIGH_AFFILIATE, f->k);
    if (!bound && has_rival(f, g, h->site))
        bits += f->k->v[K_DIFFERS];
    if (constants_score(bits) < f->k->v[K_PROBABLE])
        return 0;
    g->sites++;
    return add_site(f->out, h->site, bits);
}

struct ranked {
    uint32_t group, name;
};

static int add_entity(struct affiliate *out, struct affiliate_group *g, uint32_t entity)
{
    uint32_t *all = vec_grow(out->entity, out->entity_count, &out->entity_cap, sizeof *all);
    if (!all)
        return RX_ENOMEM;
    out->entity = all;
    out->entity[out->entity_count++] = entity;
    g->entities++;
    return 0;
}

/* names[0..n): one group. h: scratch for its holdings. */
static int add_group(struct finder *f, const struct ranked *names, size_t n, struct holding *h)
{
    struct affiliate *out = f->out;
    struct affiliate_group g = {.first_entity = (uint32_t)out->entity_count,
                                .first_site = (uint32_t)out->site_count};
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        for (uint32_t id = f->first_id[names[i].name]; id < f->first_id[names[i].name + 1]; id++) {
            const struct model_entity *e = &f->m->entities[f->ids[id].entity];
            if (add_entity(out, &g, f->ids[id].entity))
                return RX_ENOMEM;
            for (uint32_t t = e->first; t < e->first + e->count; t++)
                if (may_sell(f->m, f->m->ties[t].site))
                    h[count++] = (struct holding){f->m->ties[t].site, f->ids[id].entity};
        }
    }
    qsort(h, count, sizeof *h, by_holding);
    int rc = 0;
    for (size_t i = 0, j; i < count && !rc; i = j) {
        for (j = i; j < count && h[j].site == h[i].site; j++)
            ;
        rc = judge_site(f, &g, h + i, j - i);
    }
    if (rc || g.sites < 2) { /* one site is no network */
        out->entity_count = g.first_entity;
        out->site_count = g.first_site;
        return rc;
    }
    struct affiliate_group *groups = vec_grow(out->groups, out->count, &out->cap, sizeof *groups);
    if (!groups)
        return RX_ENOMEM;
    out->groups = groups;
    out->groups[out->count++] = g;
    return 0;
}

static int by_group(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return x->name < y->name ? -1 : x->name > y->name;
}

static int add_groups(struct finder *f)
{
    struct ranked *order = vec_zero(f->names, sizeof *order);
    struct holding *h = vec_zero(f->m->tie_count, sizeof *h);
    int rc = order && h ? 0 : RX_ENOMEM;
    for (uint32_t i = 0; i < f->names && !rc; i++)
        order[i] = (struct ranked){f->group[i], i};
    if (!rc)
        qsort(order, f->names, sizeof *order, by_group);
    for (size_t i = 0, j; i < f->names && !rc; i = j) {
        for (j = i; j < f->names && order[j].group == order[i].group; j++)
            ;
        rc = add_group(f, order + i, j - i, h);
    }
    free(order);
    free(h);
    return rc;
}

int affiliate_find(struct affiliate *out, const struct model *m, const struct partition *p,
                   const struct constants *k)
{
    *out = (struct affiliate){0};
    struct finder f = {.out = out, .m = m, .p = p, .k = k};
    int rc = gather_names(&f);
    if (!rc) {
        struct set_input in = {f.names, m->site_count, f.first, f.carrier, k->v[K_OVERLAP], true};
        rc = set_group(f.group, &in);
    }
    if (!rc)
        rc = add_groups(&f);
    free(f.network_size);
    free(f.ids);
    free(f.first_id);
    free(f.first);
    free(f.carrier);
    free(f.group);
    free(f.scratch);
    free(f.partner);
    if (rc)
        affiliate_done(out);
    return rc;
}

void affiliate_done(struct affiliate *a)
{
    free(a->groups);
    free(a->entity);
    free(a->site);
    free(a->bits);
    *a = (struct affiliate){0};
}
