/* A case from a stranger's hands, and figures at their ends: nothing that is stored reaches a
 * terminal or a file unescaped, and no number becomes infinite. */
#include "graph/graph.h"
#include "graph/truth.h"
#include "tests/unit/tmp_case.h"

#include <jansson.h>
#include <string.h>

/* ---- stored text ----------------------------------------------------------------------------- */

static struct store *case_with(char dir[64], char path[96], const char *id, const char *strongest)
{
    struct store *st = tmp_case_new(dir, path);
    int64_t run = 0;
    assert_int_equal(store_begin(st, NULL), 0);
    assert_int_equal(store_run_start(st, RX_STR("one"), RX_STR("{}"), 1, &run), 0);
    assert_int_equal(store_run_close(st, run, false, 2), 0);
    struct store_analysis a = {.upto_run = run, .method = RX_STR("evidence")};
    struct store_network n = {.id = rx_str(id),
                              .kind = RX_STR("programme"),
                              .sites = 2,
                              .confidence = .9,
                              .strongest = rx_str(strongest)};
    struct store_member m = {.network = n.id,
                             .site = RX_STR("a.example"),
                             .role = RX_STR("member"),
                             .confidence = .9,
                             .core = true};
    assert_int_equal(store_analysis_put(st, &a), 0);
    assert_int_equal(store_network_put(st, a.id, &n), 0);
    assert_int_equal(store_member_put(st, a.id, &m), 0);
    assert_int_equal(store_commit(st, NULL), 0);
    return st;
}

enum door { DOOR_NETWORKS, DOOR_SHOW, DOOR_JSONL, DOOR_COUNT };

/* What a door writes of that case. */
static char *ask(struct store *st, const struct rx_conf *conf, enum door door, bool json)
{
    char *text = NULL;
    size_t bytes = 0;
    char file[200];
    struct rx_err err = {0};
    FILE *out = open_memstream(&text, &bytes);
    assert_non_null(out);
    struct graph_view view = {.out = out, .json = json};
    int rc = 0;
    if (door == DOOR_NETWORKS) {
        rc = graph_networks(st, &view, &err);
    } else if (door == DOOR_SHOW) {
        rc = graph_show(st, conf, RX_STR("N-0001"), &view, &err);
    } else {
        (void)snprintf(file, sizeof file, "%s/out.jsonl", store_dir(st));
        rc = graph_export(st, conf, GRAPH_JSONL, GRAPH_NETWORK, 0, file, &err);
        FILE *in = fopen(file, "rb");
        for (int c; in && (c = fgetc(in)) != EOF;)
            (void)fputc(c, out);
        assert_non_null(in);
        (void)fclose(in);
    }
    if (rc)
        fail_msg("door %d: %s", (int)door, err.text);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void stored_text_leaves_escaped(void **state)
{
    (void)state;
    static const char *const lists[] = {
        "[{\"class\":\"\\u001b[31mred\",\"value\":\"a\\u001b]0;x\\u0007\",\"share\":9e99,\"bits\":"
        "1e300}]",
        "[{\"class\":\"ga\",\"value\":\"UA-1\",\"share\":-1,\"bits\":-5},{\"class\":7}]",
        "[],\"forged\":\"\x1b[2J\n",
        "\x1b[2J",
        "{}",
        "",
    };
    struct rx_conf *conf = rx_conf_new();
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        char dir[64], path[96];
        struct store *st = case_with(dir, path, "N-0001", lists[i]);
        for (int door = 0; door < DOOR_COUNT; door++)
            for (int json = 0; json < 2; json++) {
                char *text = ask(st, conf, (enum door)door, json);
                for (const char *p = text; *p; p++)
                    if ((unsigned char)*p < ' ' && *p != '\n')
                        fail_msg("list %zu, door %d: a control byte in %s", i, door, text);
                assert_null(strstr(text, "forged"));
                json_error_t bad;
                json_t *row = json || door == DOOR_JSONL
                                  ? json_loads(text, JSON_DISABLE_EOF_CHECK, &bad)
                                  : json_null();
                if (!row)
                    fail_msg("list %zu, door %d: %s in %s", i, door, bad.text, text);
                json_decref(row);
                free(text);
            }
        tmp_case_free(st, dir);
    }
    rx_conf_free(conf);
}

static void an_id_is_checked(void **state)
{
    (void)state;
    static const char *const ids[] = {"N-\x1b[2J", "", "N-0000000000000000000000000001", "N 1"};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        char dir[64], path[96];
        struct rx_err err = {0};
        struct store *st = case_with(dir, path, ids[i], "[]");
        struct graph_view view = {.out = stdout};
        assert_int_equal(graph_networks(st, &view, &err), RX_EDAMAGE);
        tmp_case_free(st, dir);
    }
}

/* ---- much evidence --------------------------------------------------------------------------- */

/* Two shops that share a value of everything there is: more bits than a score can tell from 1. */
static void bits_stay_finite(void **state)
{
    (void)state;
    static const char *const classes[] = {"checkout.host",
                                          "form.action.host",
                                          "script.host",
                                          "phone.tollfree",
                                          "licence.number",
                                          "jivosite",
                                          "livechat",
                                          "crisp",
                                          "tls.leaf",
                                          "affiliate",
                                          "email.host",
                                          "ip",
                                          "ns",
                                          "mx",
                                          "soa",
                                          "ga",
                                          "btc",
                                          "email",
                                          "phone",
                                          "redirect.host"};
    char dir[64], path[96], file[128];
    char line[4096];
    int64_t run = 0;
    struct rx_err err = {0};
    struct rx_conf *conf = rx_conf_new();
    struct store *st = tmp_case_new(dir, path);
    struct graph_map_report report = {0};
    double most = 0;
    assert_int_equal(store_begin(st, NULL), 0);
    assert_int_equal(store_run_start(st, RX_STR("one"), RX_STR("{}"), 1, &run), 0);
    for (int i = 0; i < 2; i++) {
        char host[32], url[64];
        bool is_new = false;
        (void)snprintf(host, sizeof host, "shop%d.example", i);
        (void)snprintf(url, sizeof url, "http://%s/", host);
        struct store_content c = {
            .sha256 = rx_sha256(rx_str(host)), .reader = RX_STR("tree/1"), .tables = RX_STR("t1")};
        assert_int_equal(store_url_put(st, rx_str(url), rx_str(host), rx_str(host), &c.url_id), 0);
        assert_int_equal(store_content_put(st, &c, &is_new), 0);
        for (uint32_t k = 0; k < sizeof classes / sizeof classes[0]; k++) {
            char value[64];
            (void)snprintf(value, sizeof value, "v%u-shared.example", k);
            struct store_sighting mark = {.cls = rx_str(classes[k]),
                                          .value = rx_str(value),
                                          .raw = rx_str(value),
                                          .place = RX_PLACE_SCRIPT,
                                          .offset = k};
            assert_int_equal(store_sighting_put(st, c.id, &mark), 0);
        }
        struct store_fetch f = {.run = run,
                                .url_id = c.url_id,
                                .content_id = c.id,
                                .started_ms = 1000,
                                .outcome = RX_OUT_OK,
                                .status = 200};
        assert_int_equal(store_fetch_put(st, &f), 0);
        struct store_site_state s = {.run = run,
                                     .site = rx_str(host),
                                     .role = RX_ROLE_STOREFRONT,
                                     .state = RX_STR("live"),
                                     .pages = 1,
                                     .first_ms = 1000,
                                     .last_ms = 1000};
        assert_int_equal(store_site_state_put(st, &s), 0);
    }
    assert_int_equal(store_run_close(st, run, false, 2), 0);
    assert_int_equal(store_commit(st, NULL), 0);
    assert_int_equal(graph_map(st, conf, GRAPH_EVIDENCE, &report, &err), 0);
    (void)snprintf(file, sizeof file, "%s/out.csv", path);
    assert_int_equal(graph_export(st, conf, GRAPH_CSV, GRAPH_NETWORK, 0, file, &err), 0);
    (void)snprintf(file, sizeof file, "%s/out-edges.csv", path);
    FILE *in = fopen(file, "rb");
    assert_non_null(in);
    while (fgets(line, sizeof line, in)) {
        static const char before[] = ",\"shares\",1.0000,1.0000,"; /* kind, weight, score, bits */
        const char *figures = strstr(line, before);
        if (figures)
            most = strtod(figures + sizeof before - 1, NULL);
    }
    (void)fclose(in);
    assert_true(most > 53 && most < 1000);
    rx_conf_free(conf);
    tmp_case_free(st, dir);
}

/* ---- truth files ----------------------------------------------------------------------------- */

static void too_many_affiliates_are_told(void **state)
{
    (void)state;
    char dir[64], file[96];
    tmp_case_dir(dir);
    (void)snprintf(file, sizeof file, "%s/truth.jsonl", dir);
    for (int count = TRUTH_AFFILIATES_MAX; count <= TRUTH_AFFILIATES_MAX + 1; count++) {
        struct truth t;
        struct rx_err err = {0};
        FILE *out = fopen(file, "wb");
        assert_non_null(out);
        for (int line = 0; line < 40; line++) {
            (void)fprintf(out, "{\"site\":\"s%d.example\",\"affiliates\":[", line);
            for (int i = 0; i < (line == 33 ? count : 1); i++)
                (void)fprintf(out, "%s\"a%d\"", i ? "," : "", i);
            (void)fprintf(out, "]}\n");
        }
        assert_int_equal(fclose(out), 0);
        const bool fits = count == TRUTH_AFFILIATES_MAX;
        assert_int_equal(truth_load(&t, file, &err), fits ? 0 : RX_EINVAL);
        if (fits)
            truth_done(&t);
        else
            assert_non_null(strstr(err.text, "line 34"));
    }
    tmp_case_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stored_text_leaves_escaped),
        cmocka_unit_test(an_id_is_checked),
        cmocka_unit_test(bits_stay_finite),
        cmocka_unit_test(too_many_affiliates_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
