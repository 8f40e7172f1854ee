/* graph_promote.c - which sites of no trade are shops or tills after all, by what they carry and
 * who sends buyers to them. */
#include "graph/promote.h"
#include "graph_case.h"

struct row {
    const char *what;
    const char *cls, *value; /* what the site carries */
    uint32_t shops, honest;  /* others that carry it too */
    enum rx_role role;       /* of the site */
    bool promoted;
};

static const struct row rows[] = {
    {"their checkout host", "checkout.host", "pay.example", 10, 0, RX_ROLE_BENIGN, true},
    {"the private host of their scripts", "script.host", "own.example", 10, 0, RX_ROLE_BENIGN,
     true},
    {"the same, role unknown", "script.host", "own.example", 10, 0, RX_ROLE_UNKNOWN, true},
    {"too few shops to tell", "script.host", "own.example", 4, 0, RX_ROLE_BENIGN, false},
    {"a chat of the trade", "script.host", "chat.example", 30, 12, RX_ROLE_BENIGN, false},
    {"a telephone number, which a news page quotes", "phone.tollfree", "+18005550911", 40, 0,
     RX_ROLE_BENIGN, false},
    {"one engine name", "js.global", "zqCart", 40, 0, RX_ROLE_BENIGN, false},
    {"a licensed pharmacy", "script.host", "own.example", 40, 0, RX_ROLE_LICENSED, false},
    {"a doorway", "script.host", "own.example", 40, 0, RX_ROLE_DOORWAY, false},
};

static void carry(struct draft *d, const struct row *row, const char *prefix, uint32_t n)
{
    char site[40];
    for (uint32_t i = 0; i < n; i++) {
        (void)snprintf(site, sizeof site, "%s%03u.test", prefix, i);
        draft_add(d, site, row->cls, row->value);
        if (*prefix == 'h')
            draft_role(d, site, RX_ROLE_BENIGN);
    }
}

static void test_promoted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct draft d = {0};
        struct frame f;
        carry(&d, &rows[i], "shop", rows[i].shops);
        carry(&d, &rows[i], "honest", rows[i].honest);
        draft_add(&d, "site.test", rows[i].cls, rows[i].value);
        draft_role(&d, "site.test", rows[i].role);
        draft_load(&f, &d);
        int64_t at = model_site_find(&f.m, RX_STR("site.test"));
        f.m.sites[at].pages = 2;
        assert_int_equal(promote_sites(&f.m, &f.k), 0);
        if ((f.m.sites[at].role == RX_ROLE_STOREFRONT) != rows[i].promoted)
            fail_msg("%s", rows[i].what);
        frame_done(&f);
        draft_done(&d);
    }
}

/* A site that shops send their buyers to, and that shows their operator's telephone and script, or
 * says nothing: a till. */
static void test_tills(void **state)
{
    (void)state;
    static const struct {
        const char *what, *cls;
        uint32_t shops;  /* that send their buyers there */
        uint32_t honest; /* others that do */
        bool carries;    /* what only shops carry */
        enum rx_role role, after;
    } cases[] = {
        {"says nothing", "checkout.host", 10, 0, false, RX_ROLE_UNKNOWN, RX_ROLE_CHECKOUT},
        {"shows the shops' own", "checkout.host", 10, 0, true, RX_ROLE_UNKNOWN, RX_ROLE_CHECKOUT},
        {"reads as benign, shows the shops' own", "checkout.host", 10, 0, true, RX_ROLE_BENIGN,
         RX_ROLE_CHECKOUT},
        {"a stranger whom shops name", "checkout.host", 10, 0, false, RX_ROLE_BENIGN,
         RX_ROLE_BENIGN},
        {"a provider of everybody", "checkout.host", 10, 12, false, RX_ROLE_UNKNOWN,
         RX_ROLE_UNKNOWN},
        {"a shop that others use", "checkout.host", 10, 0, true, RX_ROLE_STOREFRONT,
         RX_ROLE_STOREFRONT},
        {"a small operator's", "checkout.host", 2, 0, false, RX_ROLE_UNKNOWN, RX_ROLE_CHECKOUT},
        {"one shop's word", "checkout.host", 1, 0, false, RX_ROLE_UNKNOWN, RX_ROLE_UNKNOWN},
        {"a service that forms of shops are sent to", "form.action.host", 10, 0, false,
         RX_ROLE_UNKNOWN, RX_ROLE_UNKNOWN},
        {"the same, shows the shops' own", "form.action.host", 10, 0, true, RX_ROLE_UNKNOWN,
         RX_ROLE_CHECKOUT},
        {"nobody's till", "checkout.host", 0, 0, true, RX_ROLE_UNKNOWN, RX_ROLE_STOREFRONT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct row names = {.cls = cases[i].cls, .value = "site.test"};
        struct row own = {.cls = "script.host", .value = "own.example"};
        struct draft d = {0};
        struct frame f;
        carry(&d, &names, "shop", cases[i].shops);
        carry(&d, &names, "honest", cases[i].honest);
        carry(&d, &own, "shop", 10);
        draft_add(&d, "site.test", "js.global", "zqTill");
        if (cases[i].carries)
            draft_add(&d, "site.test", own.cls, own.value);
        draft_role(&d, "site.test", cases[i].role);
        draft_load(&f, &d);
        int64_t at = model_site_find(&f.m, RX_STR("site.test"));
        f.m.sites[at].pages = 2;
        assert_int_equal(promote_sites(&f.m, &f.k), 0);
        if (f.m.sites[at].role != cases[i].after)
            fail_msg("%s: %s", cases[i].what, rx_role_name(f.m.sites[at].role));
        frame_done(&f);
        draft_done(&d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_promoted),
                                       cmocka_unit_test(test_tills)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
