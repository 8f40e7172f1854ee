/* graph_decisions.c - what people decide, imposed on networks: joined, parted, in whatever order it
 * was entered; what contradicts is refused by name; what is taken back leaves nothing behind. */
#include "graph/constrain.h"
#include "graph/contradict.h"
#include "graph/honour.h"
#include "tests/unit/graph_case.h"

enum { SITES = 8, WORDS = 128 };

/* Two programmes of three shops: a, b, c and e, f, g. Each shop beside the first shares a second
 * value with its neighbour, so that c hangs closer to b than to a. d and h are alone. */
static void make_case(struct draft *d)
{
    static const char *const facts[][3] = {
        {"a", "checkout.host", "pay-one.example"}, {"b", "checkout.host", "pay-one.example"},
        {"c", "checkout.host", "pay-one.example"}, {"b", "tawk", "5f1a2b3c4d5e6f7a8b9c0d1e"},
        {"c", "tawk", "5f1a2b3c4d5e6f7a8b9c0d1e"}, {"e", "checkout.host", "pay-two.example"},
        {"f", "checkout.host", "pay-two.example"}, {"g", "checkout.host", "pay-two.example"},
        {"d", "checkout.host", "pay-d.example"},   {"h", "checkout.host", "pay-h.example"},
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        draft_add(d, facts[i][0], facts[i][1], facts[i][2]);
}

/* "a+b c/d": a must be with b, c cannot be with d. In entry order, or from the last to the first.
 */
static void decide(struct decisions *d, const char *text, bool backwards)
{
    struct rx_str rest = rx_str(text), word;
    static char names[WORDS][2][8];
    size_t n = 0;
    *d = (struct decisions){.arena = RX_ARENA(1 << 20)};
    d->items = calloc(WORDS, sizeof *d->items);
    assert_non_null(d->items);
    while (rest.n) {
        (void)rx_str_cut(rest, ' ', &word, &rest);
        assert_int_equal(word.n, 3);
        (void)snprintf(names[n][0], sizeof names[n][0], "site:%c", word.p[0]);
        (void)snprintf(names[n][1], sizeof names[n][1], "site:%c", word.p[2]);
        d->items[n] = (struct decision){.id = (int64_t)n + 1,
                                        .made_ms = 1,
                                        .kind = word.p[1] == '+' ? DECISION_MUST : DECISION_CANNOT,
                                        .subject = rx_str(names[n][0]),
                                        .object = rx_str(names[n][1])};
        n++;
    }
    d->count = n;
    for (size_t i = 0; backwards && i < n / 2; i++) {
        struct decision swap = d->items[i];
        d->items[i] = d->items[n - 1 - i];
        d->items[n - 1 - i] = swap;
    }
}

/* Sites with one letter are of one network; '.' is in none. */
static void tell_networks(char out[SITES + 1], const struct frame *f, const struct result *r)
{
    char names[SITES + 1][RESULT_ID] = {""};
    size_t known = 0;
    for (int s = 0; s < SITES; s++) {
        const char site[2] = {(char)('a' + s), '\0'};
        const char *name = network_of(f, r, site);
        size_t at = 0;
        while (at < known && strcmp(names[at], name) != 0)
            at++;
        if (*name && at == known)
            (void)snprintf(names[known++], RESULT_ID, "%s", name);
        out[s] = *name ? (char)('A' + at) : '.';
    }
    out[SITES] = '\0';
}

struct row {
    const char *decisions;
    const char *networks; /* of a to h */
    const char *effects;  /* of each: c changes, a agrees, i idle */
};

static const struct row rows[] = {
    {"", "AAA.BBB.", ""},
    {"a+b", "AAA.BBB.", "a"},
    {"a/e", "AAA.BBB.", "a"},
    {"a+d", "AAAABBB.", "c"},
    {"d+h", "AAABCCCB", "c"},
    {"a+e", "AAA.AAA.", "c"},
    {"a+d d+h", "AAAABBBA", "cc"},
    {"a/c", ".AA.BBB.", "c"},      /* b is closer to c */
    {"a/b", ".AA.BBB.", "c"},      /* so c is to b */
    {"a/b a/c", ".AA.BBB.", "cc"}, /* the same, said twice */
    {"b/c", "AA..BBB.", "c"},      /* a goes with the first of two that are as close */
    {"a/b b/c a/c", "....AAA.", "ccc"},
    {"a+b a/c", "AA..BBB.", "ac"}, /* b stays with a, whatever it shares with c */
    {"a+e b/f", "AAA.A.A.", "cc"}, /* g is as close to e as to f, and e is free */
    {"a+e a/f a/g", "AAA.ABB.", "ccc"},
    {"a+z", "AAA.BBB.", "i"},      /* nothing is known of z */
    {"a+d b/d", "ABBACCC.", "cc"}, /* a leaves with d, c stays with b */
};

static enum decision_effect effect_of(const struct result *r, int64_t id)
{
    for (size_t i = 0; i < r->honoured.count; i++)
        if (r->honoured.items[i].decision == id)
            return r->honoured.items[i].effect;
    return DECISION_UNMAPPED;
}

static void check_row(const struct row *row, bool backwards)
{
    static const char letters[] = "?aci";
    struct draft d = {0};
    struct frame f;
    struct result r = {0};
    struct solve_stats stats;
    struct names names = {0};
    struct rx_err err = {0};
    char networks[SITES + 1];
    make_case(&d);
    draft_load(&f, &d);
    decide(&f.decisions, row->decisions, backwards);
    assert_int_equal(solve(&r, &stats, &f, GRAPH_EVIDENCE, &err), 0);
    assert_int_equal(names_give(&names, &r, &f.m), 0);
    tell_networks(networks, &f, &r);
    if (strcmp(networks, row->networks) != 0)
        fail_msg("%s: %s, not %s", row->decisions, networks, row->networks);
    for (size_t i = 0; row->effects[i]; i++) {
        const char got = letters[effect_of(&r, (int64_t)i + 1)];
        if (got != row->effects[i])
            fail_msg("%s: decision %zu: %c, not %c", row->decisions, i + 1, got, row->effects[i]);
    }
    names_done(&names);
    result_done(&r);
    frame_done(&f);
    draft_done(&d);
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int backwards = 0; backwards < 2; backwards++)
            check_row(&rows[i], backwards);
}

/* ---- contradictions ---------------------------------------------------------------------------
 */

static const struct {
    const char *stand, *wish;
    const char *sentence; /* part of it; NULL: let in */
} wishes[] = {
    {"", "a+b", NULL},
    {"a+b b+c", "a/c", "a and c must be in one network by decisions 2 and 1; undo one of them"},
    {"a+b", "b/a", "b and a must be in one network by decision 1; undo it first"},
    {"a/b", "a+b", "a and b cannot be in one network by decision 1"},
    {"a+b c/d b+d", "c+a", "c and a cannot be in one network by decisions 3, 1 and 2"},
    {"a+b c/d", "a+c", NULL},
    {"a/b b/c", "a+c", NULL}, /* enemies of one are no enemies */
    {"a+b b+c", "a+c", NULL},
    {"a+b c+d e+f b+c d+e", "a/f", "by decisions 3, 5, 2, 4 and 1"},
};

static void test_contradictions(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
        struct decisions d, one;
        struct rx_err err = {0};
        decide(&one, wishes[i].wish, false);
        const struct decision wish = one.items[0];
        char a[8], b[8];
        (void)snprintf(a, sizeof a, "%.*s", RX_FMT(wish.subject));
        (void)snprintf(b, sizeof b, "%.*s", RX_FMT(wish.object));
        decide(&d, wishes[i].stand, false);
        const int rc = contradict_link(&d, wish.kind, rx_str(a), rx_str(b), &err);
        if (rc != (wishes[i].sentence ? RX_EUSAGE : 0))
            fail_msg("%s, then %s: %d %s", wishes[i].stand, wishes[i].wish, rc, err.text);
        if (wishes[i].sentence && !strstr(err.text, wishes[i].sentence))
            fail_msg("%s, then %s: %s", wishes[i].stand, wishes[i].wish, err.text);
        assert_int_equal(contradict_check(&d, &err), 0);
        decisions_done(&d);
        decisions_done(&one);
    }
}

/* What a stranger wrote into a case is not mapped as if nothing were wrong. */
static void test_written_by_hand(void **state)
{
    (void)state;
    struct decisions d;
    struct rx_err err = {0};
    decide(&d, "a+b b+c a/c", false);
    assert_int_equal(contradict_check(&d, &err), RX_EDAMAGE);
    assert_non_null(strstr(err.text, "decision 3 contradicts others"));
    d.items[1].undone_ms = 2; /* taken back: nothing stands against it */
    assert_int_equal(contradict_check(&d, &err), 0);
    decisions_done(&d);
}

/* A must-chain longer than a sentence has room for names whole numbers only. */
static void test_long_chain(void **state)
{
    (void)state;
    char text[4 * WORDS] = "";
    struct decisions d;
    struct rx_err err = {0};
    for (int i = 0; i < 100; i++) {
        const size_t used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, "%s%c+%c", used ? " " : "", '!' + i % 90,
                       '!' + (i + 1) % 90);
        if (i == 88)
            break;
    }
    /* '+' and '/' are names here too; ' ' is none */
    decide(&d, text, false);
    assert_int_equal(contradict_link(&d, DECISION_CANNOT, RX_STR("site:!"), RX_STR("site:z"), &err),
                     RX_EUSAGE);
    assert_non_null(strstr(err.text, " and 1; undo one of them first, as in `rxmap undo 1`"));
    decisions_done(&d);
}

/* ---- marks ------------------------------------------------------------------------------------
 */

struct marking {
    const char *subject;
    const char *networks;
    enum decision_mark mark;
    enum decision_effect effect;
};

static const struct marking markings[] = {
    {"site:b", "AAA.BBB.", DECISION_IN, DECISION_AGREES},
    {"site:b", "AAA.BBB.", DECISION_UNDECIDED, DECISION_AGREES},
    {"site:b", "A.A.BBB.", DECISION_OUT, DECISION_CHANGES},
    {"site:b", "A.A.BBB.", DECISION_FALSE_POSITIVE, DECISION_CHANGES},
    {"ind:checkout.host:pay-two.example", "AAA.....", DECISION_FALSE_POSITIVE, DECISION_CHANGES},
    {"ind:checkout.host:pay-d.example", "AAA.BBB.", DECISION_OUT, DECISION_CHANGES},
    {"ind:checkout.host:gone.example", "AAA.BBB.", DECISION_OUT, DECISION_IDLE},
};

/* As frame_open() does it. */
static void load_marked(struct frame *f, struct draft *d, const struct marking *it)
{
    struct rx_err err = {0};
    draft_load(f, d);
    f->decisions = (struct decisions){.arena = RX_ARENA(1 << 20), .count = 1};
    f->decisions.items = calloc(1, sizeof *f->decisions.items);
    assert_non_null(f->decisions.items);
    f->decisions.items[0] = (struct decision){.id = 1,
                                              .made_ms = 1,
                                              .kind = DECISION_MARK,
                                              .mark = it->mark,
                                              .subject = rx_str(it->subject)};
    marks_place(&f->m, &f->decisions);
    assert_int_equal(model_index(&f->m), 0);
    marks_dismiss(&f->m, &f->decisions);
    weigh_entities(&f->m, f->bg, &f->k);
    family_done(&f->families);
    assert_int_equal(family_find(&f->families, &f->m, &f->k), 0);
    assert_int_equal(marks_tell(&f->marked, &f->m, &f->decisions), 0);
    (void)err;
}

static void test_marks(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof markings / sizeof *markings; i++) {
        struct draft d = {0};
        struct frame f;
        struct result r = {0};
        struct solve_stats stats;
        struct names names = {0};
        struct rx_err err = {0};
        char networks[SITES + 1];
        make_case(&d);
        load_marked(&f, &d, &markings[i]);
        assert_int_equal(solve(&r, &stats, &f, GRAPH_EVIDENCE, &err), 0);
        assert_int_equal(names_give(&names, &r, &f.m), 0);
        tell_networks(networks, &f, &r);
        if (strcmp(networks, markings[i].networks) != 0 || effect_of(&r, 1) != markings[i].effect)
            fail_msg("%s %s: %s, effect %d", markings[i].subject,
                     decision_mark_name(markings[i].mark), networks, effect_of(&r, 1));
        names_done(&names);
        result_done(&r);
        frame_done(&f);
        draft_done(&d);
    }
}

/* ---- words ------------------------------------------------------------------------------------
 */

static void test_words(void **state)
{
    (void)state;
    for (int m = DECISION_UNMARKED + 1; m < DECISION_MARKS; m++)
        assert_int_equal(decision_mark_parse(rx_str(decision_mark_name((enum decision_mark)m))), m);
    for (int e = DECISION_UNMAPPED + 1; e < DECISION_EFFECTS; e++)
        assert_int_equal(
            decision_effect_parse(rx_str(decision_effect_name((enum decision_effect)e))), e);
    assert_int_equal(decision_mark_parse(RX_STR("")), DECISION_UNMARKED);
    assert_int_equal(decision_mark_parse(RX_STR("maybe")), DECISION_UNMARKED);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_contradictions),
        cmocka_unit_test(test_written_by_hand),
        cmocka_unit_test(test_long_chain),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
