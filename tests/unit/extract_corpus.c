/* The whole reading, parse and extract, over pages of other people: what each class and each role
 * comes to. Benign pages must give no storefront and no wallet but the two that are known; the
 * pharmacy pages are a smoke test of the roles, and each quote must stand where it says. */
#include "tests/unit/reader_tools.h"

#include <jansson.h>
#include <stdlib.h>
#include <zlib.h>

enum { LINE_MAX_BYTES = 4 << 20, ARENA_BYTES = 128 << 20, CLASSES_MAX = 256, KINDS_MAX = 8 };

struct tally {
    unsigned pages[CLASSES_MAX]; /* that carry the class */
    unsigned marks[CLASSES_MAX];
    unsigned roles[KINDS_MAX][RX_ROLE_COUNT];
    unsigned read, cut, wallets, known_wallets;
};

static bool is_wallet(const char *cls)
{
    static const char *const classes[] = {"btc", "ltc", "tron",  "doge", "dash", "bch",
                                          "xmr", "xrp", "zcash", "neo",  "ada",  "xlm",
                                          "dot", "bnb", "zil",   "eth"};
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (strcmp(cls, classes[i]) == 0)
            return true;
    return false;
}

/* The quote is the bytes at its offset, or what these are in UTF-8. */
static void check_quote(const struct mark *m, const struct doc *doc)
{
    if (m->place == RX_PLACE_HEADER || m->raw.n == 0)
        return;
    assert_true(m->raw.n <= EXTRACT_RAW_MAX && m->value.n <= EXTRACT_VALUE_MAX);
    assert_true(rx_str_starts(doc_body_source(doc, m->offset, m->length), m->raw));
    if (!doc->offset_map)
        assert_memory_equal(m->raw.p, doc->source.p + m->offset, m->raw.n);
}

static void count_marks(struct tally *t, const struct marks *marks, const struct doc *doc)
{
    bool seen[CLASSES_MAX] = {false};
    for (size_t i = 0; i < marks->count; i++) {
        const struct mark *m = &marks->items[i];
        size_t id = rx_class_id(m->cls);
        check_quote(m, doc);
        t->marks[id]++;
        t->pages[id] += !seen[id];
        seen[id] = true;
        if (!is_wallet(m->cls->name))
            continue;
        t->wallets++;
        t->known_wallets += rx_str_eq(m->value, RX_STR("33NWbMsckoLcoVX6Tz9o6ksuBrJVeu3en2")) ||
                            rx_str_eq(m->value, RX_STR("1KX6JfkzrtC9E77cdTZKAHuk9gqjWGdAUf"));
        print_message("  %s %.*s on %.*s\n", m->cls->name, RX_FMT(m->value), RX_FMT(doc->url));
    }
}

static enum rx_role read_page(const struct tools *tools, struct tally *t, struct rx_str url,
                              struct rx_str html, struct rx_buf *reasons)
{
    struct rx_arena arena = RX_ARENA(ARENA_BYTES);
    struct rx_err err = {0};
    struct doc doc;
    struct marks marks;
    struct rx_str head = RX_STR("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n");
    enum rx_role role = RX_ROLE_UNKNOWN;
    int rc = parse_tree(&doc, &arena, url, head, html, &parse_limits_default, &err);
    if (rc == 0)
        rc = extract_marks(&marks, &arena, tools->x, &doc, RX_STR(""), &err);
    if (rc < 0)
        fail_msg("%.*s: %s", RX_FMT(url), err.text);
    struct signs site = {0};
    signs_add(&site, &marks.signs);
    role = role_decide(&site, 1, reasons);
    t->read++;
    t->cut += marks.cut;
    count_marks(t, &marks, &doc);
    rx_arena_free(&arena);
    return role;
}

static void print_classes(const struct tally *t)
{
    print_message("%-20s %6s %6s  (of %u pages, %u with more marks than kept)\n", "class", "pages",
                  "marks", t->read, t->cut);
    for (size_t i = 0; i < rx_class_count(); i++)
        if (t->marks[i] > 0)
            print_message("%-20s %6u %6u\n", rx_class_at(i)->name, t->pages[i], t->marks[i]);
}

static void print_roles(const struct tally *t, const char *const *kinds, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        print_message("%-12s", kinds[k]);
        for (int r = 0; r < RX_ROLE_COUNT; r++)
            if (t->roles[k][r] > 0)
                print_message(" %s %u", rx_role_name((enum rx_role)r), t->roles[k][r]);
        print_message("\n");
    }
}

static void benign_file(const struct tools *tools, struct tally *t, gzFile f, char *line)
{
    struct rx_buf reasons = RX_BUF(1024);
    while (gzgets(f, line, LINE_MAX_BYTES)) {
        json_t *page = json_loads(line, 0, NULL);
        assert_non_null(page);
        const json_t *url = json_object_get(page, "url"), *html = json_object_get(page, "html");
        enum rx_role role =
            read_page(tools, t, rx_strn(json_string_value(url), json_string_length(url)),
                      rx_strn(json_string_value(html), json_string_length(html)), &reasons);
        t->roles[0][role]++;
        if (role != RX_ROLE_BENIGN && role != RX_ROLE_UNKNOWN)
            print_message("  %s: %s: %.*s\n", rx_role_name(role), json_string_value(url),
                          RX_FMT(rx_buf_str(&reasons)));
        json_decref(page);
    }
    rx_buf_free(&reasons);
}

static void test_benign(void **state)
{
    struct tally *t = calloc(1, sizeof *t);
    char *line = malloc(LINE_MAX_BYTES);
    assert_non_null(t);
    assert_non_null(line);
    for (int i = 1; i <= 3; i++) {
        char path[256];
        (void)snprintf(path, sizeof path, "%s/benign/pages-%03d.jsonl.gz", RXMAP_CORPORA, i);
        gzFile f = gzopen(path, "rb");
        if (!f) {
            print_message("corpus benign is missing: %s\n", path);
            continue;
        }
        benign_file(*state, t, f, line);
        (void)gzclose(f);
    }
    const bool any = t->read > 0;
    if (any) {
        print_classes(t);
        print_roles(t, (const char *const[]){"benign"}, 1);
        assert_int_equal(t->roles[0][RX_ROLE_STOREFRONT], 0);
        assert_int_equal(t->roles[0][RX_ROLE_DOORWAY], 0);
        assert_int_equal(t->wallets, 2);
        assert_int_equal(t->known_wallets, 2);
    }
    free(line);
    free(t);
    if (!any)
        skip();
}

static struct rx_str read_whole(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return (struct rx_str){0};
    char *text = malloc(LINE_MAX_BYTES);
    assert_non_null(text);
    size_t n = fread(text, 1, LINE_MAX_BYTES, f);
    (void)fclose(f);
    return rx_strn(text, n);
}

static const char *const pharma_kinds[] = {"storefront", "doorway", "hacked",
                                           "licensed",   "news",    "other"};
enum { PHARMA_KINDS = sizeof pharma_kinds / sizeof pharma_kinds[0] };

/* file,url,kind,...: no cell of the first three is quoted. */
static void pharma_row(const struct tools *tools, struct tally *t, struct rx_str row)
{
    struct rx_str file, url, kind;
    struct rx_buf reasons = RX_BUF(1024);
    size_t k = 0;
    char path[300];
    rx_str_cut(row, ',', &file, &row);
    rx_str_cut(row, ',', &url, &row);
    rx_str_cut(row, ',', &kind, &row);
    while (k < PHARMA_KINDS && !rx_str_eq(kind, rx_str(pharma_kinds[k])))
        k++;
    (void)snprintf(path, sizeof path, "%s/pharma/%.*s", RXMAP_CORPORA, RX_FMT(file));
    struct rx_str html = k < PHARMA_KINDS ? read_whole(path) : (struct rx_str){0};
    if (!html.p)
        return;
    if (url.n == 0)
        url = RX_STR("https://site.example/page.html");
    enum rx_role role = read_page(tools, t, url, html, &reasons);
    t->roles[k][role]++;
    if (getenv("RXMAP_VERBOSE"))
        print_message("  %.*s (%s): %s: %.*s\n", RX_FMT(file), pharma_kinds[k], rx_role_name(role),
                      RX_FMT(rx_buf_str(&reasons)));
    rx_buf_free(&reasons);
    free((void *)html.p);
}

static void test_pharma(void **state)
{
    struct tally *t = calloc(1, sizeof *t);
    struct rx_str manifest = read_whole(RXMAP_CORPORA "/pharma/manifest.csv"), rest = manifest;
    assert_non_null(t);
    if (!manifest.p)
        print_message("corpus pharma is missing\n");
    while (rest.n > 0) {
        struct rx_str row;
        rx_str_cut(rest, '\n', &row, &rest);
        pharma_row(*state, t, row);
    }
    if (manifest.p) {
        print_classes(t);
        print_roles(t, pharma_kinds, PHARMA_KINDS);
        assert_int_equal(t->read, 79);
        for (size_t k = 3; k < PHARMA_KINDS; k++)
            assert_int_equal(t->roles[k][RX_ROLE_STOREFRONT], 0);
    }
    const bool any = manifest.p != NULL;
    free((void *)manifest.p);
    free(t);
    if (!any)
        skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_benign),
        cmocka_unit_test(test_pharma),
    };
    return cmocka_run_group_tests(tests, tools_setup, tools_teardown);
}
