/* disguise_script.h - what the string expressions of a script come to (disguise.c's half for
 * scripts). */
#ifndef RX_CRAWLER_EXTRACT_DISGUISE_SCRIPT_H
#define RX_CRAWLER_EXTRACT_DISGUISE_SCRIPT_H

#include "base/arena.h"
#include "base/str.h"

enum { DISGUISE_LITERAL_MAX = 16384, DISGUISE_SCRIPT_MAX = 512 * 1024 };

/* One expression that is not plain: where it stands and what it comes to. */
struct disguised {
    size_t from, to;    /* in the script */
    struct rx_str text; /* decoded, in the arena */
    bool open;          /* nothing but "\/": written so by JSON encoders, hidden from nobody */
};

/* The next expression at or after *at; false: none left, the budget is spent, or the arena is full.
 * *budget: bytes that may still be decoded. Linear. */
bool disguise_script_next(struct disguised *out, struct rx_arena *arena, struct rx_str script,
                          size_t *at, size_t *budget);

#endif
