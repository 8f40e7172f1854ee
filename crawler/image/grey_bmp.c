/* grey_bmp.c - bitmaps of 1, 4, 8, 16, 24 and 32 bits a pixel, not run-length coded (Microsoft,
 * "Bitmap Storage"). Rows lie from the last to the first unless the height is negative, each filled
 * up to four bytes. Every offset is checked against the file before it is used. */
#include "crawler/image/grey.h"

enum {
    FILE_HEAD = 14,
    OLD_HEAD = 12, /* OS/2: sizes of 16 bits, colours of three bytes */
    HEAD = 40,
    MASKS_IN_HEAD = 52,
    PLAIN = 0,
    BITFIELDS = 3,
    ALPHA_BITFIELDS = 6
};

struct bitmap {
    struct rx_str s; /* from its own head on */
    bool icon, top_down;
    uint32_t head, width, height, bits, coding;
    size_t colours, colour_bytes; /* where the table begins; bytes of an entry */
    uint32_t colour_count;
    size_t pixels, stride;
    uint32_t mask[4]; /* red, green, blue, alpha */
    uint8_t shade[256];
};

static uint32_t number(const struct bitmap *b, size_t at, size_t bytes)
{
    uint32_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value |= (uint32_t)(unsigned char)b->s.p[at + i] << 8 * i;
    return value;
}

static bool read_sizes(struct bitmap *b)
{
    b->head = b->s.n >= OLD_HEAD ? number(b, 0, 4) : 0;
    if (b->head == OLD_HEAD) {
        b->width = number(b, 4, 2);
        b->height = number(b, 6, 2);
        b->bits = number(b, 10, 2);
    } else if (b->head >= HEAD && b->head <= b->s.n) {
        b->width = number(b, 4, 4);
        b->height = number(b, 8, 4);
        b->bits = number(b, 14, 2);
        b->coding = number(b, 16, 4);
    } else {
        return false;
    }
    if (b->height > INT32_MAX) {
        b->top_down = true;
        b->height = 0u - b->height;
    }
    if (b->icon)
        b->height /= 2;
    return b->width <= INT32_MAX;
}

static bool read_masks(struct bitmap *b)
{
    static const uint32_t of16[] = {0x7c00, 0x3e0, 0x1f, 0};
    static const uint32_t of32[] = {0xff0000, 0xff00, 0xff, 0};
    bool fields = b->coding == BITFIELDS || b->coding == ALPHA_BITFIELDS;
    b->colours = b->head;
    if (!fields && b->coding != PLAIN)
        return false;
    memcpy(b->mask, b->bits == 16 ? of16 : of32, sizeof b->mask);
    if (b->icon && b->bits == 32)
        b->mask[3] = 0xff000000;
    if (!fields)
        return true;
    if ((b->bits != 16 && b->bits != 32) || b->s.n < MASKS_IN_HEAD)
        return false;
    size_t count = b->head > MASKS_IN_HEAD || b->coding == ALPHA_BITFIELDS ? 4 : 3;
    if (b->head == HEAD)
        b->colours += 4 * count;
    for (size_t i = 0; i < count && HEAD + 4 * (i + 1) <= b->s.n; i++)
        b->mask[i] = number(b, HEAD + 4 * i, 4);
    return true;
}

static bool read_colours(struct bitmap *b)
{
    b->colour_bytes = b->head == OLD_HEAD ? 3 : 4;
    if (b->bits > 8)
        return true;
    uint32_t most = 1u << b->bits, used = b->head == OLD_HEAD ? 0 : number(b, 32, 4);
    b->colour_count = used > 0 && used < most ? used : most;
    memset(b->shade, 255, sizeof b->shade);
    if (b->colours + b->colour_bytes * b->colour_count > b->s.n)
        return false;
    for (size_t i = 0; i < b->colour_count; i++) {
        size_t at = b->colours + b->colour_bytes * i;
        b->shade[i] = grey_of(number(b, at + 2, 1), number(b, at + 1, 1), number(b, at, 1), 255);
    }
    return true;
}

/* The bits of a mask, as 0..255. */
static unsigned channel(uint32_t pixel, uint32_t mask)
{
    if (mask == 0)
        return 255;
    uint64_t value = (pixel & mask) >> __builtin_ctz(mask), most = mask >> __builtin_ctz(mask);
    return (unsigned)(value * 255 / most);
}

static uint8_t shade_at(const struct bitmap *b, size_t row, uint32_t x)
{
    if (b->bits <= 8) {
        unsigned byte = (unsigned char)b->s.p[row + (size_t)x * b->bits / 8];
        unsigned shift = 8 - b->bits - x * b->bits % 8;
        return b->shade[byte >> shift & ((1u << b->bits) - 1)];
    }
    size_t bytes = b->bits / 8;
    uint32_t pixel = number(b, row + x * bytes, bytes);
    return grey_of(channel(pixel, b->mask[0]), channel(pixel, b->mask[1]),
                   channel(pixel, b->mask[2]), channel(pixel, b->mask[3]));
}

/* Icons of 32 bits that leave alpha at 0 everywhere mean their mask. */
static void settle_alpha(struct bitmap *b)
{
    if (!b->icon || b->bits != 32)
        return;
    for (size_t i = 0; i < (size_t)b->width * b->height; i++)
        if (number(b, b->pixels + 4 * i, 4) & b->mask[3])
            return;
    b->mask[3] = 0;
}

/* An icon's mask: one bit a pixel, set where nothing is drawn. */
static void apply_mask(struct grey *g, const struct bitmap *b)
{
    size_t from = b->pixels + b->stride * b->height, stride = ((size_t)b->width + 31) / 32 * 4;
    if (!b->icon || (b->bits == 32 && b->mask[3]) || from + stride * b->height > b->s.n)
        return;
    for (uint32_t y = 0; y < b->height; y++) {
        size_t row = from + stride * (b->top_down ? y : b->height - 1 - y);
        for (uint32_t x = 0; x < b->width; x++)
            if ((unsigned char)b->s.p[row + x / 8] >> (7 - x % 8) & 1)
                g->p[(size_t)y * g->width + x] = 255;
    }
}

static int read_bitmap(struct grey *out, struct rx_arena *arena, struct bitmap *b,
                       struct rx_err *err)
{
    struct grey g;
    if (!read_sizes(b))
        return rx_fail(err, RX_EINVAL, "BMP: the head is broken");
    if (b->bits != 1 && b->bits != 4 && b->bits != 8 && b->bits != 16 && b->bits != 24 &&
        b->bits != 32)
        return rx_fail(err, RX_EINVAL, "BMP: %u bits a pixel", b->bits);
    if (!read_masks(b) || !read_colours(b))
        return rx_fail(err, RX_EINVAL, "BMP: coded in a way that is not read, or cut short");
    int rc = grey_new(&g, arena, b->width, b->height, err);
    if (rc)
        return rc;
    if (b->pixels == 0)
        b->pixels = b->colours + (b->bits <= 8 ? b->colour_bytes * b->colour_count : 0);
    b->stride = ((size_t)b->width * b->bits + 31) / 32 * 4;
    if (b->pixels > b->s.n || b->stride * b->height > b->s.n - b->pixels)
        return rx_fail(err, RX_EINVAL, "BMP: ends early");
    settle_alpha(b);
    for (uint32_t y = 0; y < b->height; y++) {
        size_t row = b->pixels + b->stride * (b->top_down ? y : b->height - 1 - y);
        for (uint32_t x = 0; x < b->width; x++)
            g.p[(size_t)y * b->width + x] = shade_at(b, row, x);
    }
    apply_mask(&g, b);
    *out = g;
    return 0;
}

int grey_bmp(struct grey *out, struct rx_arena *arena, struct rx_str file, struct rx_err *err)
{
    struct bitmap b = {.s = file};
    uint32_t pixels = file.n >= FILE_HEAD ? number(&b, 10, 4) : 0;
    if (pixels <= FILE_HEAD)
        return rx_fail(err, RX_EINVAL, "BMP: the head is broken");
    b = (struct bitmap){.s = rx_str_sub(file, FILE_HEAD, file.n), .pixels = pixels - FILE_HEAD};
    return read_bitmap(out, arena, &b, err);
}

int grey_icon_bitmap(struct grey *out, struct rx_arena *arena, struct rx_str file,
                     struct rx_err *err)
{
    struct bitmap b = {.s = file, .icon = true};
    return read_bitmap(out, arena, &b, err);
}
