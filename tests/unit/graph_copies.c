/* graph_copies.c - what one page shows may be copied; what two shops show is in use. */
#include "graph_case.h"

/* Three shops on one script host, eight on another; a chat account on `few` and `many` of them. */
static bool solve_chat(const char *cls, const char *value, int few, int many)
{
    struct draft d = {0};
    struct frame f;
    struct result r;
    char site[40];
    for (int i = 0; i < 3; i++) {
        (void)snprintf(site, sizeof site, "few%d.test", i);
        draft_add(&d, site, "script.host", "static-few.example");
        if (i < few)
            draft_add(&d, site, cls, value);
    }
    for (int i = 0; i < 8; i++) {
        (void)snprintf(site, sizeof site, "many%d.test", i);
        draft_add(&d, site, "script.host", "static-many.example");
        if (i < many)
            draft_add(&d, site, cls, value);
    }
    draft_solve(&f, &r, &d);
    bool together = !strcmp(network_of(&f, &r, "few0.test"), network_of(&f, &r, "many0.test"));
    result_done(&r);
    frame_done(&f);
    draft_done(&d);
    return together;
}

static void test_stray(void **state)
{
    (void)state;
    static const struct {
        const char *cls, *value;
        int few, many;
        bool together;
    } rows[] = {
        {"livechat", "9405119", 1, 3, false},          /* copied by one of the three */
        {"livechat", "9405119", 3, 1, false},          /* copied by one of the eight */
        {"livechat", "9405119", 1, 1, false},          /* nobody's */
        {"livechat", "9405119", 2, 3, true},           /* in use on both sides */
        {"form.action.host", "o.example", 1, 3, true}, /* bound: nobody copies that */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool together = solve_chat(rows[i].cls, rows[i].value, rows[i].few, rows[i].many);
        if (together != rows[i].together)
            fail_msg("%s on %d and %d", rows[i].cls, rows[i].few, rows[i].many);
    }
}

/* A licensed pharmacy's seal and licence number are copied by strangers: they join nobody, neither
 * to it nor to each other. One that no licensed pharmacy shows is the operator's own. */
static void test_licensed(void **state)
{
    (void)state;
    static const struct {
        const char *cls, *value;
        bool licensed;
    } rows[] = {{"seal.legitscript", "7182935", false},
                {"seal.legitscript", "7182935", true},
                {"licence.number", "gphc|1092345", false},
                {"licence.number", "gphc|1092345", true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct draft d = {0};
        struct frame f;
        struct result r;
        draft_add(&d, "one.test", rows[i].cls, rows[i].value);
        draft_add(&d, "two.test", rows[i].cls, rows[i].value);
        draft_add(&d, "real.test", rows[i].licensed ? rows[i].cls : "ga", rows[i].value);
        draft_role(&d, "real.test", RX_ROLE_LICENSED);
        draft_solve(&f, &r, &d);
        const struct model_entity *e =
            model_entity_find(&f.m, rx_str(rows[i].cls), rx_str(rows[i].value));
        assert_non_null(e);
        if ((e->bits > 0) == rows[i].licensed || (e->bar == MODEL_LICENSED) != rows[i].licensed)
            fail_msg("%s: %.1f bits, %s", rows[i].cls, e->bits, model_bar_text(e->bar));
        result_done(&r);
        frame_done(&f);
        draft_done(&d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_stray),
                                       cmocka_unit_test(test_licensed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
