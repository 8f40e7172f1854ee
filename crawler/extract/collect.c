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

static unsigned share_of(const struct rx_class *cls)
{
    return cls->share ? cls->share : SHARE_DEFAULT;
}

static size_t home_of(const struct rx_class *cls, struct rx_str value)
{
    const uint64_t hash = rx_hash64(value) + rx_class_id(cls) * 0x9e3779b97f4a7c15u;
    return (size_t)(hash >> 32) & (COLLECT_SLOTS - 1);
}

/* The slot of (cls, value): an empty one if it is new. The table is never full, because marks are
 * few against slots, so the probe ends. */
static uint16_t *slot_of(struct collect *c, const struct rx_class *cls, struct rx_str value)
{
    for (size_t i = home_of(cls, value);; i++) {
        uint16_t *slot = &c->slots[i & (COLLECT_SLOTS - 1)];
        const struct mark *m = *slot ? &c->out->items[*slot - 1] : NULL;
        if (!m || (m->cls == cls && rx_str_eq(m->value, value)))
            return slot;
    }
}

/* Empties a slot; what probed past it moves up (Knuth, volume 3, section 6.4, algorithm R). */
static void empty_slot(struct collect *c, uint16_t *slot)
{
    size_t hole = (size_t)(slot - c->slots);
    for (size_t i = hole + 1; c->slots[i & (COLLECT_SLOTS - 1)]; i++) {
        const uint16_t item = c->slots[i & (COLLECT_SLOTS - 1)];
        const struct mark *m = &c->out->items[item - 1];
        const size_t home = home_of(m->cls, m->value);
        if (((i - home) & (COLLECT_SLOTS - 1)) < ((i - hole) & (COLLECT_SLOTS - 1)))
            continue;
        c->slots[hole & (COLLECT_SLOTS - 1)] = item;
        hole = i;
    }
    c->slots[hole & (COLLECT_SLOTS - 1)] = 0;
}

/* What nobody sees is the easiest to stuff a page with; a link that writes or calls serves its
 * visitors. */
static uint8_t rank_of(const struct sight *at)
{
    if (at->hidden || at->place == RX_PLACE_COMMENT || at->place == RX_PLACE_STYLE)
        return 0;
    return at->place == RX_PLACE_URL ? 2 : 1;
}

/* Must a go before b, both of one class? The lower rank; of equals one between the first half and
 * the newest; of the first half the last. */
static bool goes_before(const struct collect_hold *a, const struct collect_hold *b)
{
    if (a->rank != b->rank)
        return a->rank < b->rank;
    if (a->first != b->first)
        return b->first;
    return a->first ? a->born > b->born : a->born < b->born;
}

enum { NOBODY = EXTRACT_MARKS_MAX };

/* The mark that makes room for one of this rank in a class that has its share. */
static size_t who_goes(struct collect *c, const struct rx_class *cls, uint8_t rank)
{
    size_t found = NOBODY;
    if (c->choices >= COLLECT_CHOICES_MAX)
        return NOBODY;
    c->choices++;
    for (size_t i = 0; i < c->out->count; i++)
        if (c->out->items[i].cls == cls &&
            (found == NOBODY || goes_before(&c->holds[i], &c->holds[found])))
            found = i;
    if (found == NOBODY || c->holds[found].rank > rank ||
        (c->holds[found].rank == rank && c->holds[found].first))
        return NOBODY;
    return found;
}

/* Where a new mark of the class goes: behind the others, in place of another, or nowhere (NOBODY).
 */
static size_t seat_of(struct collect *c, const struct rx_class *cls, uint8_t rank)
{
    const unsigned share = share_of(cls);
    const bool has_share = c->class_count[rx_class_id(cls)] >= share;
    if (!has_share && c->out->count < EXTRACT_MARKS_MAX)
        return c->out->count;
    c->out->cut |= share == SHARE_DEFAULT || c->out->count == EXTRACT_MARKS_MAX;
    return has_share && share == SHARE_DEFAULT ? who_goes(c, cls, rank) : NOBODY;
}

static bool can_be(const struct collect *c, const struct rx_class *cls, struct rx_str value)
{
    return cls && c->rc >= 0 && value.n > 0 && value.n <= EXTRACT_VALUE_MAX;
}

bool collect_wants(struct collect *c, const char *name, struct rx_str value,
                   const struct sight *about)
{
    const struct rx_class *cls = rx_class_find(rx_str(name));
    if (!can_be(c, cls, value))
        return false;
    const uint16_t *slot = slot_of(c, cls, value);
    if (!*slot)
        return seat_of(c, cls, rank_of(about)) != NOBODY;
    return c->out->items[*slot - 1].hidden || c->holds[*slot - 1].rank < rank_of(about);
}

/* What also stands in the open is quoted from there, and is not hidden. */
static void show(struct collect *c, size_t item, const struct sight *at)
{
    struct mark *m = &c->out->items[item];
    if (c->holds[item].rank < rank_of(at))
        c->holds[item].rank = rank_of(at);
    if (at->hidden || !m->hidden)
        return;
    m->raw = extract_raw(at->raw);
    m->offset = at->offset;
    m->length = at->length;
    m->place = at->place;
    m->hidden = false;
}

/* Makes the seat free: at the end, or of the mark that sits there. */
static int free_seat(struct collect *c, const struct rx_class *cls, size_t seat)
{
    struct marks *out = c->out;
    if (seat < out->count) {
        empty_slot(c, slot_of(c, cls, out->items[seat].value));
        c->holds[seat].first = false;
        return RX_OK;
    }
    struct mark *items = rx_arena_grow(c->arena, out->items, out->count, &c->cap, sizeof *items);
    if (!items)
        return RX_EFULL;
    out->items = items;
    const unsigned before = c->class_count[rx_class_id(cls)]++;
    c->holds[seat].first = before <= share_of(cls) / 2;
    return RX_OK;
}

void collect_put(struct collect *c, const char *name, struct rx_str value, const struct sight *at)
{
    const struct rx_class *cls = rx_class_find(rx_str(name));
    if (!can_be(c, cls, value))
        return;
    const uint16_t *known = slot_of(c, cls, value);
    if (*known) {
        show(c, (size_t)*known - 1, at);
        return;
    }
    const size_t seat = seat_of(c, cls, rank_of(at));
    if (seat == NOBODY)
        return;
    const struct rx_str copy = rx_arena_dup(c->arena, value);
    if (!copy.p || free_seat(c, cls, seat)) {
        c->rc = RX_EFULL;
        return;
    }
    c->out->items[seat] = (struct mark){.cls = cls,
                                        .value = copy,
                                        .raw = extract_raw(at->raw),
                                        .offset = at->offset,
                                        .length = at->length,
                                        .place = at->place,
                                        .hidden = at->hidden};
    c->holds[seat].rank = rank_of(at);
    c->holds[seat].born = c->births++;
    if (seat == c->out->count)
        c->out->count++;
    *slot_of(c, cls, value) = (uint16_t)(seat + 1);
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
