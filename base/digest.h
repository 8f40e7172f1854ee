/* digest.h - SHA-256 (FIPS 180-4, by OpenSSL) and a keyless 64-bit hash (XXH3) for tables of ours.
 */
#ifndef RX_BASE_DIGEST_H
#define RX_BASE_DIGEST_H

#include "base/err.h"
#include "base/str.h"

enum { RX_SHA256_BYTES = 32, RX_SHA256_HEX = 64 };

struct rx_sha256 {
    uint8_t b[RX_SHA256_BYTES];
};

struct rx_sha256 rx_sha256(struct rx_str data);
/* 64 lower-case hex digits and a NUL. */
void rx_sha256_hex(char out[RX_SHA256_HEX + 1], const struct rx_sha256 *digest);
bool rx_sha256_parse(struct rx_sha256 *out, struct rx_str hex);

/* Streaming form. */
struct rx_sha256_ctx;
RX_MUST struct rx_sha256_ctx *rx_sha256_new(void);
void rx_sha256_add(struct rx_sha256_ctx *ctx, struct rx_str data);
struct rx_sha256 rx_sha256_end(struct rx_sha256_ctx *ctx); /* frees ctx */

uint64_t rx_hash64(struct rx_str data);

#endif
