/* Which pages are alike: what the masks take out, how far the sketches are from the exact likeness
 * on real pages, and that neither reader of pages changes what the tags say. */
#include "base/digest.h"
#include "crawler/extract/extract.h"
#include "crawler/extract/same_tags.h"
#include "crawler/extract/same_text.h"
#include "crawler/parse/parse.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PAGE_MAX_BYTES = 4 << 20, ARENA_BYTES = 128 << 20, PAGES_MAX = 200, WORDS_MAX = 4000 };

static struct lexicon *small_lexicon(void)
{
    struct lexicon *lex = NULL;
    struct rx_err err;
    assert_int_equal(lexicon_new(&lex,
                                 RX_STR("drug\tsildenafil\tviagra|sildenafil*|kamagra jelly\n"
                                        "counter\tminoxidil\tminoxidil\ncart\t-\tbuy now\n"),
                                 &err),
                     0);
    return lex;
}

static struct same_text same_of(const struct lexicon *lex, const char *text, const char *site)
{
    struct rx_arena arena = RX_ARENA(1 << 20);
    struct same_text same;
    struct rx_str name = rx_str(site);
    assert_int_equal(
        same_text(&same, &arena, lex, &(struct lexicon_text){.text = rx_str(text)}, &name, 1), 0);
    rx_arena_free(&arena);
    return same;
}

/* Pairs that say the same once drugs, prices and names are taken out, and pairs that do not. */
static void test_masks(void **state)
{
    static const struct {
        const char *a, *site_a, *b, *site_b;
        bool same;
    } rows[] = {
        {"Buy Viagra 100mg online at the best price today", "one.example",
         "buy minoxidil 5% online at the best price today", "two.example", true},
        {"buy sildenafilum and kamagra jelly in our shop from home $1.20", "one.example",
         "buy Viagra and minoxidil in our shop from home 14,99 \xe2\x82\xac", "two.example", true},
        {"Welcome to Best Pills 24, the shop for men and women", "bestpills24.com",
         "Welcome to RxPlanet.su, the shop for men and women", "rxplanet.su", true},
        {"welcome to best-pills.co.uk the shop for men and women", "best-pills.co.uk",
         "welcome to the shop for men and women", "other.example", true},
        {"write to us at help@one.example or see https://one.example/faq/ for more", "one.example",
         "write to us at sales@two.example or see www.two.example/help for more", "two.example",
         true},
        {"your order is sent within two days of payment", "one.example",
         "your parcel is sent within two days of payment", "two.example", false},
        {"days of payment two within sent is order your", "one.example",
         "your order is sent within two days of payment", "two.example", false},
        {"\xd0\x9a\xd1\x83\xd0\xbf\xd0\xb8\xd1\x82\xd1\x8c \xd0\xb2 "
         "\xd0\xbd\xd0\xb0\xd1\x88\xd0\xb5\xd0\xb9"
         " one two three four",
         "one.example", "in our pharmacy one two three four", "two.example", false},
    };
    struct lexicon *lex = small_lexicon();
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct same_text a = same_of(lex, rows[i].a, rows[i].site_a);
        struct same_text b = same_of(lex, rows[i].b, rows[i].site_b);
        bool same = memcmp(&a.shingles, &b.shingles, sizeof a.shingles) == 0;
        if (same != rows[i].same || a.words < SAME_SHINGLE || b.words < SAME_SHINGLE)
            fail_msg("row %zu: %d, %u and %u words", i, same, a.words, b.words);
        assert_true(!rows[i].same || a.words == b.words);
    }
    lexicon_free(lex);
}

static void test_few_words(void **state)
{
    struct lexicon *lex = small_lexicon();
    static const struct rx_sketch none;
    (void)state;
    struct same_text same = same_of(lex, "four words are here", "shop.example");
    assert_int_equal(same.words, 4);
    assert_memory_equal(&same.shingles, &none, sizeof none);
    same = same_of(lex, "", "");
    assert_int_equal(same.words, 0);
    assert_memory_equal(&same.qgrams, &none, sizeof none);
    /* Scripts without blanks: a character is a word. */
    same = same_of(lex, "\xe5\xa8\x81\xe8\x80\x8c\xe9\x8b\xbc\xe3\x80\x82\xe5\xa8\x81", "");
    assert_int_equal(same.words, 4);
    lexicon_free(lex);
}

static void test_arena_full(void **state)
{
    struct lexicon *lex = small_lexicon();
    struct rx_arena arena = RX_ARENA(16);
    struct same_text same = {.words = 7};
    (void)state;
    assert_int_equal(
        same_text(&same, &arena, lex,
                  &(struct lexicon_text){.text = RX_STR("more text than that arena takes")}, NULL,
                  0),
        RX_EFULL);
    assert_int_equal(same.words, 7);
    rx_arena_free(&arena);
    lexicon_free(lex);
}

/* ---- pages of the trade -----------------------------------------------------------------------
 */

#define SHELF(brand, a, b, c)                                                                      \
    "<html><head><title>" brand "</title><meta property=\"og:site_name\" content=\"" brand         \
    "\"></head><body><h1>" brand "</h1><p>No prescription required. Our shop sends all orders by " \
    "airmail in discreet packaging, and we take Visa and MasterCard.</p><ul>" a b c "</ul>"

static void read_marks(struct marks *marks, struct doc *doc, struct rx_arena *arena,
                       const struct extractor *x, const char *url, const char *page)
{
    static const struct rx_str head = {"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", 44};
    struct rx_err err;
    assert_int_equal(
        parse_scan(doc, arena, rx_str(url), head, rx_str(page), &parse_limits_default, &err), 0);
    assert_int_equal(extract_marks(marks, arena, x, doc, head, &err), 0);
}

#define ITEM(name)                                                                                 \
    "<li><h2>" name " 100 mg x 30 pills</h2> <b>$1.20</b> <form method=post action=/cart><input "  \
    "type=hidden name=id><button>Add to cart</button></form></li>"

/* Shops are compared, whatever they sell under which name; who only speaks is not. */
static void test_pages_of_the_trade(void **state)
{
    static const struct {
        const char *url, *page;
        bool trades;
    } rows[] = {
        {"https://blue-pills.example/",
         SHELF("Blue Pills", ITEM("Viagra"), ITEM("Cialis"), ITEM("Levitra")), true},
        {"https://redmeds.example/",
         SHELF("RedMeds", ITEM("Xanax"), ITEM("Valium"), ITEM("Kamagra")), true},
        {"https://news.example/", "<p>Viagra is a medicine. So is Cialis, and so is Levitra.",
         false},
    };
    struct rx_arena arena = RX_ARENA(8 << 20);
    struct marks marks[3];
    struct doc docs[3];
    struct rx_psl *psl;
    struct extractor *x;
    struct rx_err err;
    (void)state;
    assert_int_equal(rx_psl_load(&psl, NULL, &err), 0);
    assert_int_equal(extractor_new(&x, psl, NULL, &err), 0);
    for (size_t i = 0; i < 3; i++) {
        struct same_tags tags;
        read_marks(&marks[i], &docs[i], &arena, x, rows[i].url, rows[i].page);
        assert_int_equal(marks[i].same != NULL, rows[i].trades);
        assert_int_equal(same_tags(&tags, &docs[i]), 0);
        char hex[SAME_DOM_HASH + 1] = "";
        for (size_t k = 0; marks[i].same && k < SAME_HASH_BYTES; k++)
            (void)snprintf(hex + 2 * k, 3, "%02x", marks[i].same->dom_hash[k]);
        assert_string_equal(hex, rows[i].trades ? tags.dom_hash : "");
    }
    assert_memory_equal(&marks[0].same->shingles, &marks[1].same->shingles,
                        sizeof marks[0].same->shingles);
    assert_true(marks[0].same->words == marks[1].same->words && marks[0].same->words > 20);
    assert_memory_equal(&marks[0].same->paths, &marks[1].same->paths, sizeof marks[0].same->paths);
    assert_true(rx_sketch_alike(&marks[0].same->qgrams, &marks[1].same->qgrams) < 1);
    extractor_free(x);
    rx_psl_free(psl);
    rx_arena_free(&arena);
}

/* ---- real pages ------------------------------------------------------------------------------ */

struct pages {
    struct rx_arena arena[PAGES_MAX];
    struct doc tree[PAGES_MAX], scan[PAGES_MAX];
    size_t count;
};

static void read_page(struct pages *all, const char *path)
{
    struct rx_err err;
    FILE *f = all->count < PAGES_MAX ? fopen(path, "rb") : NULL;
    if (!f)
        return;
    size_t i = all->count;
    all->arena[i] = RX_ARENA(ARENA_BYTES);
    char *p = rx_arena_alloc(&all->arena[i], PAGE_MAX_BYTES);
    assert_non_null(p);
    struct rx_str body = rx_strn(p, fread(p, 1, PAGE_MAX_BYTES, f));
    (void)fclose(f);
    const struct rx_str url = RX_STR("https://site.example/"),
                        head = RX_STR("HTTP/1.1 200 OK\r\n\r\n");
    assert_int_equal(
        parse_tree(&all->tree[i], &all->arena[i], url, head, body, &parse_limits_default, &err), 0);
    assert_int_equal(
        parse_scan(&all->scan[i], &all->arena[i], url, head, body, &parse_limits_default, &err), 0);
    all->count++;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void read_folder(struct pages *all, const char *folder)
{
    char *names[PAGES_MAX], path[512];
    size_t count = 0;
    DIR *d = opendir(folder);
    if (!d) {
        print_message("corpus is missing: %s\n", folder);
        return;
    }
    for (struct dirent *e; count < PAGES_MAX && (e = readdir(d));)
        if (rx_str_ends(rx_str(e->d_name), RX_STR(".html")))
            names[count++] = strdup(e->d_name);
    (void)closedir(d);
    qsort(names, count, sizeof names[0], by_name);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        read_page(all, path);
        free(names[i]);
    }
}

static int setup(void **state)
{
    struct rx_err err;
    struct pages *all = calloc(1, sizeof *all);
    if (!all || parse_init(&err) < 0)
        return -1;
    read_folder(all, RXMAP_CORPORA "/html");
    read_folder(all, RXMAP_CORPORA "/pharma");
    *state = all;
    return 0;
}

static int teardown(void **state)
{
    struct pages *all = *state;
    for (size_t i = 0; i < all->count; i++)
        rx_arena_free(&all->arena[i]);
    free(all);
    return 0;
}

/* A page's words of plain letters, so that the exact count below needs no rules of ours. */
struct words {
    char text[WORDS_MAX * 16];
    uint64_t hash[WORDS_MAX];
    size_t count, n;
};

static void add_words(struct words *w, const struct doc *doc, size_t from, size_t to)
{
    size_t seen = 0;
    for (size_t i = 0; i < doc->text_count; i++) {
        struct rx_str t = doc->texts[i].text;
        for (size_t at = 0, end; at < t.n; at = end + 1) {
            for (end = at; end < t.n && rx_is_alpha(t.p[end]);)
                end++;
            size_t n = end - at;
            if (n == 0 || n > 14 || w->count == WORDS_MAX || seen++ < from || seen > to)
                continue;
            char *p = w->text + w->n;
            for (size_t k = 0; k < n; k++)
                p[k] = rx_lower(t.p[at + k]);
            p[n] = ' ';
            w->hash[w->count++] = rx_hash64(rx_strn(p, n));
            w->n += n + 1;
        }
    }
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static size_t shingles_of(uint64_t *out, const struct words *w)
{
    size_t count = 0, kept = 0;
    for (size_t i = 0; i + SAME_SHINGLE <= w->count; i++)
        out[count++] =
            rx_hash64(rx_strn((const char *)&w->hash[i], SAME_SHINGLE * sizeof(uint64_t)));
    qsort(out, count, sizeof *out, by_value);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || out[i] != out[i - 1])
            out[kept++] = out[i];
    return kept;
}

static double exact_likeness(const struct words *a, const struct words *b)
{
    static uint64_t x[WORDS_MAX], y[WORDS_MAX];
    size_t n = shingles_of(x, a), m = shingles_of(y, b), both = 0;
    for (size_t i = 0, k = 0; i < n && k < m;) {
        both += x[i] == y[k];
        if (x[i] <= y[k])
            i++;
        else
            k++;
    }
    return n + m > both ? (double)both / (double)(n + m - both) : 0;
}

/* A page against a part of itself followed by another page: likenesses of all sizes. */
static void test_error_on_pages(void **state)
{
    const struct pages *all = *state;
    static const unsigned percent[] = {0, 30, 60, 80, 90, 97, 100};
    enum { SHARES = sizeof percent / sizeof percent[0] };
    static struct words a, b;
    struct lexicon *lex = small_lexicon();
    double errors = 0, bias = 0, worst = 0;
    size_t pairs = 0;
    for (size_t i = 0; i + 1 < all->count; i++) {
        a.n = a.count = 0;
        add_words(&a, &all->tree[i], 0, WORDS_MAX / 2);
        if (a.count < 200)
            continue;
        struct rx_arena arena = RX_ARENA(1 << 20);
        struct same_text sa, sb;
        assert_int_equal(same_text(&sa, &arena, lex,
                                   &(struct lexicon_text){.text = rx_strn(a.text, a.n)}, NULL, 0),
                         0);
        for (size_t k = 0; k < SHARES; k++) {
            b.n = b.count = 0;
            size_t kept = a.count * percent[k] / 100;
            add_words(&b, &all->tree[i], 0, kept);
            add_words(&b, &all->tree[i + 1], 0, a.count - kept);
            assert_int_equal(same_text(&sb, &arena, lex,
                                       &(struct lexicon_text){.text = rx_strn(b.text, b.n)}, NULL,
                                       0),
                             0);
            double exact = exact_likeness(&a, &b);
            double off = rx_sketch_alike(&sa.shingles, &sb.shingles) - exact;
            errors += off < 0 ? -off : off;
            worst = off > worst ? off : -off > worst ? -off : worst;
            bias += off;
            pairs++;
        }
        rx_arena_free(&arena);
    }
    lexicon_free(lex);
    if (pairs == 0)
        return;
    print_message("%zu pairs of real texts: mean error %.4f, bias %+.4f, worst %.3f\n", pairs,
                  errors / (double)pairs, bias / (double)pairs, worst);
    assert_true(errors / (double)pairs < .03);
    assert_true(bias / (double)pairs < .005 && bias / (double)pairs > -.005);
    assert_true(worst < .13);
}

/* Both readers' docs give the same, and pages of one site are more alike than of two. */
static void test_readers_agree(void **state)
{
    const struct pages *all = *state;
    for (size_t i = 0; i < all->count; i++) {
        struct same_tags tree, scan;
        assert_int_equal(same_tags(&tree, &all->tree[i]), 0);
        assert_int_equal(same_tags(&scan, &all->scan[i]), 0);
        assert_memory_equal(&tree, &scan, sizeof tree);
        assert_true(tree.elements > 0);
    }
}

/* Pages of one template differ in words, attributes, formatting and left-out end tags, and in how
 * often a part is repeated; others in their elements. */
static void test_paths(void **state)
{
    static const struct {
        const char *a, *b;
        double least, most;
    } rows[] = {
        {"<div id=a><ul><li>x</li><li>y</li></ul><p>z</p></div><form><input><select><option>1",
         "<div id=b><ul><li>u<li><b>v</b></ul><p>w</div><FORM><INPUT><SELECT><OPTION>2</FORM>", 1,
         1},
        {"<table><tr><td>1<td>2<tr><td>3<td>4<tr><td>5<td>6</table><h1>x</h1>",
         "<table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr><tr><td>5</td><td>6</td>"
         "</tr></table><h1>x</h1>",
         1, 1},
        {"<div><a><img></a><a><img></a><a><img></a></div><p>x",
         "<ul><li><a><img></a><li><a><img></a>"
         "<li><a><img></a></ul><p>x",
         0, .1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct doc a = {.source = rx_str(rows[i].a)}, b = {.source = rx_str(rows[i].b)};
        struct same_tags x, y;
        assert_int_equal(same_tags(&x, &a), 0);
        assert_int_equal(same_tags(&y, &b), 0);
        double alike = rx_sketch_alike(&x.paths, &y.paths);
        if (alike < rows[i].least || alike > rows[i].most)
            fail_msg("row %zu: %.2f", i, alike);
    }
}

static void test_dom_hash(void **state)
{
    static const struct {
        const char *html, *names;
    } rows[] = {
        {"<!DOCTYPE html><html><head><title>x</title></head><body><p>y<BR>z</p></body></html>",
         "html|head|title|body|p|br"},
        {"<title>x</title><p>y", "html|head|title|body|p"},
        {"<p>x", "html|body|p"},
        {"<html><body><table><tr><td>x</table></body></html>", "html|body|table|tr|td"},
        {"<html><head><script>if (a<b) document.write('<p>')</script></head><body><i></i><body>"
         "<html><head>",
         "html|head|script|body|i"},
        {"<html><!-- <p> --><body><svg><path/></svg></body>", "html|body|svg|path"},
        {"<html><head><noscript><img></noscript><link></head><body><p>", /* no body is implied */
         "html|head|noscript|img|link|body|p"},
        {"<head><meta><div>x</div><body>", "html|head|meta|body|div"},
        {"<head><title>x</title></head><svg>", "html|head|title|body|svg"},
        {"words first<title>x</title>", "html|body|p|title"},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rx_sha256 digest = rx_sha256(rx_str(rows[i].names));
        struct doc doc = {.source = rx_str(rows[i].html)};
        struct same_tags got;
        char hex[RX_SHA256_HEX + 1];
        rx_sha256_hex(hex, &digest);
        hex[SAME_DOM_HASH] = '\0';
        assert_int_equal(same_tags(&got, &doc), 0);
        if (strcmp(got.dom_hash, hex) != 0)
            fail_msg("row %zu: not %s", i, rows[i].names);
    }
}

static void test_long_dom(void **state)
{
    enum { ELEMENTS = 20000 };
    char *html = malloc(ELEMENTS * 3 + 1), *names = malloc(ELEMENTS * 2 + 32);
    (void)state;
    assert_non_null(html);
    assert_non_null(names);
    size_t n = (size_t)snprintf(names, 32, "html|body");
    for (size_t i = 0; i < ELEMENTS; i++) {
        memcpy(html + 3 * i, "<q>", 3);
        memcpy(names + n + 2 * i, "|q", 2);
    }
    struct doc doc = {.source = rx_strn(html, (size_t)ELEMENTS * 3)};
    struct rx_sha256 digest = rx_sha256(rx_strn(names, n + (size_t)ELEMENTS * 2));
    struct same_tags got;
    char hex[RX_SHA256_HEX + 1];
    rx_sha256_hex(hex, &digest);
    assert_int_equal(same_tags(&got, &doc), 0);
    assert_memory_equal(got.dom_hash, hex, SAME_DOM_HASH);
    assert_int_equal(got.elements, ELEMENTS);
    free(html);
    free(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_masks),          cmocka_unit_test(test_few_words),
        cmocka_unit_test(test_arena_full),     cmocka_unit_test(test_pages_of_the_trade),
        cmocka_unit_test(test_error_on_pages), cmocka_unit_test(test_readers_agree),
        cmocka_unit_test(test_paths),          cmocka_unit_test(test_dom_hash),
        cmocka_unit_test(test_long_dom),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
