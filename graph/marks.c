/* marks.c - see marks.h. */
#include "graph/marks.h"

#include "graph/vec.h"

#include <stdlib.h>

int honoured_add(struct honoured_list *l, const struct honoured *item)
{
    struct honoured *items = vec_grow(l->items, l->count, &l->cap, sizeof *items);
    if (!items)
        return RX_ENOMEM;
    l->items = items;
    l->items[l->count++] = *item;
    return 0;
}

void honoured_done(struct honoured_list *l)
{
    free(l->items);
    *l = (struct honoured_list){0};
}

/* Does this decision say what its subject is? A mark that a later one took the place of does not.
 */
static bool counts(const struct decisions *d, const struct decision *it)
{
    return it->kind == DECISION_MARK && decisions_mark(d, it->subject) == it;
}

static int64_t site_of(const struct model *m, const struct decision *it)
{
    return rx_str_starts(it->subject, RX_STR("site:"))
               ? model_site_find(m, decision_name(it->subject))
               : MODEL_NONE;
}

int64_t marks_entity(const struct model *m, struct rx_str subject)
{
    struct rx_str cls, text;
    if (!rx_str_starts(subject, RX_STR("ind:")) ||
        !rx_str_cut(decision_name(subject), ':', &cls, &text))
        return MODEL_NONE;
    const struct model_entity *e = model_entity_find(m, cls, text);
    if (e)
        return e - m->entities;
    for (size_t v = 0; v < m->value_count; v++) /* a host is one entity under several classes */
        if (rx_str_eq(rx_str(m->values[v].cls->name), cls) && rx_str_eq(m->values[v].text, text))
            return m->values[v].entity;
    return MODEL_NONE;
}

void marks_place(struct model *m, const struct decisions *d)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct decision *it = &d->items[i];
        const int64_t at = counts(d, it) ? site_of(m, it) : MODEL_NONE;
        if (at < 0 || it->mark == DECISION_UNDECIDED)
            continue;
        struct model_site *s = &m->sites[at];
        s->said = s->role;
        s->placed = true;
        s->left_out = it->mark != DECISION_IN;
        s->role = it->mark == DECISION_IN    ? RX_ROLE_STOREFRONT
                  : it->mark == DECISION_OUT ? RX_ROLE_UNKNOWN
                                             : RX_ROLE_BENIGN;
    }
}

static bool takes_weight(enum decision_mark mark)
{
    return mark == DECISION_OUT || mark == DECISION_FALSE_POSITIVE;
}

void marks_dismiss(struct model *m, const struct decisions *d)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct decision *it = &d->items[i];
        const int64_t at =
            counts(d, it) && takes_weight(it->mark) ? marks_entity(m, it->subject) : MODEL_NONE;
        if (at >= 0)
            m->entities[at].dismissed = true;
    }
}

/* Would a site of that role stay out of the networks by itself? */
static bool is_bystander(enum rx_role role)
{
    return role == RX_ROLE_LICENSED || role == RX_ROLE_BENIGN || role == RX_ROLE_SOCIAL;
}

static bool changes_site(const struct model_site *s, enum decision_mark mark)
{
    return mark == DECISION_IN ? s->said != RX_ROLE_STOREFRONT : !is_bystander(s->said);
}

int marks_tell(struct honoured_list *l, const struct model *m, const struct decisions *d)
{
    int rc = 0;
    for (size_t i = 0; i < d->count && !rc; i++) {
        const struct decision *it = &d->items[i];
        if (!counts(d, it))
            continue;
        const int64_t site = site_of(m, it);
        const int64_t entity = site < 0 ? marks_entity(m, it->subject) : MODEL_NONE;
        struct honoured h = {.decision = it->id, .effect = DECISION_AGREES};
        bool changed = false;
        if (site < 0 && entity < 0) {
            h.effect = DECISION_IDLE;
            h.why = "nothing that was read shows it any more";
        } else if (site >= 0) {
            changed = it->mark != DECISION_UNDECIDED && changes_site(&m->sites[site], it->mark);
            h.sites = changed;
        } else {
            changed = takes_weight(it->mark) && m->entities[entity].bar == MODEL_DISMISSED;
            h.sites = changed ? m->entities[entity].storefronts : 0;
        }
        if (changed)
            h.effect = DECISION_CHANGES;
        rc = honoured_add(l, &h);
    }
    return rc;
}
