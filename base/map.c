/* map.c - see map.h. Open addressing with linear probes; a removed entry is closed up by moving
 * its followers, so there are no tombstones and a map that is written to for days stays fast.
 *
 * Invariants: the number of slots is a power of two, at most three quarters are in use, and
 * between an entry's home slot and its slot there is no hole. */
#include "base/map.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/auxv.h>

enum { FIRST_SLOTS = 16 };

struct slot {
    uint64_t hash;
    char *key; /* owned; NULL: the slot is free */
    size_t key_bytes;
    void *value; /* the caller's */
};

struct rx_map {
    struct slot *slots; /* owned; mask + 1 of them */
    size_t mask, count;
    uint64_t seed[2];
};

static uint64_t rotate_left(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

static void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = rotate_left(v[1], 13) ^ v[0];
    v[0] = rotate_left(v[0], 32);
    v[2] += v[3];
    v[3] = rotate_left(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate_left(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate_left(v[1], 17) ^ v[2];
    v[2] = rotate_left(v[2], 32);
}

/* SipHash-1-3 (Aumasson and Bernstein 2012, with the reduced rounds that hash tables use). The
 * byte order of the machine does not matter: hashes never leave the process. */
static uint64_t sip_hash(const uint64_t seed[2], struct rx_str s)
{
    uint64_t v[4] = {seed[0] ^ 0x736f6d6570736575u, seed[1] ^ 0x646f72616e646f6du,
                     seed[0] ^ 0x6c7967656e657261u, seed[1] ^ 0x7465646279746573u};
    uint64_t word;
    size_t at = 0;
    for (; s.n - at >= sizeof word; at += sizeof word) {
        memcpy(&word, s.p + at, sizeof word);
        v[3] ^= word;
        sip_round(v);
        v[0] ^= word;
    }
    word = (uint64_t)s.n << 56;
    for (unsigned shift = 0; at < s.n; at++, shift += 8)
        word |= (uint64_t)(uint8_t)s.p[at] << shift;
    v[3] ^= word;
    sip_round(v);
    v[0] ^= word;
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

struct rx_map *rx_map_new(void)
{
    struct rx_map *m = malloc(sizeof *m);
    struct slot *slots = calloc(FIRST_SLOTS, sizeof *slots);
    if (!m || !slots) {
        free(m);
        free(slots);
        return NULL;
    }
    *m = (struct rx_map){.slots = slots, .mask = FIRST_SLOTS - 1};
    /* The kernel's 16 random bytes of this process: no system call, so it works in the jail. */
    const void *random = (const void *)getauxval(AT_RANDOM);
    if (random)
        memcpy(m->seed, random, sizeof m->seed);
    return m;
}

void rx_map_free(struct rx_map *m, void (*free_value)(void *))
{
    if (!m)
        return;
    for (size_t i = 0; i <= m->mask; i++) {
        if (m->slots[i].key && free_value)
            free_value(m->slots[i].value);
        free(m->slots[i].key);
    }
    free(m->slots);
    free(m);
}

/* The slot that holds key, or the free one where it belongs. */
static struct slot *slot_of(const struct rx_map *m, uint64_t hash, struct rx_str key)
{
    size_t i = (size_t)hash & m->mask;
    for (; m->slots[i].key; i = (i + 1) & m->mask)
        if (m->slots[i].hash == hash &&
            rx_str_eq(rx_strn(m->slots[i].key, m->slots[i].key_bytes), key))
            break;
    return &m->slots[i];
}

void *rx_map_get(const struct rx_map *m, struct rx_str key)
{
    const struct slot *s = slot_of(m, sip_hash(m->seed, key), key);
    return s->key ? s->value : NULL;
}

static int grow(struct rx_map *m)
{
    size_t old_mask = m->mask, slots_wanted = (old_mask + 1) * 2;
    struct slot *old = m->slots, *slots = calloc(slots_wanted, sizeof *slots);
    if (!slots)
        return RX_ENOMEM;
    m->slots = slots;
    m->mask = slots_wanted - 1;
    for (size_t i = 0; i <= old_mask; i++)
        if (old[i].key)
            *slot_of(m, old[i].hash, rx_strn(old[i].key, old[i].key_bytes)) = old[i];
    free(old);
    return 0;
}

int rx_map_put(struct rx_map *m, struct rx_str key, void *value, void **old)
{
    assert(value);
    uint64_t hash = sip_hash(m->seed, key);
    struct slot *s = slot_of(m, hash, key);
    if (s->key) {
        if (old)
            *old = s->value;
        s->value = value;
        return 0;
    }
    if (m->count + 1 > (m->mask + 1) / 4 * 3) {
        int rc = grow(m);
        if (rc)
            return rc;
        s = slot_of(m, hash, key);
    }
    char *copy = malloc(key.n + 1);
    if (!copy)
        return RX_ENOMEM;
    if (key.n)
        memcpy(copy, key.p, key.n);
    copy[key.n] = '\0';
    s->hash = hash;
    s->key = copy;
    s->key_bytes = key.n;
    s->value = value;
    m->count++;
    if (old)
        *old = NULL;
    return 0;
}

void *rx_map_del(struct rx_map *m, struct rx_str key)
{
    struct slot *gone = slot_of(m, sip_hash(m->seed, key), key);
    if (!gone->key)
        return NULL;
    void *value = gone->value;
    free(gone->key);
    size_t hole = (size_t)(gone - m->slots);
    for (size_t i = (hole + 1) & m->mask; m->slots[i].key; i = (i + 1) & m->mask) {
        /* An entry may fill the hole if its home slot is not behind the hole on its probe path. */
        size_t home = (size_t)m->slots[i].hash & m->mask;
        if (((i - home) & m->mask) >= ((i - hole) & m->mask)) {
            m->slots[hole] = m->slots[i];
            hole = i;
        }
    }
    m->slots[hole] = (struct slot){0};
    m->count--;
    return value;
}

size_t rx_map_count(const struct rx_map *m)
{
    return m->count;
}

bool rx_map_next(const struct rx_map *m, size_t *at, struct rx_str *key, void **value)
{
    for (; *at <= m->mask; (*at)++) {
        const struct slot *s = &m->slots[*at];
        if (!s->key)
            continue;
        *key = rx_strn(s->key, s->key_bytes);
        *value = s->value;
        (*at)++;
        return true;
    }
    return false;
}
