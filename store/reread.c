/* reread.c - what `extract` needs: the bodies that were archived, in the order of their records,
 * and what their newest readings say of the sites that they are of.
 *
 * Nothing is taken back: a later reading is a further content of the same body, and a role that is
 * decided again a further row beside the sealed one of its run. */
#include "base/arena.h"
#include "store/schema.h"
#include "store/state.h"

int store_body_scan(struct store *st, store_body_fn *fn, void *ctx)
{
    struct db_stmt *q = db_sql(st->db, "SELECT c.id, r.reader, r.tables FROM content c "
                                       "JOIN reading r ON r.id = c.reading_id " STATE_FIRST_FETCH
                                       "WHERE f.response_file > 0 AND " STATE_NEWEST
                                       "ORDER BY f.response_file, f.response_offset, c.id");
    db_int(q, state_upto(0));
    int stop = 0;
    int rc = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        const struct store_body body = {.content_id = db_col_int(q, 0),
                                        .reader = db_col_text(q, 1),
                                        .tables = db_col_text(q, 2)};
        stop = fn(ctx, &body);
    }
    db_done(q);
    return stop ? stop : rc;
}

static void take_body(struct store_body *body, struct rx_arena *arena, struct db_stmt *q)
{
    *body = (struct store_body){
        .content_id = db_col_int(q, 0),
        .reader = rx_arena_dup(arena, db_col_text(q, 1)),
        .tables = rx_arena_dup(arena, db_col_text(q, 2)),
        .url_id = db_col_int(q, 3),
        .url = rx_arena_dup(arena, db_col_text(q, 4)),
        .failure = rx_arena_dup(arena, db_col_text(q, 5)),
        .signs = rx_arena_dup(arena, db_col_text(q, 6)),
        .warc_name = rx_arena_dup(arena, db_col_text(q, 8)),
        .warc = {db_col_int(q, 9), (uint64_t)db_col_int(q, 10), (uint64_t)db_col_int(q, 11)},
        .outcome = (enum rx_outcome)db_col_int(q, 12),
        .is_robots = db_col_int(q, 13) != 0,
        .sightings = (uint64_t)db_col_int(q, 14)};
    body->sha256 = db_col_sha256(q, 7);
}

int store_body_get(struct store *st, int64_t content_id, struct rx_arena *arena,
                   struct store_body *body)
{
    struct db_stmt *q = db_sql(
        st->db,
        "SELECT c.id, r.reader, r.tables, c.url_id, u.text, c.failure, c.signs, c.sha256, w.name, "
        "f.response_file, f.response_offset, f.response_bytes, f.outcome, "
        "NOT EXISTS (SELECT 1 FROM queue WHERE run = f.run AND url_id = f.url_id), "
        "(SELECT count(*) FROM sighting WHERE content_id = c.id) "
        "FROM content c JOIN reading r ON r.id = c.reading_id " STATE_FIRST_FETCH
        "JOIN url u ON u.id = c.url_id JOIN warc w ON w.id = f.response_file WHERE c.id = ?2");
    db_int(q, state_upto(0));
    db_int(q, content_id);
    int rc = db_step(q);
    if (rc > 0)
        take_body(body, arena, q);
    db_done(q);
    if (rc > 0 && arena->full)
        return db_fail(st->db, RX_EFULL, "no memory for content %lld", (long long)content_id);
    if (rc == 0)
        return db_fail(st->db, RX_ENOENT, "content %lld was archived nowhere",
                       (long long)content_id);
    return rc < 0 ? rc : 0;
}

int store_bulk_begin(struct store *st)
{
    return schema_drop_late(st->db);
}

int store_bulk_end(struct store *st)
{
    return schema_build_late(st->db);
}

/* ---- sites ------------------------------------------------------------------------------------
 */

/* A URL that is to be asked again, or that was given up with its host, has a fate of its own: it is
 * not that of its last fetch. */
int store_said_scan(struct store *st, store_said_fn *fn, void *ctx)
{
    struct db_stmt *q = db_sql(
        st->db,
        "SELECT f.run, n.site_id, s.name, r.reader, n.failure, n.signs, f.status, q.via_kind, "
        "(SELECT kind FROM link WHERE content_id = n.id AND ordinal = 0) "
        "FROM fetch f JOIN content c ON c.id = f.content_id "
        "JOIN content n ON n.id = (SELECT max(id) FROM content WHERE url_id = c.url_id AND "
        "sha256 = c.sha256) JOIN reading r ON r.id = n.reading_id "
        "JOIN queue q ON q.run = f.run AND q.url_id = f.url_id AND q.outcome = f.outcome "
        "JOIN site s ON s.id = n.site_id WHERE f.id = (SELECT max(id) FROM fetch WHERE "
        "url_id = f.url_id AND run = f.run) ORDER BY s.name, f.run");
    int stop = 0;
    int rc = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        const struct store_said said = {.run = db_col_int(q, 0),
                                        .site_id = db_col_int(q, 1),
                                        .site = db_col_text(q, 2),
                                        .reader = db_col_text(q, 3),
                                        .failure = db_col_text(q, 4),
                                        .signs = db_col_text(q, 5),
                                        .status = (int)db_col_int(q, 6),
                                        .first_link = (enum rx_link)db_col_int(q, 8)};
        if (!rx_link_is_part((enum rx_link)db_col_int(q, 7)))
            stop = fn(ctx, &said);
    }
    db_done(q);
    return stop ? stop : rc;
}

/* Is it what counts for that site and run already, or of no run that asked it? */
static int is_known(struct store *st, const struct store_site_view *view, bool *known)
{
    struct db_stmt *q = db_sql(
        st->db, "SELECT coalesce(v.role, t.role), coalesce(v.reasons, t.reasons) FROM site_state t "
                "LEFT JOIN site_view v ON v.id = (SELECT max(id) FROM site_view "
                "WHERE site_id = t.site_id AND run = t.run) WHERE t.site_id = ? AND t.run = ?");
    db_int(q, view->site_id);
    db_int(q, view->run);
    const int rc = db_step(q);
    *known = rc <= 0 || (db_col_int(q, 0) == (int64_t)view->role &&
                         rx_str_eq(db_col_text(q, 1), view->reasons));
    db_done(q);
    return rc < 0 ? rc : 0;
}

int store_site_view_put(struct store *st, const struct store_site_view *view, bool *is_new)
{
    bool known = false;
    const int rc = is_known(st, view, &known);
    *is_new = !rc && !known;
    if (!*is_new)
        return rc;
    struct db_stmt *q = db_sql(st->db, "INSERT INTO site_view(site_id, run, role, reasons, tables, "
                                       "made_ms) VALUES(?, ?, ?, ?, ?, ?)");
    db_int(q, view->site_id);
    db_int(q, view->run);
    db_int(q, view->role);
    db_text(q, view->reasons);
    db_text(q, view->tables);
    db_int(q, view->made_ms);
    return db_run(q);
}
