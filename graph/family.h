/* family.h - which checkout hosts belong together, and which sites therefore have a programme of
 * their own to show.
 *
 * A checkout host or form target on five storefronts or more is *established*. Established hosts
 * that the same sites carry are one *family*. A site of one family and a site of another disagree
 * on something that the programme itself decides; that counts against a link (networks: against),
 * and says to which programme a resold template belongs. Where hardly any site under a set of field
 * names has a checkout host, the set stands in for it; where some have one, the others may have
 * bought the template, and it says nothing of them. A host of three or four shops is a family of
 * its own unless half of them show another. */
#ifndef RX_GRAPH_FAMILY_H
#define RX_GRAPH_FAMILY_H

#include "graph/model.h"

struct family_table {
    uint32_t *size; /* storefronts, by family (a family's number is its least entity) */
    uint32_t count; /* families */
};

/* Sets entities[].family and sites[].family, bars checkout hosts that serve several families, then
 * every value that several established families carry without being at home in one of them
 * (MODEL_SPREAD). After weigh_entities. Complexity: O(ties log ties). */
RX_MUST int family_find(struct family_table *t, struct model *m, const struct constants *k);
void family_done(struct family_table *t);

struct family_count {
    int32_t family;
    uint32_t sites;
    bool home; /* half of the family, three at least, carry the value */
};
struct family_histogram {
    struct family_count *items; /* most sites first, then by number */
    size_t count, cap;
    size_t homes;
    uint32_t labelled, unlabelled; /* storefronts with and without a family */
};
/* Families among some storefronts. h is reused from call to call. O(n log n). */
RX_MUST int family_count(struct family_histogram *h, const struct family_table *t,
                         const struct model *m, const struct constants *k, const uint32_t *sites,
                         size_t n);
/* True if one family holds nearly all of those that have one, so that the rest follows it. */
bool family_dominates(const struct family_histogram *h, const struct constants *k);
/* Storefronts that carry an entity, ascending; out has room for entity->storefronts. */
void family_carriers(uint32_t *out, const struct model *m, uint32_t entity);
void family_histogram_done(struct family_histogram *h);

#endif
