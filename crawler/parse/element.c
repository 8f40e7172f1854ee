/* element.c - see element.h. Links are taken from elements of the HTML namespace only. */
#include "crawler/parse/element.h"

#include "crawler/parse/hidden.h"

#include <stdlib.h>

uint32_t element_path(uint32_t parent, struct rx_str name)
{
    uint32_t path = (parent ^ tag_hash(name)) * 0x9E3779B1U;
    return path ^ path >> 15;
}

/* ---- forms --------------------------------------------------------------------------------- */

static struct rx_str lower(struct build *b, struct rx_str s, const char *fallback)
{
    if (s.n == 0)
        return rx_str(fallback);
    char *p = rx_arena_alloc(b->arena, s.n);
    if (!p) {
        b->failed = true;
        return rx_str(fallback);
    }
    for (size_t i = 0; i < s.n; i++)
        p[i] = rx_lower(s.p[i]);
    return rx_strn(p, s.n);
}

static int32_t open_form(struct build *b, const struct element *el)
{
    struct doc_form form = {.raw_action = element_value(el, "action"),
                            .name = element_value(el, "name"),
                            .id = element_value(el, "id"),
                            .post = rx_str_ieq(element_value(el, "method").text, RX_STR("post"))};
    int32_t index = build_form(b, &form);
    (void)element_link(b, el, RX_LINK_FORM, "action");
    return index;
}

/* A button may send its form elsewhere than the form says: then it is a form of its own, with the
 * same fields. */
static bool add_button_target(struct build *b, const struct element *el, int32_t form)
{
    const struct doc_span method = element_value(el, "formmethod");
    const bool around_posts = form >= 0 && b->doc.forms[form].post;
    if (!element_link(b, el, RX_LINK_FORM, "formaction"))
        return false;
    struct doc_form own = {.raw_action = element_value(el, "formaction"),
                           .post = method.text.n ? rx_str_ieq(method.text, RX_STR("post"))
                                                 : around_posts,
                           .button = true,
                           .around = form};
    (void)build_form(b, &own);
    return true;
}

static void add_field(struct build *b, const struct element *el, const char *type, int32_t form)
{
    struct doc_field field = {.name = element_value(el, "name"),
                              .id = element_value(el, "id"),
                              .value = element_value(el, "value"),
                              .type = rx_str(type)};
    if (el->tag == TAG_INPUT || el->tag == TAG_BUTTON)
        field.type = lower(b, element_value(el, "type").text, type);
    build_field(b, &field, form);
}

/* ---- other attributes ---------------------------------------------------------------------- */

static int compare(const void *key, const void *row)
{
    return rx_str_cmp(*(const struct rx_str *)key, rx_str(*(const char *const *)row));
}

bool element_is_dull(struct rx_str name)
{
    static const char *const names[] = {
        /* sorted */
        "align",        "bgcolor",     "border",    "cellpadding", "cellspacing", "charset",
        "class",        "color",       "cols",      "colspan",     "dir",         "enctype",
        "for",          "height",      "hspace",    "id",          "lang",        "loading",
        "marginheight", "marginwidth", "maxlength", "media",       "method",      "rel",
        "role",         "rows",        "rowspan",   "scope",       "scrolling",   "size",
        "sizes",        "tabindex",    "target",    "type",        "valign",      "vspace",
        "width"};
    return bsearch(&name, names, sizeof names / sizeof *names, sizeof *names, compare) != NULL;
}

static bool is_kept_already(struct rx_str name)
{
    return rx_str_eq(name, RX_STR("name")) || rx_str_eq(name, RX_STR("value")) ||
           rx_str_eq(name, RX_STR("content")) || rx_str_eq(name, RX_STR("property")) ||
           rx_str_eq(name, RX_STR("http-equiv"));
}

/* used: the attribute that became a link; named: name and value are in the doc's fields or metas
 * already. */
static void add_attrs(struct build *b, const struct element *el, const char *used, bool named)
{
    struct rx_str link = used ? rx_str(used) : (struct rx_str){0};
    for (size_t i = 0; i < el->attr_count; i++) {
        const struct element_attr *a = &el->attrs[i];
        if (build_is_blank(a->value.text) || rx_str_eq(a->name, link) || element_is_dull(a->name) ||
            (named && is_kept_already(a->name)))
            continue;
        if (!rx_str_istarts(a->value.text, RX_STR("data:")))
            build_attr(b, el->name, a->name, a->value);
    }
}

/* ---- elements ------------------------------------------------------------------------------ */

/* The attribute that became a link, or NULL. */
static const char *add_link(struct build *b, const struct element *el,
                            struct element_around *around)
{
    switch (el->tag) {
    case TAG_A: {
        struct element_anchor *a = element_open_anchor(b, el);
        around->anchor = a ? a : around->anchor;
        if (a)
            a->hidden = around->hidden;
        return a ? "href" : NULL;
    }
    case TAG_AREA:
        return element_link(b, el, RX_LINK_AREA, "href") ? "href" : NULL;
    case TAG_IFRAME:
    case TAG_FRAME:
        return element_link(b, el, RX_LINK_IFRAME, "src") ? "src" : NULL;
    case TAG_IMG: {
        bool added = element_link(b, el, RX_LINK_IMG, "src");
        if (added && !b->logo && element_is_logo(el))
            b->logo = element_link(b, el, RX_LINK_LOGO, "src");
        element_anchor_text(b, around->anchor, element_value(el, "alt").text, true);
        return added ? "src" : NULL;
    }
    case TAG_SCRIPT:
        return element_link(b, el, RX_LINK_SCRIPT, "src") ? "src" : NULL;
    case TAG_LINK:
        return element_link_rel(b, el) ? "href" : NULL;
    case TAG_FORM:
        around->form = open_form(b, el);
        return "action";
    case TAG_INPUT:
    case TAG_BUTTON:
        return add_button_target(b, el, around->form) ? "formaction" : NULL;
    default:
        return NULL;
    }
}

/* True: name and value are kept by what this added. */
static bool add_named(struct build *b, const struct element *el, int32_t form)
{
    switch (el->tag) {
    case TAG_META:
        element_meta(b, el);
        return true;
    case TAG_INPUT:
        add_field(b, el, "text", form);
        return true;
    case TAG_SELECT:
        add_field(b, el, "select", form);
        return true;
    case TAG_TEXTAREA:
        add_field(b, el, "textarea", form);
        return true;
    case TAG_BUTTON:
        add_field(b, el, "submit", form);
        return true;
    default:
        return el->tag == TAG_FORM;
    }
}

/* A page that hides itself as a whole is shown by its scripts. */
static uint8_t hidden_by(const struct element *el, uint8_t around)
{
    return el->tag == TAG_HTML || el->tag == TAG_BODY ? around : hidden_element(el, around);
}

void element_enter(struct build *b, const struct element *el, struct element_around *around)
{
    around->hidden = hidden_by(el, around->hidden);
    b->hidden = around->hidden != 0;
    if (!el->html) {
        add_attrs(b, el, NULL, false);
        return;
    }
    const char *used = add_link(b, el, around);
    if (el->tag == TAG_IFRAME)
        element_srcdoc(b, el);
    bool named = add_named(b, el, around->form);
    if (el->tag == TAG_BASE && b->base.text.n == 0)
        b->base = element_value(el, "href");
    if (el->tag == TAG_HTML && b->doc.lang.n == 0)
        b->doc.lang = rx_str_sub(rx_str_trim(element_value(el, "lang").text), 0, 35);
    add_attrs(b, el, used, named);
}

bool element_is_shadow(struct rx_str name, struct rx_str value)
{
    return (rx_str_ieq(name, RX_STR("shadowrootmode")) || rx_str_ieq(name, RX_STR("shadowroot"))) &&
           (rx_str_ieq(value, RX_STR("open")) || rx_str_ieq(value, RX_STR("closed")));
}

/* ---- text ---------------------------------------------------------------------------------- */

static void add_title(struct build *b, struct rx_str text)
{
    if (b->doc.title.n)
        return;
    char *p = rx_arena_alloc(b->arena, BUILD_TITLE_MAX);
    if (!p) {
        b->failed = true;
        return;
    }
    b->doc.title = rx_str_trim(rx_strn(p, build_fold(p, 0, BUILD_TITLE_MAX, text)));
}

bool element_is_verbatim(enum tag tag, bool html)
{
    return tag == TAG_STYLE || (tag == TAG_SCRIPT && html);
}

void element_text(struct build *b, const struct element *parent, struct doc_span text,
                  const struct element_around *around)
{
    b->hidden = around->hidden != 0;
    switch (parent->tag) {
    case TAG_SCRIPT:
        if (parent->html)
            element_script(b, parent, text);
        return;
    case TAG_STYLE:
        build_style(b, text);
        return;
    case TAG_TITLE:
        if (parent->html)
            add_title(b, text.text);
        return;
    case TAG_DESC:
        if (!parent->html)
            return;
        break;
    case TAG_IFRAME:
    case TAG_HIDDEN:
        if (parent->html)
            return;
        break;
    default:
        break;
    }
    build_text(b, text);
    element_anchor_text(b, around->anchor, text.text, false);
}

void element_blank(struct build *b, const struct element_around *around)
{
    element_anchor_text(b, around->anchor, RX_STR(" "), false);
}

struct rx_str element_comment_inside(struct rx_str all)
{
    static const struct rx_str ends[] = {{"-->", 3}, {"--!>", 4}};
    bool proper = rx_str_starts(all, RX_STR("<!--"));
    size_t lead = proper ? 4 : rx_str_starts(all, RX_STR("<?")) ? 1 : 2;
    size_t tail = !proper && rx_str_ends(all, RX_STR(">")) ? 1 : 0;
    for (size_t i = 0; proper && i < sizeof ends / sizeof *ends; i++)
        if (rx_str_ends(all, ends[i]))
            tail = ends[i].n;
    return lead + tail < all.n ? rx_str_sub(all, lead, all.n - tail) : (struct rx_str){0};
}

void element_comment(struct build *b, struct doc_span inside)
{
    if (!build_is_blank(inside.text))
        build_comment(b, inside);
}
