/* promote.c - see promote.h. */
#include "graph/promote.h"

#include "graph/vec.h"
#include "graph/weigh.h"

#include <stdlib.h>

enum { NAMERS_LEAST = 2 }; /* shops that name a till: one shop's word is nobody's */

/* A value that shops carry and honest sites do not: no licensed shop; and twice as many shops as
 * sites of no trade, because some of these may be shops that were not recognised. */
static bool is_shops_own(const struct model_entity *e, double least)
{
    return e->bar == MODEL_FREE && e->cls->level == RX_LEVEL_PROGRAMME && e->storefronts >= least &&
           !e->licensed && e->honest * 2 <= e->storefronts;
}

/* A site whose pages did not give it away as a shop (too few were read, its shelves are pictures),
 * but which carries what only shops carry: their checkout host, the private host of their scripts,
 * or strong evidence of two kinds. Never what a page can merely quote: a news page names their
 * phones. */
static bool sells_like_others(const struct model *m, const struct constants *k, uint32_t site)
{
    const struct model_site *s = &m->sites[site];
    struct weigh_sum sum;
    bool groups[RX_GROUP_COUNT] = {false};
    weigh_start(&sum);
    for (uint32_t i = 0; i < s->count; i++) {
        const struct model_entity *e = &m->entities[m->ties[m->holds[s->first + i]].entity];
        if (!is_shops_own(e, k->v[K_PRESENT]) || rx_str_eq(e->text, s->name))
            continue;
        if (e->cls->host_valued && (e->bound || (e->tier == 1 && weigh_is_private(e, k))))
            return true;
        weigh_add(&sum, e, 1);
        groups[e->cls->group] |= e->tier <= 2;
    }
    int wide = 0;
    for (int g = 0; g < RX_GROUP_COUNT; g++)
        wide += groups[g];
    double bits = constants_prior_bits(k) + weigh_for(&sum, WEIGH_PROGRAMME, k);
    return wide > 1 && constants_score(bits) >= k->v[K_STRONG];
}

/* Marks the sites that known storefronts name by values of a class. */
static void mark_named(bool *named, const struct model *m, const char *cls)
{
    for (uint32_t i = 0; i < m->entity_count; i++) {
        const struct model_entity *e = &m->entities[i];
        if (strcmp(e->cls->name, cls) != 0 || !e->bound || !is_shops_own(e, NAMERS_LEAST))
            continue;
        int64_t site = model_site_find(m, e->text);
        if (site >= 0)
            named[site] = true;
    }
}

static void take_role(struct model_site *s, bool shop, bool till, bool taker)
{
    if (till) {
        s->role = RX_ROLE_CHECKOUT;
        s->reasons = RX_STR("known storefronts send their buyers there");
    } else if (taker && shop) {
        s->role = RX_ROLE_CHECKOUT;
        s->reasons = RX_STR("takes the forms of known storefronts, carries what only they carry");
    } else if (shop) {
        s->role = RX_ROLE_STOREFRONT;
        s->reasons = RX_STR("carries what only known storefronts carry");
    }
}

int promote_sites(struct model *m, const struct constants *k)
{
    bool *shop = vec_zero(m->site_count, sizeof *shop);
    bool *till = vec_zero(m->site_count, sizeof *till);
    /* Takes their forms: that alone does a service for letters, too. */
    bool *taker = vec_zero(m->site_count, sizeof *taker);
    int rc = shop && till && taker ? 0 : RX_ENOMEM;
    if (!rc) {
        mark_named(till, m, "checkout.host");
        mark_named(taker, m, "form.action.host");
    }
    for (uint32_t s = 0; s < m->site_count && !rc; s++) {
        const bool open = m->sites[s].pages && !m->sites[s].placed;
        bool silent = m->sites[s].role == RX_ROLE_UNKNOWN && open;
        bool plain = m->sites[s].role == RX_ROLE_BENIGN && open;
        shop[s] = (silent || plain) && sells_like_others(m, k, s);
        till[s] = till[s] && (silent || shop[s]);
    }
    for (uint32_t s = 0; s < m->site_count && !rc; s++)
        take_role(&m->sites[s], shop[s], till[s], taker[s]);
    free(shop);
    free(till);
    free(taker);
    return rc ? rc : model_index(m);
}
