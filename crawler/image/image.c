/* image.c - see image.h. */
#include "crawler/image/grey.h"

static const struct {
    const char *name;
    grey_fn *read;
} kinds[IMAGE_KINDS] = {
    [IMAGE_NONE] = {"none", NULL},      [IMAGE_PNG] = {"png", grey_png},
    [IMAGE_JPEG] = {"jpeg", grey_jpeg}, [IMAGE_GIF] = {"gif", grey_gif},
    [IMAGE_WEBP] = {"webp", grey_webp}, [IMAGE_ICO] = {"ico", grey_ico},
    [IMAGE_BMP] = {"bmp", grey_bmp},
};

const char *image_kind_name(enum image_kind kind)
{
    return kinds[kind].name;
}

enum image_kind image_kind_of(struct rx_str file)
{
    if (rx_str_starts(file, RX_STR("\x89PNG\r\n\x1a\n")))
        return IMAGE_PNG;
    if (rx_str_starts(file, RX_STR("\xff\xd8\xff")))
        return IMAGE_JPEG;
    if (rx_str_starts(file, RX_STR("GIF87a")) || rx_str_starts(file, RX_STR("GIF89a")))
        return IMAGE_GIF;
    if (rx_str_starts(file, RX_STR("RIFF")) && rx_str_eq(rx_str_sub(file, 8, 12), RX_STR("WEBP")))
        return IMAGE_WEBP;
    if (rx_str_starts(file, RX_STR("\0\0\1\0")))
        return IMAGE_ICO;
    return rx_str_starts(file, RX_STR("BM")) ? IMAGE_BMP : IMAGE_NONE;
}

int grey_new(struct grey *out, struct rx_arena *arena, uint64_t width, uint64_t height,
             struct rx_err *err)
{
    if (width == 0 || height == 0)
        return rx_fail(err, RX_EINVAL, "a picture without pixels");
    if (width > IMAGE_SIDE_MAX || height > IMAGE_SIDE_MAX || width * height > IMAGE_PIXELS_MAX)
        return rx_fail(err, RX_EFULL, "a picture of more than %d pixels", IMAGE_PIXELS_MAX);
    struct grey g = {.p = rx_arena_alloc(arena, (size_t)(width * height)),
                     .width = (uint32_t)width,
                     .height = (uint32_t)height};
    if (!g.p)
        return rx_fail(err, RX_EFULL, "a picture needs more than %zu bytes of memory", arena->max);
    *out = g;
    return 0;
}

int image_read(struct image_print *out, struct rx_arena *arena, struct rx_str file,
               struct rx_err *err)
{
    struct image_print print = {.kind = image_kind_of(file)};
    struct grey g;
    if (print.kind == IMAGE_NONE)
        return rx_fail(err, RX_EINVAL, "not a picture of a known kind");
    if (file.n > IMAGE_FILE_MAX)
        return rx_fail(err, RX_EFULL, "a picture's file of more than %d bytes", IMAGE_FILE_MAX);
    int rc = kinds[print.kind].read(&g, arena, file, err);
    if (rc)
        return rc;
    print.sha256 = rx_sha256(file);
    print.width = g.width;
    print.height = g.height;
    grey_hash(&print, &g);
    *out = print;
    return 0;
}
