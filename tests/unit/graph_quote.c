/* graph_quote.c - what explain and show cite: bytes where there are any, else the address; and what
 * is known of shops that are there no longer. */
#include "tests/unit/shop_case.h"

/* Every site is asked once more, and none is there any longer. */
static void go_dark(struct store *st)
{
    struct rx_err err = {0};
    int64_t run = 0;
    assert_int_equal(store_begin(st, &err), 0);
    assert_int_equal(store_run_start(st, RX_STR("two"), RX_STR("{}"), 100000, &run), 0);
    for (size_t i = 0; i < SHOPS; i++) {
        struct store_site_state state = {.run = run,
                                         .site = rx_str(shops[i].host),
                                         .role = RX_ROLE_UNKNOWN,
                                         .state = RX_STR("nxdomain"),
                                         .first_ms = 100001,
                                         .last_ms = 100001};
        assert_int_equal(store_site_state_put(st, &state), 0);
    }
    assert_int_equal(store_run_close(st, run, false, 199000), 0);
    assert_int_equal(store_commit(st, &err), 0);
}

static void test_dark_shops_stay_on_the_map(void **state)
{
    (void)state;
    char dir[64], path[96];
    struct rx_conf *conf = rx_conf_new();
    struct store *st = new_case(dir, path, false);
    struct graph_map_report report = {0};
    go_dark(st);
    map(st, conf, &report);
    assert_int_equal(report.programmes, 2);
    assert_int_equal(report.affiliates, 1);
    assert_int_equal(report.storefronts, 5);
    struct ask q = {.st = st, .conf = conf, .a = "a1.example"};
    char *text = written(ask_networks, &q);
    assert_non_null(strstr(text, "N-0001        3      0   0.62 checkout.host pay-one.example"));
    free(text);
    text = written(ask_show, &q);
    assert_non_null(strstr(text, "role storefront"));
    assert_non_null(strstr(text, "state nxdomain, 1 pages read, last read in run 1"));
    free(text);
    rx_conf_free(conf);
    tmp_case_free(st, dir);
}

/* A page of a shop whose own address carries the values, so that no bytes of it do. */
static void put_address(struct store *st, int64_t run, int64_t file, const char *shop,
                        const char *const values[2])
{
    char host[64], url[128];
    bool is_new = false;
    (void)snprintf(host, sizeof host, "0.%s", shop);
    (void)snprintf(url, sizeof url, "http://%s/?a=%s&b=%s", host, values[0], values[1]);
    struct store_content c = {
        .sha256 = rx_sha256(rx_str(url)), .reader = RX_STR("tree/1"), .tables = RX_STR("t1")};
    assert_int_equal(store_url_put(st, rx_str(url), rx_str(host), rx_str(shop), &c.url_id), 0);
    assert_int_equal(store_content_put(st, &c, &is_new), 0);
    for (int i = 0; i < 2; i++) {
        struct store_sighting mark = {.cls = RX_STR("ga"),
                                      .value = rx_str(values[i]),
                                      .raw = RX_STR(""),
                                      .place = RX_PLACE_URL};
        assert_int_equal(store_sighting_put(st, c.id, &mark), 0);
    }
    struct store_sighting set = {.cls = RX_STR("form.fields"),
                                 .value = RX_STR("xq-aa,xq-bb,xq-cc"),
                                 .raw = RX_STR("xq-bb"),
                                 .place = RX_PLACE_FORM,
                                 .offset = 9,
                                 .length = 5};
    assert_int_equal(store_sighting_put(st, c.id, &set), 0);
    struct store_fetch f = {.run = run,
                            .url_id = c.url_id,
                            .content_id = c.id,
                            .started_ms = 100,
                            .outcome = RX_OUT_OK,
                            .status = 200,
                            .response = {.file_id = file, .offset = 77, .bytes = 400}};
    assert_int_equal(store_fetch_put(st, &f), 0);
}

/* Bytes are quoted where there are any; else the address, which is said to be one. */
static void test_quote_of_an_address(void **state)
{
    (void)state;
    static const char *const values[2] = {"UA-4711001", "UA-4711003"};
    char dir[64], path[96];
    struct rx_conf *conf = rx_conf_new();
    struct store *st = new_case(dir, path, false);
    struct graph_map_report report = {0};
    struct rx_err err = {0};
    int64_t run = 0, file = 0;
    assert_int_equal(store_begin(st, &err), 0);
    assert_int_equal(store_run_start(st, RX_STR("two"), RX_STR("{}"), 100000, &run), 0);
    assert_int_equal(store_warc_add(st, run, RX_STR("rxmap-0002-00001.warc.gz"), &file), 0);
    put_address(st, run, file, "a1.example", values);
    put_address(st, run, file, "a2.example", values);
    assert_int_equal(store_run_close(st, run, false, 199000), 0);
    assert_int_equal(store_commit(st, &err), 0);
    map(st, conf, &report);
    struct ask q = {.st = st, .conf = conf, .a = "a1.example", .b = "a2.example", .all = true};
    char *text = written(ask_explain, &q);
    static const char *const lines[] = {
        "a1.example: \"UA-4711001\"\n", ", script, 10 bytes from 101 of the decoded body, ",
        "a1.example: in the page's own address\n"
        "        http://0.a1.example/?a=UA-4711001&b=UA-4711003, no bytes of the body, ",
        "WARC rxmap-0002-00001.warc.gz at 77",
        "a2.example: \"xq-bb\" (one of the form's 3 names)\n"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (!strstr(text, lines[i]))
            fail_msg("explain lacks \"%s\":\n%s", lines[i], text);
    assert_null(strstr(text, ": \"\""));
    free(text);
    q.json = true;
    text = written(ask_explain, &q);
    assert_non_null(strstr(text, "\"place\":\"address\""));
    free(text);
    rx_conf_free(conf);
    tmp_case_free(st, dir);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dark_shops_stay_on_the_map),
        cmocka_unit_test(test_quote_of_an_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
