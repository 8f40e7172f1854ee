/* build.h - a struct doc under construction: what tree.c and salvage.c share.
 *
 * Links are kept as written until the whole page was seen, because a base element counts for the
 * links before it too. A build that failed says so once, at build_end(). It lives in the page's
 * arena: the doc points into it. */
#ifndef RX_CRAWLER_PARSE_BUILD_H
#define RX_CRAWLER_PARSE_BUILD_H

#include "base/url.h"
#include "crawler/parse/charset.h"
#include "crawler/parse/prune.h"

/* COMMENT: bytes of one comment that are kept. */
enum { BUILD_TEXT_MAX = 200, BUILD_TITLE_MAX = 300, BUILD_COMMENT_MAX = 65536 };

/* What doc.offset_map points to. */
struct parse_map {
    const struct charset_run *runs; /* source to body */
    size_t run_count;
};

/* What doc.located points to: locate.c's. */
struct locate_memory {
    struct rx_arena *arena; /* borrowed: the page's */
    struct pruned guarded;  /* what was read in place of the source; no cuts: the source itself */
    struct located *spans;  /* the longer ones that were asked for */
    size_t work;            /* bytes decoded for them */
};

struct build {
    struct rx_arena *arena;
    const struct parse_limits *limits;
    struct doc doc;
    struct parse_map map;
    struct doc_span base; /* the first base[href]; empty text: none */
    size_t link_cap, form_cap, field_cap, meta_cap, script_cap, style_cap, comment_cap, text_cap,
        attr_cap, path_cap, framed_cap;
    bool hidden;       /* what is added next is not shown (hidden.h) */
    bool *text_hidden; /* parallel to doc.texts, until they are told apart */
    size_t text_hidden_cap;
    int32_t *field_forms; /* parallel to doc.fields: index of the form, or -1 */
    size_t field_form_cap;
    bool logo;   /* an image of the page said that it is one */
    bool failed; /* the arena is full */
};

/* Decodes the body (its first read_bytes) into doc.source. */
RX_MUST int build_begin(struct build *b, struct rx_arena *arena, struct rx_str url,
                        struct rx_str head, struct rx_str body, const struct parse_limits *limits);
/* Resolves links and forms, orders fields by form, hands the doc over. RX_EFULL: the arena's cap;
 * RX_EINVAL: url is no http(s) URL. */
RX_MUST int build_end(struct doc *out, struct build *b, struct rx_err *err);

void build_link(struct build *b, const struct doc_link *link);
void build_attr(struct build *b, struct rx_str tag, struct rx_str name, struct doc_span value);
void build_meta(struct build *b, struct doc_meta meta);
void build_script(struct build *b, struct doc_script script);
void build_style(struct build *b, struct doc_span style);
void build_comment(struct build *b, struct doc_span comment);
void build_text(struct build *b, struct doc_span text);
void build_framed(struct build *b, struct doc_span text);
void build_path(struct build *b, uint32_t hash);
/* Returns the form's index, -1 when the arena is full. */
int32_t build_form(struct build *b, const struct doc_form *form);
void build_field(struct build *b, const struct doc_field *field, int32_t form);

static inline bool build_is_blank(struct rx_str s)
{
    return rx_str_trim(s).n == 0;
}

/* Adds s to out with runs of blanks folded to one space, up to max bytes, never splitting a
 * character. Returns the new length. */
size_t build_fold(char *out, size_t n, size_t max, struct rx_str s);

/* ---- refresh.c: redirects in words -------------------------------------------------------------
 */

/* The URL of a refresh (HTML standard, 4.2.5.3, shared declarative refresh steps) as a part of
 * content; empty if it names none. */
struct rx_str refresh_url(struct rx_str content);
/* Adds the link of a Refresh header. */
void build_header_refresh(struct build *b, struct rx_str head);
/* Finds the next literal assigned to location (also .href, .assign(), .replace()) in a script, at
 * or after *at: the bytes between its quotes. False at the end. */
bool script_location(struct rx_str script, size_t *at, struct rx_str *literal);
/* A JavaScript string literal's value (\/, \xNN, \uNNNN, \n...). RX_EFULL: the arena's cap. */
RX_MUST int script_unescape(struct rx_str *out, struct rx_arena *arena, struct rx_str literal);

#endif
