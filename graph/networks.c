/* networks.c - the list of networks, as a table for people or a JSON object a line. */
#include "graph/emit.h"
#include "graph/graph.h"
#include "graph/known.h"

#include <jansson.h>
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

/* "checkout.host shop-pay.example (82 %)" of the best value. */
static void emit_strongest(struct emit *e, struct rx_str json)
{
    json_t *list = json_loadb(json.p, json.n, 0, NULL);
    const json_t *best = json_array_get(list, 0);
    const char *cls = json_string_value(json_object_get(best, "class"));
    const char *value = json_string_value(json_object_get(best, "value"));
    enum { SHOWN = 48 };
    if (cls && value) {
        emit_f(e, "%s ", cls);
        emit_term(e, rx_str_sub(rx_str(value), 0, SHOWN));
        emit_f(e, "%s (%.0f %%)", strlen(value) > SHOWN ? "..." : "",
               100 * json_real_value(json_object_get(best, "share")));
    }
    json_decref(list);
}

static void emit_table(struct emit *e, const struct known *k, const struct alive *alive,
                       bool affiliates)
{
    bool any = false;
    for (size_t i = 0; i < k->network_count; i++) {
        const struct known_network *n = &k->networks[i];
        if (n->affiliate != affiliates)
            continue;
        if (!any)
            emit_f(e, "%s%-8s %6s %6s %6s %s\n", affiliates ? "\n" : "",
                   affiliates ? "PARTNER" : "NETWORK", "SITES", "ALIVE", "CONF", "STRONGEST");
        any = true;
        emit_f(e, "%-8s %6u %6u %6.2f ", n->id, n->sites, alive->count[i], n->confidence);
        emit_strongest(e, n->strongest);
        emit_f(e, "\n");
    }
    if (!any)
        emit_f(e, "%sno %s\n", affiliates ? "\n" : "", affiliates ? "partners" : "networks");
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
    emit_raw(e, n->strongest);
    emit_line(e);
}

int graph_networks(struct store *st, bool json, FILE *out, struct rx_err *err)
{
    struct known k;
    struct emit e;
    int rc = known_load(&k, st, err);
    if (rc)
        return rc;
    if (!k.present) {
        known_done(&k);
        return rx_fail(err, RX_ENOENT, "no networks yet; run `rxmap map` first");
    }
    struct alive alive = {&k, calloc(k.network_count + 1, sizeof(uint32_t))};
    if (!alive.count) {
        known_done(&k);
        return rx_fail(err, RX_ENOMEM, "no memory for the networks");
    }
    if (store_site_state_scan(st, k.upto_run, on_state, &alive) < 0)
        rc = rx_fail(err, RX_EIO, "cannot read the sites: %s", store_error(st));
    emit_init(&e, out);
    for (size_t i = 0; i < k.network_count && !rc && json; i++)
        emit_object(&e, &k.networks[i], alive.count[i]);
    if (!rc && !json) {
        emit_table(&e, &k, &alive, false);
        emit_table(&e, &k, &alive, true);
    }
    int written = emit_done(&e);
    if (!rc && written)
        rc = rx_fail(err, written, "cannot write the networks");
    free(alive.count);
    known_done(&k);
    return rc;
}
