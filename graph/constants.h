/* constants.h - every number of the evidence model, in one table, each with its reason.
 *
 * The main ones are also configuration keys (map.*), so that a case can state other values and
 * record them; the rest change only with a new version of the program. */
#ifndef RX_GRAPH_CONSTANTS_H
#define RX_GRAPH_CONSTANTS_H

#include "base/classes.h"
#include "base/conf.h"

enum constant {
    K_PRIOR,
    K_ATTENUATION,
    K_STRONG,
    K_PROBABLE,
    K_POSSIBLE,
    K_RESOLUTION,
    K_SEED,
    K_PSEUDO,
    K_SPACE_T1,
    K_SPACE_T2,
    K_SPACE_T3,
    K_SPACE_T4,
    K_CAP_T1,
    K_CAP_T2,
    K_CAP_T3,
    K_CAP_T4,
    K_AGREE_ENGINE,
    K_AGREE_ACCOUNT,
    K_AGREE_CONTACT,
    K_AGREE_INFRA,
    K_COPYABLE_CAP,
    K_HOSTING_CAP,
    K_DIFFERS,
    K_HIDDEN,
    K_TILL_SHARE,
    K_BACKGROUND_MIN,
    K_LIMIT_ADDRESS,
    K_LIMIT_NS,
    K_LIMIT_CERT,
    K_LIMIT_OTHER,
    K_ADDRESS_FEW,
    K_ADDRESS_SOME,
    K_CERT_FEW,
    K_CERT_SOME,
    K_EXPAND,
    K_ESTABLISHED,
    K_PRESENT,
    K_CARRIED,
    K_COEXIST,
    K_TURNS,
    K_MISREAD,
    K_LAWFUL,
    K_RARE_SHARE,
    K_SET_NAMES,
    K_SET_ALIKE,
    K_OVERLAP,
    K_HOUSE,
    K_DOMINANT,
    K_COUNT
};

struct constants {
    double v[K_COUNT];
};

void constants_load(struct constants *k, const struct rx_conf *conf); /* conf NULL: defaults */
/* By tier 1..4: most bits, and size of the class's id space. 0 for a hint. */
double constants_cap(const struct constants *k, int tier);
double constants_space(const struct constants *k, int tier);
/* m: how often two sites of one operator agree on a value of this group. */
double constants_agree(const struct constants *k, enum rx_group group);
/* The prior in bits, log2(p0 / (1 - p0)). */
double constants_prior_bits(const struct constants *k);
/* Bits over even odds to a score in 0..1, and back. */
double constants_score(double bits);
double constants_bits_of_score(double score);

#endif
