/* contradict.c - see contradict.h. */
#include "graph/contradict.h"

#include "graph/vec.h"

#include <stdio.h>
#include <stdlib.h>

enum { NAMED_MAX = 120 }; /* bytes of the numbers in a sentence; more are not told */

struct step {
    struct rx_str site;        /* borrowed from the decisions */
    size_t from;               /* the step before */
    const struct decision *by; /* the must-link; NULL for the first */
};

struct walk { /* breadth first: the shortest way to each site that must be with the first */
    struct step *steps;
    size_t count, cap;
};

static int64_t find_step(const struct walk *w, struct rx_str site)
{
    for (size_t i = 0; i < w->count; i++)
        if (rx_str_eq(w->steps[i].site, site))
            return (int64_t)i;
    return -1;
}

static int add_step(struct walk *w, struct rx_str site, size_t from, const struct decision *by)
{
    if (find_step(w, site) >= 0)
        return 0;
    struct step *steps = vec_grow(w->steps, w->count, &w->cap, sizeof *steps);
    if (!steps)
        return RX_ENOMEM;
    w->steps = steps;
    w->steps[w->count++] = (struct step){site, from, by};
    return 0;
}

static int walk_from(struct walk *w, const struct decisions *d, struct rx_str site)
{
    int rc = add_step(w, site, 0, NULL);
    for (size_t at = 0; at < w->count && !rc; at++) {
        const struct rx_str here = w->steps[at].site;
        for (size_t i = 0; i < d->count && !rc; i++) {
            const struct decision *it = &d->items[i];
            if (it->kind != DECISION_MUST || !decision_stands(it) || !decision_is_about(it, here))
                continue;
            rc = add_step(w, rx_str_eq(it->subject, here) ? it->object : it->subject, at, it);
        }
    }
    return rc;
}

/* ---- the sentence -----------------------------------------------------------------------------
 */

struct blame {
    char ids[NAMED_MAX]; /* all but the last, apart by commas */
    int64_t last;
    size_t count;
};

static void name_one(struct blame *b, int64_t id)
{
    const size_t used = strlen(b->ids), room = sizeof b->ids - used;
    if (b->count++) {
        int n = snprintf(b->ids + used, room, "%s%lld", used ? ", " : "", (long long)b->last);
        if (n < 0 || (size_t)n >= room)
            b->ids[used] = '\0'; /* half a number would name another decision */
    }
    b->last = id;
}

static void name_way(struct blame *b, const struct walk *w, int64_t end)
{
    for (size_t at = (size_t)end; w->steps[at].by; at = w->steps[at].from)
        name_one(b, w->steps[at].by->id);
}

static int refuse(const struct blame *b, enum decision_kind kind, struct rx_str x, struct rx_str y,
                  struct rx_err *err)
{
    const struct rx_str a = decision_name(x), c = decision_name(y);
    const bool one = b->count == 1;
    return rx_fail(err, RX_EUSAGE,
                   "%.*s and %.*s %s one network by decision%s %s%s%lld; undo %s first, as in "
                   "`rxmap undo %lld`",
                   RX_FMT(a), RX_FMT(c), kind == DECISION_MUST ? "cannot be in" : "must be in",
                   one ? "" : "s", b->ids, one ? "" : " and ", (long long)b->last,
                   one ? "it" : "one of them", (long long)b->last);
}

/* ---- the questions ----------------------------------------------------------------------------
 */

/* A must-link joins all that must be with a to all that must be with b. */
static int against_must(const struct decisions *d, const struct walk *of_a, const struct walk *of_b,
                        struct rx_err *err)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct decision *it = &d->items[i];
        if (it->kind != DECISION_CANNOT || !decision_stands(it))
            continue;
        int64_t x = find_step(of_a, it->subject), y = find_step(of_b, it->object);
        if (x < 0 || y < 0) {
            x = find_step(of_a, it->object);
            y = find_step(of_b, it->subject);
        }
        if (x < 0 || y < 0)
            continue;
        struct blame b = {0};
        name_way(&b, of_a, x);
        name_way(&b, of_b, y);
        name_one(&b, it->id);
        return refuse(&b, DECISION_MUST, of_a->steps[0].site, of_b->steps[0].site, err);
    }
    return 0;
}

static int against_cannot(const struct walk *of_a, struct rx_str b, struct rx_err *err)
{
    const int64_t at = find_step(of_a, b);
    if (at < 0)
        return 0;
    struct blame blame = {0};
    name_way(&blame, of_a, at);
    return refuse(&blame, DECISION_CANNOT, of_a->steps[0].site, b, err);
}

int contradict_link(const struct decisions *d, enum decision_kind kind, struct rx_str a,
                    struct rx_str b, struct rx_err *err)
{
    struct walk of_a = {0}, of_b = {0};
    int rc = walk_from(&of_a, d, a);
    if (!rc && kind == DECISION_MUST)
        rc = walk_from(&of_b, d, b);
    if (rc)
        rc = rx_fail(err, rc, "no memory for the decisions");
    else if (kind == DECISION_MUST)
        rc = against_must(d, &of_a, &of_b, err);
    else
        rc = against_cannot(&of_a, b, err);
    free(of_a.steps);
    free(of_b.steps);
    return rc;
}

int contradict_check(const struct decisions *d, struct rx_err *err)
{
    int rc = 0;
    for (size_t i = 0; i < d->count && !rc; i++) {
        const struct decision *it = &d->items[i];
        struct rx_err why = {0};
        if (it->kind != DECISION_CANNOT || !decision_stands(it))
            continue;
        rc = contradict_link(d, DECISION_CANNOT, it->subject, it->object, &why);
        if (rc == RX_EUSAGE)
            rc = rx_fail(err, RX_EDAMAGE, "decision %lld contradicts others: %s", (long long)it->id,
                         why.text);
        else if (rc)
            *err = why;
    }
    return rc;
}
