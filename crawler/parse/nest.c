/* nest.c - see nest.h. Where it differs from the standard on a page made to differ, the arena's cap
 * and the jail's watchdog still hold. */
#include "crawler/parse/nest.h"

enum { NEVER_OPEN = TAG_IS_VOID | TAG_IS_RAW | TAG_NOT_COUNTED };

void nest_init(struct nest *n, unsigned limit)
{
    memset(n, 0, sizeof *n);
    n->depth_max = limit < NEST_DEPTH_MAX ? limit : NEST_DEPTH_MAX;
}

struct nest_open *nest_top(struct nest *n)
{
    return n->depth ? &n->stack[n->depth - 1] : NULL;
}

bool nest_in_foreign(const struct nest *n)
{
    const struct nest_open *o = n->depth ? &n->stack[n->depth - 1] : NULL;
    return o && o->space != NEST_HTML && !o->holder;
}

static bool top_is(struct nest *n, enum tag tag)
{
    return n->depth && n->stack[n->depth - 1].tag == tag &&
           n->stack[n->depth - 1].space == NEST_HTML;
}

static void pop_to(struct nest *n, unsigned depth)
{
    while (n->depth > depth)
        n->counts[n->stack[--n->depth].tag]--;
    if (depth < n->veil.marker)
        n->veil = (struct nest_veil){0};
}

struct element_anchor *nest_link(const struct nest *n)
{
    unsigned marker = n->depth ? n->stack[n->depth - 1].marker : 0;
    if (marker == 0)
        return n->link;
    const struct nest_open *o = &n->stack[marker - 1];
    return o->link ? o->link : o->outer_link;
}

void nest_set_link(struct nest *n, struct element_anchor *link)
{
    unsigned marker = n->depth ? n->stack[n->depth - 1].marker : 0;
    if (marker == 0)
        n->link = link;
    else
        n->stack[marker - 1].link = link;
}

void nest_clear(struct nest *n)
{
    pop_to(n, 0);
}

/* Elements that end the reach of formatting and of links opened around them (13.2.4.3). */
static bool is_marker(const struct tag_row *row, enum nest_space space)
{
    return space == NEST_HTML && (row->flags & TAG_IS_SCOPE) && row->tag != TAG_TABLE &&
           row->tag != TAG_HTML;
}

/* A start tag that would lie too deep is dropped, and as many end tags after it. */
static enum nest_what push(struct nest *n, const struct token *tok, enum nest_space space,
                           bool holder)
{
    if (n->depth >= n->depth_max) {
        n->overflow++;
        return NEST_TOO_DEEP;
    }
    unsigned marker = n->depth ? n->stack[n->depth - 1].marker : 0;
    if (is_marker(tok->row, space))
        marker = n->depth + 1;
    struct element_anchor *around = nest_link(n);
    const uint8_t hidden = n->depth ? n->stack[n->depth - 1].hidden : 0;
    n->stack[n->depth++] = (struct nest_open){.hash = tag_hash(tok->name),
                                              .tag = tok->row->tag,
                                              .flags = tok->row->flags,
                                              .space = (uint8_t)space,
                                              .holder = holder,
                                              .marker = (uint16_t)marker,
                                              .outer_link = around,
                                              .hidden = hidden};
    n->counts[tok->row->tag]++;
    return NEST_OPENED;
}

static bool is_table_part(enum tag tag)
{
    return tag == TAG_TABLE || tag == TAG_TBODY || tag == TAG_TR || tag == TAG_TD ||
           tag == TAG_CAPTION || tag == TAG_COL;
}

/* Does an end tag of row, looking for its element, stop at this open element? (13.2.4.2, scopes) */
static bool is_barrier(const struct nest_open *o, const struct tag_row *row)
{
    if (row->tag == TAG_TEMPLATE)
        return false;
    if (o->space != NEST_HTML)
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

static bool is_same(const struct nest_open *o, uint32_t hash, const struct tag_row *row)
{
    return o->hash == hash ||
           (row->tag == TAG_HEADING && o->tag == TAG_HEADING && o->space == NEST_HTML);
}

/* Index of the open element that an end tag would close, or -1. */
static int find_open(struct nest *n, struct rx_str name, const struct tag_row *row)
{
    if (n->counts[row->tag] == 0)
        return -1;
    uint32_t hash = tag_hash(name);
    for (int i = (int)n->depth - 1; i >= 0; i--) {
        n->work++;
        if (is_same(&n->stack[i], hash, row))
            return i;
        if (is_barrier(&n->stack[i], row))
            return -1;
    }
    return -1;
}

static bool close_open(struct nest *n, struct rx_str name, const struct tag_row *row)
{
    int at = find_open(n, name, row);
    if (at < 0)
        return false;
    if (row->tag != TAG_FORM) {
        pop_to(n, (unsigned)at);
        return true;
    }
    /* </form> takes only the form out of the stack. */
    n->counts[TAG_FORM]--;
    n->depth--;
    for (unsigned i = (unsigned)at; i < n->depth; i++) {
        n->stack[i] = n->stack[i + 1];
        if (n->stack[i].marker > (unsigned)at)
            n->stack[i].marker--;
    }
    if (n->veil.marker > (unsigned)at)
        n->veil.marker--;
    return true;
}

static void close_named(struct nest *n, struct rx_str name)
{
    (void)close_open(n, name, tag_find(name));
}

/* li, dd and dt close the last of their kind in the same list. */
static void close_item(struct nest *n, enum tag a, enum tag b)
{
    if (n->counts[a] + n->counts[b] == 0)
        return;
    for (unsigned i = n->depth; i-- > 0;) {
        const struct nest_open *o = &n->stack[i];
        n->work++;
        if (o->tag == a || o->tag == b) {
            pop_to(n, i);
            return;
        }
        if ((o->flags & TAG_IS_SPECIAL) && o->tag != TAG_DIV && o->tag != TAG_P)
            return;
    }
}

/* Clears the stack back to what a row, a cell or a section stands in. False: there is no table, and
 * the tag is ignored. */
static bool enter_table_part(struct nest *n, enum tag tag)
{
    if (n->counts[TAG_TABLE] + n->counts[TAG_TEMPLATE] == 0)
        return false;
    unsigned keep = 0, table = n->depth;
    while (table > 0 && n->stack[table - 1].tag != TAG_TABLE &&
           n->stack[table - 1].tag != TAG_TEMPLATE)
        table--;
    n->work += n->depth - table + 1;
    keep = table;
    for (unsigned i = table; i < n->depth; i++) {
        enum tag open = (enum tag)n->stack[i].tag;
        if ((open == TAG_TBODY && (tag == TAG_TR || tag == TAG_TD)) ||
            (open == TAG_TR && tag == TAG_TD))
            keep = i + 1;
    }
    pop_to(n, keep);
    return true;
}

static void close_if_top(struct nest *n, enum tag tag)
{
    if (top_is(n, tag))
        pop_to(n, n->depth - 1);
}

/* What a start tag closes by itself. False: Gumbo ignores the tag. */
static bool imply_ends(struct nest *n, const struct tag_row *row)
{
    enum tag tag = (enum tag)row->tag;
    if (is_table_part(tag) && tag != TAG_TABLE)
        return enter_table_part(n, tag);
    if (tag == TAG_FORM && n->in_form && !n->counts[TAG_TEMPLATE])
        return false;
    if (tag == TAG_LI)
        close_item(n, TAG_LI, TAG_LI);
    else if (tag == TAG_DD || tag == TAG_DT)
        close_item(n, TAG_DD, TAG_DT);
    else if (tag == TAG_BUTTON && n->counts[TAG_BUTTON])
        close_named(n, RX_STR("button"));
    if ((row->flags & TAG_CLOSES_P) && n->counts[TAG_P])
        close_named(n, RX_STR("p"));
    if (tag == TAG_HEADING || tag == TAG_RUBY_PART)
        close_if_top(n, tag);
    if (tag == TAG_OPTION || tag == TAG_OPTGROUP)
        close_if_top(n, TAG_OPTION);
    if (tag == TAG_OPTGROUP)
        close_if_top(n, TAG_OPTGROUP);
    return true;
}

/* ---- tags ---------------------------------------------------------------------------------- */

static enum nest_what start_foreign(struct nest *n, const struct token *tok, enum nest_space space)
{
    enum tag tag = (enum tag)tok->row->tag;
    bool holder = space == NEST_SVG ? tag == TAG_SVG_HOLDER || tag == TAG_DESC || tag == TAG_TITLE
                                    : tag == TAG_MATH_TEXT;
    return tok->self_closing ? NEST_EMPTY : push(n, tok, space, holder);
}

/* In select only a few elements exist; the rest Gumbo ignores, so it need not see them. A part of
 * a table around the select ends it. False: the tag is dropped. */
static bool start_in_select(struct nest *n, const struct token *tok, bool *ends_select)
{
    enum tag tag = (enum tag)tok->row->tag;
    bool ends = tag == TAG_INPUT || tag == TAG_TEXTAREA || tag == TAG_SELECT ||
                (is_table_part(tag) && n->counts[TAG_TABLE]);
    if (ends && n->inserts < NEST_INSERTS_MAX) {
        n->inserts++;
        *ends_select = true;
        close_named(n, RX_STR("select"));
        if (tag != TAG_SELECT)
            return true;
    }
    return tag == TAG_OPTION || tag == TAG_OPTGROUP || tag == TAG_SCRIPT;
}

/* In a table but in no cell, a form is closed at once; it goes on owning the fields behind it. */
static bool is_between_cells(struct nest *n)
{
    return top_is(n, TAG_TABLE) || top_is(n, TAG_TBODY) || top_is(n, TAG_TR);
}

static enum nest_what start_html(struct nest *n, const struct token *tok, bool *html,
                                 bool *ends_select)
{
    const struct tag_row *row = tok->row;
    enum tag tag = (enum tag)row->tag;
    if (n->counts[TAG_SELECT] && !start_in_select(n, tok, ends_select))
        return NEST_DROPPED;
    *html = tag != TAG_SVG && tag != TAG_MATH;
    if (!*html)
        return start_foreign(n, tok, tag == TAG_SVG ? NEST_SVG : NEST_MATH);
    if (!imply_ends(n, row))
        return NEST_IGNORED;
    if (tag == TAG_FORM && !n->counts[TAG_TEMPLATE])
        n->in_form = true;
    if (tag == TAG_A || (row->flags & NEVER_OPEN) || (tag == TAG_FORM && is_between_cells(n)))
        return NEST_EMPTY;
    return push(n, tok, NEST_HTML, false);
}

bool nest_is_veiled(const struct nest *n)
{
    return n->veil.opened > 0;
}

static void draw_veil(struct nest *n, const struct token *tok, bool hides)
{
    if (n->veil.opened && n->veil.hash == tag_hash(tok->name))
        n->veil.opened++;
    else if (!n->veil.opened && hides)
        n->veil = (struct nest_veil){.hash = tag_hash(tok->name),
                                     .opened = 1,
                                     .marker = n->depth ? n->stack[n->depth - 1].marker : 0};
}

static void lift_veil(struct nest *n, const struct token *tok)
{
    if (n->veil.opened && n->veil.hash == tag_hash(tok->name))
        n->veil.opened--;
}

enum nest_what nest_start(struct nest *n, const struct token *tok, bool hides, bool *html,
                          bool *ends_select)
{
    *html = *ends_select = false;
    n->work += n->depth;
    if (tok->row->flags & TAG_IS_DROPPED) {
        draw_veil(n, tok, hides);
        return NEST_DROPPED;
    }
    if (nest_in_foreign(n)) {
        if (!(tok->row->flags & TAG_BREAKS_OUT))
            return start_foreign(n, tok, (enum nest_space)nest_top(n)->space);
        unsigned depth = n->depth;
        while (depth && n->stack[depth - 1].space != NEST_HTML && !n->stack[depth - 1].holder)
            depth--;
        pop_to(n, depth);
    }
    return start_html(n, tok, html, ends_select);
}

enum nest_what nest_end(struct nest *n, const struct token *tok)
{
    const struct tag_row *row = tok->row;
    if (row->flags & TAG_IS_DROPPED) {
        lift_veil(n, tok);
        return NEST_DROPPED;
    }
    n->work += n->depth;
    if (row->tag == TAG_FORM && !n->counts[TAG_TEMPLATE])
        n->in_form = false;
    if (n->overflow && row->tag != TAG_A && !(row->flags & NEVER_OPEN)) {
        n->overflow--;
        return NEST_DROPPED;
    }
    return close_open(n, tok->name, row) ? NEST_CLOSED : NEST_NOTHING;
}
