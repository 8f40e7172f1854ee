/* grey_hash.c - what a picture looks like, in 64 bits, two ways. Whole numbers only.
 *
 * pHash: C. Zauner, "Implementation and benchmarking of perceptual image hash functions" (2010):
 * of the discrete cosine transform of a thumbnail of 32 x 32 the coefficients 1..8 both ways, each
 * a bit: over the median of them or not. dHash: N. Krawetz, "Kind of like that" (2013): of a
 * thumbnail of 9 x 8 whether a pixel is brighter than the one before it, here by more than what
 * lossy coding leaves on plain ground. */
#include "crawler/image/grey.h"

#include <assert.h>
#include <stdlib.h>

enum {
    SIDE = 32, /* of the thumbnail */
    LOW = 8,   /* frequencies each way */
    SLOPE_LEAST = 4,
    SHADES = 16
};

/* ---- thumbnails -------------------------------------------------------------------------------
 */

/* One row of the picture, added to cells across: in units in which a pixel is `across` wide and a
 * cell as wide as the picture. */
static void add_row(uint64_t *cells, uint32_t across, const uint8_t *row, uint32_t width,
                    uint64_t weight)
{
    uint64_t cell = 0, cell_end = width;
    for (uint64_t x = 0; x < width; x++) {
        uint64_t from = x * across, to = from + across, shade = row[x] * weight;
        while (from < to) {
            uint64_t end = to < cell_end ? to : cell_end;
            cells[cell] += shade * (end - from);
            from = end;
            if (from == cell_end) {
                cell++;
                cell_end += width;
            }
        }
    }
}

/* Mean shades of across * down equal parts: every pixel counts by what of it lies in the part. */
static void shrink(uint8_t *out, uint32_t across, uint32_t down, const struct grey *g)
{
    assert(g->width > 0 && g->height > 0); /* grey_new() makes no other */
    uint64_t cells[SIDE * SIDE] = {0};
    uint64_t line = 0, line_end = g->height;
    for (uint64_t y = 0; y < g->height; y++) {
        uint64_t from = y * down, to = from + down;
        while (from < to) {
            uint64_t end = to < line_end ? to : line_end;
            add_row(cells + line * across, across, g->p + y * g->width, g->width, end - from);
            from = end;
            if (from == line_end) {
                line++;
                line_end += g->height;
            }
        }
    }
    const uint64_t whole = (uint64_t)g->width * g->height;
    for (size_t i = 0; i < (size_t)across * down; i++)
        out[i] = (uint8_t)((cells[i] + whole / 2) / whole);
}

/* ---- pHash ------------------------------------------------------------------------------------
 */

/* cos(pi * k / 64) * 2^14. */
static int64_t cosine(unsigned k)
{
    static const int16_t quarter[33] = {
        16384, 16364, 16305, 16207, 16069, 15893, 15679, 15426, 15137, 14811, 14449,
        14053, 13623, 13160, 12665, 12140, 11585, 11003, 10394, 9760,  9102,  8423,
        7723,  7005,  6270,  5520,  4756,  3981,  3196,  2404,  1606,  804,   0};
    k %= 128;
    if (k > 64)
        k = 128 - k;
    return k <= 32 ? quarter[k] : -quarter[64 - k];
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static uint64_t phash(const uint8_t *thumb)
{
    int64_t half[SIDE][LOW] = {{0}}, all[LOW * LOW] = {0}, sorted[LOW * LOW];
    for (unsigned y = 0; y < SIDE; y++)
        for (unsigned u = 0; u < LOW; u++)
            for (unsigned x = 0; x < SIDE; x++)
                half[y][u] += thumb[y * SIDE + x] * cosine((2 * x + 1) * (u + 1));
    for (unsigned v = 0; v < LOW; v++)
        for (unsigned u = 0; u < LOW; u++)
            for (unsigned y = 0; y < SIDE; y++)
                all[v * LOW + u] += half[y][u] * cosine((2 * y + 1) * (v + 1));
    memcpy(sorted, all, sizeof sorted);
    qsort(sorted, LOW * LOW, sizeof sorted[0], by_size);
    int64_t twice_median = sorted[31] + sorted[32];
    uint64_t hash = 0;
    for (size_t i = 0; i < LOW * LOW; i++)
        hash = hash << 1 | (2 * all[i] > twice_median);
    return hash;
}

/* ---- dHash, entropy ---------------------------------------------------------------------------
 */

static uint64_t dhash(const struct grey *g)
{
    uint8_t thumb[(LOW + 1) * LOW];
    uint64_t hash = 0;
    shrink(thumb, LOW + 1, LOW, g);
    for (size_t y = 0; y < LOW; y++)
        for (size_t x = 0; x < LOW; x++) {
            const uint8_t *p = thumb + y * (LOW + 1) + x;
            hash = hash << 1 | (p[1] > p[0] + SLOPE_LEAST);
        }
    return hash;
}

/* log2(n) in thousandths, rounded down: the mantissa is squared for a bit at a time. */
static uint32_t log2_milli(uint32_t n)
{
    enum { BITS = 16 };
    uint32_t whole = 31 - (uint32_t)__builtin_clz(n), part = 0;
    uint64_t mantissa = ((uint64_t)n << 30) >> whole; /* 1..2 in 2.30 */
    for (unsigned i = 0; i < BITS; i++) {
        mantissa = mantissa * mantissa >> 30;
        part <<= 1;
        if (mantissa >> 31) {
            mantissa >>= 1;
            part |= 1;
        }
    }
    return whole * 1000 + (part * 1000 >> BITS);
}

static uint32_t entropy_milli(const uint8_t *thumb)
{
    enum { PIXELS = SIDE * SIDE };
    uint32_t count[SHADES] = {0}, known = 0;
    for (size_t i = 0; i < PIXELS; i++)
        count[thumb[i] * SHADES / 256]++;
    for (size_t i = 0; i < SHADES; i++)
        known += count[i] ? count[i] * log2_milli(count[i]) : 0;
    return log2_milli(PIXELS) - known / PIXELS;
}

void grey_hash(struct image_print *out, const struct grey *g)
{
    uint8_t thumb[SIDE * SIDE];
    uint32_t longer = g->width > g->height ? g->width : g->height;
    uint32_t shorter = g->width > g->height ? g->height : g->width;
    shrink(thumb, SIDE, SIDE, g);
    out->phash = phash(thumb);
    out->dhash = dhash(g);
    out->millibits = entropy_milli(thumb);
    out->logo = longer >= IMAGE_LOGO_SIDE && shorter >= IMAGE_LOGO_SIDE / 4 &&
                out->millibits >= IMAGE_LOGO_MILLIBITS;
}
