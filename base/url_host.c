/* url_host.c - hosts of URLs (see url.h): names to A-labels, the number forms of IPv4, IPv6.
 * https://url.spec.whatwg.org/ section 3.5. */
#include "base/escape.h"
#include "base/ip.h"
#include "base/url.h"
#include "base/url_idna.h"

#include <stdio.h>

/* The standard's forbidden domain code points. '%' stands among them: it is what is left when a
 * sequence could not be decoded. */
static bool is_forbidden(char c)
{
    if ((uint8_t)c <= ' ' || (uint8_t)c >= 0x7F)
        return true;
    switch (c) {
    case '#':
    case '%':
    case '/':
    case ':':
    case '<':
    case '>':
    case '?':
    case '@':
    case '[':
    case '\\':
    case ']':
    case '^':
    case '|':
        return true;
    default:
        return false;
    }
}

static bool is_ascii(struct rx_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((uint8_t)s.p[i] >= 0x80)
            return false;
    return true;
}

/* ---- IPv4 ---- */

/* Decimal, 0octal or 0xhex. False: no number. Values over UINT64_MAX >> 16 come out as that. */
static bool parse_number(uint64_t *out, struct rx_str s)
{
    uint64_t value = 0, radix = 10;
    const uint64_t too_large = UINT64_MAX >> 16;
    if (s.n == 0)
        return false;
    if (rx_str_istarts(s, RX_STR("0x"))) {
        radix = 16;
        s = rx_str_sub(s, 2, s.n);
    } else if (s.n > 1 && s.p[0] == '0') {
        radix = 8;
        s = rx_str_sub(s, 1, s.n);
    }
    for (size_t i = 0; i < s.n; i++) {
        int digit = rx_hex(s.p[i]);
        if (digit < 0 || (uint64_t)digit >= radix)
            return false;
        value = value * radix + (uint64_t)digit;
        if (value > too_large)
            value = too_large;
    }
    *out = value;
    return true;
}

static struct rx_str last_label(struct rx_str host)
{
    size_t from = host.n;
    while (from > 0 && host.p[from - 1] != '.')
        from--;
    return rx_str_sub(host, from, host.n);
}

static bool ends_in_number(struct rx_str host)
{
    uint64_t value, digits = 0;
    if (host.n > 1 && host.p[host.n - 1] == '.')
        host.n--;
    struct rx_str last = last_label(host);
    while (digits < last.n && rx_is_digit(last.p[digits]))
        digits++;
    return last.n && (digits == last.n || parse_number(&value, last));
}

static int parse_v4(uint32_t *out, struct rx_str host)
{
    uint64_t address = 0;
    struct rx_str part;
    bool more = true;
    if (host.p[host.n - 1] == '.')
        host.n--;
    for (unsigned parts = 1; more; parts++) {
        uint64_t number;
        more = rx_str_cut(host, '.', &part, &host);
        if (parts > 4 || !parse_number(&number, part))
            return RX_EINVAL;
        /* The last number fills all the bytes that are left. */
        if (more ? number > 255 : number >> (8 * (5 - parts)))
            return RX_EINVAL;
        address += more ? number << (8 * (4 - parts)) : number;
    }
    *out = (uint32_t)address;
    return 0;
}

/* ---- IPv6 ---- */

static int parse_v6(struct rx_buf *out, struct rx_str inside)
{
    struct rx_ip ip;
    char text[RX_IP_TEXT];
    /* rx_ip_parse takes IPv4 too, which has no place in brackets. */
    if (rx_str_chr(inside, ':', 0) < 0 || rx_ip_parse(&ip, inside))
        return RX_EINVAL;
    rx_ip6_text(text, ip);
    rx_buf_clear(out);
    return rx_buf_addf(out, "[%s]", text);
}

/* ---- names ---- */

static int put_v4(struct rx_buf *out, uint32_t v4)
{
    char digits[RX_DECIMAL];
    int rc = 0;
    for (int shift = 24; shift >= 0 && !rc; shift -= 8) {
        rc = rx_buf_add(out, rx_decimal(digits, v4 >> shift & 255));
        if (shift && !rc)
            rc = rx_buf_addc(out, '.');
    }
    return rc;
}

/* Writes an ASCII host; a name whose last label is a number is an address or nothing. */
static int finish_name(struct rx_buf *out, bool *is_ip, struct rx_str name)
{
    uint32_t v4;
    for (size_t i = 0; i < name.n; i++)
        if (is_forbidden(name.p[i]))
            return RX_EINVAL;
    if (name.n == 0)
        return RX_EINVAL;
    bool number = ends_in_number(name);
    if (number && parse_v4(&v4, name))
        return RX_EINVAL;
    rx_buf_clear(out);
    int rc = number ? put_v4(out, v4) : rx_buf_add(out, name);
    if (!rc)
        *is_ip = number;
    return rc;
}

/* An ASCII name needs no IDNA: the standard takes it lower-cased, whatever its "xn--" labels
 * hold, because such hosts exist and are reached. */
static int parse_ascii(struct rx_buf *out, bool *is_ip, struct rx_str name)
{
    char lower[RX_URL_MAX];
    if (name.n > sizeof lower)
        return RX_EFULL;
    for (size_t i = 0; i < name.n; i++)
        lower[i] = rx_lower(name.p[i]);
    return finish_name(out, is_ip, rx_strn(lower, name.n));
}

static int parse_name(struct rx_buf *out, bool *is_ip, struct rx_str name)
{
    if (is_ascii(name))
        return parse_ascii(out, is_ip, name);
    struct rx_buf ascii = RX_BUF(RX_URL_MAX);
    int rc = rx_idna_to_ascii(&ascii, name);
    if (!rc)
        rc = finish_name(out, is_ip, rx_buf_str(&ascii));
    rx_buf_free(&ascii);
    return rc;
}

int rx_host_parse(struct rx_buf *out, bool *is_ip, struct rx_str input)
{
    if (input.n > RX_URL_MAX)
        return RX_EFULL;
    if (input.n && input.p[0] == '[') {
        if (input.p[input.n - 1] != ']')
            return RX_EINVAL;
        int rc = parse_v6(out, rx_str_sub(input, 1, input.n - 1));
        if (!rc)
            *is_ip = true;
        return rc;
    }
    if (rx_str_chr(input, '%', 0) < 0)
        return parse_name(out, is_ip, input);
    struct rx_buf decoded = RX_BUF(RX_URL_MAX);
    int rc = rx_percent_decode(&decoded, input, false);
    if (!rc)
        rc = parse_name(out, is_ip, rx_buf_str(&decoded));
    rx_buf_free(&decoded);
    return rc;
}
