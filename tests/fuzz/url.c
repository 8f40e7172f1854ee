/* url.c - fuzzes the URL parser: the first line is a base, the rest is parsed against it. What
 * comes out must be ASCII without controls, must fit, and must be a fixed point. */
#include "base/url.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool fact)
{
    if (!fact)
        abort();
}

static void check(const struct rx_url *url)
{
    struct rx_buf again = RX_BUF(RX_URL_MAX), key = RX_BUF(RX_URL_MAX);
    struct rx_url same;
    struct rx_str name, value;
    require(url->href.n <= RX_URL_MAX && url->host.n > 0 && url->path.p[0] == '/');
    for (size_t i = 0; i < url->href.n; i++)
        require(url->href.p[i] > ' ' && url->href.p[i] < 0x7F);
    require(rx_url_parse(&same, &again, url->href, NULL) == 0);
    require(rx_str_eq(same.href, url->href) && rx_str_eq(same.host, url->host));
    require(rx_str_eq(same.path, url->path) && same.port == url->port);
    require(rx_url_fetch_key(&key, url) == 0);
    require(rx_url_parse(&same, &again, rx_buf_str(&key), NULL) == 0);
    require(rx_str_eq(same.href, rx_buf_str(&key)) && !same.has_fragment);
    for (size_t at = 0; rx_query_next(url->query, &at, &name, &value);)
        require(name.n + value.n <= url->query.n);
    rx_buf_free(&again);
    rx_buf_free(&key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rx_buf base_out = RX_BUF(RX_URL_MAX), out = RX_BUF(RX_URL_MAX);
    struct rx_url base, url;
    struct rx_str base_text, input;
    (void)rx_str_cut(rx_strn((const char *)data, size), '\n', &base_text, &input);
    bool has_base = rx_url_parse(&base, &base_out, base_text, NULL) == 0;
    if (has_base)
        check(&base);
    if (rx_url_parse(&url, &out, input, has_base ? &base : NULL) == 0)
        check(&url);
    rx_buf_free(&base_out);
    rx_buf_free(&out);
    return 0;
}
