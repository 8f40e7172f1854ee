/* zone.c - any bytes as a DNS message and as a zone's text: what is read of a message reads back as
 * whole lines, and every fact is one line. */
#include "crawler/facts/zone.h"
#include "crawler/facts/fact_line.h"
#include "crawler/net/resolve_reply.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_facts(struct rx_str text)
{
    struct rx_buf lines = RX_BUF(1 << 20);
    if (zone_facts(&lines, text) == RX_OK) {
        struct rx_str rest = rx_buf_str(&lines), kind, value;
        size_t ends = 0, facts = 0;
        for (size_t i = 0; i < lines.n; i++)
            ends += lines.p[i] == '\n';
        while (fact_line_next(&rest, &kind, &value))
            facts++;
        if (facts != ends)
            abort();
    }
    rx_buf_free(&lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct rx_str bytes = rx_strn((const char *)data, size);
    check_facts(bytes);
    for (const unsigned *type = zone_types; *type; type++) {
        struct rx_buf text = RX_BUF(ZONE_TEXT_MAX);
        if (resolve_reply_zone(&text, bytes, "pills.example", *type) == RX_OK)
            check_facts(rx_buf_str(&text));
        for (size_t i = 0; i < text.n; i++)
            if ((unsigned char)text.p[i] < ' ' && text.p[i] != '\r' && text.p[i] != '\n')
                abort();
        rx_buf_free(&text);
    }
    return 0;
}
