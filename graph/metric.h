/* metric.h - how well two groupings of the same items agree. Pure. */
#ifndef RX_GRAPH_METRIC_H
#define RX_GRAPH_METRIC_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct metric {
    double bcubed_p, bcubed_r, bcubed_f; /* Bagga and Baldwin 1998 */
    double pair_p, pair_r, pair_f;
    double ari;                                  /* Hubert and Arabie 1985 */
    double homogeneity, completeness, v_measure; /* Rosenberg and Hirschberg 2007 */
    double split;      /* found groups of two and more, per true group of five and more */
    double split_all;  /* the same with items left alone counted as groups */
    uint32_t mixed;    /* items of the largest found group with two true groups or more */
    uint32_t mixed_of; /* most true groups in one found group */
};

/* found[i] and truth[i]: group of item i; any numbers. O(n log n). */
RX_MUST int metric_partition(struct metric *out, const uint32_t *found, const uint32_t *truth,
                             size_t n);

struct metric_cover {
    double p, r, f; /* extended B-cubed (Amigo et al. 2009) */
};

/* Overlapping groups as (item, group) pairs, each sorted by item then group and without repeats. */
struct metric_link {
    uint32_t item, group;
};
RX_MUST int metric_overlap(struct metric_cover *out, const struct metric_link *found,
                           size_t found_count, const struct metric_link *truth, size_t truth_count,
                           size_t items);

#endif
