/* told_pair.c - see told_pair.h. */
#include "graph/told_pair.h"

#include "graph/told.h"

struct pair {
    const struct frame *f;
    uint32_t a, b;
    const struct known *k;
    const struct known_network *of_a, *of_b; /* NULL: in none */
};

static struct pair pair_of(const struct frame *f, const struct known *k, uint32_t a, uint32_t b)
{
    return (struct pair){
        f, a, b, k, known_programme(k, f->m.sites[a].name), known_programme(k, f->m.sites[b].name)};
}

static bool is_one(const struct pair *p, struct rx_str subject)
{
    const struct rx_str name = decision_name(subject);
    return rx_str_starts(subject, RX_STR("site:")) &&
           (rx_str_eq(name, p->f->m.sites[p->a].name) || rx_str_eq(name, p->f->m.sites[p->b].name));
}

static bool is_among(const struct pair *p, struct rx_str subject)
{
    const struct known_network *n = known_programme(p->k, decision_name(subject));
    return is_one(p, subject) || (n && (n == p->of_a || n == p->of_b));
}

static bool wanted(const void *ctx, const struct decision *it)
{
    const struct pair *p = ctx;
    if (!decision_is_heeded(it))
        return false;
    if (decision_is_link(it))
        return is_among(p, it->subject) && is_among(p, it->object);
    if (is_one(p, it->subject))
        return true;
    const int64_t e = marks_entity(&p->f->m, it->subject);
    return e >= 0 && model_tie_find(&p->f->m, (uint32_t)e, p->a) &&
           model_tie_find(&p->f->m, (uint32_t)e, p->b);
}

void told_pair_text(struct emit *e, const struct frame *f, const struct known *k, uint32_t a,
                    uint32_t b)
{
    const struct pair p = pair_of(f, k, a, b);
    const struct told t = {e, &f->decisions, k};
    told_list(&t, wanted, &p);
}

void told_pair_json(struct emit *e, const struct frame *f, const struct known *k, uint32_t a,
                    uint32_t b)
{
    const struct pair p = pair_of(f, k, a, b);
    const struct told t = {e, &f->decisions, k};
    told_list_json(&t, wanted, &p);
}
