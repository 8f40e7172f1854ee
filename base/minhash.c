/* minhash.c - see minhash.h. */
#include "base/minhash.h"

/* Which bin an empty one asks at its n-th try: the same for all sets, so that likeness survives.
 * The constants are the golden ratio's and PCG's; any odd ones do, and these are fixed for good. */
static unsigned next_bin(unsigned bin, uint64_t attempt)
{
    return (unsigned)(rx_mix64(bin * UINT64_C(0x9e3779b97f4a7c15) +
                               attempt * UINT64_C(0x5851f42d4c957f2d)) &
                      (RX_MINHASH_BINS - 1));
}

bool rx_minhash_end(struct rx_sketch *out, const struct rx_minhash *m)
{
    if (m->items == 0)
        return false;
    for (unsigned i = 0; i < RX_MINHASH_BINS; i++) {
        unsigned from = i;
        for (uint64_t attempt = 1; m->greatest[from] == 0; attempt++)
            from = next_bin(i, attempt);
        /* Copies are told from the originals: two empty bins that ask one full bin would else
         * count it twice with one chance of being wrong. */
        uint64_t value = from == i ? m->greatest[i] : rx_mix64(m->greatest[from] + i);
        out->bin[i] = (uint16_t)(rx_mix64(value) >> 48);
    }
    return true;
}

unsigned rx_sketch_equal(const struct rx_sketch *a, const struct rx_sketch *b)
{
    unsigned equal = 0;
    for (size_t i = 0; i < RX_MINHASH_BINS; i++)
        equal += a->bin[i] == b->bin[i];
    return equal;
}

double rx_sketch_alike(const struct rx_sketch *a, const struct rx_sketch *b)
{
    return (double)rx_sketch_equal(a, b) / RX_MINHASH_BINS;
}

void rx_sketch_write(unsigned char out[RX_MINHASH_BYTES], const struct rx_sketch *s)
{
    for (size_t i = 0; i < RX_MINHASH_BINS; i++) {
        out[2 * i] = (unsigned char)(s->bin[i] & 255);
        out[2 * i + 1] = (unsigned char)(s->bin[i] >> 8);
    }
}

void rx_sketch_read(struct rx_sketch *out, const unsigned char in[RX_MINHASH_BYTES])
{
    for (size_t i = 0; i < RX_MINHASH_BINS; i++)
        out->bin[i] = (uint16_t)(in[2 * i] | in[2 * i + 1] << 8);
}
