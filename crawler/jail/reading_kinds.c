/* reading_kinds.c - see reading_kinds.h. */
#include "crawler/jail/reading_kinds.h"

#include "crawler/image/image.h"
#include "crawler/parse/parse.h"

/* HTML is what looks like it, whatever the server calls it. */
static bool is_page(const struct read_job *job, struct rx_str decoded)
{
    return parse_is_html(job->head, decoded);
}

/* A file of a known place is that, or nothing: many servers send a page for what they do not have.
 */
static bool is_known_file(const struct read_job *job, struct rx_str decoded)
{
    return reading_file_kind(job, decoded, true) != DOC_PAGE;
}

static bool is_file(const struct read_job *job, struct rx_str decoded)
{
    return reading_file_kind(job, decoded, false) != DOC_PAGE;
}

static bool is_picture(const struct read_job *job, struct rx_str decoded)
{
    (void)job;
    return image_kind_of(decoded) != IMAGE_NONE;
}

static bool is_anything(const struct read_job *job, struct rx_str decoded)
{
    (void)job;
    (void)decoded;
    return true;
}

/* The first row that takes it reads it. */
static const struct {
    bool (*takes)(const struct read_job *job, struct rx_str decoded);
    read_kind_fn *read;
} kinds[] = {
    {is_known_file, reading_file}, {is_page, reading_page},     {is_file, reading_file},
    {is_picture, reading_image},   {is_anything, reading_head},
};

read_kind_fn *reading_kind_of(const struct read_job *job, struct rx_str decoded)
{
    size_t i = 0;
    while (!kinds[i].takes(job, decoded))
        i++;
    return kinds[i].read;
}
