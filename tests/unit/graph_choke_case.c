/* graph_choke_case.c - what storefronts need, by what their pages show: the background counts a
 * number as what it was read as, and an account that is gone is no way to pay. */
#include "graph/choke_case.h"
#include "tests/unit/graph_case.h"
#include "tests/unit/tmp_case.h"

struct fixture {
    char dir[64], path[96];
    struct store *st;
    struct draft d;
    struct frame f;
    struct known known;
    struct choke_case c;
};

static void begin(struct fixture *x)
{
    *x = (struct fixture){.known = {.present = true, .upto_run = 1}};
    x->st = tmp_case_new(x->dir, x->path);
}

static void load(struct fixture *x)
{
    struct rx_err err = {0};
    for (size_t i = 0; i < x->f.m.site_count; i++)
        x->f.m.sites[i].state = RX_STR("live");
    assert_int_equal(choke_case_load(&x->c, &x->f, &x->known, x->st, &err), 0);
}

static void end(struct fixture *x)
{
    choke_case_done(&x->c);
    frame_done(&x->f);
    draft_done(&x->d);
    tmp_case_free(x->st, x->dir);
}

static const struct choke_element *element(const struct fixture *x, enum choke_kind kind,
                                           const char *value)
{
    for (size_t i = 0; i < x->c.element_count; i++)
        if (x->c.elements[i].kind == kind && rx_str_eq(x->c.elements[i].value, rx_str(value)))
            return &x->c.elements[i];
    return NULL;
}

/* A call centre's number that strangers show as well is not what to cut, toll-free or not. */
static void test_background(void **state)
{
    static const struct {
        const char *cls, *value;
        enum choke_kind kind;
    } rows[] = {{"phone", "+442071838750", CHOKE_PHONE},
                {"phone.tollfree", "+18444459537", CHOKE_PHONE},
                {"eth", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", CHOKE_ACCOUNT},
                {"eth.unchecked", "0x8f3b71c0d92e4a6b8c1d2e3f4a5b6c7d8e9f0a1b", CHOKE_ACCOUNT}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (uint32_t df = 0; df < 10; df += 9) {
            struct fixture x;
            begin(&x);
            draft_add(&x.d, "a.example", rows[i].cls, rows[i].value);
            draft_add(&x.d, "b.example", rows[i].cls, rows[i].value);
            draft_load(&x.f, &x.d);
            assert_int_equal(x.f.m.entity_count, 1);
            x.f.m.entities[0].df = df;
            load(&x);
            const struct choke_element *it = element(&x, rows[i].kind, rows[i].value);
            assert_non_null(it);
            assert_int_equal(it->df, df);
            assert_int_equal(it->apart, df > 0);
            assert_int_equal(it->users, 2);
            end(&x);
        }
}

/* The provider's form is the till of a shop that has no account there, or none any more. */
static void test_account_gone(void **state)
{
    static const struct {
        int64_t read_ms; /* of the site, in the newest run; its account was last seen at 2000 */
        bool account, till;
    } rows[] = {{1000, true, false}, {3000, false, true}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture x;
        begin(&x);
        draft_add(&x.d, "a.example", "paypal", "QX7R2MWPLTB4S");
        draft_role(&x.d, "paypal.com", RX_ROLE_PAYMENT);
        draft_load(&x.f, &x.d);
        const uint32_t shop = (uint32_t)model_site_find(&x.f.m, RX_STR("a.example"));
        const struct model_link form = {.from = shop,
                                        .to =
                                            (uint32_t)model_site_find(&x.f.m, RX_STR("paypal.com")),
                                        .kind = RX_LINK_FORM,
                                        .count = 1,
                                        .first_ms = 4000,
                                        .last_ms = 4000};
        x.f.m.sites[shop].first_ms = rows[i].read_ms;
        assert_int_equal(model_link_add(&x.f.m, &form), 0);
        load(&x);
        assert_int_equal(element(&x, CHOKE_ACCOUNT, "QX7R2MWPLTB4S") != NULL, rows[i].account);
        assert_int_equal(element(&x, CHOKE_PAY, "paypal.com") != NULL, rows[i].till);
        assert_int_equal(x.c.known[CHOKE_PAY] + x.c.known[CHOKE_ACCOUNT], 1);
        end(&x);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_background),
        cmocka_unit_test(test_account_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
