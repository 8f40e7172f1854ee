/* mmh3.h - MurmurHash3 x86_32 (Austin Appleby, 2011, public domain description) and the number by
 * which scan services (Shodan, Censys, FOFA) know a favicon. Pure, linear, without memory. */
#ifndef RX_BASE_MMH3_H
#define RX_BASE_MMH3_H

#include "base/str.h"

uint32_t rx_mmh3(struct rx_str data, uint32_t seed);

/* Of the file's bytes as served: the hash with seed 0 of their Base64 (RFC 2045: a line feed after
 * 76 characters each, and at the end), as a signed number. It is no proof of sameness: 32 bits. */
int32_t rx_favicon_number(struct rx_str file);

#endif
