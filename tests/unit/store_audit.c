/* audit.log: the chain, and that every change in it shows. */
#include "tests/unit/tmp_case.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void log_path(char out[128], const char *path)
{
    (void)snprintf(out, 128, "%s/audit.log", path);
}

static off_t length(const char *file)
{
    struct stat about;
    assert_int_equal(stat(file, &about), 0);
    return about.st_size;
}

static struct store *three_lines(char dir[64], char path[96])
{
    struct store *st = tmp_case_new(dir, path);
    assert_int_equal(store_audit(st, "init", RX_STR("{\"a\":1}"), NULL), 0);
    assert_int_equal(store_audit(st, "crawl", RX_STR(""), NULL), 0);
    assert_int_equal(store_audit(st, "odd \"name\"\x1b", RX_STR("{}"), NULL), 0);
    return st;
}

static int verify(struct store *st, uint64_t *lines, struct rx_err *err)
{
    char head[RX_SHA256_HEX + 1] = "";
    int rc = store_audit_verify(st, head, lines, err);
    assert_int_equal(strlen(head), rc ? 0 : RX_SHA256_HEX); /* untouched on failure */
    return rc;
}

static void chain_holds(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    struct rx_err err = {0};
    uint64_t lines = 9;
    struct store *st = tmp_case_new(dir, path);
    assert_int_equal(verify(st, &lines, &err), 0);
    assert_int_equal(lines, 0);
    tmp_case_free(st, dir);

    st = three_lines(dir, path);
    assert_int_equal(verify(st, &lines, &err), 0);
    assert_int_equal(lines, 3);
    store_close(st);
    st = tmp_case_open(path, STORE_WRITE); /* goes on where it stopped */
    assert_int_equal(store_audit(st, "more", RX_STR("{}"), &err), 0);
    assert_int_equal(verify(st, &lines, &err), 0);
    assert_int_equal(lines, 4);
    assert_int_equal(store_audit(st, "more", RX_STR("{\n}"), &err), RX_EINVAL);
    store_close(st);
    st = tmp_case_open(path, STORE_READ);
    assert_int_equal(store_audit(st, "more", RX_STR("{}"), &err), RX_EINVAL);
    assert_int_equal(verify(st, &lines, &err), 0);
    assert_int_equal(lines, 4);
    tmp_case_free(st, dir);
}

static void every_flip_shows(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    char file[128];
    struct store *st = three_lines(dir, path);
    log_path(file, path);
    off_t n = length(file);
    int fd = open(file, O_RDWR);
    assert_true(fd >= 0);
    for (off_t at = 0; at < n; at++) {
        struct rx_err err = {0};
        uint64_t lines = 0;
        char was;
        assert_int_equal(pread(fd, &was, 1, at), 1);
        char now = (char)(was ^ (1 << (at % 8)));
        assert_int_equal(pwrite(fd, &now, 1, at), 1);
        if (verify(st, &lines, &err) != RX_EDAMAGE)
            fail_msg("a flip at byte %ld was not found", (long)at);
        assert_non_null(strstr(err.text, "audit.log: "));
        assert_int_equal(pwrite(fd, &was, 1, at), 1);
    }
    uint64_t lines = 0;
    assert_int_equal(verify(st, &lines, NULL), 0);
    (void)close(fd);
    tmp_case_free(st, dir);
}

static void lines_cut_off_the_end_show(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    char file[128];
    struct rx_err err = {0};
    uint64_t lines = 0;
    struct store *st = three_lines(dir, path);
    store_close(st);
    log_path(file, path);
    FILE *f = fopen(file, "rb");
    char line[4096];
    assert_non_null(f);
    assert_non_null(fgets(line, sizeof line, f));
    off_t first = ftell(f);
    (void)fclose(f);
    assert_int_equal(truncate(file, first), 0); /* a whole line is left: the chain itself is fine */
    st = tmp_case_open(path, STORE_READ);
    assert_int_equal(verify(st, &lines, &err), RX_EDAMAGE);
    assert_non_null(strstr(err.text, "has 1 lines where case.db knows of 3"));
    tmp_case_free(st, dir);
}

/* Cuts the last line off; half of a further one is put in its place if `torn`. */
static void cut_last_line(const char *path, bool torn)
{
    char file[128];
    char line[4096];
    off_t starts[16] = {0};
    size_t lines = 0;
    log_path(file, path);
    FILE *f = fopen(file, "rb");
    assert_non_null(f);
    while (lines < 15 && fgets(line, sizeof line, f))
        starts[++lines] = ftell(f);
    (void)fclose(f);
    assert_true(lines > 0);
    assert_int_equal(truncate(file, starts[lines - 1]), 0);
    f = fopen(file, "ab");
    assert_non_null(f);
    (void)fputs(torn ? "{\"seq\":3,\"wh" : "", f);
    (void)fclose(f);
}

static void refuses_to_write(const char *path, const char *says)
{
    char file[128];
    struct rx_err err = {0};
    log_path(file, path);
    off_t before = length(file);
    struct store *st = tmp_case_open(path, STORE_WRITE);
    assert_int_equal(store_audit(st, "next", RX_STR("{}"), &err), RX_EDAMAGE);
    if (!strstr(err.text, says) || !strstr(err.text, "nothing was added"))
        fail_msg("says: %s", err.text);
    assert_int_equal(store_audit(st, "again", RX_STR("{}"), NULL), RX_EDAMAGE);
    assert_int_equal(length(file), before);
    store_close(st);
}

/* One more line would hide the cut for ever. */
static void a_cut_log_is_not_added_to(void **state)
{
    (void)state;
    for (int torn = 0; torn < 2; torn++) {
        char dir[64];
        char path[96];
        store_close(three_lines(dir, path));
        cut_last_line(path, torn);
        refuses_to_write(path, "has 2 lines where case.db knows of 3");
        tmp_case_remove(dir);
    }
}

/* Another log of the same length: each chain is whole, only the database tells them apart. */
static void an_exchanged_log_is_not_added_to(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    char dir_b[64];
    char path_b[96];
    char ours[128];
    char theirs[128];
    store_close(three_lines(dir, path));
    struct store *st = three_lines(dir_b, path_b);
    log_path(ours, path);
    log_path(theirs, path_b);
    assert_int_equal(store_audit(st, "further", RX_STR("{}"), NULL), 0);
    store_close(st);
    assert_int_equal(rename(theirs, ours), 0);
    refuses_to_write(path, "line 3 is not the one that case.db remembers");
    tmp_case_remove(dir);
    tmp_case_remove(dir_b);
}

/* A crash between the line and its commit leaves the file ahead: that is no damage. */
static void a_log_ahead_of_the_database_goes_on(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    struct rx_err err = {0};
    uint64_t lines = 0;
    store_close(three_lines(dir, path));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct store *st = NULL;
        if (!store_open(&st, path, STORE_WRITE, NULL) && !store_begin(st, NULL) &&
            !store_audit(st, "lost", RX_STR("{}"), NULL))
            (void)kill(getpid(), SIGKILL);
        _exit(3);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    struct store *st = tmp_case_open(path, STORE_WRITE);
    assert_int_equal(store_audit(st, "next", RX_STR("{}"), &err), 0);
    assert_int_equal(verify(st, &lines, &err), 0);
    assert_int_equal(lines, 5);
    tmp_case_free(st, dir);
}

static void half_a_line_is_cut_and_told(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    char file[128];
    struct rx_err err = {0};
    uint64_t lines = 0;
    store_close(three_lines(dir, path));
    log_path(file, path);
    FILE *f = fopen(file, "ab");
    assert_non_null(f);
    (void)fputs("{\"seq\":4,\"wh", f);
    (void)fclose(f);
    struct store *st = tmp_case_open(path, STORE_WRITE);
    assert_int_equal(verify(st, &lines, &err), RX_EDAMAGE);
    assert_non_null(strstr(err.text, "ends within line 4"));
    assert_int_equal(store_audit(st, "next", RX_STR("{}"), &err), 0);
    assert_int_equal(verify(st, &lines, &err), 0);
    assert_int_equal(lines, 5); /* what was cut off, then what was added */
    tmp_case_free(st, dir);
}

static void changed_end_stops_writing(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    char file[128];
    struct rx_err err = {0};
    store_close(three_lines(dir, path));
    log_path(file, path);
    off_t n = length(file);
    int fd = open(file, O_WRONLY);
    assert_int_equal(pwrite(fd, "x", 1, n - 20), 1);
    (void)close(fd);
    struct store *st = tmp_case_open(path, STORE_WRITE);
    assert_int_equal(store_audit(st, "next", RX_STR("{}"), &err), RX_EDAMAGE);
    assert_int_equal(length(file), n);
    tmp_case_free(st, dir);
}

static void follows_the_transaction(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    struct rx_err err = {0};
    struct rx_buf anchor = RX_BUF(256);
    uint64_t lines = 0;
    struct store *st = tmp_case_new(dir, path);
    assert_int_equal(store_begin(st, &err), 0);
    assert_int_equal(store_audit(st, "one", RX_STR("{}"), &err), 0);
    store_rollback(st); /* what was done was done */
    assert_int_equal(store_meta_get(st, "audit_head", &anchor), 0);
    assert_true(rx_str_starts(rx_buf_str(&anchor), RX_STR("1 ")));
    assert_int_equal(store_begin(st, &err), 0);
    assert_int_equal(store_audit(st, "two", RX_STR("{}"), &err), 0);
    assert_int_equal(store_commit(st, &err), 0);
    assert_int_equal(store_meta_get(st, "audit_head", &anchor), 0);
    assert_true(rx_str_starts(rx_buf_str(&anchor), RX_STR("2 ")));
    assert_int_equal(verify(st, &lines, &err), 0);
    assert_int_equal(lines, 2);
    rx_buf_free(&anchor);
    tmp_case_free(st, dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chain_holds),
        cmocka_unit_test(every_flip_shows),
        cmocka_unit_test(lines_cut_off_the_end_show),
        cmocka_unit_test(a_cut_log_is_not_added_to),
        cmocka_unit_test(an_exchanged_log_is_not_added_to),
        cmocka_unit_test(a_log_ahead_of_the_database_goes_on),
        cmocka_unit_test(half_a_line_is_cut_and_told),
        cmocka_unit_test(changed_end_stops_writing),
        cmocka_unit_test(follows_the_transaction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
