/* sitemap.c - see sitemap.h.
 *
 * A sitemap is hostile XML. It gets no document type, so there are no entities to multiply and
 * nothing to load; no network; no encoding but UTF-8, which the source is already, because the
 * library's own converters open files. The library says nothing aloud. It gives no offsets: a
 * link's place is found again by its text, behind the one before it. */
#include "crawler/parse/sitemap.h"

#include <libxml/parser.h>
#include <libxml/xmlreader.h>

/* TAG: a longer tag is no sitemap's, and the library compares each attribute of one with each
 * other. FIND: of the source that are searched for one text, and for all of them. */
enum { HEAD_BYTES = 1024, TAG_BYTES_MAX = 4096, FIND_BYTES = 16384, FIND_ALL_BYTES = 16 << 20 };

struct sitemap {
    struct build *b;
    struct rx_str source;
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

static void be_silent(void *ctx, xmlErrorPtr error)
{
    (void)ctx;
    (void)error;
}

static struct rx_str value_of(xmlTextReaderPtr reader)
{
    return rx_str((const char *)xmlTextReaderConstValue(reader));
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

static void add_location(struct sitemap *s, struct rx_str text)
{
    const struct doc_link link = {.kind = s->of_sitemap ? RX_LINK_FILE : RX_LINK_SITEMAP,
                                  .raw = span_of(s, rx_str_trim(text))};
    if (link.raw.text.n > 0)
        build_link(s->b, &link);
}

static void on_element(struct sitemap *s, struct rx_str name)
{
    if (rx_str_eq(name, RX_STR("sitemap")))
        s->of_sitemap = true;
    else if (rx_str_eq(name, RX_STR("url")))
        s->of_sitemap = false;
    s->in_loc = rx_str_eq(name, RX_STR("loc"));
}

/* False: nothing more is wanted. */
static bool on_node(struct sitemap *s, xmlTextReaderPtr reader)
{
    switch (xmlTextReaderNodeType(reader)) {
    case XML_READER_TYPE_DOCUMENT_TYPE:
    case XML_READER_TYPE_ENTITY_REFERENCE:
        return false;
    case XML_READER_TYPE_ELEMENT:
        on_element(s, rx_str((const char *)xmlTextReaderConstLocalName(reader)));
        break;
    case XML_READER_TYPE_END_ELEMENT:
        s->in_loc = false;
        break;
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA:
        if (s->in_loc)
            add_location(s, value_of(reader));
        break;
    case XML_READER_TYPE_COMMENT: {
        const struct doc_span comment = span_of(s, value_of(reader));
        if (!build_is_blank(comment.text))
            build_comment(s->b, comment);
        break;
    }
    default:
        break;
    }
    return !s->b->failed && s->b->doc.link_count < SITEMAP_LINKS_MAX;
}

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

int sitemap_read(struct build *b, struct rx_err *err)
{
    struct sitemap s = {.b = b, .source = tame(b->doc.source)};
    if (rx_str_ifind(b->doc.source, RX_STR("<!DOCTYPE"), 0) >= 0)
        return rx_fail(err, RX_EINVAL, "a sitemap that declares a document type is not read");
    if (s.source.n == 0)
        return 0;
    xmlTextReaderPtr reader =
        xmlReaderForMemory(s.source.p, (int)s.source.n, NULL, "UTF-8",
                           XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (!reader)
        return rx_fail(err, RX_ENOMEM, "no memory for a sitemap");
    xmlTextReaderSetStructuredErrorHandler(reader, be_silent, NULL);
    size_t nodes = 0;
    while (nodes++ < SITEMAP_NODES_MAX && xmlTextReaderRead(reader) == 1)
        if (!on_node(&s, reader))
            break;
    b->doc.cut |= nodes > SITEMAP_NODES_MAX || b->doc.link_count >= SITEMAP_LINKS_MAX;
    xmlFreeTextReader(reader);
    return 0;
}
