/* The way back, as a property: words that stand once in a page are found where they stand, whatever
 * is around them: every named reference, whole and cut short, numbers, line ends, NULs, controls,
 * bytes that are no UTF-8, tags that go and tags that stay. Both readers; text and attributes. */
#include "base/buf.h"
#include "crawler/parse/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset="
enum { PAGE_BYTES = 64 << 10, WORDS = 60, ROUNDS = 400 };

extern const unsigned char parse_data_entities[];
extern const size_t parse_data_entities_bytes;

static uint64_t dice = 88172645463325252u;

static size_t roll(size_t sides)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (size_t)(dice % sides);
}

/* A word that stands nowhere else and no reference runs into. */
static void word(char out[16], size_t number)
{
    (void)snprintf(out, 16, "@w%zu@", 1000 + number);
}

static struct rx_str entity(size_t at)
{
    struct rx_str table = rx_strn((const char *)parse_data_entities, parse_data_entities_bytes);
    while (at > 0 && table.p[at - 1] != '\n')
        at--;
    return rx_str_sub(table, at, (size_t)rx_str_chr(table, '\t', at));
}

static void add(struct rx_buf *page, struct rx_str s)
{
    assert_int_equal(rx_buf_add(page, s), 0);
}

static void add_noise(struct rx_buf *page, bool text)
{
    static const struct rx_str odd[] = {
        {"\r", 1},          {"\r\n", 2},         {"\0", 1},           {"\x01\x7F", 2},
        {"\xC2\x85", 2},    {"\xEF\xBF\xBE", 3}, {"\xFF", 1},         {"\xE2\x82", 2},
        {"\xF0\x9F", 2},    {"\xED\xA0\x80", 3}, {"\xE2\x82\xAC", 3}, {"\xF0\x9F\x92\x8A", 4},
        {"&", 1},           {"&&", 2},           {"&#", 2},           {"&#x;", 4},
        {"&#128;", 6},      {"&#x9f", 5},        {"&#0;", 4},         {"&#xD800;", 8},
        {"&#x110000;", 10}, {"&#13;", 5},        {"&amp;amp;", 9},    {"&copy=", 6},
        {"&ampx", 5},       {"&acE;\r", 6},      {"&nGt;&", 6},       {"\n", 1},
        {" < ", 3},         {"&notit;", 7},      {"a b", 3},          {"&#4294967361;", 13}};
    static const struct rx_str tags[] = {
        {"<b>", 3},         {"</b>", 4},          {"</nope>", 7},     {"<i class=x>", 11},
        {"<!-- & -->", 10}, {"<br>", 4},          {"<div>", 5},       {"</div>", 6},
        {"<table>", 7},     {"<td>", 4},          {"</table>", 8},    {"<pre>\r\n", 7},
        {"</pre>", 6},      {"<textarea>\n", 11}, {"</textarea>", 11}};
    size_t kind = roll(text ? 12 : 10);
    if (kind > 9) {
        add(page, tags[roll(sizeof tags / sizeof *tags)]);
    } else if (kind > 4) {
        add(page, odd[roll(sizeof odd / sizeof *odd)]);
    } else {
        struct rx_str name = entity(roll(parse_data_entities_bytes - 1));
        bool whole = rx_str_ends(name, RX_STR(";"));
        add(page, RX_STR("&"));
        add(page, rx_str_sub(name, 0, whole && roll(4) == 0 ? name.n - 1 : name.n));
    }
}

static void make_page(struct rx_buf *page)
{
    char w[16];
    rx_buf_clear(page);
    add(page, RX_STR("<html><body><p>"));
    for (size_t i = 0; i < WORDS; i++) {
        static const struct rx_str before[] = {{"<p title=\"", 10}, {"", 0}, {"<!--", 4}};
        static const struct rx_str behind[] = {{"\">", 2}, {"", 0}, {"-->", 3}};
        bool text = i % 3 == 1;
        add(page, before[i % 3]);
        for (size_t n = roll(6); n > 0; n--)
            add_noise(page, text);
        word(w, i);
        add(page, rx_str(w));
        for (size_t n = roll(3); n > 0; n--)
            add_noise(page, text);
        add(page, behind[i % 3]);
    }
}

/* How many words of the span stand where doc_locate says; wide: those for which it says no more
 * than the whole span. */
static unsigned check_span(const struct doc *doc, struct doc_span span, unsigned *wide)
{
    unsigned found = 0;
    for (size_t i = 0; i < WORDS && span.length; i++) {
        char w[16];
        uint32_t offset, length;
        word(w, i);
        ptrdiff_t at = rx_str_find(span.text, rx_str(w), 0);
        if (at < 0)
            continue;
        ptrdiff_t there = rx_str_find(doc->source, rx_str(w), 0);
        doc_locate(doc, span, (size_t)at, strlen(w), &offset, &length);
        found++;
        if (offset == (size_t)there && length == strlen(w))
            continue;
        if (offset != span.offset || length != span.length)
            fail_msg("%s stands at %td, is said to stand at %u, %u bytes", w, there, offset,
                     length);
        ++*wide;
    }
    return found;
}

static void check_reader(parse_fn *reader, unsigned *found, unsigned *wide)
{
    struct rx_buf page = RX_BUF(PAGE_BYTES);
    for (int round = 0; round < ROUNDS; round++) {
        struct rx_arena arena = RX_ARENA(32 << 20);
        struct rx_err err = {0};
        struct doc doc;
        make_page(&page);
        assert_int_equal(reader(&doc, &arena, RX_STR("http://a.example/"),
                                RX_STR(HEAD "utf-8\r\n\r\n"), rx_buf_str(&page),
                                &parse_limits_default, &err),
                         0);
        for (size_t i = 0; i < doc.text_count; i++)
            *found += check_span(&doc, doc.texts[i], wide);
        for (size_t i = 0; i < doc.attr_count; i++)
            *found += check_span(&doc, doc.attrs[i].value, wide);
        for (size_t i = 0; i < doc.comment_count; i++)
            *found += check_span(&doc, doc.comments[i], wide);
        rx_arena_free(&arena);
    }
    rx_buf_free(&page);
}

static void words_stand_where_they_are_said_to(void **state)
{
    (void)state;
    parse_fn *const readers[] = {parse_scan, parse_tree};
    for (size_t i = 0; i < 2; i++) {
        unsigned found = 0, wide = 0;
        check_reader(readers[i], &found, &wide);
        assert_true(found > ROUNDS * WORDS * 9 / 10);
        assert_int_equal(wide, 0);
    }
}

/* The forged quote: each reference and CR moved what follows by two bytes. */
static void two_characters_and_a_line_end(void **state)
{
    (void)state;
    static const char page[] =
        "<p>&acE;\r&acE;\r&acE;\r&acE;\r&acE;\r write to help@shop.example, other@farm.example. ";
    parse_fn *const readers[] = {parse_scan, parse_tree};
    for (size_t i = 0; i < 2; i++) {
        struct rx_arena arena = RX_ARENA(4 << 20);
        struct rx_err err = {0};
        struct doc doc;
        uint32_t offset, length;
        assert_int_equal(readers[i](&doc, &arena, RX_STR("http://a.example/"),
                                    RX_STR(HEAD "utf-8\r\n\r\n"), rx_str(page),
                                    &parse_limits_default, &err),
                         0);
        ptrdiff_t at = rx_str_find(doc.texts[0].text, RX_STR("help@"), 0);
        doc_locate(&doc, doc.texts[0], (size_t)at, 17, &offset, &length);
        assert_string_equal(rx_arena_dup(&arena, rx_str_sub(doc.source, offset, offset + length)).p,
                            "help@shop.example");
        rx_arena_free(&arena);
    }
}

int main(void)
{
    struct rx_err err;
    if (parse_init(&err))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_characters_and_a_line_end),
        cmocka_unit_test(words_stand_where_they_are_said_to),
    };
    return cmocka_run_group_tests_name("locate", tests, NULL, NULL);
}
