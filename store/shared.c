/* shared.c - what map loads: each value, the sites that carry it, on how many pages and when.
 *
 * 800,000 sightings in a second or two: contents are read once into an array by their number, then
 * one walk over (value, content), in the order of the values, folds each value's pages by site.
 * Memory: 48 bytes a content, 24 a sighting of the commonest value, the names of the sites.
 * Invariant: everything is read in one snapshot, so that a crawl may go on meanwhile. */
#include "store/schema.h"
#include "store/state.h"

#include <stdlib.h>

/* By content number. A body has the number of the first content that was read from it. */
struct content {
    int64_t url_id;
    int64_t body;
    int64_t newest;            /* of the body of this number: its newest content */
    int64_t first_ms, last_ms; /* of the body of this number: when it was fetched */
    uint32_t site_rank;        /* place of the site's name in the order of names */
    bool fetched;              /* the body of this number was, in the runs that count */
};

struct carrier { /* one sighting of the value in hand */
    int64_t content;
    uint32_t site_rank;
    bool hidden;
    int64_t url_id;
};

struct load {
    struct db *db;            /* borrowed */
    struct content *contents; /* owned, as all below */
    char *names;              /* the sites' names, one after the other, in order */
    size_t *name_ends;        /* by rank */
    uint32_t *rank_of;        /* by site id */
    struct carrier *carriers;
    size_t content_max, site_max, site_count, name_bytes, carrier_count, carrier_cap;
    struct rx_buf cls, value; /* in hand */
};

static void load_done(struct load *x)
{
    free(x->contents);
    free(x->names);
    free(x->name_ends);
    free(x->rank_of);
    free(x->carriers);
    rx_buf_free(&x->cls);
    rx_buf_free(&x->value);
}

static int no_memory(struct load *x)
{
    return db_fail(x->db, RX_ENOMEM, "no memory for %zu contents of %zu sites", x->content_max,
                   x->site_max);
}

static void *zeroed(size_t count, size_t size)
{
    return calloc(count + 1, size);
}

/* Rows are numbered from 1 without gaps, so arrays by number are as large as the tables. A file
 * that says otherwise must not make us ask for all memory. */
static int size_of(struct load *x, const char *max_sql, const char *count_sql, int64_t *size)
{
    int64_t most = 0;
    int64_t count = 0;
    int rc = db_number(x->db, max_sql, &most);
    if (!rc)
        rc = db_number(x->db, count_sql, &count);
    if (!rc && most != count)
        rc = db_fail(x->db, RX_EDAMAGE, "case.db: row %lld is the last of %lld", (long long)most,
                     (long long)count);
    if (!rc)
        *size = most + 1;
    return rc;
}

static int load_sizes(struct load *x)
{
    int64_t contents = 0;
    int64_t sites = 0;
    int64_t bytes = 0;
    int rc = size_of(x, "SELECT ifnull(max(id), 0) FROM content", "SELECT count(*) FROM content",
                     &contents);
    if (!rc)
        rc = size_of(x, "SELECT ifnull(max(id), 0) FROM site", "SELECT count(*) FROM site", &sites);
    if (!rc)
        rc =
            db_number(x->db, "SELECT ifnull(sum(length(CAST(name AS BLOB))), 0) FROM site", &bytes);
    if (rc)
        return rc;
    x->content_max = (size_t)contents;
    x->site_max = (size_t)sites;
    x->name_bytes = (size_t)bytes;
    x->contents = zeroed(x->content_max, sizeof *x->contents);
    x->names = zeroed((size_t)bytes, 1);
    x->name_ends = zeroed(x->site_max, sizeof *x->name_ends);
    x->rank_of = zeroed(x->site_max, sizeof *x->rank_of);
    return x->contents && x->names && x->name_ends && x->rank_of ? 0 : no_memory(x);
}

/* A case file may be damaged: a number is believed only inside its table. */
static bool within(int64_t id, size_t max)
{
    return id > 0 && (uint64_t)id < max;
}

static int load_sites(struct load *x)
{
    struct db_stmt *q = db_sql(x->db, "SELECT id, name FROM site ORDER BY name");
    size_t used = 0;
    int rc;
    while ((rc = db_step(q)) > 0) {
        struct rx_str name = db_col_text(q, 1);
        if (!within(db_col_int(q, 0), x->site_max) || name.n > x->name_bytes - used) {
            rc = db_fail(x->db, RX_EDAMAGE, "case.db: the table of sites contradicts itself");
            break;
        }
        memcpy(x->names + used, name.p, name.n);
        used += name.n;
        x->name_ends[x->site_count] = used;
        x->rank_of[db_col_int(q, 0)] = (uint32_t)x->site_count++;
    }
    db_done(q);
    return rc;
}

static int load_contents(struct load *x)
{
    struct db_stmt *q = db_sql(x->db, "SELECT id, url_id, body_id, site_id FROM content "
                                      "ORDER BY id");
    int rc;
    while ((rc = db_step(q)) > 0) {
        int64_t id = db_col_int(q, 0);
        int64_t body = db_col_int(q, 2);
        int64_t site = db_col_int(q, 3);
        if (!within(id, x->content_max) || !within(body, x->content_max) ||
            !within(site, x->site_max)) {
            rc = db_fail(x->db, RX_EDAMAGE, "case.db: content %lld contradicts itself",
                         (long long)id);
            break;
        }
        x->contents[id].url_id = db_col_int(q, 1);
        x->contents[id].body = body;
        x->contents[id].site_rank = x->rank_of[site];
        x->contents[body].newest = id;
    }
    db_done(q);
    return rc;
}

static int load_times(struct load *x, int64_t upto)
{
    struct db_stmt *q = db_sql(x->db, "SELECT body_id, min(started_ms), max(started_ms) FROM fetch "
                                      "WHERE body_id > 0 AND run <= ? GROUP BY body_id");
    db_int(q, upto);
    int rc;
    while ((rc = db_step(q)) > 0) {
        int64_t body = db_col_int(q, 0);
        if (!within(body, x->content_max))
            continue;
        x->contents[body].fetched = true;
        x->contents[body].first_ms = db_col_int(q, 1);
        x->contents[body].last_ms = db_col_int(q, 2);
    }
    db_done(q);
    return rc;
}

/* ---- one value after the other --------------------------------------------------------------- */

static int by_site_and_url(const void *a, const void *b)
{
    const struct carrier *x = a;
    const struct carrier *y = b;
    if (x->site_rank != y->site_rank)
        return x->site_rank < y->site_rank ? -1 : 1;
    if (x->url_id != y->url_id)
        return x->url_id < y->url_id ? -1 : 1;
    return (int)x->hidden - (int)y->hidden; /* the open sighting of a page first */
}

static struct rx_str site_name(const struct load *x, uint32_t rank)
{
    size_t from = rank ? x->name_ends[rank - 1] : 0;
    return rx_strn(x->names + from, x->name_ends[rank] - from);
}

/* Folds the carriers of one site, from `at`; returns where the next site begins. */
static size_t fold_site(const struct load *x, size_t at, struct store_shared *row)
{
    uint32_t rank = x->carriers[at].site_rank;
    int64_t page = 0;
    *row = (struct store_shared){.cls = rx_buf_str(&x->cls),
                                 .value = rx_buf_str(&x->value),
                                 .site = site_name(x, rank),
                                 .first_ms = INT64_MAX,
                                 .last_ms = INT64_MIN};
    for (; at < x->carrier_count && x->carriers[at].site_rank == rank; at++) {
        const struct carrier *c = &x->carriers[at];
        const struct content *body = &x->contents[x->contents[c->content].body];
        if (c->url_id != page) {
            page = c->url_id;
            row->pages++;
            row->hidden += c->hidden;
        }
        if (body->first_ms < row->first_ms)
            row->first_ms = body->first_ms;
        if (body->last_ms > row->last_ms)
            row->last_ms = body->last_ms;
    }
    return at;
}

static int flush_value(struct load *x, store_shared_fn *fn, void *ctx)
{
    if (x->carrier_count > 1)
        qsort(x->carriers, x->carrier_count, sizeof *x->carriers, by_site_and_url);
    int stop = 0;
    for (size_t at = 0; !stop && at < x->carrier_count;) {
        struct store_shared row;
        at = fold_site(x, at, &row);
        stop = fn(ctx, &row);
    }
    x->carrier_count = 0;
    return stop;
}

static int add_carrier(struct load *x, int64_t content, bool hidden)
{
    if (!within(content, x->content_max))
        return db_fail(x->db, RX_EDAMAGE,
                       "case.db: a sighting cites content %lld, which is not "
                       "there",
                       (long long)content);
    const struct content *c = &x->contents[content];
    const struct content *body = &x->contents[c->body];
    if (body->newest != content || !body->fetched)
        return 0;
    if (x->carrier_count == x->carrier_cap) {
        size_t cap = x->carrier_cap ? 2 * x->carrier_cap : 1024;
        struct carrier *grown = realloc(x->carriers, cap * sizeof *grown);
        if (!grown)
            return no_memory(x);
        x->carriers = grown;
        x->carrier_cap = cap;
    }
    x->carriers[x->carrier_count++] = (struct carrier){content, c->site_rank, hidden, c->url_id};
    return 0;
}

static int take_value(struct load *x, struct db_stmt *q)
{
    rx_buf_clear(&x->cls);
    rx_buf_clear(&x->value);
    int rc = rx_buf_add(&x->cls, db_col_text(q, 1));
    return rc ? rc : rx_buf_add(&x->value, db_col_text(q, 2));
}

#define WALK_COLUMNS "SELECT i.id, i.class, i.value, g.content_id, g.hidden "
#define WALK_ORDER "ORDER BY i.class, i.value"

static int walk(struct load *x, store_shared_fn *fn, void *ctx)
{
    struct db_stmt *q = schema_has_late(x->db)
                            ? db_sql(x->db, WALK_COLUMNS "FROM indicator i CROSS JOIN sighting g "
                                                         "ON g.indicator_id = i.id " WALK_ORDER)
                            : db_sql(x->db, WALK_COLUMNS "FROM sighting g CROSS JOIN indicator i "
                                                         "ON i.id = g.indicator_id " WALK_ORDER);
    int64_t in_hand = 0;
    int stop = 0;
    int rc = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        if (db_col_int(q, 0) != in_hand) {
            stop = flush_value(x, fn, ctx);
            in_hand = db_col_int(q, 0);
            if (!stop)
                stop = take_value(x, q);
        }
        if (!stop)
            stop = add_carrier(x, db_col_int(q, 3), db_col_int(q, 4) != 0);
    }
    db_done(q);
    if (stop || rc)
        return stop ? stop : rc;
    return flush_value(x, fn, ctx);
}

int store_shared_scan(struct store *st, int64_t upto_run, store_shared_fn *fn, void *ctx)
{
    enum { TEXT_MAX = 1 << 20 };
    struct load x = {.db = st->db, .cls = RX_BUF(TEXT_MAX), .value = RX_BUF(TEXT_MAX)};
    bool own_snapshot = !db_in_transaction(st->db);
    int rc = own_snapshot ? db_begin_read(st->db) : 0;
    if (!rc)
        rc = load_sizes(&x);
    if (!rc)
        rc = load_sites(&x);
    if (!rc)
        rc = load_contents(&x);
    if (!rc)
        rc = load_times(&x, state_upto(upto_run));
    if (!rc)
        rc = walk(&x, fn, ctx);
    if (own_snapshot)
        db_rollback(st->db);
    load_done(&x);
    return rc;
}
