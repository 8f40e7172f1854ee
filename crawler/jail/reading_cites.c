/* reading_cites.c - citations, packed for the jail and checked there.
 *
 * A sighting's raw bytes are those of the page as UTF-8; its offset is in the decoded body, before
 * any charset. So the page's source is made again, and the cited part of it found by the map from
 * source to body, which only rises. Two questions:
 *   1. Do these bytes stand there?
 *   2. Do they say the value? Yes, if the value can be read in them once they are decoded. Many a
 *      value is more than its letters (a number with its country, a disguise, a set of names); then
 *      the page is read again, and must give this value for these very bytes. */
#include "crawler/jail/reading_cites.h"

#include "crawler/jail/reading_wire.h"
#include "crawler/parse/parse.h"
#include "crawler/parse/text.h"
#include "crawler/parse/token.h"

/* place 1, offset 4, length 4, bytes of raw, class and value 1 each; then those. */
enum { CITE_HEAD = 12, SAYS_MAX = 64 << 10 };

static void put_u32(uint8_t *to, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        to[i] = (uint8_t)(value >> (8 * i));
}

static uint32_t get_u32(const char *from)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < 4; i++)
        value |= (uint32_t)(uint8_t)from[i] << (8 * i);
    return value;
}

int reading_cite_pack(struct rx_buf *cites, const struct read_cite *c)
{
    uint8_t head[CITE_HEAD] = {(uint8_t)c->place};
    const struct rx_str parts[] = {rx_str_sub(c->raw, 0, EXTRACT_RAW_MAX),
                                   rx_str_sub(c->cls, 0, UINT8_MAX),
                                   rx_str_sub(c->value, 0, UINT8_MAX)};
    put_u32(head + 1, c->offset);
    put_u32(head + 5, c->length);
    size_t before = cites->n;
    for (size_t i = 0; i < 3; i++)
        head[9 + i] = (uint8_t)parts[i].n;
    int rc = rx_buf_add(cites, rx_strn((const char *)head, sizeof head));
    for (size_t i = 0; i < 3 && rc == 0; i++)
        rc = rx_buf_add(cites, parts[i]);
    if (rc)
        cites->n = before;
    return rc;
}

static bool next_cite(struct read_cite *c, struct rx_str *rest)
{
    if (rest->n < CITE_HEAD)
        return false;
    struct rx_str parts[3], body = rx_str_sub(*rest, CITE_HEAD, rest->n);
    for (size_t i = 0; i < 3; i++) {
        size_t n = (uint8_t)rest->p[9 + i];
        if (body.n < n)
            return false;
        parts[i] = rx_str_sub(body, 0, n);
        body = rx_str_sub(body, n, body.n);
    }
    *c = (struct read_cite){.place = (enum rx_place)rest->p[0],
                            .offset = get_u32(rest->p + 1),
                            .length = get_u32(rest->p + 5),
                            .raw = parts[0],
                            .cls = parts[1],
                            .value = parts[2]};
    *rest = body;
    return true;
}

/* ---- do they say it? ------------------------------------------------------------------------- */

/* Letters and digits in lower case, and whatever is no ASCII. In place. */
static struct rx_str fold(struct rx_str s, char *p)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (rx_is_alnum(s.p[i]) || (s.p[i] & 0x80))
            p[n++] = rx_lower(s.p[i]);
    return rx_strn(p, n);
}

static int decode(struct rx_buf *out, struct rx_str cited, enum text_kind kind)
{
    struct tokenizer t = {.text = cited};
    struct token tok;
    rx_buf_clear(out);
    if (kind != TEXT_DATA)
        return text_decode(out, cited, kind);
    int rc = 0;
    while (rc == 0 && token_next(&t, &tok))
        if (tok.kind == TOKEN_TEXT)
            rc = text_decode(out, rx_str_sub(cited, tok.start, tok.end), kind);
    return rc;
}

/* Can the value be read in the cited bytes, as text, as an attribute or as they are? */
static bool says(struct rx_str cited, struct rx_str value)
{
    static const enum text_kind kinds[] = {TEXT_DATA, TEXT_ATTRIBUTE, TEXT_RAW};
    char folded[UINT8_MAX];
    bool said = false;
    struct rx_buf text = RX_BUF(3 * SAYS_MAX + 64);
    value = fold(value, folded);
    for (size_t i = 0; i < 3 && value.n && cited.n <= SAYS_MAX && !said; i++)
        said = decode(&text, cited, kinds[i]) == 0 &&
               rx_str_find(fold(rx_buf_str(&text), text.p), value, 0) >= 0;
    rx_buf_free(&text);
    return said;
}

static bool is_of(const struct mark *m, const struct read_cite *c)
{
    return m->place == c->place && m->length == c->length &&
           (c->length == 0 || m->offset == c->offset) && rx_str_eq(m->value, c->value) &&
           rx_str_eq(rx_str(m->cls->name), c->cls);
}

static bool is_mark(const struct marks *marks, const struct read_cite *c)
{
    for (size_t i = 0; i < marks->count; i++)
        if (is_of(&marks->items[i], c))
            return true;
    return false;
}

bool reading_cites_settle(struct reading *r, const struct read_job *job, const struct marks *marks)
{
    struct read_cite cite;
    struct rx_str rest = job->cites;
    char *verdicts = (char *)(uintptr_t)r->cites.p; /* the arena's, written by reading_cites() */
    bool open = false;
    for (size_t i = 0; i < r->cites.n && next_cite(&cite, &rest); i++) {
        if (verdicts[i] != READ_CITE_MUTE)
            continue;
        if (marks && is_mark(marks, &cite))
            verdicts[i] = READ_CITE_HOLDS;
        open |= verdicts[i] == READ_CITE_MUTE;
    }
    return open;
}

/* ---- do they stand there? -------------------------------------------------------------------- */

static enum read_verdict judge(const struct read_cite *c, const struct doc *doc, struct rx_str head)
{
    uint64_t end = (uint64_t)c->offset + c->length;
    if (c->length == 0)
        return c->value.n && c->raw.n == 0 ? READ_CITE_MUTE : READ_CITE_MISSING;
    struct rx_str there = c->place == RX_PLACE_HEADER ? rx_str_sub(head, c->offset, end)
                                                      : doc_body_source(doc, c->offset, c->length);
    if (c->raw.n == 0 || !rx_str_eq(extract_raw(there), c->raw))
        return READ_CITE_MISSING;
    return c->value.n == 0 || says(there, c->value) ? READ_CITE_HOLDS : READ_CITE_MUTE;
}

int reading_cites(struct reading *r, struct rx_arena *arena, const struct read_job *job,
                  struct rx_str body, struct rx_err *err)
{
    struct doc doc = {0};
    struct read_cite cite;
    struct rx_str rest = job->cites;
    size_t count = 0;
    char *verdicts = rx_arena_alloc(arena, READ_CITES_MAX);
    if (!verdicts)
        return rx_fail(err, RX_EFULL, "the citations need more than %zu bytes", arena->max);
    int rc = parse_salvage(&doc, arena, job->url, job->head,
                           rx_str_sub(body, 0, parse_read_bytes(body, &parse_limits_default) + 1),
                           &parse_limits_default, err);
    if (rc)
        return rc;
    while (count < READ_CITES_MAX && next_cite(&cite, &rest))
        verdicts[count++] = (char)judge(&cite, &doc, job->head);
    if (rest.n)
        return rx_fail(err, RX_EDAMAGE, "the citations cannot be unpacked");
    r->cites = rx_strn(verdicts, count);
    r->status = READ_OK;
    return 0;
}
