/* same_tags.h - which other pages are built like this one: by their elements, not their words.
 *
 * Two measures. The sketch of tag paths (runs of five elements, each with the names of those around
 * it) finds pages from one template. The dom-hash finds the same page again, and is the one that
 * CERT Polska, Lookyloo and MISP exchange. Pure, linear. */
#ifndef RX_CRAWLER_EXTRACT_SAME_TAGS_H
#define RX_CRAWLER_EXTRACT_SAME_TAGS_H

#include "base/err.h"
#include "base/minhash.h"
#include "crawler/parse/doc.h"

enum { SAME_TAGS_RUN = 5, SAME_DOM_HASH = 32 };

/* False: fewer elements than a run has, no sketch. The scan lists elements as the page writes them,
 * the tree where the standard puts them: compare pages read by the same reader. */
bool same_tags(struct rx_sketch *out, const struct doc *doc);

/* The first 32 hex digits of the SHA-256 of all elements' names, joined by "|" in document order,
 * and a NUL. It is read from doc->source, so that both page readers give the same.
 *
 * Others take the order from libxml2's HTML tree of the page as received or as rendered. That tree
 * has its elements in the order of their start tags, gives a page html, head (when something of a
 * head comes first) and body if it lacks them, drops a second one of these, and has markup in all
 * but script and style; so has this. RX_ENOMEM. */
RX_MUST int same_dom_hash(char out[SAME_DOM_HASH + 1], const struct doc *doc);

#endif
