/* graph_partners.c - which shops are one partner's: what counts as the same id, and where. */
#include "tests/unit/graph_case.h"

struct row {
    const char *what;
    const char *left,
        *right; /* affiliate values of a shop of the first programme, and of another */
    bool other; /* the right shop is of the second programme */
    bool one;   /* both shops are one partner's */
};

static const struct row rows[] = {
    {"one id, one parameter, at its own shops", "shop0.one.test|aff|1192",
     "shop1.one.test|aff|1192", false, true},
    {"one id, called otherwise", "shop0.one.test|aff|1192", "shop1.one.test|wm|1192", false, true},
    {"one at the till, called otherwise", "pay-one.example|aid|8a2n", "shop1.one.test|ref|8a2n",
     false, true},
    {"another id", "shop0.one.test|aff|1192", "shop1.one.test|aff|1193", false, false},
    {"a short number may number anything", "shop0.one.test|aff|12", "shop1.one.test|pid|12", false,
     false},
    {"a short number under one name", "shop0.one.test|aff|12", "shop1.one.test|aff|12", false,
     true},
    {"one id, called otherwise, in another programme", "shop0.one.test|aff|1192",
     "shop1.two.test|wm|1192", true, false},
    {"one id in another programme", "shop0.one.test|aff|1192", "shop1.two.test|aff|1192", true,
     false},
    {"one id, called otherwise, at strangers' hosts", "ads.example|aff|1192",
     "shop.example|wm|1192", false, false},
};

static bool share_partner(const struct frame *f, const struct result *r, const char *a,
                          const char *b)
{
    const uint32_t x = (uint32_t)model_site_find(&f->m, rx_str(a));
    const uint32_t y = (uint32_t)model_site_find(&f->m, rx_str(b));
    for (size_t i = 0; i < r->network_count; i++) {
        const struct result_network *n = &r->networks[i];
        int found = 0;
        for (uint32_t k = n->first; n->affiliate && k < n->first + n->count; k++)
            found += r->members[k].site == x || r->members[k].site == y;
        if (found == 2)
            return true;
    }
    return false;
}

static void test_same_id(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct draft d = {0};
        struct frame f;
        struct result r = {0};
        char site[40];
        const char *right = rows[i].other ? "shop1.two.test" : "shop1.one.test";
        for (int s = 0; s < 12; s++) {
            (void)snprintf(site, sizeof site, "shop%d.one.test", s);
            draft_add(&d, site, "checkout.host", "pay-one.example");
            (void)snprintf(site, sizeof site, "shop%d.two.test", s);
            draft_add(&d, site, "checkout.host", "pay-two.example");
        }
        draft_add(&d, "shop0.one.test", "affiliate", rows[i].left);
        draft_add(&d, right, "affiliate", rows[i].right);
        draft_solve(&f, &r, &d);
        assert_int_equal(programmes(&r), 2);
        if (share_partner(&f, &r, "shop0.one.test", right) != rows[i].one)
            fail_msg("%s", rows[i].what);
        result_done(&r);
        frame_done(&f);
        draft_done(&d);
    }
}

/* One id behind the hosts of four shops is one value of its partner, on all that carry it. */
static void test_spellings(void **state)
{
    (void)state;
    struct draft d = {0};
    struct frame f;
    struct result r = {0};
    char site[40], id[60];
    for (int s = 0; s < 12; s++) {
        (void)snprintf(site, sizeof site, "shop%d.one.test", s);
        draft_add(&d, site, "checkout.host", "pay-one.example");
        (void)snprintf(id, sizeof id, "%s|%s|1192", site, s % 2 ? "aff" : "wm");
        if (s < 4)
            draft_add(&d, site, "affiliate", id);
        if (s < 2)
            draft_add(&d, site, "ga", "UA-4711001");
    }
    draft_add(&d, "shop3.one.test", "affiliate", "shop0.one.test|wm|1192");
    draft_solve(&f, &r, &d);
    size_t at = 0;
    while (at < r.network_count && !r.networks[at].affiliate)
        at++;
    assert_true(at < r.network_count);
    const struct result_network *n = &r.networks[at];
    assert_int_equal(n->sites, 4);
    assert_string_equal(f.m.entities[n->strongest[0]].cls->name, "affiliate");
    assert_true(rx_str_eq(f.m.entities[n->strongest[0]].text, RX_STR("shop0.one.test|wm|1192")));
    assert_int_equal(n->spellings[0], 4);
    assert_true(n->covers[0] == 1);
    assert_int_equal(n->values, n->strongest_count);
    for (size_t i = 1; i < n->strongest_count; i++)
        assert_string_not_equal(f.m.entities[n->strongest[i]].cls->name, "affiliate");
    result_done(&r);
    frame_done(&f);
    draft_done(&d);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_id),
                                              cmocka_unit_test(test_spellings)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
