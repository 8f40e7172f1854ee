/* Hints are looked for in several passes (match.c): what each finds is tried in the order of its
 * place, and a long word is found wherever it begins and ends. */
#include "crawler/extract/extract.h"
#include "crawler/extract/hint.h"
#include "tests/unit/reader_tools.h"

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
#define WALLET "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"
#define LONGEST                                                                                    \
    "45ANhGtVnNi4fpqoigX4QLLiATJsJ1NX66qqMirufCF5eRgWbRCFeRB8gTFKXpgRGAafaspqqUVWWAW8uUvAcFqC1xw3" \
    "JZ9"

static void read_page(const struct tools *t, struct rx_arena *arena, struct marks *marks,
                      const char *html)
{
    struct rx_err err = {0};
    struct doc doc;
    if (parse_scan(&doc, arena, RX_STR("http://a.example/"), RX_STR(HEAD), rx_str(html),
                   &parse_limits_default, &err) ||
        extract_marks(marks, arena, t->x, &doc, RX_STR(HEAD), &err))
        fail_msg("%s", err.text);
}

static void long_words(void **state)
{
    static const struct {
        const char *html;
        bool found;
    } rows[] = {
        {"<p>" WALLET, true},
        {"<p>pay " WALLET, true},
        {"<p>pay:" WALLET ".", true},
        {"<p>-" WALLET "-", true},
        {"<p>_" WALLET, false},
        {"<p>" WALLET "_", false},
        {"<p>x" WALLET, false},
        {"<p>\xc3\xa9" WALLET, true},
        {"<p>0123456789012345678901234567890123456789 " WALLET, true},
        {"<p>01234567890123456789012 " WALLET, true},
        {"<p>012345678901234567890123 " WALLET, true},
        {"<p>a b c d e f g h i j k l m n " WALLET " o", true},
        {"<script>var a='" WALLET "'</script>", true},
        {"<a href='bitcoin:" WALLET "'>x</a>", true},
        {"<p>" LONGEST, true},
        {"<p>x " LONGEST " x", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rx_arena arena = RX_ARENA(8 << 20);
        struct marks marks;
        bool found = false;
        read_page(*state, &arena, &marks, rows[i].html);
        for (size_t m = 0; m < marks.count; m++)
            found |= strcmp(marks.items[m].cls->name, "btc") == 0 ||
                     strcmp(marks.items[m].cls->name, "xmr") == 0;
        if (found != rows[i].found)
            fail_msg("row %zu: %s", i, rows[i].html);
        rx_arena_free(&arena);
    }
}

/* A wallet is of the words' lane, the tax number of the lane apart, an address of the main one. */
static void order_of_places(void **state)
{
    static const char *const expected[] = {"btc", "email", "vat", "email", "iban"};
    struct rx_arena arena = RX_ARENA(8 << 20);
    struct marks marks;
    size_t next = 0;
    read_page(*state, &arena, &marks,
              "<p>" WALLET " orders@tabs4you.biz USt-IdNr.: DE 136 695 976 sales@pills4you.biz "
              "DE89370400440532013000");
    for (size_t m = 0; m < marks.count && next < sizeof expected / sizeof *expected; m++)
        next += strcmp(marks.items[m].cls->name, expected[next]) == 0;
    if (next < sizeof expected / sizeof *expected)
        for (size_t m = 0; m < marks.count; m++)
            print_message("%s %.*s\n", marks.items[m].cls->name, RX_FMT(marks.items[m].value));
    assert_int_equal(next, sizeof expected / sizeof *expected);
    rx_arena_free(&arena);
}

static void which_hints_are_long_words(void **state)
{
    (void)state;
    static const struct {
        const char *hint;
        size_t least;
        bool long_word;
    } rows[] = {
        {"\\b[13][1-9A-HJ-NP-Za-km-z]{25}", 26, true},
        {"\\b(?:addr1|DdzFF)[0-9A-Za-z]{40}", 45, true},
        {"\\b0x[0-9a-fA-F]{40}", 42, true},
        {"\\b[13][1-9A-HJ-NP-Za-km-z]{22}", 23, false},
        {"[13][1-9A-HJ-NP-Za-km-z]{25}", 26, true},
        {"\\b[a-z]{30}|[0-9]{30,40}", 30, true},
        {"(?:addr1|DdzFF)[0-9A-Za-z]{40}", 45, true},
        {"\\b[a-z,]{30}", 30, false},
        {"\\b[a-z(]{30}", 30, false},
        {"\\b[]a-z]{30}", 30, false},
        {"[a-z]{30},[a-z]{30}", 61, false},
        {"-[a-z]{30}", 31, false},
        {"\\b[A-Z]{2}\\d{2} ?[A-Z0-9]{30}", 34, false},
        {"\\b[A-Z-]{30}", 30, false},
        {"\\b[-A-Z]{30}", 30, false},
        {"\\b[^a]{30}", 30, false},
        {"\\b.{30}", 30, false},
        {"\\b[a-z]{30}\\b", 30, false},
        {"\\b[a-z]{30}$", 30, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (hint_is_long_word(rx_str(rows[i].hint), rows[i].least) != rows[i].long_word)
            fail_msg("%s", rows[i].hint);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_words),
        cmocka_unit_test(order_of_places),
        cmocka_unit_test(which_hints_are_long_words),
    };
    return cmocka_run_group_tests_name("extract_lanes", tests, tools_setup, tools_teardown);
}
