/* head.c - the response head: its fields (RFC 9112 section 5), and what they say of the body. */
#include "crawler/parse/parse.h"
#include "crawler/parse/token.h"

bool parse_header_next(struct rx_str head, size_t *at, struct rx_str *name, struct rx_str *value)
{
    for (;;) {
        ptrdiff_t hit = rx_str_chr(head, '\n', *at);
        size_t end = hit < 0 ? head.n : (size_t)hit;
        struct rx_str line = rx_str_sub(head, *at, end);
        bool status_line = *at == 0;
        if (*at >= head.n)
            return false;
        *at = end < head.n ? end + 1 : head.n;
        struct rx_str left, right;
        /* A line that begins with a blank continues a field (obsolete): a view cannot join it. */
        if (status_line || line.n == 0 || rx_is_space(line.p[0]) ||
            !rx_str_cut(line, ':', &left, &right))
            continue;
        *name = rx_str_trim(left);
        *value = rx_str_trim(right);
        return true;
    }
}

int parse_status(struct rx_str head)
{
    struct rx_str version, rest;
    int status = 0;
    if (!rx_str_starts(head, RX_STR("HTTP/")) || !rx_str_cut(head, ' ', &version, &rest) ||
        rest.n < 3)
        return 0;
    for (size_t i = 0; i < 3; i++) {
        if (!rx_is_digit(rest.p[i]))
            return 0;
        status = status * 10 + (rest.p[i] - '0');
    }
    return status;
}

struct rx_str parse_header(struct rx_str head, const char *name)
{
    struct rx_str wanted = rx_str(name), field, value;
    for (size_t at = 0; parse_header_next(head, &at, &field, &value);)
        if (rx_str_ieq(field, wanted))
            return value;
    return (struct rx_str){0};
}

struct rx_str parse_media_type(struct rx_str head)
{
    struct rx_str essence, parameters;
    (void)rx_str_cut(parse_header(head, "content-type"), ';', &essence, &parameters);
    return rx_str_trim(essence);
}

struct rx_str parse_charset_label(struct rx_str head)
{
    struct rx_str part, rest, key, value;
    (void)rx_str_cut(parse_header(head, "content-type"), ';', &part, &rest);
    while (rest.n) {
        (void)rx_str_cut(rest, ';', &part, &rest);
        (void)rx_str_cut(part, '=', &key, &value);
        if (!rx_str_ieq(rx_str_trim(key), RX_STR("charset")))
            continue;
        value = rx_str_trim(value);
        if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
            value = rx_str_sub(value, 1, value.n - 1);
        return rx_str_trim(value);
    }
    return (struct rx_str){0};
}

/* MIME Sniffing standard, section 7.1: the markup by which a page without a type is known. */
static bool looks_like_html(struct rx_str body)
{
    static const char *const names[] = {"html", "head",  "script", "iframe", "h1",    "div",
                                        "font", "table", "a",      "style",  "title", "b",
                                        "body", "br",    "p",      "meta"};
    size_t at = rx_str_starts(body, RX_STR("\xEF\xBB\xBF")) ? 3 : 0;
    while (at < body.n && rx_is_space(body.p[at]))
        at++;
    struct rx_str rest = rx_str_sub(body, at, body.n);
    if (rx_str_starts(rest, RX_STR("<!--")) || rx_str_istarts(rest, RX_STR("<!doctype html")))
        return true;
    struct tokenizer t = {.text = rx_str_sub(rest, 0, 4096)};
    struct token tok;
    if (rest.n == 0 || rest.p[0] != '<' || !token_next(&t, &tok) || tok.name.n == 0)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (rx_str_ieq(tok.name, rx_str(names[i])))
            return true;
    return false;
}

bool parse_is_html(struct rx_str head, struct rx_str body)
{
    struct rx_str type = parse_media_type(head);
    if (rx_str_ieq(type, RX_STR("text/html")) || rx_str_ieq(type, RX_STR("application/xhtml+xml")))
        return true;
    bool unknown = type.n == 0 || rx_str_ieq(type, RX_STR("unknown/unknown")) ||
                   rx_str_ieq(type, RX_STR("application/unknown")) ||
                   rx_str_chr(type, '/', 0) < 0 || rx_str_eq(type, RX_STR("*/*"));
    return unknown && looks_like_html(body);
}
