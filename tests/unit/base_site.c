/* base_site.c - registrable domains: the vectors of the Public Suffix List, and edges of ours. */
#include "base/site.h"
#include "base/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <jansson.h>

/* The vectors ask in mixed case and in Unicode; hosts of URLs are A-labels. A name that is no host
 * (".com") stays as it is. */
static struct rx_buf a_label(const char *name)
{
    struct rx_buf out = RX_BUF(256);
    bool is_ip;
    if (rx_host_parse(&out, &is_ip, rx_str(name)))
        assert_int_equal(rx_buf_add(&out, rx_str(name)), 0);
    return out;
}

static bool agrees(const struct rx_psl *psl, json_t *c)
{
    const char *host = json_string_value(json_object_get(c, "host"));
    const char *want = json_string_value(json_object_get(c, "registrable"));
    struct rx_buf asked = a_label(host ? host : ""), expected = RX_BUF(256);
    if (want)
        expected = a_label(want);
    struct rx_str got = rx_psl_registrable(psl, rx_buf_str(&asked));
    bool ok = rx_str_eq(got, rx_buf_str(&expected));
    if (!ok)
        printf("  differs: %s: '%.*s'\n", host, RX_FMT(got));
    rx_buf_free(&asked);
    rx_buf_free(&expected);
    return ok;
}

static void test_vectors(void **state)
{
    (void)state;
    struct rx_err err = {0};
    struct rx_psl *psl;
    int passed = 0, all = 0;
    FILE *in = fopen(RXMAP_CORPORA "/url/psl.jsonl", "re");
    if (!in) {
        puts("PSL: no corpus at " RXMAP_CORPORA);
        skip();
    }
    if (rx_psl_load(&psl, RXMAP_CORPORA "/url/public_suffix_list.dat", &err))
        fail_msg("%s", err.text);
    for (json_t *c; (c = json_loadf(in, JSON_DISABLE_EOF_CHECK, NULL)); json_decref(c), all++)
        passed += agrees(psl, c);
    (void)fclose(in);
    rx_psl_free(psl);
    printf("PSL: %d of %d\n", passed, all);
    assert_true(all > 30);
    assert_int_equal(passed, all);
}

static void test_own(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        /* host, registrable, site key */
        {"www.pills.com", "pills.com", "pills.com"},
        {"pills.com.", "pills.com", "pills.com"},
        {"a.b.pills.co.uk", "pills.co.uk", "pills.co.uk"},
        {"x.myshopify.com", "x.myshopify.com", "x.myshopify.com"},
        {"a.x.myshopify.com", "x.myshopify.com", "x.myshopify.com"},
        {"myshopify.com", "", "myshopify.com"},
        {"co.uk", "", "co.uk"},
        {"localhost", "", "localhost"},
        {"10.0.0.1", "", "10.0.0.1"},
        {"[2001:db8::1]", "", "[2001:db8::1]"},
        {"a.unlisted", "a.unlisted", "a.unlisted"},
        {"b.a.unlisted", "a.unlisted", "a.unlisted"},
        {".com", "", ".com"},
        {"a..com", "", "a..com"},
        {"", "", ""},
    };
    struct rx_psl *psl;
    struct rx_err err = {0};
    if (rx_psl_load(&psl, NULL, &err))
        fail_msg("%s", err.text);
    assert_int_equal(strlen(rx_psl_sha256(psl)), 64);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rx_str host = rx_str(cases[i][0]), got = rx_psl_registrable(psl, host);
        struct rx_str key = rx_site_key(psl, host);
        if (!rx_str_eq(got, rx_str(cases[i][1])) || !rx_str_eq(key, rx_str(cases[i][2])))
            fail_msg("%s: '%.*s' '%.*s'", cases[i][0], RX_FMT(got), RX_FMT(key));
    }
    rx_psl_free(psl);
}

static void test_bad_lists(void **state)
{
    (void)state;
    struct rx_psl *psl = NULL;
    struct rx_err err = {0};
    assert_int_equal(rx_psl_load(&psl, "/nonexistent", &err), RX_ENOENT);
    assert_int_equal(rx_psl_load(&psl, "/dev/null", &err), RX_EINVAL);
    assert_null(psl);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_own),
        cmocka_unit_test(test_bad_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
