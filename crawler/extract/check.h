/* check.h - the named functions that signature rows use: normalisers make the value that is
 * compared (normal.c), checks decide whether it stands (check.c). */
#ifndef RX_CRAWLER_EXTRACT_CHECK_H
#define RX_CRAWLER_EXTRACT_CHECK_H

#include "crawler/extract/collect.h"

/* A match on its way to becoming a mark. */
struct find {
    const struct collect *c;
    const char *cls;        /* a check may choose a kindred class */
    struct rx_str group[3]; /* 0: the whole match; empty if it took no part */
    struct rx_str argument; /* of the normaliser */
    struct rx_str option;   /* of the check */
    char value[EXTRACT_VALUE_MAX];
    size_t n;
    enum rx_reject reason; /* why a check refused it; a check says only what is more than CHECK */
    const char *also_cls;  /* a second mark of the same sighting; NULL: none */
    struct rx_str also;    /* its value, a view into value */
};

/* False: there is no value, or it is too long. */
typedef bool check_normal_fn(struct find *f);
typedef bool check_valid_fn(struct find *f);

/* NULL: no such name, an argument that it does not take, or none where it takes one. */
check_normal_fn *check_normal_find(struct rx_str name, struct rx_str argument);
check_valid_fn *check_valid_find(struct rx_str name, struct rx_str option);

/* All names in their order, NULL behind the last: for who says what may stand there. */
const char *check_normal_name(size_t i);
const char *check_valid_name(size_t i);
/* What a check takes behind ':', NULL at the end. NULL: nothing, or there is no such check. */
const char *const *check_valid_options(struct rx_str name);

#endif
