/* warc_source.h - the decoded bytes of a WARC file, plain or gzip, and where each came from. For
 * warc_read.c. Memory is constant whatever the file claims. */
#ifndef RX_CRAWLER_EVIDENCE_WARC_SOURCE_H
#define RX_CRAWLER_EVIDENCE_WARC_SOURCE_H

#include "base/digest.h"

struct warc_source; /* opaque */

/* RX_EDAMAGE: the file begins neither like a WARC record nor like gzip. An empty file is fine. */
RX_MUST int warc_source_open(struct warc_source **out, const char *path, struct rx_err *err);
void warc_source_close(struct warc_source *s);
RX_MUST int warc_source_seek(struct warc_source *s, uint64_t offset, struct rx_err *err);
const char *warc_source_path(const struct warc_source *s);

/* Decoded bytes that can be had now, at least one; empty at the end of the file. They never reach
 * over the end of a gzip member. RX_EDAMAGE, RX_EIO. */
RX_MUST int warc_source_peek(struct warc_source *s, struct rx_str *bytes, struct rx_err *err);
void warc_source_skip(struct warc_source *s, size_t n); /* n of the bytes peeked */

/* Where the next decoded byte comes from: in a plain file its offset, in gzip its member's. Call
 * after a peek. *fresh: it is the first of its member (always true in a plain file). */
uint64_t warc_source_at(const struct warc_source *s, bool *fresh);
/* Bytes of the file that the current member has taken so far; UINT64_MAX in a plain file. */
uint64_t warc_source_packed(const struct warc_source *s);
/* True if the bytes up to here end a member (gzip) that started at start: its length and digest. In
 * a plain file: true, with the length alone. May read on, but takes nothing. */
RX_MUST int warc_source_ends(struct warc_source *s, uint64_t start, bool *ends, uint64_t *bytes,
                             struct rx_sha256 *member, struct rx_err *err);

#endif
