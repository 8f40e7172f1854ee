/* choke.c - see choke.h and choke_net.h: the net is made, cut and asked. */
#include "graph/choke_net.h"

#include "graph/vec.h"

#include <stdlib.h>
#include <string.h>

const char *choke_kind_name(enum choke_kind kind)
{
    static const char *const names[CHOKE_KINDS] = {
        [CHOKE_PAY] = "checkout",        [CHOKE_ACCOUNT] = "account",
        [CHOKE_PROGRAMME] = "programme", [CHOKE_AFFILIATE] = "affiliate",
        [CHOKE_REGISTRAR] = "registrar", [CHOKE_NS] = "nameserver",
        [CHOKE_ADDRESS] = "address",     [CHOKE_AS] = "as",
        [CHOKE_PHONE] = "phone",         [CHOKE_CHAT] = "chat",
        [CHOKE_CARRIER] = "carrier"};
    return (unsigned)kind < CHOKE_KINDS ? names[kind] : "?";
}

/* ---- made ------------------------------------------------------------------------------------ */

static int by_need(const void *a, const void *b)
{
    const struct choke_need *x = a, *y = b;
    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return x->on < y->on ? -1 : x->on > y->on;
}

/* needs[0..n) are in order, each once. Slots hold them in the same order, so those that an element
 * is in come out ascending. */
static int make_slots(struct choke *c, const struct choke_need *needs, size_t n)
{
    uint32_t *slot_of = vec_zero(n, sizeof *slot_of);
    c->slots = vec_zero(n, sizeof *c->slots);
    c->user_first = vec_zero(c->elements + 1, sizeof *c->user_first);
    c->user = vec_zero(n, sizeof *c->user);
    c->on = vec_zero(n, sizeof *c->on);
    if (!slot_of || !c->slots || !c->on || !c->user_first || !c->user) {
        free(slot_of);
        return RX_ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        const struct choke_need *it = &needs[i];
        if (!i || it->node != it[-1].node || it->kind != it[-1].kind) {
            c->slots[c->slot_count++] = (struct choke_slot){it->node, 0, (uint32_t)i, 0, it->kind};
            c->having[it->kind] += it->node < c->shops;
        }
        c->slots[c->slot_count - 1].standing++;
        c->slots[c->slot_count - 1].count++;
        c->on[i] = it->on;
        slot_of[i] = (uint32_t)c->slot_count - 1;
        c->user_first[it->on + 1]++;
    }
    for (size_t e = 0; e < c->elements; e++)
        c->user_first[e + 1] += c->user_first[e];
    for (size_t i = n; i-- > 0;) /* from behind, so that firsts end where they belong */
        c->user[--c->user_first[needs[i].on + 1]] = slot_of[i];
    /* Every first has moved to the place of its element's own. */
    memmove(c->user_first, c->user_first + 1, c->elements * sizeof *c->user_first);
    c->user_first[c->elements] = (uint32_t)n;
    free(slot_of);
    return 0;
}

struct sized {
    uint32_t size, network;
};

static int by_size(const void *a, const void *b)
{
    const struct sized *x = a, *y = b;
    if (x->size != y->size)
        return x->size > y->size ? -1 : 1;
    return x->network < y->network ? -1 : x->network > y->network;
}

static int make_networks(struct choke *c)
{
    struct sized *sized = vec_zero(c->networks, sizeof *sized);
    if (!sized)
        return RX_ENOMEM;
    for (size_t s = 0; s < c->shops; s++)
        if (c->network[s] != CHOKE_NONE)
            c->size[c->network[s]]++;
    for (uint32_t n = 0; n < c->networks; n++)
        sized[n] = (struct sized){c->size[n], n};
    qsort(sized, c->networks, sizeof *sized, by_size);
    for (size_t n = 0; n < c->networks; n++) {
        c->by_size[n] = sized[n].network;
        c->in_network[n] = c->size[n];
    }
    free(sized);
    return 0;
}

static bool is_sound(const struct choke_input *in)
{
    if (in->shops + in->elements >= CHOKE_NONE || in->needs >= CHOKE_NONE)
        return false;
    for (size_t i = 0; i < in->needs; i++) {
        const struct choke_need *it = &in->need[i];
        if (it->node >= in->shops + in->elements || it->on >= in->elements ||
            (unsigned)it->kind >= CHOKE_KINDS)
            return false;
    }
    for (size_t s = 0; s < in->shops; s++)
        if (in->network[s] != CHOKE_NONE && in->network[s] >= in->networks)
            return false;
    return true;
}

static int make(struct choke *c, const struct choke_input *in)
{
    struct choke_need *needs = vec_zero(in->needs, sizeof *needs);
    size_t n = 0;
    c->network = vec_zero(in->shops, sizeof *c->network);
    c->lost = vec_zero(in->shops, sizeof *c->lost);
    c->fallen = vec_zero(in->elements, sizeof *c->fallen);
    c->trail = vec_zero(in->elements, sizeof *c->trail);
    c->size = vec_zero(in->networks, sizeof *c->size);
    c->in_network = vec_zero(in->networks, sizeof *c->in_network);
    c->by_size = vec_zero(in->networks, sizeof *c->by_size);
    c->node_stamp = vec_zero(in->shops + in->elements, sizeof *c->node_stamp);
    c->network_stamp = vec_zero(in->networks, sizeof *c->network_stamp);
    c->front = vec_zero(in->elements, sizeof *c->front);
    const bool room = needs && c->network && c->lost && c->fallen && c->trail && c->size &&
                      c->in_network && c->by_size && c->node_stamp && c->network_stamp && c->front;
    int rc = room ? 0 : RX_ENOMEM;
    if (!rc && in->shops)
        memcpy(c->network, in->network, in->shops * sizeof *c->network);
    if (!rc && in->needs) {
        memcpy(needs, in->need, in->needs * sizeof *needs);
        qsort(needs, in->needs, sizeof *needs, by_need);
        for (size_t i = 0; i < in->needs; i++)
            if (!n || by_need(&needs[n - 1], &needs[i]))
                needs[n++] = needs[i];
    }
    if (!rc)
        rc = make_slots(c, needs, n);
    if (!rc)
        rc = make_networks(c);
    free(needs);
    return rc;
}

int choke_new(struct choke **out, const struct choke_input *in)
{
    if (!is_sound(in))
        return RX_EINVAL;
    struct choke *c = calloc(1, sizeof *c);
    if (!c)
        return RX_ENOMEM;
    c->shops = in->shops;
    c->elements = in->elements;
    c->networks = in->networks;
    c->now.left = (uint32_t)in->shops;
    c->strikes = CHOKE_ALL;
    const int rc = make(c, in);
    if (rc) {
        choke_free(c);
        return rc;
    }
    *out = c;
    return 0;
}

void choke_free(struct choke *c)
{
    if (!c)
        return;
    free(c->network);
    free(c->slots);
    free(c->on);
    free(c->user_first);
    free(c->user);
    free(c->lost);
    free(c->fallen);
    free(c->trail);
    free(c->in_network);
    free(c->by_size);
    free(c->size);
    free(c->node_stamp);
    free(c->network_stamp);
    free(c->front);
    free(c);
}

/* ---- cut and given back ---------------------------------------------------------------------- */

/* A storefront loses a kind, or has it back. */
static void tell_shop(struct choke *c, uint32_t shop, enum choke_kind kind, bool loses)
{
    const unsigned before = c->lost[shop];
    const unsigned after = loses ? before | CHOKE_BIT(kind) : before & ~CHOKE_BIT(kind);
    const int way = loses ? 1 : -1;
    c->lost[shop] = (uint16_t)after;
    c->now.lost[kind] += (uint32_t)way;
    if (!(before & c->strikes) != !(after & c->strikes))
        c->struck += (uint32_t)way;
    if (!(before & CHOKE_VITAL) == !(after & CHOKE_VITAL))
        return;
    c->now.stopped += (uint32_t)way;
    c->now.left -= (uint32_t)way;
    if (c->network[shop] != CHOKE_NONE)
        c->in_network[c->network[shop]] -= (uint32_t)way;
}

static void fall(struct choke *c, uint32_t element)
{
    if (!c->fallen[element]) {
        c->fallen[element] = true;
        c->trail[c->trail_count++] = element;
    }
}

void choke_cut(struct choke *c, uint32_t element)
{
    size_t at = c->trail_count;
    fall(c, element);
    for (; at < c->trail_count; at++) {
        const uint32_t e = c->trail[at];
        for (uint32_t i = c->user_first[e]; i < c->user_first[e + 1]; i++) {
            struct choke_slot *s = &c->slots[c->user[i]];
            if (--s->standing)
                continue;
            if (s->node < c->shops)
                tell_shop(c, s->node, s->kind, true);
            else
                fall(c, s->node - (uint32_t)c->shops);
        }
    }
}

void choke_give_back(struct choke *c, size_t trail)
{
    while (c->trail_count > trail) {
        const uint32_t e = c->trail[--c->trail_count];
        c->fallen[e] = false;
        for (uint32_t i = c->user_first[e]; i < c->user_first[e + 1]; i++) {
            struct choke_slot *s = &c->slots[c->user[i]];
            if (s->standing++ == 0 && s->node < c->shops)
                tell_shop(c, s->node, s->kind, false);
        }
    }
}

/* The largest network by what is left. None is larger than it was, so the search ends with the
 * first that was smaller than the best so far. O(networks that were touched). */
void choke_settle(const struct choke *c, struct choke_state *state)
{
    *state = c->now;
    state->largest = 0;
    state->largest_network = CHOKE_NONE;
    for (size_t i = 0; i < c->networks; i++) {
        const uint32_t n = c->by_size[i], left = c->in_network[n];
        if (c->size[n] < state->largest)
            break;
        if (left > state->largest ||
            (left == state->largest && left && n < state->largest_network)) {
            state->largest = left;
            state->largest_network = n;
        }
    }
}

void choke_now(const struct choke *c, struct choke_state *state)
{
    choke_settle(c, state);
}

uint32_t choke_having(const struct choke *c, enum choke_kind kind)
{
    return c->having[kind];
}

/* ---- who hangs on what ----------------------------------------------------------------------- */

static void next_stamp(struct choke *c)
{
    if (++c->stamp)
        return;
    memset(c->node_stamp, 0, (c->shops + c->elements) * sizeof *c->node_stamp);
    memset(c->network_stamp, 0, c->networks * sizeof *c->network_stamp);
    c->stamp = 1;
}

static bool is_new(const struct choke *c, uint32_t *stamps, uint32_t at)
{
    if (stamps[at] == c->stamp)
        return false;
    stamps[at] = c->stamp;
    return true;
}

static void meet_shop(struct choke *c, struct choke_reached *r, uint32_t shop)
{
    if (!is_new(c, c->node_stamp, shop) || (c->lost[shop] & c->strikes))
        return;
    if (r->list)
        r->list[r->shops] = shop;
    r->shops++;
    if (c->network[shop] != CHOKE_NONE && is_new(c, c->network_stamp, c->network[shop]))
        r->networks++;
}

void choke_reach(struct choke *c, struct choke_reached *r, uint32_t element)
{
    size_t count = 0;
    next_stamp(c);
    c->node_stamp[c->shops + element] = c->stamp;
    c->front[count++] = element;
    for (size_t at = 0; at < count; at++) {
        const uint32_t e = c->front[at];
        for (uint32_t i = c->user_first[e]; i < c->user_first[e + 1]; i++) {
            const uint32_t node = c->slots[c->user[i]].node;
            if (node < c->shops)
                meet_shop(c, r, node);
            else if (is_new(c, c->node_stamp, node) && !c->fallen[node - c->shops])
                c->front[count++] = node - (uint32_t)c->shops;
        }
    }
}

void choke_rank_all(struct choke *c, struct choke_rank *out)
{
    for (uint32_t e = 0; e < c->elements; e++) {
        struct choke_reached r = {0};
        choke_reach(c, &r, e);
        out[e] = (struct choke_rank){.element = e, .shops = r.shops, .networks = r.networks};
        choke_cut(c, e);
        choke_settle(c, &out[e].alone);
        choke_give_back(c, 0);
    }
}

static int order(uint32_t more, uint32_t less)
{
    return more == less ? 0 : more > less ? -1 : 1;
}

int choke_by_rank(const void *a, const void *b)
{
    const struct choke_rank *x = a, *y = b;
    int o = order(x->shops, y->shops);
    if (!o)
        o = order(x->alone.stopped, y->alone.stopped);
    if (!o)
        o = order(x->networks, y->networks);
    return o ? o : order(y->element, x->element);
}

size_t choke_shops_of(struct choke *c, uint32_t element, uint32_t *out, bool *falls)
{
    struct choke_reached r = {.list = out};
    const size_t trail = c->trail_count;
    choke_reach(c, &r, element);
    if (r.shops)
        qsort(out, r.shops, sizeof *out, vec_by_u32);
    if (falls) {
        choke_cut(c, element);
        for (size_t i = 0; i < r.shops; i++)
            falls[i] = (c->lost[out[i]] & c->strikes) != 0;
        choke_give_back(c, trail);
    }
    return r.shops;
}
