/* disguise_drawn.c - see disguise_drawn.h. */
#include "crawler/extract/disguise_drawn.h"

#include "crawler/extract/fold.h"

/* SIDE: bytes that an identifier may take beside such a character; MOST: of a stretch, so that a
 * page of them is searched in parts. */
enum { SIDE = 96, MOST = 1024 };

static bool is_inside(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80; /* of a character of several bytes */
}

/* Back from `at` as far as the stretch may begin. */
static size_t begin_of(struct rx_str s, size_t least, size_t at)
{
    size_t from = at, word = at;
    while (from > least && at - from < SIDE && s.p[from - 1] != '\n')
        from--;
    if (from == least || s.p[from - 1] == '\n')
        return from;
    for (word = from; word < at && s.p[word] != ' ';)
        word++;
    while (word == at && from < at && is_inside(s.p[from]))
        from++;
    return word < at ? word : from;
}

/* On from `at` as far as it may end: past others that are near. */
static size_t end_of(struct rx_str s, size_t begin, size_t at)
{
    const ptrdiff_t line = rx_str_chr(rx_str_sub(s, 0, begin + MOST), '\n', at);
    const struct rx_str most = rx_str_sub(s, 0, line < 0 ? begin + MOST : (size_t)line);
    size_t last = at, next = at;
    for (; next < most.n; next = fold_find(rx_str_sub(most, 0, last + SIDE), last + 1)) {
        if (next >= last + SIDE)
            break;
        last = next;
    }
    const size_t to = last + SIDE < most.n ? last + SIDE : most.n;
    if (to == s.n || s.p[to] == '\n')
        return to;
    size_t word = to, whole = to;
    while (word > last && s.p[word] != ' ')
        word--;
    while (whole > last && is_inside(s.p[whole]))
        whole--;
    return word > last ? word : whole > last ? whole : to;
}

bool disguise_drawn_next(size_t *from, size_t *to, struct drawn_scan *scan)
{
    const size_t at = fold_find(scan->text, scan->at);
    if (at == scan->text.n)
        return false;
    *from = begin_of(scan->text, scan->at, at);
    *to = scan->at = end_of(scan->text, *from, at);
    return true;
}
