/* salvage.c - a hostile page through the linear scan. */
#include "crawler/parse/parse.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rx_err err = {0};
    struct rx_arena arena = RX_ARENA((size_t)64 << 20);
    struct doc doc;
    if (parse_init(&err))
        abort();
    int rc = parse_salvage(&doc, &arena, RX_STR("http://shop.example/dir/"),
                           RX_STR("HTTP/1.1 200 OK\r\n\r\n"), rx_strn((const char *)data, size),
                           &parse_limits_default, &err);
    for (size_t i = 0; rc == 0 && i < doc.link_count; i++)
        if (doc.links[i].kind != RX_LINK_SALVAGED || doc.links[i].url.n == 0)
            abort();
    rx_arena_free(&arena);
    return 0;
}
