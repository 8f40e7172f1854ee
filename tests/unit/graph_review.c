/* graph_review.c - what people are asked to look at: what changes most first, and nothing that was
 * decided. */
#include "graph/known.h"
#include "graph/review.h"
#include "graph/write.h"
#include "tests/unit/graph_case.h"
#include "tests/unit/tmp_case.h"

enum { SHOPS = 12, DECISIONS_MOST = 4 };

/* Two programmes of twelve shops with a till each, a telephone on half of both, and one shop that
 * hangs on one page. */
static void make_case(struct draft *d)
{
    char site[40];
    for (int i = 0; i < SHOPS; i++) {
        (void)snprintf(site, sizeof site, "one%02d.test", i);
        draft_add(d, site, "checkout.host", "pay-one.example");
        if (i % 2)
            draft_add(d, site, "phone.tollfree", "+18005550911");
        (void)snprintf(site, sizeof site, "two%02d.test", i);
        draft_add(d, site, "checkout.host", "pay-two.example");
        if (i % 2)
            draft_add(d, site, "phone.tollfree", "+18005550911");
    }
    draft_add(d, "faint.test", "checkout.host", "pay-one.example");
    d->facts[d->count - 1].pages = 1;
}

struct row {
    const char *what;
    struct decision decided[DECISIONS_MOST]; /* before the map; id 0: no more */
    bool forgotten;                          /* taken back since, and not mapped again */
    const char *items;                       /* "kind sites a b;..." */
};

/* A view as a constant. */
#define VIEW(literal)                                                                              \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }
#define LINK(number, of, a, b)                                                                     \
    {                                                                                              \
        .id = (number), .made_ms = 1, .kind = (of), .subject = VIEW("site:" a),                    \
        .object = VIEW("site:" b)                                                                  \
    }
#define MARK(number, what, name)                                                                   \
    {                                                                                              \
        .id = (number), .made_ms = 1, .kind = DECISION_MARK, .mark = (what), .subject = VIEW(name) \
    }

static const struct row rows[] = {
    {"nothing decided",
     {{0}},
     false,
     "bridge 12 one01.test two01.test;fringe 1 faint.test one00.test;"},
    {"the two networks are kept apart",
     {LINK(1, DECISION_CANNOT, "one03.test", "two05.test")},
     false,
     "fringe 1 faint.test one00.test;"},
    {"they are one: nor are their tills a question",
     {LINK(1, DECISION_MUST, "one03.test", "two05.test")},
     false,
     "fringe 1 faint.test one00.test;"},
    {"they were one",
     {LINK(1, DECISION_MUST, "one03.test", "two05.test")},
     true,
     "conflict 12 faint.test two00.test;fringe 1 faint.test one00.test;"},
    {"the telephone is a call centre's",
     {MARK(1, DECISION_FALSE_POSITIVE, "ind:phone.tollfree:+18005550911")},
     false,
     "fringe 1 faint.test one00.test;"},
    {"the faint one belongs there",
     {LINK(1, DECISION_MUST, "faint.test", "one00.test")},
     false,
     "bridge 12 one01.test two01.test;"},
    {"somebody could not decide",
     {MARK(1, DECISION_UNDECIDED, "site:faint.test")},
     false,
     "bridge 12 one01.test two01.test;decision 1 - -;"},
    {"a site that nobody has read",
     {LINK(1, DECISION_MUST, "one00.test", "gone.test")},
     false,
     "bridge 12 one01.test two01.test;fringe 1 faint.test one00.test;decision 1 - -;"},
};

static struct rx_str name_of(const struct frame *f, uint32_t site)
{
    return site == UINT32_MAX ? RX_STR("-") : f->m.sites[site].name;
}

static void check(const struct row *row, struct store *st, struct frame *f)
{
    struct review r;
    struct known k;
    struct rx_err err = {0};
    char got[512] = "";
    assert_int_equal(known_load(&k, st, &err), 0);
    if (row->forgotten)
        f->decisions.count = 0;
    assert_int_equal(review_find(&r, st, f, &k, &err), 0);
    for (size_t i = 0; i < r.count; i++) {
        const size_t used = strlen(got);
        const struct rx_str a = name_of(f, r.items[i].a), b = name_of(f, r.items[i].b);
        (void)snprintf(got + used, sizeof got - used, "%s %u %.*s %.*s;",
                       review_kind_name(r.items[i].kind), r.items[i].sites, RX_FMT(a), RX_FMT(b));
    }
    if (strcmp(got, row->items) != 0)
        fail_msg("%s: %s", row->what, got);
    review_done(&r);
    known_done(&k);
}

/* The frame gets the decisions, as frame_open() does it, and the case their rows. */
static void decide(struct frame *f, struct store *st, const struct row *row)
{
    struct rx_err err = {0};
    f->decisions = (struct decisions){.arena = RX_ARENA(1 << 20)};
    f->decisions.items = calloc(DECISIONS_MOST, sizeof *f->decisions.items);
    assert_non_null(f->decisions.items);
    assert_int_equal(store_begin(st, &err), 0);
    for (size_t i = 0; i < DECISIONS_MOST && row->decided[i].id; i++) {
        const struct decision *it = &row->decided[i];
        struct store_decision stored = {.made_ms = 1,
                                        .kind = rx_str(decision_kind_name(it->kind)),
                                        .subject = it->subject,
                                        .object = it->object};
        f->decisions.items[f->decisions.count++] = *it;
        assert_int_equal(store_decision_put(st, &stored), 0);
        assert_int_equal(stored.id, it->id);
    }
    assert_int_equal(store_commit(st, &err), 0);
    marks_dismiss(&f->m, &f->decisions);
    weigh_entities(&f->m, f->bg, &f->k);
    family_done(&f->families);
    assert_int_equal(family_find(&f->families, &f->m, &f->k), 0);
    assert_int_equal(marks_tell(&f->marked, &f->m, &f->decisions), 0);
}

static void run_row(const struct row *row)
{
    struct draft d = {0};
    struct frame f;
    struct result r = {0};
    struct solve_stats stats;
    struct names names = {0};
    struct rx_err err = {0};
    char dir[64], path[96];
    int64_t run = 0;
    struct store *st = tmp_case_new(dir, path);
    struct rx_conf *conf = rx_conf_new();
    assert_non_null(conf);
    make_case(&d);
    draft_load(&f, &d);
    decide(&f, st, row);
    assert_int_equal(solve(&r, &stats, &f, GRAPH_EVIDENCE, &err), 0);
    assert_int_equal(names_give(&names, &r, &f.m), 0);
    assert_int_equal(store_begin(st, &err), 0);
    assert_int_equal(store_run_start(st, RX_STR(""), RX_STR("{}"), 1, &run), 0);
    assert_int_equal(store_commit(st, &err), 0);
    assert_int_equal(write_result(st, conf, &f, &r, "evidence", run, &err), 0);
    check(row, st, &f);
    names_done(&names);
    result_done(&r);
    frame_done(&f);
    draft_done(&d);
    rx_conf_free(conf);
    tmp_case_free(st, dir);
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        run_row(&rows[i]);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
