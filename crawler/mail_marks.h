/* mail_marks.h - what the case's mails say, from the jail's words to rows. Blocking; the thread
 * that owns the store. */
#ifndef RX_CRAWLER_MAIL_MARKS_H
#define RX_CRAWLER_MAIL_MARKS_H

#include "crawler/jail/jail_door.h"
#include "crawler/lists/finds.h"

/* A mail under way: reading is 0 until it is noted that the tables searched it. */
struct mail_marks {
    struct store *st;
    const char *tables; /* their hash */
    struct rx_sha256 sha256;
    int64_t reading;
};
RX_MUST int mail_marks_note(struct mail_marks *m);
/* f is a FIND_MARK out of the jail: a class that there is none of says nothing. */
RX_MUST int mail_marks_put(struct mail_marks *m, const struct find *f);

/* Searches all mails of the case that the tables in force did not search yet: after a replay, and
 * when the tables are others. Owns a transaction. *read: so many; one that no reader survives is
 * noted as searched. */
RX_MUST int mail_marks_read_due(struct store *st, struct crawl_jail *jail, uint64_t *read,
                                struct rx_err *err);

#endif
