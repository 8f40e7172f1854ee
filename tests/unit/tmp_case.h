/* tmp_case.h - a case in a directory of its own that is gone after the test. */
#ifndef RX_TESTS_TMP_CASE_H
#define RX_TESTS_TMP_CASE_H

#include "store/store.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static int tmp_case_remove_one(const char *path, const struct stat *s, int type, struct FTW *at)
{
    (void)s;
    (void)type;
    (void)at;
    return remove(path);
}

static inline void tmp_case_remove(const char *dir)
{
    (void)nftw(dir, tmp_case_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* dir: "/tmp/rxmap-test-XXXXXX"-like room of 64 bytes; the case itself is dir/case. */
static inline void tmp_case_dir(char dir[64])
{
    (void)snprintf(dir, 64, "/tmp/rxmap-test-XXXXXX");
    assert_non_null(mkdtemp(dir));
}

static inline struct store *tmp_case_open(const char *path, enum store_mode mode)
{
    struct store *st = NULL;
    struct rx_err err = {0};
    int rc = store_open(&st, path, mode, &err);
    if (rc)
        print_error("%s\n", err.text);
    assert_int_equal(rc, 0);
    return st;
}

/* Makes dir/case and opens it for writing; path gets its name. */
static inline struct store *tmp_case_new(char dir[64], char path[96])
{
    struct store_case_info info = {.title = RX_STR("Test"), .operator_name = RX_STR("anna")};
    struct rx_err err = {0};
    tmp_case_dir(dir);
    (void)snprintf(path, 96, "%s/case", dir);
    assert_int_equal(store_create(path, &info, &err), 0);
    return tmp_case_open(path, STORE_WRITE);
}

static inline void tmp_case_free(struct store *st, const char *dir)
{
    store_close(st);
    tmp_case_remove(dir);
}

#endif
