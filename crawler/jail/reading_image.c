/* reading_image.c - the reader of pictures: a site's logo, which its shops carry from one domain to
 * the next (reading_kinds.h, image/image.h).
 *
 * It is decoded in memory of its own, so that a picture takes nothing from what a page may have.
 * One that is too small, too plain, broken or too large says nothing: most pictures of pages are
 * like that. */
#include "crawler/image/image.h"
#include "crawler/jail/reading_kinds.h"

#include "crawler/jail/reading_wire.h"
#include "crawler/parse/parse.h"

#include <stdio.h>

enum { MARKS = 2 };

static int add_mark(struct marks *marks, struct rx_arena *arena, const char *cls, const char *hex)
{
    const struct rx_str value = rx_arena_dup(arena, rx_str(hex));
    if (!value.p)
        return RX_EFULL;
    marks->items[marks->count++] =
        (struct mark){.cls = rx_class_find(rx_str(cls)), .value = value, .place = RX_PLACE_TEXT};
    return 0;
}

/* Behind the marks of the head. */
static int add_print(struct marks *marks, struct rx_arena *arena, const struct image_print *print)
{
    char sha256[RX_SHA256_HEX + 1], phash[17];
    if (marks->count + MARKS > EXTRACT_MARKS_MAX)
        return 0;
    struct mark *items = rx_arena_zalloc(arena, marks->count + MARKS, sizeof *items);
    if (!items)
        return RX_EFULL;
    if (marks->count > 0)
        memcpy(items, marks->items, marks->count * sizeof *items);
    marks->items = items;
    rx_sha256_hex(sha256, &print->sha256);
    (void)snprintf(phash, sizeof phash, "%016llx", (unsigned long long)print->phash);
    const int rc = add_mark(marks, arena, "logo.sha256", sha256);
    return rc ? rc : add_mark(marks, arena, "logo.phash", phash);
}

int reading_image(struct reading *r, struct rx_arena *arena, const struct extractor *x,
                  const struct read_job *job, struct rx_str decoded, struct rx_err *err)
{
    struct rx_arena own = RX_ARENA(IMAGE_ARENA_BYTES);
    struct image_print print;
    struct rx_err why;
    int rc = reading_head(r, arena, x, job, decoded, err);
    if (rc || job->kind == READ_SALVAGE || !x || parse_status(job->head) / 100 != 2)
        return rc;
    const bool seen = image_read(&print, &own, decoded, &why) == 0;
    rx_arena_free(&own);
    if (seen && print.logo && !r->decoded_cut)
        rc = add_print(&r->marks, arena, &print);
    if (rc)
        return reading_give_up(
            r, rx_fail(err, rc, "the picture needs more than %zu bytes of memory", arena->max));
    r->reader = rx_str(READER_IMAGE);
    return 0;
}
