/* tree.c - the guarded page through Gumbo.
 *
 * Gumbo allocates from the page's arena. It does not survive a NULL, so at the arena's cap the
 * allocator jumps out of the whole parse; what Gumbo had built dies with the arena. Gumbo's own
 * destroy is recursive and is never called. */
#include "crawler/parse/walk.h"

#include <gumbo.h>
#include <setjmp.h>

struct gumbo_memory {
    struct rx_arena *arena;
    jmp_buf full;
};

static void *take(void *memory, size_t bytes)
{
    struct gumbo_memory *m = memory;
    void *p = rx_arena_alloc(m->arena, bytes);
    if (!p)
        longjmp(m->full, 1);
    return p;
}

static void give_back(void *memory, void *p)
{
    (void)memory;
    (void)p;
}

/* NULL: the arena's cap. A function of its own, so that nothing it holds is lost by the jump. */
static const GumboOutput *grow_tree(struct rx_arena *arena, struct rx_str text)
{
    struct gumbo_memory memory = {.arena = arena};
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = take;
    options.deallocator = give_back;
    options.userdata = &memory;
    options.max_errors = 0;
    options.stop_on_first_error = false;
    if (setjmp(memory.full))
        return NULL;
    return gumbo_parse_with_options(&options, text.n ? text.p : "", text.n);
}

int parse_tree(struct doc *doc, struct rx_arena *arena, struct rx_str url, struct rx_str head,
               struct rx_str body, const struct parse_limits *limits, struct rx_err *err)
{
    struct build *b = rx_arena_alloc(arena, sizeof *b);
    struct pruned guarded;
    if (!b || build_begin(b, arena, url, head, body, limits) ||
        prune_page(&guarded, arena, b->doc.source, limits))
        return rx_fail(err, RX_EFULL, "the page needs more than %zu bytes of memory", arena->max);
    ((struct locate_memory *)b->doc.located)->guarded = guarded;
    b->doc.cut |= guarded.cut;
    const GumboOutput *tree = grow_tree(arena, guarded.text);
    if (!tree)
        return rx_fail(err, RX_EFULL, "the page's tree needs more than %zu bytes of memory",
                       arena->max);
    build_header_refresh(b, head);
    walk_tree(b, &guarded, tree);
    return build_end(doc, b, err);
}
