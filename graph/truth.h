/* truth.h - a labelled file: what is known of each site, as JSON lines (docs/FORMATS.md). Lines of
 * other types and keys that are not named there are skipped. */
#ifndef RX_GRAPH_TRUTH_H
#define RX_GRAPH_TRUTH_H

#include "base/arena.h"
#include "base/vocab.h"

enum { TRUTH_AFFILIATES_MAX = 16, TRUTH_WORDS_MAX = 64 };

struct truth_site {
    struct rx_str site;
    enum rx_role role;
    int32_t programme; /* index of a name, or -1 */
    uint32_t affiliates[TRUTH_AFFILIATES_MAX];
    size_t affiliate_count;
    bool decoy; /* honest or unrelated: must not be in a network of a programme */
    bool has_indicators;
    uint32_t first_indicator, indicators; /* part of indicators[] */
    uint32_t first_reject, rejects; /* part of indicators[]: what looks like one and is none */
    uint32_t first_page, pages;     /* part of pages[] */
};

struct truth_page {
    struct rx_str target; /* path and query, as a URL has them */
    bool read;            /* the case has what it said (truth_pages.h) */
};

struct truth_indicator {
    struct rx_str cls, value;
    uint32_t first_on, on; /* part of on[]: the pages that show it; none: it is not said which */
    uint32_t word;         /* in words[] */
    bool maybe;            /* there, but nobody is asked to find it */
};

struct truth_word { /* how an identifier is hidden ("plain"), or why a look-alike is none */
    struct rx_str text;
    bool refused;
};

struct truth {
    struct rx_arena arena;
    struct truth_site *sites; /* in order of name */
    struct truth_indicator *indicators;
    struct truth_page *pages;
    uint32_t *on; /* numbers in pages[] */
    size_t site_count, site_cap, indicator_count, indicator_cap;
    size_t page_count, page_cap, on_count, on_cap;
    struct truth_word words[TRUTH_WORDS_MAX]; /* [0]: plain */
    size_t word_count;
    size_t programmes, affiliates; /* names seen */
};

/* RX_EINVAL names file and line. */
RX_MUST int truth_load(struct truth *t, const char *path, struct rx_err *err);
void truth_done(struct truth *t);

#endif
