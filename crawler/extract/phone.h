/* phone.h - telephone numbers to E.164. Pure. */
#ifndef RX_CRAWLER_EXTRACT_PHONE_H
#define RX_CRAWLER_EXTRACT_PHONE_H

#include "base/str.h"

enum { PHONE_TEXT = 17 }; /* '+', 15 digits, NUL */

/* text: a number as written, with "+", "00", or national. home: the calling code of the page's
 * country, 0 if unknown; a national number needs it. Checks the country's lengths and the
 * numbering plan of North America. out: "+18005550199". */
bool phone_normal(char out[PHONE_TEXT], struct rx_str text, unsigned home);
/* Calling code of a page: by its host's country ending, else by the region of its language
 * ("en-GB"); 0: unknown. */
unsigned phone_home(struct rx_str host, struct rx_str lang);
/* Free for the caller in its country, or international free phone (+800). */
bool phone_tollfree(const char *e164);

#endif
