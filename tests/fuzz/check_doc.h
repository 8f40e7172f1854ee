/* check_doc.h - what must hold of every doc, whoever read it: spans lie in the source, locations in
 * their spans, fields in their forms. For the fuzz targets page and scan. */
#ifndef RX_TESTS_FUZZ_CHECK_DOC_H
#define RX_TESTS_FUZZ_CHECK_DOC_H

#include "crawler/parse/parse.h"

#include <stdlib.h>

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

static void check_doc(const struct doc *doc)
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

#endif
