/* graph_claims.c - one side's word about a till joins nobody: a form that is not shown, a page
 * among many, a lone site between two operators. */
#include "graph_case.h"

enum { TILLS_MAX = 40 };

struct shown {
    const char *site, *till;
    uint32_t pages, hidden;
};

static const struct {
    const char *what;
    struct shown tills[TILLS_MAX];
    bool merged;     /* a1.test and z1.test are of one network */
    bool home;       /* a1.test and a2.test are */
    size_t reviewed; /* tills kept for review */
} rows[] = {
    {"a form that nobody sees",
     {{"a1.test", "paya.test", 5, 0},
      {"a2.test", "paya.test", 5, 0},
      {"a1.test", "payz.test", 5, 5},
      {"z1.test", "payz.test", 5, 0},
      {"z2.test", "payz.test", 5, 0}},
     false,
     true,
     1},
    {"the same, and the rival has one shop",
     {{"a1.test", "paya.test", 1, 0},
      {"a2.test", "paya.test", 1, 0},
      {"a1.test", "payz.test", 1, 1},
      {"z1.test", "payz.test", 1, 0}},
     false,
     true,
     1},
    {"one page of many",
     {{"a1.test", "paya.test", 40, 0},
      {"a2.test", "paya.test", 9, 0},
      {"a1.test", "payz.test", 1, 0},
      {"z1.test", "payz.test", 5, 0}},
     false,
     true,
     1},
    {"one page of many, on two sites",
     {{"a1.test", "paya.test", 40, 0},
      {"a2.test", "paya.test", 40, 0},
      {"a1.test", "payz.test", 1, 0},
      {"a2.test", "payz.test", 2, 0},
      {"z1.test", "payz.test", 5, 0},
      {"z2.test", "payz.test", 5, 0}},
     false,
     true,
     1},
    {"in the open, but of that site alone",
     {{"a1.test", "paya.test", 9, 0},
      {"a2.test", "paya.test", 9, 0},
      {"a1.test", "payz.test", 4, 0},
      {"z1.test", "payz.test", 9, 0},
      {"z2.test", "payz.test", 9, 0}},
     false,
     true,
     1},
    {"alone and undecided: it is nobody's",
     {{"a1.test", "paya.test", 1, 0},
      {"a2.test", "paya.test", 1, 0},
      {"a1.test", "payz.test", 1, 0},
      {"z1.test", "payz.test", 1, 0},
      {"z2.test", "payz.test", 1, 0}},
     false,
     false,
     2},
    {"one operator that changes its till: several shops show both",
     {{"a1.test", "paya.test", 5, 0},
      {"a2.test", "paya.test", 5, 0},
      {"a1.test", "payz.test", 5, 0},
      {"a2.test", "payz.test", 4, 0},
      {"z1.test", "payz.test", 5, 0},
      {"z1.test", "paya.test", 5, 0}},
     true,
     true,
     0},
    {"tills that take turns: the shops of either show the other's on a page of many",
     {{"a1.test", "paya.test", 40, 0},
      {"a2.test", "paya.test", 40, 0},
      {"a1.test", "payz.test", 2, 0},
      {"a2.test", "payz.test", 1, 0},
      {"z1.test", "payz.test", 30, 0},
      {"z2.test", "payz.test", 30, 0},
      {"z1.test", "paya.test", 1, 0},
      {"z2.test", "paya.test", 3, 0}},
     true,
     true,
     0},
    {"only one shop of the other side does",
     {{"a1.test", "paya.test", 40, 0},
      {"a2.test", "paya.test", 40, 0},
      {"a1.test", "payz.test", 2, 0},
      {"a2.test", "payz.test", 1, 0},
      {"z1.test", "payz.test", 30, 0},
      {"z2.test", "payz.test", 30, 0},
      {"z1.test", "paya.test", 1, 0}},
     false,
     true,
     2},
    {"the other side's are not seen",
     {{"a1.test", "paya.test", 40, 0},
      {"a2.test", "paya.test", 40, 0},
      {"a1.test", "payz.test", 2, 0},
      {"a2.test", "payz.test", 1, 0},
      {"z1.test", "payz.test", 30, 0},
      {"z2.test", "payz.test", 30, 0},
      {"z1.test", "paya.test", 1, 1},
      {"z2.test", "paya.test", 1, 1}},
     false,
     true,
     2},
    {"under a fifth of the other side does: two shops of eleven",
     {{"a1.test", "paya.test", 40, 0},
      {"a2.test", "paya.test", 40, 0},
      {"a1.test", "payz.test", 2, 0},
      {"a2.test", "payz.test", 1, 0},
      {"z1.test", "paya.test", 1, 0},
      {"z2.test", "paya.test", 1, 0},
      {"z1.test", "payz.test", 30, 0},
      {"z2.test", "payz.test", 30, 0},
      {"z3.test", "payz.test", 30, 0},
      {"z4.test", "payz.test", 30, 0},
      {"z5.test", "payz.test", 30, 0},
      {"z6.test", "payz.test", 30, 0},
      {"z7.test", "payz.test", 30, 0},
      {"z8.test", "payz.test", 30, 0},
      {"z9.test", "payz.test", 30, 0},
      {"za.test", "payz.test", 30, 0},
      {"zb.test", "payz.test", 30, 0}},
     false,
     true,
     2},
    {"four strangers: two of ten shops at the rival's till show theirs",
     {{"a1.test", "paya.test", 6, 0},
      {"a2.test", "paya.test", 6, 0},
      {"a1.test", "payz.test", 1, 0},
      {"a2.test", "payz.test", 1, 0},
      {"l1.test", "payz.test", 6, 0},
      {"l2.test", "payz.test", 6, 0},
      {"l1.test", "paya.test", 1, 0},
      {"l2.test", "paya.test", 1, 0},
      {"z1.test", "payz.test", 6, 0},
      {"z2.test", "payz.test", 6, 0},
      {"z3.test", "payz.test", 6, 0},
      {"z4.test", "payz.test", 6, 0},
      {"z5.test", "payz.test", 6, 0},
      {"z6.test", "payz.test", 6, 0},
      {"z7.test", "payz.test", 6, 0},
      {"z8.test", "payz.test", 6, 0}},
     false,
     true,
     2},
    {"three tills in turn: a quarter shows a given one, half show one",
     {{"a1.test", "paya.test", 9, 0}, {"a1.test", "payy.test", 1, 0},
      {"a2.test", "paya.test", 9, 0}, {"a2.test", "payy.test", 1, 0},
      {"a3.test", "paya.test", 9, 0}, {"a3.test", "payz.test", 1, 0},
      {"a4.test", "paya.test", 9, 0}, {"a4.test", "payz.test", 1, 0},
      {"a5.test", "paya.test", 9, 0}, {"a6.test", "paya.test", 9, 0},
      {"a7.test", "paya.test", 9, 0}, {"a8.test", "paya.test", 9, 0},
      {"y1.test", "payy.test", 9, 0}, {"y1.test", "paya.test", 1, 0},
      {"y2.test", "payy.test", 9, 0}, {"y2.test", "paya.test", 1, 0},
      {"y3.test", "payy.test", 9, 0}, {"y4.test", "payy.test", 9, 0},
      {"y3.test", "payz.test", 1, 0}, {"y4.test", "payz.test", 1, 0},
      {"z1.test", "payz.test", 9, 0}, {"z1.test", "paya.test", 1, 0},
      {"z2.test", "payz.test", 9, 0}, {"z2.test", "paya.test", 1, 0},
      {"z3.test", "payz.test", 9, 0}},
     true,
     true,
     0},
    {"each has a till of its own, and all show one that is nobody's main till",
     {{"a1.test", "paya1.test", 7, 0},
      {"a1.test", "common.test", 1, 0},
      {"a2.test", "paya2.test", 7, 0},
      {"a2.test", "common.test", 1, 0},
      {"z1.test", "payz.test", 7, 0},
      {"z2.test", "payz.test", 7, 0}},
     false,
     true,
     0},
    {"the same, and it is another's",
     {{"a1.test", "paya1.test", 7, 0},
      {"a1.test", "payz.test", 1, 0},
      {"a2.test", "paya2.test", 7, 0},
      {"a2.test", "payz.test", 1, 0},
      {"z1.test", "payz.test", 7, 0}},
     false,
     false,
     1},
    {"the only till, on one page",
     {{"a1.test", "payz.test", 1, 0},
      {"a2.test", "payz.test", 1, 0},
      {"z1.test", "payz.test", 30, 0}},
     true,
     true,
     0},
};

static bool together(const struct frame *f, const struct result *r, const char *a, const char *b)
{
    const char *x = network_of(f, r, a);
    return x[0] && strcmp(x, network_of(f, r, b)) == 0;
}

static void test_claims(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct draft d = {0};
        struct frame f;
        struct result r;
        for (size_t j = 0; j < TILLS_MAX && rows[i].tills[j].site; j++) {
            const struct shown *t = &rows[i].tills[j];
            draft_add(&d, t->site, "form.action.host", t->till);
            d.facts[d.count - 1].pages = t->pages;
            d.facts[d.count - 1].hidden = t->hidden;
        }
        draft_solve(&f, &r, &d);
        const bool merged = together(&f, &r, "a1.test", "z1.test");
        const bool home = together(&f, &r, "a1.test", "a2.test");
        if (merged != rows[i].merged || home != rows[i].home || r.bridge_count != rows[i].reviewed)
            fail_msg("%s: merged %d, home %d, for review %zu", rows[i].what, merged, home,
                     r.bridge_count);
        result_done(&r);
        frame_done(&f);
        draft_done(&d);
    }
}

static void add_till(struct draft *d, const char *site, const char *till, uint32_t pages)
{
    draft_add(d, site, "form.action.host", till);
    d->facts[d->count - 1].pages = pages;
}

/* Decoys, sorted before the tills that matter, do not hide a till on one page of many; and where
 * they are as good as those, the site bears witness for none. */
static void test_decoys(void **state)
{
    (void)state;
    for (uint32_t pages = 1; pages <= 40; pages += 39) {
        struct draft d = {0};
        struct frame f;
        struct result r;
        for (unsigned n = 0; n < 80; n++) {
            char till[32];
            (void)snprintf(till, sizeof till, "aa%02u.test", n);
            add_till(&d, "a1.test", till, pages);
            add_till(&d, "decoy.test", till, pages);
        }
        add_till(&d, "a1.test", "paya.test", 40);
        add_till(&d, "a2.test", "paya.test", 9);
        add_till(&d, "a1.test", "payz.test", pages);
        add_till(&d, "z1.test", "payz.test", 5);
        add_till(&d, "z2.test", "payz.test", 5);
        draft_solve(&f, &r, &d);
        assert_false(together(&f, &r, "a1.test", "z1.test"));
        for (size_t i = 0; i < r.bridge_count; i++)
            if (rx_str_eq(f.m.entities[r.bridges[i].entity].text, RX_STR("payz.test")))
                assert_int_equal(r.bridges[i].sites, 3); /* two have it, one claims it */
        result_done(&r);
        frame_done(&f);
        draft_done(&d);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_claims),
                                              cmocka_unit_test(test_decoys)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
