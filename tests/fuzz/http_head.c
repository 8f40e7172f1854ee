/* http_head.c - any bytes as the lines of response heads: what is kept is one head, within its
 * caps; and any line as a Retry-After. */
#include "crawler/net/fetch.h"
#include "crawler/net/fetch_head.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BYTES = 2048, LINES = 50 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rx_str text = rx_strn((const char *)data, size);
    struct fetch_head h;
    fetch_head_init(&h, BYTES, LINES);
    for (size_t at = 0; at < text.n;) {
        ptrdiff_t end = rx_str_chr(text, '\n', at);
        size_t next = end < 0 ? text.n : (size_t)end + 1;
        struct rx_str line = rx_str_sub(text, at, next);
        if (fetch_retry_after_ms(line, 784111777000) > UINT64_C(86400000))
            abort();
        if (fetch_head_line(&h, line))
            break;
        at = next;
    }
    if (h.text.n > BYTES || h.bytes > BYTES || h.lines > LINES ||
        (h.done && (h.status < 100 || h.status > 999 || h.text.p[h.text.n - 1] != '\n')))
        abort();
    fetch_head_free(&h);
    return 0;
}
