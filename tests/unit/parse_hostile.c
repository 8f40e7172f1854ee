/* parse_hostile.c - pages made to hurt: what Gumbo alone cannot bear (each with the figure that it
 * cost there), what would slip past the guard, and the html5lib inputs. Cost is counted in bytes of
 * the arena and tags of the tree, never in seconds. */
#include "crawler/parse/parse.h"
#include "crawler/parse/prune.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define URL "http://shop.example/"
#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
enum { ARENA_BYTES = 128 << 20, PAGE_MAX = 4 << 20 };

/* The reader under test. */
static parse_fn *reader;

static int with_tree(void **state)
{
    (void)state;
    reader = parse_tree;
    return 0;
}

static int with_scan(void **state)
{
    (void)state;
    reader = parse_scan;
    return 0;
}

/* A page: head, then unit repeated (with %d, its number), then tail. */
static const struct bomb {
    const char *name, *before, *unit;
    unsigned times;
    const char *after;
} bombs[] = {
    {"div x 20,000: 1.2 s", "", "<div>", 20000, ""},
    {"div x 50,000: 8.9 s", "", "<div>", 50000, ""},
    {"i x 20,000: 15.3 s", "", "<i>", 20000, ""},
    {"20,000 attributes: 1.0 s", "<a ", "b%d ", 20000, ">"},
    {"50,000 attributes: 11.5 s", "<a ", "b%d=1 ", 50000, ">"},
    {"50,000 attributes, cut", "<a ", "b%d=1 ", 50000, ""},
    {"50,000 attributes of an end tag", "<a></a ", "b%d=1 ", 50000, ">"},
    {"font x 2,000: 580 MB", "", "<font c%d>x<p>", 2000, ""},
    {"font x 5,000: over 1 GB", "", "<font c%d>x<p>", 5000, ""},
    {"span x 300,000: crash in destroy", "", "<span>", 300000, ""},
    {"b p x 5,000", "", "<b><p>", 5000, "</p></b>"},
    {"table x 20,000", "", "<table>", 20000, ""},
    {"svg x 20,000", "", "<svg>", 20000, ""},
    {"math x 20,000", "", "<math>", 20000, ""},
    {"formatting behind a '<'", "", "<<b>div>", 20000, ""},
    {"font behind a '<'", "", "<<font c%d>x<p>", 5000, ""},
    {"div behind style in svg", "<svg><style>", "<div>", 20000, ""},
    {"div behind title in select", "<select><title></select>", "<div>", 20000, ""},
    {"lists closed too far", "", "<li><ul></li>", 20000, ""},
    {"forms closed around div", "", "<form><div></form>", 20000, ""},
    {"buttons closed around p", "<p>", "<button></p>", 20000, ""},
    {"svg title", "<svg><title>", "<div>", 20000, ""},
    {"foreignObject", "", "<svg><foreignObject>", 20000, ""},
    {"different links", "", "<a href=%d><div>", 20000, ""},
    {"links in cells", "", "<a href=%d><table><td>", 20000, ""},
    {"templates", "", "<template>", 20000, ""},
    {"comments", "", "<!>", 600000, ""},
    {"nested tables of text", "", "<table>x<tr>y", 20000, ""},
    {"objects with links", "", "<object><a href=%d>", 20000, ""},
    {"select in select", "", "<select><table>", 20000, ""},
    {"closed p below span", "<span><span><span><span><span>", "<p></p>", 100000, ""},
    {"button in button", "", "<button><div>", 20000, ""},
    {"unclosed script comment", "<script><!--<script>", "</script><script>", 50000, ""},
    {"256 short attributes a tag", "", "<p a b c d e f g h i j k l m n o q r s t u v w x y z>",
     30000, ""},
    {"entities", "", "&notit;&#%d;", 100000, ""},
    {"hidden formatting around div: 2.8 s", "", "<b hidden><div></b>", 20000, ""},
    {"hidden formatting without end", "", "<u style=display:none id=%d><p>x", 20000, ""},
    {"hidden formatting behind a '<'", "", "<<b hidden>x<</b>", 20000, ""},
    {"body x 40,000: 2.2 s", "", "<body b%d=1>", 40000, ""},
    {"text in frameset", "<frameset>", "<frame src=x%d>", 20000, ""},
};

static struct rx_buf build_page(const struct bomb *b)
{
    struct rx_buf page = RX_BUF(PAGE_MAX);
    assert_int_equal(rx_buf_add(&page, rx_str(b->before)), 0);
    for (unsigned i = 0; i < b->times; i++) {
        struct rx_str left, right;
        struct rx_str unit = rx_str(b->unit);
        ptrdiff_t number = rx_str_find(unit, RX_STR("%d"), 0);
        left = rx_str_sub(unit, 0, number < 0 ? unit.n : (size_t)number);
        right = rx_str_sub(unit, number < 0 ? unit.n : (size_t)number + 2, unit.n);
        assert_int_equal(rx_buf_add(&page, left), 0);
        if (number >= 0)
            assert_int_equal(rx_buf_addf(&page, "%u", i), 0);
        assert_int_equal(rx_buf_add(&page, right), 0);
    }
    assert_int_equal(rx_buf_add(&page, rx_str(b->after)), 0);
    return page;
}

static void bombs_fit_the_arena(void **state)
{
    (void)state;
    size_t most = 0;
    for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
        struct rx_buf page = build_page(&bombs[i]);
        struct rx_arena arena = RX_ARENA(ARENA_BYTES);
        struct rx_err err = {0};
        struct doc doc;
        int rc = reader(&doc, &arena, RX_STR(URL), RX_STR(HEAD), rx_buf_str(&page),
                        &parse_limits_default, &err);
        if (rc)
            fail_msg("%s: %s (%zu bytes)", bombs[i].name, err.text, arena.used);
        print_message("%-36s %8zu bytes %7.1f MB %7zu elements\n", bombs[i].name, page.n,
                      (double)arena.used / 1e6, doc.tag_path_count);
        most = arena.used > most ? arena.used : most;
        rx_arena_free(&arena);
        rx_buf_free(&page);
    }
    print_message("most: %.1f MB of %d MB\n", (double)most / 1e6, ARENA_BYTES >> 20);
}

/* A link before and a link behind each bomb of moderate size are both read. */
static void links_around_a_bomb(void **state)
{
    (void)state;
    static const char *const middles[] = {"<div>",   "<i>",      "<font c=1>x<p>", "<b><p>",
                                          "<table>", "<<b>div>", "<span>",         "<li><ul></li>"};
    for (size_t i = 0; i < sizeof middles / sizeof *middles; i++) {
        struct bomb b = {"", "<a href=/before>x</a>", middles[i], 2000, "<a href=/behind>y</a>"};
        struct rx_buf page = build_page(&b);
        struct rx_arena arena = RX_ARENA(ARENA_BYTES);
        struct doc doc;
        assert_int_equal(reader(&doc, &arena, RX_STR(URL), RX_STR(HEAD), rx_buf_str(&page),
                                &parse_limits_default, NULL),
                         0);
        bool before = false, behind = false;
        for (size_t k = 0; k < doc.link_count; k++) {
            before |= rx_str_eq(doc.links[k].url, RX_STR(URL "before"));
            behind |= rx_str_eq(doc.links[k].url, RX_STR(URL "behind"));
        }
        if (!before || !behind)
            fail_msg("%s: link %s is lost", middles[i], before ? "behind" : "before");
        rx_arena_free(&arena);
        rx_buf_free(&page);
    }
}

static void full_arena_is_an_error(void **state)
{
    (void)state;
    struct bomb b = {"", "", "<p><a href=%d>link</a>", 20000, ""};
    struct rx_buf page = build_page(&b);
    struct doc doc = {.link_count = 77};
    for (size_t max = 1 << 12; max <= (size_t)1 << 20; max *= 2) {
        struct rx_arena arena = RX_ARENA(max);
        struct rx_err err = {0};
        assert_int_equal(reader(&doc, &arena, RX_STR(URL), RX_STR(HEAD), rx_buf_str(&page),
                                &parse_limits_default, &err),
                         RX_EFULL);
        assert_int_equal(err.code, RX_EFULL);
        assert_int_equal(doc.link_count, 77); /* untouched */
        rx_arena_free(&arena);
    }
    rx_buf_free(&page);
}

static void limits_are_kept(void **state)
{
    (void)state;
    static const struct {
        const char *name, *source, *guarded;
    } cases[] = {
        {"nothing to do", "<p>a<div>b</div>", "<p>a<div>b</div>"},
        {"formatting goes", "a<b>b</b><i x=1>c</i>", "abc"},
        {"a stays", "<b><a href=x>y</a></b>", "<a href=x>y</a>"},
        {"never joins", "<<b>div>", "< div>"},
        {"third attribute goes", "<p a=1 b='2' c=3 d>x", "<p a=1 b='2' >x"},
        {"long value is cut", "<p title=\"123456789012\">x", "<p title=\"12345678\">x"},
        {"too deep", "<div><div><div><div>x</div></div></div></div>y",
         "<div><div><div>x</div></div></div>y"},
        {"void is never too deep", "<div><div><div><img src=x>", "<div><div><div><img src=x>"},
        {"p closes p", "<p>1<p>2<p>3<p>4<p>5", "<p>1<p>2<p>3<p>4<p>5"},
        {"li closes li", "<ul><li>1<li>2<li>3<li>4</ul>", "<ul><li>1<li>2<li>3<li>4</ul>"},
        {"cells close cells", "<table><tr><td>1<td>2<td>3<tr><td>4</table>",
         "<table><tr><td>1<td>2<td>3<tr><td>4</table>"},
        {"raw text is left", "<script>'<b><div><div><div><div>'</script>",
         "<script>'<b><div><div><div><div>'</script>"},
        {"textarea too", "<textarea><b></textarea>", "<textarea><b></textarea>"},
        {"no raw text in svg", "<svg><style><b></style></svg>", "<svg><style></style></svg>"},
        {"select keeps options", "<select><option>a<div>b</select>", "<select><option>ab</select>"},
        {"a cell ends a select", "<table><td><select><td>x", "<table><td><select></select><td>x"},
        {"a tag without end", "<p>x<a b c", "<p>x"},
        {"body piles up no attributes", "<body a=1>x<body b=1>y<body c=1>z",
         "<body a=1>x<body b=1>yz"},
        {"nor html", "<html a=1 b=1><html c=1><body d=1>x", "<html a=1 b=1>x"},
        {"hidden formatting leaves seams", "a<b hidden>b</b>c<b>d</b>", "a<!-->b<!-->cd"},
    };
    struct parse_limits limits = parse_limits_default;
    limits.depth = 3;
    limits.attributes = 2;
    limits.attribute_bytes = 8;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rx_arena arena = RX_ARENA(1 << 20);
        struct pruned g;
        struct rx_str source = rx_str(cases[i].source);
        assert_int_equal(prune_page(&g, &arena, source, &limits), 0);
        if (!rx_str_eq(g.text, rx_str(cases[i].guarded)))
            fail_msg("%s: %.*s", cases[i].name, RX_FMT(g.text));
        rx_arena_free(&arena);
    }
}

/* Every byte that the guard let through is the source's byte at the offset it is said to have. */
static void offsets_survive_the_guard(void **state)
{
    (void)state;
    const struct rx_str source =
        RX_STR("<p>one<b>two</b> <i class='x'>thr</i>ee<div title='0123456789abcdef'>f</div>"
               "<font color=red>four</font> & five<strong></strong>");
    struct parse_limits limits = parse_limits_default;
    limits.attribute_bytes = 4;
    struct rx_arena arena = RX_ARENA(1 << 20);
    struct pruned g;
    assert_int_equal(prune_page(&g, &arena, source, &limits), 0);
    assert_true(g.cut_count > 5);
    for (size_t i = 0; i < g.text.n; i++) {
        assert_int_equal(source.p[prune_source(&g, i)], g.text.p[i]);
        assert_int_equal(prune_guarded(&g, prune_source(&g, i)), i);
    }
    rx_arena_free(&arena);
}

static void tag_limit_stops_the_page(void **state)
{
    (void)state;
    struct parse_limits limits = parse_limits_default;
    limits.tags = 10;
    struct bomb b = {"", "", "<p>x", 50, ""};
    struct rx_buf page = build_page(&b);
    struct rx_arena arena = RX_ARENA(1 << 20);
    struct pruned g;
    assert_int_equal(prune_page(&g, &arena, rx_buf_str(&page), &limits), 0);
    assert_true(g.cut);
    assert_int_equal(g.text.n, 40);
    rx_arena_free(&arena);
    rx_buf_free(&page);
}

/* Tags below a deep stack cost Gumbo a walk over it each: the page ends when they cost too much. */
static void work_limit_stops_the_page(void **state)
{
    (void)state;
    struct rx_buf page = RX_BUF(PAGE_MAX);
    for (int i = 0; i < 500; i++)
        assert_int_equal(rx_buf_add(&page, RX_STR("<span>")), 0);
    const struct {
        int tags;
        bool cut;
    } cases[] = {{1000, false}, {100000, true}};
    for (size_t i = 0; i < 2; i++) {
        page.n = 500 * strlen("<span>");
        for (int k = 0; k < cases[i].tags; k++)
            assert_int_equal(rx_buf_add(&page, RX_STR("<q></q>")), 0);
        struct rx_arena arena = RX_ARENA(16 << 20);
        struct pruned g;
        assert_int_equal(prune_page(&g, &arena, rx_buf_str(&page), &parse_limits_default), 0);
        assert_int_equal(g.cut, cases[i].cut);
        assert_int_equal(g.text.n < page.n, cases[i].cut);
        rx_arena_free(&arena);
    }
    rx_buf_free(&page);
}

/* ---- html5lib ------------------------------------------------------------------------------- */

static unsigned run_dat(const char *path)
{
    static char text[1 << 20];
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    struct rx_str all = rx_strn(text, fread(text, 1, sizeof text, f));
    (void)fclose(f);
    unsigned cases = 0;
    for (size_t at = 0;;) {
        ptrdiff_t data = rx_str_find(all, RX_STR("#data\n"), at);
        if (data < 0)
            return cases;
        ptrdiff_t end = rx_str_find(all, RX_STR("\n#errors"), (size_t)data);
        assert_true(end >= 0);
        size_t from = (size_t)data + 6;
        /* In memory of its own size, so that a sanitizer sees a read behind the end. */
        size_t n = (size_t)end > from ? (size_t)end - from : 0;
        char *exact = malloc(n ? n : 1);
        assert_non_null(exact);
        memcpy(exact, text + from, n);
        struct rx_arena arena = RX_ARENA(ARENA_BYTES);
        struct doc doc;
        assert_int_equal(parse_tree(&doc, &arena, RX_STR(URL), RX_STR(HEAD), rx_strn(exact, n),
                                    &parse_limits_default, NULL),
                         0);
        rx_arena_free(&arena);
        assert_int_equal(parse_scan(&doc, &arena, RX_STR(URL), RX_STR(HEAD), rx_strn(exact, n),
                                    &parse_limits_default, NULL),
                         0);
        rx_arena_free(&arena);
        assert_int_equal(parse_salvage(&doc, &arena, RX_STR(URL), RX_STR(HEAD), rx_strn(exact, n),
                                       &parse_limits_default, NULL),
                         0);
        rx_arena_free(&arena);
        free(exact);
        cases++;
        at = (size_t)end;
    }
}

static void html5lib_inputs_survive(void **state)
{
    (void)state;
    DIR *d = opendir(RXMAP_CORPORA "/html5lib");
    if (!d) {
        print_message("no corpus at " RXMAP_CORPORA "/html5lib: nothing read\n");
        skip();
    }
    unsigned cases = 0;
    char path[512];
    for (struct dirent *e; (e = readdir(d));) {
        if (!rx_str_ends(rx_str(e->d_name), RX_STR(".dat")))
            continue;
        (void)snprintf(path, sizeof path, RXMAP_CORPORA "/html5lib/%.200s", e->d_name);
        cases += run_dat(path);
    }
    (void)closedir(d);
    print_message("%u html5lib cases\n", cases);
    assert_true(cases >= 900);
}

static int init(void **state)
{
    (void)state;
    struct rx_err err;
    return parse_init(&err);
}

#define BOTH(test) cmocka_unit_test_setup(test, with_tree), cmocka_unit_test_setup(test, with_scan)

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(limits_are_kept),
                                       cmocka_unit_test(offsets_survive_the_guard),
                                       cmocka_unit_test(tag_limit_stops_the_page),
                                       cmocka_unit_test(work_limit_stops_the_page),
                                       BOTH(bombs_fit_the_arena),
                                       BOTH(links_around_a_bomb),
                                       BOTH(full_arena_is_an_error),
                                       cmocka_unit_test(html5lib_inputs_survive)};
    return cmocka_run_group_tests(tests, init, NULL);
}
