/* prune.c - see prune.h.
 *
 * Invariants:
 *   1. Cuts are in order, and what is written is a subsequence of the source, but for a space
 *      where a dropped tag stood behind a '<' (else "<<b>div>" would become a tag that the guard
 *      never saw), a few "</select>", and an empty comment for a tag where formatting begins or
 *      ends to hide, so that no text stands on both sides.
 *   2. Where the guard treats content as raw text, Gumbo does: in SVG, MathML and select, where
 *      the same names are not raw text, the nest knows it or the tag is dropped. */
#include "crawler/parse/prune.h"

#include "crawler/parse/hidden.h"
#include "crawler/parse/nest.h"

#define SELECT_END "</select>"
#define SEAM "<!-->" /* two, each behind a space, are shorter than "<b hidden></b>" */

struct prune {
    const struct parse_limits *limits;
    struct rx_arena *arena;
    struct tokenizer t;
    char *out;
    size_t out_n, copied; /* source bytes before copied are written or dropped */
    struct pruned *result;
    size_t cut_cap, veil_cap;
    struct nest nest;
    unsigned tags;
    size_t attributes;
    size_t frame_attributes; /* of the tags of html and body so far: they pile up on two elements */
    bool failed;             /* the arena is full */
};

/* ---- writing ------------------------------------------------------------------------------- */

static void add_cut(struct prune *g, size_t source)
{
    struct pruned *r = g->result;
    if (r->cut_count > 1 && r->cuts[r->cut_count - 1].guarded == g->out_n) {
        r->cuts[r->cut_count - 1].source = (uint32_t)source;
        return;
    }
    struct prune_cut *cuts =
        rx_arena_grow(g->arena, r->cuts, r->cut_count, &g->cut_cap, sizeof *cuts);
    if (!cuts) {
        g->failed = true;
        return;
    }
    r->cuts = cuts;
    r->cuts[r->cut_count++] = (struct prune_cut){(uint32_t)g->out_n, (uint32_t)source};
}

static void copy_to(struct prune *g, size_t end)
{
    if (end > g->copied)
        memcpy(g->out + g->out_n, g->t.text.p + g->copied, end - g->copied);
    g->out_n += end - g->copied;
    g->copied = end;
}

static void drop(struct prune *g, size_t from, size_t to)
{
    copy_to(g, from);
    if (g->out_n && g->out[g->out_n - 1] == '<')
        g->out[g->out_n++] = ' ';
    g->copied = to;
    add_cut(g, to);
}

static void insert_select_end(struct prune *g, size_t at)
{
    copy_to(g, at);
    memcpy(g->out + g->out_n, SELECT_END, sizeof SELECT_END - 1);
    g->out_n += sizeof SELECT_END - 1;
    add_cut(g, at);
}

/* ---- what formatting hides ----------------------------------------------------------------- */

static void begin_veil(struct prune *g, size_t from)
{
    struct pruned *r = g->result;
    struct prune_veil *veils =
        rx_arena_grow(g->arena, r->veils, r->veil_count, &g->veil_cap, sizeof *veils);
    if (!veils) {
        g->failed = true;
        return;
    }
    r->veils = veils;
    r->veils[r->veil_count++] = (struct prune_veil){(uint32_t)from, UINT32_MAX};
}

/* was: before the tag. A tag that changes it and is dropped leaves a seam. */
static void note_veil(struct prune *g, const struct token *tok, bool was, bool dropped)
{
    const bool is = nest_is_veiled(&g->nest);
    if (is == was)
        return;
    if (is)
        begin_veil(g, tok->end);
    else
        g->result->veils[g->result->veil_count - 1].to = (uint32_t)tok->start;
    if (dropped) {
        memcpy(g->out + g->out_n, SEAM, sizeof SEAM - 1);
        g->out_n += sizeof SEAM - 1;
        add_cut(g, tok->end);
    }
}

/* ---- tags ---------------------------------------------------------------------------------- */

/* Takes out attributes over the limits and the tails of long values. */
static void trim(struct prune *g, const struct token *tok)
{
    const struct parse_limits *l = g->limits;
    size_t count = tok->attr_count < l->attributes ? tok->attr_count : l->attributes;
    g->nest.work += count * count / 2;
    g->attributes += count;
    if (tok->attr_count <= l->attributes && tok->longest_value <= l->attribute_bytes &&
        g->attributes <= PRUNE_ATTRIBUTES_MAX)
        return;
    size_t keep = g->attributes <= PRUNE_ATTRIBUTES_MAX ? l->attributes : 0;
    size_t at = tok->attrs, seen = 0, drop_from = 0, drop_to = 0;
    struct token_attr attr;
    while (token_attr_next(g->t.text, &at, &attr)) {
        if (seen++ >= keep) {
            drop_from = drop_from ? drop_from : attr.start;
            drop_to = attr.end;
        } else if (attr.value.n > l->attribute_bytes) {
            size_t value = (size_t)(attr.value.p - g->t.text.p);
            drop(g, value + l->attribute_bytes, value + attr.value.n);
        }
    }
    if (drop_to)
        drop(g, drop_from, drop_to);
    g->result->cut = true;
}

/* Each further tag of html or body adds its attributes to the one element, and Gumbo compares each
 * with all that are there (13.2.6.4.7). */
static bool piles_up(struct prune *g, const struct token *tok)
{
    if (tok->row->tag != TAG_HTML && tok->row->tag != TAG_BODY)
        return false;
    const size_t before = g->frame_attributes;
    g->frame_attributes += tok->attr_count;
    return before && g->frame_attributes > g->limits->attributes;
}

static void start_tag(struct prune *g, const struct token *tok)
{
    bool html, ends_select;
    const bool veiled = nest_is_veiled(&g->nest);
    enum nest_what what =
        nest_start(&g->nest, tok, hidden_format(g->t.text, tok), &html, &ends_select);
    if (ends_select)
        insert_select_end(g, tok->start);
    const bool pile = piles_up(g, tok);
    if (what == NEST_DROPPED || what == NEST_TOO_DEEP || pile) {
        drop(g, tok->start, tok->end);
        note_veil(g, tok, veiled, true);
        g->result->cut |= what != NEST_DROPPED;
        return;
    }
    note_veil(g, tok, veiled, false);
    if (html)
        token_raw(&g->t, tok);
    trim(g, tok);
}

static void end_tag(struct prune *g, const struct token *tok)
{
    const bool veiled = nest_is_veiled(&g->nest);
    const bool dropped = nest_end(&g->nest, tok) == NEST_DROPPED;
    if (dropped)
        drop(g, tok->start, tok->end);
    else
        trim(g, tok); /* end tags may carry attributes too, and Gumbo collects them */
    note_veil(g, tok, veiled, dropped);
}

/* ---- the page ------------------------------------------------------------------------------ */

static bool within_budget(struct prune *g, const struct token *tok)
{
    if (tok->kind != TOKEN_TEXT)
        g->tags++;
    return g->tags <= g->limits->tags && g->nest.work <= NEST_WORK_MAX && !g->failed;
}

static void scan(struct prune *g)
{
    struct token tok;
    for (;;) {
        g->t.cdata = nest_in_foreign(&g->nest);
        if (!token_next(&g->t, &tok))
            break;
        if (!within_budget(g, &tok)) {
            copy_to(g, tok.start);
            g->result->cut = true;
            return;
        }
        if (tok.kind == TOKEN_START)
            start_tag(g, &tok);
        else if (tok.kind == TOKEN_END)
            end_tag(g, &tok);
        else if (tok.kind == TOKEN_BROKEN)
            drop(g, tok.start, tok.end);
    }
    copy_to(g, g->t.text.n);
}

int prune_page(struct pruned *out, struct rx_arena *arena, struct rx_str source,
               const struct parse_limits *limits)
{
    struct pruned result = {0};
    struct prune *g = rx_arena_zalloc(arena, 1, sizeof *g);
    if (!g)
        return RX_EFULL;
    /* A space that a cut leaves takes the place of a dropped byte: only insertions need room. */
    g->out = rx_arena_alloc(arena, source.n + NEST_INSERTS_MAX * (sizeof SELECT_END - 1));
    if (!g->out)
        return RX_EFULL;
    g->limits = limits;
    g->arena = arena;
    g->t.text = source;
    g->result = &result;
    nest_init(&g->nest, limits->depth);
    add_cut(g, 0);
    scan(g);
    if (g->failed)
        return RX_EFULL;
    result.text = rx_strn(g->out, g->out_n);
    *out = result;
    return 0;
}

uint32_t prune_source(const struct pruned *g, size_t guarded)
{
    size_t low = 0, high = g->cut_count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (g->cuts[middle].guarded <= guarded)
            low = middle;
        else
            high = middle;
    }
    return g->cuts[low].source + (uint32_t)(guarded - g->cuts[low].guarded);
}

uint32_t prune_guarded(const struct pruned *g, size_t source)
{
    size_t low = 0, high = g->cut_count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (g->cuts[middle].source <= source)
            low = middle;
        else
            high = middle;
    }
    return g->cuts[low].guarded + (uint32_t)(source - g->cuts[low].source);
}

bool prune_is_veiled(const struct pruned *g, size_t source)
{
    size_t low = 0, high = g->veil_count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (g->veils[middle].to <= source)
            low = middle + 1;
        else
            high = middle;
    }
    return low < g->veil_count && g->veils[low].from <= source;
}
