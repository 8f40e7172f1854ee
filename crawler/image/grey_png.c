/* grey_png.c - PNG, by libpng's simplified interface: it catches its own errors, so that none of
 * ours jumps, and reads nothing but the header before the size is checked. */
#include "crawler/image/grey.h"

#include <png.h>

static int decode(struct grey *out, struct rx_arena *arena, png_image *png, struct rx_err *err)
{
    static const png_color white = {255, 255, 255};
    struct grey g;
    int rc = grey_new(&g, arena, png->width, png->height, err);
    if (rc)
        return rc;
    png->format = PNG_FORMAT_GRAY;
    if (!png_image_finish_read(png, &white, g.p, (png_int_32)g.width, NULL))
        return rx_fail(err, RX_EINVAL, "PNG: %s", png->message);
    *out = g;
    return 0;
}

int grey_png(struct grey *out, struct rx_arena *arena, struct rx_str file, struct rx_err *err)
{
    png_image png = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_memory(&png, file.p, file.n))
        return rx_fail(err, RX_EINVAL, "PNG: %s", png.message);
    int rc = decode(out, arena, &png, err);
    png_image_free(&png); /* safe after it freed itself */
    return rc;
}
