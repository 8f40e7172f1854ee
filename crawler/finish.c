/* finish.c - see finish.h. A file is renamed before the database hears of it: after a crash between
 * the two it is found under either name, by whoever goes on with it. */
#include "crawler/finish.h"

#include "base/clock.h"
#include "base/log.h"
#include "crawler/evidence/warc.h"

#include <stdio.h>

enum { NAME_BYTES = 256, DIR_BYTES = 4096 };

struct left {
    struct store *store;
    int64_t id, run; /* id 0: none */
    uint64_t bytes;
    struct rx_buf name;
};

static int on_file(void *ctx, const struct store_warc *warc)
{
    struct left *l = ctx;
    if (warc->closed)
        return 0;
    l->id = warc->id;
    l->run = warc->run;
    l->bytes = warc->bytes;
    rx_buf_clear(&l->name);
    return rx_buf_add(&l->name, warc->name);
}

static int on_closed(void *ctx, struct rx_str name, uint64_t bytes)
{
    const struct left *l = ctx;
    (void)name;
    return store_warc_set(l->store, l->id, bytes, true);
}

static int finish_file(struct left *l, struct rx_err *err)
{
    char dir[DIR_BYTES];
    uint64_t cut = 0;
    struct warc_writer *w = NULL;
    const int n = snprintf(dir, sizeof dir, "%s/warc", store_dir(l->store));
    if (n < 0 || (size_t)n >= sizeof dir)
        return rx_fail(err, RX_EINVAL, "the case's path is too long");
    const struct warc_writer_opts opts = {.dir = dir, .run = l->run};
    int rc = store_begin(l->store, err);
    if (rc)
        return rc;
    rc = warc_writer_resume(&w, &opts, rx_buf_str(&l->name), l->bytes, &cut, NULL, on_closed, l,
                            err);
    if (!rc)
        rc = warc_writer_free(w, err);
    if (!rc)
        rc = store_commit(l->store, err);
    if (rc)
        store_rollback(l->store);
    else if (cut > 0)
        rx_log(RX_LOG_WARN, "%.*s: %llu bytes behind the last committed record were cut",
               RX_FMT(rx_buf_str(&l->name)), (unsigned long long)cut);
    return rc;
}

int finish_files(struct store *st, uint64_t *count, struct rx_err *err)
{
    struct left l = {.store = st, .name = RX_BUF(NAME_BYTES)};
    int rc;
    *count = 0;
    do {
        l.id = 0;
        rc = store_warc_scan(st, on_file, &l);
        if (rc)
            rc = rx_fail(err, rc, "cannot read the list of WARC files: %s", store_error(st));
        else if (l.id)
            rc = finish_file(&l, err);
        *count += !rc && l.id;
    } while (!rc && l.id);
    rx_buf_free(&l.name);
    return rc;
}

int finish_run(struct store *st, int64_t run, bool cut_short, struct rx_err *err)
{
    int rc = store_begin(st, err);
    if (rc)
        return rc;
    rc = store_run_close(st, run, cut_short, rx_wall_ms());
    if (rc)
        rc = rx_fail(err, rc, "cannot close the run: %s", store_error(st));
    else
        rc = store_commit(st, err);
    if (rc)
        store_rollback(st);
    return rc;
}
