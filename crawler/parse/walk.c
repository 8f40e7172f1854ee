/* walk.c - see walk.h.
 *
 * The walk is iterative: a hostile tree is as deep as its maker likes. Links are taken from
 * elements of the HTML namespace only, and the content of template counts for nothing (as in a
 * browser that runs no scripts, noscript is markup). */
#include "crawler/parse/walk.h"

#include "crawler/parse/token.h"

#include <gumbo.h>
#include <stdlib.h>

struct anchor {
    char *text; /* BUILD_TEXT_MAX bytes of the arena, or NULL */
    size_t n;
    size_t link; /* its index; SIZE_MAX: the link was not kept */
    bool from_alt;
};

struct frame {
    const GumboNode *node;
    unsigned next; /* child to visit */
    uint32_t path; /* hash of the names down to here */
    int32_t form;
    struct anchor *anchor; /* innermost a[href] around, or NULL */
};

struct walk {
    struct build *b;
    const struct pruned *guarded;
    struct frame *stack;
    size_t depth, stack_cap;
    /* A form in a table is closed at once in the tree, but owns the fields up to its end tag. */
    int32_t table_form;
    size_t table_form_end; /* guarded offset */
    bool has_title;
};

/* An element while it is looked at: its attributes by name. */
struct element {
    const GumboElement *e;
    struct rx_str tag;
    uint32_t path;
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

static struct doc_span attr(const struct walk *w, const struct element *el, const char *name)
{
    const GumboAttribute *a = gumbo_get_attribute(&el->e->attributes, name);
    return a ? attr_span(w, a) : (struct doc_span){0};
}

static bool is_blank(struct rx_str s)
{
    return rx_str_trim(s).n == 0;
}

/* Raw text as it stands in the source: scripts and styles are not decoded. */
static struct doc_span source_span(const struct walk *w, const GumboText *t)
{
    struct doc_span span = span_of(w, rx_str(t->text), t->original_text);
    if (span.length)
        span.text = rx_str_sub(w->b->doc.source, span.offset, (size_t)span.offset + span.length);
    return span;
}

/* ---- links --------------------------------------------------------------------------------- */

static bool has_token(struct rx_str list, const char *token)
{
    struct rx_str wanted = rx_str(token);
    for (size_t at = 0; at < list.n;) {
        size_t from = at;
        while (at < list.n && !rx_is_space(list.p[at]))
            at++;
        if (rx_str_ieq(rx_str_sub(list, from, at), wanted))
            return true;
        at++;
    }
    return false;
}

static uint8_t rel_bits(struct rx_str rel)
{
    unsigned bits = 0;
    if (rel.n == 0)
        return 0;
    if (has_token(rel, "nofollow"))
        bits |= DOC_REL_NOFOLLOW;
    if (has_token(rel, "sponsored"))
        bits |= DOC_REL_SPONSORED;
    if (has_token(rel, "ugc"))
        bits |= DOC_REL_UGC;
    return (uint8_t)bits;
}

/* False: the attribute is missing or blank. */
static bool add_link(struct walk *w, const struct element *el, enum rx_link kind, const char *name)
{
    struct doc_link link = {.kind = kind, .raw = attr(w, el, name), .tag_path = el->path};
    if (is_blank(link.raw.text))
        return false;
    link.rel = rel_bits(attr(w, el, "rel").text);
    if (kind == RX_LINK_AREA || kind == RX_LINK_IMG) {
        struct rx_str alt = attr(w, el, "alt").text;
        link.text = rx_str_sub(alt, 0, BUILD_TEXT_MAX);
    }
    build_link(w->b, &link);
    return true;
}

static bool is_asset(struct rx_str rel)
{
    static const char *const tokens[] = {
        "stylesheet",   "icon",       "apple-touch-icon", "apple-touch-icon-precomposed",
        "mask-icon",    "preload",    "modulepreload",    "prefetch",
        "dns-prefetch", "preconnect", "prerender",        "manifest",
        "image_src"};
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++)
        if (has_token(rel, tokens[i]))
            return true;
    return false;
}

/* Which kinds a link element is, by the tokens of rel. False: none of ours. */
static bool add_link_element(struct walk *w, const struct element *el)
{
    struct rx_str rel = attr(w, el, "rel").text;
    bool added = false;
    if (has_token(rel, "canonical"))
        added = add_link(w, el, RX_LINK_CANONICAL, "href");
    if (has_token(rel, "alternate") && !has_token(rel, "stylesheet"))
        added |= add_link(w, el, RX_LINK_ALTERNATE, "href");
    else if (is_asset(rel))
        added |= add_link(w, el, RX_LINK_STYLE, "href");
    return added;
}

static struct anchor *open_anchor(struct walk *w, const struct element *el)
{
    struct anchor *a = rx_arena_zalloc(w->b->arena, 1, sizeof *a);
    size_t before = w->b->doc.link_count;
    if (!a) {
        w->b->failed = true;
        return NULL;
    }
    if (!add_link(w, el, RX_LINK_A, "href"))
        return NULL;
    a->link = w->b->doc.link_count > before ? before : SIZE_MAX;
    return a;
}

static void anchor_text(struct walk *w, struct anchor *a, struct rx_str text, bool alt)
{
    if (!a || a->link == SIZE_MAX || (alt && a->n))
        return;
    if (!a->text)
        a->text = rx_arena_alloc(w->b->arena, BUILD_TEXT_MAX);
    if (!a->text) {
        w->b->failed = true;
        return;
    }
    if (a->from_alt && !alt && !is_blank(text)) {
        a->n = 0;
        a->from_alt = false;
    }
    a->n = build_fold(a->text, a->n, BUILD_TEXT_MAX, text);
    a->from_alt |= alt && a->n;
    w->b->doc.links[a->link].text = rx_str_trim(rx_strn(a->text, a->n));
}

/* ---- scripts and refresh ------------------------------------------------------------------- */

static void add_locations(struct walk *w, struct doc_span script, uint32_t path)
{
    struct rx_str literal;
    for (size_t at = 0; script_location(script.text, &at, &literal);) {
        struct doc_link link = {.kind = RX_LINK_JS, .tag_path = path};
        size_t from = (size_t)(literal.p - script.text.p);
        if (script.length == script.text.n) {
            link.raw.offset = script.offset + (uint32_t)from;
            link.raw.length = (uint32_t)literal.n;
        }
        if (script_unescape(&link.raw.text, w->b->arena, literal))
            w->b->failed = true;
        else if (!is_blank(link.raw.text))
            build_link(w->b, &link);
    }
}

static bool is_javascript(struct rx_str type)
{
    return is_blank(type) || rx_str_ifind(type, RX_STR("javascript"), 0) >= 0 ||
           rx_str_ifind(type, RX_STR("ecmascript"), 0) >= 0 ||
           rx_str_ieq(rx_str_trim(type), RX_STR("module"));
}

static void add_script(struct walk *w, const struct element *el, const GumboText *t)
{
    struct rx_str type = attr(w, el, "type").text;
    struct doc_script script = {.text = source_span(w, t),
                                .json = rx_str_ifind(type, RX_STR("json"), 0) >= 0};
    if (is_blank(script.text.text))
        return;
    build_script(w->b, script);
    if (is_javascript(type))
        add_locations(w, script.text, el->path);
}

static void add_meta(struct walk *w, const struct element *el)
{
    struct doc_meta meta = {.content = attr(w, el, "content")};
    struct doc_span pragma = attr(w, el, "http-equiv");
    meta.name = attr(w, el, "name");
    if (!meta.name.text.n)
        meta.name = attr(w, el, "property");
    if (!meta.name.text.n)
        meta.name = pragma;
    if (meta.name.text.n && meta.content.text.n)
        build_meta(w->b, meta);
    struct rx_str url = {0};
    if (rx_str_ieq(rx_str_trim(pragma.text), RX_STR("refresh")))
        url = refresh_url(meta.content.text);
    if (is_blank(url))
        return;
    struct doc_link link = {
        .kind = RX_LINK_META_REFRESH, .raw = {.text = url}, .tag_path = el->path};
    doc_locate(&w->b->doc, meta.content, (size_t)(url.p - meta.content.text.p), url.n,
               &link.raw.offset, &link.raw.length);
    build_link(w->b, &link);
}

/* ---- forms --------------------------------------------------------------------------------- */

static struct rx_str lower(struct walk *w, struct rx_str s, const char *fallback)
{
    if (s.n == 0)
        return rx_str(fallback);
    char *p = rx_arena_alloc(w->b->arena, s.n);
    if (!p) {
        w->b->failed = true;
        return rx_str(fallback);
    }
    for (size_t i = 0; i < s.n; i++)
        p[i] = rx_lower(s.p[i]);
    return rx_strn(p, s.n);
}

static bool in_table(const GumboNode *node)
{
    const GumboNode *parent = node->parent;
    if (!parent || parent->type != GUMBO_NODE_ELEMENT)
        return false;
    GumboTag tag = parent->v.element.tag;
    return tag == GUMBO_TAG_TABLE || tag == GUMBO_TAG_TBODY || tag == GUMBO_TAG_THEAD ||
           tag == GUMBO_TAG_TFOOT || tag == GUMBO_TAG_TR;
}

static int32_t open_form(struct walk *w, const struct element *el, const GumboNode *node)
{
    struct doc_form form = {.raw_action = attr(w, el, "action"),
                            .name = attr(w, el, "name"),
                            .id = attr(w, el, "id"),
                            .post = rx_str_ieq(attr(w, el, "method").text, RX_STR("post"))};
    int32_t index = build_form(w->b, &form);
    (void)add_link(w, el, RX_LINK_FORM, "action");
    if (in_table(node) && el->e->children.length == 0 && inside(w, el->e->original_tag)) {
        size_t from = (size_t)(el->e->original_tag.data - w->guarded->text.p);
        ptrdiff_t end = from < w->table_form_end && w->table_form >= 0
                            ? (ptrdiff_t)w->table_form_end
                            : rx_str_ifind(w->guarded->text, RX_STR("</form"), from);
        w->table_form = index;
        w->table_form_end = end < 0 ? w->guarded->text.n : (size_t)end;
    }
    return index;
}

static int32_t owner_of(const struct walk *w, const struct element *el, int32_t around)
{
    if (around >= 0 || w->table_form < 0 || !inside(w, el->e->original_tag))
        return around;
    size_t at = (size_t)(el->e->original_tag.data - w->guarded->text.p);
    return at < w->table_form_end ? w->table_form : -1;
}

static void add_field(struct walk *w, const struct element *el, const char *type, int32_t form)
{
    struct doc_field field = {.name = attr(w, el, "name"),
                              .id = attr(w, el, "id"),
                              .value = attr(w, el, "value"),
                              .type = rx_str(type)};
    if (el->e->tag == GUMBO_TAG_INPUT || el->e->tag == GUMBO_TAG_BUTTON)
        field.type = lower(w, attr(w, el, "type").text, type);
    build_field(w->b, &field, owner_of(w, el, form));
}

/* ---- other attributes ---------------------------------------------------------------------- */

static int compare(const void *key, const void *row)
{
    return strcmp(key, *(const char *const *)row);
}

/* Presentation and wiring: never an identifier. Sorted. */
static bool is_dull(const char *name)
{
    static const char *const names[] = {
        "align",        "bgcolor",     "border",    "cellpadding", "cellspacing", "charset",
        "class",        "color",       "cols",      "colspan",     "dir",         "enctype",
        "for",          "height",      "hspace",    "id",          "lang",        "loading",
        "marginheight", "marginwidth", "maxlength", "media",       "method",      "rel",
        "role",         "rows",        "rowspan",   "scope",       "scrolling",   "size",
        "sizes",        "tabindex",    "target",    "type",        "valign",      "vspace",
        "width"};
    return bsearch(name, names, sizeof names / sizeof *names, sizeof *names, compare) != NULL;
}

/* used: the attribute that became a link; fields: name and value are in the doc's fields or metas
 * already. */
static void add_attrs(struct walk *w, const struct element *el, const char *used, bool named)
{
    for (unsigned i = 0; i < el->e->attributes.length; i++) {
        const GumboAttribute *a = el->e->attributes.data[i];
        if (a->value[0] == '\0' || (used && strcmp(a->name, used) == 0) || is_dull(a->name))
            continue;
        if (named && (strcmp(a->name, "name") == 0 || strcmp(a->name, "value") == 0 ||
                      strcmp(a->name, "content") == 0 || strcmp(a->name, "property") == 0 ||
                      strcmp(a->name, "http-equiv") == 0))
            continue;
        struct doc_span value = attr_span(w, a);
        if (!is_blank(value.text) && !rx_str_istarts(value.text, RX_STR("data:")))
            build_attr(w->b, el->tag, rx_str(a->name), value);
    }
}

/* ---- elements ------------------------------------------------------------------------------ */

static void add_base(struct walk *w, const struct element *el)
{
    if (w->b->base.text.n == 0)
        w->b->base = attr(w, el, "href");
}

/* What the element gives by its kind. f is its frame, already pushed. */
static void html_element(struct walk *w, const struct element *el, struct frame *f)
{
    const char *used = NULL;
    bool named = false;
    switch (el->e->tag) {
    case GUMBO_TAG_A: {
        struct anchor *a = open_anchor(w, el);
        f->anchor = a ? a : f->anchor;
        used = a ? "href" : NULL;
        break;
    }
    case GUMBO_TAG_AREA:
        used = add_link(w, el, RX_LINK_AREA, "href") ? "href" : NULL;
        break;
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_FRAME:
        used = add_link(w, el, RX_LINK_IFRAME, "src") ? "src" : NULL;
        break;
    case GUMBO_TAG_IMG:
        used = add_link(w, el, RX_LINK_IMG, "src") ? "src" : NULL;
        anchor_text(w, f->anchor, attr(w, el, "alt").text, true);
        break;
    case GUMBO_TAG_SCRIPT:
        used = add_link(w, el, RX_LINK_SCRIPT, "src") ? "src" : NULL;
        break;
    case GUMBO_TAG_LINK:
        used = add_link_element(w, el) ? "href" : NULL;
        break;
    case GUMBO_TAG_BASE:
        add_base(w, el);
        break;
    case GUMBO_TAG_META:
        add_meta(w, el);
        named = true;
        break;
    case GUMBO_TAG_FORM:
        f->form = open_form(w, el, f->node);
        used = "action";
        named = true;
        break;
    case GUMBO_TAG_INPUT:
        add_field(w, el, "text", f->form);
        named = true;
        break;
    case GUMBO_TAG_SELECT:
        add_field(w, el, "select", f->form);
        named = true;
        break;
    case GUMBO_TAG_TEXTAREA:
        add_field(w, el, "textarea", f->form);
        named = true;
        break;
    case GUMBO_TAG_BUTTON:
        add_field(w, el, "submit", f->form);
        named = true;
        break;
    case GUMBO_TAG_HTML:
        w->b->doc.lang = rx_str_sub(rx_str_trim(attr(w, el, "lang").text), 0, 35);
        break;
    default:
        break;
    }
    add_attrs(w, el, used, named);
}

static struct rx_str tag_name(const GumboElement *e)
{
    if (e->tag != GUMBO_TAG_UNKNOWN)
        return rx_str(gumbo_normalized_tagname(e->tag));
    GumboStringPiece piece = e->original_tag;
    gumbo_tag_from_original_text(&piece);
    return rx_strn(piece.data, piece.length);
}

static bool push(struct walk *w, const GumboNode *node, struct frame around)
{
    struct frame *stack =
        rx_arena_grow(w->b->arena, w->stack, w->depth, &w->stack_cap, sizeof *stack);
    if (!stack) {
        w->b->failed = true;
        return false;
    }
    w->stack = stack;
    around.node = node;
    around.next = 0;
    w->stack[w->depth++] = around;
    return true;
}

static void enter_element(struct walk *w, const GumboNode *node, const struct frame *around)
{
    struct element el = {.e = &node->v.element, .tag = tag_name(&node->v.element)};
    el.path = (around->path ^ tag_hash(el.tag)) * 0x9E3779B1U;
    el.path ^= el.path >> 15;
    build_path(w->b, el.path);
    if (!push(w, node, *around))
        return;
    struct frame *f = &w->stack[w->depth - 1];
    f->path = el.path;
    if (el.e->tag_namespace == GUMBO_NAMESPACE_HTML)
        html_element(w, &el, f);
    else
        add_attrs(w, &el, NULL, false);
}

/* ---- text ---------------------------------------------------------------------------------- */

static void add_title(struct walk *w, struct rx_str text)
{
    if (w->has_title)
        return;
    char *p = rx_arena_alloc(w->b->arena, BUILD_TITLE_MAX);
    if (!p) {
        w->b->failed = true;
        return;
    }
    w->b->doc.title = rx_str_trim(rx_strn(p, build_fold(p, 0, BUILD_TITLE_MAX, text)));
    w->has_title = w->b->doc.title.n > 0;
}

static void add_comment(struct walk *w, const GumboText *t)
{
    struct doc_span span = {.text = rx_str(t->text)};
    GumboStringPiece piece = t->original_text;
    if (inside(w, piece)) {
        size_t lead = rx_str_starts(rx_strn(piece.data, piece.length), RX_STR("<!--")) ? 4
                      : rx_str_starts(rx_strn(piece.data, piece.length), RX_STR("<?")) ? 1
                                                                                       : 2;
        piece.data += lead < piece.length ? lead : piece.length;
        piece.length = span.text.n < piece.length - lead ? span.text.n : piece.length - lead;
        span = span_of(w, span.text, piece);
    }
    if (!is_blank(span.text))
        build_comment(w->b, span);
}

static bool is_foreign(const GumboElement *e, const char *name)
{
    return e->tag_namespace != GUMBO_NAMESPACE_HTML && rx_str_ieq(tag_name(e), rx_str(name));
}

static void add_text(struct walk *w, const GumboText *t, const struct frame *around)
{
    if (around->node->type != GUMBO_NODE_ELEMENT)
        return;
    struct element el = {.e = &around->node->v.element, .path = around->path};
    bool html = el.e->tag_namespace == GUMBO_NAMESPACE_HTML;
    GumboTag tag = html ? el.e->tag : GUMBO_TAG_UNKNOWN;
    if (tag == GUMBO_TAG_SCRIPT) {
        add_script(w, &el, t);
        return;
    }
    if (tag == GUMBO_TAG_STYLE || is_foreign(el.e, "style")) {
        build_style(w->b, source_span(w, t));
        return;
    }
    if (tag == GUMBO_TAG_TITLE) {
        add_title(w, rx_str(t->text));
        return;
    }
    if (tag == GUMBO_TAG_IFRAME || tag == GUMBO_TAG_NOEMBED || tag == GUMBO_TAG_NOFRAMES ||
        is_foreign(el.e, "title") || is_foreign(el.e, "desc") || is_foreign(el.e, "script"))
        return;
    struct doc_span span = span_of(w, rx_str(t->text), t->original_text);
    build_text(w->b, span);
    anchor_text(w, around->anchor, span.text, false);
}

static void visit(struct walk *w, const GumboNode *node, const struct frame *around)
{
    switch (node->type) {
    case GUMBO_NODE_ELEMENT:
        enter_element(w, node, around);
        break;
    case GUMBO_NODE_TEXT:
    case GUMBO_NODE_CDATA:
        add_text(w, &node->v.text, around);
        break;
    case GUMBO_NODE_WHITESPACE:
        anchor_text(w, around->anchor, RX_STR(" "), false);
        break;
    case GUMBO_NODE_COMMENT:
        add_comment(w, &node->v.text);
        break;
    default: /* a template's content is inert */
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
    struct walk w = {.b = b, .guarded = guarded, .table_form = -1};
    if (!push(&w, tree->document, (struct frame){.form = -1}))
        return;
    while (w.depth && !b->failed) {
        struct frame *f = &w.stack[w.depth - 1];
        const GumboVector *children = children_of(f->node);
        if (f->next >= children->length) {
            w.depth--;
            continue;
        }
        const GumboNode *child = children->data[f->next++];
        struct frame around = *f; /* visiting may move the stack */
        visit(&w, child, &around);
    }
}
