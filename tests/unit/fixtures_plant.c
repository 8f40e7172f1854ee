/* What is planted in the simulated web: every disguise occurs, what is hidden does not stand there
 * as it is, and the checksums hold until they are spoiled. */
#include "fixtures/coin.h"
#include "fixtures/disguise.h"
#include "fixtures/plant.h"
#include "fixtures/site_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct tally {
    struct page page;
    unsigned by_disguise[HIDE_COUNT], refused, pages, plain;
};

/* These leave the value as it is; of others a short one may stand there by chance. */
static bool keeps_spelling(const char *disguise)
{
    static const char *const open[] = {
        "comment",      "ld-json",  "json",        "next-data",    "data-attr",   "css-content",
        "css-url",      "onload",   "script-file", "robots.txt",   "sitemap.xml", "ads.txt",
        "security.txt", "manifest", "concat",      "entity-named", "at-dot",      "inline-tags"};
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        if (strcmp(open[i], disguise) == 0)
            return true;
    return false;
}

static void on_mark(void *ctx, const char *class_name, const char *value)
{
    struct tally *t = ctx;
    const char *hidden = t->page.disguise;
    t->refused += t->page.refused != NULL;
    for (unsigned d = 1; d < HIDE_COUNT; d++)
        t->by_disguise[d] += strcmp(hidden, disguise_name((enum disguise)d)) == 0;
    const bool long_one = strlen(value) > 25;
    if (*hidden && !keeps_spelling(hidden) && long_one)
        assert_true(rx_str_find(rx_buf_str(&t->page.body), rx_str(value), 0) < 0);
    if (!*hidden && strcmp(class_name, "btc") == 0) {
        assert_true(rx_str_find(rx_buf_str(&t->page.body), rx_str(value), 0) >= 0);
        t->plain++;
    }
}

static void visit(void *ctx, const char *target)
{
    struct tally *t = ctx;
    const struct fixture_web *web = t->page.web;
    const struct web_site *site = t->page.site;
    site_file_write(&t->page, rx_str(target));
    assert_false(t->page.failed);
    page_done(&t->page);
    page_init(&t->page, web, site, on_mark, t);
    t->pages++;
}

static void test_every_disguise_occurs(void **state)
{
    (void)state;
    struct fixture_web *web = NULL;
    struct rx_err err = {0};
    const struct fixture_opts opts = {21, 60, 4, false};
    static struct tally t;
    assert_int_equal(fixture_new(&web, &opts, &err), RX_OK);
    for (unsigned i = 0; i < web->site_count; i++) {
        const struct web_site *s = &web->sites[i];
        if (s->state != WEB_LIVE)
            continue;
        page_init(&t.page, web, s, on_mark, &t);
        visit(&t, "/");
        plant_each(web, s, visit, &t);
        page_done(&t.page);
    }
    for (unsigned d = 1; d < HIDE_COUNT; d++)
        if (!t.by_disguise[d])
            fail_msg("%s occurs nowhere", disguise_name((enum disguise)d));
    assert_true(t.refused > 10 && t.plain > 3);
    fixture_free(web);
}

static unsigned rest_of_iban(const char *iban)
{
    char turned[COIN_BYTES + 8];
    unsigned rest = 0;
    (void)snprintf(turned, sizeof turned, "%s1314%.2s", iban + 4, iban + 2);
    for (const char *d = turned; *d; d++)
        rest = (rest * 10 + (unsigned)(*d - '0')) % 97;
    return rest;
}

static void test_coins(void **state)
{
    (void)state;
    struct chance c = chance_of(3, "coins", 0, 0);
    for (unsigned i = 0; i < 200; i++) {
        char text[COIN_BYTES], spoiled[COIN_BYTES];
        const enum coin coin = (enum coin)(1 + i % (COIN_COUNT - 1));
        coin_make(text, coin, &c);
        assert_true(strlen(text) > 9);
        memcpy(spoiled, text, sizeof text);
        coin_spoil(spoiled, &c);
        assert_string_not_equal(text, spoiled);
        assert_int_equal(strlen(text), strlen(spoiled));
        if (coin == COIN_IBAN) {
            assert_int_equal(rest_of_iban(text), 1);
            assert_int_not_equal(rest_of_iban(spoiled), 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_disguise_occurs),
                                       cmocka_unit_test(test_coins)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
