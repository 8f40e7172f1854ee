/* write.c - see write.h. */
#include "graph/write.h"

#include "base/clock.h"
#include "base/escape.h"

enum { STRONGEST_MAX = 64 << 10 };

/* [{"class":"ga","value":"UA-1","share":0.82,"bits":13.0,"spellings":1},...,{"more":32}]: how many
 * values were left out stands last. */
static int strongest_json(struct rx_buf *out, const struct model *m, const struct result_network *n)
{
    rx_buf_clear(out);
    int rc = rx_buf_addc(out, '[');
    for (size_t i = 0; i < n->strongest_count && !rc; i++) {
        const struct model_entity *e = &m->entities[n->strongest[i]];
        rc = rx_buf_addf(out, "%s{\"class\":\"%s\",\"value\":", i ? "," : "", e->cls->name);
        if (!rc)
            rc = rx_esc_json(out, rx_str_sub(e->text, 0, 200));
        if (!rc)
            rc = rx_buf_addf(out, ",\"share\":%.3f,\"bits\":%.2f,\"spellings\":%u}", n->covers[i],
                             e->bits, n->spellings[i]);
    }
    if (!rc && n->strongest_count)
        rc = rx_buf_addf(out, ",{\"more\":%u}", n->values - (uint32_t)n->strongest_count);
    return rc ? rc : rx_buf_addc(out, ']');
}

static int put_all(struct store *st, const struct frame *f, const struct result *r,
                   int64_t analysis)
{
    struct rx_buf text = RX_BUF(STRONGEST_MAX);
    int rc = 0;
    for (size_t i = 0; i < r->network_count && !rc; i++) {
        const struct result_network *n = &r->networks[i];
        rc = strongest_json(&text, &f->m, n);
        struct store_network row = {.id = rx_str(n->id),
                                    .kind = rx_str(n->affiliate ? "affiliate" : "programme"),
                                    .sites = n->sites,
                                    .confidence = n->confidence,
                                    .strongest = rx_buf_str(&text)};
        if (!rc)
            rc = store_network_put(st, analysis, &row);
    }
    for (size_t i = 0; i < r->member_count && !rc; i++) {
        const struct result_member *member = &r->members[i];
        struct store_member row = {
            .network = rx_str(r->networks[member->network].id),
            .site = f->m.sites[member->site].name,
            .role = rx_str(member->role == RX_ROLE_UNKNOWN ? "member" : rx_role_name(member->role)),
            .confidence = member->confidence,
            .core = member->core};
        rc = store_member_put(st, analysis, &row);
    }
    for (size_t i = 0; i < r->bridge_count && !rc; i++) {
        const struct model_entity *e = &f->m.entities[r->bridges[i].entity];
        struct store_bridge row = {.cls = rx_str(e->cls->name),
                                   .value = e->text,
                                   .reason = rx_str(r->bridges[i].reason),
                                   .sites = r->bridges[i].sites};
        rc = store_bridge_put(st, analysis, &row);
    }
    for (size_t i = 0; i < r->honoured.count && !rc; i++) {
        const struct honoured *h = &r->honoured.items[i];
        struct store_honoured row = {.decision = h->decision,
                                     .effect = rx_str(decision_effect_name(h->effect)),
                                     .why = rx_str(h->why ? h->why : ""),
                                     .sites = h->sites};
        rc = store_honoured_put(st, analysis, &row);
    }
    rx_buf_free(&text);
    return rc;
}

int write_result(struct store *st, const struct rx_conf *conf, const struct frame *f,
                 const struct result *r, const char *method, int64_t run, struct rx_err *err)
{
    char conf_hash[65];
    rx_conf_sha256(conf, conf_hash);
    struct store_analysis a = {.upto_run = run,
                               .made_ms = rx_wall_ms(),
                               .method = rx_str(method),
                               .conf_sha256 = rx_str(conf_hash),
                               .background = rx_str(background_title(f->bg))};
    int rc = store_begin(st, err);
    if (rc)
        return rc;
    rc = store_analysis_put(st, &a);
    if (!rc)
        rc = put_all(st, f, r, a.id);
    if (rc) {
        rx_fail(err, rc, "cannot store the networks: %s", store_error(st));
        store_rollback(st);
        return rc;
    }
    return store_commit(st, err);
}
