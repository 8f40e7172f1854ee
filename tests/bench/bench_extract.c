/* bench_extract.c - what reading one ordinary page costs: one stage a call, so that instructions
 * can be counted from outside.
 *
 *   bench_extract page                the page
 *   bench_extract STAGE COUNT         peer | scan | tree | extract, COUNT times
 *
 * The page is made here: 44 KB as shops send them (a template's head, inline style and scripts, 80
 * products, a footer). peer is libxml2's HTML reader, which makes a tree and understands nothing.
 * extract reads the same struct doc again and again, so that what parsing costs is not in it. */
#include "crawler/extract/extract.h"
#include "crawler/parse/parse.h"

#include <libxml/HTMLparser.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PAGE_BYTES = 44 << 10, PRODUCTS = 80 };

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

static void parse_often(struct rx_str page, parse_fn *parse, unsigned long count)
{
    for (unsigned long i = 0; i < count; i++) {
        struct rx_arena arena = RX_ARENA(64 << 20);
        struct doc doc;
        read_page(&doc, &arena, page, parse);
        rx_arena_free(&arena);
    }
}

static size_t extract_often(struct rx_str page, unsigned long count)
{
    struct rx_arena kept = RX_ARENA(64 << 20);
    struct rx_err err = {0};
    struct rx_psl *psl;
    struct extractor *x;
    struct doc doc;
    size_t marks_seen = 0;
    need(!rx_psl_load(&psl, NULL, &err) && !extractor_new(&x, psl, NULL, &err), err.text);
    read_page(&doc, &kept, page, parse_scan);
    for (unsigned long i = 0; i < count; i++) {
        struct rx_arena arena = RX_ARENA(64 << 20);
        struct marks marks;
        need(!extract_marks(&marks, &arena, x, &doc, rx_str(head), &err), err.text);
        marks_seen = marks.count;
        rx_arena_free(&arena);
    }
    extractor_free(x);
    rx_psl_free(psl);
    rx_arena_free(&kept);
    return marks_seen;
}

static double cpu_ms(void)
{
    struct timespec t;
    need(!clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t), "no clock");
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
    struct rx_buf buf = RX_BUF(PAGE_BYTES * 4);
    struct rx_err err = {0};
    const struct rx_str page = make_page(&buf);
    const char *stage = argc > 1 ? argv[1] : "";
    const unsigned long count = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
    need(!parse_init(&err), err.text);
    const double from = cpu_ms();
    size_t marks = 0;
    if (!strcmp(stage, "page"))
        (void)fwrite(page.p, 1, page.n, stdout);
    else if (!strcmp(stage, "scan"))
        parse_often(page, parse_scan, count);
    else if (!strcmp(stage, "tree"))
        parse_often(page, parse_tree, count);
    else if (!strcmp(stage, "extract"))
        marks = extract_often(page, count);
    else if (!strcmp(stage, "peer"))
        for (unsigned long i = 0; i < count; i++)
            read_peer(page);
    else
        need(false, "page | peer COUNT | scan COUNT | tree COUNT | extract COUNT");
    if (strcmp(stage, "page") != 0)
        printf("%.3f %zu %zu\n", cpu_ms() - from, page.n, marks);
    xmlCleanupParser();
    rx_buf_free(&buf);
    return 0;
}
