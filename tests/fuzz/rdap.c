/* rdap.c - any bytes as a registry's answer: what is read of it is what the parent lets in. */
#include "crawler/facts/rdap_read.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rx_buf lines = RX_BUF(RDAP_LINES_MAX);
    struct rx_err err;
    const struct rx_str bytes = rx_strn((const char *)data, size);
    const int rc = rdap_read(&lines, bytes, RX_STR("pills.example"), &err);
    if (!rdap_read_fits(rx_buf_str(&lines)) || (rc == RX_OK) != (lines.n > 0))
        abort();
    (void)rdap_read_fits(bytes);
    rx_buf_free(&lines);
    return 0;
}
