/* A page, whatever its bytes, through parse and extract; then the head alone. The tables are
 * compiled once. */
#include "crawler/extract/extract.h"
#include "crawler/parse/parse.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct extractor *tables(void)
{
    static struct extractor *x;
    static struct rx_psl *psl;
    struct rx_err err = {0};
    if (!x && (parse_init(&err) < 0 || rx_psl_load(&psl, NULL, &err) < 0 ||
               extractor_new(&x, psl, NULL, &err) < 0))
        abort();
    return x;
}

static void require(bool fact)
{
    if (!fact)
        abort();
}

/* The quote stands where the mark says: in the head, or in the body. */
static void check_mark(const struct mark *m, const struct doc *doc, struct rx_str head,
                       struct rx_str body)
{
    require(m->value.n > 0 && m->value.n <= EXTRACT_VALUE_MAX && m->raw.n <= EXTRACT_RAW_MAX);
    struct rx_str all = m->place == RX_PLACE_HEADER ? head : body, from;
    require(m->offset <= all.n && m->length <= all.n - m->offset);
    if (m->raw.n == 0)
        return;
    if (m->place != RX_PLACE_HEADER && doc->offset_map)
        from = doc_body_source(doc, m->offset, m->length); /* as UTF-8 */
    else
        from = rx_str_sub(all, m->offset, (size_t)m->offset + m->length);
    require(rx_str_starts(from, m->raw));
}

/* The input's first line is the end of a response head; the rest is the page. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rx_arena arena = RX_ARENA(64 << 20);
    struct rx_err err = {0};
    struct rx_str all = rx_strn((const char *)data, size), head, html;
    struct doc doc;
    struct marks marks;
    rx_str_cut(all, '\n', &head, &html);
    if (parse_tree(&doc, &arena, RX_STR("https://shop.example/"), head, html, &parse_limits_default,
                   &err) == 0 &&
        extract_marks(&marks, &arena, tables(), &doc, head, &err) == 0) {
        require(marks.count <= EXTRACT_MARKS_MAX);
        for (size_t i = 0; i < marks.count; i++)
            check_mark(&marks.items[i], &doc, head, html);
    }
    rx_arena_free(&arena);
    return 0;
}
