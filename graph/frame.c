/* frame.c - see frame.h. */
#include "graph/frame.h"

#include "graph/entity.h"
#include "graph/load.h"
#include "graph/vec.h"
#include "graph/weigh.h"

#include <stdlib.h>

/* A site whose pages did not give it away as a shop (too few were read, or its shelves are
 * pictures), but whose orders go to the checkout host of known storefronts, is one. Never where a
 * licensed shop uses the same host, nor where it serves as many other sites as shops. */
static bool sells_like_others(const struct frame *f, uint32_t site)
{
    const struct model *m = &f->m;
    const struct model_site *s = &m->sites[site];
    for (uint32_t i = 0; i < s->count; i++) {
        const struct model_entity *e = &m->entities[m->ties[m->holds[s->first + i]].entity];
        if (e->bar == MODEL_FREE && e->bound && e->cls->host_valued &&
            e->cls->level == RX_LEVEL_PROGRAMME && e->storefronts >= f->k.v[K_PRESENT] &&
            !e->licensed && e->honest < e->storefronts && !rx_str_eq(e->text, s->name))
            return true;
    }
    return false;
}

static int promote(struct frame *f)
{
    struct model *m = &f->m;
    bool *shop = vec_zero(m->site_count, sizeof *shop);
    if (!shop)
        return RX_ENOMEM;
    for (uint32_t s = 0; s < m->site_count; s++)
        shop[s] =
            m->sites[s].role == RX_ROLE_UNKNOWN && m->sites[s].pages && sells_like_others(f, s);
    for (uint32_t s = 0; s < m->site_count; s++) {
        if (!shop[s])
            continue;
        m->sites[s].role = RX_ROLE_STOREFRONT;
        m->sites[s].reasons = RX_STR("sends its orders where known storefronts send theirs");
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
