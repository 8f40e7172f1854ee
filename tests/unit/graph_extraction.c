/* graph_extraction.c - our values against a labelled file's, in whatever spelling it lists them. */
#include "graph/extraction.h"
#include "graph_case.h"

struct row {
    const char *cls, *ours, *listed_cls, *listed;
    bool found;
};

static const struct row rows[] = {
    {"email", "a@b.example", "email", "a@b.example", true},
    {"email", "a@b.example", "email", "b@b.example", false},
    {"phone.tollfree", "+18005550911", "phone", "+18005550911", true},
    {"eth.unchecked", "0xab", "eth", "0xab", true},
    {"email.host", "b.example", "phone", "b.example", false},
    {"affiliate", "pay.example|wm|4711", "affiliate", "4711", true},
    {"affiliate", "pay.example|wm|4711", "affiliate", "wmid=4711", true},
    {"affiliate", "pay.example|wm|4711", "affiliate", "pay.example|wm|4711", true},
    {"affiliate", "pay.example|wm|4711", "affiliate", "wmid=471", false},
};

static void test_spellings(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];
        struct draft d = {0};
        struct frame f;
        struct extraction *x = calloc(rx_class_count(), sizeof *x);
        assert_non_null(x);
        draft_add(&d, "shop.test", row->cls, row->ours);
        draft_load(&f, &d);
        f.m.sites[0].pages = 1;
        struct truth_indicator listed = {
            rx_str(row->listed_cls), rx_str(row->listed), 0, 0, 0, false};
        struct truth_site site = {
            .site = RX_STR("shop.test"), .has_indicators = true, .indicators = 1};
        struct truth t = {
            .sites = &site, .site_count = 1, .indicators = &listed, .indicator_count = 1};
        assert_int_equal(extraction_score(x, &f.m, &t), 0);
        const struct extraction *of_listed = &x[rx_class_id(rx_class_find(listed.cls))];
        const struct extraction *of_ours = &x[rx_class_id(rx_class_find(rx_str(row->cls)))];
        assert_int_equal(of_listed->listed, 1);
        assert_int_equal(of_ours->claimed, 1);
        if (of_listed->found != row->found || of_ours->right != row->found)
            fail_msg("%s %s against %s", row->cls, row->ours, row->listed);
        free(x);
        frame_done(&f);
        draft_done(&d);
    }
}

/* One partner id at a shop and at its checkout host is one claim; what may be reported or not is
 * none. */
static void test_claims(void **state)
{
    (void)state;
    struct draft d = {0};
    struct frame f;
    struct extraction *x = calloc(rx_class_count(), sizeof *x);
    assert_non_null(x);
    draft_add(&d, "shop.test", "affiliate", "pay.example|wm|4711");
    draft_add(&d, "shop.test", "affiliate", "shop.test|aff|4711");
    draft_add(&d, "shop.test", "affiliate", "shop.test|aff|9");
    draft_add(&d, "shop.test", "affiliate", "shop.test|aff|77");
    draft_load(&f, &d);
    f.m.sites[0].pages = 1;
    struct truth_indicator listed[] = {{RX_STR("affiliate"), RX_STR("4711"), 0, 0, 0, false},
                                       {RX_STR("affiliate"), RX_STR("77"), 0, 0, 0, true},
                                       {RX_STR("affiliate"), RX_STR("78"), 0, 0, 0, true}};
    struct truth_site site = {.site = RX_STR("shop.test"), .has_indicators = true, .indicators = 3};
    struct truth t = {.sites = &site, .site_count = 1, .indicators = listed, .indicator_count = 3};
    assert_int_equal(extraction_score(x, &f.m, &t), 0);
    const struct extraction *of = &x[rx_class_id(rx_class_find(RX_STR("affiliate")))];
    assert_int_equal(of->listed, 1);
    assert_int_equal(of->claimed, 2);
    assert_int_equal(of->right, 1);
    free(x);
    frame_done(&f);
    draft_done(&d);
}

/* What stands on pages that were not read is nobody's miss. */
static void test_pages(void **state)
{
    (void)state;
    static const struct {
        uint32_t on[2], count;
        bool listed;
    } cases[] = {{{0}, 1, true}, {{1}, 1, false}, {{1, 0}, 2, true}, {{0}, 0, true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct draft d = {0};
        struct frame f;
        struct extraction *x = calloc(rx_class_count(), sizeof *x);
        assert_non_null(x);
        draft_add(&d, "shop.test", "email", "a@b.example");
        draft_load(&f, &d);
        f.m.sites[0].pages = 1;
        struct truth_page pages[] = {{RX_STR("/"), true}, {RX_STR("/unread"), false}};
        uint32_t on[2] = {cases[i].on[0], cases[i].on[1]};
        struct truth_indicator listed = {
            RX_STR("email"), RX_STR("c@d.example"), 0, cases[i].count, 0, false};
        struct truth_site site = {
            .site = RX_STR("shop.test"), .has_indicators = true, .indicators = 1, .pages = 2};
        struct truth t = {.sites = &site,
                          .site_count = 1,
                          .indicators = &listed,
                          .indicator_count = 1,
                          .pages = pages,
                          .page_count = 2,
                          .on = on,
                          .on_count = 2};
        assert_int_equal(extraction_score(x, &f.m, &t), 0);
        const struct extraction *of = &x[rx_class_id(rx_class_find(RX_STR("email")))];
        assert_int_equal(of->listed, cases[i].listed);
        assert_int_equal(of->claimed, 1);
        assert_int_equal(of->right + of->found, 0);
        free(x);
        frame_done(&f);
        draft_done(&d);
    }
}

/* A hidden value counts for its disguise, a look-alike only if it is claimed, as whatever. */
static void test_words(void **state)
{
    (void)state;
    struct draft d = {0};
    struct frame f;
    draft_add(&d, "shop.test", "email", "a@b.example");
    draft_add(&d, "shop.test", "skype", "pk_test_1");
    draft_load(&f, &d);
    f.m.sites[0].pages = 1;
    struct truth_indicator listed[] = {
        {RX_STR("email"), RX_STR("a@b.example"), 0, 0, 1, false},
        {RX_STR("email"), RX_STR("c@d.example"), 0, 0, 1, false},
        {RX_STR("stripe"), RX_STR("pk_test_1"), 0, 0, 2, false},
        {RX_STR("stripe"), RX_STR("pk_test_2"), 0, 0, 2, false},
    };
    struct truth_site site = {.site = RX_STR("shop.test"),
                              .has_indicators = true,
                              .indicators = 2,
                              .first_reject = 2,
                              .rejects = 2};
    struct truth t = {
        .sites = &site,
        .site_count = 1,
        .indicators = listed,
        .indicator_count = 4,
        .words = {{RX_STR("plain"), false}, {RX_STR("atob"), false}, {RX_STR("test key"), true}},
        .word_count = 3};
    struct extraction x[TRUTH_WORDS_MAX] = {0};
    assert_int_equal(extraction_score_words(x, &f.m, &t), 0);
    assert_int_equal(x[0].listed, 0);
    assert_int_equal(x[1].listed, 2);
    assert_int_equal(x[1].found, 1);
    assert_int_equal(x[2].listed, 2);
    assert_int_equal(x[2].claimed, 1);
    frame_done(&f);
    draft_done(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_spellings),
                                       cmocka_unit_test(test_claims), cmocka_unit_test(test_pages),
                                       cmocka_unit_test(test_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
