/* mmh3.c - see mmh3.h. Bytes are taken one by one into words, so that Base64 is hashed as it is
 * made: an icon of any size needs no copy. */
#include "base/mmh3.h"

struct murmur {
    uint32_t hash, word; /* word: the bytes since the last whole one, least first */
    size_t bytes;
};

static uint32_t rotate(uint32_t x, unsigned bits)
{
    return x << bits | x >> (32 - bits);
}

static uint32_t scramble(uint32_t word)
{
    return rotate(word * 0xcc9e2d51u, 15) * 0x1b873593u;
}

static void add(struct murmur *m, char c)
{
    m->word |= (uint32_t)(unsigned char)c << m->bytes++ % 4 * 8;
    if (m->bytes % 4 != 0)
        return;
    m->hash = rotate(m->hash ^ scramble(m->word), 13) * 5 + 0xe6546b64u;
    m->word = 0;
}

static uint32_t end(const struct murmur *m)
{
    uint32_t h = m->hash;
    if (m->bytes % 4 != 0)
        h ^= scramble(m->word);
    h ^= (uint32_t)m->bytes;
    h = (h ^ h >> 16) * 0x85ebca6bu;
    h = (h ^ h >> 13) * 0xc2b2ae35u;
    return h ^ h >> 16;
}

uint32_t rx_mmh3(struct rx_str data, uint32_t seed)
{
    struct murmur m = {.hash = seed};
    for (size_t i = 0; i < data.n; i++)
        add(&m, data.p[i]);
    return end(&m);
}

/* Up to three bytes as four characters (RFC 4648, section 4). */
static void add_base64(struct murmur *m, struct rx_str bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t group = 0;
    for (size_t i = 0; i < 3; i++)
        group = group << 8 | (i < bytes.n ? (unsigned char)bytes.p[i] : 0);
    for (size_t i = 0; i < 4; i++)
        add(m, i <= bytes.n ? digits[group >> (18 - 6 * i) & 63] : '=');
}

int32_t rx_favicon_number(struct rx_str file)
{
    enum { LINE_BYTES = 57 }; /* 76 characters */
    struct murmur m = {0};
    for (size_t at = 0; at < file.n; at += 3) {
        add_base64(&m, rx_str_sub(file, at, at + 3));
        if (at + 3 >= file.n || (at + 3) % LINE_BYTES == 0)
            add(&m, '\n');
    }
    uint32_t hash = end(&m);
    int32_t number;
    memcpy(&number, &hash, sizeof number);
    return number;
}
