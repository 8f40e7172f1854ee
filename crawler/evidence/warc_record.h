/* warc_record.h - one WARC record as a gzip member: header lines, digests, compression. Pure but
 * for the random record id. For warc_write.c. */
#ifndef RX_CRAWLER_EVIDENCE_WARC_RECORD_H
#define RX_CRAWLER_EVIDENCE_WARC_RECORD_H

#include "crawler/evidence/warc.h"

enum { WARC_ID_TEXT = 48 }; /* "<urn:uuid:" 36 ">" and a NUL */

/* A fresh random id (RFC 4122 version 4). RX_EIO. */
RX_MUST int warc_id_make(char out[WARC_ID_TEXT]);

struct warc_packer; /* compressor and scratch memory; not thread-safe */

RX_MUST struct warc_packer *warc_packer_new(void); /* NULL: no memory */
void warc_packer_free(struct warc_packer *p);

/* Everything that a record may say; empty fields are left out. */
struct warc_fields {
    const char *type;                        /* "response" */
    const char *id;                          /* from warc_id_make */
    const char *concurrent_to, *warcinfo_id; /* NULL: none */
    struct rx_str uri, content_type, filename, ip, tls_protocol, tls_cipher;
    int64_t date_ms;
    enum rx_cut cut;
    bool has_payload;   /* a payload digest is due */
    struct rx_str head; /* block = head + body; the payload is body */
    struct rx_str body;
};

/* Adds the record as one whole gzip member to out. RX_EFULL: block over WARC_BLOCK_MAX. */
enum { WARC_BLOCK_MAX = 64 << 20 }; /* more than WARC_MESSAGE_MAX */
RX_MUST int warc_pack(struct warc_packer *p, struct rx_buf *out, const struct warc_fields *f);

#endif
