/* warc_read.c - see warc.h: WARC files of any tool, one record at a time.
 *
 * A record is header, block, two line ends. The block is framed by Content-Length alone: whatever
 * stands in it, a whole WARC file too, is content. Both digests are checked while the block is
 * read. Memory: the header's cap plus the reader's max_block. */
#include "crawler/evidence/warc.h"

#include "crawler/evidence/warc_digest.h"
#include "crawler/evidence/warc_source.h"

#include <stdlib.h>

enum { HEADER_MAX = 65536 };

struct warc_reader {
    struct warc_source *source;
    struct rx_buf header, block;
    uint64_t at;    /* where the record being read starts */
    bool fresh;     /* it starts its member */
    uint64_t size;  /* what it claims */
    uint64_t blown; /* of this file so far: WARC_BLOWN_MAX */
};

int warc_reader_open(struct warc_reader **out, const char *path, size_t max_block,
                     struct rx_err *err)
{
    struct warc_reader *r = calloc(1, sizeof *r);
    if (!r)
        return rx_fail(err, RX_ENOMEM, "%s: out of memory", path);
    r->header = RX_BUF(HEADER_MAX);
    r->block = RX_BUF(max_block);
    int rc = warc_source_open(&r->source, path, err);
    if (rc) {
        free(r);
        return rc;
    }
    *out = r;
    return 0;
}

void warc_reader_close(struct warc_reader *r)
{
    if (!r)
        return;
    warc_source_close(r->source);
    rx_buf_free(&r->header);
    rx_buf_free(&r->block);
    free(r);
}

static int damage(const struct warc_reader *r, const char *what, struct rx_err *err)
{
    return rx_fail(err, RX_EDAMAGE, "%s: offset %llu: %s", warc_source_path(r->source),
                   (unsigned long long)r->at, what);
}

/* Peeks; the end of the file is damage here. */
static int need(struct warc_reader *r, struct rx_str *bytes, struct rx_err *err)
{
    int rc = warc_source_peek(r->source, bytes, err);
    if (rc)
        return rc;
    return bytes->n ? 0 : damage(r, "the file ends inside this record", err);
}

/* Reads up to and with the first empty line. A line at a time, so that the end may straddle two
 * windows. */
static int read_header(struct warc_reader *r, struct rx_err *err)
{
    rx_buf_clear(&r->header);
    for (;;) {
        struct rx_str bytes;
        int rc = need(r, &bytes, err);
        if (rc)
            return rc;
        ptrdiff_t end = rx_str_chr(bytes, '\n', 0);
        size_t take = end < 0 ? bytes.n : (size_t)end + 1;
        rc = rx_buf_add(&r->header, rx_str_sub(bytes, 0, take));
        if (rc == RX_EFULL)
            return damage(r, "the record's header is longer than 64 KiB", err);
        if (rc)
            return rx_fail(err, rc, "%s: out of memory", warc_source_path(r->source));
        warc_source_skip(r->source, take);
        if (rx_str_ends(rx_buf_str(&r->header), RX_STR("\r\n\r\n")))
            return 0;
        if (r->header.n >= 5 && !rx_str_starts(rx_buf_str(&r->header), RX_STR("WARC/")))
            return damage(r, "no WARC record begins here", err);
    }
}

/* First value of a field; folded lines are not joined (nobody writes them). */
static struct rx_str field(struct rx_str header, struct rx_str name)
{
    struct rx_str line, key, value;
    while (header.n) {
        (void)rx_str_cut(header, '\n', &line, &header);
        if (rx_str_cut(line, ':', &key, &value) && rx_str_ieq(rx_str_trim(key), name))
            return rx_str_trim(value);
    }
    return (struct rx_str){0};
}

static int read_fields(struct warc_reader *r, struct warc_record *rec, struct rx_err *err)
{
    struct rx_str h = rx_buf_str(&r->header);
    *rec = (struct warc_record){.header = h,
                                .type = field(h, RX_STR("WARC-Type")),
                                .uri = field(h, RX_STR("WARC-Target-URI")),
                                .date = field(h, RX_STR("WARC-Date")),
                                .id = field(h, RX_STR("WARC-Record-ID")),
                                .concurrent_to = field(h, RX_STR("WARC-Concurrent-To"))};
    if (rec->uri.n >= 2 && rec->uri.p[0] == '<' && rec->uri.p[rec->uri.n - 1] == '>')
        rec->uri = rx_str_sub(rec->uri, 1, rec->uri.n - 1); /* wget, by the letter of WARC 1.0 */
    if (rec->type.n == 0)
        return damage(r, "the record has no WARC-Type", err);
    if (!rx_str_u64(field(h, RX_STR("Content-Length")), &r->size))
        return damage(r, "the record has no Content-Length that is a number", err);
    if (r->size > WARC_CLAIM_MAX)
        return damage(r, "the record claims to be longer than 8 GiB", err);
    return 0;
}

static bool is_blown(const struct warc_reader *r, uint64_t done)
{
    return done > WARC_MESSAGE_MAX && done / WARC_BLOW_RATIO > warc_source_packed(r->source);
}

static int read_block(struct warc_reader *r, struct warc_record *rec, struct rx_err *err)
{
    struct warc_digest digest;
    int rc = 0;
    rx_buf_clear(&r->block);
    warc_digest_begin(&digest, field(rec->header, RX_STR("WARC-Block-Digest")));
    for (uint64_t left = r->size; left > 0 && rc == 0;) {
        struct rx_str bytes;
        rc = need(r, &bytes, err);
        if (rc)
            break;
        bytes = rx_str_sub(bytes, 0, left < bytes.n ? (size_t)left : bytes.n);
        warc_digest_add(&digest, bytes);
        struct rx_str kept = rx_str_sub(bytes, 0, r->block.max - r->block.n);
        rec->cut |= kept.n < bytes.n;
        rc = rx_buf_add(&r->block, kept);
        if (rc)
            (void)rx_fail(err, rc, "%s: out of memory", warc_source_path(r->source));
        warc_source_skip(r->source, bytes.n);
        left -= bytes.n;
        if (rc == 0 && r->blown + (r->size - left) > WARC_BLOWN_MAX && is_blown(r, r->size - left))
            rc = damage(r, "the record unpacks to hundreds of times what it takes", err);
    }
    if (is_blown(r, r->size))
        r->blown += r->size;
    rec->block_digest = warc_digest_end(&digest);
    rec->block = rx_buf_str(&r->block);
    return rc;
}

static int read_end(struct warc_reader *r, struct warc_record *rec, struct rx_err *err)
{
    static const char end[4] = "\r\n\r\n";
    for (size_t i = 0; i < sizeof end; i++) {
        struct rx_str bytes;
        int rc = need(r, &bytes, err);
        if (rc)
            return rc;
        if (bytes.p[0] != end[i])
            return damage(r, "the record does not end where its Content-Length says", err);
        warc_source_skip(r->source, 1);
    }
    bool ends = false;
    uint64_t bytes = 0;
    int rc = warc_source_ends(r->source, r->at, &ends, &bytes, &rec->ref.member, err);
    rec->ref.offset = r->at;
    rec->ref.bytes = r->fresh && ends ? bytes : 0;
    return rc;
}

/* ---- the payload's digest ------------------------------------------------------------------- */

/* Next chunk of a chunked body (RFC 9112 section 7.1); false at the end or at nonsense. */
static bool next_chunk(struct rx_str *body, struct rx_str *chunk)
{
    struct rx_str line, rest;
    uint64_t size = 0;
    if (!rx_str_cut(*body, '\n', &line, &rest))
        return false;
    size_t i = 0;
    for (; i < line.n && rx_hex(line.p[i]) >= 0; i++) {
        if (size > WARC_CLAIM_MAX)
            return false;
        size = size * 16 + (uint64_t)rx_hex(line.p[i]);
    }
    if (i == 0 || size == 0 || size > rest.n)
        return false;
    *chunk = rx_str_sub(rest, 0, (size_t)size);
    rest = rx_str_sub(rest, (size_t)size, rest.n);
    *body = rx_str_starts(rest, RX_STR("\r\n")) ? rx_str_sub(rest, 2, rest.n) : rest;
    return true;
}

/* The bytes after the head as stored, which is what warcio and wget (and we) digest; failing that,
 * without the chunks, which is what the standard's words say and Heritrix does. */
static int check_http(struct rx_str label, struct rx_str block)
{
    struct rx_str head, body, chunk;
    struct warc_digest digest;
    warc_http_split(block, &head, &body);
    warc_digest_begin(&digest, label);
    warc_digest_add(&digest, body);
    int result = warc_digest_end(&digest);
    if (result != 0 || rx_str_ifind(head, RX_STR("\ntransfer-encoding:"), 0) < 0)
        return result;
    warc_digest_begin(&digest, label);
    while (next_chunk(&body, &chunk))
        warc_digest_add(&digest, chunk);
    return warc_digest_end(&digest);
}

static void check_payload(struct warc_record *rec)
{
    struct rx_str label = field(rec->header, RX_STR("WARC-Payload-Digest"));
    rec->payload_digest = -1;
    /* A revisit's digest is that of the payload it does not repeat. */
    if (label.n == 0 || rec->cut || rx_str_eq(rec->type, RX_STR("revisit")))
        return;
    if (rx_str_istarts(field(rec->header, RX_STR("Content-Type")), RX_STR("application/http"))) {
        rec->payload_digest = check_http(label, rec->block);
        return;
    }
    struct warc_digest digest;
    warc_digest_begin(&digest, label);
    warc_digest_add(&digest, rec->block);
    rec->payload_digest = warc_digest_end(&digest);
}

int warc_reader_next(struct warc_reader *r, struct warc_record *record, struct rx_err *err)
{
    struct warc_record rec;
    struct rx_str bytes;
    int rc = warc_source_peek(r->source, &bytes, err);
    if (rc || bytes.n == 0)
        return rc;
    r->at = warc_source_at(r->source, &r->fresh);
    rc = read_header(r, err);
    if (rc == 0)
        rc = read_fields(r, &rec, err);
    if (rc == 0)
        rc = read_block(r, &rec, err);
    if (rc == 0)
        rc = read_end(r, &rec, err);
    if (rc)
        return rc;
    check_payload(&rec);
    *record = rec;
    return 1;
}

int warc_reader_at(struct warc_reader *r, uint64_t offset, struct warc_record *record,
                   struct rx_err *err)
{
    int rc = warc_source_seek(r->source, offset, err);
    if (rc)
        return rc;
    r->at = offset;
    rc = warc_reader_next(r, record, err);
    return rc ? rc : damage(r, "the file ends here, a record was to begin", err);
}

void warc_http_split(struct rx_str block, struct rx_str *head, struct rx_str *body)
{
    size_t end = block.n;
    for (ptrdiff_t at = -1; (at = rx_str_chr(block, '\n', (size_t)(at + 1))) >= 0;) {
        size_t next = (size_t)at + 1;
        if (next < block.n && block.p[next] == '\r')
            next++;
        if (next < block.n && block.p[next] == '\n') {
            end = next + 1;
            break;
        }
    }
    *head = rx_str_sub(block, 0, end);
    *body = rx_str_sub(block, end, block.n);
}
