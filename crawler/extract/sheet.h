/* sheet.h - the page as a few long texts, one a kind of place, so that each is searched once.
 *
 * A sheet is the join of many spans of the document with '\n' between them; a piece remembers
 * which span each stretch came from, so that a match is quoted from the source. In SHEET_ATTR,
 * SHEET_META and SHEET_FIELD a line is NAME=VALUE. Pieces that a reader sees as one text are glued
 * (inline.h), and a match across them is quoted from the first to the last. */
#ifndef RX_CRAWLER_EXTRACT_SHEET_H
#define RX_CRAWLER_EXTRACT_SHEET_H

#include "crawler/extract/collect.h"

enum sheet_kind {
    SHEET_TEXT,
    SHEET_ATTR,
    SHEET_META,
    SHEET_FIELD,
    SHEET_SCRIPT,
    SHEET_COMMENT,
    SHEET_URL,
    SHEET_STYLE,
    SHEET_HEADER,
    SHEET_KINDS
};

/* What may be words, markup or a script. */
enum {
    SHEET_ANYTHING = 1u << SHEET_TEXT | 1u << SHEET_SCRIPT | 1u << SHEET_URL | 1u << SHEET_ATTR
};

/* What stands between a piece and the next. */
enum piece_glue { PIECE_LINE, PIECE_BLANK, PIECE_GLUED };

struct piece {
    size_t at, n;       /* in the sheet's text */
    struct rx_str name; /* with a name the text is NAME=TEXT; with "NAME:", "NAME: TEXT" */
    struct doc_span span;
    size_t skip, cut; /* bytes of the span's text that are left out before and behind */
    enum piece_glue glue;
    bool hidden; /* the page does not show it (parse/hidden.h) */
    bool whole;  /* the text was decoded or resolved: quote the whole span, not a part of it */
};

struct sheet {
    enum sheet_kind kind;
    bool hidden;         /* a disguise was taken off, or the page does not show it */
    enum rx_place place; /* 0: the kind's own */
    unsigned also;       /* kinds (1u << kind) whose signatures look here too */
    struct rx_str text;
    struct piece *pieces;
    size_t count;
};

/* Builds the sheet of that kind in the page's arena. An empty sheet is fine. RX_EFULL: arena. */
RX_MUST int sheet_build(struct sheet *out, struct collect *c, enum sheet_kind kind);
/* The sheet of kind SHEET_TEXT of what the page does not show. RX_EFULL: arena. */
RX_MUST int sheet_unseen(struct sheet *out, struct collect *c);
/* Joins ready pieces (at and n are filled in). */
RX_MUST int sheet_join(struct sheet *out, struct collect *c, struct piece *pieces, size_t count);
/* Where [from, to) of the sheet's text stands in the source: the part of it that lies in the piece
 * of `anchor`, an offset inside [from, to), and in those glued to it. */
struct sight sheet_sight(const struct collect *c, const struct sheet *s, size_t from, size_t to,
                         size_t anchor);
/* The same as a slice of doc->source, without text. */
struct doc_span sheet_span(const struct collect *c, const struct sheet *s, size_t from, size_t to,
                           size_t anchor);
static inline unsigned sheet_kinds(const struct sheet *s)
{
    return 1u << s->kind | s->also;
}
enum rx_place sheet_place(enum sheet_kind kind);
/* -1: no such word. "text", "attr", "meta"... */
int sheet_kind_parse(struct rx_str word);
/* The word of a kind; NULL behind the last. */
const char *sheet_kind_word(size_t kind);

#endif
