/* seals.h - seals.tsv, read once: whose seal a picture claims to be, and where it must lead. */
#ifndef RX_CRAWLER_EXTRACT_SEALS_H
#define RX_CRAWLER_EXTRACT_SEALS_H

#include "base/err.h"
#include "base/str.h"

/* What an entry of the issuer's must say. */
enum seal_rule { SEAL_SITE, SEAL_NUMBER, SEAL_ANY, SEAL_LIVE };

struct seal_issuer {
    struct rx_str name;
    enum seal_rule rule;
    bool retired;
    size_t first_entry, entries; /* where its entries stand */
};

struct seals;
struct target;

/* text must outlive it. RX_EINVAL with the line. */
RX_MUST int seals_new(struct seals **out, struct rx_str text, struct rx_err *err);
void seals_free(struct seals *s);
/* Does a link lead to where a register has its entries? Vendors' badges are none. */
bool seals_is_register(const struct seals *s, const struct target *t);

#endif
