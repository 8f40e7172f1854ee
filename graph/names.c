/* names.c - see names.h. */
#include "graph/names.h"

#include "graph/vec.h"

#include <stdio.h>
#include <stdlib.h>

struct heir { /* a network and an earlier name that it shares sites with */
    uint32_t network, number, sites;
    bool affiliate;
};

struct rank {
    const struct result *r;
    uint32_t network;
};

static int by_entry(const void *a, const void *b)
{
    const struct names_entry *x = a, *y = b;
    int order = rx_str_cmp(x->site, y->site);
    if (order)
        return order;
    if (x->affiliate != y->affiliate)
        return x->affiliate ? 1 : -1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static int by_heir_key(const void *a, const void *b)
{
    const struct heir *x = a, *y = b;
    if (x->affiliate != y->affiliate)
        return x->affiliate ? 1 : -1;
    if (x->network != y->network)
        return x->network < y->network ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static int by_heir(const void *a, const void *b)
{
    const struct heir *x = a, *y = b;
    if (x->sites != y->sites)
        return x->sites > y->sites ? -1 : 1;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->network < y->network ? -1 : x->network > y->network;
}

/* The first entry of a site; entries are sorted by site. */
static size_t find_site(const struct names *n, struct rx_str site)
{
    size_t low = 0, high = n->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rx_str_cmp(n->entries[middle].site, site) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int find_heirs(struct heir **out, size_t *count, const struct names *n,
                      const struct result *r, const struct model *m)
{
    struct heir *heirs = NULL;
    size_t used = 0, cap = 0;
    for (size_t i = 0; i < r->member_count; i++) {
        const struct result_member *member = &r->members[i];
        struct rx_str site = m->sites[member->site].name;
        bool affiliate = r->networks[member->network].affiliate;
        if (member->role != RX_ROLE_UNKNOWN)
            continue;
        for (size_t e = find_site(n, site); e < n->count && rx_str_eq(n->entries[e].site, site);
             e++) {
            if (n->entries[e].affiliate != affiliate)
                continue;
            struct heir *grown = vec_grow(heirs, used, &cap, sizeof *heirs);
            if (!grown) {
                free(heirs);
                return RX_ENOMEM;
            }
            heirs = grown;
            heirs[used++] = (struct heir){member->network, n->entries[e].number, 1, affiliate};
        }
    }
    size_t kept = 0;
    if (used)
        qsort(heirs, used, sizeof *heirs, by_heir_key);
    for (size_t i = 0; i < used; i++) {
        if (kept && !by_heir_key(&heirs[kept - 1], &heirs[i]))
            heirs[kept - 1].sites++;
        else
            heirs[kept++] = heirs[i];
    }
    if (kept)
        qsort(heirs, kept, sizeof *heirs, by_heir);
    *out = heirs;
    *count = kept;
    return 0;
}

/* Strongest evidence, then size, then least member. */
static int by_rank(const void *a, const void *b)
{
    const struct rank *p = a, *q = b;
    const struct result_network *x = &p->r->networks[p->network], *y = &q->r->networks[q->network];
    if (x->affiliate != y->affiliate)
        return x->affiliate ? 1 : -1;
    double bx = x->strength * x->sites, by = y->strength * y->sites;
    if (bx != by)
        return bx > by ? -1 : 1;
    if (x->sites != y->sites)
        return x->sites > y->sites ? -1 : 1;
    uint32_t sx = p->r->members[x->first].site, sy = q->r->members[y->first].site;
    if (sx != sy)
        return sx < sy ? -1 : 1;
    return p->network < q->network ? -1 : p->network > q->network;
}

static int give_new(struct names *n, const struct result *r, uint32_t *number)
{
    struct rank *ranks = vec_zero(r->network_count, sizeof *ranks);
    if (!ranks)
        return RX_ENOMEM;
    for (uint32_t i = 0; i < r->network_count; i++)
        ranks[i] = (struct rank){r, i};
    qsort(ranks, r->network_count, sizeof *ranks, by_rank);
    for (size_t i = 0; i < r->network_count; i++) {
        uint32_t *next = &n->next[r->networks[ranks[i].network].affiliate];
        if (!*next)
            *next = 1;
        if (!number[ranks[i].network])
            number[ranks[i].network] = (*next)++;
    }
    free(ranks);
    return 0;
}

struct placed {
    struct result_network network;
    uint32_t was, number;
};

static int by_name(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    if (x->network.affiliate != y->network.affiliate)
        return x->network.affiliate ? 1 : -1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static int order_networks(struct result *r, const uint32_t *number)
{
    struct placed *order = vec_zero(r->network_count, sizeof *order);
    uint32_t *now = vec_zero(r->network_count, sizeof *now);
    int rc = order && now ? 0 : RX_ENOMEM;
    for (uint32_t i = 0; i < r->network_count && !rc; i++) {
        order[i] = (struct placed){r->networks[i], i, number[i]};
        (void)snprintf(order[i].network.id, RESULT_ID, "%c-%04u",
                       order[i].network.affiliate ? 'A' : 'N', number[i]);
    }
    if (!rc)
        qsort(order, r->network_count, sizeof *order, by_name);
    for (uint32_t i = 0; i < r->network_count && !rc; i++) {
        r->networks[i] = order[i].network;
        now[order[i].was] = i;
    }
    for (size_t i = 0; i < r->member_count && !rc; i++)
        r->members[i].network = now[r->members[i].network];
    if (!rc)
        result_sort(r);
    free(order);
    free(now);
    return rc;
}

static void forget(struct names *n)
{
    for (size_t i = 0; i < n->count; i++)
        free((char *)(uintptr_t)n->entries[i].site.p);
    n->count = 0;
}

/* Names outlive the model of their run, so they are copied. A name that has no sites left is still
 * never given again: next[] only grows. */
static int remember(struct names *n, const struct result *r, const struct model *m)
{
    forget(n);
    for (size_t i = 0; i < r->member_count; i++) {
        const struct result_member *member = &r->members[i];
        const struct result_network *net = &r->networks[member->network];
        if (member->role != RX_ROLE_UNKNOWN)
            continue;
        struct names_entry *all = vec_grow(n->entries, n->count, &n->cap, sizeof *all);
        if (!all)
            return RX_ENOMEM;
        n->entries = all;
        struct rx_str site = m->sites[member->site].name;
        char *copy = vec_zero(site.n + 1, 1);
        uint64_t number = 0;
        if (!copy || !rx_str_u64(rx_str(net->id + 2), &number)) {
            free(copy);
            return RX_ENOMEM;
        }
        memcpy(copy, site.p, site.n);
        n->entries[n->count++] =
            (struct names_entry){rx_strn(copy, site.n), (uint32_t)number, net->affiliate};
    }
    if (n->count)
        qsort(n->entries, n->count, sizeof *n->entries, by_entry);
    return 0;
}

int names_give(struct names *n, struct result *r, const struct model *m)
{
    uint32_t *number = vec_zero(r->network_count, sizeof *number);
    bool *taken[2] = {vec_zero((size_t)n->next[0] + 1, sizeof(bool)),
                      vec_zero((size_t)n->next[1] + 1, sizeof(bool))};
    struct heir *heirs = NULL;
    size_t count = 0;
    int rc = number && taken[0] && taken[1] ? find_heirs(&heirs, &count, n, r, m) : RX_ENOMEM;
    for (size_t i = 0; i < count && !rc; i++) {
        const struct heir *h = &heirs[i];
        if (number[h->network] || taken[h->affiliate][h->number])
            continue;
        number[h->network] = h->number;
        taken[h->affiliate][h->number] = true;
    }
    if (!rc)
        rc = give_new(n, r, number);
    if (!rc)
        rc = order_networks(r, number);
    if (!rc)
        rc = remember(n, r, m);
    free(heirs);
    free(number);
    free(taken[0]);
    free(taken[1]);
    return rc;
}

void names_done(struct names *n)
{
    forget(n);
    free(n->entries);
    *n = (struct names){0};
}
