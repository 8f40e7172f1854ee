/* mail.h - the URLs in a mail: of its text parts, transfer encoding and charset undone; of HTML, in
 * attributes and text; of mails inside it too; of words that are sent under another type. Headers
 * are not searched: what stands there is the way that the mail took. For the jail: GMime reads
 * bytes of strangers.
 *
 * GMime would convert headers by iconv, which opens files and is killed for it: it is given the
 * headers that say how to decode, in plain ASCII, and nothing else (mail.c). */
#ifndef RX_CRAWLER_LISTS_MAIL_H
#define RX_CRAWLER_LISTS_MAIL_H

#include "base/buf.h"

enum {
    MAIL_BYTES_MAX = 16 << 20,
    MAIL_PARTS_MAX = 1000, /* of a mail and of those inside it */
    MAIL_DEPTH_MAX = 16,   /* mails inside mails */
    MAIL_URLS_MAX = 20000
};

/* Once a process, before the jail closes; after parse_init(). */
void mail_init(void);
/* A part that is text: what its reader sees the words of, or its markup. Views for the call. */
struct mail_part {
    struct rx_str text; /* UTF-8 */
    struct rx_str place;
    bool html;
};
/* Whatever else there is to be found in it goes to finds too. Non-zero ends the mail. */
typedef int mail_part_fn(void *ctx, struct rx_buf *finds, const struct mail_part *part);
/* Adds the subject as title, each URL once, and what could not be read. fn may be NULL.
 * RX_ENOMEM, RX_EFULL. */
RX_MUST int mail_read(struct rx_buf *finds, struct rx_str bytes, mail_part_fn *fn, void *ctx,
                      struct rx_err *err);

#endif
