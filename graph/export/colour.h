/* colour.h - one colour a network: readable on paper, and different from its neighbours' in
 * lightness too, so that a black and white copy still tells the largest apart. */
#ifndef RX_GRAPH_EXPORT_COLOUR_H
#define RX_GRAPH_EXPORT_COLOUR_H

#include <stdint.h>

struct colour {
    uint8_t r, g, b;
};

/* rank: place of the network by size, from 0; -1: in none. */
struct colour colour_of(int64_t rank);

#endif
