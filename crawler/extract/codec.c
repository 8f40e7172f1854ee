/* codec.c - see codec.h. Published forms: base58check (Bitcoin wiki), BIP-173, BIP-350, the
 * CashAddr specification of Bitcoin Cash, CryptoNote standard 7, FIPS 202 (for Keccak-f). */
#include "crawler/extract/codec.h"

#include "base/digest.h"

const char codec_alphabet_btc[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const char codec_alphabet_xrp[] = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";
static const char bech32_alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

static int digit_of(const char *alphabet, char c)
{
    const char *at = c ? strchr(alphabet, c) : NULL;
    return at ? (int)(at - alphabet) : -1;
}

/* Schoolbook conversion into a little-endian number; quadratic in a length that is bounded. */
bool codec_base58(struct codec_bytes *out, struct rx_str text, const char *alphabet)
{
    uint8_t number[CODEC_BYTES_MAX] = {0};
    size_t used = 0, zeros = 0;
    if (text.n == 0 || text.n > CODEC_TEXT_MAX)
        return false;
    while (zeros < text.n && text.p[zeros] == alphabet[0])
        zeros++;
    for (size_t i = zeros; i < text.n; i++) {
        int digit = digit_of(alphabet, text.p[i]);
        if (digit < 0)
            return false;
        unsigned carry = (unsigned)digit;
        for (size_t k = 0; k < used || carry; k++) {
            if (k == sizeof number)
                return false;
            carry += (k < used ? number[k] : 0u) * 58u;
            number[k] = (uint8_t)carry;
            carry >>= 8;
            if (k >= used)
                used = k + 1;
        }
    }
    if (zeros + used > sizeof out->b)
        return false;
    memset(out->b, 0, zeros);
    for (size_t k = 0; k < used; k++)
        out->b[zeros + k] = number[used - 1 - k];
    out->n = zeros + used;
    return true;
}

bool codec_base58check(struct codec_bytes *out, struct rx_str text, const char *alphabet)
{
    struct codec_bytes all;
    if (!codec_base58(&all, text, alphabet) || all.n < 5)
        return false;
    size_t n = all.n - 4;
    struct rx_sha256 once = rx_sha256(rx_strn((const char *)all.b, n));
    struct rx_sha256 twice = rx_sha256(rx_strn((const char *)once.b, sizeof once.b));
    if (memcmp(twice.b, all.b + n, 4) != 0)
        return false;
    *out = all;
    out->n = n;
    return true;
}

/* One block: big-endian number of exactly bytes bytes. */
static bool block58(uint8_t *out, size_t bytes, struct rx_str text)
{
    uint64_t value = 0;
    for (size_t i = 0; i < text.n; i++) {
        int digit = digit_of(codec_alphabet_btc, text.p[i]);
        if (digit < 0 || __builtin_mul_overflow(value, (uint64_t)58, &value) ||
            __builtin_add_overflow(value, (uint64_t)digit, &value))
            return false;
    }
    if (bytes < 8 && value >> (8 * bytes))
        return false;
    for (size_t i = 0; i < bytes; i++)
        out[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
    return true;
}

bool codec_base58_blocks(struct codec_bytes *out, struct rx_str text)
{
    /* Characters of a last, partial block by the number of its bytes. */
    static const uint8_t chars[] = {0, 2, 3, 5, 6, 7, 9, 10, 11};
    struct codec_bytes all = {.n = 0};
    if (text.n == 0 || text.n > CODEC_TEXT_MAX)
        return false;
    for (size_t at = 0; at < text.n;) {
        size_t left = text.n - at, take = left < 11 ? left : 11, bytes = 8;
        while (bytes > 0 && chars[bytes] != take)
            bytes--;
        if (bytes == 0 || all.n + bytes > sizeof all.b ||
            !block58(all.b + all.n, bytes, rx_str_sub(text, at, at + take)))
            return false;
        all.n += bytes;
        at += take;
    }
    *out = all;
    return true;
}

static uint32_t bech32_step(uint32_t check, uint8_t group)
{
    static const uint32_t generator[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                         0x2a1462b3};
    uint32_t top = check >> 25;
    check = (check & 0x1ffffff) << 5 ^ group;
    for (size_t i = 0; i < 5; i++)
        if (top >> i & 1)
            check ^= generator[i];
    return check;
}

/* Reads 5-bit groups of one case; lower and upper may not be mixed. */
static bool read_groups(struct codec_bytes *out, struct rx_str text, bool upper)
{
    out->n = 0;
    if (text.n > sizeof out->b)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (rx_is_alpha(c) && (c >= 'A' && c <= 'Z') != upper)
            return false;
        int digit = digit_of(bech32_alphabet, rx_lower(c));
        if (digit < 0)
            return false;
        out->b[out->n++] = (uint8_t)digit;
    }
    return true;
}

bool codec_bech32(struct codec_bytes *out, uint32_t *form, struct rx_str text, const char *hrp)
{
    size_t hrp_n = strlen(hrp);
    struct codec_bytes groups;
    if (text.n < hrp_n + 1 + 6 || !rx_str_istarts(text, rx_str(hrp)) || text.p[hrp_n] != '1')
        return false;
    bool upper = text.p[0] >= 'A' && text.p[0] <= 'Z';
    for (size_t i = 0; i < hrp_n; i++)
        if ((text.p[i] != hrp[i]) != upper)
            return false;
    if (!read_groups(&groups, rx_str_sub(text, hrp_n + 1, text.n), upper))
        return false;
    uint32_t check = 1;
    for (size_t i = 0; i < hrp_n; i++)
        check = bech32_step(check, (uint8_t)hrp[i] >> 5);
    check = bech32_step(check, 0);
    for (size_t i = 0; i < hrp_n; i++)
        check = bech32_step(check, hrp[i] & 31);
    for (size_t i = 0; i < groups.n; i++)
        check = bech32_step(check, groups.b[i]);
    if (check != CODEC_BECH32 && check != CODEC_BECH32M)
        return false;
    *form = check;
    *out = groups;
    out->n = groups.n - 6;
    return true;
}

static uint64_t cash_step(uint64_t check, uint8_t group)
{
    static const uint64_t generator[] = {0x98f2bc8e61, 0x79b76d99e2, 0xf33e5fb3c4, 0xae2eabe2a8,
                                         0x1e4f43e470};
    uint64_t top = check >> 35;
    check = (check & 0x07ffffffff) << 5 ^ group;
    for (size_t i = 0; i < 5; i++)
        if (top >> i & 1)
            check ^= generator[i];
    return check;
}

bool codec_cashaddr(struct codec_bytes *out, struct rx_str text, const char *prefix)
{
    struct codec_bytes groups;
    size_t prefix_n = strlen(prefix);
    if (rx_str_istarts(text, rx_str(prefix)) && text.n > prefix_n && text.p[prefix_n] == ':')
        text = rx_str_sub(text, prefix_n + 1, text.n);
    bool upper = false;
    for (size_t i = 0; i < text.n && !upper; i++)
        upper = text.p[i] >= 'A' && text.p[i] <= 'Z';
    if (text.n < 8 + 1 || !read_groups(&groups, text, upper))
        return false;
    uint64_t check = 1;
    for (size_t i = 0; i < prefix_n; i++)
        check = cash_step(check, prefix[i] & 31);
    check = cash_step(check, 0);
    for (size_t i = 0; i < groups.n; i++)
        check = cash_step(check, groups.b[i]);
    if (check != 1)
        return false;
    *out = groups;
    out->n = groups.n - 8;
    return true;
}

bool codec_groups(struct codec_bytes *out, const uint8_t *groups, size_t n)
{
    uint32_t bits = 0;
    unsigned count = 0;
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        bits = (bits << 5 | groups[i]) & 0xfff;
        count += 5;
        if (count < 8)
            continue;
        if (used == sizeof out->b)
            return false;
        count -= 8;
        out->b[used++] = (uint8_t)(bits >> count);
    }
    if (count > 4 || (bits & ((1u << count) - 1)) != 0)
        return false;
    out->n = used;
    return true;
}

bool codec_base32(struct codec_bytes *out, struct rx_str text)
{
    struct codec_bytes groups = {.n = 0};
    if (text.n == 0 || text.n > sizeof groups.b)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        int digit = digit_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", text.p[i]);
        if (digit < 0)
            return false;
        groups.b[groups.n++] = (uint8_t)digit;
    }
    return codec_groups(out, groups.b, groups.n);
}

static uint64_t rotate(uint64_t x, unsigned by)
{
    return by ? x << by | x >> (64 - by) : x;
}

/* Keccak-f[1600]: FIPS 202 section 3.2, lanes in row order. */
static void permute(uint64_t a[25])
{
    static const uint64_t round_constant[24] = {
        0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
        0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
        0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
        0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
        0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
        0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};
    static const uint8_t offset[25] = {0,  1,  62, 28, 27, 36, 44, 6,  55, 20, 3,  10, 43,
                                       25, 39, 41, 45, 15, 21, 8,  18, 2,  61, 56, 14};
    for (size_t round = 0; round < 24; round++) {
        uint64_t c[5], b[25];
        for (size_t x = 0; x < 5; x++)
            c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
        for (size_t i = 0; i < 25; i++)
            a[i] ^= c[(i + 4) % 5] ^ rotate(c[(i + 1) % 5], 1);
        for (size_t y = 0; y < 5; y++)
            for (size_t x = 0; x < 5; x++)
                b[(2 * x + 3 * y) % 5 * 5 + y] = rotate(a[y * 5 + x], offset[y * 5 + x]);
        for (size_t y = 0; y < 25; y += 5)
            for (size_t x = 0; x < 5; x++)
                a[y + x] = b[y + x] ^ (~b[y + (x + 1) % 5] & b[y + (x + 2) % 5]);
        a[0] ^= round_constant[round];
    }
}

void codec_keccak256(uint8_t out[32], struct rx_str data)
{
    enum { RATE = 136 };
    uint64_t state[25] = {0};
    uint8_t block[RATE];
    for (size_t at = 0;; at += RATE) {
        size_t left = data.n - at, n = left < RATE ? left : RATE;
        memset(block, 0, sizeof block);
        if (n)
            memcpy(block, data.p + at, n);
        if (n < RATE) {
            block[n] = 0x01;
            block[RATE - 1] |= 0x80;
        }
        for (size_t i = 0; i < RATE; i++)
            state[i / 8] ^= (uint64_t)block[i] << (8 * (i % 8));
        permute(state);
        if (n < RATE)
            break;
    }
    for (size_t i = 0; i < 32; i++)
        out[i] = (uint8_t)(state[i / 8] >> (8 * (i % 8)));
}

uint32_t codec_crc32(struct rx_str data)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < data.n; i++) {
        crc ^= (uint8_t)data.p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

uint16_t codec_crc16(struct rx_str data)
{
    uint32_t crc = 0;
    for (size_t i = 0; i < data.n; i++) {
        crc ^= (uint32_t)(uint8_t)data.p[i] << 8;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc << 1 ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
    }
    return (uint16_t)crc;
}
