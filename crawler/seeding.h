/* seeding.h - seeds under way from a list to rows: what crawl_seed.c (the door, lines, CSV) and
 * crawl_lists.c (mails, JSON, WARC) share. For these two. */
#ifndef RX_CRAWLER_SEEDING_H
#define RX_CRAWLER_SEEDING_H

#include "base/site.h"
#include "crawler/crawl.h"

struct seeding {
    struct store *st;
    struct crawl_jail *jail; /* borrowed; NULL: nothing here needs it */
    const struct crawl_seed_list *list;
    struct rx_psl *psl;                /* owned */
    struct crawl_withdrawn *withdrawn; /* owned */
    struct store_origin origin;        /* of all that says no other; put by the first seed */
    int64_t now_ms;
    crawl_seed_bad_fn *bad;
    void *ctx;
    struct crawl_seed_result result;
    uint64_t lines;                 /* those that are neither blank nor a comment */
    struct rx_buf url, target, key; /* owned; scratch */
    struct rx_err *err;
    int rc; /* the first failure that ends it all */
};

/* Where a seed was found. */
struct seeding_place {
    uint64_t line;
    struct rx_str place;         /* may be empty */
    struct store_origin *origin; /* NULL: the list's */
    bool shared;                 /* shared services are left out: nobody chose these links */
};
/* One text that is meant as a seed: parsed, taken out of its redirectors, put. What is wrong with
 * it is told; only failures of the store or of memory go to s->rc. */
void seeding_add(struct seeding *s, struct rx_str text, const struct seeding_place *at);
/* Something could not be read: told and counted. */
void seeding_fault(struct seeding *s, const struct seeding_place *at, const char *why);

/* crawl_lists.c: mailboxes, JSON and WARC; s->rc says how it went. */
void seeding_mail(struct seeding *s, struct rx_str text, bool is_box);
void seeding_json(struct seeding *s, struct rx_str text);
void seeding_warc(struct seeding *s, const char *path);

#endif
