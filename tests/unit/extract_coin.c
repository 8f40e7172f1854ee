/* Wallet addresses: published vectors of each encoding, then every verdict of the corpus. */
#include "crawler/extract/codec.h"
#include "crawler/extract/coin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const struct {
    const char *chain, *address;
    bool valid;
} vectors[] = {
    /* BIP-173 and BIP-350 test vectors. */
    {"BTC", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", true},
    {"BTC", "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y", true},
    {"BTC", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", true},
    {"BTC", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", false}, /* bech32 */
    {"BTC", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", false},
    {"BTC", "bc1qW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", false}, /* mixed case */
    {"BTC", "BC1SW50QA3JX3S", false},                             /* a vector of BIP-173 alone */
    {"BTC", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", true},
    {"BTC", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", true},
    {"BTC", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", false},
    {"BTC", "", false},
    /* EIP-55 vectors. */
    {"ETH", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", true},
    {"ETH", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", true},
    {"ETH", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", false},
    {"ETH", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", true},
    {"ETH", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae", false},
    /* CashAddr specification. */
    {"BCH", "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", true},
    {"BCH", "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", true},
    {"BCH", "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6b", false},
    {"TRX", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", true},
    {"TRX", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u", false},
    {"DOT", "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5", true},
    /* A key of 32 bytes, of one byte less, and with a sign that base58 has not. */
    {"SOL", "7Vq2Bz9Ks4Ht6Fg8Dj1P13Cm5Nx4Rb6yQaWeSUkXtYpM", true},
    {"SOL", "7Vq2Bz9Ks4Ht6Fg8Dj1P13Cm5Nx4Rb6yQaWeSUkX", false},
    {"SOL", "7Vq2Bz9Ks4Ht6Fg8Dj1Pl3Cm5Nx4Rb6yQaWeSUkXtYpM", false},
    {"NOSUCH", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", false},
};

static void test_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        if (coin_valid(rx_str(vectors[i].chain), rx_str(vectors[i].address)) != vectors[i].valid)
            fail_msg("%s %s", vectors[i].chain, vectors[i].address);
    assert_true(coin_eth_checked(RX_STR("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")));
    assert_false(coin_eth_checked(RX_STR("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")));
}

static void test_digests(void **state)
{
    (void)state;
    uint8_t got[32];
    /* Keccak-256 of the empty string, and of more than one block. */
    codec_keccak256(got, RX_STR(""));
    assert_int_equal(got[0], 0xc5);
    assert_int_equal(got[31], 0x70);
    char block[136];
    memset(block, 'a', sizeof block);
    codec_keccak256(got, rx_strn(block, sizeof block));
    assert_int_equal(got[0], 0xa6);
    assert_int_equal(got[1], 0xc4);
    /* The check values of the CRC catalogue. */
    assert_int_equal(codec_crc32(RX_STR("123456789")), 0xcbf43926);
    assert_int_equal(codec_crc16(RX_STR("123456789")), 0x31c3);
}

static void test_overlong_input(void **state)
{
    (void)state;
    char text[CODEC_TEXT_MAX * 2];
    memset(text, 'z', sizeof text);
    for (size_t i = 0; coin_chains[i]; i++)
        for (size_t n = 0; n <= sizeof text; n += 7)
            assert_false(coin_valid(rx_str(coin_chains[i]), rx_strn(text, n)));
}

/* chain,string,valid,reason,origin: no cell holds a comma or a quote. */
static bool corpus_row(char *line, bool *right)
{
    struct rx_str rest = rx_str(line), chain, address, valid;
    rx_str_cut(rest, ',', &chain, &rest);
    rx_str_cut(rest, ',', &address, &rest);
    rx_str_cut(rest, ',', &valid, &rest);
    if (rx_str_eq(chain, RX_STR("chain")) || chain.n == 0)
        return false;
    *right = coin_valid(chain, address) == rx_str_eq(valid, RX_STR("true"));
    if (!*right)
        print_message("verdict differs: %s", line);
    return true;
}

static void test_corpus(void **state)
{
    (void)state;
    FILE *f = fopen(RXMAP_CORPORA "/wallets/addresses.csv", "r");
    if (!f) {
        print_message("corpus wallets is missing: only the vectors above were checked\n");
        skip();
    }
    char line[512];
    size_t rows = 0, wrong = 0;
    while (fgets(line, sizeof line, f)) {
        bool right;
        if (!corpus_row(line, &right))
            continue;
        rows++;
        wrong += !right;
    }
    (void)fclose(f);
    print_message("wallets: %zu verdicts, %zu differ\n", rows, wrong);
    assert_true(rows > 2000);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_digests),
        cmocka_unit_test(test_overlong_input),
        cmocka_unit_test(test_corpus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
