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

struct settle {
    struct model *m;
    const struct constants *k;
    bool *out;          /* by tie */
    struct till *tills; /* scratch: as many as there are ties */
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

/* Of the tills in the open: those on too few pages are claims. What is left and shared moves to the
 * front; returns how many. */
static size_t drop_rare(struct settle *s, size_t n)
{
    uint32_t most = 0;
    size_t left = 0;
    for (size_t i = 0; i < n; i++)
        most = s->tills[i].pages > most ? s->tills[i].pages : most;
    for (size_t i = 0; i < n; i++) {
        const struct till t = s->tills[i];
        if (t.pages < s->k->v[K_TILL_SHARE] * most)
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

int claim_settle(struct model *m, const struct constants *k)
{
    struct settle s = {m, k, vec_zero(m->tie_count, sizeof(bool)),
                       vec_zero(m->tie_count, sizeof(struct till))};
    struct model_tie *claims;
    size_t count = 0, kept = 0, taken = 0;
    if (!s.out || !s.tills) {
        free(s.out);
        free(s.tills);
        return RX_ENOMEM;
    }
    for (uint32_t i = 0; i < m->site_count; i++)
        settle_site(&s, i);
    free(s.tills);
    for (size_t i = 0; i < m->tie_count; i++)
        count += s.out[i];
    claims = vec_zero(count, sizeof *claims);
    if (!claims) {
        free(s.out);
        return RX_ENOMEM;
    }
    for (size_t i = 0; i < m->tie_count; i++) {
        if (s.out[i])
            claims[taken++] = m->ties[i];
        else
            m->ties[kept++] = m->ties[i];
    }
    free(s.out);
    free(m->claims);
    m->claims = claims;
    m->claim_count = count;
    m->tie_count = kept;
    return count ? model_index(m) : 0;
}
