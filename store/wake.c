/* wake.c - second thoughts of a crawl: a URL that was refused without being asked waits after all,
 * because a shorter way to it was found or its site came into scope. What was asked never comes
 * back. */
#include "store/state.h"

int store_queue_wake(struct store *st, int64_t run, const struct store_job *job, bool *woken)
{
    struct db_stmt *q =
        db_sql(st->db, "UPDATE queue SET outcome = 0, reason = '', priority = ?, depth = ?, "
                       "hops = ?, redirects = ?, via_kind = ?, via_url_id = ? "
                       "WHERE run = ? AND url_id = ? AND outcome IN (?, ?, ?, ?)");
    db_int(q, job->priority);
    db_int(q, job->depth);
    db_int(q, job->hops);
    db_int(q, job->redirects);
    db_int(q, job->via_kind);
    db_int(q, job->via_url_id);
    db_int(q, run);
    db_int(q, job->url_id);
    db_int(q, RX_OUT_SCOPE);
    db_int(q, RX_OUT_DEPTH);
    db_int(q, RX_OUT_REDIRECT_LIMIT);
    db_int(q, RX_OUT_ACTS); /* a form's target that a plain link leads to as well */
    const int rc = db_run(q);
    if (!rc)
        *woken = db_changes(st->db) > 0;
    return rc;
}

static int wake_rows(struct store *st, int64_t run, int64_t site_id, struct store_wake *wake)
{
    int64_t first = 0, last = 0;
    url_site_range(site_id, &first, &last);
    struct db_stmt *q =
        db_sql(st->db, "UPDATE queue SET outcome = 0, reason = '' WHERE run = ?1 AND url_id IN ("
                       "SELECT u.id FROM url u JOIN host h ON h.id = u.host_id "
                       "JOIN queue w ON w.run = ?1 AND w.url_id = u.id "
                       "WHERE u.hash BETWEEN ?2 AND ?3 AND h.site_id = ?4 AND w.outcome = ?5 "
                       "AND ?6 IN ('', w.reason) ORDER BY w.priority, u.text LIMIT ?7)");
    db_int(q, run);
    db_int(q, first);
    db_int(q, last);
    db_int(q, site_id);
    db_int(q, RX_OUT_SCOPE);
    db_text(q, wake->reason);
    db_int(q, wake->most > INT32_MAX ? INT32_MAX : (int64_t)wake->most);
    const int rc = db_run(q);
    wake->woken = rc ? 0 : (size_t)db_changes(st->db);
    return rc;
}

int store_queue_wake_site(struct store *st, int64_t run, struct rx_str site,
                          struct store_wake *wake, store_host_fn *fn, void *ctx)
{
    int64_t site_id = 0, first = 0, last = 0;
    int rc = url_site(st, site, &site_id);
    if (!rc)
        rc = wake_rows(st, run, site_id, wake);
    if (rc || wake->woken == 0)
        return rc;
    url_site_range(site_id, &first, &last);
    struct db_stmt *q =
        db_sql(st->db, "SELECT DISTINCT h.id, h.name FROM url u JOIN host h ON h.id = u.host_id "
                       "JOIN queue q ON q.run = ? AND q.url_id = u.id AND q.outcome = 0 "
                       "WHERE u.hash BETWEEN ? AND ? AND h.site_id = ?");
    db_int(q, run);
    db_int(q, first);
    db_int(q, last);
    db_int(q, site_id);
    int stop = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        const struct store_host host = {
            .id = db_col_int(q, 0), .site_id = site_id, .name = db_col_text(q, 1), .site = site};
        stop = fn(ctx, &host);
    }
    db_done(q);
    return stop ? stop : rc;
}
