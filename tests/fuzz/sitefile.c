/* A site's file of every kind (the first byte), whatever its bytes, through its reader and extract:
 * script, JSON, robots.txt, ads.txt, security.txt, sitemap, icon. The tables are compiled once. */
#include "crawler/extract/extract.h"
#include "tests/fuzz/check_doc.h"

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

static void check_marks(const struct marks *marks, size_t body_bytes)
{
    if (marks->count > EXTRACT_MARKS_MAX)
        abort();
    for (size_t i = 0; i < marks->count; i++) {
        const struct mark *m = &marks->items[i];
        if (m->value.n == 0 || m->offset > body_bytes || m->length > body_bytes - m->offset)
            abort();
    }
    for (size_t i = 0; i < SIGN_COUNT; i++)
        if (marks->signs.n[i] > 0)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rx_arena arena = RX_ARENA(64 << 20);
    struct rx_err err = {0};
    struct doc doc;
    struct marks marks;
    if (size == 0)
        return 0;
    struct extractor *x = tables();
    const enum doc_kind kind = (enum doc_kind)(DOC_SCRIPT + data[0] % DOC_ICON);
    const struct rx_str body = rx_strn((const char *)data + 1, size - 1);
    if (parse_file(&doc, kind, &arena, RX_STR("https://shop.example/robots.txt"),
                   RX_STR("HTTP/1.1 200 OK\r\n\r\n"), body, &parse_limits_default, &err) == 0) {
        if (kind != DOC_ICON)
            check_doc(&doc);
        if (extract_marks(&marks, &arena, x, &doc, RX_STR(""), &err) == 0)
            check_marks(&marks, body.n);
    }
    rx_arena_free(&arena);
    return 0;
}
