/* Pages made so that two of their sizes multiply: marks times the text before them, links times the
 * parameters of their base. Counted are bytes decoded and names looked at, not seconds. */
#include "crawler/parse/build.h"
#include "tests/unit/reader_tools.h"

#include <stdlib.h>

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
enum { PAGE_BYTES = 2000000, TAIL_BYTES = 30000, MAILS = 400, LINKS = 5800, PAIRS = 280 };

static void add(struct rx_buf *page, const char *s)
{
    assert_int_equal(rx_buf_add(page, rx_str(s)), 0);
}

/* before, then `filler` up to the tail, then addresses. */
static void make_text(struct rx_buf *page, const char *before, struct rx_str filler)
{
    add(page, before);
    while (page->n < PAGE_BYTES - TAIL_BYTES)
        assert_int_equal(rx_buf_add(page, filler), 0);
    for (int i = 0; i < MAILS; i++)
        assert_int_equal(rx_buf_addf(page, " help%d@pills%d-support.com ", i, i % 7), 0);
    add(page, "'>");
}

static void read_page(const struct tools *t, parse_fn *reader, struct rx_arena *arena,
                      struct doc *doc, struct marks *marks, struct rx_str html)
{
    struct rx_err err = {0};
    if (reader(doc, arena, RX_STR("http://a.example/"), RX_STR(HEAD), html, &parse_limits_default,
               &err) ||
        extract_marks(marks, arena, t->x, doc, RX_STR(HEAD), &err))
        fail_msg("%s", err.text);
}

/* The text before a mark is decoded once for all marks, not once for each. */
static void marks_times_text(void **state)
{
    static const struct {
        const char *before;
        struct rx_str filler;
    } rows[] = {
        {"<p>&amp;", {"a b ", 4}},
        {"<p>", {"a\r\nb ", 5}},
        {"<p>", {"&acE;\r", 6}},
        {"<p>", {"a \0 b", 5}},
        {"<p>", {"x</i> and some more y ", 22}},
        {"<textarea>&lt;", {"<b> ", 4}},
    };
    parse_fn *const readers[] = {parse_scan, parse_tree};
    for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
        struct rx_arena arena = RX_ARENA(256 << 20);
        struct rx_buf page = RX_BUF(PAGE_BYTES + TAIL_BYTES);
        struct doc doc;
        struct marks marks;
        make_text(&page, rows[i / 2].before, rows[i / 2].filler);
        read_page(*state, readers[i % 2], &arena, &doc, &marks, rx_buf_str(&page));
        const struct locate_memory *memory = doc.located;
        if (memory->work > 6 * (size_t)PAGE_BYTES)
            fail_msg("row %zu: %zu bytes decoded for the places of %zu marks", i, memory->work,
                     marks.count);
        if (marks.count < 20)
            fail_msg("row %zu: %zu marks", i, marks.count);
        for (size_t m = 0; m < marks.count; m++)
            if (strcmp(marks.items[m].cls->name, "email") == 0)
                assert_true(rx_str_eq(marks.items[m].raw, marks.items[m].value));
        rx_buf_free(&page);
        rx_arena_free(&arena);
    }
}

/* Every link of the page has all parameters of its base. */
static void links_times_parameters(void **state)
{
    struct rx_arena arena = RX_ARENA(256 << 20);
    struct rx_buf page = RX_BUF(PAGE_BYTES);
    struct doc doc;
    struct marks marks;
    add(&page, "<base href='http://till.example/?aff=a9");
    for (int i = 0; i < PAIRS; i++)
        assert_int_equal(rx_buf_addf(&page, "&wm=%d", i), 0);
    add(&page, "'>");
    for (int i = 0; i < LINKS; i++)
        assert_int_equal(rx_buf_addf(&page, "<a href='#%d'>x</a>", i), 0);
    read_page(*state, parse_scan, &arena, &doc, &marks, rx_buf_str(&page));
    assert_true(doc.link_count >= LINKS);
    assert_true(marks.cut); /* not all of the 1.6 million were looked at, and that is said */
    rx_buf_free(&page);
    rx_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_times_text),
        cmocka_unit_test(links_times_parameters),
    };
    return cmocka_run_group_tests_name("extract_hostile", tests, tools_setup, tools_teardown);
}
