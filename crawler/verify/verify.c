/* verify.c - the case against itself: database, audit log, WARC files, citations. See crawl.h.
 *
 * Nothing is changed and nothing is repaired. What the database does not know of yet (the tail of a
 * file still being written, a file opened by a run that was killed before it told anyone) was never
 * acknowledged and is no finding. */
#include "crawler/verify/verify_priv.h"

static void on_database(void *ctx, const char *finding)
{
    struct verify *v = ctx;
    verify_found(v, "%s/case.db: %s", store_dir(v->st), finding);
}

static int check_database(struct verify *v, struct rx_err *err)
{
    int rc = store_check(v->st, on_database, v);
    return rc < 0 ? rx_fail(err, rc, "%s", store_error(v->st)) : 0;
}

static int check_audit(struct verify *v, struct rx_err *err)
{
    char head[RX_SHA256_HEX + 1];
    uint64_t lines = 0;
    struct rx_err why = {0};
    int rc = store_audit_verify(v->st, head, &lines, &why);
    if (rc == RX_EDAMAGE) {
        verify_found(v, "%s", why.text);
        return 0;
    }
    return rc ? rx_fail(err, rc, "%s", why.text) : 0;
}

int crawl_verify(struct store *st, struct crawl_jail *jail,
                 void (*finding)(void *ctx, const char *sentence), void *ctx,
                 struct crawl_verify_report *report, struct rx_err *err)
{
    struct crawl_verify_report made = {0};
    struct verify v = {.st = st, .finding = finding, .ctx = ctx, .report = &made};
    int rc = check_database(&v, err);
    if (rc == 0)
        rc = check_audit(&v, err);
    if (rc == 0)
        rc = verify_files(&v, err);
    if (rc == 0)
        rc = verify_cites(&v, jail, err);
    if (rc == 0)
        *report = made;
    return rc;
}
