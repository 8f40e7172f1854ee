/* walk.h - Gumbo's tree into the flat doc. For tree.c only. */
#ifndef RX_CRAWLER_PARSE_WALK_H
#define RX_CRAWLER_PARSE_WALK_H

#include "crawler/parse/build.h"

struct GumboInternalOutput;

/* Visits every node once, in document order, with a stack of its own. A full arena shows in
 * b->failed. */
void walk_tree(struct build *b, const struct pruned *guarded,
               const struct GumboInternalOutput *tree);

#endif
