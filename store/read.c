/* read.c - the plain scans: WARC files, robots rules, facts, states of sites, fetches.
 *
 * Order is by text and time, never by a row's number: a replay into an empty case numbers its rows
 * differently and must still export the same bytes. */
#include "store/state.h"

static struct store_warc_ref ref_of(struct db_stmt *q, int column)
{
    return (struct store_warc_ref){db_col_int(q, column), (uint64_t)db_col_int(q, column + 1),
                                   (uint64_t)db_col_int(q, column + 2)};
}

static void digest_of(struct rx_sha256 *digest, struct db_stmt *q, int column)
{
    struct rx_str bytes = db_col_text(q, column);
    *digest = (struct rx_sha256){0};
    if (bytes.n == sizeof digest->b)
        memcpy(digest->b, bytes.p, bytes.n);
}

int store_warc_scan(struct store *st, store_warc_fn *fn, void *ctx)
{
    struct db_stmt *q = db_sql(st->db, "SELECT id, run, name, bytes, closed FROM warc ORDER BY id");
    int stop = 0;
    int rc = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        struct store_warc warc = {.id = db_col_int(q, 0),
                                  .run = db_col_int(q, 1),
                                  .name = db_col_text(q, 2),
                                  .bytes = (uint64_t)db_col_int(q, 3),
                                  .closed = db_col_int(q, 4) != 0};
        stop = fn(ctx, &warc);
    }
    db_done(q);
    return stop ? stop : rc;
}

int store_warc_record_scan(struct store *st, int64_t file_id, store_warc_record_fn *fn, void *ctx)
{
    struct db_stmt *q = db_sql(st->db, "SELECT file_id, offset, bytes, type, member "
                                       "FROM warc_record WHERE file_id = ? ORDER BY offset");
    db_int(q, file_id);
    int stop = 0;
    int rc = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        struct store_warc_record record = {.ref = ref_of(q, 0), .type = db_col_text(q, 3)};
        digest_of(&record.member, q, 4);
        stop = fn(ctx, &record);
    }
    db_done(q);
    return stop ? stop : rc;
}

int store_robots_scan(struct store *st, int64_t run, store_robots_fn *fn, void *ctx)
{
    struct db_stmt *q = db_sql(st->db, "SELECT origin, fetched_ms, expires_ms, fetch_id, rules "
                                       "FROM robots WHERE run = ? ORDER BY origin");
    db_int(q, run);
    int stop = 0;
    int rc = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        struct store_robots robots = {.origin = db_col_text(q, 0),
                                      .fetched_ms = db_col_int(q, 1),
                                      .expires_ms = db_col_int(q, 2),
                                      .fetch_id = db_col_int(q, 3),
                                      .rules = db_col_text(q, 4)};
        stop = fn(ctx, &robots);
    }
    db_done(q);
    return stop ? stop : rc;
}

int store_fact_scan(struct store *st, int64_t upto_run, store_fact_fn *fn, void *ctx)
{
    struct db_stmt *q =
        db_sql(st->db, "SELECT f.run, f.host_id, h.name, s.name, f.kind, f.value, f.source, "
                       "f.seen_ms, f.warc_file, f.warc_offset, f.warc_bytes FROM fact f "
                       "JOIN host h ON h.id = f.host_id JOIN site s ON s.id = h.site_id "
                       "WHERE f.run <= ? ORDER BY s.name, h.name, f.kind, f.value, f.run");
    db_int(q, state_upto(upto_run));
    int stop = 0;
    int rc = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        struct store_fact fact = {.run = db_col_int(q, 0),
                                  .host_id = db_col_int(q, 1),
                                  .host = db_col_text(q, 2),
                                  .site = db_col_text(q, 3),
                                  .kind = db_col_text(q, 4),
                                  .value = db_col_text(q, 5),
                                  .source = db_col_text(q, 6),
                                  .seen_ms = db_col_int(q, 7),
                                  .warc = ref_of(q, 8)};
        stop = fn(ctx, &fact);
    }
    db_done(q);
    return stop ? stop : rc;
}

/* t: the last run that asked, which knows whether the site still answers. r: the last that read
 * pages (if none did, t), which alone knows what the site is: a shop that is shut stays a shop.
 * v: what a later reading of r's pages made of it, if one came to another end. */
int store_site_state_scan(struct store *st, int64_t upto_run, store_site_state_fn *fn, void *ctx)
{
    struct db_stmt *q = db_sql(
        st->db, "SELECT t.run, t.site_id, s.name, coalesce(v.role, r.role), "
                "coalesce(v.reasons, r.reasons), t.state, r.pages, "
                "r.first_ms, r.last_ms, EXISTS(SELECT 1 FROM seed WHERE site = s.name), "
                "CASE WHEN r.pages > 0 THEN r.run ELSE 0 END "
                "FROM site s JOIN site_state t ON t.site_id = s.id "
                "JOIN site_state r ON r.site_id = s.id AND r.run = coalesce((SELECT max(run) "
                "FROM site_state WHERE site_id = s.id AND pages > 0 AND run <= ?1), t.run) "
                "LEFT JOIN site_view v ON v.id = (SELECT max(id) FROM site_view "
                "WHERE site_id = r.site_id AND run = r.run) "
                "WHERE t.run = (SELECT max(run) FROM site_state WHERE site_id = s.id "
                "AND run <= ?1) ORDER BY s.name");
    db_int(q, state_upto(upto_run));
    int stop = 0;
    int rc = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        struct store_site_state state = {.run = db_col_int(q, 0),
                                         .site_id = db_col_int(q, 1),
                                         .site = db_col_text(q, 2),
                                         .role = (enum rx_role)db_col_int(q, 3),
                                         .reasons = db_col_text(q, 4),
                                         .state = db_col_text(q, 5),
                                         .pages = (uint32_t)db_col_int(q, 6),
                                         .first_ms = db_col_int(q, 7),
                                         .last_ms = db_col_int(q, 8),
                                         .is_seed = db_col_int(q, 9) != 0,
                                         .read_run = db_col_int(q, 10)};
        stop = fn(ctx, &state);
    }
    db_done(q);
    return stop ? stop : rc;
}

/* ---- one row a fetch ------------------------------------------------------------------------- */

#define PAGE_COLUMNS                                                                               \
    "SELECT f.id, f.run, f.url_id, f.content_id, f.robots_fetch_id, f.started_ms, f.took_ms, "     \
    "f.outcome, f.status, f.cut, f.reason, f.ip, f.bytes, f.response_file, f.response_offset, "    \
    "f.response_bytes, f.request_file, f.request_offset, f.request_bytes, u.text, s.name, "        \
    "c.title, c.lang, c.media_type, c.failure, w.name, c.sha256, c.signs "                         \
    "FROM fetch f JOIN url u ON u.id = f.url_id JOIN host h ON h.id = u.host_id "                  \
    "JOIN site s ON s.id = h.site_id LEFT JOIN content o ON o.id = f.content_id "                  \
    "LEFT JOIN content c ON c.id = (SELECT max(id) FROM content WHERE url_id = o.url_id AND "      \
    "sha256 = o.sha256) "                                                                          \
    "LEFT JOIN warc w ON w.id = f.response_file "
#define PAGE_ORDER "ORDER BY f.started_ms, u.text, f.id"

static struct store_fetch fetch_of(struct db_stmt *q)
{
    return (struct store_fetch){.id = db_col_int(q, 0),
                                .run = db_col_int(q, 1),
                                .url_id = db_col_int(q, 2),
                                .content_id = db_col_int(q, 3),
                                .robots_fetch_id = db_col_int(q, 4),
                                .started_ms = db_col_int(q, 5),
                                .took_ms = (uint32_t)db_col_int(q, 6),
                                .outcome = (enum rx_outcome)db_col_int(q, 7),
                                .status = (int)db_col_int(q, 8),
                                .cut = (enum rx_cut)db_col_int(q, 9),
                                .reason = db_col_text(q, 10),
                                .ip = db_col_text(q, 11),
                                .bytes = (uint64_t)db_col_int(q, 12),
                                .response = ref_of(q, 13),
                                .request = ref_of(q, 16)};
}

static void note_cuts(struct store_page *page, struct rx_str signs)
{
    struct rx_str first, rest;
    for (bool more = true; more; signs = rest) {
        (void)rx_str_cut(signs, ',', &first, &rest);
        const bool page_cut = rx_str_eq(first, RX_STR(STORE_PAGE_CUT));
        const bool marks_cut = rx_str_eq(first, RX_STR(STORE_MARKS_CUT));
        const bool links_cut = rx_str_starts(first, RX_STR(STORE_LINKS_CUT));
        page->page_cut |= page_cut;
        page->marks_cut |= marks_cut;
        if (links_cut)
            (void)rx_str_u64(rx_str_sub(first, sizeof STORE_LINKS_CUT - 1, first.n),
                             &page->links_cut);
        more = page_cut || marks_cut || links_cut;
    }
}

int store_page_scan(struct store *st, int64_t upto_run, struct rx_str url, store_page_fn *fn,
                    void *ctx)
{
    int64_t url_id = 0;
    int rc = url.n ? url_find(st, url, &url_id) : 0;
    if (rc)
        return rc == RX_ENOENT ? 0 : rc; /* a URL that the case does not know has no fetches */
    struct db_stmt *q =
        url.n ? db_sql(st->db, PAGE_COLUMNS "WHERE f.run <= ? AND f.url_id = ? " PAGE_ORDER)
              : db_sql(st->db, PAGE_COLUMNS "WHERE f.run <= ? " PAGE_ORDER);
    db_int(q, state_upto(upto_run));
    if (url.n)
        db_int(q, url_id);
    int stop = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        struct store_page page = {.fetch = fetch_of(q),
                                  .url = db_col_text(q, 19),
                                  .site = db_col_text(q, 20),
                                  .title = db_col_text(q, 21),
                                  .lang = db_col_text(q, 22),
                                  .media_type = db_col_text(q, 23),
                                  .failure = db_col_text(q, 24),
                                  .warc_name = db_col_text(q, 25)};
        digest_of(&page.sha256, q, 26);
        note_cuts(&page, db_col_text(q, 27));
        stop = fn(ctx, &page);
    }
    db_done(q);
    return stop ? stop : rc;
}
