/* frame.c - see frame.h. */
#include "graph/frame.h"

#include "graph/entity.h"
#include "graph/load.h"
#include "graph/vec.h"
#include "graph/weigh.h"

#include <stdlib.h>

/* A value that shops carry and honest sites do not: no licensed shop; and twice as many shops as
 * sites of no trade, because some of these may be shops that were not recognised. */
static bool is_shops_own(const struct model_entity *e, const struct constants *k)
{
    return e->bar == MODEL_FREE && e->cls->level == RX_LEVEL_PROGRAMME &&
           e->storefronts >= k->v[K_PRESENT] && !e->licensed && e->honest * 2 <= e->storefronts;
}

/* A site whose pages did not give it away as a shop (too few were read, its shelves are pictures),
 * but which carries what only shops carry: their checkout host, or strong evidence of two kinds. */
static bool sells_like_others(const struct frame *f, uint32_t site)
{
    const struct model *m = &f->m;
    const struct model_site *s = &m->sites[site];
    struct weigh_sum sum;
    bool groups[RX_GROUP_COUNT] = {false};
    weigh_start(&sum);
    for (uint32_t i = 0; i < s->count; i++) {
        const struct model_entity *e = &m->entities[m->ties[m->holds[s->first + i]].entity];
        if (!is_shops_own(e, &f->k) || rx_str_eq(e->text, s->name))
            continue;
        if (e->bound && e->cls->host_valued)
            return true;
        weigh_add(&sum, e, 1);
        groups[e->cls->group] |= e->tier <= 2;
    }
    int wide = 0;
    for (int g = 0; g < RX_GROUP_COUNT; g++)
        wide += groups[g];
    double bits = constants_prior_bits(&f->k) + weigh_for(&sum, WEIGH_PROGRAMME, &f->k);
    return wide > 1 && constants_score(bits) >= f->k.v[K_STRONG];
}

static int promote(struct frame *f)
{
    struct model *m = &f->m;
    bool *shop = vec_zero(m->site_count, sizeof *shop);
    if (!shop)
        return RX_ENOMEM;
    for (uint32_t s = 0; s < m->site_count; s++)
        shop[s] = (m->sites[s].role == RX_ROLE_UNKNOWN || m->sites[s].role == RX_ROLE_BENIGN) &&
                  m->sites[s].pages && sells_like_others(f, s);
    for (uint32_t s = 0; s < m->site_count; s++) {
        if (!shop[s])
            continue;
        m->sites[s].role = RX_ROLE_STOREFRONT;
        m->sites[s].reasons = RX_STR("carries what only known storefronts carry");
    }
    free(shop);
    return model_index(m);
}

int frame_open(struct frame *f, struct store *st, const struct rx_conf *conf, int64_t upto_run,
               struct rx_err *err)
{
    *f = (struct frame){0};
    constants_load(&f->k, conf);
    int rc = background_load(&f->bg, conf ? rx_conf_text(conf, "map.background") : NULL, err);
    if (rc)
        return rc;
    if (model_init(&f->m))
        rc = rx_fail(err, RX_ENOMEM, "no memory for the case");
    if (!rc)
        rc = load_model(&f->m, st, upto_run, err);
    if (!rc)
        rc = entity_fold(&f->m, f->bg, &f->k, err);
    if (!rc) {
        weigh_entities(&f->m, f->bg, &f->k);
        if (promote(f))
            rc = rx_fail(err, RX_ENOMEM, "no memory for the sites");
    }
    if (!rc) {
        weigh_entities(&f->m, f->bg, &f->k); /* roles changed what is common among honest sites */
        if (family_find(&f->families, &f->m, &f->k))
            rc = rx_fail(err, RX_ENOMEM, "no memory for the checkout hosts");
    }
    if (rc)
        frame_done(f);
    return rc;
}

void frame_done(struct frame *f)
{
    family_done(&f->families);
    model_done(&f->m);
    background_free(f->bg);
    *f = (struct frame){0};
}
