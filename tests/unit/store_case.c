/* The case's directory, lock, schema and integrity. */
#include "store/schema.h"
#include "tests/unit/tmp_case.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void create_and_find(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    struct store *st = tmp_case_new(dir, path);
    struct rx_buf text = RX_BUF(4096);
    struct rx_err err = {0};
    assert_string_equal(store_dir(st), path);
    assert_int_equal(store_meta_get(st, "operator", &text), 0);
    assert_string_equal(text.p, "anna");
    assert_int_equal(store_meta_get(st, "nothing", &text), 0);
    assert_int_equal(text.n, 0);

    /* A second one is refused and changes nothing. */
    struct store_case_info info = {.title = RX_STR("Other")};
    assert_int_equal(store_create(path, &info, &err), RX_EEXISTS);
    assert_int_equal(store_create(dir, &info, &err), RX_EEXISTS);
    assert_int_equal(store_meta_get(st, "title", &text), 0);
    assert_string_equal(text.p, "Test");

    /* Found by name, by the environment, and from below. */
    assert_int_equal(store_find(&text, path, &err), 0);
    assert_string_equal(text.p, path);
    assert_int_equal(store_find(&text, dir, &err), RX_ENOCASE);
    assert_int_equal(setenv("RXMAP_CASE", path, 1), 0);
    assert_int_equal(store_find(&text, NULL, &err), 0);
    assert_string_equal(text.p, path);
    assert_int_equal(unsetenv("RXMAP_CASE"), 0);
    char below[128];
    (void)snprintf(below, sizeof below, "%s/warc", path);
    assert_int_equal(chdir(below), 0);
    assert_int_equal(store_find(&text, NULL, &err), 0);
    assert_string_equal(text.p, path);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(store_find(&text, NULL, &err), RX_ENOCASE);
    rx_buf_free(&text);
    tmp_case_free(st, dir);
}

static void bad_info_leaves_nothing(void **state)
{
    (void)state;
    static const char *const bad[] = {"two\nlines", "a ; comment", " blank", "\x1b[2J"};
    char dir[64];
    char path[96];
    struct stat about;
    tmp_case_dir(dir);
    (void)snprintf(path, sizeof path, "%s/case", dir);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct store_case_info info = {.title = rx_str(bad[i])};
        assert_int_equal(store_create(path, &info, NULL), RX_EINVAL);
        assert_int_equal(stat(path, &about), -1);
    }
    tmp_case_remove(dir);
}

static void one_writer_many_readers(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    char pid[32];
    struct store *st = tmp_case_new(dir, path);
    struct store *second = NULL;
    struct rx_err err = {0};
    assert_int_equal(store_open(&second, path, STORE_WRITE, &err), RX_ELOCKED);
    assert_null(second);
    (void)snprintf(pid, sizeof pid, "process %d ", (int)getpid());
    if (access("/proc/locks", R_OK) == 0)
        assert_non_null(strstr(err.text, pid));
    struct store *reader = tmp_case_open(path, STORE_READ);
    assert_int_not_equal(store_meta_put(reader, "x", RX_STR("y")), 0);
    store_close(reader);
    store_close(st);
    st = tmp_case_open(path, STORE_WRITE); /* the lock went with the handle */
    tmp_case_free(st, dir);
}

static void committed_survives_kill(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    store_close(tmp_case_new(dir, path));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct store *st = NULL;
        if (store_open(&st, path, STORE_WRITE, NULL) || store_begin(st, NULL) ||
            store_meta_put(st, "kept", RX_STR("1")) || store_commit(st, NULL) ||
            store_begin(st, NULL) || store_meta_put(st, "lost", RX_STR("1")))
            _exit(3);
        (void)kill(getpid(), SIGKILL);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    struct store *st = tmp_case_open(path, STORE_WRITE);
    struct rx_buf text = RX_BUF(64);
    assert_int_equal(store_meta_get(st, "kept", &text), 0);
    assert_string_equal(text.p, "1");
    assert_int_equal(store_meta_get(st, "lost", &text), 0);
    assert_int_equal(text.n, 0);
    rx_buf_free(&text);
    tmp_case_free(st, dir);
}

static void a_reader_sees_one_state(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    struct rx_buf text = RX_BUF(64);
    struct store *writer = tmp_case_new(dir, path);
    struct store *reader = tmp_case_open(path, STORE_READ);
    assert_int_equal(store_meta_put(writer, "k", RX_STR("before")), 0);
    assert_int_equal(store_begin_read(reader, NULL), 0);
    assert_int_equal(store_meta_put(writer, "k", RX_STR("after")), 0);
    assert_int_equal(store_meta_get(reader, "k", &text), 0);
    assert_string_equal(text.p, "before");
    assert_int_not_equal(store_meta_put(reader, "k", RX_STR("x")), 0);
    store_rollback(reader);
    assert_int_equal(store_meta_get(reader, "k", &text), 0);
    assert_string_equal(text.p, "after");
    assert_int_equal(store_begin_read(reader, NULL), 0);
    rx_buf_free(&text);
    store_close(reader);
    tmp_case_free(writer, dir);
}

/* ---- damage ---------------------------------------------------------------------------------- */

static void overwrite(const char *path, off_t at, const char *bytes, size_t n)
{
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, n, at), (ssize_t)n);
    assert_int_equal(close(fd), 0);
}

static uint64_t file_hash(const char *path)
{
    struct rx_buf all = RX_BUF(1 << 22);
    FILE *f = fopen(path, "rb");
    char chunk[4096];
    size_t got;
    assert_non_null(f);
    while ((got = fread(chunk, 1, sizeof chunk, f)) > 0)
        assert_int_equal(rx_buf_add(&all, rx_strn(chunk, got)), 0);
    (void)fclose(f);
    uint64_t hash = rx_hash64(rx_buf_str(&all));
    rx_buf_free(&all);
    return hash;
}

static void run_sql(const char *path, const char *script)
{
    struct db *db = NULL;
    assert_int_equal(db_open(&db, path, DB_WRITE, NULL), 0);
    assert_int_equal(db_script(db, script), 0);
    db_close(db);
}

/* ---- crashes --------------------------------------------------------------------------------- */

/* A writer that commits and is killed. */
static void crash(const char *path)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct store *st = NULL;
        if (!store_open(&st, path, STORE_WRITE, NULL) && !store_begin(st, NULL) &&
            !store_meta_put(st, "kept", RX_STR("1")) && !store_commit(st, NULL))
            (void)kill(getpid(), SIGKILL);
        _exit(3);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
}

static void a_reader_changes_nothing(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    char db[128];
    char wal[128];
    struct stat about;
    store_close(tmp_case_new(dir, path));
    crash(path);
    (void)snprintf(db, sizeof db, "%s/case.db", path);
    (void)snprintf(wal, sizeof wal, "%s/case.db-wal", path);
    uint64_t before = file_hash(db);
    uint64_t log_before = file_hash(wal);
    struct store *st = tmp_case_open(path, STORE_READ);
    struct rx_buf text = RX_BUF(64);
    assert_int_equal(store_meta_get(st, "kept", &text), 0);
    assert_string_equal(text.p, "1");
    rx_buf_free(&text);
    store_close(st);
    assert_true(file_hash(db) == before);
    assert_true(file_hash(wal) == log_before);
    store_close(tmp_case_open(path, STORE_WRITE)); /* which tidies up */
    assert_true(stat(wal, &about) != 0 || about.st_size == 0);
    tmp_case_remove(dir);
}

/* Large enough not to be checked at every open: 20 MB of one text, in a chain of pages. */
static void make_large(const char *path)
{
    enum { LARGE_BYTES = 20 << 20 };
    char *text = malloc(LARGE_BYTES);
    assert_non_null(text);
    memset(text, 'x', LARGE_BYTES);
    struct store *st = tmp_case_open(path, STORE_WRITE);
    assert_int_equal(store_meta_put(st, "large", rx_strn(text, LARGE_BYTES)), 0);
    store_close(st);
    free(text);
}

/* After a crash the whole database is looked at, even if another program has emptied the log. */
static void a_crash_is_remembered(void **state)
{
    (void)state;
    for (int crashed = 0; crashed < 2; crashed++) {
        char dir[64];
        char path[96];
        char file[128];
        struct store *st = NULL;
        struct rx_err err = {0};
        store_close(tmp_case_new(dir, path));
        make_large(path);
        if (crashed)
            crash(path);
        (void)snprintf(file, sizeof file, "%s/case.db", path);
        run_sql(file, "SELECT 1"); /* as another program: its close empties the log */
        overwrite(file, 4096 * 3000, "\xff\xff\xff\xff", 4); /* the next page of the chain */
        assert_int_equal(store_open(&st, path, STORE_WRITE, &err), crashed ? RX_EDAMAGE : 0);
        store_close(st);
        tmp_case_remove(dir);
    }
}

static void damage_is_named_and_left_alone(void **state)
{
    (void)state;
    static const struct {
        off_t at;
        const char *bytes;
        size_t n;
        const char *sql; /* instead of bytes */
        int code;
        const char *says;
    } cases[] = {
        {0, "not a database!!", 16, NULL, RX_EDAMAGE, "case.db"},
        {4096 * 3, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16, NULL, RX_EDAMAGE, "damaged"},
        {0, NULL, 0, "PRAGMA application_id = 7", RX_EDAMAGE, "not a database of rxmap"},
        {0, NULL, 0, "PRAGMA user_version = 99", RX_EUSAGE, "newer"},
        {0, NULL, 0, "DROP TRIGGER seal_fetch_insert", RX_EDAMAGE, "seal_fetch_insert"},
        {0, NULL, 0, "CREATE TRIGGER evil AFTER INSERT ON seed BEGIN DELETE FROM meta; END",
         RX_EDAMAGE, "evil"},
        {0, NULL, 0, "CREATE VIEW zzz AS SELECT 1", RX_EDAMAGE, "zzz"},
        {0, NULL, 0, "ALTER TABLE run ADD COLUMN extra TEXT", RX_EDAMAGE, "run"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char dir[64];
        char path[96];
        char db[128];
        struct store *st = NULL;
        struct rx_err err = {0};
        store_close(tmp_case_new(dir, path));
        (void)snprintf(db, sizeof db, "%s/case.db", path);
        if (cases[i].sql)
            run_sql(db, cases[i].sql);
        else
            overwrite(db, cases[i].at, cases[i].bytes, cases[i].n);
        uint64_t before = file_hash(db);
        assert_int_equal(store_open(&st, path, STORE_WRITE, &err), cases[i].code);
        if (!strstr(err.text, cases[i].says))
            fail_msg("case %zu says: %s", i, err.text);
        assert_int_equal(store_open(&st, path, STORE_READ, &err), cases[i].code);
        assert_true(file_hash(db) == before);
        tmp_case_remove(dir);
    }
}

static void missing_files(void **state)
{
    (void)state;
    static const char *const names[] = {"case.db", "audit.log"};
    for (size_t i = 0; i < 2; i++) {
        char dir[64];
        char path[96];
        char file[128];
        struct store *st = NULL;
        struct rx_err err = {0};
        store_close(tmp_case_new(dir, path));
        (void)snprintf(file, sizeof file, "%s/%s", path, names[i]);
        assert_int_equal(unlink(file), 0);
        assert_int_equal(store_open(&st, path, STORE_WRITE, &err), RX_EDAMAGE);
        assert_non_null(strstr(err.text, names[i]));
        struct stat about;
        assert_int_equal(stat(file, &about), -1); /* not made anew */
        tmp_case_remove(dir);
    }
}

/* ---- migrations ------------------------------------------------------------------------------ */

static int step_table(struct db *db)
{
    return db_script(db, "CREATE TABLE a(x)");
}

static int step_column(struct db *db)
{
    return db_script(db, "ALTER TABLE a ADD COLUMN y");
}

static int step_broken(struct db *db)
{
    int rc = db_script(db, "ALTER TABLE a ADD COLUMN z");
    return rc ? rc : db_script(db, "ALTER TABLE nowhere ADD COLUMN z");
}

static void migrates_step_by_step(void **state)
{
    (void)state;
    static const struct schema_step good[] = {{0, step_table}, {1, step_column}};
    static const struct schema_step broken[] = {
        {0, step_table}, {1, step_column}, {2, step_broken}};
    struct db *db = NULL;
    int64_t number = 0;
    assert_int_equal(db_open(&db, "m", DB_MEMORY, NULL), 0);
    assert_int_equal(schema_migrate(db, good, 1, 1), 0);
    assert_int_equal(schema_migrate(db, good, 2, 2), 0); /* from 1, not from the start */
    assert_int_equal(db_number(db, "PRAGMA user_version", &number), 0);
    assert_int_equal(number, 2);
    assert_int_equal(db_number(db, "SELECT count(y) FROM a", &number), 0);
    /* A step that fails leaves the version before it. */
    assert_int_not_equal(schema_migrate(db, broken, 3, 3), 0);
    assert_int_equal(db_number(db, "PRAGMA user_version", &number), 0);
    assert_int_equal(number, 2);
    assert_int_not_equal(db_number(db, "SELECT count(z) FROM a", &number), 0);
    /* No step leads there. */
    assert_int_equal(schema_migrate(db, good, 2, 5), RX_EDAMAGE);
    db_close(db);
}

static void old_version_is_brought_up(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    char file[128];
    struct store *st = NULL;
    struct rx_err err = {0};
    store_close(tmp_case_new(dir, path));
    (void)snprintf(file, sizeof file, "%s/case.db", path);
    assert_int_equal(unlink(file), 0);
    struct db *db = NULL;
    assert_int_equal(db_open(&db, file, DB_CREATE, NULL), 0);
    assert_int_equal(db_script(db, "PRAGMA application_id = 1920494960"), 0);
    db_close(db);
    assert_int_equal(store_open(&st, path, STORE_READ, &err), RX_EUSAGE);
    assert_non_null(strstr(err.text, "older"));
    st = tmp_case_open(path, STORE_WRITE);
    assert_int_equal(store_meta_put(st, "k", RX_STR("v")), 0);
    tmp_case_free(st, dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(create_and_find),
        cmocka_unit_test(bad_info_leaves_nothing),
        cmocka_unit_test(one_writer_many_readers),
        cmocka_unit_test(committed_survives_kill),
        cmocka_unit_test(missing_files),
        cmocka_unit_test(damage_is_named_and_left_alone),
        cmocka_unit_test(migrates_step_by_step),
        cmocka_unit_test(old_version_is_brought_up),
        cmocka_unit_test(a_reader_changes_nothing),
        cmocka_unit_test(a_reader_sees_one_state),
        cmocka_unit_test(a_crash_is_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
