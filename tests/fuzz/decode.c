/* decode.c - a received message: head, an empty line, body. No coding may pass the limits. */
#include "crawler/parse/parse.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rx_str all = rx_strn((const char *)data, size);
    ptrdiff_t blank = rx_str_find(all, RX_STR("\r\n\r\n"), 0);
    size_t split = blank < 0 ? size : (size_t)blank + 4;
    struct parse_limits limits = parse_limits_default;
    limits.decoded_bytes = (size_t)4 << 20;
    struct rx_buf body = RX_BUF((size_t)3 << 20);
    struct rx_err err = {0};
    bool cut;
    int rc = parse_decode(&body, &cut, rx_str_sub(all, 0, split), rx_str_sub(all, split, size),
                          &limits, &err);
    if (rc && body.n)
        abort();
    rx_buf_free(&body);
    return 0;
}
