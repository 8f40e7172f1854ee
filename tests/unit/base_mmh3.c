/* MurmurHash3 against published values, and the favicon number against an implementation in
 * Python that shares nothing with ours:
 *
 *   def mmh3(data):                                # x86_32, seed 0; all sums modulo 2**32
 *       r = lambda x, b: (x << b | x >> (32 - b)) & M
 *       mix = lambda k: r(k * 0xcc9e2d51 & M, 15) * 0x1b873593 & M
 *       h, n = 0, len(data) // 4
 *       for (k,) in struct.iter_unpack('<I', data[:n * 4]):
 *           h = (r(h ^ mix(k), 13) * 5 + 0xe6546b64) & M
 *       h ^= mix(int.from_bytes(data[n * 4:], 'little')) ^ len(data)
 *       h = (h ^ h >> 16) * 0x85ebca6b & M
 *       h = (h ^ h >> 13) * 0xc2b2ae35 & M
 *       return h ^ h >> 16
 *   number = signed(mmh3(base64.encodebytes(file)))
 */
#include "base/mmh3.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_published(void **state)
{
    static const struct {
        const char *text;
        uint32_t seed, hash;
    } rows[] = {
        {"", 0, 0},
        {"", 1, 0x514e28b7},
        {"", 0xffffffff, 0x81f16f39},
        {"test", 0, 0xba6bd213},
        {"foo", 0, 0xf6a5c420}, /* -156908512, in the manual of Python's mmh3 */
        {"Hello, world!", 0, 0xc0363e43},
        {"The quick brown fox jumps over the lazy dog", 0, 0x2e4ff723},
        {"aaaa", 0x9747b28c, 0x5a97808a},
        {"aaa", 0x9747b28c, 0x283e0130},
        {"Hello, world!", 0x9747b28c, 0x24884cba},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(rx_mmh3(rx_str(rows[i].text), rows[i].seed), rows[i].hash);
}

/* Files of n bytes, byte i being (7 i + i / 256) mod 256: around the ends of a Base64 line. */
static void test_favicon(void **state)
{
    static const struct {
        size_t n;
        int32_t number;
    } rows[] = {
        {0, 0},
        {1, -1253000196},
        {2, -415920194},
        {3, -1439392604},
        {56, -56085707},
        {57, -1822938491},
        {58, 1114872637},
        {114, -871731837},
        {115, -1869032894},
        {1150, 1912338455},
        {70000, 1255917558},
    };
    (void)state;
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        char *p = malloc(rows[r].n + 1);
        assert_non_null(p);
        for (size_t i = 0; i < rows[r].n; i++)
            p[i] = (char)(unsigned char)(i * 7 + i / 256);
        assert_int_equal(rx_favicon_number(rx_strn(p, rows[r].n)), rows[r].number);
        free(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published),
        cmocka_unit_test(test_favicon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
