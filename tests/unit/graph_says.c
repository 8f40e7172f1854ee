/* graph_says.c - what a site says of itself, summed up from its ties. */
#include "graph/says.h"
#include "tests/unit/graph_case.h"

static const struct model_site *site_of(const struct frame *f, const char *name)
{
    int64_t at = model_site_find(&f->m, rx_str(name));
    assert_true(at >= 0);
    return &f->m.sites[at];
}

static void draft_says(struct draft *d)
{
    draft_add(d, "a.example", "language", "de");
    draft_add(d, "a.example", "currency", "EUR");
    draft_add(d, "a.example", "seal.retired", "vipps");
    draft_add(d, "a.example", "seal.unlinked", "cipa");
    draft_add(d, "a.example", "seal.legitscript", "7182935");
    draft_add(d, "a.example", "claim", "discreet");
    draft_add(d, "a.example", "claim", "bonus");
    draft_add(d, "a.example", "product", "sildenafil, 100 mg, 30 pills, $ 30.00");
    draft_add(d, "a.example", "product", "sildenafil, 50 mg, 30 pills, $ 20.00");
    draft_add(d, "a.example", "product", "tadalafil, $ 0.95 each");
    draft_add(d, "b.example", "ga", "UA-4455667");
}

static void test_sums(void **state)
{
    (void)state;
    struct draft d = {0};
    struct frame f;
    struct result r;
    struct says says;
    struct rx_buf list = RX_BUF(4096);
    draft_says(&d);
    draft_solve(&f, &r, &d);
    const struct model_site *a = site_of(&f, "a.example"), *b = site_of(&f, "b.example");
    says_of(&says, &f.m, a);
    assert_true(rx_str_eq(says.language, RX_STR("de")) && rx_str_eq(says.currency, RX_STR("EUR")));
    assert_int_equal(says.offers, 3);
    assert_int_equal(says.medicines, 2);
    assert_int_equal(says_seals(&list, &f.m, a), 0);
    assert_true(rx_str_eq(rx_buf_str(&list), RX_STR("retired: vipps; unlinked: cipa")));
    assert_int_equal(says_list(&list, &f.m, a, "claim"), 0);
    assert_true(rx_str_eq(rx_buf_str(&list), RX_STR("bonus; discreet")));
    says_of(&says, &f.m, b);
    assert_true(says.language.n == 0 && says.offers == 0);
    assert_int_equal(says_seals(&list, &f.m, b), 0);
    assert_int_equal(list.n, 0);
    rx_buf_free(&list);
    result_done(&r);
    frame_done(&f);
    draft_done(&d);
}

/* People read why a seal proves nothing; never that it is false. */
static void test_prints(void **state)
{
    (void)state;
    struct draft d = {0};
    struct frame f;
    struct result r;
    struct emit e;
    draft_says(&d);
    draft_solve(&f, &r, &d);
    emit_init(&e, NULL);
    assert_int_equal(says_print(&e, &f.m, site_of(&f, "b.example")), 0);
    assert_int_equal(e.buf.n, 0);
    assert_int_equal(says_print(&e, &f.m, site_of(&f, "a.example")), 0);
    struct rx_str said = rx_buf_str(&e.buf);
    static const char *const parts[] = {"cipa: Seal not verifiable from the page",
                                        "vipps: Seal not verifiable from the page",
                                        "3 of 2 medicines", "sildenafil, 100 mg, 30 pills"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        assert_true(rx_str_find(said, rx_str(parts[i]), 0) >= 0);
    assert_true(rx_str_ifind(said, RX_STR("fake"), 0) < 0);
    assert_int_equal(e.rc, 0);
    rx_buf_free(&e.buf);
    result_done(&r);
    frame_done(&f);
    draft_done(&d);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_sums),
                                              cmocka_unit_test(test_prints)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
