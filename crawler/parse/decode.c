/* decode.c - what was received to what was meant: chunks and content codings undone.
 *
 * Nothing here trusts a length. Output stops at limits->decoded_bytes and at the buffer's own
 * maximum, and once past 1 MiB at limits->ratio times the input. Archives and proxies undo codings
 * and leave the header fields standing, so a coding whose first bytes are not there is taken as
 * undone. */
#include "crawler/parse/parse.h"

#include <brotli/decode.h>
#define ZLIB_CONST /* next_in points to const */
#include <zlib.h>
#include <zstd.h>

enum { PIECE = 65536, RATIO_FROM = 1 << 20, CODINGS_MAX = 2, ZSTD_WINDOW_LOG = 23 };

const struct parse_limits parse_limits_default = {
    .decoded_bytes = (size_t)20 << 20,
    .ratio = 100,
    .read_bytes = (size_t)2 << 20,
    .depth = 512,
    .attributes = 256,
    .links = 6000,
    .attribute_bytes = 65536,
    .tags = 200000,
};

/* ---- chunked (RFC 9112 section 7.1) -------------------------------------------------------- */

/* Reads "1a2b;extension CRLF" at *at. False: no such line there. */
static bool chunk_size(struct rx_str s, size_t *at, size_t *size)
{
    size_t i = *at, value = 0;
    for (; i < s.n && rx_hex(s.p[i]) >= 0; i++) {
        if (value > SIZE_MAX / 32)
            return false;
        value = value * 16 + (size_t)rx_hex(s.p[i]);
    }
    ptrdiff_t newline = rx_str_chr(s, '\n', i);
    if (i == *at || newline < 0)
        return false;
    if (!rx_is_space(s.p[i]) && s.p[i] != ';')
        return false;
    *at = (size_t)newline + 1;
    *size = value;
    return true;
}

/* *whole: the last chunk was there. RX_EINVAL: not chunked at all. */
static int unchunk(struct rx_buf *out, bool *whole, struct rx_str s)
{
    size_t at = 0, size = 0;
    *whole = false;
    for (bool first = true;; first = false) {
        if (!chunk_size(s, &at, &size))
            return first && s.n ? RX_EINVAL : 0;
        if (size == 0) {
            *whole = true;
            return 0;
        }
        struct rx_str data = rx_str_sub(s, at, size > s.n - at ? s.n : at + size);
        int rc = rx_buf_add(out, data);
        if (rc || data.n < size)
            return rc;
        at += size;
        if (at < s.n && s.p[at] == '\r')
            at++;
        if (at < s.n && s.p[at] == '\n')
            at++;
    }
}

/* ---- codings ------------------------------------------------------------------------------- */

struct sink {
    struct rx_buf *out;
    size_t max;   /* of out->n */
    size_t input; /* bytes that came in */
    unsigned ratio;
};

/* Room for the next piece; NULL: a limit is reached or memory ran out (*rc). */
static char *sink_room(struct sink *s, size_t *room, int *rc)
{
    size_t left = s->max > s->out->n ? s->max - s->out->n : 0;
    if (s->out->n >= RATIO_FROM && s->out->n / s->ratio >= s->input + 1)
        left = 0;
    *room = left < PIECE ? left : PIECE;
    if (*room == 0)
        return NULL;
    char *p = rx_buf_room(s->out, *room);
    if (!p)
        *rc = RX_ENOMEM;
    return p;
}

static bool is_gzip(struct rx_str s)
{
    return rx_str_starts(s, RX_STR("\x1f\x8b"));
}

/* RFC 1950: CM 8 and a header that is a multiple of 31. */
static bool is_zlib(struct rx_str s)
{
    return s.n >= 2 && (s.p[0] & 0x0F) == 8 &&
           ((unsigned)(uint8_t)s.p[0] << 8 | (uint8_t)s.p[1]) % 31 == 0;
}

/* One zlib stream from in at *at. *end: it came to its end. */
static int inflate_stream(struct sink *s, struct rx_str in, size_t *at, int window, bool *end)
{
    z_stream z = {0};
    int rc = 0, state = Z_OK;
    *end = false;
    if (inflateInit2(&z, window) != Z_OK)
        return RX_ENOMEM;
    z.next_in = (const Bytef *)(in.p + *at);
    z.avail_in = (uInt)(in.n - *at);
    while (state == Z_OK) {
        size_t room;
        char *p = sink_room(s, &room, &rc);
        if (!p)
            break;
        z.next_out = (Bytef *)p;
        z.avail_out = (uInt)room;
        state = inflate(&z, Z_NO_FLUSH);
        s->out->n += room - z.avail_out;
    }
    *at = in.n - z.avail_in;
    *end = state == Z_STREAM_END;
    (void)inflateEnd(&z);
    return rc;
}

static int gunzip(struct sink *s, struct rx_str in, bool *whole)
{
    enum { GZIP_WINDOW = 15 + 16 };
    size_t at = 0;
    do {
        int rc = inflate_stream(s, in, &at, GZIP_WINDOW, whole);
        if (rc)
            return rc;
    } while (*whole && is_gzip(rx_str_sub(in, at, in.n)));
    return 0;
}

static int unbrotli(struct sink *s, struct rx_str in, bool *whole)
{
    BrotliDecoderState *b = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    if (!b)
        return RX_ENOMEM;
    const uint8_t *next_in = (const uint8_t *)in.p;
    size_t left = in.n;
    int rc = 0;
    BrotliDecoderResult state = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
    while (state == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
        size_t room;
        char *p = sink_room(s, &room, &rc);
        if (!p)
            break;
        uint8_t *next_out = (uint8_t *)p;
        size_t free_bytes = room;
        state = BrotliDecoderDecompressStream(b, &left, &next_in, &free_bytes, &next_out, NULL);
        s->out->n += room - free_bytes;
    }
    *whole = state == BROTLI_DECODER_RESULT_SUCCESS;
    BrotliDecoderDestroyInstance(b);
    return rc;
}

static int unzstd(struct sink *s, struct rx_str in, bool *whole)
{
    ZSTD_DCtx *z = ZSTD_createDCtx();
    if (!z)
        return RX_ENOMEM;
    /* RFC 9659: a web client need not support a window over 8 MB. */
    (void)ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
    ZSTD_inBuffer from = {in.p, in.n, 0};
    int rc = 0;
    size_t state = 1;
    *whole = false;
    for (bool more = true; more;) {
        size_t room;
        char *p = sink_room(s, &room, &rc);
        if (!p)
            break;
        ZSTD_outBuffer to = {p, room, 0};
        state = ZSTD_decompressStream(z, &to, &from);
        s->out->n += to.pos;
        more = !ZSTD_isError(state) && (from.pos < from.size || to.pos == to.size);
        *whole = state == 0;
    }
    (void)ZSTD_freeDCtx(z);
    return rc;
}

enum coding { CODING_NONE, CODING_GZIP, CODING_DEFLATE, CODING_BROTLI, CODING_ZSTD };

static int undo(struct rx_buf *out, bool *whole, enum coding coding, struct rx_str in,
                const struct parse_limits *limits)
{
    size_t max = limits->decoded_bytes < out->max ? limits->decoded_bytes : out->max;
    struct sink s = {.out = out, .max = max, .input = in.n, .ratio = limits->ratio};
    if (in.n > UINT32_MAX)
        return RX_EFULL;
    size_t at = 0;
    switch (coding) {
    case CODING_GZIP:
        if (is_gzip(in))
            return gunzip(&s, in, whole);
        break;
    case CODING_DEFLATE:
        return inflate_stream(&s, in, &at, is_zlib(in) ? 15 : -15, whole);
    case CODING_BROTLI:
        return unbrotli(&s, in, whole);
    case CODING_ZSTD:
        if (rx_str_starts(in, RX_STR("\x28\xb5\x2f\xfd")))
            return unzstd(&s, in, whole);
        break;
    default:
        break;
    }
    return 0;
}

/* Undoes one coding; if nothing comes out the bytes were never coded, and stay as they are. Brotli
 * and raw deflate have no magic number: markup that breaks their decoder was never coded. */
static int undo_or_keep(struct rx_buf *body, bool *cut, enum coding coding,
                        const struct parse_limits *limits)
{
    if (coding == CODING_NONE || body->n == 0)
        return 0;
    struct rx_buf out = RX_BUF(body->max);
    bool whole = false;
    int rc = undo(&out, &whole, coding, rx_buf_str(body), limits);
    bool plain = !whole && body->p[0] == '<';
    if (rc == 0 && !plain && (out.n || whole)) {
        struct rx_buf coded = rx_buf_take(body);
        *body = rx_buf_take(&out);
        rx_buf_free(&coded);
        *cut |= !whole;
    }
    rx_buf_free(&out);
    return rc;
}

/* ---- the list of codings ------------------------------------------------------------------- */

struct codings {
    enum coding list[CODINGS_MAX]; /* in the order in which they were applied */
    unsigned count;
    bool chunked, too_many;
};

static enum coding coding_of(struct rx_str name)
{
    static const struct {
        const char *name;
        enum coding coding;
    } names[] = {{"gzip", CODING_GZIP},
                 {"x-gzip", CODING_GZIP},
                 {"deflate", CODING_DEFLATE},
                 {"br", CODING_BROTLI},
                 {"zstd", CODING_ZSTD}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (rx_str_ieq(name, rx_str(names[i].name)))
            return names[i].coding;
    return CODING_NONE;
}

static void read_list(struct codings *c, struct rx_str list)
{
    while (list.n) {
        struct rx_str name, rest;
        (void)rx_str_cut(list, ',', &name, &rest);
        list = rest;
        name = rx_str_trim(name);
        enum coding coding = coding_of(name);
        if (rx_str_ieq(name, RX_STR("chunked")))
            c->chunked = true;
        if (coding == CODING_NONE)
            continue;
        if (c->count == CODINGS_MAX) {
            c->too_many = true;
            return;
        }
        c->list[c->count++] = coding;
    }
}

static struct codings read_head(struct rx_str head)
{
    struct codings c = {0};
    struct rx_str name, value;
    for (size_t at = 0; parse_header_next(head, &at, &name, &value);)
        if (rx_str_ieq(name, RX_STR("content-encoding")))
            read_list(&c, value);
    for (size_t at = 0; parse_header_next(head, &at, &name, &value);)
        if (rx_str_ieq(name, RX_STR("transfer-encoding")))
            read_list(&c, value);
    return c;
}

static int add_capped(struct rx_buf *out, bool *cut, struct rx_str s,
                      const struct parse_limits *limits)
{
    size_t max = limits->decoded_bytes < out->max ? limits->decoded_bytes : out->max;
    *cut |= s.n > max;
    return rx_buf_add(out, rx_str_sub(s, 0, max));
}

int parse_decode(struct rx_buf *body, bool *cut, struct rx_str head, struct rx_str received,
                 const struct parse_limits *limits, struct rx_err *err)
{
    struct codings codings = read_head(head);
    if (codings.too_many)
        return rx_fail(err, RX_EINVAL, "the body has more than %d content codings", CODINGS_MAX);
    struct rx_buf work = RX_BUF(received.n > body->max ? received.n : body->max);
    struct rx_buf plain = RX_BUF(body->max);
    bool broken = false, whole = true;
    int rc = RX_EINVAL;
    if (codings.chunked)
        rc = unchunk(&work, &whole, received);
    if (rc == RX_EINVAL) {
        rx_buf_clear(&work);
        whole = true;
        rc = rx_buf_add(&work, received);
    }
    broken = !whole;
    for (unsigned i = codings.count; i-- > 0 && rc == 0;)
        rc = undo_or_keep(&work, &broken, codings.list[i], limits);
    if (rc == 0)
        rc = add_capped(&plain, &broken, rx_buf_str(&work), limits);
    if (rc == 0) {
        rx_buf_free(body);
        *body = rx_buf_take(&plain);
        *cut = broken;
    } else {
        rc = rx_fail(err, rc, "no memory to decode a body of %zu bytes", received.n);
    }
    rx_buf_free(&plain);
    rx_buf_free(&work);
    return rc;
}
