/* graph.c - the door: load -> weigh -> join -> name -> write. See graph.h.
 *
 * map goes through the runs from the first to the last, each with all that was known up to it, and
 * hands the names on; so a network keeps its name while it grows, and a case that is replayed into
 * an empty one comes out with the same names. */
#include "graph/graph.h"

#include "base/clock.h"
#include "graph/frame.h"
#include "graph/named.h"
#include "graph/names.h"
#include "graph/solve.h"
#include "graph/vec.h"
#include "graph/write.h"

#include <stdlib.h>

struct runs {
    int64_t *id;
    size_t count, cap;
};

static int on_run(void *ctx, const struct store_run *run)
{
    struct runs *r = ctx;
    int64_t *ids = vec_grow(r->id, r->count, &r->cap, sizeof *ids);
    if (!ids)
        return RX_ENOMEM;
    r->id = ids;
    r->id[r->count++] = run->id;
    return 0;
}

static void tell(struct graph_map_report *report, const struct frame *f, const struct result *r,
                 const struct solve_stats *stats)
{
    *report = (struct graph_map_report){.sites = f->m.site_count,
                                        .values = f->m.entity_count,
                                        .pairs = stats->pairs,
                                        .bridges = r->bridge_count};
    for (uint32_t s = 0; s < f->m.site_count; s++)
        report->storefronts += model_is_storefront(&f->m, s);
    for (size_t i = 0; i < r->honoured.count; i++) {
        report->honoured += r->honoured.items[i].effect != DECISION_IDLE;
        report->overriding += r->honoured.items[i].effect == DECISION_CHANGES;
        report->idle += r->honoured.items[i].effect == DECISION_IDLE;
    }
    for (size_t i = 0; i < r->network_count; i++) {
        report->programmes += !r->networks[i].affiliate;
        report->affiliates += r->networks[i].affiliate;
    }
    (void)snprintf(report->background, sizeof report->background, "%s", background_title(f->bg));
    if (background_size(f->bg) < f->k.v[K_BACKGROUND_MIN])
        (void)snprintf(report->warning, sizeof report->warning,
                       "the background has %u sites only; %.0f are needed to tell rare from "
                       "common, so every cap is lowered",
                       background_size(f->bg), f->k.v[K_BACKGROUND_MIN]);
}

static int map_run(struct store *st, const struct rx_conf *conf, enum graph_method method,
                   int64_t run, struct names *names, struct graph_map_report *report,
                   struct rx_err *err)
{
    struct frame f;
    struct result r = {0};
    struct solve_stats stats;
    int rc = frame_open(&f, st, conf, run, err);
    if (rc)
        return rc;
    rc = solve(&r, &stats, &f, method, err);
    if (!rc && names_give(names, &r, &f.m))
        rc = rx_fail(err, RX_ENOMEM, "no memory for the names of the networks");
    if (!rc)
        rc = write_result(st, conf, &f, &r, graph_method_name(method), run, err);
    if (!rc)
        tell(report, &f, &r, &stats);
    result_done(&r);
    frame_done(&f);
    return rc;
}

/* Runs of the case, oldest first. */
static int list_runs(struct runs *runs, struct store *st, struct rx_err *err)
{
    int rc = store_run_scan(st, on_run, runs);
    if (rc < 0)
        return rx_fail(err, rc, "%s", store_error(st));
    if (rc > 0 || !runs->count)
        return rx_fail(err, RX_ENOENT, "this case has no run yet; start with `rxmap crawl`");
    return 0;
}

int named_at(struct known *known, struct frame *f, struct store *st, const struct rx_conf *conf,
             int64_t run, struct rx_err *err)
{
    struct runs runs = {0};
    struct names names = {0};
    bool reached = false;
    int rc = list_runs(&runs, st, err);
    for (size_t i = 0; i < runs.count && !rc && !reached; i++) {
        struct result r = {0};
        struct solve_stats stats;
        reached = runs.id[i] == run;
        rc = frame_open(f, st, conf, runs.id[i], err);
        if (rc)
            break;
        rc = solve(&r, &stats, f, GRAPH_EVIDENCE, err);
        if (!rc && names_give(&names, &r, &f->m))
            rc = rx_fail(err, RX_ENOMEM, "no memory for the names of the networks");
        if (!rc && reached)
            rc = known_adopt(known, &r, &f->m, run, err);
        result_done(&r);
        if (rc || !reached)
            frame_done(f);
    }
    if (!rc && !reached)
        rc = rx_fail(err, RX_ENOENT, "this case has no run %lld; `rxmap status` lists them",
                     (long long)run);
    names_done(&names);
    free(runs.id);
    return rc;
}

int graph_map(struct store *st, const struct rx_conf *conf, enum graph_method method,
              struct graph_map_report *report, struct rx_err *err)
{
    struct runs runs = {0};
    struct names names = {0};
    int rc = list_runs(&runs, st, err);
    for (size_t i = 0; i < runs.count && !rc; i++)
        rc = map_run(st, conf, method, runs.id[i], &names, report, err);
    names_done(&names);
    free(runs.id);
    return rc;
}
