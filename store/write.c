/* write.c - what was captured: WARC files, contents with their links and sightings, fetches, robots
 * rules, facts of hosts, states of sites. Rows are only ever added (schema.sql, "keep_*"). */
#include "store/state.h"

/* ---- WARC ------------------------------------------------------------------------------------ */

int store_warc_add(struct store *st, int64_t run, struct rx_str name, int64_t *file_id)
{
    struct db_stmt *q = db_sql(st->db, "INSERT INTO warc(run, name) VALUES(?, ?)");
    db_int(q, run);
    db_text(q, name);
    int rc = db_run(q);
    if (!rc)
        *file_id = db_last_id(st->db);
    return rc;
}

int store_warc_set(struct store *st, int64_t file_id, uint64_t bytes, bool closed)
{
    struct db_stmt *q = db_sql(st->db, "UPDATE warc SET bytes = ?, closed = ? WHERE id = ?");
    db_int(q, (int64_t)bytes);
    db_int(q, closed);
    db_int(q, file_id);
    int rc = db_run(q);
    if (!rc && db_changes(st->db) == 0)
        rc = db_fail(st->db, RX_ENOENT, "there is no WARC file %lld", (long long)file_id);
    return rc;
}

static struct rx_str digest_text(const struct rx_sha256 *digest)
{
    return rx_strn((const char *)digest->b, sizeof digest->b);
}

int store_warc_record_put(struct store *st, struct store_warc_ref ref, struct rx_str type,
                          const struct rx_sha256 *member)
{
    struct db_stmt *q = db_sql(st->db, "INSERT INTO warc_record(file_id, offset, bytes, type, "
                                       "member) VALUES(?, ?, ?, ?, ?)");
    db_int(q, ref.file_id);
    db_int(q, (int64_t)ref.offset);
    db_int(q, (int64_t)ref.bytes);
    db_text(q, type);
    db_blob(q, digest_text(member));
    return db_run(q);
}

/* ---- contents -------------------------------------------------------------------------------- */

static int reading_id(struct store *st, const struct store_content *content, int64_t *id)
{
    struct cache_ids ids = {0};
    if (url_recall(st, 'r', content->reader, content->tables, &ids)) {
        *id = ids.id;
        return 0;
    }
    struct db_stmt *q = db_sql(st->db, "SELECT id FROM reading WHERE reader = ? AND tables = ?");
    db_text(q, content->reader);
    db_text(q, content->tables);
    int rc = db_step(q);
    if (rc > 0)
        ids.id = db_col_int(q, 0);
    db_done(q);
    if (rc == 0) {
        q = db_sql(st->db, "INSERT INTO reading(reader, tables) VALUES(?, ?)");
        db_text(q, content->reader);
        db_text(q, content->tables);
        rc = db_run(q);
        ids.id = db_last_id(st->db);
    }
    if (rc < 0)
        return rc;
    url_remember(st, 'r', content->reader, content->tables, ids);
    *id = ids.id;
    return 0;
}

/* Looks for the same body of the same URL: read the same way (*id), or in any way (*body_id). */
static int find_content(struct store *st, const struct store_content *content, int64_t reading,
                        int64_t *id, int64_t *body_id)
{
    struct db_stmt *q = db_sql(st->db, "SELECT id, body_id, reading_id FROM content "
                                       "WHERE url_id = ? AND sha256 = ?");
    db_int(q, content->url_id);
    db_blob(q, digest_text(&content->sha256));
    int rc = 0;
    while (!*id && (rc = db_step(q)) > 0) {
        *body_id = db_col_int(q, 1);
        if (db_col_int(q, 2) == reading)
            *id = db_col_int(q, 0);
    }
    db_done(q);
    return rc < 0 ? rc : 0;
}

static int add_content(struct store *st, const struct store_content *content, int64_t reading,
                       struct state_content *now)
{
    int64_t next = 0;
    int rc = db_number(st->db, "SELECT ifnull(max(id), 0) + 1 FROM content", &next);
    if (rc)
        return rc;
    now->id = next;
    if (!now->body_id)
        now->body_id = next;
    struct db_stmt *q = db_sql(st->db, "INSERT INTO content VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                                       "?, ?, ?)");
    db_int(q, now->id);
    db_int(q, content->url_id);
    db_int(q, now->site_id);
    db_int(q, now->body_id);
    db_int(q, reading);
    db_int(q, (int64_t)content->bytes);
    db_blob(q, digest_text(&content->sha256));
    db_text(q, content->media_type);
    db_text(q, content->charset);
    db_text(q, content->title);
    db_text(q, content->lang);
    db_text(q, content->failure);
    db_text(q, content->signs);
    return db_run(q);
}

int store_content_put(struct store *st, struct store_content *content, bool *is_new)
{
    struct state_content now = {0};
    int64_t reading = 0;
    int rc = url_site_of(st, content->url_id, &now.site_id);
    if (!rc)
        rc = reading_id(st, content, &reading);
    if (!rc)
        rc = find_content(st, content, reading, &now.id, &now.body_id);
    bool found = now.id != 0;
    if (!rc && !found)
        rc = add_content(st, content, reading, &now);
    if (rc)
        return rc;
    st->content = now;
    content->id = now.id;
    *is_new = !found;
    return 0;
}

/* The tables' name in this reading: a reader and its tables read a body once, by the schema, so the
 * second time the name says so. */
static int name_tables(struct store *st, const struct store_content *content, struct rx_buf *name)
{
    struct db_stmt *q =
        db_sql(st->db, "SELECT count(*) FROM content c JOIN reading r ON r.id = c.reading_id "
                       "WHERE c.url_id = ?1 AND c.sha256 = ?2 AND r.reader = ?3 AND "
                       "(r.tables = ?4 OR substr(r.tables, 1, length(?4) + 1) = ?4 || '/')");
    db_int(q, content->url_id);
    db_blob(q, digest_text(&content->sha256));
    db_text(q, content->reader);
    db_text(q, content->tables);
    int rc = db_step(q);
    const int64_t times = rc > 0 ? db_col_int(q, 0) : 0;
    db_done(q);
    if (rc < 0)
        return rc;
    rc = rx_buf_add(name, content->tables);
    if (!rc && times > 0)
        rc = rx_buf_addf(name, "/%lld", (long long)times + 1);
    return rc ? db_fail(st->db, rc, "case.db: the name of the tables is too long") : 0;
}

static int copy_links(struct store *st, int64_t from, int64_t to)
{
    struct db_stmt *q =
        db_sql(st->db, "INSERT INTO link SELECT ?, ordinal, to_url_id, kind, crosses, offset, "
                       "text, rel, raw FROM link WHERE content_id = ?");
    db_int(q, to);
    db_int(q, from);
    return db_run(q);
}

int store_content_renew(struct store *st, struct store_content *content, int64_t before)
{
    enum { NAME_MAX_BYTES = 256 };
    struct rx_buf name = RX_BUF(NAME_MAX_BYTES);
    bool is_new = false;
    int rc = name_tables(st, content, &name);
    struct store_content named = *content;
    named.tables = rx_buf_str(&name);
    if (!rc)
        rc = store_content_put(st, &named, &is_new);
    rx_buf_free(&name);
    if (!rc && !is_new)
        rc = db_fail(st->db, RX_EDAMAGE, "case.db: content %lld has a reading too many",
                     (long long)named.id);
    if (!rc)
        rc = copy_links(st, before, named.id);
    if (!rc)
        content->id = named.id;
    return rc;
}

/* Makes st->content the one that is asked for. */
static int recall_content(struct store *st, int64_t content_id)
{
    if (st->content.id == content_id)
        return 0;
    struct db_stmt *q = db_sql(st->db, "SELECT site_id, body_id FROM content WHERE id = ?");
    db_int(q, content_id);
    int rc = db_step(q);
    if (rc > 0)
        st->content = (struct state_content){content_id, db_col_int(q, 0), db_col_int(q, 1)};
    db_done(q);
    if (rc == 0)
        rc = db_fail(st->db, RX_ENOENT, "there is no content %lld", (long long)content_id);
    return rc < 0 ? rc : 0;
}

int store_link_put(struct store *st, int64_t content_id, uint32_t ordinal,
                   const struct store_link *link)
{
    int64_t to_site = 0;
    int rc = recall_content(st, content_id);
    if (!rc)
        rc = url_site_of(st, link->to_url_id, &to_site);
    if (rc)
        return rc;
    struct db_stmt *q = db_sql(st->db, "INSERT INTO link VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)");
    db_int(q, content_id);
    db_int(q, ordinal);
    db_int(q, link->to_url_id);
    db_int(q, link->kind);
    db_int(q, to_site != st->content.site_id);
    db_int(q, link->offset);
    db_text(q, link->text);
    db_text(q, link->rel);
    db_text(q, link->raw);
    return db_run(q);
}

static int indicator_id(struct store *st, struct rx_str cls, struct rx_str value, int64_t *id)
{
    struct cache_ids ids = {0};
    if (url_recall(st, 'i', cls, value, &ids)) {
        *id = ids.id;
        return 0;
    }
    struct db_stmt *q = db_sql(st->db, "SELECT id FROM indicator WHERE class = ? AND value = ?");
    db_text(q, cls);
    db_text(q, value);
    int rc = db_step(q);
    if (rc > 0)
        ids.id = db_col_int(q, 0);
    db_done(q);
    if (rc == 0) {
        q = db_sql(st->db, "INSERT INTO indicator(class, value) VALUES(?, ?)");
        db_text(q, cls);
        db_text(q, value);
        rc = db_run(q);
        ids.id = db_last_id(st->db);
    }
    if (rc < 0)
        return rc;
    url_remember(st, 'i', cls, value, ids);
    *id = ids.id;
    return 0;
}

int store_sighting_put(struct store *st, int64_t content_id, const struct store_sighting *sighting)
{
    int64_t indicator = 0;
    int rc = indicator_id(st, sighting->cls, sighting->value, &indicator);
    if (rc)
        return rc;
    struct db_stmt *q = db_sql(st->db, "INSERT INTO sighting VALUES(?, ?, ?, ?, ?, ?, ?) "
                                       "ON CONFLICT DO NOTHING");
    db_int(q, content_id);
    db_int(q, indicator);
    db_int(q, sighting->offset);
    db_int(q, sighting->place);
    db_int(q, sighting->length);
    db_int(q, sighting->hidden);
    if (rx_str_eq(sighting->raw, sighting->value))
        db_null(q);
    else
        db_text(q, sighting->raw);
    return db_run(q);
}

int store_reject_put(struct store *st, int64_t content_id, const struct store_reject *reject)
{
    struct db_stmt *q =
        db_sql(st->db, "INSERT INTO reject VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING");
    db_int(q, content_id);
    db_text(q, reject->cls);
    db_int(q, reject->reason);
    db_int(q, (int64_t)reject->count);
    return db_run(q);
}

/* A statement borrows what is bound to it until it has run. */
static void bind_sketch(struct db_stmt *q, unsigned char bytes[RX_MINHASH_BYTES],
                        const struct rx_sketch *s)
{
    rx_sketch_write(bytes, s);
    db_blob(q, rx_strn((const char *)bytes, RX_MINHASH_BYTES));
}

int store_sketch_put(struct store *st, int64_t content_id, const struct store_sketch *s)
{
    unsigned char shingles[RX_MINHASH_BYTES], qgrams[RX_MINHASH_BYTES], paths[RX_MINHASH_BYTES];
    struct db_stmt *q =
        db_sql(st->db, "INSERT INTO sketch VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
    db_int(q, content_id);
    db_int(q, s->words);
    db_int(q, s->elements);
    bind_sketch(q, shingles, &s->shingles);
    bind_sketch(q, qgrams, &s->qgrams);
    bind_sketch(q, paths, &s->paths);
    db_blob(q, rx_strn((const char *)s->dom_hash, sizeof s->dom_hash));
    return db_run(q);
}

/* ---- fetches --------------------------------------------------------------------------------- */

static void bind_ref(struct db_stmt *q, struct store_warc_ref ref)
{
    db_int(q, ref.file_id);
    db_int(q, (int64_t)ref.offset);
    db_int(q, (int64_t)ref.bytes);
}

int store_fetch_put(struct store *st, struct store_fetch *fetch)
{
    int64_t body_id = 0;
    if (fetch->content_id) {
        int rc = recall_content(st, fetch->content_id);
        if (rc)
            return rc;
        body_id = st->content.body_id;
    }
    struct db_stmt *q =
        db_sql(st->db, "INSERT INTO fetch(run, url_id, content_id, body_id, robots_fetch_id, "
                       "started_ms, took_ms, outcome, status, cut, bytes, "
                       "response_file, response_offset, response_bytes, "
                       "request_file, request_offset, request_bytes, ip, reason) "
                       "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    db_int(q, fetch->run);
    db_int(q, fetch->url_id);
    db_int(q, fetch->content_id);
    db_int(q, body_id);
    db_int(q, fetch->robots_fetch_id);
    db_int(q, fetch->started_ms);
    db_int(q, fetch->took_ms);
    db_int(q, fetch->outcome);
    db_int(q, fetch->status);
    db_int(q, fetch->cut);
    db_int(q, (int64_t)fetch->bytes);
    bind_ref(q, fetch->response);
    bind_ref(q, fetch->request);
    db_text(q, fetch->ip);
    db_text(q, fetch->reason);
    int rc = db_run(q);
    if (!rc)
        fetch->id = db_last_id(st->db);
    return rc;
}

int store_robots_put(struct store *st, int64_t run, const struct store_robots *robots)
{
    struct db_stmt *q =
        db_sql(st->db, "INSERT INTO robots(run, origin, fetched_ms, expires_ms, fetch_id, rules) "
                       "VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                       "fetched_ms = excluded.fetched_ms, expires_ms = excluded.expires_ms, "
                       "fetch_id = excluded.fetch_id, rules = excluded.rules");
    db_int(q, run);
    db_text(q, robots->origin);
    db_int(q, robots->fetched_ms);
    db_int(q, robots->expires_ms);
    db_int(q, robots->fetch_id);
    db_blob(q, robots->rules);
    return db_run(q);
}

int store_fact_put(struct store *st, const struct store_fact *fact)
{
    struct db_stmt *q = db_sql(st->db, "INSERT INTO fact VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) "
                                       "ON CONFLICT DO NOTHING");
    db_int(q, fact->run);
    db_int(q, fact->host_id);
    db_text(q, fact->kind);
    db_text(q, fact->value);
    db_text(q, fact->source);
    db_int(q, fact->seen_ms);
    bind_ref(q, fact->warc);
    return db_run(q);
}

int store_site_state_put(struct store *st, const struct store_site_state *state)
{
    int64_t site_id = state->site_id;
    int rc = site_id ? 0 : url_site(st, state->site, &site_id);
    if (rc)
        return rc;
    struct db_stmt *q =
        db_sql(st->db, "INSERT INTO site_state(site_id, run, role, pages, first_ms, last_ms, "
                       "state, reasons) VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                       "role = excluded.role, pages = excluded.pages, "
                       "first_ms = excluded.first_ms, last_ms = excluded.last_ms, "
                       "state = excluded.state, reasons = excluded.reasons");
    db_int(q, site_id);
    db_int(q, state->run);
    db_int(q, state->role);
    db_int(q, state->pages);
    db_int(q, state->first_ms);
    db_int(q, state->last_ms);
    db_text(q, state->state);
    db_text(q, state->reasons);
    return db_run(q);
}
