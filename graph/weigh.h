/* weigh.h - what shared values are worth, in bits (Fellegi and Sunter 1969).
 *
 *     M = log2(p0 / (1 - p0)) + sum over groups, sum over k of r^(k-1) * w(k),   score = 1/(1+2^-M)
 *     w = clip(log2(m / u), 0, cap),   u = (df + a) / (N + a * A)
 *
 * u is how often unrelated sites carry the value, by the background; m how often two sites of one
 * operator agree on it. Values of one group come together, so the second counts r, the third r^2.
 * What a stranger can copy is capped while it stands alone.
 *
 * Two sums are kept apart, one a level: what says "one programme" and what says "one affiliate".
 * Evidence of hosting counts for both. */
#ifndef RX_GRAPH_WEIGH_H
#define RX_GRAPH_WEIGH_H

#include "graph/background.h"
#include "graph/model.h"

enum weigh_level { WEIGH_PROGRAMME, WEIGH_AFFILIATE, WEIGH_LEVELS };
const char *weigh_level_name(enum weigh_level level);

enum { WEIGH_TERMS = 6 }; /* .3^6 of 13 bits is .01: further values of a group are nothing */

struct weigh_sum {
    double term[WEIGH_LEVELS][RX_GROUP_COUNT][WEIGH_TERMS]; /* descending */
    bool bound[WEIGH_LEVELS][RX_GROUP_COUNT];
    uint32_t shared; /* entities that carried something */
};

/* Weighs every entity: bits, tier, bound, bar, df. After entity_fold, and again
 * whenever ties or roles have changed (frame.c). */
void weigh_entities(struct model *m, const struct background *bg, const struct constants *k);

/* Is it an operator's own, rather than a service that honest sites use too? By the carriers in the
 * case: the honest ones among an operator's are shops whose role was misread (K_MISREAD), while a
 * service has as many honest customers as others (K_LAWFUL). True if that speaks strongly for the
 * former. */
bool weigh_is_private(const struct model_entity *e, const struct constants *k);
/* Does this entity count at that level? */
bool weigh_counts(const struct model_entity *e, enum weigh_level level);
void weigh_start(struct weigh_sum *sum);
/* factor: 1, or less for what is only in comments. Barred entities add nothing. */
void weigh_add(struct weigh_sum *sum, const struct model_entity *e, double factor);
/* Says that the sum is of values that whole groups of sites carry: no page's copies, so no cap. */
void weigh_at_home(struct weigh_sum *sum);
/* Bits for, without the prior: attenuated and capped. */
double weigh_for(const struct weigh_sum *sum, enum weigh_level level, const struct constants *k);
/* M of one value alone: prior, caps and all. */
double weigh_alone(const struct model_entity *e, const struct constants *k);
/* All that two sites share. O(values of both). */
void weigh_pair(struct weigh_sum *sum, const struct model *m, const struct constants *k, uint32_t a,
                uint32_t b);
/* Do both belong to different, established families of checkout hosts (family.h)? */
bool weigh_differs(const struct model *m, const struct constants *k, uint32_t a, uint32_t b);
/* M of a pair at a level out of what it shares, what speaks against included. */
double weigh_total(const struct weigh_sum *sum, const struct model *m, const struct constants *k,
                   uint32_t a, uint32_t b, enum weigh_level level);
/* The same of all that two sites share to the letter. */
double weigh_bits(const struct model *m, const struct constants *k, uint32_t a, uint32_t b,
                  enum weigh_level level);
/* How much a tie counts: less if the value was only found hidden. */
double weigh_factor(const struct model_tie *a, const struct model_tie *b,
                    const struct constants *k);

#endif
