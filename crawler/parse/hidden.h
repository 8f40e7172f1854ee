/* hidden.h - does an element itself say that it is not shown? Pure, linear.
 *
 * What a reader never sees is nobody's offer and nobody's word: a form or an address in it may be
 * put there to lay a stranger's business at somebody's door, or words to dilute a page. Only what
 * the element says is asked: its hidden attribute and its style. What style sheets do to classes is
 * not looked at; aria-hidden hides from screen readers what eyes see, so it does not count; nor
 * does opacity, with which pages fade in what they show. */
#ifndef RX_CRAWLER_PARSE_HIDDEN_H
#define RX_CRAWLER_PARSE_HIDDEN_H

#include "crawler/parse/element.h"
#include "crawler/parse/token.h"

/* Why something is not shown. What is gone is so with all that it holds; what is invisible or of no
 * size only where no element in it says otherwise. */
enum {
    HIDDEN_GONE = 1,
    HIDDEN_INVISIBLE = 2,
    HIDDEN_TINY = 4,
    HIDDEN_VEILED = 8 /* formatting around it hides it (nest.h); its content is asked anew */
};

/* around: these bits of what the element stands in. Returns its own and its content's. */
uint8_t hidden_element(const struct element *el, uint8_t around);
/* The same of a style attribute: not displayed, not visible, of no size, or out of the window. */
uint8_t hidden_style(struct rx_str style, uint8_t around);
/* Is tok, a start tag of text, one of formatting that hides what it holds? */
bool hidden_format(struct rx_str text, const struct token *tok);

#endif
