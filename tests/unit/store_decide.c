/* store_decide.c - what people decided and what map kept apart: read back in order, to the end or
 * until the reader has enough, and never rewritten. */
#include "tests/unit/tmp_case.h"

struct told {
    char text[512];
    int count, enough; /* enough 0: everything is wanted */
};

static int tell(struct told *t, const char *line)
{
    size_t n = strlen(t->text);
    (void)snprintf(t->text + n, sizeof t->text - n, "%s\n", line);
    return ++t->count == t->enough ? 7 : 0;
}

static int on_decision(void *ctx, const struct store_decision *d)
{
    char line[256];
    (void)snprintf(line, sizeof line, "%lld %.*s %.*s %.*s \"%.*s\" %.*s%s", (long long)d->made_ms,
                   RX_FMT(d->kind), RX_FMT(d->subject), RX_FMT(d->object), RX_FMT(d->note),
                   RX_FMT(d->who), d->undoes ? " taken back" : "");
    return tell(ctx, line);
}

static void test_decisions(void **state)
{
    (void)state;
    char dir[64], path[96];
    struct rx_err err = {0};
    struct store *st = tmp_case_new(dir, path);
    struct store_decision rows[] = {
        {.made_ms = 2000,
         .kind = RX_STR("must"),
         .subject = RX_STR("a.example"),
         .object = RX_STR("b.example"),
         .note = RX_STR("same order form, seen \x1b[1mby me"),
         .who = RX_STR("anna")},
        {.made_ms = 1000,
         .kind = RX_STR("must"),
         .subject = RX_STR("a.example"),
         .object = RX_STR("b.example"),
         .note = RX_STR(""),
         .who = RX_STR("ben"),
         .undoes = 1},
    };
    assert_int_equal(store_begin(st, &err), 0);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(store_decision_put(st, &rows[i]), 0);
    assert_int_equal(store_commit(st, &err), 0);
    assert_true(rows[1].id > rows[0].id);
    struct told all = {0}, one = {.enough = 1};
    assert_int_equal(store_decision_scan(st, on_decision, &all), 0);
    assert_string_equal(
        all.text, "2000 must a.example b.example \"same order form, seen \x1b[1mby me\" anna\n"
                  "1000 must a.example b.example \"\" ben taken back\n");
    assert_int_equal(store_decision_scan(st, on_decision, &one), 7);
    assert_int_equal(one.count, 1);
    tmp_case_free(st, dir);
}

static int on_bridge(void *ctx, const struct store_bridge *b)
{
    char line[256];
    (void)snprintf(line, sizeof line, "%.*s %.*s %u: %.*s", RX_FMT(b->cls), RX_FMT(b->value),
                   b->sites, RX_FMT(b->reason));
    return tell(ctx, line);
}

static struct store_analysis put_analysis(struct store *st, int64_t upto_run, const char *value)
{
    struct rx_err err = {0};
    struct store_analysis a = {.upto_run = upto_run,
                               .made_ms = 5000 + upto_run,
                               .method = RX_STR("evidence"),
                               .conf_sha256 = RX_STR("c0ffee"),
                               .background = RX_STR("none")};
    const struct store_bridge bridges[] = {
        {RX_STR("phone"), rx_str(value), RX_STR("a call centre"), 9},
        {RX_STR("email"), RX_STR("help@desk.example"), RX_STR("many networks"), 4},
    };
    assert_int_equal(store_begin(st, &err), 0);
    assert_int_equal(store_analysis_put(st, &a), 0);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(store_bridge_put(st, a.id, &bridges[i]), 0);
    assert_int_equal(store_commit(st, &err), 0);
    return a;
}

/* A second analysis of the same run takes the place of the first, with all that hung on it. */
static void test_bridges(void **state)
{
    (void)state;
    char dir[64], path[96];
    struct store *st = tmp_case_new(dir, path);
    struct rx_err err = {0};
    int64_t run = 0;
    assert_int_equal(store_begin(st, &err), 0);
    assert_int_equal(store_run_start(st, RX_STR(""), RX_STR("{}"), 1, &run), 0);
    assert_int_equal(store_commit(st, &err), 0);
    const struct store_analysis first = put_analysis(st, run, "+100");
    const struct store_analysis second = put_analysis(st, run, "+200");
    struct told gone = {0}, all = {0}, one = {.enough = 1};
    if (first.id != second.id)
        assert_int_equal(store_bridge_scan(st, first.id, on_bridge, &gone), 0);
    assert_int_equal(gone.count, 0);
    assert_int_equal(store_bridge_scan(st, second.id, on_bridge, &all), 0);
    assert_string_equal(all.text, "email help@desk.example 4: many networks\n"
                                  "phone +200 9: a call centre\n");
    assert_int_equal(store_bridge_scan(st, second.id, on_bridge, &one), 7);
    assert_int_equal(one.count, 1);
    struct store_analysis last;
    struct rx_buf text = RX_BUF(4096);
    assert_int_equal(store_analysis_last(st, "evidence", &last, &text), 0);
    assert_int_equal(last.id, second.id);
    assert_int_equal(store_analysis_last(st, "louvain", &last, &text), RX_ENOENT);
    rx_buf_free(&text);
    tmp_case_free(st, dir);
}

static int on_honoured(void *ctx, const struct store_honoured *h)
{
    char line[256];
    (void)snprintf(line, sizeof line, "%lld %.*s %u \"%.*s\"", (long long)h->decision,
                   RX_FMT(h->effect), h->sites, RX_FMT(h->why));
    return tell(ctx, line);
}

/* What a map made of decisions goes with the map; only decisions that are there can be honoured. */
static void test_honoured(void **state)
{
    (void)state;
    char dir[64], path[96];
    struct store *st = tmp_case_new(dir, path);
    struct rx_err err = {0};
    int64_t run = 0;
    struct store_decision d = {.made_ms = 1, .kind = RX_STR("mark"), .subject = RX_STR("site:a")};
    assert_int_equal(store_begin(st, &err), 0);
    assert_int_equal(store_run_start(st, RX_STR(""), RX_STR("{}"), 1, &run), 0);
    assert_int_equal(store_decision_put(st, &d), 0);
    assert_int_equal(store_decision_put(st, &d), 0);
    assert_int_equal(store_commit(st, &err), 0);
    const struct store_analysis a = put_analysis(st, run, "+100");
    const struct store_honoured rows[] = {
        {2, RX_STR("idle"), RX_STR("no \x1b[1mshop"), 0},
        {1, RX_STR("changes"), RX_STR(""), 7},
        {9, RX_STR("agrees"), RX_STR(""), 0},
    };
    assert_int_equal(store_begin(st, &err), 0);
    assert_int_equal(store_honoured_put(st, a.id, &rows[0]), 0);
    assert_int_equal(store_honoured_put(st, a.id, &rows[1]), 0);
    assert_int_not_equal(store_honoured_put(st, a.id, &rows[1]), 0); /* once a map */
    assert_int_not_equal(store_honoured_put(st, a.id, &rows[2]), 0); /* no such decision */
    assert_int_equal(store_commit(st, &err), 0);
    struct told all = {0}, one = {.enough = 1}, gone = {0};
    assert_int_equal(store_honoured_scan(st, a.id, on_honoured, &all), 0);
    assert_string_equal(all.text, "1 changes 7 \"\"\n2 idle 0 \"no \x1b[1mshop\"\n");
    assert_int_equal(store_honoured_scan(st, a.id, on_honoured, &one), 7);
    const struct store_analysis next = put_analysis(st, run, "+200");
    assert_int_equal(store_honoured_scan(st, next.id, on_honoured, &gone), 0);
    assert_int_equal(gone.count, 0);
    tmp_case_free(st, dir);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_honoured),
        cmocka_unit_test(test_decisions),
        cmocka_unit_test(test_bridges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
