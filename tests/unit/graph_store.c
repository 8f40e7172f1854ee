/* graph_store.c - a small stored case through the doors of graph: map, list, show, explain, export,
 * score. What a site sent must leave escaped. */
#include "graph/emit.h"
#include "graph/export/colour.h"
#include "tests/unit/shop_case.h"

#include <jansson.h>
#include <string.h>

static void test_map_and_list(void **state)
{
    (void)state;
    const struct graph_view plain = {.out = stdout};
    char dir[64], path[96];
    struct rx_conf *conf = rx_conf_new();
    struct store *st = new_case(dir, path, false);
    struct graph_map_report report = {0};
    struct rx_err err = {0};
    assert_int_equal(graph_networks(st, &plain, &err), RX_ENOENT);
    map(st, conf, &report);
    assert_int_equal(report.programmes, 2);
    assert_int_equal(report.affiliates, 1);
    assert_int_equal(report.storefronts, 5);
    struct ask q = {.st = st, .conf = conf};
    char *text = written(ask_networks, &q);
    assert_non_null(strstr(text, "N-0001        3      3   0.62 checkout.host pay-one.example"));
    assert_non_null(strstr(text, "A-0001        2      2   0.94 ga UA-4711001"));
    free(text);
    q.json = true;
    json_t *row = object(written(ask_networks, &q));
    assert_int_equal(json_integer_value(json_object_get(row, "alive")), 3);
    assert_int_equal(json_integer_value(json_object_get(row, "attached")), 1);
    json_decref(row);
    rx_conf_free(conf);
    tmp_case_free(st, dir);
}

static void test_show(void **state)
{
    (void)state;
    const struct graph_view plain = {.out = stdout};
    char dir[64], path[96];
    struct rx_conf *conf = rx_conf_new();
    struct store *st = new_case(dir, path, false);
    struct graph_map_report report = {0};
    struct rx_err err = {0};
    map(st, conf, &report);
    static const struct {
        const char *id, *line;
    } rows[] = {
        {"a1.example", "N-0001   network, confidence 0.62"},
        {"http://a1.example/x", "A-0001   affiliate"},
        {"door.example", "attached as doorway"},
        {"chemist.example", "role licensed"},
        {"N-0002", "b2.example"},
        {"ga:UA-4711001", "2 sites here (2 storefronts)"},
        {"a3.example", "x\\x1b[31m<&\"'=evil"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ask q = {.st = st, .conf = conf, .a = rows[i].id};
        char *text = written(ask_show, &q);
        if (!strstr(text, rows[i].line))
            fail_msg("show %s lacks \"%s\":\n%s", rows[i].id, rows[i].line, text);
        free(text);
        q.json = true;
        json_decref(object(written(ask_show, &q)));
    }
    struct ask q = {.st = st, .conf = conf, .a = "a1.exmple"};
    assert_int_equal(graph_show(st, conf, rx_str(q.a), &plain, &err), RX_ENOENT);
    assert_non_null(strstr(err.text, "did you mean a1.example?"));
    assert_int_equal(graph_show(st, conf, RX_STR("N-0077"), &plain, &err), RX_ENOENT);
    assert_int_equal(graph_show(st, conf, RX_STR("ga:nope"), &plain, &err), RX_ENOENT);
    rx_conf_free(conf);
    tmp_case_free(st, dir);
}

static void test_explain(void **state)
{
    (void)state;
    char dir[64], path[96];
    struct rx_conf *conf = rx_conf_new();
    struct store *st = new_case(dir, path, false);
    struct graph_map_report report = {0};
    map(st, conf, &report);
    struct ask q = {.st = st, .conf = conf, .a = "a1.example", .b = "a2.example", .json = true};
    json_t *row = object(written(ask_explain, &q));
    assert_true(q.linked);
    assert_true(json_is_true(json_object_get(row, "same_network")));
    assert_true(json_is_null(json_object_get(row, "calibrated")));
    double score = json_real_value(json_object_get(row, "score"));
    assert_true(score > .975 && score < .977);
    const json_t *first = json_array_get(json_object_get(row, "evidence"), 0);
    assert_string_equal(json_string_value(json_object_get(first, "class")), "checkout.host");
    const json_t *quotes = json_object_get(first, "quotes");
    assert_int_equal(json_array_size(quotes), 2);
    const json_t *quote = json_array_get(quotes, 1);
    assert_string_equal(json_string_value(json_object_get(quote, "site")), "site:a2.example");
    assert_string_equal(json_string_value(json_object_get(quote, "warc")),
                        "rxmap-0001-00001.warc.gz:512");
    assert_int_equal(json_integer_value(json_object_get(quote, "offset")), 100);
    json_decref(row);
    /* Text: what speaks for it, where, and the caveats. */
    q.json = false;
    char *text = written(ask_explain, &q);
    static const char *const lines[] = {"both in N-0001",
                                        "scores are not calibrated",
                                        "  13.0 bits  Host of the checkout",
                                        "WARC rxmap-0001-00001.warc.gz at 512",
                                        "Other explanations to rule out",
                                        "no finding of guilt"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (!strstr(text, lines[i]))
            fail_msg("explain lacks \"%s\":\n%s", lines[i], text);
    free(text);
    q.b = "b1.example";
    text = written(ask_explain, &q);
    assert_false(q.linked);
    assert_non_null(strstr(text, "nothing: no shared value carries weight"));
    free(text);
    rx_conf_free(conf);
    tmp_case_free(st, dir);
}

static char *slurp(const char *path)
{
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    char *text = calloc(1, 1 << 20);
    assert_non_null(text);
    assert_true(fread(text, 1, (1 << 20) - 1, in) > 0);
    assert_int_equal(fclose(in), 0);
    return text;
}

/* A second run, in which two shops that share nothing else answer from one address. */
static void add_second_run(struct store *st)
{
    static const char *const hosts[] = {"a1.example", "b1.example"};
    struct rx_err err = {0};
    int64_t run = 0, file = 0;
    assert_int_equal(store_begin(st, &err), 0);
    assert_int_equal(store_run_start(st, RX_STR("two"), RX_STR("{}"), 100000, &run), 0);
    assert_int_equal(store_warc_add(st, run, RX_STR("rxmap-0002-00001.warc.gz"), &file), 0);
    for (size_t i = 0; i < 2; i++) {
        struct store_host host;
        struct rx_str name = rx_str(hosts[i]);
        assert_int_equal(store_host_put(st, name, name, &host), 0);
        const struct store_fact facts[] = {
            {.kind = RX_STR("a"), .value = RX_STR("192.0.2.9"), .source = RX_STR("dns")},
            {.kind = RX_STR("spki"), .value = RX_STR("5ec0de"), .source = RX_STR("tls")},
        };
        for (size_t f = 0; f < 2; f++) {
            struct store_fact fact = facts[f];
            fact.run = run;
            fact.host_id = host.id;
            fact.seen_ms = 100500;
            fact.warc = (struct store_warc_ref){file, 4096 * (i + 1), 64};
            assert_int_equal(store_fact_put(st, &fact), 0);
        }
    }
    assert_int_equal(store_run_close(st, run, false, 199000), 0);
    assert_int_equal(store_commit(st, &err), 0);
}

/* What the network said is quoted with its record, and an earlier run is told as it was. */
static void test_second_run(void **state)
{
    (void)state;
    char dir[64], path[96], file[128];
    struct rx_conf *conf = rx_conf_new();
    struct store *st = new_case(dir, path, false);
    struct graph_map_report report = {0};
    struct rx_err err = {0};
    add_second_run(st);
    map(st, conf, &report);
    struct ask q = {.st = st, .conf = conf, .a = "a1.example", .b = "b1.example", .all = true};
    char *text = written(ask_explain, &q);
    static const char *const lines[] = {"192.0.2.9", "said by the network",
                                        "WARC rxmap-0002-00001.warc.gz at 4096",
                                        "WARC rxmap-0002-00001.warc.gz at 8192"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (!strstr(text, lines[i]))
            fail_msg("explain lacks \"%s\":\n%s", lines[i], text);
    free(text);
    (void)snprintf(file, sizeof file, "%s/x.graphml", dir);
    assert_int_equal(graph_export(st, conf, GRAPH_GRAPHML, GRAPH_SITES_INDICATORS, 1, file, &err),
                     0);
    text = slurp(file);
    assert_non_null(strstr(text, "<data key=\"n_network\">N-0001</data>"));
    assert_null(strstr(text, "192.0.2.9"));
    free(text);
    assert_int_equal(graph_export(st, conf, GRAPH_GRAPHML, GRAPH_SITES_INDICATORS, 2, file, &err),
                     0);
    text = slurp(file);
    assert_non_null(strstr(text, "192.0.2.9"));
    free(text);
    rx_conf_free(conf);
    tmp_case_free(st, dir);
}

/* What is too long ends after a whole word of a list, and never inside a character. */
static void test_brief(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown;
    } rows[] = {
        {"ten bytes!", "ten bytes!"},
        {"drug basket amount", "drug basket ..."},
        {"drug,basket,amount", "drug,basket ..."},
        {"ref pharmacies", "ref pharmaci..."},
        {"quantity pharmacies", "quantity ..."},
        {"pharmacies.example", "pharmacies.e..."},
        {"a pharmacies.example", "a pharmacies..."},
        {"\xd0\xb0\xd0\xb0\xd0\xb0\xd0\xb0\xd0\xb0\x61\xd0\xb0\xd0\xb0",
         "\xd0\xb0\xd0\xb0\xd0\xb0\xd0\xb0\xd0\xb0\x61..."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct emit e;
        char *text = NULL;
        size_t bytes = 0;
        FILE *out = open_memstream(&text, &bytes);
        assert_non_null(out);
        emit_init(&e, out);
        emit_brief(&e, rx_str(rows[i].text), 12);
        assert_int_equal(emit_done(&e), 0);
        assert_int_equal(fclose(out), 0);
        assert_string_equal(text, rows[i].shown);
        free(text);
    }
}

static void test_csv_paths(void **state)
{
    (void)state;
    static const struct {
        const char *given, *nodes, *edges;
    } rows[] = {
        {"x", "x-nodes.csv", "x-edges.csv"},
        {"a/x.csv", "a/x-nodes.csv", "a/x-edges.csv"},
        {"x.CSV", "x-nodes.csv", "x-edges.csv"},
        {"x.csv.csv", "x.csv-nodes.csv", "x.csv-edges.csv"},
        {".csv", ".csv-nodes.csv", ".csv-edges.csv"},
        {"none/", "none/nodes.csv", "none/edges.csv"},
        {"/tmp", "/tmp/nodes.csv", "/tmp/edges.csv"},
        {"/tmp//", "/tmp/nodes.csv", "/tmp/edges.csv"},
    };
    struct graph_csv_paths paths;
    struct rx_err err = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(graph_csv_paths(&paths, rows[i].given, &err), 0);
        assert_string_equal(paths.nodes, rows[i].nodes);
        assert_string_equal(paths.edges, rows[i].edges);
    }
    char endless[5000] = "";
    memset(endless, 'x', sizeof endless - 1);
    assert_int_equal(graph_csv_paths(&paths, endless, &err), RX_EUSAGE);
}

/* Exports of the same case are the same bytes, in whatever order it was written. */
static void test_exports(void **state)
{
    (void)state;
    struct rx_conf *conf = rx_conf_new();
    struct rx_err err = {0};
    char *first[3] = {NULL};
    for (int turn = 0; turn < 2; turn++) {
        char dir[64], path[96], file[128];
        struct store *st = new_case(dir, path, turn == 1);
        struct graph_map_report report = {0};
        map(st, conf, &report);
        for (int kind = GRAPH_LINKS; kind <= GRAPH_SITES_INDICATORS; kind++) {
            (void)snprintf(file, sizeof file, "%s/x.graphml", dir);
            int rc = graph_export(st, conf, GRAPH_GRAPHML, (enum graph_kind)kind, 0, file, &err);
            if (rc)
                fail_msg("export: %s", err.text);
            char *text = slurp(file);
            assert_null(strchr(text, '\x1b'));
            if (turn)
                assert_string_equal(text, first[kind]);
            free(turn ? text : NULL);
            if (!turn)
                first[kind] = text;
        }
        assert_int_equal(graph_export(st, conf, GRAPH_CSV, GRAPH_SITES_INDICATORS, 1, dir, &err),
                         0);
        (void)snprintf(file, sizeof file, "%s/nodes.csv", dir);
        char *text = slurp(file);
        assert_non_null(strstr(text, "\"site:a1.example\",\"a1.example\","));
        free(text);
        assert_int_equal(remove(file), 0);
        (void)snprintf(file, sizeof file, "%s/edges.csv", dir);
        assert_int_equal(remove(file), 0);
        assert_int_equal(graph_export(st, conf, GRAPH_CSV, GRAPH_NETWORK, 9, dir, &err), RX_ENOENT);
        tmp_case_free(st, dir);
    }
    assert_non_null(strstr(first[GRAPH_NETWORK], "<data key=\"n_network\">N-0001</data>"));
    assert_non_null(strstr(first[GRAPH_LINKS], "label=\"302\""));
    assert_non_null(strstr(first[GRAPH_SITES_INDICATORS],
                           "<node id=\"ind:js.global:x%1B[31m%3C%26%22%27=evil\">"));
    assert_non_null(
        strstr(first[GRAPH_SITES_INDICATORS], "<data key=\"n_value\">x\xef\xbf\xbd[31m&lt;&amp;"));
    for (int i = 0; i < 3; i++)
        free(first[i]);
    rx_conf_free(conf);
}

static int ask_eval(FILE *out, void *ctx)
{
    struct ask *q = ctx;
    struct rx_err err = {0};
    int rc = graph_eval(q->st, q->conf, q->a,
                        &(struct graph_eval_opts){.json = q->json, .extraction = q->extraction},
                        out, &err);
    if (rc)
        print_error("%s\n", err.text);
    return rc;
}

static void test_eval(void **state)
{
    (void)state;
    static const char truth[] =
        "{\"type\":\"web\",\"seed\":1}\n"
        "{\"type\":\"site\",\"site\":\"a1.example\",\"role\":\"storefront\",\"programme\":\"P1\","
        "\"affiliates\":[\"x\"],\"indicators\":[{\"class\":\"ga\",\"value\":\"UA-4711001\"}]}\n"
        "{\"type\":\"site\",\"site\":\"a2.example\",\"role\":\"storefront\",\"programme\":\"P1\","
        "\"affiliates\":[\"x\"]}\n"
        "{\"type\":\"site\",\"site\":\"a3.example\",\"role\":\"storefront\",\"programme\":\"P1\"}\n"
        "{\"type\":\"site\",\"site\":\"b1.example\",\"role\":\"storefront\",\"programme\":\"P2\"}\n"
        "{\"type\":\"site\",\"site\":\"b2.example\",\"role\":\"storefront\",\"programme\":\"P2\"}\n"
        "{\"type\":\"site\",\"site\":\"chemist.example\",\"role\":\"licensed\","
        "\"programme\":null,\"decoy\":true}\n";
    char dir[64], path[96], file[128];
    struct rx_conf *conf = rx_conf_new();
    struct store *st = new_case(dir, path, false);
    struct graph_map_report report = {0};
    struct rx_err err = {0};
    map(st, conf, &report);
    (void)snprintf(file, sizeof file, "%s/truth.jsonl", dir);
    FILE *out = fopen(file, "wb");
    assert_non_null(out);
    assert_true(fputs(truth, out) >= 0);
    assert_int_equal(fclose(out), 0);
    struct ask q = {.st = st, .conf = conf, .a = file, .json = true};
    json_t *row = object(written(ask_eval, &q));
    assert_string_equal(json_string_value(json_object_get(row, "method")), "evidence");
    static const char *const ones[] = {"bcubed_f1", "pairwise_f1",  "ari",
                                       "v_measure", "affiliate_f1", "role_accuracy"};
    for (size_t i = 0; i < sizeof ones / sizeof ones[0]; i++)
        if (json_number_value(json_object_get(row, ones[i])) < 1)
            fail_msg("%s is %f", ones[i], json_number_value(json_object_get(row, ones[i])));
    assert_true(json_number_value(json_object_get(row, "decoys_per_1000")) <= 0);
    json_decref(row);
    q.json = false;
    char *text = written(ask_eval, &q);
    assert_non_null(strstr(text, "5 of 5 labelled ones reached"));
    assert_non_null(strstr(text, "ga                          1   1.0000     1.0000"));
    free(text);
    q.extraction = true;
    text = written(ask_eval, &q);
    assert_null(strstr(text, "reached"));
    assert_non_null(strstr(text, "ga                          1   1.0000     1.0000"));
    free(text);
    (void)snprintf(file, sizeof file, "%s/none", dir);
    assert_int_equal(graph_eval(st, conf, file, &(struct graph_eval_opts){0}, stdout, &err),
                     RX_EIO);
    rx_conf_free(conf);
    tmp_case_free(st, dir);
}

static void test_background_build(void **state)
{
    (void)state;
    char dir[64], path[96], file[128];
    struct store *st = new_case(dir, path, false);
    struct rx_err err = {0};
    uint64_t sites = 0, values = 0;
    (void)snprintf(file, sizeof file, "%s/bg.tsv", dir);
    assert_int_equal(graph_background_build(st, file, RX_STR("a test"), RX_STR("2026-01-01"),
                                            &sites, &values, &err),
                     0);
    char *text = slurp(file);
    assert_string_equal(text, "# rxmap background 1\n# sites 7\n# origin a test\n"
                              "# date 2026-01-01\n"
                              "checkout.host\tpay-one.example\t3\n"
                              "checkout.host\tpay-two.example\t2\n"
                              "ga\tUA-4711001\t2\n"
                              "js.global\tx\x1b[31m<&\"'=evil\t2\n");
    free(text);
    assert_int_equal(sites, 7);
    assert_int_equal(values, 4);
    assert_int_equal(
        graph_background_build(st, file, RX_STR("two\nlines"), RX_STR("x"), &sites, &values, &err),
        RX_EUSAGE);
    tmp_case_free(st, dir);
}

/* Networks beyond the palette are told apart too; what belongs to none is grey. */
static void test_colours(void **state)
{
    (void)state;
    enum { NETWORKS = 60 };
    const struct colour none = colour_of(-1);
    assert_true(none.r == none.g && none.g == none.b);
    for (int64_t i = 0; i < NETWORKS; i++) {
        const struct colour x = colour_of(i);
        for (int64_t j = -1; j < i; j++) {
            const struct colour y = colour_of(j);
            if (x.r == y.r && x.g == y.g && x.b == y.b)
                fail_msg("networks %d and %d have one colour", (int)i, (int)j);
        }
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_map_and_list),     cmocka_unit_test(test_show),
        cmocka_unit_test(test_explain),          cmocka_unit_test(test_csv_paths),
        cmocka_unit_test(test_exports),          cmocka_unit_test(test_eval),
        cmocka_unit_test(test_background_build), cmocka_unit_test(test_brief),
        cmocka_unit_test(test_second_run),       cmocka_unit_test(test_colours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
