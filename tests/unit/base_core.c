/* base_core.c - strings, buffers, arenas, maps, errors, digests, addresses. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/ip.h"
#include "base/map.h"
#include "base/vocab.h"

#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_str(void **state)
{
    (void)state;
    const struct rx_str none = {0}, s = RX_STR("Shop.Example");
    struct rx_str head, rest;
    uint64_t value = 7;
    assert_true(rx_str_eq(none, RX_STR("")) && rx_str_ieq(s, RX_STR("sHOP.eXAMPLE")));
    assert_true(rx_str_starts(s, RX_STR("Shop")) && !rx_str_starts(s, RX_STR("shop")));
    assert_true(rx_str_istarts(s, RX_STR("shop")) && rx_str_ends(s, RX_STR(".Example")));
    assert_true(rx_str_starts(none, none) && rx_str_ends(none, none) && rx_str_ends(s, none));
    assert_false(rx_str_ends(none, RX_STR("x")) || rx_str_istarts(none, RX_STR("x")));
    assert_int_equal(rx_str_find(s, RX_STR("Ex"), 0), 5);
    assert_int_equal(rx_str_find(s, RX_STR("Ex"), 6), -1);
    assert_int_equal(rx_str_find(s, none, 12), 12);
    assert_int_equal(rx_str_find(s, none, 13), -1);
    assert_int_equal(rx_str_find(none, RX_STR("x"), 0), -1);
    assert_int_equal(rx_str_ifind(s, RX_STR("EX"), 0), 5);
    assert_int_equal(rx_str_ifind(none, none, 0), 0);
    assert_int_equal(rx_str_chr(s, '.', 0), 4);
    assert_int_equal(rx_str_chr(s, '.', 5), -1);
    assert_true(rx_str_cmp(RX_STR("a"), RX_STR("b")) < 0 && rx_str_cmp(RX_STR("b"), s) > 0);
    assert_true(rx_str_cmp(RX_STR("a"), RX_STR("ab")) < 0 && rx_str_cmp(s, s) == 0);
    assert_true(rx_str_eq(rx_str_sub(s, 5, 99), RX_STR("Example")));
    assert_int_equal(rx_str_sub(s, 5, 5).n, 0);
    assert_int_equal(rx_str_sub(s, 99, 100).n, 0);
    assert_true(rx_str_eq(rx_str_trim(RX_STR(" \t\r\na b\f ")), RX_STR("a b")));
    char digits[RX_DECIMAL];
    assert_true(rx_str_eq(rx_decimal(digits, 0), RX_STR("0")));
    assert_true(rx_str_eq(rx_decimal(digits, 8080), RX_STR("8080")));
    assert_true(rx_str_eq(rx_decimal(digits, UINT64_MAX), RX_STR("18446744073709551615")));
    assert_true(rx_str_cut(s, '.', &head, &rest) && rx_str_eq(rest, RX_STR("Example")));
    assert_false(rx_str_cut(RX_STR("x"), '.', &head, &rest));
    assert_true(rx_str_eq(head, RX_STR("x")) && rest.n == 0);
    assert_true(rx_str_cut(RX_STR("x."), '.', &head, &rest) && rest.n == 0);
    assert_true(rx_str_u64(RX_STR("18446744073709551615"), &value) && value == UINT64_MAX);
    value = 7;
    assert_false(rx_str_u64(RX_STR("18446744073709551616"), &value) || rx_str_u64(none, &value) ||
                 rx_str_u64(RX_STR("+1"), &value) || rx_str_u64(RX_STR("1 "), &value));
    assert_int_equal(value, 7);
    assert_true(rx_hex('f') == 15 && rx_hex('A') == 10 && rx_hex('0') == 0 && rx_hex('g') == -1);
}

static void test_buf(void **state)
{
    (void)state;
    struct rx_buf b = RX_BUF(10);
    assert_int_equal(rx_buf_add(&b, RX_STR("12345")), 0);
    assert_int_equal(rx_buf_add(&b, RX_STR("678901")), RX_EFULL);
    assert_string_equal(b.p, "12345");
    assert_int_equal(rx_buf_addf(&b, "%s", "67890X"), RX_EFULL);
    assert_string_equal(b.p, "12345");
    assert_int_equal(rx_buf_addf(&b, "%04d", 67), 0);
    assert_int_equal(rx_buf_addc(&b, '!'), 0);
    assert_int_equal(rx_buf_addc(&b, '!'), RX_EFULL);
    assert_string_equal(b.p, "123450067!");
    assert_null(rx_buf_room(&b, 1));
    struct rx_buf own = RX_BUF(4096); /* what is added may be its own, and move as it grows */
    assert_int_equal(rx_buf_add(&own, RX_STR("0123456789")), 0);
    for (int i = 0; i < 8; i++)
        assert_int_equal(rx_buf_add(&own, rx_buf_str(&own)), 0);
    assert_int_equal(rx_buf_add(&own, rx_str_sub(rx_buf_str(&own), 2555, 2560)), 0);
    assert_int_equal(own.n, 2565);
    for (size_t i = 0; i < own.n; i++)
        assert_int_equal(own.p[i], i < 2560 ? '0' + (int)(i % 10) : '5' + (int)(i - 2560));
    rx_buf_free(&own);
    rx_buf_clear(&b);
    assert_string_equal(b.p, "");
    assert_non_null(rx_buf_room(&b, 10));
    struct rx_buf moved = rx_buf_take(&b);
    assert_true(!b.p && b.max == 10 && moved.p);
    rx_buf_free(&moved);
    assert_true(!moved.p && moved.max == 10);
    rx_buf_free(&b);
}

static void test_arena(void **state)
{
    (void)state;
    struct rx_arena a = RX_ARENA(100000);
    size_t cap = 0;
    uint32_t *items = NULL;
    for (uint32_t i = 0; i < 1000; i++) {
        items = rx_arena_grow(&a, items, i, &cap, sizeof *items);
        assert_non_null(items);
        items[i] = i;
    }
    for (uint32_t i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
    struct rx_str s = rx_arena_dup(&a, RX_STR("copy")),
                  empty = rx_arena_dup(&a, (struct rx_str){0});
    assert_string_equal(s.p, "copy");
    assert_string_equal(empty.p, "");
    assert_int_equal((uintptr_t)rx_arena_alloc(&a, 1) % _Alignof(max_align_t), 0);
    assert_null(rx_arena_zalloc(&a, SIZE_MAX, 2));
    assert_true(a.full);
    assert_null(rx_arena_alloc(&a, 100000));
    assert_null(rx_arena_alloc(&a, SIZE_MAX));
    assert_null(rx_arena_dup(&a, rx_strn("x", 100001)).p);
    rx_arena_free(&a);
    assert_true(!a.full && a.used == 0 && a.max == 100000);
    assert_non_null(rx_arena_alloc(&a, 99000));
    rx_arena_free(&a);
}

static unsigned freed;

static void count_free(void *value)
{
    (void)value;
    freed++;
}

/* Against a plain array: put, replace, delete in a fixed pseudo-random order. */
static void test_map(void **state)
{
    (void)state;
    enum { KEYS = 500, STEPS = 20000 };
    static char cells[KEYS][2];
    void *model[KEYS] = {0};
    struct rx_map *m = rx_map_new();
    uint32_t random = 1;
    size_t live = 0;
    assert_non_null(m);
    for (int step = 0; step < STEPS; step++) {
        random = random * 1664525u + 1013904223u;
        size_t k = random >> 8 & 0xffff;
        k %= KEYS;
        struct rx_str key = rx_strn((const char *)&k, k % 3 ? sizeof k : 2);
        void *old = NULL;
        if (random >> 30) {
            assert_int_equal(rx_map_put(m, key, cells[k], &old), 0);
            assert_ptr_equal(old, model[k]);
            live += model[k] == NULL;
            model[k] = cells[k];
        } else {
            assert_ptr_equal(rx_map_del(m, key), model[k]);
            live -= model[k] != NULL;
            model[k] = NULL;
        }
        assert_ptr_equal(rx_map_get(m, key), model[k]);
        assert_int_equal(rx_map_count(m), live);
    }
    for (size_t k = 0; k < KEYS; k++)
        assert_ptr_equal(rx_map_get(m, rx_strn((const char *)&k, k % 3 ? sizeof k : 2)), model[k]);
    size_t seen = 0;
    struct rx_str key;
    void *value;
    for (size_t at = 0; rx_map_next(m, &at, &key, &value); seen++)
        assert_ptr_equal(rx_map_get(m, key), value);
    assert_int_equal(seen, live);
    assert_int_equal(rx_map_put(m, (struct rx_str){0}, cells[0], NULL), 0);
    assert_ptr_equal(rx_map_get(m, RX_STR("")), cells[0]);
    rx_map_free(m, count_free);
    assert_int_equal(freed, live + 1);
    rx_map_free(NULL, NULL);
}

static void test_err(void **state)
{
    (void)state;
    struct rx_err err = {0};
    assert_int_equal(rx_fail(&err, RX_EIO, "cannot %s", "x"), RX_EIO);
    assert_string_equal(err.text, "cannot x");
    assert_int_equal(rx_fail_errno(&err, RX_EIO, ENOSPC, "write %d", 1), RX_ENOSPC);
    assert_string_equal(err.text, "write 1: No space left on device");
    assert_int_equal(rx_fail_errno(&err, RX_EIO, EACCES, "open"), RX_EIO);
    assert_int_equal(rx_fail(NULL, RX_EIO, "x"), RX_EIO);
    char longer[2 * RX_ERR_TEXT_BYTES];
    memset(longer, 'a', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(rx_fail_errno(&err, RX_EIO, EACCES, "%s", longer), RX_EIO);
    assert_int_equal(strlen(err.text), RX_ERR_TEXT_BYTES - 1);
}

static void test_digest(void **state)
{
    (void)state;
    static const char abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    static const char none[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    char hex[RX_SHA256_HEX + 1];
    struct rx_sha256 d = rx_sha256(RX_STR("abc")), parsed;
    rx_sha256_hex(hex, &d);
    assert_string_equal(hex, abc);
    assert_true(rx_sha256_parse(&parsed, rx_str(hex)) && memcmp(&d, &parsed, sizeof d) == 0);
    assert_false(rx_sha256_parse(&parsed, RX_STR("ba78")));
    hex[3] = 'x';
    assert_false(rx_sha256_parse(&parsed, rx_str(hex)));
    struct rx_sha256_ctx *ctx = rx_sha256_new();
    assert_non_null(ctx);
    rx_sha256_add(ctx, RX_STR("a"));
    rx_sha256_add(ctx, (struct rx_str){0});
    rx_sha256_add(ctx, RX_STR("bc"));
    d = rx_sha256_end(ctx);
    rx_sha256_hex(hex, &d);
    assert_string_equal(hex, abc);
    d = rx_sha256((struct rx_str){0});
    rx_sha256_hex(hex, &d);
    assert_string_equal(hex, none);
    /* The published value of XXH3 for empty input. */
    assert_int_equal(rx_hash64((struct rx_str){0}), 0x2d06800538d394c2u);
}

static void test_ip_text(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"1.2.3.4", "1.2.3.4"},
        {"::ffff:1.2.3.4", "1.2.3.4"},
        {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
        {"::", "::"},
        {"::1", "::1"},
        {"1::", "1::"},
        {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
        {"1:0:2:0:3:0:4:0", "1:0:2:0:3:0:4:0"},
        {"0:0:1:0:0:1:1:1", "::1:0:0:1:1:1"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"01.2.3.4", NULL},
        {"1.2.3", NULL},
        {"1.2.3.4 ", NULL},
        {"[::1]", NULL},
        {"fe80::1%lo", NULL},
        {"", NULL},
        {"1:2:3:4:5:6:7:8:9", NULL},
    };
    char text[RX_IP_TEXT];
    struct rx_ip ip;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int rc = rx_ip_parse(&ip, rx_str(cases[i][0]));
        if (!rc)
            rx_ip_text(text, ip);
        if (rc ? cases[i][1] != NULL : !cases[i][1] || strcmp(text, cases[i][1]) != 0)
            fail_msg("%s: %s", cases[i][0], rc ? "refused" : text);
    }
    assert_int_equal(rx_ip_parse(&ip, rx_strn("1.2.3.4\0", 8)), RX_EINVAL);
}

static void test_prefix(void **state)
{
    (void)state;
    static const struct {
        const char *prefix, *ip;
        bool has;
    } cases[] = {
        {"10.0.0.0/8", "10.255.0.1", true},
        {"10.0.0.0/8", "11.0.0.0", false},
        {"10.9.9.9/8", "10.0.0.1", true},
        {"192.168.1.4/30", "192.168.1.7", true},
        {"192.168.1.4/30", "192.168.1.8", false},
        {"0.0.0.0/0", "255.1.1.1", true},
        {"0.0.0.0/0", "2001:db8::", false},
        {"::/0", "1.2.3.4", true},
        {"2001:db8::/33", "2001:db8:7fff::", true},
        {"2001:db8::/33", "2001:db8:8000::", false},
        {"1.2.3.4", "1.2.3.4", true},
        {"1.2.3.4", "1.2.3.5", false},
        {"::ffff:10.0.0.0/104", "10.1.2.3", true},
    };
    struct rx_prefix p;
    struct rx_ip ip;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(rx_prefix_parse(&p, rx_str(cases[i].prefix)), 0);
        assert_int_equal(rx_ip_parse(&ip, rx_str(cases[i].ip)), 0);
        if (rx_prefix_has(p, ip) != cases[i].has)
            fail_msg("%s in %s", cases[i].ip, cases[i].prefix);
    }
    static const char *const broken[] = {"1.2.3.4/33", "::/129", "1.2.3.4/",
                                         "1.2.3.4/x",  "/8",     "x"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_int_equal(rx_prefix_parse(&p, rx_str(broken[i])), RX_EINVAL);
}

static void test_sockaddr(void **state)
{
    (void)state;
    static const char *const cases[] = {"1.2.3.4", "2001:db8::7"};
    for (size_t i = 0; i < 2; i++) {
        struct sockaddr_storage sa;
        struct rx_ip ip, back;
        assert_int_equal(rx_ip_parse(&ip, rx_str(cases[i])), 0);
        socklen_t n = rx_ip_to_sockaddr(&sa, ip, 8080);
        assert_int_equal(n, i ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
        assert_int_equal(rx_ip_from_sockaddr(&back, (struct sockaddr *)&sa), 0);
        assert_memory_equal(&ip, &back, sizeof ip);
        sa.ss_family = AF_UNIX;
        assert_int_equal(rx_ip_from_sockaddr(&back, (struct sockaddr *)&sa), RX_EINVAL);
    }
}

static void test_vocab(void **state)
{
    (void)state;
    for (int i = 1; i < RX_LINK_COUNT; i++)
        assert_string_not_equal(rx_link_name((enum rx_link)i), "?");
    for (int i = 1; i < RX_OUT_COUNT; i++)
        assert_string_not_equal(rx_outcome_name((enum rx_outcome)i), "?");
    for (int i = 1; i < RX_PLACE_COUNT; i++)
        assert_string_not_equal(rx_place_name((enum rx_place)i), "?");
    for (int i = 0; i < RX_ROLE_COUNT; i++)
        assert_int_equal(rx_role_parse(rx_str(rx_role_name((enum rx_role)i))), i);
    assert_int_equal(rx_role_parse(RX_STR("pirate")), RX_ROLE_UNKNOWN);
    assert_string_equal(rx_link_name((enum rx_link)0), "?");
    assert_string_equal(rx_outcome_name((enum rx_outcome)999), "?");
    assert_string_equal(rx_cut_name(RX_CUT_TIME), "time");
    assert_true(rx_link_is_redirect(RX_LINK_R308) && !rx_link_is_redirect(RX_LINK_A));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_str),      cmocka_unit_test(test_buf),
        cmocka_unit_test(test_arena),    cmocka_unit_test(test_map),
        cmocka_unit_test(test_err),      cmocka_unit_test(test_digest),
        cmocka_unit_test(test_ip_text),  cmocka_unit_test(test_prefix),
        cmocka_unit_test(test_sockaddr), cmocka_unit_test(test_vocab),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
