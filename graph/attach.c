/* attach.c - see attach.h.
 *
 * Two ways lead to a network: a link of a doorway or redirector to a member (a redirect or frame of
 * any site), or a host that members name in their forms, checkout links or pages. */
#include "graph/attach.h"

#include "base/vendors.h"
#include "graph/vec.h"
#include "graph/weigh.h"

#include <stdlib.h>

struct hitch { /* a site hangs on a network */
    uint32_t network, site;
    enum rx_role role;
    double
        own; /* of a host: share of this network among those who name it; 0: a link leads there */
};

struct attacher {
    struct result *r;
    const struct model *m;
    const struct constants *k;
    uint32_t *network_of; /* by site: programme, or UINT32_MAX */
    struct hitch *hitches;
    size_t count, cap;
};

static int add_hitch(struct attacher *a, uint32_t network, uint32_t site, enum rx_role role,
                     double own)
{
    struct hitch *all = vec_grow(a->hitches, a->count, &a->cap, sizeof *all);
    if (!all)
        return RX_ENOMEM;
    a->hitches = all;
    a->hitches[a->count++] = (struct hitch){network, site, role, own};
    return 0;
}

/* In which role a link makes its site hang on the target; RX_ROLE_UNKNOWN: it does not. */
static enum rx_role role_of_link(const struct model_site *from, enum rx_link kind)
{
    bool leads = rx_link_is_redirect(kind) || kind == RX_LINK_IFRAME;
    if (from->left_out)
        return RX_ROLE_UNKNOWN;
    switch (from->role) {
    case RX_ROLE_DOORWAY:
    case RX_ROLE_REDIRECTOR:
        return leads || kind == RX_LINK_A || kind == RX_LINK_AREA || kind == RX_LINK_FORM
                   ? from->role
                   : RX_ROLE_UNKNOWN;
    case RX_ROLE_UNKNOWN:
    case RX_ROLE_ADVERTISEMENT:
        return leads ? RX_ROLE_REDIRECTOR : RX_ROLE_UNKNOWN;
    default:
        return RX_ROLE_UNKNOWN;
    }
}

static int follow_links(struct attacher *a)
{
    const struct model *m = a->m;
    for (size_t i = 0; i < m->link_count; i++) {
        const struct model_link *l = &m->links[i];
        uint32_t network = a->network_of[l->to];
        if (network == UINT32_MAX || a->network_of[l->from] != UINT32_MAX ||
            rx_vendor_of(m->sites[l->from].name) != RX_VENDOR_NONE)
            continue;
        enum rx_role role = role_of_link(&m->sites[l->from], l->kind);
        if (role != RX_ROLE_UNKNOWN && add_hitch(a, network, l->from, role, 0))
            return RX_ENOMEM;
    }
    return 0;
}

/* The role of a host that members name: the class tells what they use it for. */
static enum rx_role role_of_host(const struct rx_class *cls, enum rx_role own)
{
    if (own == RX_ROLE_CHECKOUT || own == RX_ROLE_PAYMENT || own == RX_ROLE_CDN ||
        own == RX_ROLE_REDIRECTOR)
        return own;
    return cls->attach;
}

/* The site that a host entity names, if it may be attached, and in which role. */
static int64_t site_to_attach(const struct attacher *a, const struct model_entity *e,
                              enum rx_role *role)
{
    const struct model *m = a->m;
    int64_t site = e->cls->host_valued ? model_site_find(m, e->text) : MODEL_NONE;
    if (site < 0 || m->sites[site].left_out || e->bar == MODEL_VENDOR ||
        a->network_of[site] != UINT32_MAX || (e->honest && !weigh_is_private(e, a->k)))
        return MODEL_NONE;
    enum rx_role own = m->sites[site].role;
    *role = role_of_host(e->cls, own);
    bool bystander = own == RX_ROLE_LICENSED || own == RX_ROLE_BENIGN || own == RX_ROLE_SOCIAL;
    return *role == RX_ROLE_UNKNOWN || bystander ? MODEL_NONE : site;
}

/* Hosts that two members of a network name, if the network is half of those who name it, or half of
 * the network does: what a few shops of many networks load is nobody's. nets is scratch. */
static int follow_host(struct attacher *a, const struct model_entity *e, uint32_t *nets)
{
    enum rx_role role = RX_ROLE_UNKNOWN;
    int64_t site = site_to_attach(a, e, &role);
    size_t n = 0;
    if (site < 0)
        return 0;
    for (uint32_t i = e->first; i < e->first + e->count; i++)
        if (a->network_of[a->m->ties[i].site] != UINT32_MAX)
            nets[n++] = a->network_of[a->m->ties[i].site];
    qsort(nets, n, sizeof *nets, vec_by_u32);
    double least = a->k->v[K_CARRIED], users = (double)n + e->honest;
    int rc = 0;
    for (size_t i = 0, j; i < n && !rc; i = j) {
        for (j = i; j < n && nets[j] == nets[i]; j++)
            ;
        double members = (double)(j - i), own = members / users;
        bool meant = own >= least || members >= least * a->r->networks[nets[i]].sites;
        if (members >= 2 && meant)
            rc = add_hitch(a, nets[i], (uint32_t)site, role, own);
    }
    return rc;
}

static int follow_hosts(struct attacher *a)
{
    uint32_t *nets = vec_zero(a->m->site_count, sizeof *nets);
    int rc = nets ? 0 : RX_ENOMEM;
    for (uint32_t e = 0; e < a->m->entity_count && !rc; e++)
        rc = follow_host(a, &a->m->entities[e], nets);
    free(nets);
    return rc;
}

static int by_hitch(const void *a, const void *b)
{
    const struct hitch *x = a, *y = b;
    if (x->site != y->site)
        return x->site < y->site ? -1 : 1;
    if (x->network != y->network)
        return x->network < y->network ? -1 : 1;
    if (x->own != y->own)
        return x->own > y->own ? -1 : 1;
    return (int)x->role - (int)y->role;
}

/* One membership a site and network. Confidence: how exclusively it serves this network. */
static int keep_hitches(struct attacher *a)
{
    if (!a->count)
        return 0;
    qsort(a->hitches, a->count, sizeof *a->hitches, by_hitch);
    for (size_t i = 0, j; i < a->count; i = j) {
        size_t networks = 0;
        for (j = i; j < a->count && a->hitches[j].site == a->hitches[i].site; j++)
            networks += j == i || a->hitches[j].network != a->hitches[j - 1].network;
        for (size_t h = i; h < j; h++) {
            const struct hitch *it = &a->hitches[h];
            if (h > i && it->network == it[-1].network)
                continue;
            double confidence = it->own > 0 ? it->own : 1 / (double)networks;
            struct result_member member = {it->network, it->site, it->role, confidence,
                                           confidence >= .5};
            if (result_add_member(a->r, &member))
                return RX_ENOMEM;
        }
    }
    return 0;
}

int attach_find(struct result *r, const struct model *m, const struct constants *k)
{
    struct attacher a = {.r = r, .m = m, .k = k};
    a.network_of = vec_zero(m->site_count, sizeof *a.network_of);
    if (!a.network_of)
        return RX_ENOMEM;
    for (size_t s = 0; s < m->site_count; s++)
        a.network_of[s] = UINT32_MAX;
    for (size_t i = 0; i < r->member_count; i++)
        if (!r->networks[r->members[i].network].affiliate)
            a.network_of[r->members[i].site] = r->members[i].network;
    int rc = follow_links(&a);
    if (!rc)
        rc = follow_hosts(&a);
    if (!rc)
        rc = keep_hitches(&a);
    if (!rc)
        result_sort(r);
    free(a.network_of);
    free(a.hitches);
    return rc;
}
