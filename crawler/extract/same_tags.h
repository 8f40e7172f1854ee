/* same_tags.h - which other pages are built like this one: by their elements, not their words.
 *
 * Two measures. The sketch of tag paths (runs of five elements, each with the names of those around
 * it) finds pages from one template. The dom-hash finds the same page again, and is the one that
 * CERT Polska, Lookyloo and MISP exchange. Both are read from the tokens of doc->source, so that
 * they are the same whichever reader has read the page (the paths in doc->tag_paths are not: a tree
 * moves elements). Pure, linear. */
#ifndef RX_CRAWLER_EXTRACT_SAME_TAGS_H
#define RX_CRAWLER_EXTRACT_SAME_TAGS_H

#include "base/err.h"
#include "base/minhash.h"
#include "crawler/parse/doc.h"

enum { SAME_TAGS_RUN = 5, SAME_DOM_HASH = 32, SAME_DEPTH = 256 };

struct same_tags {
    /* Of the paths, each of at most SAME_DEPTH names, formatting (b, i, font...) left out. All zero
     * with fewer than SAME_TAGS_RUN elements. */
    struct rx_sketch paths;
    uint32_t elements;
    /* The first 32 hex digits of the SHA-256 of all elements' names, joined by "|" in document
     * order, and a NUL. Others take the order from libxml2's HTML tree. That tree has its elements
     * in the order of their start tags, gives a page html, head (when something of a head comes
     * first) and body if it lacks them, drops a second one of these, and has markup in all but
     * script and style; so has this. */
    char dom_hash[SAME_DOM_HASH + 1];
};

/* RX_ENOMEM. */
RX_MUST int same_tags(struct same_tags *out, const struct doc *doc);

#endif
