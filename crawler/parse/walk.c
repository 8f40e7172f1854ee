/* walk.c - see walk.h.
 *
 * The walk is iterative: a hostile tree is as deep as its maker likes. The content of template
 * counts for nothing, but for that of a declarative shadow root (as in a browser that runs no
 * scripts, noscript is markup). */
#include "crawler/parse/walk.h"

#include "crawler/parse/element.h"
#include "crawler/parse/hidden.h"

#include <gumbo.h>

struct frame {
    const GumboNode *node;
    unsigned next; /* child to visit */
    uint32_t path; /* hash of the names down to here */
    struct element_around around;
};

struct walk {
    struct build *b;
    const struct pruned *guarded;
    struct frame *stack;
    size_t depth, stack_cap;
    struct element_attr *attrs; /* of the element being entered */
    size_t attr_cap;
    int32_t form;              /* the last that began, or -1 */
    size_t form_from, form_to; /* its tags: guarded offsets */
};

/* ---- spans --------------------------------------------------------------------------------- */

static bool inside(const struct walk *w, GumboStringPiece piece)
{
    const char *begin = w->guarded->text.p;
    return piece.data && piece.length && piece.data >= begin &&
           piece.data + piece.length <= begin + w->guarded->text.n;
}

/* text: as Gumbo decoded it; piece: the guarded bytes it came from. */
static struct doc_span span_of(const struct walk *w, struct rx_str text, GumboStringPiece piece)
{
    struct doc_span span = {.text = text};
    if (!inside(w, piece))
        return span;
    size_t from = (size_t)(piece.data - w->guarded->text.p);
    span.offset = prune_source(w->guarded, from);
    span.length = prune_source(w->guarded, from + piece.length - 1) + 1 - span.offset;
    return span;
}

/* HIDDEN_VEILED if formatting hides what begins at the piece. */
static uint8_t veil_at(const struct walk *w, GumboStringPiece piece)
{
    if (!w->guarded->veil_count || !inside(w, piece))
        return 0;
    const size_t at = prune_source(w->guarded, (size_t)(piece.data - w->guarded->text.p));
    return prune_is_veiled(w->guarded, at) ? HIDDEN_VEILED : 0;
}

/* Without quotes. */
static struct doc_span attr_span(const struct walk *w, const GumboAttribute *a)
{
    GumboStringPiece piece = a->original_value;
    if (inside(w, piece) && (piece.data[0] == '"' || piece.data[0] == '\'')) {
        piece.data++;
        piece.length -= piece.length >= 2 ? 2 : 1;
    }
    return span_of(w, rx_str(a->value), piece);
}

/* Raw text as it stands in the source: scripts and styles are not decoded. */
static struct doc_span source_span(const struct walk *w, const GumboText *t)
{
    struct doc_span span = span_of(w, rx_str(t->text), t->original_text);
    if (span.length)
        span.text = rx_str_sub(w->b->doc.source, span.offset, (size_t)span.offset + span.length);
    return span;
}

/* ---- whose a field is ---------------------------------------------------------------------- */

/* A form owns the fields up to its end tag, also where the tree closed it before: in a table, or
 * with an element around it (13.2.4.4, the form element pointer). */
static void note_form(struct walk *w, const GumboElement *e, int32_t index)
{
    if (!inside(w, e->original_tag))
        return;
    size_t from = (size_t)(e->original_tag.data - w->guarded->text.p);
    bool within = w->form >= 0 && from >= w->form_from && from < w->form_to;
    ptrdiff_t end =
        within ? (ptrdiff_t)w->form_to : rx_str_ifind(w->guarded->text, RX_STR("</form"), from);
    w->form = index;
    w->form_from = from;
    w->form_to = end < 0 ? w->guarded->text.n : (size_t)end;
}

static int32_t owner_of(const struct walk *w, const GumboElement *e, int32_t around)
{
    if (w->form < 0 || !inside(w, e->original_tag))
        return around;
    size_t at = (size_t)(e->original_tag.data - w->guarded->text.p);
    return at >= w->form_from && at < w->form_to ? w->form : around;
}

/* ---- elements ------------------------------------------------------------------------------ */

static struct rx_str tag_name(const GumboElement *e)
{
    if (e->tag != GUMBO_TAG_UNKNOWN)
        return rx_str(gumbo_normalized_tagname(e->tag));
    GumboStringPiece piece = e->original_tag;
    gumbo_tag_from_original_text(&piece);
    return rx_strn(piece.data, piece.length);
}

static bool push(struct walk *w, const GumboNode *node, struct frame frame)
{
    struct frame *stack =
        rx_arena_grow(w->b->arena, w->stack, w->depth, &w->stack_cap, sizeof *stack);
    if (!stack) {
        w->b->failed = true;
        return false;
    }
    w->stack = stack;
    frame.node = node;
    frame.next = 0;
    w->stack[w->depth++] = frame;
    return true;
}

static size_t take_attrs(struct walk *w, const GumboElement *e)
{
    size_t count = 0;
    for (unsigned i = 0; i < e->attributes.length; i++) {
        const GumboAttribute *a = e->attributes.data[i];
        struct element_attr *attrs =
            rx_arena_grow(w->b->arena, w->attrs, count, &w->attr_cap, sizeof *attrs);
        if (!attrs) {
            w->b->failed = true;
            return 0;
        }
        w->attrs = attrs;
        w->attrs[count++] = (struct element_attr){rx_str(a->name), attr_span(w, a)};
    }
    return count;
}

static struct element describe(struct walk *w, const GumboElement *e, uint32_t path)
{
    struct element el = {.name = tag_name(e),
                         .html = e->tag_namespace == GUMBO_NAMESPACE_HTML,
                         .path = path,
                         .attr_count = take_attrs(w, e)};
    el.tag = (enum tag)tag_find(el.name)->tag;
    el.attrs = w->attrs;
    return el;
}

static void enter_element(struct walk *w, const GumboNode *node, const struct frame *parent)
{
    const GumboElement *e = &node->v.element;
    struct element el = describe(w, e, element_path(parent->path, tag_name(e)));
    build_path(w->b, el.path);
    struct frame inside = {.path = el.path, .around = parent->around};
    inside.around.form = owner_of(w, e, parent->around.form);
    inside.around.hidden |= veil_at(w, e->original_tag);
    element_enter(w->b, &el, &inside.around);
    inside.around.hidden &= (uint8_t)~HIDDEN_VEILED;
    if (el.html && el.tag == TAG_FORM)
        note_form(w, e, inside.around.form);
    else
        inside.around.form = parent->around.form;
    (void)push(w, node, inside);
}

/* ---- text ---------------------------------------------------------------------------------- */

static void add_comment(struct walk *w, const GumboText *t)
{
    struct doc_span span = {.text = rx_str(t->text)};
    GumboStringPiece piece = t->original_text;
    if (inside(w, piece)) {
        struct rx_str text = element_comment_inside(rx_strn(piece.data, piece.length));
        piece = (GumboStringPiece){.data = text.p, .length = text.n};
        span = span_of(w, span.text, piece);
    }
    element_comment(w->b, span);
}

static void add_text(struct walk *w, const GumboText *t, const struct frame *parent)
{
    if (parent->node->type != GUMBO_NODE_ELEMENT && parent->node->type != GUMBO_NODE_TEMPLATE)
        return;
    const GumboElement *e = &parent->node->v.element;
    struct element el = {.name = tag_name(e), .html = e->tag_namespace == GUMBO_NAMESPACE_HTML};
    el.tag = (enum tag)tag_find(el.name)->tag;
    if (el.html && el.tag == TAG_SCRIPT)
        el = describe(w, e, parent->path);
    struct element_around around = parent->around;
    around.hidden |= veil_at(w, t->original_text);
    element_text(w->b, &el,
                 element_is_verbatim(el.tag, el.html)
                     ? source_span(w, t)
                     : span_of(w, rx_str(t->text), t->original_text),
                 &around);
}

/* The content of a template is inert, unless it is shown as the shadow tree of its parent. */
static bool is_shadow(const GumboElement *e)
{
    for (unsigned i = 0; i < e->attributes.length; i++) {
        const GumboAttribute *a = e->attributes.data[i];
        if (element_is_shadow(rx_str(a->name), rx_str(a->value)))
            return true;
    }
    return false;
}

static void visit(struct walk *w, const GumboNode *node, const struct frame *parent)
{
    switch (node->type) {
    case GUMBO_NODE_ELEMENT:
        enter_element(w, node, parent);
        break;
    case GUMBO_NODE_TEXT:
    case GUMBO_NODE_CDATA:
        add_text(w, &node->v.text, parent);
        break;
    case GUMBO_NODE_WHITESPACE:
        element_blank(w->b, &parent->around);
        break;
    case GUMBO_NODE_COMMENT:
        add_comment(w, &node->v.text);
        break;
    case GUMBO_NODE_TEMPLATE:
        if (is_shadow(&node->v.element))
            enter_element(w, node, parent);
        break;
    default:
        break;
    }
}

static const GumboVector *children_of(const GumboNode *node)
{
    return node->type == GUMBO_NODE_DOCUMENT ? &node->v.document.children
                                             : &node->v.element.children;
}

void walk_tree(struct build *b, const struct pruned *guarded,
               const struct GumboInternalOutput *tree)
{
    struct walk w = {.b = b, .guarded = guarded, .form = -1};
    if (!push(&w, tree->document, (struct frame){.around = {.form = -1}}))
        return;
    while (w.depth && !b->failed) {
        struct frame *f = &w.stack[w.depth - 1];
        const GumboVector *children = children_of(f->node);
        if (f->next >= children->length) {
            w.depth--;
            continue;
        }
        const GumboNode *child = children->data[f->next++];
        struct frame parent = *f; /* visiting may move the stack */
        visit(&w, child, &parent);
    }
}
