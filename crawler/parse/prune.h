/* prune.h - the guard: what stands between a hostile page and Gumbo.
 *
 * Gumbo is quadratic in depth and in attributes, and formatting elements multiply in its tree
 * (2,000 <font> tags in 30 KB: 580 MB). The guard reads the page once with the linear tokenizer,
 * keeps a rough stack of open elements, and writes the page out again without what would hurt:
 * formatting tags but a, start tags below the depth limit, attributes over the limits; it stops
 * where the page has too many tags or would cost too much work. The rest stays byte for byte, and
 * every byte knows where it came from. */
#ifndef RX_CRAWLER_PARSE_PRUNE_H
#define RX_CRAWLER_PARSE_PRUNE_H

#include "base/arena.h"
#include "crawler/parse/parse.h"

enum { PRUNE_ATTRIBUTES_MAX = 200000 }; /* of all tags of a page together, for either reader */

/* From the guarded offset on, source offset = source + distance (until the next cut). */
struct prune_cut {
    uint32_t guarded, source;
};

/* Source bytes that formatting hides: from behind its tag to before what ends it. */
struct prune_veil {
    uint32_t from, to;
};

struct pruned {
    struct rx_str text;
    struct prune_cut *cuts; /* by offset; the first is {0, 0} */
    size_t cut_count;
    struct prune_veil *veils; /* by offset, apart */
    size_t veil_count;
    bool cut; /* stopped before the end of the source, or dropped more than formatting */
};

/* All memory from arena. RX_EFULL: the arena's cap. Source must be under 4 GiB. */
RX_MUST int prune_page(struct pruned *out, struct rx_arena *arena, struct rx_str source,
                       const struct parse_limits *limits);
/* Offset in the guarded text to offset in the source. Complexity: O(log cuts). */
uint32_t prune_source(const struct pruned *g, size_t guarded);
/* And back, for what was kept. */
uint32_t prune_guarded(const struct pruned *g, size_t source);
/* Does formatting hide this byte of the source? Complexity: O(log veils). */
bool prune_is_veiled(const struct pruned *g, size_t source);

#endif
