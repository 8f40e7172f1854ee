/* extraction.h - what was read off the pages against what a labelled file says is on them. */
#ifndef RX_GRAPH_EXTRACTION_H
#define RX_GRAPH_EXTRACTION_H

#include "graph/model.h"
#include "graph/truth.h"

struct extraction { /* of one class, over the sites that were read and whose identifiers are listed
                     */
    uint32_t listed, found;  /* of the truth's (site, value) */
    uint32_t claimed, right; /* of ours */
};

/* A listed value counts if a page that shows it was read; what we claim is right if the file lists
 * it for the site at all. out has room for rx_class_count(). A value is listed as we store it; a
 * partner id also bare or as "parameter=id". Classes of one kind (phone and phone.tollfree, eth and
 * eth.unchecked) count as one. The same partner id at two hosts of a site is one claim. */
RX_MUST int extraction_score(struct extraction *out, const struct model *m, const struct truth *t);

/* The same by word: out has room for t->word_count. Of a disguise, listed and found are counted; of
 * a kind of look-alike, listed those on pages that were read, claimed those that we report as
 * anything at all. */
RX_MUST int extraction_score_words(struct extraction *out, const struct model *m,
                                   const struct truth *t);

#endif
