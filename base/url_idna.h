/* url_idna.h - international host names to A-labels, as the URL standard wants them. For
 * url_host.c only. Pure. */
#ifndef RX_BASE_URL_IDNA_H
#define RX_BASE_URL_IDNA_H

#include "base/buf.h"

/* Adds name, which holds some byte over 0x7F, as ASCII. RX_EINVAL: it is no valid name. UTS 46,
 * non-transitional, CheckHyphens and VerifyDnsLength false, CheckBidi and CheckJoiners true. */
RX_MUST int rx_idna_to_ascii(struct rx_buf *out, struct rx_str name);

#endif
