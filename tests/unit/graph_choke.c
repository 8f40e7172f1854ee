/* graph_choke - what falls if something is cut: tables, and small random worlds in which every
 * figure is recounted from nothing. */
#include "graph/choke.h"

#include "base/clock.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SHOPS = 10, ELEMENTS = 9, NETWORKS = 3, NEEDS = 120, ROUNDS = 3000 };

struct world {
    size_t shops, elements, needs;
    uint32_t network[SHOPS];
    struct choke_need need[NEEDS];
};

static struct choke *made(const struct world *w)
{
    const struct choke_input in = {w->shops, w->elements, NETWORKS, w->network, w->need, w->needs};
    struct choke *c = NULL;
    assert_int_equal(choke_new(&c, &in), 0);
    return c;
}

/* ---- the same again, from nothing -------------------------------------------------------------
 */

static bool holds(const struct world *w, const bool *fallen, uint32_t node, enum choke_kind kind,
                  bool *any)
{
    bool stands = false;
    *any = false;
    for (size_t i = 0; i < w->needs; i++) {
        if (w->need[i].node != node || w->need[i].kind != kind)
            continue;
        *any = true;
        stands = stands || !fallen[w->need[i].on];
    }
    return stands;
}

static unsigned losses(const struct world *w, const bool *fallen, uint32_t node)
{
    unsigned bits = 0;
    for (int kind = 0; kind < CHOKE_KINDS; kind++) {
        bool any;
        if (!holds(w, fallen, node, (enum choke_kind)kind, &any) && any)
            bits |= CHOKE_BIT(kind);
    }
    return bits;
}

/* The elements that fall if those are cut; both as bits. */
static unsigned fallen_by(const struct world *w, unsigned cut)
{
    bool fallen[ELEMENTS] = {0};
    for (bool more = true; more;) {
        more = false;
        for (uint32_t e = 0; e < w->elements; e++) {
            if (!fallen[e] && (((cut >> e) & 1) || losses(w, fallen, (uint32_t)w->shops + e)))
                fallen[e] = more = true;
        }
    }
    unsigned bits = 0;
    for (uint32_t e = 0; e < w->elements; e++)
        bits |= (unsigned)fallen[e] << e;
    return bits;
}

static unsigned shop_losses(const struct world *w, unsigned down, uint32_t shop)
{
    bool fallen[ELEMENTS];
    for (uint32_t e = 0; e < ELEMENTS; e++)
        fallen[e] = (down >> e) & 1;
    return losses(w, fallen, shop);
}

/* cut: bits of elements. */
static void recount(struct choke_state *s, const struct world *w, unsigned cut, unsigned strikes,
                    uint32_t *struck)
{
    const unsigned down = fallen_by(w, cut);
    uint32_t in_network[NETWORKS] = {0};
    *s = (struct choke_state){.largest_network = CHOKE_NONE};
    *struck = 0;
    for (uint32_t shop = 0; shop < w->shops; shop++) {
        const unsigned bits = shop_losses(w, down, shop);
        for (int kind = 0; kind < CHOKE_KINDS; kind++)
            s->lost[kind] += (bits >> kind) & 1;
        *struck += (bits & strikes) != 0;
        if (bits & CHOKE_VITAL)
            s->stopped++;
        else if (w->network[shop] != CHOKE_NONE)
            in_network[w->network[shop]]++;
    }
    s->left = (uint32_t)w->shops - s->stopped;
    for (uint32_t n = 0; n < NETWORKS; n++) {
        if (in_network[n] <= s->largest)
            continue;
        s->largest = in_network[n];
        s->largest_network = n;
    }
}

/* Shops that the element can touch at all, through whatever stands. */
static unsigned touched(const struct world *w, uint32_t element, unsigned fallen)
{
    unsigned elements = 1U << element, shops = 0;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < w->needs; i++) {
            const struct choke_need *n = &w->need[i];
            if (!((elements >> n->on) & 1))
                continue;
            if (n->node < w->shops) {
                shops |= 1U << n->node;
            } else {
                const unsigned bit = 1U << (n->node - w->shops);
                more = more || !((elements | fallen) & bit);
                elements |= bit & ~fallen;
            }
        }
    }
    return shops;
}

static void same_state(const struct choke_state *a, const struct choke_state *b)
{
    assert_int_equal(a->stopped, b->stopped);
    assert_int_equal(a->left, b->left);
    assert_memory_equal(a->lost, b->lost, sizeof a->lost);
    assert_int_equal(a->largest, b->largest);
    assert_int_equal(a->largest_network, b->largest_network);
}

/* ---- random worlds ----------------------------------------------------------------------------
 */

static void add(struct world *w, uint32_t node, enum choke_kind kind, uint32_t on)
{
    assert_true(w->needs < NEEDS);
    w->need[w->needs++] = (struct choke_need){node, on, kind};
}

/* each: elements of one kind that a node names, at most. between: elements need elements, in rings
 * too. */
static void invent(struct world *w, struct rx_rand *r, unsigned each, bool between)
{
    memset(w, 0, sizeof *w);
    w->shops = 1 + (size_t)rx_rand_below(r, SHOPS);
    w->elements = 1 + (size_t)rx_rand_below(r, ELEMENTS);
    for (uint32_t s = 0; s < w->shops; s++) {
        const uint64_t n = rx_rand_below(r, NETWORKS + 1);
        w->network[s] = n == NETWORKS ? CHOKE_NONE : (uint32_t)n;
        static const enum choke_kind kinds[] = {CHOKE_PAY, CHOKE_ADDRESS, CHOKE_PHONE};
        for (size_t k = 0; k < 3; k++)
            for (uint64_t n_of = rx_rand_below(r, each + 1); n_of > 0; n_of--)
                add(w, s, kinds[k], (uint32_t)rx_rand_below(r, w->elements));
    }
    for (uint32_t e = 0; between && e < w->elements; e++)
        for (uint64_t n_of = rx_rand_below(r, 3); n_of > 0; n_of--)
            add(w, (uint32_t)w->shops + e, rx_rand_below(r, 2) ? CHOKE_ADDRESS : CHOKE_AS,
                (uint32_t)rx_rand_below(r, w->elements));
}

static unsigned count_bits(unsigned bits)
{
    unsigned n = 0;
    for (; bits; bits &= bits - 1)
        n++;
    return n;
}

static void check_ranks(struct choke *c, const struct world *w, struct choke_rank *ranks)
{
    uint32_t list[SHOPS], struck;
    bool falls[SHOPS];
    choke_rank_all(c, ranks);
    for (uint32_t e = 0; e < w->elements; e++) {
        struct choke_state want;
        recount(&want, w, 1U << e, CHOKE_ALL, &struck);
        same_state(&ranks[e].alone, &want);
        const unsigned shops = touched(w, e, 0);
        assert_int_equal(ranks[e].shops, count_bits(shops));
        unsigned networks = 0, got = 0;
        for (uint32_t s = 0; s < w->shops; s++)
            if (((shops >> s) & 1) && w->network[s] != CHOKE_NONE)
                networks |= 1U << w->network[s];
        assert_int_equal(ranks[e].networks, count_bits(networks));
        const size_t n = choke_shops_of(c, e, list, falls);
        uint32_t fall = 0;
        for (size_t i = 0; i < n; i++) {
            assert_true(!i || list[i] > list[i - 1]);
            got |= 1U << list[i];
            fall += falls[i];
        }
        assert_int_equal(got, shops);
        assert_int_equal(fall, struck);
    }
}

/* The best next step by a count from nothing; CHOKE_NONE: there is none. */
static struct choke_step next_step(const struct world *w, unsigned allowed, unsigned strikes,
                                   unsigned cut)
{
    struct choke_step best = {.element = CHOKE_NONE};
    struct choke_state state;
    const unsigned down = fallen_by(w, cut);
    uint32_t before, after, most = 0;
    recount(&state, w, cut, strikes, &before);
    for (uint32_t e = 0; e < w->elements; e++) {
        if (!((allowed >> e) & 1) || ((down >> e) & 1))
            continue;
        unsigned reach = touched(w, e, down);
        for (uint32_t s = 0; s < w->shops; s++)
            if (shop_losses(w, down, s) & strikes)
                reach &= ~(1U << s);
        const uint32_t hanging = count_bits(reach);
        recount(&state, w, cut | 1U << e, strikes, &after);
        const uint32_t struck = after - before;
        if (hanging && (best.element == CHOKE_NONE || struck > best.struck ||
                        (struck == best.struck && hanging > most))) {
            best = (struct choke_step){.element = e, .struck = struck, .after = state};
            most = hanging;
        }
    }
    return best;
}

struct pick { /* elements that are cut for what they strike together */
    uint32_t e[ELEMENTS], n, struck;
};

/* What a node has left of a kind, if it may all be cut and is more than one. */
static bool left_of(struct pick *out, const struct world *w, uint32_t node, enum choke_kind kind,
                    unsigned allowed, unsigned down)
{
    unsigned left = 0;
    for (size_t i = 0; i < w->needs; i++)
        if (w->need[i].node == node && w->need[i].kind == kind)
            left |= 1U << w->need[i].on;
    left &= ~down;
    *out = (struct pick){.n = 0};
    if (count_bits(left) < 2 || count_bits(left) > 5 || (left & ~allowed))
        return false;
    for (uint32_t e = 0; e < w->elements; e++)
        if ((left >> e) & 1)
            out->e[out->n++] = e;
    return true;
}

static bool is_first(const struct pick *a, const struct pick *b)
{
    for (uint32_t i = 0; i < a->n && a->n == b->n; i++)
        if (a->e[i] != b->e[i])
            return a->e[i] < b->e[i];
    return a->n < b->n;
}

/* The densest of the single step and of everybody's sets. */
static struct pick next_pick(const struct world *w, unsigned allowed, unsigned strikes,
                             unsigned cut, size_t room)
{
    const struct choke_step single = next_step(w, allowed, strikes, cut);
    const unsigned down = fallen_by(w, cut);
    struct pick best = {.n = 0}, it;
    struct choke_state state;
    uint32_t before, after;
    recount(&state, w, cut, strikes, &before);
    for (uint32_t node = 0; node < w->shops + w->elements; node++) {
        for (int kind = 0; kind < CHOKE_KINDS; kind++) {
            const bool shop = node < w->shops;
            if (shop ? !(strikes & CHOKE_BIT(kind)) || (shop_losses(w, down, node) & strikes)
                     : (down >> (node - w->shops)) & 1)
                continue;
            if (!left_of(&it, w, node, (enum choke_kind)kind, allowed, down) || it.n > room)
                continue;
            unsigned more = cut;
            for (uint32_t i = 0; i < it.n; i++)
                more |= 1U << it.e[i];
            recount(&state, w, more, strikes, &after);
            it.struck = after - before;
            const uint32_t mine = it.struck * best.n, theirs = best.struck * it.n;
            if (it.struck && (!best.n || mine > theirs || (mine == theirs && is_first(&it, &best))))
                best = it;
        }
    }
    if (best.n && best.struck > single.struck * best.n)
        return best;
    return (struct pick){{single.element}, single.element != CHOKE_NONE, single.struck};
}

static void check_plan(struct choke *c, const struct world *w, const struct choke_rank *ranks,
                       unsigned allowed, unsigned kinds, size_t k)
{
    struct choke_step steps[ELEMENTS];
    uint32_t want[ELEMENTS], struck[ELEMENTS];
    struct choke_state after[ELEMENTS];
    bool candidate[ELEMENTS], next[ELEMENTS];
    size_t taken = 0, n = 0;
    unsigned cut = 0;
    for (uint32_t e = 0; e < w->elements; e++)
        candidate[e] = (allowed >> e) & 1;
    const struct choke_wish wish = {candidate, ranks, kinds, k};
    assert_int_equal(choke_plan(c, steps, &taken, &wish), 0);
    for (struct pick it = {.n = 1}; n < k && it.n;) {
        it = next_pick(w, allowed, CHOKE_VITAL | kinds, cut, k - n);
        for (uint32_t i = 0; i < it.n; i++) {
            uint32_t before;
            recount(&after[n], w, cut, CHOKE_VITAL | kinds, &before);
            cut |= 1U << it.e[i];
            recount(&after[n], w, cut, CHOKE_VITAL | kinds, &struck[n]);
            struck[n] -= before;
            next[n] = i + 1 < it.n;
            want[n++] = it.e[i];
        }
    }
    while (n && !struck[n - 1])
        n--;
    assert_int_equal(taken, n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(steps[i].element, want[i]);
        assert_int_equal(steps[i].struck, struck[i]);
        assert_int_equal(steps[i].with_next, next[i]);
        same_state(&steps[i].after, &after[i]);
    }
}

static void test_recounted(void **state)
{
    struct rx_rand r = {20251122};
    struct choke_rank ranks[ELEMENTS];
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct world w;
        struct choke_state now, want;
        uint32_t struck;
        invent(&w, &r, 1 + (unsigned)rx_rand_below(&r, 3), round % 2);
        struct choke *c = made(&w);
        recount(&want, &w, 0, CHOKE_ALL, &struck);
        check_ranks(c, &w, ranks);
        check_plan(c, &w, ranks, (unsigned)rx_rand_below(&r, 1U << ELEMENTS),
                   (unsigned)rx_rand_below(&r, 2) * CHOKE_BIT(CHOKE_PHONE),
                   (size_t)rx_rand_below(&r, ELEMENTS + 1));
        choke_now(c, &now); /* questions leave nothing behind */
        same_state(&now, &want);
        choke_free(c);
    }
}

/* Where one of each is all that a shop has, cutting is covering, and the greedy way strikes at
 * least 1 - 1/e of the best that any k can (Nemhauser, Wolsey, Fisher 1978). */
static void test_near_best(void **state)
{
    struct rx_rand r = {7};
    struct choke_rank ranks[ELEMENTS];
    unsigned equal = 0, worlds = 0;
    (void)state;
    for (int round = 0; round < 400; round++) {
        struct world w;
        struct choke_step steps[ELEMENTS];
        bool candidate[ELEMENTS];
        size_t taken = 0;
        invent(&w, &r, 1, false);
        memset(candidate, true, sizeof candidate);
        struct choke *c = made(&w);
        choke_rank_all(c, ranks);
        const struct choke_wish wish = {candidate, ranks, 0, 3};
        assert_int_equal(choke_plan(c, steps, &taken, &wish), 0);
        uint32_t best = 0, struck, got = taken ? steps[taken - 1].after.stopped : 0;
        for (unsigned cut = 0; cut < 1U << w.elements; cut++) {
            struct choke_state s;
            if (count_bits(cut) > 3)
                continue;
            recount(&s, &w, cut, CHOKE_VITAL, &struck);
            best = s.stopped > best ? s.stopped : best;
        }
        assert_true(got <= best);
        assert_true(got >= (1 - exp(-1)) * best);
        equal += got == best;
        worlds++;
        choke_free(c);
    }
    print_message("greedy equals the best three in %u of %u worlds\n", equal, worlds);
}

/* ---- what the words mean ----------------------------------------------------------------------
 */

/* Two shops at one till each, which share an address in one network; a third with two tills. */
enum { TILL_A, TILL_B, WALLET, ADDRESS, AS, PHONE, STREET };
static const struct world street = {.shops = 4,
                                    .elements = STREET,
                                    .network = {0, 0, 1, CHOKE_NONE},
                                    .needs = 9,
                                    .need = {{0, TILL_A, CHOKE_PAY},
                                             {1, TILL_B, CHOKE_PAY},
                                             {2, TILL_A, CHOKE_PAY},
                                             {2, WALLET, CHOKE_PAY},
                                             {0, PHONE, CHOKE_PHONE},
                                             {4 + TILL_A, ADDRESS, CHOKE_ADDRESS},
                                             {4 + TILL_B, ADDRESS, CHOKE_ADDRESS},
                                             {4 + ADDRESS, AS, CHOKE_AS},
                                             {0, TILL_A, CHOKE_PAY}}}; /* said twice */

static void test_chain(void **state)
{
    static const struct {
        uint32_t cut, shops, networks, stopped, unpaid, left, largest, network;
    } rows[] = {
        {TILL_A, 2, 2, 1, 1, 3, 1, 0}, /* the shop with a wallet goes on */
        {TILL_B, 1, 1, 1, 1, 3, 1, 0},  {WALLET, 1, 1, 0, 0, 4, 2, 0},
        {ADDRESS, 3, 2, 2, 2, 2, 1, 1}, /* both tills stand behind it */
        {AS, 3, 2, 2, 2, 2, 1, 1},      /* and it behind the network */
        {PHONE, 1, 1, 0, 0, 4, 2, 0},   /* nobody stops selling for want of a telephone */
    };
    struct choke_rank ranks[STREET];
    struct choke *c = made(&street);
    (void)state;
    assert_int_equal(choke_having(c, CHOKE_PAY), 3);
    assert_int_equal(choke_having(c, CHOKE_ADDRESS), 0);
    choke_rank_all(c, ranks);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct choke_rank *r = &ranks[rows[i].cut];
        assert_int_equal(r->shops, rows[i].shops);
        assert_int_equal(r->networks, rows[i].networks);
        assert_int_equal(r->alone.stopped, rows[i].stopped);
        assert_int_equal(r->alone.lost[CHOKE_PAY], rows[i].unpaid);
        assert_int_equal(r->alone.left, rows[i].left);
        assert_int_equal(r->alone.largest, rows[i].largest);
        assert_int_equal(r->alone.largest_network, rows[i].network);
    }
    assert_int_equal(ranks[PHONE].alone.lost[CHOKE_PHONE], 1);
    choke_free(c);
}

/* One of a pair of tills strikes nobody; the plan takes it all the same, for the sake of the next.
 */
static void test_pair(void **state)
{
    static const struct world pair = {.shops = 3,
                                      .elements = 3,
                                      .network = {0, 0, 0},
                                      .needs = 6,
                                      .need = {{0, 1, CHOKE_PAY},
                                               {0, 2, CHOKE_PAY},
                                               {1, 1, CHOKE_PAY},
                                               {1, 2, CHOKE_PAY},
                                               {2, 0, CHOKE_PAY},
                                               {2, 1, CHOKE_PAY}}};
    static const bool all[] = {true, true, true}, one[] = {false, true, false};
    struct choke_rank ranks[3];
    struct choke_step steps[3];
    size_t taken = 9;
    (void)state;
    struct choke *c = made(&pair);
    choke_rank_all(c, ranks);
    const struct choke_wish two = {all, ranks, 0, 2}, none = {one, ranks, 0, 3};
    assert_int_equal(choke_plan(c, steps, &taken, &two), 0);
    assert_int_equal(taken, 2);
    assert_int_equal(steps[0].element, 1);
    assert_int_equal(steps[0].struck, 0);
    assert_int_equal(steps[1].element, 2);
    assert_int_equal(steps[1].struck, 2);
    assert_int_equal(choke_plan(c, steps, &taken, &none), 0);
    assert_int_equal(taken, 0); /* what strikes nobody is not taken in the end */
    choke_free(c);
}

/* Three telephones that six shops have in common are worth more together than the lone one of a
 * shop, but not more than half a dozen cuts. */
static void test_set(void **state)
{
    struct world w = {.shops = 7, .elements = 4};
    static const bool all[] = {true, true, true, true};
    struct choke_rank ranks[4];
    struct choke_step steps[4];
    size_t taken = 0;
    (void)state;
    for (uint32_t s = 0; s < 6; s++)
        for (uint32_t e = 1; e < 4; e++)
            add(&w, s, CHOKE_PHONE, e);
    add(&w, 6, CHOKE_PHONE, 0);
    struct choke *c = made(&w);
    choke_rank_all(c, ranks);
    struct choke_wish wish = {all, ranks, CHOKE_BIT(CHOKE_PHONE), 4};
    assert_int_equal(choke_plan(c, steps, &taken, &wish), 0);
    assert_int_equal(taken, 4);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(steps[i].element, i + 1);
        assert_int_equal(steps[i].with_next, i < 2);
        assert_int_equal(steps[i].struck, i < 2 ? 0 : 6);
    }
    assert_int_equal(steps[3].element, 0);
    wish.k = 2; /* no room for three */
    assert_int_equal(choke_plan(c, steps, &taken, &wish), 0);
    assert_int_equal(taken, 1);
    assert_int_equal(steps[0].element, 0);
    choke_free(c);
}

/* Order and repetition of the needs change nothing. */
static void test_order(void **state)
{
    struct rx_rand r = {5};
    (void)state;
    for (int round = 0; round < 200; round++) {
        struct world w, other;
        struct choke_rank a[ELEMENTS], b[ELEMENTS];
        invent(&w, &r, 1, true);
        other = w;
        for (size_t i = 0, n = other.needs; i < n && other.needs < NEEDS; i++)
            other.need[other.needs++] = other.need[i];
        for (size_t i = other.needs; i > 1; i--) {
            const size_t j = (size_t)rx_rand_below(&r, i);
            const struct choke_need swap = other.need[i - 1];
            other.need[i - 1] = other.need[j];
            other.need[j] = swap;
        }
        struct choke *c = made(&w), *d = made(&other);
        choke_rank_all(c, a);
        choke_rank_all(d, b);
        assert_memory_equal(a, b, w.elements * sizeof *a);
        choke_free(c);
        choke_free(d);
    }
}

static void test_ranked(void **state)
{
    struct choke_rank r[] = {{.element = 3, .shops = 5, .networks = 1},
                             {.element = 1, .shops = 5, .networks = 1},
                             {.element = 2, .shops = 5, .networks = 2},
                             {.element = 0, .shops = 5, .networks = 1, .alone.stopped = 1},
                             {.element = 4, .shops = 6}};
    static const uint32_t want[] = {4, 0, 2, 1, 3};
    (void)state;
    qsort(r, 5, sizeof *r, choke_by_rank);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(r[i].element, want[i]);
}

static void test_refused(void **state)
{
    const uint32_t network[] = {0}, wrong[] = {1};
    const struct choke_need bad[] = {{0, 1, CHOKE_PAY}, {2, 0, CHOKE_PAY}, {0, 0, CHOKE_KINDS}};
    struct choke *c = (struct choke *)&c;
    (void)state;
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(choke_new(&c, &(struct choke_input){1, 1, 1, network, &bad[i], 1}),
                         RX_EINVAL);
    assert_int_equal(choke_new(&c, &(struct choke_input){1, 1, 1, wrong, NULL, 0}), RX_EINVAL);
    assert_ptr_equal(c, &c);
    assert_int_equal(choke_new(&c, &(struct choke_input){0}), 0);
    struct choke_state s;
    choke_now(c, &s);
    assert_int_equal(s.left, 0);
    assert_int_equal(s.largest_network, CHOKE_NONE);
    choke_free(c);
    assert_string_equal(choke_kind_name(CHOKE_NS), "nameserver");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chain),     cmocka_unit_test(test_pair),
        cmocka_unit_test(test_set),       cmocka_unit_test(test_recounted),
        cmocka_unit_test(test_near_best), cmocka_unit_test(test_order),
        cmocka_unit_test(test_ranked),    cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
