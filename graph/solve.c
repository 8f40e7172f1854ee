/* solve.c - see solve.h. */
#include "graph/solve.h"

#include "graph/articulate.h"
#include "graph/attach.h"
#include "graph/baseline.h"
#include "graph/connect.h"
#include "graph/contract.h"
#include "graph/vec.h"

#include <stdlib.h>

struct stages { /* what each stage hands to the next */
    struct connect found, cut;
    struct contract contract;
    struct partition partition;
    struct affiliate affiliates;
    bool *was_cut;    /* by connector of found */
    bool *cut_entity; /* by entity */
};

/* Connectors that were kept from holding parts together are for people to review. */
static int report_cuts(struct result *r, const struct stages *s)
{
    for (size_t i = 0; i < s->found.count; i++) {
        const struct connector *c = &s->found.items[i];
        if (s->was_cut[i] && c->entity != CONNECT_SIGNATURE &&
            result_add_bridge(r, c->entity, c->count, "it alone would join larger parts"))
            return RX_ENOMEM;
    }
    result_sort_bridges(r);
    return 0;
}

static int by_evidence(struct result *r, struct stages *s, const struct frame *f,
                       struct solve_stats *stats, struct rx_err *err)
{
    const struct model *m = &f->m;
    int rc = connect_find(&s->found, m, &f->families, &f->k);
    if (!rc) {
        s->was_cut = vec_zero(s->found.count, sizeof *s->was_cut);
        s->cut_entity = vec_zero(m->entity_count, sizeof *s->cut_entity);
        rc = s->was_cut && s->cut_entity ? articulate(&s->cut, s->was_cut, &s->found, m, &f->k)
                                         : RX_ENOMEM;
    }
    for (size_t i = 0; i < s->found.count && !rc; i++)
        if (s->was_cut[i] && s->found.items[i].entity != CONNECT_SIGNATURE)
            s->cut_entity[s->found.items[i].entity] = true;
    if (!rc)
        rc = contract_find(&s->contract, m, &s->cut, s->cut_entity, &f->k);
    if (rc)
        return rx_fail(err, rc, "no memory to join the sites of this case");
    stats->pairs = s->contract.pairs;
    rc = partition_find(&s->partition, m, &s->contract, &f->k, err);
    if (rc)
        return rc;
    rc = affiliate_find(&s->affiliates, m, &s->partition, &f->k);
    if (!rc)
        rc = result_make(r, m, &s->partition, &s->affiliates, &f->k);
    if (rc)
        return rx_fail(err, rc, "no memory for the networks of this case");
    rc = attach_find(r, m);
    if (!rc)
        rc = report_cuts(r, s);
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
    connect_done(&s.found);
    connect_done(&s.cut);
    contract_done(&s.contract);
    partition_done(&s.partition);
    affiliate_done(&s.affiliates);
    free(s.was_cut);
    free(s.cut_entity);
    return rc;
}
