/* colour.c - see colour.h. The first twelve are Paul Tol's "muted" and "bright" schemes, ordered so
 * that neighbours differ in lightness; the rest goes around the hues by the golden angle. */
#include "graph/export/colour.h"

#include <math.h>

static const struct colour palette[] = {
    {0x33, 0x22, 0x88}, {0xdd, 0xcc, 0x77}, {0x11, 0x77, 0x33}, {0xcc, 0x66, 0x77},
    {0x44, 0xaa, 0x99}, {0x88, 0x22, 0x55}, {0x88, 0xcc, 0xee}, {0x99, 0x99, 0x33},
    {0xaa, 0x44, 0x99}, {0xee, 0x88, 0x66}, {0x44, 0x77, 0xaa}, {0xbb, 0xcc, 0x33},
};
enum { PALETTE = sizeof palette / sizeof palette[0] };

/* One channel of HSL (CSS Color Module Level 4, section 7.1). */
static uint8_t channel(double hue, double saturation, double light, double n)
{
    double k = fmod(n + hue / 30, 12);
    double a = saturation * fmin(light, 1 - light);
    double v = light - a * fmax(-1, fmin(fmin(k - 3, 9 - k), 1));
    return (uint8_t)lround(255 * v);
}

struct colour colour_of(int64_t rank)
{
    if (rank < 0)
        return (struct colour){0xb4, 0xb4, 0xb4};
    if (rank < PALETTE)
        return palette[rank];
    double hue = fmod(137.508 * (double)rank, 360);
    double light = rank % 3 == 0 ? .35 : rank % 3 == 1 ? .62 : .48;
    return (struct colour){channel(hue, .55, light, 0), channel(hue, .55, light, 8),
                           channel(hue, .55, light, 4)};
}
