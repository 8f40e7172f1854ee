/* reading_wire.h - bounds of what crosses the jail's socket; both sides hold to them. For
 * reading*.c and their tests. */
#ifndef RX_CRAWLER_READING_WIRE_H
#define RX_CRAWLER_READING_WIRE_H

#include "crawler/jail/reading.h"

enum {
    READING_LINKS_MAX = 6000,
    /* All links of a page, as read_link_bytes() counts: a short page behind a long <base> would
     * resolve to megabytes. Half of it is kept for the links that tell most. */
    READING_LINK_BYTES = 1 << 20,
    READING_TEXT_MAX = 200,
    READING_RAW_MAX = 240,
    READING_TITLE_MAX = 300,
    READING_LANG_MAX = 35,
    READING_TYPE_MAX = 100,
    READING_CHARSET_MAX = 32,
    READING_REASON_MAX = 240,
    READING_ROBOTS_MAX = 4 << 20,
    READING_HEAD_MAX = 1 << 20,
    READING_REJECTS_MAX = 1 << 22, /* of one class and reason */
    READING_SIGN_MAX = 1 << 22,    /* more than a page of 2 MB has words */
    /* A frame: a body of any size that is fetched, or the longest reading. */
    READING_FRAME_MAX = 64 << 20
};

#define READER_TREE "tree/2"
#define READER_SCAN "scan/2"
#define READER_SALVAGE "salvage/1"
#define READER_NONE "none/1"
#define READER_SCRIPT "script/1" /* a linked script */
#define READER_FILE "file/1"     /* one of a site's files */
#define READER_IMAGE "image/1"   /* a picture */
/* Is it one of those above: a reader that this program has? */
bool reading_is_reader(struct rx_str name);

#endif
