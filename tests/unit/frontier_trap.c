/* frontier_trap.c - which URLs are traps, which would act, and when a template is given up. */
#include "crawler/frontier/trap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct rx_url parse(struct rx_buf *text, const char *url)
{
    struct rx_url parsed;
    *text = RX_BUF(RX_URL_MAX + 1);
    assert_int_equal(rx_url_parse(&parsed, text, rx_str(url), NULL), RX_OK);
    return parsed;
}

static const struct {
    const char *url;
    bool trap;
} shapes[] = {
    {"http://a.example/", false},
    {"http://a.example/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20", false},
    {"http://a.example/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21", true},
    {"http://a.example/a/a", false},
    {"http://a.example/a/a/a", true},
    {"http://a.example/x/a/b/a/b/a/b/y", true},
    {"http://a.example/a/b/c/d/a/b/c/d/a/b/c/d", true},
    {"http://a.example/a/b/c/d/e/a/b/c/d/e/a/b/c/d/e", false}, /* a run of five */
    {"http://a.example/a//a//b", false},
    {"http://a.example/www.a.example/page/www.a.example/page", true},
    {"http://a.example/shop.com/shop.com", true},
    {"http://a.example/go/www.other.example", false},
    {"http://a.example/index.html/index.html", false},
};

static void test_shapes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct rx_buf text;
        const struct rx_url url = parse(&text, shapes[i].url);
        const char *why = trap_shape(&url);
        if ((why != NULL) != shapes[i].trap)
            fail_msg("%s: %s", shapes[i].url, why ? why : "no trap");
        rx_buf_free(&text);
    }
}

static const struct {
    const char *url;
    bool acts;
} acts[] = {
    {"http://a.example/?add-to-cart=5", true},
    {"http://a.example/cart/add/12", true},
    {"http://a.example/cart", false},
    {"http://a.example/checkout", false},
    {"http://a.example/logout.php", true},
    {"http://a.example/my-account/customer-logout/", false},
    {"http://a.example/account/logout", true},
    {"http://a.example/blog/how-to-delete-an-account", false},
    {"http://a.example/item/delete/7", true},
    {"http://a.example/unsubscribe?u=1", true},
    {"http://a.example/verify?token=abc", true},
    {"http://a.example/index.php?route=checkout/cart/add&id=3", true},
    {"http://a.example/index.php?route=product/product&id=3", false},
    {"http://a.example/shopping_cart.php?action=buy_now&products_id=9", true},
    {"http://a.example/list.php?action=show", false},
    {"http://a.example/search?q=delete", false},
    {"http://a.example/LOGOUT.ASPX", true},
};

static void test_acts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        struct rx_buf text;
        const struct rx_url url = parse(&text, acts[i].url);
        const char *why = trap_acts(&url);
        if ((why != NULL) != acts[i].acts)
            fail_msg("%s: %s", acts[i].url, why ? why : "does not act");
        rx_buf_free(&text);
    }
}

static uint64_t template_of(const char *url)
{
    struct rx_buf text;
    const struct rx_url parsed = parse(&text, url);
    const uint64_t hash = trap_template(&parsed);
    rx_buf_free(&text);
    return hash;
}

static void test_templates(void **state)
{
    (void)state;
    assert_int_equal(template_of("http://a/p1.html"), template_of("http://a/p234.html"));
    assert_int_equal(template_of("http://a/l?page=1&s=a"), template_of("http://a/l?page=77&s=b"));
    assert_int_not_equal(template_of("http://a/l?page=1"), template_of("http://a/l?s=1"));
    assert_int_not_equal(template_of("http://a/p1.html"), template_of("http://a/q1.html"));
    assert_int_equal(template_of("http://a/t/0123456789abcdef0123456789abcdef/x"),
                     template_of("http://a/t/fedcba9876543210fedcba9876543210aa/x"));
}

static void test_variants(void **state)
{
    (void)state;
    struct trap_site site = {0};
    for (int i = 0; i < TRAP_VARIANTS + 5; i++) {
        char url[64];
        struct rx_buf text;
        (void)snprintf(url, sizeof url, "http://a.example/cal?day=%d", i);
        const struct rx_url parsed = parse(&text, url);
        assert_int_equal(trap_refuses(&site, &parsed) != NULL, i >= TRAP_VARIANTS);
        trap_let_in(&site, &parsed);
        rx_buf_free(&text);
    }
    struct rx_buf text;
    const struct rx_url other = parse(&text, "http://a.example/list?day=1");
    assert_null(trap_refuses(&site, &other));
    rx_buf_free(&text);
    trap_site_free(&site);
}

static void test_retired(void **state)
{
    (void)state;
    struct trap_site site = {0};
    struct rx_buf text;
    const struct rx_url same = parse(&text, "http://a.example/same/1");
    for (int i = 0; i < TRAP_TRIAL; i++) {
        assert_null(trap_refuses(&site, &same));
        trap_fetched(&site, &same, 99, false); /* one body, again and again */
    }
    /* The first was new: 1 of 50 is 2 %, which is enough; 1 of 51 is not. */
    assert_null(trap_refuses(&site, &same));
    trap_fetched(&site, &same, 99, false);
    assert_non_null(trap_refuses(&site, &same));
    /* As text and back, it stays known. */
    struct rx_buf packed = RX_BUF(65536);
    struct trap_site again = {0};
    assert_int_equal(trap_pack(&packed, &site), RX_OK);
    assert_int_equal(trap_unpack(&again, rx_buf_str(&packed)), RX_OK);
    assert_non_null(trap_refuses(&again, &same));
    assert_int_equal(trap_unpack(&again, RX_STR("t 1 2\n")), RX_EDAMAGE);
    rx_buf_free(&packed);
    rx_buf_free(&text);
    trap_site_free(&site);
    trap_site_free(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),    cmocka_unit_test(test_acts),
        cmocka_unit_test(test_templates), cmocka_unit_test(test_variants),
        cmocka_unit_test(test_retired),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
