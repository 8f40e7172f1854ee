/* doc.h - a page, read: flat arrays that every extractor walks. No pointers up or down, no tree.
 *
 * Every piece keeps where it came from: offset and length in `source`, the page as UTF-8 before
 * any guard changed it. doc_source_offset() turns that into an offset in the decoded body, which
 * is what a sighting cites. All memory belongs to the arena that the doc was read into. */
#ifndef RX_CRAWLER_PARSE_DOC_H
#define RX_CRAWLER_PARSE_DOC_H

#include "base/arena.h"
#include "base/vocab.h"

/* A decoded string and the source bytes it was decoded from (entities make them differ). */
struct doc_span {
    struct rx_str text;
    uint32_t offset, length; /* of the source slice; length 0: made, not found in the source */
};

enum doc_rel { DOC_REL_NOFOLLOW = 1, DOC_REL_SPONSORED = 2, DOC_REL_UGC = 4 };

struct doc_link {
    enum rx_link kind;
    struct rx_str url;   /* resolved against the base and serialised, fragment included */
    struct doc_span raw; /* the attribute's value */
    struct rx_str text;  /* anchor text or alt, blanks folded, cut at 200 bytes */
    uint8_t rel;         /* enum doc_rel */
    uint32_t tag_path;   /* hash of the element names from the root down */
    bool hidden;         /* a link or picture that the page does not show (hidden.h) */
};

struct doc_field {
    struct doc_span name, id, value;
    struct rx_str type; /* "hidden", "text", "select"... lower case */
    bool hidden;        /* stands in what the page does not show, whatever its type */
};

struct doc_form {
    struct rx_str action; /* resolved; the document's own URL if there is none */
    struct doc_span raw_action, name, id;
    bool post, hidden;
    bool button;                /* the target of a button (formaction), not of a form element */
    int32_t around;             /* of a button: the form whose fields it sends, or -1 */
    size_t first_field, fields; /* a run of doc.fields */
};

struct doc_meta {
    struct doc_span name, content; /* name: name, property or http-equiv, as written */
};

/* An attribute that may hold an identifier: data-*, on*, title, content, value, style... */
struct doc_attr {
    struct rx_str tag, name;
    struct doc_span value;
    bool hidden;
};

struct doc_script {
    struct doc_span text; /* inline only; a src is a link */
    bool json;            /* application/json, ld+json */
};

/* What a doc was made of. What is no page is a list of spans, without tags, forms and signs. */
enum doc_kind {
    DOC_PAGE,
    DOC_SCRIPT,  /* a linked script: scripts, without its comments, which are its libraries' */
    DOC_JSON,    /* a manifest: one script that is json */
    DOC_ROBOTS,  /* lines "name: value" as attrs; comments; links to sitemaps */
    DOC_ADS,     /* ads.txt: rows "..., DIRECT" as attrs named "direct", "NAME=VALUE"; comments */
    DOC_CONTACT, /* security.txt: values as texts; comments */
    DOC_SITEMAP, /* links, comments */
    DOC_ICON     /* nothing but its bytes: the source is the body */
};

struct doc {
    enum doc_kind kind;
    struct rx_str url;      /* the document's URL */
    struct rx_str base;     /* base URL in force */
    struct rx_str source;   /* the whole page, UTF-8 */
    struct rx_str charset;  /* WHATWG name, lower case; and what decided it: */
    const char *charset_by; /* "bom", "header", "meta", "guess", "default" */
    struct rx_str title, lang;

    struct doc_link *links;
    size_t link_count;
    struct doc_form *forms;
    size_t form_count;
    struct doc_field *fields; /* of all forms, and after them those outside any form */
    size_t field_count;
    struct doc_meta *metas;
    size_t meta_count;
    struct doc_script *scripts;
    size_t script_count;
    struct doc_span *styles; /* inline CSS */
    size_t style_count;
    struct doc_span *comments;
    size_t comment_count;
    struct doc_span *texts; /* visible text runs in document order, blanks as written */
    size_t text_count;
    struct doc_span *unseen; /* text runs that the page does not show */
    size_t unseen_count;
    struct doc_span
        *framed; /* text runs of pages that frames hold in an attribute (srcdoc): made */
    size_t framed_count;
    struct doc_attr *attrs;
    size_t attr_count;
    uint32_t *tag_paths; /* one hash an element, document order; for sameness of structure */
    size_t tag_path_count;

    bool cut;               /* a cap was reached: the page is longer than what stands here */
    const void *offset_map; /* parse's own; NULL when nothing stands between source and body */
    void *located;          /* parse's own: what doc_locate() remembers; may be NULL */
};

/* The source bytes that a part [from, from + n) of span.text was decoded from: exactly those, or
 * the whole span where that cannot be told. Out: offset and length in doc->source; length 0 only
 * for a span that was made. Complexity: O(n), after O(span) the first time. */
void doc_locate(const struct doc *doc, struct doc_span span, size_t from, size_t n,
                uint32_t *offset, uint32_t *length);

/* Offset in doc->source to offset in the decoded body (they differ when the page was not UTF-8). */
uint32_t doc_source_offset(const struct doc *doc, uint32_t offset);
/* The bytes of the decoded body behind a slice of the source, and the source behind bytes of the
 * body: whole characters both ways, so that the one undoes the other. */
void doc_body_range(const struct doc *doc, uint32_t offset, uint32_t length, uint32_t *body_offset,
                    uint32_t *body_length);
struct rx_str doc_body_source(const struct doc *doc, uint32_t body_offset, uint32_t body_length);

#endif
