/* str.c - see str.h. */
#include "base/str.h"

int rx_hex(char c)
{
    if (rx_is_digit(c))
        return c - '0';
    c = rx_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int rx_str_cmp(struct rx_str a, struct rx_str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

static bool ieq_bytes(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (rx_lower(a[i]) != rx_lower(b[i]))
            return false;
    return true;
}

bool rx_str_ieq(struct rx_str a, struct rx_str b)
{
    return a.n == b.n && ieq_bytes(a.p, b.p, a.n);
}

bool rx_str_istarts(struct rx_str s, struct rx_str prefix)
{
    return s.n >= prefix.n && ieq_bytes(s.p, prefix.p, prefix.n);
}

/* memmem makes a table first, which costs more than it saves on the paths and names of a page. */
enum { SHORT_TEXT = 96 };

static ptrdiff_t find_in_short(struct rx_str s, struct rx_str needle, size_t from)
{
    const char *p = s.p + from, *end = s.p + s.n - needle.n + 1;
    while (p < end && (p = memchr(p, needle.p[0], (size_t)(end - p))) != NULL) {
        if (memcmp(p, needle.p, needle.n) == 0)
            return p - s.p;
        p++;
    }
    return -1;
}

ptrdiff_t rx_str_find(struct rx_str s, struct rx_str needle, size_t from)
{
    if (from > s.n || needle.n > s.n - from)
        return -1;
    if (needle.n == 0)
        return (ptrdiff_t)from;
    if (s.n - from <= SHORT_TEXT)
        return find_in_short(s, needle, from);
    const char *hit = memmem(s.p + from, s.n - from, needle.p, needle.n);
    return hit ? hit - s.p : -1;
}

ptrdiff_t rx_str_ifind(struct rx_str s, struct rx_str needle, size_t from)
{
    if (needle.n == 0)
        return from <= s.n ? (ptrdiff_t)from : -1;
    for (size_t i = from; needle.n <= s.n && i <= s.n - needle.n; i++)
        if (ieq_bytes(s.p + i, needle.p, needle.n))
            return (ptrdiff_t)i;
    return -1;
}

ptrdiff_t rx_str_chr(struct rx_str s, char c, size_t from)
{
    if (from >= s.n || s.n > PTRDIFF_MAX)
        return -1;
    const char *hit = memchr(s.p + from, c, s.n - from);
    return hit ? hit - s.p : -1;
}

struct rx_str rx_str_sub(struct rx_str s, size_t from, size_t to)
{
    if (to > s.n)
        to = s.n;
    if (from >= to)
        return (struct rx_str){0};
    return rx_strn(s.p + from, to - from);
}

struct rx_str rx_decimal(char out[RX_DECIMAL], uint64_t number)
{
    size_t at = RX_DECIMAL;
    do
        out[--at] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    return rx_strn(out + at, RX_DECIMAL - at);
}

struct rx_str rx_str_trim(struct rx_str s)
{
    while (s.n && rx_is_space(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n && rx_is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool rx_str_cut(struct rx_str s, char sep, struct rx_str *head, struct rx_str *rest)
{
    ptrdiff_t at = rx_str_chr(s, sep, 0);
    size_t cut = at < 0 ? s.n : (size_t)at;
    *head = rx_str_sub(s, 0, cut);
    *rest = rx_str_sub(s, cut + 1, s.n);
    return at >= 0;
}

bool rx_str_u64(struct rx_str s, uint64_t *out)
{
    uint64_t value = 0;
    if (s.n == 0)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!rx_is_digit(s.p[i]) || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(s.p[i] - '0'), &value))
            return false;
    }
    *out = value;
    return true;
}
