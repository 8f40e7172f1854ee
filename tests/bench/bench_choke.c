/* bench_choke.c - choke points alone: how their cost grows with the storefronts.
 *
 * usage: bench_choke STOREFRONTS..
 * Makes a trade of so many storefronts: programmes by a power law with tills of their own, a tenth
 * of the addresses shared by many, registrars and networks that everybody uses. Then ranks every
 * element and cuts ten together. Deterministic. */
#include "base/clock.h"
#include "graph/choke.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { STEPS = 10, TILLS_MAX = 6 };

/* Elements of a kind stand side by side. */
struct stretch {
    uint32_t first, count;
};

struct trade {
    struct choke_input in;
    struct choke_need *needs;
    uint32_t *network;
    bool *candidate;
    size_t cap;
    struct stretch tills, accounts, programmes, affiliates, registrars, servers, addresses, shared,
        systems, phones, chats, carriers;
    struct rx_rand rand;
};

static double cpu_seconds(void)
{
    struct rusage u;
    (void)getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void *must(void *p)
{
    if (p)
        return p;
    (void)fputs("bench_choke: no memory\n", stderr);
    exit(1);
}

static void need(struct trade *t, uint32_t node, enum choke_kind kind, uint32_t on)
{
    if (t->in.needs == t->cap) {
        t->cap = t->cap ? 2 * t->cap : 1 << 16;
        t->needs = must(realloc(t->needs, t->cap * sizeof *t->needs));
    }
    t->needs[t->in.needs++] = (struct choke_need){node, on, kind};
}

static struct stretch stretch(struct trade *t, size_t count)
{
    const struct stretch s = {(uint32_t)t->in.elements, count ? (uint32_t)count : 1};
    t->in.elements += s.count;
    return s;
}

static uint32_t any(struct trade *t, struct stretch s)
{
    return s.first + (uint32_t)rx_rand_below(&t->rand, s.count);
}

/* Few have much: the square of an even draw, twice. */
static uint32_t skewed(struct trade *t, struct stretch s)
{
    const double x = (double)rx_rand_below(&t->rand, 1 << 20) / (1 << 20);
    return s.first + (uint32_t)(x * x * x * x * s.count);
}

static bool one_in(struct trade *t, unsigned n)
{
    return rx_rand_below(&t->rand, n) == 0;
}

/* Where a name, its zone and its machines are; for storefronts and tills. */
static void place(struct trade *t, uint32_t node)
{
    need(t, node, CHOKE_REGISTRAR, skewed(t, t->registrars));
    need(t, node, CHOKE_NS, skewed(t, t->servers));
    for (uint64_t n = 1 + rx_rand_below(&t->rand, 2); n > 0; n--)
        need(t, node, CHOKE_ADDRESS, any(t, one_in(t, 3) ? t->shared : t->addresses));
}

static void open_shop(struct trade *t, uint32_t shop)
{
    const uint32_t programme = skewed(t, t->programmes) - t->programmes.first;
    const uint32_t tills = 1 + programme % TILLS_MAX;
    t->network[shop] = programme;
    need(t, shop, CHOKE_PROGRAMME, t->programmes.first + programme);
    for (uint64_t n = 1 + rx_rand_below(&t->rand, 2); n > 0; n--)
        need(t, shop, CHOKE_PAY,
             t->tills.first + programme * TILLS_MAX + (uint32_t)rx_rand_below(&t->rand, tills));
    if (one_in(t, 4))
        need(t, shop, CHOKE_PAY, any(t, t->accounts));
    if (!one_in(t, 5))
        need(t, shop, CHOKE_AFFILIATE, skewed(t, t->affiliates));
    need(t, shop, CHOKE_PHONE, skewed(t, t->phones));
    need(t, shop, CHOKE_CHAT, any(t, t->chats));
    need(t, shop, CHOKE_CARRIER, any(t, t->carriers));
    place(t, shop);
}

static void make(struct trade *t, size_t shops)
{
    *t = (struct trade){.rand = {7}};
    t->in.shops = shops;
    t->in.networks = shops / 100 + 1;
    t->programmes = stretch(t, t->in.networks);
    t->tills = stretch(t, TILLS_MAX * t->in.networks);
    t->accounts = stretch(t, shops / 8);
    t->affiliates = stretch(t, shops / 20);
    t->registrars = stretch(t, 400);
    t->servers = stretch(t, shops / 40);
    t->addresses = stretch(t, shops / 2);
    t->shared = stretch(t, shops / 500);
    t->systems = stretch(t, shops / 100);
    t->phones = stretch(t, shops / 10);
    t->chats = stretch(t, 11);
    t->carriers = stretch(t, 8);
    t->network = must(calloc(shops, sizeof *t->network));
    t->candidate = must(calloc(t->in.elements, sizeof *t->candidate));
    for (uint32_t s = 0; s < shops; s++)
        open_shop(t, s);
    for (uint32_t i = 0; i < t->tills.count; i++)
        place(t, (uint32_t)shops + t->tills.first + i);
    for (uint32_t i = 0; i < t->addresses.count + t->shared.count; i++)
        need(t, (uint32_t)shops + t->addresses.first + i, CHOKE_AS, skewed(t, t->systems));
    for (uint32_t e = t->tills.first; e < t->in.elements; e++)
        t->candidate[e] =
            e < t->affiliates.first || (e >= t->registrars.first && e < t->phones.first);
    t->in.network = t->network;
    t->in.need = t->needs;
}

/* Returns CPU seconds of all three. */
static double measure(size_t shops)
{
    struct trade t;
    struct choke *c = NULL;
    struct choke_step steps[STEPS];
    size_t taken = 0;
    make(&t, shops);
    struct choke_rank *ranks = must(calloc(t.in.elements, sizeof *ranks));
    const struct choke_wish wish = {t.candidate, ranks, 0, STEPS};
    const double start = cpu_seconds();
    if (choke_new(&c, &t.in))
        must(NULL);
    const double built = cpu_seconds();
    choke_rank_all(c, ranks);
    const double ranked = cpu_seconds();
    if (choke_plan(c, steps, &taken, &wish))
        must(NULL);
    const double planned = cpu_seconds();
    struct rusage u;
    (void)getrusage(RUSAGE_SELF, &u);
    printf("%9zu %9zu %9zu %8.2f %8.2f %8.2f %8ld  %u of %zu stopped by %zu\n", shops,
           t.in.elements, t.in.needs, built - start, ranked - built, planned - ranked,
           u.ru_maxrss / 1024, taken ? steps[taken - 1].after.stopped : 0, shops, taken);
    choke_free(c);
    free(ranks);
    free(t.needs);
    free(t.network);
    free(t.candidate);
    return planned - start;
}

int main(int argc, char **argv)
{
    double last = 0, last_shops = 0;
    printf("%9s %9s %9s %8s %8s %8s %8s\n", "shops", "elements", "needs", "build s", "rank s",
           "plan s", "MB");
    for (int i = 1; i < argc; i++) {
        const size_t shops = (size_t)strtoul(argv[i], NULL, 10);
        if (shops < 100 || shops > 10000000) {
            (void)fputs("bench_choke: 100 to 10000000 storefronts\n", stderr);
            return 2;
        }
        const double took = measure(shops);
        if (last > 0)
            printf("cost grows with the power %.2f of the storefronts\n",
                   log(took / last) / log((double)shops / last_shops));
        last = took;
        last_shops = (double)shops;
    }
    return 0;
}
