/* warc_digest.c - see warc_digest.h. */
#include "crawler/evidence/warc_digest.h"

#include <openssl/evp.h>
#include <stdio.h>

static bool from_hex(uint8_t *out, size_t bytes, struct rx_str text)
{
    if (text.n != bytes * 2)
        return false;
    for (size_t i = 0; i < bytes; i++) {
        int high = rx_hex(text.p[2 * i]), low = rx_hex(text.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static int base32_value(char c)
{
    c = rx_lower(c);
    if (c >= 'a' && c <= 'z')
        return c - 'a';
    return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

/* RFC 4648 section 6, padding optional. */
static bool from_base32(uint8_t *out, size_t bytes, struct rx_str text)
{
    while (text.n && text.p[text.n - 1] == '=')
        text.n--;
    if (text.n != (bytes * 8 + 4) / 5)
        return false;
    uint32_t bits = 0;
    unsigned have = 0;
    size_t done = 0;
    for (size_t i = 0; i < text.n; i++) {
        int value = base32_value(text.p[i]);
        if (value < 0)
            return false;
        bits = (bits << 5 | (uint32_t)value) & 0xffff;
        have += 5;
        if (have >= 8 && done < bytes) {
            have -= 8;
            out[done++] = (uint8_t)(bits >> have);
        }
    }
    return done == bytes;
}

static const EVP_MD *algorithm(struct rx_str name)
{
    if (rx_str_ieq(name, RX_STR("sha256")) || rx_str_ieq(name, RX_STR("sha-256")))
        return EVP_sha256();
    if (rx_str_ieq(name, RX_STR("sha1")) || rx_str_ieq(name, RX_STR("sha-1")))
        return EVP_sha1();
    if (rx_str_ieq(name, RX_STR("sha512")) || rx_str_ieq(name, RX_STR("sha-512")))
        return EVP_sha512();
    return rx_str_ieq(name, RX_STR("md5")) ? EVP_md5() : NULL;
}

void warc_digest_begin(struct warc_digest *d, struct rx_str label)
{
    struct rx_str name, value;
    *d = (struct warc_digest){0};
    if (!rx_str_cut(label, ':', &name, &value))
        return;
    const EVP_MD *md = algorithm(name);
    if (!md)
        return;
    d->bytes = (size_t)EVP_MD_get_size(md);
    if (!from_hex(d->want, d->bytes, value) && !from_base32(d->want, d->bytes, value))
        return;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (ctx && EVP_DigestInit_ex(ctx, md, NULL) == 1)
        d->ctx = ctx;
    else
        EVP_MD_CTX_free(ctx);
}

void warc_digest_add(struct warc_digest *d, struct rx_str data)
{
    if (d->ctx && data.n && EVP_DigestUpdate(d->ctx, data.p, data.n) != 1) {
        EVP_MD_CTX_free(d->ctx);
        d->ctx = NULL;
    }
}

int warc_digest_end(struct warc_digest *d)
{
    uint8_t have[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    if (!d->ctx)
        return -1;
    int ok = EVP_DigestFinal_ex(d->ctx, have, &n);
    EVP_MD_CTX_free(d->ctx);
    d->ctx = NULL;
    if (ok != 1)
        return -1;
    return n == d->bytes && memcmp(have, d->want, n) == 0;
}
