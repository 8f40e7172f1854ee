/* tags.h - what the rules of the HTML standard want to know of an element's name.
 *
 * One row an element, in tags.c. The tokenizer asks which contents are raw text, the guard which
 * elements nest, close each other or may be dropped. */
#ifndef RX_CRAWLER_PARSE_TAGS_H
#define RX_CRAWLER_PARSE_TAGS_H

#include "base/str.h"

enum tag {
    TAG_OTHER = 0, /* a name that has no row */
    TAG_A,
    TAG_AREA,
    TAG_BASE,
    TAG_BODY,
    TAG_BUTTON,
    TAG_CAPTION,
    TAG_COL,
    TAG_DD,
    TAG_DESC, /* of SVG: HTML inside, which is not shown */
    TAG_DT,
    TAG_DIV, /* div, address: a list item looks through them */
    TAG_FORM,
    TAG_FRAME,
    TAG_FRAMESET,
    TAG_HEAD,
    TAG_HEADING, /* h1 to h6 */
    TAG_HIDDEN,  /* noembed, noframes: raw text that is not shown */
    TAG_HTML,
    TAG_IFRAME,
    TAG_IMG,
    TAG_INPUT, /* input, keygen */
    TAG_LI,
    TAG_LINK,
    TAG_LIST, /* ol, ul */
    TAG_MATH,
    TAG_META,
    TAG_NOSCRIPT,
    TAG_OPTGROUP,
    TAG_OPTION,
    TAG_P,
    TAG_PLAINTEXT,
    TAG_RUBY_PART, /* rb, rp, rt, rtc */
    TAG_SCRIPT,
    TAG_SELECT,
    TAG_SPAN,
    TAG_SVG,
    TAG_STYLE,
    TAG_SVG_HOLDER, /* foreignObject: HTML inside SVG */
    TAG_MATH_TEXT,  /* mi, mo, mn, ms, mtext: HTML inside MathML */
    TAG_TABLE,
    TAG_TBODY, /* tbody, thead, tfoot */
    TAG_TD,    /* td, th */
    TAG_TEMPLATE,
    TAG_TEXTAREA,
    TAG_TITLE,
    TAG_TR,
    TAG_RAW,     /* xmp: raw text that has no other row */
    TAG_VOID,    /* void elements that have no other row */
    TAG_FORMAT,  /* b, i, font...: formatting elements but a */
    TAG_SPECIAL, /* special elements that have no other row */
    TAG_COUNT
};

enum tag_flag {
    TAG_IS_VOID = 1,      /* never has content */
    TAG_IS_RAW = 2,       /* content is raw or escapable raw text up to its own end tag */
    TAG_CLOSES_P = 4,     /* its start tag closes an open p */
    TAG_IS_SCOPE = 8,     /* end tags inside do not reach out of it */
    TAG_IS_SPECIAL = 16,  /* an unknown end tag does not reach out of it */
    TAG_BREAKS_OUT = 32,  /* its start tag leaves SVG or MathML */
    TAG_IS_DROPPED = 64,  /* formatting: says nothing about links and multiplies in the tree */
    TAG_NOT_COUNTED = 128 /* html, head, body: once a page, whatever the page says */
};

enum { TAG_NAME_BYTES = 16 }; /* longer than every name, its NUL included */

struct tag_row {
    char name[TAG_NAME_BYTES]; /* NULs behind it */
    uint8_t tag;
    uint8_t flags;
};

/* name in any case. A name without a row gives a row of TAG_OTHER. Complexity: O(log rows). */
const struct tag_row *tag_find(struct rx_str name);
/* FNV-1a of the name in lower case: tells names without a row apart. */
uint32_t tag_hash(struct rx_str name);

#endif
