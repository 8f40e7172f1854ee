/* joint.c - see joint.h. */
#include "graph/joint.h"

#include "graph/partner_ids.h"
#include "graph/vec.h"

#include <stdlib.h>

/* The programmes as map found them, in the form that it worked with. */
static void groups_of(uint32_t *group, const struct model *m, const struct known *known)
{
    for (size_t s = 0; s < m->site_count; s++)
        group[s] = UINT32_MAX;
    for (size_t n = 0; n < known->network_count; n++) {
        const struct known_network *net = &known->networks[n];
        uint32_t least = UINT32_MAX;
        for (int pass = 0; pass < 2 && !net->affiliate; pass++) {
            for (uint32_t i = net->first; i < net->first + net->count; i++) {
                const struct known_member *member = &known->members[i];
                int64_t site = model_site_find(m, member->site);
                if (site < 0 || !known_is_member(member))
                    continue;
                if (!pass && (uint32_t)site < least)
                    least = (uint32_t)site;
                else if (pass)
                    group[site] = least;
            }
        }
    }
}

/* Of the entities that are one id: the weightiest that the site carries, or UINT32_MAX. */
static uint32_t spelling_of(const struct model *m, const struct partner_id *ids, size_t n,
                            uint32_t site)
{
    uint32_t best = UINT32_MAX;
    for (size_t i = 0; i < n; i++)
        if (model_tie_find(m, ids[i].entity, site) &&
            (best == UINT32_MAX || m->entities[ids[i].entity].bits > m->entities[best].bits))
            best = ids[i].entity;
    return best;
}

static bool share_one(const struct model *m, const struct partner_id *ids, size_t n, uint32_t a,
                      uint32_t b)
{
    for (size_t i = 0; i < n; i++)
        if (model_tie_find(m, ids[i].entity, a) && model_tie_find(m, ids[i].entity, b))
            return true;
    return false;
}

static int compare(struct joint *out, const struct partner_ids *all, const struct model *m,
                   uint32_t a, uint32_t b)
{
    out->items = vec_zero(all->names, sizeof *out->items);
    if (!out->items)
        return RX_ENOMEM;
    for (size_t name = 0; name < all->names; name++) {
        const struct partner_id *ids = all->ids + all->first_id[name];
        const size_t n = all->first_id[name + 1] - all->first_id[name];
        if (n < 2 || share_one(m, ids, n, a, b))
            continue;
        const struct joint_id id = {spelling_of(m, ids, n, a), spelling_of(m, ids, n, b),
                                    all->first[name + 1] - all->first[name]};
        if (id.left != UINT32_MAX && id.right != UINT32_MAX)
            out->items[out->count++] = id;
    }
    return 0;
}

int joint_find(struct joint *out, const struct frame *f, const struct known *known, uint32_t a,
               uint32_t b)
{
    *out = (struct joint){0};
    if (!known->present)
        return 0;
    struct partner_ids ids = {0};
    struct partition p = {.group = vec_zero(f->m.site_count, sizeof *p.group)};
    int rc = p.group ? 0 : RX_ENOMEM;
    if (!rc) {
        groups_of(p.group, &f->m, known);
        rc = partner_ids_find(&ids, &f->m, &p, &f->k);
    }
    if (!rc)
        rc = compare(out, &ids, &f->m, a, b);
    partner_ids_done(&ids);
    free(p.group);
    return rc;
}

void joint_done(struct joint *j)
{
    free(j->items);
    *j = (struct joint){0};
}
