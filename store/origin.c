/* origin.c - where seeds come from: lists, mails, advertisements, and what a mail said. */
#include "store/schema.h"
#include "store/state.h"

int store_origin_put(struct store *st, struct store_origin *origin)
{
    const struct rx_sha256 *digest = origin->has_digest ? &origin->sha256 : NULL;
    struct db_stmt *q = db_sql(st->db, "INSERT INTO origin(kind, purpose, name, title, sha256, "
                                       "added_ms) VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
    db_int(q, origin->kind);
    db_int(q, origin->purpose);
    db_text(q, origin->name);
    db_text(q, origin->title);
    db_sha256(q, digest);
    db_int(q, origin->added_ms);
    int rc = db_run(q);
    if (rc)
        return rc;
    q = db_sql(st->db, "SELECT id FROM origin WHERE kind = ? AND purpose = ? AND name = ? AND "
                       "sha256 = ?");
    db_int(q, origin->kind);
    db_int(q, origin->purpose);
    db_text(q, origin->name);
    db_sha256(q, digest);
    rc = db_step(q);
    if (rc > 0)
        origin->id = db_col_int(q, 0);
    db_done(q);
    return rc > 0 ? 0 : rc ? rc : RX_EDAMAGE;
}

int store_seed_origin_put(struct store *st, const struct store_seed_origin *from)
{
    int64_t seed = 0;
    struct db_stmt *q = db_sql(st->db, "SELECT id FROM seed WHERE url = ?");
    db_text(q, from->url);
    int rc = db_step(q);
    if (rc > 0)
        seed = db_col_int(q, 0);
    db_done(q);
    if (rc <= 0)
        return rc ? rc : RX_ENOENT;
    q = db_sql(st->db, "INSERT INTO seed_origin(seed_id, origin_id, line, place, raw) "
                       "VALUES(?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
    db_int(q, seed);
    db_int(q, from->origin.id);
    db_int(q, (int64_t)from->line);
    db_text(q, from->place);
    db_text(q, from->raw);
    return db_run(q);
}

static struct store_seed_origin row_of(struct db_stmt *q)
{
    struct store_seed_origin row = {
        .url = db_col_text(q, 0),
        .site = db_col_text(q, 1),
        .line = (uint64_t)db_col_int(q, 2),
        .place = db_col_text(q, 3),
        .raw = db_col_text(q, 4),
        .origin = {.id = db_col_int(q, 5),
                   .kind = (enum rx_origin)db_col_int(q, 6),
                   .purpose = (enum rx_purpose)db_col_int(q, 7),
                   .name = db_col_text(q, 8),
                   .title = db_col_text(q, 9),
                   .has_digest = db_col_text(q, 10).n > 0,
                   .added_ms = db_col_int(q, 11)},
        .warc_name = db_col_text(q, 12),
        .warc = {db_col_int(q, 13), (uint64_t)db_col_int(q, 14), (uint64_t)db_col_int(q, 15)}};
    row.origin.sha256 = db_col_sha256(q, 10);
    return row;
}

int store_seed_origin_scan(struct store *st, struct rx_str site, store_seed_origin_fn *fn,
                           void *ctx)
{
    struct db_stmt *q =
        db_sql(st->db, "SELECT s.url, s.site, coalesce(f.line, s.line), coalesce(f.place, ''), "
                       "coalesce(f.raw, s.raw), coalesce(o.id, 0), coalesce(o.kind, 9), "
                       "coalesce(o.purpose, 0), coalesce(o.name, s.source), coalesce(o.title, ''), "
                       "coalesce(o.sha256, x''), coalesce(o.added_ms, s.added_ms), "
                       "coalesce(w.name, ''), coalesce(r.warc_file, 0), "
                       "coalesce(r.warc_offset, 0), coalesce(r.warc_bytes, 0) "
                       "FROM seed AS s LEFT JOIN seed_origin AS f ON f.seed_id = s.id "
                       "LEFT JOIN origin AS o ON o.id = f.origin_id "
                       "LEFT JOIN mail_record AS r ON r.sha256 = o.sha256 "
                       "LEFT JOIN warc AS w ON w.id = r.warc_file "
                       "WHERE ?1 = '' OR s.site = ?1 ORDER BY s.id, o.id");
    int stop = 0;
    int rc = 0;
    db_text(q, site);
    while (!stop && (rc = db_step(q)) > 0) {
        const struct store_seed_origin row = row_of(q);
        stop = fn(ctx, &row);
    }
    db_done(q);
    return stop ? stop : rc;
}

int store_mail_put(struct store *st, const struct rx_sha256 *sha256, struct rx_str bytes)
{
    struct db_stmt *q =
        db_sql(st->db, "INSERT INTO mail(sha256, bytes) VALUES(?, ?) ON CONFLICT DO NOTHING");
    db_sha256(q, sha256);
    db_blob(q, bytes);
    return db_run(q);
}

int store_mail_scan(struct store *st, store_mail_fn *fn, void *ctx)
{
    struct db_stmt *q = db_sql(
        st->db, "SELECT m.sha256, m.bytes, coalesce((SELECT min(o.added_ms) FROM origin AS o "
                "WHERE o.sha256 = m.sha256), 0) FROM mail AS m WHERE NOT EXISTS(SELECT 1 FROM "
                "mail_record AS r WHERE r.sha256 = m.sha256) ORDER BY m.sha256");
    int stop = 0;
    int rc = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        struct store_mail mail = {.bytes = db_col_text(q, 1), .added_ms = db_col_int(q, 2)};
        mail.sha256 = db_col_sha256(q, 0);
        stop = fn(ctx, &mail);
    }
    db_done(q);
    return stop ? stop : rc;
}

int store_mail_record_put(struct store *st, const struct rx_sha256 *sha256,
                          struct store_warc_ref ref)
{
    struct db_stmt *q = db_sql(st->db, "INSERT INTO mail_record(sha256, warc_file, warc_offset, "
                                       "warc_bytes) VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING");
    db_sha256(q, sha256);
    db_int(q, ref.file_id);
    db_int(q, (int64_t)ref.offset);
    db_int(q, (int64_t)ref.bytes);
    return db_run(q);
}
