/* conf.c - fuzzes rxmap.ini, which comes with a case from somebody else; and the writing of a
 * value, which must be read back as the words it had. */
#include "base/conf.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool fact)
{
    if (!fact)
        abort();
}

static void write_and_read(struct rx_str value)
{
    struct rx_buf text = RX_BUF(1 << 16);
    struct rx_conf *c = rx_conf_new();
    if (c && rx_buf_add(&text, RX_STR("[case]\n")) == 0 &&
        rx_conf_write(&text, RX_STR("title"), value) == 0 &&
        rx_conf_write(&text, RX_STR("operator"), RX_STR("me")) == 0 && text.n < 16000) {
        require(rx_conf_parse(c, rx_buf_str(&text), "fuzz", NULL) == 0);
        require(rx_str_eq(rx_str(rx_conf_text(c, "case.operator")), RX_STR("me")));
        for (struct rx_str rest = value; rest.n;) {
            size_t n = 0;
            while (n < rest.n && (uint8_t)rest.p[n] > ' ')
                n++;
            require(rx_str_find(rx_str(rx_conf_text(c, "case.title")), rx_str_sub(rest, 0, n), 0) >=
                    0);
            rest = rx_str_sub(rest, n + 1, rest.n);
        }
    }
    rx_conf_free(c);
    rx_buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rx_str text = rx_strn((const char *)data, size);
    struct rx_err err = {0};
    char digest[65];
    struct rx_conf *c = rx_conf_new();
    if (!c)
        return 0;
    if (rx_conf_parse(c, text, "fuzz", &err))
        require(err.code < 0 && err.text[0]);
    rx_conf_sha256(c, digest);
    rx_conf_free(c);
    write_and_read(text);
    return 0;
}
