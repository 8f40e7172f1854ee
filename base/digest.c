/* digest.c - see digest.h.
 *
 * OpenSSL's low-level SHA-256 is used on purpose: the EVP interface allocates, may fail, and reads
 * a configuration file at its first use, which a jailed worker may not open. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/digest.h"

#include <openssl/sha.h>
#include <stdlib.h>
#include <xxhash.h>

struct rx_sha256_ctx {
    SHA256_CTX sha;
};

static struct rx_sha256 finish(SHA256_CTX *sha)
{
    struct rx_sha256 digest;
    (void)SHA256_Final(digest.b, sha);
    return digest;
}

struct rx_sha256 rx_sha256(struct rx_str data)
{
    SHA256_CTX sha;
    (void)SHA256_Init(&sha);
    if (data.n)
        (void)SHA256_Update(&sha, data.p, data.n);
    return finish(&sha);
}

void rx_sha256_hex(char out[RX_SHA256_HEX + 1], const struct rx_sha256 *digest)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < RX_SHA256_BYTES; i++) {
        out[2 * i] = digits[digest->b[i] >> 4];
        out[2 * i + 1] = digits[digest->b[i] & 15];
    }
    out[RX_SHA256_HEX] = '\0';
}

bool rx_sha256_parse(struct rx_sha256 *out, struct rx_str hex)
{
    struct rx_sha256 digest;
    if (hex.n != RX_SHA256_HEX)
        return false;
    for (size_t i = 0; i < RX_SHA256_BYTES; i++) {
        int high = rx_hex(hex.p[2 * i]), low = rx_hex(hex.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        digest.b[i] = (uint8_t)(high << 4 | low);
    }
    *out = digest;
    return true;
}

struct rx_sha256_ctx *rx_sha256_new(void)
{
    struct rx_sha256_ctx *ctx = malloc(sizeof *ctx);
    if (ctx)
        (void)SHA256_Init(&ctx->sha);
    return ctx;
}

void rx_sha256_add(struct rx_sha256_ctx *ctx, struct rx_str data)
{
    if (data.n)
        (void)SHA256_Update(&ctx->sha, data.p, data.n);
}

struct rx_sha256 rx_sha256_end(struct rx_sha256_ctx *ctx)
{
    struct rx_sha256 digest = finish(&ctx->sha);
    free(ctx);
    return digest;
}

uint64_t rx_hash64(struct rx_str data)
{
    return XXH3_64bits(data.n ? data.p : "", data.n);
}
