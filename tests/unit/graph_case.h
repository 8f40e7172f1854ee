/* graph_case.h - synthetic cases for the tests of graph/, built straight in memory. */
#ifndef RX_TEST_GRAPH_CASE_H
#define RX_TEST_GRAPH_CASE_H

#include "base/clock.h"
#include "graph/claim.h"
#include "graph/entity.h"
#include "graph/frame.h"
#include "graph/names.h"
#include "graph/solve.h"
#include "graph/weigh.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* One fact of a case under construction: a site carries a value. */
struct fact {
    char site[40], cls[24], value[72];
    uint32_t pages, hidden; /* pages 0: three, none of them hidden */
};

struct draft {
    struct fact *facts;
    size_t count, cap;
    char (*other)[40]; /* sites that are no storefronts, with their role */
    enum rx_role *role;
    size_t other_count;
};

static inline void draft_add(struct draft *d, const char *site, const char *cls, const char *value)
{
    if (d->count == d->cap) {
        d->cap = d->cap ? 2 * d->cap : 1024;
        d->facts = realloc(d->facts, d->cap * sizeof *d->facts);
        assert_non_null(d->facts);
    }
    struct fact *f = &d->facts[d->count++];
    *f = (struct fact){0};
    (void)snprintf(f->site, sizeof f->site, "%s", site);
    (void)snprintf(f->cls, sizeof f->cls, "%s", cls);
    (void)snprintf(f->value, sizeof f->value, "%s", value);
}

static inline void draft_role(struct draft *d, const char *site, enum rx_role role)
{
    d->other = realloc(d->other, (d->other_count + 1) * sizeof *d->other);
    d->role = realloc(d->role, (d->other_count + 1) * sizeof *d->role);
    assert_non_null(d->other);
    assert_non_null(d->role);
    (void)snprintf(d->other[d->other_count], sizeof *d->other, "%s", site);
    d->role[d->other_count++] = role;
}

static inline void draft_done(struct draft *d)
{
    free(d->facts);
    free(d->other);
    free(d->role);
    *d = (struct draft){0};
}

/* Changes the order of the facts, and with it the order in which sites become known. */
static inline void draft_shuffle(struct draft *d, uint64_t seed)
{
    struct rx_rand r = {seed};
    for (size_t i = d->count; i > 1; i--) {
        size_t j = (size_t)rx_rand_below(&r, i);
        struct fact swap = d->facts[i - 1];
        d->facts[i - 1] = d->facts[j];
        d->facts[j] = swap;
    }
}

static inline int draft_by_value(const void *a, const void *b)
{
    const struct fact *x = a, *y = b;
    int order = strcmp(x->cls, y->cls);
    if (!order)
        order = strcmp(x->value, y->value);
    return order ? order : strcmp(x->site, y->site);
}

/* As the store gives them: by class, value and site, each once. All sites are storefronts. */
static inline void draft_load(struct frame *f, struct draft *d)
{
    struct rx_err err = {0};
    *f = (struct frame){0};
    constants_load(&f->k, NULL);
    assert_int_equal(background_load(&f->bg, NULL, &err), 0);
    assert_int_equal(model_init(&f->m), 0);
    for (size_t i = 0; i < d->count; i++) {
        int64_t at = model_site(&f->m, rx_str(d->facts[i].site));
        assert_true(at >= 0);
        f->m.sites[at].role = RX_ROLE_STOREFRONT;
        f->m.sites[at].known = true;
    }
    for (size_t i = 0; i < d->other_count; i++) {
        int64_t at = model_site(&f->m, rx_str(d->other[i]));
        assert_true(at >= 0);
        f->m.sites[at].role = d->role[i];
    }
    qsort(d->facts, d->count, sizeof *d->facts, draft_by_value);
    for (size_t i = 0; i < d->count; i++) {
        const struct fact *it = &d->facts[i], *before = i ? it - 1 : NULL;
        if (before && !draft_by_value(before, it))
            continue;
        const struct rx_class *cls = rx_class_find(rx_str(it->cls));
        assert_non_null(cls);
        if (!before || strcmp(before->cls, it->cls) || strcmp(before->value, it->value))
            assert_int_equal(model_value_add(&f->m, cls, rx_str(it->value)), 0);
        struct model_row row = {(uint32_t)model_site_find(&f->m, rx_str(it->site)),
                                it->pages ? it->pages : 3, it->hidden, 1000, 2000};
        assert_int_equal(model_row_add(&f->m, &row), 0);
    }
    assert_int_equal(model_sort_sites(&f->m), 0);
    assert_int_equal(entity_fold(&f->m, f->bg, &f->k, &err), 0);
    weigh_entities(&f->m, f->bg, &f->k);
    assert_int_equal(claim_settle(&f->m, &f->k), 0);
    weigh_entities(&f->m, f->bg, &f->k);
    assert_int_equal(family_find(&f->families, &f->m, &f->k), 0);
}

/* Solves and names; result and frame are the caller's. */
static inline void draft_solve(struct frame *f, struct result *r, struct draft *d)
{
    struct solve_stats stats;
    struct names names = {0};
    struct rx_err err = {0};
    draft_load(f, d);
    assert_int_equal(solve(r, &stats, f, GRAPH_EVIDENCE, &err), 0);
    assert_int_equal(names_give(&names, r, &f->m), 0);
    names_done(&names);
}

/* The name of the programme network of a site, or "". */
static inline const char *network_of(const struct frame *f, const struct result *r,
                                     const char *site)
{
    int64_t at = model_site_find(&f->m, rx_str(site));
    for (size_t i = 0; i < r->member_count; i++) {
        const struct result_network *n = &r->networks[r->members[i].network];
        if (r->members[i].site == (uint32_t)at && r->members[i].role == RX_ROLE_UNKNOWN &&
            !n->affiliate)
            return n->id;
    }
    return "";
}

static inline size_t programmes(const struct result *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->network_count; i++)
        n += !r->networks[i].affiliate;
    return n;
}

#endif
