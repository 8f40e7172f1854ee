/* charset.c - see charset.h. Single-byte encodings become tables of 128 code points at start; the
 * multi-byte ones keep an open iconv descriptor and are read character by character, ASCII aside.
 * The state below is written by charset_init() only (a descriptor's shift state is reset by each
 * page), so one thread at a time may decode: a worker of the jail has one. */
#include "crawler/parse/charset.h"

#include "base/escape.h"
#include "crawler/parse/token.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <uchardet.h>

enum { PRESCAN_BYTES = 1024, DETECT_BYTES = 65536, REPLACEMENT = 0xFFFD };

static uint16_t high_half[CHARSET_COUNT][128];
static iconv_t descriptors[CHARSET_COUNT];
static bool ready;

/* ---- tables, while files can still be read ------------------------------------------------- */

/* The code point of one byte; C1 controls stand for themselves where the table has a hole. */
static uint16_t ask_byte(iconv_t cd, uint8_t byte)
{
    char in = (char)byte, wide[8] = {0};
    char *from = &in, *to = wide;
    size_t in_left = 1, out_left = sizeof wide;
    (void)iconv(cd, NULL, NULL, NULL, NULL);
    size_t rc = iconv(cd, &from, &in_left, &to, &out_left);
    if (rc != (size_t)-1) /* some converters hold a base character back */
        rc = iconv(cd, NULL, NULL, &to, &out_left);
    if (rc == (size_t)-1 || out_left != sizeof wide - 2)
        return byte < 0xA0 ? byte : REPLACEMENT;
    return (uint16_t)((uint8_t)wide[0] | (uint8_t)wide[1] << 8);
}

static int load(const struct charset *c, struct rx_err *err)
{
    if (!c->iconv)
        return 0;
    bool single = c->kind == CHARSET_SINGLE;
    iconv_t cd = iconv_open(single ? "UTF-16LE" : "UTF-8", c->iconv);
    if (cd == (iconv_t)-1)
        return rx_fail(err, RX_ENOENT,
                       "iconv cannot read %s: the C library's gconv modules are "
                       "missing (package libc6)",
                       c->iconv);
    if (!single) {
        descriptors[c->index] = cd;
        return 0;
    }
    for (unsigned i = 0; i < 128; i++)
        high_half[c->index][i] = ask_byte(cd, (uint8_t)(128 + i));
    (void)iconv_close(cd);
    return 0;
}

int charset_init(struct rx_err *err)
{
    for (unsigned i = 0; i < CHARSET_COUNT && !ready; i++) {
        int rc = load(charset_at(i), err);
        if (rc)
            return rc;
    }
    ready = true;
    return 0;
}

/* ---- decoding ------------------------------------------------------------------------------ */

struct decoder {
    struct rx_arena *arena;
    struct rx_str body;
    size_t at; /* in body */
    char *out;
    size_t n;
    struct charset_run *runs;
    size_t run_count, run_cap;
    uint8_t source_each, body_each; /* of the current run; 0: none */
    bool failed;
};

/* Says that what is appended next, at n, comes from body at `at`, in the given proportion. */
static void note(struct decoder *d, size_t source_each, size_t body_each)
{
    if (d->source_each == source_each && d->body_each == body_each)
        return;
    struct charset_run *runs =
        rx_arena_grow(d->arena, d->runs, d->run_count, &d->run_cap, sizeof *runs);
    if (!runs) {
        d->failed = true;
        return;
    }
    d->source_each = (uint8_t)source_each;
    d->body_each = (uint8_t)body_each;
    d->runs = runs;
    runs[d->run_count++] =
        (struct charset_run){(uint32_t)d->n, (uint32_t)d->at, d->source_each, d->body_each};
}

static void put(struct decoder *d, const char *utf8, size_t n, size_t consumed)
{
    if (n) {
        note(d, n, consumed);
        memcpy(d->out + d->n, utf8, n);
        d->n += n;
    } else {
        d->source_each = 0; /* bytes that stand for nothing: the next run begins behind them */
    }
    d->at += consumed;
}

static void put_code(struct decoder *d, uint32_t code, size_t consumed)
{
    char utf8[4];
    put(d, utf8, rx_utf8_put(utf8, code), consumed);
}

static void put_ascii(struct decoder *d)
{
    size_t end = d->at;
    while (end < d->body.n && (uint8_t)d->body.p[end] < 0x80)
        end++;
    if (end == d->at)
        return;
    note(d, 1, 1);
    memcpy(d->out + d->n, d->body.p + d->at, end - d->at);
    d->n += end - d->at;
    d->at = end;
}

static void decode_single(struct decoder *d, const uint16_t *table)
{
    while (d->at < d->body.n && !d->failed) {
        put_ascii(d);
        if (d->at < d->body.n)
            put_code(d, table[(uint8_t)d->body.p[d->at] - 128], 1);
    }
}

static void decode_user(struct decoder *d)
{
    while (d->at < d->body.n && !d->failed) {
        put_ascii(d);
        if (d->at < d->body.n)
            put_code(d, 0xF780U + (uint8_t)d->body.p[d->at] - 0x80U, 1);
    }
}

static uint32_t unit(const struct decoder *d, size_t at, bool big)
{
    uint8_t a = (uint8_t)d->body.p[at], b = (uint8_t)d->body.p[at + 1];
    return big ? (uint32_t)(a << 8 | b) : (uint32_t)(b << 8 | a);
}

static void decode_utf16(struct decoder *d, bool big)
{
    while (d->body.n - d->at >= 2 && !d->failed) {
        uint32_t first = unit(d, d->at, big);
        if ((first & 0xFC00) == 0xD800 && d->body.n - d->at >= 4) {
            uint32_t second = unit(d, d->at + 2, big);
            if ((second & 0xFC00) == 0xDC00) {
                put_code(d, 0x10000 + ((first & 0x3FF) << 10 | (second & 0x3FF)), 4);
                continue;
            }
        }
        put_code(d, first, 2); /* a lone surrogate becomes U+FFFD */
    }
    if (d->at < d->body.n && !d->failed)
        put_code(d, REPLACEMENT, 1);
}

/* One character by iconv: more bytes are offered until it is whole. pairs: some are two code
 * points, of which iconv holds the second back until it is asked. */
static void decode_one(struct decoder *d, iconv_t cd, bool pairs)
{
    size_t left = d->body.n - d->at;
    for (size_t n = 1; n <= 4 && n <= left; n++) {
        char *from = (char *)(uintptr_t)(d->body.p + d->at), utf8[16];
        char *to = utf8;
        size_t in_left = n, out_left = sizeof utf8;
        if (iconv(cd, &from, &in_left, &to, &out_left) != (size_t)-1) {
            if (pairs)
                (void)iconv(cd, NULL, NULL, &to, &out_left);
            put(d, utf8, sizeof utf8 - out_left, n);
            return;
        }
        if (errno != EINVAL)
            break;
    }
    /* A trail byte that is ASCII is not eaten with a broken lead byte. */
    bool both = left > 1 && (d->body.p[d->at + 1] & 0x80) && (d->body.p[d->at] & 0x80);
    put_code(d, REPLACEMENT, both ? 2 : 1);
}

static void decode_multi(struct decoder *d, const struct charset *c)
{
    iconv_t cd = descriptors[c->index];
    bool shifts = strcmp(c->name, "iso-2022-jp") == 0, pairs = strcmp(c->name, "big5") == 0;
    (void)iconv(cd, NULL, NULL, NULL, NULL);
    while (d->at < d->body.n && !d->failed) {
        if (!shifts)
            put_ascii(d);
        if (d->at < d->body.n)
            decode_one(d, cd, pairs);
    }
}

static bool is_ascii(struct rx_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] & 0x80)
            return false;
    return true;
}

static int decode(struct charset_text *out, struct rx_arena *arena, struct rx_str body, size_t skip,
                  const struct charset *c)
{
    bool escapes = c->kind == CHARSET_MULTI && rx_str_chr(body, 0x1B, 0) >= 0;
    bool wide = c->kind == CHARSET_UTF16BE || c->kind == CHARSET_UTF16LE;
    struct decoder d = {.arena = arena, .body = body, .at = skip};
    if (c->kind == CHARSET_UTF8 || (!wide && !escapes && is_ascii(body))) {
        out->source = rx_str_sub(body, skip, body.n);
        if (skip)
            note(&d, 1, 1);
    } else {
        d.out = rx_arena_alloc(arena, (body.n - skip) * 3 + 4);
        if (!d.out)
            return RX_EFULL;
        if (c->kind == CHARSET_SINGLE)
            decode_single(&d, high_half[c->index]);
        else if (c->kind == CHARSET_USER)
            decode_user(&d);
        else if (c->kind == CHARSET_MULTI)
            decode_multi(&d, c);
        else
            decode_utf16(&d, c->kind == CHARSET_UTF16BE);
        out->source = rx_strn(d.out, d.n);
    }
    if (d.failed)
        return RX_EFULL;
    out->runs = d.runs;
    out->run_count = d.run_count;
    out->name = c->name;
    return 0;
}

uint32_t charset_body(const struct charset_run *runs, size_t count, uint32_t source)
{
    if (count == 0)
        return source;
    size_t low = 0, high = count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (runs[middle].source <= source)
            low = middle;
        else
            high = middle;
    }
    const struct charset_run *r = &runs[low];
    return r->body + (source - r->source) / r->source_each * r->body_each;
}

/* ---- sniffing (HTML standard, 13.2.3.2) ---------------------------------------------------- */

static const struct charset *by_bom(struct rx_str body, size_t *skip)
{
    static const struct {
        struct rx_str mark;
        const char *name;
    } marks[] = {{{"\xEF\xBB\xBF", 3}, "utf-8"},
                 {{"\xFE\xFF", 2}, "utf-16be"},
                 {{"\xFF\xFE", 2}, "utf-16le"}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (rx_str_starts(body, marks[i].mark)) {
            *skip = marks[i].mark.n;
            return charset_find(rx_str(marks[i].name));
        }
    return NULL;
}

/* "Extracting a character encoding from a meta element": what follows charset= in content. */
static struct rx_str content_charset(struct rx_str s)
{
    for (size_t at = 0;;) {
        ptrdiff_t hit = rx_str_ifind(s, RX_STR("charset"), at);
        if (hit < 0)
            return (struct rx_str){0};
        at = (size_t)hit + 7;
        struct rx_str rest = rx_str_trim(rx_str_sub(s, at, s.n));
        if (rest.n == 0 || rest.p[0] != '=')
            continue;
        rest = rx_str_trim(rx_str_sub(rest, 1, rest.n));
        if (rest.n && (rest.p[0] == '"' || rest.p[0] == '\'')) {
            ptrdiff_t close = rx_str_chr(rest, rest.p[0], 1);
            return close < 0 ? (struct rx_str){0} : rx_str_sub(rest, 1, (size_t)close);
        }
        size_t end = 0;
        while (end < rest.n && !rx_is_space(rest.p[end]) && rest.p[end] != ';')
            end++;
        return rx_str_sub(rest, 0, end);
    }
}

static const struct charset *of_meta(struct rx_str text, const struct token *tok)
{
    struct rx_str label = {0}, content = {0};
    bool pragma = false;
    size_t at = tok->attrs;
    struct token_attr attr;
    while (token_attr_next(text, &at, &attr)) {
        if (rx_str_ieq(attr.name, RX_STR("charset")) && !label.n)
            label = attr.value;
        else if (rx_str_ieq(attr.name, RX_STR("content")) && !content.n)
            content = content_charset(attr.value);
        else if (rx_str_ieq(attr.name, RX_STR("http-equiv")))
            pragma = rx_str_ieq(rx_str_trim(attr.value), RX_STR("content-type"));
    }
    const struct charset *c = charset_find(label.n ? label : pragma ? content : label);
    if (c && (c->kind == CHARSET_UTF16BE || c->kind == CHARSET_UTF16LE))
        return charset_find(RX_STR("utf-8")); /* it was read as ASCII, so it cannot be */
    return c && c->kind == CHARSET_USER ? charset_find(RX_STR("windows-1252")) : c;
}

static const struct charset *by_meta(struct rx_str body)
{
    struct tokenizer t = {.text = rx_str_sub(body, 0, PRESCAN_BYTES)};
    struct token tok;
    while (token_next(&t, &tok)) {
        if (tok.kind != TOKEN_START || tok.row->tag != TAG_META)
            continue;
        const struct charset *c = of_meta(t.text, &tok);
        if (c)
            return c;
    }
    return NULL;
}

/* The page may have been cut inside a character. */
static bool is_utf8(struct rx_str body)
{
    for (size_t tail = 0; tail < 4 && tail <= body.n; tail++)
        if (rx_utf8_valid(rx_str_sub(body, 0, body.n - tail)))
            return true;
    return false;
}

static const struct charset *by_guess(struct rx_str body)
{
    if (is_ascii(body))
        return NULL;
    if (is_utf8(body))
        return charset_find(RX_STR("utf-8"));
    uchardet_t detector = uchardet_new();
    if (!detector)
        return NULL;
    const struct charset *found = NULL;
    if (uchardet_handle_data(detector, body.p, body.n < DETECT_BYTES ? body.n : DETECT_BYTES) ==
        0) {
        uchardet_data_end(detector);
        found = charset_find(rx_str(uchardet_get_charset(detector)));
    }
    uchardet_delete(detector);
    return found && found->kind != CHARSET_UTF8 ? found : NULL;
}

/* Servers label files that they did not make. Markup, scripts and lines hold ASCII, which UTF-16
 * writes with a zero byte each: where there is none, the label is another text's. */
static const struct charset *by_label(struct rx_str label, struct rx_str body)
{
    const struct charset *c = charset_find(label);
    const bool wide = c && (c->kind == CHARSET_UTF16BE || c->kind == CHARSET_UTF16LE);
    return wide && body.n > 0 && !memchr(body.p, 0, body.n) ? NULL : c;
}

int charset_decode(struct charset_text *out, struct rx_arena *arena, struct rx_str body,
                   struct rx_str label)
{
    struct charset_text text = {.by = "bom"};
    size_t skip = 0;
    const struct charset *c = by_bom(body, &skip);
    if (!c) {
        c = by_label(label, body);
        text.by = "header";
    }
    if (!c) {
        c = by_meta(body);
        text.by = "meta";
    }
    if (!c) {
        c = by_guess(body);
        text.by = "guess";
    }
    if (!c) {
        c = charset_find(RX_STR("windows-1252"));
        text.by = "default";
    }
    int rc = decode(&text, arena, body, skip, c);
    if (rc == 0)
        *out = text;
    return rc;
}
