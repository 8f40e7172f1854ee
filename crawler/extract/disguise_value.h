/* disguise_value.h - values that were written in another alphabet: Base64 and percent escapes.
 * Pure, linear; out may be where s begins, because neither grows. */
#ifndef RX_CRAWLER_EXTRACT_DISGUISE_VALUE_H
#define RX_CRAWLER_EXTRACT_DISGUISE_VALUE_H

#include "base/str.h"

/* Decodes RFC 4648 Base64, either alphabet, up to the first '='. False: it is none, or of bytes
 * that no text has. */
bool disguise_base64(char *out, size_t *n, struct rx_str s);

/* Decodes "%40" and "%u0040". Returns whether an escape stood for a byte that needs none, as in
 * "%6Dail" and "%40", which only hides; out is whole either way. */
bool disguise_percent(char *out, size_t *n, struct rx_str s);

#endif
