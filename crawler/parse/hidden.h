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

bool hidden_element(const struct element *el);
/* The same of a style attribute: not displayed, not visible, of no size, or out of the window. */
bool hidden_style(struct rx_str style);

#endif
