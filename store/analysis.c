/* analysis.c - what graph writes: an analysis with its networks, members and bridges. Unlike what
 * was captured, an analysis may be replaced: it can be computed again. */
#include "store/state.h"

int store_analysis_put(struct store *st, struct store_analysis *analysis)
{
    struct db_stmt *q = db_sql(st->db, "DELETE FROM analysis WHERE upto_run = ? AND method = ?");
    db_int(q, analysis->upto_run);
    db_text(q, analysis->method);
    int rc = db_run(q); /* its networks, members and bridges go with it */
    if (rc)
        return rc;
    q = db_sql(st->db, "INSERT INTO analysis(upto_run, method, made_ms, conf_sha256, background) "
                       "VALUES(?, ?, ?, ?, ?)");
    db_int(q, analysis->upto_run);
    db_text(q, analysis->method);
    db_int(q, analysis->made_ms);
    db_text(q, analysis->conf_sha256);
    db_text(q, analysis->background);
    rc = db_run(q);
    if (!rc)
        analysis->id = db_last_id(st->db);
    return rc;
}

int store_network_put(struct store *st, int64_t analysis, const struct store_network *n)
{
    struct db_stmt *q = db_sql(st->db, "INSERT INTO network VALUES(?, ?, ?, ?, ?, ?)");
    db_int(q, analysis);
    db_text(q, n->id);
    db_text(q, n->kind);
    db_int(q, n->sites);
    db_real(q, n->confidence);
    db_text(q, n->strongest);
    return db_run(q);
}

int store_member_put(struct store *st, int64_t analysis, const struct store_member *m)
{
    struct db_stmt *q = db_sql(st->db, "INSERT INTO member VALUES(?, ?, ?, ?, ?, ?)");
    db_int(q, analysis);
    db_text(q, m->network);
    db_text(q, m->site);
    db_text(q, m->role);
    db_real(q, m->confidence);
    db_int(q, m->core);
    return db_run(q);
}

int store_bridge_put(struct store *st, int64_t analysis, const struct store_bridge *b)
{
    struct db_stmt *q = db_sql(st->db, "INSERT INTO bridge VALUES(?, ?, ?, ?, ?)");
    db_int(q, analysis);
    db_text(q, b->cls);
    db_text(q, b->value);
    db_text(q, b->reason);
    db_int(q, b->sites);
    return db_run(q);
}

int store_analysis_last(struct store *st, const char *method, struct store_analysis *out,
                        struct rx_buf *text)
{
    struct db_stmt *q =
        db_sql(st->db, "SELECT id, upto_run, made_ms, method, conf_sha256, background "
                       "FROM analysis WHERE method = ? ORDER BY upto_run DESC, id DESC LIMIT 1");
    db_text(q, rx_str(method));
    int rc = db_step(q);
    if (rc > 0) {
        size_t method_end = 0;
        size_t conf_end = 0;
        rx_buf_clear(text);
        rc = rx_buf_add(text, db_col_text(q, 3));
        method_end = text->n;
        if (!rc)
            rc = rx_buf_add(text, db_col_text(q, 4));
        conf_end = text->n;
        if (!rc)
            rc = rx_buf_add(text, db_col_text(q, 5));
        struct rx_str all = rx_buf_str(text);
        if (!rc)
            *out = (struct store_analysis){.id = db_col_int(q, 0),
                                           .upto_run = db_col_int(q, 1),
                                           .made_ms = db_col_int(q, 2),
                                           .method = rx_str_sub(all, 0, method_end),
                                           .conf_sha256 = rx_str_sub(all, method_end, conf_end),
                                           .background = rx_str_sub(all, conf_end, all.n)};
    } else if (rc == 0) {
        rc = db_fail(st->db, RX_ENOENT, "nothing was mapped yet: rxmap map");
    }
    db_done(q);
    return rc;
}

int store_network_scan(struct store *st, int64_t analysis, store_network_fn *fn, void *ctx)
{
    struct db_stmt *q = db_sql(st->db, "SELECT id, kind, sites, confidence, strongest "
                                       "FROM network WHERE analysis = ? ORDER BY id");
    db_int(q, analysis);
    int stop = 0;
    int rc = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        struct store_network n = {.id = db_col_text(q, 0),
                                  .kind = db_col_text(q, 1),
                                  .sites = (uint32_t)db_col_int(q, 2),
                                  .confidence = db_col_real(q, 3),
                                  .strongest = db_col_text(q, 4)};
        stop = fn(ctx, &n);
    }
    db_done(q);
    return stop ? stop : rc;
}

int store_member_scan(struct store *st, int64_t analysis, store_member_fn *fn, void *ctx)
{
    struct db_stmt *q = db_sql(st->db, "SELECT network, site, role, confidence, core "
                                       "FROM member WHERE analysis = ? ORDER BY network, site, "
                                       "role");
    db_int(q, analysis);
    int stop = 0;
    int rc = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        struct store_member m = {.network = db_col_text(q, 0),
                                 .site = db_col_text(q, 1),
                                 .role = db_col_text(q, 2),
                                 .confidence = db_col_real(q, 3),
                                 .core = db_col_int(q, 4) != 0};
        stop = fn(ctx, &m);
    }
    db_done(q);
    return stop ? stop : rc;
}

int store_bridge_scan(struct store *st, int64_t analysis, store_bridge_fn *fn, void *ctx)
{
    struct db_stmt *q = db_sql(st->db, "SELECT class, value, reason, sites FROM bridge "
                                       "WHERE analysis = ? ORDER BY class, value");
    db_int(q, analysis);
    int stop = 0;
    int rc = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        struct store_bridge b = {.cls = db_col_text(q, 0),
                                 .value = db_col_text(q, 1),
                                 .reason = db_col_text(q, 2),
                                 .sites = (uint32_t)db_col_int(q, 3)};
        stop = fn(ctx, &b);
    }
    db_done(q);
    return stop ? stop : rc;
}
