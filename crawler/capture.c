/* capture.c - see capture.h.
 *
 * Tools order the records of a capture differently: wget writes the request first, rxmap the
 * response. So a request is kept until a response with its URL comes, and a response until a
 * record comes that is not part of it. */
#include "crawler/capture.h"

#include "base/clock.h"
#include "crawler/evidence/warc.h"
#include "crawler/parse/parse.h"

#include <stdlib.h>

enum {
    URI_MAX = 4096,
    FACTS_MAX = 49152, /* what stands around them in a metadata record of ours has room as well */
    STATUS_LEAST = 100,
    STATUS_MOST = 999
};

struct capture_reader {
    struct warc_reader *warc;
    struct capture *held;  /* waits for the rest of its records */
    struct rx_buf held_id; /* of its response record */
    uint64_t request_at, request_bytes;
    struct rx_buf request, request_uri; /* a request that came first */
    struct capture *ready;              /* held was complete when this one came */
    bool at_end;
    uint64_t records, skipped;
};

void capture_free(struct capture *c)
{
    if (!c)
        return;
    fetch_result_free(&c->result);
    rx_buf_free(&c->url_text);
    rx_buf_free(&c->facts);
    rx_buf_free(&c->rdap_of);
    rx_buf_free(&c->uri);
    rx_buf_free(&c->media_type);
    rx_buf_free(&c->payload);
    free(c);
}

static struct capture *capture_new(void)
{
    struct capture *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->url_text = RX_BUF(RX_URL_MAX + 1);
    c->facts = RX_BUF(FACTS_MAX);
    c->rdap_of = RX_BUF(URI_MAX);
    c->uri = RX_BUF(URI_MAX);
    c->media_type = RX_BUF(URI_MAX);
    c->payload = RX_BUF(WARC_MESSAGE_MAX);
    c->result.request = c->result.head = c->result.body = RX_BUF(WARC_MESSAGE_MAX);
    c->result.outcome = RX_OUT_OK;
    return c;
}

/* Some WARC 1.0 writers put the URI between angle brackets. */
static struct rx_str bare(struct rx_str uri)
{
    if (uri.n > 1 && uri.p[0] == '<' && uri.p[uri.n - 1] == '>')
        return rx_str_sub(uri, 1, uri.n - 1);
    return uri;
}

static int set_url(struct capture *c, struct rx_str uri)
{
    struct rx_buf text = RX_BUF(RX_URL_MAX + 1), key = RX_BUF(RX_URL_MAX + 1);
    struct rx_url url;
    int rc = rx_url_parse(&url, &text, uri, NULL);
    if (!rc)
        rc = rx_url_fetch_key(&key, &url);
    if (!rc)
        rc = rx_url_parse(&c->url, &c->url_text, rx_buf_str(&key), NULL);
    rx_buf_free(&text);
    rx_buf_free(&key);
    return rc;
}

static int64_t date_of(const struct warc_record *w)
{
    int64_t when = 0;
    return rx_time_parse(&when, w->date) == RX_OK ? when : 0;
}

/* ---- metadata
 * ------------------------------------------------------------------------------------- */

static uint32_t number(struct rx_str value)
{
    uint64_t n;
    return rx_str_u64(value, &n) && n < UINT32_MAX ? (uint32_t)n : 0;
}

static enum rx_outcome outcome_of(struct rx_str name)
{
    for (int i = RX_OUT_OK; i < RX_OUT_COUNT; i++)
        if (rx_str_eq(name, rx_str(rx_outcome_name((enum rx_outcome)i))))
            return (enum rx_outcome)i;
    return RX_OUT_OK;
}

static void copy_text(char *out, size_t size, struct rx_str s)
{
    const size_t n = s.n < size ? s.n : size - 1;
    if (n > 0)
        memcpy(out, s.p, n);
    out[n] = '\0';
}

static void take_via(struct capture *c, struct rx_str word)
{
    c->is_robots = false;
    for (int k = RX_LINK_A; k < RX_LINK_COUNT; k++)
        if (rx_str_eq(word, rx_str(rx_link_name((enum rx_link)k))))
            c->via_kind = (enum rx_link)k;
}

static int take_line(struct capture *c, struct rx_str line)
{
    struct rx_str name, value;
    if (!rx_str_cut(line, ':', &name, &value))
        return RX_OK;
    value = rx_str_trim(value);
    if (rx_str_starts(name, RX_STR("fact-")))
        return rx_buf_addf(&c->facts, "%.*s: %.*s\r\n", RX_FMT(name), RX_FMT(value));
    if (rx_str_eq(name, RX_STR("rdap-of"))) {
        rx_buf_clear(&c->rdap_of);
        return rx_buf_add(&c->rdap_of, value);
    }
    if (rx_str_eq(name, RX_STR("stays"))) {
        c->stays = true;
        c->elsewhere = rx_str_eq(value, RX_STR("elsewhere"));
    } else if (rx_str_eq(name, RX_STR("via-kind")))
        take_via(c, value);
    else if (rx_str_eq(name, RX_STR("depth")))
        c->depth = number(value);
    else if (rx_str_eq(name, RX_STR("hops")))
        c->hops = number(value);
    else if (rx_str_eq(name, RX_STR("redirects")))
        c->redirects = number(value);
    else if (rx_str_eq(name, RX_STR("fetchTimeMs")))
        c->result.took_ms = number(value);
    else if (rx_str_eq(name, RX_STR("outcome")))
        c->result.outcome = outcome_of(value);
    else if (rx_str_eq(name, RX_STR("reason")))
        copy_text(c->result.reason, sizeof c->result.reason, value);
    return RX_OK;
}

static int take_metadata(struct capture *c, struct rx_str block)
{
    int rc = RX_OK;
    while (block.n > 0 && !rc) {
        struct rx_str line;
        rx_str_cut(block, '\n', &line, &block);
        rc = take_line(c, rx_str_trim(line));
    }
    return rc;
}

/* ---- responses
 * --------------------------------------------------------------------------------------- */

static int status_of(struct rx_str head)
{
    struct rx_str version, rest;
    uint64_t status;
    if (!rx_str_istarts(head, RX_STR("HTTP/")) || !rx_str_cut(head, ' ', &version, &rest) ||
        !rx_str_u64(rx_str_sub(rx_str_trim(rx_str_sub(rest, 0, 4)), 0, 3), &status) ||
        status < STATUS_LEAST || status > STATUS_MOST)
        return 0;
    return (int)status;
}

static enum rx_cut cut_of(struct rx_str word)
{
    for (int i = RX_CUT_LENGTH; i <= RX_CUT_DISCONNECT; i++)
        if (rx_str_ieq(word, rx_str(rx_cut_name((enum rx_cut)i))))
            return (enum rx_cut)i;
    return word.n > 0 ? RX_CUT_LENGTH : RX_CUT_NONE;
}

static void take_tls(struct capture *c, struct rx_str header)
{
    size_t at = 0;
    struct rx_str name, value;
    while (parse_header_next(header, &at, &name, &value))
        if (rx_str_ieq(name, RX_STR("WARC-Protocol")) && rx_str_istarts(value, RX_STR("tls")))
            copy_text(c->result.tls.protocol, sizeof c->result.tls.protocol, value);
    copy_text(c->result.tls.cipher, sizeof c->result.tls.cipher,
              parse_header(header, "WARC-Cipher-Suite"));
}

static int take_response(struct capture *c, const struct warc_record *w)
{
    struct fetch_result *r = &c->result;
    struct rx_str head, body;
    warc_http_split(w->block, &head, &body);
    int rc = set_url(c, bare(w->uri));
    if (rc)
        return rc;
    c->kind = CAPTURE_EXCHANGE;
    c->is_robots = rx_str_eq(c->url.path, RX_STR("/robots.txt"));
    c->via_kind = RX_LINK_A;
    c->response_at = w->ref.offset;
    c->response_bytes = w->ref.bytes;
    c->when_ms = r->started_ms = date_of(w);
    r->status = status_of(head);
    if (r->status == 0)
        return RX_EINVAL;
    r->cut = w->cut ? RX_CUT_LENGTH : cut_of(parse_header(w->header, "WARC-Truncated"));
    if (r->cut != RX_CUT_NONE)
        r->outcome = RX_OUT_TRUNCATED;
    copy_text(r->ip, sizeof r->ip, parse_header(w->header, "WARC-IP-Address"));
    take_tls(c, w->header);
    rc = rx_buf_add(&r->head, head);
    return rc ? rc : rx_buf_add(&r->body, body);
}

static int take_resource(struct capture *c, const struct warc_record *w)
{
    c->when_ms = date_of(w);
    c->response_at = w->ref.offset;
    c->response_bytes = w->ref.bytes;
    const struct rx_str failed = RX_STR("rxmap:failed:"), uri = bare(w->uri);
    if (rx_str_starts(uri, failed)) {
        c->kind = CAPTURE_FAILURE;
        c->result.started_ms = c->when_ms;
        const int rc = set_url(c, rx_str_sub(uri, failed.n, uri.n));
        if (rc)
            return rc;
        c->is_robots = rx_str_eq(c->url.path, RX_STR("/robots.txt"));
        c->via_kind = RX_LINK_A;
        return take_metadata(c, w->block);
    }
    c->kind = CAPTURE_RESOURCE;
    int rc = rx_buf_add(&c->uri, uri);
    if (!rc)
        rc = rx_buf_add(&c->media_type, parse_header(w->header, "Content-Type"));
    return rc ? rc : rx_buf_add(&c->payload, w->block);
}

/* ---- the stream
 * ----------------------------------------------------------------------------------------- */

int capture_open(struct capture_reader **out, const char *path, struct rx_err *err)
{
    struct capture_reader *r = calloc(1, sizeof *r);
    if (!r)
        return rx_fail(err, RX_ENOMEM, "no memory to read %s", path);
    r->held_id = RX_BUF(URI_MAX);
    r->request = RX_BUF(WARC_MESSAGE_MAX);
    r->request_uri = RX_BUF(URI_MAX);
    const int rc = warc_reader_open(&r->warc, path, WARC_MESSAGE_MAX, err);
    if (rc) {
        free(r);
        return rc;
    }
    *out = r;
    return RX_OK;
}

void capture_close(struct capture_reader *r)
{
    if (!r)
        return;
    warc_reader_close(r->warc);
    capture_free(r->held);
    capture_free(r->ready);
    rx_buf_free(&r->held_id);
    rx_buf_free(&r->request);
    rx_buf_free(&r->request_uri);
    free(r);
}

uint64_t capture_records(const struct capture_reader *r)
{
    return r->records;
}

uint64_t capture_skipped(const struct capture_reader *r)
{
    return r->skipped;
}

static bool belongs_to_held(const struct capture_reader *r, const struct warc_record *w)
{
    return r->held && w->concurrent_to.n > 0 &&
           rx_str_eq(w->concurrent_to, rx_buf_str(&r->held_id));
}

static int on_request(struct capture_reader *r, const struct warc_record *w)
{
    if (belongs_to_held(r, w) && r->held->result.request.n == 0) {
        r->held->request_at = w->ref.offset;
        r->held->request_bytes = w->ref.bytes;
        return rx_buf_add(&r->held->result.request, w->block);
    }
    r->request_at = w->ref.offset;
    r->request_bytes = w->ref.bytes;
    rx_buf_clear(&r->request);
    rx_buf_clear(&r->request_uri);
    int rc = rx_buf_add(&r->request_uri, bare(w->uri));
    if (!rc)
        rc = rx_buf_add(&r->request, w->block);
    if (rc)
        rx_buf_clear(&r->request);
    return rc;
}

/* Takes c over. What was held is complete. */
static void hold(struct capture_reader *r, struct capture *c, struct rx_str id)
{
    r->ready = r->held;
    r->held = c;
    rx_buf_clear(&r->held_id);
    if (rx_buf_add(&r->held_id, id))
        rx_buf_clear(&r->held_id); /* an id that long belongs to nothing */
}

static int on_capture(struct capture_reader *r, const struct warc_record *w, bool is_response)
{
    struct capture *c = capture_new();
    if (!c)
        return RX_ENOMEM;
    int rc = is_response ? take_response(c, w) : take_resource(c, w);
    if (!rc && is_response && r->request.n > 0 &&
        rx_str_eq(rx_buf_str(&r->request_uri), bare(w->uri))) {
        rc = rx_buf_add(&c->result.request, rx_buf_str(&r->request));
        c->request_at = r->request_at;
        c->request_bytes = r->request_bytes;
        rx_buf_clear(&r->request);
    }
    if (rc) {
        capture_free(c);
        return rc;
    }
    hold(r, c, w->id);
    return RX_OK;
}

static int take_record(struct capture_reader *r, const struct warc_record *w)
{
    if (rx_str_eq(w->type, RX_STR("response")))
        return on_capture(r, w, true);
    if (rx_str_eq(w->type, RX_STR("resource")))
        return on_capture(r, w, false);
    if (rx_str_eq(w->type, RX_STR("request")))
        return on_request(r, w);
    if (rx_str_eq(w->type, RX_STR("metadata"))) {
        if (belongs_to_held(r, w))
            return take_metadata(r->held, w->block);
        r->skipped++;
        return RX_OK;
    }
    r->skipped += !rx_str_eq(w->type, RX_STR("warcinfo"));
    return RX_OK;
}

/* What a stranger's record holds is no reason to end: not http, not HTTP, longer than anything of
 * use here, it is counted and left out. */
static int on_record(struct capture_reader *r, const struct warc_record *w)
{
    r->records++;
    const int rc = take_record(r, w);
    if (rc == RX_OK || rc == RX_ENOMEM)
        return rc;
    r->skipped++;
    return RX_OK;
}

int capture_next(struct capture_reader *r, struct capture **out, struct rx_err *err)
{
    while (!r->ready && !r->at_end) {
        struct warc_record w;
        int rc = warc_reader_next(r->warc, &w, err);
        if (rc < 0)
            return rc;
        if (rc == 0) {
            r->at_end = true;
            r->ready = r->held;
            r->held = NULL;
            break;
        }
        rc = on_record(r, &w);
        if (rc)
            return rx_fail(err, rc, "no memory for a record");
    }
    if (!r->ready)
        return 0;
    *out = r->ready;
    r->ready = NULL;
    return 1;
}
