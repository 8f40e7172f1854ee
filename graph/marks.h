/* marks.h - what people marked, put to work before anything is weighed.
 *
 * Of a site: "in" makes it a storefront, whatever its pages say; "out" leaves it out of every
 * network and says nothing of what it shows; "false-positive" says more: it is an honest site, and
 * what it shares with shops is shared by the honest. Of a value: "out" and "false-positive" take
 * its weight. "undecided" changes nothing. */
#ifndef RX_GRAPH_MARKS_H
#define RX_GRAPH_MARKS_H

#include "graph/decisions.h"
#include "graph/model.h"

struct honoured { /* what became of one decision in a map */
    int64_t decision;
    enum decision_effect effect;
    uint32_t sites;  /* that it moved, at least: of the smaller side */
    const char *why; /* of what is idle */
};

struct honoured_list {
    struct honoured *items;
    size_t count, cap;
};
RX_MUST int honoured_add(struct honoured_list *l, const struct honoured *item);
void honoured_done(struct honoured_list *l);

/* Roles, once the sites are in order and before entities are made. */
void marks_place(struct model *m, const struct decisions *d);
/* Values, once the entities are there and before they are weighed. */
void marks_dismiss(struct model *m, const struct decisions *d);
/* What each mark that counts has changed, after the last weighing. */
RX_MUST int marks_tell(struct honoured_list *l, const struct model *m, const struct decisions *d);
/* The entity that "ind:class:value" names, or MODEL_NONE. O(values). */
int64_t marks_entity(const struct model *m, struct rx_str subject);

#endif
