/* codec.h - the encodings that wallet addresses are written in, each with its checksum.
 * Pure; output only on success; every input length is bounded by the caller's buffer. */
#ifndef RX_CRAWLER_EXTRACT_CODEC_H
#define RX_CRAWLER_EXTRACT_CODEC_H

#include "base/str.h"

enum { CODEC_BYTES_MAX = 128, CODEC_TEXT_MAX = 200 };

struct codec_bytes {
    uint8_t b[CODEC_BYTES_MAX];
    size_t n;
};

extern const char codec_alphabet_btc[]; /* base58 of Bitcoin and most others */
extern const char codec_alphabet_xrp[];

/* Plain base58, big-endian. False: a character outside the alphabet, or too long. */
bool codec_base58(struct codec_bytes *out, struct rx_str text, const char *alphabet);
/* Base58 followed by four bytes of double SHA-256; out is without them. */
bool codec_base58check(struct codec_bytes *out, struct rx_str text, const char *alphabet);
/* Base58 in blocks of 8 bytes / 11 characters (CryptoNote standard 7). */
bool codec_base58_blocks(struct codec_bytes *out, struct rx_str text);

enum { CODEC_BECH32 = 1, CODEC_BECH32M = 0x2bc830a3 };
/* BIP-173 and BIP-350 with hrp (lower case) before the separator. Out: the 5-bit groups without
 * the checksum. form: which constant verified. */
bool codec_bech32(struct codec_bytes *out, uint32_t *form, struct rx_str text, const char *hrp);
/* CashAddr, with or without "prefix:". Out: 5-bit groups without the checksum. */
bool codec_cashaddr(struct codec_bytes *out, struct rx_str text, const char *prefix);
/* 5-bit groups to bytes. False: more than 4 bits left over, or they are not zero. */
bool codec_groups(struct codec_bytes *out, const uint8_t *groups, size_t n);
/* RFC 4648 base32 in upper case, without padding. */
bool codec_base32(struct codec_bytes *out, struct rx_str text);

/* Keccak-256 as Ethereum and Monero use it: the original padding, not SHA-3's. */
void codec_keccak256(uint8_t out[32], struct rx_str data);
/* CRC-32 (ISO-HDLC) and CRC-16 (XMODEM). */
uint32_t codec_crc32(struct rx_str data);
uint16_t codec_crc16(struct rx_str data);

#endif
