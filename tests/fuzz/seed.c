/* seed.c - fuzzes lists of seeds: as one line, and as CSV whose cells are lines. An accepted seed
 * is a URL of http or https that is accepted again, unchanged. */
#include "crawler/frontier/seed.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void parse(struct rx_str line)
{
    struct rx_buf out = RX_BUF(RX_URL_MAX), again = RX_BUF(RX_URL_MAX);
    struct rx_url url, same;
    struct rx_err err;
    if (seed_parse(&url, &out, line, &err) == 0) {
        if (rx_url_parse(&same, &again, url.href, NULL) || !rx_str_eq(same.href, url.href))
            abort();
    }
    rx_buf_free(&out);
    rx_buf_free(&again);
}

static void on_cell(void *ctx, size_t column, struct rx_str value)
{
    (void)ctx;
    (void)column;
    parse(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rx_str text = rx_strn((const char *)data, size);
    struct rx_buf scratch = RX_BUF(2 * RX_URL_MAX);
    const char separator = seed_csv_separator(text);
    parse(text);
    for (size_t at = 0, before = 0; seed_csv_next(text, &at, separator, &scratch, on_cell, NULL);
         before = at)
        if (at <= before)
            abort();
    rx_buf_free(&scratch);
    return 0;
}
