/* fact_line.c - see fact_line.h. */
#include "crawler/facts/fact_line.h"

int fact_line_add(struct rx_buf *lines, const char *kind, struct rx_str value)
{
    /* One line is one fact, whatever a certificate or a header holds. */
    char clean[FACT_VALUE_MAX];
    size_t n = 0;
    value = rx_str_trim(value);
    for (size_t i = 0; i < value.n && n < sizeof clean; i++)
        clean[n++] = (unsigned char)value.p[i] < 0x20 || value.p[i] == 0x7f ? ' ' : value.p[i];
    if (n == 0)
        return RX_OK;
    return rx_buf_addf(lines, "fact-%s: %.*s\r\n", kind, (int)n, clean);
}

bool fact_line_next(struct rx_str *rest, struct rx_str *kind, struct rx_str *value)
{
    while (rest->n > 0) {
        struct rx_str line;
        rx_str_cut(*rest, '\n', &line, rest);
        if (!rx_str_starts(line, RX_STR("fact-")) ||
            !rx_str_cut(rx_str_sub(line, 5, line.n), ':', kind, value))
            continue;
        *value = rx_str_trim(*value);
        return true;
    }
    return false;
}
