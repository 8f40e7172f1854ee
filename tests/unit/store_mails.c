/* store_mails.c - mails that were searched for identifiers: which are due, and what the newest
 * search of each found, with the first origin of the mail. */
#include "tests/unit/tmp_case.h"

enum { MAILS = 5 };

struct told {
    char text[2048];
    int enough; /* 0: everything is wanted */
};

static int tell(struct told *t, const char *line)
{
    size_t n = strlen(t->text);
    (void)snprintf(t->text + n, sizeof t->text - n, "%s\n", line);
    return t->enough && --t->enough == 0 ? 7 : 0;
}

static struct rx_sha256 digest_of(int mail)
{
    char bytes[16];
    const int n = snprintf(bytes, sizeof bytes, "mail %d", mail);
    return rx_sha256(rx_strn(bytes, (size_t)n));
}

static int on_due(void *ctx, const struct store_mail *mail)
{
    char line[32];
    const struct rx_sha256 again = rx_sha256(mail->bytes);
    assert_memory_equal(again.b, mail->sha256.b, sizeof again.b);
    (void)snprintf(line, sizeof line, "%.*s", RX_FMT(mail->bytes));
    return tell(ctx, line);
}

static int on_mark(void *ctx, const struct store_mail_mark *mark)
{
    char line[128];
    (void)snprintf(line, sizeof line, "%.*s %.*s of %.*s", RX_FMT(mark->cls), RX_FMT(mark->value),
                   RX_FMT(mark->origin.name));
    return tell(ctx, line);
}

static void put_mark(struct store *st, int mail, const char *tables, const char *value)
{
    const struct rx_sha256 sha256 = digest_of(mail);
    const struct store_mail_mark mark = {.cls = RX_STR("phone"),
                                         .value = rx_str(value),
                                         .raw = rx_str(value),
                                         .place = RX_STR("part 1")};
    int64_t reading = 0;
    assert_int_equal(store_mail_reading_put(st, &sha256, rx_str(tables), &reading), 0);
    assert_int_equal(store_mail_mark_put(st, reading, &mark), 0);
}

static void put_origin(struct store *st, int mail, const char *name)
{
    struct store_origin origin = {.kind = RX_ORIGIN_MAIL,
                                  .name = rx_str(name),
                                  .has_digest = true,
                                  .sha256 = digest_of(mail)};
    assert_int_equal(store_origin_put(st, &origin), 0);
}

static int by_digest(const void *a, const void *b)
{
    const struct rx_sha256 x = digest_of(*(const int *)a), y = digest_of(*(const int *)b);
    return memcmp(x.b, y.b, sizeof x.b);
}

static void put_mails(struct store *st, int order[MAILS])
{
    struct rx_err err = {0};
    assert_int_equal(store_begin(st, &err), 0);
    for (int i = 0; i < MAILS; i++) {
        char bytes[16];
        const int n = snprintf(bytes, sizeof bytes, "mail %d", i);
        const struct rx_sha256 sha256 = digest_of(i);
        assert_int_equal(store_mail_put(st, &sha256, rx_strn(bytes, (size_t)n)), 0);
        order[i] = i;
    }
    qsort(order, MAILS, sizeof *order, by_digest);
}

static void test_due(void **state)
{
    (void)state;
    char dir[64], path[96], line[64];
    struct rx_err err = {0};
    struct store *st = tmp_case_new(dir, path);
    struct told all = {0}, one = {.enough = 1}, rest = {0}, none = {0}, wanted = {0};
    int order[MAILS];
    put_mails(st, order);
    put_mark(st, order[1], "new", "+1");
    put_mark(st, order[3], "old", "+1"); /* by other tables: due again */
    const struct rx_sha256 second = digest_of(order[2]), last = digest_of(order[MAILS - 1]);
    for (int i = 0; i < MAILS; i++) {
        (void)snprintf(line, sizeof line, "mail %d", order[i]);
        if (i != 1)
            (void)tell(&wanted, line);
    }
    assert_int_equal(store_mail_due_scan(st, RX_STR("new"), NULL, on_due, &all), 0);
    assert_string_equal(all.text, wanted.text);
    assert_int_equal(store_mail_due_scan(st, RX_STR("new"), NULL, on_due, &one), 7);
    (void)snprintf(line, sizeof line, "mail %d\n", order[0]);
    assert_string_equal(one.text, line);
    assert_int_equal(store_mail_due_scan(st, RX_STR("new"), &second, on_due, &rest), 0);
    (void)snprintf(line, sizeof line, "mail %d\nmail %d\n", order[3], order[4]);
    assert_string_equal(rest.text, line);
    assert_int_equal(store_mail_due_scan(st, RX_STR("new"), &last, on_due, &none), 0);
    assert_string_equal(none.text, "");
    assert_int_equal(store_commit(st, &err), 0);
    tmp_case_free(st, dir);
}

static void test_marks(void **state)
{
    (void)state;
    char dir[64], path[96], wanted[256];
    struct rx_err err = {0};
    struct store *st = tmp_case_new(dir, path);
    struct told all = {0};
    int order[MAILS];
    put_mails(st, order);
    put_origin(st, order[2], "a.eml");
    put_origin(st, order[0], "b.mbox");
    put_origin(st, order[2], "c.mbox"); /* given twice: the first counts */
    put_mark(st, order[0], "old", "+10");
    put_mark(st, order[0], "new", "+12"); /* in place of what the old tables found */
    put_mark(st, order[0], "new", "+11");
    put_mark(st, order[2], "old", "+13");
    put_mark(st, order[4], "old", "+14"); /* of a mail that no list gave */
    assert_int_equal(store_mail_mark_scan(st, on_mark, &all), 0);
    (void)snprintf(wanted, sizeof wanted,
                   "phone +11 of b.mbox\nphone +12 of b.mbox\n"
                   "phone +13 of a.eml\nphone +14 of \n");
    assert_string_equal(all.text, wanted);
    assert_int_equal(store_commit(st, &err), 0);
    tmp_case_free(st, dir);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_due),
        cmocka_unit_test(test_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
