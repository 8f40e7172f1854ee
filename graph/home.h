/* home.h - the group in which a site is at home, of all that its pages lie in.
 *
 * A site that is like another in ten pages is so for one reason, so one group of a class stands for
 * it. Neither the largest nor the one with most of its pages will do: whoever copies a page of a
 * rival would be moved among the rival's shops, and where every page of a programme is a group of
 * its own no page outnumbers the copy. A site is at home where the others share most of it: counted
 * is how many of its pages lie in a group with a member of this one, in the mean of the members.
 * Of the groups that come near to the best, the one of most sites, then the first.
 *
 *   its pages      groups' sites       shared with each
 *   /  /a  /b  /c  own own2            5 of 5
 *   /copy          own own2 r1 .. r6   (5 + 6 * 1) / 7 of 5 */
#ifndef RX_GRAPH_HOME_H
#define RX_GRAPH_HOME_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum { HOME_NONE = UINT32_MAX, HOME_PAGES = 64 };

/* A page's site and group, both below 2^32 - 1; pages of a site stand together, HOME_PAGES at most.
 */
struct home_page {
    uint32_t site, group;
};

/* home[site], for sites below site_count: its group, or HOME_NONE if no page of it is in a group
 * with another site. O(n log n) for n = pages * HOME_PAGES. RX_ENOMEM. */
RX_MUST int home_choose(uint32_t *home, size_t site_count, const struct home_page *pages,
                        size_t count);

#endif
