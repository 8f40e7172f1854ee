/* says.h - what a site says of itself, out of its ties: language, currency, seals, claims, goods.
 * For show and the exports. */
#ifndef RX_GRAPH_SAYS_H
#define RX_GRAPH_SAYS_H

#include "base/buf.h"
#include "graph/emit.h"
#include "graph/model.h"

struct says {
    struct rx_str language, currency; /* of most pages; empty: not told */
    uint32_t offers;                  /* of medicines, each with its pack and price */
    uint32_t medicines;               /* different ones among them */
};

void says_of(struct says *out, const struct model *m, const struct model_site *site);
/* Is it one of the classes that are told here? */
bool says_covers(const struct rx_class *cls);
/* "retired: vipps; unlinked: cipa"; empty without seals. */
RX_MUST int says_seals(struct rx_buf *out, const struct model *m, const struct model_site *site);
/* "no_prescription; discreet", each value of a class once; empty without any. */
RX_MUST int says_list(struct rx_buf *out, const struct model *m, const struct model_site *site,
                      const char *cls);

/* A block of lines; nothing if the site says nothing. */
RX_MUST int says_print(struct emit *e, const struct model *m, const struct model_site *site);
/* The key "says" and its object. */
void says_json(struct emit *e, const struct model *m, const struct model_site *site);

#endif
