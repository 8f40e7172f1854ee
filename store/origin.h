/* origin.h - the part of store.h that says where seeds came from: what named them, and the mails
 * among these, with what was read in them. Included by store.h; callers include that. */
#ifndef RX_STORE_ORIGIN_H
#define RX_STORE_ORIGIN_H

#include "base/digest.h"
#include "base/vocab.h"

struct store;

struct store_warc_ref {
    int64_t file_id;        /* 0: nothing archived */
    uint64_t offset, bytes; /* of the gzip member */
};

/* What seeds were taken out of: one for each kind, purpose, name and digest. */
struct store_origin {
    int64_t id;
    enum rx_origin kind;
    enum rx_purpose purpose;
    struct rx_str name;      /* file, "-", "argument"; address of an advertisement or profile */
    struct rx_str title;     /* subject, name of a report; may be empty */
    bool has_digest;         /* a mail */
    struct rx_sha256 sha256; /* of its bytes */
    int64_t added_ms;
};
/* Finds or adds; fills id. Of one that is there already nothing changes. */
RX_MUST int store_origin_put(struct store *st, struct store_origin *origin);
struct store_seed_origin {
    struct rx_str url, site; /* of the seed; site is filled by scans */
    struct rx_str place;     /* in the origin, for people: "part 2, text/html" */
    struct rx_str raw;       /* as it stood there */
    uint64_t line;           /* of a list; the mail's number in its mailbox; 0: no such */
    struct store_origin origin;
    struct rx_str warc_name; /* filled by scans: where a mail is archived; empty: nowhere yet */
    struct store_warc_ref warc;
};
/* By url and origin.id. RX_ENOENT: there is no such seed. The first of a seed and origin stands. */
RX_MUST int store_seed_origin_put(struct store *st, const struct store_seed_origin *from);
typedef int store_seed_origin_fn(void *ctx, const struct store_seed_origin *from);
/* Of one site, or all (empty), in the order of the seeds, then of the origins. A seed out of
 * evidence that does not say more has one of kind REPLAY, with id 0. */
int store_seed_origin_scan(struct store *st, struct rx_str site, store_seed_origin_fn *fn,
                           void *ctx);
/* A mail's bytes, once each. */
RX_MUST int store_mail_put(struct store *st, const struct rx_sha256 *sha256, struct rx_str bytes);
struct store_mail {
    struct rx_sha256 sha256;
    struct rx_str bytes;
    int64_t added_ms;
};
typedef int store_mail_fn(void *ctx, const struct store_mail *mail);
/* Those that no record holds yet, in order of digest. */
int store_mail_scan(struct store *st, store_mail_fn *fn, void *ctx);
RX_MUST int store_mail_record_put(struct store *st, const struct rx_sha256 *sha256,
                                  struct store_warc_ref ref);
/* Those that these tables did not search yet, in order of digest; behind: only those that come
 * later, NULL: all. *id of its search: finds or adds. */
int store_mail_due_scan(struct store *st, struct rx_str tables, const struct rx_sha256 *behind,
                        store_mail_fn *fn, void *ctx);
RX_MUST int store_mail_reading_put(struct store *st, const struct rx_sha256 *sha256,
                                   struct rx_str tables, int64_t *id);
struct store_mail_mark { /* an identifier that a mail names; once a reading, the first stands */
    struct rx_str cls, value, raw, place;
    bool hidden;
    struct store_origin origin; /* filled by scans: the mail, by its first origin; its record */
    struct rx_str warc_name;
    struct store_warc_ref warc;
};
RX_MUST int store_mail_mark_put(struct store *st, int64_t reading_id,
                                const struct store_mail_mark *mark);
typedef int store_mail_mark_fn(void *ctx, const struct store_mail_mark *mark);
/* Of each mail's newest reading, in order of digest, class and value. */
int store_mail_mark_scan(struct store *st, store_mail_mark_fn *fn, void *ctx);

#endif
