/* finds.h - what a reader of lists gives back: URLs as they were written, what the list is called,
 * identifiers that a mail names, and what could not be read, each with its place. Text, a line
 * each, because it crosses the jail's socket: finds_next() believes nothing. Pure. */
#ifndef RX_CRAWLER_LISTS_FINDS_H
#define RX_CRAWLER_LISTS_FINDS_H

#include "base/buf.h"
#include "base/vocab.h"

enum {
    FINDS_MAX = 16 << 20,  /* bytes of all finds of one job */
    FINDS_TEXT_MAX = 4096, /* of a URL: longer than one may be, so that it is refused by name */
    FINDS_WORDS_MAX = 300  /* of any other text */
};

enum find_kind {
    FIND_SEED = 'S',  /* text: as written */
    FIND_FAULT = 'F', /* text: a sentence */
    FIND_TITLE = 'T', /* text: of the whole list */
    FIND_MARK = 'M'   /* text: as written; cls and value: what it says */
};
struct find {
    enum find_kind kind;
    uint64_t line;       /* from 1; 0: lines say nothing here */
    struct rx_str place; /* for people: "part 2, text/html"; may be empty */
    struct rx_str text;
    struct rx_str origin;    /* the advertisement or profile that it says it comes from, or empty */
    enum rx_purpose purpose; /* that it says it has */
    struct rx_str cls, value; /* of a mark: the name of its class, and what is compared */
    bool hidden;              /* of a mark: disguised, or where no reader sees it */
};
/* Control characters become blanks; what is too long is cut. RX_EFULL at FINDS_MAX. */
RX_MUST int finds_add(struct rx_buf *out, const struct find *f);
/* 1: the next, in views of *rest; 0: the end; RX_EDAMAGE: no reader of ours wrote this. */
RX_MUST int finds_next(struct find *f, struct rx_str *rest);

#endif
