/* graph_weigh.c - the evidence model against figures worked out by hand from its formula. */
#include "graph_case.h"

#include <math.h>

static void test_background_counts(void **state)
{
    (void)state;
    /* df, expected bits of a tier 1 tracker, with N = 2,000: log2 of how much likelier the value is
     * on two sites of one operator */
    static const struct {
        uint32_t df;
        double bits;
    } rows[] = {{0, 13}, {1, 11.0}, {3, 9.4}, {50, 5.4}};
    struct constants k;
    constants_load(&k, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double u = (rows[i].df + k.v[K_PSEUDO]) / (2000 + k.v[K_PSEUDO] * k.v[K_SPACE_T1]);
        double bits = fmin(log2(k.v[K_AGREE_ACCOUNT] / u), k.v[K_CAP_T1]);
        assert_true(fabs(bits - rows[i].bits) < .06);
    }
}

/* What the case's own honest sites carry is common there, whatever the shipped table says; a few
 * among many storefronts are shops whose role was misread. 100 honest sites, T1. */
static void test_honest_counts(void **state)
{
    (void)state;
    static const struct {
        uint32_t storefronts, honest;
        double least, most;
    } rows[] = {{40, 0, 13, 13},    {40, 1, 13, 13},   {40, 4, 13, 13},   {40, 30, 5.0, 5.1},
                {10, 30, 5.0, 5.1}, {2, 1, 9.8, 10.0}, {20, 10, 6.5, 6.7}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct draft d = {0};
        struct frame f;
        char site[40];
        for (uint32_t s = 0; s < 100; s++) {
            (void)snprintf(site, sizeof site, "lawful%03u.test", s);
            draft_add(&d, site, "script.host",
                      s < rows[i].honest ? "chat.example" : "other.example");
            draft_role(&d, site, s % 2 ? RX_ROLE_LICENSED : RX_ROLE_BENIGN);
        }
        for (uint32_t s = 0; s < rows[i].storefronts; s++) {
            (void)snprintf(site, sizeof site, "shop%03u.test", s);
            draft_add(&d, site, "script.host", "chat.example");
        }
        draft_load(&f, &d);
        for (size_t e = 0; e < f.m.entity_count; e++) {
            const struct model_entity *it = &f.m.entities[e];
            if (!rx_str_eq(it->text, RX_STR("chat.example")))
                continue;
            print_message("%u shops, %u honest: %.2f bits\n", it->storefronts, it->honest,
                          it->bits);
            assert_true(it->bits >= rows[i].least && it->bits <= rows[i].most);
        }
        frame_done(&f);
        draft_done(&d);
    }
}

struct pair_row {
    const char *what;
    const char *shared[6]; /* class, value, class, value... */
    enum weigh_level level;
    double least, most; /* score */
};

static const struct pair_row pair_rows[] = {
    {"one bound T1", {"checkout.host", "pay.test"}, WEIGH_PROGRAMME, .975, .977},
    {"one copyable T1", {"ga", "UA-4711001"}, WEIGH_AFFILIATE, .935, .937},
    {"a tracker says nothing of the programme", {"ga", "UA-4711001"}, WEIGH_PROGRAMME, 0, .006},
    {"one T2", {"js.global", "rxCartZ"}, WEIGH_PROGRAMME, .55, .57},
    {"two T2 of two groups",
     {"js.global", "rxCartZ", "email.host", "mail-of-op.test"},
     WEIGH_PROGRAMME,
     .996,
     .998},
    {"two T2 of one group",
     {"js.global", "rxCartZ", "js.global", "rxCartY"},
     WEIGH_PROGRAMME,
     .86,
     .88},
    {"T1 and T2 of another group",
     {"ga", "UA-4711001", "click.host", "click-op.test"},
     WEIGH_AFFILIATE,
     .95,
     1},
    {"T3 of one group never",
     {"form.field", "zqa", "form.field", "zqb", "form.field", "zqc"},
     WEIGH_PROGRAMME,
     0,
     .25},
    {"two copyable T1 of one group stay capped",
     {"ga", "UA-4711001", "gtm", "GTM-AB12CD"},
     WEIGH_AFFILIATE,
     .935,
     .937},
    {"a vendor carries nothing", {"script.host", "googleapis.com"}, WEIGH_PROGRAMME, 0, .006},
    {"a hint carries nothing", {"card.brand", "visa"}, WEIGH_PROGRAMME, 0, .006},
};

static void test_pairs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pair_rows / sizeof pair_rows[0]; i++) {
        const struct pair_row *row = &pair_rows[i];
        struct draft d = {0};
        struct frame f;
        for (size_t j = 0; j < 6 && row->shared[j]; j += 2) {
            draft_add(&d, "a.test", row->shared[j], row->shared[j + 1]);
            draft_add(&d, "b.test", row->shared[j], row->shared[j + 1]);
        }
        draft_load(&f, &d);
        double score = constants_score(weigh_bits(&f.m, &f.k, 0, 1, row->level));
        if (score < row->least || score > row->most)
            fail_msg("%s: score %.4f, expected %.4f to %.4f", row->what, score, row->least,
                     row->most);
        frame_done(&f);
        draft_done(&d);
    }
}

/* One host under three classes is one value, of the strongest class. */
static void test_host_is_one_value(void **state)
{
    (void)state;
    struct draft d = {0};
    struct frame f;
    static const char *const classes[] = {"form.action.host", "script.host", "asset.host"};
    for (size_t i = 0; i < 3; i++) {
        draft_add(&d, "a.test", classes[i], "pay.test");
        draft_add(&d, "b.test", classes[i], "pay.test");
    }
    draft_load(&f, &d);
    assert_int_equal(f.m.entity_count, 1);
    assert_string_equal(f.m.entities[0].cls->name, "form.action.host");
    double score = constants_score(weigh_bits(&f.m, &f.k, 0, 1, WEIGH_PROGRAMME));
    assert_true(score > .975 && score < .977);
    frame_done(&f);
    draft_done(&d);
}

/* A set of rare field names is found although every page lacks a third of them. */
static void test_field_set(void **state)
{
    (void)state;
    struct draft d = {0};
    struct frame f;
    struct rx_rand r = {7};
    char site[40], name[40];
    for (int s = 0; s < 30; s++) {
        (void)snprintf(site, sizeof site, "s%02d.test", s);
        for (int n = 0; n < 14; n++) {
            (void)snprintf(name, sizeof name, "zq_field_%d", n);
            if (rx_rand_unit(&r) > .3)
                draft_add(&d, site, "form.field", name);
        }
    }
    draft_load(&f, &d);
    size_t sets = 0;
    for (size_t i = 0; i < f.m.entity_count; i++) {
        const struct model_entity *e = &f.m.entities[i];
        if (!e->names)
            continue;
        sets++;
        assert_true(e->names >= 12);
        assert_true(e->count >= 29);
        assert_false(e->bound);
        double alone = constants_score(weigh_alone(e, &f.k)); /* clustered, but never strong */
        assert_true(alone > .93 && alone < .94);
    }
    assert_int_equal(sets, 1);
    frame_done(&f);
    draft_done(&d);
}

/* Many sites on one address: the address is worth less and less, then nothing. */
static void test_address_tiers(void **state)
{
    (void)state;
    static const struct {
        int sites, tier;
    } rows[] = {{2, 2}, {5, 2}, {6, 3}, {50, 3}, {51, 4}, {150, 4}, {151, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct draft d = {0};
        struct frame f;
        char site[40];
        for (int s = 0; s < rows[i].sites; s++) {
            (void)snprintf(site, sizeof site, "s%03d.test", s);
            draft_add(&d, site, "ip", "192.0.2.7");
        }
        draft_load(&f, &d);
        assert_int_equal(f.m.entities[0].tier, rows[i].tier);
        assert_true((f.m.entities[0].bits > 0) == (rows[i].tier > 0));
        frame_done(&f);
        draft_done(&d);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_background_counts),
        cmocka_unit_test(test_honest_counts),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_host_is_one_value),
        cmocka_unit_test(test_field_set),
        cmocka_unit_test(test_address_tiers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
