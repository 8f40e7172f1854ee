/* grey_gif.c - GIF, by giflib, record by record: its "slurp" would take memory for all pictures of
 * an animation; the first is enough. */
#include "crawler/image/grey.h"

#include <gif_lib.h>

enum { CONTROL = 0xf9, RECORDS_MAX = 1000 };

struct source {
    struct rx_str file;
    size_t at;
};

static int read_source(GifFileType *gif, GifByteType *to, int bytes)
{
    struct source *s = gif->UserData;
    size_t left = s->file.n - s->at, n = bytes > 0 ? (size_t)bytes : 0;
    n = n < left ? n : left;
    if (n)
        memcpy(to, s->file.p + s->at, n);
    s->at += n;
    return (int)n;
}

/* Reads an extension; *clear: the shade that is transparent, if it says so. */
static bool read_extension(GifFileType *gif, int *clear)
{
    int code;
    GifByteType *block;
    if (DGifGetExtension(gif, &code, &block) != GIF_OK)
        return false;
    if (code == CONTROL && block && block[0] >= 4)
        *clear = block[1] & 1 ? block[4] : -1;
    while (block)
        if (DGifGetExtensionNext(gif, &block) != GIF_OK)
            return false;
    return true;
}

/* Stands at the first picture, or false. */
static bool find_picture(GifFileType *gif, int *clear)
{
    GifRecordType record;
    for (int i = 0; i < RECORDS_MAX && DGifGetRecordType(gif, &record) == GIF_OK; i++) {
        if (record == IMAGE_DESC_RECORD_TYPE)
            return DGifGetImageDesc(gif) == GIF_OK;
        if (record != EXTENSION_RECORD_TYPE || !read_extension(gif, clear))
            return false;
    }
    return false;
}

static void shades_of(uint8_t shade[256], const ColorMapObject *map, int clear)
{
    memset(shade, 255, 256);
    for (int i = 0; i < map->ColorCount && i < 256; i++)
        if (i != clear)
            shade[i] = grey_of(map->Colors[i].Red, map->Colors[i].Green, map->Colors[i].Blue, 255);
}

/* The row that the n-th row of the file is: interlaced ones come in four passes. */
static uint32_t row_of(uint32_t n, uint32_t height, bool interlaced)
{
    static const uint32_t first[] = {0, 4, 2, 1}, step[] = {8, 8, 4, 2};
    if (!interlaced)
        return n;
    for (size_t pass = 0; pass < 4; pass++) {
        uint32_t rows = height > first[pass] ? (height - first[pass] - 1) / step[pass] + 1 : 0;
        if (n < rows)
            return first[pass] + n * step[pass];
        n -= rows;
    }
    return height - 1;
}

static int read_rows(struct grey *g, GifFileType *gif, struct rx_arena *arena, int clear,
                     struct rx_err *err)
{
    const GifImageDesc *part = &gif->Image;
    const ColorMapObject *map = part->ColorMap ? part->ColorMap : gif->SColorMap;
    uint32_t width = (uint32_t)part->Width, height = (uint32_t)part->Height;
    uint8_t shade[256], *line = rx_arena_alloc(arena, width);
    if (!line)
        return rx_fail(err, RX_EFULL, "a picture needs more than %zu bytes of memory", arena->max);
    if (!map)
        return rx_fail(err, RX_EINVAL, "GIF: without colours");
    shades_of(shade, map, clear);
    memset(g->p, 255, (size_t)g->width * g->height);
    for (uint32_t n = 0; n < height; n++) {
        if (DGifGetLine(gif, line, part->Width) != GIF_OK)
            return rx_fail(err, RX_EINVAL, "GIF: ends early or is broken");
        uint32_t row = row_of(n, height, part->Interlace) + (uint32_t)part->Top;
        uint8_t *to = g->p + (size_t)row * g->width + part->Left;
        for (uint32_t i = 0; i < width; i++)
            to[i] = shade[line[i]];
    }
    return 0;
}

static int decode(struct grey *out, struct rx_arena *arena, GifFileType *gif, struct rx_err *err)
{
    int clear = -1;
    struct grey g;
    if (!find_picture(gif, &clear))
        return rx_fail(err, RX_EINVAL, "GIF: no picture");
    const GifImageDesc *part = &gif->Image;
    if (part->Width <= 0 || part->Height <= 0 || part->Left < 0 || part->Top < 0)
        return rx_fail(err, RX_EINVAL, "GIF: a picture without pixels");
    int width = part->Left + part->Width, height = part->Top + part->Height;
    int rc = grey_new(&g, arena, (uint64_t)(width > gif->SWidth ? width : gif->SWidth),
                      (uint64_t)(height > gif->SHeight ? height : gif->SHeight), err);
    if (rc == 0)
        rc = read_rows(&g, gif, arena, clear, err);
    if (rc == 0)
        *out = g;
    return rc;
}

int grey_gif(struct grey *out, struct rx_arena *arena, struct rx_str file, struct rx_err *err)
{
    struct source source = {.file = file};
    int code = 0;
    GifFileType *gif = DGifOpen(&source, read_source, &code);
    if (!gif)
        return rx_fail(err, RX_EINVAL, "GIF: the head is broken");
    int rc = decode(out, arena, gif, err);
    (void)DGifCloseFile(gif, &code);
    return rc;
}
