/* mail_mark.c - identifiers that mails name, by the tables that searched them. */
#include "store/schema.h"
#include "store/state.h"

int store_mail_due_scan(struct store *st, struct rx_str tables, const struct rx_sha256 *behind,
                        store_mail_fn *fn, void *ctx)
{
    struct db_stmt *q =
        db_sql(st->db, "SELECT m.sha256, m.bytes FROM mail AS m WHERE m.sha256 > ? AND NOT "
                       "EXISTS(SELECT 1 FROM mail_reading AS r WHERE r.sha256 = m.sha256 AND "
                       "r.tables = ?) ORDER BY m.sha256");
    int stop = 0;
    int rc = 0;
    db_sha256(q, behind);
    db_text(q, tables);
    while (!stop && (rc = db_step(q)) > 0) {
        struct store_mail mail = {.bytes = db_col_text(q, 1)};
        mail.sha256 = db_col_sha256(q, 0);
        stop = fn(ctx, &mail);
    }
    db_done(q);
    return stop ? stop : rc;
}

int store_mail_reading_put(struct store *st, const struct rx_sha256 *sha256, struct rx_str tables,
                           int64_t *id)
{
    struct db_stmt *q = db_sql(
        st->db, "INSERT INTO mail_reading(sha256, tables) VALUES(?, ?) ON CONFLICT DO NOTHING");
    db_sha256(q, sha256);
    db_text(q, tables);
    int rc = db_run(q);
    if (rc)
        return rc;
    q = db_sql(st->db, "SELECT id FROM mail_reading WHERE sha256 = ? AND tables = ?");
    db_sha256(q, sha256);
    db_text(q, tables);
    rc = db_step(q);
    if (rc > 0)
        *id = db_col_int(q, 0);
    db_done(q);
    return rc > 0 ? 0 : rc ? rc : RX_EDAMAGE;
}

int store_mail_mark_put(struct store *st, int64_t reading_id, const struct store_mail_mark *mark)
{
    struct db_stmt *q = db_sql(st->db, "INSERT INTO mail_mark(reading_id, class, value, place, "
                                       "raw, hidden) VALUES(?, ?, ?, ?, ?, ?) "
                                       "ON CONFLICT DO NOTHING");
    db_int(q, reading_id);
    db_text(q, mark->cls);
    db_text(q, mark->value);
    db_text(q, mark->place);
    db_text(q, mark->raw);
    db_int(q, mark->hidden);
    return db_run(q);
}

static struct store_mail_mark row_of(struct db_stmt *q)
{
    struct store_mail_mark row = {
        .cls = db_col_text(q, 1),
        .value = db_col_text(q, 2),
        .place = db_col_text(q, 3),
        .raw = db_col_text(q, 4),
        .hidden = db_col_int(q, 5) != 0,
        .origin = {.id = db_col_int(q, 6),
                   .kind = RX_ORIGIN_MAIL,
                   .purpose = (enum rx_purpose)db_col_int(q, 7),
                   .name = db_col_text(q, 8),
                   .title = db_col_text(q, 9),
                   .has_digest = true,
                   .added_ms = db_col_int(q, 10)},
        .warc_name = db_col_text(q, 11),
        .warc = {db_col_int(q, 12), (uint64_t)db_col_int(q, 13), (uint64_t)db_col_int(q, 14)}};
    row.origin.sha256 = db_col_sha256(q, 0);
    return row;
}

/* First origins are made a table that is looked up by digest: asked one by one, each mark would
 * read all origins. */
int store_mail_mark_scan(struct store *st, store_mail_mark_fn *fn, void *ctx)
{
    struct db_stmt *q =
        db_sql(st->db, "SELECT m.sha256, k.class, k.value, k.place, k.raw, k.hidden, "
                       "coalesce(o.id, 0), coalesce(o.purpose, 0), coalesce(o.name, ''), "
                       "coalesce(o.title, ''), coalesce(o.added_ms, 0), coalesce(w.name, ''), "
                       "coalesce(r.warc_file, 0), coalesce(r.warc_offset, 0), "
                       "coalesce(r.warc_bytes, 0) FROM mail_reading AS m "
                       "JOIN mail_mark AS k ON k.reading_id = m.id "
                       "LEFT JOIN (SELECT sha256, min(id) AS id FROM origin GROUP BY sha256) "
                       "AS f ON f.sha256 = m.sha256 LEFT JOIN origin AS o ON o.id = f.id "
                       "LEFT JOIN mail_record AS r ON r.sha256 = m.sha256 "
                       "LEFT JOIN warc AS w ON w.id = r.warc_file "
                       "WHERE m.id = (SELECT max(n.id) FROM mail_reading AS n "
                       "WHERE n.sha256 = m.sha256) ORDER BY m.sha256, k.class, k.value");
    int stop = 0;
    int rc = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        const struct store_mail_mark row = row_of(q);
        stop = fn(ctx, &row);
    }
    db_done(q);
    return stop ? stop : rc;
}
