/* sameness.h - pages that are nearly the same, as values that their sites share.
 *
 * Of each site the SAMENESS_LOOKED shopping pages with the shortest addresses (its front page
 * first) are compared, each as it was captured last. Pages whose sketches are alike (near.h) make a
 * group, named by the address of its first page in order of site and address (or by the hash). Of
 * the pages that are like one of another site the first SAMENESS_PAGES count, so that neither a
 * large site nor one that was crawled often weighs more than a small one, and pages of no other
 * site hide nothing. The group is a value of a class that `map` makes, and a site is in one group
 * of a class, that in which it is at home (home.h):
 *
 *   template.text    the same text without drugs, prices and names   near_duplicates
 *   template.tags    the same order of elements                      near_duplicates
 *   dom.hash         the same elements in the same order (CERT Polska, Lookyloo, MISP)    equal
 *   template.qgrams  the same text, letter by letter: the baseline   near_qgrams, one page a site
 *
 * Depends on what was stored alone, not on its order. */
#ifndef RX_GRAPH_SAMENESS_H
#define RX_GRAPH_SAMENESS_H

#include "base/classes.h"
#include "store/store.h"

enum {
    SAMENESS_LOOKED = 64,    /* more than are crawled of a site, unless it is told otherwise */
    SAMENESS_MANY = 1 << 20, /* pages, behind which SAMENESS_PAGES of a site are: memory */
    SAMENESS_PAGES = 8,
    SAMENESS_WORDS = 50,   /* with fewer words left a page says too little to be compared */
    SAMENESS_ELEMENTS = 50 /* the same of elements */
};

/* A site has pages of a group. */
struct sameness {
    const struct rx_class *cls;
    struct rx_str like; /* the group's name */
    struct rx_str site;
    uint32_t pages;
    int64_t first_ms, last_ms;
};
typedef int sameness_fn(void *ctx, const struct sameness *row);

/* Rows of groups that two sites have at least; a non-zero answer of fn ends it and is returned.
 * RX_ENOMEM; else the store's (store_error). */
int sameness_scan(struct store *st, int64_t upto_run, sameness_fn *fn, void *ctx);
bool sameness_covers(const struct rx_class *cls);

/* The page of a site that is most like another's. */
struct sameness_page {
    struct rx_str url, warc_name; /* owned by the arena */
    struct rx_sha256 sha256;
    int64_t seen_ms;
    uint64_t warc_offset;
    double alike; /* 0..1; 0: there is none */
};
struct rx_arena;
/* like: the group's name, whose first page stands at like_site. */
RX_MUST int sameness_page(struct sameness_page *out, struct rx_arena *arena, struct store *st,
                          int64_t upto_run, const struct rx_class *cls, struct rx_str like_site,
                          struct rx_str like, struct rx_str site);

#endif
