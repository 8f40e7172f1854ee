/* str.h - string views. A struct rx_str is passed by value, is never freed, may hold NUL bytes,
 * and is valid only as long as the arena, buffer or literal it points into. */
#ifndef RX_BASE_STR_H
#define RX_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct rx_str {
    const char *p; /* borrowed; may be NULL when n == 0 */
    size_t n;      /* bytes */
};

#define RX_STR(literal) ((struct rx_str){"" literal, sizeof(literal) - 1})
/* The same in an initialiser: a table of words whose lengths are known costs no strlen() a look. */
#define RX_STR_INIT(literal)                                                                       \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }
/* For printf's "%.*s". Only for text that is known to be printable; see escape.h for the rest. */
#define RX_FMT(s) (int)(s).n, (s).p ? (s).p : ""

static inline struct rx_str rx_str(const char *c_string)
{
    return (struct rx_str){c_string, c_string ? strlen(c_string) : 0};
}

static inline struct rx_str rx_strn(const char *p, size_t n)
{
    return (struct rx_str){p, n};
}

static inline bool rx_str_eq(struct rx_str a, struct rx_str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool rx_is_digit(char c)
{
    return c >= '0' && c <= '9';
}
static inline bool rx_is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static inline bool rx_is_alnum(char c)
{
    return rx_is_digit(c) || rx_is_alpha(c);
}
/* ASCII whitespace of the WHATWG Infra standard: TAB, LF, FF, CR, SPACE. */
static inline bool rx_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');
}
static inline char rx_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}
/* Value of a hexadecimal digit, or -1. */
int rx_hex(char c);

/* Byte order, shorter first: <0, 0, >0. */
int rx_str_cmp(struct rx_str a, struct rx_str b);
bool rx_str_ieq(struct rx_str a, struct rx_str b); /* ASCII case-insensitive */
static inline bool rx_str_starts(struct rx_str s, struct rx_str prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}
bool rx_str_istarts(struct rx_str s, struct rx_str prefix);
static inline bool rx_str_ends(struct rx_str s, struct rx_str suffix)
{
    return s.n >= suffix.n &&
           (suffix.n == 0 || memcmp(s.p + (s.n - suffix.n), suffix.p, suffix.n) == 0);
}
/* Offset of the first occurrence at or after from, or -1. */
ptrdiff_t rx_str_find(struct rx_str s, struct rx_str needle, size_t from);
ptrdiff_t rx_str_ifind(struct rx_str s, struct rx_str needle, size_t from);
ptrdiff_t rx_str_chr(struct rx_str s, char c, size_t from);
/* The part [from, to), clipped to the string. */
struct rx_str rx_str_sub(struct rx_str s, size_t from, size_t to);
struct rx_str rx_str_trim(struct rx_str s);
/* The number in decimal, at the end of out. printf costs ten times as much. */
enum { RX_DECIMAL = 20 };
struct rx_str rx_decimal(char out[RX_DECIMAL], uint64_t number);

/* Splits at the first sep: *head is what precedes it, *rest what follows. False and
 * *head = s, *rest = empty when there is no sep. Both may alias s. */
bool rx_str_cut(struct rx_str s, char sep, struct rx_str *head, struct rx_str *rest);

/* Whole string as an unsigned decimal number; false on an empty string, other bytes, overflow. */
bool rx_str_u64(struct rx_str s, uint64_t *out);

#endif
