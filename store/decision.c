/* decision.c - what people decided, and what became of it in each analysis. Decisions are only ever
 * added; one that is taken back is named by a later row. */
#include "store/state.h"

int store_decision_put(struct store *st, struct store_decision *decision)
{
    struct db_stmt *q =
        db_sql(st->db, "INSERT INTO decision(made_ms, kind, subject, object, note, who, undone) "
                       "VALUES(?, ?, ?, ?, ?, ?, ?)");
    db_int(q, decision->made_ms);
    db_text(q, decision->kind);
    db_text(q, decision->subject);
    db_text(q, decision->object);
    db_text(q, decision->note);
    db_text(q, decision->who);
    db_int(q, decision->undoes);
    int rc = db_run(q);
    if (!rc)
        decision->id = db_last_id(st->db);
    return rc;
}

int store_decision_scan(struct store *st, store_decision_fn *fn, void *ctx)
{
    struct db_stmt *q = db_sql(st->db, "SELECT id, made_ms, kind, subject, object, note, who, "
                                       "undone FROM decision ORDER BY id");
    int stop = 0;
    int rc = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        struct store_decision decision = {.id = db_col_int(q, 0),
                                          .made_ms = db_col_int(q, 1),
                                          .kind = db_col_text(q, 2),
                                          .subject = db_col_text(q, 3),
                                          .object = db_col_text(q, 4),
                                          .note = db_col_text(q, 5),
                                          .who = db_col_text(q, 6),
                                          .undoes = db_col_int(q, 7)};
        stop = fn(ctx, &decision);
    }
    db_done(q);
    return stop ? stop : rc;
}

int store_honoured_put(struct store *st, int64_t analysis, const struct store_honoured *h)
{
    struct db_stmt *q = db_sql(st->db, "INSERT INTO honoured(analysis, decision, effect, why, "
                                       "sites) VALUES(?, ?, ?, ?, ?)");
    db_int(q, analysis);
    db_int(q, h->decision);
    db_text(q, h->effect);
    db_text(q, h->why);
    db_int(q, h->sites);
    return db_run(q);
}

int store_honoured_scan(struct store *st, int64_t analysis, store_honoured_fn *fn, void *ctx)
{
    struct db_stmt *q = db_sql(st->db, "SELECT decision, effect, why, sites FROM honoured "
                                       "WHERE analysis = ? ORDER BY decision");
    db_int(q, analysis);
    int stop = 0;
    int rc = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        struct store_honoured h = {.decision = db_col_int(q, 0),
                                   .effect = db_col_text(q, 1),
                                   .why = db_col_text(q, 2),
                                   .sites = (uint32_t)db_col_int(q, 3)};
        stop = fn(ctx, &h);
    }
    db_done(q);
    return stop ? stop : rc;
}
