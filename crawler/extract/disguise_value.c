/* disguise_value.c - see disguise_value.h. */
#include "crawler/extract/disguise_value.h"

#include "base/escape.h"

#include <string.h>

static int base64_digit(char c)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char plain = c == '-' ? '+' : c == '_' ? '/' : c;
    const char *at = plain ? strchr(alphabet, plain) : NULL;
    return at ? (int)(at - alphabet) : -1;
}

bool disguise_base64(char *out, size_t *n, struct rx_str s)
{
    uint32_t bits = 0;
    unsigned have = 0;
    size_t to = 0;
    for (size_t i = 0; i < s.n && s.p[i] != '='; i++) {
        const int digit = base64_digit(s.p[i]);
        if (digit < 0)
            return false;
        bits = (bits << 6 | (uint32_t)digit) & 0xffffff;
        have += 6;
        if (have < 8)
            continue;
        have -= 8;
        const unsigned char byte = (unsigned char)(bits >> have);
        if (byte < ' ' && byte != '\n' && byte != '\t' && byte != '\r')
            return false;
        out[to++] = (char)byte;
    }
    *n = to;
    return to > 0;
}

static bool hex_at(struct rx_str s, size_t at, size_t digits, uint32_t *value)
{
    *value = 0;
    if (at + digits > s.n)
        return false;
    for (size_t i = 0; i < digits; i++) {
        const int digit = rx_hex(s.p[at + i]);
        if (digit < 0)
            return false;
        *value = *value * 16 + (uint32_t)digit;
    }
    return true;
}

/* RFC 3986, section 2.3, and what addresses and numbers are made of. */
static bool needs_no_escape(uint32_t c)
{
    return c < 0x80 && (rx_is_alnum((char)c) || strchr("-._~@+:", (int)c)) && c != 0;
}

bool disguise_percent(char *out, size_t *n, struct rx_str s)
{
    bool hides = false;
    size_t to = 0;
    for (size_t i = 0; i < s.n;) {
        uint32_t value;
        const bool escapes = s.p[i] == '%';
        if (escapes && hex_at(s, i + 1, 2, &value) && value >= ' ') {
            hides |= needs_no_escape(value);
            out[to++] = (char)value;
            i += 3;
        } else if (escapes && i + 1 < s.n && s.p[i + 1] == 'u' && hex_at(s, i + 2, 4, &value) &&
                   value >= ' ') {
            hides |= needs_no_escape(value);
            to += rx_utf8_put(out + to, value); /* at most 4 bytes of 6 */
            i += 6;
        } else {
            out[to++] = s.p[i++];
        }
    }
    *n = to;
    return hides;
}
