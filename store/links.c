/* links.c - links turned into what graph and exports read: between sites, folded; or one by one. */
#include "store/state.h"

/* ---- between sites --------------------------------------------------------------------------- */

/* Rows come sorted by (from, to, kind, URL of the page, time); a group's first row is its sample.
 */
#define CROSSING                                                                                   \
    "SELECT fs.name, ts.name, l.kind, fu.text, tu.text, b.first_ms, b.last_ms, c.body_id "         \
    "FROM content c "                                                                              \
    "CROSS JOIN link l ON l.content_id = c.id AND l.crosses = 1 "                                  \
    "JOIN (SELECT body_id, min(started_ms) AS first_ms, max(started_ms) AS last_ms FROM fetch "    \
    "WHERE body_id > 0 AND run <= ? GROUP BY body_id) b ON b.body_id = c.body_id "                 \
    "JOIN url fu ON fu.id = c.url_id JOIN site fs ON fs.id = c.site_id "                           \
    "JOIN url tu ON tu.id = l.to_url_id JOIN host th ON th.id = tu.host_id "                       \
    "JOIN site ts ON ts.id = th.site_id "                                                          \
    "WHERE " STATE_NEWEST                                                                          \
    "ORDER BY fs.name, ts.name, l.kind, fu.text, b.first_ms, tu.text, c.sha256"

struct fold {
    struct store *st;
    int64_t upto;
    struct rx_buf from, to, url, target, warc_name; /* owned; of the group in hand */
    int64_t body_id;                                /* of its sample */
    struct store_site_link row;
    store_site_link_fn *fn;
    void *ctx;
};

static int set_text(struct rx_buf *b, struct rx_str s)
{
    rx_buf_clear(b);
    return rx_buf_add(b, s);
}

static int find_warc(struct fold *f)
{
    struct db_stmt *q =
        db_sql(f->st->db, "SELECT w.name, f.response_offset FROM content c " STATE_FIRST_FETCH
                          "JOIN warc w ON w.id = f.response_file WHERE c.id = ?2");
    db_int(q, f->upto);
    db_int(q, f->body_id);
    int rc = db_step(q);
    rx_buf_clear(&f->warc_name);
    f->row.warc_offset = 0;
    if (rc > 0) {
        f->row.warc_offset = (uint64_t)db_col_int(q, 1);
        rc = rx_buf_add(&f->warc_name, db_col_text(q, 0));
    }
    db_done(q);
    return rc;
}

static int end_group(struct fold *f)
{
    if (!f->row.count)
        return 0;
    int rc = find_warc(f);
    if (rc)
        return rc;
    f->row.from = rx_buf_str(&f->from);
    f->row.to = rx_buf_str(&f->to);
    f->row.sample_url = rx_buf_str(&f->url);
    f->row.sample_to = rx_buf_str(&f->target);
    f->row.warc_name = rx_buf_str(&f->warc_name);
    return f->fn(f->ctx, &f->row);
}

static int start_group(struct fold *f, struct db_stmt *q)
{
    f->row = (struct store_site_link){
        .kind = (enum rx_link)db_col_int(q, 2), .first_ms = INT64_MAX, .last_ms = INT64_MIN};
    f->body_id = db_col_int(q, 7);
    int rc = set_text(&f->from, db_col_text(q, 0));
    if (!rc)
        rc = set_text(&f->to, db_col_text(q, 1));
    if (!rc)
        rc = set_text(&f->url, db_col_text(q, 3));
    if (!rc)
        rc = set_text(&f->target, db_col_text(q, 4));
    return rc;
}

static int take_row(struct fold *f, struct db_stmt *q)
{
    int rc = 0;
    if (!f->row.count || f->row.kind != (enum rx_link)db_col_int(q, 2) ||
        !rx_str_eq(rx_buf_str(&f->to), db_col_text(q, 1)) ||
        !rx_str_eq(rx_buf_str(&f->from), db_col_text(q, 0))) {
        rc = end_group(f);
        if (!rc)
            rc = start_group(f, q);
    } else if (rx_str_cmp(db_col_text(q, 4), rx_buf_str(&f->target)) < 0) {
        rc = set_text(&f->target, db_col_text(q, 4));
    }
    f->row.count++;
    if (db_col_int(q, 5) < f->row.first_ms)
        f->row.first_ms = db_col_int(q, 5);
    if (db_col_int(q, 6) > f->row.last_ms)
        f->row.last_ms = db_col_int(q, 6);
    return rc;
}

int store_site_link_scan(struct store *st, int64_t upto_run, store_site_link_fn *fn, void *ctx)
{
    enum { TEXT_MAX = 1 << 16 };
    struct fold f = {.st = st,
                     .upto = state_upto(upto_run),
                     .from = RX_BUF(TEXT_MAX),
                     .to = RX_BUF(TEXT_MAX),
                     .url = RX_BUF(TEXT_MAX),
                     .target = RX_BUF(TEXT_MAX),
                     .warc_name = RX_BUF(TEXT_MAX),
                     .fn = fn,
                     .ctx = ctx};
    struct db_stmt *q = db_sql(st->db, CROSSING);
    db_int(q, f.upto);
    int stop = 0;
    int rc = 0;
    while (!stop && (rc = db_step(q)) > 0)
        stop = take_row(&f, q);
    db_done(q);
    if (!stop && !rc)
        stop = end_group(&f);
    rx_buf_free(&f.from);
    rx_buf_free(&f.to);
    rx_buf_free(&f.url);
    rx_buf_free(&f.target);
    rx_buf_free(&f.warc_name);
    return stop ? stop : rc;
}

/* ---- one by one ------------------------------------------------------------------------------ */

/* The links of one content, in the order of the page. */
static int links_of(struct store *st, struct db_stmt *page, store_url_link_fn *fn, void *ctx)
{
    struct db_stmt *q = db_sql(st->db, "SELECT u.text, l.text, l.rel, l.kind FROM link l "
                                       "JOIN url u ON u.id = l.to_url_id WHERE l.content_id = ? "
                                       "ORDER BY l.ordinal");
    db_int(q, db_col_int(page, 0));
    int stop = 0;
    int rc = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        struct store_url_link link = {.from_url = db_col_text(page, 1),
                                      .to_url = db_col_text(q, 0),
                                      .text = db_col_text(q, 1),
                                      .rel = db_col_text(q, 2),
                                      .kind = (enum rx_link)db_col_int(q, 3),
                                      .status = (int)db_col_int(page, 2)};
        stop = fn(ctx, &link);
    }
    db_done(q);
    return stop ? stop : rc;
}

int store_url_link_scan(struct store *st, int64_t upto_run, store_url_link_fn *fn, void *ctx)
{
    struct db_stmt *pages =
        db_sql(st->db, "SELECT c.id, u.text, f.status FROM content c JOIN url u ON u.id = "
                       "c.url_id " STATE_FIRST_FETCH "WHERE " STATE_NEWEST
                       "ORDER BY u.text, f.started_ms, c.sha256");
    db_int(pages, state_upto(upto_run));
    int stop = 0;
    int rc = 0;
    while (!stop && (rc = db_step(pages)) > 0)
        stop = links_of(st, pages, fn, ctx);
    db_done(pages);
    return stop ? stop : rc;
}
