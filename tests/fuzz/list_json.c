/* list_json.c - fuzzes lists in JSON, by all three readers: what comes out can be read again. Then
 * what a link may wrap. */
#include "crawler/lists/list_json.h"
#include "crawler/lists/finds.h"
#include "crawler/lists/unwrap.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void unwrap(struct rx_str text)
{
    struct rx_buf href = RX_BUF(RX_URL_MAX), out = RX_BUF(RX_URL_MAX);
    struct rx_url url;
    if (rx_url_parse(&url, &href, text, NULL) == 0 && unwrap_url(&out, &url) == 0 &&
        !rx_str_starts(rx_buf_str(&out), RX_STR("http")))
        abort();
    rx_buf_free(&href);
    rx_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int (*const readers[])(struct rx_buf *, struct rx_str, struct rx_err *) = {
        list_json_lines, list_json_stix, list_json_misp};
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        struct rx_buf out = RX_BUF(FINDS_MAX);
        struct rx_err err = {0};
        struct find f;
        const int rc = readers[i](&out, rx_strn((const char *)data, size), &err);
        if (rc && rc != RX_EFULL)
            abort();
        struct rx_str rest = rx_buf_str(&out);
        int more;
        while ((more = finds_next(&f, &rest)) > 0)
            unwrap(f.text);
        if (more < 0)
            abort();
        rx_buf_free(&out);
    }
    unwrap(rx_strn((const char *)data, size));
    return 0;
}
