/* element_link.c - where an element leads: links of all kinds with their rel and anchor text,
 * scripts that go elsewhere, metas that refresh. */
#include "crawler/parse/element.h"

struct doc_span element_value(const struct element *el, const char *name)
{
    struct rx_str wanted = rx_str(name);
    for (size_t i = 0; i < el->attr_count; i++)
        if (rx_str_eq(el->attrs[i].name, wanted))
            return el->attrs[i].value;
    return (struct doc_span){0};
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
bool element_link(struct build *b, const struct element *el, enum rx_link kind, const char *name)
{
    struct doc_link link = {.kind = kind, .raw = element_value(el, name), .tag_path = el->path};
    if (build_is_blank(link.raw.text))
        return false;
    link.rel = rel_bits(element_value(el, "rel").text);
    if (kind == RX_LINK_AREA || kind == RX_LINK_IMG) {
        struct rx_str alt = element_value(el, "alt").text;
        link.text = rx_str_sub(alt, 0, BUILD_TEXT_MAX);
    }
    const bool around = b->hidden;
    b->hidden = around && kind != RX_LINK_SCRIPT && kind != RX_LINK_STYLE; /* these work unseen */
    build_link(b, &link);
    b->hidden = around;
    return true;
}

/* By what its author calls it. Other people's logos (seals, cards) mostly say whose they are, and
 * stand behind the shop's own. */
bool element_is_logo(const struct element *el)
{
    static const char *const names[] = {"class", "id", "src", "alt"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (rx_str_ifind(element_value(el, names[i]).text, RX_STR("logo"), 0) >= 0)
            return true;
    return false;
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
bool element_link_rel(struct build *b, const struct element *el)
{
    struct rx_str rel = element_value(el, "rel").text;
    bool added = false;
    if (has_token(rel, "canonical"))
        added = element_link(b, el, RX_LINK_CANONICAL, "href");
    if (has_token(rel, "alternate") && !has_token(rel, "stylesheet"))
        added |= element_link(b, el, RX_LINK_ALTERNATE, "href");
    else if (is_asset(rel))
        added |= element_link(b, el, RX_LINK_STYLE, "href");
    if (has_token(rel, "icon"))
        added |= element_link(b, el, RX_LINK_ICON, "href");
    if (has_token(rel, "manifest"))
        added |= element_link(b, el, RX_LINK_MANIFEST, "href");
    return added;
}

struct element_anchor *element_open_anchor(struct build *b, const struct element *el)
{
    struct element_anchor *a = rx_arena_zalloc(b->arena, 1, sizeof *a);
    size_t before = b->doc.link_count;
    if (!a) {
        b->failed = true;
        return NULL;
    }
    if (!element_link(b, el, RX_LINK_A, "href"))
        return NULL;
    a->link = b->doc.link_count > before ? before : SIZE_MAX;
    return a;
}

void element_anchor_text(struct build *b, struct element_anchor *a, struct rx_str text, bool alt)
{
    if (!a || a->link == SIZE_MAX || (alt && a->n))
        return;
    if (!a->text)
        a->text = rx_arena_alloc(b->arena, BUILD_TEXT_MAX);
    if (!a->text) {
        b->failed = true;
        return;
    }
    if (a->from_alt && !alt && !build_is_blank(text)) {
        a->n = 0;
        a->from_alt = false;
    }
    a->n = build_fold(a->text, a->n, BUILD_TEXT_MAX, text);
    a->from_alt |= alt && a->n;
    b->doc.links[a->link].text = rx_str_trim(rx_strn(a->text, a->n));
}

/* ---- scripts and refresh ------------------------------------------------------------------- */

static void add_locations(struct build *b, struct doc_span script, uint32_t path)
{
    struct rx_str literal;
    for (size_t at = 0; script_location(script.text, &at, &literal);) {
        struct doc_link link = {.kind = RX_LINK_JS, .tag_path = path};
        size_t from = (size_t)(literal.p - script.text.p);
        if (script.length == script.text.n) {
            link.raw.offset = script.offset + (uint32_t)from;
            link.raw.length = (uint32_t)literal.n;
        }
        if (script_unescape(&link.raw.text, b->arena, literal))
            b->failed = true;
        else if (!build_is_blank(link.raw.text))
            build_link(b, &link);
    }
}

static bool is_javascript(struct rx_str type)
{
    return build_is_blank(type) || rx_str_ifind(type, RX_STR("javascript"), 0) >= 0 ||
           rx_str_ifind(type, RX_STR("ecmascript"), 0) >= 0 ||
           rx_str_ieq(rx_str_trim(type), RX_STR("module"));
}

void element_script(struct build *b, const struct element *el, struct doc_span text)
{
    struct rx_str type = element_value(el, "type").text;
    struct doc_script script = {.text = text, .json = rx_str_ifind(type, RX_STR("json"), 0) >= 0};
    if (build_is_blank(text.text))
        return;
    b->hidden = false; /* scripts run wherever they stand */
    build_script(b, script);
    if (is_javascript(type))
        add_locations(b, text, el->path);
}

void element_meta(struct build *b, const struct element *el)
{
    struct doc_meta meta = {.content = element_value(el, "content")};
    struct doc_span pragma = element_value(el, "http-equiv");
    meta.name = element_value(el, "name");
    if (!meta.name.text.n)
        meta.name = element_value(el, "property");
    if (!meta.name.text.n)
        meta.name = pragma;
    if (meta.name.text.n && meta.content.text.n)
        build_meta(b, meta);
    struct rx_str url = {0};
    if (rx_str_ieq(rx_str_trim(pragma.text), RX_STR("refresh")))
        url = refresh_url(meta.content.text);
    if (build_is_blank(url))
        return;
    struct doc_link link = {
        .kind = RX_LINK_META_REFRESH, .raw = {.text = url}, .tag_path = el->path};
    b->hidden = false;
    doc_locate(&b->doc, meta.content, (size_t)(url.p - meta.content.text.p), url.n,
               &link.raw.offset, &link.raw.length);
    build_link(b, &link);
}
