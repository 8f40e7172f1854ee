/* bench_extract.c - what reading one ordinary page costs: one stage a call, so that instructions
 * can be counted from outside.
 *
 *   bench_extract page                the page
 *   bench_extract STAGE COUNT         peer | scan | tree | extract, COUNT times
 *   bench_extract hostile [NAME]      extract, once from each page that was made to be slow
 *
 * The page is made here: 44 KB as shops send them (a template's head, inline style and scripts, 80
 * products, a footer). peer is libxml2's HTML reader, which makes a tree and understands nothing.
 * extract reads the same struct doc again and again, so that what parsing costs is not in it. Times
 * are those of the stage alone: what is compiled at the start is not in them.
 *
 * A hostile page is one phrase, repeated in one place up to the 2 MB that are read of a page. */
#include "crawler/extract/extract.h"
#include "crawler/parse/parse.h"

#include <libxml/HTMLparser.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PAGE_BYTES = 44 << 10, PRODUCTS = 80, MEMORY = 256 << 20 };
enum { HOSTILE_BYTES = 2 << 20, HOSTILE_MOST_MS = 200, LATE_BYTES = 900 << 10 };

static const char url[] = "https://shop.example/catalogue.html";
static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                           "Server: nginx\r\nSet-Cookie: sid=1; path=/\r\n\r\n";

static void need(bool fact, const char *what)
{
    if (fact)
        return;
    fprintf(stderr, "bench_extract: %s\n", what);
    exit(1);
}

/* ---- the page -------------------------------------------------------------------------------- */

static const char opening[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Catalogue - "
    "Corner "
    "Shop</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"description\" content=\"Everything for the garden, delivered.\">\n"
    "<meta name=\"generator\" content=\"WordPress 6.4.2\">\n"
    "<link rel=\"stylesheet\" href=\"/wp-content/themes/corner/style.css?ver=3.2\">\n"
    "<link rel=\"icon\" href=\"/favicon.ico\">\n"
    "<script async src=\"https://www.googletagmanager.com/gtag/js?id=G-7QXK2M9TB4\"></script>\n"
    "<script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments);}"
    "gtag('js',new Date());gtag('config','G-7QXK2M9TB4');</script>\n<style>\n";
static const char closing[] =
    "</ul></main>\n<footer class=\"site-footer\"><div class=\"col\"><h4>Contact</h4><p>Corner Shop "
    "Ltd, 14 High Street, Leeds. Tel. +44 113 496 0000. <a "
    "href=\"mailto:hello@shop.example\">hello@"
    "shop.example</a></p></div><form action=\"/search\"><input type=\"search\" name=\"q\"><button>"
    "Search</button></form><form method=\"post\" action=\"/newsletter\"><input "
    "name=\"email\"><input "
    "type=\"hidden\" name=\"token\" value=\"4f3a9b1c\"></form></footer>\n<!-- cached 2024-03-02 "
    "10:12:44 -->\n</body>\n</html>\n";

static void put(struct rx_buf *page, const char *text)
{
    need(rx_buf_add(page, rx_str(text)) == RX_OK, "no memory");
}

static void style_and_scripts(struct rx_buf *page)
{
    int rc = 0;
    for (unsigned i = 0; i < 40; i++)
        rc |= rx_buf_addf(page,
                          ".wp-block-%u .item>a:hover{margin:%upx 0;color:#%06x;background:url(/wp-"
                          "content/bg%u.png)}\n",
                          i, i % 24, i * 40503u & 0xffffffu, i % 7);
    put(page, "</style>\n</head>\n<body class=\"archive woocommerce\">\n<script>\n");
    for (unsigned i = 0; i < 50; i++)
        rc |=
            rx_buf_addf(page,
                        "!function(e,t){var n%u=e.createElement(\"div\"),r=t.q%u||[];n%u.className="
                        "'c-'+r.length;for(var o=0;o<r.length;o++)n%u.appendChild(r[o]);}(document,"
                        "window);\n",
                        i, i, i, i);
    put(page, "</script>\n<header><nav><ul>");
    for (unsigned i = 0; i < 24; i++)
        rc |= rx_buf_addf(page,
                          "<li class=\"menu-item menu-item-%u\"><a href=\"/category-%u/\">"
                          "Category %u</a></li>\n",
                          i, i, i);
    put(page, "</ul></nav></header>\n<main><ul class=\"products columns-4\">\n");
    need(rc == 0, "no memory");
}

/* In an allocation of its own exact size, so that a read past the end is one. */
static struct rx_str make_page(struct rx_buf *page)
{
    int rc = 0;
    put(page, opening);
    style_and_scripts(page);
    for (unsigned i = 0; i < PRODUCTS; i++)
        rc |= rx_buf_addf(
            page,
            "<li class=\"product type-product post-%u status-publish instock\"><a href=\"/product/"
            "garden-tool-%u/\"><img width=\"300\" height=\"300\" "
            "src=\"/wp-content/uploads/2023/0%u/"
            "tool-%u-300x300.jpg\" alt=\"Garden tool %u\" loading=\"lazy\"><h2>Garden tool no. %u"
            "</h2><span class=\"price\"><bdi>&pound;%u.99</bdi></span></a><p>Forged by hand, "
            "2-year "
            "guarantee &amp; free returns.</p></li>\n",
            1000 + i, i, i % 9 + 1, i, i, i, 4 + i);
    need(rc == 0, "no memory");
    put(page, closing);
    return rx_buf_str(page);
}

/* ---- stages ------------------------------------------------------------------------------------
 */

static void read_peer(struct rx_str page)
{
    htmlDocPtr doc = htmlReadMemory(page.p, (int)page.n, url, "utf-8",
                                    HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                                        HTML_PARSE_RECOVER);
    need(doc != NULL, "libxml2 refused the page");
    xmlFreeDoc(doc);
}

static void read_page(struct doc *doc, struct rx_arena *arena, struct rx_str page, parse_fn *parse)
{
    struct rx_err err = {0};
    need(!parse(doc, arena, rx_str(url), rx_str(head), page, &parse_limits_default, &err),
         err.text);
}

static double cpu_ms(void)
{
    struct timespec t;
    need(!clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t), "no clock");
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double parse_often(struct rx_str page, parse_fn *parse, unsigned long count)
{
    const double from = cpu_ms();
    for (unsigned long i = 0; i < count; i++) {
        struct rx_arena arena = RX_ARENA(64 << 20);
        struct doc doc;
        read_page(&doc, &arena, page, parse);
        rx_arena_free(&arena);
    }
    return cpu_ms() - from;
}

/* What extraction needs and does not change. */
struct tables {
    struct rx_psl *psl;
    struct extractor *x;
};

static void tables_open(struct tables *t)
{
    struct rx_err err = {0};
    need(!rx_psl_load(&t->psl, NULL, &err) && !extractor_new(&t->x, t->psl, NULL, &err), err.text);
}

static void tables_close(struct tables *t)
{
    extractor_free(t->x);
    rx_psl_free(t->psl);
}

static double extract_often(size_t *marks_seen, const struct tables *t, struct rx_str page,
                            unsigned long count)
{
    struct rx_arena kept = RX_ARENA(MEMORY);
    struct rx_err err = {0};
    struct doc doc;
    read_page(&doc, &kept, page, parse_scan);
    const double from = cpu_ms();
    for (unsigned long i = 0; i < count; i++) {
        struct rx_arena arena = RX_ARENA(MEMORY);
        struct marks marks;
        need(!extract_marks(&marks, &arena, t->x, &doc, rx_str(head), &err), err.text);
        *marks_seen = marks.count;
        rx_arena_free(&arena);
    }
    const double ms = cpu_ms() - from;
    rx_arena_free(&kept);
    return ms;
}

/* ---- hostile pages ---------------------------------------------------------------------------
 */

static const struct hostile {
    const char *name, *before, *phrase, *after;
} hostiles[] = {
    {"at signs", "<p>", "a@", ""},
    {"addresses that end early", "<p>", "help@shop. ", ""},
    {"addresses, each another", "<p>", "help#@pills#.com ", ""},
    {"spelled-out addresses", "<p>", "help [at] shop [dot] # ", ""},
    {"digits", "<p>", "1234567890", ""},
    {"telephone numbers", "<p>", "+1 (212) 402-77#0 ", ""},
    {"telephone numbers, never whole", "<p>", "+1-212-402-", ""},
    {"accounts with a wrong check", "<p>", "DE88 3704 0044 0532 0130 0# ", ""},
    {"wallets with a wrong check", "<p>", "1BoatSLRHtKNngkdXEeobR76b53LETtp# ", ""},
    {"letters of wallets", "<p>", "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuW", ""},
    {"coins without wallets", "<p>", "solana ethereum zelle ", ""},
    {"tax numbers", "<p>", "VAT DE 12 34 ", ""},
    {"companies", "<p>", "Pills Ltd ", ""},
    {"streets", "<p>", "1 High Street, ", ""},
    {"prices", "<p>", "$1.99 100 mg x 30 pills ", ""},
    {"drugs", "<p>", "buy viagra without prescription ", ""},
    {"one letter a tag", "<p>", "1<b>2</b>", ""},
    {"blanks", "<p>", "                ", ""},
    {"tags of lines", "<p>", "<a href=/order?aff=#>Visa</a>\n", ""},
    {"links to registers", "<p>", "<a href=//nabp.pharmacy/#><img src=/vipps-#.png></a>", ""},
    {"pictures called after seals", "<p>", "<img src=/norton-bbb-mcafee-cipa-#.png>", ""},
    {"quotes", "<script>", "\"'`", "</script>"},
    {"backticks", "<script>", "`", "</script>"},
    {"backticks and letters", "<script>", "`a", "</script>"},
    {"backticks and quotes", "<script>", "`'\\`${\"", "</script>"},
    {"backticks, joined", "<script>", "``+", "</script>"},
    {"late markup", "<script>var s='~", "<b>x", "'</script>"},
    {"joined strings", "<script>", "'a'+'@'+\"b\"+", "</script>"},
    {"nested escapes", "<script>", "'\\\\u005c\\\\x5c%2525", "</script>"},
    {"calls within calls", "<script>", "atob(unescape(String.fromCharCode(", "</script>"},
    {"codes of characters", "<script>", "String.fromCharCode(104,101,108,112);", "</script>"},
    {"trackers, never whole", "<script>", "gtag('config','G-", "</script>"},
    {"trackers, each another", "<script>", "gtag('config','AW-91726#3');", "</script>"},
    {"addresses of hosts", "<script>", "x.src='https://h#.example/a';", "</script>"},
    {"open comments", "<script>", "/*", "</script>"},
    {"globals", "<script>", "window.shopName#=1;", "</script>"},
    {"JSON in JSON", "<script type=application/json>", "{\"a\":\"{\\\"b\\\":", "</script>"},
    {"styles", "<style>", "a:after{content:'\\61\\40'}", "</style>"},
    {"parameters", "<a href='/?", "aff=1&pid=2&", "'>x</a>"},
    {"attributes", "<p ", "data-x='help@shop.' ", ">"},
    {"comments", "<p>", "<!-- var a='G-1' + -->", ""},
};
enum { HOSTILES = sizeof hostiles / sizeof hostiles[0] };

/* A '#' is the number of the repetition, a '~' before the first stands for LATE_BYTES letters. */
static void make_hostile(struct rx_buf *page, const struct hostile *h)
{
    struct rx_str left, right;
    int rc;
    page->n = 0;
    const bool late = rx_str_cut(rx_str(h->before), '~', &left, &right);
    rc = rx_buf_add(page, left);
    for (size_t i = 0; late && i < LATE_BYTES && rc == 0; i++)
        rc = rx_buf_addc(page, 'a');
    const bool numbered = rx_str_cut(rx_str(h->phrase), '#', &left, &right);
    for (unsigned i = 0; page->n < HOSTILE_BYTES - 64 && rc == 0; i++) {
        rc = rx_buf_add(page, left);
        if (rc == 0 && numbered)
            rc = rx_buf_addf(page, "%u", i);
        struct rx_str more = right, part;
        for (bool again = numbered; again && rc == 0;) {
            again = rx_str_cut(more, '#', &part, &more);
            rc = rx_buf_add(page, part);
            if (rc == 0 && again)
                rc = rx_buf_addf(page, "%u", i);
        }
    }
    put(page, h->after);
    need(rc == 0, "no memory");
}

/* The worst of all, on the last line. */
static void bench_hostile(const struct tables *t, const char *only)
{
    struct rx_buf page = RX_BUF(2 * HOSTILE_BYTES);
    double worst = 0;
    const char *name = "none";
    for (size_t i = 0; i < HOSTILES; i++) {
        size_t marks = 0;
        if (only && strcmp(only, hostiles[i].name) != 0)
            continue;
        make_hostile(&page, &hostiles[i]);
        const double ms = extract_often(&marks, t, rx_buf_str(&page), 1);
        printf("%-32s %8.1f ms %6zu marks\n", hostiles[i].name, ms, marks);
        name = ms > worst ? hostiles[i].name : name;
        worst = ms > worst ? ms : worst;
    }
    printf("worst: %.1f ms of %d (%s)\n", worst, HOSTILE_MOST_MS, name);
    rx_buf_free(&page);
}

static double bench_stage(size_t *marks, const char *stage, struct rx_str page, unsigned long count)
{
    struct tables t;
    double ms = 0;
    if (!strcmp(stage, "scan"))
        return parse_often(page, parse_scan, count);
    if (!strcmp(stage, "tree"))
        return parse_often(page, parse_tree, count);
    if (!strcmp(stage, "extract")) {
        tables_open(&t);
        ms = extract_often(marks, &t, page, count);
        tables_close(&t);
        return ms;
    }
    need(!strcmp(stage, "peer"),
         "page | peer COUNT | scan COUNT | tree COUNT | extract COUNT | hostile");
    const double from = cpu_ms();
    for (unsigned long i = 0; i < count; i++)
        read_peer(page);
    return cpu_ms() - from;
}

int main(int argc, char **argv)
{
    struct rx_buf buf = RX_BUF(PAGE_BYTES * 4);
    struct rx_err err = {0};
    const struct rx_str page = make_page(&buf);
    const char *stage = argc > 1 ? argv[1] : "";
    size_t marks = 0;
    need(!parse_init(&err), err.text);
    if (!strcmp(stage, "page")) {
        (void)fwrite(page.p, 1, page.n, stdout);
    } else if (!strcmp(stage, "hostile")) {
        struct tables t;
        tables_open(&t);
        bench_hostile(&t, argc > 2 ? argv[2] : NULL);
        tables_close(&t);
    } else {
        const double ms =
            bench_stage(&marks, stage, page, argc > 2 ? strtoul(argv[2], NULL, 10) : 0);
        printf("%.3f %zu %zu\n", ms, page.n, marks);
    }
    xmlCleanupParser();
    rx_buf_free(&buf);
    return 0;
}
