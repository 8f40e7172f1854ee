/* sameness.c - see sameness.h. The store hands sketches over by site and address, so a page's
 * number is its rank, and a group's number is that of its first page. One class after the other, so
 * that one sketch a page is in memory. */
#include "graph/sameness.h"

#include "base/arena.h"
#include "graph/home.h"
#include "graph/near.h"
#include "graph/vec.h"

#include <stdio.h>
#include <stdlib.h>

enum { NAMES_BYTES = 1 << 30 };

/* ---- what is compared ------------------------------------------------------------------------
 */

typedef void take_fn(struct rx_sketch *out, const struct store_sketch *s);

static void take_qgrams(struct rx_sketch *out, const struct store_sketch *s)
{
    *out = s->qgrams;
}

static void take_paths(struct rx_sketch *out, const struct store_sketch *s)
{
    *out = s->paths;
}

static void take_shingles(struct rx_sketch *out, const struct store_sketch *s)
{
    *out = s->shingles;
}

/* A hash in a sketch's clothes, of which only equal ones are alike. */
static void take_hash(struct rx_sketch *out, const struct store_sketch *s)
{
    *out = (struct rx_sketch){0};
    for (size_t i = 0; i < STORE_DOM_HASH; i++)
        out->bin[i] = (uint16_t)(s->dom_hash[i] + 1);
}
static const struct near_opts equal = {1, RX_MINHASH_BINS, 1};

static const struct kind {
    const char *cls;
    take_fn *take;
    size_t most; /* pages of a site that are looked at */
    const struct near_opts *opts;
    uint32_t words, elements; /* the least that a page must have */
} kinds[] = {
    {"dom.hash", take_hash, SAMENESS_LOOKED, &equal, 0, SAMENESS_ELEMENTS},
    {"template.qgrams", take_qgrams, 1, &near_qgrams, 0, 0},
    {"template.tags", take_paths, SAMENESS_LOOKED, &near_duplicates, 0, SAMENESS_ELEMENTS},
    {"template.text", take_shingles, SAMENESS_LOOKED, &near_duplicates, SAMENESS_WORDS, 0},
};

/* The name of the group that the page is the first of. */
static struct rx_str name_of(char hex[2 * STORE_DOM_HASH + 1], const struct kind *k,
                             const struct store_sketch *s)
{
    if (k->opts != &equal)
        return s->url;
    for (size_t i = 0; i < STORE_DOM_HASH; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", s->dom_hash[i]);
    return rx_strn(hex, 2 * STORE_DOM_HASH);
}

static bool is_enough(const struct kind *k, const struct store_sketch *s)
{
    return s->words >= k->words && s->elements >= k->elements;
}

static const struct kind *kind_of(const struct rx_class *cls)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(cls->name, kinds[i].cls) == 0)
            return &kinds[i];
    return NULL;
}

bool sameness_covers(const struct rx_class *cls)
{
    return kind_of(cls) != NULL;
}

/* ---- groups ---------------------------------------------------------------------------------- */

struct page {
    struct rx_str site, name; /* the arena's; name: that of a group which it is the first of */
    uint32_t site_number;
    int64_t first_ms, last_ms;
};

struct gather {
    const struct kind *kind;
    struct rx_arena arena;
    struct page *pages; /* parallel to sketches */
    struct rx_sketch *sketches;
    uint32_t *group;
    uint32_t *order; /* pages by group, then by number */
    size_t count, page_cap, sketch_cap;
    uint32_t sites;
    size_t of_site; /* pages of the site in hand */
    int rc;
};

static bool is_of_last_site(const struct gather *g, struct rx_str site)
{
    return g->count > 0 && rx_str_eq(g->pages[g->count - 1].site, site);
}

static int add_page(struct gather *g, const struct store_sketch *s)
{
    struct page *pages = vec_grow(g->pages, g->count, &g->page_cap, sizeof *pages);
    if (pages)
        g->pages = pages;
    struct rx_sketch *sketches = vec_grow(g->sketches, g->count, &g->sketch_cap, sizeof *sketches);
    if (sketches)
        g->sketches = sketches;
    if (!pages || !sketches)
        return RX_ENOMEM;
    char hex[2 * STORE_DOM_HASH + 1];
    const bool again = is_of_last_site(g, s->site);
    g->sites += !again;
    const struct page page = {.site = again ? pages[g->count - 1].site
                                            : rx_arena_dup(&g->arena, s->site),
                              .name = rx_arena_dup(&g->arena, name_of(hex, g->kind, s)),
                              .site_number = g->sites - 1,
                              .first_ms = s->first_ms,
                              .last_ms = s->last_ms};
    if (!page.site.p || !page.name.p)
        return RX_ENOMEM;
    g->pages[g->count] = page;
    g->kind->take(&g->sketches[g->count++], s);
    return 0;
}

/* Pages of a site that are looked at; of the sites behind a great many fewer are. */
static size_t pages_most(const struct gather *g)
{
    const bool few = g->count >= SAMENESS_MANY && g->kind->most > SAMENESS_PAGES;
    return few ? SAMENESS_PAGES : g->kind->most;
}

static int on_sketch(void *ctx, const struct store_sketch *s)
{
    struct gather *g = ctx;
    if (!is_enough(g->kind, s))
        return 0;
    if (!is_of_last_site(g, s->site))
        g->of_site = 0;
    if (g->of_site++ >= pages_most(g))
        return 0;
    return g->rc = add_page(g, s);
}

static int by_group(const void *a, const void *b, void *ctx)
{
    const uint32_t *group = ctx;
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    if (group[x] != group[y])
        return group[x] < group[y] ? -1 : 1;
    return (x > y) - (x < y);
}

/* Where the group that begins there ends. */
static size_t end_of_group(const struct gather *g, size_t from, size_t count)
{
    size_t to = from + 1;
    while (to < count && g->group[g->order[to]] == g->group[g->order[from]])
        to++;
    return to;
}

/* How many sites have pages of each group, by the group's number. */
static void count_sites(uint32_t *sites, const struct gather *g)
{
    for (size_t i = 0, end; i < g->count; i = end) {
        end = end_of_group(g, i, g->count);
        for (size_t k = i; k < end; k++)
            sites[g->group[g->order[i]]] += k == i || g->pages[g->order[k]].site_number !=
                                                          g->pages[g->order[k - 1]].site_number;
    }
}

/* Of each site the first SAMENESS_PAGES pages that are like one of another site: pages of nobody
 * else's take nobody's place. Returns how many are left. */
static size_t keep_shared(struct home_page *left, const struct gather *g, const uint32_t *sites)
{
    size_t count = 0, of_site = 0;
    for (size_t i = 0; i < g->count; i++) {
        const uint32_t site = g->pages[i].site_number;
        if (i > 0 && g->pages[i - 1].site_number != site)
            of_site = 0;
        if (sites[g->group[i]] >= 2 && of_site++ < SAMENESS_PAGES)
            left[count++] = (struct home_page){site, g->group[i]};
    }
    return count;
}

/* Of order only the pages of each site's home are kept. Returns how many. */
static size_t keep_homes(struct gather *g, const uint32_t *home)
{
    size_t kept = 0;
    for (size_t i = 0; i < g->count; i++)
        if (home[g->pages[g->order[i]].site_number] == g->group[g->order[i]])
            g->order[kept++] = g->order[i];
    return kept;
}

static int settle(struct gather *g, size_t *kept)
{
    uint32_t *sites = vec_zero(g->count, sizeof *sites), *home = vec_zero(g->sites, sizeof *home);
    struct home_page *left = vec_zero(g->count, sizeof *left);
    int rc = sites && home && left ? 0 : RX_ENOMEM;
    if (!rc) {
        count_sites(sites, g);
        rc = home_choose(home, g->sites, left, keep_shared(left, g, sites));
    }
    if (!rc)
        *kept = keep_homes(g, home);
    free(sites);
    free(home);
    free(left);
    return rc;
}

/* Pages [from, to) of order are one group; those of a site stand together. */
static int tell_group(const struct gather *g, size_t from, size_t to, sameness_fn *fn, void *ctx)
{
    const struct page *named = &g->pages[g->order[from]];
    int stop = 0;
    if (g->pages[g->order[from]].site_number == g->pages[g->order[to - 1]].site_number)
        return 0; /* nobody else's */
    for (size_t i = from, end; i < to && !stop; i = end) {
        const struct page *p = &g->pages[g->order[i]];
        struct sameness row = {.cls = rx_class_find(rx_str(g->kind->cls)),
                               .like = named->name,
                               .site = p->site,
                               .first_ms = p->first_ms,
                               .last_ms = p->last_ms};
        for (end = i; end < to && g->pages[g->order[end]].site_number == p->site_number; end++) {
            const struct page *also = &g->pages[g->order[end]];
            row.pages++;
            row.first_ms = also->first_ms < row.first_ms ? also->first_ms : row.first_ms;
            row.last_ms = also->last_ms > row.last_ms ? also->last_ms : row.last_ms;
        }
        stop = fn(ctx, &row);
    }
    return stop;
}

static int tell_groups(struct gather *g, sameness_fn *fn, void *ctx)
{
    g->order = vec_zero(g->count, sizeof *g->order);
    g->group = vec_zero(g->count, sizeof *g->group);
    int stop = g->order && g->group ? 0 : RX_ENOMEM;
    if (!stop)
        stop = near_group(g->group, g->sketches, g->count, g->kind->opts, NULL);
    size_t kept = 0;
    if (!stop) {
        for (size_t i = 0; i < g->count; i++)
            g->order[i] = (uint32_t)i;
        qsort_r(g->order, g->count, sizeof *g->order, by_group, g->group);
        stop = settle(g, &kept);
    }
    for (size_t i = 0, end; i < kept && !stop; i = end) {
        end = end_of_group(g, i, kept);
        stop = tell_group(g, i, end, fn, ctx);
    }
    return stop;
}

static int scan_kind(struct store *st, int64_t upto_run, const struct kind *kind, sameness_fn *fn,
                     void *ctx)
{
    struct gather g = {.kind = kind, .arena = RX_ARENA(NAMES_BYTES)};
    int rc = store_sketch_scan(st, RX_STR(""), upto_run, on_sketch, &g);
    rc = g.rc ? g.rc : rc;
    if (!rc && g.count > 0)
        rc = tell_groups(&g, fn, ctx);
    rx_arena_free(&g.arena);
    free(g.pages);
    free(g.sketches);
    free(g.group);
    free(g.order);
    return rc;
}

int sameness_scan(struct store *st, int64_t upto_run, sameness_fn *fn, void *ctx)
{
    int rc = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && !rc; i++)
        rc = scan_kind(st, upto_run, &kinds[i], fn, ctx);
    return rc;
}

/* ---- one page -------------------------------------------------------------------------------- */

struct search {
    const struct kind *kind;
    struct rx_str name;        /* of the group whose first page is looked for */
    struct rx_sketch like;     /* that page's, once it is found */
    struct sameness_page *out; /* the best so far */
    struct rx_arena *arena;
    bool any;
    int rc;
};

static int on_named(void *ctx, const struct store_sketch *s)
{
    struct search *f = ctx;
    char hex[2 * STORE_DOM_HASH + 1];
    if (!rx_str_eq(name_of(hex, f->kind, s), f->name) || !is_enough(f->kind, s))
        return 0;
    f->kind->take(&f->like, s);
    f->any = true;
    return 1;
}

static int on_candidate(void *ctx, const struct store_sketch *s)
{
    struct search *f = ctx;
    struct rx_sketch sketch;
    f->kind->take(&sketch, s);
    const double alike = rx_sketch_alike(&sketch, &f->like);
    if (f->kind->opts == &equal && alike < 1)
        return 0;
    if (!is_enough(f->kind, s) || alike <= f->out->alike)
        return 0;
    *f->out = (struct sameness_page){.url = rx_arena_dup(f->arena, s->url),
                                     .warc_name = rx_arena_dup(f->arena, s->warc_name),
                                     .sha256 = s->sha256,
                                     .seen_ms = s->first_ms,
                                     .warc_offset = s->warc.offset,
                                     .alike = alike};
    f->rc = f->out->url.p && f->out->warc_name.p ? 0 : RX_ENOMEM;
    return f->rc;
}

int sameness_page(struct sameness_page *out, struct rx_arena *arena, struct store *st,
                  int64_t upto_run, const struct rx_class *cls, struct rx_str like_site,
                  struct rx_str like, struct rx_str site)
{
    struct sameness_page best = {0};
    struct search f = {.kind = kind_of(cls), .name = like, .out = &best, .arena = arena};
    int rc = f.kind ? store_sketch_scan(st, like_site, upto_run, on_named, &f) : 0;
    if (rc >= 0 && f.any)
        rc = store_sketch_scan(st, site, upto_run, on_candidate, &f);
    rc = f.rc ? f.rc : rc < 0 ? rc : 0;
    if (!rc)
        *out = best;
    return rc;
}
