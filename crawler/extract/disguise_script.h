/* disguise_script.h - what the string expressions of a script come to (disguise.c's half for
 * scripts). */
#ifndef RX_CRAWLER_EXTRACT_DISGUISE_SCRIPT_H
#define RX_CRAWLER_EXTRACT_DISGUISE_SCRIPT_H

#include "base/arena.h"
#include "base/str.h"

enum { DISGUISE_LITERAL_MAX = 16384, DISGUISE_SCRIPT_MAX = 512 * 1024, DISGUISE_CALLS_MAX = 8 };

/* One expression that is not plain, or a plain literal with markup in it: where it stands and what
 * it comes to. */
struct disguised {
    size_t from, to;    /* in the script */
    struct rx_str text; /* decoded, in the arena (see plain) */
    bool open;          /* nothing but "\/": written so by JSON encoders, hidden from nobody */
    bool plain;         /* not even that: text is a view of the script */
};

/* What may still be decoded. */
struct disguise_budget {
    size_t bytes;
    bool cut; /* it was not enough, or an expression was longer than DISGUISE_LITERAL_MAX */
};

/* Where the reader of a script stands; begins as the script and zero. */
struct disguise_scan {
    struct rx_str script;
    size_t at;
    size_t template_end; /* at or before it, at is in a template: its closing backtick */
};

/* The next expression: 1; 0: none left, or the budget is spent; RX_EFULL: arena. What a template
 * holds is looked at, too, behind it. Linear. */
RX_MUST int disguise_script_next(struct disguised *out, struct rx_arena *arena,
                                 struct disguise_scan *scan, struct disguise_budget *budget);

/* Is script[from, to) a word's piece, which another literal completes: 'jane@roe.co' + 'm'? The
 * whole is found where the literals are joined. */
bool disguise_is_piece(struct rx_str script, size_t from, size_t to);

#endif
