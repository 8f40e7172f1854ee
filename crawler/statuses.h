/* statuses.h - a list of HTTP statuses, as in --only-status 200,404-410,5xx. Pure. */
#ifndef RX_CRAWLER_STATUSES_H
#define RX_CRAWLER_STATUSES_H

#include "base/err.h"
#include "base/str.h"

enum { STATUSES_LEAST = 100, STATUSES_MOST = 599 };

struct statuses {
    bool some; /* false: the list was empty, all are wanted */
    bool wanted[STATUSES_MOST + 1];
};

/* Numbers, ranges and classes, with commas. RX_EINVAL: not such a list. */
RX_MUST int statuses_parse(struct statuses *out, struct rx_str list);
/* Redirects are always wanted: they are on the way to what is. */
bool statuses_has(const struct statuses *s, unsigned status);

#endif
