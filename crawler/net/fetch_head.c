/* fetch_head.c - see fetch_head.h. Source: RFC 9112 sections 2.1 and 4, RFC 9110 section 15.2. */
#include "crawler/net/fetch_head.h"

void fetch_head_init(struct fetch_head *h, size_t bytes_max, unsigned lines_max)
{
    *h = (struct fetch_head){
        .text = RX_BUF(bytes_max), .bytes_max = bytes_max, .lines_max = lines_max};
}

/* "HTTP/1.1 200 OK": the three digits after the first blank; 0 if there are none or the first is
 * 0. */
static int status_of(struct rx_str line)
{
    struct rx_str version, rest;
    if (!rx_str_starts(line, RX_STR("HTTP/")) || !rx_str_cut(line, ' ', &version, &rest))
        return 0;
    rest = rx_str_trim(rest);
    if (rest.n < 3 || !rx_is_digit(rest.p[0]) || rest.p[0] == '0' || !rx_is_digit(rest.p[1]) ||
        !rx_is_digit(rest.p[2]))
        return 0;
    return (rest.p[0] - '0') * 100 + (rest.p[1] - '0') * 10 + (rest.p[2] - '0');
}

static bool is_blank(struct rx_str line)
{
    return rx_str_eq(line, RX_STR("\r\n")) || rx_str_eq(line, RX_STR("\n"));
}

/* 101 ends HTTP on the connection: it is final, though 1xx. */
static bool is_interim(int status)
{
    return status >= 100 && status < 200 && status != 101;
}

static int begin(struct fetch_head *h, struct rx_str line)
{
    int status = status_of(line);
    if (status == 0)
        return RX_EINVAL;
    rx_buf_clear(&h->text);
    int rc = rx_buf_add(&h->text, line);
    if (rc == 0)
        h->status = status;
    return rc;
}

int fetch_head_line(struct fetch_head *h, struct rx_str line)
{
    if (h->done)
        return 0;
    if (line.n > h->bytes_max - h->bytes || h->lines >= h->lines_max)
        return RX_EFULL;
    h->bytes += line.n;
    h->lines++;
    if (h->status == 0)
        return begin(h, line);
    int rc = rx_buf_add(&h->text, line);
    if (rc || !is_blank(line))
        return rc;
    if (is_interim(h->status))
        h->status = 0;
    else
        h->done = true;
    return 0;
}

void fetch_head_free(struct fetch_head *h)
{
    rx_buf_free(&h->text);
}
