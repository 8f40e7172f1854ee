/* grey_webp.c - WebP, by libwebp, in the calling thread. */
#include "crawler/image/grey.h"

#include <webp/decode.h>

int grey_webp(struct grey *out, struct rx_arena *arena, struct rx_str file, struct rx_err *err)
{
    enum { CHANNELS = 4 };
    const uint8_t *bytes = (const uint8_t *)file.p;
    WebPBitstreamFeatures is;
    struct grey g;
    if (WebPGetFeatures(bytes, file.n, &is) != VP8_STATUS_OK || is.width < 0 || is.height < 0)
        return rx_fail(err, RX_EINVAL, "WebP: the head is broken");
    if (is.has_animation)
        return rx_fail(err, RX_EINVAL, "WebP: animated ones are not read");
    int rc = grey_new(&g, arena, (uint64_t)is.width, (uint64_t)is.height, err);
    if (rc)
        return rc;
    const size_t pixels = (size_t)g.width * g.height;
    uint8_t *p = rx_arena_alloc(arena, pixels * CHANNELS);
    if (!p)
        return rx_fail(err, RX_EFULL, "a picture needs more than %zu bytes of memory", arena->max);
    if (!WebPDecodeRGBAInto(bytes, file.n, p, pixels * CHANNELS, (int)g.width * CHANNELS))
        return rx_fail(err, RX_EINVAL, "WebP: broken");
    for (size_t i = 0; i < pixels; i++, p += CHANNELS)
        g.p[i] = grey_of(p[0], p[1], p[2], p[3]);
    *out = g;
    return 0;
}
