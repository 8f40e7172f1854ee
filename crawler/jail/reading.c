/* reading.c - the whole job of a worker: received bytes to a reading. What crosses the socket is in
 * reading_wire.c. */
#include "crawler/jail/reading.h"

#include "crawler/facts/rdap_read.h"
#include "crawler/frontier/robots.h"
#include "crawler/jail/reading_cites.h"
#include "crawler/jail/reading_kinds.h"
#include "crawler/jail/reading_mail.h"
#include "crawler/jail/reading_wire.h"
#include "crawler/lists/finds.h"
#include "crawler/lists/list_json.h"
#include "crawler/parse/parse.h"

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

/* What the head says was done to the text is not undone: it broke off before its first byte came
 * out, or was never done. Chunks always are: their frame takes room. */
static bool is_still_coded(struct rx_str head, struct rx_str received, struct rx_str text)
{
    if (parse_header(head, "content-encoding").n == 0)
        return parse_header(head, "transfer-encoding").n > 0 && rx_str_eq(received, text);
    for (size_t i = 0; i < text.n && i < ROBOTS_LINE_MAX; i++)
        if ((uint8_t)text.p[i] < ' ' && !rx_is_space(text.p[i]))
            return true;
    return false;
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
    r->decoded_cut |= is_still_coded(job->head, job->received, decoded);
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

/* A registry's word on the domain that was asked for. */
static int read_rdap(struct reading *r, struct rx_arena *arena, const struct read_job *job,
                     struct rx_str decoded, struct rx_err *err)
{
    struct rx_buf lines = RX_BUF(RDAP_LINES_MAX);
    int rc = rdap_read(&lines, decoded, job->agent, err);
    if (!rc) {
        r->finds = rx_arena_dup(arena, rx_buf_str(&lines));
        r->status = READ_OK;
        if (!r->finds.p)
            rc = rx_fail(err, RX_EFULL, "the answer needs more than %zu bytes", arena->max);
    }
    rx_buf_free(&lines);
    return rc;
}

static int read_message(struct reading *r, struct rx_arena *arena, const struct extractor *x,
                        const struct read_job *job, struct rx_buf *body, struct rx_err *err)
{
    int rc =
        parse_decode(body, &r->decoded_cut, job->head, job->received, &parse_limits_default, err);
    if (rc)
        return rc;
    const struct rx_str decoded = rx_buf_str(body);
    r->sha256 = rx_sha256(decoded);
    r->decoded_bytes = body->n;
    r->media_type = dup_lower(arena, parse_media_type(job->head), READING_TYPE_MAX);
    if (job->kind == READ_RDAP)
        return read_rdap(r, arena, job, decoded, err);
    if (job->kind == READ_ROBOTS)
        return read_robots(r, arena, x, job, decoded, err);
    if (job->kind == READ_CITES)
        return check_cites(r, arena, x, job, decoded, err);
    return reading_kind_of(job, decoded)(r, arena, x, job, decoded, err);
}

/* What an investigator handed over: no message of a server, so nothing is to be undone first. */
static int read_list(struct reading *r, struct rx_arena *arena, const struct extractor *x,
                     const struct read_job *job, struct rx_err *err)
{
    struct rx_buf finds = RX_BUF(FINDS_MAX);
    int rc;
    if (job->kind == READ_MAIL)
        rc = reading_mail(&finds, x, job->received, err);
    else if (rx_str_eq(job->agent, RX_STR("stix")))
        rc = list_json_stix(&finds, job->received, err);
    else if (rx_str_eq(job->agent, RX_STR("misp")))
        rc = list_json_misp(&finds, job->received, err);
    else
        rc = list_json_lines(&finds, job->received, err);
    if (!rc) {
        r->finds = rx_arena_dup(arena, rx_buf_str(&finds));
        r->status = READ_OK;
        if (!r->finds.p)
            rc = rx_fail(err, RX_EFULL, "the list needs more than %zu bytes", arena->max);
    }
    rx_buf_free(&finds);
    return rc;
}

int reading_make(struct reading *out, struct rx_arena *arena, const struct extractor *x,
                 const struct read_job *job, struct rx_err *err)
{
    struct reading r = {.status = READ_FAILED, .reader = rx_str(READER_NONE)};
    struct rx_err why = {0};
    struct rx_buf body = RX_BUF(parse_limits_default.decoded_bytes);
    int rc = 0;
    if (job->kind == READ_MAIL || job->kind == READ_LIST)
        rc = read_list(&r, arena, x, job, &why);
    else
        rc = read_message(&r, arena, x, job, &body, &why);
    rx_buf_free(&body);
    if (rc == RX_ENOMEM)
        return rx_fail(err, rc, "%s", why.text);
    if (rc)
        (void)failed(&r, arena, &why);
    *out = r;
    return 0;
}
