/* collect.c - see collect.h. */
#include "crawler/extract/collect.h"

#include "base/digest.h"

/* The most marks of one class on one page, where its row says none: ample for identifiers. A page
 * with more is a list, or hides one among decoys, so it is marked as cut. */
enum { SHARE_DEFAULT = 25 };

int collect_init(struct collect *c, struct marks *out, struct rx_arena *arena,
                 const struct doc *doc, struct rx_str head)
{
    *c = (struct collect){.arena = arena, .doc = doc, .head = head, .out = out};
    *out = (struct marks){0};
    c->class_count = rx_arena_zalloc(arena, rx_class_count(), sizeof *c->class_count);
    c->rejected = rx_arena_zalloc(arena, rx_class_count() * RX_REJECT_COUNT, sizeof *c->rejected);
    return c->class_count && c->rejected ? 0 : RX_EFULL;
}

struct rx_str extract_raw(struct rx_str source)
{
    size_t n = source.n;
    if (n > EXTRACT_RAW_MAX) {
        n = EXTRACT_RAW_MAX;
        while (n > EXTRACT_RAW_MAX - 4 && ((uint8_t)source.p[n] & 0xC0) == 0x80)
            n--;
    }
    return rx_str_sub(source, 0, n);
}

/* The slot of (cls, value): an empty one if it is new. The table is never full, because marks are
 * few against slots, so the probe ends. */
static uint16_t *slot_of(struct collect *c, const struct rx_class *cls, struct rx_str value)
{
    uint64_t hash = rx_hash64(value) + rx_class_id(cls) * 0x9e3779b97f4a7c15u;
    for (size_t i = (size_t)(hash >> 32);; i++) {
        uint16_t *slot = &c->slots[i & (COLLECT_SLOTS - 1)];
        const struct mark *m = *slot ? &c->out->items[*slot - 1] : NULL;
        if (!m || (m->cls == cls && rx_str_eq(m->value, value)))
            return slot;
    }
}

/* The slot of a mark that is new and has room, or that was hidden so far; else NULL. */
static uint16_t *room_for(struct collect *c, const struct rx_class *cls, struct rx_str value)
{
    if (!cls || c->rc < 0 || value.n == 0 || value.n > EXTRACT_VALUE_MAX)
        return NULL;
    uint16_t *slot = slot_of(c, cls, value);
    if (*slot)
        return c->out->items[*slot - 1].hidden ? slot : NULL;
    const unsigned share = cls->share ? cls->share : SHARE_DEFAULT;
    if (c->class_count[rx_class_id(cls)] >= share || c->out->count == EXTRACT_MARKS_MAX) {
        c->out->cut |= !cls->share || c->out->count == EXTRACT_MARKS_MAX;
        return NULL;
    }
    return slot;
}

bool collect_wants(struct collect *c, const char *cls, struct rx_str value)
{
    return room_for(c, rx_class_find(rx_str(cls)), value) != NULL;
}

/* What also stands in the open is quoted from there, and is not hidden. */
static void show(struct mark *m, const struct sight *at)
{
    if (at->hidden)
        return;
    m->raw = extract_raw(at->raw);
    m->offset = at->offset;
    m->length = at->length;
    m->place = at->place;
    m->hidden = false;
}

void collect_put(struct collect *c, const char *name, struct rx_str value, const struct sight *at)
{
    const struct rx_class *cls = rx_class_find(rx_str(name));
    uint16_t *slot = room_for(c, cls, value);
    if (!slot)
        return;
    if (*slot) {
        show(&c->out->items[*slot - 1], at);
        return;
    }
    struct mark *items =
        rx_arena_grow(c->arena, c->out->items, c->out->count, &c->cap, sizeof *items);
    struct rx_str copy = items ? rx_arena_dup(c->arena, value) : (struct rx_str){0};
    if (!copy.p) {
        c->rc = RX_EFULL;
        return;
    }
    c->out->items = items;
    items[c->out->count++] = (struct mark){.cls = cls,
                                           .value = copy,
                                           .raw = extract_raw(at->raw),
                                           .offset = at->offset,
                                           .length = at->length,
                                           .place = at->place,
                                           .hidden = at->hidden};
    *slot = (uint16_t)c->out->count;
    c->class_count[rx_class_id(cls)]++;
}

void collect_reject(struct collect *c, const struct rx_class *cls, enum rx_reject reason)
{
    c->rejected[rx_class_id(cls) * RX_REJECT_COUNT + reason]++;
}

void collect_rejects(struct collect *c)
{
    const size_t cells = rx_class_count() * RX_REJECT_COUNT;
    size_t count = 0;
    for (size_t i = 0; i < cells; i++)
        count += c->rejected[i] > 0;
    struct reject *out = rx_arena_zalloc(c->arena, count + 1, sizeof *out);
    if (!out) {
        c->rc = RX_EFULL;
        return;
    }
    c->out->rejects = out;
    for (size_t i = 0; i < cells; i++)
        if (c->rejected[i] > 0)
            out[c->out->reject_count++] =
                (struct reject){rx_class_at(i / RX_REJECT_COUNT),
                                (enum rx_reject)(i % RX_REJECT_COUNT), c->rejected[i]};
}

/* Offsets are of the decoded body. When the page is UTF-8 the raw bytes are the body's own; for
 * other charsets they are its UTF-8 form, equal byte for byte where they are ASCII. */
static struct sight sight_of(const struct collect *c, uint32_t offset, uint32_t length,
                             enum rx_place place)
{
    struct sight at = {.place = place, .hidden = place == RX_PLACE_COMMENT};
    if (length == 0)
        return at;
    doc_body_range(c->doc, offset, length, &at.offset, &at.length);
    at.raw = doc_body_source(c->doc, at.offset, at.length);
    return at;
}

struct sight collect_sight(const struct collect *c, struct doc_span span, enum rx_place place)
{
    return sight_of(c, span.offset, span.length, place);
}

struct sight collect_sight_part(const struct collect *c, struct doc_span span, size_t from,
                                size_t n, enum rx_place place)
{
    uint32_t offset = span.offset, length = span.length;
    if (length > 0)
        doc_locate(c->doc, span, from, n, &offset, &length);
    return sight_of(c, offset, length, place);
}

struct sight collect_sight_head(const struct collect *c, struct rx_str part)
{
    return (struct sight){.raw = part,
                          .offset = (uint32_t)(part.p - c->head.p),
                          .length = (uint32_t)part.n,
                          .place = RX_PLACE_HEADER};
}
