/* partner_ids.c - see partner_ids.h. */
#include "graph/partner_ids.h"

#include "graph/vec.h"

#include <stdlib.h>

bool partner_ids_may_sell(const struct model *m, uint32_t site)
{
    if (m->sites[site].left_out)
        return false;
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

struct finder {
    struct partner_ids *out;
    const struct model *m;
    const struct partition *p;
    const struct constants *k;
    uint32_t *network_size; /* by least site of a network */
    size_t id_count;
    uint32_t *scratch;
    uint32_t *partner; /* by site: one of its partner ids + 1 (the least); 0: none */
};

/* The network that holds most of an entity's members (dominant share of them), or UINT32_MAX. */
static uint32_t network_of_entity(const struct finder *f, const struct model_entity *e)
{
    size_t n = 0, best = 0;
    uint32_t network = UINT32_MAX;
    for (uint32_t i = e->first; i < e->first + e->count; i++)
        if (f->p->group[f->m->ties[i].site] != UINT32_MAX)
            f->scratch[n++] = f->p->group[f->m->ties[i].site];
    qsort(f->scratch, n, sizeof *f->scratch, vec_by_u32);
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

/* A programme's engines call the parameter as each of them likes, but there is one list of partners
 * behind them. Only what is so short that it may number anything is compared with its parameter. */
struct rx_str partner_ids_told(struct rx_str parameter_and_value)
{
    enum { TELLING_BYTES = 3 };
    struct rx_str parameter, value;
    if (!rx_str_cut(parameter_and_value, '|', &parameter, &value) || value.n < TELLING_BYTES)
        return parameter_and_value;
    return value;
}

/* A partner id means the same at every host of one programme: its storefronts and its checkout. */
static void place_id(const struct finder *f, struct partner_id *id,
                     const struct host_network *hosts, size_t host_count)
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
        id->text = partner_ids_told(rest);
}

static int by_id(const void *a, const void *b)
{
    const struct partner_id *x = a, *y = b;
    int order = strcmp(x->cls->name, y->cls->name);
    if (!order && x->network != y->network)
        order = x->network < y->network ? -1 : 1;
    if (!order)
        order = rx_str_cmp(x->text, y->text);
    return order;
}

static int by_id_entity(const void *a, const void *b)
{
    const struct partner_id *x = a, *y = b;
    int order = by_id(a, b);
    return order ? order : x->entity < y->entity ? -1 : x->entity > y->entity;
}

static int list_ids(struct finder *f)
{
    const struct model *m = f->m;
    size_t host_count;
    struct host_network *hosts = serving_hosts(f, &host_count);
    f->out->ids = vec_zero(m->entity_count, sizeof *f->out->ids);
    if (!hosts || !f->out->ids) {
        free(hosts);
        return RX_ENOMEM;
    }
    for (uint32_t e = 0; e < m->entity_count; e++) {
        const struct model_entity *it = &m->entities[e];
        if (it->bar != MODEL_FREE || it->cls->level != RX_LEVEL_AFFILIATE || it->tier != 1)
            continue;
        f->out->ids[f->id_count] =
            (struct partner_id){.cls = it->cls, .text = it->text, .entity = e};
        place_id(f, &f->out->ids[f->id_count++], hosts, host_count);
    }
    qsort(f->out->ids, f->id_count, sizeof *f->out->ids, by_id_entity);
    free(hosts);
    return 0;
}

/* Labels sites with a partner id of theirs: the ruler for what is a partner's own. */
static void label_partners(struct finder *f)
{
    for (size_t i = 0, j; i < f->id_count; i = j) {
        for (j = i; j < f->id_count && !by_id(&f->out->ids[i], &f->out->ids[j]); j++) {
            const struct model_entity *e = &f->m->entities[f->out->ids[j].entity];
            for (uint32_t t = e->first;
                 f->out->ids[i].network != UINT32_MAX && t < e->first + e->count; t++)
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
    qsort(partners, count, sizeof *partners, vec_by_u32);
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
static uint32_t carriers_of(const struct finder *f, const struct partner_id *ids, size_t n,
                            uint32_t *out)
{
    uint32_t count = 0, kept = 0;
    for (size_t i = 0; i < n; i++) {
        const struct model_entity *e = &f->m->entities[ids[i].entity];
        for (uint32_t t = e->first; t < e->first + e->count; t++)
            if (partner_ids_may_sell(f->m, f->m->ties[t].site))
                out[count++] = f->m->ties[t].site;
    }
    qsort(out, count, sizeof *out, vec_by_u32);
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
    f->out->first_id = vec_zero(m->entity_count + 1, sizeof(uint32_t));
    f->out->first = vec_zero(m->entity_count + 1, sizeof(uint32_t));
    f->out->carrier = vec_zero(m->tie_count, sizeof(uint32_t));
    if (!f->network_size || !f->scratch || !f->out->first_id || !f->out->first || !f->out->carrier)
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
        for (j = i; j < f->id_count && !by_id(&f->out->ids[i], &f->out->ids[j]); j++)
            ;
        uint32_t n = carriers_of(f, f->out->ids + i, j - i, f->out->carrier + at);
        bool house = false;
        if (f->out->ids[i].cls->group != RX_GROUP_AFFILIATE)
            rc = is_house(&house, f, f->out->ids[i].cls, f->out->carrier + at, n);
        if (rc || n < 2 || house)
            continue;
        for (size_t id = i; id < j; id++)
            f->out->ids[kept++] = f->out->ids[id]; /* kept <= i: never ahead of what is read */
        at += n;
        f->out->names++;
        f->out->first[f->out->names] = at;
        f->out->first_id[f->out->names] = (uint32_t)kept;
    }
    return rc;
}

int partner_ids_find(struct partner_ids *out, const struct model *m, const struct partition *p,
                     const struct constants *k)
{
    *out = (struct partner_ids){0};
    struct finder f = {.out = out, .m = m, .p = p, .k = k};
    int rc = gather_names(&f);
    free(f.network_size);
    free(f.scratch);
    free(f.partner);
    if (rc)
        partner_ids_done(out);
    return rc;
}

void partner_ids_done(struct partner_ids *ids)
{
    free(ids->ids);
    free(ids->first_id);
    free(ids->first);
    free(ids->carrier);
    *ids = (struct partner_ids){0};
}
