/* check.c - the counts that status shows, and the full check that verify asks for. */
#include "store/schema.h"
#include "store/state.h"

#include <stdio.h>

/* ---- counts ---------------------------------------------------------------------------------- */

static int count_outcomes(struct store *st, int64_t run, struct store_counts *counts)
{
    struct db_stmt *q = db_sql(st->db, "SELECT outcome, count(*) FROM queue WHERE run = ? "
                                       "GROUP BY outcome");
    db_int(q, run);
    int rc;
    while ((rc = db_step(q)) > 0) {
        int64_t outcome = db_col_int(q, 0);
        uint64_t number = (uint64_t)db_col_int(q, 1);
        if (outcome == 0)
            counts->waiting = number;
        else if (outcome > 0 && outcome < RX_OUT_COUNT)
            counts->by_outcome[outcome] = number;
    }
    db_done(q);
    return rc;
}

/* Contents of bodies that were read again since. */
#define OLD_CONTENTS "SELECT c.id FROM content c WHERE NOT " STATE_NEWEST

int store_counts(struct store *st, int64_t run, struct store_counts *counts)
{
    struct store_counts now = {0};
    struct db_stmt *q =
        db_sql(st->db, "SELECT (SELECT count(*) FROM seed), (SELECT count(*) FROM site), "
                       "(SELECT count(*) FROM host), (SELECT count(*) FROM url), "
                       "(SELECT count(*) FROM fetch WHERE run = ?1), "
                       "(SELECT count(*) FROM content WHERE id = body_id), "
                       "(SELECT count(*) FROM link) - "
                       "(SELECT count(*) FROM link WHERE content_id IN (" OLD_CONTENTS ")), "
                       "(SELECT count(*) FROM sighting) - "
                       "(SELECT count(*) FROM sighting WHERE content_id IN (" OLD_CONTENTS ")), "
                       "(SELECT count(*) FROM indicator)");
    db_int(q, run);
    int rc = db_step(q);
    if (rc > 0) {
        uint64_t *fields[] = {&now.seeds, &now.sites,     &now.hosts,
                              &now.urls,  &now.fetches,   &now.contents,
                              &now.links, &now.sightings, &now.indicators};
        for (int i = 0; i < (int)(sizeof fields / sizeof *fields); i++)
            *fields[i] = (uint64_t)db_col_int(q, i);
    }
    db_done(q);
    if (rc >= 0)
        rc = count_outcomes(st, run, &now);
    if (!rc)
        *counts = now;
    return rc;
}

int store_cuts(struct store *st, struct rx_str site, struct store_cuts *cuts)
{
    struct db_stmt *q =
        db_sql(st->db, "SELECT coalesce(sum(instr(signs, '" STORE_PAGE_CUT "') > 0), 0), "
                       "coalesce(sum(instr(signs, '" STORE_MARKS_CUT "') > 0), 0), "
                       "coalesce(sum(instr(signs, '" STORE_LINKS_CUT "') > 0), 0) "
                       "FROM content c WHERE " STATE_NEWEST "AND "
                       "(?1 = '' OR site_id = (SELECT id FROM site WHERE name = ?1))");
    db_text(q, site);
    const int rc = db_step(q);
    if (rc > 0)
        *cuts = (struct store_cuts){.pages = (uint64_t)db_col_int(q, 0),
                                    .marks = (uint64_t)db_col_int(q, 1),
                                    .links = (uint64_t)db_col_int(q, 2)};
    db_done(q);
    return rc < 0 ? rc : 0;
}

/* ---- the full check -------------------------------------------------------------------------- */

/* What must not be there, as a number of rows. */
static const struct {
    const char *sql;
    const char *finding;
} orphans[] = {
    {"SELECT count(*) FROM link l WHERE NOT EXISTS (SELECT 1 FROM content WHERE id = l.content_id)",
     "links belong to no content"},
    {"SELECT count(*) FROM link l WHERE NOT EXISTS (SELECT 1 FROM url WHERE id = l.to_url_id)",
     "links lead to no URL"},
    {"SELECT count(*) FROM sighting g WHERE NOT EXISTS "
     "(SELECT 1 FROM content WHERE id = g.content_id)",
     "sightings belong to no content"},
    {"SELECT count(*) FROM sighting g WHERE NOT EXISTS "
     "(SELECT 1 FROM indicator WHERE id = g.indicator_id)",
     "sightings are of no indicator"},
    {"SELECT count(*) FROM content c WHERE NOT EXISTS (SELECT 1 FROM url WHERE id = c.url_id)",
     "contents belong to no URL"},
    {"SELECT count(*) FROM content c WHERE NOT EXISTS "
     "(SELECT 1 FROM content b WHERE b.id = c.body_id AND b.url_id = c.url_id AND "
     "b.sha256 = c.sha256)",
     "contents name a body that is not theirs"},
    {"SELECT count(*) FROM url u WHERE NOT EXISTS (SELECT 1 FROM host WHERE id = u.host_id)",
     "URLs belong to no host"},
    {"SELECT count(*) FROM fetch f WHERE NOT EXISTS (SELECT 1 FROM url WHERE id = f.url_id)",
     "fetches are of no URL"},
    {"SELECT count(*) FROM fetch f WHERE f.content_id <> 0 AND NOT EXISTS "
     "(SELECT 1 FROM content WHERE id = f.content_id AND body_id = f.body_id)",
     "fetches cite a content that is not there"},
    {"SELECT count(*) FROM fetch f WHERE f.response_file <> 0 AND NOT EXISTS "
     "(SELECT 1 FROM warc_record WHERE file_id = f.response_file AND offset = f.response_offset)",
     "fetches cite a WARC record that is not there"},
    {"SELECT count(*) FROM queue q WHERE NOT EXISTS (SELECT 1 FROM url WHERE id = q.url_id)",
     "queue rows are of no URL"},
    {"SELECT count(*) FROM warc_record r WHERE NOT EXISTS "
     "(SELECT 1 FROM warc WHERE id = r.file_id)",
     "WARC records belong to no file"},
};

struct checking {
    struct store *st;
    void (*found)(void *ctx, const char *finding);
    void *ctx;
    int count;
};

static void report(struct checking *c, const char *finding)
{
    c->found(c->ctx, finding);
    c->count++;
}

/* Each row of the statement that is not "ok" is a finding. */
static int check_rows(struct checking *c, struct db_stmt *q)
{
    int rc;
    while ((rc = db_step(q)) > 0) {
        struct rx_str row = db_col_text(q, 0);
        char finding[RX_ERR_TEXT_BYTES];
        if (rx_str_eq(row, RX_STR("ok")))
            continue;
        (void)snprintf(finding, sizeof finding, "case.db: %.*s", RX_FMT(row));
        report(c, finding);
    }
    db_done(q);
    return rc;
}

static int check_orphans(struct checking *c)
{
    for (size_t i = 0; i < sizeof orphans / sizeof *orphans; i++) {
        int64_t rows = 0;
        int rc = db_number(c->st->db, orphans[i].sql, &rows);
        if (rc)
            return rc;
        char finding[RX_ERR_TEXT_BYTES];
        (void)snprintf(finding, sizeof finding, "case.db: %lld %s", (long long)rows,
                       orphans[i].finding);
        if (rows)
            report(c, finding);
    }
    return 0;
}

int store_check(struct store *st, void (*found)(void *ctx, const char *finding), void *ctx)
{
    struct checking c = {st, found, ctx, 0};
    int rc = schema_check(st->db, false);
    if (rc == RX_EDAMAGE)
        report(&c, db_error(st->db));
    else if (rc)
        return rc;
    rc = check_rows(&c, db_sql(st->db, "PRAGMA integrity_check(100)"));
    if (!rc)
        rc = check_rows(&c, db_sql(st->db, "SELECT 'a row of ' || \"table\" || ' refers to a "
                                           "missing row of ' || parent FROM "
                                           "pragma_foreign_key_check LIMIT 100"));
    if (!rc)
        rc = check_orphans(&c);
    if (rc == RX_EDAMAGE) { /* so damaged that the check itself cannot go on */
        report(&c, db_error(st->db));
        rc = 0;
    }
    return rc ? rc : c.count;
}
