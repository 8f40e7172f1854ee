/* prune.c - see prune.h.
 *
 * The stack follows the standard's tree construction (13.2.6) closely enough that its depth is
 * Gumbo's depth, not exactly: where the two differ on a page made to differ, the arena's cap and
 * the jail's watchdog still hold. Invariants:
 *   1. Cuts are in order, and what is written is a subsequence of the source, but for a space
 *      where a dropped tag stood behind a '<' (else "<<b>div>" would become a tag that the guard
 *      never saw) and a few "</select>".
 *   2. Where the guard treats content as raw text, Gumbo does: in SVG, MathML and select, where
 *      the same names are not raw text, the stack knows it or the tag is dropped. */
#include "crawler/parse/prune.h"

#include "crawler/parse/token.h"

enum {
    DEPTH_MAX = 512,
    ATTRIBUTES_TOTAL = 200000,
    /* Steps over open elements and earlier attributes that the page may cost Gumbo; a real page
     * of 2 MB costs well under a million. */
    WORK_MAX = 20000000,
    INSERTS_MAX = 256,
    NEVER_OPEN = TAG_IS_VOID | TAG_IS_RAW | TAG_NOT_COUNTED
};
#define SELECT_END "</select>"

enum space { SPACE_HTML, SPACE_SVG, SPACE_MATH };

struct open {
    uint32_t hash;
    uint8_t tag, flags, space;
    bool holder; /* foreign element with HTML inside */
};

struct prune {
    const struct parse_limits *limits;
    struct rx_arena *arena;
    struct tokenizer t;
    char *out;
    size_t out_n, copied; /* source bytes before copied are written or dropped */
    struct pruned *result;
    size_t cut_cap;
    struct open stack[DEPTH_MAX];
    unsigned depth, depth_max;
    unsigned overflow;          /* dropped start tags below the deepest, still open */
    uint32_t counts[TAG_COUNT]; /* of the stack */
    unsigned tags, inserts;
    size_t attributes, work;
    bool failed; /* the arena is full */
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
    g->inserts++;
}

/* ---- the stack ----------------------------------------------------------------------------- */

static struct open *top(struct prune *g)
{
    return g->depth ? &g->stack[g->depth - 1] : NULL;
}

static bool top_is(struct prune *g, enum tag tag)
{
    return g->depth && g->stack[g->depth - 1].tag == tag &&
           g->stack[g->depth - 1].space == SPACE_HTML;
}

static bool in_foreign(struct prune *g)
{
    const struct open *o = top(g);
    return o && o->space != SPACE_HTML && !o->holder;
}

static void pop_to(struct prune *g, unsigned depth)
{
    while (g->depth > depth)
        g->counts[g->stack[--g->depth].tag]--;
}

/* A start tag that would lie too deep is dropped, and as many end tags after it. */
static bool push(struct prune *g, const struct token *tok, enum space space, bool holder)
{
    if (g->depth >= g->depth_max) {
        drop(g, tok->start, tok->end);
        g->overflow++;
        g->result->cut = true;
        return false;
    }
    g->stack[g->depth++] = (struct open){.hash = tag_hash(tok->name),
                                         .tag = tok->row->tag,
                                         .flags = tok->row->flags,
                                         .space = (uint8_t)space,
                                         .holder = holder};
    g->counts[tok->row->tag]++;
    return true;
}

static bool is_table_part(enum tag tag)
{
    return tag == TAG_TABLE || tag == TAG_TBODY || tag == TAG_TR || tag == TAG_TD ||
           tag == TAG_CAPTION || tag == TAG_COL;
}

/* Does an end tag of row, looking for its element, stop at this open element? (13.2.4.2, scopes) */
static bool is_barrier(const struct open *o, const struct tag_row *row)
{
    if (o->space != SPACE_HTML)
        return o->holder;
    if (is_table_part((enum tag)row->tag))
        return o->tag == TAG_TABLE || o->tag == TAG_TEMPLATE;
    if (!(row->flags & TAG_IS_SPECIAL) && row->tag != TAG_FORMAT)
        return (o->flags & (TAG_IS_SPECIAL | TAG_IS_SCOPE)) != 0;
    if (row->tag == TAG_P && o->tag == TAG_BUTTON)
        return true;
    if (row->tag == TAG_LI && o->tag == TAG_LIST)
        return true;
    return (o->flags & TAG_IS_SCOPE) != 0;
}

static bool is_same(const struct open *o, uint32_t hash, const struct tag_row *row)
{
    return o->hash == hash ||
           (row->tag == TAG_HEADING && o->tag == TAG_HEADING && o->space == SPACE_HTML);
}

/* Index of the open element that an end tag would close, or -1. */
static int find_open(struct prune *g, struct rx_str name, const struct tag_row *row)
{
    if (g->counts[row->tag] == 0)
        return -1;
    uint32_t hash = tag_hash(name);
    for (int i = (int)g->depth - 1; i >= 0; i--) {
        g->work++;
        if (is_same(&g->stack[i], hash, row))
            return i;
        if (is_barrier(&g->stack[i], row))
            return -1;
    }
    return -1;
}

static void close_open(struct prune *g, struct rx_str name, const struct tag_row *row)
{
    int at = find_open(g, name, row);
    if (at < 0)
        return;
    if (row->tag != TAG_FORM) {
        pop_to(g, (unsigned)at);
        return;
    }
    /* </form> takes only the form out of the stack. */
    g->counts[TAG_FORM]--;
    g->depth--;
    memmove(&g->stack[at], &g->stack[at + 1], (g->depth - (unsigned)at) * sizeof *g->stack);
}

static void close_named(struct prune *g, struct rx_str name)
{
    close_open(g, name, tag_find(name));
}

/* li, dd and dt close the last of their kind in the same list. */
static void close_item(struct prune *g, enum tag a, enum tag b)
{
    if (g->counts[a] + g->counts[b] == 0)
        return;
    for (unsigned i = g->depth; i-- > 0;) {
        const struct open *o = &g->stack[i];
        g->work++;
        if (o->tag == a || o->tag == b) {
            pop_to(g, i);
            return;
        }
        if ((o->flags & TAG_IS_SPECIAL) && o->tag != TAG_DIV && o->tag != TAG_P)
            return;
    }
}

/* Clears the stack back to what a row, a cell or a section stands in. False: there is no table, and
 * the tag is ignored. */
static bool enter_table_part(struct prune *g, enum tag tag)
{
    if (g->counts[TAG_TABLE] + g->counts[TAG_TEMPLATE] == 0)
        return false;
    unsigned keep = 0, table = g->depth;
    while (table > 0 && g->stack[table - 1].tag != TAG_TABLE &&
           g->stack[table - 1].tag != TAG_TEMPLATE)
        table--;
    g->work += g->depth - table + 1;
    keep = table;
    for (unsigned i = table; i < g->depth; i++) {
        enum tag open = (enum tag)g->stack[i].tag;
        if ((open == TAG_TBODY && (tag == TAG_TR || tag == TAG_TD)) ||
            (open == TAG_TR && tag == TAG_TD))
            keep = i + 1;
    }
    pop_to(g, keep);
    return true;
}

static void close_if_top(struct prune *g, enum tag tag)
{
    if (top_is(g, tag))
        pop_to(g, g->depth - 1);
}

/* What a start tag closes by itself. False: Gumbo ignores the tag. */
static bool imply_ends(struct prune *g, const struct tag_row *row)
{
    enum tag tag = (enum tag)row->tag;
    if (is_table_part(tag) && tag != TAG_TABLE)
        return enter_table_part(g, tag);
    if (tag == TAG_FORM && g->counts[TAG_FORM])
        return false;
    if (tag == TAG_LI)
        close_item(g, TAG_LI, TAG_LI);
    else if (tag == TAG_DD || tag == TAG_DT)
        close_item(g, TAG_DD, TAG_DT);
    else if (tag == TAG_BUTTON && g->counts[TAG_BUTTON])
        close_named(g, RX_STR("button"));
    if ((row->flags & TAG_CLOSES_P) && g->counts[TAG_P])
        close_named(g, RX_STR("p"));
    if (tag == TAG_HEADING || tag == TAG_RUBY_PART)
        close_if_top(g, tag);
    if (tag == TAG_OPTION || tag == TAG_OPTGROUP)
        close_if_top(g, TAG_OPTION);
    if (tag == TAG_OPTGROUP)
        close_if_top(g, TAG_OPTGROUP);
    return true;
}

/* ---- tags ---------------------------------------------------------------------------------- */

/* Takes out attributes over the limits and the tails of long values. */
static void trim(struct prune *g, const struct token *tok)
{
    const struct parse_limits *l = g->limits;
    size_t count = tok->attr_count < l->attributes ? tok->attr_count : l->attributes;
    g->work += count * count / 2;
    g->attributes += count;
    if (tok->attr_count <= l->attributes && tok->longest_value <= l->attribute_bytes &&
        g->attributes <= ATTRIBUTES_TOTAL)
        return;
    size_t keep = g->attributes <= ATTRIBUTES_TOTAL ? l->attributes : 0;
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

static void start_foreign(struct prune *g, const struct token *tok, enum space space)
{
    enum tag tag = (enum tag)tok->row->tag;
    bool holder =
        space == SPACE_SVG ? tag == TAG_SVG_HOLDER || tag == TAG_TITLE : tag == TAG_MATH_TEXT;
    if (tok->self_closing || push(g, tok, space, holder))
        trim(g, tok);
}

/* In select only a few elements exist; the rest Gumbo ignores, so it need not see them. A part of
 * a table around the select ends it. False: the tag was dropped. */
static bool start_in_select(struct prune *g, const struct token *tok)
{
    enum tag tag = (enum tag)tok->row->tag;
    bool ends = tag == TAG_INPUT || tag == TAG_TEXTAREA || tag == TAG_SELECT ||
                (is_table_part(tag) && g->counts[TAG_TABLE]);
    if (ends && g->inserts < INSERTS_MAX) {
        insert_select_end(g, tok->start);
        close_named(g, RX_STR("select"));
        if (tag != TAG_SELECT)
            return true;
    }
    if (tag == TAG_OPTION || tag == TAG_OPTGROUP || tag == TAG_SCRIPT)
        return true;
    drop(g, tok->start, tok->end);
    return false;
}

static void start_html(struct prune *g, const struct token *tok)
{
    const struct tag_row *row = tok->row;
    enum tag tag = (enum tag)row->tag;
    if (g->counts[TAG_SELECT] && !start_in_select(g, tok))
        return;
    if (tag == TAG_SVG || tag == TAG_MATH) {
        start_foreign(g, tok, tag == TAG_SVG ? SPACE_SVG : SPACE_MATH);
        return;
    }
    bool counts = imply_ends(g, row) && tag != TAG_A && !(row->flags & NEVER_OPEN);
    token_raw(&g->t, tok);
    if (!counts || push(g, tok, SPACE_HTML, false))
        trim(g, tok);
}

static void start_tag(struct prune *g, const struct token *tok)
{
    g->work += g->depth;
    if (tok->row->flags & TAG_IS_DROPPED) {
        drop(g, tok->start, tok->end);
        return;
    }
    if (in_foreign(g)) {
        if (!(tok->row->flags & TAG_BREAKS_OUT)) {
            start_foreign(g, tok, (enum space)top(g)->space);
            return;
        }
        unsigned depth = g->depth;
        while (depth && g->stack[depth - 1].space != SPACE_HTML && !g->stack[depth - 1].holder)
            depth--;
        pop_to(g, depth);
    }
    start_html(g, tok);
}

static void end_tag(struct prune *g, const struct token *tok)
{
    const struct tag_row *row = tok->row;
    if (row->flags & TAG_IS_DROPPED) {
        drop(g, tok->start, tok->end);
        return;
    }
    g->work += g->depth;
    if (g->overflow && row->tag != TAG_A && !(row->flags & NEVER_OPEN)) {
        g->overflow--;
        drop(g, tok->start, tok->end);
        return;
    }
    close_open(g, tok->name, row);
    trim(g, tok); /* end tags may carry attributes too, and Gumbo collects them */
}

/* ---- the page ------------------------------------------------------------------------------ */

static bool within_budget(struct prune *g, const struct token *tok)
{
    if (tok->kind != TOKEN_TEXT)
        g->tags++;
    return g->tags <= g->limits->tags && g->work <= WORK_MAX && !g->failed;
}

static void scan(struct prune *g)
{
    struct token tok;
    for (;;) {
        g->t.cdata = in_foreign(g);
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
    g->out = rx_arena_alloc(arena, source.n + INSERTS_MAX * (sizeof SELECT_END - 1));
    if (!g->out)
        return RX_EFULL;
    g->limits = limits;
    g->arena = arena;
    g->t.text = source;
    g->result = &result;
    g->depth_max = limits->depth < DEPTH_MAX ? limits->depth : DEPTH_MAX;
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

uint32_t prune_skip(const struct prune_cut *cuts, size_t count, uint32_t at)
{
    size_t low = 0, high = count; /* the first cut whose source lies behind at */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (cuts[middle].source <= at)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || low == count)
        return at;
    const struct prune_cut *before = &cuts[low - 1], *behind = &cuts[low];
    uint32_t gap = before->source + (behind->guarded - before->guarded);
    return at >= gap && gap < behind->source ? behind->source : at;
}
