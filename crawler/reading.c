/* reading.c - the whole job of a worker: received bytes to a reading. What crosses the socket is in
 * reading_wire.c. */
#include "crawler/reading.h"

#include "crawler/parse/parse.h"
#include "crawler/reading_cites.h"
#include "crawler/reading_kinds.h"
#include "crawler/reading_wire.h"
#include "crawler/robots.h"

static struct rx_str dup_lower(struct rx_arena *arena, struct rx_str s, size_t max)
{
    s = rx_str_sub(s, 0, max);
    char *p = rx_arena_alloc(arena, s.n + 1);
    if (!p)
        return (struct rx_str){0};
    for (size_t i = 0; i < s.n; i++)
        p[i] = rx_lower(s.p[i]);
    return rx_strn(p, s.n);
}

static int failed(struct reading *r, struct rx_arena *arena, const struct rx_err *err)
{
    r->status = READ_FAILED;
    r->reader = rx_str(READER_NONE);
    r->reason = rx_arena_dup(arena, rx_str_sub(rx_str(err->text), 0, READING_REASON_MAX));
    if (!r->reason.p) /* the arena is full, and that is the reason */
        r->reason = RX_STR("the page needs more memory than a page may have");
    return 0;
}

/* Its rules; and what any reader would say of it. */
static int read_robots(struct reading *r, struct rx_arena *arena, const struct extractor *x,
                       const struct read_job *job, struct rx_str decoded, struct rx_err *err)
{
    struct rx_buf rules = RX_BUF(READING_ROBOTS_MAX);
    int rc = robots_compile(&rules, decoded, job->agent);
    if (rc) {
        rc = rx_fail(err, rc, "robots.txt cannot be compiled: error %d", rc);
    } else {
        r->robots = rx_arena_dup(arena, rx_buf_str(&rules));
        if (!r->robots.p)
            rc = rx_fail(err, RX_EFULL, "the rules of robots.txt need more than %zu bytes",
                         arena->max);
    }
    rx_buf_free(&rules);
    if (rc)
        return rc;
    /* A robots.txt is obeyed even where nothing else can be read of it. */
    rc = reading_kind_of(job, decoded)(r, arena, x, job, decoded, err);
    if (rc)
        r->status = READ_NOT_HTML;
    return rc == RX_ENOMEM ? rc : 0;
}

static int check_cites(struct reading *r, struct rx_arena *arena, const struct extractor *x,
                       const struct read_job *job, struct rx_str decoded, struct rx_err *err)
{
    struct reading again = {0};
    int rc = reading_cites(r, arena, job, decoded, err);
    if (rc || !reading_cites_settle(r, job, NULL))
        return rc;
    rc = reading_kind_of(job, decoded)(&again, arena, x, job, decoded, err);
    if (rc == 0)
        (void)reading_cites_settle(r, job, &again.marks);
    return rc;
}

int reading_make(struct reading *out, struct rx_arena *arena, const struct extractor *x,
                 const struct read_job *job, struct rx_err *err)
{
    struct reading r = {.status = READ_FAILED, .reader = rx_str(READER_NONE)};
    struct rx_err why = {0};
    struct rx_buf body = RX_BUF(parse_limits_default.decoded_bytes);
    int rc =
        parse_decode(&body, &r.decoded_cut, job->head, job->received, &parse_limits_default, &why);
    if (rc == 0) {
        r.sha256 = rx_sha256(rx_buf_str(&body));
        r.decoded_bytes = body.n;
        r.media_type = dup_lower(arena, parse_media_type(job->head), READING_TYPE_MAX);
        if (job->kind == READ_ROBOTS)
            rc = read_robots(&r, arena, x, job, rx_buf_str(&body), &why);
        else if (job->kind == READ_CITES)
            rc = check_cites(&r, arena, x, job, rx_buf_str(&body), &why);
        else
            rc =
                reading_kind_of(job, rx_buf_str(&body))(&r, arena, x, job, rx_buf_str(&body), &why);
    }
    rx_buf_free(&body);
    if (rc == RX_ENOMEM)
        return rx_fail(err, rc, "%s", why.text);
    if (rc)
        (void)failed(&r, arena, &why);
    *out = r;
    return 0;
}
