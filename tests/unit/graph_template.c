/* graph_template.c - shop templates are sold and copied: what they may join, and what they may not.
 */
#include "graph_case.h"

static const char *site_name(char out[40], const char *prefix, int i)
{
    (void)snprintf(out, 40, "%s%03d.test", prefix, i);
    return out;
}

/* The names that come with one template. */
static void add_template(struct draft *d, const char *site, const char *engine)
{
    char text[72];
    for (int n = 0; n < 10; n++) {
        (void)snprintf(text, sizeof text, "%s_name_%d", engine, n);
        draft_add(d, site, "form.field", text);
    }
    for (int n = 0; n < 4; n++) {
        (void)snprintf(text, sizeof text, "%sGlobal%d", engine, n);
        draft_add(d, site, "js.global", text);
    }
    (void)snprintf(text, sizeof text, "%s_sess", engine);
    draft_add(d, site, "cookie.name", text);
}

struct expected {
    const char *a, *b;
    bool together;
};

static void solve_and_expect(struct draft *d, const struct expected *rows, size_t n)
{
    struct frame f;
    struct result r;
    draft_solve(&f, &r, d);
    for (size_t i = 0; i < n; i++) {
        const char *a = network_of(&f, &r, rows[i].a), *b = network_of(&f, &r, rows[i].b);
        bool together = *a && !strcmp(a, b);
        if (together != rows[i].together)
            fail_msg("%s in %s, %s in %s", rows[i].a, a, rows[i].b, b);
    }
    result_done(&r);
    frame_done(&f);
    draft_done(d);
}

/* Two shops of a large programme under the template of a tiny one, which has its own checkout. */
static void test_sold_by_the_tiny(void **state)
{
    (void)state;
    struct draft d = {0};
    char site[40];
    for (int i = 0; i < 30; i++) {
        draft_add(&d, site_name(site, "big", i), "checkout.host", "pay-big.example");
        add_template(&d, site, i < 2 ? "tiny" : "large");
    }
    for (int i = 0; i < 2; i++) {
        draft_add(&d, site_name(site, "tiny", i), "checkout.host", "pay-tiny.example");
        add_template(&d, site, "tiny");
    }
    const struct expected rows[] = {{"big000.test", "big029.test", true},
                                    {"tiny000.test", "tiny001.test", true},
                                    {"big000.test", "tiny000.test", false}};
    solve_and_expect(&d, rows, sizeof rows / sizeof rows[0]);
}

/* A programme whose checkout was never read shows itself by its script host. Five of its shops
 * carry the template of another: the template does not make them the other's. */
static void test_sold_where_no_checkout_was_read(void **state)
{
    (void)state;
    struct draft d = {0};
    char site[40];
    for (int i = 0; i < 40; i++) {
        draft_add(&d, site_name(site, "one", i), "script.host", "static-one.example");
        draft_add(&d, site, "email.host", "care-one.example");
        add_template(&d, site, i < 5 ? "two" : "one");
    }
    for (int i = 0; i < 8; i++) {
        draft_add(&d, site_name(site, "two", i), "form.action.host", "pay-two.example");
        add_template(&d, site, "two");
    }
    const struct expected rows[] = {{"one000.test", "one039.test", true},
                                    {"two000.test", "two007.test", true},
                                    {"one000.test", "two000.test", false}};
    solve_and_expect(&d, rows, sizeof rows / sizeof rows[0]);
}

/* Shops of which nothing but the template was read follow it home. */
static void test_follows_its_template(void **state)
{
    (void)state;
    struct draft d = {0};
    char site[40];
    for (int i = 0; i < 12; i++) {
        draft_add(&d, site_name(site, "one", i), "checkout.host", "pay-one.example");
        add_template(&d, site, "one");
        draft_add(&d, site_name(site, "two", i), "checkout.host", "pay-two.example");
        add_template(&d, site, "two");
    }
    add_template(&d, "lone.test", "one");
    const struct expected rows[] = {{"lone.test", "one000.test", true},
                                    {"one000.test", "two000.test", false}};
    solve_and_expect(&d, rows, sizeof rows / sizeof rows[0]);
}

/* One field name that two tiny engines happen to use does not make one set of both. */
static void test_hub_of_two(void **state)
{
    (void)state;
    struct draft d = {0};
    char site[40], text[72];
    for (int p = 0; p < 2; p++) {
        for (int i = 0; i < 2; i++) {
            site_name(site, p ? "two" : "one", i);
            draft_add(&d, site, "form.field", "dosage_zq");
            for (int n = 0; n < 6; n++) {
                (void)snprintf(text, sizeof text, "zq%d[%d]", p, n);
                draft_add(&d, site, "form.field", text);
            }
        }
    }
    const struct expected rows[] = {{"one000.test", "one001.test", true},
                                    {"two000.test", "two001.test", true},
                                    {"one000.test", "two000.test", false}};
    solve_and_expect(&d, rows, sizeof rows / sizeof rows[0]);
}

/* Three operators on one shop software that no list knows: its few globals and paths join none of
 * them, not even through shops whose till was not read. */
static void test_one_software(void **state)
{
    (void)state;
    struct draft d = {0};
    char site[40], till[40];
    for (int i = 0; i < 30; i++) {
        draft_add(&d, site_name(site, "one", i), "script.host", "static-one.example");
        draft_add(&d, site, "email.host", "care-one.example");
    }
    for (int i = 0; i < 20; i++) { /* tills in turn, every fifth not read */
        (void)snprintf(till, sizeof till, "pay-two%d.example", i % 2);
        if (i % 5)
            draft_add(&d, site_name(site, "two", i), "checkout.host", till);
        draft_add(&d, site_name(site, "two", i), "asset.host", "static-two.example");
        draft_add(&d, site, "email.host", "care-two.example");
    }
    for (int i = 0; i < 2; i++)
        draft_add(&d, site_name(site, "few", i), "checkout.host", "pay-few.example");
    static const struct {
        const char *prefix;
        int shops;
    } operators[] = {{"one", 30}, {"two", 20}, {"few", 2}};
    for (size_t o = 0; o < 3; o++) {
        for (int i = 0; i < operators[o].shops; i++) {
            draft_add(&d, site_name(site, operators[o].prefix, i), "path.schema", "/zqpage?p={w}");
            draft_add(&d, site, "path.schema", "/zqitem?id={n}");
            draft_add(&d, site, "js.global", "zqRoutes");
        }
    }
    const struct expected rows[] = {
        {"one000.test", "one029.test", true},  {"two000.test", "two019.test", true},
        {"few000.test", "few001.test", true},  {"one000.test", "two000.test", false},
        {"one000.test", "few000.test", false}, {"two000.test", "few000.test", false}};
    solve_and_expect(&d, rows, sizeof rows / sizeof rows[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sold_by_the_tiny),
        cmocka_unit_test(test_sold_where_no_checkout_was_read),
        cmocka_unit_test(test_follows_its_template),
        cmocka_unit_test(test_hub_of_two),
        cmocka_unit_test(test_one_software),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
