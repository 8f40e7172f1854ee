/* graph_attach.c - hosts and doorways that hang on networks, and with what confidence; members too.
 */
#include "graph_case.h"

static double attached(const struct frame *f, const struct result *r, const char *site,
                       const char *member)
{
    const char *network = network_of(f, r, member);
    int64_t at = model_site_find(&f->m, rx_str(site));
    for (size_t i = 0; i < r->member_count; i++)
        if (r->members[i].site == (uint32_t)at && r->members[i].role != RX_ROLE_UNKNOWN &&
            !strcmp(r->networks[r->members[i].network].id, network))
            return r->members[i].confidence;
    return 0;
}

/* Three programmes of ten shops. */
static void test_hosts(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        int users[3]; /* shops of each programme that load from it */
        int honest;
        double confidence[3];
    } rows[] = {
        {"own-cdn.example", {6, 0, 0}, 0, {1, 0, 0}},
        {"brand-cdn.example", {2, 0, 0}, 0, {1, 0, 0}},
        {"strayed.example", {8, 1, 1}, 0, {.8, 0, 0}},
        {"nobodys.example", {2, 2, 2}, 0, {0, 0, 0}},
        {"both.example", {6, 6, 0}, 0, {.5, .5, 0}},
        {"chat.example", {8, 0, 0}, 9, {0, 0, 0}},
    };
    struct draft d = {0};
    struct frame f;
    struct result r;
    char site[40], text[72];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        draft_role(&d, rows[i].host, RX_ROLE_UNKNOWN);
        for (int h = 0; h < rows[i].honest; h++) {
            (void)snprintf(site, sizeof site, "lawful%02d.test", h);
            draft_add(&d, site, "asset.host", rows[i].host);
            draft_role(&d, site, RX_ROLE_LICENSED);
        }
        for (int p = 0; p < 3; p++) {
            for (int s = 0; s < 10; s++) {
                (void)snprintf(site, sizeof site, "p%d-%02d.test", p, s);
                (void)snprintf(text, sizeof text, "pay%d.example", p);
                draft_add(&d, site, "checkout.host", text);
                if (s < rows[i].users[p])
                    draft_add(&d, site, "asset.host", rows[i].host);
            }
        }
    }
    draft_solve(&f, &r, &d);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int p = 0; p < 3; p++) {
            (void)snprintf(site, sizeof site, "p%d-00.test", p);
            double confidence = attached(&f, &r, rows[i].host, site);
            if (confidence < rows[i].confidence[p] - .01 ||
                confidence > rows[i].confidence[p] + .01)
                fail_msg("%s on programme %d: %.2f", rows[i].host, p, confidence);
        }
    }
    result_done(&r);
    frame_done(&f);
    draft_done(&d);
}

static double confidence_of(const struct frame *f, const struct result *r, const char *site)
{
    int64_t at = model_site_find(&f->m, rx_str(site));
    for (size_t i = 0; i < r->member_count; i++)
        if (r->members[i].site == (uint32_t)at && r->members[i].role == RX_ROLE_UNKNOWN)
            return r->members[i].confidence;
    return 0;
}

/* A member is the surer the more ties it to the rest, and the more pages show that. */
static void test_members(void **state)
{
    (void)state;
    struct draft d = {0};
    struct frame f;
    struct result r;
    struct rx_err err = {0};
    struct solve_stats stats;
    char site[40];
    for (int s = 0; s < 10; s++) {
        (void)snprintf(site, sizeof site, "shop%02d.test", s);
        draft_add(&d, site, "script.host", "static.example");
        if (s)
            draft_add(&d, site, "checkout.host", "pay.example");
    }
    draft_load(&f, &d);
    for (size_t t = 0; t < f.m.tie_count; t++)
        f.m.ties[t].pages =
            rx_str_eq(f.m.sites[f.m.ties[t].site].name, RX_STR("shop09.test")) ? 1 : 20;
    assert_int_equal(solve(&r, &stats, &f, GRAPH_EVIDENCE, &err), 0);
    double weak = confidence_of(&f, &r, "shop00.test"), thin = confidence_of(&f, &r, "shop09.test");
    double sure = confidence_of(&f, &r, "shop05.test");
    assert_true(weak > .92 && weak < .94); /* one copyable value, on many pages */
    assert_true(thin > .80 && thin < .90); /* two values, on a page each */
    assert_true(sure > .98);
    result_done(&r);
    frame_done(&f);
    draft_done(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_hosts),
                                       cmocka_unit_test(test_members)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
