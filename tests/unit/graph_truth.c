/* graph_truth.c - which of a labelled file's pages a case has read. */
#include "graph/truth_pages.h"
#include "tmp_case.h"

static void put_page(struct store *st, int64_t run, const char *url, bool answered)
{
    bool is_new;
    struct store_content c = {
        .reader = RX_STR("tree/1"), .tables = RX_STR("00"), .sha256 = rx_sha256(rx_str(url))};
    assert_int_equal(store_url_put(st, rx_str(url), RX_STR("www.shop.example"),
                                   RX_STR("shop.example"), &c.url_id),
                     0);
    if (answered)
        assert_int_equal(store_content_put(st, &c, &is_new), 0);
    struct store_fetch f = {.run = run,
                            .url_id = c.url_id,
                            .content_id = c.id,
                            .started_ms = 1000,
                            .outcome = answered ? RX_OUT_OK : RX_OUT_TIMEOUT};
    assert_int_equal(store_fetch_put(st, &f), 0);
}

static void test_pages(void **state)
{
    (void)state;
    static const char *const urls[] = {"https://www.shop.example/", "http://www.shop.example/a?x=1",
                                       "http://www.shop.example/i.php?p=cart&aff=7&s=2",
                                       "http://www.shop.example/i.php?aff=7&p=faq"};
    static const struct {
        const char *target;
        bool read;
    } rows[] = {
        {"/", true},         {"/a", true},           {"/a?x=1", true},
        {"/a?x=2", false},   {"/none", false},       {"/i.php?p=cart", true},
        {"/i.php", true},    {"/i.php?p=faq", true}, {"/i.php?p=ca", false},
        {"/i.php?q", false}, {"/late", false},       {"/i.php?p=cart&s=2", true},
        {"/../a?x=1", true},
    };
    enum { ROWS = sizeof rows / sizeof rows[0] };
    char dir[64], path[96];
    struct store *st = tmp_case_new(dir, path);
    struct rx_err err = {0};
    struct truth_page pages[ROWS];
    struct truth_site site = {.site = RX_STR("shop.example"), .pages = ROWS};
    struct truth t = {.sites = &site, .site_count = 1, .pages = pages, .page_count = ROWS};
    int64_t run = 0;
    assert_int_equal(store_begin(st, &err), 0);
    assert_int_equal(store_run_start(st, RX_STR("one"), RX_STR("{}"), 500, &run), 0);
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++)
        put_page(st, run, urls[i], true);
    put_page(st, run, "http://www.shop.example/late", false);
    assert_int_equal(store_commit(st, &err), 0);
    for (size_t i = 0; i < ROWS; i++)
        pages[i] = (struct truth_page){rx_str(rows[i].target), false};
    assert_int_equal(truth_pages_mark(&t, st, &err), 0);
    for (size_t i = 0; i < ROWS; i++)
        if (pages[i].read != rows[i].read)
            fail_msg("%s", rows[i].target);
    tmp_case_free(st, dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pages)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
