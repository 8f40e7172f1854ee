/* template.h - what a template may join, once everything else has joined what it can.
 *
 * The names that come with a shop's template (field names, globals, cookies, paths) are sold and
 * copied whole, so they never contradict each other and no one of them is an articulation point:
 * judged value by value, they pull a stranger's shops in together. So they are judged last, against
 * *cores*: the parts that the other evidence (hosts, accounts, licences) has joined. A template is
 * at home in a core that carries it on half of its shops, two at least; elsewhere in a core it was
 * bought or copied, and joins nobody there. Homes of one family are one programme; of several, the
 * template stays inside each. Shops without a core follow their template, if it leads one way. */
#ifndef RX_GRAPH_TEMPLATE_H
#define RX_GRAPH_TEMPLATE_H

#include "graph/connect.h"

/* Adds to cores, which the other connectors have made, what templates join besides. was_cut[i]
 * tells of template i whether it was kept from joining. Order-free: every template is measured
 * against the same cores. Complexity: O(carriers log carriers). */
RX_MUST int template_join(struct connect *cores, bool *was_cut, const struct connect *templates,
                          const struct model *m, const struct constants *k);

#endif
