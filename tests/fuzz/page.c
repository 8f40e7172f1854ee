/* page.c - a hostile page through guard, Gumbo and walk; every span must lie in the source and
 * every location in its span. */
#include "crawler/parse/parse.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_span(const struct doc *doc, struct doc_span span)
{
    uint32_t offset, length;
    if ((size_t)span.offset + span.length > doc->source.n)
        abort();
    doc_locate(doc, span, span.text.n / 3, span.text.n / 3, &offset, &length);
    if (span.length && (size_t)offset + length > (size_t)span.offset + span.length)
        abort();
    (void)doc_source_offset(doc, offset);
}

static void check(const struct doc *doc)
{
    for (size_t i = 0; i < doc->link_count; i++)
        check_span(doc, doc->links[i].raw);
    for (size_t i = 0; i < doc->attr_count; i++)
        check_span(doc, doc->attrs[i].value);
    for (size_t i = 0; i < doc->text_count; i++)
        check_span(doc, doc->texts[i]);
    for (size_t i = 0; i < doc->script_count; i++)
        check_span(doc, doc->scripts[i].text);
    for (size_t i = 0; i < doc->comment_count; i++)
        check_span(doc, doc->comments[i]);
    for (size_t i = 0; i < doc->form_count; i++)
        if (doc->forms[i].first_field + doc->forms[i].fields > doc->field_count)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rx_err err = {0};
    struct rx_arena arena = RX_ARENA((size_t)128 << 20);
    struct doc doc;
    if (parse_init(&err))
        abort();
    int rc = parse_tree(&doc, &arena, RX_STR("http://shop.example/dir/"),
                        RX_STR("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"),
                        rx_strn((const char *)data, size), &parse_limits_default, &err);
    if (rc == 0)
        check(&doc);
    rx_arena_free(&arena);
    return 0;
}
