/* graph_origins.c - a mail leads to every site that carries an identifier that it names, and what
 * it says is kept once, however many these are. */
#include "graph/origins.h"
#include "tests/unit/graph_case.h"
#include "tests/unit/tmp_case.h"

enum { SITES = 8, MAILS = 3 };

static void put_mail(struct store *st, int mail, const char *cls, const char *value)
{
    char name[32];
    const int n = snprintf(name, sizeof name, "mail %d.eml", mail);
    struct store_origin origin = {.kind = RX_ORIGIN_MAIL,
                                  .name = rx_strn(name, (size_t)n),
                                  .has_digest = true,
                                  .sha256 = rx_sha256(rx_strn(name, (size_t)n)),
                                  .added_ms = 1000};
    const struct store_mail_mark mark = {.cls = rx_str(cls),
                                         .value = rx_str(value),
                                         .raw = RX_STR("as the mail has it"),
                                         .place = RX_STR("part 1")};
    int64_t reading = 0;
    assert_int_equal(store_origin_put(st, &origin), 0);
    assert_int_equal(store_mail_reading_put(st, &origin.sha256, RX_STR("tables"), &reading), 0);
    assert_int_equal(store_mail_mark_put(st, reading, &mark), 0);
}

static void check_leads(const struct origins *o, const struct frame *f)
{
    for (size_t i = 0; i < o->lead_count; i++) {
        const struct origin_lead *l = &o->leads[i], *first = &o->leads[i - i % SITES];
        assert_int_equal(l->node, i / SITES);
        assert_int_equal(l->site, i % SITES);
        assert_true(l->cls == f->m.entities[0].cls);
        assert_true(rx_str_eq(l->value, f->m.entities[0].text));
        assert_true(rx_str_eq(l->raw, RX_STR("as the mail has it")));
        assert_true(rx_str_eq(l->place, RX_STR("part 1")));
        assert_ptr_equal(l->raw.p, first->raw.p); /* kept once */
        assert_ptr_equal(l->value.p, first->value.p);
        assert_int_equal(l->seeds, 0);
        assert_int_equal(l->added_ms, 1000);
    }
}

static void test_carriers(void **state)
{
    char dir[64], path[96], site[SITES][32];
    struct store *st = tmp_case_new(dir, path);
    struct rx_err err = {0};
    struct draft d = {0};
    struct frame f;
    struct origins o;
    (void)state;
    for (int i = 0; i < SITES; i++) {
        (void)snprintf(site[i], sizeof site[i], "s%d.example", i);
        draft_add(&d, site[i], "tawk", "5f1a2b3c4d5e6f7a8b9c0d1e");
    }
    draft_load(&f, &d);
    assert_int_equal(store_begin(st, &err), 0);
    for (int mail = 0; mail < MAILS; mail++)
        put_mail(st, mail, "tawk", "5f1a2b3c4d5e6f7a8b9c0d1e");
    put_mail(st, MAILS, "tawk", "000000000000000000000001"); /* which nobody carries */
    assert_int_equal(store_commit(st, &err), 0);
    assert_int_equal(origins_load(&o, st, &f.m, &err), 0);
    assert_int_equal(o.node_count, MAILS);
    assert_int_equal(o.lead_count, MAILS * SITES);
    check_leads(&o, &f);
    origins_done(&o);
    frame_done(&f);
    draft_done(&d);
    tmp_case_free(st, dir);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_carriers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
