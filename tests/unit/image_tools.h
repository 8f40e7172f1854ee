/* image_tools.h - pictures for tests: logos drawn by rule, at any size, and written in each format
 * that is read. What is returned is the caller's to free. */
#ifndef RX_TESTS_UNIT_IMAGE_TOOLS_H
#define RX_TESTS_UNIT_IMAGE_TOOLS_H

#include "base/str.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include <gif_lib.h>
#include <jpeglib.h>
#include <png.h>
#include <webp/encode.h>

struct picture {
    uint8_t *p; /* red, green, blue, alpha */
    uint32_t width, height;
};

static inline void *room(size_t bytes)
{
    void *p = calloc(1, bytes);
    assert(p);
    return p;
}

/* ---- logos: ground, shapes, a bar of strokes, all from the seed ---------------------------------
 */

static inline uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

struct shape {
    int kind; /* 0 disc, 1 box, 2 cross, 3 stroke of a letter */
    double x, y, size;
    uint8_t colour[3];
};

static inline bool covers(const struct shape *s, double x, double y)
{
    double dx = x - s->x, dy = y - s->y;
    if (s->kind == 0)
        return dx * dx + dy * dy < s->size * s->size;
    double ax = dx < 0 ? -dx : dx, ay = dy < 0 ? -dy : dy;
    if (s->kind == 1)
        return ax < s->size && ay < s->size * .7;
    if (s->kind == 2)
        return (ax < s->size && ay < s->size * .3) || (ay < s->size && ax < s->size * .3);
    return ax < .02 && ay < s->size;
}

/* Of width : 1. */
static inline struct picture picture_logo(uint32_t seed, uint32_t height, uint32_t width_percent)
{
    enum { SHAPES = 16, SAMPLES = 3 };
    struct shape shapes[SHAPES];
    uint32_t state = seed * 2654435761u + 12345, width = height * width_percent / 100;
    for (int i = 0; i < 8; i++)
        (void)next_random(&state);
    size_t big = 2 + next_random(&state) % 4;
    double aspect = width_percent / 100.0;
    for (size_t i = 0; i < SHAPES; i++) {
        bool letter = i >= big;
        shapes[i].kind = letter ? 3 : (int)(next_random(&state) % 3);
        shapes[i].x = letter ? aspect * ((double)i + 1) / (SHAPES + 1)
                             : aspect * (next_random(&state) % 100) / 100.0;
        shapes[i].y = letter ? .75 : (next_random(&state) % 100) / 100.0;
        shapes[i].size = letter ? .03 + .12 * (next_random(&state) % 100) / 100.0
                                : .12 + .2 * (next_random(&state) % 100) / 100.0;
        for (size_t c = 0; c < 3; c++)
            shapes[i].colour[c] = (uint8_t)(next_random(&state) % 200);
    }
    struct picture pic = {room((size_t)width * height * 4), width, height};
    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++) {
            unsigned sum[3] = {0};
            for (int n = 0; n < SAMPLES * SAMPLES; n++) {
                double sx = (x + (n % SAMPLES + .5) / SAMPLES) / height;
                double sy = (y + (n / SAMPLES + .5) / SAMPLES) / height;
                const uint8_t *colour = (const uint8_t *)"\xff\xff\xff";
                for (size_t i = 0; i < SHAPES; i++)
                    if (covers(&shapes[i], sx, sy))
                        colour = shapes[i].colour;
                for (size_t c = 0; c < 3; c++)
                    sum[c] += colour[c];
            }
            uint8_t *to = pic.p + ((size_t)y * width + x) * 4;
            for (size_t c = 0; c < 3; c++)
                to[c] = (uint8_t)(sum[c] / (SAMPLES * SAMPLES));
            to[3] = 255;
        }
    return pic;
}

static inline struct picture picture_plain(uint32_t width, uint32_t height, uint8_t shade)
{
    struct picture pic = {room((size_t)width * height * 4), width, height};
    memset(pic.p, shade, (size_t)width * height * 4);
    return pic;
}

/* More than any format below needs. */
static inline size_t file_bytes(const struct picture *pic)
{
    return (size_t)pic->width * pic->height * 8 + 16384;
}

/* ---- writers ----------------------------------------------------------------------------------
 */

static inline struct rx_str picture_png(const struct picture *pic)
{
    png_image png = {.version = PNG_IMAGE_VERSION,
                     .width = pic->width,
                     .height = pic->height,
                     .format = PNG_FORMAT_RGBA};
    png_alloc_size_t bytes = file_bytes(pic);
    char *p = room(bytes);
    int ok = png_image_write_to_memory(&png, p, &bytes, 0, pic->p, 0, NULL);
    assert(ok);
    (void)ok;
    return rx_strn(p, bytes);
}

static inline struct rx_str picture_jpeg(const struct picture *pic, int quality, bool progressive,
                                         bool ink)
{
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    unsigned char *p = NULL;
    unsigned long bytes = 0;
    uint8_t *row = room((size_t)pic->width * 4);
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &p, &bytes);
    jpeg.image_width = pic->width;
    jpeg.image_height = pic->height;
    jpeg.input_components = ink ? 4 : 3;
    jpeg.in_color_space = ink ? JCS_CMYK : JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, quality, TRUE);
    if (progressive)
        jpeg_simple_progression(&jpeg);
    jpeg_start_compress(&jpeg, TRUE);
    for (uint32_t y = 0; y < pic->height; y++) {
        const uint8_t *from = pic->p + (size_t)y * pic->width * 4;
        for (uint32_t x = 0; x < pic->width; x++)
            for (uint32_t c = 0; c < (ink ? 4u : 3u); c++)
                row[x * (ink ? 4 : 3) + c] =
                    c == 3 ? 255 : from[4 * x + c]; /* inverted ink, as Adobe's */
        JSAMPROW rows = row;
        (void)jpeg_write_scanlines(&jpeg, &rows, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    free(row);
    return rx_strn((char *)p, bytes);
}

struct gif_out {
    char *p;
    size_t n;
};

static inline int write_gif(GifFileType *gif, const GifByteType *from, int bytes)
{
    struct gif_out *out = gif->UserData;
    memcpy(out->p + out->n, from, (size_t)bytes);
    out->n += (size_t)bytes;
    return bytes;
}

/* In 6 x 6 x 6 colours; those with alpha 0 are transparent (colour 255). */
static inline struct rx_str picture_gif(const struct picture *pic, bool interlaced)
{
    struct gif_out out = {room(file_bytes(pic)), 0};
    int code = 0, width = (int)pic->width, height = (int)pic->height;
    GifColorType colours[256] = {{0, 0, 0}};
    uint8_t *line = room(pic->width);
    for (int i = 0; i < 216; i++)
        colours[i] = (GifColorType){(GifByteType)(i / 36 * 51), (GifByteType)(i / 6 % 6 * 51),
                                    (GifByteType)(i % 6 * 51)};
    ColorMapObject *map = GifMakeMapObject(256, colours);
    GifFileType *gif = EGifOpen(&out, write_gif, &code);
    assert(gif && map);
    EGifSetGifVersion(gif, true);
    (void)EGifPutScreenDesc(gif, width, height, 8, 0, map);
    (void)EGifPutExtension(gif, 0xf9, 4, "\1\0\0\xff");
    (void)EGifPutImageDesc(gif, 0, 0, width, height, interlaced, NULL);
    static const uint32_t first[] = {0, 4, 2, 1}, step[] = {8, 8, 4, 2};
    for (size_t pass = 0; pass < (interlaced ? 4u : 1u); pass++)
        for (uint32_t y = interlaced ? first[pass] : 0; y < pic->height;
             y += interlaced ? step[pass] : 1) {
            for (uint32_t x = 0; x < pic->width; x++) {
                const uint8_t *c = pic->p + ((size_t)y * pic->width + x) * 4;
                line[x] = c[3] == 0 ? 255
                                    : (uint8_t)((c[0] + 25) / 51 * 36 + (c[1] + 25) / 51 * 6 +
                                                (c[2] + 25) / 51);
            }
            (void)EGifPutLine(gif, line, width);
        }
    (void)EGifCloseFile(gif, &code);
    GifFreeMapObject(map);
    free(line);
    return rx_strn(out.p, out.n);
}

static inline struct rx_str picture_webp(const struct picture *pic, bool lossless)
{
    uint8_t *p = NULL;
    int width = (int)pic->width, height = (int)pic->height, stride = 4 * width;
    size_t n = lossless ? WebPEncodeLosslessRGBA(pic->p, width, height, stride, &p)
                        : WebPEncodeRGBA(pic->p, width, height, stride, 75, &p);
    return rx_strn((char *)p, n);
}

static inline void put_number(char *p, size_t *at, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        p[(*at)++] = (char)(value >> 8 * i & 255);
}

/* The pixels as a bitmap without file header; icon: with the mask behind. 1, 4 and 8 bits are
 * greys, 16 are five a channel. */
static inline size_t put_bitmap(char *p, const struct picture *pic, unsigned bits, bool top_down,
                                bool icon)
{
    size_t at = 0, stride = ((size_t)pic->width * bits + 31) / 32 * 4;
    uint32_t height = icon ? pic->height * 2 : pic->height, shades = bits <= 8 ? 1u << bits : 0;
    const uint32_t head[][2] = {{40, 4}, {pic->width, 4}, {top_down ? 0u - height : height, 4},
                                {1, 2},  {bits, 2},       {0, 4},
                                {0, 4},  {0, 4},          {0, 4},
                                {0, 4},  {0, 4}};
    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++)
        put_number(p, &at, head[i][0], head[i][1]);
    for (uint32_t i = 0; i < shades; i++)
        put_number(p, &at, i * 255 / (shades - 1) * 0x10101, 4);
    for (uint32_t n = 0; n < pic->height; n++) {
        uint32_t y = top_down ? n : pic->height - 1 - n;
        char *row = p + at;
        for (uint32_t x = 0; x < pic->width; x++) {
            const uint8_t *c = pic->p + ((size_t)y * pic->width + x) * 4;
            uint32_t grey = (uint32_t)(c[0] * 77 + c[1] * 150 + c[2] * 29) >> 8;
            size_t to = (size_t)x * bits / 8;
            if (bits <= 8)
                row[to] |= (char)(grey >> (8 - bits) << (8 - bits - x * bits % 8));
            else if (bits == 16)
                put_number(row, &to, (uint32_t)(c[0] >> 3 << 10 | c[1] >> 3 << 5 | c[2] >> 3), 2);
            else
                put_number(row, &to,
                           c[2] | (uint32_t)c[1] << 8 | (uint32_t)c[0] << 16 | (uint32_t)c[3] << 24,
                           bits / 8);
        }
        at += stride;
    }
    return icon ? at + ((size_t)pic->width + 31) / 32 * 4 * pic->height : at;
}

static inline struct rx_str picture_bmp(const struct picture *pic, unsigned bits, bool top_down)
{
    char *p = room(file_bytes(pic));
    size_t at = 0, colours = bits <= 8 ? (size_t)4 << bits : 0;
    put_number(p, &at, 'B' | 'M' << 8, 2);
    put_number(p, &at, 0, 8);
    put_number(p, &at, (uint32_t)(14 + 40 + colours), 4);
    return rx_strn(p, at + put_bitmap(p + at, pic, bits, top_down, false));
}

/* Two entries: one that lies outside the file, and the picture. */
static inline struct rx_str picture_ico(const struct picture *pic, bool png)
{
    enum { HEAD = 6 + 2 * 16 };
    char *p = room(file_bytes(pic));
    size_t at = 0, n;
    if (png) {
        struct rx_str file = picture_png(pic);
        memcpy(p + HEAD, file.p, file.n);
        n = file.n;
        free((void *)file.p);
    } else {
        n = put_bitmap(p + HEAD, pic, 32, false, true);
    }
    put_number(p, &at, 0x10000, 4);
    put_number(p, &at, 2, 2);
    for (unsigned i = 0; i < 2; i++) {
        put_number(p, &at, i == 0 ? 0 : pic->width & 255, 1);
        put_number(p, &at, i == 0 ? 0 : pic->height & 255, 1);
        put_number(p, &at, 0, 2);
        put_number(p, &at, 1 | 32 << 16, 4);
        put_number(p, &at, (uint32_t)n, 4);
        put_number(p, &at, i == 0 ? 0x7fffffff : HEAD, 4);
    }
    return rx_strn(p, HEAD + n);
}

#endif
