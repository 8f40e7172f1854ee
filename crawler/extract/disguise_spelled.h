/* disguise_spelled.h - addresses that are spelled out for people: "name [at] host (dot) com". */
#ifndef RX_CRAWLER_EXTRACT_DISGUISE_SPELLED_H
#define RX_CRAWLER_EXTRACT_DISGUISE_SPELLED_H

#include "base/str.h"

enum { DISGUISE_SIDE_MAX = 80 }; /* bytes of an address before its sign, and behind it */

struct spelled {
    size_t from, to; /* in the text */
    size_t sign;     /* where what stands for '@' begins */
    size_t n;
    char address[2 * DISGUISE_SIDE_MAX + 2];
};

/* Where the reader of a text stands; begins as the text and zero. */
struct spelled_scan {
    struct rx_str text;
    size_t at, tries;
    bool cut; /* it has more signs than are looked at */
};

/* The next address; false: none left, and *out says nothing. Pure, linear. */
bool disguise_spelled_next(struct spelled *out, struct spelled_scan *scan);

#endif
