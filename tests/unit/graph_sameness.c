/* Pages that are nearly the same as values of their sites: which make a group, how it is named,
 * whether the order of writing shows, and what is quoted for it. */
#include "graph/sameness.h"

#include "tests/unit/shop_case.h"

enum { SHARED = 120 }; /* bins that two alike sketches have in common: .94 */

/* A page's sketches: by letter, so that equal letters are alike but for a few bins of its own. */
struct page {
    const char *site, *path;
    char text, tags, qgrams; /* ' ': a sketch of nothing */
    uint32_t words, elements;
    int64_t again_ms; /* when the same body was captured once more; 0: never */
};

static const struct page pages[] = {
    {"a1.example", "/", 'A', 'T', 'Q', 90, 300, 0},
    {"a1.example", "/shop", 'A', 'T', 'R', 90, 300, 0},
    {"a2.example", "/", 'A', 'U', 'Q', 90, 300, 90},
    {"a3.example", "/", 'B', 'T', 'S', 90, 300, 0},
    {"a3.example", "/shop", ' ', ' ', 'Q', 90, 300, 0}, /* no front page, so no baseline's */
    {"b1.example", "/", 'C', ' ', 'V', 90, 300, 0},
    {"b1.example", "/again", 'C', ' ', 'V', 90, 300, 0}, /* a group of one site is none */
    {"b2.example", "/", 'A', 'T', 'W', 49, 49, 0},       /* says too little */
    {"chemist.example", "/", 'B', ' ', 'X', 90, 300, 0},
    {"chemist.example", "/zz", 'A', ' ', 'X', 90, 300, 0}, /* a copy: it stays where it was */
    {"chemist.example", "/yy", 'B', ' ', 'X', 90, 300, 0},
    {"chemist.example", "/xx", 'G', ' ', 'X', 90, 300, 0},
    /* A front page that changes takes one place of eight, and is what it was last. */
    {"d1.example", "/", 'A', 'T', 'Q', 90, 300, 0},
    {"d1.example", "/", 'A', 'T', 'Q', 90, 300, 0},
    {"d1.example", "/", 'A', 'T', 'Q', 90, 300, 0},
    {"d1.example", "/", 'A', 'T', 'Q', 90, 300, 0},
    {"d1.example", "/", 'A', 'T', 'Q', 90, 300, 0},
    {"d1.example", "/", 'A', 'T', 'Q', 90, 300, 0},
    {"d1.example", "/", 'A', 'T', 'Q', 90, 300, 0},
    {"d1.example", "/", 'A', 'T', 'Q', 90, 300, 0},
    {"d1.example", "/", 'D', ' ', 'D', 90, 300, 0},
    {"d1.example", "/shop", 'A', ' ', 'E', 90, 300, 0},
    {"d2.example", "/", 'F', 'T', 'F', 90, 300, 80}, /* and back again */
    {"d2.example", "/", 'A', ' ', 'Q', 90, 300, 0},
    /* Short pages of nobody else's do not hide the long one. */
    {"e1.example", "/", 'H', ' ', ' ', 90, 300, 0},
    {"e1.example", "/1", 'I', ' ', ' ', 90, 300, 0},
    {"e1.example", "/2", 'J', ' ', ' ', 90, 300, 0},
    {"e1.example", "/3", 'K', ' ', ' ', 90, 300, 0},
    {"e1.example", "/4", 'L', ' ', ' ', 90, 300, 0},
    {"e1.example", "/5", 'M', ' ', ' ', 90, 300, 0},
    {"e1.example", "/6", 'N', ' ', ' ', 90, 300, 0},
    {"e1.example", "/7", 'O', ' ', ' ', 90, 300, 0},
    {"e1.example", "/catalogue", 'Z', ' ', ' ', 90, 300, 0},
    {"e2.example", "/", 'Z', ' ', ' ', 90, 300, 0},
};
enum { PAGES = sizeof pages / sizeof pages[0] };

static void fill(struct rx_sketch *s, char letter, size_t own)
{
    for (size_t i = 0; i < RX_MINHASH_BINS && letter != ' '; i++)
        s->bin[i] = (uint16_t)(i < SHARED ? 1000U * (unsigned)letter + i : 7 + 100 * own + i);
}

static void put(struct store *st, int64_t run, int64_t file, size_t i)
{
    const struct page *p = &pages[i];
    char url[96], body[16];
    bool is_new = false;
    struct store_sketch sketch = {.words = p->words, .elements = p->elements};
    sketch.dom_hash[0] = i == 2 ? 0 : (uint8_t)i; /* the third page is built as the first */
    fill(&sketch.shingles, p->text, i);
    fill(&sketch.paths, p->tags, i);
    fill(&sketch.qgrams, p->qgrams, i);
    (void)snprintf(url, sizeof url, "http://%s%s", p->site, p->path);
    (void)snprintf(body, sizeof body, "%zu", i);
    struct store_content c = {
        .sha256 = rx_sha256(rx_str(body)), .reader = RX_STR("tree/1"), .tables = RX_STR("t1")};
    assert_int_equal(store_url_put(st, rx_str(url), rx_str(p->site), rx_str(p->site), &c.url_id),
                     0);
    assert_int_equal(store_content_put(st, &c, &is_new), 0);
    assert_int_equal(store_sketch_put(st, c.id, &sketch), 0);
    struct store_fetch f = {.run = run,
                            .url_id = c.url_id,
                            .content_id = c.id,
                            .started_ms = 200000 + (int64_t)i,
                            .outcome = RX_OUT_OK,
                            .status = 200,
                            .response = {.file_id = file, .offset = 512 * i, .bytes = 400}};
    assert_int_equal(store_fetch_put(st, &f), 0);
    f.started_ms = 200000 + p->again_ms;
    if (p->again_ms)
        assert_int_equal(store_fetch_put(st, &f), 0);
}

static struct store *case_of_pages(char dir[64], char path[96], bool backwards)
{
    struct store *st = new_case(dir, path, backwards);
    struct rx_err err = {0};
    int64_t run = 0, file = 0;
    assert_int_equal(store_begin(st, &err), 0);
    assert_int_equal(store_run_start(st, RX_STR("two"), RX_STR("{}"), 100000, &run), 0);
    assert_int_equal(store_warc_add(st, run, RX_STR("rxmap-0002-00001.warc.gz"), &file), 0);
    for (size_t i = 0; i < PAGES; i++)
        put(st, run, file, backwards ? PAGES - 1 - i : i);
    assert_int_equal(store_run_close(st, run, false, 299000), 0);
    assert_int_equal(store_commit(st, &err), 0);
    return st;
}

static int on_row(void *ctx, const struct sameness *row)
{
    return rx_buf_addf(ctx, "%s %.*s %.*s %u %lld %lld\n", row->cls->name, RX_FMT(row->like),
                       RX_FMT(row->site), row->pages, (long long)row->first_ms - 200000,
                       (long long)row->last_ms - 200000);
}

static void test_groups(void **state)
{
    static const char want[] = "dom.hash 00000000000000000000000000000000 a1.example 1 0 0\n"
                               "dom.hash 00000000000000000000000000000000 a2.example 1 2 90\n"
                               "template.qgrams http://a1.example/ a1.example 1 0 0\n"
                               "template.qgrams http://a1.example/ a2.example 1 2 90\n"
                               "template.tags http://a1.example/ a1.example 2 0 1\n"
                               "template.tags http://a1.example/ a3.example 1 3 3\n"
                               "template.tags http://a1.example/ d2.example 1 22 80\n"
                               "template.text http://a1.example/ a1.example 2 0 1\n"
                               "template.text http://a1.example/ a2.example 1 2 90\n"
                               "template.text http://a1.example/ d1.example 1 21 21\n"
                               "template.text http://a3.example/ a3.example 1 3 3\n"
                               "template.text http://a3.example/ chemist.example 2 8 10\n"
                               "template.text http://e1.example/catalogue e1.example 1 32 32\n"
                               "template.text http://e1.example/catalogue e2.example 1 33 33\n";
    (void)state;
    for (int backwards = 0; backwards < 2; backwards++) {
        char dir[64], path[96];
        struct rx_buf out = RX_BUF(1 << 16);
        struct store *st = case_of_pages(dir, path, backwards);
        assert_int_equal(sameness_scan(st, 0, on_row, &out), 0);
        assert_string_equal(out.p, want);
        rx_buf_clear(&out);
        assert_int_equal(sameness_scan(st, 1, on_row, &out), 0);
        assert_int_equal(out.n, 0);
        rx_buf_free(&out);
        tmp_case_free(st, dir);
    }
}

static void test_quote(void **state)
{
    static const char *const lines[] = {
        "a1.example: 100 % like http://a1.example/\n",
        "a2.example: 94 % like http://a1.example/\n        http://a2.example/, the whole body, ",
        "WARC rxmap-0002-00001.warc.gz at 1024"};
    char dir[64], path[96];
    struct rx_conf *conf = rx_conf_new();
    struct store *st = case_of_pages(dir, path, false);
    struct graph_map_report report = {0};
    (void)state;
    map(st, conf, &report);
    struct ask q = {.st = st, .conf = conf, .a = "a1.example", .b = "a2.example", .all = true};
    char *text = written(ask_explain, &q);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (!strstr(text, lines[i]))
            fail_msg("explain lacks \"%s\":\n%s", lines[i], text);
    free(text);
    q.json = true;
    text = written(ask_explain, &q);
    assert_non_null(strstr(text, "\"alike\":0.94"));
    free(text);
    rx_conf_free(conf);
    tmp_case_free(st, dir);
}

/* The baseline takes front pages that read the same, and nothing else that sites share. */
static void test_baseline(void **state)
{
    char dir[64], path[96];
    struct rx_conf *conf = rx_conf_new();
    struct store *st = case_of_pages(dir, path, false);
    struct graph_map_report report = {0};
    struct rx_err err = {0};
    (void)state;
    assert_int_equal(graph_map(st, conf, GRAPH_QGRAM, &report, &err), 0);
    assert_int_equal(report.programmes, 1);
    rx_conf_free(conf);
    tmp_case_free(st, dir);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_quote),
        cmocka_unit_test(test_baseline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
