/* nest.h - the open elements of a page: the stack of the standard's tree construction (13.2.4.2 and
 * 13.2.6), near enough that its depth is Gumbo's depth, without a tree.
 *
 * The guard asks it what would hurt Gumbo, the scan asks it where a page's elements stand. html,
 * head and body are not on it, nor are elements without content and those of raw text. Bounded in
 * depth and, by its count of steps, in time. */
#ifndef RX_CRAWLER_PARSE_NEST_H
#define RX_CRAWLER_PARSE_NEST_H

#include "crawler/parse/token.h"

enum {
    NEST_DEPTH_MAX = 512,
    NEST_INSERTS_MAX = 256,
    /* Steps over open elements that a page may cost; a real page of 2 MB costs well under a
     * million. */
    NEST_WORK_MAX = 20000000
};

enum nest_space { NEST_HTML, NEST_SVG, NEST_MATH };

struct element_anchor;

struct nest_open {
    uint32_t hash; /* of the name */
    uint8_t tag, flags, space;
    bool holder;     /* foreign element with HTML inside */
    uint16_t marker; /* one more than the index of the innermost element that a link opened in
                        it does not leave; 0: none */
    struct element_anchor *link, *outer_link; /* of a marker: open in it, and around it */
    uint32_t path;                            /* the scan's: hash of the names down to here */
    uint8_t hidden; /* the scan's: why its content is not shown (hidden.h) */
    bool part_open; /* the scan's: a section or row that nobody wrote is open in it */
};

/* Formatting that hides what it holds. It is no open element: as the standard opens formatting
 * again in every block that follows (13.2.4.3), only its end tag ends it, or the end of the cell or
 * object that it began in. */
struct nest_veil {
    uint32_t hash;   /* of its name */
    unsigned opened; /* tags of that name, it and those in it; 0: nothing is hidden */
    unsigned marker; /* as of the innermost open element where it began */
};

struct nest {
    unsigned depth, depth_max;
    unsigned overflow; /* dropped start tags below the deepest, still open */
    unsigned inserts;
    bool in_form; /* the form element pointer is set: a form is open, though perhaps not here */
    size_t work;
    struct element_anchor *link; /* open outside any marker */
    struct nest_veil veil;
    uint32_t counts[TAG_COUNT]; /* of the stack */
    struct nest_open stack[NEST_DEPTH_MAX];
};

enum nest_what {
    NEST_DROPPED,  /* as if it were not there: formatting, or no element of a select */
    NEST_TOO_DEEP, /* dropped, and its end tag will be */
    NEST_IGNORED,  /* no element: a part of a table without one, a form in a form */
    NEST_EMPTY,    /* an element that holds no others */
    NEST_OPENED,   /* now the innermost */
    NEST_NOTHING,  /* an end tag that closes none of the open elements */
    NEST_CLOSED
};

/* limit: of the depth; more than NEST_DEPTH_MAX counts as that. */
void nest_init(struct nest *n, unsigned limit);
/* tok: a start tag; hides: one of formatting that hides what it holds. *html: the element is one of
 * HTML. *ends_select: the tag first closed an open select (at most NEST_INSERTS_MAX times a page).
 */
enum nest_what nest_start(struct nest *n, const struct token *tok, bool hides, bool *html,
                          bool *ends_select);
enum nest_what nest_end(struct nest *n, const struct token *tok);
/* Does formatting hide what stands here? */
bool nest_is_veiled(const struct nest *n);
/* True where CDATA sections exist and names mean no HTML. */
bool nest_in_foreign(const struct nest *n);
/* The innermost open link, or NULL; links are the caller's, put in and taken out by it. A link ends
 * with the marker (cell, caption, object...) that it was opened in, not with blocks. */
struct element_anchor *nest_link(const struct nest *n);
void nest_set_link(struct nest *n, struct element_anchor *link);
/* Closes all that is open. */
void nest_clear(struct nest *n);
/* The innermost open element, or NULL. */
struct nest_open *nest_top(struct nest *n);

#endif
