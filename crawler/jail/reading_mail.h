/* reading_mail.h - a mail that was handed over as a list of seeds: its URLs, and the identifiers
 * that lead from it to shops (telephones, wallets, messengers, partners' ids in its links). Pure.
 */
#ifndef RX_CRAWLER_READING_MAIL_H
#define RX_CRAWLER_READING_MAIL_H

#include "base/buf.h"
#include "crawler/extract/extract.h"

/* Adds to finds what lists/mail.h finds, and a FIND_MARK for each identifier of a part. x may be
 * NULL: no marks then. RX_ENOMEM, RX_EFULL. */
RX_MUST int reading_mail(struct rx_buf *finds, const struct extractor *x, struct rx_str bytes,
                         struct rx_err *err);

#endif
