/* grey.h - what the readers of picture formats make: one byte a pixel, 0 black to 255 white. */
#ifndef RX_CRAWLER_IMAGE_GREY_H
#define RX_CRAWLER_IMAGE_GREY_H

#include "crawler/image/image.h"

struct grey {
    uint8_t *p; /* width * height, of the arena */
    uint32_t width, height;
};

/* Checks the size before it takes memory. RX_EINVAL: a side of 0; RX_EFULL: the bounds. */
RX_MUST int grey_new(struct grey *out, struct rx_arena *arena, uint64_t width, uint64_t height,
                     struct rx_err *err);

/* Brightness as the eye weighs it (ITU-R BT.601), on white where alpha is below 255. */
static inline uint8_t grey_of(unsigned red, unsigned green, unsigned blue, unsigned alpha)
{
    unsigned y = (77 * red + 150 * green + 29 * blue) >> 8;
    return (uint8_t)((y * alpha + 255 * (255 - alpha)) / 255);
}

/* A reader of one format. */
typedef int grey_fn(struct grey *out, struct rx_arena *arena, struct rx_str file,
                    struct rx_err *err);
RX_MUST int grey_png(struct grey *out, struct rx_arena *arena, struct rx_str file,
                     struct rx_err *err);
RX_MUST int grey_jpeg(struct grey *out, struct rx_arena *arena, struct rx_str file,
                      struct rx_err *err);
RX_MUST int grey_gif(struct grey *out, struct rx_arena *arena, struct rx_str file,
                     struct rx_err *err);
RX_MUST int grey_webp(struct grey *out, struct rx_arena *arena, struct rx_str file,
                      struct rx_err *err);
RX_MUST int grey_bmp(struct grey *out, struct rx_arena *arena, struct rx_str file,
                     struct rx_err *err);
RX_MUST int grey_ico(struct grey *out, struct rx_arena *arena, struct rx_str file,
                     struct rx_err *err);
/* A bitmap without file header, as icon files hold it: of doubled height, with a mask behind. */
RX_MUST int grey_icon_bitmap(struct grey *out, struct rx_arena *arena, struct rx_str file,
                             struct rx_err *err);

/* ---- grey_hash.c
 * -----------------------------------------------------------------------------------
 */
void grey_hash(struct image_print *out, const struct grey *g);

#endif
