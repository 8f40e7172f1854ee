/* markup.h - markup that stands where no parser reads it as such: commented out, or in a string
 * that a script writes into its page. What it would show is text, and NAME=VALUE pairs as the
 * sheets of attributes, fields, metas and URLs have them (presentation is left out). One pass, no
 * tree, entities decoded. */
#ifndef RX_CRAWLER_EXTRACT_MARKUP_H
#define RX_CRAWLER_EXTRACT_MARKUP_H

#include "base/arena.h"
#include "crawler/parse/token.h"

struct markup_part {
    struct rx_str name;  /* as written; empty: text between tags */
    bool url;            /* of an attribute that leads or loads */
    struct rx_str value; /* decoded; a view of the markup, or in the arena */
    size_t from, to;     /* in the markup: what the value was decoded from */
};

struct markup {
    struct tokenizer tokens; /* .text is the markup; the rest begins as zero */
    struct rx_str named;     /* the tag's name or property; its content or value belongs to it */
    size_t at;               /* in the tag; 0: in none */
    bool inside;             /* a tag was seen: what stands before the first is no markup's text */
};

/* Is there a tag in it? Cheap. */
bool markup_is(struct rx_str text);
/* The next part: 1; 0: none left; RX_EFULL: the arena. */
RX_MUST int markup_next(struct markup_part *out, struct rx_arena *arena, struct markup *m);

#endif
