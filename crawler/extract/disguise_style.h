/* disguise_style.h - what a style sheet makes a page say: strings of "content" (CSS 2.1, section
 * 12), and what it loads: url(). */
#ifndef RX_CRAWLER_EXTRACT_DISGUISE_STYLE_H
#define RX_CRAWLER_EXTRACT_DISGUISE_STYLE_H

#include "base/arena.h"
#include "base/str.h"

enum { DISGUISE_STYLE_TEXT_MAX = 2048 };

struct styled {
    size_t from, to;    /* in the style sheet */
    struct rx_str text; /* in the arena */
    bool url;           /* of url(); else a text that readers see */
};

/* The next at or after *at: 1; 0: none left; RX_EFULL: arena. Linear. */
RX_MUST int disguise_style_next(struct styled *out, struct rx_arena *arena, struct rx_str style,
                                size_t *at);

#endif
