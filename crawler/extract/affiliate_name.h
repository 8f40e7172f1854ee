/* affiliate_name.h - what parameters are called that say who is paid for a sale. For affiliate.c.
 */
#ifndef RX_CRAWLER_EXTRACT_AFFILIATE_NAME_H
#define RX_CRAWLER_EXTRACT_AFFILIATE_NAME_H

#include "base/str.h"

struct parameter {
    const char *name, *folded; /* one word per way of counting */
    bool plain;                /* believed by itself */
};

enum { AFFILIATE_NAME_MOST = 64 }; /* bytes of a longer name that a plain one is looked for in */

/* NULL: not one of those. Case does not count. */
const struct parameter *affiliate_name(struct rx_str name);
/* The longest plain name that stands as a word in a longer one, unless the rest says that this is
 * what a partner tells apart himself ("aff_sub2", "affid_subid"); NULL: none. */
const struct parameter *affiliate_name_within(struct rx_str name);
/* The longest name that `name` ends with behind a prefix of other letters, or right behind `mark`
 * unless that is 0; NULL: none. */
const struct parameter *affiliate_name_at_end(struct rx_str name, char mark);

#endif
