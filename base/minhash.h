/* minhash.h - how alike two sets are, told from 256 bytes of each.
 *
 * A. Broder, "On the resemblance and containment of documents" (1997): the share of equal entries
 * of two sketches estimates the Jaccard likeness of the sets. The entries are made by one
 * permutation (Li, Owen, Zhang, "One permutation hashing", 2012): an item falls into one of 128
 * bins, whose greatest item counts, so that an item costs one comparison instead of 128. A bin that
 * stayed empty takes another's entry by a walk of its own (Shrivastava, "Optimal densification",
 * 2017). Of the greatest item 16 bits are kept (Li and Koenig, "b-bit minwise hashing", 2010).
 *
 * Items are hashes of the caller's (rx_hash64). No key: sketches of different cases and years can
 * be compared, and who wants to look like another's page can copy the page. Pure. */
#ifndef RX_BASE_MINHASH_H
#define RX_BASE_MINHASH_H

#include "base/str.h"

enum { RX_MINHASH_BINS = 128, RX_MINHASH_BYTES = 2 * RX_MINHASH_BINS };

struct rx_minhash {
    uint64_t greatest[RX_MINHASH_BINS]; /* 0: empty */
    size_t items;                       /* added, not different ones */
};

struct rx_sketch {
    uint16_t bin[RX_MINHASH_BINS];
};

#define RX_MINHASH ((struct rx_minhash){0})

/* A full mix of one hash value (the finaliser of SplitMix64): bits that the caller's hash left
 * weak become even. */
static inline uint64_t rx_mix64(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* An item as often as you like. */
static inline void rx_minhash_add(struct rx_minhash *m, uint64_t hash)
{
    uint64_t x = rx_mix64(hash), value = x >> 7 | 1;
    uint64_t *greatest = &m->greatest[x & (RX_MINHASH_BINS - 1)];
    m->items++;
    *greatest = value > *greatest ? value : *greatest; /* no branch: nobody could foretell it */
}

/* False: nothing was added, there is no sketch. */
bool rx_minhash_end(struct rx_sketch *out, const struct rx_minhash *m);

/* The estimated likeness, 0..1. Standard error: at most about .06, for sets of a hundred items and
 * more. */
double rx_sketch_alike(const struct rx_sketch *a, const struct rx_sketch *b);
/* The same as a count of equal bins. */
unsigned rx_sketch_equal(const struct rx_sketch *a, const struct rx_sketch *b);

/* Little-endian, whatever the machine. */
void rx_sketch_write(unsigned char out[RX_MINHASH_BYTES], const struct rx_sketch *s);
void rx_sketch_read(struct rx_sketch *out, const unsigned char in[RX_MINHASH_BYTES]);

#endif
