/* robots.c - fuzzes robots.txt: the first line is a path, the rest is the file. The rules that come
 * out must be well-formed; bytes taken for rules must be refused or be safe to ask. */
#include "crawler/frontier/robots.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool fact)
{
    if (!fact)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rx_buf rules = RX_BUF(1 << 22);
    struct rx_str path, text;
    (void)rx_str_cut(rx_strn((const char *)data, size), '\n', &path, &text);
    if (robots_compile(&rules, text, RX_STR("rxmap")) == 0) {
        require(robots_check(rx_buf_str(&rules)) == 0);
        struct robots_verdict v = robots_ask(rx_buf_str(&rules), path);
        require(v.allowed || v.rule.n || path.n > 2048);
        require(robots_ask(rx_buf_str(&rules), RX_STR("/robots.txt")).allowed);
        (void)robots_delay_ms(rx_buf_str(&rules));
    }
    if (robots_check(text) == 0)
        (void)robots_ask(text, path);
    rx_buf_free(&rules);
    return 0;
}
