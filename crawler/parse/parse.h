/* parse.h - the door of parse/: bytes to struct doc. Pure: no loop, socket, file, clock.
 *
 * received bytes --unchunk, decode--> body --charset--> source --guard--> Gumbo --walk--> doc
 *                                                          \----------- scan ----------/
 *
 * Two readers, one contract: most pages are read by the linear scan, the rest by Gumbo. */
#ifndef RX_CRAWLER_PARSE_PARSE_H
#define RX_CRAWLER_PARSE_PARSE_H

#include "base/buf.h"
#include "crawler/parse/doc.h"

struct parse_limits {
    size_t decoded_bytes;              /* 20 MiB */
    unsigned ratio;                    /* 100, checked once past 1 MiB decoded */
    size_t read_bytes;                 /* 2 MiB of the decoded body are read */
    unsigned depth, attributes, links; /* 512, 256, 6000 */
    size_t attribute_bytes;
    unsigned tags; /* 200,000 */
};
extern const struct parse_limits parse_limits_default;

/* Before the jail closes: loads what needs files (charset converters). Once a process. */
RX_MUST int parse_init(struct rx_err *err);

/* How much of a decoded body is read: read_bytes, and as much more as long comments take up, to
 * three times that; nobody sees these, so they hide nothing of the page behind them. */
size_t parse_read_bytes(struct rx_str body, const struct parse_limits *limits);

/* Undoes transfer and content codings of a received message: chunked; gzip, deflate (zlib or raw),
 * br, zstd; at most two content codings. body gets the decoded bytes (its max bounds them too).
 * *cut: a bomb limit or a broken stream ended it early; what was decoded stays.
 * head is the response head as received. */
RX_MUST int parse_decode(struct rx_buf *body, bool *cut, struct rx_str head, struct rx_str received,
                         const struct parse_limits *limits, struct rx_err *err);

/* The status code of the status line; 0 if there is none. */
int parse_status(struct rx_str head);
/* Value of a header field (first occurrence, trimmed; RFC 9110), empty if absent. */
struct rx_str parse_header(struct rx_str head, const char *name);
/* Iterates fields: *at starts at 0 and skips the status line. */
bool parse_header_next(struct rx_str head, size_t *at, struct rx_str *name, struct rx_str *value);

/* The Content-Type without parameters, as written; empty if absent. And its charset label. */
struct rx_str parse_media_type(struct rx_str head);
struct rx_str parse_charset_label(struct rx_str head);

/* True if the body should be read as HTML: by Content-Type, else by its first bytes. */
bool parse_is_html(struct rx_str head, struct rx_str body);

/* A reader of pages: body into doc. RX_EFULL: the arena's cap; RX_ENOMEM; RX_EINVAL: url is no
 * http(s) URL. */
typedef int parse_fn(struct doc *doc, struct rx_arena *arena, struct rx_str url, struct rx_str head,
                     struct rx_str body, const struct parse_limits *limits, struct rx_err *err);

/* With Gumbo behind the guard. */
RX_MUST int parse_tree(struct doc *doc, struct rx_arena *arena, struct rx_str url,
                       struct rx_str head, struct rx_str body, const struct parse_limits *limits,
                       struct rx_err *err);
/* In one linear pass, without a tree. The same doc, but that links which misnesting clones stand in
 * it once. */
RX_MUST int parse_scan(struct doc *doc, struct rx_arena *arena, struct rx_str url,
                       struct rx_str head, struct rx_str body, const struct parse_limits *limits,
                       struct rx_err *err);
/* Which of the two reads a page, by its URL: the tree where structure pays, which is a site's first
 * page and the few that say who runs it or where its orders go (structure.tsv). */
bool parse_wants_tree(struct rx_str url);

/* A site's file or script (not DOC_PAGE, not DOC_ICON) into doc. RX_EINVAL: also a sitemap that
 * is refused, with the reason. */
RX_MUST int parse_file(struct doc *doc, enum doc_kind kind, struct rx_arena *arena,
                       struct rx_str url, struct rx_str head, struct rx_str body,
                       const struct parse_limits *limits, struct rx_err *err);
/* Does a body begin as a sitemap does? */
bool parse_is_sitemap(struct rx_str body);

/* What is left for a page that neither survived: links (RX_LINK_SALVAGED) and title only. */
RX_MUST int parse_salvage(struct doc *doc, struct rx_arena *arena, struct rx_str url,
                          struct rx_str head, struct rx_str body, const struct parse_limits *limits,
                          struct rx_err *err);

#endif
