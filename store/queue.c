/* queue.c - the durable half of the frontier: each URL's fate in each run.
 *
 * A row is waiting (outcome 0) or done; what was asked never goes back (see wake.c).
 * queue_waiting, an index over waiting rows only, is the order in which a host is asked. */
#include "store/state.h"

#define INSERT_ROW                                                                                 \
    "INSERT INTO queue(run, url_id, host_id, outcome, priority, depth, hops, redirects, "          \
    "via_kind, via_url_id, reason) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT "

static int put_row(struct store *st, const char *insert, int64_t run, struct store_job *job,
                   enum rx_outcome outcome, struct rx_str reason, bool *is_new)
{
    struct cache_ids ids;
    int rc = url_put(st, job->url, job->host, job->site, &ids);
    if (rc)
        return rc;
    struct db_stmt *q = db_sql(st->db, insert);
    db_int(q, run);
    db_int(q, ids.id);
    db_int(q, ids.host_id);
    db_int(q, outcome);
    db_int(q, job->priority);
    db_int(q, job->depth);
    db_int(q, job->hops);
    db_int(q, job->redirects);
    db_int(q, job->via_kind);
    db_int(q, job->via_url_id);
    db_text(q, reason);
    rc = db_run(q);
    if (rc)
        return rc;
    *is_new = db_changes(st->db) > 0;
    job->url_id = ids.id;
    job->host_id = ids.host_id;
    return 0;
}

int store_queue_push(struct store *st, int64_t run, struct store_job *job, bool *is_new)
{
    return put_row(st, INSERT_ROW "DO NOTHING", run, job, (enum rx_outcome)0, RX_STR(""), is_new);
}

int store_queue_skip(struct store *st, int64_t run, struct store_job *job, enum rx_outcome why,
                     struct rx_str reason)
{
    /* Refused for the same again: the nearest way to it is kept, whichever came first. */
    static const char insert[] =
        INSERT_ROW "DO UPDATE SET reason = excluded.reason, priority = excluded.priority, "
                   "depth = excluded.depth, hops = excluded.hops, redirects = excluded.redirects, "
                   "via_kind = excluded.via_kind, via_url_id = excluded.via_url_id "
                   "WHERE outcome = excluded.outcome AND (excluded.priority, excluded.depth, "
                   "excluded.hops) < (priority, depth, hops)";
    bool is_new = false;
    return put_row(st, insert, run, job, why, reason, &is_new);
}

int store_queue_done(struct store *st, int64_t run, int64_t url_id, enum rx_outcome outcome,
                     struct rx_str reason)
{
    struct db_stmt *q =
        db_sql(st->db, "UPDATE queue SET outcome = ?, reason = ? WHERE run = ? AND url_id = ?");
    db_int(q, outcome);
    db_text(q, reason);
    db_int(q, run);
    db_int(q, url_id);
    int rc = db_run(q);
    if (!rc && db_changes(st->db) == 0)
        rc = db_fail(st->db, RX_ENOENT, "run %lld does not know URL %lld", (long long)run,
                     (long long)url_id);
    return rc;
}

int store_queue_retry(struct store *st, int64_t run, int64_t url_id, uint32_t *attempts)
{
    struct db_stmt *q = db_sql(st->db, "UPDATE queue SET attempts = attempts + 1 "
                                       "WHERE run = ? AND url_id = ? RETURNING attempts");
    db_int(q, run);
    db_int(q, url_id);
    int rc = db_step(q);
    int64_t now = 0;
    if (rc > 0)
        now = db_col_int(q, 0);
    if (rc == 0)
        rc = db_fail(st->db, RX_ENOENT, "run %lld does not know URL %lld", (long long)run,
                     (long long)url_id);
    if (rc > 0)
        rc = db_step(q); /* the update ends with the last row */
    db_done(q);
    if (!rc)
        *attempts = (uint32_t)now;
    return rc;
}

int store_queue_cause(struct store *st, int64_t run, int64_t host_id, struct rx_str robots,
                      struct store_cause *cause, struct rx_buf *reason)
{
    int64_t robots_id = 0;
    int rc = url_find(st, robots, &robots_id);
    if (rc && rc != RX_ENOENT)
        return rc;
    struct db_stmt *q =
        db_sql(st->db, "SELECT outcome, status, reason, url_id FROM fetch WHERE url_id IN "
                       "(SELECT url_id FROM queue WHERE run = ? AND host_id = ? AND outcome = 0 "
                       "UNION ALL SELECT ?) ORDER BY id DESC LIMIT 1");
    db_int(q, run);
    db_int(q, host_id);
    db_int(q, robots_id);
    rc = db_step(q);
    if (rc > 0) {
        const struct store_cause found = {.outcome = (enum rx_outcome)db_col_int(q, 0),
                                          .status = (int)db_col_int(q, 1),
                                          .of_robots = db_col_int(q, 3) == robots_id};
        rx_buf_clear(reason);
        rc = rx_buf_add(reason, db_col_text(q, 2));
        if (!rc)
            *cause = found;
    } else if (rc == 0) {
        rc = RX_ENOENT;
    }
    db_done(q);
    return rc;
}

int store_refusal_scan(struct store *st, int64_t run, store_refusal_fn *fn, void *ctx)
{
    struct db_stmt *q =
        db_sql(st->db, "SELECT s.name, q.outcome, count(*), min(q.reason) FROM queue q "
                       "JOIN host h ON h.id = q.host_id JOIN site s ON s.id = h.site_id "
                       "WHERE q.run = ? AND q.outcome BETWEEN ? AND ? "
                       "GROUP BY s.name, q.outcome ORDER BY s.name, q.outcome");
    db_int(q, run);
    db_int(q, RX_OUT_ROBOTS);
    db_int(q, RX_OUT_PROXY);
    int stop = 0, rc;
    while ((rc = db_step(q)) > 0 && !stop) {
        const struct store_refusal refusal = {.site = db_col_text(q, 0),
                                              .outcome = (enum rx_outcome)db_col_int(q, 1),
                                              .urls = (uint64_t)db_col_int(q, 2),
                                              .reason = db_col_text(q, 3)};
        stop = fn(ctx, &refusal);
    }
    db_done(q);
    return stop ? stop : rc < 0 ? rc : 0;
}

int store_queue_peek(struct store *st, int64_t run, int64_t host_id, size_t most, store_job_fn *fn,
                     void *ctx)
{
    struct db_stmt *q =
        db_sql(st->db, "SELECT q.url_id, q.host_id, u.text, h.name, s.name, q.depth, q.hops, "
                       "q.redirects, q.priority, q.via_kind, q.via_url_id, q.attempts "
                       "FROM queue q JOIN url u ON u.id = q.url_id JOIN host h ON h.id = q.host_id "
                       "JOIN site s ON s.id = h.site_id "
                       "WHERE q.run = ? AND q.host_id = ? AND q.outcome = 0 "
                       "ORDER BY q.priority, q.url_id LIMIT ?");
    db_int(q, run);
    db_int(q, host_id);
    db_int(q, most > INT32_MAX ? INT32_MAX : (int64_t)most);
    int stop = 0;
    int rc = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        struct store_job job = {.url_id = db_col_int(q, 0),
                                .host_id = db_col_int(q, 1),
                                .url = db_col_text(q, 2),
                                .host = db_col_text(q, 3),
                                .site = db_col_text(q, 4),
                                .depth = (uint32_t)db_col_int(q, 5),
                                .hops = (uint32_t)db_col_int(q, 6),
                                .redirects = (uint32_t)db_col_int(q, 7),
                                .priority = db_col_int(q, 8),
                                .via_kind = (enum rx_link)db_col_int(q, 9),
                                .via_url_id = db_col_int(q, 10),
                                .attempts = (uint32_t)db_col_int(q, 11)};
        stop = fn(ctx, &job);
    }
    db_done(q);
    return stop ? stop : rc;
}

int store_url_fate(struct store *st, int64_t run, struct rx_str url, struct store_url_fate *fate,
                   struct rx_buf *reason)
{
    int64_t url_id = 0;
    rx_buf_clear(reason);
    int rc = url_find(st, url, &url_id);
    if (rc)
        return rc;
    struct db_stmt *q = db_sql(st->db, "SELECT outcome, depth, hops, attempts, reason FROM queue "
                                       "WHERE run = ? AND url_id = ?");
    db_int(q, run);
    db_int(q, url_id);
    rc = db_step(q);
    if (rc > 0) {
        struct store_url_fate found = {.waiting = db_col_int(q, 0) == 0,
                                       .outcome = (enum rx_outcome)db_col_int(q, 0),
                                       .depth = (uint32_t)db_col_int(q, 1),
                                       .hops = (uint32_t)db_col_int(q, 2),
                                       .attempts = (uint32_t)db_col_int(q, 3)};
        rc = rx_buf_add(reason, db_col_text(q, 4));
        if (!rc)
            *fate = found;
    } else if (rc == 0) {
        rc = RX_ENOENT;
    }
    db_done(q);
    return rc;
}
