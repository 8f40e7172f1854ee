/* cite.c - the way back: the bytes that a part of a text is said to come from, decoded, hold that
 * part; and the body's range of a source slice leads back to a slice around it. The first byte
 * chooses the charset; pages are read by the linear reader, whose rules are the standard's. */
#include "crawler/parse/parse.h"
#include "crawler/parse/text.h"
#include "crawler/parse/token.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool holds(struct rx_str cited, struct rx_str part, enum text_kind kind, bool markup)
{
    struct rx_buf text = RX_BUF(3 * cited.n + 64);
    struct tokenizer t = {.text = cited};
    struct token tok;
    if (!markup && text_decode(&text, cited, kind))
        abort();
    while (markup && token_next(&t, &tok))
        if (tok.kind == TOKEN_TEXT &&
            text_decode(&text, rx_str_sub(cited, tok.start, tok.end), kind))
            abort();
    bool found = rx_str_find(rx_buf_str(&text), part, 0) >= 0;
    rx_buf_free(&text);
    return found;
}

static void check_part(const struct doc *doc, struct doc_span span, size_t from, size_t n)
{
    uint32_t offset, length, body, body_length;
    doc_locate(doc, span, from, n, &offset, &length);
    if (span.length == 0)
        return;
    if (length == 0 || offset < span.offset || offset + length > span.offset + span.length)
        abort();
    struct rx_str cited = rx_str_sub(doc->source, offset, (size_t)offset + length);
    struct rx_str part = rx_str_sub(span.text, from, from + n);
    /* In an attribute the byte behind "&copy" says whether that is a reference. */
    struct rx_str more = rx_str_sub(doc->source, offset, (size_t)offset + length + 1);
    if (!holds(cited, part, TEXT_DATA, true) && !holds(cited, part, TEXT_ATTRIBUTE, false) &&
        !holds(more, part, TEXT_ATTRIBUTE, false) && !holds(cited, part, TEXT_RCDATA, false) &&
        !holds(cited, part, TEXT_RAW, false))
        abort();
    doc_body_range(doc, offset, length, &body, &body_length);
    struct rx_str back = doc_body_source(doc, body, body_length);
    if (back.p > cited.p || back.p + back.n < cited.p + cited.n)
        abort();
}

/* Where the character around a byte begins; a view is cited byte for byte. */
static size_t character(struct rx_str s, size_t at)
{
    while (at > 0 && at < s.n && ((uint8_t)s.p[at] & 0xC0) == 0x80)
        at--;
    return at;
}

static void check_span(const struct doc *doc, struct doc_span span)
{
    size_t n = span.text.n;
    for (size_t i = 0; i < 16 && n; i++) {
        size_t from = n * i / 16, to = from + 1 + (n - from) * i / 32;
        from = character(span.text, from);
        to = character(span.text, to < n ? to : n);
        if (to > from)
            check_part(doc, span, from, to - from);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const charsets[] = {"utf-8",   "windows-1252", "shift_jis", "big5",
                                           "gb18030", "euc-kr",       "utf-16le",  "iso-2022-jp"};
    struct rx_err err = {0};
    struct rx_arena arena = RX_ARENA((size_t)128 << 20);
    struct doc doc;
    char head[96];
    if (parse_init(&err))
        abort();
    if (size == 0)
        return 0;
    (void)snprintf(head, sizeof head,
                   "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=%s\r\n\r\n",
                   charsets[data[0] % (sizeof charsets / sizeof *charsets)]);
    int rc = parse_scan(&doc, &arena, RX_STR("http://shop.example/"), rx_str(head),
                        rx_strn((const char *)data + 1, size - 1), &parse_limits_default, &err);
    for (size_t i = 0; rc == 0 && i < doc.text_count; i++)
        check_span(&doc, doc.texts[i]);
    for (size_t i = 0; rc == 0 && i < doc.attr_count; i++)
        check_span(&doc, doc.attrs[i].value);
    for (size_t i = 0; rc == 0 && i < doc.comment_count; i++)
        check_span(&doc, doc.comments[i]);
    rx_arena_free(&arena);
    return 0;
}
