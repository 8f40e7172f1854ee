/* url.c - identity: one row a site, a host, a URL, whoever asks.
 *
 * A URL is found by a 64-bit key: 24 bits of its site's number, so that a site's URLs lie together
 * in the index (a page's links touch few of its pages, and a site's rows are one range), then 40
 * bits of XXH3 of the text. The key only says where to look: the text is compared, and a URL whose
 * place is taken by another goes to the next one. Rows are never deleted, so a chain never breaks.
 *
 * The site of a host is what was said when the host was first seen: a later Public Suffix List
 * moves no URL. */
#include "base/url.h"
#include "base/site.h"
#include "store/state.h"

enum { KEY_SITE_SHIFT = 40, NAME_KEY_MAX = CACHE_TEXT_MAX };

static bool name_key(char out[NAME_KEY_MAX], struct rx_str *key, char kind, struct rx_str a,
                     struct rx_str b)
{
    if (a.n + b.n + 2 > NAME_KEY_MAX)
        return false;
    out[0] = kind;
    if (a.n)
        memcpy(out + 1, a.p, a.n);
    out[1 + a.n] = '\0';
    if (b.n)
        memcpy(out + 2 + a.n, b.p, b.n);
    *key = rx_strn(out, a.n + b.n + 2);
    return true;
}

bool url_recall(const struct store *st, char kind, struct rx_str a, struct rx_str b,
                struct cache_ids *ids)
{
    char bytes[NAME_KEY_MAX];
    struct rx_str key;
    return name_key(bytes, &key, kind, a, b) && cache_get(st->names, rx_hash64(key), key, ids);
}

void url_remember(struct store *st, char kind, struct rx_str a, struct rx_str b,
                  struct cache_ids ids)
{
    char bytes[NAME_KEY_MAX];
    struct rx_str key;
    if (name_key(bytes, &key, kind, a, b))
        cache_put(st->names, rx_hash64(key), key, ids);
}

int url_site(struct store *st, struct rx_str site, int64_t *site_id)
{
    struct cache_ids ids = {0};
    if (url_recall(st, 's', site, RX_STR(""), &ids)) {
        *site_id = ids.id;
        return 0;
    }
    struct db_stmt *q = db_sql(st->db, "SELECT id FROM site WHERE name = ?");
    db_text(q, site);
    int rc = db_step(q);
    if (rc > 0)
        ids.id = db_col_int(q, 0);
    db_done(q);
    if (rc < 0)
        return rc;
    if (rc == 0) {
        q = db_sql(st->db, "INSERT INTO site(name) VALUES(?)");
        db_text(q, site);
        rc = db_run(q);
        if (rc)
            return rc;
        ids.id = db_last_id(st->db);
    }
    url_remember(st, 's', site, RX_STR(""), ids);
    *site_id = ids.id;
    return 0;
}

static int add_host(struct store *st, struct rx_str host, struct rx_str site, struct cache_ids *ids)
{
    int rc = url_site(st, site, &ids->site_id);
    if (rc)
        return rc;
    struct db_stmt *q = db_sql(st->db, "INSERT INTO host(site_id, name) VALUES(?, ?)");
    db_int(q, ids->site_id);
    db_text(q, host);
    rc = db_run(q);
    ids->id = ids->host_id = db_last_id(st->db);
    return rc;
}

int url_host(struct store *st, struct rx_str host, struct rx_str site, struct cache_ids *ids)
{
    host = rx_host_name(host);
    if (url_recall(st, 'h', host, RX_STR(""), ids))
        return 0;
    struct cache_ids found = {0};
    struct db_stmt *q = db_sql(st->db, "SELECT id, site_id FROM host WHERE name = ?");
    db_text(q, host);
    int rc = db_step(q);
    if (rc > 0)
        found = (struct cache_ids){db_col_int(q, 0), db_col_int(q, 0), db_col_int(q, 1)};
    db_done(q);
    if (rc == 0)
        rc = add_host(st, host, site, &found);
    if (rc < 0)
        return rc;
    url_remember(st, 'h', host, RX_STR(""), found);
    *ids = found;
    return 0;
}

static int64_t key_of(int64_t site_id, uint64_t text_hash, uint64_t probe)
{
    uint64_t low = (text_hash + probe) & ((UINT64_C(1) << KEY_SITE_SHIFT) - 1);
    return (int64_t)((uint64_t)site_id << KEY_SITE_SHIFT | low);
}

void url_site_range(int64_t site_id, int64_t *first, int64_t *last)
{
    *first = key_of(site_id, 0, 0);
    *last = key_of(site_id, UINT64_MAX, 0);
}

/* Walks the chain of a key: *url_id is the text's row, or 0 and *free_key the first free place. */
static int look_up(struct store *st, struct rx_str text, uint64_t hash, int64_t site_id,
                   int64_t *url_id, int64_t *free_key)
{
    for (uint64_t probe = 0;; probe++) {
        int64_t key = key_of(site_id, hash, probe);
        struct db_stmt *q = db_sql(st->db, "SELECT id, text FROM url WHERE hash = ?");
        db_int(q, key);
        int rc = db_step(q);
        *url_id = rc > 0 && rx_str_eq(db_col_text(q, 1), text) ? db_col_int(q, 0) : 0;
        db_done(q);
        *free_key = key;
        if (rc <= 0 || *url_id)
            return rc < 0 ? rc : 0;
    }
}

static int add_url(struct store *st, struct rx_str text, int64_t key, struct cache_ids *ids)
{
    struct db_stmt *q = db_sql(st->db, "INSERT INTO url(hash, host_id, text) VALUES(?, ?, ?)");
    db_int(q, key);
    db_int(q, ids->host_id);
    db_text(q, text);
    int rc = db_run(q);
    if (!rc)
        ids->id = db_last_id(st->db);
    return rc;
}

static void note_site(struct store *st, int64_t url_id, int64_t site_id)
{
    size_t at = (uint64_t)url_id % STATE_URL_SLOTS;
    st->url_sites[at].url_id = url_id;
    st->url_sites[at].site_id = site_id;
}

int url_put(struct store *st, struct rx_str url, struct rx_str host, struct rx_str site,
            struct cache_ids *ids)
{
    uint64_t hash = rx_hash64(url);
    if (cache_get(st->urls, hash, url, ids))
        return 0;
    struct cache_ids found = {0};
    int rc = url_host(st, host, site, &found);
    if (rc)
        return rc;
    int64_t key = 0;
    rc = look_up(st, url, hash, found.site_id, &found.id, &key);
    if (!rc && !found.id)
        rc = add_url(st, url, key, &found);
    if (rc)
        return rc;
    cache_put(st->urls, hash, url, found);
    note_site(st, found.id, found.site_id);
    *ids = found;
    return 0;
}

int url_site_of(struct store *st, int64_t url_id, int64_t *site_id)
{
    size_t at = (uint64_t)url_id % STATE_URL_SLOTS;
    if (st->url_sites[at].url_id == url_id) {
        *site_id = st->url_sites[at].site_id;
        return 0;
    }
    struct db_stmt *q = db_sql(
        st->db, "SELECT h.site_id FROM url u JOIN host h ON h.id = u.host_id WHERE u.id = ?");
    db_int(q, url_id);
    int rc = db_step(q);
    if (rc > 0) {
        *site_id = db_col_int(q, 0);
        note_site(st, url_id, *site_id);
    }
    db_done(q);
    if (rc == 0)
        return db_fail(st->db, RX_ENOENT, "case.db: there is no URL %lld", (long long)url_id);
    return rc < 0 ? rc : 0;
}

int url_find(struct store *st, struct rx_str url, int64_t *url_id)
{
    struct rx_url parsed;
    struct rx_buf text = RX_BUF(RX_URL_MAX);
    int64_t found = 0;
    int64_t unused = 0;
    int rc = rx_url_parse(&parsed, &text, url, NULL);
    if (!rc) {
        struct db_stmt *q = db_sql(st->db, "SELECT site_id FROM host WHERE name = ?");
        db_text(q, parsed.host);
        rc = db_step(q);
        int64_t site_id = rc > 0 ? db_col_int(q, 0) : 0;
        db_done(q);
        if (rc > 0)
            rc = look_up(st, url, rx_hash64(url), site_id, &found, &unused);
    }
    rx_buf_free(&text);
    if (rc == RX_EINVAL || rc == RX_EFULL || (rc == 0 && !found))
        rc = RX_ENOENT;
    if (!rc)
        *url_id = found;
    return rc;
}

/* ---- the door -------------------------------------------------------------------------------- */

int store_url_put(struct store *st, struct rx_str url, struct rx_str host, struct rx_str site,
                  int64_t *url_id)
{
    struct cache_ids ids;
    int rc = url_put(st, url, host, site, &ids);
    if (!rc)
        *url_id = ids.id;
    return rc;
}

static void fill_host(struct store_host *host, struct db_stmt *q)
{
    host->id = db_col_int(q, 0);
    host->site_id = db_col_int(q, 1);
    host->next_ms = db_col_int(q, 2);
    host->delay_ms = (uint32_t)db_col_int(q, 3);
    host->failures = (uint32_t)db_col_int(q, 4);
    host->clean = (uint32_t)db_col_int(q, 5);
}

int store_host_put(struct store *st, struct rx_str name, struct rx_str site,
                   struct store_host *host)
{
    struct cache_ids ids;
    int rc = url_host(st, name, site, &ids);
    if (rc)
        return rc;
    struct db_stmt *q = db_sql(
        st->db, "SELECT id, site_id, next_ms, delay_ms, failures, clean FROM host WHERE id = ?");
    db_int(q, ids.host_id);
    rc = db_step(q);
    if (rc > 0) {
        fill_host(host, q);
        host->name = name;
        host->site = site;
    }
    db_done(q);
    return rc > 0 ? 0 : rc ? rc : db_fail(st->db, RX_EDAMAGE, "case.db: a host is missing");
}

int store_host_pace(struct store *st, const struct store_host *host)
{
    struct db_stmt *q = db_sql(st->db, "UPDATE host SET next_ms = ?, delay_ms = ?, failures = ?, "
                                       "clean = ? WHERE id = ?");
    db_int(q, host->next_ms);
    db_int(q, host->delay_ms);
    db_int(q, host->failures);
    db_int(q, host->clean);
    db_int(q, host->id);
    return db_run(q);
}

#define HOST_COLUMNS                                                                               \
    "SELECT h.id, h.site_id, h.next_ms, h.delay_ms, h.failures, h.clean, h.name, s.name "
#define HOST_ALL HOST_COLUMNS "FROM host h JOIN site s ON s.id = h.site_id ORDER BY h.name"
#define HOST_WAITING                                                                               \
    HOST_COLUMNS                                                                                   \
    "FROM (SELECT DISTINCT host_id FROM queue WHERE run = ? AND outcome = 0) w "                   \
    "JOIN host h ON h.id = w.host_id JOIN site s ON s.id = h.site_id ORDER BY h.name"

int store_host_scan(struct store *st, int64_t run, store_host_fn *fn, void *ctx)
{
    struct db_stmt *q = db_sql(st->db, run ? HOST_WAITING : HOST_ALL);
    if (run)
        db_int(q, run);
    int stop = 0;
    int rc = 0;
    while (!stop && (rc = db_step(q)) > 0) {
        struct store_host host;
        fill_host(&host, q);
        host.name = db_col_text(q, 6);
        host.site = db_col_text(q, 7);
        stop = fn(ctx, &host);
    }
    db_done(q);
    return stop ? stop : rc;
}
