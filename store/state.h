/* state.h - what a store handle is made of, for the files of store/ only. */
#ifndef RX_STORE_STATE_H
#define RX_STORE_STATE_H

#include "store/cache.h"
#include "store/db.h"
#include "store/store.h"

enum {
    STATE_URL_SLOTS = 65536,  /* recent URLs; a page's 80 links mostly repeat its neighbours' */
    STATE_NAME_SLOTS = 16384, /* recent sites, hosts, indicators, readings */
    STATE_ANCHOR_BYTES = 96
};

/* The content that rows are being put for. */
struct state_content {
    int64_t id, site_id, body_id;
};

struct store {
    struct db *db; /* owned */
    char *dir;     /* owned */
    enum store_mode mode;
    bool whole;   /* opened and checked */
    int audit_fd; /* holds the lock in STORE_WRITE and STORE_STILL mode */
    /* Last line of audit.log, once known. */
    bool audit_known;
    uint64_t audit_seq;
    char audit_head[RX_SHA256_HEX + 1];
    bool anchor_due; /* the head has still to go into the database */

    struct cache *urls;  /* owned; text -> URL, host, site */
    struct cache *names; /* owned; sites, hosts, indicators, readings */
    struct {
        int64_t url_id, site_id;
    } * url_sites; /* owned; STATE_URL_SLOTS, by the low bits of the URL's id */
    struct state_content content;
};

/* Forgets every cached id. */
void state_forget(struct store *st);
/* The database's sentence into err. */
static inline int state_fail(const struct store *st, int code, struct rx_err *err)
{
    return rx_fail(err, code, "%s/%s", st->dir, db_error(st->db));
}
/* The number of the last run that counts: INT64_MAX for 0. */
static inline int64_t state_upto(int64_t upto_run)
{
    return upto_run ? upto_run : INT64_MAX;
}

/* SQL, of a content c. Only the newest content of a body (URL and SHA-256) counts. */
#define STATE_NEWEST                                                                               \
    "NOT EXISTS (SELECT 1 FROM content n WHERE n.url_id = c.url_id AND n.sha256 = c.sha256 "       \
    "AND n.id > c.id) "
/* The earliest fetch f of its body, in runs up to ?1, stands for the body. */
#define STATE_FIRST_FETCH                                                                          \
    "JOIN fetch f ON f.id = (SELECT id FROM fetch WHERE body_id = c.body_id AND body_id > 0 "      \
    "AND run <= ?1 ORDER BY started_ms, id LIMIT 1) "

/* ---- audit.c ---- */
/* Writes the head of audit.log into the database, if it is due. */
RX_MUST int audit_anchor(struct store *st);

/* ---- url.c: sites, hosts, URLs; finds or adds ---- */
RX_MUST int url_site(struct store *st, struct rx_str site, int64_t *site_id);
RX_MUST int url_host(struct store *st, struct rx_str host, struct rx_str site,
                     struct cache_ids *ids);
RX_MUST int url_put(struct store *st, struct rx_str url, struct rx_str host, struct rx_str site,
                    struct cache_ids *ids);
/* The keys of every URL of a site lie between these two, theirs among a few of others'. */
void url_site_range(int64_t site_id, int64_t *first, int64_t *last);
/* The site of a known URL. */
RX_MUST int url_site_of(struct store *st, int64_t url_id, int64_t *site_id);
/* The id of a URL; RX_ENOENT when the case does not know it. */
RX_MUST int url_find(struct store *st, struct rx_str url, int64_t *url_id);
/* The name table: looks for (kind, a, b) among the recent names. */
bool url_recall(const struct store *st, char kind, struct rx_str a, struct rx_str b,
                struct cache_ids *ids);
void url_remember(struct store *st, char kind, struct rx_str a, struct rx_str b,
                  struct cache_ids ids);

#endif
