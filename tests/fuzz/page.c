/* page.c - a hostile page through guard, Gumbo and walk; every span must lie in the source and
 * every location in its span. */
#include "tests/fuzz/check_doc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rx_err err = {0};
    struct rx_arena arena = RX_ARENA((size_t)128 << 20);
    struct doc doc;
    if (parse_init(&err))
        abort();
    int rc = parse_tree(&doc, &arena, RX_STR("http://shop.example/dir/"),
                        RX_STR("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"),
                        rx_strn((const char *)data, size), &parse_limits_default, &err);
    if (rc == 0)
        check_doc(&doc);
    rx_arena_free(&arena);
    return 0;
}
