/* A page, whatever its bytes, through parse and extract; then the head alone. The tables are
 * compiled once. */
#include "crawler/extract/extract.h"
#include "crawler/parse/parse.h"

#include <assert.h>
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
        assert(marks.count <= EXTRACT_MARKS_MAX);
        for (size_t i = 0; i < marks.count; i++) {
            const struct mark *m = &marks.items[i];
            assert(m->value.n > 0 && m->value.n <= EXTRACT_VALUE_MAX);
            assert(m->raw.n <= EXTRACT_RAW_MAX);
            if (m->place == RX_PLACE_HEADER || m->raw.n == 0 || doc.offset_map)
                continue;
            assert(m->raw.n <= doc.source.n && m->offset <= doc.source.n - m->raw.n);
            assert(memcmp(m->raw.p, doc.source.p + m->offset, m->raw.n) == 0);
        }
    }
    rx_arena_free(&arena);
    return 0;
}
