/* look.c - see look.h. Cut into one part more than bits may differ, two hashes that are alike agree
 * in one part at least: leaders are looked up by their parts. */
#include "graph/look.h"

#include "graph/vec.h"

#include <stdlib.h>

enum { PARTS = LOOK_BITS + 1, PART_BITS = 8, BUCKETS = PARTS << PART_BITS };

struct looks {
    const uint64_t *hashes;
    uint32_t *head; /* of a bucket: its last leader + 1; 0: none */
    uint32_t *next; /* parts of leaders, by leader * PARTS + part: the leader before, + 1 */
};

bool look_parse(uint64_t *hash, struct rx_str text)
{
    uint64_t value = 0;
    if (text.n != 16)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        const int digit = rx_hex(text.p[i]);
        if (digit < 0)
            return false;
        value = value << 4 | (unsigned)digit;
    }
    *hash = value;
    return true;
}

/* 64 bits in nine parts: one of eight bits, eight of seven. */
static size_t bucket_of(uint64_t hash, unsigned part)
{
    const unsigned from = part == 0 ? 0 : 8 + 7 * (part - 1);
    const uint64_t mask = part == 0 ? 0xFF : 0x7F;
    return ((size_t)part << PART_BITS) + (size_t)(hash >> from & mask);
}

static unsigned differ(uint64_t a, uint64_t b)
{
    return (unsigned)__builtin_popcountll(a ^ b);
}

/* The leader of least rank that it is like; itself if there is none. */
static uint32_t leader_of(const struct looks *l, uint32_t item)
{
    const uint64_t hash = l->hashes[item];
    uint32_t found = item;
    for (unsigned part = 0; part < PARTS; part++) {
        uint32_t at = l->head[bucket_of(hash, part)];
        for (unsigned tried = 0; at > 0 && tried < LOOK_LEADERS; tried++) {
            const uint32_t leader = at - 1;
            if (leader < found && differ(l->hashes[leader], hash) <= LOOK_BITS)
                found = leader;
            at = l->next[(size_t)leader * PARTS + part];
        }
    }
    return found;
}

static void lead(struct looks *l, uint32_t item)
{
    for (unsigned part = 0; part < PARTS; part++) {
        uint32_t *head = &l->head[bucket_of(l->hashes[item], part)];
        l->next[(size_t)item * PARTS + part] = *head;
        *head = item + 1;
    }
}

int look_group(uint32_t *group, const uint64_t *hashes, size_t count)
{
    struct looks l = {.hashes = hashes,
                      .head = vec_zero(BUCKETS, sizeof(uint32_t)),
                      .next = vec_zero(count * PARTS, sizeof(uint32_t))};
    const bool ok = l.head && l.next && count < UINT32_MAX;
    for (uint32_t i = 0; ok && i < count; i++) {
        group[i] = leader_of(&l, i);
        if (group[i] == i)
            lead(&l, i);
    }
    free(l.head);
    free(l.next);
    return ok ? 0 : RX_ENOMEM;
}
