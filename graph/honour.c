/* honour.c - see honour.h. */
#include "graph/honour.h"

#include "graph/constrain.h"
#include "graph/contradict.h"
#include "graph/vec.h"

#include <stdlib.h>

/* Why a link cannot be applied, or NULL. Networks are made of storefronts. */
static const char *obstacle(const struct model *m, int64_t a, int64_t b)
{
    if (a < 0 || b < 0)
        return "one of the sites was not read";
    if (!model_is_storefront(m, (uint32_t)a) || !model_is_storefront(m, (uint32_t)b))
        return "one of the sites is no storefront";
    return NULL;
}

/* The links that can be applied, each with its place in the list. */
struct links {
    struct constrain_link *items;
    size_t *place;
    size_t count;
};

static int gather(struct links *l, struct honoured_list *list, const struct frame *f)
{
    const struct decisions *d = &f->decisions;
    int rc = 0;
    for (size_t i = 0; i < d->count && !rc; i++) {
        const struct decision *it = &d->items[i];
        if (!decision_is_link(it) || !decision_stands(it))
            continue;
        const int64_t a = model_site_find(&f->m, decision_name(it->subject));
        const int64_t b = model_site_find(&f->m, decision_name(it->object));
        struct honoured h = {.decision = it->id, .why = obstacle(&f->m, a, b)};
        h.effect = h.why ? DECISION_IDLE : DECISION_AGREES;
        if (!h.why) {
            l->items[l->count] =
                (struct constrain_link){(uint32_t)a, (uint32_t)b, it->kind == DECISION_MUST, 0, 0};
            l->place[l->count++] = list->count;
        }
        rc = honoured_add(list, &h);
    }
    return rc;
}

static int by_entry(const void *a, const void *b)
{
    const struct honoured *x = a, *y = b;
    return x->decision < y->decision ? -1 : x->decision > y->decision;
}

static int honour_links(struct honoured_list *list, struct partition *p, const struct frame *f)
{
    struct links l = {vec_zero(f->decisions.count, sizeof *l.items),
                      vec_zero(f->decisions.count, sizeof *l.place), 0};
    int rc = l.items && l.place ? gather(&l, list, f) : RX_ENOMEM;
    if (!rc && l.count)
        rc = constrain(p, &f->m, &f->k, l.items, l.count);
    for (size_t i = 0; i < l.count && !rc; i++) {
        struct honoured *h = &list->items[l.place[i]];
        h->effect = l.items[i].changes ? DECISION_CHANGES : DECISION_AGREES;
        h->sites = l.items[i].sites;
    }
    free(l.items);
    free(l.place);
    return rc;
}

int honour(struct honoured_list *list, struct partition *p, const struct frame *f,
           struct rx_err *err)
{
    int rc = contradict_check(&f->decisions, err);
    if (rc)
        return rc;
    for (size_t i = 0; i < f->marked.count && !rc; i++)
        rc = honoured_add(list, &f->marked.items[i]);
    if (!rc)
        rc = honour_links(list, p, f);
    if (rc)
        return rx_fail(err, rc, "no memory for the decisions");
    if (list->count)
        qsort(list->items, list->count, sizeof *list->items, by_entry);
    return 0;
}
