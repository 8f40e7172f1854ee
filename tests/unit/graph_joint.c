/* graph_joint.c - what holds an affiliate together is told of each two of its shops: a partner's id
 * that they spell otherwise is weighed as in the cover and quoted as each of them spells it. */
#include "tests/unit/shop_case.h"

#define SHOP(name, ...)                                                                            \
    {                                                                                              \
        name, RX_ROLE_STOREFRONT,                                                                  \
        {                                                                                          \
            {"checkout.host", "pay-one.example"}, __VA_ARGS__                                      \
        }                                                                                          \
    }
#define OTHER(name, ...)                                                                           \
    {                                                                                              \
        name, RX_ROLE_STOREFRONT,                                                                  \
        {                                                                                          \
            {"checkout.host", "pay-two.example"}, __VA_ARGS__                                      \
        }                                                                                          \
    }

static const struct shop partners[] = {
    SHOP("a0.example", {"affiliate", "a0.example|aff|1192"}),
    SHOP("a1.example", {"affiliate", "a1.example|wm|1192"}),
    SHOP("a2.example", {"affiliate", "pay-one.example|aid|77x1"}),
    SHOP("a3.example", {"affiliate", "pay-one.example|aid|77x1"},
         {"affiliate", "a3.example|wm|77x1"}),
    SHOP("a4.example", {"affiliate", "a4.example|wm|5512"}),
    SHOP("a5.example", {NULL, NULL}),
    SHOP("a6.example", {NULL, NULL}),
    SHOP("a7.example", {NULL, NULL}),
    {"door.example", RX_ROLE_DOORWAY, {{"affiliate", "a1.example|wm|1192"}}},
    OTHER("b0.example", {"affiliate", "b0.example|ref|1192"}),
    OTHER("b1.example", {NULL, NULL}),
    OTHER("b2.example", {NULL, NULL}),
    OTHER("b3.example", {NULL, NULL}),
};

struct row {
    const char *what, *a, *b;
    const char *value, *value_b; /* of the affiliate's evidence; value NULL: there is none */
};

static const struct row rows[] = {
    {"one id, other host and parameter", "a0.example", "a1.example", "a0.example|aff|1192",
     "a1.example|wm|1192"},
    {"the same, asked the other way round", "a1.example", "a0.example", "a1.example|wm|1192",
     "a0.example|aff|1192"},
    {"one id to the letter, once", "a2.example", "a3.example", "pay-one.example|aid|77x1", NULL},
    {"other ids", "a0.example", "a4.example", NULL, NULL},
    {"one id in another programme", "a0.example", "b0.example", NULL, NULL},
};

static double affiliate_of(const json_t *answer, const char *key)
{
    return json_real_value(json_object_get(json_object_get(answer, "affiliate"), key));
}

/* The evidence of class affiliate, which must not be there twice; NULL: there is none. */
static const json_t *partner_evidence(const json_t *answer)
{
    const json_t *all = json_object_get(answer, "evidence"), *found = NULL;
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *one = json_array_get(all, i);
        if (strcmp(json_string_value(json_object_get(one, "class")), "affiliate") != 0)
            continue;
        assert_null(found);
        found = one;
    }
    return found;
}

/* Both sites are quoted, each with what it says itself. */
static void check_quotes(const struct row *r, const json_t *evidence)
{
    const json_t *quotes = json_object_get(evidence, "quotes");
    const char *raw[2] = {r->value, r->value_b ? r->value_b : r->value};
    const char *site[2] = {r->a, r->b};
    assert_int_equal(json_array_size(quotes), 2);
    for (size_t i = 0; i < 2; i++) {
        const json_t *q = json_array_get(quotes, i);
        const char *id = json_string_value(json_object_get(q, "site"));
        assert_string_equal(id + strlen("site:"), site[i]);
        assert_string_equal(json_string_value(json_object_get(q, "raw")), raw[i]);
    }
}

static void check_row(struct ask *q, const struct row *r)
{
    *q = (struct ask){.st = q->st, .conf = q->conf, .a = r->a, .b = r->b, .json = true};
    json_t *answer = object(written(ask_explain, q));
    const json_t *evidence = partner_evidence(answer);
    if (!r->value != !evidence || (affiliate_of(answer, "bits") > 0) != (r->value != NULL))
        fail_msg("%s: %.1f bits", r->what, affiliate_of(answer, "bits"));
    if (evidence) {
        const char *other = json_string_value(json_object_get(evidence, "value_b"));
        assert_string_equal(json_string_value(json_object_get(evidence, "value")), r->value);
        assert_string_equal(other ? other : "", r->value_b ? r->value_b : "");
        check_quotes(r, evidence);
    }
    json_decref(answer);
}

static void test_explain(void **state)
{
    (void)state;
    char dir[64], path[96];
    struct rx_conf *conf = rx_conf_new();
    struct store *st =
        new_case_of(dir, path, partners, sizeof partners / sizeof partners[0], false);
    struct ask q = {.st = st, .conf = conf, .a = "a0.example", .b = "a1.example", .json = true};
    json_t *before = object(written(ask_explain, &q));
    assert_null(partner_evidence(before)); /* no networks yet: nothing says that it is one list */
    json_decref(before);
    struct graph_map_report report = {0};
    map(st, conf, &report);
    assert_int_equal(report.programmes, 2);
    assert_int_equal(report.affiliates, 2);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_row(&q, &rows[i]);
    rx_conf_free(conf);
    tmp_case_free(st, dir);
}

/* The score of two shops that share but the id is the confidence of the cover in each of them. */
static void test_same_as_cover(void **state)
{
    (void)state;
    char dir[64], path[96];
    struct rx_conf *conf = rx_conf_new();
    struct store *st =
        new_case_of(dir, path, partners, sizeof partners / sizeof partners[0], false);
    struct graph_map_report report = {0};
    map(st, conf, &report);
    struct ask q = {.st = st, .conf = conf, .a = "a0.example", .b = "a1.example", .json = true};
    json_t *answer = object(written(ask_explain, &q));
    const char *id = json_string_value(json_array_get(json_object_get(answer, "networks"), 1));
    assert_non_null(id);
    assert_int_equal(id[0], 'A');
    struct ask show = {.st = st, .conf = conf, .a = id, .json = true};
    json_t *network = object(written(ask_show, &show));
    const json_t *members = json_object_get(network, "members");
    assert_int_equal(json_array_size(members), 3);
    for (size_t i = 0; i < 3; i++)
        assert_float_equal(
            json_real_value(json_object_get(json_array_get(members, i), "confidence")),
            affiliate_of(answer, "score"), .0001);
    json_decref(network);
    show.json = false;
    char *text = written(ask_show, &show);
    if (!strstr(text, "core         a0.example") || !strstr(text, "doorway      door.example"))
        fail_msg("show does not tell shops from doorways:\n%s", text);
    free(text);
    json_decref(answer);
    q.json = false;
    text = written(ask_explain, &q);
    if (!strstr(text, "a0.example|aff|1192 / a1.example|wm|1192") || !strstr(text, "one affiliate"))
        fail_msg("explain lacks both spellings:\n%s", text);
    free(text);
    rx_conf_free(conf);
    tmp_case_free(st, dir);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_explain),
                                              cmocka_unit_test(test_same_as_cover)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
