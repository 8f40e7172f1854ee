/* grey_ico.c - icon files: a list of pictures, each a PNG or a bitmap (Microsoft, "Icons", 1995).
 */
#include "crawler/image/grey.h"

enum { HEAD = 6, ENTRY = 16, ENTRIES_MAX = 64 };

static uint32_t number(struct rx_str s, size_t at, size_t bytes)
{
    uint32_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value |= (uint32_t)(unsigned char)s.p[at + i] << 8 * i;
    return value;
}

/* The largest picture, of two equals the one with more colours, then the first; empty: none that
 * lies in the file. */
static struct rx_str largest(struct rx_str file)
{
    struct rx_str best = {0};
    uint32_t best_size = 0, count = number(file, 4, 2);
    for (size_t i = 0; i < count && i < ENTRIES_MAX && HEAD + ENTRY * (i + 1) <= file.n; i++) {
        size_t at = HEAD + ENTRY * i;
        uint32_t width = number(file, at, 1), height = number(file, at + 1, 1);
        uint32_t bytes = number(file, at + 8, 4), from = number(file, at + 12, 4);
        width = width ? width : 256;
        height = height ? height : 256;
        uint32_t size = width * height * 64 + (number(file, at + 6, 2) & 63);
        if (bytes == 0 || from > file.n || bytes > file.n - from || size <= best_size)
            continue;
        best_size = size;
        best = rx_strn(file.p + from, bytes);
    }
    return best;
}

int grey_ico(struct grey *out, struct rx_arena *arena, struct rx_str file, struct rx_err *err)
{
    struct rx_str picture = file.n >= HEAD ? largest(file) : (struct rx_str){0};
    if (picture.n == 0)
        return rx_fail(err, RX_EINVAL, "ICO: no picture");
    return image_kind_of(picture) == IMAGE_PNG ? grey_png(out, arena, picture, err)
                                               : grey_icon_bitmap(out, arena, picture, err);
}
