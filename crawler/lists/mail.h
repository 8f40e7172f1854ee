/* mail.h - the URLs in a mail: of its text parts, transfer encoding and charset undone; of HTML, in
 * attributes and text; of mails inside it too. Headers are not searched: what stands there is the
 * way that the mail took. For the jail: GMime reads bytes of strangers.
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
/* Adds the subject as title, each URL once, and what could not be read. RX_ENOMEM, RX_EFULL. */
RX_MUST int mail_read(struct rx_buf *finds, struct rx_str bytes, struct rx_err *err);

#endif
