/* Exported files: whole or not at all, links followed, devices left alone. */
#include "graph/outfile.h"
#include "tests/unit/tmp_case.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

struct place {
    char dir[64];
};

static const char *name(const struct place *p, const char *file)
{
    static char path[4][160];
    static unsigned next;
    char *out = path[next++ % 4];
    (void)snprintf(out, 160, "%s/%s", p->dir, file);
    return out;
}

static void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void holds(const char *path, const char *text)
{
    char got[64] = "";
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    got[fread(got, 1, sizeof got - 1, f)] = '\0';
    (void)fclose(f);
    assert_string_equal(got, text);
}

static mode_t kind(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0 ? about.st_mode & S_IFMT : 0;
}

static int count_one(const char *path, const struct stat *s, int type, struct FTW *at)
{
    (void)path;
    (void)s;
    (void)at;
    static int files;
    if (type == FTW_D)
        files = 0;
    else
        files++;
    return files > 1 ? files : 0;
}

static int export(const char *path, int rc)
{
    struct outfile f;
    struct rx_err err = {0};
    assert_int_equal(outfile_open(&f, path, &err), 0);
    assert_true(fputs("new", f.out) >= 0);
    return outfile_close(&f, rc, &err);
}

static void whole_or_not_at_all(void **state)
{
    struct place *p = *state;
    assert_int_equal(export(name(p, "a"), 0), 0);
    holds(name(p, "a"), "new");
    put(name(p, "a"), "old");
    assert_int_equal(export(name(p, "a"), RX_EIO), RX_EIO);
    holds(name(p, "a"), "old");
    assert_int_equal(nftw(p->dir, count_one, 4, FTW_PHYS), 0); /* no temporary file is left */
    assert_int_equal(export(name(p, "a"), 0), 0);
    holds(name(p, "a"), "new");
}

static void links_are_followed(void **state)
{
    struct place *p = *state;
    put(name(p, "target"), "old");
    assert_int_equal(symlink("target", name(p, "link")), 0);
    assert_int_equal(export(name(p, "link"), 0), 0);
    assert_int_equal(kind(name(p, "link")), S_IFLNK);
    holds(name(p, "target"), "new");
    /* A link to nothing is not written through: where it leads may be anything by then. */
    struct outfile f;
    struct rx_err err = {0};
    assert_int_equal(symlink("later", name(p, "early")), 0);
    assert_int_equal(outfile_open(&f, name(p, "early"), &err), RX_EIO);
    assert_int_equal(kind(name(p, "later")), 0);
}

static void devices_stay_devices(void **state)
{
    struct place *p = *state;
    assert_int_equal(symlink("/dev/null", name(p, "null")), 0);
    assert_int_equal(export(name(p, "null"), 0), 0);
    assert_int_equal(kind(name(p, "null")), S_IFLNK);
    assert_int_equal(kind("/dev/null"), S_IFCHR);
    if (mknod(name(p, "device"), S_IFCHR | 0600, makedev(1, 3)) != 0)
        return; /* only root may make one */
    assert_int_equal(export(name(p, "device"), 0), 0);
    assert_int_equal(kind(name(p, "device")), S_IFCHR);
}

static void finished_files_wait_for_their_names(void **state)
{
    struct place *p = *state;
    struct outfile f;
    struct rx_err err = {0};
    put(name(p, "nodes"), "old");
    for (int placed = 0; placed < 2; placed++) {
        assert_int_equal(outfile_open(&f, name(p, "nodes"), &err), 0);
        assert_true(fputs("new", f.out) >= 0);
        assert_int_equal(outfile_finish(&f, 0, &err), 0);
        holds(name(p, "nodes"), "old");
        if (placed)
            assert_int_equal(outfile_place(&f, &err), 0);
        outfile_drop(&f);
        holds(name(p, "nodes"), placed ? "new" : "old");
        assert_int_equal(nftw(p->dir, count_one, 4, FTW_PHYS), 0);
    }
}

static int setup(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    assert_non_null(p);
    tmp_case_dir(p->dir);
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    struct place *p = *state;
    tmp_case_remove(p->dir);
    free(p);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(whole_or_not_at_all, setup, teardown),
        cmocka_unit_test_setup_teardown(links_are_followed, setup, teardown),
        cmocka_unit_test_setup_teardown(devices_stay_devices, setup, teardown),
        cmocka_unit_test_setup_teardown(finished_files_wait_for_their_names, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
