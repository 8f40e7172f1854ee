/* reading_cites.c - citations, packed for the jail and checked there.
 *
 * A sighting's raw bytes are those of the page as UTF-8; its offset is in the decoded body, before
 * any charset. So the page's source is made again, and the cited part of it found by the map from
 * source to body, which only rises. */
#include "crawler/reading_cites.h"

#include "crawler/parse/parse.h"
#include "crawler/reading_wire.h"

/* place 1, offset 4, length 4, bytes of raw 1; then raw. */
enum { CITE_HEAD = 10 };

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
    struct rx_str raw = rx_str_sub(c->raw, 0, EXTRACT_RAW_MAX);
    put_u32(head + 1, c->offset);
    put_u32(head + 5, c->length);
    head[9] = (uint8_t)raw.n;
    size_t before = cites->n;
    int rc = rx_buf_add(cites, rx_strn((const char *)head, sizeof head));
    if (rc == 0)
        rc = rx_buf_add(cites, raw);
    if (rc)
        cites->n = before;
    return rc;
}

static bool next_cite(struct read_cite *c, struct rx_str *rest)
{
    if (rest->n < CITE_HEAD)
        return false;
    size_t raw = (uint8_t)rest->p[9];
    if (rest->n - CITE_HEAD < raw)
        return false;
    *c = (struct read_cite){.place = (enum rx_place)rest->p[0],
                            .offset = get_u32(rest->p + 1),
                            .length = get_u32(rest->p + 5),
                            .raw = rx_strn(rest->p + CITE_HEAD, raw)};
    *rest = rx_str_sub(*rest, CITE_HEAD + raw, rest->n);
    return true;
}

/* First character of the source that lies at or behind a body offset. Complexity: O(log source). */
static size_t source_at(const struct doc *doc, uint64_t body_offset)
{
    size_t low = 0, high = doc->source.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (doc_source_offset(doc, (uint32_t)middle) < body_offset)
            low = middle + 1;
        else
            high = middle;
    }
    while (low < doc->source.n && ((uint8_t)doc->source.p[low] & 0xc0) == 0x80)
        low++; /* not inside a character: its bytes are not the body's */
    return low;
}

static bool holds(const struct read_cite *c, const struct doc *doc, struct rx_str head)
{
    uint64_t end = (uint64_t)c->offset + c->length;
    struct rx_str there =
        c->place == RX_PLACE_HEADER
            ? rx_str_sub(head, c->offset, end)
            : rx_str_sub(doc->source, source_at(doc, c->offset), source_at(doc, end));
    return c->raw.n > 0 && rx_str_eq(rx_str_sub(there, 0, EXTRACT_RAW_MAX), c->raw);
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
                           rx_str_sub(body, 0, parse_limits_default.read_bytes + 1),
                           &parse_limits_default, err);
    if (rc)
        return rc;
    while (count < READ_CITES_MAX && next_cite(&cite, &rest))
        verdicts[count++] = holds(&cite, &doc, job->head) ? 1 : 0;
    if (rest.n)
        return rx_fail(err, RX_EDAMAGE, "the citations cannot be unpacked");
    r->cites = rx_strn(verdicts, count);
    r->status = READ_OK;
    return 0;
}
