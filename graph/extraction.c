/* extraction.c - see extraction.h. */
#include "graph/extraction.h"

#include "graph/vec.h"

#include <stdlib.h>

/* One class is a part of the other: "phone" of "phone.tollfree". */
static bool same_kind(struct rx_str a, struct rx_str b)
{
    struct rx_str less = a.n < b.n ? a : b, more = a.n < b.n ? b : a;
    return rx_str_starts(more, less) && (more.n == less.n || more.p[less.n] == '.');
}

static bool is_partner_id(const struct model_value *v)
{
    return !strcmp(v->cls->name, "affiliate");
}

/* The id of "host|parameter|id". */
static struct rx_str id_of(struct rx_str text)
{
    struct rx_str host, parameter, rest, id = RX_STR("");
    if (rx_str_cut(text, '|', &host, &rest))
        (void)rx_str_cut(rest, '|', &parameter, &id);
    return id;
}

/* Is it what the truth lists? Of "parameter=id" the id counts: spellings of one parameter (wm,
 * wmid) are folded when they are read. */
static bool matches(const struct model_value *v, const struct truth_indicator *t)
{
    struct rx_str parameter, listed;
    if (!same_kind(rx_str(v->cls->name), t->cls))
        return false;
    if (rx_str_eq(v->text, t->value) || !is_partner_id(v))
        return rx_str_eq(v->text, t->value);
    if (!rx_str_cut(t->value, '=', &parameter, &listed))
        listed = t->value;
    return rx_str_eq(id_of(v->text), listed);
}

struct reader { /* values by site: the transpose of the model's rows */
    const struct model *m;
    const struct truth *t;
    uint32_t *first, *value;
};

static int transpose(struct reader *r)
{
    const struct model *m = r->m;
    r->first = vec_zero(m->site_count + 2, sizeof *r->first);
    r->value = vec_zero(m->row_count, sizeof *r->value);
    if (!r->first || !r->value)
        return RX_ENOMEM;
    for (size_t v = 0; v < m->value_count; v++)
        for (uint32_t i = m->values[v].first; i < m->values[v].first + m->values[v].count; i++)
            r->first[m->rows[i].site + 2]++;
    for (size_t s = 2; s < m->site_count + 2; s++)
        r->first[s] += r->first[s - 1];
    for (uint32_t v = 0; v < m->value_count; v++)
        for (uint32_t i = m->values[v].first; i < m->values[v].first + m->values[v].count; i++)
            r->value[r->first[m->rows[i].site + 1]++] = v;
    return 0;
}

/* Was the same partner id claimed at another host of this site? */
static bool is_repeated(const struct reader *r, uint32_t site, uint32_t at)
{
    const struct model_value *v = &r->m->values[r->value[at]];
    for (uint32_t i = r->first[site]; is_partner_id(v) && i < at; i++) {
        const struct model_value *before = &r->m->values[r->value[i]];
        if (is_partner_id(before) && rx_str_eq(id_of(before->text), id_of(v->text)))
            return true;
    }
    return false;
}

/* Must it be found: on a page that was read, or on one that the file does not name? */
static bool is_asked(const struct truth *t, const struct truth_indicator *i)
{
    bool shown = i->on == 0;
    for (uint32_t n = 0; n < i->on && !shown; n++)
        shown = t->pages[t->on[i->first_on + n]].read;
    return shown && !i->maybe;
}

/* Of any class, where one is needed: a look-alike may be taken for something else. */
static bool is_claimed(const struct reader *r, uint32_t site, const struct truth_indicator *listed,
                       bool same_class)
{
    bool found = false;
    for (uint32_t i = r->first[site]; i < r->first[site + 1] && !found; i++) {
        const struct model_value *v = &r->m->values[r->value[i]];
        found = same_class ? matches(v, listed) : rx_str_eq(v->text, listed->value);
    }
    return found;
}

static void score_site(struct extraction *out, const struct reader *r, const struct truth_site *s,
                       uint32_t site)
{
    const struct truth_indicator *listed = &r->t->indicators[s->first_indicator];
    for (uint32_t j = 0; j < s->indicators; j++) {
        const struct rx_class *cls = rx_class_find(listed[j].cls);
        if (!cls || !is_asked(r->t, &listed[j]))
            continue;
        out[rx_class_id(cls)].listed++;
        out[rx_class_id(cls)].found += is_claimed(r, site, &listed[j], true);
    }
    for (uint32_t i = r->first[site]; i < r->first[site + 1]; i++) {
        const struct model_value *v = &r->m->values[r->value[i]];
        bool right = false, maybe = false;
        if (is_repeated(r, site, i))
            continue;
        for (uint32_t j = 0; j < s->indicators && !right; j++) {
            const bool same = matches(v, &listed[j]);
            right = same && !listed[j].maybe;
            maybe |= same && listed[j].maybe;
        }
        if (maybe && !right)
            continue;
        out[rx_class_id(v->cls)].claimed++;
        out[rx_class_id(v->cls)].right += right;
    }
}

static void score_words(struct extraction *out, const struct reader *r, const struct truth_site *s,
                        uint32_t site)
{
    for (uint32_t j = 0; j < s->indicators; j++) {
        const struct truth_indicator *listed = &r->t->indicators[s->first_indicator + j];
        if (!rx_class_find(listed->cls) || !is_asked(r->t, listed))
            continue;
        out[listed->word].listed++;
        out[listed->word].found += is_claimed(r, site, listed, true);
    }
    for (uint32_t j = 0; j < s->rejects; j++) {
        const struct truth_indicator *listed = &r->t->indicators[s->first_reject + j];
        if (!is_asked(r->t, listed))
            continue;
        out[listed->word].listed++;
        out[listed->word].claimed += is_claimed(r, site, listed, false);
    }
}

typedef void score_fn(struct extraction *out, const struct reader *r, const struct truth_site *s,
                      uint32_t site);

static int score_all(struct extraction *out, const struct model *m, const struct truth *t,
                     score_fn *score)
{
    struct reader r = {.m = m, .t = t};
    int rc = transpose(&r);
    for (size_t i = 0; i < t->site_count && !rc; i++) {
        const struct truth_site *s = &t->sites[i];
        int64_t at = model_site_find(m, s->site);
        if (s->has_indicators && at >= 0 && m->sites[at].known && m->sites[at].pages)
            score(out, &r, s, (uint32_t)at);
    }
    free(r.first);
    free(r.value);
    return rc;
}

int extraction_score_words(struct extraction *out, const struct model *m, const struct truth *t)
{
    return score_all(out, m, t, score_words);
}

int extraction_score(struct extraction *out, const struct model *m, const struct truth *t)
{
    return score_all(out, m, t, score_site);
}
