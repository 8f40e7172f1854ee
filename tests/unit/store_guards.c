/* What the database itself refuses, whoever asks: changing what was captured, deleting, shortening.
 */
#include "store/schema.h"
#include "tests/unit/tmp_case.h"

static void run_sql(const char *path, const char *script)
{
    char file[128];
    struct db *db = NULL;
    (void)snprintf(file, sizeof file, "%s/case.db", path);
    assert_int_equal(db_open(&db, file, DB_WRITE, NULL), 0);
    assert_int_equal(db_script(db, script), 0);
    db_close(db);
}

/* A row in every table that the crawl fills first. Closed: one file and the run that it is of. */
static void fill(struct store *st)
{
    int64_t run = 0;
    int64_t file = 0;
    bool is_new = false;
    const struct rx_sha256 member = {{1}};
    struct store_host host;
    struct store_seed seed = {.url = RX_STR("http://a.example/"),
                              .site = RX_STR("a.example"),
                              .source = RX_STR("argument"),
                              .raw = RX_STR("a.example")};
    struct store_content content = {.reader = RX_STR("tree/1"), .tables = RX_STR("00")};
    struct store_decision decision = {.kind = RX_STR("mark"), .subject = RX_STR("a.example")};
    assert_int_equal(store_begin(st, NULL), 0);
    assert_int_equal(store_seed_put(st, &seed, &is_new), 0);
    assert_int_equal(store_run_start(st, RX_STR("one"), RX_STR("{}"), 1, &run), 0);
    assert_int_equal(store_warc_add(st, run, RX_STR("1.warc.gz"), &file), 0);
    struct store_warc_ref ref = {file, 0, 100};
    assert_int_equal(store_warc_record_put(st, ref, RX_STR("warcinfo"), &member), 0);
    assert_int_equal(store_warc_set(st, file, 100, true), 0);
    assert_int_equal(store_run_close(st, run, false, 2), 0);
    assert_int_equal(store_run_start(st, RX_STR("two"), RX_STR("{}"), 3, &run), 0);
    assert_int_equal(store_warc_add(st, run, RX_STR("2.warc.gz"), &file), 0);
    assert_int_equal(store_warc_set(st, file, 50, false), 0);
    assert_int_equal(store_host_put(st, RX_STR("a.example"), RX_STR("a.example"), &host), 0);
    assert_int_equal(store_url_put(st, seed.url, host.name, host.site, &content.url_id), 0);
    assert_int_equal(store_content_put(st, &content, &is_new), 0);
    assert_int_equal(store_decision_put(st, &decision), 0);
    assert_int_equal(store_meta_put(st, "psl_sha256", RX_STR("aa")), 0);
    assert_int_equal(store_meta_put(st, "audit_head", RX_STR("10 ff")), 0);
    assert_int_equal(store_commit(st, NULL), 0);
}

static void only_what_may_change_changes(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        bool allowed;
    } rows[] = {
        {"DELETE FROM warc", false},
        {"UPDATE warc SET bytes = 101 WHERE id = 1", false}, /* closed */
        {"UPDATE warc SET closed = 0 WHERE id = 1", false},
        {"UPDATE warc SET bytes = 49 WHERE id = 2", false},
        {"UPDATE warc SET name = 'x' WHERE id = 2", false},
        {"UPDATE warc SET run = 1 WHERE id = 2", false},
        {"UPDATE warc SET bytes = 51 WHERE id = 2", true},
        {"INSERT INTO warc(run, name) VALUES(1, 'late')", false},
        {"INSERT INTO warc(run, name) VALUES(2, 'next')", true},
        {"DELETE FROM warc_record", false},
        {"UPDATE warc_record SET bytes = 99", false},
        {"UPDATE warc_record SET member = zeroblob(32)", false},
        {"INSERT INTO warc_record VALUES(1, 100, 10, 'response', zeroblob(32))", false},
        {"INSERT INTO warc_record VALUES(9, 0, 10, 'response', zeroblob(32))", false},
        {"INSERT INTO warc_record VALUES(2, 0, 10, 'response', zeroblob(32))", true},
        {"DELETE FROM seed", false},
        {"UPDATE seed SET source = 'elsewhere'", false},
        {"INSERT INTO origin VALUES(7, 4, 2, 'a.eml', 'Pills', zeroblob(32), 1)", true},
        {"INSERT INTO origin VALUES(8, 4, 2, 'a.eml', 'Pills', zeroblob(31), 1)", false},
        {"INSERT INTO seed_origin VALUES(1, 7, 1, 'part 1', 'http://a.example/')", true},
        {"INSERT INTO mail VALUES(zeroblob(32), x'00')", true},
        {"INSERT INTO mail_record VALUES(zeroblob(32), 1, 0, 10)", true},
        {"DELETE FROM origin", false},
        {"UPDATE origin SET title = ''", false},
        {"DELETE FROM seed_origin", false},
        {"UPDATE seed_origin SET raw = ''", false},
        {"DELETE FROM mail", false},
        {"UPDATE mail SET bytes = x''", false},
        {"DELETE FROM mail_record", false},
        {"UPDATE mail_record SET warc_offset = 1", false},
        {"INSERT INTO site_view VALUES(1, 1, 1, 1, 'it sells', 'aa', 1)", true},
        {"DELETE FROM site_view", false},
        {"UPDATE site_view SET role = 2", false},
        {"INSERT INTO meta VALUES('signatures:aa', 'x.promo')", true},
        {"UPDATE meta SET value = 'x.promo' WHERE key = 'signatures:aa'", true},
        {"UPDATE meta SET value = 'x.other' WHERE key = 'signatures:aa'", false},
        {"DELETE FROM site", false},
        {"UPDATE site SET name = 'b.example'", false},
        {"DELETE FROM host", false},
        {"UPDATE host SET name = 'b.example'", false},
        {"UPDATE host SET delay_ms = 7", true},
        {"DELETE FROM reading", false},
        {"UPDATE reading SET tables = '11'", false},
        {"DELETE FROM decision", false},
        {"UPDATE decision SET undone = 1", false},
        {"DELETE FROM meta", false},
        {"DELETE FROM meta WHERE key = 'audit_head'", false},
        {"UPDATE meta SET value = 'Other' WHERE key = 'title'", false},
        {"UPDATE meta SET value = 'bob' WHERE key = 'operator'", false},
        {"UPDATE meta SET value = 'bb' WHERE key = 'psl_sha256'", true},
        {"UPDATE meta SET value = '9 ee' WHERE key = 'audit_head'", false},
        {"UPDATE meta SET value = '' WHERE key = 'audit_head'", false},
        {"UPDATE meta SET key = 'gone' WHERE key = 'audit_head'", false},
        {"UPDATE meta SET value = '11 ee' WHERE key = 'audit_head'", true},
    };
    char dir[64];
    char path[96];
    char file[128];
    struct db *db = NULL;
    struct store *st = tmp_case_new(dir, path);
    fill(st);
    store_close(st);
    (void)snprintf(file, sizeof file, "%s/case.db", path);
    assert_int_equal(db_open(&db, file, DB_WRITE, NULL), 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if ((db_script(db, rows[i].sql) == 0) != rows[i].allowed)
            fail_msg("%s: %s", rows[i].sql, db_error(db));
    db_close(db);
    tmp_case_remove(dir);
}

/* The guards came with version 2: a case from before gets the same ones. */
static void a_case_of_version_1_gets_the_guards(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    struct store *st = tmp_case_new(dir, path);
    struct rx_err err = {0};
    fill(st);
    store_close(st);
    static const char *const guards[] = {
        "seal_warc_insert",        "keep_warc_update",        "keep_warc_delete",
        "keep_warc_record_insert", "keep_warc_record_update", "keep_warc_record_delete",
        "keep_seed_update",        "keep_seed_delete",        "keep_site_update",
        "keep_site_delete",        "keep_host_update",        "keep_host_delete",
        "keep_reading_update",     "keep_reading_delete",     "keep_decision_update",
        "keep_decision_delete",    "keep_meta_update",        "keep_meta_delete"};
    run_sql(path, "DROP TABLE reject; DROP TABLE sketch; DROP TABLE seed_origin; DROP TABLE "
                  "origin; DROP TABLE mail; "
                  "DROP TABLE mail_record");
    for (size_t i = 0; i < sizeof guards / sizeof *guards; i++) {
        char sql[96];
        (void)snprintf(sql, sizeof sql, "DROP TRIGGER %s", guards[i]);
        run_sql(path, sql);
    }
    run_sql(path, "PRAGMA user_version = 1");
    assert_int_equal(store_open(&st, path, STORE_READ, &err), RX_EUSAGE);
    st = tmp_case_open(path, STORE_WRITE);
    assert_int_equal(store_meta_put(st, "title", RX_STR("Other")), RX_EINVAL);
    store_close(st);
    store_close(tmp_case_open(path, STORE_READ));
    tmp_case_remove(dir);
}

/* What was refused is kept since version 3. */
static void a_case_of_version_2_gets_the_table_of_refusals(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    struct store *st = tmp_case_new(dir, path);
    struct rx_err err = {0};
    fill(st);
    store_close(st);
    run_sql(path, "DROP TABLE reject; DROP TABLE sketch; PRAGMA user_version = 2");
    assert_int_equal(store_open(&st, path, STORE_READ, &err), RX_EUSAGE);
    st = tmp_case_open(path, STORE_WRITE);
    const struct store_reject reject = {
        .cls = RX_STR("btc"), .reason = RX_REJECT_CHECK, .count = 3};
    assert_int_equal(store_reject_put(st, 1, &reject), 0);
    store_close(st);
    store_close(tmp_case_open(path, STORE_READ));
    tmp_case_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_may_change_changes),
        cmocka_unit_test(a_case_of_version_1_gets_the_guards),
        cmocka_unit_test(a_case_of_version_2_gets_the_table_of_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
