/* claim.c - see claim.h. */
#include "graph/claim.h"

#include "graph/vec.h"

#include <stdlib.h>

/* Tills of one site that other shops have too. A site with more of them bears witness for none. */
enum { COMPARED_MAX = 64 };

struct till {
    uint32_t tie; /* its place in m->ties */
    uint32_t pages;
};

enum { WORDS_LEAST = 2 }; /* shops: the word of one is nobody's */

struct word { /* a shop whose main till is one entity shows another, too */
    uint32_t main, other, site;
};

struct settle {
    struct model *m;
    const struct constants *k;
    bool *out;          /* by tie */
    struct till *tills; /* scratch: as many as there are ties */
    struct word *words; /* of all shops, sorted */
    size_t word_count, word_cap;
    uint32_t *shops;  /* by entity: storefronts whose main till it is */
    uint32_t *side;   /* disjoint sets over entities: tills whose shops show each other's */
    bool *joined;     /* by entity: its side has others */
    bool *quiet;      /* by entity: too few of its shops speak for its side */
    uint32_t *spoken; /* scratch, by entity: shops that show another till of its side */
    bool *heard;      /* scratch, by site */
};

static bool is_till(const struct model_entity *e)
{
    return e->bar == MODEL_FREE && e->cls->bound && e->cls->host_valued &&
           e->cls->level == RX_LEVEL_PROGRAMME;
}

/* Pages 0: the site is the host itself. */
static bool is_unseen(const struct model_tie *t)
{
    return t->pages > 0 && t->hidden >= t->pages;
}

/* The tills in the open; those that are not are claims at once. Returns their number. */
static size_t tills_of(struct settle *s, uint32_t site)
{
    const struct model *m = s->m;
    const struct model_site *at = &m->sites[site];
    size_t n = 0;
    for (uint32_t i = 0; i < at->count; i++) {
        const uint32_t tie = m->holds[at->first + i];
        const struct model_tie *t = &m->ties[tie];
        if (!is_till(&m->entities[t->entity]))
            continue;
        if (is_unseen(t))
            s->out[tie] = true;
        else if (t->pages > 0)
            s->tills[n++] = (struct till){tie, t->pages};
    }
    return n;
}

/* Is site the only storefront of both, though either has others? */
static bool is_alone(const struct settle *s, uint32_t site, uint32_t a, uint32_t b)
{
    const struct model *m = s->m;
    const struct model_entity *less = &m->entities[a], *more = &m->entities[b];
    if (less->count > more->count) {
        const struct model_entity *swap = less;
        less = more;
        more = swap;
    }
    for (uint32_t i = less->first; i < less->first + less->count; i++) {
        const uint32_t other = m->ties[i].site;
        if (other != site && model_is_storefront(m, other) &&
            model_tie_find(m, (uint32_t)(more - m->entities), other))
            return false;
    }
    return true;
}

static uint32_t entity_of(const struct settle *s, const struct till *t)
{
    return s->m->ties[t->tie].entity;
}

/* Of tills[0..n), n > 0: the one on most pages, of equals the first. */
static const struct till *main_till(const struct settle *s, size_t n)
{
    const struct till *best = s->tills;
    for (size_t i = 1; i < n; i++)
        best = s->tills[i].pages > best->pages ? &s->tills[i] : best;
    return best;
}

/* ---- what shops say of each other's tills --------------------------------------------------- */

static int by_word(const void *a, const void *b)
{
    const struct word *x = a, *y = b;
    if (x->main != y->main)
        return x->main < y->main ? -1 : 1;
    return x->other < y->other ? -1 : x->other > y->other;
}

static int hear_site(struct settle *s, uint32_t site)
{
    const size_t n = tills_of(s, site);
    if (!n || n > COMPARED_MAX || !model_is_storefront(s->m, site))
        return 0;
    const uint32_t main = entity_of(s, main_till(s, n));
    s->shops[main]++;
    for (size_t i = 0; i < n; i++) {
        const struct word word = {main, entity_of(s, &s->tills[i]), site};
        struct word *words = vec_grow(s->words, s->word_count, &s->word_cap, sizeof *words);
        if (!words)
            return RX_ENOMEM;
        s->words = words;
        s->words[s->word_count++] = word;
    }
    return 0;
}

/* Shops of a till, as their main one, that show another: each says so once. */
static size_t words_for(const struct settle *s, uint32_t main, uint32_t other)
{
    const struct word key = {.main = main, .other = other};
    size_t low = 0, high = s->word_count, n = 0;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (by_word(&s->words[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    while (low + n < s->word_count && !by_word(&s->words[low + n], &key))
        n++;
    return n;
}

static bool speak_for(const struct settle *s, uint32_t main, uint32_t other)
{
    const size_t n = words_for(s, main, other);
    return n >= WORDS_LEAST && (double)n >= s->k->v[K_COEXIST] * s->shops[main];
}

static void join_sides(struct settle *s)
{
    vec_sets_init(s->side, s->m->entity_count);
    for (uint32_t e = 0; e < s->m->entity_count; e++)
        s->joined[e] = false;
    for (size_t i = 0; i < s->word_count; i++) {
        const struct word *w = &s->words[i];
        if (w->main >= w->other || (i && !by_word(w - 1, w)) || s->quiet[w->main] ||
            s->quiet[w->other] || !speak_for(s, w->main, w->other) ||
            !speak_for(s, w->other, w->main))
            continue;
        vec_sets_union(s->side, w->main, w->other);
        s->joined[w->main] = s->joined[w->other] = true;
    }
}

static bool one_side(struct settle *s, uint32_t a, uint32_t b)
{
    return vec_sets_find(s->side, a) == vec_sets_find(s->side, b);
}

/* Takes tills out of their sides of which too few shops show any other. Returns how many. */
static size_t silence(struct settle *s)
{
    size_t count = 0;
    for (uint32_t e = 0; e < s->m->entity_count; e++)
        s->spoken[e] = 0;
    for (uint32_t i = 0; i < s->m->site_count; i++)
        s->heard[i] = false;
    for (size_t i = 0; i < s->word_count; i++) {
        const struct word *w = &s->words[i];
        if (w->main == w->other || s->heard[w->site] || !one_side(s, w->main, w->other))
            continue;
        s->heard[w->site] = true; /* a shop has one main till */
        s->spoken[w->main]++;
    }
    for (uint32_t e = 0; e < s->m->entity_count; e++) {
        if (!s->joined[e] || (double)s->spoken[e] >= s->k->v[K_TURNS] * s->shops[e])
            continue;
        s->quiet[e] = true;
        count++;
    }
    return count;
}

/* A rival's shops do not send their buyers to the till of whoever claims theirs. Where the shops of
 * both tills show the other, as many as make hosts one programme's, it is both sides' word, and the
 * tills are one side's. But of the shops at a till some may be strangers, who have put a form of
 * theirs up for this: so each till must have enough shops that speak for its side, whichever till
 * of it they show. In a programme with four tills a shop shows one or two of the others, and few
 * show a given one; but most show one. */
static void find_sides(struct settle *s)
{
    do
        join_sides(s);
    while (silence(s));
}

static int hear_all(struct settle *s)
{
    int rc = 0;
    vec_sets_init(s->side, s->m->entity_count);
    for (uint32_t i = 0; i < s->m->site_count && !rc; i++)
        rc = hear_site(s, i);
    if (rc || !s->word_count)
        return rc;
    qsort(s->words, s->word_count, sizeof *s->words, by_word);
    find_sides(s);
    return 0;
}

/* ---- what each site claims ------------------------------------------------------------------ */

/* Of the tills in the open: those on too few pages are claims, unless of the main one's side, or
 * nobody's main till: then there is no stranger whose it is. What is left and shared moves to the
 * front; returns how many. */
static size_t drop_rare(struct settle *s, size_t n)
{
    const struct till most = n ? *main_till(s, n) : (struct till){0};
    size_t left = 0;
    for (size_t i = 0; i < n; i++) {
        const struct till t = s->tills[i];
        if (t.pages < s->k->v[K_TILL_SHARE] * most.pages && s->shops[entity_of(s, &t)] > 0 &&
            !one_side(s, entity_of(s, &most), entity_of(s, &t)))
            s->out[t.tie] = true;
        else if (s->m->entities[s->m->ties[t.tie].entity].storefronts >= 2)
            s->tills[left++] = t;
    }
    return left;
}

static void settle_site(struct settle *s, uint32_t site)
{
    const struct till *tills = s->tills;
    const size_t n = drop_rare(s, tills_of(s, site));
    for (size_t i = 0; i < n && n > COMPARED_MAX; i++)
        s->out[tills[i].tie] = true;
    for (size_t i = 0; i < n && n <= COMPARED_MAX; i++) {
        for (size_t j = i + 1; j < n; j++) {
            const uint32_t a = tills[i].tie, b = tills[j].tie;
            if (s->out[a] || s->out[b] ||
                !is_alone(s, site, s->m->ties[a].entity, s->m->ties[b].entity))
                continue;
            s->out[a] = tills[i].pages <= tills[j].pages;
            s->out[b] = tills[j].pages <= tills[i].pages;
        }
    }
}

/* Moves the ties that are out to the claims. */
static int take_out(struct settle *s)
{
    struct model *m = s->m;
    size_t count = 0, kept = 0, taken = 0;
    for (size_t i = 0; i < m->tie_count; i++)
        count += s->out[i];
    struct model_tie *claims = vec_zero(count, sizeof *claims);
    if (!claims)
        return RX_ENOMEM;
    for (size_t i = 0; i < m->tie_count; i++) {
        if (s->out[i])
            claims[taken++] = m->ties[i];
        else
            m->ties[kept++] = m->ties[i];
    }
    free(m->claims);
    m->claims = claims;
    m->claim_count = count;
    m->tie_count = kept;
    return count ? model_index(m) : 0;
}

int claim_settle(struct model *m, const struct constants *k)
{
    struct settle s = {.m = m, .k = k};
    s.out = vec_zero(m->tie_count, sizeof *s.out);
    s.tills = vec_zero(m->tie_count, sizeof *s.tills);
    s.shops = vec_zero(m->entity_count, sizeof *s.shops);
    s.side = vec_zero(m->entity_count, sizeof *s.side);
    s.joined = vec_zero(m->entity_count, sizeof *s.joined);
    s.quiet = vec_zero(m->entity_count, sizeof *s.quiet);
    s.spoken = vec_zero(m->entity_count, sizeof *s.spoken);
    s.heard = vec_zero(m->site_count, sizeof *s.heard);
    const bool fits =
        s.out && s.tills && s.shops && s.side && s.joined && s.quiet && s.spoken && s.heard;
    int rc = fits ? hear_all(&s) : RX_ENOMEM;
    for (uint32_t i = 0; i < m->site_count && !rc; i++)
        settle_site(&s, i);
    if (!rc)
        rc = take_out(&s);
    free(s.out);
    free(s.tills);
    free(s.words);
    free(s.shops);
    free(s.side);
    free(s.joined);
    free(s.quiet);
    free(s.spoken);
    free(s.heard);
    return rc;
}
