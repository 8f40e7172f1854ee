/* solve.c - see solve.h. */
#include "graph/solve.h"

#include "graph/articulate.h"
#include "graph/attach.h"
#include "graph/baseline.h"
#include "graph/connect.h"
#include "graph/contract.h"
#include "graph/honour.h"
#include "graph/template.h"
#include "graph/vec.h"

#include <stdlib.h>

struct stages { /* what each stage hands to the next */
    struct connect own, templates, parts;
    struct contract contract;
    struct partition partition;
    struct affiliate affiliates;
    struct honoured_list honoured;
    bool *own_cut, *template_cut; /* by connector: kept from joining */
    bool *cut_entity;             /* by entity */
};

/* Connectors that were kept from holding parts together are for people to review. */
static int report_cuts(struct result *r, const struct connect *c, const bool *cut,
                       const char *reason)
{
    for (size_t i = 0; i < c->count; i++)
        if (cut[i] && c->items[i].entity != CONNECT_SIGNATURE &&
            result_add_bridge(r, c->items[i].entity, c->items[i].count, reason))
            return RX_ENOMEM;
    return 0;
}

/* So are tills that a site only claims: with the shops that have it and those that claim it. Claims
 * come in order of their till. */
static int report_claims(struct result *r, const struct model *m)
{
    for (size_t i = 0, end; i < m->claim_count; i = end) {
        const uint32_t e = m->claims[i].entity;
        uint32_t sites = m->entities[e].storefronts;
        for (end = i; end < m->claim_count && m->claims[end].entity == e; end++)
            sites += model_is_storefront(m, m->claims[end].site);
        if (result_add_bridge(r, e, sites,
                              "a site claims this till: unseen, or beside another operator's"))
            return RX_ENOMEM;
    }
    return 0;
}

static void mark_cuts(bool *entity, const struct connect *c, const bool *cut)
{
    for (size_t i = 0; i < c->count; i++)
        if (cut[i] && c->items[i].entity != CONNECT_SIGNATURE)
            entity[c->items[i].entity] = true;
}

/* Own evidence makes the cores, templates join what belongs to them. */
static int join(struct stages *s, const struct frame *f)
{
    const struct model *m = &f->m;
    int rc = connect_find(&s->own, &s->templates, m, &f->families, &f->k);
    if (rc)
        return rc;
    s->own_cut = vec_zero(s->own.count, sizeof *s->own_cut);
    s->template_cut = vec_zero(s->templates.count, sizeof *s->template_cut);
    s->cut_entity = vec_zero(m->entity_count, sizeof *s->cut_entity);
    if (!s->own_cut || !s->template_cut || !s->cut_entity)
        return RX_ENOMEM;
    rc = articulate(&s->parts, s->own_cut, &s->own, m, &f->k);
    if (!rc)
        rc = template_join(&s->parts, s->template_cut, &s->templates, m, &f->k);
    if (rc)
        return rc;
    mark_cuts(s->cut_entity, &s->own, s->own_cut);
    mark_cuts(s->cut_entity, &s->templates, s->template_cut);
    return contract_find(&s->contract, m, &s->parts, s->cut_entity, &f->k);
}

static int by_evidence(struct result *r, struct stages *s, const struct frame *f,
                       struct solve_stats *stats, struct rx_err *err)
{
    const struct model *m = &f->m;
    int rc = join(s, f);
    if (rc)
        return rx_fail(err, rc, "no memory to join the sites of this case");
    stats->pairs = s->contract.pairs;
    rc = partition_find(&s->partition, m, &s->contract, &f->k, err);
    if (!rc)
        rc = honour(&s->honoured, &s->partition, f, err);
    if (rc)
        return rc;
    rc = affiliate_find(&s->affiliates, m, &s->partition, &f->k);
    if (!rc)
        rc = result_make(r, m, &s->partition, &s->affiliates, &f->k);
    if (rc)
        return rx_fail(err, rc, "no memory for the networks of this case");
    r->honoured = s->honoured; /* moved */
    s->honoured = (struct honoured_list){0};
    rc = attach_find(r, m, &f->k);
    if (!rc)
        rc = report_claims(r, m);
    if (!rc)
        rc = report_cuts(r, &s->own, s->own_cut, "it alone would join larger parts");
    if (!rc)
        rc =
            report_cuts(r, &s->templates, s->template_cut, "a template that several operators use");
    result_sort_bridges(r);
    if (rc) {
        result_done(r);
        return rx_fail(err, rc, "no memory for the networks of this case");
    }
    return 0;
}

static int by_baseline(struct result *r, const struct frame *f, enum graph_method method,
                       struct rx_err *err)
{
    uint32_t *group = vec_zero(f->m.site_count, sizeof *group);
    if (!group)
        return rx_fail(err, RX_ENOMEM, "no memory for the baseline");
    int rc = baseline_find(group, &f->m, method, &f->k, err);
    if (!rc && result_plain(r, &f->m, group))
        rc = rx_fail(err, RX_ENOMEM, "no memory for the baseline");
    free(group);
    return rc;
}

int solve(struct result *r, struct solve_stats *stats, const struct frame *f,
          enum graph_method method, struct rx_err *err)
{
    *stats = (struct solve_stats){0};
    if (method != GRAPH_EVIDENCE)
        return by_baseline(r, f, method, err);
    struct stages s = {0};
    int rc = by_evidence(r, &s, f, stats, err);
    connect_done(&s.own);
    connect_done(&s.templates);
    connect_done(&s.parts);
    contract_done(&s.contract);
    partition_done(&s.partition);
    affiliate_done(&s.affiliates);
    honoured_done(&s.honoured);
    free(s.own_cut);
    free(s.template_cut);
    free(s.cut_entity);
    return rc;
}
