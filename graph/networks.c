/* networks.c - the list of networks, as a table for people or a JSON object a line. */
#include "graph/emit.h"
#include "graph/graph.h"
#include "graph/known.h"
#include "graph/strongest.h"

#include <stdlib.h>

/* Sites of a network that still answer: their state of the last run that asked. */
struct alive {
    const struct known *k;
    uint32_t *count; /* by network */
};

static int on_state(void *ctx, const struct store_site_state *s)
{
    struct alive *a = ctx;
    if (!rx_str_eq(s->state, RX_STR("live")))
        return 0;
    size_t first, n = known_of_site(a->k, s->site, &first);
    for (size_t i = first; i < first + n; i++) {
        const struct known_member *m = &a->k->members[a->k->by_site[i]];
        a->count[m->network] += known_is_member(m);
    }
    return 0;
}

/* Networks or affiliates: the first `most`, and how many there are. */
static size_t emit_table(struct emit *e, const struct known *k, const struct alive *alive,
                         bool affiliates, size_t most)
{
    size_t count = 0;
    for (size_t i = 0; i < k->network_count; i++) {
        const struct known_network *n = &k->networks[i];
        if (n->affiliate != affiliates || count++ >= most)
            continue;
        if (count == 1) {
            emit_style(e, EMIT_STRONG);
            emit_f(e, "%s%-9s %5s %6s %6s %s", affiliates ? "\n" : "",
                   affiliates ? "AFFILIATE" : "NETWORK", "SITES", "ALIVE", "CONF", "STRONGEST");
            emit_style(e, EMIT_PLAIN);
            emit_f(e, "\n");
        }
        emit_f(e, "%-8s %6u %6u   ", n->id, n->sites, alive->count[i]);
        emit_confidence(e, n->confidence);
        emit_f(e, " ");
        strongest_cell(e, n->strongest);
        emit_f(e, "\n");
    }
    if (count == 0)
        emit_f(e, "%sno %s\n", affiliates ? "\n" : "", affiliates ? "affiliates" : "networks");
    return count;
}

static void emit_object(struct emit *e, const struct known_network *n, uint32_t alive)
{
    emit_open(e, "network");
    emit_text(e, "id", rx_str(n->id));
    emit_text(e, "kind", rx_str(n->affiliate ? "affiliate" : "programme"));
    emit_int(e, "sites", n->sites);
    emit_int(e, "attached", n->count - n->sites);
    emit_int(e, "alive", alive);
    emit_real(e, "confidence", n->confidence, 4);
    emit_key(e, "strongest");
    strongest_json(e, n->strongest);
    emit_line(e);
}

/* ---- values kept apart ---------------------------------------------------------------------- */

enum { REVIEW_SHOWN = 20 };

struct review {
    struct emit *e;
    bool json;
    size_t count;
};

static int on_bridge(void *ctx, const struct store_bridge *b)
{
    struct review *v = ctx;
    struct emit *e = v->e;
    if (v->json) {
        emit_open(e, "review");
        emit_text(e, "class", b->cls);
        emit_text(e, "value", b->value);
        emit_int(e, "sites", b->sites);
        emit_text(e, "reason", b->reason);
        emit_line(e);
    } else if (v->count < REVIEW_SHOWN) {
        emit_f(e, v->count ? "  " : "\nKept apart, for people to judge\n  ");
        emit_term(e, b->cls);
        emit_f(e, " ");
        emit_brief(e, b->value, 60);
        emit_f(e, ", on %u storefronts: ", b->sites);
        emit_term(e, b->reason);
        emit_f(e, "\n");
    }
    v->count++;
    return e->rc;
}

static int emit_review(struct emit *e, struct store *st, int64_t analysis, bool json)
{
    struct review v = {e, json, 0};
    int rc = store_bridge_scan(st, analysis, on_bridge, &v);
    if (!json && v.count > REVIEW_SHOWN)
        emit_f(e, "  and %zu more (--json lists all)\n", v.count - REVIEW_SHOWN);
    return rc;
}

/* Everything that is known of networks, and their sites that answer. */
static int load(struct known *k, struct alive *alive, struct store *st, struct rx_err *err)
{
    int rc = known_load(k, st, err);
    if (rc)
        return rc;
    *alive = (struct alive){k, calloc(k->network_count + 1, sizeof(uint32_t))};
    if (!k->present)
        rc = rx_fail(err, RX_ENOENT, "no networks yet; run `rxmap map` first");
    else if (!alive->count)
        rc = rx_fail(err, RX_ENOMEM, "no memory for the networks");
    else if ((rc = store_site_state_scan(st, k->upto_run, on_state, alive)))
        (void)rx_fail(err, rc, "cannot read the sites: %s", store_error(st));
    if (rc) {
        free(alive->count);
        known_done(k);
    }
    return rc;
}

static int finish(struct emit *e, int rc, struct known *k, struct alive *alive, struct rx_err *err)
{
    const int written = emit_done(e);
    free(alive->count);
    known_done(k);
    return !rc && written ? rx_fail(err, written, "cannot write the networks") : rc;
}

int graph_networks(struct store *st, const struct graph_view *view, struct rx_err *err)
{
    struct known k;
    struct alive alive;
    struct emit e;
    int rc = load(&k, &alive, st, err);
    if (rc)
        return rc;
    emit_init(&e, view->out);
    e.color = view->color;
    for (size_t i = 0; i < k.network_count && view->json; i++)
        emit_object(&e, &k.networks[i], alive.count[i]);
    if (!view->json) {
        (void)emit_table(&e, &k, &alive, false, SIZE_MAX);
        (void)emit_table(&e, &k, &alive, true, SIZE_MAX);
    }
    rc = emit_review(&e, st, k.analysis, view->json);
    if (rc)
        (void)rx_fail(err, rc, "cannot read what was kept apart: %s", store_error(st));
    else if (!view->json)
        emit_caveat(&e);
    return finish(&e, rc, &k, &alive, err);
}

int graph_networks_first(struct store *st, const struct graph_view *view, size_t most,
                         struct rx_err *err)
{
    struct known k;
    struct alive alive;
    struct emit e;
    const int rc = load(&k, &alive, st, err);
    if (rc)
        return rc;
    emit_init(&e, view->out);
    e.color = view->color;
    const size_t count = emit_table(&e, &k, &alive, false, most);
    if (count > most)
        emit_f(&e, "and %zu more\n", count - most);
    emit_caveat(&e);
    return finish(&e, rc, &k, &alive, err);
}
