/* element.h - what a page's elements mean to the doc: links, forms and fields, metas, scripts,
 * texts. Known here once; tree.c's walk and the scan only say which elements there are, in document
 * order, and what stands around each. */
#ifndef RX_CRAWLER_PARSE_ELEMENT_H
#define RX_CRAWLER_PARSE_ELEMENT_H

#include "crawler/parse/build.h"
#include "crawler/parse/tags.h"

struct element_attr {
    struct rx_str name; /* lower case, each once */
    struct doc_span value;
};

struct element {
    struct rx_str name; /* lower case */
    enum tag tag;
    bool html;     /* of the HTML namespace */
    uint32_t path; /* hash of the names down to it */
    const struct element_attr *attrs;
    size_t attr_count;
};

struct element_anchor {
    char *text; /* BUILD_TEXT_MAX bytes of the arena, or NULL */
    size_t n;
    size_t link; /* its index; SIZE_MAX: the link was not kept */
    bool from_alt;
    uint8_t hidden; /* why the link is not shown, nor what it holds (hidden.h); 0: it is */
    unsigned depth; /* the scan's: how many open elements it stands in */
};

/* What stands around an element or a text. */
struct element_around {
    int32_t form;                  /* index, or -1 */
    struct element_anchor *anchor; /* the innermost a[href], or NULL; of the arena */
    uint8_t hidden;                /* why it is not shown (hidden.h); 0: it is */
};

/* The path of an element below another. */
uint32_t element_path(uint32_t parent, struct rx_str name);
/* Is an attribute of that name, in lower case, presentation or wiring: never an identifier? */
bool element_is_dull(struct rx_str name);

/* Adds what the element gives. around: changed to what its content stands in. A full arena shows
 * in b->failed. */
void element_enter(struct build *b, const struct element *el, struct element_around *around);

/* Is the text of this element taken as it stands in the source, not decoded? */
bool element_is_verbatim(enum tag tag, bool html);
/* A text directly in parent (whose attrs are asked for if it is a script). */
void element_text(struct build *b, const struct element *parent, struct doc_span text,
                  const struct element_around *around);
/* A text of blanks only. */
void element_blank(struct build *b, const struct element_around *around);
/* A comment without its delimiters; those of "<!x>", "</ x>" and "<?x>", which are comments too,
 * differ. */
struct rx_str element_comment_inside(struct rx_str all);
void element_comment(struct build *b, struct doc_span inside);

/* Is this attribute of a template what makes a browser show its content? */
bool element_is_shadow(struct rx_str name, struct rx_str value);

/* ---- srcdoc.c: adds the words of the page that a frame holds in its srcdoc. */
void element_srcdoc(struct build *b, const struct element *el);

/* ---- element_link.c ------------------------------------------------------------------------- */

/* The value of an attribute; empty if it is missing. */
struct doc_span element_value(const struct element *el, const char *name);
/* False: the attribute is missing or blank. */
bool element_link(struct build *b, const struct element *el, enum rx_link kind, const char *name);
/* The kinds that a link element is, by the tokens of rel. False: none of ours. */
bool element_link_rel(struct build *b, const struct element *el);
bool element_is_logo(const struct element *el); /* of an image */
/* NULL: no href. */
struct element_anchor *element_open_anchor(struct build *b, const struct element *el);
void element_anchor_text(struct build *b, struct element_anchor *a, struct rx_str text, bool alt);
void element_script(struct build *b, const struct element *el, struct doc_span text);
void element_meta(struct build *b, const struct element *el);

#endif
