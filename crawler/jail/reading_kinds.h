/* reading_kinds.h - which reader takes what a server sent: one table, one row a kind of content.
 *
 * A new kind is a row of reading_kinds.c, its function, and its reader's name in reading_wire.c.
 * The choice depends on the job and the bytes alone, so that replay and any number of workers read
 * alike. For reading*.c. */
#ifndef RX_CRAWLER_READING_KINDS_H
#define RX_CRAWLER_READING_KINDS_H

#include "crawler/jail/reading.h"
#include "crawler/parse/doc.h"

/* Fills links, marks, texts, status and reader of r; decoded lives until it returns, so what points
 * into it must be copied to arena. On failure r keeps no links and no marks. x may be NULL. */
typedef int read_kind_fn(struct reading *r, struct rx_arena *arena, const struct extractor *x,
                         const struct read_job *job, struct rx_str decoded, struct rx_err *err);

/* The reader of a READ_PAGE or READ_SALVAGE job; never NULL. */
read_kind_fn *reading_kind_of(const struct read_job *job, struct rx_str decoded);

/* Links of a doc, those that fit a page's budget. RX_EFULL: the arena's cap. */
RX_MUST int reading_take_links(struct reading *r, struct rx_arena *arena, const struct doc *doc,
                               const struct extractor *x, struct rx_err *err);

/* What was read before it failed is not kept. Returns rc. */
RX_MUST int reading_give_up(struct reading *r, int rc);

/* reading_page.c: what is HTML, and what says something by its head only. */
read_kind_fn reading_page, reading_head;

/* reading_file.c: what belongs to a site and is no page of it. What file an answer is, by the URL's
 * path, its type or its first bytes; DOC_PAGE: none. certain: only where the path alone says so. */
enum doc_kind reading_file_kind(const struct read_job *job, struct rx_str decoded, bool certain);
read_kind_fn reading_file;

/* reading_image.c: a picture, by what it looks like. */
read_kind_fn reading_image;

#endif
