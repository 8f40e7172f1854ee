/* token.h - HTML into tokens in one pass over the bytes: the tokenizer of the HTML standard
 * (section 13.2.5) without its tree construction.
 *
 * The base of the guard, of the charset prescan and of salvage. No recursion, no allocation, every
 * byte is looked at a bounded number of times, any bytes are allowed. Tokens are slices of the
 * text; nothing is decoded. Raw text (script, style, title...) depends on the tree, so the caller
 * says when it begins: token_raw(). */
#ifndef RX_CRAWLER_PARSE_TOKEN_H
#define RX_CRAWLER_PARSE_TOKEN_H

#include "base/buf.h"
#include "crawler/parse/tags.h"

enum token_kind {
    TOKEN_TEXT,
    TOKEN_START,
    TOKEN_END,
    TOKEN_COMMENT, /* also bogus comments and the doctype: no content, no element */
    TOKEN_CDATA,
    TOKEN_BROKEN /* a tag that the text ends in: the standard drops it */
};

struct token {
    enum token_kind kind;
    size_t start, end;         /* slice of the text */
    struct rx_str name;        /* as written; tags only */
    const struct tag_row *row; /* of the name; tags only, else NULL */
    size_t attrs;              /* where the attributes begin, for token_attr_next() */
    unsigned attr_count;
    size_t longest_value; /* bytes of the longest attribute value */
    bool self_closing;
};

struct tokenizer {
    struct rx_str text;
    size_t at;
    bool cdata;        /* CDATA sections exist here: the caller stands in SVG or MathML */
    struct rx_str raw; /* name of the element whose raw text comes next; empty: none */
    enum tag raw_tag;
};

/* False at the end of the text. */
bool token_next(struct tokenizer *t, struct token *out);
/* What follows tok, a start tag, is raw text if its element has such; else nothing changes. */
void token_raw(struct tokenizer *t, const struct token *tok);

struct token_attr {
    struct rx_str name, value; /* slices: case as written, entities not decoded, no quotes */
    size_t start, end;         /* of the whole attribute, quotes included */
    bool broken;               /* the text ends inside */
};
/* *at starts at token.attrs. False at the end of the tag; then *at stands on its '>' or '/' '>', or
 * at the end of the text. */
bool token_attr_next(struct rx_str text, size_t *at, struct token_attr *out);

#endif
