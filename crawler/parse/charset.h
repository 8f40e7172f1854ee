/* charset.h - bytes to UTF-8: which encoding a page is in, and its decoding with the way back.
 *
 * Labels, sniffing and error handling are the WHATWG Encoding and HTML standards'; the tables are
 * glibc's iconv, read in charset_init() because iconv loads files and the jail has none. */
#ifndef RX_CRAWLER_PARSE_CHARSET_H
#define RX_CRAWLER_PARSE_CHARSET_H

#include "base/arena.h"

enum charset_kind {
    CHARSET_UTF8,
    CHARSET_UTF16LE,
    CHARSET_UTF16BE,
    CHARSET_USER,   /* x-user-defined */
    CHARSET_SINGLE, /* one byte a character */
    CHARSET_MULTI   /* one to four, by an iconv descriptor */
};

enum { CHARSET_COUNT = 39 };

struct charset {
    const char *name;  /* the standard's, lower case */
    const char *iconv; /* NULL: decoded here */
    enum charset_kind kind;
    unsigned index; /* in charset.c's table */
};

/* The encoding of a label (any case, blanks around it ignored); NULL: none. */
const struct charset *charset_find(struct rx_str label);
/* Number index of the table; NULL behind the end. */
const struct charset *charset_at(unsigned index);

/* A stretch of the source in which every character takes as many bytes there and in the body. */
struct charset_run {
    uint32_t source, body; /* where it begins */
    uint8_t source_each, body_each;
};

struct charset_text {
    struct rx_str source;     /* UTF-8 (a UTF-8 body is not repaired); may be a view of body */
    struct charset_run *runs; /* NULL: source is the body, byte for byte */
    size_t run_count;
    const char *name; /* of the charset */
    const char *by;   /* "bom", "header", "meta", "guess", "default" */
};

/* Once a process, before the jail closes; later calls do nothing. RX_ENOENT: iconv lacks a table.
 */
RX_MUST int charset_init(struct rx_err *err);

/* Sniffs (BOM, label of the header, meta prescan of 1,024 bytes, detection, windows-1252) and
 * decodes. label: charset of the Content-Type, may be empty. RX_EFULL: the arena's cap. */
RX_MUST int charset_decode(struct charset_text *out, struct rx_arena *arena, struct rx_str body,
                           struct rx_str label);

/* Offset in the source to offset in the body. Complexity: O(log runs). */
uint32_t charset_body(const struct charset_run *runs, size_t count, uint32_t source);

#endif
