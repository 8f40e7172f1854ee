/* warc_digest.h - checks a labelled digest ("sha256:<hex>", "sha1:<base32>") of bytes that come in
 * pieces. Other tools' files: base32 and hex, SHA-1, SHA-256, SHA-512, MD5. For warc_read.c. */
#ifndef RX_CRAWLER_EVIDENCE_WARC_DIGEST_H
#define RX_CRAWLER_EVIDENCE_WARC_DIGEST_H

#include "base/err.h"
#include "base/str.h"

enum { WARC_DIGEST_BYTES = 64 };

struct warc_digest {
    void *ctx; /* owned; NULL: nothing to check */
    uint8_t want[WARC_DIGEST_BYTES];
    size_t bytes;
};

/* ctx stays NULL when label is empty, of an unknown algorithm or malformed: end() says -1. */
void warc_digest_begin(struct warc_digest *d, struct rx_str label);
void warc_digest_add(struct warc_digest *d, struct rx_str data);
/* 1 matches, 0 differs, -1 nothing to check. Frees; d may be begun again. */
int warc_digest_end(struct warc_digest *d);

#endif
