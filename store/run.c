/* run.c - the case's facts, its seeds and its runs. */
#include "store/schema.h"
#include "store/state.h"

int store_meta_get(struct store *st, const char *key, struct rx_buf *value)
{
    rx_buf_clear(value);
    struct db_stmt *q = db_sql(st->db, "SELECT value FROM meta WHERE key = ?");
    db_text(q, rx_str(key));
    int rc = db_step(q);
    if (rc > 0)
        rc = rx_buf_add(value, db_col_text(q, 0));
    db_done(q);
    return rc;
}

int store_meta_put(struct store *st, const char *key, struct rx_str value)
{
    struct db_stmt *q = db_sql(st->db, "INSERT INTO meta(key, value) VALUES(?, ?) "
                                       "ON CONFLICT DO UPDATE SET value = excluded.value");
    db_text(q, rx_str(key));
    db_text(q, value);
    return db_run(q);
}

/* ---- seeds ----------------------------------------------------------------------------------- */

int store_seed_put(struct store *st, const struct store_seed *seed, bool *is_new)
{
    struct db_stmt *q = db_sql(st->db, "INSERT INTO seed(url, site, source, line, raw, added_ms) "
                                       "VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
    db_text(q, seed->url);
    db_text(q, seed->site);
    db_text(q, seed->source);
    db_int(q, (int64_t)seed->line);
    db_text(q, seed->raw);
    db_int(q, seed->added_ms);
    int rc = db_run(q);
    if (!rc)
        *is_new = db_changes(st->db) > 0;
    return rc;
}

int store_seed_scan(struct store *st, store_seed_fn *fn, void *ctx)
{
    struct db_stmt *q =
        db_sql(st->db, "SELECT url, site, source, raw, line, added_ms FROM seed ORDER BY id");
    int stop = 0;
    int rc = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        struct store_seed seed = {.url = db_col_text(q, 0),
                                  .site = db_col_text(q, 1),
                                  .source = db_col_text(q, 2),
                                  .raw = db_col_text(q, 3),
                                  .line = (uint64_t)db_col_int(q, 4),
                                  .added_ms = db_col_int(q, 5)};
        stop = fn(ctx, &seed);
    }
    db_done(q);
    return stop ? stop : rc;
}

/* ---- runs ------------------------------------------------------------------------------------ */

#define RUN_COLUMNS "SELECT id, label, started_ms, ended_ms, options, closed, cut_short FROM run "

static struct store_run run_of(struct db_stmt *q)
{
    return (struct store_run){.id = db_col_int(q, 0),
                              .label = db_col_text(q, 1),
                              .started_ms = db_col_int(q, 2),
                              .ended_ms = db_col_int(q, 3),
                              .options = db_col_text(q, 4),
                              .closed = db_col_int(q, 5) != 0,
                              .cut_short = db_col_int(q, 6) != 0};
}

/* Copies two texts into *text and points both views there. */
static int keep_two(struct rx_buf *text, struct rx_str *a, struct rx_str *b)
{
    rx_buf_clear(text);
    size_t first = a->n;
    int rc = rx_buf_add(text, *a);
    if (!rc)
        rc = rx_buf_add(text, *b);
    if (rc)
        return rc;
    *a = rx_strn(text->p, first);
    *b = rx_strn(text->p + first, text->n - first);
    return 0;
}

int store_run_current(struct store *st, struct store_run *run, struct rx_buf *text)
{
    struct db_stmt *q = db_sql(st->db, RUN_COLUMNS "WHERE closed = 0");
    int rc = db_step(q);
    if (rc > 0) {
        struct store_run found = run_of(q);
        rc = keep_two(text, &found.label, &found.options);
        if (!rc)
            *run = found;
    } else if (rc == 0) {
        rc = db_fail(st->db, RX_ENOENT, "no run is open");
    }
    db_done(q);
    return rc;
}

int store_run_start(struct store *st, struct rx_str label, struct rx_str options, int64_t now_ms,
                    int64_t *id)
{
    int64_t open = 0;
    int rc = db_number(st->db, "SELECT count(*) FROM run WHERE closed = 0", &open);
    if (!rc && open)
        rc = db_fail(st->db, RX_EEXISTS, "a run is open: finish it first (rxmap crawl --finish)");
    if (!rc)
        rc = schema_drop_late(st->db);
    if (rc)
        return rc;
    struct db_stmt *q =
        db_sql(st->db, "INSERT INTO run(label, started_ms, options) VALUES(?, ?, ?)");
    db_text(q, label);
    db_int(q, now_ms);
    db_text(q, options);
    rc = db_run(q);
    if (!rc)
        *id = db_last_id(st->db);
    return rc;
}

int store_run_close(struct store *st, int64_t run, bool cut_short, int64_t now_ms)
{
    struct db_stmt *q = db_sql(st->db, "UPDATE run SET closed = 1, cut_short = ?, ended_ms = ? "
                                       "WHERE id = ? AND closed = 0");
    db_int(q, cut_short);
    db_int(q, now_ms);
    db_int(q, run);
    int rc = db_run(q);
    if (!rc && db_changes(st->db) == 0)
        rc = db_fail(st->db, RX_ENOENT, "run %lld is not open", (long long)run);
    return rc ? rc : schema_build_late(st->db);
}

int store_run_scan(struct store *st, store_run_fn *fn, void *ctx)
{
    struct db_stmt *q = db_sql(st->db, RUN_COLUMNS "ORDER BY id");
    int stop = 0;
    int rc = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        struct store_run run = run_of(q);
        stop = fn(ctx, &run);
    }
    db_done(q);
    return stop ? stop : rc;
}
