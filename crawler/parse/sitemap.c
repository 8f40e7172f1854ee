/* sitemap.c - see sitemap.h.
 *
 * A sitemap is hostile XML. It gets no document type, so there are no entities to multiply and
 * nothing to load; no network; no encoding but UTF-8, which the source is already, because the
 * library's own converters open files. The library says nothing aloud, makes no tree, and calls
 * back for each event: its reader would read ahead and lose what stands before a fault. It gives no
 * offsets: a link's place is found again by its text, behind the one before it. */
#include "crawler/parse/sitemap.h"

#include <assert.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

/* TAG: a longer tag is no sitemap's, and the library compares each attribute of one with each
 * other. FIND: of the source that are searched for one text, and for all of them. */
enum {
    HEAD_BYTES = 1024,
    TAG_BYTES_MAX = 4096,
    FIND_BYTES = 16384,
    FIND_ALL_BYTES = 16 << 20,
    FAULTS_MAX = 16
};

struct sitemap {
    struct build *b;
    xmlParserCtxtPtr parser;
    struct rx_buf loc; /* the location in hand */
    struct rx_str source;
    size_t nodes, faults;
    size_t at;       /* in the source: behind the last text that was found */
    size_t searched; /* bytes */
    bool in_loc;     /* the text that comes is a location's */
    bool of_sitemap; /* of another sitemap's */
};

void sitemap_init(void)
{
    xmlInitParser();
}

bool parse_is_sitemap(struct rx_str body)
{
    body = rx_str_sub(body, 0, HEAD_BYTES);
    return rx_str_find(body, RX_STR("<urlset"), 0) >= 0 ||
           rx_str_find(body, RX_STR("<sitemapindex"), 0) >= 0;
}

/* The made text and where it stands, if it stands there as it is. */
static struct doc_span span_of(struct sitemap *s, struct rx_str text)
{
    struct doc_span span = {.text = rx_arena_dup(s->b->arena, text)};
    s->b->failed |= span.text.p == NULL;
    if (s->searched > FIND_ALL_BYTES)
        return span;
    const struct rx_str near = rx_str_sub(s->source, 0, s->at + text.n + FIND_BYTES);
    const ptrdiff_t at = rx_str_find(near, text, s->at);
    s->searched += near.n - s->at;
    if (at >= 0 && text.n > 0) {
        span.offset = (uint32_t)at;
        span.length = (uint32_t)text.n;
        s->at = (size_t)at + text.n;
    }
    return span;
}

static void end_location(struct sitemap *s)
{
    const struct rx_str text = rx_str_trim(rx_buf_str(&s->loc));
    if (s->in_loc && text.n > 0) {
        const struct doc_link link = {.kind = s->of_sitemap ? RX_LINK_FILE : RX_LINK_SITEMAP,
                                      .raw = span_of(s, text)};
        build_link(s->b, &link);
    }
    s->in_loc = false;
    rx_buf_clear(&s->loc);
    if (s->b->failed || s->b->doc.link_count >= SITEMAP_LINKS_MAX)
        xmlStopParser(s->parser);
}

/* ---- events ---------------------------------------------------------------------------------- */

static struct rx_str text_of(const xmlChar *text)
{
    return rx_str((const char *)text);
}

static void stop(struct sitemap *s)
{
    xmlStopParser(s->parser);
}

/* Names have one meaning here, whatever their namespace's prefix; image:loc has one. */
static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int namespace_count, const xmlChar **namespaces, int attribute_count,
                     int defaulted, const xmlChar **attributes)
{
    struct sitemap *s = ctx;
    (void)uri;
    (void)namespace_count;
    (void)namespaces;
    (void)attribute_count;
    (void)defaulted;
    (void)attributes;
    if (++s->nodes > SITEMAP_NODES_MAX)
        stop(s);
    if (rx_str_eq(text_of(name), RX_STR("sitemap")))
        s->of_sitemap = true;
    else if (rx_str_eq(text_of(name), RX_STR("url")))
        s->of_sitemap = false;
    end_location(s);
    s->in_loc = !prefix && rx_str_eq(text_of(name), RX_STR("loc"));
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    (void)name;
    (void)prefix;
    (void)uri;
    end_location(ctx);
}

static void on_text(void *ctx, const xmlChar *text, int bytes)
{
    struct sitemap *s = ctx;
    if (s->in_loc && rx_buf_add(&s->loc, rx_strn((const char *)text, (size_t)bytes)))
        s->in_loc = false; /* longer than a URL may be */
}

static void on_comment(void *ctx, const xmlChar *text)
{
    struct sitemap *s = ctx;
    if (++s->nodes > SITEMAP_NODES_MAX)
        stop(s);
    const struct doc_span comment = span_of(s, text_of(text));
    if (!build_is_blank(comment.text))
        build_comment(s->b, comment);
}

/* No document type gets here (sitemap_read); should one, nothing of it is made. */
static void on_type(void *ctx, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
    (void)name;
    (void)external;
    (void)system;
    stop(ctx);
}

static xmlEntityPtr no_entity(void *ctx, const xmlChar *name)
{
    (void)ctx;
    (void)name;
    return NULL;
}

/* Says nothing. A sitemap with more faults than one or two is none, and each costs the library the
 * making of its sentence. */
static void on_fault(void *ctx, xmlErrorPtr error)
{
    struct sitemap *s = ctx;
    (void)error;
    if (++s->faults > FAULTS_MAX)
        stop(s);
}

/* ---- the door -------------------------------------------------------------------------------- */

/* Where what a '<' at s[at] opens ends; s.n: nowhere. */
static size_t end_of(struct rx_str s, size_t at)
{
    const struct rx_str rest = rx_str_sub(s, at, at + 9);
    const struct rx_str end = rx_str_starts(rest, RX_STR("<!--"))        ? RX_STR("-->")
                              : rx_str_starts(rest, RX_STR("<![CDATA[")) ? RX_STR("]]>")
                                                                         : RX_STR(">");
    const ptrdiff_t found = rx_str_find(s, end, at + 1);
    return found < 0 ? s.n : (size_t)found + end.n;
}

/* The source up to the first tag that is too long. */
static struct rx_str tame(struct rx_str s)
{
    ptrdiff_t open;
    for (size_t at = 0; (open = rx_str_chr(s, '<', at)) >= 0;) {
        at = end_of(s, (size_t)open);
        const bool tag = (size_t)open + 1 < s.n && s.p[open + 1] != '!';
        if (tag && at - (size_t)open > TAG_BYTES_MAX)
            return rx_str_sub(s, 0, (size_t)open);
    }
    return s;
}

/* Behind the XML declaration, whose encoding is not believed. */
static struct rx_str behind_declaration(struct rx_str s)
{
    if (rx_str_starts(s, RX_STR("\xef\xbb\xbf")))
        s = rx_str_sub(s, 3, s.n);
    const ptrdiff_t end = rx_str_find(s, RX_STR("?>"), 0);
    return end > 0 && rx_str_istarts(s, RX_STR("<?xml")) ? rx_str_sub(s, (size_t)end + 2, s.n) : s;
}

static int read_events(struct sitemap *s, struct rx_str text, struct rx_err *err)
{
    s->parser = xmlCreateMemoryParserCtxt(text.p, (int)text.n);
    if (!s->parser)
        return rx_fail(err, RX_ENOMEM, "no memory for a sitemap");
    const int refused =
        xmlCtxtUseOptions(s->parser, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    assert(refused == 0);
    (void)refused;
    *s->parser->sax = (xmlSAXHandler){.initialized = XML_SAX2_MAGIC,
                                      .startElementNs = on_start,
                                      .endElementNs = on_end,
                                      .characters = on_text,
                                      .cdataBlock = on_text,
                                      .comment = on_comment,
                                      .internalSubset = on_type,
                                      .externalSubset = on_type,
                                      .getEntity = no_entity,
                                      .getParameterEntity = no_entity,
                                      .serror = on_fault};
    s->parser->userData = s;
    (void)xmlParseDocument(s->parser); /* what came before a fault is kept */
    xmlFreeParserCtxt(s->parser);
    return 0;
}

int sitemap_read(struct build *b, struct rx_err *err)
{
    struct sitemap s = {.b = b, .source = b->doc.source, .loc = RX_BUF(RX_URL_MAX)};
    if (rx_str_ifind(s.source, RX_STR("<!DOCTYPE"), 0) >= 0)
        return rx_fail(err, RX_EINVAL, "a sitemap that declares a document type is not read");
    const struct rx_str text = tame(behind_declaration(s.source));
    const int rc = text.n > 0 ? read_events(&s, text, err) : 0;
    rx_buf_free(&s.loc);
    b->doc.cut |= s.nodes > SITEMAP_NODES_MAX || b->doc.link_count >= SITEMAP_LINKS_MAX;
    return rc;
}
