/* review.c - see review.h. */
#include "graph/review.h"

#include "graph/vec.h"
#include "graph/weigh.h"

#include <math.h>
#include <stdlib.h>

enum { PARTNERS_ASKED = 64 }; /* of a fringe member, under one value: any strong one will do */

struct finder {
    struct review *r;
    const struct frame *f;
    const struct known *k;
    uint32_t *network_of; /* by site: place in known + 1 of its programme network; 0: none */
    int rc;
};

const char *review_kind_name(enum review_kind kind)
{
    static const char *const names[] = {"bridge", "conflict", "fringe", "decision"};
    return names[kind];
}

static int add(struct finder *x, const struct review_item *item)
{
    struct review *r = x->r;
    struct review_item *items = vec_grow(r->items, r->count, &r->cap, sizeof *items);
    if (!items)
        return RX_ENOMEM;
    r->items = items;
    r->items[r->count] = *item;
    r->items[r->count].reason = rx_arena_dup(&r->arena, item->reason);
    return r->items[r->count++].reason.p ? 0 : RX_ENOMEM;
}

/* Has somebody linked these two, or members of both their networks? */
static bool is_decided(const struct finder *x, uint32_t a, uint32_t b)
{
    const struct decisions *d = &x->f->decisions;
    for (size_t i = 0; i < d->count; i++) {
        const struct decision *it = &d->items[i];
        if (!decision_is_link(it) || !decision_stands(it))
            continue;
        const int64_t p = model_site_find(&x->f->m, decision_name(it->subject));
        const int64_t q = model_site_find(&x->f->m, decision_name(it->object));
        if (p < 0 || q < 0)
            continue;
        const bool straight = p == (int64_t)a && q == (int64_t)b;
        const bool turned = q == (int64_t)a && p == (int64_t)b;
        const uint32_t of_a = x->network_of[a], of_b = x->network_of[b];
        const uint32_t of_p = x->network_of[p], of_q = x->network_of[q];
        const bool across = of_a != of_b && of_a && of_b &&
                            ((of_p == of_a && of_q == of_b) || (of_p == of_b && of_q == of_a));
        if (straight || turned || across)
            return true;
    }
    return false;
}

/* ---- values kept apart ------------------------------------------------------------------------
 */

struct side {       /* one network, or one site that is in none */
    uint32_t key;   /* network_of, or site_count + site */
    uint32_t least; /* the first of its sites that carry the value */
    uint32_t sites; /* of the whole side */
};

static int by_side(const void *a, const void *b)
{
    const struct side *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->least < y->least ? -1 : x->least > y->least;
}

static int by_sites(const void *a, const void *b)
{
    const struct side *x = a, *y = b;
    if (x->sites != y->sites)
        return x->sites > y->sites ? -1 : 1;
    return x->least < y->least ? -1 : x->least > y->least;
}

static size_t add_side(const struct finder *x, struct side *sides, size_t n, uint32_t site)
{
    const uint32_t net = x->network_of[site];
    if (!model_is_storefront(&x->f->m, site))
        return n;
    sides[n] = net ? (struct side){net, site, x->k->networks[net - 1].sites}
                   : (struct side){(uint32_t)x->k->network_count + 1 + site, site, 1};
    return n + 1;
}

/* The sides of those who carry a value or claim it as their till, largest first. */
static size_t find_sides(const struct finder *x, uint32_t entity, struct side *sides)
{
    const struct model *m = &x->f->m;
    const struct model_entity *e = &m->entities[entity];
    size_t n = 0, kept = 0;
    for (uint32_t i = e->first; i < e->first + e->count; i++)
        n = add_side(x, sides, n, m->ties[i].site);
    for (size_t i = 0; i < m->claim_count; i++)
        if (m->claims[i].entity == entity)
            n = add_side(x, sides, n, m->claims[i].site);
    qsort(sides, n, sizeof *sides, by_side);
    for (size_t i = 0; i < n; i++)
        if (!kept || sides[kept - 1].key != sides[i].key)
            sides[kept++] = sides[i];
    qsort(sides, kept, sizeof *sides, by_sites);
    return kept;
}

static int on_bridge(void *ctx, const struct store_bridge *b)
{
    struct finder *x = ctx;
    const struct model *m = &x->f->m;
    const struct model_entity *e = model_entity_find(m, b->cls, b->value);
    if (!e || e->dismissed)
        return 0;
    struct side *sides = vec_zero((size_t)e->count + m->claim_count, sizeof *sides);
    if (!sides)
        return x->rc = RX_ENOMEM;
    const size_t n = find_sides(x, (uint32_t)(e - m->entities), sides);
    struct review_item item = {.kind = REVIEW_BRIDGE,
                               .networks = (uint32_t)n,
                               .entity = (uint32_t)(e - m->entities),
                               .other = UINT32_MAX,
                               .reason = b->reason};
    for (size_t i = 1; i < n; i++)
        item.sites += sides[i].sites;
    if (n > 1) {
        item.a = sides[0].least;
        item.b = sides[1].least;
        if (!is_decided(x, item.a, item.b))
            x->rc = add(x, &item);
    }
    free(sides);
    return x->rc;
}

/* ---- networks that contradict themselves ------------------------------------------------------
 */

struct till { /* of a network: the shops of one family of checkout hosts */
    int32_t family;
    uint32_t least, shops;
};

static int by_family(const void *a, const void *b)
{
    const struct till *x = a, *y = b;
    if (x->family != y->family)
        return x->family < y->family ? -1 : 1;
    return x->least < y->least ? -1 : x->least > y->least;
}

static int by_shops(const void *a, const void *b)
{
    const struct till *x = a, *y = b;
    if (x->shops != y->shops)
        return x->shops > y->shops ? -1 : 1;
    return x->least < y->least ? -1 : x->least > y->least;
}

static size_t find_tills(const struct finder *x, const struct known_network *n, struct till *tills)
{
    const struct model *m = &x->f->m;
    size_t count = 0, kept = 0;
    for (uint32_t i = n->first; i < n->first + n->sites; i++) {
        const int64_t s = model_site_find(m, x->k->members[i].site);
        if (s >= 0 && m->sites[s].family != MODEL_NONE)
            tills[count++] = (struct till){m->sites[s].family, (uint32_t)s, 1};
    }
    qsort(tills, count, sizeof *tills, by_family);
    for (size_t i = 0; i < count; i++) {
        if (kept && tills[kept - 1].family == tills[i].family)
            tills[kept - 1].shops++;
        else
            tills[kept++] = tills[i];
    }
    qsort(tills, kept, sizeof *tills, by_shops);
    return kept;
}

/* Has a person linked a shop of one till with a shop of the other? */
static bool is_settled(const struct finder *x, int32_t family, int32_t other)
{
    const struct decisions *d = &x->f->decisions;
    const struct model *m = &x->f->m;
    for (size_t i = 0; i < d->count; i++) {
        const struct decision *it = &d->items[i];
        if (!decision_is_link(it) || !decision_stands(it))
            continue;
        const int64_t a = model_site_find(m, decision_name(it->subject));
        const int64_t b = model_site_find(m, decision_name(it->object));
        const int32_t p = a < 0 ? MODEL_NONE : m->sites[a].family;
        const int32_t q = b < 0 ? MODEL_NONE : m->sites[b].family;
        if ((p == family && q == other) || (p == other && q == family))
            return true;
    }
    return false;
}

static int find_conflicts(struct finder *x)
{
    const struct model *m = &x->f->m;
    int rc = 0;
    for (size_t i = 0; i < x->k->network_count && !rc; i++) {
        const struct known_network *n = &x->k->networks[i];
        if (n->affiliate)
            continue;
        struct till *tills = vec_zero(n->sites, sizeof *tills);
        if (!tills)
            return RX_ENOMEM;
        const size_t count = find_tills(x, n, tills);
        for (size_t t = 1; t < count && !rc; t++) {
            const struct review_item item = {.kind = REVIEW_CONFLICT,
                                             .sites = tills[t].shops,
                                             .networks = 1,
                                             .a = tills[0].least,
                                             .b = tills[t].least,
                                             .entity = (uint32_t)tills[0].family,
                                             .other = (uint32_t)tills[t].family};
            if (weigh_differs(m, &x->f->k, item.a, item.b) &&
                !is_settled(x, tills[0].family, tills[t].family))
                rc = add(x, &item);
        }
        free(tills);
    }
    return rc;
}

/* ---- members that hang on little --------------------------------------------------------------
 */

/* The member of its network that shares most with a site, or UINT32_MAX. */
static uint32_t partner_of(const struct finder *x, uint32_t site)
{
    const struct model *m = &x->f->m;
    const struct model_site *s = &m->sites[site];
    uint32_t best = UINT32_MAX;
    double most = -INFINITY;
    for (uint32_t h = s->first; h < s->first + s->count; h++) {
        const struct model_entity *e = &m->entities[m->ties[m->holds[h]].entity];
        uint32_t asked = 0;
        for (uint32_t t = e->first;
             e->bits > 0 && t < e->first + e->count && asked < PARTNERS_ASKED; t++) {
            const uint32_t other = m->ties[t].site;
            if (other == site || x->network_of[other] != x->network_of[site])
                continue;
            asked++;
            const double bits = fmax(weigh_bits(m, &x->f->k, site, other, WEIGH_PROGRAMME),
                                     weigh_bits(m, &x->f->k, site, other, WEIGH_AFFILIATE));
            if (bits > most || (bits == most && other < best)) {
                most = bits;
                best = other;
            }
        }
    }
    return best;
}

/* Has a person said that this site belongs here? */
static bool is_placed(const struct finder *x, struct rx_str site)
{
    const struct decisions *d = &x->f->decisions;
    for (size_t i = 0; i < d->count; i++) {
        const struct decision *it = &d->items[i];
        const bool says = it->kind == DECISION_MUST || it->kind == DECISION_MARK;
        if (says && decision_stands(it) &&
            (rx_str_eq(decision_name(it->subject), site) ||
             (decision_is_link(it) && rx_str_eq(decision_name(it->object), site))))
            return true;
    }
    return false;
}

static int find_fringe(struct finder *x)
{
    int rc = 0;
    for (size_t i = 0; i < x->k->member_count && !rc; i++) {
        const struct known_member *it = &x->k->members[i];
        const int64_t site = model_site_find(&x->f->m, it->site);
        if (it->core || site < 0 || !known_is_member(it) || x->k->networks[it->network].affiliate ||
            is_placed(x, it->site))
            continue;
        const struct review_item item = {.kind = REVIEW_FRINGE,
                                         .sites = 1,
                                         .networks = 1,
                                         .a = (uint32_t)site,
                                         .b = partner_of(x, (uint32_t)site),
                                         .entity = UINT32_MAX,
                                         .other = UINT32_MAX,
                                         .confidence = it->confidence};
        rc = add(x, &item);
    }
    return rc;
}

/* ---- decisions that wait ----------------------------------------------------------------------
 */

static int find_waiting(struct finder *x)
{
    const struct decisions *d = &x->f->decisions;
    int rc = 0;
    for (size_t i = 0; i < d->count && !rc; i++) {
        const struct decision *it = &d->items[i];
        const struct known_honoured *h = known_honoured_of(x->k, it->id);
        const bool idle = h && h->effect == DECISION_IDLE;
        const bool open = it->mark == DECISION_UNDECIDED && decisions_mark(d, it->subject) == it;
        if (!decision_stands(it) || (!idle && !open))
            continue;
        const struct review_item item = {.kind = REVIEW_DECISION,
                                         .sites = 1,
                                         .a = UINT32_MAX,
                                         .b = UINT32_MAX,
                                         .entity = UINT32_MAX,
                                         .other = UINT32_MAX,
                                         .decision = it->id,
                                         .reason = idle ? h->why : RX_STR("left undecided")};
        rc = add(x, &item);
    }
    return rc;
}

/* ---- the door ---------------------------------------------------------------------------------
 */

/* Ends and value make any two items of one kind differ. */
static int by_change(const void *a, const void *b)
{
    const struct review_item *x = a, *y = b;
    if (x->sites != y->sites)
        return x->sites > y->sites ? -1 : 1;
    if (x->networks != y->networks)
        return x->networks > y->networks ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->confidence != y->confidence)
        return x->confidence < y->confidence ? -1 : 1;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    if (x->b != y->b)
        return x->b < y->b ? -1 : 1;
    if (x->entity != y->entity)
        return x->entity < y->entity ? -1 : 1;
    return x->decision < y->decision ? -1 : x->decision > y->decision;
}

static int find_networks(struct finder *x)
{
    x->network_of = vec_zero(x->f->m.site_count, sizeof *x->network_of);
    if (!x->network_of)
        return RX_ENOMEM;
    for (size_t i = 0; i < x->k->member_count; i++) {
        const struct known_member *it = &x->k->members[i];
        const int64_t site = model_site_find(&x->f->m, it->site);
        if (site >= 0 && known_is_member(it) && !x->k->networks[it->network].affiliate)
            x->network_of[site] = it->network + 1;
    }
    return 0;
}

int review_find(struct review *r, struct store *st, const struct frame *f, const struct known *k,
                struct rx_err *err)
{
    *r = (struct review){.arena = RX_ARENA(INT32_MAX)};
    struct finder x = {.r = r, .f = f, .k = k};
    int rc = find_networks(&x);
    if (!rc && store_bridge_scan(st, k->analysis, on_bridge, &x) && !x.rc) {
        free(x.network_of);
        review_done(r);
        return rx_fail(err, RX_EIO, "cannot read what was kept apart: %s", store_error(st));
    }
    rc = rc ? rc : x.rc;
    if (!rc)
        rc = find_conflicts(&x);
    if (!rc)
        rc = find_fringe(&x);
    if (!rc)
        rc = find_waiting(&x);
    free(x.network_of);
    if (rc) {
        review_done(r);
        return rx_fail(err, rc, "no memory for what is to be reviewed");
    }
    if (r->count)
        qsort(r->items, r->count, sizeof *r->items, by_change);
    return 0;
}

void review_done(struct review *r)
{
    rx_arena_free(&r->arena);
    free(r->items);
    *r = (struct review){0};
}
