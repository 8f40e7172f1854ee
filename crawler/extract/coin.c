/* coin.c - see coin.h. One small function a form, one row a chain. Sources: BIP-13, BIP-173,
 * BIP-350, EIP-55, CashAddr, SS58 (Substrate), SEP-23 (Stellar), CIP-19 (Cardano), CryptoNote. */
#include "crawler/extract/coin.h"

#include "base/digest.h"
#include "crawler/extract/codec.h"

#include <openssl/evp.h>

static struct rx_str view(const uint8_t *bytes, size_t n)
{
    return rx_strn((const char *)bytes, n);
}

/* A key or script hash of 20 bytes behind a one-byte version out of versions. */
static bool hash58(struct rx_str s, const char *alphabet, const uint8_t *versions, size_t count)
{
    struct codec_bytes out;
    if (s.n < 25 || s.n > 36 || !codec_base58check(&out, s, alphabet) || out.n != 21)
        return false;
    for (size_t i = 0; i < count; i++)
        if (out.b[0] == versions[i])
            return true;
    return false;
}
#define HASH58(s, alphabet, ...)                                                                   \
    hash58(s, alphabet, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static bool segwit(struct rx_str s, const char *hrp)
{
    struct codec_bytes groups, program;
    uint32_t form;
    if (s.n > 90 || !codec_bech32(&groups, &form, s, hrp) || groups.n < 1 || groups.b[0] > 16)
        return false;
    if (!codec_groups(&program, groups.b + 1, groups.n - 1) || program.n < 2 || program.n > 40)
        return false;
    if (groups.b[0] == 0)
        return form == CODEC_BECH32 && (program.n == 20 || program.n == 32);
    return form == CODEC_BECH32M;
}

static bool account_bech32(struct rx_str s, const char *hrp)
{
    struct codec_bytes groups, account;
    uint32_t form;
    return s.n <= 90 && codec_bech32(&groups, &form, s, hrp) && form == CODEC_BECH32 &&
           codec_groups(&account, groups.b, groups.n) && account.n == 20;
}

static bool is_btc(struct rx_str s)
{
    return HASH58(s, codec_alphabet_btc, 0, 5) || segwit(s, "bc");
}

static bool is_ltc(struct rx_str s)
{
    return HASH58(s, codec_alphabet_btc, 48, 50, 5) || segwit(s, "ltc");
}

static bool is_doge(struct rx_str s)
{
    return HASH58(s, codec_alphabet_btc, 30, 22);
}

static bool is_dash(struct rx_str s)
{
    return HASH58(s, codec_alphabet_btc, 76, 16);
}

/* A key of 32 bytes and nothing that checks it: whoever asks must have a reason to. */
static bool is_sol(struct rx_str s)
{
    struct codec_bytes out;
    return s.n >= 32 && s.n <= 44 && codec_base58(&out, s, codec_alphabet_btc) && out.n == 32;
}

static bool is_tron(struct rx_str s)
{
    return HASH58(s, codec_alphabet_btc, 65);
}

static bool is_neo(struct rx_str s)
{
    return HASH58(s, codec_alphabet_btc, 23);
}

static bool is_xrp(struct rx_str s)
{
    return HASH58(s, codec_alphabet_xrp, 0);
}

static bool is_zcash(struct rx_str s)
{
    struct codec_bytes out;
    return s.n == 35 && codec_base58check(&out, s, codec_alphabet_btc) && out.n == 22 &&
           out.b[0] == 0x1c && (out.b[1] == 0xb8 || out.b[1] == 0xbd);
}

static bool is_bnb(struct rx_str s)
{
    return account_bech32(s, "bnb");
}

static bool is_zil(struct rx_str s)
{
    return account_bech32(s, "zil");
}

/* Version byte: type (0 key, 1 script) in bits 3 to 6, size 0 = 20 bytes. */
static bool is_bch(struct rx_str s)
{
    struct codec_bytes groups, out;
    if (HASH58(s, codec_alphabet_btc, 0, 5))
        return true;
    return codec_cashaddr(&groups, s, "bitcoincash") && codec_groups(&out, groups.b, groups.n) &&
           out.n == 21 && (out.b[0] == 0 || out.b[0] == 8);
}

static bool hex_address(struct rx_str s, bool *lower, bool *upper)
{
    *lower = *upper = false;
    if (s.n != 42 || s.p[0] != '0' || s.p[1] != 'x')
        return false;
    for (size_t i = 2; i < s.n; i++) {
        if (rx_hex(s.p[i]) < 0)
            return false;
        *lower |= s.p[i] >= 'a';
        *upper |= s.p[i] >= 'A' && s.p[i] <= 'F';
    }
    return true;
}

/* EIP-55: a letter is upper case where the Keccak-256 of the lower-case text has a nibble >= 8. */
static bool eip55(struct rx_str s)
{
    char text[40];
    uint8_t digest[32];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = rx_lower(s.p[i + 2]);
    codec_keccak256(digest, rx_strn(text, sizeof text));
    for (size_t i = 0; i < sizeof text; i++) {
        unsigned nibble = i % 2 ? digest[i / 2] & 15u : digest[i / 2] >> 4;
        char c = s.p[i + 2];
        if (rx_is_alpha(c) && (c <= 'F') != (nibble >= 8))
            return false;
    }
    return true;
}

static bool is_eth(struct rx_str s)
{
    bool lower, upper;
    return hex_address(s, &lower, &upper) && (!lower || !upper || eip55(s));
}

bool coin_eth_checked(struct rx_str s)
{
    bool lower, upper;
    return hex_address(s, &lower, &upper) && lower && upper && eip55(s);
}

/* A CBOR head of major type major; *at moves behind it. */
static bool cbor_head(const struct codec_bytes *in, size_t *at, unsigned major, uint64_t *value)
{
    if (*at >= in->n || in->b[*at] >> 5 != major)
        return false;
    unsigned more = in->b[(*at)++] & 31u;
    *value = more;
    if (more < 24)
        return true;
    if (more > 27)
        return false;
    *value = 0;
    for (size_t n = (size_t)1 << (more - 24); n > 0; n--) {
        if (*at >= in->n)
            return false;
        *value = *value << 8 | in->b[(*at)++];
    }
    return true;
}

/* Byron: array of two: tag 24 over a byte string, and the CRC-32 of that string. */
static bool byron(struct rx_str s)
{
    struct codec_bytes in;
    uint64_t items, tag, length, crc;
    size_t at = 0;
    if (!codec_base58(&in, s, codec_alphabet_btc) || !cbor_head(&in, &at, 4, &items) ||
        items != 2 || !cbor_head(&in, &at, 6, &tag) || tag != 24 ||
        !cbor_head(&in, &at, 2, &length) || length > in.n - at)
        return false;
    struct rx_str payload = view(in.b + at, (size_t)length);
    at += (size_t)length;
    return cbor_head(&in, &at, 0, &crc) && at == in.n && crc == codec_crc32(payload);
}

static bool is_ada(struct rx_str s)
{
    struct codec_bytes groups, out;
    uint32_t form;
    if (codec_bech32(&groups, &form, s, "addr"))
        return form == CODEC_BECH32 && codec_groups(&out, groups.b, groups.n) && out.n >= 29;
    return byron(s);
}

static bool is_xlm(struct rx_str s)
{
    struct codec_bytes out;
    if (s.n != 56 || !codec_base32(&out, s) || out.n != 35 || out.b[0] != 6 << 3)
        return false;
    return codec_crc16(view(out.b, 33)) == (out.b[33] | out.b[34] << 8);
}

/* SS58: prefix, key and the first two bytes of BLAKE2b-512("SS58PRE" prefix key). */
static bool is_dot(struct rx_str s)
{
    static const uint8_t context[7] = {'S', 'S', '5', '8', 'P', 'R', 'E'};
    struct codec_bytes out;
    if (s.n < 46 || s.n > 50 || !codec_base58(&out, s, codec_alphabet_btc) || out.n != 35)
        return false;
    uint8_t input[sizeof context + 33], digest[EVP_MAX_MD_SIZE];
    memcpy(input, context, sizeof context);
    memcpy(input + sizeof context, out.b, 33);
    return EVP_Digest(input, sizeof input, digest, NULL, EVP_blake2b512(), NULL) == 1 &&
           memcmp(digest, out.b + 33, 2) == 0;
}

static bool is_xmr(struct rx_str s)
{
    struct codec_bytes out;
    uint8_t digest[32];
    if ((s.n != 95 && s.n != 106) || !codec_base58_blocks(&out, s) || out.n < 5)
        return false;
    if (out.b[0] != (s.n == 106 ? 19 : out.b[0] == 42 ? 42 : 18))
        return false;
    codec_keccak256(digest, view(out.b, out.n - 4));
    return memcmp(digest, out.b + out.n - 4, 4) == 0;
}

static const struct chain {
    const char *name;
    bool (*valid)(struct rx_str address);
} chains[] = {
    {"ADA", is_ada},   {"BCH", is_bch},   {"BNB", is_bnb},  {"BSC", is_eth},   {"BTC", is_btc},
    {"DASH", is_dash}, {"DOGE", is_doge}, {"DOT", is_dot},  {"ETH", is_eth},   {"LTC", is_ltc},
    {"NEO", is_neo},   {"SOL", is_sol},   {"TRX", is_tron}, {"USDT", is_btc},  {"VET", is_eth},
    {"XLM", is_xlm},   {"XMR", is_xmr},   {"XRP", is_xrp},  {"ZEC", is_zcash}, {"ZIL", is_zil},
};

const char *const coin_chains[] = {"ADA", "BCH", "BNB", "BSC", "BTC", "DASH", "DOGE",
                                   "DOT", "ETH", "LTC", "NEO", "SOL", "TRX",  "USDT",
                                   "VET", "XLM", "XMR", "XRP", "ZEC", "ZIL",  NULL};

static const struct chain *find_chain(struct rx_str name)
{
    for (size_t i = 0; i < sizeof chains / sizeof chains[0]; i++)
        if (rx_str_eq(name, rx_str(chains[i].name)))
            return &chains[i];
    return NULL;
}

bool coin_valid(struct rx_str chain, struct rx_str address)
{
    const struct chain *known = find_chain(chain);
    return known && known->valid(address);
}
