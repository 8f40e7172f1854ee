/* grey_jpeg.c - JPEG, by libjpeg-turbo, which leaves by longjmp when it fails.
 *
 * The jump goes from the library into grey_jpeg() alone, over no frame of ours that owns anything:
 * all state is in one struct of the arena, whose address no local changes. A file of many scans
 * over a large picture is read only so far. */
#include "crawler/image/grey.h"

#include <stdio.h> /* jpeglib.h needs it */

#include <jpeglib.h>
#include <setjmp.h>

enum { SCANS_MAX = 64, LIBRARY_BYTES = 48 << 20 };

struct reader {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf back;
    char message[JMSG_LENGTH_MAX];
};

static void on_error(j_common_ptr jpeg)
{
    struct reader *r = jpeg->client_data;
    r->errors.format_message(jpeg, r->message);
    longjmp(r->back, 1);
}

/* Damage that the library reads over. */
static void on_message(j_common_ptr jpeg, int level)
{
    (void)jpeg;
    (void)level;
}

static void on_progress(j_common_ptr jpeg)
{
    struct reader *r = jpeg->client_data;
    if (r->jpeg.input_scan_number <= SCANS_MAX)
        return;
    (void)snprintf(r->message, sizeof r->message, "more than %d scans", SCANS_MAX);
    longjmp(r->back, 1);
}

/* A row of ink: Adobe's files hold it inverted, which is light already. */
static void grey_from_ink(uint8_t *out, const uint8_t *ink, uint32_t pixels, bool inverted)
{
    for (uint32_t i = 0; i < pixels; i++, ink += 4) {
        unsigned light[4];
        for (size_t k = 0; k < 4; k++)
            light[k] = inverted ? ink[k] : 255u - ink[k];
        out[i] = grey_of(light[0] * light[3] / 255, light[1] * light[3] / 255,
                         light[2] * light[3] / 255, 255);
    }
}

static int read_rows(struct grey *g, struct rx_arena *arena, struct reader *r, struct rx_err *err)
{
    bool ink = r->jpeg.out_color_space == JCS_CMYK;
    uint8_t *row = ink ? rx_arena_alloc(arena, (size_t)g->width * 4) : g->p;
    if (!row)
        return rx_fail(err, RX_EFULL, "a picture needs more than %zu bytes of memory", arena->max);
    (void)jpeg_start_decompress(&r->jpeg);
    if (r->jpeg.output_width != g->width || r->jpeg.output_height != g->height ||
        r->jpeg.output_components != (ink ? 4 : 1))
        return rx_fail(err, RX_EINVAL, "JPEG: not of the size that it says");
    while (r->jpeg.output_scanline < g->height) {
        uint8_t *line = g->p + (size_t)r->jpeg.output_scanline * g->width;
        JSAMPROW to = ink ? row : line;
        if (jpeg_read_scanlines(&r->jpeg, &to, 1) != 1)
            return rx_fail(err, RX_EINVAL, "JPEG: ends early");
        if (ink)
            grey_from_ink(line, row, g->width, r->jpeg.saw_Adobe_marker);
    }
    return 0;
}

static int decode(struct grey *out, struct rx_arena *arena, struct reader *r, struct rx_str file,
                  struct rx_err *err)
{
    struct grey g;
    r->jpeg.mem->max_memory_to_use = LIBRARY_BYTES;
    r->jpeg.progress = &r->progress;
    jpeg_mem_src(&r->jpeg, (const unsigned char *)file.p, file.n);
    if (jpeg_read_header(&r->jpeg, TRUE) != JPEG_HEADER_OK)
        return rx_fail(err, RX_EINVAL, "JPEG: no picture");
    int rc = grey_new(&g, arena, r->jpeg.image_width, r->jpeg.image_height, err);
    if (rc)
        return rc;
    bool ink = r->jpeg.jpeg_color_space == JCS_CMYK || r->jpeg.jpeg_color_space == JCS_YCCK;
    r->jpeg.out_color_space = ink ? JCS_CMYK : JCS_GRAYSCALE;
    rc = read_rows(&g, arena, r, err);
    if (rc == 0)
        *out = g;
    return rc;
}

int grey_jpeg(struct grey *out, struct rx_arena *arena, struct rx_str file, struct rx_err *err)
{
    struct reader *r = rx_arena_zalloc(arena, 1, sizeof *r);
    if (!r)
        return rx_fail(err, RX_EFULL, "a picture needs more than %zu bytes of memory", arena->max);
    r->jpeg.err = jpeg_std_error(&r->errors);
    r->jpeg.client_data = r;
    r->errors.error_exit = on_error;
    r->errors.emit_message = on_message;
    r->progress.progress_monitor = on_progress;
    if (setjmp(r->back)) {
        jpeg_destroy_decompress(&r->jpeg);
        return rx_fail(err, RX_EINVAL, "JPEG: %s", r->message);
    }
    jpeg_create_decompress(&r->jpeg); /* keeps err and client_data */
    int rc = decode(out, arena, r, file, err);
    jpeg_destroy_decompress(&r->jpeg);
    return rc;
}
