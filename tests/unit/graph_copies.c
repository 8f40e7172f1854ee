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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_stray)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
