/* who.h - who is at the keyboard, as the case remembers it: "anna@desk7". */
#ifndef RX_BASE_WHO_H
#define RX_BASE_WHO_H

#include "base/buf.h"

/* Adds the account and the machine; "?" stands for what the system does not tell. */
RX_MUST int rx_who(struct rx_buf *out);

#endif
