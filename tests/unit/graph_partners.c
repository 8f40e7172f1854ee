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

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_id)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
