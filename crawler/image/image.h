/* image.h - the door of image/: a picture's bytes to what tells it from others. Pure: no loop,
 * socket, file, thread, locale.
 *
 * Shops of one operator carry the same logo, stored anew in another size and format, so its bytes
 * differ. Two hashes of what it looks like do not: the signs of its low frequencies (pHash) and of
 * its slopes (dHash); at most IMAGE_ALIKE_BITS of 64 differ between two copies of a logo. Both are
 * whole-number arithmetic, the same on every machine.
 *
 * Pictures are hostile. Sizes are checked before memory is taken; what a picture takes is bounded
 * by IMAGE_ARENA_BYTES of the arena and about as much inside the libraries. */
#ifndef RX_CRAWLER_IMAGE_IMAGE_H
#define RX_CRAWLER_IMAGE_IMAGE_H

#include "base/arena.h"
#include "base/digest.h"

enum {
    IMAGE_FILE_MAX = 8 << 20,
    IMAGE_PIXELS_MAX = 4 << 20,
    IMAGE_SIDE_MAX = 16384,
    IMAGE_ARENA_BYTES = 24 << 20, /* an arena with this cap reads any picture within the bounds */
    IMAGE_ALIKE_BITS = 8,
    /* Smaller pictures, and those of which a thumbnail holds fewer thousandths of a bit a pixel,
     * look like too many others: icons, rules, plain areas. */
    IMAGE_LOGO_SIDE = 64, /* the longer side; the other at least a quarter of this */
    IMAGE_LOGO_MILLIBITS = 700
};

enum image_kind {
    IMAGE_NONE,
    IMAGE_PNG,
    IMAGE_JPEG,
    IMAGE_GIF,
    IMAGE_WEBP,
    IMAGE_ICO,
    IMAGE_BMP,
    IMAGE_KINDS
};

struct image_print {
    struct rx_sha256 sha256; /* of the file */
    enum image_kind kind;
    uint32_t width, height;
    uint32_t millibits; /* entropy of a thumbnail of 32 x 32 pixels in 16 shades */
    bool logo;          /* large and rich enough for its hashes to be compared */
    uint64_t phash, dhash;
};

/* By the first bytes; the server's word for it counts for nothing. */
enum image_kind image_kind_of(struct rx_str file);
const char *image_kind_name(enum image_kind kind); /* "png"... */

/* The first picture of an animation; the largest of an icon file. Transparent parts are white.
 * RX_EINVAL: none of the kinds, broken, or of a form that is not read (animated WebP, run-length
 * BMP); RX_EFULL: larger than the bounds or than the arena. */
RX_MUST int image_read(struct image_print *out, struct rx_arena *arena, struct rx_str file,
                       struct rx_err *err);

#endif
