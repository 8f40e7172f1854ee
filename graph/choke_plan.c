/* choke_plan.c - the greedy half of choke.h: what to cut together.
 *
 * Mostly the next best element is what strikes most. But where shops have three telephones or take
 * turns at two tills, no single one strikes anybody, and who only looks one step ahead never
 * begins. So sets are looked at, too: all that some node still has of a kind, if it is no more than
 * SET_MAX. What such a set strikes is estimated by counting the slots that lie inside it; the best
 * by that count are tried out, and the best of these is taken if it strikes more an element than
 * the best single one. */
#include "graph/choke_net.h"

#include "graph/vec.h"

#include <stdlib.h>
#include <string.h>

enum { SET_MAX = 5, TRIED_MAX = 64 };

struct set { /* elements, ascending */
    uint32_t e[SET_MAX], n;
    uint32_t weight; /* storefronts whose slot, or whose till's, it is */
    uint32_t worth;  /* of all slots inside it */
};

struct planner {
    struct choke *c;
    const struct choke_wish *wish;
    struct choke_rank *sorted; /* candidates, most storefronts first */
    size_t sorted_count;
    struct set *sets; /* each once, in order */
    size_t set_count;
    uint32_t *sole; /* by element: weight of the slots that have nothing else left */
};

/* ---- one element ----------------------------------------------------------------------------- */

struct gain {
    uint32_t struck, hanging;
    uint32_t element; /* CHOKE_NONE: no candidate */
};

static uint32_t strikes_of(struct choke *c, const uint32_t *elements, size_t n)
{
    const uint32_t before = c->struck;
    const size_t trail = c->trail_count;
    for (size_t i = 0; i < n; i++)
        choke_cut(c, elements[i]);
    const uint32_t after = c->struck;
    choke_give_back(c, trail);
    return after - before;
}

static bool is_better(const struct gain *a, const struct gain *b)
{
    if (b->element == CHOKE_NONE || a->struck != b->struck)
        return b->element == CHOKE_NONE || a->struck > b->struck;
    if (a->hanging != b->hanging)
        return a->hanging > b->hanging;
    return a->element < b->element;
}

/* Nobody strikes more than hang on it, so the search ends with the first on which fewer hang than
 * the best strikes. */
static struct gain best_single(const struct planner *p)
{
    struct choke *c = p->c;
    struct gain best = {.element = CHOKE_NONE};
    for (size_t i = 0; i < p->sorted_count && p->sorted[i].shops >= best.struck; i++) {
        const uint32_t e = p->sorted[i].element;
        if (c->fallen[e])
            continue;
        struct gain it = {.struck = strikes_of(c, &e, 1), .element = e};
        if (best.element != CHOKE_NONE && it.struck < best.struck)
            continue;
        struct choke_reached r = {0};
        choke_reach(c, &r, e);
        it.hanging = r.shops;
        if (r.shops && is_better(&it, &best))
            best = it;
    }
    return best;
}

/* ---- several --------------------------------------------------------------------------------- */

static int by_elements(const void *a, const void *b)
{
    const struct set *x = a, *y = b;
    if (x->n != y->n)
        return x->n < y->n ? -1 : 1;
    for (uint32_t i = 0; i < x->n; i++)
        if (x->e[i] != y->e[i])
            return x->e[i] < y->e[i] ? -1 : 1;
    return 0;
}

/* Would anybody be struck by the loss of the slot? */
static bool matters(const struct choke *c, const struct choke_slot *s)
{
    if (s->node >= c->shops)
        return !c->fallen[s->node - c->shops];
    return (c->strikes & CHOKE_BIT(s->kind)) && !(c->lost[s->node] & c->strikes);
}

/* What is left in a slot, if all of it may be cut. */
static bool take_set(struct set *set, const struct planner *p, const struct choke_slot *s)
{
    const struct choke *c = p->c;
    *set = (struct set){.weight = 1};
    if (s->node >= c->shops)
        set->weight = p->wish->ranks[s->node - c->shops].alone.stopped;
    for (uint32_t i = s->first; i < s->first + s->count; i++) {
        if (c->fallen[c->on[i]])
            continue;
        if (set->n == SET_MAX || !p->wish->candidate[c->on[i]])
            return false;
        set->e[set->n++] = c->on[i];
    }
    return set->n > 0;
}

/* Equal sets become one, with the weight of all. */
static void gather_sets(struct planner *p, size_t most)
{
    const struct choke *c = p->c;
    struct set set;
    size_t n = 0, kept = 0;
    memset(p->sole, 0, c->elements * sizeof *p->sole);
    for (size_t i = 0; i < c->slot_count; i++) {
        if (c->slots[i].standing > most || !matters(c, &c->slots[i]) ||
            !take_set(&set, p, &c->slots[i]))
            continue;
        if (set.n == 1)
            p->sole[set.e[0]] += set.weight;
        else
            p->sets[n++] = set;
    }
    if (n)
        qsort(p->sets, n, sizeof *p->sets, by_elements);
    for (size_t i = 0; i < n; i++) {
        if (kept && !by_elements(&p->sets[kept - 1], &p->sets[i]))
            p->sets[kept - 1].weight += p->sets[i].weight;
        else
            p->sets[kept++] = p->sets[i];
    }
    p->set_count = kept;
}

/* By the slots that lie inside it: at most 2^SET_MAX look-ups. */
static uint32_t worth_of(const struct planner *p, const struct set *set)
{
    uint32_t worth = 0;
    for (unsigned bits = 1; bits < 1U << set->n; bits++) {
        struct set part = {.n = 0};
        for (uint32_t i = 0; i < set->n; i++)
            if ((bits >> i) & 1)
                part.e[part.n++] = set->e[i];
        const struct set *found =
            part.n < 2 ? NULL : bsearch(&part, p->sets, p->set_count, sizeof *p->sets, by_elements);
        worth += part.n < 2 ? p->sole[part.e[0]] : found ? found->weight : 0;
    }
    return worth;
}

/* More an element; of equals the smaller set, then the first: sets come in this order. */
static bool is_denser(uint32_t worth, uint32_t n, uint32_t than, uint32_t of)
{
    return (uint64_t)worth * of > (uint64_t)than * n;
}

/* The best by worth, in tried[0..result). */
static size_t shortlist(const struct set *tried[TRIED_MAX], struct planner *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->set_count; i++) {
        struct set *it = &p->sets[i];
        it->worth = worth_of(p, it);
        size_t at = n;
        while (at && is_denser(it->worth, it->n, tried[at - 1]->worth, tried[at - 1]->n))
            at--;
        if (at == TRIED_MAX)
            continue;
        n += n < TRIED_MAX;
        memmove(&tried[at + 1], &tried[at], (n - at - 1) * sizeof(struct set *));
        tried[at] = it;
    }
    return n;
}

/* The set that strikes most an element; of no elements if none strikes anybody. */
static struct set best_set(struct planner *p, size_t most, uint32_t *struck)
{
    const struct set *tried[TRIED_MAX], *best = NULL;
    *struck = 0;
    gather_sets(p, most);
    const size_t n = shortlist(tried, p);
    for (size_t i = 0; i < n; i++) {
        const uint32_t it = strikes_of(p->c, tried[i]->e, tried[i]->n);
        const bool denser = best && is_denser(it, tried[i]->n, *struck, best->n);
        const bool equal = best && !denser && !is_denser(*struck, best->n, it, tried[i]->n);
        if (!it || (best && !denser && !(equal && by_elements(tried[i], best) < 0)))
            continue;
        best = tried[i];
        *struck = it;
    }
    return best ? *best : (struct set){.n = 0};
}

/* ---- the plan -------------------------------------------------------------------------------- */

static void list_candidates(struct planner *p)
{
    for (uint32_t e = 0; e < p->c->elements; e++)
        if (p->wish->candidate[e] && p->wish->ranks[e].shops)
            p->sorted[p->sorted_count++] = p->wish->ranks[e];
    qsort(p->sorted, p->sorted_count, sizeof *p->sorted, choke_by_rank);
}

/* Appends the next best to cut, room elements at most; returns how many. */
static size_t take_next(struct planner *p, struct choke_step *steps, size_t room)
{
    struct choke *c = p->c;
    const struct gain single = best_single(p);
    uint32_t struck;
    struct set set = best_set(p, room < SET_MAX ? room : SET_MAX, &struck);
    if (!set.n || !is_denser(struck, set.n, single.struck, 1)) {
        set = (struct set){.e = {single.element}, .n = single.element != CHOKE_NONE};
    }
    for (uint32_t i = 0; i < set.n; i++) {
        const uint32_t before = c->struck;
        choke_cut(c, set.e[i]);
        steps[i] = (struct choke_step){
            .element = set.e[i], .struck = c->struck - before, .with_next = i + 1 < set.n};
        choke_settle(c, &steps[i].after);
    }
    return set.n;
}

static int planner_init(struct planner *p, struct choke *c, const struct choke_wish *wish)
{
    *p = (struct planner){.c = c, .wish = wish};
    p->sorted = vec_zero(c->elements, sizeof *p->sorted);
    p->sets = vec_zero(c->slot_count, sizeof *p->sets);
    p->sole = vec_zero(c->elements, sizeof *p->sole);
    if (!p->sorted || !p->sets || !p->sole)
        return RX_ENOMEM;
    list_candidates(p);
    return 0;
}

int choke_plan(struct choke *c, struct choke_step *steps, size_t *taken,
               const struct choke_wish *wish)
{
    struct planner p;
    const int rc = planner_init(&p, c, wish);
    size_t count = 0, more = 1;
    c->strikes = CHOKE_VITAL | wish->kinds;
    while (!rc && more && count < wish->k) {
        more = take_next(&p, steps + count, wish->k - count);
        count += more;
    }
    while (count && !steps[count - 1].struck)
        count--;
    choke_give_back(c, 0);
    c->strikes = CHOKE_ALL;
    free(p.sorted);
    free(p.sets);
    free(p.sole);
    if (!rc)
        *taken = count;
    return rc;
}
