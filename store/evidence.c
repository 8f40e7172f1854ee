/* evidence.c - sightings with everything that is needed to quote them.
 *
 * A body (URL and SHA-256) may have been read more than once, by other readers or tables; only its
 * newest content counts, and the earliest fetch of the body stands for it. */
#include "store/schema.h"
#include "store/state.h"

#define EVIDENCE_COLUMNS                                                                           \
    "SELECT s.name, h.name, u.text, i.class, i.value, g.raw, g.place, g.offset, g.length, "        \
    "g.hidden, c.sha256, f.id, f.run, f.started_ms, w.name, f.response_file, f.response_offset, "  \
    "f.response_bytes, "                                                                           \
    "(SELECT reader FROM reading WHERE id = c.reading_id), "                                       \
    "(SELECT tables FROM reading WHERE id = c.reading_id) "
#define EVIDENCE_FETCH "CROSS " STATE_FIRST_FETCH "LEFT JOIN warc w ON w.id = f.response_file "
#define EVIDENCE_WHERE                                                                             \
    "WHERE (?5 OR " STATE_NEWEST ") AND (?2 = '' OR s.name = ?2) "                                 \
    "AND (?3 = '' OR i.class = ?3) AND (?4 = '' OR i.value = ?4) "
#define EVIDENCE_ORDER "ORDER BY i.class, i.value, s.name, u.text, g.offset, g.place, c.sha256"

/* Driven by one site: its URLs are one range of keys (url.c), bound as ?6 and ?7. */
#define EVIDENCE_OF_SITE                                                                           \
    EVIDENCE_COLUMNS                                                                               \
    "FROM url u CROSS JOIN host h ON h.id = u.host_id CROSS JOIN site s ON s.id = h.site_id "      \
    "CROSS JOIN content c ON c.url_id = u.id CROSS JOIN sighting g ON g.content_id = c.id "
#define EVIDENCE_BY_SITE                                                                           \
    EVIDENCE_OF_SITE                                                                               \
    "CROSS JOIN indicator i ON i.id = g.indicator_id " EVIDENCE_FETCH EVIDENCE_WHERE               \
    "AND u.hash BETWEEN ?6 AND ?7 " EVIDENCE_ORDER
/* One value of the site: by the pages that hold the value, or by the site's pages as long as the
 * index over sightings is missing; never by all that the site says. */
#define EVIDENCE_SITE_VALUE                                                                        \
    EVIDENCE_COLUMNS                                                                               \
    "FROM indicator i CROSS JOIN sighting g ON g.indicator_id = i.id "                             \
    "CROSS JOIN content c ON c.id = g.content_id AND c.site_id = ?6 "                              \
    "CROSS JOIN url u ON u.id = c.url_id CROSS JOIN host h ON h.id = u.host_id "                   \
    "CROSS JOIN site s ON s.id = h.site_id " EVIDENCE_FETCH EVIDENCE_WHERE                         \
    "AND i.class = ?3 AND i.value = ?4 " EVIDENCE_ORDER
#define EVIDENCE_SITE_VALUE_UNINDEXED                                                              \
    EVIDENCE_OF_SITE                                                                               \
    "AND g.indicator_id = (SELECT id FROM indicator WHERE class = ?3 "                             \
    "AND value = ?4) CROSS JOIN indicator i ON i.id = g.indicator_id " EVIDENCE_FETCH              \
        EVIDENCE_WHERE "AND u.hash BETWEEN ?6 AND ?7 " EVIDENCE_ORDER
#define EVIDENCE_REST                                                                              \
    "CROSS JOIN content c ON c.id = g.content_id CROSS JOIN url u ON u.id = c.url_id "             \
    "CROSS JOIN host h ON h.id = u.host_id CROSS JOIN site s ON s.id = h.site_id " EVIDENCE_FETCH  \
        EVIDENCE_WHERE
/* Driven by indicators in their order, which the index over sightings then serves. */
#define EVIDENCE_BY_VALUE                                                                          \
    EVIDENCE_COLUMNS                                                                               \
    "FROM indicator i CROSS JOIN sighting g ON g.indicator_id = i.id " EVIDENCE_REST
#define EVIDENCE_ONE_VALUE EVIDENCE_BY_VALUE "AND i.class = ?3 AND i.value = ?4 " EVIDENCE_ORDER
#define EVIDENCE_ALL EVIDENCE_BY_VALUE EVIDENCE_ORDER
/* While a run is open there is no such index: one pass over the sightings, then a sort. */
#define EVIDENCE_ALL_UNINDEXED                                                                     \
    EVIDENCE_COLUMNS                                                                               \
    "FROM sighting g CROSS JOIN indicator i ON i.id = g.indicator_id " EVIDENCE_REST EVIDENCE_ORDER

static struct store_evidence evidence_of(struct db_stmt *q)
{
    struct store_evidence e = {
        .site = db_col_text(q, 0),
        .host = db_col_text(q, 1),
        .url = db_col_text(q, 2),
        .sighting = {.cls = db_col_text(q, 3),
                     .value = db_col_text(q, 4),
                     .raw = db_col_text(q, db_col_null(q, 5) ? 4 : 5),
                     .place = (enum rx_place)db_col_int(q, 6),
                     .offset = (uint32_t)db_col_int(q, 7),
                     .length = (uint32_t)db_col_int(q, 8),
                     .hidden = db_col_int(q, 9) != 0},
        .reader = db_col_text(q, 18),
        .tables = db_col_text(q, 19),
        .fetch_id = db_col_int(q, 11),
        .run = db_col_int(q, 12),
        .seen_ms = db_col_int(q, 13),
        .warc_name = db_col_text(q, 14),
        .warc = {db_col_int(q, 15), (uint64_t)db_col_int(q, 16), (uint64_t)db_col_int(q, 17)}};
    e.sha256 = db_col_sha256(q, 10);
    return e;
}

static int site_number(struct store *st, struct rx_str site, int64_t *id)
{
    struct db_stmt *q = db_sql(st->db, "SELECT id FROM site WHERE name = ?");
    db_text(q, site);
    int rc = db_step(q);
    *id = rc > 0 ? db_col_int(q, 0) : 0;
    db_done(q);
    return rc < 0 ? rc : 0;
}

int store_evidence_scan(struct store *st, const struct store_evidence_filter *filter,
                        store_evidence_fn *fn, void *ctx)
{
    int64_t site_id = 0;
    int rc = filter->site.n ? site_number(st, filter->site, &site_id) : 0;
    if (rc || (filter->site.n && !site_id))
        return rc;
    const bool one = filter->cls.n && filter->value.n, indexed = schema_has_late(st->db);
    const bool of_value = filter->site.n && one && indexed;
    struct db_stmt *q = NULL;
    if (of_value)
        q = db_sql(st->db, EVIDENCE_SITE_VALUE);
    else if (filter->site.n && one)
        q = db_sql(st->db, EVIDENCE_SITE_VALUE_UNINDEXED);
    else if (filter->site.n)
        q = db_sql(st->db, EVIDENCE_BY_SITE);
    else if (one)
        q = db_sql(st->db, EVIDENCE_ONE_VALUE);
    else if (indexed)
        q = db_sql(st->db, EVIDENCE_ALL);
    else
        q = db_sql(st->db, EVIDENCE_ALL_UNINDEXED);
    db_int(q, state_upto(filter->upto_run));
    db_text(q, filter->site);
    db_text(q, filter->cls);
    db_text(q, filter->value);
    db_int(q, filter->all_readings);
    if (of_value) {
        db_int(q, site_id);
    } else if (filter->site.n) {
        int64_t first = 0;
        int64_t last = 0;
        url_site_range(site_id, &first, &last);
        db_int(q, first);
        db_int(q, last);
    }
    int stop = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        struct store_evidence evidence = evidence_of(q);
        stop = fn(ctx, &evidence);
    }
    db_done(q);
    return stop ? stop : rc;
}

int store_reject_scan(struct store *st, store_reject_fn *fn, void *ctx)
{
    struct db_stmt *q =
        db_sql(st->db, "SELECT r.class, r.reason, sum(r.count), count(*) FROM reject r "
                       "CROSS JOIN content c ON c.id = r.content_id WHERE " STATE_NEWEST
                       "GROUP BY r.class, r.reason ORDER BY r.class, r.reason");
    int stop = 0, rc = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        const struct store_reject reject = {.cls = db_col_text(q, 0),
                                            .reason = (enum rx_reject)db_col_int(q, 1),
                                            .count = (uint64_t)db_col_int(q, 2),
                                            .pages = (uint64_t)db_col_int(q, 3)};
        stop = fn(ctx, &reject);
    }
    db_done(q);
    return stop ? stop : rc;
}

/* ---- sketches ---------------------------------------------------------------------------------
 */

#define SKETCH_COLUMNS                                                                             \
    "SELECT s.name, u.text, c.sha256, k.words, k.elements, k.shingles, k.qgrams, "                 \
    "k.paths, f.started_ms, w.name, f.response_file, f.response_offset, f.response_bytes, "        \
    "k.dom_hash, u.id, "                                                                           \
    "(SELECT max(started_ms) FROM fetch WHERE body_id = c.body_id AND body_id > 0 AND run <= ?1) " \
    "AS latest "
#define SKETCH_REST EVIDENCE_FETCH "WHERE " STATE_NEWEST
/* Of a URL's bodies the one captured last is first, and the only one that is taken. */
#define SKETCH_ORDER "ORDER BY s.name, length(CAST(u.text AS BLOB)), u.text, latest DESC, c.sha256"
#define SKETCH_ALL                                                                                 \
    SKETCH_COLUMNS                                                                                 \
    "FROM sketch k CROSS JOIN content c ON c.id = k.content_id "                                   \
    "CROSS JOIN url u ON u.id = c.url_id CROSS JOIN site s ON s.id = c.site_id " SKETCH_REST       \
        SKETCH_ORDER
#define SKETCH_BY_SITE                                                                             \
    SKETCH_COLUMNS                                                                                 \
    "FROM site s CROSS JOIN url u ON u.hash BETWEEN ?2 AND ?3 "                                    \
    "CROSS JOIN content c ON c.url_id = u.id AND c.site_id = s.id "                                \
    "CROSS JOIN sketch k ON k.content_id = c.id " SKETCH_REST "AND s.id = ?4 " SKETCH_ORDER

static bool take_sketch(struct rx_sketch *out, struct rx_str bytes)
{
    if (bytes.n != RX_MINHASH_BYTES)
        return false;
    rx_sketch_read(out, (const unsigned char *)bytes.p);
    return true;
}

/* False: the file was tampered with. */
static bool sketch_of(struct store_sketch *out, struct db_stmt *q)
{
    const struct rx_str digest = db_col_text(q, 2);
    *out = (struct store_sketch){
        .site = db_col_text(q, 0),
        .url = db_col_text(q, 1),
        .words = (uint32_t)db_col_int(q, 3),
        .elements = (uint32_t)db_col_int(q, 4),
        .first_ms = db_col_int(q, 8),
        .last_ms = db_col_int(q, 15),
        .warc_name = db_col_text(q, 9),
        .warc = {db_col_int(q, 10), (uint64_t)db_col_int(q, 11), (uint64_t)db_col_int(q, 12)}};
    const struct rx_str dom_hash = db_col_text(q, 13);
    if (digest.n != sizeof out->sha256.b || dom_hash.n != sizeof out->dom_hash)
        return false;
    memcpy(out->sha256.b, digest.p, digest.n);
    memcpy(out->dom_hash, dom_hash.p, dom_hash.n);
    return take_sketch(&out->shingles, db_col_text(q, 5)) &&
           take_sketch(&out->qgrams, db_col_text(q, 6)) &&
           take_sketch(&out->paths, db_col_text(q, 7));
}

int store_sketch_scan(struct store *st, struct rx_str site, int64_t upto_run, store_sketch_fn *fn,
                      void *ctx)
{
    int64_t site_id = 0, first = 0, last = 0, url_id = 0;
    int stop = 0, rc = site.n ? site_number(st, site, &site_id) : 0;
    if (rc || (site.n && !site_id))
        return rc;
    struct db_stmt *q = db_sql(st->db, site.n ? SKETCH_BY_SITE : SKETCH_ALL);
    db_int(q, state_upto(upto_run));
    if (site.n) {
        url_site_range(site_id, &first, &last);
        db_int(q, first);
        db_int(q, last);
        db_int(q, site_id);
    }
    while (!stop && (rc = db_step(q)) > 0) {
        struct store_sketch sketch;
        if (db_col_int(q, 14) == url_id)
            continue;
        url_id = db_col_int(q, 14);
        if (sketch_of(&sketch, q))
            stop = fn(ctx, &sketch);
        else
            stop = db_fail(st->db, RX_EDAMAGE, "case.db: a sketch contradicts itself");
    }
    db_done(q);
    return stop ? stop : rc;
}
