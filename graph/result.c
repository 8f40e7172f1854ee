/* result.c - see result.h.
 *
 * The confidence of a member is what remains of its score when the pages are drawn anew: of the
 * values that another member carries too, each is missed as often as a draw of so many pages misses
 * all that showed it (Poisson bootstrap), and the scores of what is left are averaged. So a shop
 * that hangs on one value of one page is told from one that a dozen pages tie to its network. */
#include "graph/result.h"

#include "graph/partner_ids.h"
#include "graph/vec.h"
#include "graph/weigh.h"

#include <math.h>
#include <stdlib.h>

static const double CORE = .8; /* as sure as a link that is clustered; below it: fringe */

int result_add_member(struct result *r, const struct result_member *member)
{
    struct result_member *members =
        vec_grow(r->members, r->member_count, &r->member_cap, sizeof *members);
    if (!members)
        return RX_ENOMEM;
    r->members = members;
    r->members[r->member_count++] = *member;
    return 0;
}

int result_add_bridge(struct result *r, uint32_t entity, uint32_t sites, const char *reason)
{
    struct result_bridge *all = vec_grow(r->bridges, r->bridge_count, &r->bridge_cap, sizeof *all);
    if (!all)
        return RX_ENOMEM;
    r->bridges = all;
    r->bridges[r->bridge_count++] = (struct result_bridge){entity, sites, reason};
    return 0;
}

static int by_bridge(const void *a, const void *b)
{
    const struct result_bridge *x = a, *y = b;
    if (x->entity != y->entity)
        return x->entity < y->entity ? -1 : 1;
    return x->sites > y->sites ? -1 : x->sites < y->sites;
}

void result_sort_bridges(struct result *r)
{
    size_t kept = 0;
    if (r->bridge_count)
        qsort(r->bridges, r->bridge_count, sizeof *r->bridges, by_bridge);
    for (size_t i = 0; i < r->bridge_count; i++)
        if (!kept || r->bridges[kept - 1].entity != r->bridges[i].entity)
            r->bridges[kept++] = r->bridges[i];
    r->bridge_count = kept;
}

static int add_network(struct result *r, bool affiliate)
{
    struct result_network *all =
        vec_grow(r->networks, r->network_count, &r->network_cap, sizeof *all);
    if (!all)
        return RX_ENOMEM;
    r->networks = all;
    r->networks[r->network_count++] = (struct result_network){.affiliate = affiliate};
    return 0;
}

static int by_member(const void *a, const void *b)
{
    const struct result_member *x = a, *y = b;
    if (x->network != y->network)
        return x->network < y->network ? -1 : 1;
    bool p = x->role != RX_ROLE_UNKNOWN, q = y->role != RX_ROLE_UNKNOWN;
    if (p != q)
        return p ? 1 : -1;
    if (x->site != y->site)
        return x->site < y->site ? -1 : 1;
    return (int)x->role - (int)y->role;
}

void result_sort(struct result *r)
{
    if (r->member_count)
        qsort(r->members, r->member_count, sizeof *r->members, by_member);
    for (size_t i = 0; i < r->network_count; i++)
        r->networks[i].first = r->networks[i].count = r->networks[i].sites = 0;
    for (size_t i = 0; i < r->member_count; i++) {
        struct result_network *n = &r->networks[r->members[i].network];
        if (!n->count++)
            n->first = (uint32_t)i;
        n->sites += r->members[i].role == RX_ROLE_UNKNOWN;
    }
}

static int add_programmes(struct result *r, const struct model *m, const uint32_t *group)
{
    uint32_t *network = vec_zero(m->site_count, sizeof *network);
    int rc = network ? 0 : RX_ENOMEM;
    for (uint32_t s = 0; s < m->site_count && !rc; s++) {
        if (group[s] == UINT32_MAX)
            continue;
        if (!network[group[s]]) {
            rc = add_network(r, false);
            network[group[s]] = (uint32_t)r->network_count;
        }
        struct result_member member = {network[group[s]] - 1, s, RX_ROLE_UNKNOWN, 0, false};
        if (!rc)
            rc = result_add_member(r, &member);
    }
    free(network);
    return rc;
}

int result_plain(struct result *r, const struct model *m, const uint32_t *group)
{
    *r = (struct result){0};
    int rc = add_programmes(r, m, group);
    if (rc)
        result_done(r);
    else
        result_sort(r);
    return rc;
}

/* ---- what holds a network together ---------------------------------------------------------- */

/* A value that members carry, in one spelling or more. */
struct offer {
    uint32_t entity, sites, spellings;
};

/* Keeps the best values of a network: bits times the share of members that carry them. */
static void offer(struct result_network *n, const struct model *m, const struct offer *o)
{
    double share = n->sites ? (double)o->sites / n->sites : 0;
    double worth = m->entities[o->entity].bits * share;
    if (worth <= 0)
        return;
    n->values++;
    size_t at = n->strongest_count;
    while (at && worth > m->entities[n->strongest[at - 1]].bits * n->covers[at - 1])
        at--;
    if (at >= RESULT_STRONGEST)
        return;
    size_t last = n->strongest_count < RESULT_STRONGEST ? n->strongest_count : RESULT_STRONGEST - 1;
    for (size_t i = last; i > at; i--) {
        n->strongest[i] = n->strongest[i - 1];
        n->covers[i] = n->covers[i - 1];
        n->spellings[i] = n->spellings[i - 1];
    }
    n->strongest[at] = o->entity;
    n->covers[at] = share;
    n->spellings[at] = o->spellings;
    if (n->strongest_count < RESULT_STRONGEST)
        n->strongest_count++;
    if (at == 0)
        n->strength = worth;
}

struct seat {
    uint32_t network, tie;
};

static int by_seat(const void *a, const void *b)
{
    const struct seat *x = a, *y = b;
    if (x->network != y->network)
        return x->network < y->network ? -1 : 1;
    return x->tie < y->tie ? -1 : x->tie > y->tie;
}

/* Marks ties that another member of the same programme shares, and offers values to it. */
static int share_ties(struct result *r, const struct model *m, const uint32_t *network_of,
                      bool *shared)
{
    struct seat *seats = vec_zero(m->site_count, sizeof *seats);
    if (!seats)
        return RX_ENOMEM;
    for (uint32_t e = 0; e < m->entity_count; e++) {
        const struct model_entity *it = &m->entities[e];
        size_t n = 0;
        for (uint32_t i = it->first; it->bits > 0 && i < it->first + it->count; i++)
            if (network_of[m->ties[i].site] != UINT32_MAX)
                seats[n++] = (struct seat){network_of[m->ties[i].site], i};
        qsort(seats, n, sizeof *seats, by_seat);
        for (size_t i = 0, j; i < n; i = j) {
            for (j = i; j < n && seats[j].network == seats[i].network; j++)
                ;
            if (j - i < 2)
                continue;
            for (size_t t = i; t < j; t++)
                shared[seats[t].tie] = true;
            struct result_network *net = &r->networks[seats[i].network];
            if (weigh_counts(it, WEIGH_PROGRAMME))
                offer(net, m, &(struct offer){e, (uint32_t)(j - i), 1});
        }
    }
    free(seats);
    return 0;
}

enum { DRAWN = 6 }; /* a member's strongest values; to lose all of them is rare */

struct drawn {
    const struct model_entity *entity;
    double bits, factor, kept; /* kept: how often a draw still shows it */
};

/* Puts a value among the strongest, in order of bits; of equals the steadier one first. */
static size_t draw(struct drawn *all, size_t n, const struct drawn *one)
{
    size_t at = n;
    while (at && (one->bits > all[at - 1].bits ||
                  (one->bits == all[at - 1].bits && one->kept > all[at - 1].kept)))
        at--;
    if (at >= DRAWN)
        return n;
    size_t last = n < DRAWN ? n : DRAWN - 1;
    for (size_t i = last; i > at; i--)
        all[i] = all[i - 1];
    all[at] = *one;
    return n < DRAWN ? n + 1 : n;
}

/* The mean over all draws, exactly: DRAWN values are few enough to go through what may be left. */
static double mean_score(const struct drawn *all, size_t n, enum weigh_level level,
                         const struct constants *k)
{
    double mean = 0, prior = constants_prior_bits(k);
    for (unsigned left = 0; left < 1u << n; left++) {
        struct weigh_sum sum;
        double chance = 1;
        weigh_start(&sum);
        for (size_t i = 0; i < n; i++) {
            bool is_left = left >> i & 1;
            chance *= is_left ? all[i].kept : 1 - all[i].kept;
            if (is_left)
                weigh_add(&sum, all[i].entity, all[i].factor);
        }
        mean += chance * constants_score(prior + weigh_for(&sum, level, k));
    }
    return mean;
}

static void grade_member(struct result_member *member, const struct model *m, const bool *shared,
                         bool loose, const struct constants *k)
{
    const struct model_site *s = &m->sites[member->site];
    enum weigh_level level = loose ? WEIGH_AFFILIATE : WEIGH_PROGRAMME;
    struct drawn all[DRAWN];
    size_t n = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        const struct model_tie *t = &m->ties[m->holds[s->first + i]];
        const struct model_entity *e = &m->entities[t->entity];
        double factor = weigh_factor(t, t, k);
        struct drawn one = {e, e->bits * factor, factor, 1 - exp(-fmax(t->pages, 1))};
        if (shared[m->holds[s->first + i]] && weigh_counts(e, level))
            n = draw(all, n, &one);
    }
    member->confidence = mean_score(all, n, level, k);
    if (loose) /* a partner may serve several programmes at once: never sure */
        member->confidence = fmin(member->confidence, .85);
    member->core = !loose && member->confidence >= CORE;
}

static int grade_programmes(struct result *r, const struct model *m, const struct partition *p,
                            const struct constants *k)
{
    uint32_t *network_of = vec_zero(m->site_count, sizeof *network_of);
    bool *shared = vec_zero(m->tie_count, sizeof *shared);
    int rc = network_of && shared ? 0 : RX_ENOMEM;
    for (size_t s = 0; s < m->site_count && !rc; s++)
        network_of[s] = UINT32_MAX;
    for (size_t i = 0; i < r->member_count && !rc; i++)
        network_of[r->members[i].site] = r->members[i].network;
    if (!rc)
        rc = share_ties(r, m, network_of, shared);
    for (size_t i = 0; i < r->member_count && !rc; i++)
        grade_member(&r->members[i], m, shared, p->loose[r->members[i].site], k);
    free(network_of);
    free(shared);
    return rc;
}

/* ---- partners ---------------------------------------------------------------------------------
 */

/* An id of a partner; those that are one id in several spellings are neighbours, the one that most
 * of his sites carry first. */
struct spelling {
    const struct rx_class *cls;
    struct rx_str id;
    uint32_t entity, first, carriers; /* his sites that carry it: carrier[first..] */
};

static int by_id(const struct spelling *x, const struct spelling *y)
{
    int order = strcmp(x->cls->name, y->cls->name);
    return order ? order : rx_str_cmp(x->id, y->id);
}

static int by_spelling(const void *a, const void *b)
{
    const struct spelling *x = a, *y = b;
    int order = by_id(x, y);
    if (!order && x->carriers != y->carriers)
        order = x->carriers > y->carriers ? -1 : 1;
    return order ? order : x->entity < y->entity ? -1 : x->entity > y->entity;
}

/* His number is the same behind every host of his programmes; of all else the text counts. */
static struct rx_str told(const struct model_entity *e)
{
    struct rx_str host, rest;
    if (strcmp(e->cls->name, "affiliate") != 0 || !rx_str_cut(e->text, '|', &host, &rest))
        return e->text;
    return partner_ids_told(rest);
}

/* The ids of a partner, and for each the sites of his that carry it. */
struct spellings {
    struct spelling *items; /* owned */
    uint32_t *carrier;      /* owned */
    size_t count;
};

static int list_spellings(struct spellings *out, const struct model *m, const struct affiliate *a,
                          const struct affiliate_group *g)
{
    size_t ties = 0, n = 0;
    for (uint32_t i = 0; i < g->entities; i++)
        ties += m->entities[a->entity[g->first_entity + i]].count;
    *out = (struct spellings){vec_zero(g->entities + 1, sizeof *out->items),
                              vec_zero(ties + 1, sizeof *out->carrier), 0};
    if (!out->items || !out->carrier)
        return RX_ENOMEM;
    for (uint32_t i = 0; i < g->entities; i++) {
        const uint32_t entity = a->entity[g->first_entity + i];
        const struct model_entity *e = &m->entities[entity];
        struct spelling s = {e->cls, told(e), entity, (uint32_t)n, 0};
        for (uint32_t t = e->first; t < e->first + e->count; t++)
            if (bsearch(&m->ties[t].site, a->site + g->first_site, g->sites, sizeof *a->site,
                        vec_by_u32))
                out->carrier[n++] = m->ties[t].site;
        s.carriers = (uint32_t)n - s.first;
        out->items[out->count++] = s;
    }
    qsort(out->items, out->count, sizeof *out->items, by_spelling);
    return 0;
}

/* Sites that carry one of n spellings; scratch has room for all of their carriers. */
static uint32_t count_carriers(const struct spellings *all, size_t from, size_t n,
                               uint32_t *scratch)
{
    size_t count = 0;
    uint32_t different = 0;
    for (size_t i = from; i < from + n; i++) {
        const struct spelling *s = &all->items[i];
        memcpy(scratch + count, all->carrier + s->first, s->carriers * sizeof *scratch);
        count += s->carriers;
    }
    qsort(scratch, count, sizeof *scratch, vec_by_u32);
    for (size_t i = 0; i < count; i++)
        different += i == 0 || scratch[i] != scratch[i - 1];
    return different;
}

static int offer_spellings(struct result_network *n, const struct model *m,
                           const struct affiliate *a, const struct affiliate_group *g)
{
    struct spellings all;
    uint32_t *scratch = NULL;
    size_t ties = 0;
    int rc = list_spellings(&all, m, a, g);
    for (size_t i = 0; i < all.count && !rc; i++)
        ties += all.items[i].carriers;
    if (!rc && !(scratch = vec_zero(ties + 1, sizeof *scratch)))
        rc = RX_ENOMEM;
    for (size_t i = 0, j; i < all.count && !rc; i = j) {
        for (j = i; j < all.count && by_id(&all.items[i], &all.items[j]) == 0; j++)
            ;
        offer(n, m,
              &(struct offer){all.items[i].entity, count_carriers(&all, i, j - i, scratch),
                              (uint32_t)(j - i)});
    }
    free(scratch);
    free(all.carrier);
    free(all.items);
    return rc;
}

static int add_affiliates(struct result *r, const struct model *m, const struct affiliate *a)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct affiliate_group *g = &a->groups[i];
        if (add_network(r, true))
            return RX_ENOMEM;
        uint32_t network = (uint32_t)r->network_count - 1;
        for (uint32_t j = g->first_site; j < g->first_site + g->sites; j++) {
            double score = constants_score(a->bits[j]);
            struct result_member member = {network, a->site[j], RX_ROLE_UNKNOWN, score,
                                           score >= CORE};
            if (result_add_member(r, &member))
                return RX_ENOMEM;
        }
        r->networks[network].sites = g->sites;
        if (offer_spellings(&r->networks[network], m, a, g))
            return RX_ENOMEM;
    }
    return 0;
}

static void average(struct result *r)
{
    for (size_t i = 0; i < r->network_count; i++) {
        struct result_network *n = &r->networks[i];
        double sum = 0;
        for (uint32_t j = n->first; j < n->first + n->sites; j++)
            sum += r->members[j].confidence;
        n->confidence = n->sites ? sum / n->sites : 0;
    }
}

static int add_bridges(struct result *r, const struct model *m)
{
    for (uint32_t e = 0; e < m->entity_count; e++)
        if (m->entities[e].bar == MODEL_SPREAD &&
            result_add_bridge(r, e, m->entities[e].storefronts, model_bar_text(MODEL_SPREAD)))
            return RX_ENOMEM;
    return 0;
}

int result_make(struct result *r, const struct model *m, const struct partition *p,
                const struct affiliate *a, const struct constants *k)
{
    *r = (struct result){0};
    int rc = add_programmes(r, m, p->group);
    if (!rc) {
        result_sort(r);
        rc = grade_programmes(r, m, p, k);
    }
    if (!rc)
        rc = add_affiliates(r, m, a);
    if (!rc)
        rc = add_bridges(r, m);
    if (rc) {
        result_done(r);
        return rc;
    }
    result_sort(r);
    average(r);
    return 0;
}

void result_done(struct result *r)
{
    free(r->networks);
    free(r->members);
    free(r->bridges);
    honoured_done(&r->honoured);
    *r = (struct result){0};
}
